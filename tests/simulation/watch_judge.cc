#include "tests/simulation/watch_judge.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <utility>

#include "server/domain/entity.h"
#include "server/domain/names.h"

namespace samsyn::simulation {

WatchJudge::WatchJudge(const Watch& watch) : watch_(watch) { Cut(); }

// Cuts the steps into units, and these into stretches.
void WatchJudge::Cut() {
  Unit unit;
  for (const Watch::Step& step : watch_.steps) {
    if (step.follows || step.response.reset()) unit.responses.clear();
    if (step.follows) continue;
    unit.responses.push_back(&step);
    if (!step.response.more()) AddUnit(std::exchange(unit, {}));
  }
}

void WatchJudge::AddUnit(Unit unit) {
  if (unit.responses.front()->response.reset()) {
    stretches_.emplace_back();
  } else if (stretches_.empty()) {
    return Wrong(unit, "the first picture is not a whole one");
  }
  auto& units = stretches_.back().units;
  if (!units.empty() && units.back().revision() > unit.revision()) {
    return Wrong(unit, absl::StrCat("after revision ", units.back().revision(),
                                    ", and not as a whole picture"));
  }
  units.push_back(std::move(unit));
}

void WatchJudge::At(const Replay& replay) {
  Follow(replay);
  for (Stretch& stretch : stretches_) {
    while (!stretch.units.empty() && stretch.units.front().revision() == replay.revision()) {
      const Unit unit = std::move(stretch.units.front());
      stretch.units.pop_front();
      Take(unit, stretch.has);
      // What is wrong once stays so: it is said once.
      if (!Compare(unit, stretch.has)) stretch.units.clear();
    }
  }
}

void WatchJudge::End(domain::Revision head) {
  for (const Stretch& stretch : stretches_) {
    if (stretch.units.empty()) continue;
    Wrong(stretch.units.front(), absl::StrCat("the journal ends at revision ", head));
  }
}

bool WatchJudge::Passes(absl::string_view name) const {
  const v1::EntityKind kind = domain::KindOfName(name);
  if (kind == v1::ENTITY_KIND_SITUATION_VERDICT) return false;
  return watch_.kinds.empty() ||
         std::find(watch_.kinds.begin(), watch_.kinds.end(), kind) != watch_.kinds.end();
}

// Keeps what the audience sees up to date.
void WatchJudge::Follow(const Replay& replay) {
  const domain::Picture& picture = replay.picture();
  std::optional<domain::Audience> audience;
  if (watch_.caller.is_system() || picture.Find(watch_.caller.member) != nullptr) {
    audience = domain::AudienceOf(picture, watch_.caller);
  }
  if (audience == audience_) {
    for (const std::string& name : replay.changed()) Show(replay, name);
    return;
  }
  audience_ = std::move(audience);
  visible_.clear();
  for (int kind = v1::EntityKind_MIN + 1; kind <= v1::EntityKind_MAX; ++kind) {
    picture.ForEach(static_cast<v1::EntityKind>(kind), "", [&](const domain::EntityPtr& entity) {
      Show(replay, domain::NameOf(*entity));
      return true;
    });
  }
}

void WatchJudge::Show(const Replay& replay, const std::string& name) {
  if (!audience_ || !Passes(name)) return;
  const domain::EntityPtr entity = replay.picture().Find(name);
  const auto shown = entity == nullptr ? nullptr : domain::Shown(*audience_, entity);
  if (shown == nullptr) {
    visible_.erase(name);
  } else {
    visible_[name] = shown->SerializeAsString();
  }
}

void WatchJudge::Take(const Unit& unit, Content& has) {
  if (unit.responses.front()->response.reset()) has.clear();
  for (const Watch::Step* const step : unit.responses) {
    for (const v1::Entity& entity : step->response.upserted()) {
      if (entity.has_situation_verdict()) continue;
      has[domain::NameOf(entity)] = entity.SerializeAsString();
    }
    for (const std::string& name : step->response.removed()) {
      const bool verdict = domain::KindOfName(name) == v1::ENTITY_KIND_SITUATION_VERDICT;
      if (has.erase(name) == 0 && !verdict) {
        Wrong(unit, absl::StrCat("takes away ", name, ", which it had never given"));
      }
    }
  }
}

bool WatchJudge::Compare(const Unit& unit, const Content& has) {
  if (has == visible_) return true;
  std::string differences;
  for (const auto& [name, bytes] : visible_) {
    const auto found = has.find(name);
    if (found == has.end()) absl::StrAppend(&differences, " lacks ", name, ";");
    if (found != has.end() && found->second != bytes) {
      absl::StrAppend(&differences, " has another version of ", name, ";");
    }
  }
  for (const auto& [name, bytes] : has) {
    if (!visible_.contains(name)) absl::StrAppend(&differences, " has ", name, " too many;");
  }
  Wrong(unit, absl::StrCat("the watcher", differences));
  return false;
}

void WatchJudge::Wrong(const Unit& unit, absl::string_view what) {
  const Watch::Step& last = *unit.responses.back();
  wrong_.push_back(absl::StrCat("watch of ", watch_.client, " as ", watch_.caller.member, ", node ",
                                last.node, ", at ", last.at, ", revision ", unit.revision(), ": ",
                                what));
}

}  // namespace samsyn::simulation

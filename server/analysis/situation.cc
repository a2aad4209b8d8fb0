#include "server/analysis/situation.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <memory>
#include <tuple>

#include "server/domain/names.h"
#include "server/domain/policy.h"

namespace samsyn::analysis {
namespace {

constexpr absl::Duration kWithoutMeeting = absl::Hours(24 * 7);

template <typename T>
const T* MessageOf(const domain::EntityPtr& entity) {
  const bool is_one = entity != nullptr && domain::KindOf(*entity) == domain::EntityField<T>::kKind;
  return is_one ? &domain::As<T>(*entity) : nullptr;
}

bool Authority(const domain::View& view, absl::string_view organisation) {
  const auto found = view.Get<v1::Organisation>(organisation);
  return found != nullptr && found->authority();
}

// What a cell has of the incidents counted in it: name, area, family, and a release that is theirs
// without saying whose.
v1::SituationCell Frame(const v1::Incident& incident, bool owner_is_authority) {
  const std::string label =
      domain::ReleaseLabel(incident.release(), incident.owner(), owner_is_authority);
  v1::SituationCell cell;
  cell.set_area(incident.area());
  cell.set_family(incident.family());
  cell.set_name(domain::NameOf(
      domain::MunicipalityOf(incident.name()), v1::ENTITY_KIND_SITUATION_CELL,
      absl::StrCat(incident.area().empty() ? "unlocated" : domain::IdOf(incident.area()), ".",
                   FamilyId(incident.family()), ".", label)));
  v1::ReleaseState& release = *cell.mutable_release();
  if (label == "public" || label == "partner" || label == "authority") {
    release.set_release_class(incident.release().release_class());
    return cell;
  }
  release.set_release_class(incident.release().release_class() == v1::RELEASE_CLASS_AUTHORITY
                                ? v1::RELEASE_CLASS_AUTHORITY
                                : v1::RELEASE_CLASS_RESTRICTED);
  absl::btree_set<std::string> viewers(incident.release().organisations().begin(),
                                       incident.release().organisations().end());
  viewers.insert(incident.owner());
  for (const std::string& viewer : viewers) release.add_organisations(viewer);
  return cell;
}

bool Later(const google::protobuf::Timestamp& a, const google::protobuf::Timestamp& b) {
  return std::make_pair(a.seconds(), a.nanos()) > std::make_pair(b.seconds(), b.nanos());
}

void AddTo(v1::SituationRow& row, const v1::SituationCell& cell) {
  row.set_actual(row.actual() + cell.actual());
  row.set_perceived(row.perceived() + cell.perceived());
  row.set_independent_sources(row.independent_sources() + cell.independent_sources());
  if (cell.has_newest_time() &&
      (!row.has_newest_time() || Later(cell.newest_time(), row.newest_time()))) {
    *row.mutable_newest_time() = cell.newest_time();
  }
  for (const v1::CategoryCount& count : cell.categories()) {
    auto& counts = *row.mutable_categories();
    auto place = std::find_if(counts.begin(), counts.end(), [&](const v1::CategoryCount& known) {
      return known.category() == count.category();
    });
    v1::CategoryCount& sum = place == counts.end() ? *counts.Add() : *place;
    sum.set_category(count.category());
    sum.set_actual(sum.actual() + count.actual());
    sum.set_perceived(sum.perceived() + count.perceived());
  }
}

}  // namespace

absl::string_view FamilyId(v1::Family family) {
  switch (family) {
    case v1::FAMILY_VIOLENCE:
      return "violence";
    case v1::FAMILY_WEAPONS:
      return "weapons";
    case v1::FAMILY_DRUGS_ALCOHOL:
      return "drugs-alcohol";
    case v1::FAMILY_THEFT:
      return "theft";
    case v1::FAMILY_DAMAGE_FIRE:
      return "damage-fire";
    case v1::FAMILY_TRAFFIC:
      return "traffic";
    case v1::FAMILY_DISORDER:
      return "disorder";
    case v1::FAMILY_UNSAFETY:
      return "unsafety";
    default:
      return {};
  }
}

absl::Time PeriodStart(const domain::View& view) {
  if (const auto meeting = domain::LastClosedMeeting(view)) {
    return domain::TimeOf(meeting->close_time());
  }
  absl::Time start = absl::UnixEpoch();
  view.ForEach(v1::ENTITY_KIND_MUNICIPALITY, "", [&](const domain::EntityPtr& entity) {
    if (entity->municipality().has_situation_time()) {
      start = domain::TimeOf(entity->municipality().situation_time()) - kWithoutMeeting;
    }
    return false;
  });
  return start;
}

Situation::Cells Situation::Rebuild(const domain::View& picture) {
  period_start_ = PeriodStart(picture);
  tallies_.clear();
  absl::btree_set<std::string> names;
  picture.ForEach(v1::ENTITY_KIND_INCIDENT, "", [&](const domain::EntityPtr& entity) {
    std::string name = Count(picture, entity->incident(), +1);
    if (!name.empty()) names.insert(std::move(name));
    return true;
  });
  picture.ForEach(v1::ENTITY_KIND_SITUATION_CELL, "", [&](const domain::EntityPtr& entity) {
    names.insert(domain::NameOf(*entity));
    return true;
  });
  return Changed(picture, names);
}

Situation::Cells Situation::Update(
    const domain::View& picture,
    const std::vector<std::pair<domain::EntityPtr, domain::EntityPtr>>& before_and_after) {
  if (!Holds(picture, before_and_after)) return Rebuild(picture);
  absl::btree_set<std::string> names;
  const auto count = [&](const domain::EntityPtr& version, int by) {
    const auto* incident = MessageOf<v1::Incident>(version);
    if (incident == nullptr) return;
    std::string name = Count(picture, *incident, by);
    if (!name.empty()) names.insert(std::move(name));
  };
  for (const auto& [before, after] : before_and_after) {
    count(before, -1);
    count(after, +1);
  }
  return Changed(picture, names);
}

bool Situation::Holds(
    const domain::View& picture,
    const std::vector<std::pair<domain::EntityPtr, domain::EntityPtr>>& changes) const {
  for (const auto& [before, after] : changes) {
    const v1::EntityKind kind = domain::KindOf(after != nullptr ? *after : *before);
    if (kind == v1::ENTITY_KIND_ORGANISATION) {
      const auto* was = MessageOf<v1::Organisation>(before);
      const auto* is = MessageOf<v1::Organisation>(after);
      if ((was != nullptr && was->authority()) != (is != nullptr && is->authority())) return false;
    }
    const bool moves_period =
        kind == v1::ENTITY_KIND_MEETING || kind == v1::ENTITY_KIND_MUNICIPALITY;
    if (moves_period && PeriodStart(picture) != period_start_) return false;
  }
  return true;
}

std::string Situation::Count(const domain::View& picture, const v1::Incident& incident, int by) {
  const bool counts = incident.state() == v1::Incident::STATE_CURRENT && incident.counted() &&
                      !FamilyId(incident.family()).empty() &&
                      domain::TimeOf(incident.occurred_time()) >= period_start_;
  if (!counts) return {};
  v1::SituationCell cell = Frame(incident, Authority(picture, incident.owner()));
  std::string name = cell.name();
  Tally& tally = tallies_[name];
  tally.cell = std::move(cell);
  auto& [actual, perceived] = tally.categories[incident.category()];
  (incident.perceived() ? perceived : actual) += by;
  if (actual == 0 && perceived == 0) tally.categories.erase(incident.category());
  const absl::Time time = domain::TimeOf(incident.occurred_time());
  if ((tally.times[time] += by) == 0) tally.times.erase(time);
  tally.independent_sources += by * incident.independent_sources();
  if (tally.times.empty()) tallies_.erase(name);
  return name;
}

v1::SituationCell Situation::CellOf(const Tally& tally) const {
  v1::SituationCell cell = tally.cell;
  for (const auto& [category, counts] : tally.categories) {
    v1::CategoryCount& count = *cell.add_categories();
    count.set_category(category);
    count.set_actual(counts.first);
    count.set_perceived(counts.second);
    cell.set_actual(cell.actual() + counts.first);
    cell.set_perceived(cell.perceived() + counts.second);
  }
  if (!tally.times.empty()) {
    *cell.mutable_newest_time() = domain::TimestampOf(tally.times.rbegin()->first);
  }
  cell.set_independent_sources(tally.independent_sources);
  *cell.mutable_period_start_time() = domain::TimestampOf(period_start_);
  return cell;
}

Situation::Cells Situation::Changed(const domain::View& picture,
                                    const absl::btree_set<std::string>& names) const {
  Cells changed;
  for (const std::string& name : names) {
    const auto before = picture.Get<v1::SituationCell>(name);
    const auto found = tallies_.find(name);
    if (found == tallies_.end()) {
      if (before != nullptr) changed.emplace_back(name, nullptr);
      continue;
    }
    v1::SituationCell cell = CellOf(found->second);
    if (before != nullptr && before->SerializeAsString() == cell.SerializeAsString()) continue;
    changed.emplace_back(name, std::make_shared<const v1::Entity>(domain::Wrap(std::move(cell))));
  }
  return changed;
}

v1::GetSituationResponse GetSituation(const domain::View& view, const domain::Audience& audience) {
  v1::GetSituationResponse response;
  if (audience.nothing) return response;  // not even when the meeting was closed
  *response.mutable_period_start_time() = domain::TimestampOf(PeriodStart(view));
  if (const auto meeting = domain::LastClosedMeeting(view)) {
    response.set_previous_meeting(meeting->name());
  }
  // Unlocated last, then by area, then by family.
  absl::btree_map<std::tuple<bool, std::string, v1::Family>, v1::SituationRow> rows;
  view.ForEach(v1::ENTITY_KIND_SITUATION_CELL, "", [&](const domain::EntityPtr& entity) {
    const v1::SituationCell& cell = entity->situation_cell();
    if (cell.actual() + cell.perceived() == 0 || !domain::CanSee(audience, *entity)) return true;
    v1::SituationRow& row = rows[{cell.area().empty(), cell.area(), cell.family()}];
    row.set_area(cell.area());
    row.set_family(cell.family());
    AddTo(row, cell);
    return true;
  });
  for (auto& [place, row] : rows) {
    std::sort(row.mutable_categories()->begin(), row.mutable_categories()->end(),
              [](const auto& a, const auto& b) { return a.category() < b.category(); });
    *response.add_rows() = std::move(row);
  }
  int unreviewed = 0;
  view.ForEach(v1::ENTITY_KIND_REPORT, "", [&](const domain::EntityPtr& entity) {
    if (entity->report().state() == v1::Report::STATE_SUBMITTED &&
        domain::CanSee(audience, *entity)) {
      ++unreviewed;
    }
    return true;
  });
  response.set_unreviewed_reports(unreviewed);
  return response;
}

}  // namespace samsyn::analysis

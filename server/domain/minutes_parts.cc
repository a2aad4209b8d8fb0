#include "server/domain/minutes_parts.h"

#include <google/protobuf/message.h>

#include <algorithm>
#include <set>
#include <utility>

#include "server/base/digest.h"
#include "server/domain/index_keys.h"
#include "server/domain/meeting_sitting.h"
#include "server/domain/names.h"
#include "server/domain/releases.h"

namespace samsyn::domain {
namespace {

// What all parts may take of a transaction together; beyond it the longest words, the reasons of
// positions, are left out.
constexpr size_t kPartsBytes = 640 << 10;

template <typename T>
EntityPtr Share(T message) {
  return std::make_shared<const v1::Entity>(Wrap(std::move(message)));
}

// What the minutes of a meeting speak of: the priorities in their order, what it decided, the other
// problems that this answers, and the other deployments that it leaves to the next one.
std::vector<EntityPtr> SourcesNow(const View& view, const v1::Meeting& meeting) {
  std::vector<EntityPtr> sources;
  std::set<std::string> there;
  const auto add = [&](const std::string& name, v1::EntityKind kind) {
    const EntityPtr entity = view.Find(name);
    if (entity == nullptr || KindOf(*entity) != kind || !there.insert(name).second) return;
    sources.push_back(entity);
  };
  for (const std::string& name : meeting.priorities()) add(name, v1::ENTITY_KIND_PROBLEM);
  std::set<std::string> answered;
  std::vector<std::string> deployments;
  view.ForEach(v1::ENTITY_KIND_DEPLOYMENT, "", [&](const EntityPtr& entity) {
    if (!DecidedIn(meeting, entity->deployment())) return true;
    deployments.push_back(entity->deployment().name());
    answered.insert(entity->deployment().problem());
    return true;
  });
  for (const std::string& name : answered) add(name, v1::ENTITY_KIND_PROBLEM);
  for (const std::string& name : deployments) add(name, v1::ENTITY_KIND_DEPLOYMENT);
  for (const std::string& name : NamedIn(meeting)) add(name, v1::ENTITY_KIND_DEPLOYMENT);
  return sources;
}

// The part in an item, as an entity of its own.
EntityPtr PartOf(const v1::MinutesItem& item) {
  if (item.has_problem()) return Share(item.problem());
  if (item.has_deployment()) return Share(item.deployment());
  return Share(item.meeting_part());
}

// What may change about a meeting after it has closed.
void TakeHead(const v1::Meeting& from, v1::Meeting& to) {
  to.clear_night_lead();
  if (from.has_night_lead()) *to.mutable_night_lead() = from.night_lead();
}

v1::Meeting HeadOf(const v1::Meeting& meeting) {
  v1::Meeting head;
  head.set_name(meeting.name());
  head.set_owner(meeting.owner());
  *head.mutable_release() = meeting.release();
  TakeHead(meeting, head);
  return head;
}

// As much of a problem as minutes say.
v1::Problem Copy(const v1::Problem& from) {
  v1::Problem to;
  to.set_name(from.name());
  *to.mutable_create_time() = from.create_time();
  to.set_statement(from.statement());
  to.set_focus_area(from.focus_area());
  *to.mutable_areas() = from.areas();
  to.set_state(from.state());
  to.set_standing(from.standing());
  return to;
}

v1::Deployment Copy(const v1::Deployment& from, bool with_reasons) {
  v1::Deployment to = from;
  to.clear_instruction();
  to.clear_stops();
  to.clear_needs();
  to.clear_follow_up();
  to.clear_end_note();
  for (v1::Commitment& commitment : *to.mutable_commitments()) {
    commitment.clear_assignment();
    commitment.clear_override_reason();
    commitment.clear_warnings();
  }
  if (with_reasons) return to;
  for (v1::Position& position : *to.mutable_positions()) position.clear_reason();
  return to;
}

// Takes out what says nothing about the meeting: versions, and for whom it is.
template <typename T>
std::string Content(T message) {
  message.clear_release();
  message.clear_revision();
  message.clear_etag();
  message.clear_update_time();
  if constexpr (requires { message.clear_guards(); }) message.clear_guards();
  return message.SerializeAsString();
}

std::string Content(v1::Meeting meeting) {
  meeting.clear_phase();
  meeting.clear_minutes_edition();
  return Content<v1::Meeting>(std::move(meeting));
}

// Leaves the problems that what is left speaks of: that a deployment answers one is told to whom
// the deployment is.
void KeepSpokenOf(MinutesParts& parts) {
  std::set<std::string> spoken(parts.meeting.priorities().begin(),
                               parts.meeting.priorities().end());
  for (const v1::CarryOver& one : parts.meeting.carry_over()) spoken.insert(one.subject());
  for (const auto* deployments : {&parts.decisions, &parts.left}) {
    for (const v1::Deployment& one : *deployments) spoken.insert(one.problem());
  }
  std::erase_if(parts.problems,
                [&](const v1::Problem& problem) { return !spoken.contains(problem.name()); });
}

}  // namespace

MinutesParts PartsFor(const View& view, const Audience& audience, absl::string_view meeting) {
  MinutesParts parts;
  const auto now = view.Get<v1::Meeting>(meeting);
  parts.meeting = Shown(audience, view.Find(meeting))->meeting();
  std::vector<std::pair<int, EntityPtr>> kept;
  for (const std::string& name : view.Lookup(BelowMeetingKey(meeting))) {
    const EntityPtr entity = view.Find(name);
    if (entity->has_minutes_item()) {
      kept.emplace_back(entity->minutes_item().place(), PartOf(entity->minutes_item()));
    }
    const EntityPtr part = Shown(audience, entity);
    if (part == nullptr) continue;
    if (part->has_round_entry()) parts.entries.push_back(part->round_entry());
    if (part->has_area_assessment()) parts.assessments.push_back(part->area_assessment());
  }
  std::stable_sort(parts.entries.begin(), parts.entries.end(), [](const auto& a, const auto& b) {
    return TimeOf(a.create_time()) < TimeOf(b.create_time());
  });
  std::sort(kept.begin(), kept.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<EntityPtr> sources;
  if (kept.empty()) sources = SourcesNow(view, *now);
  for (auto& [place, part] : kept) sources.push_back(std::move(part));
  std::set<std::string> left;
  for (const v1::CarryOver& one : parts.meeting.carry_over()) left.insert(one.subject());
  for (const EntityPtr& source : sources) {
    const EntityPtr part = Shown(audience, source);
    if (part == nullptr) continue;
    if (part->has_meeting()) TakeHead(part->meeting(), parts.meeting);
    if (part->has_problem()) parts.problems.push_back(part->problem());
    if (!part->has_deployment()) continue;
    // By what is shown: whoever does not get the time is not told by the minutes.
    if (DecidedIn(parts.meeting, part->deployment())) {
      parts.decisions.push_back(part->deployment());
    } else if (left.contains(part->deployment().name())) {
      parts.left.push_back(part->deployment());
    }
  }
  KeepSpokenOf(parts);
  return parts;
}

void KeepPublic(MinutesParts& parts) {
  v1::Meeting meeting;
  meeting.set_name(parts.meeting.name());
  meeting.set_phase(parts.meeting.phase());
  *meeting.mutable_scheduled_time() = parts.meeting.scheduled_time();
  const auto narrow = [](auto& all) {
    std::erase_if(all, [](const auto& one) {
      return one.release().release_class() != v1::RELEASE_CLASS_PUBLIC;
    });
  };
  narrow(parts.entries);
  narrow(parts.assessments);
  narrow(parts.problems);
  narrow(parts.decisions);
  parts.left.clear();
  parts.meeting.clear_carry_over();
  KeepSpokenOf(parts);
  std::set<std::string> problems;
  for (const v1::Problem& problem : parts.problems) problems.insert(problem.name());
  for (const std::string& name : parts.meeting.priorities()) {
    if (problems.contains(name)) meeting.add_priorities(name);
  }
  for (v1::RoundEntry& entry : parts.entries) entry.clear_recorded_by();
  for (v1::AreaAssessment& assessment : parts.assessments) assessment.clear_assessed_by();
  for (v1::Deployment& decision : parts.decisions) {
    if (!problems.contains(decision.problem())) decision.clear_problem();
    decision.clear_positions();
    decision.clear_commitments();
    decision.clear_decided_by();
  }
  parts.meeting = std::move(meeting);
}

void KeepParts(const v1::Meeting& meeting, Transaction& transaction) {
  const std::vector<EntityPtr> sources = SourcesNow(transaction, meeting);
  size_t bytes = 0;
  for (const EntityPtr& source : sources) bytes += source->ByteSizeLong();
  const bool with_reasons = bytes <= kPartsBytes;
  int place = 0;
  const auto item_of = [&](const std::string& source, const std::string& owner,
                           const v1::ReleaseState& release) {
    v1::MinutesItem item;
    item.set_name(NameOf(meeting.name(), v1::ENTITY_KIND_MINUTES_ITEM, transaction.NewId(place)));
    item.set_owner(owner);
    *item.mutable_release() = ViewersAlone(release);
    item.set_meeting(meeting.name());
    item.set_source(source);
    item.set_place(place++);
    return item;
  };
  const auto put = [&](v1::MinutesItem item) {
    SetGuards(transaction, item);
    transaction.Put(std::move(item));
  };
  v1::MinutesItem head = item_of(meeting.name(), meeting.owner(), meeting.release());
  *head.mutable_meeting_part() = HeadOf(meeting);
  put(std::move(head));
  for (const EntityPtr& source : sources) {
    v1::MinutesItem item = item_of(NameOf(*source), OwnerOf(*source), ReleaseOf(*source));
    if (source->has_problem()) {
      *item.mutable_problem() = Copy(source->problem());
    } else {
      *item.mutable_deployment() = Copy(source->deployment(), with_reasons);
    }
    put(std::move(item));
  }
}

std::string DigestOf(const MinutesParts& parts, const std::vector<std::string>& corrections) {
  Sha256 hash;
  const auto add = [&](absl::string_view content) {
    hash.UpdateU32(static_cast<uint32_t>(content.size())).Update(content);
  };
  const auto add_all = [&](const auto& all) {
    hash.UpdateU32(static_cast<uint32_t>(all.size()));
    for (const auto& one : all) add(Content(one));
  };
  add(Content(parts.meeting));
  add_all(parts.entries);
  add_all(parts.assessments);
  add_all(parts.problems);
  add_all(parts.decisions);
  add_all(parts.left);
  for (const std::string& correction : corrections) add(correction);
  return Hex(hash.Finish());
}

}  // namespace samsyn::domain

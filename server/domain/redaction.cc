#include "server/domain/redaction.h"

#include <absl/time/civil_time.h>
#include <google/protobuf/message.h>

#include <algorithm>
#include <vector>

#include "server/domain/entity.h"
#include "server/domain/wall_clock.h"

namespace samsyn::domain {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Timestamp;

// The day of a time on the wall in Sweden. Not the municipality's own zone: that is another
// entity's.
absl::CivilDay DayOf(absl::Time time, absl::TimeZone zone) {
  return absl::CivilDay(absl::ToCivilSecond(time, zone));
}

void ToStartOfDay(absl::TimeZone zone, Timestamp& timestamp) {
  timestamp = TimestampOf(absl::FromCivil(DayOf(TimeOf(timestamp), zone), zone));
}

// A window goes over whole days: from the start of its first to the end of its last.
void ToWholeDays(absl::TimeZone zone, v1::TimeWindow& window) {
  ToStartOfDay(zone, *window.mutable_start_time());
  const absl::Time end = TimeOf(window.end_time());
  ToStartOfDay(zone, *window.mutable_end_time());
  if (TimeOf(window.end_time()) == end) return;
  *window.mutable_end_time() = TimestampOf(absl::FromCivil(DayOf(end, zone) + 1, zone));
}

// Every time anywhere in a message: one that is added later is none too many.
void LeaveOutTimes(absl::TimeZone zone, Message& message) {
  if (auto* const timestamp = dynamic_cast<Timestamp*>(&message)) {
    ToStartOfDay(zone, *timestamp);
    return;
  }
  if (auto* const window = dynamic_cast<v1::TimeWindow*>(&message)) {
    ToWholeDays(zone, *window);
    return;
  }
  const auto& reflection = *message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const FieldDescriptor* const field : fields) {
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) continue;
    if (!field->is_repeated()) {
      LeaveOutTimes(zone, *reflection.MutableMessage(&message, field));
      continue;
    }
    for (int i = 0; i < reflection.FieldSize(message, field); ++i) {
      LeaveOutTimes(zone, *reflection.MutableRepeatedMessage(&message, field, i));
    }
  }
}

void LeaveOutPlace(v1::Report& report) {
  report.clear_point();
  report.clear_point_precision_m();
  report.clear_place();
  report.clear_place_text();
  report.clear_text_findings();  // where they stand in the place's text
}
void LeaveOutPlace(v1::Incident& incident) {
  incident.clear_point();
  incident.clear_place();
}
// The areas of plans may be properties and addresses, too; which are is another entity's.
void LeaveOutPlace(v1::Problem& problem) { problem.clear_areas(); }
void LeaveOutPlace(v1::Deployment& deployment) {
  deployment.clear_areas();
  deployment.clear_stops();
}
void LeaveOutPlace(v1::Assignment& assignment) {
  assignment.clear_areas();
  assignment.clear_stops();
}
void LeaveOutPlace(v1::UnitPosition& position) {
  position.clear_point();
  position.clear_point_precision_m();
}
template <typename T>
void LeaveOutPlace(T&) {}  // no place below the area

void LeaveOutText(v1::Report& report) {
  report.clear_text();
  report.clear_place_text();
  report.clear_review_note();
  report.clear_marks();
  report.clear_text_findings();
  if (!report.has_repair()) return;
  report.mutable_repair()->clear_reference();
  report.mutable_repair()->clear_note();
}
void LeaveOutText(v1::Incident& incident) {
  incident.clear_headline();
  for (v1::IncidentMerge& merge : *incident.mutable_merges()) merge.clear_reason();
}
void LeaveOutText(v1::Problem& problem) {
  problem.clear_statement();
  problem.clear_cause_analysis();
  problem.clear_baseline();
  problem.clear_close_note();
}
void LeaveOutText(v1::Deployment& deployment) {
  deployment.clear_aim();
  deployment.clear_instruction();
  deployment.clear_dose();
  deployment.clear_end_note();
  for (v1::Need& need : *deployment.mutable_needs()) need.clear_function();
  for (v1::Position& position : *deployment.mutable_positions()) position.clear_reason();
  for (v1::Commitment& commitment : *deployment.mutable_commitments()) {
    commitment.clear_override_reason();
  }
  if (!deployment.has_follow_up()) return;
  deployment.mutable_follow_up()->clear_deviations();
  deployment.mutable_follow_up()->clear_evidence();
}
void LeaveOutText(v1::Assignment& assignment) {
  assignment.clear_aim();
  assignment.clear_instruction();
  assignment.clear_reason();
  if (assignment.has_debrief()) assignment.mutable_debrief()->clear_text();
}
void LeaveOutText(v1::FieldUpdate& update) {
  update.clear_text();
  if (update.has_stamp()) update.mutable_stamp()->clear_device_id();  // as the device chose it
}
void LeaveOutText(v1::AreaAssessment& assessment) {
  assessment.clear_parameter();
  assessment.clear_reason();
}
void LeaveOutText(v1::Indicator& indicator) {
  indicator.clear_text();
  indicator.clear_measure();
  indicator.clear_instrument_version();
}
template <typename T>
void LeaveOutText(T&) {}  // no words of its own

// Where a report is from, and what was said before, tells of all that may be left out: whoever
// does not get the whole gets the source's name alone.
void LeaveOutOrigin(v1::Report& report) {
  report.clear_earlier_versions();
  if (!report.has_source()) return;
  v1::Source& source = *report.mutable_source();
  source.clear_source_id();
  source.clear_source_type();
  source.clear_link();
}
// What the gate warned of follows from place and time.
void LeaveOutOrigin(v1::Deployment& deployment) {
  for (v1::Commitment& commitment : *deployment.mutable_commitments()) commitment.clear_warnings();
}
template <typename T>
void LeaveOutOrigin(T&) {}

}  // namespace

const WithheldSet& AllWithheld() {
  static const auto* const all =
      new WithheldSet{v1::WITHHELD_PLACE, v1::WITHHELD_TIME, v1::WITHHELD_TEXT};
  return *all;
}

WithheldSet WithheldIn(const google::protobuf::RepeatedField<int>& withheld) {
  WithheldSet set;
  for (const int number : withheld) {
    const auto one = static_cast<v1::Withheld>(number);
    if (!AllWithheld().contains(one)) return AllWithheld();
    set.insert(one);
  }
  return set;
}

WithheldSet WithheldFor(const v1::ReleaseState& release, absl::string_view organisation) {
  for (const v1::Redaction& redaction : release.redactions()) {
    if (redaction.organisation() == organisation) return WithheldIn(redaction.withheld());
  }
  return {};
}

void SetRedactions(const std::map<std::string, WithheldSet>& withheld, v1::ReleaseState& release) {
  release.clear_redactions();
  for (const auto& [organisation, set] : withheld) {
    if (set.empty()) continue;
    v1::Redaction& redaction = *release.add_redactions();
    redaction.set_organisation(organisation);
    for (const v1::Withheld one : set) redaction.add_withheld(one);
  }
}

void LeaveOut(const WithheldSet& withheld, v1::Entity& entity) {
  if (withheld.empty()) return;
  VisitEntity(entity, [&](auto& message) {
    LeaveOutOrigin(message);
    if (withheld.contains(v1::WITHHELD_PLACE)) LeaveOutPlace(message);
    if (withheld.contains(v1::WITHHELD_TIME)) LeaveOutTimes(SwedishZone(), message);
    if (withheld.contains(v1::WITHHELD_TEXT)) LeaveOutText(message);
    message.mutable_release()->clear_withheld();
    for (const v1::Withheld one : withheld) message.mutable_release()->add_withheld(one);
  });
}

}  // namespace samsyn::domain

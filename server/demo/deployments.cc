#include "server/demo/deployments.h"

#include <algorithm>

#include "server/domain/assignment_rules.h"
#include "server/domain/debrief_rules.h"
#include "server/domain/deployment_rules.h"

namespace samsyn::demo {
namespace {

using Answer = v1::AcknowledgeAssignmentRequest;
using State = v1::Assignment;

struct NeedRow {
  absl::string_view function;
  int units;
  v1::Unit::Power power;
};
constexpr int kFootStops = 6;  // every half hour

struct DeploymentRow {
  absl::string_view proposer, responsible, area, aim, instruction, dose;
  std::vector<NeedRow> needs;
  v1::Deployment::Kind kind;
  v1::Deployment::Prevention prevention;
  bool after_read_back;
};

const std::vector<DeploymentRow>& Deployments() {
  static const auto* const kRows = new std::vector<DeploymentRow>{
      {"samordnare",
       "kommunen",
       "jordbro",
       "vuxna rör sig kring Jordbro centrum när butikerna har stängt",
       "Gå rundan centrum, stationen, soprummen. Tala med dem som är ute. Felanmäl släckt "
       "belysning direkt.",
       "hela kvällen, två varv i timmen",
       {{"vuxna i rörelse", 2, v1::Unit::POWER_UNSPECIFIED}},
       v1::Deployment::KIND_ADULT_PRESENCE,
       v1::Deployment::PREVENTION_SOCIAL,
       true},
      {"polis",
       "exempelvakten",
       "handen",
       "farten blir lägre och inga mopeder åker bland gående vid Handens station",
       "Korta fotstopp på torget och vid bussterminalen, 10 till 16 minuter varje gång. Tala med "
       "förare, kalla på polis vid fara.",
       "ett fotstopp i halvtimmen",
       // The police have no car to spare: a gap in the evening's coverage.
       {{"fotpatrull", 1, v1::Unit::POWER_PUBLIC_ORDER_GUARD},
        {"polisbil i närheten", 1, v1::Unit::POWER_POLICE}},
       v1::Deployment::KIND_FOOT_STOP,
       v1::Deployment::PREVENTION_SITUATIONAL,
       false},
  };
  return *kRows;
}

struct FollowUpRow {
  v1::FollowUp::Outcome outcome;
  absl::string_view deviations, evidence;
  int planned_minutes;
};

const std::vector<FollowUpRow>& FollowUps() {
  static const auto* const kRows = new std::vector<FollowUpRow>{
      {v1::FollowUp::OUTCOME_SUCCESSFUL, "Nattvandrarna kom en halvtimme senare än planerat.",
       "Ingen ny skadegörelse under kvällen. En kväll säger inget om verkan på sikt.", 330},
      {v1::FollowUp::OUTCOME_CANNOT_TELL, "",
       "Färre mopeder medan ordningsvakterna var på plats, men regnet bidrog. För få tal att "
       "bedöma.",
       180},
  };
  return *kRows;
}

}  // namespace

void EveningOfLastFriday::Play(std::shared_ptr<const void> keep) {
  const auto at = [&](int hour, int minute, std::function<absl::Status()> step) {
    director_.At(week_.At(week_.last_friday(), hour, minute),
                 [keep, step = std::move(step)] { return step(); });
  };
  // The hosts have a device; the order guards answer by radio; the night walkers do not answer in
  // time, and come late.
  at(19, 1, [this] { return Acknowledge("vaktledare", "ordningsvakter", Answer::ANSWER_SEEN); });
  at(19, 4,
     [this] { return Acknowledge("vaktledare", "ordningsvakter", Answer::ANSWER_ACCEPTED); });
  at(19, 21, [this] { return Deliver("trygghetsvard", "trygghetsvardar"); });
  at(19, 21, [this] { return Deliver("nattvandrare", "nattvandrare"); });
  at(19, 23,
     [this] { return Acknowledge("trygghetsvard", "trygghetsvardar", Answer::ANSWER_SEEN); });
  at(19, 24,
     [this] { return Acknowledge("trygghetsvard", "trygghetsvardar", Answer::ANSWER_ACCEPTED); });
  at(19, 38,
     [this] { return Acknowledge("nattvandrare", "nattvandrare", Answer::ANSWER_ACCEPTED); });
  at(19, 48,
     [this] { return Update("trygghetsvard", "trygghetsvardar", State::STATE_EN_ROUTE, ""); });
  at(19, 58, [this] { return Update("vaktledare", "ordningsvakter", State::STATE_ON_SCENE, ""); });
  at(20, 2,
     [this] { return Update("trygghetsvard", "trygghetsvardar", State::STATE_ON_SCENE, ""); });
  at(20, 31, [this] { return Update("nattvandrare", "nattvandrare", State::STATE_ON_SCENE, ""); });
  at(21, 10, [this] {
    return Note("trygghetsvard", "trygghetsvardar",
                "Två lampor släckta på gångvägen mot stationen, felanmält.");
  });
  // Told by radio, a minute or two after each.
  for (int i = 0; i < kFootStops; ++i) {
    at(20 + i / 2, i % 2 * 30 + 15 + i % 3,
       [this, i] { return MakeStop("vaktledare", "ordningsvakter", i + 1, 13 + i % 3); });
  }
  at(22, 50, [this] {
    return Update("vaktledare", "ordningsvakter", State::STATE_DONE,
                  "Sex fotstopp. Lugnt, få mopeder i regnet.");
  });
  at(22, 55, [this] {
    return Update("nattvandrare", "nattvandrare", State::STATE_DONE, "Många bra samtal. Lugnt.");
  });
  at(22, 57, [this] {
    return Update("trygghetsvard", "trygghetsvardar", State::STATE_DONE,
                  "Lugnt vid centrum och soprummen hela kvällen.");
  });
  // Two taps and a sentence; the night walkers had no time.
  at(22, 58, [this] {
    return Debrief("vaktledare", "ordningsvakter", v1::Debrief::RESULT_PARTLY,
                   v1::Debrief::MOOD_CALM, "Ett stopp ströks för regnet.");
  });
  at(22, 59, [this] {
    return Debrief("trygghetsvard", "trygghetsvardar", v1::Debrief::RESULT_AS_PLANNED,
                   v1::Debrief::MOOD_CALM, "Tomt vid soprummen efter klockan tio.");
  });
  // Followed up in the days after; on the very next day, if that is today, before now.
  const absl::CivilDay friday = week_.last_friday();
  director_.At(std::min(week_.At(friday + 1, 11), week_.now() - absl::Minutes(20)),
               [this, keep] { return FollowUp(0); });
  director_.At(std::min(week_.At(friday + 2, 14), week_.now() - absl::Minutes(10)),
               [this, keep] { return FollowUp(1); });
}

absl::Status EveningOfLastFriday::Agree(const std::vector<std::string>& problems) {
  const absl::CivilDay friday = week_.last_friday();
  for (size_t i = 0; i < Deployments().size(); ++i) {
    const DeploymentRow& row = Deployments()[i];
    v1::ProposeDeploymentRequest request;
    request.set_municipality(director_.municipality());
    v1::Deployment& deployment = *request.mutable_deployment();
    deployment.set_problem(problems[i]);
    deployment.set_aim(std::string(row.aim));
    deployment.set_kind(row.kind);
    deployment.set_prevention(row.prevention);
    deployment.add_areas(director_.AreaName(row.area));
    *deployment.mutable_window()->mutable_start_time() = domain::TimestampOf(week_.At(friday, 20));
    *deployment.mutable_window()->mutable_end_time() = domain::TimestampOf(week_.At(friday, 23));
    deployment.set_responsible_organisation(director_.OrganisationName(row.responsible));
    *deployment.mutable_follow_up_due_time() = domain::TimestampOf(week_.At(friday + 3, 12));
    deployment.set_instruction(std::string(row.instruction));
    deployment.set_dose(std::string(row.dose));
    for (const NeedRow& wanted : row.needs) {
      v1::Need& need = *deployment.add_needs();
      need.set_function(std::string(wanted.function));
      need.set_units(wanted.units);
      need.set_power(wanted.power);
    }
    deployment.set_offer_after_read_back(row.after_read_back);
    const bool foot_stops = row.kind == v1::Deployment::KIND_FOOT_STOP;
    for (int stop = 0; foot_stops && stop < kFootStops; ++stop) {
      v1::PlannedStop& planned = *deployment.add_stops();
      planned.set_area(director_.AreaName(row.area));
      planned.set_minutes(15);
      *planned.mutable_start_time() =
          domain::TimestampOf(week_.At(friday, 20 + stop / 2, stop % 2 * 30));
    }
    const auto name = director_.Do(row.proposer, request, &domain::ProposeDeployment);
    if (!name.ok()) return name.status();
    deployments_.push_back(*name);
  }
  absl::Status status = TakePosition("forvaltare", deployments_[0], v1::Position::STANCE_SUPPORT);
  status.Update(TakePosition("polis", deployments_[1], v1::Position::STANCE_SUPPORT));
  status.Update(TakePosition("fritidsledare", deployments_[1], v1::Position::STANCE_ABSTAIN));
  status.Update(Commit("samordnare", deployments_[0], "trygghetsvardar"));
  status.Update(Commit("nattvandrare", deployments_[0], "nattvandrare"));
  status.Update(Commit("vaktledare", deployments_[1], "ordningsvakter"));
  for (const std::string& deployment : deployments_) status.Update(Decide(deployment));
  return status;
}

absl::Status EveningOfLastFriday::Offer() {
  v1::OfferAssignmentsRequest request;
  request.set_municipality(director_.municipality());
  return director_.Do("motesledare", request, &domain::OfferAssignments).status();
}

absl::Status EveningOfLastFriday::Commit(absl::string_view member, const std::string& deployment,
                                         absl::string_view unit) {
  v1::CommitUnitRequest request;
  request.set_name(deployment);
  request.set_unit(director_.UnitName(unit));
  return director_.Do(member, request, &domain::CommitUnit).status();
}

absl::Status EveningOfLastFriday::TakePosition(absl::string_view member,
                                               const std::string& deployment,
                                               v1::Position::Stance stance) {
  v1::TakePositionRequest request;
  request.set_name(deployment);
  request.set_stance(stance);
  return director_.Do(member, request, &domain::TakePosition).status();
}

absl::Status EveningOfLastFriday::Decide(const std::string& deployment) {
  v1::DecideDeploymentRequest request;
  request.set_name(deployment);
  request.set_etag(director_.Get<v1::Deployment>(deployment).etag());
  return director_.Do("motesledare", request, &domain::DecideDeployment).status();
}

v1::Assignment EveningOfLastFriday::AssignmentOf(absl::string_view unit) const {
  const std::string name = director_.UnitName(unit);
  for (const std::string& deployment : deployments_) {
    const v1::Deployment now = director_.Get<v1::Deployment>(deployment);
    for (const v1::Commitment& commitment : now.commitments()) {
      if (commitment.unit() == name) return director_.Get<v1::Assignment>(commitment.assignment());
    }
  }
  return {};
}

v1::DeviceStamp EveningOfLastFriday::StampFor(const v1::Assignment& assignment,
                                              absl::string_view member) {
  v1::DeviceStamp stamp;
  stamp.set_operation_id(director_.NextId());
  *stamp.mutable_device_time() = domain::TimestampOf(director_.now());
  stamp.set_device_id(absl::StrCat("demonstration-", member));
  stamp.set_definition_version(assignment.definition_version());
  stamp.set_status_version(assignment.status_version());
  return stamp;
}

absl::Status EveningOfLastFriday::Deliver(absl::string_view member, absl::string_view unit) {
  const v1::Assignment assignment = AssignmentOf(unit);
  v1::ReportDeliveryRequest request;
  request.set_name(assignment.name());
  *request.mutable_stamp() = StampFor(assignment, member);
  return director_.Do(member, request, &domain::ReportDelivery).status();
}

absl::Status EveningOfLastFriday::Acknowledge(absl::string_view member, absl::string_view unit,
                                              v1::AcknowledgeAssignmentRequest::Answer answer) {
  const v1::Assignment assignment = AssignmentOf(unit);
  v1::AcknowledgeAssignmentRequest request;
  request.set_name(assignment.name());
  request.set_answer(answer);
  *request.mutable_stamp() = StampFor(assignment, member);
  return director_.Do(member, request, &domain::AcknowledgeAssignment).status();
}

absl::Status EveningOfLastFriday::Update(absl::string_view member, absl::string_view unit,
                                         v1::Assignment::State state, absl::string_view text) {
  const v1::Assignment assignment = AssignmentOf(unit);
  v1::UpdateAssignmentRequest request;
  request.set_name(assignment.name());
  request.set_state(state);
  request.set_text(std::string(text));
  *request.mutable_stamp() = StampFor(assignment, member);
  return director_.Do(member, request, &domain::UpdateAssignment).status();
}

absl::Status EveningOfLastFriday::Note(absl::string_view member, absl::string_view unit,
                                       absl::string_view text) {
  const v1::Assignment assignment = AssignmentOf(unit);
  v1::AddFieldUpdateRequest request;
  request.set_name(assignment.name());
  request.set_text(std::string(text));
  *request.mutable_stamp() = StampFor(assignment, member);
  return director_.Do(member, request, &domain::AddFieldUpdate).status();
}

absl::Status EveningOfLastFriday::Debrief(absl::string_view member, absl::string_view unit,
                                          v1::Debrief::Result result, v1::Debrief::Mood mood,
                                          absl::string_view text) {
  v1::DebriefAssignmentRequest request;
  request.set_name(AssignmentOf(unit).name());
  request.mutable_debrief()->set_result(result);
  request.mutable_debrief()->set_mood(mood);
  request.mutable_debrief()->set_text(std::string(text));
  return director_.Do(member, request, &domain::DebriefAssignment).status();
}

absl::Status EveningOfLastFriday::MakeStop(absl::string_view member, absl::string_view unit,
                                           int number, int minutes) {
  const v1::Assignment assignment = AssignmentOf(unit);
  v1::AddFieldUpdateRequest request;
  request.set_name(assignment.name());
  request.set_stop(number);
  request.set_minutes_on_place(minutes);
  *request.mutable_stamp() = StampFor(assignment, member);
  return director_.Do(member, request, &domain::AddFieldUpdate).status();
}

absl::Status EveningOfLastFriday::FollowUp(size_t which) {
  const FollowUpRow& row = FollowUps()[which];
  v1::RecordFollowUpRequest request;
  request.set_name(deployments_[which]);
  request.set_etag(director_.Get<v1::Deployment>(deployments_[which]).etag());
  v1::FollowUp& follow_up = *request.mutable_follow_up();
  follow_up.set_outcome(row.outcome);
  follow_up.set_deviations(std::string(row.deviations));
  follow_up.set_evidence(std::string(row.evidence));
  follow_up.set_planned_minutes(row.planned_minutes);
  return director_.Do("samordnare", request, &domain::RecordFollowUp).status();
}

}  // namespace samsyn::demo

// deployment, assignment.
#include <samsyn/v1/assignment.pb.h>

#include "clients/cli/command.h"
#include "clients/cli/runner.h"
#include "clients/cli/units.h"

namespace samsyn::cli {
namespace {

using google::protobuf::Message;

std::vector<Arg> DeploymentContent(bool is_new) {
  return {
      {"--aim", "deployment.aim", "", "What it is for", is_new},
      {"--kind", "deployment.kind", "", "What is done, as foot-stop or \"vuxennärvaro\"", is_new},
      {"--area", "deployment.areas", "areas", "Where; may be repeated", is_new},
      {"--from", "deployment.window.start_time", "", "From when, as 20:00", is_new},
      {"--to", "deployment.window.end_time", "", "To when, as 23:30", is_new},
      {"--problem", "deployment.problem", "problems", "The problem that it answers"},
      {"--responsible", "deployment.responsible_organisation", "organisations",
       "Who answers for it"},
      {"--due", "deployment.follow_up_due_time", "", "When it is followed up"},
      {"--instruction", "deployment.instruction", "", "What the units are to do"},
      {"--need", "deployment.needs", "",
       "Wanted FUNCTION=UNITS, as väktare=2 (that kind) or \"två på torget\"=2 (any); may be "
       "repeated"},
      {"--dose", "deployment.dose", "", "Wanted dose, as \"två fotstopp i timmen\""},
      {"--prevention", "deployment.prevention", "", "social or situational"},
      {"--after-read-back", "deployment.offer_after_read_back", "",
       "Assignments are sent with \"deployment offer\" only"},
      {"--stop", "deployment.stops", "",
       "A stop AREA=20:00 of 15 minutes, or AREA=20:00/12; may be repeated"},
      {"--stops-suggested", "", "", "Stops after the advised dose: each area every second hour"},
      {"--answer-within", "deployment.acknowledge_minutes", "", "Minutes to answer; else 15"},
      {"--class", "deployment.release.release_class", "", "Who may see it"},
  };
}

Arg Deployment() { return {"DEPLOYMENT", "name", "deployments", "Id, or its beginning"}; }
Arg Assignment() { return {"ASSIGNMENT", "name", "assignments", "Id, or its beginning"}; }
Arg DeviceTime() { return {"--at", "stamp.device_time", "", "When it happened; left out: now"}; }

// An answer without a word is an acceptance.
Failure AcceptUnlessSaid(Invocation&, Message& message) {
  auto& request = dynamic_cast<v1::AcknowledgeAssignmentRequest&>(message);
  if (request.answer() == v1::AcknowledgeAssignmentRequest::ANSWER_UNSPECIFIED) {
    request.set_answer(v1::AcknowledgeAssignmentRequest::ANSWER_ACCEPTED);
  }
  return {};
}

// The new assignment and the one that it took the place of.
template <typename Response>
Failure PrintBoth(Invocation& call, const Message& message) {
  const auto& response = dynamic_cast<const Response&>(message);
  std::vector<MessagePtr> list;
  list.push_back(std::make_unique<v1::Assignment>(response.replaced()));
  list.push_back(std::make_unique<v1::Assignment>(response.assignment()));
  call.out.List(std::move(list));
  return {};
}

// The one that is named, or all.
Failure RunStandDown(Invocation& call) {
  if (call.Has("all") == call.Has("DEPLOYMENT")) {
    return Failure::Usage("name one deployment, or say --all");
  }
  Command command{
      .noun = "deployment",
      .verb = "stand-down",
      .method = "DeploymentService.StandDownAll",
      .help = "",
      .args = {{"--reason", "reason", "", "", true}, NotPersonNumbers("not_person_numbers")}};
  if (!call.Has("all")) {
    command.method = "DeploymentService.StandDown";
    command.args.push_back(Deployment());
  }
  return RunCommand(command, call);
}

std::vector<Command> AssignmentCommands() {
  return {
      {.noun = "assignment",
       .verb = "list",
       .method = "AssignmentService.ListAssignments",
       .help = "Assignments that you may see.",
       .args = {{"--deployment", "deployment", "deployments", "Only of this deployment"},
                {"--unit", "unit", "units", "Only of this unit"},
                {"--state", "states", "", "Only in these states; several with commas"}}},
      {.noun = "assignment",
       .verb = "show",
       .method = "AssignmentService.GetAssignment",
       .help = "One assignment, whole.",
       .args = {Assignment()}},
      {.noun = "assignment",
       .verb = "log",
       .method = "AssignmentService.ListFieldUpdates",
       .help = "The field log of an assignment.",
       .args = {{"ASSIGNMENT", "assignment", "assignments", "Id, or its beginning"}}},
      {.noun = "assignment",
       .verb = "delivered",
       .method = "AssignmentService.ReportDelivery",
       .help = "Say that the device has it.",
       .args = {Assignment(), DeviceTime()}},
      {.noun = "assignment",
       .verb = "ack",
       .method = "AssignmentService.AcknowledgeAssignment",
       .help = "Answer: seen, accepted (if nothing is said) or declined.",
       .args = {Assignment(),
                {"[ANSWER]", "answer", "", "seen, accepted, declined"},
                {"--reason", "reason", "", "Why; needed to decline"},
                DeviceTime()},
       .prepare = AcceptUnlessSaid},
      {.noun = "assignment",
       .verb = "status",
       .method = "AssignmentService.UpdateAssignment",
       .help = "Say how it goes.",
       .args = {Assignment(),
                {"STATE", "state", "", "en-route, on-scene, paused, done, not-done"},
                {"--reason", "reason", "", "Why; needed for not-done"},
                {"--minutes", "minutes_on_place", "", "Minutes on place so far"},
                {"--text", "text", "", "Words"},
                DeviceTime()}},
      {.noun = "assignment",
       .verb = "note",
       .method = "AssignmentService.AddFieldUpdate",
       .help = "Add words or minutes on place to the field log.",
       .args = {Assignment(),
                {"--text", "text", "", "Words"},
                {"--minutes", "minutes_on_place", "", "Minutes on place"},
                DeviceTime()}},
      {.noun = "assignment",
       .verb = "stop",
       .method = "AssignmentService.AddFieldUpdate",
       .help = "Say that a stop was made.",
       .args = {Assignment(),
                {"STOP", "stop", "", "Its number, 1 the first"},
                {"--minutes", "minutes_on_place", "", "How long it took; else as planned"},
                {"--text", "text", "", "Words"},
                DeviceTime()}},
      {.noun = "assignment",
       .verb = "debrief",
       .method = "AssignmentService.DebriefAssignment",
       .help = "Say how it went, when it is over.",
       .args = {Assignment(),
                {"RESULT", "debrief.result", "", "as-planned, partly, not"},
                {"MOOD", "debrief.mood", "", "calm, uneasy, disorderly, nobody"},
                {"--text", "debrief.text", "", "A sentence about the place, never about who"}}},
      {.noun = "assignment",
       .verb = "replace",
       .method = "AssignmentService.ReplaceAssignment",
       .help = "Send the unit to another deployment.",
       .args = {Assignment(),
                {"DEPLOYMENT", "deployment", "deployments", "Where it goes instead"},
                {"--reason", "reason", "", "Why", true}},
       .print = PrintBoth<v1::ReplaceAssignmentResponse>},
      {.noun = "assignment",
       .verb = "hand-over",
       .method = "AssignmentService.HandOverAssignment",
       .help = "Hand it to another unit of the organisation.",
       .args = {Assignment(),
                {"UNIT", "unit", "units", "The unit that takes over"},
                {"--reason", "reason", "", "Why"},
                {"--override-reason", "override_reason", "", "Why in spite of a clash; recorded"}},
       .print = PrintBoth<v1::HandOverAssignmentResponse>},
  };
}

}  // namespace

std::vector<Command> DeploymentCommands() {
  std::vector<Command> commands = {
      {.noun = "deployment",
       .verb = "propose",
       .method = "DeploymentService.ProposeDeployment",
       .help = "Propose a deployment.",
       .args = DeploymentContent(true),
       .prepare = SuggestStopsIfAsked},
      {.noun = "deployment",
       .verb = "suggest-stops",
       .method = "DeploymentService.SuggestStops",
       .help = "A plan of stops after the advised dose: each area every second hour.",
       .args = {{"--area", "areas", "areas", "Where; may be repeated", true},
                {"--from", "window.start_time", "", "From when, as 20:00", true},
                {"--to", "window.end_time", "", "To when, as 23:30", true}}},
      {.noun = "deployment",
       .verb = "check",
       .method = "DeploymentService.CheckUnits",
       .help = "What comes of sending units on it: the gate, clashes. Without units: all that have "
               "a shift then, or that you may commit.",
       .args = {Deployment(), {"[UNIT...]", "units", "units", "Only these"}},
       .print = PrintChecks},
      {.noun = "deployment",
       .verb = "delivery",
       .method = "DeploymentService.GetDelivery",
       .help = "Planned against delivered, from the assignments that you may see.",
       .args = {Deployment()}},
      {.noun = "deployment",
       .verb = "position",
       .method = "DeploymentService.TakePosition",
       .help = "Say what your organisation thinks of it.",
       .args = {Deployment(),
                {"STANCE", "stance", "", "support, object, abstain"},
                {"--reason", "reason", "", "Why; needed to object"},
                OnBehalf()}},
      {.noun = "deployment",
       .verb = "commit",
       .method = "DeploymentService.CommitUnit",
       .help = "Commit a unit.",
       .args = {Deployment(),
                {"UNIT", "unit", "units", "The unit"},
                {"--override-reason", "override_reason", "", "Why in spite of a clash; recorded"},
                OnBehalf()}},
      {.noun = "deployment",
       .verb = "withdraw",
       .method = "DeploymentService.WithdrawUnit",
       .help = "Withdraw a unit; its assignment is cancelled.",
       .args = {Deployment(),
                {"UNIT", "unit", "units", "The unit"},
                {"--reason", "reason", "", "Why"},
                OnBehalf()}},
      {.noun = "deployment",
       .verb = "decide",
       .method = "DeploymentService.DecideDeployment",
       .help = "Agree on it, as chair.",
       .args = {Deployment(),
                {"--without-objectors", "without_objectors", "",
                 "Without the units of those who object"}}},
      {.noun = "deployment",
       .verb = "offer",
       .method = "DeploymentService.OfferAssignments",
       .help = "Send the assignments held back until the read-back; without a name all of them.",
       .args = {{"[DEPLOYMENT...]", "deployments", "deployments", "Ids, or their beginnings"}}},
      {.noun = "deployment",
       .verb = "revise",
       .method = "DeploymentService.ReviseDeployment",
       .help = "Change it; what is not given stays. Units of a decided one accept again.",
       .args = With({{"DEPLOYMENT", "deployment.name", "deployments", "Id, or its beginning"}},
                    DeploymentContent(false)),
       .edits = "deployment",
       .prepare = SuggestStopsIfAsked},
      {.noun = "deployment",
       .verb = "cancel",
       .method = "DeploymentService.CancelDeployment",
       .help = "Cancel it with its assignments.",
       .args = {Deployment(), {"--reason", "reason", "", "Why", true}}},
      {.noun = "deployment",
       .verb = "stand-down",
       .method = "DeploymentService.StandDownAll",
       .help = "End it: assignments that are not final are cancelled.",
       .args = {{"[DEPLOYMENT]", "", "", "Id, or its beginning"},
                {"--all", "", "", "All that are decided or running, in one action"},
                {"--reason", "reason", "", "Why", true}},
       .run = RunStandDown},
      {.noun = "deployment",
       .verb = "follow-up",
       .method = "DeploymentService.RecordFollowUp",
       .help = "Record what came of it.",
       .args = {Deployment(),
                {"OUTCOME", "follow_up.outcome", "",
                 "successful, partial, unsuccessful, cannot-tell"},
                {"--deviations", "follow_up.deviations", "", "What became different"},
                {"--evidence", "follow_up.evidence", "", "What it is judged by"},
                {"--planned-minutes", "follow_up.planned_minutes", "",
                 "Planned minutes on place; else as planned"}}},
      {.noun = "deployment",
       .verb = "list",
       .method = "DeploymentService.ListDeployments",
       .help = "Deployments that you may see.",
       .args = {{"--state", "states", "", "Only in these states; several with commas"},
                {"--from", "period.start_time", "", "Only whose window overlaps this (with --to)"},
                {"--to", "period.end_time", "", "… to then"}}},
      {.noun = "deployment",
       .verb = "show",
       .method = "DeploymentService.GetDeployment",
       .help = "One deployment, whole.",
       .args = {Deployment()}},
  };
  for (Command& command : AssignmentCommands()) commands.push_back(std::move(command));
  for (Command& command : NightCommands()) commands.push_back(std::move(command));
  return commands;
}

}  // namespace samsyn::cli

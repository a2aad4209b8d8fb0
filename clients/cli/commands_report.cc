// report, incident, problem, situation.
#include <absl/strings/str_cat.h>
#include <samsyn/v1/directory.pb.h>
#include <samsyn/v1/incident.pb.h>
#include <samsyn/v1/report.pb.h>
#include <samsyn/v1/situation.pb.h>

#include <memory>
#include <utility>

#include "clients/cli/command.h"
#include "clients/cli/gaps.h"
#include "clients/cli/priorities.h"
#include "clients/cli/situation_grid.h"
#include "clients/cli/situation_words.h"

namespace samsyn::cli {
namespace {

// What a report says; the same options add and amend one.
std::vector<Arg> ReportContent(bool is_new) {
  return {
      {"--category", "report.category", "", "What it is about, as vandalism or \"buskörning\"",
       is_new},
      {"--text", "report.text", "", "In words: the place and the event, never persons", is_new},
      {"--area", "report.area", "areas",
       "Where, as brandbergen; or a property, an address or an entrance in it"},
      {"--point", "report.point", "", "Where exactly, LAT,LON"},
      {"--precision", "report.point_precision_m", "", "Metres within which the point lies"},
      {"--kind", "report.kind", "", "What sort of statement; else it follows from the category"},
      {"--severity", "report.severity", "", "1 (slight) to 5 (grave)"},
      {"--at", "report.occurred_time", "", "When it happened or began; left out: now"},
      {"--until", "report.occurred_end_time", "", "When it ended"},
      {"--class", "report.release.release_class", "",
       "Who may see it: public, partner, authority, restricted; else the organisation's default"},
      {"--focus", "report.focus_area", "", "Focus area of the citizens' promise"},
      {"--knowledge", "report.knowledge", "", "How it is known: seen, heard, rumour"},
      {"--place", "report.place_text", "", "The place in words"},
      {"--repeat", "report.recurrence.frequency", "",
       "Of a planned event: it comes again weekly, monthly or yearly"},
      {"--every", "report.recurrence.interval", "", "Every so many weeks, months or years"},
      {"--weekday", "report.recurrence.iso_weekdays", "", "Weekly on these days, as fri,sat"},
      {"--day", "report.recurrence.day_of_month", "", "Monthly on this day, 1 to 31"},
      {"--before-weekend", "report.recurrence.before_weekend", "",
       "Monthly: on a Saturday or Sunday it is on the Friday before"},
      {"--repeat-until", "report.recurrence.until_time", "", "Comes no more after this day"},
      {"--skip", "report.recurrence.skipped_dates", "",
       "A day on which it is not held; may be repeated"},
  };
}

// The report, and what in its words the writer should look at once more.
Failure PrintWritten(Invocation& call, const google::protobuf::Message& response) {
  const auto& report = dynamic_cast<const v1::Report&>(
      response.GetReflection()->GetMessage(response, MainField(*response.GetDescriptor())));
  call.out.Row(report);
  if (report.text_findings().empty()) return {};
  const Language language = call.out.language();
  call.out.stream() << Say(language, "Kan peka ut någon: ", "May point somebody out: ")
                    << TextOf(report, *v1::Report::descriptor()->FindFieldByName("text_findings"),
                              language)
                    << "\n";
  return {};
}

// A new area leaves the place in the old one.
Failure LeaveOldPlace(Invocation& call, google::protobuf::Message& message) {
  if (call.Has("area"))
    dynamic_cast<v1::AmendReportRequest&>(message).mutable_report()->clear_place();
  return {};
}

std::vector<Arg> ProblemContent(bool is_new) {
  return {
      {"--statement", "problem.statement", "", "What the problem is", is_new},
      {"--area", "problem.areas", "areas", "Where; may be repeated"},
      {"--focus", "problem.focus_area", "", "Focus area of the citizens' promise"},
      {"--cause", "problem.cause_analysis", "", "Why"},
      {"--baseline", "problem.baseline", "", "How it was before anything was done"},
      {"--class", "problem.release.release_class", "", "Who may see it"},
      {"--standing", "problem.standing", "",
       "Standing work (löpande arbete): no deployment ends it"},
  };
}

// The rows as areas × families, and what the counts stand on.
Failure PrintSituation(Invocation& call, const google::protobuf::Message& response) {
  const auto& situation = dynamic_cast<const v1::GetSituationResponse&>(response);
  SituationGrid grid;
  AreaNames areas;
  for (const auto& row : situation.rows()) {
    grid.Add(row.area(), row.family(), row.actual(), row.perceived());
  }
  v1::ListAreasRequest request;
  request.set_municipality(call.client.municipality());
  ListAll(call.client, "DirectoryService.ListAreas", request, [&](const auto& area) {
    grid.Name(StringOf(area, "name"), StringOf(area, "display_name"));
    areas[StringOf(area, "name")] = StringOf(area, "display_name");
  });
  call.out.stream() << grid.Render(call.out.language(), call.out.width());
  const Language language = call.out.language();
  const auto field = [&](const char* name) {
    return absl::StrCat(
        LabelOf(name, language), " ",
        TextOf(response, *response.GetDescriptor()->FindFieldByName(name), language));
  };
  call.out.stream() << field("period_start_time");
  if (!situation.previous_meeting().empty()) {
    call.out.stream() << ", " << field("previous_meeting");
  }
  if (situation.unreviewed_reports() > 0) {
    call.out.stream() << ", " << field("unreviewed_reports");
  }
  call.out.stream() << "\n" << InWords(situation, areas, language);
  return PrintGaps(call, situation.gaps());
}

// Both incidents, the one that was split first.
Failure PrintParted(Invocation& call, const google::protobuf::Message& response) {
  const auto& parted = dynamic_cast<const v1::SplitIncidentResponse&>(response);
  std::vector<MessagePtr> both;
  both.push_back(std::make_unique<v1::Incident>(parted.incident()));
  both.push_back(std::make_unique<v1::Incident>(parted.split_off()));
  call.out.List(std::move(both));
  return {};
}

// The report, then its problems, then what was done about them.
Failure PrintFeedback(Invocation& call, const google::protobuf::Message& response) {
  const auto& feedback = dynamic_cast<const v1::GetReportFeedbackResponse&>(response);
  call.out.Row(feedback.report());
  if (feedback.problems().empty()) {
    call.out.stream() << Say(call.out.language(), "Inget problem som du får se bygger på den.",
                             "No problem that you may see builds on it.")
                      << "\n";
    return {};
  }
  std::vector<MessagePtr> problems, deployments;
  for (const v1::Problem& problem : feedback.problems()) {
    problems.push_back(std::make_unique<v1::Problem>(problem));
  }
  for (const v1::FeedbackDeployment& deployment : feedback.deployments()) {
    deployments.push_back(std::make_unique<v1::FeedbackDeployment>(deployment));
  }
  call.out.List(std::move(problems));
  call.out.List(std::move(deployments));
  return {};
}

}  // namespace

std::vector<Command> ReportCommands() {
  return {
      {.noun = "report",
       .verb = "add",
       .method = "ReportService.SubmitReport",
       .help = "Report what was seen or heard.",
       .args = ReportContent(true),
       .print = PrintWritten},
      {.noun = "report",
       .verb = "list",
       .method = "ReportService.ListReports",
       .help = "Reports that you may see.",
       .args = {{"--area", "areas", "areas", "Only there; \"unlocated\": without a place"},
                {"--from", "period.start_time", "", "Only what occurred from then (with --to)"},
                {"--to", "period.end_time", "", "… and before then"},
                {"--category", "categories", "", "Only these; several with commas"},
                {"--word", "word", "", "Only with this word in text or place"},
                {"--state", "states", "", "Only in these states: submitted, accepted …"},
                {"--kind", "kinds", "", "Only of these kinds: physical-defect, planned-event …"},
                {"--repair", "repair_states", "",
                 "Only defects whose repair stands so: reported, ordered, fixed, declined"},
                {"--responsible", "responsible_organisation", "organisations",
                 "Only defects that this organisation answers for"}}},
      {.noun = "report",
       .verb = "show",
       .method = "ReportService.GetReport",
       .help = "One report, whole.",
       .args = {{"REPORT", "name", "reports", "Id, or its beginning"}}},
      {.noun = "report",
       .verb = "review",
       .method = "ReportService.ReviewReport",
       .help = "Accept, return or reject a report.",
       .args = {{"REPORT", "name", "reports", "Id, or its beginning"},
                {"VERDICT", "verdict", "", "accept, return or reject"},
                {"--note", "note", "", "Question or reason; needed to return or reject"},
                {"--no-personal-data", "no_personal_data", "",
                 "You have checked: no personal data; needed to accept"}}},
      {.noun = "report",
       .verb = "retract",
       .method = "ReportService.RetractReport",
       .help = "Withdraw a report.",
       .args = {{"REPORT", "name", "reports", "Id, or its beginning"},
                {"--note", "note", "", "Why"}}},
      {.noun = "report",
       .verb = "amend",
       .method = "ReportService.AmendReport",
       .help = "Correct a report; what is not given stays.",
       .args = With({{"REPORT", "report.name", "reports", "Id, or its beginning"}},
                    ReportContent(false)),
       .edits = "report",
       .prepare = LeaveOldPlace,
       .print = PrintWritten},
      {.noun = "report",
       .verb = "feedback",
       .method = "ReportService.GetReportFeedback",
       .help = "What came of a report: its problems, and what was done.",
       .args = {{"REPORT", "name", "reports", "Id, or its beginning"}},
       .print = PrintFeedback},
      {.noun = "incident",
       .verb = "list",
       .method = "IncidentService.ListIncidents",
       .help = "Incidents that you may see.",
       .args = {{"--area", "areas", "areas", "Only there; \"unlocated\": without a place"},
                {"--from", "period.start_time", "", "Only what occurred from then (with --to)"},
                {"--to", "period.end_time", "", "… and before then"},
                {"--category", "categories", "", "Only these; several with commas"},
                {"--family", "families", "", "Only these families"}}},
      {.noun = "incident",
       .verb = "show",
       .method = "IncidentService.GetIncident",
       .help = "One incident, whole.",
       .args = {{"INCIDENT", "name", "incidents", "Id, or its beginning"}}},
      {.noun = "incident",
       .verb = "candidates",
       .method = "IncidentService.ListMergeCandidates",
       .help = "Pairs of incidents that may be the same thing, with the reasons; the newest first.",
       .args = {{"[INCIDENT]", "incident", "incidents", "Only what may be the same as this one"},
                {"--from", "period.start_time", "",
                 "Only where the later occurred from then (with --to); else the last 31 days"},
                {"--to", "period.end_time", "", "… and before then"}}},
      {.noun = "incident",
       .verb = "merge",
       .method = "IncidentService.MergeReports",
       .help = "Bring reports into an incident: they are of the same thing. Each comes with all "
               "reports of its own incident.",
       .args = {{"INCIDENT", "incident", "incidents", "The incident that stays"},
                {"REPORT...", "reports", "reports", "Accepted reports of the same release"},
                {"--reason", "reason", "", "Why"}}},
      {.noun = "incident",
       .verb = "split",
       .method = "IncidentService.SplitIncident",
       .help = "Take reports out of an incident again; what came in together and leaves together "
               "is the incident that it was.",
       .args = {{"INCIDENT", "name", "incidents", "Id, or its beginning"},
                {"REPORT...", "reports", "reports", "Those that leave; not all that it has"}},
       .print = PrintParted},
      {.noun = "problem",
       .verb = "create",
       .method = "ProblemService.CreateProblem",
       .help = "State a problem.",
       .args = ProblemContent(true)},
      {.noun = "problem",
       .verb = "list",
       .method = "ProblemService.ListProblems",
       .help = "Problems that you may see."},
      {.noun = "problem",
       .verb = "priorities",
       .method = "ProblemService.SuggestPriorities",
       .help = "In which order the problems might be taken, with what speaks for each.",
       .run = RunPriorities},
      {.noun = "problem",
       .verb = "show",
       .method = "ProblemService.GetProblem",
       .help = "One problem, whole.",
       .args = {{"PROBLEM", "name", "problems", "Id, or its beginning"}}},
      {.noun = "problem",
       .verb = "link",
       .method = "ProblemService.LinkIncidents",
       .help = "Link incidents to a problem, or unlink them.",
       .args = {{"PROBLEM", "name", "problems", "Id, or its beginning"},
                {"[INCIDENT...]", "add", "incidents", "Incidents to link"},
                {"--remove", "remove", "incidents", "Incident to unlink; may be repeated"}}},
      {.noun = "problem",
       .verb = "close",
       .method = "ProblemService.CloseProblem",
       .help = "Close a problem.",
       .args = {{"PROBLEM", "name", "problems", "Id, or its beginning"},
                {"--note", "note", "", "Why", true}}},
      {.noun = "problem",
       .verb = "reopen",
       .method = "ProblemService.ReopenProblem",
       .help = "Open a closed problem again.",
       .args = {{"PROBLEM", "name", "problems", "Id, or its beginning"}}},
      {.noun = "problem",
       .verb = "update",
       .method = "ProblemService.UpdateProblem",
       .help = "Change a problem; what is not given stays.",
       .args = With({{"PROBLEM", "problem.name", "problems", "Id, or its beginning"},
                     {"--monitored", "monitored", "", "It is only monitored from now on"}},
                    ProblemContent(false)),
       .edits = "problem"},
      {.noun = "situation",
       .verb = "show",
       .method = "SituationService.GetSituation",
       .help =
           "Areas by families since the last meeting, and what is unusual; perceived in brackets.",
       .args = {{"--as-of", "as_of_revision", "", "As it stood at this revision"},
                {"--meeting", "as_of_meeting", "meetings",
                 "As it stood when this meeting was closed, as 2026-11-20"}},
       .print = PrintSituation},
  };
}

}  // namespace samsyn::cli

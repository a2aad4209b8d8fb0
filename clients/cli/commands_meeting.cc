// meeting.
#include <absl/strings/str_cat.h>
#include <samsyn/v1/meeting.pb.h>

#include "clients/cli/command.h"
#include "clients/cli/fields.h"
#include "clients/cli/private_file.h"
#include "clients/cli/table.h"

namespace samsyn::cli {
namespace {

using google::protobuf::Message;

// Without a phase: the next one.
Failure NextPhase(Invocation& call, Message& message) {
  auto& request = dynamic_cast<v1::AdvanceMeetingRequest&>(message);
  if (request.phase() != v1::Meeting::PHASE_UNSPECIFIED) return {};
  MessagePtr entity;
  if (Failure failure = call.names.Fetch(request.name(), &entity); !failure.ok()) return failure;
  const auto phase = dynamic_cast<const v1::Meeting&>(*entity).phase();
  if (phase < v1::Meeting::PHASE_FOLLOW_UP || phase >= v1::Meeting::PHASE_DECISIONS) {
    return Failure::Usage("there is no next phase; name one");
  }
  request.set_phase(static_cast<v1::Meeting::Phase>(phase + 1));
  return {};
}

// Without a kind: what the text says, or that there is nothing to report.
Failure EntryKind(Invocation&, Message& message) {
  auto& entry = *dynamic_cast<v1::AddRoundEntryRequest&>(message).mutable_entry();
  if (entry.kind() == v1::RoundEntry::KIND_UNSPECIFIED) {
    entry.set_kind(entry.text().empty() ? v1::RoundEntry::KIND_NOTHING_TO_REPORT
                                        : v1::RoundEntry::KIND_SAID);
  }
  return {};
}

// Reason, parameter and class hold for every level of the command.
Failure LevelDetails(Invocation& call, Message& message) {
  auto& request = dynamic_cast<v1::AssessAreasRequest&>(message);
  v1::AssessAreasRequest::Level details;
  const Reading reading{&call.names, call.now};
  if (call.Has("class")) {
    Failure failure = SetField(details, "reason_class", "", {call.Get("class")}, reading);
    if (!failure.ok()) return failure;
  }
  details.set_reason(call.Get("reason"));
  details.set_parameter(call.Get("parameter"));
  for (auto& level : *request.mutable_levels()) level.MergeFrom(details);
  if (request.levels().empty() && !request.unchanged_for_the_rest()) {
    return Failure::Usage("give AREA=LEVEL or --rest-unchanged");
  }
  return {};
}

Failure PrintAssessments(Invocation& call, const Message& response) {
  std::vector<MessagePtr> list;
  for (const auto& one : dynamic_cast<const v1::AssessAreasResponse&>(response).assessments()) {
    list.push_back(std::make_unique<v1::AreaAssessment>(one));
  }
  call.out.List(std::move(list));
  return {};
}

// What stands on it, then what is open.
Failure PrintAgenda(Invocation& call, const Message& response) {
  const auto& agenda = dynamic_cast<const v1::GetAgendaResponse&>(response);
  std::vector<MessagePtr> items, points;
  for (const auto& one : agenda.items()) items.push_back(std::make_unique<v1::AgendaItem>(one));
  for (const auto& one : agenda.open_points()) {
    points.push_back(std::make_unique<v1::OpenPoint>(one));
  }
  call.out.List(std::move(items));
  if (points.empty()) return {};
  call.out.stream() << "\n";
  call.out.List(std::move(points));
  return {};
}

// For publication, or for those who were not there; else for the caller.
Failure Rendition(Invocation& call, Message& message) {
  auto& request = dynamic_cast<v1::GetMinutesRequest&>(message);
  if (call.Has("open") && call.Has("letter")) return Failure::Usage("--open or --letter, not both");
  if (call.Has("open")) request.set_rendition(v1::GetMinutesRequest::RENDITION_OPEN);
  if (call.Has("letter")) request.set_rendition(v1::GetMinutesRequest::RENDITION_LETTER);
  return {};
}

Failure PrintMinutes(Invocation& call, const Message& response) {
  const auto& minutes = dynamic_cast<const v1::GetMinutesResponse&>(response);
  if (call.Has("html")) {
    const std::string path = call.Get("html");
    if (WritePrivateFile(path, minutes.html())) return {};
    return Failure::Usage(absl::StrCat(path, ": cannot be written (or is there already)"));
  }
  call.out.stream() << Harmless(minutes.markdown(), true) << "\n";
  call.out.Mark(minutes.release_class());
  return {};
}

// The edition that was approved, or made.
template <typename Response>
Failure PrintEdition(Invocation& call, const Message& response) {
  call.out.Row(dynamic_cast<const Response&>(response).minutes());
  return {};
}

}  // namespace

std::vector<Command> MeetingCommands() {
  constexpr auto kCurrent = MeetingDefault::kOpenOrNext;
  return {
      {.noun = "meeting",
       .verb = "schedule",
       .method = "MeetingService.ScheduleMeeting",
       .help = "Plan a meeting.",
       .args = {{"TIME", "meeting.scheduled_time", "", "When, as \"2026-11-27 18:00\""},
                {"--note", "meeting.note", "", "What is to be known beforehand"},
                {"--secretary", "meeting.secretary", "members", "The member who writes"}}},
      {.noun = "meeting",
       .verb = "list",
       .method = "MeetingService.ListMeetings",
       .help = "All meetings."},
      {.noun = "meeting",
       .verb = "dates",
       .method = "MeetingService.ListMeetingDates",
       .help = "When meetings are held, from today on.",
       .args = {{"--count", "count", "", "How many, 1 to 60; else 8"}}},
      {.noun = "meeting",
       .verb = "agenda",
       .method = "MeetingService.GetAgenda",
       .help = "What a planned or open meeting takes up, and what is still open.",
       .meeting = kCurrent,
       .print = PrintAgenda},
      {.noun = "meeting",
       .verb = "show",
       .method = "MeetingService.GetMeeting",
       .help = "One meeting, whole.",
       .meeting = kCurrent},
      {.noun = "meeting",
       .verb = "open",
       .method = "MeetingService.OpenMeeting",
       .help = "Open a planned meeting; you become its chair.",
       .meeting = kCurrent},
      {.noun = "meeting",
       .verb = "advance",
       .method = "MeetingService.AdvanceMeeting",
       .help = "Move to a phase, also back; without one to the next.",
       .args = {{"[PHASE]", "phase", "", "follow-up, round, levels, priorities, decisions"}},
       .meeting = kCurrent,
       .prepare = NextPhase},
      {.noun = "meeting",
       .verb = "join",
       .method = "MeetingService.JoinMeeting",
       .help = "Say that your organisation is present.",
       .args = {{"--organisation", "organisation", "organisations",
                 "Chair or secretary: another one"}},
       .meeting = kCurrent},
      {.noun = "meeting",
       .verb = "leave",
       .method = "MeetingService.LeaveMeeting",
       .help = "Say that your organisation has left.",
       .args = {{"--organisation", "organisation", "organisations",
                 "Chair or secretary: another one"}},
       .meeting = kCurrent},
      {.noun = "meeting",
       .verb = "take-chair",
       .method = "MeetingService.TakeChair",
       .help = "Take the chair of an open meeting.",
       .meeting = kCurrent},
      {.noun = "meeting",
       .verb = "round",
       .method = "MeetingService.AddRoundEntry",
       .help = "What your organisation says in the round; without text: nothing to report.",
       .args = {{"--text", "entry.text", "", "What was said"},
                {"--kind", "entry.kind", "", "said, nothing-to-report, oral"},
                {"--class", "entry.release.release_class", "", "Who may see it"},
                OnBehalf()},
       .meeting = kCurrent,
       .prepare = EntryKind},
      {.noun = "meeting",
       .verb = "assess",
       .method = "MeetingService.AssessAreas",
       .help = "Set levels of areas.",
       .args = {{"[LEVEL...]", "levels", "",
                 "AREA=LEVEL, as brandbergen=yellow; green, yellow, orange, "
                 "red, unknown"},
                {"--reason", "", "", "Why; needed where the level is a new one"},
                {"--parameter", "", "", "What it was judged by"},
                {"--class", "", "", "Who may see the assessment; else partner"},
                {"--rest-unchanged", "unchanged_for_the_rest", "",
                 "Every other area keeps its level"}},
       .meeting = kCurrent,
       .prepare = LevelDetails,
       .print = PrintAssessments},
      {.noun = "meeting",
       .verb = "priorities",
       .method = "MeetingService.SetPriorities",
       .help = "Order the problems, the most pressing first.",
       .args = {{"PROBLEM...", "problems", "problems", "Ids, or their beginnings"}},
       .meeting = kCurrent},
      {.noun = "meeting",
       .verb = "night-lead",
       .method = "MeetingService.SetNightLead",
       .help = "Say who leads the night.",
       .args = {{"MEMBER", "night_lead.member", "members", "Id"},
                {"--phone", "night_lead.phone", "", "Number to call", true},
                {"--from", "night_lead.window.start_time", "", "From when, as 20:00", true},
                {"--to", "night_lead.window.end_time", "", "To when, as 04:00", true}},
       .meeting = kCurrent},
      {.noun = "meeting",
       .verb = "close",
       .method = "MeetingService.CloseMeeting",
       .help = "Close the open meeting: its minutes are made, what is left goes to the next one.",
       .args = {{"--override-reason", "override_reason", "",
                 "Why it closes although something is open (see agenda)"}},
       .meeting = kCurrent},
      {.noun = "meeting",
       .verb = "cancel",
       .method = "MeetingService.CancelMeeting",
       .help = "Call a planned meeting off.",
       .args = {{"--note", "note", "", "Why"}},
       .meeting = kCurrent},
      {.noun = "meeting",
       .verb = "minutes",
       .method = "MeetingService.GetMinutes",
       .help = "The minutes as you may see them; without a name the latest that there are.",
       .args = {{"--edition", "edition", "", "Which edition; else the newest"},
                {"--open", "", "", "For publication: what is public of approved minutes"},
                {"--letter", "", "", "For those who were not there, short"},
                {"--html", "", "", "Write them to this new file, to print (mode 0600)"}},
       .meeting = MeetingDefault::kLatestWithMinutes,
       .prepare = Rendition,
       .print = PrintMinutes},
      {.noun = "meeting",
       .verb = "approve",
       .method = "MeetingService.ApproveMinutes",
       .help = "Approve the newest edition of a closed meeting's minutes.",
       .args = {{"--digest", "digest", "", "What you have read, as the minutes say it"}},
       .meeting = MeetingDefault::kLatestWithMinutes,
       .print = PrintEdition<v1::ApproveMinutesResponse>},
      {.noun = "meeting",
       .verb = "revise",
       .method = "MeetingService.ReviseMinutes",
       .help = "Correct the minutes of a closed meeting by a new edition.",
       .args = {{"--correction", "correction", "", "What is corrected", true}},
       .meeting = MeetingDefault::kLatestWithMinutes,
       .print = PrintEdition<v1::ReviseMinutesResponse>},
  };
}

}  // namespace samsyn::cli

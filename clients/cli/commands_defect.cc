// Repairs of physical defects, and what is planned: report repair, report planned, situation
// repairs.
#include <absl/strings/str_cat.h>
#include <absl/time/civil_time.h>
#include <samsyn/v1/report.pb.h>
#include <samsyn/v1/situation.pb.h>

#include "clients/cli/command.h"
#include "clients/cli/table.h"
#include "clients/cli/times.h"

namespace samsyn::cli {
namespace {

using google::protobuf::Message;

absl::Time TimeOf(const google::protobuf::Timestamp& stamp) {
  return absl::FromUnixSeconds(stamp.seconds());
}

// A field of a message as people read it; empty if it is not set.
std::string Text(const Invocation& call, const Message& message, const char* field) {
  return TextOf(message, *message.GetDescriptor()->FindFieldByName(field), call.out.language());
}

// Where: the place if one is named, else the area.
std::string WhereOf(const Invocation& call, const v1::Report& report) {
  return Text(call, report, report.place().empty() ? "area" : "place");
}

std::vector<std::string> Headings(const Invocation& call,
                                  std::initializer_list<const char*> names) {
  std::vector<std::string> headings;
  for (const char* name : names) headings.push_back(LabelOf(name, call.out.language()));
  return headings;
}

// Left out: from this morning, 05:00, until Monday morning, "i kväll och i helgen".
Failure TonightAndTheWeekend(Invocation& call, Message& message) {
  auto& window = *dynamic_cast<v1::ListPlannedEventsRequest&>(message).mutable_window();
  const absl::CivilHour here = absl::ToCivilHour(call.now, Stockholm());
  const absl::CivilDay day = absl::CivilDay(here - 5);  // a night belongs to the day before
  const auto morning_of = [](absl::CivilDay of) {
    return absl::ToUnixSeconds(absl::FromCivil(absl::CivilHour(of) + 5, Stockholm()));
  };
  if (!window.has_start_time()) window.mutable_start_time()->set_seconds(morning_of(day));
  if (!window.has_end_time()) {
    const absl::CivilDay begin = absl::ToCivilDay(TimeOf(window.start_time()), Stockholm());
    window.mutable_end_time()->set_seconds(
        morning_of(absl::NextWeekday(begin, absl::Weekday::monday)));
  }
  return {};
}

Failure PrintPlanned(Invocation& call, const Message& response) {
  const auto& planned = dynamic_cast<const v1::ListPlannedEventsResponse&>(response);
  if (planned.occurrences().empty()) {
    call.out.stream() << Say(call.out.language(), "Inget är planerat.", "Nothing is planned.")
                      << "\n";
    return {};
  }
  Table table(Headings(call, {"name", "window", "area", "frequency", "state", "text"}));
  for (const v1::PlannedOccurrence& one : planned.occurrences()) {
    const absl::Time start = TimeOf(one.start_time()), end = TimeOf(one.end_time());
    table.Add({ShortId(one.report().name()),
               end > start ? WriteWindow(start, end) : WriteTime(start),
               WhereOf(call, one.report()), Text(call, one.report().recurrence(), "frequency"),
               Text(call, one.report(), "state"), Text(call, one.report(), "text")});
  }
  call.out.stream() << table.Render(call.out.width());
  return {};
}

Failure PrintRepair(Invocation& call, const Message& response) {
  const v1::Report& report = dynamic_cast<const v1::UpdateRepairResponse&>(response).report();
  const v1::Repair& repair = report.repair();
  Table table(Headings(call, {"name", "area", "repair", "responsible_organisation", "open_time",
                              "order_time", "close_time", "reference", "note"}));
  table.Add({ShortId(report.name()), WhereOf(call, report), Text(call, repair, "state"),
             Text(call, repair, "responsible_organisation"), Text(call, repair, "open_time"),
             Text(call, repair, "order_time"), Text(call, repair, "close_time"),
             Text(call, repair, "reference"), Text(call, repair, "note")});
  call.out.stream() << table.Render(call.out.width());
  return {};
}

}  // namespace

std::vector<Command> DefectCommands() {
  return {
      {.noun = "report",
       .verb = "planned",
       .method = "ReportService.ListPlannedEvents",
       .help = "What is planned, each time that it is held; tonight and the weekend.",
       .args = {{"--from", "window.start_time", "", "From then; left out: 05:00 this morning"},
                {"--to", "window.end_time", "", "To then; left out: 05:00 on Monday"}},
       .prepare = TonightAndTheWeekend,
       .print = PrintPlanned},
      {.noun = "report",
       .verb = "repair",
       .method = "ReportService.UpdateRepair",
       .help = "Say how far the repair of a physical defect has come.",
       .args = {{"REPORT", "name", "reports", "Id, or its beginning"},
                {"STATE", "state", "", "reported (again), ordered, fixed or declined"},
                {"--reference", "reference", "", "The responsible organisation's number for it"},
                {"--note", "note", "", "In words; needed to decline"},
                {"--responsible", "responsible_organisation", "organisations",
                 "Who answers for it from now on"},
                {"--at", "change_time", "", "When it was ordered, fixed or declined; else now"}},
       .print = PrintRepair},
      {.noun = "situation",
       .verb = "repairs",
       .method = "SituationService.GetRepairs",
       .help = "What is to be repaired, by area, and how long it takes.",
       .args = {{"--responsible", "responsible_organisation", "organisations",
                 "Only what this organisation answers for"}}},
  };
}

}  // namespace samsyn::cli

// coverage, log, unit sheet: what the one who leads the night reads and prints.
#include <samsyn/v1/assignment.pb.h>
#include <samsyn/v1/deployment.pb.h>

#include <fstream>

#include "clients/cli/command.h"
#include "clients/cli/coverage_grid.h"
#include "clients/cli/table.h"

namespace samsyn::cli {
namespace {

using google::protobuf::Message;

Arg Html() { return {"--html", "", "", "Write it as a page to print into this file instead"}; }
Arg From(const std::string& window) {
  return {"--from", window + ".start_time", "", "From when, as 18:00 (with --to); else this night"};
}
Arg To(const std::string& window) { return {"--to", window + ".end_time", "", "… to then"}; }

// A document: its text, or into a file the page.
template <typename Response>
Failure PrintDocument(Invocation& call, const Message& message) {
  const auto& response = dynamic_cast<const Response&>(message);
  if (!call.Has("html")) {
    call.out.stream() << Harmless(response.markdown(), true) << "\n";
    call.out.Mark(response.release_class());
    return {};
  }
  std::ofstream file(call.Get("html"), std::ios::binary);
  file << response.html();
  if (!file.flush()) return {kRefused, call.Get("html") + ": cannot be written"};
  call.out.Mark(response.release_class());
  return {};
}

Failure PrintCoverage(Invocation& call, const Message& message) {
  const auto& coverage = dynamic_cast<const v1::GetCoverageResponse&>(message);
  call.out.stream() << CoverageGrid(coverage, call.out.language());
  return {};
}

}  // namespace

std::vector<Command> NightCommands() {
  return {
      {.noun = "coverage",
       .verb = "show",
       .method = "DeploymentService.GetCoverage",
       .help = "How places are covered, by kind of power and hour.",
       .args = {From("window"), To("window")},
       .print = PrintCoverage},
      {.noun = "log",
       .verb = "show",
       .method = "DeploymentService.GetLog",
       .help = "What was decided, offered, answered and reported, in order of time.",
       .args = {{"--deployment", "deployment", "deployments", "Only of this deployment"},
                From("window"),
                To("window"),
                Html()},
       .print = PrintDocument<v1::GetLogResponse>},
      {.noun = "unit",
       .verb = "sheet",
       .method = "AssignmentService.GetUnitSheet",
       .help = "The card of a unit (insatskort): shift, whom to call, assignments.",
       .args = {{"UNIT", "unit", "units", "Id, or its name"}, From("window"), To("window"), Html()},
       .print = PrintDocument<v1::GetUnitSheetResponse>},
  };
}

}  // namespace samsyn::cli

// What a command is: a row of a table. Most rows say which method they call and which option goes
// into which field; the few that need more name a function.
#ifndef SAMSYN_CLIENTS_CLI_COMMAND_H_
#define SAMSYN_CLIENTS_CLI_COMMAND_H_

#include <absl/time/time.h>
#include <google/protobuf/message.h>

#include <map>
#include <string>
#include <vector>

#include "clients/cli/methods.h"
#include "clients/cli/output.h"
#include "clients/cpp/client.h"

namespace samsyn::cli {

// One option or one word of a command.
struct Arg {
  // "--area"; or a word by place: "REPORT", "[PHASE]" (may be left out), "INCIDENT..." (one or
  // more), "[DEPLOYMENT...]".
  std::string flag;
  std::string path;        // field of the request, "report.area"; empty: for the row's function
  std::string collection;  // where short names lie: "areas"; "any" for reports/ID; empty: no name
  std::string help;
  bool required = false;  // of options; words are required unless bracketed
};

// The values given, by flag without dashes and brackets: "area", "INCIDENT".
using Values = std::map<std::string, std::vector<std::string>>;

// A command on its way.
struct Invocation {
  Client& client;
  Names& names;
  Output& out;
  Values values;
  absl::Time now;
  std::vector<std::string> token_files;

  bool Has(const std::string& flag) const { return values.count(flag) > 0; }
  std::string Get(const std::string& flag) const { return Has(flag) ? values.at(flag)[0] : ""; }
};

// The token in a file's first line.
Failure ReadTokenFile(const std::string& path, std::string* token);

// Which meeting is meant when none is named.
enum class MeetingDefault { kNone, kOpenOrNext, kLatestWithMinutes };

struct Command {
  std::string noun;
  std::string verb = {};    // empty: the noun alone
  std::string method = {};  // "ReportService.ListReports"; empty: `run` does all
  std::string help;
  std::vector<Arg> args = {};
  // Field of the request that holds an entity to change: begins as the entity now is.
  std::string edits = {};
  MeetingDefault meeting = MeetingDefault::kNone;
  // After the fields are set, before the call.
  Failure (*prepare)(Invocation&, google::protobuf::Message& request) = nullptr;
  // Prints the answer for people (with --json the general way holds).
  Failure (*print)(Invocation&, const google::protobuf::Message& response) = nullptr;
  // Instead of all this.
  Failure (*run)(Invocation&) = nullptr;
};

// The two lists, one after the other.
std::vector<Arg> With(std::vector<Arg> first, std::vector<Arg> rest);
// --for ORGANISATION: what a present organisation said aloud in the meeting (R1).
Arg OnBehalf();
// --not-person-numbers, into the field at `path`; `Commands` gives it to every row whose method has
// words.
Arg NotPersonNumbers(const std::string& path);

struct Noun {
  std::string noun;
  std::string help;
  std::string example;
};

// All of them. `Commands` puts together the tables of commands_*.cc.
std::vector<Noun> Nouns();
std::vector<Command> Commands();
std::vector<Command> ReportCommands();      // report, incident, problem, situation
std::vector<Command> IndicatorCommands();   // indicator, import survey
std::vector<Command> DefectCommands();      // repairs, and what is planned
std::vector<Command> MeetingCommands();     // meeting
std::vector<Command> DeploymentCommands();  // deployment, assignment, and those of the night
std::vector<Command> NightCommands();       // coverage, log, unit sheet
std::vector<Command> DirectoryCommands();   // setup, municipality, member, unit, area, shift …
std::vector<Command> AccessCommands();      // whoami, token, login-link, session, device …
std::vector<Command> SystemCommands();      // audit, watch, import …

}  // namespace samsyn::cli

#endif  // SAMSYN_CLIENTS_CLI_COMMAND_H_

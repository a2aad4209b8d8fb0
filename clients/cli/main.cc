// samsyn: the municipality's picture, reports, meeting, deployments and assignments from a command
// line. Reads the words, finds the row of the table, runs it.
#include <absl/strings/match.h>
#include <absl/strings/str_cat.h>
#include <absl/time/clock.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <iostream>

#include "clients/cli/end_signals.h"
#include "clients/cli/runner.h"
#include "clients/cli/table.h"
#include "clients/cli/times.h"

namespace samsyn::cli {
namespace {

struct Globals {
  std::string server = "127.0.0.1:50451";
  std::vector<std::string> token_files;
  bool json = false;
  std::string language = "sv";
  std::string tls_ca, tls_certificate, tls_key;
};

// A command and where its parser puts what was given.
struct Parsed {
  Command command;
  CLI::App* app = nullptr;
  Values values;
  std::map<std::string, bool> flags;
};

constexpr char kFooter[] =
    "Names: brandbergen for an area; of other ids the first 6 characters or more will do.\n"
    "Times: 20:00 (today; small hours: tonight), \"2026-11-27 20:00\" (Stockholm), or RFC 3339.\n"
    "--json: one JSON object a line; lists print one entity a line.\n"
    "Exit codes: 0 done, 1 refused, 2 usage, 3 server out of reach.\n"
    "Environment: SAMSYN_SERVER, SAMSYN_TOKEN_FILE.\n"
    "\"samsyn NOUN --help\" and \"samsyn NOUN VERB --help\" say more; \"samsyn --help-all\" all.";

void AddGlobals(CLI::App& app, Globals& globals) {
  app.add_option("--server", globals.server, "Where the server is")
      ->envname("SAMSYN_SERVER")
      ->capture_default_str();
  app.add_option("--token-file", globals.token_files,
                 "File with your token; may be repeated for import")
      ->envname("SAMSYN_TOKEN_FILE")
      ->allow_extra_args(false);
  app.add_flag("--json", globals.json, "JSON for programs");
  app.add_option("--lang", globals.language, "Language of tables and messages")
      ->check(CLI::IsMember({"sv", "en"}))
      ->capture_default_str();
  app.add_option("--tls-ca", globals.tls_ca, "Certificates that the server's must come from (PEM)");
  app.add_option("--tls-cert", globals.tls_certificate, "Your certificate (PEM)");
  app.add_option("--tls-key", globals.tls_key, "Its key (PEM)");
}

void AddArg(Parsed& parsed, const Arg& arg) {
  const std::string name = IsWord(arg) ? KeyOf(arg) : arg.flag;
  if (IsFlag(parsed.command, arg)) {
    parsed.app->add_flag(name, parsed.flags[KeyOf(arg)], arg.help);
    return;
  }
  CLI::Option* option = parsed.app->add_option(name, parsed.values[KeyOf(arg)], arg.help);
  option->type_name("");
  if (!IsOptional(arg)) option->required();
  if (!IsWord(arg) || !TakesMany(arg)) option->allow_extra_args(false);
  if (IsWord(arg) && !TakesMany(arg)) option->expected(1);
}

void AddCommand(CLI::App& noun, Parsed& parsed) {
  const std::string& verb = parsed.command.verb;
  parsed.app = verb.empty() ? &noun : noun.add_subcommand(verb, parsed.command.help);
  parsed.app->fallthrough();
  for (const Arg& arg : parsed.command.args) AddArg(parsed, arg);
  if (parsed.command.meeting != MeetingDefault::kNone) {
    AddArg(parsed, {"--meeting", "name", "meetings",
                    "The meeting, as 2026-11-27 (\"--meeting\" may be left out)"});
  }
}

void AddCommands(CLI::App& app, std::vector<Parsed>& commands) {
  std::string examples = "Examples:\n";
  for (const Noun& noun : Nouns()) {
    CLI::App* sub = app.add_subcommand(noun.noun, noun.help);
    sub->fallthrough();
    sub->footer(absl::StrCat("Example: ", noun.example));
    absl::StrAppend(&examples, "  ", noun.example, "\n");
    bool verbs = false;
    for (Parsed& parsed : commands) {
      if (parsed.command.noun != noun.noun) continue;
      AddCommand(*sub, parsed);
      verbs = verbs || !parsed.command.verb.empty();
    }
    if (verbs) sub->require_subcommand(1);
  }
  app.require_subcommand(1);
  app.footer(absl::StrCat(examples, "\n", kFooter));
}

// What was given, flags too.
Values ValuesOf(const Parsed& parsed) {
  Values values;
  for (const auto& [key, given] : parsed.values) {
    if (!given.empty()) values[key] = given;
  }
  for (const auto& [key, given] : parsed.flags) {
    if (given) values[key] = {"true"};
  }
  return values;
}

Failure ReadToken(const Globals& globals, std::string* token) {
  if (globals.token_files.empty()) {
    return Failure::Usage("give --token-file FILE or set SAMSYN_TOKEN_FILE");
  }
  return ReadTokenFile(globals.token_files[0], token);
}

int TerminalWidth() {
  winsize size = {};
  if (isatty(STDOUT_FILENO) == 0 || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0) return 0;
  return size.ws_col;
}

// What may be wrong with the certificates, where gRPC only says that the handshake failed.
std::string CertificateHint(const Globals& globals, absl::string_view error, Language language) {
  if (absl::StrContains(error, "certificate verify failed")) {
    return absl::StrCat("\n", Say(language,
                                  "Serverns certifikat kommer inte från någon som --tls-ca nämner, "
                                  "eller gäller inte för den adressen.",
                                  "The server's certificate is from nobody that --tls-ca names, or "
                                  "not for that address."));
  }
  if (!globals.tls_ca.empty() && globals.tls_certificate.empty()) {
    return absl::StrCat(
        "\n",
        Say(language, "Inget klientcertifikat gavs: servern kan kräva --tls-cert och --tls-key.",
            "No client certificate was given: the server may ask for --tls-cert and "
            "--tls-key."));
  }
  return "";
}

// Said once, beside the answer.
std::string CutOffText(const std::string& since, Language language) {
  absl::Time time;
  std::string error;
  const std::string when =
      absl::ParseTime(absl::RFC3339_full, since, &time, &error) ? WriteTime(time) : Harmless(since);
  return absl::StrCat(
      Say(language, "Servern har varit utan kontakt med de andra sedan ",
          "The server has been out of touch with the others since "),
      when, Say(language, ": det som visas kan vara gammalt.", ": what is shown may be old."));
}

Failure Run(const Parsed& parsed, const Globals& globals) {
  const Values values = ValuesOf(parsed);
  if (parsed.command.noun == "watch" || values.count("every") > 0) BlockEndSignals();
  ClientOptions options;
  options.address = globals.server;
  options.language = globals.language;
  options.ca_file = globals.tls_ca;
  options.certificate_file = globals.tls_certificate;
  options.key_file = globals.tls_key;
  if (Failure failure = ReadToken(globals, &options.token); !failure.ok()) return failure;
  const Language language = globals.language == "en" ? Language::kEnglish : Language::kSwedish;
  options.cut_off = [language, told = std::string()](const std::string& since) mutable {
    if (std::exchange(told, since) != since) std::cerr << CutOffText(since, language) << "\n";
  };
  Client client(options);
  Names names(client);
  Output out(std::cout, language, globals.json, TerminalWidth());
  Invocation call{client, names, out, values, absl::Now(), globals.token_files};
  Failure failure = RunCommand(parsed.command, call);
  if (failure.exit_code == kOutOfReach) {
    failure.text = absl::StrCat(Say(language, "Servern nås inte: ", "The server is out of reach: "),
                                globals.server, "\n  ", failure.text,
                                CertificateHint(globals, failure.text, language));
  }
  return failure;
}

int Main(int argc, char** argv) {
  setenv("GRPC_VERBOSITY", "NONE", 0);  // what matters comes as an error
  CLI::App app("samsyn: one situation picture, one meeting, one night.");
  app.set_help_all_flag("--help-all", "Help of every command");
  Globals globals;
  AddGlobals(app, globals);
  std::vector<Parsed> commands;
  for (Command& command : Commands()) commands.push_back({std::move(command), nullptr, {}, {}});
  AddCommands(app, commands);
  std::vector<std::string> words = WithMeetingNamed({argv + 1, argv + argc});
  std::reverse(words.begin(), words.end());  // CLI11 takes them from the back
  try {
    app.parse(words);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kDone : kUsage;
  }
  for (const Parsed& parsed : commands) {
    if (!parsed.app->parsed() || !parsed.app->get_subcommands().empty()) continue;
    const Failure failure = Run(parsed, globals);
    std::cout << std::flush;
    if (!failure.ok()) std::cerr << failure.text << "\n";
    return failure.exit_code;
  }
  return kUsage;
}

}  // namespace
}  // namespace samsyn::cli

int main(int argc, char** argv) { return samsyn::cli::Main(argc, argv); }

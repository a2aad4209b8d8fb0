// The tables put together, what `--help` says of each noun, and what rows share.
#include <absl/strings/ascii.h>
#include <absl/strings/str_cat.h>

#include <fstream>

#include "clients/cli/command.h"
#include "clients/cli/fields.h"

namespace samsyn::cli {

std::vector<Arg> With(std::vector<Arg> first, std::vector<Arg> rest) {
  first.insert(first.end(), rest.begin(), rest.end());
  return first;
}

Arg OnBehalf() {
  return {"--for", "on_behalf_of", "organisations",
          "In an open meeting, chair or secretary: the present organisation that said it"};
}

Arg NotPersonNumbers(const std::string& path) {
  return {"--not-person-numbers", path, "",
          "What looks like person numbers in the texts is something else (recorded)"};
}

Failure ReadTokenFile(const std::string& path, std::string* token) {
  std::ifstream file(path);
  if (!std::getline(file, *token)) {
    return Failure::Usage(absl::StrCat(path, ": no token can be read from it"));
  }
  *token = std::string(absl::StripAsciiWhitespace(*token));
  if (MunicipalityOfToken(*token).empty()) {
    return Failure::Usage(absl::StrCat(path, ": holds no token of Samsyn"));
  }
  return {};
}

std::vector<Noun> Nouns() {
  return {
      {"whoami", "Who the token says that you are.", "samsyn whoami"},
      {"situation", "The situation (lägesbild).", "samsyn situation show"},
      {"watch", "The picture, live, until Ctrl-C.", "samsyn watch --area brandbergen"},
      {"report", "Reports (rapporter).",
       "samsyn report add --category vandalism --area brandbergen --text \"Klotter vid centrum\""},
      {"incident", "Incidents (händelser).", "samsyn incident list --family theft"},
      {"problem", "Problems (problem).",
       "samsyn problem create --statement \"Klotter vid centrum varje helg\" --area brandbergen"},
      {"indicator", "Indicators of safety (trygghetsindikatorer).",
       "samsyn indicator list --instrument safety-walk"},
      {"meeting", "The meeting (utsättningsmöte); without a name the open one, else the next.",
       "samsyn meeting assess brandbergen=yellow --reason \"Tre inbrott\""},
      {"deployment", "Deployments (insatser).",
       "samsyn deployment propose --aim \"Lugn fredagskväll\" --kind visible-patrol --area "
       "brandbergen --from 20:00 --to 23:30"},
      {"assignment", "Assignments (uppdrag).", "samsyn assignment status 3f2a91c0 on-scene"},
      {"coverage", "How places are covered, hour by hour (täckning).", "samsyn coverage show"},
      {"log", "The log of a night (logg).", "samsyn log show --html logg.html"},
      {"setup", "The municipality as a file.", "samsyn setup show > haninge.json"},
      {"municipality", "The municipality.", "samsyn municipality show"},
      {"organisation", "Organisations (aktörer).", "samsyn organisation list"},
      {"member", "Members (deltagare).",
       "samsyn member add --organisation polisen --role reporter,dispatcher --name \"Anna A\""},
      {"unit", "Units (enheter).", "samsyn unit list"},
      {"area", "Areas (områden).", "samsyn area list"},
      {"shift", "Shifts (pass).",
       "samsyn shift register --unit trygghetsvardar --people 2 --from 20:00 --to 03:30"},
      {"position", "Where field staff are, by their consent.", "samsyn position consent --yes"},
      {"release", "Sharing beyond the class (dela med).",
       "samsyn release make reports/3f2a91c0 --to polisen --purpose Lägesbild --ground samtycke"},
      {"class", "The class of an entity.", "samsyn class set reports/3f2a91c0 authority"},
      {"import", "Reports of other systems, and surveys.",
       "samsyn import polisen https://polisen.se/api/events"},
      {"token", "Tokens.", "samsyn token issue skarm --expires \"2027-01-01 00:00\""},
      {"login-link", "A link that signs a member in on the page.",
       "samsyn login-link nattvandrare-1 --page https://samsyn.haninge.se --qr"},
      {"session", "Browsers that are signed in.", "samsyn session list"},
      {"device", "Devices that are woken for assignments.", "samsyn device list"},
      {"audit", "Proof of what happened.", "samsyn audit verify"},
      {"backup", "A copy of the municipality's journal.", "samsyn backup haninge.samsyn"},
      {"journal", "What is to be done after a fork of the journal.", "samsyn journal reconcile"},
      {"server", "The server.", "samsyn server status"},
  };
}

std::vector<Command> Commands() {
  std::vector<Command> all;
  for (auto part : {&SystemCommands, &AccessCommands, &ReportCommands, &IndicatorCommands,
                    &DefectCommands, &MeetingCommands, &DeploymentCommands, &DirectoryCommands}) {
    for (Command& command : part()) {
      if (!command.method.empty() &&
          FieldAt(*MethodOf(command.method).input_type(), "not_person_numbers") != nullptr) {
        command.args.push_back(NotPersonNumbers("not_person_numbers"));
      }
      all.push_back(std::move(command));
    }
  }
  return all;
}

}  // namespace samsyn::cli

// setup, municipality, organisation, member, unit, area, shift.
#include <absl/strings/str_cat.h>
#include <google/protobuf/util/json_util.h>
#include <samsyn/v1/directory.pb.h>

#include <fstream>
#include <iostream>
#include <sstream>

#include "clients/cli/command.h"
#include "clients/cli/units.h"

namespace samsyn::cli {
namespace {

using google::protobuf::Message;

// Reads the file into the request.
Failure ReadSetup(Invocation& call, Message& message) {
  const std::string path = call.Get("FILE");
  std::stringstream text;
  if (path == "-") {
    text << std::cin.rdbuf();
  } else {
    std::ifstream file(path);
    if (!file) return Failure::Usage(absl::StrCat(path, ": cannot be read"));
    text << file.rdbuf();
  }
  auto& request = dynamic_cast<v1::ApplySetupRequest&>(message);
  const auto status =
      google::protobuf::util::JsonStringToMessage(text.str(), request.mutable_setup());
  if (!status.ok()) {
    return Failure::Usage(absl::StrCat(path, ": ", std::string(status.message())));
  }
  return {};
}

// As a file that `setup apply` takes.
Failure PrintSetup(Invocation& call, const Message& response) {
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = true;
  std::string json;
  google::protobuf::util::MessageToJsonString(
      dynamic_cast<const v1::GetSetupResponse&>(response).setup(), &json, options);
  call.out.stream() << json;
  return {};
}

std::vector<Arg> MemberContent() {
  return {
      {"--name", "member.display_name", "", "Name of the person or machine"},
      {"--function", "member.function", "", "What others see, as kvällsansvarig"},
      {"--role", "member.roles", "",
       "coordinator, chair, secretary, reporter, reviewer, dispatcher, field, partner-system, "
       "auditor, observer; several with commas"},
      {"--unit", "member.units", "units", "A unit that it belongs to; may be repeated"},
      {"--source", "member.source_uris", "", "A source that it may write; may be repeated"},
      {"--phone", "member.phone", "", "Number to call"},
      {"--until", "member.expire_time", "", "Until when it takes part, as 03:30"},
  };
}

}  // namespace

std::vector<Command> DirectoryCommands() {
  return {
      {.noun = "setup",
       .verb = "apply",
       .method = "DirectoryService.ApplySetup",
       .help = "Make the municipality what the file says.",
       .args = {{"FILE", "", "", "JSON as \"setup show\" prints it; -: standard input"},
                {"--check", "validate_only", "", "Only say what would change"}},
       .prepare = ReadSetup},
      {.noun = "setup",
       .verb = "show",
       .method = "DirectoryService.GetSetup",
       .help = "The municipality as a file for \"setup apply\".",
       .print = PrintSetup},
      {.noun = "municipality",
       .verb = "show",
       .method = "DirectoryService.GetMunicipality",
       .help = "The municipality."},
      {.noun = "organisation",
       .verb = "list",
       .method = "DirectoryService.ListOrganisations",
       .help = "The organisations, and the changes of flag that wait to be confirmed."},
      {.noun = "organisation",
       .verb = "decide-authority",
       .method = "DirectoryService.DecideAuthorityChange",
       .help = "Decide over a change of an organisation's flag that another coordinator asked for.",
       .args = {{"ORGANISATION", "name", "organisations", "Id"},
                {"--confirm", "confirmed", "", "It shall be so; else it stays as it is"}}},
      {.noun = "member",
       .verb = "list",
       .method = "DirectoryService.ListMembers",
       .help = "The members."},
      {.noun = "member",
       .verb = "add",
       .method = "DirectoryService.AddMember",
       .help = "Add a person or a machine.",
       .args =
           With({{"--organisation", "member.organisation", "organisations", "Whose it is", true},
                 {"--id", "member_id", "", "An id that you choose; else one is made"}},
                MemberContent())},
      {.noun = "member",
       .verb = "update",
       .method = "DirectoryService.UpdateMember",
       .help = "Change a member; what is not given stays.",
       .args = With({{"MEMBER", "member.name", "members", "Id"}}, MemberContent()),
       .edits = "member"},
      {.noun = "member",
       .verb = "remove",
       .method = "DirectoryService.RemoveMember",
       .help = "Remove a member: its tokens are void at once.",
       .args = {{"MEMBER", "name", "members", "Id"}}},
      {.noun = "unit",
       .verb = "list",
       .method = "DirectoryService.ListUnits",
       .help = "The units."},
      {.noun = "unit",
       .verb = "upsert",
       .method = "DirectoryService.UpsertUnit",
       .help = "Make a unit, or change one; what is not given stays.",
       .args = {{"UNIT", "unit.name", "units", "Id"},
                {"--name", "unit.display_name", "", "Name as people say it"},
                {"--organisation", "unit.organisation", "organisations", "Whose it is"},
                {"--power", "unit.power", "",
                 "police, public-order-guard, guard, host, field-worker, volunteer"},
                {"--directed-by", "unit.directing_organisations", "organisations",
                 "Who may direct it beside its own"},
                {"--minimum-crew", "unit.minimum_crew", "", "Fewest people that may go out"},
                {"--capability", "unit.capabilities", "", "What it can do; may be repeated"},
                {"--phone", "unit.phone", "", "Number to call when no shift says one"},
                {"--permit", "unit.permits", "",
                 "Of ordningsvakter: \"NUMBER=AREA,AREA DAYS HOURS\", as \"A123=handen fre-lör "
                 "20:00-03:00\"; may be repeated"},
                {"--object", "unit.objects", "areas",
                 "Of väktare: an object of the client; may be repeated"},
                {"--retired", "unit.retired", "", "No longer in use"}},
       .edits = "unit"},
      {.noun = "unit",
       .verb = "permit",
       .method = "DirectoryService.RecordPermit",
       .help = "Record a temporary permit of ordningsvakter, as the police.",
       .args = {{"UNIT", "unit", "units", "Id"},
                {"--number", "permit.number", "", "Its number", true},
                {"--area", "permit.areas", "areas", "Where; may be repeated"},
                {"--border", "permit.polygon.points", "",
                 "Where: a point LAT,LON of the border, the first again last; repeated"},
                {"--from", "permit.window.start_time", "", "From when, as 18:00", true},
                {"--to", "permit.window.end_time", "", "To when, as 03:00", true}}},
      {.noun = "area",
       .verb = "list",
       .method = "DirectoryService.ListAreas",
       .help = "The areas."},
      {.noun = "area",
       .verb = "upsert",
       .method = "DirectoryService.UpsertArea",
       .help = "Make an area, or change one; what is not given stays.",
       .args =
           {{"AREA", "area.name", "areas", "Id"},
            {"--name", "area.display_name", "", "Name as people say it"},
            {"--kind", "area.kind", "",
             "district, square, station, park, school, housing, road, water, digital; in one of "
             "them: property, address, entrance"},
            {"--parent", "area.parent", "areas", "The area that it lies in"},
            {"--alias", "area.aliases", "", "Another name in texts; may be repeated"},
            {"--responsible", "area.responsible_organisation", "organisations",
             "Who answers for the place"},
            {"--border", "area.polygon.points", "",
             "A point LAT,LON of its border, the first again last; repeated"},
            {"--approximate", "area.approximate", "", "The border is rough"}},
       .edits = "area"},
      {.noun = "shift",
       .verb = "list",
       .method = "DirectoryService.ListShifts",
       .help = "The shifts: who is out, and on what number."},
      {.noun = "shift",
       .verb = "tonight",
       .method = "DirectoryService.ListShifts",
       .help = "The evening's contact list: who is out from noon to noon, and on what number.",
       .run = RunContactList},
      {.noun = "shift",
       .verb = "register",
       .method = "DirectoryService.RegisterShift",
       .help = "Say who is out.",
       .args = {{"--shift", "shift.name", "shifts", "The shift to change; else a new one"},
                {"--unit", "shift.unit", "units", "The unit"},
                {"--people", "shift.people", "", "Number of people"},
                {"--from", "shift.window.start_time", "", "From when, as 20:00"},
                {"--to", "shift.window.end_time", "", "To when, as 03:30"},
                {"--area", "shift.areas", "areas", "Areas that it covers; may be repeated"},
                {"--phone", "shift.phone", "", "Number to call"},
                {"--radio-group", "shift.radio_group", "", "Radio group"},
                {"--withdrawn", "shift.withdrawn", "", "It is not held after all"},
                OnBehalf()},
       .edits = "shift"},
  };
}

}  // namespace samsyn::cli

#include "clients/cli/units.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>
#include <absl/time/civil_time.h>
#include <samsyn/v1/deployment.pb.h>
#include <samsyn/v1/directory.pb.h>

#include <algorithm>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "clients/cli/table.h"
#include "clients/cli/times.h"

namespace samsyn::cli {
namespace {

using google::protobuf::Message;

absl::Time TimeOf(const google::protobuf::Timestamp& stamp) {
  return absl::FromUnixSeconds(stamp.seconds());
}

// "avdelad, upptagen av 3f2a91c0"
std::string StandingOf(const v1::UnitCheck& check, Language language) {
  std::vector<std::string> parts;
  if (check.committed()) parts.emplace_back(Say(language, "avdelad", "committed"));
  if (check.taken()) {
    parts.push_back(
        absl::StrCat(Say(language, "upptagen av ", "taken by "), ShortId(check.clash())));
  }
  return absl::StrJoin(parts, ", ");
}

template <typename T>
Failure ByName(Invocation& call, const char* method, std::map<std::string, T>* all) {
  const MessagePtr request = NewRequest(method);
  const auto* field = request->GetDescriptor()->FindFieldByName("municipality");
  request->GetReflection()->SetString(request.get(), field, call.client.municipality());
  return Failure::Of(ListAll(call.client, method, *request, [all](const Message& message) {
    const auto& one = dynamic_cast<const T&>(message);
    (*all)[one.name()] = one;
  }));
}

// The number of the shift, else of the unit, else of the organisation.
std::string PhoneOf(const v1::Shift& shift, const v1::Unit& unit,
                    const v1::Organisation& organisation) {
  if (!shift.phone().empty()) return shift.phone();
  return unit.phone().empty() ? organisation.phone() : unit.phone();
}

std::string NameOf(const std::string& display_name, const std::string& name) {
  return Harmless(display_name.empty() ? ShortId(name) : display_name);
}

}  // namespace

Failure PrintChecks(Invocation& call, const Message& message) {
  const auto& response = dynamic_cast<const v1::CheckUnitsResponse&>(message);
  const Language language = call.out.language();
  if (response.checks().empty()) {
    call.out.stream() << Say(language, "Inget att visa.", "Nothing to show.") << "\n";
    return {};
  }
  Table table({LabelOf("unit", language), LabelOf("verdict", language), LabelOf("state", language),
               LabelOf("reasons", language)});
  for (const v1::UnitCheck& check : response.checks()) {
    const auto* verdict = v1::Gate::Verdict_descriptor()->FindValueByNumber(check.gate().verdict());
    std::vector<std::string> reasons;
    for (const v1::Gate::Reason& reason : check.gate().reasons()) {
      reasons.push_back(Harmless(Say(language, reason.text_sv(), reason.text_en())));
    }
    table.Add({ShortId(check.unit()), verdict == nullptr ? "?" : WordOf(*verdict, language),
               StandingOf(check, language), absl::StrJoin(reasons, ". ")});
  }
  call.out.stream() << table.Render();
  return {};
}

Failure SuggestStopsIfAsked(Invocation& call, Message& message) {
  if (!call.Has("stops-suggested")) return {};
  const auto* field = message.GetDescriptor()->FindFieldByName("deployment");
  auto& deployment =
      dynamic_cast<v1::Deployment&>(*message.GetReflection()->MutableMessage(&message, field));
  v1::SuggestStopsRequest request;
  request.set_municipality(call.client.municipality());
  *request.mutable_areas() = deployment.areas();
  *request.mutable_window() = deployment.window();
  v1::SuggestStopsResponse response;
  const CallError error =
      CallMethod(call.client, "DeploymentService.SuggestStops", request, &response);
  if (!error.ok()) return Failure::Of(error);
  *deployment.mutable_stops() = response.stops();
  return {};
}

Failure RunContactList(Invocation& call) {
  std::map<std::string, v1::Shift> shifts;
  std::map<std::string, v1::Unit> units;
  std::map<std::string, v1::Organisation> organisations;
  if (Failure failed = ByName(call, "DirectoryService.ListShifts", &shifts); !failed.ok()) {
    return failed;
  }
  if (Failure failed = ByName(call, "DirectoryService.ListUnits", &units); !failed.ok()) {
    return failed;
  }
  Failure failed = ByName(call, "DirectoryService.ListOrganisations", &organisations);
  if (!failed.ok()) return failed;
  const absl::CivilSecond here = absl::ToCivilSecond(call.now, Stockholm());
  const absl::CivilDay day = absl::CivilDay(here) - (here.hour() < 12 ? 1 : 0);
  const absl::Time from = absl::FromCivil(absl::CivilHour(day) + 12, Stockholm());
  const absl::Time to = absl::FromCivil(absl::CivilHour(day + 1) + 12, Stockholm());
  std::vector<v1::Shift> out;
  for (const auto& [name, shift] : shifts) {
    const bool overlaps =
        TimeOf(shift.window().start_time()) < to && TimeOf(shift.window().end_time()) > from;
    if (!shift.withdrawn() && overlaps) out.push_back(shift);
  }
  std::stable_sort(out.begin(), out.end(), [&](const v1::Shift& a, const v1::Shift& b) {
    const auto place = [&](const v1::Shift& one) {
      return std::tuple(units[one.unit()].organisation(), one.window().start_time().seconds());
    };
    return place(a) < place(b);
  });
  const Language language = call.out.language();
  if (call.out.json()) {
    for (const v1::Shift& shift : out) call.out.Json(shift);
    return {};
  }
  if (out.empty()) {
    call.out.stream() << Say(language, "Ingen är anmäld i kväll.", "Nobody is registered tonight.")
                      << "\n";
    return {};
  }
  std::vector<std::string> headings;
  for (const char* field :
       {"unit", "organisation", "power", "people", "window", "phone", "radio_group"}) {
    headings.push_back(LabelOf(field, language));
  }
  Table table(headings);
  for (const v1::Shift& shift : out) {
    const v1::Unit& unit = units[shift.unit()];
    const v1::Organisation& organisation = organisations[unit.organisation()];
    const auto* power = v1::Unit::Power_descriptor()->FindValueByNumber(unit.power());
    table.Add({NameOf(unit.display_name(), shift.unit()),
               NameOf(organisation.display_name(), unit.organisation()),
               power == nullptr ? "?" : WordOf(*power, language), absl::StrCat(shift.people()),
               WriteWindow(TimeOf(shift.window().start_time()), TimeOf(shift.window().end_time())),
               Harmless(PhoneOf(shift, unit, organisation)), Harmless(shift.radio_group())});
  }
  call.out.stream() << table.Render(call.out.width());
  return {};
}

}  // namespace samsyn::cli

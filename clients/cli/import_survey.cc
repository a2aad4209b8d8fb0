#include "clients/cli/import_survey.h"

#include <absl/strings/str_cat.h>
#include <google/protobuf/struct.pb.h>
#include <samsyn/v1/directory.pb.h>
#include <samsyn/v1/indicator.pb.h>

#include <utility>

#include "clients/connectors/source.h"
#include "clients/connectors/survey_import.h"

namespace samsyn::cli {
namespace {

using connectors::AreaNames;
using connectors::SurveySummary;

constexpr size_t kFaultsShown = 50;

Failure LoadAreas(Client& client, absl::optional<AreaNames>* areas) {
  v1::GetMunicipalityRequest request;
  request.set_name(client.municipality());
  v1::GetMunicipalityResponse municipality;
  CallError error =
      client.Call(client.directory(), &v1::DirectoryService::StubInterface::GetMunicipality,
                  std::move(request), &municipality);
  if (!error.ok()) return Failure::Of(error);
  areas->emplace(municipality.municipality().display_name());
  v1::ListAreasRequest list;
  list.set_municipality(client.municipality());
  error = ListAll(client, "DirectoryService.ListAreas", list, [&](const auto& message) {
    (*areas)->Add(dynamic_cast<const v1::Area&>(message));
  });
  return Failure::Of(error);
}

Failure ReadClass(Invocation& call, v1::ReleaseClass* release_class) {
  if (!call.Has("class")) return {};
  const auto* value = ValueFor(*v1::ReleaseClass_descriptor(), call.Get("class"));
  if (value == nullptr) {
    return Failure::Usage(absl::StrCat("--class: \"", call.Get("class"), "\" is none of: ",
                                       ValuesOf(*v1::ReleaseClass_descriptor())));
  }
  *release_class = static_cast<v1::ReleaseClass>(value->number());
  return {};
}

connectors::Record RecordWith(Client& client, bool not_person_numbers) {
  return [&client, not_person_numbers](const std::vector<v1::Indicator>& indicators)
             -> absl::StatusOr<v1::RecordIndicatorsResponse> {
    v1::RecordIndicatorsRequest request;
    request.set_municipality(client.municipality());
    request.set_not_person_numbers(not_person_numbers);
    for (const v1::Indicator& indicator : indicators) *request.add_indicators() = indicator;
    v1::RecordIndicatorsResponse response;
    const CallError error =
        client.Call(client.indicators(), &v1::IndicatorService::StubInterface::RecordIndicators,
                    std::move(request), &response);
    if (!error.ok()) {
      return absl::Status(static_cast<absl::StatusCode>(error.code), error.ToString());
    }
    return response;
  };
}

void PrintSummary(Output& out, const SurveySummary& summary) {
  if (!out.json()) {
    out.stream() << Say(out.language(), "lästa ", "read ") << summary.read
                 << Say(out.language(), ", nya ", ", new ") << summary.created
                 << Say(out.language(), ", ändrade ", ", amended ") << summary.amended
                 << Say(out.language(), ", oförändrade ", ", unchanged ") << summary.unchanged;
    if (summary.unsent > 0) {
      out.stream() << Say(out.language(), ", inte skickade ", ", not sent ") << summary.unsent;
    }
    out.stream() << "\n";
    return;
  }
  google::protobuf::Struct object;
  auto& fields = *object.mutable_fields();
  fields["read"].set_number_value(static_cast<double>(summary.read));
  fields["new"].set_number_value(static_cast<double>(summary.created));
  fields["amended"].set_number_value(static_cast<double>(summary.amended));
  fields["unchanged"].set_number_value(static_cast<double>(summary.unchanged));
  fields["notSent"].set_number_value(static_cast<double>(summary.unsent));
  out.Json(object);
}

Failure FaultsOf(const std::vector<connectors::Fault>& faults, Language language) {
  std::string text(Say(language, "Inget skickades. Rätta filen och försök igen:",
                       "Nothing was sent. Put the file right and try again:"));
  for (size_t i = 0; i < faults.size() && i < kFaultsShown; ++i) {
    absl::StrAppend(&text, "\n  ", Say(language, faults[i].Swedish(), faults[i].English()));
  }
  if (faults.size() > kFaultsShown) {
    absl::StrAppend(&text, "\n  ", Say(language, "och ", "and "), faults.size() - kFaultsShown,
                    Say(language, " till", " more"));
  }
  return {kRefused, text};
}

}  // namespace

Failure RunImportSurvey(Invocation& call) {
  v1::ReleaseClass release_class = v1::RELEASE_CLASS_UNSPECIFIED;
  if (Failure failure = ReadClass(call, &release_class); !failure.ok()) return failure;
  const absl::StatusOr<std::string> bytes = connectors::ReadSource(call.Get("FILE"));
  if (!bytes.ok()) return Failure::Usage(std::string(bytes.status().message()));
  connectors::SurveyDefaults defaults;
  defaults.instrument = call.Get("instrument");
  defaults.version = call.Get("instrument-version");
  defaults.period = call.Get("period");
  defaults.direction = call.Get("direction");
  defaults.nature = call.Get("nature");
  defaults.unit = call.Get("unit");
  connectors::Survey survey = connectors::ReadSurvey(*bytes, defaults);
  absl::optional<AreaNames> areas;
  if (Failure failure = LoadAreas(call.client, &areas); !failure.ok()) return failure;
  const SurveySummary summary =
      connectors::ImportSurvey(std::move(survey), *areas, release_class,
                               RecordWith(call.client, call.Has("not-person-numbers")));
  if (!summary.faults.empty()) return FaultsOf(summary.faults, call.out.language());
  PrintSummary(call.out, summary);
  if (summary.status.ok()) return {};
  const bool away = absl::IsUnavailable(summary.status) || absl::IsDeadlineExceeded(summary.status);
  return {away ? kOutOfReach : kRefused, std::string(summary.status.message())};
}

}  // namespace samsyn::cli

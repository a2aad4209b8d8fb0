#include "clients/connectors/parse/polisen.h"

#include <absl/status/status.h>
#include <absl/strings/match.h>
#include <absl/strings/numbers.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_split.h>
#include <absl/strings/strip.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "clients/connectors/parse/csv.h"
#include "clients/connectors/parse/embedded.h"
#include "clients/connectors/parse/polisen_time.h"
#include "clients/connectors/parse/text.h"

namespace samsyn::connectors {
namespace {

using Json = nlohmann::json;

// Limits of report.proto, in characters.
constexpr size_t kNameCharacters = 200;
constexpr size_t kTextCharacters = 4000;
constexpr size_t kLinkCharacters = 500;

// A text field; empty when it is missing or no text.
std::string TextOf(const Json& object, const char* key) {
  if (!object.is_object()) return "";
  const auto found = object.find(key);
  return found == object.end() || !found->is_string() ? "" : CleanText(found->get<std::string>());
}

std::string IdOf(const Json& event) {
  const auto id = event.find("id");
  if (id == event.end()) return "";
  if (id->is_number_integer()) return absl::StrCat(id->get<int64_t>());
  return id->is_string() ? CleanText(id->get<std::string>()) : "";
}

// "/aktuellt/…" as an address of the police's site. Anything else is left out: a link that
// leads elsewhere must not come in under the police's name.
std::string LinkOf(const std::string& url) {
  if (!absl::StartsWith(url, "/") || absl::StartsWith(url, "//") || absl::StrContains(url, '\\')) {
    return "";
  }
  std::string link = "https://polisen.se";
  for (const char c : url) {
    if (static_cast<unsigned char>(c) > 0x20 && static_cast<unsigned char>(c) < 0x7F) {
      link += c;
    } else {
      static constexpr char kDigits[] = "0123456789ABCDEF";
      const auto byte = static_cast<unsigned char>(c);
      link.append({'%', kDigits[byte >> 4], kDigits[byte & 15]});
    }
  }
  return link.size() > kLinkCharacters ? "" : link;
}

// Takes "type, place" apart. The type may hold a comma, so it is looked for: as the type field says
// it, or as the longest known type where that goes further ("Trafikolycka, singel" under the field
// "Trafikolycka"); where neither fits, the place follows the last comma.
void SplitTitle(absl::string_view rest, const PolisenTypes& types, PolisenEvent& event) {
  absl::string_view type = types.LongestPrefix(rest);
  if (type.size() < event.type.size() && absl::StartsWith(rest, absl::StrCat(event.type, ","))) {
    type = rest.substr(0, event.type.size());
  }
  if (type.empty()) type = rest.substr(0, rest.rfind(','));
  event.title_type = CleanText(type);
  rest.remove_prefix(type.size());
  event.place = CleanText(absl::StripPrefix(rest, ","));
}

google::protobuf::Timestamp ToTimestamp(absl::Time time) {
  google::protobuf::Timestamp timestamp;
  const int64_t seconds = absl::ToUnixSeconds(time);
  timestamp.set_seconds(seconds);
  timestamp.set_nanos(
      static_cast<int32_t>(absl::ToInt64Nanoseconds(time - absl::FromUnixSeconds(seconds))));
  return timestamp;
}

// One event, without the archive's wrapping.
absl::StatusOr<PolisenEvent> ReadBare(const Json& json, const PolisenTypes& types,
                                      absl::TimeZone zone) {
  PolisenEvent event;
  if (!json.is_object()) return absl::InvalidArgumentError("not an object");
  event.id = IdOf(json);
  if (event.id.empty()) return absl::InvalidArgumentError("no id");
  const auto published = ReadPolisenDatetime(TextOf(json, "datetime"));
  if (!published) return absl::InvalidArgumentError("no datetime");
  event.published = *published;
  event.type = TextOf(json, "type");
  // Cleaning would take the empty place's space away: "20 juni 16.00, Brand, ".
  const std::string name = TextOf(json, "name");
  const size_t comma = name.find(',');
  const auto occurred = ReadPolisenTitleTime(name.substr(0, comma), event.published, zone);
  if (!occurred) return absl::InvalidArgumentError("no time in the title");
  event.occurred = *occurred;
  if (comma != std::string::npos) {
    SplitTitle(absl::StripPrefix(name.substr(comma + 1), " "), types, event);
  }
  if (event.type.empty()) event.type = event.title_type;
  event.summary = TextOf(json, "summary");
  event.link = LinkOf(TextOf(json, "url"));
  if (const auto location = json.find("location"); location != json.end()) {
    event.location = TextOf(*location, "name");
  }
  return event;
}

absl::StatusOr<PolisenEvent> ReadWrapped(const Json& json, const PolisenTypes& types,
                                         absl::TimeZone zone) {
  if (!json.is_object() || !json.contains("event")) return ReadBare(json, types, zone);
  absl::StatusOr<PolisenEvent> event = ReadBare(json["event"], types, zone);
  if (!event.ok()) return event;
  const auto seen = json.find("seen");
  if (seen == json.end() || !seen->is_number()) return absl::InvalidArgumentError("no seen time");
  const double seconds = seen->get<double>();
  if (!(seconds > 0 && seconds < 1e11)) return absl::InvalidArgumentError("no seen time");
  event->seen = absl::FromUnixMicros(static_cast<int64_t>(seconds * 1e6));
  return event;
}

}  // namespace

PolisenTypes::PolisenTypes(absl::string_view csv) {
  for (const std::vector<std::string>& row : ReadCsv(csv)) {
    if (row.size() < 4) continue;
    PolisenType type;
    v1::Category_Parse(absl::StrCat("CATEGORY_", row[1]), &type.category);
    type.counted = row[2] != "no";
    if (!row[3].empty()) v1::Report::Kind_Parse(absl::StrCat("KIND_", row[3]), &type.kind);
    by_type_.emplace(row[0], type);
  }
}

PolisenType PolisenTypes::Of(absl::string_view type) const {
  if (const auto found = by_type_.find(type); found != by_type_.end()) return found->second;
  if (absl::StartsWith(type, "Sammanfattning")) return {v1::CATEGORY_INFORMATION, false, {}};
  return {};
}

absl::string_view PolisenTypes::LongestPrefix(absl::string_view text) const {
  for (size_t comma = text.rfind(','); comma != absl::string_view::npos && comma > 0;
       comma = text.rfind(',', comma - 1)) {
    if (Knows(absl::StripTrailingAsciiWhitespace(text.substr(0, comma)))) {
      return text.substr(0, comma);
    }
  }
  return "";
}

PolisenReader::PolisenReader() : municipalities_(MunicipalitiesCsv()), types_(PolisenTypesCsv()) {
  if (!absl::LoadTimeZone("Europe/Stockholm", &stockholm_)) {
    stockholm_ = absl::FixedTimeZone(3600);
  }
}

absl::StatusOr<PolisenEvent> PolisenReader::ReadEvent(absl::string_view json) const {
  const Json parsed = Json::parse(json.begin(), json.end(), nullptr, /*allow_exceptions=*/false);
  if (parsed.is_discarded()) return absl::InvalidArgumentError("not JSON");
  return ReadWrapped(parsed, types_, stockholm_);
}

absl::StatusOr<PolisenReader::Answer> PolisenReader::ReadAnswer(absl::string_view bytes) const {
  Answer answer;
  bytes = absl::StripLeadingAsciiWhitespace(absl::StripPrefix(bytes, "\xEF\xBB\xBF"));
  if (bytes.empty()) return answer;
  if (bytes[0] == '[') {
    const Json list = Json::parse(bytes.begin(), bytes.end(), nullptr, /*allow_exceptions=*/false);
    if (!list.is_array()) return absl::InvalidArgumentError("the list breaks off or is not JSON");
    for (const Json& event : list) {
      answer.events.push_back(ReadWrapped(event, types_, stockholm_));
    }
    return answer;
  }
  if (bytes[0] != '{') {
    return absl::InvalidArgumentError("neither a list of events nor a line an event");
  }
  answer.archived = true;
  for (const absl::string_view line : absl::StrSplit(bytes, '\n')) {
    if (absl::StripAsciiWhitespace(line).empty()) continue;
    answer.events.push_back(ReadEvent(line));
  }
  return answer;
}

Placement PolisenReader::Place(const PolisenEvent& event) const {
  const std::string& place = event.place.empty() ? event.location : event.place;
  if (municipalities_.IsCounty(place)) return {Placement::kCountyWide, ""};
  const MunicipalityRow* municipality = municipalities_.ByName(place);
  if (municipality == nullptr) return {Placement::kElsewhere, ""};
  const MunicipalityRow* located = municipalities_.ByName(event.location);
  const std::string& county = located == nullptr ? event.location : located->county;
  if (municipalities_.IsCounty(county) && county != municipality->county) {
    return {Placement::kElsewhere, ""};
  }
  return {Placement::kMunicipality, municipality->code};
}

v1::Report PolisenReader::ToReport(const PolisenEvent& event, absl::Time version_time) const {
  const PolisenType type = types_.Of(types_.Knows(event.type) ? event.type : event.title_type);
  v1::Report report;
  report.set_kind(type.kind);
  report.set_category(type.category);
  report.set_not_counted(!type.counted);
  *report.mutable_occurred_time() = ToTimestamp(event.occurred);
  // The source has texts that say nothing; a report needs one.
  report.set_text(Shortened(event.summary.empty() ? event.type : event.summary, kTextCharacters));
  if (report.text().empty()) report.set_text("–");
  report.set_place_text(Shortened(event.place, kNameCharacters));
  report.mutable_release()->set_release_class(v1::RELEASE_CLASS_PUBLIC);
  v1::Source& source = *report.mutable_source();
  source.set_source_uri(kPolisenSourceUri);
  source.set_source_id(Shortened(event.id, kNameCharacters));
  *source.mutable_source_version_time() = ToTimestamp(version_time);
  const bool agree = event.title_type.empty() || event.title_type == event.type;
  source.set_source_type(
      Shortened(agree ? event.type : absl::StrCat(event.type, " (rubrik: ", event.title_type, ")"),
                kNameCharacters));
  source.set_link(event.link);
  return report;
}

}  // namespace samsyn::connectors

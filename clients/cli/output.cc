#include "clients/cli/output.h"

#include <absl/strings/ascii.h>
#include <absl/strings/escaping.h>
#include <absl/strings/match.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_format.h>
#include <absl/strings/str_join.h>
#include <absl/strings/str_split.h>
#include <google/protobuf/timestamp.pb.h>
#include <google/protobuf/util/json_util.h>
#include <samsyn/v1/common.pb.h>
#include <samsyn/v1/entity.pb.h>
#include <samsyn/v1/report.pb.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "clients/cli/fields.h"
#include "clients/cli/table.h"
#include "clients/cli/times.h"

namespace samsyn::cli {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Timestamp;

constexpr int kWidestColumn = 40;  // but the last

struct View {
  const char* columns;  // fields, or fields of what stands in one, "incident.headline"
  const char* order;    // a time; empty: as the server gives them
};

const View* ViewOf(const Descriptor& type) {
  static const auto* views = new std::map<std::string, View>({
      {"AgendaItem", {"phase kind subject settled time actual perceived previous_level", ""}},
      {"Area", {"name display_name kind parent aliases", ""}},
      {"AreaAssessment", {"area level previous_level reason", ""}},
      {"Assignment",
       {"name state unit areas window acknowledge_by_time lateness aim", "window.start_time"}},
      {"Deployment",
       {"name state kind areas window responsible_organisation aim", "window.start_time"}},
      {"Device", {"name member description expire_time", "create_time"}},
      {"FeedbackDeployment", {"deployment state kind areas window outcome", ""}},
      {"FieldUpdate", {"create_time kind state minutes_on_place member text", "create_time"}},
      {"Incident",
       {"name occurred_time state category area severity independent_sources headline",
        "occurred_time"}},
      {"Indicator",
       {"name period_start_time area measure value unit n instrument instrument_version "
        "breaks_series text",
        "period_start_time"}},
      {"Meeting",
       {"name scheduled_time phase chair attending_organisations note", "scheduled_time"}},
      {"MeetingDate", {"date scheduled_time holiday note meeting", ""}},
      {"MergeCandidate",
       {"incident.name incident.headline other.name other.headline other.area minutes_apart "
        "distance_m reasons",
        ""}},
      {"Member", {"name display_name function organisation roles units expire_time removed", ""}},
      {"Minutes", {"meeting edition state approve_time correction", ""}},
      {"OpenPoint", {"blocks kind subject missing", ""}},
      {"Organisation",
       {"name display_name kind authority authority_change default_class phone", ""}},
      {"PlannedStop", {"start_time area minutes", "start_time"}},
      {"Problem", {"name state focus_area areas statement", "create_time"}},
      {"RepairRow", {"area reported ordered fixed median_days oldest_open_time", ""}},
      {"Release", {"name state entity organisations withheld expire_time purpose", "create_time"}},
      {"ReleaseGround", {"ground_id display_name provision needs_note", ""}},
      {"Report", {"name occurred_time category area severity state release text", "occurred_time"}},
      {"RoundEntry", {"organisation kind text", "create_time"}},
      {"SetupDifference", {"action name fields awaits_confirmation", ""}},
      {"Shift", {"name unit window people areas phone radio_group withdrawn", "window.start_time"}},
      {"Token", {"name kind member expire_time revoke_time device note", ""}},
      {"UnitPosition", {"unit assignment position_time point point_precision_m", ""}},
      {"Unit", {"name display_name organisation power minimum_crew retired", ""}},
      {"Viewer", {"organisation reason withheld expire_time", ""}},
  });
  const auto found = views->find(type.name());
  return found == views->end() ? nullptr : &found->second;
}

absl::Time TimeOf(const Timestamp& stamp) {
  return absl::FromUnixSeconds(stamp.seconds()) + absl::Nanoseconds(stamp.nanos());
}

bool IsSet(const Message& message, const FieldDescriptor& field) {
  const auto* reflection = message.GetReflection();
  return field.is_repeated() ? reflection->FieldSize(message, &field) > 0
                             : reflection->HasField(message, &field);
}

// The set fields of a small message in one line: "aktör polisen, ställning stöder".
std::string Compact(const Message& message, Language language) {
  std::vector<std::string> parts;
  const Descriptor& type = *message.GetDescriptor();
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    if (!IsSet(message, field)) continue;
    parts.push_back(
        absl::StrCat(LabelOf(field.name(), language), " ", TextOf(message, field, language)));
  }
  return absl::StrJoin(parts, ", ");
}

std::string MessageText(const Message& message, Language language) {
  if (const auto* stamp = dynamic_cast<const Timestamp*>(&message)) {
    return WriteTime(TimeOf(*stamp));
  }
  if (const auto* window = dynamic_cast<const v1::TimeWindow*>(&message)) {
    return WriteWindow(TimeOf(window->start_time()), TimeOf(window->end_time()));
  }
  if (const auto* point = dynamic_cast<const v1::LatLng*>(&message)) {
    return absl::StrFormat("%.5f,%.5f", point->latitude_deg(), point->longitude_deg());
  }
  if (const auto* release = dynamic_cast<const v1::ReleaseState*>(&message)) {
    const auto* value = v1::ReleaseClass_descriptor()->FindValueByNumber(release->release_class());
    std::string text = value == nullptr ? "?" : WordOf(*value, language);
    std::vector<std::string> with;
    for (const std::string& name : release->organisations()) with.push_back(ShortId(name));
    if (!with.empty()) absl::StrAppend(&text, " + ", absl::StrJoin(with, ", "));
    std::vector<std::string> without;
    for (const int number : release->withheld()) {
      const auto* one = v1::Withheld_descriptor()->FindValueByNumber(number);
      without.push_back(one == nullptr ? "?" : WordOf(*one, language));
    }
    return without.empty() ? text : absl::StrCat(text, " − ", absl::StrJoin(without, ", "));
  }
  if (const auto* finding = dynamic_cast<const v1::TextFinding*>(&message)) {
    const auto* kind = v1::TextFinding::Kind_descriptor()->FindValueByNumber(finding->kind());
    return absl::StrCat(kind == nullptr ? "?" : WordOf(*kind, language), " (", finding->field(),
                        Say(language, ", tecken ", ", characters "), finding->position(), "–",
                        finding->position() + finding->length() - 1, ")");
  }
  return Compact(message, language);
}

std::string EnumText(const FieldDescriptor& field, int number, Language language) {
  const auto* value = field.enum_type()->FindValueByNumber(number);
  return value == nullptr ? absl::StrCat(number) : WordOf(*value, language);
}

std::string StringText(const std::string& value) {
  return Harmless(absl::StartsWith(value, "municipalities/") ? ShortId(value) : value);
}

std::string OneText(const Message& message, const FieldDescriptor& field, int index,
                    Language language) {
  const auto* r = message.GetReflection();
  const bool many = field.is_repeated();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING: {
      const std::string value =
          many ? r->GetRepeatedString(message, &field, index) : r->GetString(message, &field);
      if (field.type() == FieldDescriptor::TYPE_BYTES) return absl::BytesToHexString(value);
      return StringText(value);
    }
    case FieldDescriptor::CPPTYPE_ENUM:
      return EnumText(
          field,
          many ? r->GetRepeatedEnumValue(message, &field, index) : r->GetEnumValue(message, &field),
          language);
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return MessageText(
          many ? r->GetRepeatedMessage(message, &field, index) : r->GetMessage(message, &field),
          language);
    case FieldDescriptor::CPPTYPE_BOOL:
      return std::string(r->GetBool(message, &field) ? Say(language, "ja", "yes")
                                                     : Say(language, "nej", "no"));
    case FieldDescriptor::CPPTYPE_INT32:
      return absl::StrCat(r->GetInt32(message, &field));
    case FieldDescriptor::CPPTYPE_INT64:
      return absl::StrCat(r->GetInt64(message, &field));
    case FieldDescriptor::CPPTYPE_DOUBLE:
      if (absl::EndsWith(field.name(), "_m")) {
        return absl::StrCat(std::llround(r->GetDouble(message, &field)));
      }
      if (absl::EndsWith(field.name(), "days")) {
        return absl::StrCat(std::round(r->GetDouble(message, &field) * 10) / 10);
      }
      return absl::StrCat(r->GetDouble(message, &field));
    default:
      return "";
  }
}

// With a capital: the words of classes begin with a to z or "ö".
std::string Capitalised(std::string word) {
  if (absl::StartsWith(word, "ö")) return absl::StrCat("Ö", word.substr(2));
  if (!word.empty()) word[0] = absl::ascii_toupper(word[0]);
  return word;
}

// The cell of a column.
std::string CellOf(const Message& entity, const std::string& column, Language language) {
  const Message* at = &entity;
  const std::vector<std::string> path = absl::StrSplit(column, '.');
  for (size_t i = 0; i + 1 < path.size(); ++i) {
    at = &at->GetReflection()->GetMessage(*at, at->GetDescriptor()->FindFieldByName(path[i]));
  }
  return TextOf(*at, *at->GetDescriptor()->FindFieldByName(path.back()), language);
}

int64_t OrderOf(const Message& entity, const char* path) {
  const Message* at = &entity;
  for (absl::string_view step : absl::StrSplit(path, '.')) {
    const auto* field = at->GetDescriptor()->FindFieldByName(std::string(step));
    at = &at->GetReflection()->GetMessage(*at, field);
  }
  const auto* stamp = dynamic_cast<const Timestamp*>(at);
  return stamp == nullptr ? 0 : stamp->seconds();
}

}  // namespace

std::string JsonOf(const Message& message) {
  std::string json;
  google::protobuf::util::MessageToJsonString(message, &json);
  return json;
}

std::string ShortId(const std::string& name) {
  const std::string id = name.substr(name.rfind('/') + 1);
  const bool uuid = id.size() == 36 && id[8] == '-' && id[13] == '-';
  return uuid ? id.substr(0, 8) : id;
}

const Message& Unwrapped(const Message& message) {
  if (message.GetDescriptor() != v1::Entity::descriptor()) return message;
  const auto* field = message.GetReflection()->GetOneofFieldDescriptor(
      message, v1::Entity::descriptor()->oneof_decl(0));
  return field == nullptr ? message : message.GetReflection()->GetMessage(message, field);
}

v1::ReleaseClass StrictestIn(const Message& message) {
  if (const auto* release = dynamic_cast<const v1::ReleaseState*>(&message)) {
    const auto* known = v1::ReleaseClass_descriptor()->FindValueByNumber(release->release_class());
    return known == nullptr ? v1::RELEASE_CLASS_RESTRICTED : release->release_class();
  }
  v1::ReleaseClass strictest = v1::RELEASE_CLASS_UNSPECIFIED;
  std::vector<const FieldDescriptor*> fields;
  const auto* reflection = message.GetReflection();
  reflection->ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) continue;
    const int count = field->is_repeated() ? reflection->FieldSize(message, field) : 1;
    for (int i = 0; i < count; ++i) {
      strictest =
          std::max(strictest, StrictestIn(field->is_repeated()
                                              ? reflection->GetRepeatedMessage(message, field, i)
                                              : reflection->GetMessage(message, field)));
    }
  }
  return strictest;
}

std::vector<std::string> ColumnsOf(const Descriptor& type) {
  const View* view = ViewOf(type);
  if (view == nullptr) return {};
  return absl::StrSplit(view->columns, ' ');
}

std::string TextOf(const Message& message, const FieldDescriptor& field, Language language) {
  if (!IsSet(message, field)) return "";
  if (!field.is_repeated()) return OneText(message, field, 0, language);
  std::vector<std::string> texts;
  for (int i = 0; i < message.GetReflection()->FieldSize(message, &field); ++i) {
    texts.push_back(OneText(message, field, i, language));
  }
  return absl::StrJoin(texts, ", ");
}

void Output::Json(const Message& message) { stream_ << JsonOf(Unwrapped(message)) << "\n"; }

void Output::List(std::vector<std::unique_ptr<Message>> entities) {
  v1::ReleaseClass strictest = v1::RELEASE_CLASS_UNSPECIFIED;
  for (const auto& entity : entities) strictest = std::max(strictest, StrictestIn(*entity));
  Tabulate(std::move(entities));
  Mark(strictest);
}

void Output::Mark(v1::ReleaseClass strictest) {
  if (strictest == v1::RELEASE_CLASS_UNSPECIFIED) return;
  stream_ << Say(language_, "Strängaste klass: ", "Strictest class: ")
          << Capitalised(
                 WordOf(*v1::ReleaseClass_descriptor()->FindValueByNumber(strictest), language_))
          << "\n";
}

void Output::Tabulate(std::vector<std::unique_ptr<Message>> entities) {
  if (entities.empty()) {
    stream_ << Say(language_, "Inget att visa.", "Nothing to show.") << "\n";
    return;
  }
  const Descriptor& type = *entities.front()->GetDescriptor();
  const View* view = ViewOf(type);
  if (view == nullptr) {
    for (const auto& entity : entities) stream_ << Compact(*entity, language_) << "\n";
    return;
  }
  if (view->order[0] != '\0') {
    std::stable_sort(entities.begin(), entities.end(), [view](const auto& a, const auto& b) {
      return OrderOf(*a, view->order) < OrderOf(*b, view->order);
    });
  }
  const std::vector<std::string> columns = ColumnsOf(type);
  std::vector<std::string> headings;
  for (const std::string& column : columns) headings.push_back(LabelOf(column, language_));
  Table table(headings);
  for (const auto& entity : entities) {
    std::vector<std::string> cells;
    for (size_t i = 0; i < columns.size(); ++i) {
      const std::string text = CellOf(*entity, columns[i], language_);
      cells.push_back(i + 1 == columns.size() ? text : Cut(text, kWidestColumn));
    }
    table.Add(std::move(cells));
  }
  stream_ << table.Render(width_);
}

void Output::Row(const Message& entity) {
  const Message& inside = Unwrapped(entity);
  if (ViewOf(*inside.GetDescriptor()) == nullptr) return Sheet(inside);
  std::vector<std::unique_ptr<Message>> one;
  one.emplace_back(inside.New());
  one.back()->CopyFrom(inside);
  Tabulate(std::move(one));
}

void Output::Sheet(const Message& message) {
  const Descriptor& type = *message.GetDescriptor();
  std::vector<std::pair<std::string, std::string>> lines;
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    if (!IsSet(message, field) || field.name() == "etag") continue;
    std::string label = LabelOf(field.name(), language_);
    if (field.name() == "name") {
      const std::string name = message.GetReflection()->GetString(message, &field);
      lines.emplace_back(label, Harmless(name.substr(name.rfind('/') + 1)));
    } else if (field.is_repeated() && field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      for (int k = 0; k < message.GetReflection()->FieldSize(message, &field); ++k) {
        lines.emplace_back(k == 0 ? label : "", OneText(message, field, k, language_));
      }
    } else {
      lines.emplace_back(label, TextOf(message, field, language_));
    }
  }
  int widest = 0;
  for (const auto& [label, text] : lines) widest = std::max(widest, WidthOf(label));
  for (const auto& [label, text] : lines) stream_ << Padded(label, widest) << "  " << text << "\n";
}

}  // namespace samsyn::cli

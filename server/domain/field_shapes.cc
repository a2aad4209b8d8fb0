#include "server/domain/field_shapes.h"

#include <absl/container/flat_hash_map.h>
#include <absl/strings/match.h>
#include <absl/strings/string_view.h>
#include <google/api/field_behavior.pb.h>

#include <algorithm>
#include <limits>
#include <memory>

#include "server/base/mutex.h"
#include "server/domain/limits.h"

namespace samsyn::domain {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

// A row says what holds for a field of this name; a row "Message.field" goes before one of "field".
// Every field that is no name, UUID, number or message stands in a row.
using Holds = FieldShape::Holds;
struct TextRow {
  absl::string_view field;
  size_t characters;
  Holds holds;
};
constexpr TextRow kTexts[] = {
    {"Debrief.text", 500, Holds::kProse},
    {"text", kTextCharacters, Holds::kProse},
    {"correction", kTextCharacters, Holds::kProse},
    {"instruction", kTextCharacters, Holds::kProse},
    {"cause_analysis", kTextCharacters, Holds::kProse},
    {"statement", kShortTextCharacters, Holds::kProse},
    {"baseline", kShortTextCharacters, Holds::kProse},
    {"aim", kShortTextCharacters, Holds::kProse},
    {"deviations", kShortTextCharacters, Holds::kProse},
    {"evidence", kShortTextCharacters, Holds::kProse},
    {"IssueTokenRequest.note", kNameCharacters, Holds::kProse},
    {"CreateLoginLinkRequest.note", kNameCharacters, Holds::kProse},
    {"CadenceException.note", kNameCharacters, Holds::kProse},
    {"note", kShortTextCharacters, Holds::kProse},
    {"TakePositionRequest.reason", kShortTextCharacters, Holds::kProse},
    {"Level.reason", kShortTextCharacters, Holds::kProse},
    {"MergeReportsRequest.reason", kShortTextCharacters, Holds::kProse},
    {"reason", 500, Holds::kProse},
    {"override_reason", 500, Holds::kProse},
    {"purpose", 500, Holds::kProse},
    {"ground", 500, Holds::kProse},
    {"ground_note", 500, Holds::kProse},
    {"display_name", kNameCharacters, Holds::kProse},
    {"measure", kNameCharacters, Holds::kProse},
    {"instrument_version", 100, Holds::kProse},
    {"function", 100, Holds::kProse},
    {"capabilities", 100, Holds::kProse},
    {"marks", 100, Holds::kProse},
    {"aliases", kNameCharacters, Holds::kWords},
    {"county", kNameCharacters, Holds::kWords},
    {"description", kNameCharacters, Holds::kWords},
    {"device", kNameCharacters, Holds::kWords},
    {"dose", kNameCharacters, Holds::kWords},
    {"member_id", kNameCharacters, Holds::kWords},
    {"Permit.number", 50, Holds::kWords},
    {"parameter", kNameCharacters, Holds::kWords},
    {"place_text", kNameCharacters, Holds::kWords},
    {"provision", kNameCharacters, Holds::kWords},
    {"radio_group", 40, Holds::kWords},
    {"reference", kNameCharacters, Holds::kWords},
    {"source_type", kNameCharacters, Holds::kWords},
    {"admiralty_code", 2, Holds::kCode},
    {"anchor_date", 10, Holds::kCode},
    {"date", 10, Holds::kCode},
    {"device_id", 64, Holds::kCode},
    {"digest", 64, Holds::kCode},
    {"end_wall_time", 5, Holds::kCode},
    {"etag", kNameCharacters, Holds::kCode},
    {"ground_id", kNameCharacters, Holds::kCode},
    {"link", kUriCharacters, Holds::kCode},
    {"moved_to_date", 10, Holds::kCode},
    {"page_token", kUriCharacters, Holds::kCode},
    {"phone", 40, Holds::kCode},
    {"push_endpoint", kEndpointCharacters, Holds::kCode},
    {"skipped_dates", 10, Holds::kCode},
    {"source_id", kNameCharacters, Holds::kCode},
    {"source_uri", kUriCharacters, Holds::kCode},
    {"source_uris", kUriCharacters, Holds::kCode},
    {"start_wall_time", 5, Holds::kCode},
    {"time_zone", kNameCharacters, Holds::kCode},
    {"wall_time", kNameCharacters, Holds::kCode},
    {"word", kNameCharacters, Holds::kCode},
};

struct NameRow {
  absl::string_view field;
  v1::EntityKind kind;
};
constexpr NameRow kNames[] = {
    {"name", v1::ENTITY_KIND_UNSPECIFIED},
    {"TakeOverVersionRequest.version", v1::ENTITY_KIND_UNSPECIFIED},
    {"entity", v1::ENTITY_KIND_UNSPECIFIED},
    {"municipality", v1::ENTITY_KIND_MUNICIPALITY},
    {"member", v1::ENTITY_KIND_MEMBER},
    {"secretary", v1::ENTITY_KIND_MEMBER},
    {"organisation", v1::ENTITY_KIND_ORGANISATION},
    {"organisations", v1::ENTITY_KIND_ORGANISATION},
    {"directing_organisations", v1::ENTITY_KIND_ORGANISATION},
    {"responsible_organisation", v1::ENTITY_KIND_ORGANISATION},
    {"on_behalf_of", v1::ENTITY_KIND_ORGANISATION},
    {"unit", v1::ENTITY_KIND_UNIT},
    {"units", v1::ENTITY_KIND_UNIT},
    {"area", v1::ENTITY_KIND_AREA},
    {"areas", v1::ENTITY_KIND_AREA},
    {"objects", v1::ENTITY_KIND_AREA},
    {"parent", v1::ENTITY_KIND_AREA},
    {"reports", v1::ENTITY_KIND_REPORT},
    {"incident", v1::ENTITY_KIND_INCIDENT},
    {"place", v1::ENTITY_KIND_AREA},
    {"problem", v1::ENTITY_KIND_PROBLEM},
    {"problems", v1::ENTITY_KIND_PROBLEM},
    {"deployment", v1::ENTITY_KIND_DEPLOYMENT},
    {"deployments", v1::ENTITY_KIND_DEPLOYMENT},
    {"assignment", v1::ENTITY_KIND_ASSIGNMENT},
    {"as_of_meeting", v1::ENTITY_KIND_MEETING},
    {"LinkIncidentsRequest.add", v1::ENTITY_KIND_INCIDENT},
    {"LinkIncidentsRequest.remove", v1::ENTITY_KIND_INCIDENT},
};

// Filters in which a word stands for what has no area.
struct WordRow {
  absl::string_view field;
  absl::string_view word;
};
constexpr WordRow kWords[] = {
    {"ListReportsRequest.areas", "unlocated"},
    {"ListIncidentsRequest.areas", "unlocated"},
    {"WatchRequest.areas", "unlocated"},
    {"ListIndicatorsRequest.areas", "all"},
};

struct NumberRow {
  absl::string_view field;
  double least;
  double most;
};
constexpr double kNoMost = std::numeric_limits<int64_t>::max();
constexpr NumberRow kNumbers[] = {
    {"min_revision", 0, kNoMost},
    {"as_of_revision", 0, kNoMost},
    {"expected_revision", 0, kNoMost},
    {"page_size", 0, kPageMost},
    {"severity", 0, 5},
    {"point_precision_m", 0, 50'000},
    {"latitude_deg", kLatitudeMin, kLatitudeMax},
    {"longitude_deg", kLongitudeMin, kLongitudeMax},
    {"people", 1, 1000},
    {"minimum_crew", 0, 100},
    {"Need.units", 1, 100},
    {"watch_quota", 0, kWatchesPerTokenMost},
    {"acknowledge_minutes", 0, 1440},
    {"minutes_on_place", 0, 1440},
    {"planned_minutes", 0, 1'000'000},
    {"minutes", 1, 240},
    {"stop", 0, 48},
    {"edition", 0, kNoMost},
    {"count", 0, 60},
    {"definition_version", 0, kNoMost},
    {"status_version", 0, kNoMost},
    {"sequence", 0, kNoMost},
    {"PushReportsRequest.number", 1, kNoMost},
    {"weeks", 0, 12},
    {"iso_weekday", 0, 7},
    {"n", 0, 100'000'000},
    {"answer_rate_percent", 0, 100},
    {"iso_weekdays", 1, 7},
    {"interval", 0, 52},
    {"day_of_month", 0, 31},
};

struct ListRow {
  absl::string_view field;
  size_t elements;
};
constexpr size_t kListMost = 500;  // of lists that the table does not name
constexpr ListRow kLists[] = {
    {"SubmitReportsRequest.requests", kBatchReports},
    {"RecordIndicatorsRequest.indicators", kBatchIndicators},
    {"MergeReportsRequest.reports", 50},
    {"SplitIncidentRequest.reports", kIncidentReports},
    {"marks", 5},
    {"iso_weekdays", 7},
    {"skipped_dates", 50},
    {"Problem.areas", 50},
    {"Deployment.areas", 50},
    {"Deployment.needs", 20},
    {"stops", 48},
    {"SuggestStopsRequest.areas", 50},
    {"CheckUnitsRequest.units", 100},
    {"exceptions", 100},
    {"permits", 20},
    {"hours", 14},
    {"Permit.areas", 50},
    {"objects", 50},
    {"add", 200},
    {"remove", 200},
    {"problems", 100},
    {"deployments", 100},
    {"Release.organisations", 100},
    {"release_grounds", 50},
    {"directing_organisations", 100},
    {"trusted_sources", 100},
    {"source_uris", 100},
    {"Member.units", 50},
    {"roles", 20},
    {"capabilities", 20},
    {"aliases", 50},
    {"points", kPolygonPoints},
    {"Setup.organisations", kOrganisationsMost},
    {"Setup.members", kMembersMost},
    {"Setup.units", kUnitsMost},
    {"Setup.areas", kAreasMost},
};

bool Matches(absl::string_view row, const FieldDescriptor& field) {
  const size_t dot = row.find('.');
  if (dot == absl::string_view::npos) return row == field.name();
  return row.substr(0, dot) == field.containing_type()->name() &&
         row.substr(dot + 1) == field.name();
}

// The first row for a field; null if there is none.
template <typename Row, size_t kRows>
const Row* Find(const Row (&rows)[kRows], const FieldDescriptor& field) {
  const auto* const end = rows + kRows;
  const auto* const found =
      std::find_if(rows, end, [&](const Row& row) { return Matches(row.field, field); });
  return found == end ? nullptr : found;
}

bool Behaves(const FieldDescriptor& field, google::api::FieldBehavior behavior) {
  const auto& options = field.options();
  for (int i = 0; i < options.ExtensionSize(google::api::field_behavior); ++i) {
    if (options.GetExtension(google::api::field_behavior, i) == behavior) return true;
  }
  return false;
}

void ShapeString(const FieldDescriptor& field, FieldShape& shape) {
  using Check = FieldShape::Check;
  const NameRow* const name = Find(kNames, field);
  const WordRow* const word = Find(kWords, field);
  if (field.name() == "request_id" || field.name() == "operation_id") {
    shape.check = Check::kUuid;
  } else if (name != nullptr) {
    shape.check = word == nullptr ? Check::kName : Check::kNameOrWord;
    if (word != nullptr) shape.word = word->word;
    shape.kind = name->kind;
  } else {
    const TextRow* const text = Find(kTexts, field);
    shape.check = Check::kText;
    shape.characters = text == nullptr ? kNameCharacters : text->characters;
    shape.holds = text == nullptr ? Holds::kUndeclared : text->holds;
  }
}

void ShapeNumber(const FieldDescriptor& field, FieldShape& shape) {
  shape.check = FieldShape::Check::kNumber;
  shape.least = std::numeric_limits<double>::lowest();
  shape.most = std::numeric_limits<double>::max();
  if (const NumberRow* const row = Find(kNumbers, field)) {
    shape.least = row->least;
    shape.most = row->most;
  }
}

FieldShape ShapeField(const FieldDescriptor& field) {
  FieldShape shape;
  shape.field = &field;
  shape.required = Behaves(field, google::api::REQUIRED);
  const ListRow* const list = Find(kLists, field);
  shape.elements = list == nullptr ? kListMost : list->elements;
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      if (field.type() == FieldDescriptor::TYPE_STRING) ShapeString(field, shape);
      break;
    case FieldDescriptor::CPPTYPE_ENUM:
      shape.check = FieldShape::Check::kEnum;
      break;
    case FieldDescriptor::CPPTYPE_MESSAGE:
      shape.check = FieldShape::Check::kMessage;
      break;
    case FieldDescriptor::CPPTYPE_BOOL:
      break;
    default:
      ShapeNumber(field, shape);
      break;
  }
  return shape;
}

MessageShape::Special SpecialOf(const Descriptor& type) {
  if (type.full_name() == "google.protobuf.Timestamp") return MessageShape::Special::kTimestamp;
  if (type.full_name() == "samsyn.v1.LatLng") return MessageShape::Special::kPoint;
  if (type.full_name() == "samsyn.v1.TimeWindow") return MessageShape::Special::kWindow;
  return MessageShape::Special::kNone;
}

class Shapes {
 public:
  const MessageShape& Of(const Descriptor& type) {
    {
      ReaderLock lock(mutex_);
      const auto found = shapes_.find(&type);
      if (found != shapes_.end()) return *found->second;
    }
    WriterLock lock(mutex_);
    return Make(type);
  }

 private:
  const MessageShape& Make(const Descriptor& type) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    const auto found = shapes_.find(&type);
    if (found != shapes_.end()) return *found->second;
    // Stands in the map before its fields are known, so that a type may contain itself.
    MessageShape* const shape =
        shapes_.emplace(&type, std::make_unique<MessageShape>()).first->second.get();
    shape->special = SpecialOf(type);
    if (shape->special == MessageShape::Special::kTimestamp) return *shape;
    for (int i = 0; i < type.field_count(); ++i) {
      if (Behaves(*type.field(i), google::api::OUTPUT_ONLY)) continue;
      FieldShape field = ShapeField(*type.field(i));
      if (field.check == FieldShape::Check::kMessage) {
        field.message = &Make(*type.field(i)->message_type());
      }
      shape->fields.push_back(field);
    }
    return *shape;
  }

  SharedMutex mutex_;
  absl::flat_hash_map<const Descriptor*, std::unique_ptr<MessageShape>> shapes_
      ABSL_GUARDED_BY(mutex_);
};

}  // namespace

const MessageShape& ShapeOf(const Descriptor& type) {
  static auto* const shapes = new Shapes;
  return shapes->Of(type);
}

}  // namespace samsyn::domain

#include "tests/simulation/secrecy_requests.h"

#include <absl/strings/match.h>
#include <absl/strings/str_cat.h>

#include <algorithm>
#include <iterator>

#include "server/domain/names.h"

namespace samsyn::simulation {
namespace {

using domain::FieldShape;
using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::MethodDescriptor;
using Check = FieldShape::Check;

// The kind whose message type this is; UNSPECIFIED if it is none.
v1::EntityKind KindOfType(const Descriptor& type) {
  for (int i = 0; i < v1::Entity::descriptor()->field_count(); ++i) {
    const FieldDescriptor* const field = v1::Entity::descriptor()->field(i);
    if (field->message_type() == &type) return static_cast<v1::EntityKind>(field->number());
  }
  return v1::ENTITY_KIND_UNSPECIFIED;
}

// What `name` of a method's request names: by what it answers, else by what its service is about.
v1::EntityKind KindNamedBy(const MethodDescriptor& method) {
  static constexpr struct {
    absl::string_view method;
    v1::EntityKind kind;
  } kOthers[] = {{"AddRoundEntry", v1::ENTITY_KIND_MEETING},
                 {"AssessAreas", v1::ENTITY_KIND_MEETING},
                 {"GetAgenda", v1::ENTITY_KIND_MEETING},
                 {"CheckUnits", v1::ENTITY_KIND_DEPLOYMENT},
                 {"GetDelivery", v1::ENTITY_KIND_DEPLOYMENT},
                 {"RemoveDevice", v1::ENTITY_KIND_DEVICE},
                 {"AddFieldUpdate", v1::ENTITY_KIND_ASSIGNMENT},
                 {"ReportPosition", v1::ENTITY_KIND_ASSIGNMENT},
                 {"ListFieldUpdates", v1::ENTITY_KIND_ASSIGNMENT},
                 {"RemoveMember", v1::ENTITY_KIND_MEMBER},
                 {"StandDown", v1::ENTITY_KIND_DEPLOYMENT}};
  for (const auto& other : kOthers) {
    if (other.method == method.name()) return other.kind;
  }
  const FieldDescriptor* const first = method.output_type()->field(0);
  const v1::EntityKind kind = first->message_type() == nullptr ? v1::ENTITY_KIND_UNSPECIFIED
                                                               : KindOfType(*first->message_type());
  return kind;  // UNSPECIFIED: SetClass, ListViewers: whatever has a class
}

class Filler {
 public:
  Filler(const MethodDescriptor& method, Material& material)
      : method_(method), material_(material) {}

  void Fill(Message* message, int depth) {
    for (const FieldShape& shape : domain::ShapeOf(*message->GetDescriptor()).fields) {
      const FieldDescriptor& field = *shape.field;
      if (Skips(shape, depth)) continue;
      const size_t times = field.is_repeated() ? 1 + Below(2) : 1;
      for (size_t i = 0; i < times; ++i) Put(message, shape, depth);
    }
  }

 private:
  size_t Below(size_t end) { return end == 0 ? 0 : material_.below(end); }

  bool Skips(const FieldShape& shape, int depth) {
    const std::string& name = shape.field->name();
    // Positions are the caller's to give; borders, zones and devices' numbers say nothing here; a
    // picture of the past has a check of its own.
    static constexpr absl::string_view kNever[] = {"etag",
                                                   "page_token",
                                                   "page_size",
                                                   "min_revision",
                                                   "polygon",
                                                   "time_zone",
                                                   "wall_time",
                                                   "cadence",
                                                   "expire_time",
                                                   "as_of_revision",
                                                   "as_of_meeting",
                                                   "watch_quota",
                                                   "sequence",
                                                   "validate_only",
                                                   "recurrence",
                                                   "points",
                                                   "admiralty_code",
                                                   "source",
                                                   "source_uris",
                                                   "member_id",
                                                   "occurred_end_time",
                                                   "acknowledge_minutes",
                                                   "parent",
                                                   "stops",
                                                   "permits",
                                                   "objects",
                                                   "hours",
                                                   "digest",
                                                   "release_grounds"};
    if (std::find(std::begin(kNever), std::end(kNever), name) != std::end(kNever)) return true;
    if (shape.required) return false;
    if (depth > 3) return true;
    // Content is worth more than options.
    const bool content = shape.holds == FieldShape::Holds::kProse || shape.check == Check::kMessage;
    return Below(100) < (content ? 30 : 60);
  }

  void Put(Message* message, const FieldShape& shape, int depth) {
    const auto& reflection = *message->GetReflection();
    const FieldDescriptor* const field = shape.field;
    const bool many = field->is_repeated();
    switch (field->cpp_type()) {
      case FieldDescriptor::CPPTYPE_STRING: {
        const std::string text = Text(*message->GetDescriptor(), shape);
        many ? reflection.AddString(message, field, text)
             : reflection.SetString(message, field, text);
        return;
      }
      case FieldDescriptor::CPPTYPE_MESSAGE:
        PutMessage(many ? reflection.AddMessage(message, field)
                        : reflection.MutableMessage(message, field),
                   depth);
        return;
      case FieldDescriptor::CPPTYPE_ENUM: {
        const int value = 1 + static_cast<int>(Below(field->enum_type()->value_count() - 1));
        const int number = field->enum_type()->value(value)->number();
        many ? reflection.AddEnumValue(message, field, number)
             : reflection.SetEnumValue(message, field, number);
        return;
      }
      case FieldDescriptor::CPPTYPE_BOOL:
        if (!many) reflection.SetBool(message, field, Below(2) == 0);
        return;
      default:
        PutNumber(message, shape);
    }
  }

  void PutNumber(Message* message, const FieldShape& shape) {
    const auto& reflection = *message->GetReflection();
    const double least = std::max(shape.least, 0.0);
    const int number = static_cast<int>(least + Below(3));
    switch (shape.field->cpp_type()) {
      case FieldDescriptor::CPPTYPE_INT32:
        if (shape.field->is_repeated()) {
          reflection.AddInt32(message, shape.field, number);
        } else {
          reflection.SetInt32(message, shape.field, number);
        }
        return;
      case FieldDescriptor::CPPTYPE_INT64:
        if (!shape.field->is_repeated()) reflection.SetInt64(message, shape.field, number);
        return;
      case FieldDescriptor::CPPTYPE_DOUBLE:
        if (!shape.field->is_repeated()) reflection.SetDouble(message, shape.field, number);
        return;
      default:
        return;
    }
  }

  void PutMessage(Message* message, int depth) {
    const std::string& type = message->GetDescriptor()->full_name();
    const auto at = [&](int64_t minutes) {
      return domain::TimestampOf(material_.now + absl::Minutes(minutes));
    };
    if (type == "google.protobuf.Timestamp") {
      message->CopyFrom(at(static_cast<int64_t>(Below(120)) - 60));
    } else if (type == "samsyn.v1.TimeWindow") {
      v1::TimeWindow window;
      const auto start = static_cast<int64_t>(Below(240)) - 60;
      *window.mutable_start_time() = at(start);
      *window.mutable_end_time() = at(start + 60 + static_cast<int64_t>(Below(120)));
      message->CopyFrom(window);
    } else if (type == "samsyn.v1.LatLng") {
      v1::LatLng point;
      point.set_latitude_deg(59.1 + static_cast<double>(Below(100)) / 1000);
      point.set_longitude_deg(18.1 + static_cast<double>(Below(100)) / 1000);
      message->CopyFrom(point);
    } else {
      Fill(message, depth + 1);
    }
  }

  std::string Text(const Descriptor& type, const FieldShape& shape) {
    const std::string& name = shape.field->name();
    switch (shape.check) {
      case Check::kUuid:
        return material_.request_id();
      case Check::kName:
      case Check::kNameOrWord:
        return Name(type, shape);
      default:
        break;
    }
    if (name == "push_endpoint")
      return absl::StrCat("https://fcm.googleapis.com/", material_.word());
    if (name == "phone") return "08-000 00 00";
    if (name == "link") return "https://polisen.se/";
    if (name == "skipped_dates") return "2026-12-25";
    if (name == "ground") return "samtycke";
    if (name == "word") return "kanarie";
    return material_.word();
  }

  std::string Name(const Descriptor& type, const FieldShape& shape) {
    v1::EntityKind kind = shape.kind;
    if (kind == v1::ENTITY_KIND_MUNICIPALITY) return material_.municipality;
    if (kind == v1::ENTITY_KIND_UNSPECIFIED) {
      kind = KindOfType(type);
      if (kind == v1::ENTITY_KIND_UNSPECIFIED || shape.field->name() != "name") {
        kind = shape.field->name() == "name" ? KindNamedBy(method_) : kind;
        if (shape.field->name() == "entity") kind = v1::ENTITY_KIND_UNSPECIFIED;
      }
    }
    // What is made has no name yet.
    const bool made = shape.field->name() == "name" &&
                      KindOfType(type) != v1::ENTITY_KIND_UNSPECIFIED &&
                      (absl::StartsWith(method_.name(), "Submit") ||
                       absl::StartsWith(method_.name(), "Propose") ||
                       absl::StartsWith(method_.name(), "Create") ||
                       absl::StartsWith(method_.name(), "Schedule"));
    if (made) return "";
    if (kind == v1::ENTITY_KIND_UNSPECIFIED) kind = SomeShareable();
    const std::vector<std::string>& names = material_.names[kind];
    if (!names.empty()) return names[Below(names.size())];
    return domain::NameOf(material_.municipality, kind, material_.request_id());
  }

  v1::EntityKind SomeShareable() {
    static constexpr v1::EntityKind kKinds[] = {
        v1::ENTITY_KIND_REPORT,     v1::ENTITY_KIND_PROBLEM,         v1::ENTITY_KIND_DEPLOYMENT,
        v1::ENTITY_KIND_ASSIGNMENT, v1::ENTITY_KIND_AREA_ASSESSMENT, v1::ENTITY_KIND_INDICATOR,
        v1::ENTITY_KIND_INCIDENT};
    return kKinds[Below(std::size(kKinds))];
  }

  const MethodDescriptor& method_;
  Material& material_;
};

}  // namespace

void FillRequest(const MethodDescriptor& method, Material& material, Message* request) {
  Filler(method, material).Fill(request, 0);
  // What is changed, whole, is named by the entity inside.
  for (const absl::string_view verb : {"Amend", "Update", "Upsert", "Revise"}) {
    if (!absl::StartsWith(method.name(), verb)) continue;
    for (int i = 0; i < request->GetDescriptor()->field_count(); ++i) {
      const FieldDescriptor* const field = request->GetDescriptor()->field(i);
      if (field->message_type() == nullptr || field->is_repeated()) continue;
      const std::vector<std::string>& names = material.names[KindOfType(*field->message_type())];
      if (names.empty()) continue;
      Message* const entity = request->GetReflection()->MutableMessage(request, field);
      entity->GetReflection()->SetString(entity, entity->GetDescriptor()->FindFieldByName("name"),
                                         names[material.below(names.size())]);
    }
  }
}

void SetEtag(const std::string& etag, Message* request) {
  const FieldDescriptor* const field = request->GetDescriptor()->FindFieldByName("etag");
  if (field != nullptr) request->GetReflection()->SetString(request, field, etag);
}

std::string NameIn(const Message& request) {
  const auto& reflection = *request.GetReflection();
  const FieldDescriptor* const name = request.GetDescriptor()->FindFieldByName("name");
  if (name != nullptr) return reflection.GetString(request, name);
  for (int i = 0; i < request.GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor* const field = request.GetDescriptor()->field(i);
    if (field->message_type() == nullptr || field->is_repeated()) continue;
    if (KindOfType(*field->message_type()) == v1::ENTITY_KIND_UNSPECIFIED) continue;
    return NameIn(reflection.GetMessage(request, field));
  }
  return "";
}

}  // namespace samsyn::simulation

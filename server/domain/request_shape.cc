#include "server/domain/request_shape.h"

#include <absl/strings/str_cat.h>

#include <cmath>
#include <utility>

#include "server/domain/entity.h"
#include "server/domain/field_place.h"
#include "server/domain/field_shapes.h"
#include "server/domain/limits.h"
#include "server/domain/names.h"
#include "server/domain/permits.h"
#include "server/domain/utf8.h"

namespace samsyn::domain {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using Check = FieldShape::Check;

constexpr size_t kViolationsMost = 100;  // reported at once

// The message whose fields are looked at. Its reflection is asked for once: each asking costs as
// much as a field's check.
struct Looked {
  const Message& message;
  const Reflection& reflection;
  bool is_point;
};

class Checker {
 public:
  void CheckMessage(const Message& message, const MessageShape& shape, const FieldPlace* place);
  std::vector<Violation> Take() { return std::move(violations_); }

 private:
  void Add(const FieldPlace& place, Words words) {
    if (violations_.size() < kViolationsMost) {
      violations_.push_back({PathOf(place), std::move(words)});
    }
  }
  void CheckField(const Looked& in, const FieldShape& shape, const FieldPlace* parent);
  void CheckValue(const Looked& in, const FieldShape& shape, const FieldPlace& place);
  void CheckString(const std::string& value, const FieldShape& shape, const FieldPlace& place);
  void CheckText(absl::string_view text, const FieldShape& shape, const FieldPlace& place);
  void CheckEnum(int number, const FieldShape& shape, const FieldPlace& place);
  void CheckNumber(double number, const FieldShape& shape, bool in_point, const FieldPlace& place);
  void CheckTimestamp(const Message& message, const FieldPlace& place);
  void CheckWindow(const v1::TimeWindow& window, const FieldPlace& place);

  std::vector<Violation> violations_;
};

Words Missing() { return {"This must be given.", "Detta måste anges."}; }

Words WrongName(v1::EntityKind kind) {
  const absl::string_view collection = CollectionOf(kind);
  const std::string form = kind == v1::ENTITY_KIND_MUNICIPALITY ? "municipalities/0136"
                           : collection.empty()
                               ? "municipalities/0136/reports/…"
                               : absl::StrCat("municipalities/0136/", collection, "/…");
  return {absl::StrCat("This is no name of the form \"", form, "\"."),
          absl::StrCat("Detta är inget namn av formen \"", form, "\".")};
}

// Characters that have no place in a text: control characters but line breaks and tabs, and those
// that change the direction of writing, with which a text can be made to look like another.
bool IsControl(char32_t c) {
  return (c < 0x20 && c != '\n' && c != '\r' && c != '\t') || (c >= 0x7f && c <= 0x9f);
}
bool ChangesDirection(char32_t c) {
  return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0x200e ||
         c == 0x200f || c == 0x061c;
}

bool IsBlank(absl::string_view text) {
  return text.find_first_not_of(" \t\r\n") == absl::string_view::npos;
}

double NumberOf(const Looked& in, const FieldDescriptor* field, int index) {
  const auto& [message, r, is_point] = in;
  const bool list = index >= 0;
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return list ? r.GetRepeatedInt32(message, field, index) : r.GetInt32(message, field);
    case FieldDescriptor::CPPTYPE_INT64:
      return static_cast<double>(list ? r.GetRepeatedInt64(message, field, index)
                                      : r.GetInt64(message, field));
    case FieldDescriptor::CPPTYPE_UINT32:
      return list ? r.GetRepeatedUInt32(message, field, index) : r.GetUInt32(message, field);
    case FieldDescriptor::CPPTYPE_UINT64:
      return static_cast<double>(list ? r.GetRepeatedUInt64(message, field, index)
                                      : r.GetUInt64(message, field));
    case FieldDescriptor::CPPTYPE_FLOAT:
      return list ? r.GetRepeatedFloat(message, field, index) : r.GetFloat(message, field);
    default:
      return list ? r.GetRepeatedDouble(message, field, index) : r.GetDouble(message, field);
  }
}

void Checker::CheckMessage(const Message& message, const MessageShape& shape,
                           const FieldPlace* place) {
  if (shape.special == MessageShape::Special::kTimestamp && place != nullptr) {
    CheckTimestamp(message, *place);
    return;
  }
  const size_t before = violations_.size();
  const Looked in{message, *message.GetReflection(),
                  shape.special == MessageShape::Special::kPoint};
  for (const FieldShape& field : shape.fields) CheckField(in, field, place);
  if (shape.special == MessageShape::Special::kWindow && place != nullptr &&
      violations_.size() == before) {
    CheckWindow(static_cast<const v1::TimeWindow&>(message), *place);
  }
}

void Checker::CheckField(const Looked& in, const FieldShape& shape, const FieldPlace* parent) {
  const FieldPlace place{parent, shape.field, -1};
  if (!shape.field->is_repeated()) {
    const bool is_message = shape.check == Check::kMessage;
    if (!is_message || in.reflection.HasField(in.message, shape.field)) {
      CheckValue(in, shape, place);
    } else if (shape.required) {
      Add(place, Missing());
    }
    return;
  }
  const int size = in.reflection.FieldSize(in.message, shape.field);
  if (size == 0 && shape.required) Add(place, Missing());
  if (static_cast<size_t>(size) > shape.elements) {
    Add(place, {absl::StrCat("At most ", shape.elements, ", not ", size, "."),
                absl::StrCat("Högst ", shape.elements, ", inte ", size, ".")});
    return;
  }
  for (int i = 0; i < size; ++i) {
    CheckValue(in, shape, {parent, shape.field, i});
  }
}

void Checker::CheckValue(const Looked& in, const FieldShape& shape, const FieldPlace& place) {
  const auto& [message, r, is_point] = in;
  const FieldDescriptor* const field = shape.field;
  switch (shape.check) {
    case Check::kNothing:
      return;
    case Check::kMessage:
      CheckMessage(MessageAt(message, place), *shape.message, &place);
      return;
    case Check::kEnum:
      CheckEnum(place.index < 0 ? r.GetEnumValue(message, field)
                                : r.GetRepeatedEnumValue(message, field, place.index),
                shape, place);
      return;
    case Check::kNumber:
      CheckNumber(NumberOf(in, field, place.index), shape, is_point, place);
      return;
    default: {
      std::string scratch;
      CheckString(place.index < 0
                      ? r.GetStringReference(message, field, &scratch)
                      : r.GetRepeatedStringReference(message, field, place.index, &scratch),
                  shape, place);
    }
  }
}

void Checker::CheckString(const std::string& value, const FieldShape& shape,
                          const FieldPlace& place) {
  if (value.empty() || (shape.holds == FieldShape::Holds::kProse && IsBlank(value))) {
    // An empty element of a list is never meant.
    if (shape.required || place.index >= 0) Add(place, Missing());
    return;
  }
  switch (shape.check) {
    case Check::kUuid:
      if (!IsUuid(value)) {
        Add(place, {"This is no UUID, such as \"2f1b3c9e-8d4a-4f6b-9c1d-7e5a3b2c1d0f\".",
                    "Detta är inget UUID, som \"2f1b3c9e-8d4a-4f6b-9c1d-7e5a3b2c1d0f\"."});
      }
      return;
    case Check::kNameOrWord:
      if (value == shape.word) return;
      [[fallthrough]];
    case Check::kName: {
      const v1::EntityKind kind = KindOfName(value);
      const bool right =
          shape.kind == v1::ENTITY_KIND_UNSPECIFIED ? kind != shape.kind : kind == shape.kind;
      if (!right || value.size() > 2 * kNameCharacters) Add(place, WrongName(shape.kind));
      if (right) CheckText(value, shape, place);
      return;
    }
    default:
      CheckText(value, shape, place);
  }
}

void Checker::CheckText(absl::string_view text, const FieldShape& shape, const FieldPlace& place) {
  size_t characters = 0;
  bool control = false, direction = false;
  for (absl::string_view rest = text; !rest.empty(); ++characters) {
    const char32_t c = TakeCharacter(rest);
    if (c == kNotUtf8) {
      Add(place, {"This text is not UTF-8.", "Denna text är inte UTF-8."});
      return;
    }
    control = control || IsControl(c);
    direction = direction || ChangesDirection(c);
  }
  if (control) {
    Add(place, {"This text holds control characters.", "Denna text innehåller styrtecken."});
  }
  if (direction) {
    Add(place, {"This text holds characters that change the direction of writing.",
                "Denna text innehåller tecken som ändrar skrivriktningen."});
  }
  if (shape.characters > 0 && characters > shape.characters) {
    Add(place, {absl::StrCat("At most ", shape.characters, " characters, not ", characters, "."),
                absl::StrCat("Högst ", shape.characters, " tecken, inte ", characters, ".")});
  }
}

void Checker::CheckEnum(int number, const FieldShape& shape, const FieldPlace& place) {
  if (number == 0) {
    if (shape.required || place.index >= 0) Add(place, Missing());
  } else if (shape.field->enum_type()->FindValueByNumber(number) == nullptr) {
    Add(place, {absl::StrCat("The value ", number, " is not known."),
                absl::StrCat("Värdet ", number, " är inte känt.")});
  }
}

void Checker::CheckNumber(double number, const FieldShape& shape, bool in_point,
                          const FieldPlace& place) {
  if (!std::isfinite(number)) {
    Add(place, {"This is no finite number.", "Detta är inget ändligt tal."});
  } else if (number >= shape.least && number <= shape.most) {
    return;
  } else if (in_point) {
    Add(place, {absl::StrCat("The point lies outside Sweden (", shape.least, " to ", shape.most,
                             "): latitude and longitude are possibly swapped."),
                absl::StrCat("Punkten ligger utanför Sverige (", shape.least, " till ", shape.most,
                             "): latitud och longitud är kanske omkastade.")});
  } else if (shape.most >= 1e15) {
    Add(place,
        {absl::StrCat("At least ", shape.least, "."), absl::StrCat("Minst ", shape.least, ".")});
  } else {
    Add(place, {absl::StrCat("From ", shape.least, " to ", shape.most, ", not ", number, "."),
                absl::StrCat("Från ", shape.least, " till ", shape.most, ", inte ", number, ".")});
  }
}

void Checker::CheckTimestamp(const Message& message, const FieldPlace& place) {
  const auto& timestamp = static_cast<const google::protobuf::Timestamp&>(message);
  constexpr int64_t k1990 = 631152000, k2100 = 4102444800;
  if (timestamp.nanos() < 0 || timestamp.nanos() > 999'999'999) {
    Add(place, {"This is no valid time.", "Detta är ingen giltig tid."});
  } else if (timestamp.seconds() < k1990 || timestamp.seconds() >= k2100) {
    Add(place, {"The time must lie between the years 1990 and 2100.",
                "Tiden måste ligga mellan åren 1990 och 2100."});
  }
}

void Checker::CheckWindow(const v1::TimeWindow& window, const FieldPlace& place) {
  const absl::Time start = TimeOf(window.start_time());
  const absl::Time end = TimeOf(window.end_time());
  const FieldPlace at{
      &place, v1::TimeWindow::descriptor()->FindFieldByNumber(v1::TimeWindow::kEndTimeFieldNumber),
      -1};
  if (end <= start) {
    Add(at, {"The end must be later than the start.", "Slutet måste vara senare än början."});
  } else if (place.field->containing_type() == v1::Permit::descriptor()) {
    if (end - start <= kPermitMost) return;
    Add(at, {"A permit applies for ten years at most.", "Ett tillstånd gäller högst tio år."});
  } else if (end - start > kWindowMost) {
    Add(at, {"A period is at most 31 days long.", "En period är högst 31 dagar lång."});
  }
}

}  // namespace

std::vector<Violation> ShapeViolations(const Message& request) {
  Checker checker;
  checker.CheckMessage(request, ShapeOf(*request.GetDescriptor()), nullptr);
  return checker.Take();
}

absl::Status CheckShape(const Message& request) {
  std::vector<Violation> violations = ShapeViolations(request);
  return violations.empty() ? absl::OkStatus() : RefuseFields(std::move(violations));
}

}  // namespace samsyn::domain

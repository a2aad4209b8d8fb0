// Where in a request a field stands: a chain on the stack, spelled out only when there is something
// to say of it.
#ifndef SAMSYN_SERVER_DOMAIN_FIELD_PLACE_H_
#define SAMSYN_SERVER_DOMAIN_FIELD_PLACE_H_

#include <absl/strings/str_cat.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <string>

namespace samsyn::domain {

struct FieldPlace {
  const FieldPlace* parent;
  const google::protobuf::FieldDescriptor* field;
  int index;  // in a list; -1: no list
};

// "report.marks[0]"
inline std::string PathOf(const FieldPlace& place) {
  std::string path = place.parent == nullptr ? "" : absl::StrCat(PathOf(*place.parent), ".");
  absl::StrAppend(&path, place.field->name());
  if (place.index >= 0) absl::StrAppend(&path, "[", place.index, "]");
  return path;
}

// The text there, `message` being the one that the field is of. `scratch` may come to hold it.
inline const std::string& TextAt(const google::protobuf::Message& message, const FieldPlace& place,
                                 std::string& scratch) {
  const auto& reflection = *message.GetReflection();
  return place.index < 0
             ? reflection.GetStringReference(message, place.field, &scratch)
             : reflection.GetRepeatedStringReference(message, place.field, place.index, &scratch);
}

// The message there.
inline const google::protobuf::Message& MessageAt(const google::protobuf::Message& message,
                                                  const FieldPlace& place) {
  const auto& reflection = *message.GetReflection();
  return place.index < 0 ? reflection.GetMessage(message, place.field)
                         : reflection.GetRepeatedMessage(message, place.field, place.index);
}

inline google::protobuf::Message& MessageAt(google::protobuf::Message& message,
                                            const FieldPlace& place) {
  const auto& reflection = *message.GetReflection();
  return place.index < 0 ? *reflection.MutableMessage(&message, place.field)
                         : *reflection.MutableRepeatedMessage(&message, place.field, place.index);
}

}  // namespace samsyn::domain

#endif  // SAMSYN_SERVER_DOMAIN_FIELD_PLACE_H_

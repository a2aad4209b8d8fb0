// What each field of a request must look like, worked out once for a message type from the
// contract's annotations and the table of limits in field_shapes.cc.
#ifndef SAMSYN_SERVER_DOMAIN_FIELD_SHAPES_H_
#define SAMSYN_SERVER_DOMAIN_FIELD_SHAPES_H_

#include <absl/strings/string_view.h>
#include <absl/types/optional.h>
#include <google/protobuf/descriptor.h>
#include <samsyn/v1/entity.pb.h>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace samsyn::domain {

struct MessageShape;

// The shape of one field; `check` says which of the members below it count.
struct FieldShape {
  enum class Check {
    kNothing,  // bytes, bool, and numbers without a range
    kText,     // prose and strings: `characters`
    kUuid,
    kName,        // of an entity of `kind`; any kind if UNSPECIFIED
    kNameOrWord,  // or `word`
    kEnum,
    kNumber,   // `least` to `most`
    kMessage,  // `message`
  };
  // What a text holds. All but kCode are searched for what identifies a person.
  enum class Holds {
    kUndeclared,  // the table does not say: a test finds it
    kProse,       // words of a person: blanks alone are nothing
    kWords,       // other words that somebody chose
    kCode,        // what programs make and read: a key, an address, a number to call, a time
  };
  const google::protobuf::FieldDescriptor* field = nullptr;
  Check check = Check::kNothing;
  bool required = false;
  Holds holds = Holds::kUndeclared;  // of kText
  size_t characters = 0;             // most
  size_t elements = 0;               // most, of a list
  v1::EntityKind kind = v1::ENTITY_KIND_UNSPECIFIED;
  absl::string_view word;
  double least = 0, most = 0;
  const MessageShape* message = nullptr;
};

// The shape of a message: its fields without those that the server sets.
struct MessageShape {
  // Checked as a whole beside its fields.
  enum class Special { kNone, kPoint, kTimestamp, kWindow };
  Special special = Special::kNone;
  std::vector<FieldShape> fields;
};

// The shape of a message type. Computed at first use, lives as long as the program. Thread-safe.
const MessageShape& ShapeOf(const google::protobuf::Descriptor& type);

}  // namespace samsyn::domain

#endif  // SAMSYN_SERVER_DOMAIN_FIELD_SHAPES_H_

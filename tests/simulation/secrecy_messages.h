// Going through the messages that the secrecy harness judges.
#ifndef SAMSYN_TESTS_SIMULATION_SECRECY_MESSAGES_H_
#define SAMSYN_TESTS_SIMULATION_SECRECY_MESSAGES_H_

#include <absl/time/civil_time.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "server/domain/entity.h"

namespace samsyn::simulation {

// Calls `use` with every message that stands in a field.
template <typename Use>
void ForEachMessageIn(const google::protobuf::Message& message, Use use) {
  std::vector<const google::protobuf::FieldDescriptor*> fields;
  message.GetReflection()->ListFields(message, &fields);
  for (const auto* field : fields) {
    if (field->message_type() == nullptr) continue;
    const int times = field->is_repeated() ? message.GetReflection()->FieldSize(message, field) : 1;
    for (int i = 0; i < times; ++i) {
      use(field->is_repeated() ? message.GetReflection()->GetRepeatedMessage(message, field, i)
                               : message.GetReflection()->GetMessage(message, field));
    }
  }
}
// Calls `use` with every entity inside a message.
template <typename Use>
void ForEachEntity(const google::protobuf::Message& message, Use use) {
  const auto* const type = message.GetDescriptor();
  if (type->FindFieldByName("release") != nullptr && type->FindFieldByName("owner") != nullptr) {
    use(message);
    return;
  }
  ForEachMessageIn(message,
                   [&](const google::protobuf::Message& inner) { ForEachEntity(inner, use); });
}
inline std::string StringOf(const google::protobuf::Message& message, const char* field) {
  const auto* const found = message.GetDescriptor()->FindFieldByName(field);
  return found == nullptr ? "" : message.GetReflection()->GetString(message, found);
}
inline void ExpectDaysAlone(const google::protobuf::Message& message, const std::string& who) {
  if (message.GetDescriptor()->full_name() != "google.protobuf.Timestamp") {
    ForEachMessageIn(message, [&](const auto& inner) { ExpectDaysAlone(inner, who); });
    return;
  }
  static const auto* const zone = [] {
    auto* const stockholm = new absl::TimeZone;
    EXPECT_TRUE(absl::LoadTimeZone("Europe/Stockholm", stockholm));
    return stockholm;
  }();
  const absl::Time time = domain::TimeOf(static_cast<const google::protobuf::Timestamp&>(message));
  const absl::CivilSecond wall = absl::ToCivilSecond(time, *zone);
  EXPECT_EQ(wall, absl::CivilSecond(absl::CivilDay(wall))) << who;
}

}  // namespace samsyn::simulation

#endif  // SAMSYN_TESTS_SIMULATION_SECRECY_MESSAGES_H_

// The messages that are published: 300 letters, which say in order which one it is and when it was
// to be sent. Letters only, since digits might look like a person number, which Samsyn would mask.
#ifndef SAMSYN_TESTS_BENCH_FANOUT_MESSAGE_H_
#define SAMSYN_TESTS_BENCH_FANOUT_MESSAGE_H_

#include <absl/strings/string_view.h>

#include <cstdint>
#include <string>

namespace samsyn::bench {

constexpr size_t kMessageSize = 300;
constexpr size_t kNumberLetters = 16;

inline void WriteNumber(uint64_t number, char* at) {
  for (size_t i = 0; i < kNumberLetters; ++i) {
    at[i] = static_cast<char>('a' + (number >> (4 * (kNumberLetters - 1 - i)) & 15));
  }
}

inline uint64_t ReadNumber(const char* at) {
  uint64_t number = 0;
  for (size_t i = 0; i < kNumberLetters; ++i) {
    number = number << 4 | static_cast<uint64_t>(at[i] - 'a');
  }
  return number;
}

// Which one, from 1.
inline uint64_t NumberOf(absl::string_view message) { return ReadNumber(message.data()); }
// Nanoseconds of the monotonic clock.
inline int64_t TimeOf(absl::string_view message) {
  return static_cast<int64_t>(ReadNumber(message.data() + kNumberLetters));
}

inline std::string MakeMessage() {
  std::string message(2 * kNumberLetters, 'a');
  while (message.size() < kMessageSize) message += " klotter vid tunneln mot centrum";
  message.resize(kMessageSize);
  return message;
}

}  // namespace samsyn::bench

#endif  // SAMSYN_TESTS_BENCH_FANOUT_MESSAGE_H_

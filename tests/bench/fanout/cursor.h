// Reads the beginning of what came, of which more may be on its way: for protocols of lines and
// lengths.
#ifndef SAMSYN_TESTS_BENCH_FANOUT_CURSOR_H_
#define SAMSYN_TESTS_BENCH_FANOUT_CURSOR_H_

#include <absl/status/statusor.h>
#include <absl/strings/ascii.h>
#include <absl/strings/escaping.h>
#include <absl/strings/match.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/string_view.h>

#include <cstdint>

#include "tests/bench/fanout/wire.h"

namespace samsyn::bench {

// Steps over what is asked for, as long as that is what comes. Once something is not there, nothing
// more is: `wrong()` tells whether it cannot come either.
class Cursor {
 public:
  explicit Cursor(absl::string_view in) : size_(in.size()), rest_(in) {}

  bool Literal(absl::string_view text) {
    if (!absl::StartsWith(rest_, text)) return Stop(!absl::StartsWith(text, rest_));
    rest_.remove_prefix(text.size());
    return true;
  }
  // Digits, and `end` after them.
  bool Number(char end, int64_t& value) {
    value = 0;
    for (size_t at = 0; at < rest_.size() && at < kDigits; ++at) {
      if (rest_[at] == end && at > 0) {
        rest_.remove_prefix(at + 1);
        return true;
      }
      if (!absl::ascii_isdigit(rest_[at])) return Stop(true);
      value = value * 10 + (rest_[at] - '0');
    }
    return Stop(rest_.size() >= kDigits);
  }
  bool Bytes(int64_t size, absl::string_view& bytes) {
    if (static_cast<int64_t>(rest_.size()) < size) return Stop(false);
    bytes = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return true;
  }
  // What stands before the end of the line, which is "\r\n".
  bool Line(absl::string_view& line) {
    const size_t end = rest_.find('\n');
    if (end == rest_.npos) return Stop(rest_.size() > kLine);
    if (end == 0 || rest_[end - 1] != '\r') return Stop(true);
    line = rest_.substr(0, end - 1);
    rest_.remove_prefix(end + 1);
    return true;
  }

  // Not what can be read. False.
  bool Stop(bool wrong) {
    wrong_ = wrong;
    return false;
  }

  bool wrong() const { return wrong_; }
  size_t used() const { return size_ - rest_.size(); }

 private:
  static constexpr size_t kDigits = 19, kLine = 1 << 16;

  const size_t size_;
  absl::string_view rest_;
  bool wrong_ = false;
};

inline absl::Status Unexpected(absl::string_view in) {
  return Fault(absl::StrCat("unexpected: ", absl::CEscape(in.substr(0, 200))));
}

// Of a reader that has stopped: 0 if more may help, or the fault.
inline absl::StatusOr<size_t> NotYet(const Cursor& at, absl::string_view in) {
  if (at.wrong()) return Unexpected(in);
  return 0;
}

// Takes one message after the other: `one` says how long the first one is, 0 if it is not all
// there.
template <typename One>
absl::StatusOr<size_t> TakeEach(absl::string_view in, One one) {
  size_t used = 0;
  while (used < in.size()) {
    absl::StatusOr<size_t> size = one(in.substr(used));
    if (!size.ok()) return size;
    if (*size == 0) break;
    used += *size;
  }
  return used;
}

}  // namespace samsyn::bench

#endif  // SAMSYN_TESTS_BENCH_FANOUT_CURSOR_H_

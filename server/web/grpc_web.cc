#include "server/web/grpc_web.h"

#include <absl/strings/ascii.h>
#include <absl/strings/escaping.h>
#include <absl/strings/match.h>
#include <absl/strings/numbers.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_format.h>
#include <absl/strings/str_split.h>

#include <cstdint>

#include "server/domain/refusal.h"

namespace samsyn::web {
namespace {

constexpr size_t kPrefixBytes = 5;
constexpr unsigned char kCompressed = 0x01;
constexpr unsigned char kTrailers = 0x80;

std::string Frame(unsigned char flags, absl::string_view bytes) {
  std::string frame;
  frame.reserve(kPrefixBytes + bytes.size());
  frame.push_back(static_cast<char>(flags));
  for (const int shift : {24, 16, 8, 0}) frame.push_back(static_cast<char>(bytes.size() >> shift));
  frame.append(bytes.data(), bytes.size());
  return frame;
}

absl::Status Refused(const char* en, const char* sv) {
  return domain::Refuse(v1::ERROR_REASON_INVALID_FIELDS, {en, sv});
}

// As grpc-message is written: printable ASCII as it is, all else as %XX.
std::string PercentEncoded(absl::string_view text) {
  std::string encoded;
  for (const char c : text) {
    if (c >= ' ' && c <= '~' && c != '%') {
      encoded.push_back(c);
    } else {
      absl::StrAppendFormat(&encoded, "%%%02X", static_cast<unsigned char>(c));
    }
  }
  return encoded;
}

}  // namespace

bool IsGrpcWeb(absl::string_view content_type) {
  const absl::string_view type =
      absl::StripAsciiWhitespace(*absl::StrSplit(content_type, absl::MaxSplits(';', 1)).begin());
  return absl::EqualsIgnoreCase(type, "application/grpc-web+proto") ||
         absl::EqualsIgnoreCase(type, "application/grpc-web");
}

absl::StatusOr<std::string> MessageIn(absl::string_view body) {
  if (body.size() < kPrefixBytes) {
    return Refused("The body is shorter than the prefix of a message.",
                   "Det som skickades är kortare än ett meddelandes huvud.");
  }
  const auto flags = static_cast<unsigned char>(body[0]);
  uint64_t size = 0;
  for (size_t i = 1; i < kPrefixBytes; ++i) size = size << 8 | static_cast<unsigned char>(body[i]);
  if ((flags & kCompressed) != 0) {
    return Refused("Compressed messages are not taken.", "Komprimerade meddelanden tas inte emot.");
  }
  if (flags != 0 || size != body.size() - kPrefixBytes) {
    return Refused("The body is not one whole message.",
                   "Det som skickades är inte ett helt meddelande.");
  }
  return std::string(body.substr(kPrefixBytes));
}

std::string MessageFrame(absl::string_view message) { return Frame(0, message); }

std::string TrailerFrame(const grpc::Status& status, const Headers& trailers) {
  std::string text = absl::StrCat("grpc-status: ", static_cast<int>(status.error_code()), "\r\n");
  if (!status.error_message().empty()) {
    absl::StrAppend(&text, "grpc-message: ", PercentEncoded(status.error_message()), "\r\n");
  }
  if (!status.error_details().empty()) {
    absl::StrAppend(&text, "grpc-status-details-bin: ", absl::Base64Escape(status.error_details()),
                    "\r\n");
  }
  for (const auto& [name, value] : trailers) absl::StrAppend(&text, name, ": ", value, "\r\n");
  return Frame(kTrailers, text);
}

std::optional<absl::Duration> TimeoutIn(absl::string_view grpc_timeout) {
  if (grpc_timeout.size() < 2 || grpc_timeout.size() > 9) return std::nullopt;
  const absl::string_view digits = grpc_timeout.substr(0, grpc_timeout.size() - 1);
  int64_t count = 0;
  if (digits.find_first_not_of("0123456789") != absl::string_view::npos ||
      !absl::SimpleAtoi(digits, &count)) {
    return std::nullopt;
  }
  switch (grpc_timeout.back()) {
    case 'H':
      return absl::Hours(count);
    case 'M':
      return absl::Minutes(count);
    case 'S':
      return absl::Seconds(count);
    case 'm':
      return absl::Milliseconds(count);
    case 'u':
      return absl::Microseconds(count);
    case 'n':
      return absl::Nanoseconds(count);
    default:
      return std::nullopt;
  }
}

}  // namespace samsyn::web

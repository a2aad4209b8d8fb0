#include "server/watch/resume_token.h"

#include <absl/strings/str_cat.h>

#include <cstdint>

#include "server/domain/refusal.h"

namespace samsyn::watch {
namespace {

constexpr char kVersion = 1;
constexpr size_t kRevisionBytes = 8, kDigestBytes = 16;
constexpr size_t kTokenBytes = 1 + kRevisionBytes + 2 * kDigestBytes;

}  // namespace

Position PositionAt(domain::Revision revision, const Digest& chain, absl::string_view view) {
  return {revision, std::string(AsBytes(chain).substr(0, kDigestBytes)), std::string(view)};
}

std::string EncodeToken(const Position& position) {
  std::string token(1, kVersion);
  for (size_t i = 0; i < kRevisionBytes; ++i) {
    token.push_back(static_cast<char>(static_cast<uint64_t>(position.revision) >> (8 * i)));
  }
  absl::StrAppend(&token, position.history, position.view);
  return token;
}

absl::StatusOr<Position> DecodeToken(absl::string_view token) {
  uint64_t revision = 0;
  if (token.size() == kTokenBytes && token[0] == kVersion) {
    for (size_t i = 0; i < kRevisionBytes; ++i) {
      revision |= static_cast<uint64_t>(static_cast<uint8_t>(token[1 + i])) << (8 * i);
    }
    if (revision <= static_cast<uint64_t>(INT64_MAX)) {
      token.remove_prefix(1 + kRevisionBytes);
      return Position{static_cast<domain::Revision>(revision),
                      std::string(token.substr(0, kDigestBytes)),
                      std::string(token.substr(kDigestBytes))};
    }
  }
  return domain::RefuseFields(
      {{"resume_token",
        {"This is no resume token of ours. Leave it out to start from the beginning.",
         "Detta är ingen position som vi har gett. Utelämna den för att börja från början."}}});
}

}  // namespace samsyn::watch

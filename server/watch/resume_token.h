// The resume token: a position in a history, as seen by one audience through one filter. Position
// only, never rights.
//
//   version (1 byte, 1) ‖ revision (8, little-endian) ‖ chain digest there (its first 16)
//   ‖ digest of filter and audience (its first 16)
#ifndef SAMSYN_SERVER_WATCH_RESUME_TOKEN_H_
#define SAMSYN_SERVER_WATCH_RESUME_TOKEN_H_

#include <absl/status/statusor.h>
#include <absl/strings/string_view.h>

#include <string>

#include "server/base/digest.h"
#include "server/domain/entity.h"

namespace samsyn::watch {

struct Position {
  domain::Revision revision = 0;
  std::string history;  // 16 bytes
  std::string view;     // 16 bytes

  bool operator==(const Position&) const = default;
};

// `view` is `Group::view()`.
Position PositionAt(domain::Revision revision, const Digest& chain, absl::string_view view);

std::string EncodeToken(const Position& position);

// INVALID_FIELDS with a violation of `resume_token` when the bytes are none of ours.
absl::StatusOr<Position> DecodeToken(absl::string_view token);

}  // namespace samsyn::watch

#endif  // SAMSYN_SERVER_WATCH_RESUME_TOKEN_H_

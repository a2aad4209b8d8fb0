// The lost side of a fork as the domain reads it: the last version of each entity that it changed.
#ifndef SAMSYN_SERVER_ENGINE_LOST_SIDE_H_
#define SAMSYN_SERVER_ENGINE_LOST_SIDE_H_

#include <absl/status/statusor.h>
#include <absl/strings/string_view.h>

#include <map>
#include <string>

#include "server/domain/lost_version.h"
#include "server/journal/journal.h"

namespace samsyn::engine {

struct LostSide {
  journal::Fork fork;
  std::map<std::string, domain::LostVersion> versions;  // by name
};

// Without credentials, answered requests and kinds that this program does not know. DataLoss if it
// cannot be read, or is of another municipality.
absl::StatusOr<LostSide> DecodeLostSide(const journal::Journal::LostSide& side,
                                        absl::string_view municipality);

}  // namespace samsyn::engine

#endif  // SAMSYN_SERVER_ENGINE_LOST_SIDE_H_

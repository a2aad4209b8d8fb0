// What is other on a node that is out of touch with the journal that it shares with other nodes:
// answers are marked, and after a while nothing is read any more that a right might be needed for
// which has ended elsewhere.
#ifndef SAMSYN_SERVER_SERVICE_CUT_OFF_H_
#define SAMSYN_SERVER_SERVICE_CUT_OFF_H_

#include <absl/status/status.h>
#include <absl/strings/string_view.h>
#include <absl/time/time.h>
#include <grpcpp/server_context.h>

#include "server/service/session.h"

namespace samsyn::service {

// From then on a caller's rights are unknown (`ReaderOf`), streams of changes end, and what is
// not there may be elsewhere.
inline constexpr absl::Duration kCutOffMost = absl::Seconds(30);

// Trailing metadata of every answer of a node that is out of touch: since when, RFC 3339, UTC.
inline constexpr char kCutOffMark[] = "samsyn-cut-off-since";

// Whether the node has been out of touch for longer than `kCutOffMost` with this municipality.
bool RightsUnknown(const Backend& backend, absl::string_view municipality);

// NODE_CUT_OFF: ask another node.
absl::Status NodeCutOff();

// NODE_CUT_OFF in place of a "not there" that the node cannot know.
absl::Status NotThereIfKnown(const Backend& backend, absl::string_view municipality,
                             const absl::Status& status);

// Marks the answer of a call before it ends. Nothing where the node is in touch, or where it is not
// known whom the call is of.
void MarkIfCutOff(const Backend& backend, const Session& session, grpc::ServerContextBase& context);

}  // namespace samsyn::service

#endif  // SAMSYN_SERVER_SERVICE_CUT_OFF_H_

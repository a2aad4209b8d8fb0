#include "server/watch/frame.h"

#include <memory>
#include <utility>

namespace samsyn::watch {

void FrameBuilder::Upsert(absl::string_view piece) {
  body_.append(piece.data(), piece.size());
  ++changes_;
}

void FrameBuilder::Remove(absl::string_view name) {
  v1::WatchResponse response;
  response.add_removed(std::string(name));
  response.AppendToString(&body_);
  ++changes_;
}

Frame FrameBuilder::Finish(const FrameEnd& end) && {
  v1::WatchResponse response;
  response.set_reset(end.reset);
  response.set_more(end.more);
  response.set_current(end.current);
  response.set_revision(end.revision);
  response.set_resume_token(end.resume_token);
  *response.mutable_server_time() = domain::TimestampOf(end.server_time);
  // Serialised messages laid end to end are their merge: this is what lets pieces be shared.
  response.AppendToString(&body_);
  return std::make_shared<const std::string>(std::move(body_));
}

}  // namespace samsyn::watch

// Building a serialised WatchResponse from pieces that are already encoded.
#ifndef SAMSYN_SERVER_WATCH_FRAME_H_
#define SAMSYN_SERVER_WATCH_FRAME_H_

#include <absl/strings/string_view.h>
#include <absl/time/time.h>

#include <string>

#include "server/domain/entity.h"
#include "server/watch/feed.h"

namespace samsyn::watch {

// What a response says beside its changes.
struct FrameEnd {
  bool reset = false;
  bool more = false;
  bool current = false;
  domain::Revision revision = 0;
  std::string resume_token;
  absl::Time server_time;
};

// Not thread-safe.
class FrameBuilder {
 public:
  explicit FrameBuilder(const FeedOptions& options) : options_(options) {}

  // Whether a change of so many bytes still fits; the first one always does.
  bool HasRoom(size_t bytes) const {
    return changes_ == 0 ||
           (changes_ < options_.frame_changes && body_.size() + bytes <= options_.frame_bytes);
  }
  // `piece` as EncodePiece makes it.
  void Upsert(absl::string_view piece);
  void Remove(absl::string_view name);
  bool empty() const { return changes_ == 0; }

  Frame Finish(const FrameEnd& end) &&;

 private:
  const FeedOptions& options_;
  std::string body_;
  size_t changes_ = 0;
};

}  // namespace samsyn::watch

#endif  // SAMSYN_SERVER_WATCH_FRAME_H_

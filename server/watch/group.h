// Followers who get the same: one audience looking through one filter. What one of them was sent at
// a position, the others at that position are sent too, made once.
#ifndef SAMSYN_SERVER_WATCH_GROUP_H_
#define SAMSYN_SERVER_WATCH_GROUP_H_

#include <absl/container/flat_hash_map.h>
#include <absl/strings/string_view.h>
#include <absl/time/time.h>
#include <absl/types/optional.h>

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "server/base/mutex.h"
#include "server/domain/visibility.h"
#include "server/watch/feed.h"
#include "server/watch/ring.h"

namespace samsyn::watch {

// What a watch asked for; empty parts pass everything.
class Filter {
 public:
  Filter() = default;
  explicit Filter(const v1::WatchRequest& request);

  bool PassesKind(v1::EntityKind kind) const;
  // A function of the version alone.
  bool Passes(const v1::Entity& entity) const;
  // Differs between filters that differ in what they pass.
  std::string Key() const;

 private:
  std::vector<v1::EntityKind> kinds_;  // sorted
  std::vector<std::string> areas_;     // sorted; the empty one stands for none
  std::string unit_;
};

// A first response after a position: from the item after `from` to `reached`, made when the head
// stood at `to`. No frame: there was nothing to say.
struct Window {
  Seq from = 0, to = 0, reached = 0;
  Frame frame;
  absl::Time made;
};

// Thread-safe.
class Group {
 public:
  Group(domain::Audience audience, Filter filter, std::string key);

  const domain::Audience& audience() const { return audience_; }
  const Filter& filter() const { return filter_; }
  // 16 bytes that stand for audience and filter in resume tokens.
  absl::string_view view() const { return absl::string_view(key_).substr(0, 16); }

  // Whether this version (or an outline of it) is in the group's view; null is not.
  bool Has(const domain::EntityPtr& entity) const;
  // The version as the group gets it; null when it is not in its view.
  domain::EntityPtr Show(const domain::EntityPtr& entity) const;

  // Windows made for one follower, for the others at the same position.
  absl::optional<Window> Find(Seq from, Seq to) const;
  void Keep(Window window);
  void Forget();

 private:
  const domain::Audience audience_;
  const Filter filter_;
  const std::string key_;
  mutable Mutex mutex_;
  std::deque<Window> windows_ ABSL_GUARDED_BY(mutex_);  // newest first, a few
};

// All groups that have a follower. Thread-safe. Lock order: this one's before a group's.
class Groups {
 public:
  std::shared_ptr<Group> Of(const domain::Audience& audience, const Filter& filter);
  // The picture has changed: no kept window will be asked for again.
  void Forget();

 private:
  Mutex mutex_;
  absl::flat_hash_map<std::string, std::weak_ptr<Group>> groups_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace samsyn::watch

#endif  // SAMSYN_SERVER_WATCH_GROUP_H_

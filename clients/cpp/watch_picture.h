// What a watcher knows: map[name] = entity, and the one rule by which frames change it. Pure.
//
// On `reset` everything is marked; what frames name loses its mark; at `current` what is still
// marked goes. Frames tied by `more` are applied together. The token is kept as it comes; with
// `reset` the old one is forgotten, so that a picture broken off half-way is asked for again whole.
#ifndef SAMSYN_CLIENTS_CPP_WATCH_PICTURE_H_
#define SAMSYN_CLIENTS_CPP_WATCH_PICTURE_H_

#include <absl/time/time.h>
#include <samsyn/v1/watch.pb.h>

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace samsyn {

using EntityPtr = std::shared_ptr<const v1::Entity>;

// The name inside an entity; empty for a kind that this program does not know.
const std::string& NameOf(const v1::Entity& entity);

// What became of one entity. Never both null.
struct WatchChange {
  std::string name;
  EntityPtr before;  // null: it is new to this watcher
  EntityPtr after;   // null: it is no longer in this watcher's view
};

// What frames that belong together changed, in their order; empty for a mark of progress.
struct ChangeSet {
  std::vector<WatchChange> changes;
  bool current = false;  // live from here
  int64_t revision = 0;  // of the municipality after this
  absl::Time server_time = absl::InfinitePast();
};

// Not thread-safe.
class WatchPicture {
 public:
  // Takes the next frame. Nothing while frames that belong to it are still to come.
  std::optional<ChangeSet> Take(v1::WatchResponse frame);
  // The stream broke: what was not whole is dropped, marks too.
  void Break();

  const std::map<std::string, EntityPtr>& entities() const { return entities_; }
  const std::string& resume_token() const { return resume_token_; }

 private:
  void Apply(v1::WatchResponse& frame, ChangeSet& set);
  void Put(v1::Entity entity, ChangeSet& set);
  void Remove(const std::string& name, ChangeSet& set);

  std::map<std::string, EntityPtr> entities_;
  std::string resume_token_;
  std::vector<v1::WatchResponse> waiting_;  // frames with `more`
  bool loading_ = false;                    // between `reset` and `current`
  std::set<std::string> marked_;            // not named since `reset`
};

}  // namespace samsyn

#endif  // SAMSYN_CLIENTS_CPP_WATCH_PICTURE_H_

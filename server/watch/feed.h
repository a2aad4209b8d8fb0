// The committed picture of one municipality, its recent changes, and who follows them. The engine
// applies, readers read, followers pull: a follower is a cursor, not a queue, so memory is bounded
// whatever it does. No gRPC here; frames are serialised `WatchResponse`s.
#ifndef SAMSYN_SERVER_WATCH_FEED_H_
#define SAMSYN_SERVER_WATCH_FEED_H_

#include <absl/status/statusor.h>
#include <absl/strings/string_view.h>
#include <absl/time/time.h>
#include <samsyn/v1/watch.pb.h>

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "server/base/clock.h"
#include "server/base/digest.h"
#include "server/base/mutex.h"
#include "server/domain/picture.h"
#include "server/domain/transaction.h"
#include "server/domain/visibility.h"

namespace samsyn::watch {

// One committed revision, as it is applied.
struct AppliedEntry {
  domain::Revision revision = 0;
  Digest digest{};  // of the chain, with this entry
  absl::Time time;
  std::vector<std::pair<std::string, domain::EntityPtr>> changes;  // null: the entity ends
  std::vector<std::pair<std::string, Digest>> credentials;
  std::vector<domain::AnsweredRequest> requests;
};

// A serialised WatchResponse, shared by all who get the same.
using Frame = std::shared_ptr<const std::string>;

class Ring;
class Groups;
struct VerdictPace;

// One follower; the feed must outlive it. Not thread-safe: its owner (one stream) calls it from one
// thread at a time.
class Follower {
 public:
  virtual ~Follower() = default;
  // The next response, or null when there is nothing new. Rights are asked anew at each call: an
  // ended token or removed member gives UNAUTHENTICATED. One that is not full goes up to the newest
  // revision, or to one since `least` that another follower was given.
  virtual absl::StatusOr<Frame> Next(domain::Revision least) = 0;
  absl::StatusOr<Frame> Next() { return Next(std::numeric_limits<domain::Revision>::max()); }
  // A response without changes that carries the newest position: the progress mark of idle streams.
  // Only when `Next` gave null.
  virtual absl::StatusOr<Frame> ProgressMark() = 0;
  // Up to where it has been given all; kNobodyFollows while it loads, which may take long.
  virtual domain::Revision position() const = 0;
};

inline constexpr domain::Revision kNobodyFollows = std::numeric_limits<domain::Revision>::max();

struct FeedOptions {
  size_t ring_bytes = 64 << 20;   // recent changes kept
  size_t frame_bytes = 96 << 10;  // a response holds at most about so much …
  size_t frame_changes = 256;     // … and so many changes
  // A group's verdicts are worked out at most so often; where there are more than five groups, less
  // often, down to a third for fifteen and more.
  absl::Duration verdicts_every = absl::Milliseconds(250);
  // A batch waits for who follows at most so long.
  absl::Duration followers_wait = absl::Milliseconds(100);
};

// What follows from the picture for each audience by itself, and is sent without being part of it:
// verdicts of the situation. Functions of their arguments alone; empty ones: there are none.
struct Judge {
  // The verdicts of an audience, in order of name.
  std::function<std::vector<domain::EntityPtr>(const domain::Picture&, const domain::Audience&)>
      verdicts;
  // Outlines (name, area) of all that any audience can have, in order of name: what everybody may
  // know.
  std::function<std::vector<domain::EntityPtr>(const domain::Picture&)> possible;
};

// Thread-safe. Lock order: the feed's lock before that of the groups.
class Feed {
 public:
  Feed(absl::string_view municipality, const Clock& clock, FeedOptions options = {},
       Judge judge = {});
  ~Feed();

  // What a function of the picture makes anew (cells of the situation), by name; null: it ends.
  using Derived = std::vector<std::pair<std::string, domain::EntityPtr>>;

  // Replaces all by what a snapshot holds; whoever follows starts again with a whole picture.
  // `derive_all` is called once with the picture: what it returns is put into it, too. An empty
  // function derives nothing.
  using DeriveAll = std::function<Derived(const domain::Picture& picture)>;
  void Load(std::vector<domain::EntityPtr> entities,
            std::vector<std::pair<std::string, Digest>> credentials,
            std::vector<domain::AnsweredRequest> requests, domain::Revision revision, Digest digest,
            absl::Time time, const DeriveAll& derive_all = {});

  // Applies committed entries in order; cannot fail. Then calls the wake-up that `SetWake` gave.
  // `derive` is called under the lock, once an entry, after its changes were put: what it returns
  // is put too and goes out with the same revision. An empty function derives nothing.
  using Derive = std::function<Derived(
      const domain::Picture& picture,
      const std::vector<std::pair<domain::EntityPtr, domain::EntityPtr>>& before_and_after)>;
  void Apply(std::vector<AppliedEntry> entries, const Derive& derive);

  // Calls `read` with the picture under the readers' lock. Keep it short; keep only EntityPtrs.
  template <typename Read>
  auto Reading(Read&& read) const {
    ReaderLock lock(mutex_);
    return read(static_cast<const domain::Picture&>(*picture_));
  }

  // The same with the position that the picture stands at: read(picture, revision, digest, time).
  template <typename Read>
  auto ReadingAt(Read&& read) const {
    ReaderLock lock(mutex_);
    return read(static_cast<const domain::Picture&>(*picture_), revision_, digest_, time_);
  }

  domain::Revision revision() const;
  Digest digest() const;
  absl::Time time() const;

  // Begins to follow. The filter's shape has been checked; names that do not exist match nothing. A
  // malformed resume token is INVALID_ARGUMENT; one too old or of another history or filter resets.
  absl::StatusOr<std::unique_ptr<Follower>> Follow(const domain::Caller& caller,
                                                   const v1::WatchRequest& request);

  // Called after each Load and Apply, from its thread, outside all locks.
  void SetWake(std::function<void()> wake);

  // Whoever serves followers says up to where those of them whom writers wait for have been given
  // all; kNobodyFollows if there is none. A writer that waits for them before its next batch does
  // not run away from them: else under a flood they would all fall off the ring, and each get a
  // whole picture instead.
  void FollowersAt(domain::Revision revision);
  void AwaitFollowers();

  // Whether a group's verdicts wait only for time to pass, and it has: whoever has followers asks
  // several times a second, and pulls them then.
  bool VerdictsDue() const;

 private:
  friend class FeedFollower;

  void ApplyOne(AppliedEntry entry, const Derive& derive, std::vector<uint64_t>& superseded)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void CountEpochs(absl::string_view changed) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  VerdictPace PaceNow() const ABSL_SHARED_LOCKS_REQUIRED(mutex_);

  const std::string municipality_;
  const Clock& clock_;
  const FeedOptions options_;
  const Judge judge_;
  mutable SharedMutex mutex_;
  std::unique_ptr<domain::Picture> picture_ ABSL_GUARDED_BY(mutex_);
  domain::Revision revision_ ABSL_GUARDED_BY(mutex_) = 0;
  Digest digest_ ABSL_GUARDED_BY(mutex_){};
  absl::Time time_ ABSL_GUARDED_BY(mutex_) = absl::UnixEpoch();
  std::unique_ptr<Ring> ring_ ABSL_GUARDED_BY(mutex_);
  // Counts changes of what audiences and identities follow from.
  uint64_t audience_epoch_ ABSL_GUARDED_BY(mutex_) = 0;
  // The same of what verdicts follow from.
  uint64_t verdict_epoch_ ABSL_GUARDED_BY(mutex_) = 0;
  const std::unique_ptr<Groups> groups_;  // thread-safe
  std::function<void()> wake_ ABSL_GUARDED_BY(mutex_);

  Mutex followers_mutex_;  // taken alone
  CondVar followers_moved_;
  domain::Revision followers_at_ ABSL_GUARDED_BY(followers_mutex_) = kNobodyFollows;
};

}  // namespace samsyn::watch

#endif  // SAMSYN_SERVER_WATCH_FEED_H_

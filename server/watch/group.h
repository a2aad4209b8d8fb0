// Followers who get the same: one audience looking through one filter. What one of them was sent at
// a position, the others at that position are sent too, made once.
#ifndef SAMSYN_SERVER_WATCH_GROUP_H_
#define SAMSYN_SERVER_WATCH_GROUP_H_

#include <absl/container/flat_hash_map.h>
#include <absl/functional/function_ref.h>
#include <absl/strings/string_view.h>
#include <absl/time/time.h>
#include <absl/types/optional.h>

#include <atomic>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "server/base/mutex.h"
#include "server/domain/visibility.h"
#include "server/watch/feed.h"
#include "server/watch/kept_pieces.h"
#include "server/watch/ring.h"
#include "server/watch/verdicts.h"

namespace samsyn::watch {

// What a watch asked for; empty parts pass everything.
class Filter {
 public:
  Filter() = default;
  explicit Filter(const v1::WatchRequest& request);

  bool PassesKind(v1::EntityKind kind) const;
  // A function of the version alone.
  bool Passes(const v1::Entity& entity) const;
  // Calls `visit` with entities of a kind in order of name, those after the name `after` only,
  // until it returns false: with all that may pass, and perhaps others. Withholding takes areas
  // away and adds none, so what is shown of an entity lies where the entity does.
  void ForEach(const domain::Picture& picture, v1::EntityKind kind, absl::string_view after,
               absl::FunctionRef<bool(const domain::EntityPtr&)> visit) const;
  // Differs between filters that differ in what they pass.
  std::string Key() const;

 private:
  std::vector<v1::EntityKind> kinds_;  // sorted
  std::vector<std::string> areas_;     // sorted; the empty one stands for none
  std::string unit_;
};

// Where a follower stands between two units, and where it could stand: the item up to which it has
// all, and its verdicts; the head, and the group's verdicts.
struct Span {
  Seq from = 0, to = 0;
  VerdictsPtr had, now;

  bool operator==(const Span&) const = default;
};

// A first response of a span: to the item `reached` and the verdicts `has`. No frame: there was
// nothing to say.
struct Window {
  Span span;
  Mark head;  // where `span.to` is
  Seq reached = 0;
  VerdictsPtr has;
  Frame frame;
  absl::Time made;

  bool closes() const { return reached == span.to && has == span.now; }
};

// How often verdicts are worked out.
struct VerdictPace {
  uint64_t epoch = 0;  // of the feed: counts changes of what they follow from
  absl::Time now;
  absl::Duration every;
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

  // The audience's verdicts that pass the filter, of now or of a moment ago: worked out anew when
  // `pace.epoch` is another than it was then, at most once in `pace.every`.
  VerdictsPtr Verdicts(const Judge& judge, const domain::Picture& picture, const VerdictPace& pace);
  // Whether they would be worked out anew.
  bool VerdictsDue(const VerdictPace& pace) const;
  // All that a client of the group can have.
  VerdictsPtr PossibleVerdicts(const Judge& judge, const domain::Picture& picture) const;

  // Windows made for one follower, for the others that stand where it stood.
  // Of those that begin where a span does and end with its verdicts, the one that goes farthest;
  // made after a time. It may end before the span does, since the head has moved on, but not before
  // `least` unless it is full.
  absl::optional<Window> Find(const Span& span, domain::Revision least,
                              absl::Time made_after) const;
  void Keep(Window window);
  // What the group gets of a newest item, as EncodePiece makes it; null when that is not in its
  // view. Kept for those who come by later: under a flood the followers of a group can stand at as
  // many places as they are, and to take out anew for each of them what is withheld from all cost
  // four times as much as to send it (1,000 followers, 20 groups).
  Piece PieceOf(const Ring& ring, Seq seq);
  // These items of the ring are not the newest of their names any more: pieces of them and windows
  // that hold one are forgotten, for what is newer may be narrower.
  void Forget(const Ring& ring, const std::vector<Seq>& superseded);
  // All followers have all that there is.
  void ForgetPieces();
  void ForgetAll();

 private:
  bool Due(const VerdictPace& pace) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  std::vector<domain::EntityPtr> Passing(std::vector<domain::EntityPtr> verdicts) const;

  const domain::Audience audience_;
  const Filter filter_;
  const std::string key_;
  mutable Mutex mutex_;
  std::deque<Window> windows_ ABSL_GUARDED_BY(mutex_);  // newest first, a few
  KeptPieces pieces_ ABSL_GUARDED_BY(mutex_);
  VerdictsPtr verdicts_ ABSL_GUARDED_BY(mutex_) = NoVerdicts();
  // The feed's epoch and the time when they were worked out.
  absl::optional<uint64_t> verdicts_epoch_ ABSL_GUARDED_BY(mutex_);
  absl::Time verdicts_time_ ABSL_GUARDED_BY(mutex_);
};

// All groups that have a follower. Thread-safe. Lock order: this one's before a group's.
class Groups {
 public:
  std::shared_ptr<Group> Of(const domain::Audience& audience, const Filter& filter);
  // As of each group; and forgets groups that nobody follows.
  void Forget(const Ring& ring, const std::vector<Seq>& superseded);
  void ForgetPieces();
  void ForgetAll();
  // Whether any group's verdicts would be worked out anew.
  bool VerdictsDue(const VerdictPace& pace);
  // How many there are, or were at the last change.
  size_t size() const { return size_; }

 private:
  void ForEach(absl::FunctionRef<void(Group&)> visit);

  Mutex mutex_;
  absl::flat_hash_map<std::string, std::weak_ptr<Group>> groups_ ABSL_GUARDED_BY(mutex_);
  std::atomic<size_t> size_{0};
};

}  // namespace samsyn::watch

#endif  // SAMSYN_SERVER_WATCH_GROUP_H_

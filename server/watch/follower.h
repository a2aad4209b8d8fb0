// One follower: a cursor in the ring, and while it loads, one in the picture.
//
// What is sent between two closed responses is a unit: it starts at `base_`, goes on in as many
// responses as it needs, each made from the state of now, and closes when one reaches the head. So
// a client that applies a unit as a whole always stands at one revision, and nothing is ever sent
// that the viewer may not see by now. What the client has of a name in the middle of a unit is not
// remembered but found again: by which step of the unit passed over it, and the ring's links.
//
// Verdicts are not part of the history: they are the audience's own, and may come a moment after
// the changes that they follow from. So what the client has of them is remembered: `verdicts_` is
// after every response given out exactly the list that a client has which applies it, whole units
// or not. A unit closes only at the head and with `verdicts_` the group's list; a list of now that
// is another one alone is a unit, too. Two followers of a group may stand at the same position with
// different lists, and share a response only where both are the same (`Span`). A list belongs to a
// group, hence to one audience, and is forgotten when the follower's audience changes. Whoever
// resumes is taken to have any verdict that there can be, in an unknown form.
#ifndef SAMSYN_SERVER_WATCH_FOLLOWER_H_
#define SAMSYN_SERVER_WATCH_FOLLOWER_H_

#include <absl/types/optional.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "server/watch/feed.h"
#include "server/watch/frame.h"
#include "server/watch/group.h"
#include "server/watch/resume_token.h"
#include "server/watch/ring.h"

namespace samsyn::watch {

class FeedFollower : public Follower {
 public:
  FeedFollower(Feed& feed, domain::Caller caller, Filter filter)
      : feed_(feed), caller_(std::move(caller)), filter_(std::move(filter)) {}

  // Before all else: refused when the caller's identity has ended.
  absl::Status Start(const absl::optional<Position>& position);

  using Follower::Next;
  absl::StatusOr<Frame> Next(domain::Revision least) override;
  absl::StatusOr<Frame> ProgressMark() override;
  domain::Revision position() const override { return loading_ ? kNobodyFollows : revision_; }

 private:
  // How far a response of the unit went over the ring, and where the head stood then.
  struct Step {
    Seq reached, head;
  };
  // The same over the picture: up to this name of this place in the order of kinds.
  struct LoadStep {
    size_t place;
    std::string last;
    Seq head;
  };
  // What became of one try to make a response.
  struct Outcome {
    Frame frame;
    bool at_head = false;
  };

  absl::Status CheckIdentity() ABSL_SHARED_LOCKS_REQUIRED(feed_.mutex_);
  bool CanResume(const Position& position) const ABSL_SHARED_LOCKS_REQUIRED(feed_.mutex_);
  void StartLoad() ABSL_SHARED_LOCKS_REQUIRED(feed_.mutex_);
  void Close(const Mark& head) ABSL_SHARED_LOCKS_REQUIRED(feed_.mutex_);

  Outcome MakeFrame(domain::Revision least) ABSL_SHARED_LOCKS_REQUIRED(feed_.mutex_);
  Span SpanNow() ABSL_SHARED_LOCKS_REQUIRED(feed_.mutex_);
  absl::optional<Outcome> TakeKept(const Span& span, domain::Revision least)
      ABSL_SHARED_LOCKS_REQUIRED(feed_.mutex_);
  Frame Finish(FrameBuilder frame, bool closes) ABSL_SHARED_LOCKS_REQUIRED(feed_.mutex_);
  void WalkPicture(FrameBuilder& frame) ABSL_SHARED_LOCKS_REQUIRED(feed_.mutex_);
  void WalkRing(FrameBuilder& frame) ABSL_SHARED_LOCKS_REQUIRED(feed_.mutex_);

  bool Speak(const Item& item, FrameBuilder& frame) const ABSL_SHARED_LOCKS_REQUIRED(feed_.mutex_);
  bool Had(const Item& item) const ABSL_SHARED_LOCKS_REQUIRED(feed_.mutex_);
  bool WasSpoken(Seq seq, const Item& item) const;
  Seq LoadedAt(absl::string_view name) const;

  Feed& feed_;
  const domain::Caller caller_;
  const Filter filter_;

  std::shared_ptr<Group> group_;
  bool identified_ = false;
  uint64_t epoch_ = 0;  // of the feed, when audience and identity were last worked out
  absl::Time expires_ = absl::InfiniteFuture();

  VerdictsPtr verdicts_ = NoVerdicts();  // that the client has

  // Where the last closed response stood.
  domain::Revision revision_ = 0;
  Digest digest_{};

  Seq base_ = 0;             // the client has all up to here
  Seq reached_ = 0;          // the unit under way has gone over the ring up to here …
  std::vector<Step> steps_;  // … in these steps
  bool spoken_ = false;      // a response of the unit has been given out

  bool loading_ = false;  // the unit is a whole picture …
  bool walking_ = false;  // … and still goes over it, from here:
  size_t place_ = 0;
  std::string after_;
  std::vector<LoadStep> load_steps_;

  bool say_reset_ = false;    // in the next response
  bool say_current_ = false;  // in the next response that closes a unit
};

}  // namespace samsyn::watch

#endif  // SAMSYN_SERVER_WATCH_FOLLOWER_H_

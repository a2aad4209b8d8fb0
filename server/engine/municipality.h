// One municipality in the engine: its queue, its journal, its picture, and the loop that decides,
// appends, applies, answers.
#ifndef SAMSYN_SERVER_ENGINE_MUNICIPALITY_H_
#define SAMSYN_SERVER_ENGINE_MUNICIPALITY_H_

#include <absl/container/flat_hash_set.h>
#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "server/analysis/situation.h"
#include "server/base/clock.h"
#include "server/base/mutex.h"
#include "server/engine/codec.h"
#include "server/engine/engine.h"
#include "server/engine/fold.h"
#include "server/engine/lost_side.h"
#include "server/engine/standing_watch.h"
#include "server/journal/journal.h"
#include "server/watch/feed.h"

namespace samsyn::engine {

// Changes nothing: when it is answered, the head is confirmed.
Command NoCommand();

// `Run` is called by at most one thread at a time (the engine's scheduler sees to it); everything
// else is thread-safe.
class Municipality {
 public:
  Municipality(absl::string_view code, std::unique_ptr<journal::Journal> journal,
               const Clock& clock, const EngineOptions& options);
  ~Municipality();

  // Reads snapshot and journal into the picture, checking the chain. Before anything else.
  absl::Status Load();

  // Queues a command; false, with `done` called, when the queue is full or closed.
  bool Enqueue(Command command, Engine::Done done);
  // From now on `Enqueue` refuses with SHUTTING_DOWN.
  void CloseQueue();

  // One round: catch up, take a batch, decide, append, apply, answer, fire due timers. Returns
  // whether more waits.
  bool Run();

  // Calls `done` when `revision` is reached or the deadline has passed.
  void WhenReached(domain::Revision revision, absl::Time deadline,
                   std::function<void(absl::Status)> done);
  // Ends the waits whose deadline has passed.
  void ExpireWaits(absl::Time now);

  // Says in the log how the journal stands when that has changed; true: there is work for `Run`.
  // From any one thread.
  bool LookAtStanding(absl::Time now);

  // When the next timer is due; InfiniteFuture: none.
  absl::Time NextDue() const;
  // Saves a snapshot if that many entries, and half as many as there are entities, were added since
  // the last. From any one thread.
  void SaveSnapshotAfter(int64_t entries);
  // Reads the journal from its beginning and checks the chain.
  absl::StatusOr<journal::Head> Verify();
  absl::StatusOr<journal::Head> Backup(std::function<absl::Status(absl::string_view)> sink);
  // How it was; from any thread.
  absl::StatusOr<Past> ReadPast(const PastWish& wish) {
    return PastReader(*journal_, name_).Read(wish);
  }
  MunicipalityStatus Status() const;
  // Never blocks.
  journal::Standing Standing() const { return journal_->Stands(); }
  // The lost side of the last fork; null if none is kept here.
  std::shared_ptr<const LostSide> LostSideNow() const;
  absl::StatusOr<bool> ResumeWrites() { return journal_->ResumeWrites(); }

  void SetWake(std::function<void()> wake) { journal_->SetWake(std::move(wake)); }
  const std::shared_ptr<watch::Feed>& feed() const { return feed_; }
  const std::string& name() const { return name_; }

 private:
  struct Pending {
    Command command;
    Engine::Done done;  // empty for timers
  };
  // What came of one command, to be told once the batch is committed.
  using Outcome = absl::StatusOr<Answer>;
  struct Batch {
    std::vector<Outcome> outcomes;             // one a command
    std::vector<journal::Entry> entries;       // of those that change something
    std::vector<watch::AppliedEntry> applied;  // what these change
  };

  std::vector<Pending> TakeBatch();
  void AddDueTimers(std::vector<Pending>& batch);
  Batch Decide(const std::vector<Pending>& batch);
  Outcome DecideOne(const Command& command, absl::Time now, domain::Overlay& overlay, Batch& batch);
  absl::Status Commit(const std::vector<Pending>& pending, Batch& batch);
  absl::Status SettleUnknown(const Batch& batch);
  // Reads and applies what others committed. Empty journal reads are cheap.
  absl::Status CatchUp();
  absl::Status FollowFork();
  void TakeLostSide();
  // Reads what follows the head and folds all but the newest entries, which it returns.
  absl::StatusOr<std::vector<journal::Entry>> Replay(Fold& fold);
  void LoadFeed(SnapshotContent content);
  absl::StatusOr<journal::v1::EntryMetadata> Advance(const journal::Entry& entry);
  absl::StatusOr<watch::AppliedEntry> DecodeNext(const journal::Entry& entry,
                                                 std::vector<UnknownChange>& unknown);
  absl::Status ApplyEntries(const std::vector<journal::Entry>& entries);
  void ApplyOurs(Batch& batch);
  void Apply(std::vector<watch::AppliedEntry> applied);
  void Tell(std::vector<Pending>& pending, const absl::Status& committed, Batch& batch);
  void TellWaits();
  absl::Status StillUnknown(const absl::Status& status) const;
  void SetTrouble(const absl::Status& status);
  SnapshotContent CollectSnapshot(journal::Head& head) const ABSL_LOCKS_EXCLUDED(mutex_);

  const std::string code_;
  const std::string name_;
  const Clock& clock_;
  const EngineOptions& options_;
  const std::unique_ptr<journal::Journal> journal_;
  const std::shared_ptr<watch::Feed> feed_;

  // Only in Load and Run.
  analysis::Situation situation_;
  journal::Head head_;
  absl::Time last_time_ = absl::UnixEpoch();
  absl::flat_hash_set<std::string> idle_timers_;  // fired without effect at this version
  // An append after this revision of which it is not known whether it happened.
  std::optional<domain::Revision> unsettled_;
  std::optional<Digest> followed_fork_;  // the lost digest of the fork that this picture follows

  StandingWatch standing_watch_;  // only in LookAtStanding

  mutable Mutex mutex_;
  std::deque<Pending> queue_ ABSL_GUARDED_BY(mutex_);
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Status trouble_ ABSL_GUARDED_BY(mutex_);  // why it takes no writes; OK: it does
  std::multimap<domain::Revision, std::pair<absl::Time, std::function<void(absl::Status)>>> waits_
      ABSL_GUARDED_BY(mutex_);
  std::map<std::string, journal::v1::StoredChange> unknown_ ABSL_GUARDED_BY(mutex_);
  domain::Revision snapshot_revision_ ABSL_GUARDED_BY(mutex_) = 0;
  std::shared_ptr<const LostSide> lost_side_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace samsyn::engine

#endif  // SAMSYN_SERVER_ENGINE_MUNICIPALITY_H_

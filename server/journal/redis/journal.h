// A journal on a Redis server that several nodes share, with this node's own copy.
//
// An entry is committed when the function that appends it has answered and, where replicas must
// have it, WAIT on the same connection has counted enough of them; then the appender moves the
// commit mark. Everybody reads up to the mark. Entries that stand unmarked for a while (their
// appender died in between) are fenced by whoever sees them: a write and a WAIT of its own prove
// all that stands before it, and they are marked.
//
// A municipality may be moved to another server while it is used. Who finds that its server has it
// no longer seeks it (seeker.h): appends wait for a while, reads go on from the copy.
#ifndef SAMSYN_SERVER_JOURNAL_REDIS_JOURNAL_H_
#define SAMSYN_SERVER_JOURNAL_REDIS_JOURNAL_H_

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "server/base/mutex.h"
#include "server/journal/journal.h"
#include "server/journal/redis/appender.h"
#include "server/journal/redis/node_copy.h"
#include "server/journal/redis/seeker.h"
#include "server/journal/redis/server.h"

namespace samsyn::journal {

struct RedisJournalOptions {
  int64_t keep_entries = 10'000;                      // never trimmed, so that nodes catch up
  absl::Duration settle = absl::Seconds(3);           // how long an append asks what became of it
  absl::Duration unmarked = absl::Milliseconds(200);  // then others' entries are fenced
  absl::Duration look_after = absl::Seconds(2);       // without news, then it is looked
  absl::Duration trim_every = absl::Seconds(10);
};

// What the store does for a journal whose copy is of another history than the server's.
class ForkKeeper {
 public:
  virtual ~ForkKeeper() = default;
  // Sets the copy's file, which is closed, aside, and opens one with what both histories have.
  virtual absl::StatusOr<std::unique_ptr<Journal>> SetAside(const std::string& code,
                                                            const Fork& fork) = 0;
  virtual absl::StatusOr<Journal::LostSide> ReadLostSide(const std::string& code) = 0;
};

class RedisJournal : public Journal, private RedisTenant, private RedisSeeking {
 public:
  // The seeker, its servers and the keeper must outlive it. `found`: the server has it; else it is
  // sought.
  RedisJournal(std::string code, RedisSeeker& seeker, RedisServer& server, bool found,
               std::unique_ptr<NodeCopy> copy, RedisJournalOptions options, ForkKeeper& keeper);
  ~RedisJournal() override;

  // Once, before anything else: puts back what the server has lost, if it can be reached.
  absl::Status Begin();

  absl::StatusOr<Head> Append(Head base, absl::Span<const Entry> entries) override;
  absl::StatusOr<std::vector<Entry>> Read(Revision after, size_t max) override;
  absl::StatusOr<Head> CommittedHead() override;
  void SetWake(std::function<void()> wake) override;
  absl::Status SaveSnapshot(const Snapshot& snapshot) override;
  absl::StatusOr<std::optional<Snapshot>> LoadSnapshot() override;
  absl::StatusOr<Head> Backup(std::function<absl::Status(absl::string_view)> sink) override;
  Standing Stands() override;
  absl::StatusOr<LostSide> ReadLostSide() override { return keeper_.ReadLostSide(code_); }
  absl::StatusOr<bool> ResumeWrites() override;

 private:
  // The answer of samsyn_1_read.
  struct View {
    int64_t epoch = 0;
    Head mark;
    Head end;
    Revision trimmed = 0;
    std::string fork;
    std::vector<Entry> entries;
  };

  void Marked(const Head& mark) override;
  absl::Status PutBack(const std::string& run_id) override;
  void Keep() override;
  bool Seeks() override;
  RedisServer& At() override { return server(); }
  void GoOnAt(RedisServer& to) override;

  // Where it is, as far as is known.
  RedisServer& server();
  // `asked` said that it does not have it (any more).
  void Seek(RedisServer& asked, absl::string_view why);
  // Waits, for as long as an append may, until it is known where it is; false: it is not.
  bool AwaitServer();

  absl::StatusOr<View> Ask(Revision after, size_t max);
  // Takes what an answer says of the journal; DataLoss: not the history that was read here.
  absl::Status Learn(const View& view);
  // Wakes who reads when the mark has moved.
  void LearnMark(const Head& mark);
  void Appended(const Head& end);
  absl::StatusOr<std::vector<Entry>> ReadPiece(Revision after, size_t max);

  absl::Status Refusal();
  absl::StatusOr<Head> AppendLocked(const Head& base, absl::Span<const Entry> entries,
                                    const Head& next) ABSL_EXCLUSIVE_LOCKS_REQUIRED(append_mutex_);
  absl::StatusOr<Head> Answer(RedisServer& asked, const RedisAppender::Outcome& outcome,
                              const Head& base, absl::Span<const Entry> entries, const Head& next)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(append_mutex_);
  // What became of an append: OK: it is committed, perhaps with others' on top of it; Aborted:
  // others appended instead; Unavailable: it did not happen and will not; Unknown: not known yet.
  absl::Status Settle(const Head& base, const Head& next);
  // The same of a journal that is known to end at `end`.
  absl::Status FateOf(const Head& base, const Head& next, const Head& end);
  void Fence();

  absl::StatusOr<bool> PutBackSome(const std::string& run_id, const Head& end);
  absl::StatusOr<bool> PutBackLate(const Head& end, const std::vector<Entry>& entries);
  // DataLoss: what was here is of another history than the server's; it is set aside, and from now
  // on this journal is the server's.
  absl::Status CheckFork();
  absl::Status FillCopy();
  absl::Status FlushCopy();
  void ReportCopy();
  void Trim();

  const std::string code_;
  RedisSeeker& seeker_;
  const std::unique_ptr<NodeCopy> copy_;
  const RedisJournalOptions options_;
  ForkKeeper& keeper_;

  Mutex fork_mutex_;    // one look at a time; before mutex_
  Mutex append_mutex_;  // one append at a time; before mutex_
  // An append of which it is not known what became: where it began and would have ended.
  std::optional<std::pair<Head, Head>> doubt_ ABSL_GUARDED_BY(append_mutex_);

  Mutex mutex_;  // taken alone
  CondVar found_;
  RedisServer* server_ ABSL_GUARDED_BY(mutex_);
  std::optional<absl::Time> seeks_since_ ABSL_GUARDED_BY(mutex_);  // its server does not have it
  std::string seeks_why_ ABSL_GUARDED_BY(mutex_);
  int64_t epoch_ ABSL_GUARDED_BY(mutex_) = 0;  // 0: not known yet
  Head mark_ ABSL_GUARDED_BY(mutex_);          // the newest that is known
  std::optional<Fork> fork_ ABSL_GUARDED_BY(mutex_);
  // The fork is this node's own, and whoever reads has not begun anew since.
  bool unfollowed_ ABSL_GUARDED_BY(mutex_) = false;
  // Entries behind the mark: since when.
  std::optional<absl::Time> unmarked_since_ ABSL_GUARDED_BY(mutex_);

  Mutex wake_mutex_;  // held during the call
  std::function<void()> wake_ ABSL_GUARDED_BY(wake_mutex_);

  // Of the server's thread.
  absl::Time looked_ = absl::InfinitePast();
  absl::Time reported_ = absl::InfinitePast();
  absl::Time trimmed_ = absl::InfinitePast();
  Revision reported_revision_ = -1;
  bool flush_failing_ = false;
};

}  // namespace samsyn::journal

#endif  // SAMSYN_SERVER_JOURNAL_REDIS_JOURNAL_H_

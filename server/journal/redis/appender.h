// Appends to the journals of one Redis server. One connection for all municipalities: what waits is
// sent together and shares one WAIT for the replicas, so a round costs the same for one and for
// many, and grows with the load by itself.
#ifndef SAMSYN_SERVER_JOURNAL_REDIS_APPENDER_H_
#define SAMSYN_SERVER_JOURNAL_REDIS_APPENDER_H_

#include <absl/status/status.h>
#include <absl/strings/string_view.h>
#include <absl/time/time.h>
#include <absl/types/span.h>

#include <deque>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "server/base/mutex.h"
#include "server/journal/journal.h"
#include "server/journal/redis/caller.h"

namespace samsyn::journal {

// Thread-safe. Has a thread. The caller must outlive it.
class RedisAppender {
 public:
  explicit RedisAppender(RedisCaller& caller);
  ~RedisAppender();  // answers all that wait with kNothing
  RedisAppender(const RedisAppender&) = delete;
  RedisAppender& operator=(const RedisAppender&) = delete;

  struct Outcome {
    enum class Kind {
      kDone,     // appended, on enough replicas, and marked; of Fence: `end` is
      kOther,    // the journal ends at `end`, its mark at `mark`
      kEpoch,    // `epoch` is another now
      kClosed,   // the server has not been opened since it became the master
      kForked,   // `text`: the fork
      kMoved,    // `text`: the server that has it now
      kMissing,  // the server knows no such journal
      kNothing,  // `status` says why; nothing happened
      kUnknown,  // `status` says why; it may have happened, or may yet
    };
    Kind kind = Kind::kNothing;
    Head end;
    Head mark;
    int64_t epoch = 0;
    std::string text;
    absl::Status status;
  };

  // Appends; empty: confirms that the journal ends at `base`, and that this server is who decides.
  Outcome Append(absl::string_view code, int64_t epoch, const Head& base,
                 absl::Span<const Entry> entries);
  // After this nothing that was sent earlier happens any more, and what the journal holds is on
  // enough replicas and marked: kDone gives its end and the new epoch.
  Outcome Fence(absl::string_view code);

 private:
  struct Item;
  using Items = std::vector<Item*>;

  Outcome Do(Item& item);
  void Run();
  Items Take(bool wait);
  // Sends `items` and the marks of those of the round before, and reads all replies. Gives those
  // that have still to be marked.
  Items Round(const Items& marking, const Items& items);
  absl::Status SendRound(const Items& marking, const Items& items);
  absl::Status Connected();
  // How many replicas have what was sent before on this connection, once that is enough.
  absl::Status AwaitReplicas();
  void Answer(Item& item);

  RedisCaller& caller_;
  std::unique_ptr<RedisConnection> connection_;  // of the thread
  Mutex mutex_;                                  // taken alone
  CondVar changed_;                              // waiting_ or stopping_
  std::deque<Item*> waiting_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;  // last: begins when all else is there
};

}  // namespace samsyn::journal

#endif  // SAMSYN_SERVER_JOURNAL_REDIS_APPENDER_H_

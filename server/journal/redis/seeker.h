// Which of several Redis servers has a municipality. A journal whose server has it no longer,
// because it was moved while the service ran, or which was opened while its server was away, goes
// on with the server that has it.
#ifndef SAMSYN_SERVER_JOURNAL_REDIS_SEEKER_H_
#define SAMSYN_SERVER_JOURNAL_REDIS_SEEKER_H_

#include <absl/container/btree_map.h>
#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <absl/strings/string_view.h>

#include <string>
#include <thread>
#include <vector>

#include "server/base/mutex.h"
#include "server/journal/redis/server.h"

namespace samsyn::journal {

// A journal that may have to look for its server. Called from the seeker's thread or a server's.
class RedisSeeking {
 public:
  virtual ~RedisSeeking() = default;
  // Whether its server does not have it; never blocks.
  virtual bool Seeks() = 0;
  virtual RedisServer& At() = 0;
  // This server has it; it may be the one where the journal is already.
  virtual void GoOnAt(RedisServer& server) = 0;
};

// Thread-safe. Has a thread.
class RedisSeeker {
 public:
  RedisSeeker() = default;
  ~RedisSeeker() { Stop(); }
  RedisSeeker(const RedisSeeker&) = delete;
  RedisSeeker& operator=(const RedisSeeker&) = delete;

  // Begins to look; once. The servers live until Stop has returned.
  void Begin(std::vector<RedisServer*> servers);
  // Ends looking. Idempotent.
  void Stop();

  // The server that has a municipality; null: none of those that can be reached.
  RedisServer* Holder(absl::string_view code);

  // Whether a server has it, or it is on its way. Unavailable: one cannot be reached, and may.
  absl::StatusOr<bool> IsThere(absl::string_view code);

  void Add(absl::string_view code, RedisSeeking* journal);
  // No call is under way when it returns; not from within one.
  void Remove(absl::string_view code);
  // The server that an open journal is at; null: it is not open. Asks nobody.
  RedisServer* At(absl::string_view code);
  // Some journal seeks, or there may be news of where they are: it is looked at once.
  void Hurry();
  // Before a server takes appends: the journals that seek and are on it go on there, so that what
  // their copies hold is put back first.
  absl::Status Welcome(RedisServer& server);

 private:
  void Run();
  void LookForAll();

  std::vector<RedisServer*> servers_;  // does not change once it has begun
  Mutex journals_mutex_;               // held while a journal is called; before mutex_
  absl::btree_map<std::string, RedisSeeking*> journals_ ABSL_GUARDED_BY(journals_mutex_);
  Mutex mutex_;  // taken alone
  CondVar changed_;
  bool hurry_ ABSL_GUARDED_BY(mutex_) = false;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace samsyn::journal

#endif  // SAMSYN_SERVER_JOURNAL_REDIS_SEEKER_H_

// Listens to the commit marks of one Redis server, so that a node learns at once what others have
// appended, and which journals they have made.
#ifndef SAMSYN_SERVER_JOURNAL_REDIS_LISTENER_H_
#define SAMSYN_SERVER_JOURNAL_REDIS_LISTENER_H_

#include <absl/container/btree_map.h>
#include <absl/strings/string_view.h>

#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "server/base/mutex.h"
#include "server/journal/journal.h"
#include "server/journal/redis/caller.h"

namespace samsyn::journal {

// Thread-safe. Has a thread. The caller must outlive it.
class RedisListener {
 public:
  // `made` is called when a journal has been made or moved to this server, and whenever the
  // listener has come back to the server (there may have been some meanwhile).
  RedisListener(RedisCaller& caller, std::function<void()> made);
  ~RedisListener();
  RedisListener(const RedisListener&) = delete;
  RedisListener& operator=(const RedisListener&) = delete;

  // From now on `marked` is called, from the listener's thread, with each new mark that it sees.
  void Follow(absl::string_view code, std::function<void(const Head&)> marked);
  // No call is under way when it returns; not from within one.
  void Unfollow(absl::string_view code);

 private:
  struct Followed {
    std::function<void(const Head&)> marked;
    std::string last = "0-0";  // id of the newest mark that was told
  };

  void Run();
  // The command that waits for news of all that is followed.
  std::vector<std::string> Question();
  void Tell(const RedisReply& streams);
  bool Stopping();
  // The connection that is waited on, so that an end need not wait for it.
  void Waiting(RedisConnection* connection);

  RedisCaller& caller_;
  const std::function<void()> made_;
  std::string last_made_ = "$";  // of the thread
  Mutex mutex_;                  // held while `marked` is called
  CondVar changed_;
  absl::btree_map<std::string, Followed> followed_ ABSL_GUARDED_BY(mutex_);  // by stream
  RedisConnection* waiting_ ABSL_GUARDED_BY(mutex_) = nullptr;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;  // last
};

}  // namespace samsyn::journal

#endif  // SAMSYN_SERVER_JOURNAL_REDIS_LISTENER_H_

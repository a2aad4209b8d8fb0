// One Redis server, or the master of a group, as this node uses it: calls, appends, listening; and
// the node's presence there: who is alive, whose clock is right, and the opening of a server that
// has become another process.
//
// After a restart or a failover the server may have lost the newest entries. So it takes no appends
// before every node that is alive has put back what its copies hold beyond (`PutBack`), or has not
// come within a grace. This is one step for the whole server, under the run id of its process.
#ifndef SAMSYN_SERVER_JOURNAL_REDIS_SERVER_H_
#define SAMSYN_SERVER_JOURNAL_REDIS_SERVER_H_

#include <absl/status/status.h>
#include <absl/strings/string_view.h>
#include <absl/time/time.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "server/base/clock.h"
#include "server/base/mutex.h"
#include "server/journal/redis/appender.h"
#include "server/journal/redis/caller.h"
#include "server/journal/redis/listener.h"

namespace samsyn::journal {

struct RedisServerOptions {
  int replicas = 0;  // that must have a write before it is acknowledged
  // After a failover a node that has not come back within this is not waited for …
  absl::Duration grace = absl::Seconds(10);
  // … nor one that had not been there for so long before it.
  absl::Duration dead = absl::Seconds(30);
};

// A journal on the server. Called from the server's threads, never two at once from one of them.
class RedisTenant {
 public:
  virtual ~RedisTenant() = default;
  // The commit mark has moved to `mark`.
  virtual void Marked(const Head& mark) = 0;
  // Puts back what this node's copy has beyond the server's journal. An error: not done yet.
  virtual absl::Status PutBack(const std::string& run_id) = 0;
  // What is to be done now and then: some times a second, while the server can be reached.
  virtual void Keep() = 0;
};

// Thread-safe. Has threads.
class RedisServer {
 public:
  // `made` is called when there may be new journals on the server; `welcome`, from the server's
  // thread, before it is opened, so that tenants can be added that it has. An error: not yet.
  struct Callbacks {
    std::function<void()> made;
    std::function<absl::Status(RedisServer&)> welcome;
  };
  // `node`: this node's id. The clock must outlive it.
  RedisServer(RedisAddress address, RedisCredentials credentials, RedisServerOptions options,
              std::string node, const Clock& clock, Callbacks callbacks);
  ~RedisServer();  // leaves the server, so that nobody waits for this node
  RedisServer(const RedisServer&) = delete;
  RedisServer& operator=(const RedisServer&) = delete;

  RedisCaller& caller() { return caller_; }
  RedisAppender& appender() { return appender_; }
  const std::string& name() const { return caller_.address().name; }
  const std::string& node() const { return node_; }

  void Add(absl::string_view code, RedisTenant* tenant);
  // No call is under way when it returns; not from within one.
  void Remove(absl::string_view code);

  // Since when the server has not answered as one that decides; nullopt: it does. Never blocks.
  std::optional<absl::Time> CutOffSince();
  // Why this node may not append just now (clock, opening, reach); OK: it may. Never blocks.
  absl::Status MayAppend();
  // Whether this node is the one of those on the server that does what one does for all. Who has
  // asked once wants to be it from then on. While the server is away for longer, each is.
  bool Leads();
  // Something was refused because the server is not open: looks after it at once.
  void NotOpen();
  // Tells whether it can be used, as the first of all, waiting for an answer.
  absl::Status FirstContact();

 private:
  void Run();
  void Contact();
  absl::Status Greet();
  void LearnTime(absl::Time before, absl::Time theirs, absl::Time after);
  absl::Status Open(const std::string& run_id);
  void SayOpening(const absl::Status& open);
  void KeepTenants();

  const RedisServerOptions options_;
  const std::string node_;
  const Clock& clock_;
  const std::function<absl::Status(RedisServer&)> welcome_;
  RedisCaller caller_;
  RedisAppender appender_;
  Mutex tenants_mutex_;  // held while a tenant is called; before mutex_
  std::vector<std::pair<std::string, RedisTenant*>> tenants_ ABSL_GUARDED_BY(tenants_mutex_);
  Mutex mutex_;  // taken alone
  CondVar changed_;
  absl::Time last_contact_ ABSL_GUARDED_BY(mutex_);
  bool in_touch_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Status trouble_ ABSL_GUARDED_BY(mutex_);              // of the last attempt to be in touch
  absl::Duration clock_off_ ABSL_GUARDED_BY(mutex_);          // ours less the server's
  std::string opened_ ABSL_GUARDED_BY(mutex_);                // run id that appends are taken under
  std::string said_ ABSL_GUARDED_BY(mutex_) = "nothing yet";  // of the opening
  bool wants_to_lead_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Time leads_until_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
  bool hurry_ ABSL_GUARDED_BY(mutex_) = false;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  RedisListener listener_;
  std::thread thread_;  // last
};

}  // namespace samsyn::journal

#endif  // SAMSYN_SERVER_JOURNAL_REDIS_SERVER_H_

// The journals of a node that shares them on Redis servers. The data directory holds this node's
// copies, as the files of SqliteJournalStore, and
//
//   node                    this node's id, made at the first start
//   0136.journal.fork       the fork that was found last; its lost side is the
//   0136.journal.damaged-1
//                           … that ends as it says
#ifndef SAMSYN_SERVER_JOURNAL_REDIS_STORE_H_
#define SAMSYN_SERVER_JOURNAL_REDIS_STORE_H_

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "server/base/clock.h"
#include "server/base/mutex.h"
#include "server/journal/journal.h"
#include "server/journal/redis/connection.h"
#include "server/journal/redis/journal.h"
#include "server/journal/redis/seeker.h"
#include "server/journal/redis/server.h"
#include "server/journal/sqlite_store.h"

namespace samsyn::journal {

struct RedisStoreOptions {
  std::vector<RedisAddress> servers;  // at least one; names differ
  RedisCredentials credentials;
  RedisServerOptions server;
  RedisJournalOptions journal;
  // Where new journals are made: by the beginning of the code, the longest first; else on the first
  // server.
  std::vector<std::pair<std::string, std::string>> places;  // ("01", "north")
};

// The name of the server on which a municipality is made.
std::string PlaceOf(const RedisStoreOptions& options, absl::string_view code);

// Thread-safe. Must outlive the journals that it opened.
class RedisJournalStore : public JournalStore, private ForkKeeper {
 public:
  // Takes the directory for this process, as SqliteJournalStore does, and calls at the servers. One
  // that cannot be reached is called at again and again; one that is reached and must not be used
  // (its settings, a wrong password) is FailedPrecondition or PermissionDenied. The clock must
  // outlive it.
  static absl::StatusOr<std::unique_ptr<RedisJournalStore>> Open(const std::string& directory,
                                                                 const Clock& clock,
                                                                 RedisStoreOptions options);
  ~RedisJournalStore() override;

  // Those of which there is a copy here, and those on the servers that can be reached.
  absl::StatusOr<std::vector<std::string>> Codes() override;
  // A server that has changed is not open before all copies of the directory are. Also
  // FailedPrecondition: this node has no copy and the beginning is no longer on the server, so
  // that another node's export must be imported first. Unavailable: no copy, no server.
  absl::StatusOr<std::unique_ptr<Journal>> Open(absl::string_view code) override;
  absl::Status Create(absl::string_view code) override;
  void SetMade(std::function<void()> made) override;
  bool LeadsSideWork(absl::string_view code) override;

  const std::string& node() const { return node_; }

 private:
  RedisJournalStore(std::string directory, std::unique_ptr<SqliteJournalStore> copies,
                    std::string node, RedisStoreOptions options);
  void Connect(const Clock& clock);
  void Made();
  // The copy of `code` is open, or never will be: it has been, or has not to be, shown to a server.
  void Shown(absl::string_view code);
  absl::Status AllShown();
  RedisServer& PlaceFor(absl::string_view code);
  absl::StatusOr<std::unique_ptr<NodeCopy>> OpenCopy(const std::string& code);
  absl::StatusOr<std::unique_ptr<Journal>> SetAside(const std::string& code,
                                                    const Fork& fork) override;
  absl::StatusOr<Journal::LostSide> ReadLostSide(const std::string& code) override;

  const std::string directory_;
  const std::unique_ptr<SqliteJournalStore> copies_;
  const std::string node_;
  const RedisStoreOptions options_;
  Mutex shown_mutex_;                                                           // taken alone
  std::set<std::string, std::less<>> not_shown_ ABSL_GUARDED_BY(shown_mutex_);  // copies' codes
  Mutex made_mutex_;  // held during the call
  std::function<void()> made_ ABSL_GUARDED_BY(made_mutex_);
  RedisSeeker seeker_;
  std::vector<std::unique_ptr<RedisServer>> servers_;  // last: their threads call what is above
};

}  // namespace samsyn::journal

#endif  // SAMSYN_SERVER_JOURNAL_REDIS_STORE_H_

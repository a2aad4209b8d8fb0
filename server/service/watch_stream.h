// `Watch` over gRPC: raw async API on a completion queue of its own, drained by the one fan-out
// thread. Everything about a stream happens on that thread, so a stream has no lock.
//
//   accepted ──refused────────────────────────────┐
//      │                                          ▼
//      └──► open ── Pump: frame ──► writing ──► finishing ──► gone
//             ▲         │ none        │ written     (one Finish; gone when no operation is
//             └── idle ◄┘             └──► Pump      outstanding and gRPC said "done")
//
// - One write in flight; what comes meanwhile waits in the feed, not here.
// - Cancelled by the client: idle → Finish; during a write → Finish when the write has come back.
// - The server ends it (the identity has ended, the node is cut off, shutdown): idle → Finish with
//   the reason; during a write → when the write has come back. Nothing new is written.
// - A write that does not come back within its limit, or soon after the end: TryCancel.
// - A wake for a stream that has finished finds it no more: it has left the index.
//
// A wake leads to a pass over all streams of its municipality, and the next batch of writes waits
// until this thread has nothing left to do (Feed::AwaitFollowers). So under a flood a pass carries
// a whole batch, all stand at the same place after it, and get the same response. A stream with a
// write in flight then has a reader that does not read: it may be `lag` behind before a writer
// waits for it, and once its write is older than `stuck_after` none does.
#ifndef SAMSYN_SERVER_SERVICE_WATCH_STREAM_H_
#define SAMSYN_SERVER_SERVICE_WATCH_STREAM_H_

#include <absl/container/flat_hash_map.h>
#include <absl/container/flat_hash_set.h>
#include <absl/container/node_hash_map.h>
#include <absl/strings/string_view.h>
#include <absl/time/time.h>
#include <grpcpp/completion_queue.h>
#include <grpcpp/server_builder.h>
#include <samsyn/v1/watch.grpc.pb.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "server/base/mutex.h"
#include "server/service/session.h"

namespace samsyn::service {

struct WatchOptions {
  absl::Duration progress_after = absl::Seconds(15);   // of idleness, then a progress mark
  absl::Duration write_limit = absl::Seconds(30);      // a write older than this is cancelled
  absl::Duration end_limit = absl::Milliseconds(500);  // the same of a stream that is to end
  // How exactly these are kept, and expiry; verdicts that had to wait go out so often.
  absl::Duration tick = absl::Milliseconds(250);
  absl::Duration look_again = absl::Milliseconds(5);  // at who has not taken all yet
  domain::Revision lag = 256;                         // of who does not read, then a writer waits
  absl::Duration stuck_after = absl::Milliseconds(200);  // of a write, then no writer waits
};

// All watch streams of a server. Order of use: Register, (BuildAndStart), Start, Drain,
// (Server::Shutdown), Stop.
class WatchStreams {
 public:
  explicit WatchStreams(const Backend& backend, WatchOptions options = {});
  ~WatchStreams();  // as Stop
  WatchStreams(const WatchStreams&) = delete;
  WatchStreams& operator=(const WatchStreams&) = delete;

  // Adds service and completion queue to a server that is being built.
  void Register(grpc::ServerBuilder& builder);
  // Takes calls from now on.
  void Start();
  // Ends all streams with UNAVAILABLE, SHUTTING_DOWN, those with a write in flight once it has come
  // back, and refuses new ones. Returns when none is left, or after `timeout`. Thread-safe.
  void Drain(absl::Duration timeout);
  // Ends the thread; after Server::Shutdown. Idempotent.
  void Stop();

  // Streams open in a municipality. Thread-safe.
  int Watchers(absl::string_view municipality) const;
  // Streams that are not gone yet, whatever their state. Thread-safe.
  int Streams() const;

 private:
  class Stream;
  struct Bell;
  // The streams of one municipality.
  struct Followed {
    std::shared_ptr<watch::Feed> feed;
    absl::flat_hash_set<Stream*> streams;
    bool due = false;     // it stands in due_
    bool unsaid = false;  // it stands in unsaid_
    absl::Time next_pass = absl::InfinitePast();
    domain::Revision passed = 0;  // where the feed stood when the last pass began
  };

  // On the fan-out thread.
  void Run();
  void Accept();
  void Woken();
  void MakeDue(Followed& followed);
  void Passes();
  void Pass(Followed& followed);
  void SayLater(Followed& followed);
  void SayHowFar();
  void SayHowFar(Followed& followed);
  void Tick();
  void EndAll();
  static void EndOf(const Followed& followed, const absl::Status& status);
  // Puts an open stream into the indexes; RESOURCE_EXHAUSTED beyond the token's quota.
  absl::Status Enter(Stream* stream, const Session& session);
  void Leave(Stream* stream, const Session& session);
  void Counted(absl::string_view municipality, int open, int alive);

  const Backend& backend_;
  const WatchOptions options_;
  v1::WatchService::WithRawMethod_Watch<v1::WatchService::Service> service_;
  std::unique_ptr<grpc::ServerCompletionQueue> queue_;
  const std::shared_ptr<Bell> bell_;  // shared with the feeds, which may still ring after Stop
  std::thread thread_;

  // Of the fan-out thread.
  absl::node_hash_map<std::string, Followed> followed_;  // by municipality; never erased from
  std::vector<Followed*> due_;                           // where a pass comes
  std::vector<Followed*> unsaid_;  // whose feed is not told yet how far its streams are
  absl::Time next_pass_ = absl::InfiniteFuture();  // the first of them
  absl::flat_hash_map<std::string, absl::flat_hash_set<Stream*>> by_token_;
  absl::flat_hash_set<Stream*> ending_;  // with a write in flight
  bool draining_ = false;

  mutable Mutex mutex_;  // taken alone
  CondVar changed_;
  absl::flat_hash_map<std::string, int> open_ ABSL_GUARDED_BY(mutex_);
  int alive_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace samsyn::service

#endif  // SAMSYN_SERVER_SERVICE_WATCH_STREAM_H_

// The picture, live: one loop for first load, live tail and resume after any break.
//
//   samsyn::v1::WatchRequest filter;
//   filter.set_municipality(client.municipality());
//   filter.add_kinds(samsyn::v1::ENTITY_KIND_ASSIGNMENT);
//   samsyn::WatchLoop loop(client, filter, {.applied = [&](const samsyn::ChangeSet& set) {
//     for (const auto& change : set.changes) std::cout << change.name << "\n";
//   }});
//   std::thread runner([&] { end = loop.Run(); });
//   … loop.Stop(); runner.join();
#ifndef SAMSYN_CLIENTS_CPP_WATCH_LOOP_H_
#define SAMSYN_CLIENTS_CPP_WATCH_LOOP_H_

#include <absl/time/time.h>
#include <samsyn/v1/watch.pb.h>

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <string>

#include "clients/cpp/client.h"
#include "clients/cpp/watch_picture.h"

namespace samsyn {

enum class WatchState {
  kLoading,  // a stream is open, the picture is not whole or not up to date yet
  kLive,     // the picture is that of the server
  kBroken,   // no stream; another try follows
};

struct WatchCallbacks {
  // After each set of changes has been applied to `entities()`. A set without changes is a mark of
  // progress or the moment of `current`.
  std::function<void(const ChangeSet&)> applied;
  // When the state changed; `error` says why a stream broke (ok otherwise).
  std::function<void(WatchState, const CallError& error)> state_changed = nullptr;
};

struct WatchTiming {
  absl::Duration first_pause = absl::Milliseconds(200);  // before the first try after a break …
  absl::Duration longest_pause = absl::Seconds(10);      // … doubling up to this, jittered
  // The server speaks every 15 s; a stream silent for longer than this is taken for broken.
  absl::Duration silence = absl::Seconds(45);
};

// Threads: `Run` and the callbacks are on the thread that calls `Run`. `entities()` may be read in
// the callbacks and when `Run` is not running; the entities themselves never change and may be kept
// and read anywhere. `Stop` may be called from any thread, also before `Run` and from a callback.
// `client` must outlive the loop.
class WatchLoop {
 public:
  // The request's resume token is ignored: the loop keeps its own.
  WatchLoop(Client& client, v1::WatchRequest filter, WatchCallbacks callbacks,
            WatchTiming timing = {});

  // Watches until `Stop` (ok; from then on at once), or until the server refuses in a way that
  // another try cannot change (no identity, no right, wrong filter). Called again after such a
  // refusal it goes on where it was.
  CallError Run();
  void Stop();

  const std::map<std::string, EntityPtr>& entities() const { return picture_.entities(); }

 private:
  grpc::Status Stream(grpc::ClientContext& context);
  void TakeFrame(v1::WatchResponse frame);
  void ChangeState(WatchState state, const CallError& error);
  // Both false once stopped.
  bool Begin(grpc::ClientContext* context);
  bool Pause(absl::Duration duration);

  Client& client_;
  const WatchCallbacks callbacks_;
  const WatchTiming timing_;
  v1::WatchRequest request_;
  WatchPicture picture_;
  WatchState state_ = WatchState::kBroken;
  bool heard_ = false;  // a frame came in the present stream

  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopped_ = false;                    // guarded by mutex_
  grpc::ClientContext* context_ = nullptr;  // guarded by mutex_; the stream to cancel
};

}  // namespace samsyn

#endif  // SAMSYN_CLIENTS_CPP_WATCH_LOOP_H_

// The engine: one writer a municipality. It takes what is queued, decides each command against the
// overlay, appends the batch once, applies it, answers, wakes the followers.
#ifndef SAMSYN_SERVER_ENGINE_ENGINE_H_
#define SAMSYN_SERVER_ENGINE_ENGINE_H_

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <absl/strings/string_view.h>
#include <absl/time/time.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "server/base/clock.h"
#include "server/domain/transaction.h"
#include "server/engine/lost_side.h"
#include "server/engine/past.h"
#include "server/journal/journal.h"
#include "server/watch/feed.h"

namespace samsyn::engine {

// What is asked of a municipality. `decide` runs on the engine's thread, perhaps more than once
// (the batch is decided again when another node appended first): it must depend on its arguments
// only.
struct Command {
  domain::Caller caller;
  std::string method;       // "SubmitReport"
  std::string request_id;   // a UUID; the key of repeats is (caller.member, request_id)
  Digest request_digest{};  // SHA-256 of the request
  std::function<absl::Status(domain::Transaction&)> decide;
  // The writer says that what looks like person numbers is something else; recorded.
  bool not_person_numbers = false;
  // Called after all of its batch have been told, if it was among them: for who answers many at
  // once. Refused without a batch, as by a full queue, it is not called.
  std::function<void()> told = {};
};

// A committed answer.
struct Answer {
  domain::Revision revision =
      0;  // of the transaction that answers (of the first time, for a repeat)
  std::vector<std::string> results;  // entities that answer, the first first
  int effect = 0;                    // a v1::SubmitReportsResult::Effect
  bool repeat = false;               // the request had been answered before
};

struct EngineOptions {
  int threads = 2;              // that decide and commit
  size_t batch_commands = 512;  // commands in a batch, at most
  // Entries between snapshots. None is made at the end: after a start the entries since the
  // snapshot fill the ring of recent changes, so that followers resume.
  int64_t snapshot_every = 20'000;
  // The newest entries, at most, that are applied one by one at start, to fill that ring; what is
  // older is folded, which is much faster.
  size_t applied_at_start = 8192;
  bool run_timers = true;  // fire timers by themselves; false: only RunDueTimers does
  watch::FeedOptions feed;
};

// How a municipality is.
struct MunicipalityStatus {
  journal::Head head;
  bool writable = true;
  std::string trouble;  // why not
  journal::Standing standing;
  journal::Revision behind = 0;  // committed revisions that it knows of and has not taken in
  size_t entities = 0;
  size_t waiting = 0;  // commands that are not decided yet
};

// Thread-safe. Owns its threads; the journal store and the clock must outlive it.
class Engine {
 public:
  Engine(journal::JournalStore& store, const Clock& clock, EngineOptions options = {});
  ~Engine();  // as Stop
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  // Loads every municipality, and starts the threads' work on them. One that this node cannot read
  // before something is done for it (FailedPrecondition) does not keep it from the others: that is
  // said in the log, and tried again.
  absl::Status Start();
  // Refuses new commands (SHUTTING_DOWN), answers all that wait. Idempotent.
  void Stop();

  // Queues a command; `done` is called exactly once, after its batch is committed (refusals and
  // repeats too), from an engine thread. Full queue: QUEUE_FULL; no such municipality: NOT_FOUND,
  // both through `done` at once.
  using Done = std::function<void(absl::StatusOr<Answer>)>;
  void Submit(absl::string_view municipality, Command command, Done done);
  // The same, waiting for the answer. Not from an engine thread.
  absl::StatusOr<Answer> SubmitAndWait(absl::string_view municipality, Command command);

  // The picture and followers of a municipality; NOT_FOUND if there is none. One that another node
  // makes appears by itself soon after.
  absl::StatusOr<std::shared_ptr<watch::Feed>> FeedOf(absl::string_view municipality);

  // Calls `done` when the municipality has reached `revision` (OK), or at `deadline`
  // (REVISION_NOT_REACHED); at once where it has. From an engine thread or the caller's.
  void WhenReached(absl::string_view municipality, domain::Revision revision, absl::Time deadline,
                   std::function<void(absl::Status)> done);

  // Of all that are loaded: `municipalities/0136` …
  std::vector<std::string> Names();
  absl::StatusOr<MunicipalityStatus> StatusOf(absl::string_view municipality);
  // How its journal stands; an empty one if there is none. Never blocks.
  journal::Standing StandingOf(absl::string_view municipality);
  // The lost side of the last fork; null if none is kept here.
  std::shared_ptr<const LostSide> LostSideOf(absl::string_view municipality);
  // Lets writes that a fork has stopped go on; false: they were not stopped. Not from an engine
  // thread.
  absl::StatusOr<bool> ResumeWrites(absl::string_view municipality);
  // Reads the whole journal and checks its chain; returns the head. DataLoss says what is wrong.
  absl::StatusOr<journal::Head> Verify(absl::string_view municipality);
  absl::StatusOr<journal::Head> Backup(absl::string_view municipality,
                                       std::function<absl::Status(absl::string_view)> sink);

  // How the municipality was. Reads its journal; errors as of PastReader.
  absl::StatusOr<Past> PastOf(absl::string_view municipality, const PastWish& wish);

  // Fires the timers that are due by the clock and returns when they are committed.
  absl::Status RunDueTimers(absl::string_view municipality);

  // Makes a municipality with its first entity. AlreadyExists if there is one, or another node was
  // quicker.
  absl::Status CreateMunicipality(absl::string_view code, absl::string_view display_name,
                                  absl::string_view county);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace samsyn::engine

#endif  // SAMSYN_SERVER_ENGINE_ENGINE_H_

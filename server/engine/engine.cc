#include "server/engine/engine.h"

#include <absl/container/btree_map.h>
#include <absl/container/flat_hash_set.h>
#include <absl/strings/str_cat.h>

#include <algorithm>
#include <deque>
#include <thread>
#include <utility>

#include "server/base/log.h"
#include "server/base/mutex.h"
#include "server/domain/directory_rules.h"
#include "server/domain/names.h"
#include "server/domain/refusal.h"
#include "server/engine/municipality.h"

namespace samsyn::engine {
namespace {

constexpr absl::Duration kTick =
    absl::Milliseconds(200);               // timers and waits are looked at so often
constexpr int64_t kSnapshotAtStop = 1000;  // entries that make one worth saving

using MunicipalityPtr = std::shared_ptr<Municipality>;

absl::Status NoSuchMunicipality(absl::string_view name) { return domain::NotFound(name); }

}  // namespace

// The scheduler: a municipality that has work stands in `ready` once; a thread takes it, runs one
// round, and puts it back if more waits. So it runs on at most one thread at a time.
struct Engine::Impl {
  Impl(journal::JournalStore& journals, const Clock& time, EngineOptions given)
      : store(journals), clock(time), options(std::move(given)) {}

  journal::JournalStore& store;
  const Clock& clock;
  const EngineOptions options;
  std::vector<std::thread> threads;

  Mutex mutex;
  CondVar changed;  // `ready` or `stopping`
  CondVar stopped;  // `stopping`
  absl::btree_map<std::string, MunicipalityPtr> municipalities ABSL_GUARDED_BY(mutex);  // by name
  std::deque<MunicipalityPtr> ready ABSL_GUARDED_BY(mutex);
  absl::flat_hash_set<Municipality*> scheduled ABSL_GUARDED_BY(mutex);  // in `ready` or running
  absl::flat_hash_set<Municipality*> again ABSL_GUARDED_BY(mutex);      // woken while running
  bool stopping ABSL_GUARDED_BY(mutex) = false;

  MunicipalityPtr Find(absl::string_view name) {
    MutexLock lock(mutex);
    const auto found = municipalities.find(name);
    return found == municipalities.end() ? nullptr : found->second;
  }

  void Schedule(const MunicipalityPtr& municipality) {
    MutexLock lock(mutex);
    if (!scheduled.insert(municipality.get()).second) {
      again.insert(municipality.get());
      return;
    }
    ready.push_back(municipality);
    changed.SignalAll();
  }

  absl::StatusOr<MunicipalityPtr> Open(const std::string& code) {
    auto journal = store.Open(code);
    if (!journal.ok()) return journal.status();
    auto municipality = std::make_shared<Municipality>(code, *std::move(journal), clock, options);
    if (absl::Status status = municipality->Load(); !status.ok()) {
      return absl::Status(status.code(), absl::StrCat(code, ": ", status.message()));
    }
    std::weak_ptr<Municipality> weak = municipality;
    municipality->SetWake([this, weak] {
      if (const MunicipalityPtr woken = weak.lock()) Schedule(woken);
    });
    MutexLock lock(mutex);
    municipalities[municipality->name()] = municipality;
    return municipality;
  }

  // Takes the next municipality with work; null when the engine stops and nothing is left.
  MunicipalityPtr Take() {
    MutexLock lock(mutex);
    while (ready.empty() && !stopping) changed.WaitFor(mutex, kTick);
    if (ready.empty()) return nullptr;
    MunicipalityPtr next = std::move(ready.front());
    ready.pop_front();
    return next;
  }

  void PutBack(const MunicipalityPtr& municipality, bool more) {
    MutexLock lock(mutex);
    more |= again.erase(municipality.get()) > 0;
    if (more) {
      ready.push_back(municipality);
      changed.SignalAll();
    } else {
      scheduled.erase(municipality.get());
    }
  }

  void Work() {
    while (const MunicipalityPtr municipality = Take()) {
      const bool more = municipality->Run();
      municipality->SaveSnapshotAfter(options.snapshot_every);
      PutBack(municipality, more);
    }
  }

  // Looks at timers and waits until the engine stops.
  void Tick() {
    for (;;) {
      std::vector<MunicipalityPtr> all;
      {
        MutexLock lock(mutex);
        if (!stopping) stopped.WaitFor(mutex, kTick);
        if (stopping) return;
        for (const auto& [name, municipality] : municipalities) all.push_back(municipality);
      }
      const absl::Time now = clock.Now();
      for (const MunicipalityPtr& municipality : all) {
        municipality->ExpireWaits(now);
        if (options.run_timers && municipality->NextDue() <= now) Schedule(municipality);
      }
    }
  }
};

Engine::Engine(journal::JournalStore& store, const Clock& clock, EngineOptions options)
    : impl_(std::make_unique<Impl>(store, clock, std::move(options))) {}

Engine::~Engine() { Stop(); }

absl::Status Engine::Start() {
  const auto codes = impl_->store.Codes();
  if (!codes.ok()) return codes.status();
  for (const std::string& code : *codes) {
    if (auto opened = impl_->Open(code); !opened.ok()) return opened.status();
  }
  for (int i = 0; i < impl_->options.threads; ++i) {
    impl_->threads.emplace_back([this] { impl_->Work(); });
  }
  impl_->threads.emplace_back([this] { impl_->Tick(); });
  return absl::OkStatus();
}

void Engine::Stop() {
  std::vector<MunicipalityPtr> all;
  {
    MutexLock lock(impl_->mutex);
    if (impl_->stopping) return;
    for (const auto& [name, municipality] : impl_->municipalities) all.push_back(municipality);
  }
  for (const MunicipalityPtr& municipality : all) {
    municipality->CloseQueue();
    municipality->SetWake({});
    impl_->Schedule(municipality);  // what still waits is decided
  }
  {
    MutexLock lock(impl_->mutex);
    impl_->stopping = true;
    impl_->changed.SignalAll();
    impl_->stopped.SignalAll();
  }
  for (std::thread& thread : impl_->threads) thread.join();
  impl_->threads.clear();
  for (const MunicipalityPtr& municipality : all) municipality->ExpireWaits(absl::InfiniteFuture());
}

void Engine::Submit(absl::string_view municipality, Command command, Done done) {
  const MunicipalityPtr found = impl_->Find(municipality);
  if (found == nullptr) return done(NoSuchMunicipality(municipality));
  if (found->Enqueue(std::move(command), std::move(done))) impl_->Schedule(found);
}

absl::StatusOr<Answer> Engine::SubmitAndWait(absl::string_view municipality, Command command) {
  Mutex mutex;
  CondVar told;
  std::unique_ptr<absl::StatusOr<Answer>> answer;
  Submit(municipality, std::move(command), [&](absl::StatusOr<Answer> given) {
    MutexLock lock(mutex);
    answer = std::make_unique<absl::StatusOr<Answer>>(std::move(given));
    told.SignalAll();
  });
  MutexLock lock(mutex);
  while (answer == nullptr) told.Wait(mutex);
  return *std::move(answer);
}

absl::StatusOr<std::shared_ptr<watch::Feed>> Engine::FeedOf(absl::string_view municipality) {
  const MunicipalityPtr found = impl_->Find(municipality);
  if (found == nullptr) return NoSuchMunicipality(municipality);
  return found->feed();
}

void Engine::WhenReached(absl::string_view municipality, domain::Revision revision,
                         absl::Time deadline, std::function<void(absl::Status)> done) {
  const MunicipalityPtr found = impl_->Find(municipality);
  if (found == nullptr) return done(NoSuchMunicipality(municipality));
  found->WhenReached(revision, deadline, std::move(done));
}

std::vector<std::string> Engine::Names() {
  std::vector<std::string> names;
  MutexLock lock(impl_->mutex);
  for (const auto& [name, municipality] : impl_->municipalities) names.push_back(name);
  return names;
}

absl::StatusOr<MunicipalityStatus> Engine::StatusOf(absl::string_view municipality) {
  const MunicipalityPtr found = impl_->Find(municipality);
  if (found == nullptr) return NoSuchMunicipality(municipality);
  return found->Status();
}

absl::StatusOr<journal::Head> Engine::Verify(absl::string_view municipality) {
  const MunicipalityPtr found = impl_->Find(municipality);
  if (found == nullptr) return NoSuchMunicipality(municipality);
  return found->Verify();
}

absl::StatusOr<journal::Head> Engine::Backup(absl::string_view municipality,
                                             std::function<absl::Status(absl::string_view)> sink) {
  const MunicipalityPtr found = impl_->Find(municipality);
  if (found == nullptr) return NoSuchMunicipality(municipality);
  return found->Backup(std::move(sink));
}

absl::StatusOr<Past> Engine::PastOf(absl::string_view municipality, const PastWish& wish) {
  const MunicipalityPtr found = impl_->Find(municipality);
  if (found == nullptr) return NoSuchMunicipality(municipality);
  return found->ReadPast(wish);
}

absl::Status Engine::RunDueTimers(absl::string_view municipality) {
  const MunicipalityPtr found = impl_->Find(municipality);
  if (found == nullptr) return NoSuchMunicipality(municipality);
  // A command that changes nothing: when it is answered, the timers of its round are committed. A
  // timer may set another that is due, too.
  for (absl::Time due = found->NextDue(); due <= impl_->clock.Now();) {
    Command nothing;
    nothing.caller.member = "system";
    nothing.decide = [](domain::Transaction&) { return absl::OkStatus(); };
    const auto answer = SubmitAndWait(municipality, std::move(nothing));
    if (!answer.ok()) return answer.status();
    const absl::Time next = found->NextDue();
    if (next == due) break;  // that one has no effect
    due = next;
  }
  return absl::OkStatus();
}

absl::Status Engine::CreateMunicipality(absl::string_view code, absl::string_view display_name,
                                        absl::string_view county) {
  if (absl::Status status = impl_->store.Create(code); !status.ok()) return status;
  const auto opened = impl_->Open(std::string(code));
  if (!opened.ok()) return opened.status();
  Command command;
  command.caller.member = "system";
  command.method = "CreateMunicipality";
  command.request_id = domain::MadeId("system", code, 0);
  command.decide = [code = std::string(code), display_name = std::string(display_name),
                    county = std::string(county)](domain::Transaction& transaction) {
    return domain::CreateMunicipality(code, display_name, county, transaction);
  };
  return SubmitAndWait((*opened)->name(), std::move(command)).status();
}

}  // namespace samsyn::engine

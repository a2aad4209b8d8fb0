#include "server/engine/engine.h"

#include <absl/container/btree_map.h>
#include <absl/container/flat_hash_set.h>
#include <absl/strings/str_cat.h>

#include <algorithm>
#include <deque>
#include <map>
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
    absl::Milliseconds(200);                             // timers and waits are looked at so often
constexpr absl::Duration kOpenAgain = absl::Seconds(5);  // what could not be opened

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
  bool made ABSL_GUARDED_BY(mutex) = false;    // there may be journals that are not open
  bool closed ABSL_GUARDED_BY(mutex) = false;  // nothing is opened any more
  bool stopping ABSL_GUARDED_BY(mutex) = false;

  Mutex opening;  // before `mutex`
  // Of the thread that starts, then of the one that ticks.
  std::map<std::string, std::string> not_open;  // code → why
  absl::Time open_again = absl::InfiniteFuture();

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
    changed.SignalOne();
  }

  // Opens what is not open yet: one at a time, so that nothing is opened twice.
  absl::StatusOr<MunicipalityPtr> Open(const std::string& code) {
    MutexLock one_at_a_time(opening);
    if (MunicipalityPtr open = Find(absl::StrCat("municipalities/", code))) return open;
    auto journal = store.Open(code);
    if (!journal.ok()) return journal.status();
    auto municipality = std::make_shared<Municipality>(code, *std::move(journal), clock, options);
    {
      MutexLock lock(mutex);
      scheduled.insert(municipality.get());  // Who wakes it meanwhile waits until it is loaded.
    }
    std::weak_ptr<Municipality> weak = municipality;
    municipality->SetWake([this, weak] {
      if (const MunicipalityPtr woken = weak.lock()) Schedule(woken);
    });
    absl::Status status = municipality->Load();
    if (status.ok()) status = Enter(municipality);
    if (status.ok()) {
      PutBack(municipality, false);
      return municipality;
    }
    municipality->SetWake({});
    MutexLock lock(mutex);
    scheduled.erase(municipality.get());
    again.erase(municipality.get());
    return absl::Status(status.code(), absl::StrCat(code, ": ", status.message()));
  }

  absl::Status Enter(const MunicipalityPtr& municipality) {
    MutexLock lock(mutex);
    if (closed) return absl::UnavailableError("the engine stops");
    municipalities[municipality->name()] = municipality;
    return absl::OkStatus();
  }

  bool Closed() {
    MutexLock lock(mutex);
    return closed;
  }

  // Opens all that the store has. At start an error ends it; later it is said and tried again, as
  // at any time what this node cannot read before something is done for it.
  absl::Status OpenAll(bool starting) {
    open_again = clock.Now() + kOpenAgain;
    const auto codes = store.Codes();
    if (!codes.ok()) return codes.status();
    bool all = true;
    for (const std::string& code : *codes) {
      const absl::Status status = Open(code).status();
      if (status.ok()) {
        if (not_open.erase(code) > 0) Log(LogLevel::kInfo, "opened", {{"municipality", code}});
        continue;
      }
      if (starting && !absl::IsFailedPrecondition(status)) return status;
      if (Closed()) return absl::OkStatus();
      all = false;
      const std::string why(status.message());
      if (std::exchange(not_open[code], why) == why) continue;
      Log(LogLevel::kError, "cannot be opened; tried again",
          {{"municipality", code}, {"why", why}});
    }
    if (all) open_again = absl::InfiniteFuture();
    return absl::OkStatus();
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
      changed.SignalOne();
    } else {
      scheduled.erase(municipality.get());
    }
  }

  void Work() {
    while (const MunicipalityPtr municipality = Take()) {
      PutBack(municipality, municipality->Run());
      // While another thread may decide for it: a snapshot of a large picture takes seconds.
      municipality->SaveSnapshotAfter(options.snapshot_every);
    }
  }

  // Looks at what there is to do, several times a second, until the engine stops.
  void Tick() {
    for (;;) {
      std::vector<MunicipalityPtr> all;
      bool open = false;
      {
        MutexLock lock(mutex);
        if (!stopping && !made) stopped.WaitFor(mutex, kTick);
        if (stopping) return;
        open = std::exchange(made, false);
        for (const auto& [name, municipality] : municipalities) all.push_back(municipality);
      }
      const absl::Time now = clock.Now();
      for (const MunicipalityPtr& municipality : all) {
        municipality->ExpireWaits(now);
        const bool due = options.run_timers && municipality->NextDue() <= now;
        if (municipality->LookAtStanding(now) || due) Schedule(municipality);
      }
      if (open || open_again <= now) {
        const absl::Status status = OpenAll(false);
        if (!status.ok()) LogUnknownCodes(status);
      }
    }
  }

  static void LogUnknownCodes(const absl::Status& status) {
    Log(LogLevel::kWarning, "which municipalities there are is not known now",
        {{"why", std::string(status.message())}});
  }
};

Engine::Engine(journal::JournalStore& store, const Clock& clock, EngineOptions options)
    : impl_(std::make_unique<Impl>(store, clock, std::move(options))) {}

Engine::~Engine() { Stop(); }

absl::Status Engine::Start() {
  impl_->store.SetMade([impl = impl_.get()] {
    MutexLock lock(impl->mutex);
    impl->made = true;
    impl->stopped.SignalAll();
  });
  if (absl::Status status = impl_->OpenAll(true); !status.ok()) return status;
  for (int i = 0; i < impl_->options.threads; ++i) {
    impl_->threads.emplace_back([this] { impl_->Work(); });
  }
  impl_->threads.emplace_back([this] { impl_->Tick(); });
  return absl::OkStatus();
}

void Engine::Stop() {
  impl_->store.SetMade({});
  std::vector<MunicipalityPtr> all;
  {
    MutexLock lock(impl_->mutex);
    if (impl_->stopping) return;
    impl_->closed = true;
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

journal::Standing Engine::StandingOf(absl::string_view municipality) {
  const MunicipalityPtr found = impl_->Find(municipality);
  return found == nullptr ? journal::Standing() : found->Standing();
}

std::shared_ptr<const LostSide> Engine::LostSideOf(absl::string_view municipality) {
  const MunicipalityPtr found = impl_->Find(municipality);
  return found == nullptr ? nullptr : found->LostSideNow();
}

absl::StatusOr<bool> Engine::ResumeWrites(absl::string_view municipality) {
  const MunicipalityPtr found = impl_->Find(municipality);
  if (found == nullptr) return NoSuchMunicipality(municipality);
  const auto was_stopped = found->ResumeWrites();
  if (!was_stopped.ok()) return was_stopped;
  const auto confirmed = SubmitAndWait(municipality, NoCommand());
  return confirmed.ok() ? was_stopped : confirmed.status();
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
    const auto answer = SubmitAndWait(municipality, NoCommand());
    if (!answer.ok()) return answer.status();
    const absl::Time next = found->NextDue();
    if (next == due) break;  // that one has no effect
    due = next;
  }
  return absl::OkStatus();
}

absl::Status Engine::CreateMunicipality(absl::string_view code, absl::string_view display_name,
                                        absl::string_view county) {
  const absl::Status created = impl_->store.Create(code);
  if (!created.ok() && !absl::IsAlreadyExists(created)) return created;
  const auto opened = impl_->Open(std::string(code));
  if (!opened.ok()) return opened.status();
  // An empty journal is one that another node has just made, or left so: whoever writes its first
  // entry has made the municipality.
  if (!created.ok() && (*opened)->feed()->revision() > 0) return created;
  Command command;
  command.caller.member = "system";
  command.method = "CreateMunicipality";
  command.request_id = domain::MadeId("system", code, 0);
  command.request_digest = Sha256Of(absl::StrCat(code, "\n", display_name, "\n", county));
  command.decide = [code = std::string(code), display_name = std::string(display_name),
                    county = std::string(county)](domain::Transaction& transaction) {
    return domain::CreateMunicipality(code, display_name, county, transaction);
  };
  const auto answer = SubmitAndWait((*opened)->name(), std::move(command));
  if (!answer.ok()) return answer.status();
  return answer->repeat && !created.ok() ? created : absl::OkStatus();
}

}  // namespace samsyn::engine

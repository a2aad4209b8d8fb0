// A journal that fails as a test says: it wraps any other and goes wrong by script. Header only.
//
//   auto faults = std::make_shared<testing::Faults>();
//   testing::FaultyJournal journal(std::move(inner), faults);  // or FaultyJournalStore, FaultsOf
//   faults->Next(testing::Fault::kUnknownAfter);               // the next append
//   faults->HoldMark();                                        // appended, not yet committed
#ifndef SAMSYN_TESTS_TESTING_FAULTY_JOURNAL_H_
#define SAMSYN_TESTS_TESTING_FAULTY_JOURNAL_H_

#include <absl/status/status.h>
#include <absl/strings/string_view.h>

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "server/base/mutex.h"
#include "server/journal/journal.h"

namespace samsyn::testing {

// What happens to one append.
enum class Fault {
  kNone,           // nothing: it goes through
  kAborted,        // as if another had appended; nothing happened
  kUnknownBefore,  // Unknown, and it did not happen
  kUnknownAfter,   // Unknown, and it did happen
  kUnavailable,    // nothing happened
  kFull,           // ResourceExhausted, nothing happened
  kFork,           // Aborted; from now on reads and appends find a fork (DataLoss, Aborted)
  // Unknown; it happened, and stands behind the mark. So are all appends Unknown until ReleaseMark.
  kUnknownHeld,
};

// The script of the faulty journals of one log (one municipality). Journals of several nodes may
// share it: they then see the same mark and the same fork. Thread-safe.
class Faults {
 public:
  // Adds to the script: each append, empty ones too, takes the first that is left.
  void Next(Fault fault, int times = 1) {
    MutexLock lock(mutex_);
    script_.insert(script_.end(), static_cast<size_t>(times), fault);
  }
  // Every append without a scripted fault has this one, until kNone is set.
  void Always(Fault fault) {
    MutexLock lock(mutex_);
    always_ = fault;
  }
  // No more faults but a fork.
  void Heal() {
    MutexLock lock(mutex_);
    script_.clear();
    always_ = Fault::kNone;
  }
  // Steps of the script that no append has taken yet.
  size_t left() {
    MutexLock lock(mutex_);
    return script_.size();
  }
  // Appends that were tried, empty ones too.
  int appends() {
    MutexLock lock(mutex_);
    return appends_;
  }

  // From now on the commit mark stands still: appends go into the log and wait, readers stop at the
  // mark. At the end of a test with waiting appends call ReleaseMark.
  void HoldMark() {
    MutexLock lock(mutex_);
    holding_ = true;
    mark_.reset();
  }
  // The mark moves to the end of the log; waiting appends return, readers are woken.
  void ReleaseMark() {
    std::vector<std::shared_ptr<Waker>> wakers;
    {
      MutexLock lock(mutex_);
      holding_ = unsettled_ = false;
      wakers = wakers_;
    }
    changed_.SignalAll();
    for (const std::shared_ptr<Waker>& waker : wakers) waker->Call();
  }
  // Waits until that many appends stand in the log and wait for the mark; false after 10 s.
  bool WaitForAppendsBehindMark(int count) {
    const absl::Time deadline = absl::Now() + absl::Seconds(10);
    MutexLock lock(mutex_);
    while (waiting_ < count && absl::Now() < deadline) {
      changed_.WaitFor(mutex_, absl::Milliseconds(50));
    }
    return waiting_ >= count;
  }
  // From now on snapshots wait before they are saved, until ReleaseSnapshots.
  void HoldSnapshots() {
    MutexLock lock(mutex_);
    holding_snapshots_ = true;
  }
  void ReleaseSnapshots() {
    MutexLock lock(mutex_);
    holding_snapshots_ = false;
    changed_.SignalAll();
  }
  // Waits until one waits; false after 10 s.
  bool WaitForSnapshot() {
    const absl::Time deadline = absl::Now() + absl::Seconds(10);
    MutexLock lock(mutex_);
    while (snapshots_ == 0 && absl::Now() < deadline) {
      changed_.WaitFor(mutex_, absl::Milliseconds(50));
    }
    return snapshots_ > 0;
  }

 private:
  friend class FaultyJournal;

  struct Waker {
    Mutex mutex;
    std::function<void()> wake ABSL_GUARDED_BY(mutex);
    void Call() {
      MutexLock lock(mutex);
      if (wake) wake();
    }
  };

  Fault Take() {
    MutexLock lock(mutex_);
    ++appends_;
    Fault fault = always_;
    if (!script_.empty()) {
      fault = script_.front();
      script_.pop_front();
    }
    if (fault == Fault::kFork) forked_ = true;
    if (forked_) return Fault::kFork;
    if (unsettled_) return Fault::kUnknownBefore;
    if (fault == Fault::kUnknownHeld) {
      holding_ = unsettled_ = true;
      mark_.reset();
    }
    return fault;
  }
  bool forked() {
    MutexLock lock(mutex_);
    return forked_;
  }
  // The mark is where the log ended when somebody first asked after HoldMark.
  std::optional<journal::Head> Mark(const absl::StatusOr<journal::Head>& end) {
    MutexLock lock(mutex_);
    if (!holding_ || !end.ok()) return std::nullopt;
    if (!mark_) mark_ = *end;
    return mark_;
  }
  void WaitForMark() {
    MutexLock lock(mutex_);
    ++waiting_;
    changed_.SignalAll();
    while (holding_) changed_.Wait(mutex_);
    --waiting_;
  }
  void WaitForSnapshotsRelease() {
    MutexLock lock(mutex_);
    ++snapshots_;
    changed_.SignalAll();
    while (holding_snapshots_) changed_.Wait(mutex_);
    --snapshots_;
  }

  Mutex mutex_;
  CondVar changed_;
  std::deque<Fault> script_ ABSL_GUARDED_BY(mutex_);
  Fault always_ ABSL_GUARDED_BY(mutex_) = Fault::kNone;
  int appends_ ABSL_GUARDED_BY(mutex_) = 0;
  int waiting_ ABSL_GUARDED_BY(mutex_) = 0;
  int snapshots_ ABSL_GUARDED_BY(mutex_) = 0;  // that wait
  bool holding_snapshots_ ABSL_GUARDED_BY(mutex_) = false;
  bool forked_ ABSL_GUARDED_BY(mutex_) = false;
  bool holding_ ABSL_GUARDED_BY(mutex_) = false;
  bool unsettled_ ABSL_GUARDED_BY(mutex_) = false;
  std::optional<journal::Head> mark_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::shared_ptr<Waker>> wakers_ ABSL_GUARDED_BY(mutex_);
};

// Any journal, with faults.
class FaultyJournal : public journal::Journal {
 public:
  FaultyJournal(std::unique_ptr<journal::Journal> inner, std::shared_ptr<Faults> faults)
      : inner_(std::move(inner)),
        faults_(std::move(faults)),
        waker_(std::make_shared<Faults::Waker>()) {
    MutexLock lock(faults_->mutex_);
    faults_->wakers_.push_back(waker_);
  }
  ~FaultyJournal() override {
    SetWake(nullptr);
    MutexLock lock(faults_->mutex_);
    std::erase(faults_->wakers_, waker_);
  }

  absl::StatusOr<journal::Head> Append(journal::Head base,
                                       absl::Span<const journal::Entry> entries) override {
    const Fault fault = faults_->Take();
    faults_->Mark(inner_->CommittedHead());
    switch (fault) {
      case Fault::kNone:
        break;
      case Fault::kAborted:
        return absl::AbortedError("scripted: another appended");
      case Fault::kFork:
        return absl::AbortedError("scripted: forked");
      case Fault::kUnknownBefore:
        return absl::UnknownError("scripted: not known whether it happened");
      case Fault::kUnknownHeld:
      case Fault::kUnknownAfter:
        if (const auto head = inner_->Append(base, entries); !head.ok()) return head;
        return absl::UnknownError("scripted: not known whether it happened");
      case Fault::kUnavailable:
        return absl::UnavailableError("scripted: cannot be reached");
      case Fault::kFull:
        return absl::ResourceExhaustedError("scripted: disk full");
    }
    absl::StatusOr<journal::Head> head = inner_->Append(base, entries);
    if (head.ok()) faults_->WaitForMark();
    return head;
  }
  absl::StatusOr<std::vector<journal::Entry>> Read(journal::Revision after, size_t max) override {
    if (faults_->forked()) return absl::DataLossError("scripted: forked");
    if (const auto mark = faults_->Mark(inner_->CommittedHead())) {
      max = std::min(max,
                     static_cast<size_t>(std::max<journal::Revision>(mark->revision - after, 0)));
    }
    return inner_->Read(after, max);
  }
  absl::StatusOr<journal::Head> CommittedHead() override {
    absl::StatusOr<journal::Head> head = inner_->CommittedHead();
    const auto mark = faults_->Mark(head);
    return mark ? *mark : head;
  }
  void SetWake(std::function<void()> wake) override {
    {
      MutexLock lock(waker_->mutex);
      waker_->wake = wake;
    }
    inner_->SetWake(std::move(wake));
  }
  absl::Status SaveSnapshot(const journal::Snapshot& snapshot) override {
    faults_->WaitForSnapshotsRelease();
    return inner_->SaveSnapshot(snapshot);
  }
  absl::StatusOr<std::optional<journal::Snapshot>> LoadSnapshot() override {
    return inner_->LoadSnapshot();
  }
  absl::StatusOr<journal::Head> Backup(
      std::function<absl::Status(absl::string_view)> sink) override {
    return inner_->Backup(std::move(sink));
  }
  journal::Standing Stands() override {
    journal::Standing standing = inner_->Stands();
    const auto mark = faults_->Mark(inner_->CommittedHead());
    if (mark) standing.committed = mark->revision;
    return standing;
  }
  absl::StatusOr<LostSide> ReadLostSide() override { return inner_->ReadLostSide(); }
  absl::StatusOr<bool> ResumeWrites() override { return inner_->ResumeWrites(); }

 private:
  const std::unique_ptr<journal::Journal> inner_;
  const std::shared_ptr<Faults> faults_;
  const std::shared_ptr<Faults::Waker> waker_;
};

// A store whose journals have faults: each municipality its own script, kept over reopening.
class FaultyJournalStore : public journal::JournalStore {
 public:
  explicit FaultyJournalStore(journal::JournalStore& inner)
      : inner_(inner), scripts_(std::make_shared<Scripts>()) {}
  // Another node's, with the scripts of `other`.
  FaultyJournalStore(journal::JournalStore& inner, const FaultyJournalStore& other)
      : inner_(inner), scripts_(other.scripts_) {}

  std::shared_ptr<Faults> FaultsOf(absl::string_view code) {
    MutexLock lock(scripts_->mutex);
    std::shared_ptr<Faults>& faults = scripts_->faults[std::string(code)];
    if (faults == nullptr) faults = std::make_shared<Faults>();
    return faults;
  }
  // From now on Open of a journal ends so; OK: it opens.
  void RefuseToOpen(absl::string_view code, const absl::Status& status) {
    MutexLock lock(scripts_->mutex);
    scripts_->refused[std::string(code)] = status;
  }
  absl::StatusOr<std::vector<std::string>> Codes() override { return inner_.Codes(); }
  absl::StatusOr<std::unique_ptr<journal::Journal>> Open(absl::string_view code) override {
    {
      MutexLock lock(scripts_->mutex);
      const absl::Status& refused = scripts_->refused[std::string(code)];
      if (!refused.ok()) return refused;
    }
    absl::StatusOr<std::unique_ptr<journal::Journal>> journal = inner_.Open(code);
    if (!journal.ok()) return journal.status();
    return std::make_unique<FaultyJournal>(std::move(*journal), FaultsOf(code));
  }
  absl::Status Create(absl::string_view code) override { return inner_.Create(code); }
  void SetMade(std::function<void()> made) override { inner_.SetMade(std::move(made)); }

 private:
  struct Scripts {
    Mutex mutex;
    std::map<std::string, std::shared_ptr<Faults>> faults ABSL_GUARDED_BY(mutex);
    std::map<std::string, absl::Status> refused ABSL_GUARDED_BY(mutex);
  };

  journal::JournalStore& inner_;
  const std::shared_ptr<Scripts> scripts_;
};

}  // namespace samsyn::testing

#endif  // SAMSYN_TESTS_TESTING_FAULTY_JOURNAL_H_

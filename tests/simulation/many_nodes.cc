#include "tests/simulation/many_nodes.h"

#include <absl/strings/str_cat.h>
#include <absl/time/clock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <utility>

#include "server/domain/names.h"
#include "tests/simulation/history_checker.h"
#include "tests/simulation/town_of_many.h"
#include "tests/testing/eventually.h"
#include "tests/testing/notification.h"

namespace samsyn::simulation {
namespace {

constexpr absl::Duration kReadMost = absl::Seconds(2);  // that a read waits for its revision

// Waits until a node has come to a revision, at most so long.
bool WaitFor(engine::Engine& engine, const std::string& municipality, domain::Revision revision,
             absl::Duration most) {
  struct Reached {
    Mutex mutex;
    CondVar changed;
    std::optional<bool> reached ABSL_GUARDED_BY(mutex);
  };
  const auto state = std::make_shared<Reached>();
  engine.WhenReached(municipality, revision, absl::InfiniteFuture(), [state](absl::Status status) {
    MutexLock lock(state->mutex);
    state->reached = status.ok();
    state->changed.SignalAll();
  });
  const absl::Time limit = absl::Now() + most;
  MutexLock lock(state->mutex);
  while (!state->reached && absl::Now() < limit) {
    state->changed.WaitFor(state->mutex, limit - absl::Now());
  }
  return state->reached.value_or(false);
}

}  // namespace

engine::EngineOptions ManyNodes::Options() {
  engine::EngineOptions options;
  options.threads = 1;
  options.batch_commands = 8;
  options.snapshot_every = 60;
  options.applied_at_start = 30;
  options.feed.ring_bytes = 256 << 10;
  options.feed.frame_changes = 12;
  return options;
}

ManyNodes::ManyNodes(StoreFactory stores, int count, const std::vector<std::string>& codes,
                     engine::EngineOptions options)
    : Nodes(codes), stores_(std::move(stores)), options_(std::move(options)) {
  Start(0);
  for (const std::string& code : codes) Furnish(code);
  Stop(0);
  for (int node = 0; node < count; ++node) Start(node);
}

ManyNodes::~ManyNodes() {
  for (const int node : Running()) Stop(node);
}

void ManyNodes::Furnish(const std::string& code) {
  const std::string municipality = Municipality(code);
  const auto node = Get(0);
  absl::Status made = node->engine.CreateMunicipality(code, "Haninge", "Stockholms län");
  EXPECT_TRUE(made.ok()) << made;
  engine::Command command;
  command.caller.member = "system";
  command.method = "ApplySetup";
  command.request_id = domain::MadeId("many nodes", code, 0);
  command.decide = [municipality](domain::Transaction& transaction) {
    simulation::Furnish(municipality, transaction);
    return absl::OkStatus();
  };
  const auto answer = node->engine.SubmitAndWait(municipality, std::move(command));
  EXPECT_TRUE(answer.ok()) << answer.status();
  if (answer.ok()) given_[municipality] = answer->revision;
}

void ManyNodes::Start(int node) {
  int life = 0;
  {
    MutexLock lock(mutex_);
    life = ++lives_[node];
  }
  auto started = std::make_shared<Node>(node, life, stores_(node), clock_, options_);
  const absl::Status status = started->engine.Start();
  EXPECT_TRUE(status.ok()) << "node " << node << ": " << status;
  for (const std::string& municipality : started->engine.Names()) {
    (*started->engine.FeedOf(municipality))->SetWake([this] { bell().Ring(); });
  }
  {
    MutexLock lock(mutex_);
    nodes_[node] = std::move(started);
  }
  bell().Ring();
}

void ManyNodes::Stop(int node) {
  std::shared_ptr<Node> stopped;
  {
    MutexLock lock(mutex_);
    const auto found = nodes_.find(node);
    if (found == nodes_.end()) return;
    stopped = std::move(found->second);
    nodes_.erase(found);
  }
  stopped->engine.Stop();
  bell().Ring();
  // Who asked it just now lets go of it; then its directory is free.
  EXPECT_TRUE(testing::Eventually([&] { return stopped.use_count() == 1; }));
}

std::shared_ptr<ManyNodes::Node> ManyNodes::Get(int node) {
  MutexLock lock(mutex_);
  const auto found = nodes_.find(node);
  return found == nodes_.end() ? nullptr : found->second;
}

std::vector<int> ManyNodes::Running() {
  std::vector<int> running;
  MutexLock lock(mutex_);
  for (const auto& [number, node] : nodes_) running.push_back(number);
  return running;
}

void ManyNodes::Begin(const Node& node, Call& call) {
  call.node = node.number;
  call.life = node.life;
  call.asked = clock_.Now();
  call.invoked = history().Now();
}

void ManyNodes::End(Call& call) {
  call.returned = history().Now();
  call.told = clock_.Now();
}

bool ManyNodes::Ask(int node, Write write, std::function<void(const Write&)> done) {
  const std::shared_ptr<Node> held = Get(node);
  if (held == nullptr) return false;
  Begin(*held, write.call);
  const std::string municipality = write.call.municipality;
  engine::Command command = write.command;
  held->engine.Submit(municipality, std::move(command),
                      [this, write = std::move(write),
                       done = std::move(done)](absl::StatusOr<engine::Answer> answer) mutable {
                        End(write.call);
                        Conclude(std::move(answer), write);
                        history().Add(write);
                        done(write);
                      });
  return true;
}

std::optional<Write> ManyNodes::AskAndWait(int node, Write write) {
  testing::Notification told;
  Write result;
  const bool asked = Ask(node, std::move(write), [&](const Write& done) {
    result = done;
    told.Notify();
  });
  if (!asked) return std::nullopt;
  told.WaitForNotification();
  return result;
}

std::optional<Read> ManyNodes::Look(int node, Read read) {
  const std::shared_ptr<Node> held = Get(node);
  if (held == nullptr) return std::nullopt;
  Begin(*held, read.call);
  const std::string& municipality = read.call.municipality;
  if (!WaitFor(held->engine, municipality, read.min_revision, kReadMost)) return std::nullopt;
  const auto feed = held->engine.FeedOf(read.call.municipality);
  if (!feed.ok()) return std::nullopt;
  (*feed)->ReadingAt(
      [&](const domain::Picture& picture, domain::Revision revision, const Digest&, absl::Time) {
        read.revision = revision;
        read.answer = read.look(picture, domain::AudienceOf(picture, read.caller));
      });
  End(read.call);
  history().Add(read);
  return read;
}

// A watch of a feed that waits for the bell; beside what comes, it takes some of the marks that an
// idle stream gets.
class ManyNodes::FeedFollowing : public Following {
 public:
  FeedFollowing(ManyNodes& nodes, const Node& node, std::shared_ptr<watch::Feed> feed,
                std::unique_ptr<watch::Follower> follower)
      : Following(node.number, node.life),
        nodes_(nodes),
        feed_(std::move(feed)),
        follower_(std::move(follower)) {}

  std::optional<v1::WatchResponse> Next() override {
    for (bool mark = ++waits_ % 4 == 0;; mark = false) {
      auto frame = follower_->Next();
      if (frame.ok() && *frame == nullptr && mark) frame = follower_->ProgressMark();
      EXPECT_TRUE(frame.ok()) << frame.status();
      if (!frame.ok()) return std::nullopt;
      if (*frame != nullptr) {
        v1::WatchResponse response;
        EXPECT_TRUE(response.ParseFromString(**frame));
        return response;
      }
      const auto running = nodes_.Get(node);
      if (interrupted_ || running == nullptr || running->life != life) return std::nullopt;
      rung_ = nodes_.bell().Wait(rung_);
    }
  }
  void Interrupt() override {
    interrupted_ = true;
    nodes_.bell().Ring();
  }

 private:
  ManyNodes& nodes_;
  const std::shared_ptr<watch::Feed> feed_;  // outlives the follower
  const std::unique_ptr<watch::Follower> follower_;
  std::atomic<bool> interrupted_{false};
  int64_t rung_ = 0;
  int waits_ = 0;
};

std::unique_ptr<Following> ManyNodes::Follow(int node, const domain::Caller& caller,
                                             const v1::WatchRequest& request) {
  const std::shared_ptr<Node> held = Get(node);
  if (held == nullptr) return nullptr;
  auto feed = held->engine.FeedOf(request.municipality());
  EXPECT_TRUE(feed.ok()) << feed.status();
  if (!feed.ok()) return nullptr;
  auto follower = (*feed)->Follow(caller, request);
  EXPECT_TRUE(follower.ok()) << follower.status();
  if (!follower.ok()) return nullptr;
  return std::make_unique<FeedFollowing>(*this, *held, *std::move(feed), *std::move(follower));
}

void ManyNodes::Advance(absl::Duration by) {
  clock_.Advance(by);
  history().AddTime(clock_.Now());
}

domain::Revision ManyNodes::Newest(absl::string_view municipality) {
  domain::Revision newest = 0;
  for (const int number : Running()) {
    const auto node = Get(number);
    const auto status = node == nullptr ? absl::StatusOr<engine::MunicipalityStatus>()
                                        : node->engine.StatusOf(municipality);
    if (status.ok()) newest = std::max(newest, status->head.revision);
  }
  return newest;
}

bool ManyNodes::Settle() {
  for (const std::string& code : codes()) {
    const std::string municipality = Municipality(code);
    const bool settled = testing::Eventually([&] {
      const domain::Revision newest = Newest(municipality);
      for (const int number : Running()) {
        const auto status = Get(number)->engine.StatusOf(municipality);
        if (!status.ok() || status->head.revision != newest) return false;
      }
      return true;
    });
    EXPECT_TRUE(settled) << "the nodes do not come to the same revision of " << municipality;
    if (!settled) return false;
  }
  return true;
}

std::vector<journal::Entry> ManyNodes::ReadJournal(absl::string_view code) {
  std::vector<journal::Entry> entries;
  const auto store = stores_(-1);
  const auto opened = store->Open(code);
  EXPECT_TRUE(opened.ok()) << opened.status();
  if (!opened.ok()) return entries;
  const auto head = (*opened)->CommittedHead();
  EXPECT_TRUE(head.ok()) << head.status();
  while (head.ok() && static_cast<journal::Revision>(entries.size()) < head->revision) {
    auto more = (*opened)->Read(static_cast<journal::Revision>(entries.size()), 256);
    EXPECT_TRUE(more.ok() && !more->empty()) << more.status();
    if (!more.ok() || more->empty()) break;
    std::move(more->begin(), more->end(), std::back_inserter(entries));
  }
  return entries;
}

// Asks each node for nothing: what was in its way before is over then, or it says so.
void ManyNodes::Confirm(const std::string& municipality) {
  for (const int number : Running()) {
    absl::StatusOr<engine::Answer> answer;
    EXPECT_TRUE(testing::Eventually([&] {
      engine::Command nothing;
      nothing.caller.member = "system";
      nothing.decide = [](domain::Transaction&) { return absl::OkStatus(); };
      answer = Get(number)->engine.SubmitAndWait(municipality, std::move(nothing));
      return answer.ok();
    })) << "node "
        << number << ": " << answer.status();
  }
}

void ManyNodes::Judge() {
  for (const std::string& code : codes()) Confirm(Municipality(code));
  Settle();
  for (const std::string& code : codes()) {
    const std::string municipality = Municipality(code);
    const std::vector<journal::Entry> journal = ReadJournal(code);
    for (const int number : Running()) {
      const auto status = Get(number)->engine.StatusOf(municipality);
      ASSERT_TRUE(status.ok()) << status.status();
      EXPECT_TRUE(status->writable) << "node " << number << ": " << status->trouble;
      EXPECT_EQ(status->head.revision, static_cast<domain::Revision>(journal.size()));
      ASSERT_FALSE(journal.empty());
      EXPECT_EQ(status->head.digest, journal.back().digest) << "node " << number;
    }
    for (const Violation& violation :
         CheckHistory(history(), municipality, journal, given_[municipality])) {
      ADD_FAILURE() << municipality << ": " << violation;
    }
  }
}

}  // namespace samsyn::simulation

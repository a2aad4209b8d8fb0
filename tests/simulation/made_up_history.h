// A history of two nodes that is right, for the tests of the checker: each changes one thing in it.
#ifndef SAMSYN_TESTS_SIMULATION_MADE_UP_HISTORY_H_
#define SAMSYN_TESTS_SIMULATION_MADE_UP_HISTORY_H_

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "server/domain/deployment_rules.h"
#include "server/domain/lists.h"
#include "server/domain/names.h"
#include "server/domain/refusal.h"
#include "server/domain/report_rules.h"
#include "server/journal/memory_journal.h"
#include "tests/simulation/history_checker.h"
#include "tests/simulation/many_nodes.h"
#include "tests/simulation/town_of_many.h"
#include "tests/testing/faulty_journal.h"

namespace samsyn::simulation {

// Entries as a chain again, after something was changed in them.
inline std::vector<journal::Entry> Chained(std::vector<journal::Entry> entries) {
  journal::Head head;
  for (journal::Entry& entry : entries) {
    auto metadata = *journal::MetadataOf(entry);
    metadata.set_revision(++head.revision);
    entry.metadata = metadata.SerializeAsString();
    entry.digest = head.digest = journal::ChainDigest(head.digest, entry);
  }
  return entries;
}

// Two nodes at work for a while, each step after the other, and what was seen of it, to be changed.
class HistoryCheckerTest : public ::testing::Test {
 protected:
  HistoryCheckerTest()
      : nodes_([this](int) { return std::make_unique<testing::FaultyJournalStore>(memory_); }, 2,
               {"0136"}, Options()) {
    Follow();
    Play();
    journal_ = nodes_.ReadJournal("0136");
    writes_ = nodes_.history().writes();
    reads_ = nodes_.history().reads();
    watches_ = {watch_};
    times_ = nodes_.history().times();
  }
  static engine::EngineOptions Options() {
    engine::EngineOptions options = ManyNodes::Options();
    options.run_timers = false;
    return options;
  }

  // ---- The history.

  void Play() {
    report_ = Do(0, "police", Report(), domain::SubmitReport);
    RepeatLast(1);
    first_ = Do(0, "chair", Deployment(), domain::ProposeDeployment);
    second_ = Do(1, "chair", Deployment(), domain::ProposeDeployment);
    Decide(first_);
    Decide(second_);
    Look(1);
    committed_ = At(Do(0, "dispatcher", Commit(first_), domain::CommitUnit));
    taken_ = At(Do(1, "dispatcher", Commit(second_), domain::CommitUnit));
    v1::WithdrawUnitRequest withdraw;
    withdraw.set_name(first_);
    withdraw.set_unit(In(kName, "units/u0"));
    withdrawn_ = At(Do(1, "dispatcher", withdraw, domain::WithdrawUnit));
    Tighten();
    Do(0, "police", Commit(second_, "u2"), domain::CommitUnit);
    nodes_.Advance(absl::Minutes(20));
    EXPECT_TRUE(nodes_.Get(0)->engine.RunDueTimers(kName).ok());
    Pull();
    unchanged_ = At(AskForNothing());
    Look(0);
    last_ = At(Do(0, "landlord", Report(), domain::SubmitReport));
  }
  static v1::SubmitReportRequest Report() {
    v1::SubmitReportRequest request;
    request.set_municipality(kName);
    request.mutable_report()->set_category(v1::CATEGORY_VANDALISM);
    request.mutable_report()->set_text("Krossade rutor vid torget");
    request.mutable_report()->mutable_release()->set_release_class(v1::RELEASE_CLASS_PARTNER);
    return request;
  }
  v1::ProposeDeploymentRequest Deployment() {
    const absl::Time begin = nodes_.now() + absl::Hours(1);
    v1::ProposeDeploymentRequest request;
    request.set_municipality(kName);
    v1::Deployment& deployment = *request.mutable_deployment();
    deployment.set_kind(v1::Deployment::KIND_VISIBLE_PATROL);
    deployment.set_problem(In(kName, "problems/torget"));
    deployment.set_responsible_organisation(In(kName, "organisations/kommun"));
    *deployment.mutable_follow_up_due_time() = domain::TimestampOf(begin);
    *deployment.mutable_window()->mutable_start_time() = domain::TimestampOf(begin);
    *deployment.mutable_window()->mutable_end_time() = domain::TimestampOf(begin + absl::Hours(2));
    return request;
  }
  static v1::CommitUnitRequest Commit(const std::string& deployment, const char* unit = "u0") {
    v1::CommitUnitRequest request;
    request.set_name(deployment);
    request.set_unit(In(kName, absl::StrCat("units/", unit)));
    return request;
  }
  void Decide(const std::string& deployment) {
    v1::DecideDeploymentRequest request;
    request.set_name(deployment);
    Do(1, "chair", request, domain::DecideDeployment);
  }
  void Tighten() {
    v1::AmendReportRequest request;
    request.mutable_report()->set_name(report_);
    request.mutable_report()->set_category(v1::CATEGORY_VANDALISM);
    request.mutable_report()->set_text("Krossade rutor");
    request.mutable_report()->mutable_release()->set_release_class(v1::RELEASE_CLASS_AUTHORITY);
    Do(0, "police", request, domain::AmendReport);
  }
  // The name of what answers; the unit's where it is refused.
  template <typename Request>
  std::string Do(int node, absl::string_view member, Request request,
                 absl::Status (*rule)(const Request&, domain::Transaction&)) {
    request.set_request_id(domain::MadeId("test", absl::StrCat(++requests_), 0));
    Write write;
    write.command = CommandOf(In(kName, absl::StrCat("members/", member)), request, rule);
    return Ask(node, std::move(write));
  }
  std::string AskForNothing() {
    Write write;
    write.command.caller.member = In(kName, "members/chair");
    write.command.method = "Nothing";
    write.command.request_id = domain::MadeId("test", "nothing", 0);
    write.command.decide = [](domain::Transaction& transaction) {
      if (transaction.revision() < 5) return domain::NotFound("that early");
      transaction.Answer("nothing");
      return absl::OkStatus();
    };
    return Ask(1, std::move(write));
  }
  std::string Ask(int node, Write write) {
    write.call.client = "tester";
    write.call.municipality = kName;
    write.call.about = write.command.method;
    const auto done = nodes_.AskAndWait(node, write);
    EXPECT_TRUE(done) << "the node does not run";
    Pull();
    return done->answer.results.empty() ? "" : done->answer.results.front();
  }
  void RepeatLast(int node) { Ask(node, Write(nodes_.history().writes().back())); }
  // The index of the write that was just asked for.
  size_t At(const std::string&) { return nodes_.history().writes().size() - 1; }
  void Look(int node) {
    Read read;
    read.call.client = "tester";
    read.call.municipality = kName;
    read.call.about = "ListDeployments";
    read.caller.member = In(kName, "members/chair");
    read.min_revision = nodes_.Newest(kName);
    read.look = [](const domain::Picture& picture, const domain::Audience& audience) {
      v1::ListDeploymentsRequest request;
      request.set_municipality(kName);
      v1::ListDeploymentsResponse response;
      domain::ListDeployments(request, picture, audience, &response).IgnoreError();
      return response.SerializeAsString();
    };
    EXPECT_TRUE(nodes_.Look(node, std::move(read)));
  }
  void Follow() {
    watch_.client = "watcher";
    watch_.municipality = kName;
    watch_.caller.member = In(kName, "members/landlord");
    v1::WatchRequest request;
    request.set_municipality(kName);
    feed_ = *nodes_.Get(0)->engine.FeedOf(kName);
    follower_ = *feed_->Follow(watch_.caller, request);
    watch_.steps.push_back({nodes_.history().Now(), 0, 2, true, {}});
    Pull();
  }
  void Pull() {
    EXPECT_TRUE(nodes_.Settle());
    for (;;) {
      const auto frame = follower_->Next();
      EXPECT_TRUE(frame.ok()) << frame.status();
      if (!frame.ok() || *frame == nullptr) return;
      Watch::Step step{nodes_.history().Now(), 0, 2, false, {}};
      EXPECT_TRUE(step.response.ParseFromString(**frame));
      watch_.steps.push_back(std::move(step));
    }
  }

  // ---- Judging it.

  std::vector<Violation> Check() {
    History history;
    for (const Write& write : writes_) history.Add(write);
    for (const Read& read : reads_) history.Add(read);
    for (const Watch& watch : watches_) history.Add(watch);
    for (const absl::Time time : times_) history.AddTime(time);
    return CheckHistory(history, kName, journal_, 2);
  }
  Moment Later() { return nodes_.history().Now(); }
  Write& write(size_t index) { return writes_[index]; }
  domain::Revision RevisionOf(size_t index) { return writes_[index].answer.revision; }
  // The first step of the watch that gives a deployment, or takes something away.
  Watch::Step& StepThat(bool removes) {
    for (Watch::Step& step : watches_[0].steps) {
      const auto& given = step.response.upserted();
      const bool gives = std::any_of(given.begin(), given.end(),
                                     [](const v1::Entity& one) { return one.has_deployment(); });
      if (removes ? step.response.removed_size() > 0 : gives) return step;
    }
    ADD_FAILURE() << "no such step";
    return watches_[0].steps[0];
  }

  static constexpr char kName[] = "municipalities/0136";
  journal::MemoryJournalStore memory_;
  ManyNodes nodes_;
  int requests_ = 0;
  std::shared_ptr<watch::Feed> feed_;
  std::unique_ptr<watch::Follower> follower_;
  Watch watch_;
  std::string report_, first_, second_;
  size_t committed_ = 0, taken_ = 0, withdrawn_ = 0, unchanged_ = 0, last_ = 0;

  std::vector<journal::Entry> journal_;
  std::vector<Write> writes_;
  std::vector<Read> reads_;
  std::vector<Watch> watches_;
  std::vector<absl::Time> times_;
};

}  // namespace samsyn::simulation

#endif  // SAMSYN_TESTS_SIMULATION_MADE_UP_HISTORY_H_

#include "tests/simulation/many_conflicts.h"

#include <absl/strings/str_cat.h>
#include <gtest/gtest.h>
#include <samsyn/v1/deployment.pb.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "server/domain/deployment_rules.h"
#include "server/domain/names.h"
#include "server/domain/refusal.h"
#include "server/domain/report_rules.h"
#include "tests/simulation/town_of_many.h"

namespace samsyn::simulation {
namespace {

// One set of decisions of which one comes true.
struct Contest {
  std::string about;
  std::vector<Write> writes;
  std::map<v1::ErrorReason, int> losers;  // how many are to be told what
  bool same = false;                      // all are one request: all win
  bool told_to_whom = false;              // those who lose may see to whom
};

class Conflicts {
 public:
  Conflicts(ManyNodes& nodes, unsigned seed)
      : nodes_(nodes), municipality_(Municipality(nodes.codes().front())), random_(seed) {}

  void Run() {
    if (::testing::Test::HasFailure()) return;  // the nodes did not come up
    for (int unit = 0; unit < kUnits; ++unit) AddCommitments(unit);
    for (int i = 0; i < 20; ++i) AddDecisions();
    for (int unit = 0; unit < 5; ++unit) AddRivals(unit);
    for (int i = 0; i < 20; ++i) AddRepeats();
    EXPECT_TRUE(nodes_.Settle());
    AskAll();
    for (const Contest& contest : contests_) Expect(contest);
    nodes_.Judge();
  }

 private:
  template <typename Request>
  Write WriteOf(absl::string_view member, Request request,
                absl::Status (*rule)(const Request&, domain::Transaction&)) {
    request.set_request_id(domain::MadeId("conflicts", absl::StrCat(++requests_), 0));
    Write write;
    write.call.client = absl::StrCat("client ", requests_);
    write.call.municipality = municipality_;
    write.call.about = Request::descriptor()->name();
    write.command = CommandOf(In(municipality_, absl::StrCat("members/", member)), request, rule);
    return write;
  }
  // Asks for something that nobody contests; the name of what answers.
  std::string Make(const Write& write) {
    const std::vector<int> running = nodes_.Running();
    const auto done = nodes_.AskAndWait(running[requests_ % running.size()], write);
    EXPECT_TRUE(done && done->outcome == Outcome::kAcknowledged) << write.call.about;
    if (!done || done->answer.results.empty()) return "";
    last_ = done->answer.revision;
    return done->answer.results.front();
  }
  std::string Propose(absl::Duration ahead) {
    const absl::Time begin = nodes_.now() + ahead;
    v1::ProposeDeploymentRequest request;
    request.set_municipality(municipality_);
    v1::Deployment& deployment = *request.mutable_deployment();
    deployment.set_aim("Lugn kväll");
    deployment.set_kind(v1::Deployment::KIND_VISIBLE_PATROL);
    deployment.set_problem(In(municipality_, "problems/torget"));
    deployment.set_responsible_organisation(In(municipality_, "organisations/kommun"));
    *deployment.mutable_follow_up_due_time() = domain::TimestampOf(begin + absl::Hours(24 * 7));
    *deployment.mutable_window()->mutable_start_time() = domain::TimestampOf(begin);
    *deployment.mutable_window()->mutable_end_time() = domain::TimestampOf(begin + absl::Hours(2));
    return Make(WriteOf("chair", request, domain::ProposeDeployment));
  }
  Write Decision(const std::string& deployment, std::string etag = "") {
    v1::DecideDeploymentRequest request;
    request.set_name(deployment);
    request.set_etag(std::move(etag));
    return WriteOf("chair", request, domain::DecideDeployment);
  }
  Write Commitment(const std::string& deployment, int unit) {
    v1::CommitUnitRequest request;
    request.set_name(deployment);
    request.set_unit(In(municipality_, absl::StrCat("units/u", unit)));
    return WriteOf(DispatcherOf(unit), request, domain::CommitUnit);
  }

  // The same forty deployments for all units.
  void AddCommitments(int unit) {
    while (decided_.size() < 40) {
      decided_.push_back(Propose(absl::Hours(1)));
      Make(Decision(decided_.back()));
    }
    Contest contest;
    contest.about = absl::StrCat("unit u", unit, " for forty deployments");
    for (const std::string& name : decided_) contest.writes.push_back(Commitment(name, unit));
    contest.losers = {{v1::ERROR_REASON_UNIT_TAKEN, 39}};
    contest.told_to_whom = true;
    contests_.push_back(std::move(contest));
  }
  // The winner has said which version it means, or has not: the losers by it.
  void AddDecisions() {
    const std::string name = Propose(absl::Hours(5));
    const std::string etag = domain::EtagFor(last_);
    Contest contest;
    contest.about = absl::StrCat(name, " decided by twenty");
    for (int i = 0; i < 20; ++i) {
      contest.writes.push_back(Decision(name, i % 2 == 0 ? etag : ""));
    }
    contest.losers = {{v1::ERROR_REASON_ETAG_MISMATCH, 10}, {v1::ERROR_REASON_WRONG_STATE, 10}};
    contests_.push_back(std::move(contest));
  }
  void AddRivals(int unit) {
    Contest contest;
    contest.about = absl::StrCat("thirty-two deployments with unit u", unit);
    for (int i = 0; i < 32; ++i) {
      const std::string name = Propose(absl::Hours(10));
      Make(Commitment(name, unit));
      contest.writes.push_back(Decision(name));
    }
    contest.losers = {{v1::ERROR_REASON_UNIT_TAKEN, 31}};
    contests_.push_back(std::move(contest));
  }
  void AddRepeats() {
    v1::SubmitReportRequest request;
    request.set_municipality(municipality_);
    request.mutable_report()->set_category(v1::CATEGORY_DISORDER);
    request.mutable_report()->set_text("Stökigt vid torget");
    Contest contest;
    contest.writes.assign(10, WriteOf("reporter", request, domain::SubmitReport));
    contest.about = absl::StrCat("request ", contest.writes[0].command.request_id);
    contest.same = true;
    contests_.push_back(std::move(contest));
  }

  // Each node gets its share from a thread of its own, as fast as it goes.
  void AskAll() {
    std::vector<Write> all;
    for (const Contest& contest : contests_) {
      all.insert(all.end(), contest.writes.begin(), contest.writes.end());
    }
    ASSERT_EQ(all.size(), 1000u);
    std::shuffle(all.begin(), all.end(), random_);
    const std::vector<int> running = nodes_.Running();
    Mutex mutex;
    CondVar changed;
    size_t told = 0;
    std::vector<std::thread> threads;
    for (size_t node = 0; node < running.size(); ++node) {
      threads.emplace_back([&, node] {
        for (size_t i = node; i < all.size(); i += running.size()) {
          const bool asked = nodes_.Ask(running[node], all[i], [&](const Write& write) {
            MutexLock lock(mutex);
            answers_[{write.command.caller.member, write.command.request_id}].push_back(write);
            ++told;
            changed.SignalAll();
          });
          EXPECT_TRUE(asked);
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    MutexLock lock(mutex);
    while (told < all.size()) changed.Wait(mutex);
  }

  void Expect(const Contest& contest) {
    SCOPED_TRACE(contest.about);
    int winners = 0, losers = 0;
    std::map<v1::ErrorReason, int> told;
    std::set<domain::Revision> revisions;
    std::set<std::string> clashes;
    std::set<std::string> seen;
    for (const Write& write : contest.writes) {
      if (!seen.insert(write.command.request_id).second) continue;
      for (const Write& answer :
           answers_[{write.command.caller.member, write.command.request_id}]) {
        if (answer.outcome == Outcome::kAcknowledged) {
          ++winners;
          revisions.insert(answer.answer.revision);
          continue;
        }
        ++losers;
        const domain::Refusal refusal = domain::RefusalOf(answer.refusal);
        ++told[refusal.reason];
        if (refusal.reason == v1::ERROR_REASON_UNIT_TAKEN) {
          const auto clash = refusal.metadata.find("clash");
          clashes.insert(clash == refusal.metadata.end() ? "" : clash->second);
        }
      }
    }
    EXPECT_EQ(revisions.size(), 1u);
    EXPECT_EQ(winners, contest.same ? static_cast<int>(contest.writes.size()) : 1);
    EXPECT_EQ(losers, static_cast<int>(contest.writes.size()) - winners);
    EXPECT_LE(clashes.size(), 1u) << "all lost to the same";
    EXPECT_FALSE(contest.told_to_whom && clashes.contains("")) << "without being told to whom";
    for (const auto& [reason, count] : told) {
      const auto most = contest.losers.find(reason);
      EXPECT_TRUE(most != contest.losers.end() && count <= most->second)
          << v1::ErrorReason_Name(reason) << " " << count;
    }
  }

  ManyNodes& nodes_;
  const std::string municipality_;
  std::mt19937 random_;
  int requests_ = 0;
  domain::Revision last_ = 0;
  std::vector<std::string> decided_;
  std::vector<Contest> contests_;
  std::map<std::pair<std::string, std::string>, std::vector<Write>> answers_;
};

}  // namespace

void RunConflicts(ManyNodes& nodes, unsigned seed) { Conflicts(nodes, seed).Run(); }

}  // namespace samsyn::simulation

#include "tests/simulation/many_clients.h"

#include <absl/strings/str_cat.h>
#include <absl/time/clock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <thread>
#include <utility>

#include "server/domain/assignment_rules.h"
#include "server/domain/deployment_rules.h"
#include "server/domain/lists.h"
#include "server/domain/names.h"
#include "server/domain/report_rules.h"
#include "tests/testing/eventually.h"

namespace samsyn::simulation {
namespace {

constexpr int kTries = 4;  // of a call, on one node or another
// So long a request is repeated: nodes keep answers for an hour, and the clock goes on meanwhile.
constexpr absl::Duration kRepeated = absl::Minutes(30);

// Whether somebody who gets this answer asks no more.
bool IsSettled(const Write& write) {
  return write.outcome == Outcome::kAcknowledged ||
         (write.outcome == Outcome::kRefused && IsOfTheRule(write.refusal));
}

}  // namespace

void Progress::Await(const int& count, int more) {
  const absl::Time limit = absl::Now() + absl::Minutes(1);
  MutexLock lock(mutex_);
  const int wanted = count + more;
  while (count < wanted && absl::Now() < limit) changed_.WaitFor(mutex_, limit - absl::Now());
  EXPECT_GE(count, wanted) << "nothing goes on";
}

// ---- Asking.

std::string Client::NextId() { return domain::MadeId(name_, absl::StrCat(++requests_), 0); }

// A node that runs; waits for one.
int Client::AnyNode() {
  for (;;) {
    const std::vector<int> running = nodes_.Running();
    if (!running.empty()) return running[Pick(static_cast<int>(running.size()))];
    rung_ = nodes_.bell().Wait(rung_);
  }
}

std::optional<Write> Client::Once(const Write& write) {
  auto done = nodes_.AskAndWait(AnyNode(), write);
  if (done && done->outcome == Outcome::kAcknowledged) {
    last_ = std::max(last_, done->answer.revision);
    ++acknowledged_;
  }
  return done;
}

std::optional<Write> Client::Insist(Write write) {
  write.call.asked = nodes_.now();
  const auto may_repeat = [&] { return nodes_.now() < write.call.asked + kRepeated; };
  std::optional<Write> done;
  bool doubtful = false;
  for (int i = 0; i < kTries && may_repeat() && !(done && IsSettled(*done)); ++i) {
    if (i > 1) rung_ = nodes_.bell().Wait(rung_);  // until something goes on, if nothing does
    done = Once(write);
    doubtful = doubtful || (done && done->outcome == Outcome::kUnknown);
  }
  if (doubtful && !(done && IsSettled(*done))) unsettled_.push_back(write);
  if (Pick(6) == 0 && may_repeat()) Once(write);
  return done;
}

void Client::Settle() {
  for (const Write& write : std::exchange(unsettled_, {})) {
    if (nodes_.now() >= write.call.asked + kRepeated) continue;  // nobody comes back so late
    std::optional<Write> done;
    const bool settled = testing::Eventually([&] {
      done = Once(write);
      return done && IsSettled(*done);
    });
    ASSERT_TRUE(settled) << name_ << ": " << write.call.about
                         << " stays unknown: " << (done ? done->refusal : absl::OkStatus());
  }
}

std::optional<std::string> Client::Look(absl::string_view member, Read read) {
  read.call.client = name_;
  read.call.municipality = municipality_;
  read.caller.member = MemberOf(member);
  read.min_revision = Pick(2) == 0 ? last_ : 0;
  auto done = nodes_.Look(AnyNode(), std::move(read));
  if (!done) return std::nullopt;
  return std::move(done->answer);
}

// ---- What a client does.

int Client::Step() {
  const int before = acknowledged_;
  DoOneThing();
  return acknowledged_ - before;
}

void Client::DoOneThing() {
  const int drawn = Pick(100);
  if (drawn < 20) return Report();
  if (drawn < 32) return Review();
  if (drawn < 38) return Amend();
  if (drawn < 48) return Propose();
  if (drawn < 68) return CommitOrWithdraw();
  if (drawn < 82) return Decide();
  if (drawn < 84) return Cancel();
  if (drawn < 97) return Answer();
  nodes_.Advance(absl::Minutes(1 + Pick(9)));
}

void Client::Report() {
  constexpr const char* kReporters[] = {"reporter", "police", "landlord", "screen"};
  constexpr v1::ReleaseClass kClasses[] = {v1::RELEASE_CLASS_UNSPECIFIED, v1::RELEASE_CLASS_PARTNER,
                                           v1::RELEASE_CLASS_AUTHORITY,
                                           v1::RELEASE_CLASS_RESTRICTED};
  v1::SubmitReportRequest request;
  request.set_municipality(municipality_);
  v1::Report& report = *request.mutable_report();
  report.set_category(Pick(2) == 0 ? v1::CATEGORY_VANDALISM : v1::CATEGORY_DISORDER);
  report.set_text(absl::StrCat("Iakttagelse ", requests_, " av ", name_));
  report.set_area(In(municipality_, absl::StrCat("areas/", kAreas[Pick(2)])));
  if (const v1::ReleaseClass chosen = kClasses[Pick(4)]; chosen != v1::RELEASE_CLASS_UNSPECIFIED) {
    report.mutable_release()->set_release_class(chosen);
  }
  Do(kReporters[Pick(4)], request, domain::SubmitReport, "");
}

void Client::Review() {
  const auto all = List("reviewer", domain::ListReports);
  const v1::Report* const report = PickOf(all.reports());
  if (report == nullptr) return;
  v1::ReviewReportRequest request;
  request.set_name(report->name());
  if (Pick(3) > 0) request.set_etag(report->etag());
  request.set_verdict(Pick(4) == 0 ? v1::ReviewReportRequest::VERDICT_RETURN
                                   : v1::ReviewReportRequest::VERDICT_ACCEPT);
  request.set_note("Var det i går?");
  request.set_no_personal_data(true);
  Do("reviewer", request, domain::ReviewReport, report->name());
}

void Client::Amend() {
  const char* const member = Pick(2) == 0 ? "police" : "landlord";
  const auto all = List(member, domain::ListReports);
  const v1::Report* const report = PickOf(all.reports());
  if (report == nullptr) return;
  v1::AmendReportRequest request;
  *request.mutable_report() = *report;
  request.mutable_report()->set_text(absl::StrCat("Ändrad ", requests_, " av ", name_));
  request.set_etag(report->etag());
  Do(member, request, domain::AmendReport, report->name());
}

void Client::Propose() {
  const auto problems = List("chair", domain::ListProblems);
  const v1::Problem* const problem = PickOf(problems.problems());
  if (problem == nullptr) return;
  const absl::Time begin = nodes_.now() + absl::Minutes(30 * (1 + Pick(4)));
  v1::ProposeDeploymentRequest request;
  request.set_municipality(municipality_);
  v1::Deployment& deployment = *request.mutable_deployment();
  deployment.set_aim("Lugn kväll");
  deployment.set_kind(v1::Deployment::KIND_VISIBLE_PATROL);
  deployment.set_problem(problem->name());
  deployment.add_areas(In(municipality_, absl::StrCat("areas/", kAreas[Pick(2)])));
  deployment.set_responsible_organisation(In(municipality_, "organisations/kommun"));
  *deployment.mutable_follow_up_due_time() = domain::TimestampOf(begin + absl::Hours(24 * 7));
  *deployment.mutable_window()->mutable_start_time() = domain::TimestampOf(begin);
  *deployment.mutable_window()->mutable_end_time() = domain::TimestampOf(begin + absl::Hours(2));
  deployment.set_offer_after_read_back(Pick(5) == 0);
  Do(Pick(2) == 0 ? "chair" : "police", request, domain::ProposeDeployment, "");
}

// One of the deployments that are not over, the last read; null: none.
const v1::Deployment* Client::SomeDeployment(absl::string_view member,
                                             v1::ListDeploymentsResponse& response) {
  response = List(member, domain::ListDeployments);
  auto& all = *response.mutable_deployments();
  all.erase(std::remove_if(all.begin(), all.end(),
                           [](const v1::Deployment& one) {
                             return one.state() > v1::Deployment::STATE_ACTIVE;
                           }),
            all.end());
  return PickOf(all);
}

void Client::CommitOrWithdraw() {
  const int unit = Pick(kUnits);
  const std::string member = DispatcherOf(unit);
  v1::ListDeploymentsResponse all;
  const v1::Deployment* const deployment = SomeDeployment(member, all);
  if (deployment == nullptr) return;
  const std::string name = In(municipality_, absl::StrCat("units/u", unit));
  if (Pick(5) > 0) {
    v1::CommitUnitRequest request;
    request.set_name(deployment->name());
    request.set_unit(name);
    Do(member, request, domain::CommitUnit, absl::StrCat(deployment->name(), " ", name));
    return;
  }
  v1::WithdrawUnitRequest request;
  request.set_name(deployment->name());
  request.set_unit(name);
  request.set_reason("Behövs på annat håll");
  Do(member, request, domain::WithdrawUnit, absl::StrCat(deployment->name(), " ", name));
}

void Client::Decide() {
  v1::ListDeploymentsResponse all;
  const v1::Deployment* const deployment = SomeDeployment("chair", all);
  if (deployment == nullptr) return;
  v1::DecideDeploymentRequest request;
  request.set_name(deployment->name());
  request.set_etag(deployment->etag());
  Do("chair", request, domain::DecideDeployment, deployment->name());
}

void Client::Cancel() {
  v1::ListDeploymentsResponse all;
  const v1::Deployment* const deployment = SomeDeployment("coordinator", all);
  if (deployment == nullptr) return;
  v1::CancelDeploymentRequest request;
  request.set_name(deployment->name());
  request.set_etag(deployment->etag());
  request.set_reason("Inställd");
  Do("coordinator", request, domain::CancelDeployment, deployment->name());
}

// The field answers for its unit.
void Client::Answer() {
  const std::string member = absl::StrCat("f", Pick(kUnits));
  const auto all = List(member, domain::ListAssignments);
  const v1::Assignment* const assignment = PickOf(all.assignments());
  if (assignment == nullptr) return;
  v1::DeviceStamp stamp;
  stamp.set_operation_id(domain::MadeId(name_, absl::StrCat("operation ", requests_), 0));
  *stamp.mutable_device_time() = domain::TimestampOf(nodes_.now());
  stamp.set_definition_version(assignment->definition_version());
  stamp.set_status_version(assignment->status_version());
  if (Pick(2) == 0) {
    v1::AcknowledgeAssignmentRequest request;
    request.set_name(assignment->name());
    request.set_answer(Pick(4) == 0 ? v1::AcknowledgeAssignmentRequest::ANSWER_DECLINED
                                    : v1::AcknowledgeAssignmentRequest::ANSWER_ACCEPTED);
    request.set_reason("Upptagna");
    *request.mutable_stamp() = stamp;
    Do(member, request, domain::AcknowledgeAssignment, assignment->name());
    return;
  }
  constexpr v1::Assignment::State kStates[] = {
      v1::Assignment::STATE_EN_ROUTE, v1::Assignment::STATE_ON_SCENE, v1::Assignment::STATE_DONE};
  v1::UpdateAssignmentRequest request;
  request.set_name(assignment->name());
  request.set_state(kStates[Pick(3)]);
  *request.mutable_stamp() = stamp;
  Do(member, request, domain::UpdateAssignment, assignment->name());
}

// ---- Watching.

Watcher::Watcher(Nodes& nodes, std::string name, absl::string_view municipality,
                 absl::string_view member, std::vector<v1::EntityKind> kinds, unsigned seed)
    : nodes_(nodes), random_(seed) {
  watch_.client = std::move(name);
  watch_.municipality = std::string(municipality);
  watch_.caller.member = In(municipality, absl::StrCat("members/", member));
  watch_.kinds = std::move(kinds);
}

void Watcher::Run() {
  while (!Done()) {
    const std::vector<int> running = nodes_.Running();
    if (running.empty()) {
      rung_ = nodes_.bell().Wait(rung_);
    } else {
      FollowOn(running[Pick(static_cast<int>(running.size()))]);
    }
  }
  nodes_.history().Add(watch_);
}

bool Watcher::Done() {
  MutexLock lock(mutex_);
  if (client_.revision() == end_) return true;
  if (absl::Now() < give_up_) return false;
  ADD_FAILURE() << watch_.client << " stays at revision " << client_.revision();
  return true;
}

// What it follows goes on in silence for a while: it calls again, and is told where all stands.
void Watcher::End(domain::Revision revision) {
  MutexLock lock(mutex_);
  end_ = revision;
  give_up_ = absl::Now() + absl::Minutes(1);
  if (following_ != nullptr) following_->Interrupt();
}

// `end`: what was known of the end when it began to follow.
void Watcher::Hold(Following* following, domain::Revision end) {
  MutexLock lock(mutex_);
  following_ = following;
  if (end != end_) following->Interrupt();
}

void Watcher::LetGo() {
  MutexLock lock(mutex_);
  following_ = nullptr;
}

domain::Revision Watcher::end() {
  MutexLock lock(mutex_);
  return end_;
}

// Follows on a node for a while: breaks off wherever it may be in what is sent, or as the node
// ends.
void Watcher::FollowOn(int node) {
  v1::WatchRequest request;
  request.set_municipality(watch_.municipality);
  for (const v1::EntityKind kind : watch_.kinds) request.add_kinds(kind);
  request.set_resume_token(client_.token());
  const domain::Revision end_before = end();
  const std::unique_ptr<Following> following = nodes_.Follow(node, watch_.caller, request);
  if (following == nullptr) return;
  client_.Break();
  watch_.steps.push_back({nodes_.history().Now(), node, following->life, true, {}});
  Hold(following.get(), end_before);
  for (int left = 1 + Pick(30); left > 0 && !Done(); --left) {
    auto response = following->Next();
    if (!response) break;
    Watch::Step step{nodes_.history().Now(), node, following->life, false, *std::move(response)};
    client_.Take(step.response);
    watch_.steps.push_back(std::move(step));
  }
  LetGo();
}

// ---- All together.

namespace {

std::vector<std::unique_ptr<Watcher>> MakeWatchers(Nodes& nodes, const Plan& plan,
                                                   const std::string& municipality) {
  constexpr const char* kMembers[] = {"coordinator", "landlord", "police", "screen", "f0"};
  std::vector<std::unique_ptr<Watcher>> watchers;
  for (int i = 0; i < plan.watchers; ++i) {
    std::vector<v1::EntityKind> kinds;
    if (i % 3 == 2) kinds = {v1::ENTITY_KIND_DEPLOYMENT, v1::ENTITY_KIND_ASSIGNMENT};
    watchers.push_back(
        std::make_unique<Watcher>(nodes, absl::StrCat("watcher ", i), municipality, kMembers[i % 5],
                                  kinds, plan.seed * 1000 + 500 + static_cast<unsigned>(i)));
  }
  return watchers;
}

}  // namespace

void RunTogether(Nodes& nodes, const Plan& plan) {
  if (::testing::Test::HasFailure()) return;  // they did not come up
  std::vector<std::unique_ptr<Client>> clients;
  std::vector<std::pair<std::string, std::unique_ptr<Watcher>>> watchers;
  for (const std::string& code : nodes.codes()) {
    const std::string municipality = Municipality(code);
    for (int i = 0; i < plan.clients; ++i) {
      const auto number = static_cast<unsigned>(clients.size());
      clients.push_back(std::make_unique<Client>(nodes, absl::StrCat("client ", number),
                                                 municipality, plan.seed * 1000 + number));
    }
    for (auto& watcher : MakeWatchers(nodes, plan, municipality)) {
      watchers.emplace_back(municipality, std::move(watcher));
    }
  }
  Progress progress;
  std::vector<std::thread> watching, working;
  for (auto& [municipality, watcher] : watchers) {
    watching.emplace_back([&watcher = *watcher] { watcher.Run(); });
  }
  for (const auto& client : clients) {
    working.emplace_back([&client = *client, &progress, &plan] {
      for (int i = 0; i < plan.steps || !progress.ended(); ++i) progress.Step(client.Step());
    });
  }
  if (plan.beside) plan.beside(progress);
  progress.End();
  for (std::thread& thread : working) thread.join();
  for (const auto& client : clients) client->Settle();
  nodes.Settle();
  for (auto& [municipality, watcher] : watchers) watcher->End(nodes.Newest(municipality));
  nodes.bell().Ring();
  for (std::thread& thread : watching) thread.join();
  nodes.Judge();
}

}  // namespace samsyn::simulation

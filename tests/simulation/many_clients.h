// Who uses several nodes at once: clients that read, report, decide and answer through any of them,
// and watchers that go from one to another; each with what it draws from its seed.
#ifndef SAMSYN_TESTS_SIMULATION_MANY_CLIENTS_H_
#define SAMSYN_TESTS_SIMULATION_MANY_CLIENTS_H_

#include <absl/strings/string_view.h>
#include <samsyn/v1/assignment.pb.h>
#include <samsyn/v1/deployment.pb.h>
#include <samsyn/v1/report.pb.h>

#include <functional>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "server/base/mutex.h"
#include "tests/simulation/nodes.h"
#include "tests/simulation/town_of_many.h"
#include "tests/testing/model_client.h"

namespace samsyn::simulation {

// How far the clients have come, for what happens beside them. Thread-safe.
class Progress {
 public:
  // A client has done something; so many of its writes were acknowledged.
  void Step(int acknowledged) {
    MutexLock lock(mutex_);
    ++steps_;
    acknowledged_ += acknowledged;
    changed_.SignalAll();
  }
  // Waits until so many more things were done, whatever came of them …
  void AwaitSteps(int more) { Await(steps_, more); }
  // … and so many more writes were acknowledged. With a failure if that takes a minute.
  void AwaitAcknowledged(int more) { Await(acknowledged_, more); }

  // Nothing more happens beside the clients.
  void End() {
    MutexLock lock(mutex_);
    ended_ = true;
  }
  bool ended() {
    MutexLock lock(mutex_);
    return ended_;
  }

 private:
  void Await(const int& count, int more);

  Mutex mutex_;
  CondVar changed_;
  int steps_ = 0, acknowledged_ = 0;  // under the mutex
  bool ended_ ABSL_GUARDED_BY(mutex_) = false;
};

// One client, perhaps of many members. Not thread-safe.
class Client {
 public:
  Client(Nodes& nodes, std::string name, std::string municipality, unsigned seed)
      : nodes_(nodes),
        name_(std::move(name)),
        municipality_(std::move(municipality)),
        random_(seed) {}

  // Does one thing, as drawn; how many writes were acknowledged.
  int Step();
  // Repeats what is not known to have happened or not, until it is, unless that was long ago; with
  // a failure if it never is.
  void Settle();

  // Asks for something as a member: some node, and while it is not known what came of it others,
  // a few times. Now and then once more without need.
  template <typename Request>
  std::optional<Write> Do(absl::string_view member, Request request,
                          absl::Status (*rule)(const Request&, domain::Transaction&),
                          absl::string_view about) {
    request.set_request_id(NextId());
    Write write;
    write.call.client = name_;
    write.call.municipality = municipality_;
    write.call.about = absl::StrCat(Request::descriptor()->name(), " ", about);
    write.request = std::make_shared<const Request>(request);
    write.command = CommandOf(MemberOf(member), request, rule);
    return Insist(std::move(write));
  }
  // Lists from some node, half of the time what it has changed itself, too; empty: nobody answers.
  template <typename Request, typename Response>
  Response List(absl::string_view member,
                absl::Status (*list)(const Request&, const domain::View&, const domain::Audience&,
                                     Response*)) {
    Request request;
    request.set_municipality(municipality_);
    request.set_page_size(1000);
    Read read;
    read.call.about = Request::descriptor()->name();
    read.request = std::make_shared<const Request>(request);
    read.response = &Response::default_instance();
    read.look = [list, request](const domain::Picture& picture, const domain::Audience& audience) {
      Response shown;
      list(request, picture, audience, &shown).IgnoreError();
      return shown.SerializeAsString();
    };
    Response response;
    const auto bytes = Look(member, std::move(read));
    if (bytes) response.ParseFromString(*bytes);
    return response;
  }

 private:
  int Pick(int below) { return static_cast<int>(random_() % below); }
  template <typename T>
  const T* PickOf(const google::protobuf::RepeatedPtrField<T>& all) {
    return all.empty() ? nullptr : &all.Get(Pick(all.size()));
  }
  std::string MemberOf(absl::string_view id) const {
    return In(municipality_, absl::StrCat("members/", id));
  }
  std::string NextId();
  int AnyNode();
  std::optional<Write> Insist(Write write);
  std::optional<Write> Once(const Write& write);
  std::optional<std::string> Look(absl::string_view member, Read read);

  void DoOneThing();
  void Report();
  void Review();
  void Amend();
  void Propose();
  void CommitOrWithdraw();
  void Decide();
  void Cancel();
  void Answer();
  const v1::Deployment* SomeDeployment(absl::string_view member,
                                       v1::ListDeploymentsResponse& response);

  Nodes& nodes_;
  const std::string name_;
  const std::string municipality_;
  std::mt19937 random_;
  int requests_ = 0;
  domain::Revision last_ = 0;  // that it changed
  int acknowledged_ = 0;
  int64_t rung_ = 0;  // of the bell, when it last had to wait
  std::vector<Write> unsettled_;
};

// One watcher. `Run` ends when it has the revision that `End` gave.
class Watcher {
 public:
  Watcher(Nodes& nodes, std::string name, absl::string_view municipality, absl::string_view member,
          std::vector<v1::EntityKind> kinds, unsigned seed);

  // On a thread of its own.
  void Run();
  // From any thread: nothing comes after this revision.
  void End(domain::Revision revision);

 private:
  bool Done();
  void FollowOn(int node);
  void Hold(Following* following, domain::Revision end);
  void LetGo();
  domain::Revision end();
  int Pick(int below) { return static_cast<int>(random_() % below); }

  Nodes& nodes_;
  Watch watch_;
  testing::ModelClient client_;
  std::mt19937 random_;
  int64_t rung_ = 0;
  Mutex mutex_;
  domain::Revision end_ ABSL_GUARDED_BY(mutex_) = -1;
  Following* following_ ABSL_GUARDED_BY(mutex_) = nullptr;
  absl::Time give_up_ ABSL_GUARDED_BY(mutex_) = absl::InfiniteFuture();
};

struct Plan {
  unsigned seed = 1;
  int clients = 3;   // of each municipality
  int steps = 60;    // of each client, at least; more while something happens beside
  int watchers = 3;  // of each municipality
  // What happens beside the clients, on the thread that calls; when it returns, all is well again.
  std::function<void(Progress&)> beside;
};

// Runs all of it to its end and judges the history.
void RunTogether(Nodes& nodes, const Plan& plan);

}  // namespace samsyn::simulation

#endif  // SAMSYN_TESTS_SIMULATION_MANY_CLIENTS_H_

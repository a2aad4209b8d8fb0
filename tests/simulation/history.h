// What the clients of several nodes saw: every call with its beginning and its end on one clock,
// every response of every watch. history_checker.h judges it together with the journal.
#ifndef SAMSYN_TESTS_SIMULATION_HISTORY_H_
#define SAMSYN_TESTS_SIMULATION_HISTORY_H_

#include <absl/status/statusor.h>
#include <absl/strings/string_view.h>
#include <absl/time/time.h>
#include <google/protobuf/message.h>
#include <samsyn/v1/watch.pb.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "server/base/mutex.h"
#include "server/domain/visibility.h"
#include "server/engine/engine.h"

namespace samsyn::simulation {

// A moment of the clients' common clock: what has a smaller one happened before.
using Moment = int64_t;
inline constexpr Moment kNever = std::numeric_limits<Moment>::max();

// Who called whom, from when to when.
struct Call {
  std::string client;
  int node = 0;
  int life = 0;  // of the node: how often it had been started
  std::string municipality;
  Moment invoked = 0;
  Moment returned = kNever;
  absl::Time asked, told;  // the same by the clock of the nodes
  std::string about;       // for people: what was called, about what
};

enum class Outcome {
  kUnknown,       // nobody came back, or the answer says that it is not known
  kAcknowledged,  // it is committed
  kRefused,       // nothing was changed
};

// A call that was to change something; a repeat is one of its own, with the same command.
struct Write {
  Call call;
  std::shared_ptr<const google::protobuf::Message> request;  // for who asks with that
  engine::Command command;
  Outcome outcome = Outcome::kUnknown;
  engine::Answer answer;       // where it was acknowledged
  bool only_revision = false;  // of the answer is known
  absl::Status refusal;        // where it was not
};

// Enters how a write ended.
void Conclude(absl::StatusOr<engine::Answer> answer, Write& write);
// Whether a refusal follows from the picture. Else the node says it of itself, that it is stopping
// or cannot write.
bool IsOfTheRule(const absl::Status& refusal);

// A call that was answered from the picture.
struct Read {
  Call call;
  domain::Caller caller;
  domain::Revision min_revision = 0;
  domain::Revision revision = 0;
  std::shared_ptr<const google::protobuf::Message> request;  // for who asks with that,
  const google::protobuf::Message* response = nullptr;       // and what is answered
  std::string answer;                                        // as bytes, without the revision
  // The same answer from any picture; depends on its arguments only.
  std::function<std::string(const domain::Picture&, const domain::Audience&)> look;
};

// What one watcher received, on one node after the other.
struct Watch {
  struct Step {
    Moment at = 0;
    int node = 0;
    int life = 0;
    bool follows = false;        // it called, or called again; what was not whole is forgotten
    v1::WatchResponse response;  // else this came
  };

  std::string client;
  std::string municipality;
  domain::Caller caller;
  std::vector<v1::EntityKind> kinds;  // that it asked for; empty: all
  std::vector<Step> steps;
};

// Thread-safe. What was added is read when nobody adds any more.
class History {
 public:
  // Later than all moments before.
  Moment Now() { return ++now_; }

  void Add(Write write);
  void Add(Read read);
  void Add(Watch watch);
  // The clock of the nodes was set.
  void AddTime(absl::Time time);

  const std::vector<Write>& writes() const ABSL_NO_THREAD_SAFETY_ANALYSIS { return writes_; }
  const std::vector<Read>& reads() const ABSL_NO_THREAD_SAFETY_ANALYSIS { return reads_; }
  const std::vector<Watch>& watches() const ABSL_NO_THREAD_SAFETY_ANALYSIS { return watches_; }
  const std::vector<absl::Time>& times() const ABSL_NO_THREAD_SAFETY_ANALYSIS { return times_; }

 private:
  std::atomic<Moment> now_{0};
  Mutex mutex_;
  std::vector<Write> writes_ ABSL_GUARDED_BY(mutex_);
  std::vector<Read> reads_ ABSL_GUARDED_BY(mutex_);
  std::vector<Watch> watches_ ABSL_GUARDED_BY(mutex_);
  std::vector<absl::Time> times_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace samsyn::simulation

#endif  // SAMSYN_TESTS_SIMULATION_HISTORY_H_

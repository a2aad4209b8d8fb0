// Carries wake-ups to the browsers' push services: HTTP requests without content, a few at once,
// tried again where that can help, and never longer than they are worth.
#ifndef SAMSYN_SERVER_PUSH_SENDER_H_
#define SAMSYN_SERVER_PUSH_SENDER_H_

#include <absl/strings/string_view.h>
#include <absl/time/time.h>

#include <functional>
#include <memory>
#include <string>

namespace samsyn::push {

struct WakeUp {
  std::string endpoint;
  std::string authorization;
  std::string topic;    // at most 32 characters of base64url: a later one takes its place
  absl::Time deadline;  // by the machine's clock: of no use after that
};

enum class Outcome {
  kTaken,    // the push service has it
  kGone,     // there is no such subscription any more
  kGivenUp,  // refused, or not taken in time
};

struct SenderOptions {
  size_t waiting = 1000;  // wake-ups not yet taken; more are refused
  int at_once = 16;
  int tries = 4;
  absl::Duration first_pause = absl::Seconds(2);  // before the second try; then doubled
  absl::Duration connect_limit = absl::Seconds(5);
  absl::Duration answer_limit = absl::Seconds(15);
};

// Thread-safe. One thread of its own.
class Sender {
 public:
  explicit Sender(SenderOptions options = {});
  ~Sender();  // as Stop
  Sender(const Sender&) = delete;
  Sender& operator=(const Sender&) = delete;

  // Takes a wake-up; `done` is called once, from the sender's thread, unless the sender is stopped
  // before. False, and never called, when too many wait.
  using Done = std::function<void(Outcome, long http_status)>;
  bool Send(WakeUp wake_up, Done done);
  // Lets go of what is not sent. Idempotent.
  void Stop();

 private:
  struct Impl;
  const std::unique_ptr<Impl> impl_;
};

}  // namespace samsyn::push

#endif  // SAMSYN_SERVER_PUSH_SENDER_H_

// Asks the feed again and again by the source's rules: never more often than once a minute, slower
// when it says so, not at all once it is gone.
#ifndef SAMSYN_CLIENTS_CONNECTORS_POLISEN_POLL_H_
#define SAMSYN_CLIENTS_CONNECTORS_POLISEN_POLL_H_

#include <absl/status/status.h>
#include <absl/time/time.h>
#include <absl/types/optional.h>

#include <functional>

#include "clients/connectors/polisen_import.h"
#include "clients/connectors/source.h"

namespace samsyn::connectors {

inline constexpr absl::Duration kPollLeast = absl::Seconds(60);
inline constexpr absl::Duration kPollMost = absl::Hours(1);

// When to ask next. Not thread-safe.
class PollSchedule {
 public:
  // Shorter intervals than a minute become a minute.
  explicit PollSchedule(absl::Duration interval);

  // How long to wait after an attempt ended so; nothing: never again.
  absl::optional<absl::Duration> After(const Fetched& fetched);

 private:
  const absl::Duration interval_;
  absl::Duration wait_;  // doubles with every failure
};

// What polling needs of the world.
struct PollHooks {
  std::function<Fetched()> fetch;
  std::function<absl::Time()> now;
  std::function<bool(absl::Duration)> wait;  // false: stop polling
  // After every attempt; when the next one follows, unless there is none.
  std::function<void(const ImportSummary&, absl::optional<absl::Duration> next)> report;
};

// Polls until `wait` says to stop (OK) or the source is gone (NotFound).
absl::Status PollPolisen(PolisenImporter& importer, PollSchedule schedule, const PollHooks& hooks);

}  // namespace samsyn::connectors

#endif  // SAMSYN_CLIENTS_CONNECTORS_POLISEN_POLL_H_

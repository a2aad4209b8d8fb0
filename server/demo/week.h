// The dates of the play: the Fridays around now, on Stockholm's wall clock.
#ifndef SAMSYN_SERVER_DEMO_WEEK_H_
#define SAMSYN_SERVER_DEMO_WEEK_H_

#include <absl/time/civil_time.h>
#include <absl/time/time.h>

namespace samsyn::demo {

class Week {
 public:
  explicit Week(absl::Time now);

  // Wall clock time of a day; (day + 1, 0, 30) is half past midnight.
  absl::Time At(absl::CivilDay day, int hour, int minute = 0) const;
  // The same wall clock time, whole weeks later.
  absl::Time Later(absl::Time time, int64_t weeks) const;

  absl::Time now() const { return now_; }
  absl::TimeZone zone() const { return zone_; }
  // The Friday to come; on a Friday that day.
  absl::CivilDay next_friday() const { return next_friday_; }
  // The Friday before: its meeting has been held.
  absl::CivilDay last_friday() const { return next_friday_ - 7; }
  // Twelve weeks before now: what is told begins here.
  absl::Time begin() const { return Later(now_, -12); }

 private:
  const absl::Time now_;
  absl::TimeZone zone_;
  absl::CivilDay next_friday_;
};

}  // namespace samsyn::demo

#endif  // SAMSYN_SERVER_DEMO_WEEK_H_

// Who is to be woken because a unit does not answer (domain.md §5): what goes wrong before anybody
// is on place, and nothing else, so that a phone that rings at night is worth looking at.
//
// - EXPIRED (obesvarat): the dispatchers of the unit's organisation and whoever leads the night,
//   once; what was to be answered by the same time is one alert.
// - DECLINED (kan inte): the same, but for the one who said it: a hole that somebody must fill.
// - OFFERED and out of reach (nås inte – ring): the dispatchers alone, at once, for nobody else
//   will tell the unit. If that does not help, it expires, and the night lead hears of it.
//
// Nobody is woken for what he does not see: being woken would tell him of it. Of what was changed,
// called back or handed over nobody is woken: somebody is at work there.
#ifndef SAMSYN_SERVER_DOMAIN_ALERTS_H_
#define SAMSYN_SERVER_DOMAIN_ALERTS_H_

#include <absl/strings/string_view.h>
#include <absl/time/time.h>

#include <string>
#include <vector>

#include "server/domain/picture.h"

namespace samsyn::domain {

// So long after it went wrong an alert is worth sending.
inline constexpr absl::Duration kAlertKept = absl::Minutes(30);

struct Alert {
  std::string about;                 // the same for as long as it is the same alert
  std::vector<std::string> members;  // sorted
  absl::Time until;                  // of no use after that
};

// The alerts that are worth sending now; several may be about the same.
std::vector<Alert> AlertsIn(const View& view, absl::Time now);

}  // namespace samsyn::domain

#endif  // SAMSYN_SERVER_DOMAIN_ALERTS_H_

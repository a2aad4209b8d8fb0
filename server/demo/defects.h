// The landlord's properties in the demonstration, what is broken there and how its repair goes, and
// what is planned.
#ifndef SAMSYN_SERVER_DEMO_DEFECTS_H_
#define SAMSYN_SERVER_DEMO_DEFECTS_H_

#include <absl/time/time.h>
#include <samsyn/v1/directory.pb.h>

#include <string>
#include <vector>

#include "server/demo/director.h"
#include "server/demo/week.h"

namespace samsyn::demo {

inline constexpr int kDefectsAndEvents = 7;  // reports

// Properties, addresses and entrances, each after what it lies in.
std::vector<v1::Area> Places(const Director& director);

// Adds the steps of the defects, of their repair, and of the planned events.
void PlayDefectsAndEvents(Director& director, const Week& week);

// Adds the steps of the repair of a report, if it is of a defect: most are fixed after some days.
// `number` tells them apart.
void PlayRepair(Director& director, const std::string& report, absl::Time time, size_t number);

}  // namespace samsyn::demo

#endif  // SAMSYN_SERVER_DEMO_DEFECTS_H_

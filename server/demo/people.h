// Who takes part in the demonstration: kommunen and polisen, the others invented; no person has a
// name.
#ifndef SAMSYN_SERVER_DEMO_PEOPLE_H_
#define SAMSYN_SERVER_DEMO_PEOPLE_H_

#include <absl/status/statusor.h>
#include <samsyn/v1/directory.pb.h>

#include "server/demo/director.h"
#include "server/demo/week.h"

namespace samsyn::demo {

// The source of the police's moved events, so that a real import never meets them.
inline constexpr char kMovedPoliceUri[] = "https://polisen.se/api/events#demonstration";
// The landlord's system for fault reports.
inline constexpr char kLandlordSystemUri[] = "https://felanmalan.exempelbostader.example/arenden";

// The whole set-up, areas included.
absl::StatusOr<v1::Setup> HaningeSetup(const Director& director);

// The shifts of the evening of a day, and who says them.
struct ShiftOf {
  std::string member;
  v1::Shift shift;
};
std::vector<ShiftOf> EveningShifts(const Director& director, const Week& week, absl::CivilDay day);

}  // namespace samsyn::demo

#endif  // SAMSYN_SERVER_DEMO_PEOPLE_H_

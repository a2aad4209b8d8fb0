// The steps and outcomes that are about permits, objects and shifts (R4).
#include <absl/strings/numbers.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>
#include <absl/strings/str_split.h>

#include <algorithm>

#include "server/domain/directory_rules.h"
#include "tests/scenario/play.h"

namespace samsyn::scenario {
namespace {

using testing::AreaName;
using testing::kMunicipality;
using testing::UnitName;

// A square of a tenth of a degree of longitude and half of it of latitude.
v1::Area SquareAt(const std::string& id, double south, double west, double size) {
  v1::Area area;
  area.set_name(AreaName(id));
  area.set_display_name(id);
  area.set_kind(v1::Area::KIND_DISTRICT);
  for (const auto& [north, east] : {std::pair{0, 0}, {0, 1}, {1, 1}, {1, 0}, {0, 0}}) {
    v1::LatLng& point = *area.mutable_polygon()->add_points();
    point.set_latitude_deg(south + north * size / 2);
    point.set_longitude_deg(west + east * size);
  }
  return area;
}

// "fre–lör": the days of the week, 1 Monday.
bool ReadDays(const std::string& text, v1::PermitHours* hours) {
  static const auto* const kDays =
      new std::vector<std::string>{"mån", "tis", "ons", "tor", "fre", "lör", "sön"};
  const std::vector<std::string> ends = absl::StrSplit(text, "–");
  const auto from = std::find(kDays->begin(), kDays->end(), ends.front());
  const auto to = std::find(kDays->begin(), kDays->end(), ends.back());
  if (from == kDays->end() || to == kDays->end()) return false;
  for (auto day = from; day <= to; ++day) {
    hours->add_iso_weekdays(static_cast<int>(day - kDays->begin()) + 1);
  }
  return true;
}

}  // namespace

void Player::AddGuards() {
  world_.AddOrganisation("vakt", v1::ORGANISATION_KIND_SECURITY_COMPANY, false);
  world_.AddOrganisation("nattvandrarna", v1::ORGANISATION_KIND_ASSOCIATION, false);
  world_.AddMember("guards", "vakt", {v1::ROLE_DISPATCHER});
  world_.AddMember("walkers", "nattvandrarna", {v1::ROLE_DISPATCHER});
  const auto add = [this](const char* id, const char* organisation, v1::Unit::Power power,
                          std::initializer_list<absl::string_view> directing) {
    world_.AddUnit(id, organisation, directing);
    auto unit = world_.Now<v1::Unit>(UnitName(id));
    unit.set_power(power);
    world_.Put(unit);
  };
  add("ordning", "vakt", v1::Unit::POWER_PUBLIC_ORDER_GUARD, {"polisen"});
  add("vaktare", "vakt", v1::Unit::POWER_GUARD, {});
  add("vandrare", "nattvandrarna", v1::Unit::POWER_VOLUNTEER, {});
  world_.Put(SquareAt("handen", 59.10, 18.10, 0.1));
  world_.Put(SquareAt("brandbergen", 59.10, 18.20, 0.1));
  world_.Put(SquareAt("jordbro", 59.10, 18.00, 0.1));
  v1::Area square = SquareAt("torget", 59.12, 18.15, 0.01);
  square.set_parent(AreaName("handen"));
  world_.Put(square);
  world_.AddArea("parken");
}

absl::Status Player::Permit(const std::string& who, const Words& what) {
  v1::Permit permit;
  permit.set_number(After(what, "permit"));
  permit.add_areas(AreaName(After(what, "in")));
  const std::string unit = UnitName(After(what, "of"));
  if (what[0] == "records") {
    if (!ReadWindow(what, permit.mutable_window())) return Unreadable(what);
    v1::RecordPermitRequest request;
    request.set_unit(unit);
    *request.mutable_permit() = permit;
    return world_.Do(who, request, domain::RecordPermit);
  }
  const std::string days = After(what, "from");
  if (!days.empty()) {
    const Words clock = absl::StrSplit(After(what, "from", days), "–");
    v1::PermitHours& hours = *permit.add_hours();
    if (clock.size() != 2 || !ReadDays(days, &hours)) return Unreadable(what);
    hours.set_start_wall_time(clock[0]);
    hours.set_end_wall_time(clock[1]);
  }
  v1::UpsertUnitRequest request;
  *request.mutable_unit() = world_.Now<v1::Unit>(unit);
  *request.mutable_unit()->add_permits() = permit;
  return world_.Do(who, request, domain::UpsertUnit);
}

absl::Status Player::Object(const std::string& who, const Words& what) {
  v1::UpsertUnitRequest request;
  *request.mutable_unit() = world_.Now<v1::Unit>(UnitName(After(what, "of")));
  request.mutable_unit()->add_objects(AreaName(After(what, "object")));
  return world_.Do(who, request, domain::UpsertUnit);
}

absl::Status Player::Register(const std::string& who, const Words& what) {
  v1::RegisterShiftRequest request;
  request.set_municipality(kMunicipality);
  v1::Shift& shift = *request.mutable_shift();
  int people = 0;
  if (!absl::SimpleAtoi(After(what, "registers"), &people) ||
      !ReadWindow(what, shift.mutable_window())) {
    return Unreadable(what);
  }
  shift.set_unit(UnitName(After(what, "of")));
  shift.set_people(people);
  request.set_on_behalf_of(Organisation(what));
  const absl::Status status = world_.Do(who, request, domain::RegisterShift);
  if (status.ok()) shifts_[After(what, "of")] = world_.results().front();
  return status;
}

absl::Status Player::TakeBack(const std::string& who, const Words& what) {
  v1::RegisterShiftRequest request;
  request.set_municipality(kMunicipality);
  *request.mutable_shift() = world_.Now<v1::Shift>(shifts_[After(what, "back")]);
  request.mutable_shift()->set_withdrawn(true);
  return world_.Do(who, request, domain::RegisterShift);
}

std::string Player::CheckWarned(const Words& words) {
  const auto deployment = world_.Now<v1::Deployment>(committed_.first);
  Words codes{"warned"};
  for (const v1::Commitment& commitment : deployment.commitments()) {
    if (commitment.unit() != committed_.second) continue;
    for (const int code : commitment.warnings()) {
      codes.push_back(v1::Gate::Code_Name(static_cast<v1::Gate::Code>(code)).substr(5));
    }
  }
  return Same("it", absl::StrJoin(codes, " "), absl::StrJoin(words, " "));
}

}  // namespace samsyn::scenario

// The steps and outcomes that are about permits, objects and shifts (R4), and about stops and what
// was delivered (R15).
#include <absl/strings/numbers.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>
#include <absl/strings/str_split.h>

#include <algorithm>

#include "server/domain/assignment_rules.h"
#include "server/domain/delivery.h"
#include "server/domain/directory_rules.h"
#include "server/domain/wall_clock.h"
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

bool Player::ReadStops(const Words& what, v1::Deployment& deployment) const {
  const std::string stops = After(what, "stops");
  if (stops.empty()) return true;
  deployment.clear_stops();
  const absl::Time start = domain::TimeOf(deployment.window().start_time());
  const absl::CivilDay day(absl::ToCivilDay(start, zone_));
  for (const absl::string_view time : absl::StrSplit(stops, ',')) {
    int hour = 0, minute = 0;
    const Words parts = absl::StrSplit(time, ':');
    if (parts.size() != 2 || !absl::SimpleAtoi(parts[0], &hour) ||
        !absl::SimpleAtoi(parts[1], &minute)) {
      return false;
    }
    v1::PlannedStop& stop = *deployment.add_stops();
    stop.set_area(deployment.areas(0));
    stop.set_minutes(15);
    *stop.mutable_start_time() =
        domain::TimestampOf(absl::FromCivil(absl::CivilMinute(day) + hour * 60 + minute, zone_));
  }
  return true;
}

absl::Status Player::MakeStop(const std::string& who, const Words& what) {
  const v1::Assignment assignment = Find(UnitFor(who, what), LetterIn(what));
  v1::AddFieldUpdateRequest request;
  request.set_name(assignment.name());
  int number = 0, minutes = 0;
  if (!absl::SimpleAtoi(After(what, "stop"), &number)) return Unreadable(what);
  request.set_stop(number);
  if (absl::SimpleAtoi(After(what, "minutes"), &minutes)) request.set_minutes_on_place(minutes);
  *request.mutable_stamp() = Stamp(who, what, assignment);
  return Send(who, [=, this] { return world_.Do(who, request, domain::AddFieldUpdate); });
}

std::string Player::CheckDelivery(const Words& words) {
  domain::Audience everybody;
  everybody.everything = true;
  const v1::Delivery delivery = domain::DeliveryOf(
      world_.picture(), everybody, world_.Now<v1::Deployment>(Named(words[0])), world_.now());
  const auto of = [&](int delivered, int planned, const char* what) {
    return absl::StrCat(words[0], " ", words[1], " ", delivered, " of ", planned, " ", what);
  };
  std::string told;
  if (words[1] == "made") {
    told = of(delivery.delivered_stops(), delivery.planned_stops(), "stops");
  } else if (words[1] == "delivered") {
    told = of(delivery.delivered_minutes(), delivery.planned_minutes(), "minutes");
  } else {
    told = absl::StrCat(words[0], " shows", delivery.gaps().empty() ? " no gap" : "");
    for (const v1::TimeWindow& gap : delivery.gaps()) {
      absl::StrAppend(&told, " gap ", domain::OnTheWall(domain::TimeOf(gap.start_time()), zone_),
                      absl::FormatTime("–%H:%M", domain::TimeOf(gap.end_time()), zone_));
    }
  }
  return Same("it", told, absl::StrJoin(words, " "));
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

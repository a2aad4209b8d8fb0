#include "server/analysis/repairs.h"

#include <absl/container/btree_map.h>
#include <absl/time/civil_time.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "server/domain/repair_rules.h"
#include "server/domain/report_shelves.h"
#include "server/domain/wall_clock.h"

namespace samsyn::analysis {
namespace {

constexpr int kDaysBack = 365;

// One area's repairs.
struct Tally {
  v1::RepairRow row;
  std::vector<double> days;  // from reported to fixed
};

double MedianOf(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

void CountOpen(const v1::Repair& repair, v1::RepairRow& row) {
  if (repair.state() == v1::Repair::STATE_REPORTED) {
    row.set_reported(row.reported() + 1);
  } else {
    row.set_ordered(row.ordered() + 1);
  }
  if (!row.has_oldest_open_time() ||
      domain::TimeOf(repair.open_time()) < domain::TimeOf(row.oldest_open_time())) {
    *row.mutable_oldest_open_time() = repair.open_time();
  }
}

}  // namespace

v1::GetRepairsResponse GetRepairs(const domain::View& view, const domain::Audience& audience,
                                  absl::string_view responsible, absl::Time now) {
  const absl::TimeZone zone = domain::ZoneOf(view, audience.municipality);
  const absl::Time since = absl::FromCivil(absl::ToCivilDay(now, zone) - kDaysBack, zone);
  absl::btree_map<std::pair<bool, std::string>, Tally> tallies;  // unlocated last
  const auto tally_of = [&](const v1::Report& report) -> Tally& {
    return tallies[{report.area().empty(), report.area()}];
  };
  domain::ForEachShelved(
      view, {v1::Report::KIND_PHYSICAL_DEFECT}, "", [&](const domain::EntityPtr& entity) {
        const v1::Report& report = entity->report();
        const v1::Repair& repair = report.repair();
        if (!domain::IsDefect(report) || !domain::SeesWhole(audience, *entity)) return true;
        if (!responsible.empty() && repair.responsible_organisation() != responsible) return true;
        if (repair.state() == v1::Repair::STATE_REPORTED ||
            repair.state() == v1::Repair::STATE_ORDERED) {
          CountOpen(repair, tally_of(report).row);
        } else if (repair.state() == v1::Repair::STATE_FIXED &&
                   domain::TimeOf(repair.close_time()) >= since) {
          tally_of(report).days.push_back(absl::FDivDuration(
              domain::TimeOf(repair.close_time()) - domain::TimeOf(repair.open_time()),
              absl::Hours(24)));
        }
        return true;
      });
  v1::GetRepairsResponse response;
  for (auto& [place, tally] : tallies) {
    v1::RepairRow& row = *response.add_rows();
    row = std::move(tally.row);
    row.set_area(place.second);
    row.set_fixed(static_cast<int>(tally.days.size()));
    if (!tally.days.empty()) row.set_median_days(MedianOf(std::move(tally.days)));
  }
  return response;
}

}  // namespace samsyn::analysis

#include "server/analysis/period.h"

#include <absl/time/civil_time.h>

#include <algorithm>
#include <memory>

#include "server/domain/policy.h"
#include "server/domain/wall_clock.h"

namespace samsyn::analysis {
namespace {

constexpr absl::Duration kWeek = absl::Hours(24 * 7);
// By so much may periods lap over one another, so that a week and its Friday evening still count
// as a week.
constexpr absl::Duration kLap = absl::Hours(24);

std::shared_ptr<const v1::Municipality> MunicipalityOf(const domain::View& view) {
  std::shared_ptr<const v1::Municipality> found;
  view.ForEach(v1::ENTITY_KIND_MUNICIPALITY, "", [&](const domain::EntityPtr& entity) {
    found = std::shared_ptr<const v1::Municipality>(entity, &entity->municipality());
    return false;
  });
  return found;
}

absl::Time WeeksBefore(absl::Time time, int weeks, absl::TimeZone zone) {
  return absl::FromCivil(absl::ToCivilSecond(time, zone) - int64_t{weeks} * 7 * 24 * 3600, zone);
}

// Whole weeks from one period to the next.
int Stride(absl::Duration length) {
  const auto weeks = static_cast<int>(absl::Ceil(length - kLap, kWeek) / kWeek);
  return std::max(1, weeks);
}

}  // namespace

Period PeriodOf(const domain::View& view) {
  Period period;
  const auto municipality = MunicipalityOf(view);
  if (municipality == nullptr || !municipality->has_situation_time()) return period;
  const absl::TimeZone zone = domain::ZoneOf(view, municipality->name());
  const absl::Time moved = domain::TimeOf(municipality->situation_time());
  const auto closed = domain::LastClosedMeeting(view);
  period.start = closed != nullptr ? domain::TimeOf(closed->close_time()) : moved - kWeek;
  const auto open = domain::OpenMeeting(view);
  period.end = open != nullptr ? domain::TimeOf(open->open_time())
                               : domain::NextMorning(std::max(moved, period.start), zone);
  period.end = std::max(period.end, period.start);
  const int stride = Stride(period.end - period.start);
  for (int i = kWeeksCompared / stride; i > 0; --i) {
    period.earlier.emplace_back(WeeksBefore(period.start, i * stride, zone),
                                WeeksBefore(period.end, i * stride, zone));
  }
  return period;
}

}  // namespace samsyn::analysis

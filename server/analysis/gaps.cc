#include "server/analysis/gaps.h"

#include <absl/container/btree_map.h>
#include <absl/strings/string_view.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <tuple>

namespace samsyn::analysis {
namespace {

using Standing = v1::Gap::Standing;

constexpr double kZ = 1.959963984540054;  // 97.5 % of a normal distribution lie below
constexpr int kIncidentsLeast = 5;
constexpr size_t kAreasLeast = 4;

// What a value and its reference have in common. Views into the indicator.
using Question =
    std::tuple<absl::string_view, int, absl::string_view, absl::string_view, int64_t, int64_t, int>;
Question QuestionOf(const v1::Indicator& indicator) {
  return {indicator.owner(),
          indicator.instrument(),
          indicator.measure(),
          indicator.instrument_version(),
          absl::ToUnixNanos(domain::TimeOf(indicator.period_start_time())),
          absl::ToUnixNanos(domain::TimeOf(indicator.period_end_time())),
          indicator.direction()};
}

bool CanBeCompared(const v1::Indicator& indicator) {
  return indicator.nature() == v1::Indicator::NATURE_PERCEIVED && indicator.has_value() &&
         indicator.unit() == v1::Indicator::UNIT_PERCENT && indicator.n() > 0 &&
         indicator.direction() != v1::Indicator::DIRECTION_UNSPECIFIED;
}

// A value of an area, and the one of the whole municipality that it is compared with.
struct Felt {
  domain::EntityPtr here, everywhere;

  const v1::Indicator& value() const { return here->indicator(); }
  const v1::Indicator& reference() const { return everywhere->indicator(); }
};

// Newest first, then by the number of answers, then by measure and name.
bool Preferred(const v1::Indicator& a, const v1::Indicator& b) {
  const auto rank = [](const v1::Indicator& one) {
    return std::make_tuple(-absl::ToUnixNanos(domain::TimeOf(one.period_end_time())), -one.n(),
                           absl::string_view(one.measure()), absl::string_view(one.name()));
  };
  return rank(a) < rank(b);
}

struct Seen {
  std::vector<Felt> felt;                       // one an area
  absl::btree_map<std::string, int> incidents;  // of every area that has an indicator or a count
};

Seen Look(const domain::Picture& picture, const domain::Audience& audience) {
  Seen seen;
  std::vector<domain::EntityPtr> of_areas;
  absl::btree_map<Question, domain::EntityPtr> references;
  picture.ForEach(v1::ENTITY_KIND_INDICATOR, "", [&](const domain::EntityPtr& entity) {
    const v1::Indicator& indicator = entity->indicator();
    if (!domain::SeesWhole(audience, *entity)) return true;
    if (!indicator.area().empty()) seen.incidents.try_emplace(indicator.area(), 0);
    if (!CanBeCompared(indicator)) return true;
    if (indicator.area().empty()) {
      references.emplace(QuestionOf(indicator), entity);
    } else {
      of_areas.push_back(entity);
    }
    return true;
  });
  absl::btree_map<absl::string_view, Felt> chosen;
  for (const domain::EntityPtr& entity : of_areas) {
    const v1::Indicator& indicator = entity->indicator();
    const auto reference = references.find(QuestionOf(indicator));
    if (reference == references.end()) continue;
    Felt& felt = chosen[indicator.area()];
    if (felt.here != nullptr && !Preferred(indicator, felt.value())) continue;
    felt = {entity, reference->second};
  }
  for (auto& [area, felt] : chosen) seen.felt.push_back(std::move(felt));
  const auto sums = picture.situation_sums().Of(audience);
  for (const auto& [place, sum] : sums->areas) {
    if (sum.row.area().empty()) continue;
    const int actual = std::accumulate(sum.earlier_actual.begin(), sum.earlier_actual.end(),
                                       static_cast<int>(sum.row.actual()));
    if (actual > 0) seen.incidents[sum.row.area()] += actual;
  }
  return seen;
}

Standing PerceivedStanding(const Felt& felt) {
  const auto [low, high] = DifferenceInterval(felt.value().value() / 100, felt.value().n(),
                                              felt.reference().value() / 100, felt.reference().n());
  if (low <= 0 && high >= 0) return v1::Gap::STANDING_SAME;
  const bool worse =
      (low > 0) == (felt.value().direction() == v1::Indicator::DIRECTION_HIGHER_IS_WORSE);
  return worse ? v1::Gap::STANDING_WORSE : v1::Gap::STANDING_BETTER;
}

// The quantile of sorted numbers, between two of them in proportion.
double Quantile(const std::vector<int>& sorted, double share) {
  const double at = share * static_cast<double>(sorted.size() - 1);
  const size_t below = static_cast<size_t>(at);
  const size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (at - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

Standing ActualStanding(int incidents, const std::vector<int>& sorted) {
  if (incidents >= kIncidentsLeast && incidents > Quantile(sorted, 0.75)) {
    return v1::Gap::STANDING_WORSE;
  }
  if (incidents <= Quantile(sorted, 0.25) && incidents < Quantile(sorted, 0.5)) {
    return v1::Gap::STANDING_BETTER;
  }
  return v1::Gap::STANDING_SAME;
}

}  // namespace

std::pair<double, double> WilsonInterval(double share, int n) {
  const double z2 = kZ * kZ, total = n;
  const double centre = share + z2 / (2 * total);
  const double half = kZ * std::sqrt(share * (1 - share) / total + z2 / (4 * total * total));
  const double scale = 1 + z2 / total;
  return {std::max(0.0, (centre - half) / scale), std::min(1.0, (centre + half) / scale)};
}

std::pair<double, double> DifferenceInterval(double share, int n, double other, int other_n) {
  const auto [low, high] = WilsonInterval(share, n);
  const auto [other_low, other_high] = WilsonInterval(other, other_n);
  const double difference = share - other;
  return {difference - std::hypot(share - low, other_high - other),
          difference + std::hypot(high - share, other - other_low)};
}

std::vector<v1::Gap> Gaps(const domain::Picture& picture, const domain::Audience& audience) {
  if (audience.nothing) return {};
  const Seen seen = Look(picture, audience);
  if (seen.incidents.size() < kAreasLeast) return {};
  std::vector<int> sorted;
  for (const auto& [area, incidents] : seen.incidents) sorted.push_back(incidents);
  std::sort(sorted.begin(), sorted.end());
  std::vector<v1::Gap> gaps;
  for (const Felt& felt : seen.felt) {
    const int incidents = seen.incidents.at(felt.value().area());
    const Standing perceived = PerceivedStanding(felt);
    const Standing actual = ActualStanding(incidents, sorted);
    if ((perceived == v1::Gap::STANDING_WORSE) == (actual == v1::Gap::STANDING_WORSE)) continue;
    v1::Gap& gap = gaps.emplace_back();
    gap.set_area(felt.value().area());
    gap.set_perceived(perceived);
    gap.set_actual(actual);
    gap.set_indicator(felt.value().name());
    gap.set_reference_indicator(felt.reference().name());
    gap.set_incidents(incidents);
    gap.set_incidents_median(Quantile(sorted, 0.5));
  }
  return gaps;
}

}  // namespace samsyn::analysis

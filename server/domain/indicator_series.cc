#include "server/domain/indicator_series.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "server/domain/names.h"

namespace samsyn::domain {
namespace {

using IndicatorPtr = std::shared_ptr<const v1::Indicator>;

// What series and identity have in common. People's words stand with their length, so that no two
// keys of different words are one.
std::string CommonKey(absl::string_view kind, const v1::Indicator& indicator) {
  return absl::StrCat(kind, "\n", indicator.owner(), "\n", indicator.area(), "\n",
                      static_cast<int>(indicator.nature()), "\n",
                      static_cast<int>(indicator.instrument()), "\n", indicator.measure().size(),
                      ":", indicator.measure());
}

absl::Time EndOf(const IndicatorPtr& indicator) { return TimeOf(indicator->period_end_time()); }

void Mark(const IndicatorPtr& indicator, bool breaks, Transaction& transaction) {
  if (indicator->breaks_series() == breaks) return;
  v1::Indicator changed = *indicator;
  changed.set_breaks_series(breaks);
  transaction.Put(std::move(changed));
}

}  // namespace

std::string IdentityKeyOf(const v1::Indicator& indicator) {
  return absl::StrCat(CommonKey("indicator", indicator), "\n", indicator.instrument_version(), "\n",
                      absl::ToUnixNanos(TimeOf(indicator.period_start_time())), "\n",
                      absl::ToUnixNanos(TimeOf(indicator.period_end_time())));
}

std::string SeriesKeyOf(const v1::Indicator& indicator) {
  // Whether the owner is an authority is the same for all of a series.
  return absl::StrCat(CommonKey("series", indicator), "\n",
                      ReleaseLabel(indicator.release(), indicator.owner(), true));
}

void MarkBreaks(absl::string_view series_key, Transaction& transaction) {
  std::vector<IndicatorPtr> values;
  for (const std::string& name : transaction.Lookup(series_key)) {
    IndicatorPtr indicator = transaction.Get<v1::Indicator>(name);
    if (indicator == nullptr) continue;
    if (indicator->has_value()) {
      values.push_back(std::move(indicator));
    } else {
      Mark(indicator, false, transaction);
    }
  }
  std::stable_sort(values.begin(), values.end(),
                   [](const auto& a, const auto& b) { return EndOf(a) < EndOf(b); });
  auto before = values.begin();  // those of the period before: [before, these)
  for (auto these = values.begin(); these != values.end();) {
    const auto next = std::find_if(these, values.end(),
                                   [&](const auto& later) { return EndOf(later) > EndOf(*these); });
    std::for_each(these, next, [&](const IndicatorPtr& value) {
      const bool goes_on = std::any_of(before, these, [&](const IndicatorPtr& earlier) {
        return earlier->instrument_version() == value->instrument_version();
      });
      Mark(value, before != these && !goes_on, transaction);
    });
    before = these;
    these = next;
  }
}

}  // namespace samsyn::domain

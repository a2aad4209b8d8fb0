// Series of indicators: the values of one measure in one area, by one instrument of one owner and
// within one release label, from period to period; and where a series breaks. Within one label, so
// that what is said of a value never tells of one that its viewer may not see.
#ifndef SAMSYN_SERVER_DOMAIN_INDICATOR_SERIES_H_
#define SAMSYN_SERVER_DOMAIN_INDICATOR_SERIES_H_

#include <absl/strings/string_view.h>
#include <samsyn/v1/indicator.pb.h>

#include <string>

#include "server/domain/transaction.h"

namespace samsyn::domain {

// Index keys: the indicator of an owner with this nature, instrument, version, measure, area and
// period; and all of its series.
std::string IdentityKeyOf(const v1::Indicator& indicator);
std::string SeriesKeyOf(const v1::Indicator& indicator);

// Sets `breaks_series` of everything in a series: a value breaks it where the values of the latest
// period that ended before its own all come from other versions of the instrument. (Measured by the
// old and the new version at once, a series goes on.) What has no value breaks nothing. Puts only
// what changes.
void MarkBreaks(absl::string_view series_key, Transaction& transaction);

}  // namespace samsyn::domain

#endif  // SAMSYN_SERVER_DOMAIN_INDICATOR_SERIES_H_

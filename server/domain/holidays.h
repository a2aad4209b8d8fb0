// The public holidays of Sweden, and the eves that are kept as ones. Pure.
#ifndef SAMSYN_SERVER_DOMAIN_HOLIDAYS_H_
#define SAMSYN_SERVER_DOMAIN_HOLIDAYS_H_

#include <absl/time/civil_time.h>

#include <string>

namespace samsyn::domain {

// Easter Sunday of a year.
absl::CivilDay EasterOf(absl::civil_year_t year);

// What a day is called: "juldagen", "midsommarafton"; two names where two fall together; empty: no
// holiday. Sundays that are nothing else have no name.
std::string HolidayOn(absl::CivilDay day);

}  // namespace samsyn::domain

#endif  // SAMSYN_SERVER_DOMAIN_HOLIDAYS_H_

// The carried tables as bytes inside the program (see cmake/embed.cmake).
#ifndef SAMSYN_CLIENTS_CONNECTORS_PARSE_EMBEDDED_H_
#define SAMSYN_CLIENTS_CONNECTORS_PARSE_EMBEDDED_H_

#include <absl/strings/string_view.h>

namespace samsyn::connectors {

// deploy/data/municipalities.csv: code,name,county_code,county.
absl::string_view MunicipalitiesCsv();
// polisen_types.csv: type,category,counted,kind.
absl::string_view PolisenTypesCsv();

}  // namespace samsyn::connectors

#endif  // SAMSYN_CLIENTS_CONNECTORS_PARSE_EMBEDDED_H_

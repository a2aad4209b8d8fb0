// Rows of a small table with commas and quotes, as RFC 4180 has them (no line breaks in a field).
#ifndef SAMSYN_CLIENTS_CONNECTORS_PARSE_CSV_H_
#define SAMSYN_CLIENTS_CONNECTORS_PARSE_CSV_H_

#include <absl/strings/string_view.h>

#include <string>
#include <vector>

namespace samsyn::connectors {

// All rows after the first (the header); empty lines are left out.
std::vector<std::vector<std::string>> ReadCsv(absl::string_view bytes);

}  // namespace samsyn::connectors

#endif  // SAMSYN_CLIENTS_CONNECTORS_PARSE_CSV_H_

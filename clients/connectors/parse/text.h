// Texts of outside sources, made fit for ours. Pure.
#ifndef SAMSYN_CLIENTS_CONNECTORS_PARSE_TEXT_H_
#define SAMSYN_CLIENTS_CONNECTORS_PARSE_TEXT_H_

#include <absl/strings/string_view.h>

#include <string>

namespace samsyn::connectors {

// Valid UTF-8 with every run of white space (no-break ones and control characters too) as one
// space, none at the ends, and without invisible characters that turn the direction of writing.
std::string CleanText(absl::string_view text);

// Valid UTF-8 with the capitals of ASCII and of Swedish (Å, Ä, Ö, É) small.
std::string Lowered(absl::string_view text);

// The first `characters` code points of valid UTF-8.
std::string Shortened(absl::string_view text, size_t characters);

}  // namespace samsyn::connectors

#endif  // SAMSYN_CLIENTS_CONNECTORS_PARSE_TEXT_H_

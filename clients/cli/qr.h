// A QR code drawn with characters, for a terminal.
#ifndef SAMSYN_CLIENTS_CLI_QR_H_
#define SAMSYN_CLIENTS_CLI_QR_H_

#include <string>

namespace samsyn::cli {

// The code of a text, dark on light whatever the terminal's colours are, two rows of it a line;
// empty when the text is too long for one.
std::string DrawQr(const std::string& text);

}  // namespace samsyn::cli

#endif  // SAMSYN_CLIENTS_CLI_QR_H_

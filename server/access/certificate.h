// Certificates: whose a peer's is, and whether the server's own files can be used.
//
// With mutual TLS a certificate admits the connection. Its subject carries the organisation's id
// (the last segment of `municipalities/0136/organisations/polisen`) as O, one O for each
// organisation that the certificate speaks for. A token names the principal.
#ifndef SAMSYN_SERVER_ACCESS_CERTIFICATE_H_
#define SAMSYN_SERVER_ACCESS_CERTIFICATE_H_

#include <absl/status/status.h>
#include <absl/strings/string_view.h>

#include <string>
#include <vector>

namespace samsyn::access {

// The O attributes of a certificate's subject, as UTF-8; empty if the PEM text holds none.
std::vector<std::string> OrganisationsOf(absl::string_view pem);

// Whether the server can use these files: readable, a certificate with its own private key, and at
// least one authority for clients. The error names the file and says what is wrong with it.
absl::Status CheckCertificateFiles(const std::string& certificate, const std::string& key,
                                   const std::string& client_authorities);

}  // namespace samsyn::access

#endif  // SAMSYN_SERVER_ACCESS_CERTIFICATE_H_

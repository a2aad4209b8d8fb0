// Rules of the directory: the municipality, its organisations, members, units, areas and shifts.
// Who may write: a COORDINATOR; a DISPATCHER where the contract says so, for its own organisation.
#ifndef SAMSYN_SERVER_DOMAIN_DIRECTORY_RULES_H_
#define SAMSYN_SERVER_DOMAIN_DIRECTORY_RULES_H_

#include <absl/status/status.h>
#include <absl/strings/string_view.h>
#include <samsyn/v1/directory.pb.h>

#include "server/domain/transaction.h"

namespace samsyn::domain {

// The first entities of a municipality: itself (time in Europe/Stockholm, a meeting every Friday at
// 18:00), the organisation `kommunen` and its member `samordnare`, who may set up the rest. Answers
// with the municipality. ID_TAKEN if it is there already.
absl::Status CreateMunicipality(absl::string_view code, absl::string_view display_name,
                                absl::string_view county, Transaction& transaction);

}  // namespace samsyn::domain

#endif  // SAMSYN_SERVER_DOMAIN_DIRECTORY_RULES_H_

// Rules of the directory: the municipality, its members, units, areas and shifts, one at a time.
// (Whole set-ups: setup_rules.h.) A COORDINATOR may write all; a DISPATCHER what the contract says,
// of its own organisation. Members are never deleted: their names stay for history.
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

// Which sources a member may write (R7) and other roles than REPORTER and FIELD are for
// coordinators to give. Somebody must remain a coordinator.
absl::Status AddMember(const v1::AddMemberRequest& request, Transaction& transaction);
absl::Status UpdateMember(const v1::UpdateMemberRequest& request, Transaction& transaction);
// Its tokens are revoked in the same transaction.
absl::Status RemoveMember(const v1::RemoveMemberRequest& request, Transaction& transaction);

// Permits, a client's objects, and powers that have bounds are a coordinator's to change; temporary
// permits stay as they are.
absl::Status UpsertUnit(const v1::UpsertUnitRequest& request, Transaction& transaction);
absl::Status UpsertArea(const v1::UpsertAreaRequest& request, Transaction& transaction);
// Takes the place of a temporary one of the same number, and of those that are over.
absl::Status RecordPermit(const v1::RecordPermitRequest& request, Transaction& transaction);
// R1: the unit's dispatcher, or on its organisation's behalf in the open meeting.
absl::Status RegisterShift(const v1::RegisterShiftRequest& request, Transaction& transaction);

// Whether anybody is left who may set up, without an end; `without` is left out.
bool HasCoordinator(const View& view, absl::string_view without);

}  // namespace samsyn::domain

#endif  // SAMSYN_SERVER_DOMAIN_DIRECTORY_RULES_H_

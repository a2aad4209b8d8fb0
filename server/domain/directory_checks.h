// What makes an organisation, a member, a unit or an area a good one; asked for single changes and
// for whole set-ups alike. Pure; all that is wrong is gathered.
#ifndef SAMSYN_SERVER_DOMAIN_DIRECTORY_CHECKS_H_
#define SAMSYN_SERVER_DOMAIN_DIRECTORY_CHECKS_H_

#include <absl/functional/function_ref.h>
#include <absl/strings/string_view.h>
#include <google/protobuf/message.h>
#include <google/protobuf/repeated_field.h>
#include <samsyn/v1/directory.pb.h>

#include <string>
#include <vector>

#include "server/domain/refusal.h"
#include "server/domain/rule_checks.h"

namespace samsyn::domain {

// The entity of a name as it is, or will be once the set-up is applied; null if there is none.
using Directory = absl::FunctionRef<EntityPtr(absl::string_view name)>;

// `path` is where the entity stands in the request ("member", "setup.members[3]").
void CheckOrganisation(const v1::Organisation& organisation, absl::string_view path,
                       Violations& violations);
void CheckMember(const v1::Member& member, absl::string_view path, Directory directory,
                 Violations& violations);
void CheckUnit(const v1::Unit& unit, absl::string_view path, Directory directory,
               Violations& violations);
void CheckArea(const v1::Area& area, absl::string_view path, Directory directory,
               Violations& violations);
// What is counted does not become a place below an area, nor a place anything else: what was
// reported of it would stay behind.
void CheckKindStays(const v1::Area& before, const v1::Area& area, absl::string_view path,
                    Violations& violations);
void CheckMunicipality(const v1::Municipality& municipality, absl::string_view path,
                       Violations& violations);

// A name of this kind in this municipality, whose id a client may choose.
void CheckName(absl::string_view name, v1::EntityKind kind, absl::string_view municipality,
               absl::string_view path, Violations& violations);
// "18:00".
bool IsWallTime(absl::string_view text);
// Each is an area; `path` is that of the list.
void CheckAreasThere(const google::protobuf::RepeatedPtrField<std::string>& areas,
                     absl::string_view path, Directory directory, Violations& violations);
// Not larger than an entity may be.
void CheckSize(const google::protobuf::Message& message, absl::string_view path,
               Violations& violations);

// Replaces in `kept` all that a client sets (not `release`) by what was asked; an immutable field
// that was left out stays. Returns the names of the fields that changed.
std::vector<std::string> Replace(const google::protobuf::Message& asked,
                                 google::protobuf::Message& kept);

}  // namespace samsyn::domain

#endif  // SAMSYN_SERVER_DOMAIN_DIRECTORY_CHECKS_H_

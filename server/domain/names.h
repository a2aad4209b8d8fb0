// Names of entities: `municipalities/0136/reports/{id}`. Composing and taking apart; pure.
#ifndef SAMSYN_SERVER_DOMAIN_NAMES_H_
#define SAMSYN_SERVER_DOMAIN_NAMES_H_

#include <absl/strings/string_view.h>
#include <samsyn/v1/entity.pb.h>

#include <string>

namespace samsyn::domain {

// The collection segment of a kind, as "reports"; empty for municipalities and unknown kinds. Round
// entries and assessments lie below their meeting ("entries", "assessments"), field updates below
// their assignment ("updates"), cells below "situations/cells".
absl::string_view CollectionOf(v1::EntityKind kind);

// The kind that a name speaks of; UNSPECIFIED if it is no name of ours.
v1::EntityKind KindOfName(absl::string_view name);

// `municipalities/0136` of any name below it (or itself); empty if it is no name of ours.
absl::string_view MunicipalityOf(absl::string_view name);

// "0136" of any name below `municipalities/0136`.
absl::string_view CodeOf(absl::string_view name);

// The last segment.
absl::string_view IdOf(absl::string_view name);

// The name of an entity of `kind` directly below `parent` (a municipality, meeting or assignment).
std::string NameOf(absl::string_view parent, v1::EntityKind kind, absl::string_view id);

// Whether a client may choose this id: [a-z0-9][a-z0-9-]{0,62}, and for areas not "unlocated" or
// "all".
bool IsClientId(absl::string_view id);
bool IsAreaId(absl::string_view id);

// Whether the text is a UUID in its usual form, lower or upper case.
bool IsUuid(absl::string_view text);

// UUIDv5 (RFC 4122, in a namespace of ours) over principal, request id and index: the same request
// names the same things for ever.
std::string MadeId(absl::string_view principal, absl::string_view request_id, int index);

// The label under which entities with the same viewers are counted: "public", "partner",
// "authority", or "r-" and 16 hex digits of SHA-256 over the sorted owner and named organisations
// (for AUTHORITY content with more viewers than the authorities, "authority" is hashed before
// them; what is left out for some is hashed after them). `owner_is_authority`: by the owner's flag.
std::string ReleaseLabel(const v1::ReleaseState& release, absl::string_view owner,
                         bool owner_is_authority);

}  // namespace samsyn::domain

#endif  // SAMSYN_SERVER_DOMAIN_NAMES_H_

// What all kinds of entities have in common, so that journal, picture and watch need not know
// kinds.
#ifndef SAMSYN_SERVER_DOMAIN_ENTITY_H_
#define SAMSYN_SERVER_DOMAIN_ENTITY_H_

#include <absl/strings/string_view.h>
#include <absl/time/time.h>
#include <google/protobuf/timestamp.pb.h>
#include <samsyn/v1/entity.pb.h>

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace samsyn::domain {

using Revision = int64_t;
// One version of an entity; never changed once it is shared.
using EntityPtr = std::shared_ptr<const v1::Entity>;

absl::Time TimeOf(const google::protobuf::Timestamp& timestamp);
google::protobuf::Timestamp TimestampOf(absl::Time time);

// Calls `visitor` with the message inside; not at all when the kind is unknown.
template <typename Visitor>
void VisitEntity(const v1::Entity& entity, Visitor&& visitor);
template <typename Visitor>
void VisitEntity(v1::Entity& entity, Visitor&& visitor);

v1::EntityKind KindOf(const v1::Entity& entity);
const std::string& NameOf(const v1::Entity& entity);
const std::string& OwnerOf(const v1::Entity& entity);
Revision RevisionOf(const v1::Entity& entity);
const std::string& EtagOf(const v1::Entity& entity);
const v1::ReleaseState& ReleaseOf(const v1::Entity& entity);
// The version as an etag: the quoted revision.
std::string EtagFor(Revision revision);

// The message of one kind inside an entity: As<v1::Report>(*entity). The entity must be of that
// kind.
template <typename T>
const T& As(const v1::Entity& entity);
// Wraps a message: Wrap(report) is an Entity of kind REPORT.
template <typename T>
v1::Entity Wrap(T message);

// Areas that an entity lies in, for filters; a single empty string when its kind has areas and it
// lies in none; empty when its kind has none.
std::vector<absl::string_view> AreasOf(const v1::Entity& entity);
// The unit of an assignment or field update; empty for other kinds.
absl::string_view UnitOf(const v1::Entity& entity);

// Whatever a meeting names that may be hidden from some who see it.
std::set<std::string> NamedIn(const v1::Meeting& meeting);

// The keys under which `View::Lookup` finds an entity; see picture.h.
std::vector<std::string> IndexKeysOf(const v1::Entity& entity);

}  // namespace samsyn::domain

#include "server/domain/entity_inl.h"

#endif  // SAMSYN_SERVER_DOMAIN_ENTITY_H_

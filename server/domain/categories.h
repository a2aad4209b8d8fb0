// What follows from a category: its row of counting, the kind of a report about it, and what is
// kept more strictly.
#ifndef SAMSYN_SERVER_DOMAIN_CATEGORIES_H_
#define SAMSYN_SERVER_DOMAIN_CATEGORIES_H_

#include <samsyn/v1/common.pb.h>
#include <samsyn/v1/report.pb.h>

namespace samsyn::domain {

// The row in which incidents of a category are counted and merged; UNSPECIFIED: outside the table.
v1::Family FamilyOf(v1::Category category);

// The kind of a report that does not say its own.
v1::Report::Kind KindFor(v1::Category category);

// Kept at area level: a report of it has no point.
bool IsAreaLevelOnly(v1::Category category);

// Starts RESTRICTED whatever the organisation's default is.
bool StartsRestricted(v1::Category category);

// The coordinators' organisations see it beside the owner, also while it is RESTRICTED.
bool IsForCoordinators(v1::Category category);

// Whether an incident of this kind and category stands in the table at all, and whether it counts
// as perceived rather than as actual.
bool Counts(v1::Report::Kind kind, v1::Category category);
bool IsPerceived(v1::Report::Kind kind, v1::Category category);

}  // namespace samsyn::domain

#endif  // SAMSYN_SERVER_DOMAIN_CATEGORIES_H_

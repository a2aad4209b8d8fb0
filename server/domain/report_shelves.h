// Reports of the two kinds that are asked for by themselves among a million others, physical
// defects and planned events, kept apart on shelves: each holds few names, so that a report is put
// on one or taken off quickly, and the shelves stand in order of name.
#ifndef SAMSYN_SERVER_DOMAIN_REPORT_SHELVES_H_
#define SAMSYN_SERVER_DOMAIN_REPORT_SHELVES_H_

#include <absl/functional/function_ref.h>
#include <absl/strings/string_view.h>
#include <samsyn/v1/report.pb.h>

#include <vector>

#include "server/domain/picture.h"

namespace samsyn::domain {

bool IsShelved(v1::Report::Kind kind);

// The shelf of a report: of a UUID its first byte; the last for other ids.
int ShelfOf(absl::string_view report);

// As View::ForEach, of the reports of these kinds alone; each is shelved and named once.
void ForEachShelved(const View& view, const std::vector<v1::Report::Kind>& kinds,
                    absl::string_view after, absl::FunctionRef<bool(const EntityPtr&)> visit);

}  // namespace samsyn::domain

#endif  // SAMSYN_SERVER_DOMAIN_REPORT_SHELVES_H_

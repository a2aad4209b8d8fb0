// What a report says, apart from where it stands: how it is checked and brought into the form in
// which it is kept, compared, and given its first release.
#ifndef SAMSYN_SERVER_DOMAIN_REPORT_CONTENT_H_
#define SAMSYN_SERVER_DOMAIN_REPORT_CONTENT_H_

#include <absl/status/statusor.h>
#include <absl/time/time.h>
#include <samsyn/v1/report.pb.h>

#include "server/domain/transaction.h"

namespace samsyn::domain {

// The content of `asked` as it is kept: kind from the category, area and place from the point, and
// `occurred_time` where they are left out; a place given as area becomes its place, and its area
// the one that it is counted with. All other fields are empty. Refused with all that is wrong at
// once (INVALID_FIELDS), or NOT_FOUND for an area or place that is not there.
absl::StatusOr<v1::Report> ContentOf(const v1::Report& asked, const Transaction& transaction,
                                     absl::Time occurred_time);

// Whether a trusted source has itself published what is kept at area level: it stays PUBLIC, and is
// kept at the level of the municipality.
bool IsPublished(const v1::Report& asked, const Transaction& transaction);

// Puts content in the place of what a report said; nothing else changes.
void ReplaceContent(const v1::Report& content, v1::Report& report);

// Whether two reports say the same; when the source made it does not matter.
bool SameContent(const v1::Report& a, const v1::Report& b);

// What a source's report says, to be kept when it says something else; and whether content is that.
v1::SourceVersion VersionOf(const v1::Report& report);
bool SaysTheSame(const v1::SourceVersion& version, const v1::Report& content);
// Keeps what the source said: the last 20, fewer if they are long. To be called after
// ReplaceContent.
void KeepVersion(v1::SourceVersion version, v1::Report& report);

// Who sees a new report: the class chosen, else RESTRICTED where category or organisation ask for
// it, else the organisation's default, else PARTNER.
v1::ReleaseState FirstRelease(v1::ReleaseClass chosen, v1::Category category,
                              absl::string_view owner, const View& view);

// Whether the municipality trusts a source: its reports are accepted on arrival.
bool IsTrusted(const View& view, absl::string_view municipality, absl::string_view source_uri);

}  // namespace samsyn::domain

#endif  // SAMSYN_SERVER_DOMAIN_REPORT_CONTENT_H_

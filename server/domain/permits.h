// Permits of ordningsvakter (R4): when and where they apply, in words, and what makes one a good
// one. Pure.
#ifndef SAMSYN_SERVER_DOMAIN_PERMITS_H_
#define SAMSYN_SERVER_DOMAIN_PERMITS_H_

#include <absl/strings/string_view.h>
#include <absl/time/time.h>
#include <samsyn/v1/directory.pb.h>

#include <set>
#include <string>
#include <vector>

#include "server/domain/directory_checks.h"
#include "server/domain/picture.h"
#include "server/domain/refusal.h"

namespace samsyn::domain {

// A permit may apply for longer than any other period.
inline constexpr absl::Duration kPermitMost = absl::Hours(24 * 3653);
inline constexpr int kPermitsMost = 20;  // of a unit

// What permits, taken together, lack for sending somebody out: at every moment of the window each
// area must lie within those that apply at that moment.
struct Shortfall {
  absl::Time uncovered = absl::InfiniteFuture();  // the first moment at which none applies
  std::set<std::string> outside;     // areas that stick out of those that apply at some moment
  std::set<std::string> borderless;  // areas of which nobody can tell: they have no border

  bool blocks() const { return uncovered != absl::InfiniteFuture() || !outside.empty(); }
};
Shortfall ShortfallOf(const View& view, const std::vector<v1::Permit>& permits,
                      const google::protobuf::RepeatedPtrField<std::string>& areas,
                      const v1::TimeWindow& window, absl::TimeZone zone);

// "fre–lör 20–03, till 2026-12-31": when it applies.
Words TimesInWords(const v1::Permit& permit, absl::TimeZone zone);
// "fre 18:00": a moment.
Words MomentInWords(absl::Time time, absl::TimeZone zone);

// `path` is where it stands in the request ("unit.permits[0]").
void CheckPermit(const v1::Permit& permit, absl::string_view path, Directory directory,
                 Violations& violations);

// What a client may not set of permits is as it was: temporary ones are the police's to record, and
// stay, after the others.
void KeepTemporaryPermits(const v1::Unit* before, v1::Unit& asked);

}  // namespace samsyn::domain

#endif  // SAMSYN_SERVER_DOMAIN_PERMITS_H_

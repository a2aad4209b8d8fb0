#include "server/service/cut_off.h"

#include "server/domain/refusal.h"

namespace samsyn::service {

bool RightsUnknown(const Backend& backend, absl::string_view municipality) {
  const auto since = backend.engine.StandingOf(municipality).cut_off_since;
  return since.has_value() && backend.clock.Now() - *since > kCutOffMost;
}

absl::Status NodeCutOff() {
  return domain::Refuse(
      v1::ERROR_REASON_NODE_CUT_OFF,
      {"This server has been out of touch with the others for a while and does not know what you "
       "may see now. Try again in a moment.",
       "Den här servern har varit utan kontakt med de andra en stund och vet inte vad du får se "
       "nu. Försök igen om en stund."});
}

absl::Status NotThereIfKnown(const Backend& backend, absl::string_view municipality,
                             const absl::Status& status) {
  const bool unknown = absl::IsNotFound(status) && RightsUnknown(backend, municipality);
  return unknown ? NodeCutOff() : status;
}

void MarkIfCutOff(const Backend& backend, const Session& session,
                  grpc::ServerContextBase& context) {
  if (session.municipality.empty()) return;
  const auto since = backend.engine.StandingOf(session.municipality).cut_off_since;
  if (!since.has_value()) return;
  context.AddTrailingMetadata(
      kCutOffMark, absl::FormatTime("%Y-%m-%dT%H:%M:%E3SZ", *since, absl::UTCTimeZone()));
}

}  // namespace samsyn::service

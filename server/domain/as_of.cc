#include "server/domain/as_of.h"

#include <absl/strings/str_cat.h>

#include "server/domain/refusal.h"
#include "server/domain/rule_checks.h"

namespace samsyn::domain {

bool AsksForThePast(const v1::GetSituationRequest& request) {
  return request.as_of_revision() != 0 || !request.as_of_meeting().empty();
}

absl::StatusOr<AsOf> MomentOf(const v1::GetSituationRequest& request, const View& picture,
                              const Audience& audience, Revision newest) {
  const bool by_meeting = !request.as_of_meeting().empty();
  if (by_meeting && request.as_of_revision() != 0) {
    return RefuseFields({{"as_of_meeting",
                          {"Give a revision or a meeting, not both.",
                           "Ange en revision eller ett möte, inte båda."}}});
  }
  if (!by_meeting) {
    if (request.as_of_revision() <= newest) return AsOf{request.as_of_revision(), ""};
    return Refuse(v1::ERROR_REASON_REVISION_AHEAD,
                  {absl::StrCat("The newest revision is ", newest, "."),
                   absl::StrCat("Den nyaste revisionen är ", newest, ".")});
  }
  const auto meeting = GetVisible<v1::Meeting>(picture, audience, request.as_of_meeting());
  if (meeting == nullptr) return NotFound(request.as_of_meeting());
  const absl::Status closed =
      RequireState({"The meeting", "Mötets"}, meeting->phase(),
                   {v1::Meeting::PHASE_CLOSED, v1::Meeting::PHASE_APPROVED});
  if (!closed.ok()) return closed;
  return AsOf{0, meeting->name()};
}

bool MayKnowToday(const View& today, const Audience& audience, const v1::Entity& then) {
  if (!SeesWhole(audience, then)) return false;
  const EntityPtr now = today.Find(NameOf(then));
  return now == nullptr || SeesWhole(audience, *now);
}

}  // namespace samsyn::domain

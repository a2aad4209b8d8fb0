#include "server/domain/minutes.h"

#include <absl/types/optional.h>

#include <string>
#include <utility>
#include <vector>

#include "server/domain/meeting_sitting.h"
#include "server/domain/minutes_parts.h"
#include "server/domain/minutes_rules.h"
#include "server/domain/minutes_sheet.h"
#include "server/domain/names.h"
#include "server/domain/refusal.h"
#include "server/domain/rule_checks.h"
#include "server/domain/words.h"

namespace samsyn::domain {
namespace {

using Rendition = v1::GetMinutesRequest;

// The edition that is asked for; for publication the newest one that is approved. Nullopt: there is
// none.
absl::optional<int> EditionOf(const v1::GetMinutesRequest& request, const View& view,
                              const v1::Meeting& meeting) {
  const int newest = meeting.minutes_edition();
  if (request.edition() > newest) return absl::nullopt;
  if (request.edition() > 0) return request.edition();
  if (request.rendition() != Rendition::RENDITION_OPEN) return newest;
  for (int edition = newest; edition > 0; --edition) {
    const auto minutes = view.Get<v1::Minutes>(MinutesName(meeting.name(), edition));
    if (minutes->state() == v1::Minutes::STATE_APPROVED) return edition;
  }
  return newest;
}

absl::Status RequireApproved(const v1::GetMinutesRequest& request, v1::Minutes::State state) {
  if (request.rendition() != Rendition::RENDITION_OPEN) return absl::OkStatus();
  return RequireState({"The edition", "Utgåvans"}, state, {v1::Minutes::STATE_APPROVED});
}

// Whether an approved edition still says what was approved.
absl::Status RequireUnchanged(const View& view, const v1::Minutes& minutes) {
  if (minutes.state() != v1::Minutes::STATE_APPROVED) return absl::OkStatus();
  return WholeDigest(view, minutes.meeting(), minutes.edition()) == minutes.digest()
             ? absl::OkStatus()
             : absl::DataLossError("the parts of the minutes are not those that were approved");
}

// What corrections say the coordination reads, so they are not published.
void FillEditions(const View& view, const MinutesParts& parts, const v1::Meeting& meeting,
                  bool published, v1::GetMinutesResponse* response) {
  for (int edition = 1; edition <= meeting.minutes_edition(); ++edition) {
    const auto minutes = view.Get<v1::Minutes>(MinutesName(meeting.name(), edition));
    v1::MinutesEdition& one = *response->add_editions();
    one.set_edition(edition);
    one.set_state(minutes->state());
    if (minutes->has_approve_time()) *one.mutable_approve_time() = minutes->approve_time();
    if (!published) one.set_correction(minutes->correction());
    one.set_digest(DigestOf(parts, CorrectionsUpTo(view, meeting.name(), published ? 1 : edition)));
    if (edition == response->edition()) response->set_digest(one.digest());
  }
}

void FillParts(MinutesParts& parts, v1::GetMinutesResponse* response) {
  for (v1::RoundEntry& one : parts.entries) *response->add_entries() = std::move(one);
  for (v1::AreaAssessment& one : parts.assessments) *response->add_assessments() = std::move(one);
  for (v1::Problem& one : parts.problems) *response->add_problems() = std::move(one);
  for (v1::Deployment& one : parts.decisions) {
    response->add_deployments(one.name());
    *response->add_decisions() = std::move(one);
  }
  *response->mutable_meeting() = std::move(parts.meeting);
}

}  // namespace

absl::Status GetMinutes(const v1::GetMinutesRequest& request, const View& view,
                        const Audience& audience, v1::GetMinutesResponse* response) {
  const auto found = GetVisible<v1::Meeting>(view, audience, request.name());
  if (found == nullptr) return NotFound(request.name());
  const v1::Meeting meeting = *found;
  const absl::optional<int> edition = EditionOf(request, view, meeting);
  if (!edition) return NotFound(MinutesName(meeting.name(), request.edition()));
  v1::Minutes::State state = v1::Minutes::STATE_DRAFT;
  if (const auto minutes = view.Get<v1::Minutes>(MinutesName(meeting.name(), *edition))) {
    state = minutes->state();
    response->set_state(state);
    if (absl::Status same = RequireUnchanged(view, *minutes); !same.ok()) return same;
  }
  if (absl::Status approved = RequireApproved(request, state); !approved.ok()) return approved;
  const bool own = request.rendition() == Rendition::RENDITION_UNSPECIFIED;
  MinutesParts parts = PartsFor(view, own ? audience : Everybody(meeting), meeting.name());
  const bool published = request.rendition() == Rendition::RENDITION_OPEN;
  if (published) KeepPublic(parts);
  if (request.rendition() == Rendition::RENDITION_LETTER) parts.entries.clear();
  response->set_draft(!meeting.has_close_time());
  response->set_edition(*edition);
  FillEditions(view, parts, meeting, published, response);
  const std::vector<v1::Deployment> left = parts.left;
  FillParts(parts, response);
  const Sheet sheet = WriteMinutes(*response, left, request.rendition(), view);
  response->set_markdown(sheet.Markdown());
  response->set_html(sheet.Html());
  response->set_release_class(sheet.strictest());
  return absl::OkStatus();
}

}  // namespace samsyn::domain

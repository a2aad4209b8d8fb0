#include "server/domain/minutes_rules.h"

#include <absl/strings/str_cat.h>

#include <utility>

#include "server/domain/meeting_sitting.h"
#include "server/domain/minutes_parts.h"
#include "server/domain/names.h"
#include "server/domain/rule_checks.h"
#include "server/domain/words.h"

namespace samsyn::domain {
namespace {

const Words& MinutesSubject() {
  static const auto* const kSubject = new Words{"The newest edition", "Den nyaste utgåvans"};
  return *kSubject;
}

void PutEdition(const v1::Meeting& meeting, int edition, const std::string& correction,
                const std::string& by, Transaction& transaction) {
  v1::Minutes minutes;
  minutes.set_name(MinutesName(meeting.name(), edition));
  minutes.set_owner(meeting.owner());
  *minutes.mutable_release() = meeting.release();
  minutes.set_meeting(meeting.name());
  minutes.set_edition(edition);
  minutes.set_state(v1::Minutes::STATE_DRAFT);
  minutes.set_correction(correction);
  minutes.set_revised_by(by);
  transaction.Put(minutes);
  // It sums up itself, too.
  minutes.set_digest(WholeDigest(transaction, meeting.name(), edition));
  transaction.Put(std::move(minutes));
}

// A closed meeting, and who asks; one that was closed before minutes were kept gets its first
// edition now.
absl::StatusOr<Sitting> ClosedSitting(const std::string& name, const std::string& etag,
                                      std::initializer_list<v1::Role> roles,
                                      Transaction& transaction) {
  auto sitting = SittingOf(transaction, name, etag);
  if (!sitting.ok()) return sitting;
  if (absl::Status may = RequireRole(sitting->actor, roles); !may.ok()) return may;
  v1::Meeting& meeting = sitting->meeting;
  if (absl::Status closed = RequireState(MeetingSubject(), meeting.phase(),
                                         {v1::Meeting::PHASE_CLOSED, v1::Meeting::PHASE_APPROVED});
      !closed.ok()) {
    return closed;
  }
  if (meeting.minutes_edition() == 0) {
    meeting.set_minutes_edition(MakeMinutes(meeting, transaction));
  }
  return sitting;
}

absl::Status RequireSameDigest(const std::string& digest, const v1::Meeting& meeting,
                               const Audience& audience, const View& view) {
  if (digest.empty()) return absl::OkStatus();
  const std::string now =
      DigestOf(PartsFor(view, audience, meeting.name()),
               CorrectionsUpTo(view, meeting.name(), meeting.minutes_edition()));
  if (digest == now) return absl::OkStatus();
  return RequireEtag(digest, now);
}

}  // namespace

std::string MinutesName(absl::string_view meeting, int edition) {
  return NameOf(meeting, v1::ENTITY_KIND_MINUTES, absl::StrCat(edition));
}

std::vector<std::string> CorrectionsUpTo(const View& view, absl::string_view meeting, int edition) {
  std::vector<std::string> corrections;
  for (int number = 2; number <= edition; ++number) {
    const auto minutes = view.Get<v1::Minutes>(MinutesName(meeting, number));
    if (minutes != nullptr) corrections.push_back(minutes->correction());
  }
  return corrections;
}

std::string WholeDigest(const View& view, absl::string_view meeting, int edition) {
  Audience all;
  all.everything = true;
  return DigestOf(PartsFor(view, all, meeting), CorrectionsUpTo(view, meeting, edition));
}

int MakeMinutes(const v1::Meeting& meeting, Transaction& transaction) {
  KeepParts(meeting, transaction);
  PutEdition(meeting, 1, "", "", transaction);
  return 1;
}

absl::Status ApproveMinutes(const v1::ApproveMinutesRequest& request, Transaction& transaction) {
  auto sitting = ClosedSitting(request.name(), request.etag(),
                               {v1::ROLE_CHAIR, v1::ROLE_COORDINATOR}, transaction);
  if (!sitting.ok()) return sitting.status();
  v1::Meeting& meeting = sitting->meeting;
  const std::string name = MinutesName(meeting.name(), meeting.minutes_edition());
  v1::Minutes minutes = *transaction.Get<v1::Minutes>(name);
  if (absl::Status draft =
          RequireState(MinutesSubject(), minutes.state(), {v1::Minutes::STATE_DRAFT});
      !draft.ok()) {
    return draft;
  }
  if (absl::Status same =
          RequireSameDigest(request.digest(), meeting, sitting->actor.audience, transaction);
      !same.ok()) {
    return same;
  }
  if (minutes.digest() != WholeDigest(transaction, meeting.name(), minutes.edition())) {
    return absl::DataLossError("the parts of the minutes are not those that were kept");
  }
  minutes.set_state(v1::Minutes::STATE_APPROVED);
  *minutes.mutable_approve_time() = TimestampOf(transaction.now());
  minutes.set_approved_by(transaction.caller().member);
  transaction.Put(std::move(minutes));
  meeting.set_phase(v1::Meeting::PHASE_APPROVED);
  const absl::Status put = PutAnswer(std::move(meeting), transaction);
  transaction.Answer(name);
  return put;
}

absl::Status ReviseMinutes(const v1::ReviseMinutesRequest& request, Transaction& transaction) {
  auto sitting =
      ClosedSitting(request.name(), request.etag(),
                    {v1::ROLE_CHAIR, v1::ROLE_SECRETARY, v1::ROLE_COORDINATOR}, transaction);
  if (!sitting.ok()) return sitting.status();
  v1::Meeting& meeting = sitting->meeting;
  const int edition = meeting.minutes_edition() + 1;
  PutEdition(meeting, edition, request.correction(), transaction.caller().member, transaction);
  meeting.set_minutes_edition(edition);
  const absl::Status put = PutAnswer(std::move(meeting), transaction);
  transaction.Answer(MinutesName(request.name(), edition));
  return put;
}

}  // namespace samsyn::domain

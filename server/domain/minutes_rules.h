// Rules of minutes (R11): made when a meeting closes, approved, corrected by new editions.
#ifndef SAMSYN_SERVER_DOMAIN_MINUTES_RULES_H_
#define SAMSYN_SERVER_DOMAIN_MINUTES_RULES_H_

#include <absl/status/status.h>
#include <samsyn/v1/meeting.pb.h>

#include <string>
#include <vector>

#include "server/domain/transaction.h"

namespace samsyn::domain {

std::string MinutesName(absl::string_view meeting, int edition);
// What the editions up to one correct, the second edition's first.
std::vector<std::string> CorrectionsUpTo(const View& view, absl::string_view meeting, int edition);

// What sums up all that an edition says, hidden parts too.
std::string WholeDigest(const View& view, absl::string_view meeting, int edition);

// Makes the first edition, a draft, of a meeting that closes, and keeps its parts. Returns its
// number. The meeting must have been put.
int MakeMinutes(const v1::Meeting& meeting, Transaction& transaction);

// Approved, an edition is never changed. Answers with the meeting, then the edition.
absl::Status ApproveMinutes(const v1::ApproveMinutesRequest& request, Transaction& transaction);
// A new edition, which waits for its approval. Answers with the meeting, then the edition.
absl::Status ReviseMinutes(const v1::ReviseMinutesRequest& request, Transaction& transaction);

}  // namespace samsyn::domain

#endif  // SAMSYN_SERVER_DOMAIN_MINUTES_RULES_H_

// What minutes are made of, and how it is kept (R11): when a meeting closes, its head, the problems
// and the deployments that its minutes speak of are kept as they are then, one part each. What was
// said and which levels were given needs no copy: once the meeting is closed, nothing changes them.
// Each part is for those for whom its source is now.
#ifndef SAMSYN_SERVER_DOMAIN_MINUTES_PARTS_H_
#define SAMSYN_SERVER_DOMAIN_MINUTES_PARTS_H_

#include <absl/strings/string_view.h>
#include <samsyn/v1/meeting.pb.h>

#include <string>
#include <vector>

#include "server/domain/picture.h"
#include "server/domain/transaction.h"
#include "server/domain/visibility.h"

namespace samsyn::domain {

struct MinutesParts {
  v1::Meeting meeting;
  std::vector<v1::RoundEntry> entries;          // in order of time
  std::vector<v1::AreaAssessment> assessments;  // in order of name
  std::vector<v1::Problem> problems;            // priorities in their order, then by name
  std::vector<v1::Deployment> decisions;        // decided in it, in order of name
  std::vector<v1::Deployment> left;             // others that it leaves to the next meeting
};

// Of a meeting, as the audience sees them; it must see the meeting. Of one that is not closed, or
// was closed before parts were kept: as they are now.
MinutesParts PartsFor(const View& view, const Audience& audience, absl::string_view meeting);

// Leaves only what is of class PUBLIC in them, and of the meeting its name and times: what may be
// published.
void KeepPublic(MinutesParts& parts);

// Keeps the parts of a meeting that closes. It must have been put.
void KeepParts(const v1::Meeting& meeting, Transaction& transaction);

// SHA-256, in hex, of what parts and corrections say; whom else they are for makes no difference.
std::string DigestOf(const MinutesParts& parts, const std::vector<std::string>& corrections);

}  // namespace samsyn::domain

#endif  // SAMSYN_SERVER_DOMAIN_MINUTES_PARTS_H_

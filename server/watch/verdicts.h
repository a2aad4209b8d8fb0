// Verdicts of one group's audience, as they are sent: derived for each audience by itself, so they
// stand neither in the picture nor in the ring, and a follower is told how the list of now differs
// from the one that it has.
#ifndef SAMSYN_SERVER_WATCH_VERDICTS_H_
#define SAMSYN_SERVER_WATCH_VERDICTS_H_

#include <memory>
#include <string>
#include <vector>

#include "server/domain/entity.h"
#include "server/watch/frame.h"

namespace samsyn::watch {

struct Verdict {
  std::string name;
  // As EncodePiece makes it; one piece as long as nothing in it changes. Null: whether the client
  // has it, and in what form, is not known.
  std::shared_ptr<const std::string> piece;
};

// In order of name. Never changed once it is shared; never null.
using VerdictsPtr = std::shared_ptr<const std::vector<Verdict>>;

// An empty list.
VerdictsPtr NoVerdicts();

// The list of these entities, which stand in order of name, with the pieces of the list before for
// what is unchanged; that list itself when all is.
VerdictsPtr ListOf(const std::vector<domain::EntityPtr>& verdicts, const VerdictsPtr& before);

// The list of somebody of whom nothing is known, but that it can have no others than these.
VerdictsPtr UnknownOf(const std::vector<domain::EntityPtr>& possible);

// Says how `now` differs from `had`, as far as the response has room. Returns what a client has
// that had `had` and got the response: `now` itself once all is said.
VerdictsPtr SayDifference(const VerdictsPtr& had, const VerdictsPtr& now, FrameBuilder& frame);

}  // namespace samsyn::watch

#endif  // SAMSYN_SERVER_WATCH_VERDICTS_H_

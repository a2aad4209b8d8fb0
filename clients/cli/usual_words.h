// What is usual for a count, in words for people. Pure.
#ifndef SAMSYN_CLIENTS_CLI_USUAL_WORDS_H_
#define SAMSYN_CLIENTS_CLI_USUAL_WORDS_H_

#include <samsyn/v1/situation.pb.h>

#include <string>

#include "clients/cli/words.h"

namespace samsyn::cli {

// "2–6"; "2" where both ends are the same.
std::string RangeOf(const v1::Usual& usual);

// "more than usual (9, usually 2–6)"; "perhaps more than usual" where the count lies outside the
// range and can still be chance.
std::string InWords(int count, const v1::Usual& usual, Language language);
// The same without the count: "more than usual (usually 2–6)", "too few to tell".
std::string InWords(const v1::Usual& usual, Language language);

}  // namespace samsyn::cli

#endif  // SAMSYN_CLIENTS_CLI_USUAL_WORDS_H_

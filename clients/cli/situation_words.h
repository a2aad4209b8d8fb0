// What the situation says beside its counts: what is unusual, and how sure that is. Pure.
#ifndef SAMSYN_CLIENTS_CLI_SITUATION_WORDS_H_
#define SAMSYN_CLIENTS_CLI_SITUATION_WORDS_H_

#include <samsyn/v1/situation.pb.h>

#include <map>
#include <string>

#include "clients/cli/words.h"

namespace samsyn::cli {

using AreaNames = std::map<std::string, std::string>;  // display name by name

// Lines with a line break each: all of it, then what is more or fewer than usual, totals of areas
// and families first, then how many others there are.
std::string InWords(const v1::GetSituationResponse& situation, const AreaNames& areas,
                    Language language);

// Whether a verdict says that something is more or fewer than usual.
bool IsUnusual(const v1::SituationVerdict& verdict);

// What a verdict is of: "Brandbergen, skadegörelse och brand"; then what it says:
// "Brandbergen, skadegörelse och brand: fler än vanligt (brukar vara 2–6)".
std::string SubjectOf(const v1::SituationVerdict& verdict, const AreaNames& areas,
                      Language language);
std::string InWords(const v1::SituationVerdict& verdict, const AreaNames& areas, Language language);

}  // namespace samsyn::cli

#endif  // SAMSYN_CLIENTS_CLI_SITUATION_WORDS_H_

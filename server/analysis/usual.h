// What is usual for a count, and whether the count is something else than chance. Statistics of
// small numbers; pure.
//
// The counts of the earlier periods are taken for draws of one distribution: Poisson with their
// mean, or, where they vary more than Poisson allows (index of dispersion, chi-squared test at
// 5 %), negative binomial with their mean and variance. The mean is (sum + 1/2) / n, so that after
// twelve empty weeks one incident is not a miracle. A count is told from chance by its two-sided
// probability; over all counts judged together, Benjamini and Hochberg's procedure keeps the
// expected share of wrongly marked ones at 10 %.
//
// Sources: Fisher (1950), "The significance of deviations from expectation in a Poisson series"
// (dispersion); Benjamini & Hochberg (1995), J. R. Stat. Soc. B 57, 289–300.
#ifndef SAMSYN_SERVER_ANALYSIS_USUAL_H_
#define SAMSYN_SERVER_ANALYSIS_USUAL_H_

#include <samsyn/v1/situation.pb.h>

#include <vector>

namespace samsyn::analysis {

inline constexpr int kFewestPeriods = 4;       // known earlier periods; with fewer: NO_PAST
inline constexpr int kFewest = 5;              // count and mean below it: TOO_FEW
inline constexpr double kTail = 0.05;          // of each side, outside the usual range
inline constexpr double kWronglyMarked = 0.1;  // expected share of MORE and FEWER that are chance

// Of one count. Verdict: TOO_FEW, NO_PAST, or AS_USUAL until `Mark` has seen it with the others.
// `probability` is set where it is judged.
v1::Usual UsualFor(int count, const std::vector<int>& earlier);

// One of those judged together.
struct Judged {
  int count = 0;
  v1::Usual* usual = nullptr;
};

// Makes MORE or FEWER of those AS_USUAL ones that are not chance.
void Mark(const std::vector<Judged>& together);

}  // namespace samsyn::analysis

#endif  // SAMSYN_SERVER_ANALYSIS_USUAL_H_

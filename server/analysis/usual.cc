// Boost 1.74 includes a header of its own that it calls deprecated.
#define BOOST_ALLOW_DEPRECATED_HEADERS

#include "server/analysis/usual.h"

#include <algorithm>
#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/negative_binomial.hpp>
#include <boost/math/distributions/poisson.hpp>
#include <numeric>

namespace samsyn::analysis {
namespace {

namespace bm = boost::math;
// Doubles are exact enough, and a quantile is the smallest count that reaches the probability.
using Policy =
    bm::policies::policy<bm::policies::promote_double<false>,
                         bm::policies::discrete_quantile<bm::policies::integer_round_up>>;
using ChiSquared = bm::chi_squared_distribution<double, Policy>;
using Poisson = bm::poisson_distribution<double, Policy>;
using NegativeBinomial = bm::negative_binomial_distribution<double, Policy>;

constexpr double kDispersionLevel = 0.05;

double VarianceOf(const std::vector<int>& counts, double mean) {
  double sum = 0;
  for (const int count : counts) sum += (count - mean) * (count - mean);
  return sum / static_cast<double>(counts.size() - 1);
}

// Whether the counts vary more than Poisson allows.
bool Overdispersed(const std::vector<int>& counts, double mean, double variance) {
  if (variance <= mean) return false;
  const auto degrees = static_cast<double>(counts.size() - 1);
  const double index = variance * degrees / mean;
  return bm::cdf(bm::complement(ChiSquared(degrees), index)) < kDispersionLevel;
}

template <typename Distribution>
void Describe(const Distribution& distribution, int count, v1::Usual& usual) {
  usual.set_low(static_cast<int>(bm::quantile(distribution, kTail)));
  usual.set_high(static_cast<int>(bm::quantile(distribution, 1 - kTail)));
  if (usual.verdict() != v1::Usual::VERDICT_AS_USUAL) return;
  const double at_most = bm::cdf(distribution, count);
  const double at_least =
      count == 0 ? 1.0 : bm::cdf(bm::complement(distribution, static_cast<double>(count - 1)));
  usual.set_probability(std::min(1.0, 2 * std::min(at_most, at_least)));
}

}  // namespace

v1::Usual UsualFor(int count, const std::vector<int>& earlier) {
  v1::Usual usual;
  for (const int one : earlier) usual.add_earlier(one);
  if (earlier.size() < kFewestPeriods) {
    usual.set_verdict(v1::Usual::VERDICT_NO_PAST);
    return usual;
  }
  const double sum = std::accumulate(earlier.begin(), earlier.end(), 0);
  const auto periods = static_cast<double>(earlier.size());
  usual.set_mean(sum / periods);
  usual.set_verdict(count < kFewest && usual.mean() < kFewest ? v1::Usual::VERDICT_TOO_FEW
                                                              : v1::Usual::VERDICT_AS_USUAL);
  const double mean = (sum + 0.5) / periods;
  const double variance = VarianceOf(earlier, usual.mean());
  if (Overdispersed(earlier, mean, variance)) {
    usual.set_model(v1::Usual::MODEL_NEGATIVE_BINOMIAL);
    const double size = mean * mean / (variance - mean);
    Describe(NegativeBinomial(size, size / (size + mean)), count, usual);
  } else {
    usual.set_model(v1::Usual::MODEL_POISSON);
    Describe(Poisson(mean), count, usual);
  }
  return usual;
}

void Mark(const std::vector<Judged>& together) {
  std::vector<Judged> tested;
  for (const Judged& one : together) {
    if (one.usual->verdict() == v1::Usual::VERDICT_AS_USUAL) tested.push_back(one);
  }
  std::stable_sort(tested.begin(), tested.end(), [](const Judged& a, const Judged& b) {
    return a.usual->probability() < b.usual->probability();
  });
  size_t marked = 0;
  for (size_t i = 0; i < tested.size(); ++i) {
    const double allowed =
        kWronglyMarked * static_cast<double>(i + 1) / static_cast<double>(tested.size());
    if (tested[i].usual->probability() <= allowed) marked = i + 1;
  }
  for (size_t i = 0; i < marked; ++i) {
    tested[i].usual->set_verdict(tested[i].count > tested[i].usual->mean()
                                     ? v1::Usual::VERDICT_MORE
                                     : v1::Usual::VERDICT_FEWER);
  }
}

}  // namespace samsyn::analysis

// What load generators measure, as JSON.
#ifndef SAMSYN_TESTS_BENCH_FIGURES_H_
#define SAMSYN_TESTS_BENCH_FIGURES_H_

#include <absl/strings/str_format.h>

#include <algorithm>
#include <mutex>
#include <string>
#include <vector>

namespace samsyn::bench {

inline double Quantile(std::vector<double>& values, double q) {
  if (values.empty()) return 0;
  const size_t at = std::min(values.size() - 1, static_cast<size_t>(q * values.size()));
  std::nth_element(values.begin(), values.begin() + at, values.end());
  return values[at];
}

// Milliseconds that things took. Thread-safe.
class Times {
 public:
  void Add(double ms) {
    std::lock_guard<std::mutex> lock(mutex_);
    ms_.push_back(ms);
  }
  // An object, and none of it stays.
  std::string Json() {
    std::lock_guard<std::mutex> lock(mutex_);
    const std::string json = absl::StrFormat(
        R"({"count": %d, "p50_ms": %.3f, "p95_ms": %.3f, "p99_ms": %.3f, "max_ms": %.3f})",
        ms_.size(), Quantile(ms_, 0.5), Quantile(ms_, 0.95), Quantile(ms_, 0.99),
        ms_.empty() ? 0 : *std::max_element(ms_.begin(), ms_.end()));
    ms_.clear();
    return json;
  }

 private:
  std::mutex mutex_;
  std::vector<double> ms_;  // guarded by mutex_
};

}  // namespace samsyn::bench

#endif  // SAMSYN_TESTS_BENCH_FIGURES_H_

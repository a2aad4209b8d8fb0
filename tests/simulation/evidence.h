// When revisions were committed, as far as what clients saw tells: between which two moments.
#ifndef SAMSYN_TESTS_SIMULATION_EVIDENCE_H_
#define SAMSYN_TESTS_SIMULATION_EVIDENCE_H_

#include <algorithm>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "tests/simulation/history.h"

namespace samsyn::simulation {

// Somebody was shown a revision.
struct Shown {
  Moment at = 0;
  domain::Revision revision = 0;
  std::function<std::string()> by;  // for people
};

// Not thread-safe. First everything is added, then `Sort`, then it is asked.
class Evidence {
 public:
  // A revision was committed by then.
  void Add(Shown shown) { shown_.push_back(std::move(shown)); }
  // Nobody had asked for a revision before then.
  void AddAsked(Moment at, domain::Revision revision) { asked_.emplace_back(at, revision); }

  void Sort() {
    std::sort(shown_.begin(), shown_.end(),
              [](const Shown& a, const Shown& b) { return a.at < b.at; });
    for (size_t i = 0; i < shown_.size(); ++i) {
      const size_t before = i == 0 ? i : newest_.back();
      newest_.push_back(shown_[i].revision > shown_[before].revision ? i : before);
    }
    std::sort(asked_.begin(), asked_.end());
    for (size_t i = asked_.size(); i-- > 1;) {
      asked_[i - 1].second = std::min(asked_[i - 1].second, asked_[i].second);
    }
  }

  // The newest revision that somebody had been shown before a moment; null: none.
  const Shown* NewestBefore(Moment moment) const {
    const auto end = std::lower_bound(shown_.begin(), shown_.end(), moment,
                                      [](const Shown& s, Moment m) { return s.at < m; });
    return end == shown_.begin() ? nullptr : &shown_[newest_[end - shown_.begin() - 1]];
  }
  domain::Revision Certain(Moment moment) const {
    const Shown* const shown = NewestBefore(moment);
    return shown == nullptr ? 0 : shown->revision;
  }
  // The newest revision that can have been committed by a moment, of a journal that ends at `head`.
  domain::Revision Possible(Moment moment, domain::Revision head) const {
    const auto next =
        std::upper_bound(asked_.begin(), asked_.end(), std::make_pair(moment, head + 1));
    return next == asked_.end() ? head : std::min(head, next->second - 1);
  }

 private:
  std::vector<Shown> shown_;    // by moment
  std::vector<size_t> newest_;  // beside it: which of those up to here is the newest
  std::vector<std::pair<Moment, domain::Revision>> asked_;  // by moment; the oldest from here on
};

}  // namespace samsyn::simulation

#endif  // SAMSYN_TESTS_SIMULATION_EVIDENCE_H_

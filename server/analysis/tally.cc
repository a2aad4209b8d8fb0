#include "server/analysis/tally.h"

#include <algorithm>

#include "server/domain/entity.h"

namespace samsyn::analysis {
namespace {

bool Earlier(const Counted& a, const Counted& b) { return a.time_ns < b.time_ns; }

bool AnyOf(const std::vector<int32_t>& counts) {
  return std::any_of(counts.begin(), counts.end(), [](int32_t count) { return count != 0; });
}

void Set(const std::vector<int32_t>& counts, google::protobuf::RepeatedField<int32_t>& field) {
  if (AnyOf(counts)) field.Add(counts.begin(), counts.end());
}

}  // namespace

uint32_t SourceNumbers::Of(absl::string_view organisation, absl::string_view source_uri) {
  std::pair<std::string, std::string> name(organisation, source_uri);
  const auto found = numbers_.find(name);
  if (found != numbers_.end()) return found->second;
  const auto number = static_cast<uint32_t>(names_.size());
  names_.push_back(name);
  numbers_.emplace(std::move(name), number);
  return number;
}

void Tally::Add(const Counted& one, const Period& period) {
  all_.insert(std::upper_bound(all_.begin(), all_.end(), one, Earlier), one);
  Count(one, period, +1);
}

void Tally::Remove(const Counted& one, const Period& period) {
  const auto [from, to] = std::equal_range(all_.begin(), all_.end(), one, Earlier);
  const auto found = std::find(from, to, one);
  if (found == to) return;
  all_.erase(found);
  Count(one, period, -1);
}

void Tally::Recount(const Period& period) {
  std::stable_sort(all_.begin(), all_.end(), Earlier);
  categories_.clear();
  sources_.clear();
  independent_sources_ = 0;
  earlier_actual_.assign(period.earlier.size(), 0);
  earlier_perceived_.assign(period.earlier.size(), 0);
  Counted oldest;
  oldest.time_ns =
      absl::ToUnixNanos(period.earlier.empty() ? period.start : period.earlier.front().first);
  for (auto it = std::lower_bound(all_.begin(), all_.end(), oldest, Earlier); it != all_.end();
       ++it) {
    Count(*it, period, +1);
  }
}

void Tally::Count(const Counted& one, const Period& period, int by) {
  const absl::Time time = absl::FromUnixNanos(one.time_ns);
  if (time < period.start) {
    std::vector<int32_t>& counts = one.perceived ? earlier_perceived_ : earlier_actual_;
    counts.resize(period.earlier.size());
    for (size_t i = 0; i < counts.size(); ++i) {
      if (period.earlier[i].first <= time && time < period.earlier[i].second) counts[i] += by;
    }
    return;
  }
  auto& [actual, perceived] = categories_[one.category];
  (one.perceived ? perceived : actual) += by;
  if (actual == 0 && perceived == 0) categories_.erase(one.category);
  independent_sources_ += by * one.independent_sources;
  auto& times = sources_[one.source];
  if (by > 0) {
    times.insert(one.time_ns);
  } else if (const auto found = times.find(one.time_ns); found != times.end()) {
    times.erase(found);
  }
  if (times.empty()) sources_.erase(one.source);
}

bool Tally::silent() const {
  return categories_.empty() && !AnyOf(earlier_actual_) && !AnyOf(earlier_perceived_);
}

void Tally::Describe(const Period& period, const SourceNumbers& sources,
                     v1::SituationCell& cell) const {
  *cell.mutable_period_start_time() = domain::TimestampOf(period.start);
  *cell.mutable_period_end_time() = domain::TimestampOf(period.end);
  for (const auto& [category, counts] : categories_) {
    v1::CategoryCount& count = *cell.add_categories();
    count.set_category(static_cast<v1::Category>(category));
    count.set_actual(counts.first);
    count.set_perceived(counts.second);
    cell.set_actual(cell.actual() + counts.first);
    cell.set_perceived(cell.perceived() + counts.second);
  }
  cell.set_independent_sources(independent_sources_);
  Set(earlier_actual_, *cell.mutable_earlier_actual());
  Set(earlier_perceived_, *cell.mutable_earlier_perceived());
  if (all_.empty()) return;
  *cell.mutable_first_time() = domain::TimestampOf(absl::FromUnixNanos(all_.front().time_ns));
  if (!categories_.empty()) {
    *cell.mutable_newest_time() = domain::TimestampOf(absl::FromUnixNanos(all_.back().time_ns));
  }
  // By name: the numbers differ from node to node.
  absl::btree_map<std::pair<std::string, std::string>, const absl::btree_multiset<int64_t>*> named;
  for (const auto& [number, times] : sources_) named.emplace(sources.at(number), &times);
  for (const auto& [name, times] : named) {
    v1::SourceCount& count = *cell.add_sources();
    count.set_organisation(name.first);
    count.set_source_uri(name.second);
    count.set_incidents(static_cast<int32_t>(times->size()));
    *count.mutable_newest_time() = domain::TimestampOf(absl::FromUnixNanos(*times->rbegin()));
  }
}

}  // namespace samsyn::analysis

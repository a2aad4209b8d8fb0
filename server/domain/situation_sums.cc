#include "server/domain/situation_sums.h"

#include <algorithm>
#include <set>

#include "server/domain/visibility.h"

namespace samsyn::domain {
namespace {

constexpr size_t kAudiencesKept = 64;

void AddCategory(const v1::CategoryCount& count, v1::SituationRow& row) {
  auto& counts = *row.mutable_categories();
  auto place = std::find_if(counts.begin(), counts.end(), [&](const v1::CategoryCount& known) {
    return known.category() == count.category();
  });
  v1::CategoryCount& sum = place == counts.end() ? *counts.Add() : *place;
  sum.set_category(count.category());
  sum.set_actual(sum.actual() + count.actual());
  sum.set_perceived(sum.perceived() + count.perceived());
}

template <typename From, typename Into>
void TakeNewestTime(const From& from, Into& into) {
  if (!from.has_newest_time()) return;
  if (!into.has_newest_time() || TimeOf(into.newest_time()) < TimeOf(from.newest_time())) {
    *into.mutable_newest_time() = from.newest_time();
  }
}

void AddSource(const v1::SourceCount& count, v1::SituationRow& row) {
  auto& counts = *row.mutable_sources();
  auto place = std::find_if(counts.begin(), counts.end(), [&](const v1::SourceCount& known) {
    return known.organisation() == count.organisation() && known.source_uri() == count.source_uri();
  });
  v1::SourceCount& sum = place == counts.end() ? *counts.Add() : *place;
  sum.set_organisation(count.organisation());
  sum.set_source_uri(count.source_uri());
  sum.set_incidents(sum.incidents() + count.incidents());
  TakeNewestTime(count, sum);
}

template <typename Counts>
void AddEarlier(const Counts& counts, std::vector<int>& sums) {
  sums.resize(std::max(sums.size(), static_cast<size_t>(counts.size())));
  std::transform(counts.begin(), counts.end(), sums.begin(), sums.begin(), std::plus<>());
}

// Adds what a cell, or another row, has counted in the period.
template <typename Counted>
void AddCounts(const Counted& counted, v1::SituationRow& row) {
  row.set_actual(row.actual() + counted.actual());
  row.set_perceived(row.perceived() + counted.perceived());
  row.set_independent_sources(row.independent_sources() + counted.independent_sources());
  TakeNewestTime(counted, row);
  for (const v1::CategoryCount& count : counted.categories()) AddCategory(count, row);
  for (const v1::SourceCount& count : counted.sources()) AddSource(count, row);
}

void AddTo(SituationSum& sum, const v1::SituationCell& cell) {
  AddCounts(cell, sum.row);
  AddEarlier(cell.earlier_actual(), sum.earlier_actual);
  AddEarlier(cell.earlier_perceived(), sum.earlier_perceived);
  sum.first = std::min(sum.first, TimeOf(cell.first_time()));
}

void AddTo(SituationSum& sum, const SituationSum& part) {
  AddCounts(part.row, sum.row);
  AddEarlier(part.earlier_actual, sum.earlier_actual);
  AddEarlier(part.earlier_perceived, sum.earlier_perceived);
  sum.first = std::min(sum.first, part.first);
}

void Tidy(v1::SituationRow& row) {
  std::sort(row.mutable_categories()->begin(), row.mutable_categories()->end(),
            [](const auto& a, const auto& b) { return a.category() < b.category(); });
  std::sort(row.mutable_sources()->begin(), row.mutable_sources()->end(),
            [](const auto& a, const auto& b) {
              return std::tie(a.organisation(), a.source_uri()) <
                     std::tie(b.organisation(), b.source_uri());
            });
}

// Puts the sum of some rows (none: ends it) where it is kept.
template <typename Sums>
void Keep(const std::vector<const SituationSum*>& parts, const typename Sums::key_type& key,
          v1::SituationRow frame, Sums& sums) {
  if (parts.empty()) {
    sums.erase(key);
    return;
  }
  SituationSum sum;
  sum.row = std::move(frame);
  for (const SituationSum* part : parts) AddTo(sum, *part);
  Tidy(sum.row);
  sums.insert_or_assign(key, std::move(sum));
}

void AddUpArea(const std::pair<bool, std::string>& area, SituationSums& sums) {
  std::vector<const SituationSum*> parts;
  for (auto row = sums.rows.lower_bound({area.first, area.second, v1::FAMILY_UNSPECIFIED});
       row != sums.rows.end() && row->second.row.area() == area.second; ++row) {
    parts.push_back(&row->second);
  }
  v1::SituationRow frame;
  frame.set_area(area.second);
  Keep(parts, area, std::move(frame), sums.areas);
}

void AddUpFamily(v1::Family family, SituationSums& sums) {
  std::vector<const SituationSum*> parts;
  for (const auto& [place, row] : sums.rows) {
    if (row.row.family() == family) parts.push_back(&row);
  }
  v1::SituationRow frame;
  frame.set_family(family);
  Keep(parts, family, std::move(frame), sums.families);
}

}  // namespace

// What is kept for one audience. Readers bring it up to date one after the other; then nobody
// changes it before the writer has come again, which waits for them.
struct KeptSums::Kept {
  explicit Kept(Audience whose) : audience(std::move(whose)) {}

  const Audience audience;
  Mutex mutex;
  uint64_t changes = 0;  // up to which it is added up
  SituationSums sums;
};

void KeptSums::Add(const EntityPtr& cell) { RowOf(cell).cells.push_back(cell); }

void KeptSums::Remove(const EntityPtr& cell) { std::erase(RowOf(cell).cells, cell); }

// The row of a cell that changes.
KeptSums::Row& KeptSums::RowOf(const EntityPtr& cell) {
  const v1::SituationCell& one = cell->situation_cell();
  Row& row = rows_[{one.area().empty(), one.area(), one.family()}];
  row.changed = ++changes_;
  return row;
}

std::shared_ptr<const SituationSums> KeptSums::Of(const Audience& audience) const {
  const std::shared_ptr<Kept> kept = KeptFor(audience);
  MutexLock lock(kept->mutex);
  if (kept->changes != changes_) AddUp(*kept);
  return {kept, &kept->sums};
}

std::shared_ptr<KeptSums::Kept> KeptSums::KeptFor(const Audience& audience) const {
  MutexLock lock(mutex_);
  auto found = std::find_if(kept_.begin(), kept_.end(),
                            [&](const auto& one) { return one->audience == audience; });
  if (found == kept_.end()) {
    if (kept_.size() == kAudiencesKept) kept_.pop_back();
    found = kept_.insert(kept_.end(), std::make_shared<Kept>(audience));
  }
  std::rotate(kept_.begin(), found, found + 1);
  return kept_.front();
}

void KeptSums::AddUp(Kept& kept) const {
  SituationSums& sums = kept.sums;
  std::set<std::pair<bool, std::string>> areas;
  std::set<v1::Family> families;
  for (const auto& [place, row] : rows_) {
    if (row.changed <= kept.changes) continue;
    const auto& [unlocated, area, family] = place;
    SituationSum sum;
    bool any = false;
    for (const EntityPtr& cell : row.cells) {
      if (!SeesWhole(kept.audience, *cell)) continue;
      AddTo(sum, cell->situation_cell());
      any = true;
    }
    sum.row.set_area(area);
    sum.row.set_family(family);
    Tidy(sum.row);
    if (any) {
      sums.rows.insert_or_assign(place, std::move(sum));
    } else if (sums.rows.erase(place) == 0) {
      continue;  // it never saw anything there
    }
    areas.emplace(unlocated, area);
    families.insert(family);
  }
  // Of rows, not of cells: of a place there are up to as many cells as there are labels.
  for (const auto& area : areas) AddUpArea(area, sums);
  for (const v1::Family family : families) AddUpFamily(family, sums);
  if (!areas.empty()) {
    sums.total = {};
    for (const auto& [place, area] : sums.areas) AddTo(sums.total, area);
    Tidy(sums.total.row);
  }
  kept.changes = changes_;
}

}  // namespace samsyn::domain

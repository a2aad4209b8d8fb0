#include "server/analysis/verdicts.h"

#include <absl/container/btree_map.h>
#include <absl/strings/str_cat.h>

#include <algorithm>
#include <string>
#include <utility>

#include "server/analysis/families.h"
#include "server/analysis/gaps.h"
#include "server/analysis/kept_usual.h"
#include "server/analysis/near_repeats.h"
#include "server/analysis/period.h"
#include "server/analysis/usual.h"
#include "server/domain/names.h"
#include "server/domain/policy.h"

namespace samsyn::analysis {
namespace {

constexpr size_t kNearRepeatsMost = 200;

// What rows are wanted for: to be shown whole, or to be judged by their counts alone.
enum class Wanted { kRows, kVerdicts };

// What an audience sees of the situation, judged; in the order of `domain::SituationSums`.
struct Judgement {
  std::vector<v1::SituationRow> rows, areas, families;
  v1::SituationRow total;
};

// A row, and the sum that it shows.
struct Shown {
  const domain::SituationSum* sum;
  v1::SituationRow* row;
};

void Name(absl::string_view municipality, absl::string_view area, absl::string_view family,
          v1::SituationRow& row) {
  row.set_verdict(domain::NameOf(municipality, v1::ENTITY_KIND_SITUATION_VERDICT,
                                 absl::StrCat(area, ".", family)));
}

// The earlier periods from before anything is known are not compared with.
size_t Unknown(const Period& period, absl::Time first) {
  size_t unknown = 0;
  while (unknown < period.earlier.size() && period.earlier[unknown].first < first) ++unknown;
  return unknown;
}

bool AnyOf(const std::vector<int>& counts) {
  return std::any_of(counts.begin(), counts.end(), [](int count) { return count != 0; });
}

// Of each of the periods compared with.
std::vector<int> Known(const std::vector<int>& earlier, size_t periods, size_t unknown) {
  std::vector<int> known(periods - unknown);
  for (size_t i = unknown; i < std::min(periods, earlier.size()); ++i) {
    known[i - unknown] = earlier[i];
  }
  return known;
}

// Judges sums that are looked at together, actual and perceived each by themselves.
void Judge(const std::vector<Shown>& together, size_t periods, size_t unknown) {
  std::vector<Judged> actual, perceived;
  for (const auto& [sum, row] : together) {
    const v1::SituationRow& counted = sum->row;
    *row->mutable_actual_usual() =
        *KeptUsualFor(counted.actual(), Known(sum->earlier_actual, periods, unknown));
    actual.push_back({counted.actual(), row->mutable_actual_usual()});
    if (counted.perceived() == 0 && !AnyOf(sum->earlier_perceived)) continue;
    *row->mutable_perceived_usual() =
        *KeptUsualFor(counted.perceived(), Known(sum->earlier_perceived, periods, unknown));
    perceived.push_back({counted.perceived(), row->mutable_perceived_usual()});
  }
  Mark(actual);
  Mark(perceived);
}

v1::SituationRow RowOf(const domain::SituationSum& sum, Wanted wanted) {
  if (wanted == Wanted::kRows) return sum.row;
  v1::SituationRow row;
  row.set_area(sum.row.area());
  row.set_family(sum.row.family());
  return row;
}

// Takes sums over as rows.
template <typename Sums>
void Show(const Sums& sums, Wanted wanted, std::vector<v1::SituationRow>& rows,
          std::vector<Shown>& together) {
  rows.reserve(sums.size());  // so that none moves
  for (const auto& [place, sum] : sums) {
    together.push_back({&sum, &rows.emplace_back(RowOf(sum, wanted))});
  }
}

// The municipality that names are of; empty when nothing is counted.
std::string MunicipalityOf(const domain::Picture& picture, const domain::Audience& audience) {
  std::string municipality = audience.municipality;
  if (!municipality.empty()) return municipality;
  picture.ForEach(v1::ENTITY_KIND_SITUATION_CELL, "", [&](const domain::EntityPtr& cell) {
    municipality = std::string(domain::MunicipalityOf(domain::NameOf(*cell)));
    return false;
  });
  return municipality;
}

Judgement JudgeAll(const domain::Picture& picture, const domain::Audience& audience,
                   const Period& period, Wanted wanted) {
  const auto sums = picture.situation_sums().Of(audience);
  Judgement all;
  all.total = RowOf(sums->total, wanted);
  std::vector<Shown> cells, totals{{&sums->total, &all.total}};
  Show(sums->rows, wanted, all.rows, cells);
  Show(sums->areas, wanted, all.areas, totals);
  Show(sums->families, wanted, all.families, totals);
  const std::string municipality = MunicipalityOf(picture, audience);
  Name(municipality, "all", "all", all.total);
  for (v1::SituationRow& row : all.rows) {
    Name(municipality, AreaId(row.area()), FamilyId(row.family()), row);
  }
  for (v1::SituationRow& row : all.areas) Name(municipality, AreaId(row.area()), "all", row);
  for (v1::SituationRow& row : all.families) {
    Name(municipality, "all", FamilyId(row.family()), row);
  }
  // Totals first: single cells are mostly too few to tell.
  const size_t unknown = Unknown(period, sums->total.first);
  Judge(totals, period.earlier.size(), unknown);
  Judge(cells, period.earlier.size(), unknown);
  return all;
}

// The sources whose reports the audience may see, and how many of them nobody has reviewed.
void AddSources(const domain::Picture& picture, const domain::Audience& audience,
                const v1::SituationRow& total, v1::GetSituationResponse& response) {
  absl::btree_map<std::pair<std::string, std::string>, v1::SourceState> states;
  picture.report_tallies().ForEach([&](const domain::ReportTally& tally) {
    if (!domain::SeesWholeReleased(audience, tally.owner, tally.release)) return;
    v1::SourceState& state = states[{tally.owner, tally.source_uri}];
    state.set_organisation(tally.owner);
    state.set_source_uri(tally.source_uri);
    state.set_reports(state.reports() + tally.reports);
    state.set_unreviewed(state.unreviewed() + tally.unreviewed);
    if (!state.has_newest_report_time() ||
        domain::TimeOf(state.newest_report_time()) < tally.newest_came) {
      *state.mutable_newest_report_time() = domain::TimestampOf(tally.newest_came);
      *state.mutable_newest_time() = domain::TimestampOf(tally.newest_occurred);
    }
  });
  for (const v1::SourceCount& count : total.sources()) {
    states[{count.organisation(), count.source_uri()}].set_incidents(count.incidents());
  }
  int unreviewed = 0;
  for (auto& [name, state] : states) {
    unreviewed += state.unreviewed();
    *response.add_sources() = std::move(state);
  }
  response.set_unreviewed_reports(unreviewed);
}

v1::SituationVerdict VerdictOf(v1::SituationRow row) {
  v1::SituationVerdict verdict;
  verdict.set_name(std::move(*row.mutable_verdict()));
  verdict.set_area(std::move(*row.mutable_area()));
  verdict.set_family(row.family());
  *verdict.mutable_actual() = std::move(*row.mutable_actual_usual());
  verdict.mutable_actual()->clear_probability();
  if (row.has_perceived_usual()) {
    *verdict.mutable_perceived() = std::move(*row.mutable_perceived_usual());
    verdict.mutable_perceived()->clear_probability();
  }
  return verdict;
}

}  // namespace

v1::GetSituationResponse GetSituation(const domain::Picture& picture,
                                      const domain::Audience& audience) {
  v1::GetSituationResponse response;
  if (audience.nothing) return response;  // not even when the meeting was closed
  const Period period = PeriodOf(picture);
  *response.mutable_period_start_time() = domain::TimestampOf(period.start);
  *response.mutable_period_end_time() = domain::TimestampOf(period.end);
  if (const auto meeting = domain::LastClosedMeeting(picture)) {
    response.set_previous_meeting(meeting->name());
  }
  Judgement all = JudgeAll(picture, audience, period, Wanted::kRows);
  AddSources(picture, audience, all.total, response);
  for (v1::SituationRow& row : all.rows) *response.add_rows() = std::move(row);
  for (v1::SituationRow& row : all.areas) *response.add_areas() = std::move(row);
  for (v1::SituationRow& row : all.families) *response.add_families() = std::move(row);
  *response.mutable_total() = std::move(all.total);
  for (v1::Gap& gap : Gaps(picture, audience)) *response.add_gaps() = std::move(gap);
  for (v1::NearRepeat& one : NearRepeats(picture, audience, period.start, kNearRepeatsMost)) {
    *response.add_near_repeats() = std::move(one);
  }
  return response;
}

std::vector<v1::SituationVerdict> Verdicts(const domain::Picture& picture,
                                           const domain::Audience& audience) {
  std::vector<v1::SituationVerdict> verdicts;
  if (audience.nothing) return verdicts;
  Judgement all = JudgeAll(picture, audience, PeriodOf(picture), Wanted::kVerdicts);
  for (auto* rows : {&all.rows, &all.areas, &all.families}) {
    for (v1::SituationRow& row : *rows) verdicts.push_back(VerdictOf(std::move(row)));
  }
  verdicts.push_back(VerdictOf(std::move(all.total)));
  std::sort(verdicts.begin(), verdicts.end(),
            [](const auto& a, const auto& b) { return a.name() < b.name(); });
  return verdicts;
}

}  // namespace samsyn::analysis

// The municipality that growth is measured in: its organisations and areas, and reports of all
// categories about them, as systems push them. The same ones in every run.
#ifndef SAMSYN_TESTS_BENCH_GROWTH_TOWN_H_
#define SAMSYN_TESTS_BENCH_GROWTH_TOWN_H_

#include <absl/strings/string_view.h>
#include <absl/time/time.h>
#include <samsyn/v1/incident.pb.h>
#include <samsyn/v1/report.pb.h>

#include <random>
#include <string>
#include <vector>

#include "server/domain/picture.h"
#include "server/domain/transaction.h"

namespace samsyn::bench {

inline constexpr char kMunicipality[] = "municipalities/0136";
// Nothing is reported of this area but where a request asks for it.
inline constexpr char kWatchedArea[] = "municipalities/0136/areas/watched";

// Organisations, areas, members: what all reports need.
void PutTown(domain::Transaction& transaction);

// A report, who sends it, and when.
struct Sent {
  std::string member;
  v1::SubmitReportRequest request;
};

// Not thread-safe.
class Things {
 public:
  explicit Things(absl::Time now);

  // The next report, of an area (empty: one of twelve, or none) and a time so long ago.
  Sent Next(absl::string_view area, absl::Duration back_most, absl::Duration back_least = {});

  // What becomes of it: the report and its incident.
  struct Made {
    v1::Report report;
    v1::Incident incident;
  };
  Made Decide(const Sent& sent, domain::Revision revision) const;
  // What becomes of both when the source says something else.
  void Amend(Made& made, domain::Transaction& transaction);

 private:
  const absl::Time now_;
  std::mt19937 random_{1};
  std::vector<v1::Category> categories_;
  domain::Picture town_;
  int made_ = 0;
};

}  // namespace samsyn::bench

#endif  // SAMSYN_TESTS_BENCH_GROWTH_TOWN_H_

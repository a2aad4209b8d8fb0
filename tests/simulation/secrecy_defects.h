// What the secrecy harness does and reads of physical defects and planned events: no count, no
// median and no occurrence tells of a report that is hidden.
#ifndef SAMSYN_TESTS_SIMULATION_SECRECY_DEFECTS_H_
#define SAMSYN_TESTS_SIMULATION_SECRECY_DEFECTS_H_

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "tests/simulation/secrecy_findings.h"

namespace samsyn::simulation {

class DefectsHarness : public SecrecyFindings {
 public:
  using SecrecyFindings::SecrecyFindings;

 protected:
  template <typename T>
  T Now(const std::string& name) {
    T message;
    Judging([&](const SecrecyModel&, const domain::Picture& picture) {
      if (const auto found = picture.Get<T>(name)) message = *found;
    });
    return message;
  }

  // Somebody says how far a repair has come, or that another organisation answers for it.
  v1::UpdateRepairRequest SomeRepair() {
    v1::UpdateRepairRequest request;
    request.set_request_id(NewRequestId());
    request.set_name(Some("reports"));
    for (int tries = 0; tries < 5; ++tries) {
      if (Now<v1::Report>(request.name()).has_repair()) break;
      request.set_name(Some("reports"));
    }
    request.set_state(static_cast<v1::Repair::State>(1 + Below(4)));
    const std::string canary = Canary(), number = Canary();
    request.set_note(canary);
    request.set_reference(number);
    Home(canary, request.name());
    Home(number, request.name());
    if (Chance(30)) request.set_responsible_organisation(SomeOrganisation());
    return request;
  }

  void LookFurther(const std::string& member) override {
    SecrecyFindings::LookFurther(member);
    v1::ListReportsRequest by_repair;
    by_repair.set_responsible_organisation(SomeOrganisation());
    ListAll<v1::ListReportsResponse>(member, "ReportService", by_repair);
    CheckRepairs(member);
    CheckPlanned(member);
  }

 private:
  // The counts are those of the defects that the member may see, and so are the days.
  void CheckRepairs(const std::string& member) {
    v1::GetRepairsRequest request;
    request.set_municipality(kMunicipality);
    v1::GetRepairsResponse response;
    if (!Call(member, "SituationService", request, &response).ok()) return;
    std::map<std::string, std::vector<double>> fixed, shown_medians;
    std::map<std::string, int> open, shown;
    Judging([&](const SecrecyModel& model, const domain::Picture& picture) {
      for (const auto& report : picture.All<v1::Report>()) {
        const v1::Repair& repair = report->repair();
        const bool stands = report->state() == v1::Report::STATE_SUBMITTED ||
                            report->state() == v1::Report::STATE_ACCEPTED ||
                            report->state() == v1::Report::STATE_MERGED;
        if (!report->has_repair() || !stands) continue;
        if (!model.SeesWhole(MemberName(member), report->name())) continue;
        if (repair.state() == v1::Repair::STATE_FIXED) {
          fixed[report->area()].push_back(absl::FDivDuration(
              domain::TimeOf(repair.close_time()) - domain::TimeOf(repair.open_time()),
              absl::Hours(24)));
        } else if (repair.state() != v1::Repair::STATE_DECLINED) {
          ++open[report->area()];
        }
      }
    });
    for (const v1::RepairRow& row : response.rows()) {
      if (row.reported() + row.ordered() > 0) shown[row.area()] = row.reported() + row.ordered();
      if (row.has_median_days()) shown_medians[row.area()] = {row.median_days()};
    }
    EXPECT_EQ(shown, open) << member << "\n" << response.DebugString();
    ASSERT_EQ(shown_medians.size(), fixed.size()) << member << "\n" << response.DebugString();
    for (auto& [area, days] : fixed) {
      std::sort(days.begin(), days.end());
      const double least = days[(days.size() - 1) / 2], most = days[days.size() / 2];
      EXPECT_DOUBLE_EQ(shown_medians[area][0], (least + most) / 2) << member << " " << area;
    }
  }

  // Each event that the member sees, as often as it was held: what is weekly once a week.
  void CheckPlanned(const std::string& member) {
    v1::ListPlannedEventsRequest request;
    request.set_municipality(kMunicipality);
    *request.mutable_window()->mutable_start_time() =
        domain::TimestampOf(clock_.Now() - absl::Hours(24 * 20));
    *request.mutable_window()->mutable_end_time() =
        domain::TimestampOf(clock_.Now() + absl::Seconds(1));
    v1::ListPlannedEventsResponse response;
    if (!Call(member, "ReportService", request, &response).ok()) return;
    std::multiset<std::string> visible, shown;
    Judging([&](const SecrecyModel& model, const domain::Picture& picture) {
      for (const auto& report : picture.All<v1::Report>()) {
        const bool held = report->kind() == v1::Report::KIND_PLANNED_EVENT &&
                          (report->state() == v1::Report::STATE_SUBMITTED ||
                           report->state() == v1::Report::STATE_ACCEPTED ||
                           report->state() == v1::Report::STATE_MERGED);
        if (!held || !model.SeesWhole(MemberName(member), report->name())) continue;
        const absl::Duration age = clock_.Now() - domain::TimeOf(report->occurred_time());
        if (age < -absl::Seconds(1)) continue;  // it is still to come
        const int64_t times = report->has_recurrence() ? 1 + age / absl::Hours(24 * 7) : 1;
        for (int64_t i = 0; i < times; ++i) visible.insert(report->name());
      }
    });
    for (const v1::PlannedOccurrence& one : response.occurrences()) {
      shown.insert(one.report().name());
    }
    EXPECT_EQ(shown, visible) << member;
  }
};

}  // namespace samsyn::simulation

#endif  // SAMSYN_TESTS_SIMULATION_SECRECY_DEFECTS_H_

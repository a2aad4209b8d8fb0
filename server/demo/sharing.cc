#include "server/demo/sharing.h"

#include "server/domain/access_rules.h"
#include "server/domain/report_rules.h"

namespace samsyn::demo {
namespace {

constexpr absl::Duration kDay = absl::Hours(24);

// Reports, accepts, and shares it with the police or proposes to.
struct Row {
  int days_ago;
  absl::string_view area, text;
  double latitude_deg, longitude_deg;
  bool propose;
};
constexpr Row kRows[kSharedReports] = {
    {3, "brandbergen", "Ungdomar säger att det säljs cannabis vid cykelrummet efter skolan.",
     59.1684, 18.1652, false},
    {1, "handen", "Yngre elever lockas att springa ärenden åt äldre i gången under torget.",
     59.1661, 18.1367, true},
};

absl::Status Accept(Director& director, const std::string& report) {
  v1::ReviewReportRequest request;
  request.set_name(report);
  request.set_no_personal_data(true);
  request.set_verdict(v1::ReviewReportRequest::VERDICT_ACCEPT);
  return director.Do("enhetschef", request, &domain::ReviewReport).status();
}

absl::Status Share(Director& director, const std::string& report, bool propose) {
  v1::ReleaseEntityRequest request;
  request.set_municipality(director.municipality());
  request.set_propose(propose);
  v1::Release& release = *request.mutable_release();
  release.set_entity(report);
  release.add_organisations(director.OrganisationName("polisen"));
  release.set_purpose("Patrullera där det behövs på eftermiddagarna");
  release.set_ground("ingen-sekretess");
  if (!propose) {
    release.add_withheld(v1::WITHHELD_PLACE);
    release.add_withheld(v1::WITHHELD_TEXT);
  }
  return director.Do(propose ? "faltsekreterare" : "enhetschef", request, &domain::ReleaseEntity)
      .status();
}

}  // namespace

void PlaySharing(Director& director, const Week& week) {
  for (const Row& row : kRows) {
    const absl::Time time = week.now() - row.days_ago * kDay;
    director.At(time, [&director, &row, time] {
      v1::SubmitReportRequest request;
      request.set_municipality(director.municipality());
      v1::Report& report = *request.mutable_report();
      report.set_category(v1::CATEGORY_DRUGS);
      report.set_area(director.AreaName(row.area));
      report.mutable_point()->set_latitude_deg(row.latitude_deg);
      report.mutable_point()->set_longitude_deg(row.longitude_deg);
      report.set_point_precision_m(50);
      report.set_text(std::string(row.text));
      report.set_knowledge(v1::Report::KNOWLEDGE_HEARD);
      report.add_marks("påhittad");
      *report.mutable_occurred_time() = domain::TimestampOf(time - absl::Hours(3));
      const auto name = director.Do("faltsekreterare", request, &domain::SubmitReport);
      if (!name.ok()) return name.status();
      director.At(time + absl::Hours(2), [&director, &row, name = *name] {
        if (absl::Status accepted = Accept(director, name); !accepted.ok()) return accepted;
        return Share(director, name, row.propose);
      });
      return absl::OkStatus();
    });
  }
}

}  // namespace samsyn::demo

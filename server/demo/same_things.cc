// The same thing, told by two: a broken window that the meeting has merged already, and one that is
// still two incidents, so that it is suggested.
#include <memory>
#include <string>
#include <vector>

#include "server/demo/reports.h"
#include "server/domain/merge_rules.h"
#include "server/domain/report_rules.h"

namespace samsyn::demo {
namespace {

struct Telling {
  int minutes_later;  // than it happened
  const char* member;
  const char* text;
  double latitude_deg, longitude_deg;
};

struct SameThing {
  int days_ago;
  const char* area;
  const char* place_text;
  Telling first, second;
  const char* merged;  // why; null: nobody has yet
};

constexpr SameThing kSameThings[] = {
    {4,
     "brandbergen",
     "vid Brandbergens centrum",
     {10, "trygghetsvard", "Stor ruta krossad i butiken vid norra entrén. Glas över gångvägen.",
      59.17570, 18.16880},
     {35, "forvaltare", "Skyltfönster krossat i lokalen mot torget. Glasmästare är beställd.",
      59.17592, 18.16915},
     "Samma ruta: förvaltaren var på plats strax efter trygghetsvärden."},
    {2,
     "jordbro",
     "i Jordbro centrum",
     {15, "vaktledare", "Krossad ruta i porten mot parkeringen, ingen kvar på platsen.", 59.14178,
      18.12490},
     {50, "forvaltare", "Entrédörrens ruta är krossad, dörren avspärrad till i morgon.", 59.14190,
      18.12537},
     nullptr},
};

v1::Report ReportOf(const Director& director, const SameThing& thing, const Telling& telling,
                    absl::Time happened) {
  v1::Report report;
  report.set_category(v1::CATEGORY_VANDALISM);
  report.set_area(director.AreaName(thing.area));
  report.set_place_text(thing.place_text);
  report.set_severity(2);
  report.set_knowledge(v1::Report::KNOWLEDGE_SEEN);
  report.mutable_release()->set_release_class(v1::RELEASE_CLASS_PARTNER);
  report.add_marks("påhittad");
  report.set_text(telling.text);
  report.mutable_point()->set_latitude_deg(telling.latitude_deg);
  report.mutable_point()->set_longitude_deg(telling.longitude_deg);
  report.set_point_precision_m(20);
  *report.mutable_occurred_time() =
      domain::TimestampOf(happened + absl::Minutes(telling.minutes_later - 5));
  return report;
}

absl::Status Accept(Director& director, const std::string& report) {
  v1::ReviewReportRequest request;
  request.set_name(report);
  request.set_no_personal_data(true);
  request.set_verdict(v1::ReviewReportRequest::VERDICT_ACCEPT);
  return director.Do("samordnare", request, &domain::ReviewReport).status();
}

absl::Status Merge(Director& director, const std::string& into, const std::string& report,
                   const char* reason) {
  v1::MergeReportsRequest request;
  request.set_incident(director.Get<v1::Report>(into).incident());
  request.add_reports(report);
  request.set_reason(reason);
  return director.Do("samordnare", request, &domain::MergeReports).status();
}

}  // namespace

void PlaySameThings(Director& director, const Week& week, std::shared_ptr<Tale> tale) {
  for (const SameThing& thing : kSameThings) {
    const absl::CivilDay day = absl::ToCivilDay(week.now(), week.zone()) - thing.days_ago;
    const absl::Time happened = week.At(day, 22, 5);
    const auto told = std::make_shared<std::vector<std::string>>();
    for (const Telling* telling : {&thing.first, &thing.second}) {
      const absl::Time time = happened + absl::Minutes(telling->minutes_later);
      director.At(time, [&director, &thing, telling, happened, time, told, tale] {
        v1::SubmitReportRequest request;
        request.set_municipality(director.municipality());
        *request.mutable_report() = ReportOf(director, thing, *telling, happened);
        const auto name = director.Do(telling->member, request, &domain::SubmitReport);
        if (!name.ok()) return name.status();
        told->push_back(*name);
        tale->push_back({*name, request.report().area(), request.report().category(), time});
        return absl::OkStatus();
      });
    }
    director.At(week.At(day + 1, 9, 10), [&director, &thing, told] {
      for (const std::string& report : *told) {
        if (absl::Status accepted = Accept(director, report); !accepted.ok()) return accepted;
      }
      return thing.merged == nullptr ? absl::OkStatus()
                                     : Merge(director, told->front(), told->back(), thing.merged);
    });
  }
}

}  // namespace samsyn::demo

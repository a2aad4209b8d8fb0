// The municipality that the tests of reports, access and lists share: four organisations and who
// works in them.
#ifndef SAMSYN_TESTS_DOMAIN_CONTENT_WORLD_H_
#define SAMSYN_TESTS_DOMAIN_CONTENT_WORLD_H_

#include <samsyn/v1/report.pb.h>

#include <string>

#include "server/domain/report_rules.h"
#include "tests/testing/world.h"

namespace samsyn::testing {

inline constexpr char kFeed[] = "https://polisen.se/api/events";
inline constexpr char kAlarms[] = "//bostader.example/larm";

// kommunen: samordnare (COORDINATOR, REVIEWER, REPORTER, DISPATCHER, lists the feed); polisen:
// polis (REPORTER, REVIEWER, DISPATCHER); bostader, private: vard (REPORTER, DISPATCHER),
// forvaltare (REVIEWER), larm (PARTNER_SYSTEM, lists the alarms); soc: falt (REPORTER), granskare
// (REVIEWER). The feed is trusted. Areas: handen with torget inside, and brandbergen without a
// border.
class ContentWorld : public World {
 public:
  ContentWorld() {
    v1::Municipality municipality = Now<v1::Municipality>(kMunicipality);
    municipality.add_trusted_sources()->set_source_uri(kFeed);
    Put(municipality);
    AddOrganisation("kommunen", v1::ORGANISATION_KIND_MUNICIPALITY, true);
    AddOrganisation("polisen", v1::ORGANISATION_KIND_POLICE, true);
    AddOrganisation("bostader", v1::ORGANISATION_KIND_PROPERTY_OWNER, false);
    AddOrganisation("soc", v1::ORGANISATION_KIND_SOCIAL_SERVICES, true);
    AddMember("samordnare", "kommunen",
              {v1::ROLE_COORDINATOR, v1::ROLE_REVIEWER, v1::ROLE_REPORTER, v1::ROLE_DISPATCHER});
    AddMember("rapportor", "kommunen", {v1::ROLE_REPORTER});
    AddMember("polis", "polisen", {v1::ROLE_REPORTER, v1::ROLE_REVIEWER, v1::ROLE_DISPATCHER});
    AddMember("vard", "bostader", {v1::ROLE_REPORTER, v1::ROLE_DISPATCHER});
    AddMember("forvaltare", "bostader", {v1::ROLE_REVIEWER});
    AddMember("larm", "bostader", {v1::ROLE_PARTNER_SYSTEM});
    AddMember("falt", "soc", {v1::ROLE_REPORTER});
    AddMember("granskare", "soc", {v1::ROLE_REVIEWER});
    AddMember("revisor", "kommunen", {v1::ROLE_AUDITOR});
    AddMember("skarm", "kommunen", {v1::ROLE_OBSERVER});
    List("samordnare", kFeed);
    List("larm", kAlarms);
    AddArea("brandbergen");
    AddSquare("handen", 59.10, 18.10, 59.20, 18.20);
    AddSquare("torget", 59.16, 18.13, 59.17, 18.15);
  }

  // Lists a source for a member (R7).
  void List(absl::string_view member, absl::string_view source_uri) {
    v1::Member changed = Now<v1::Member>(MemberName(member));
    changed.add_source_uris(std::string(source_uri));
    Put(changed);
  }
  void AddSquare(absl::string_view id, double south, double west, double north, double east) {
    v1::Area area;
    area.set_name(AreaName(id));
    area.set_display_name(std::string(id));
    area.set_kind(v1::Area::KIND_DISTRICT);
    for (const auto& [latitude, longitude] :
         {std::pair{south, west}, {south, east}, {north, east}, {north, west}, {south, west}}) {
      v1::LatLng& point = *area.mutable_polygon()->add_points();
      point.set_latitude_deg(latitude);
      point.set_longitude_deg(longitude);
    }
    Put(area);
  }

  static v1::SubmitReportRequest ReportOf(v1::Category category, absl::string_view text) {
    v1::SubmitReportRequest request;
    request.set_municipality(kMunicipality);
    request.mutable_report()->set_category(category);
    request.mutable_report()->set_text(std::string(text));
    return request;
  }
  // Submits a report; returns it as it then is (empty if it was refused).
  v1::Report Submit(absl::string_view member, const v1::SubmitReportRequest& request) {
    const absl::Status status = Do(member, request, domain::SubmitReport);
    return status.ok() ? Result<v1::Report>() : v1::Report();
  }
  v1::Report Submit(absl::string_view member, v1::Category category = v1::CATEGORY_VANDALISM,
                    v1::ReleaseClass release_class = v1::RELEASE_CLASS_UNSPECIFIED) {
    v1::SubmitReportRequest request = ReportOf(category, "Krossade rutor vid torget");
    if (release_class != v1::RELEASE_CLASS_UNSPECIFIED) {
      request.mutable_report()->mutable_release()->set_release_class(release_class);
    }
    return Submit(member, request);
  }
  absl::Status Review(absl::string_view member, absl::string_view name,
                      v1::ReviewReportRequest::Verdict verdict) {
    v1::ReviewReportRequest request;
    request.set_name(std::string(name));
    request.set_verdict(verdict);
    request.set_note("Var det i går?");
    request.set_no_personal_data(true);
    return Do(member, request, domain::ReviewReport);
  }
  // A report that is accepted, as it then is.
  v1::Report Accepted(absl::string_view member, v1::Category category = v1::CATEGORY_VANDALISM,
                      v1::ReleaseClass release_class = v1::RELEASE_CLASS_UNSPECIFIED) {
    const std::string name = Submit(member, category, release_class).name();
    const std::string owner = Now<v1::Report>(name).owner();
    const std::string reviewer = owner == OrganisationName("soc")        ? "granskare"
                                 : owner == OrganisationName("polisen")  ? "polis"
                                 : owner == OrganisationName("bostader") ? "forvaltare"
                                                                         : "samordnare";
    if (!Review(reviewer, name, v1::ReviewReportRequest::VERDICT_ACCEPT).ok()) return {};
    return Now<v1::Report>(name);
  }
};

}  // namespace samsyn::testing

#endif  // SAMSYN_TESTS_DOMAIN_CONTENT_WORLD_H_

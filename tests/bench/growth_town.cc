#include "tests/bench/growth_town.h"

#include <absl/strings/str_cat.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <utility>

#include "server/domain/categories.h"
#include "server/domain/incident_rules.h"
#include "server/domain/names.h"
#include "server/domain/report_rules.h"

namespace samsyn::bench {
namespace {

constexpr char kSource[] = "https://example.org/growth";
constexpr int kAreas = 12;
constexpr char kNobodys[] = "00000000-0000-4000-8000-000000000000";

struct Organisation {
  const char* id;
  v1::OrganisationKind kind;
  bool authority;
  v1::ReleaseClass usual;
};
constexpr Organisation kOrganisations[] = {
    {"kommunen", v1::ORGANISATION_KIND_MUNICIPALITY, true, v1::RELEASE_CLASS_PARTNER},
    {"polisen", v1::ORGANISATION_KIND_POLICE, true, v1::RELEASE_CLASS_AUTHORITY},
    {"bostader", v1::ORGANISATION_KIND_PROPERTY_OWNER, false, v1::RELEASE_CLASS_PARTNER},
    {"fritid", v1::ORGANISATION_KIND_ASSOCIATION, false, v1::RELEASE_CLASS_PARTNER}};

std::string Name(v1::EntityKind kind, absl::string_view id) {
  return domain::NameOf(kMunicipality, kind, id);
}

}  // namespace

void PutTown(domain::Transaction& transaction) {
  const auto known = transaction.Get<v1::Municipality>(kMunicipality);
  v1::Municipality municipality = known == nullptr ? v1::Municipality() : *known;
  municipality.set_name(kMunicipality);
  municipality.set_time_zone("Europe/Stockholm");
  *municipality.mutable_situation_time() = domain::TimestampOf(transaction.now());
  municipality.add_trusted_sources()->set_source_uri(kSource);
  transaction.Put(std::move(municipality));
  for (const Organisation& one : kOrganisations) {
    v1::Organisation organisation;
    organisation.set_name(Name(v1::ENTITY_KIND_ORGANISATION, one.id));
    organisation.set_owner(organisation.name());
    organisation.set_display_name(one.id);
    organisation.set_kind(one.kind);
    organisation.set_authority(one.authority);
    organisation.set_default_class(one.usual);
    v1::Member member;
    member.set_name(Name(v1::ENTITY_KIND_MEMBER, one.id));
    member.set_owner(organisation.name());
    member.set_organisation(organisation.name());
    member.set_display_name(one.id);
    member.add_roles(v1::ROLE_REPORTER);
    member.add_roles(v1::ROLE_PARTNER_SYSTEM);
    member.add_source_uris(kSource);
    transaction.Put(std::move(organisation));
    transaction.Put(std::move(member));
  }
  const auto put_area = [&](std::string name) {
    v1::Area area;
    area.set_name(std::move(name));
    area.set_display_name(std::string(domain::IdOf(area.name())));
    area.set_kind(v1::Area::KIND_DISTRICT);
    transaction.Put(std::move(area));
  };
  put_area(kWatchedArea);
  for (int i = 0; i < kAreas; ++i) put_area(Name(v1::ENTITY_KIND_AREA, absl::StrCat("a", i)));
}

Things::Things(absl::Time now) : now_(now) {
  for (int i = 1; i <= v1::Category_MAX; ++i) {
    const auto category = static_cast<v1::Category>(i);
    if (domain::FamilyOf(category) != v1::FAMILY_UNSPECIFIED) categories_.push_back(category);
  }
  domain::Transaction transaction(town_, kMunicipality, {"system", ""}, now_, 1, kNobodys);
  PutTown(transaction);
  for (const std::string& name : transaction.changed()) town_.Put(transaction.Find(name));
}

Sent Things::Next(absl::string_view area, absl::Duration back_most, absl::Duration back_least) {
  const std::string number = absl::StrCat(++made_);
  Sent sent;
  sent.member = Name(v1::ENTITY_KIND_MEMBER, kOrganisations[random_() % 4].id);
  v1::SubmitReportRequest& request = sent.request;
  // So that no two runs on the same data make the same.
  request.set_request_id(domain::MadeId("growth", absl::StrCat(absl::ToUnixNanos(now_)), made_));
  request.set_municipality(kMunicipality);
  v1::Report& report = *request.mutable_report();
  report.set_category(categories_[random_() % categories_.size()]);
  report.set_text(absl::StrCat("Flera personer vid centrum har sett hur det gick till, och en av ",
                               "dem har lämnat en egen uppgift till den som var där. Nr ", number));
  report.set_severity(1 + static_cast<int>(random_() % 4));
  if (random_() % 20 == 0) {
    report.mutable_release()->set_release_class(v1::RELEASE_CLASS_RESTRICTED);
  }
  const unsigned place = random_() % (kAreas + 1);
  if (!area.empty()) {
    report.set_area(std::string(area));
  } else if (place < kAreas) {
    report.set_area(Name(v1::ENTITY_KIND_AREA, absl::StrCat("a", place)));
  }
  // Within ten kilometres.
  std::uniform_real_distribution<double> share(0, 1);
  if (random_() % 2 == 0 && !domain::IsAreaLevelOnly(report.category())) {
    report.mutable_point()->set_latitude_deg(59.1 + 0.09 * share(random_));
    report.mutable_point()->set_longitude_deg(18.1 + 0.18 * share(random_));
  }
  const absl::Time occurred = now_ - back_least - share(random_) * (back_most - back_least);
  *report.mutable_occurred_time() = domain::TimestampOf(occurred);
  v1::Source& source = *report.mutable_source();
  source.set_source_uri(kSource);
  source.set_source_id(absl::StrCat(absl::ToUnixNanos(now_), "-", number));
  *source.mutable_source_version_time() = domain::TimestampOf(occurred);
  return sent;
}

Things::Made Things::Decide(const Sent& sent, domain::Revision revision) const {
  domain::Transaction transaction(town_, kMunicipality, {sent.member, ""}, now_, revision,
                                  sent.request.request_id());
  const absl::Status status = domain::SubmitReport(sent.request, transaction);
  if (!status.ok()) {
    std::fprintf(stderr, "%s\n", std::string(status.message()).c_str());
    std::exit(1);
  }
  const std::string& name = transaction.results().front();
  return {*transaction.Get<v1::Report>(name),
          *transaction.Get<v1::Incident>(domain::IncidentFoundedBy(name))};
}

void Things::Amend(Made& made, domain::Transaction& transaction) {
  made.report.set_severity(1 + made.report.severity() % 4);
  made.incident.set_severity(made.report.severity());
  *made.report.mutable_source()->mutable_source_version_time() =
      domain::TimestampOf(transaction.now());
  transaction.Answer(made.report.name());
  transaction.Put(made.report);
  transaction.Put(made.incident);
}

}  // namespace samsyn::bench

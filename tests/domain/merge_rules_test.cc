// R9: reports are merged by a person, within one release; a split restores; the numbers always add
// up; hearsay is no source of its own.
#include "server/domain/merge_rules.h"

#include <absl/strings/str_cat.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "server/domain/access_rules.h"
#include "server/domain/authority_rules.h"
#include "server/domain/incident_rules.h"
#include "server/domain/limits.h"
#include "server/domain/problem_rules.h"
#include "server/domain/releases.h"
#include "tests/domain/content_world.h"

namespace samsyn::domain {
namespace {

using testing::ContentWorld;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::kAlarms;
using testing::kMunicipality;
using testing::OrganisationName;
using ::testing::SizeIs;
using Names = std::vector<std::string>;

class MergeRulesTest : public ::testing::Test {
 protected:
  // A report, accepted, of vandalism; its name.
  std::string Report(absl::string_view member,
                     v1::ReleaseClass release = v1::RELEASE_CLASS_PARTNER) {
    return world_.Accepted(member, v1::CATEGORY_VANDALISM, release).name();
  }
  v1::Report Now(const std::string& report) { return world_.Now<v1::Report>(report); }
  v1::Incident Home(const std::string& report) {
    return world_.Now<v1::Incident>(IncidentFoundedBy(report));
  }
  // Brings reports into the incident of another.
  absl::Status Merge(const std::string& into, const Names& reports,
                     absl::string_view member = "samordnare", absl::string_view reason = "") {
    v1::MergeReportsRequest request;
    request.set_incident(Now(into).incident());
    for (const std::string& report : reports) request.add_reports(report);
    request.set_reason(std::string(reason));
    return world_.Do(member, request, MergeReports);
  }
  absl::Status Split(const std::string& of, const Names& reports,
                     absl::string_view member = "samordnare") {
    v1::SplitIncidentRequest request;
    request.set_name(Now(of).incident());
    for (const std::string& report : reports) request.add_reports(report);
    return world_.Do(member, request, SplitIncident);
  }
  absl::Status SetClassOf(const std::string& report, v1::ReleaseClass to,
                          absl::string_view member) {
    v1::SetClassRequest request;
    request.set_name(report);
    request.set_release_class(to);
    request.set_reason("x");
    return world_.Do(member, request, SetClass);
  }
  // All incidents, without what a version alone says.
  std::map<std::string, std::string> Incidents() {
    std::map<std::string, std::string> all;
    for (const auto& one : world_.picture().All<v1::Incident>()) {
      v1::Incident incident = *one;
      incident.clear_revision();
      incident.clear_etag();
      incident.clear_update_time();
      all[incident.name()] = incident.DebugString();
    }
    return all;
  }
  // What holds after every step, whatever was done.
  void CheckThatAllAddsUp() {
    std::map<std::string, std::string> incident_of;
    size_t placed = 0;
    for (const auto& incident : world_.picture().All<v1::Incident>()) {
      if (incident->state() == v1::Incident::STATE_MERGED) {
        EXPECT_THAT(incident->reports(), IsEmpty()) << incident->name();
        EXPECT_FALSE(incident->counted());
        const auto into = world_.Now<v1::Incident>(incident->merged_into());
        EXPECT_NE(into.state(), v1::Incident::STATE_MERGED) << "it leads to where its reports are";
        continue;
      }
      EXPECT_EQ(incident->merged_into(), "");
      ASSERT_GT(incident->reports_size(), 0);
      EXPECT_EQ(incident->name(), IncidentFoundedBy(incident->reports(0)));
      std::set<std::string> labels, recorded;
      for (const std::string& report : incident->reports()) {
        EXPECT_TRUE(incident_of.emplace(report, incident->name()).second) << "in two incidents";
        const v1::Report now = Now(report);
        labels.insert(LabelOf(world_.picture(), now.owner(), now.release()));
        const bool stands =
            now.state() == v1::Report::STATE_ACCEPTED || now.state() == v1::Report::STATE_MERGED;
        const bool first = report == incident->reports(0);
        EXPECT_TRUE(!stands || (now.state() == v1::Report::STATE_ACCEPTED) == first) << report;
        EXPECT_EQ(Home(report).state() == v1::Incident::STATE_MERGED, !first) << report;
      }
      labels.insert(LabelOf(world_.picture(), incident->owner(), incident->release()));
      EXPECT_THAT(labels, SizeIs(1)) << "one incident, one release";
      CheckRecords(*incident);
      placed += incident->reports_size();
    }
    size_t with_incident = 0;
    for (const auto& report : world_.picture().All<v1::Report>()) {
      if (report->incident().empty()) continue;
      ++with_incident;
      EXPECT_EQ(incident_of[report->name()], report->incident()) << report->name();
    }
    EXPECT_EQ(placed, with_incident);
  }
  // Every report but the first has come in by one of its records, and they name no other.
  void CheckRecords(const v1::Incident& incident) {
    std::multiset<std::string> recorded;
    for (const v1::IncidentMerge& record : incident.merges()) {
      EXPECT_THAT(record.reports(), ::testing::Not(IsEmpty()));
      recorded.insert(record.reports().begin(), record.reports().end());
    }
    EXPECT_EQ(recorded,
              std::multiset<std::string>(incident.reports().begin() + 1, incident.reports().end()))
        << incident.DebugString();
  }

  ContentWorld world_;
};

TEST_F(MergeRulesTest, R9MergedReportsAreOneIncidentAndAreCountedOnce) {
  const std::string a = Report("vard"), b = Report("polis");
  ASSERT_TRUE(Merge(a, {b}, "polis", "Samma ruta.").ok());
  const v1::Incident incident = Home(a);
  EXPECT_EQ(world_.Result<v1::Incident>().name(), incident.name());
  EXPECT_THAT(incident.reports(), ElementsAre(a, b));
  EXPECT_EQ(incident.state(), v1::Incident::STATE_CURRENT);
  EXPECT_TRUE(incident.counted());
  EXPECT_EQ(incident.independent_sources(), 2);
  ASSERT_THAT(incident.merges(), SizeIs(1));
  EXPECT_THAT(incident.merges(0).reports(), ElementsAre(b));
  EXPECT_EQ(incident.merges(0).organisation(), OrganisationName("polisen"));
  EXPECT_EQ(incident.merges(0).reason(), "Samma ruta.");
  EXPECT_EQ(TimeOf(incident.merges(0).merge_time()), world_.now());
  EXPECT_EQ(Now(a).state(), v1::Report::STATE_ACCEPTED);
  EXPECT_EQ(Now(b).state(), v1::Report::STATE_MERGED);
  EXPECT_EQ(Now(b).incident(), incident.name());
  EXPECT_EQ(Home(b).state(), v1::Incident::STATE_MERGED);
  EXPECT_EQ(Home(b).merged_into(), incident.name());
  EXPECT_FALSE(Home(b).counted());
  CheckThatAllAddsUp();
}

TEST_F(MergeRulesTest, R9AReportBringsItsWholeIncidentAndASplitRestoresIt) {
  const std::string a = Report("vard"), b = Report("polis"), c = Report("samordnare"),
                    d = Report("rapportor");
  ASSERT_TRUE(Merge(c, {d}, "polis", "d är c").ok());
  const auto before = Incidents();
  ASSERT_TRUE(Merge(a, {d, b}).ok());
  EXPECT_THAT(Home(a).reports(), ElementsAre(a, c, d, b));
  EXPECT_THAT(Home(a).merges(), SizeIs(2)) << "one for each incident, so that each can be undone";
  CheckThatAllAddsUp();
  const IncidentMerges records = Home(a).merges();
  for (const v1::IncidentMerge& record : records) {
    ASSERT_TRUE(Split(a, {record.reports().begin(), record.reports().end()}).ok());
    CheckThatAllAddsUp();
  }
  EXPECT_EQ(Incidents(), before);
  EXPECT_EQ(Now(d).state(), v1::Report::STATE_MERGED);
  EXPECT_EQ(Home(c).merges(0).reason(), "d är c");
}

TEST_F(MergeRulesTest, R9ThePartWithTheFirstReportKeepsTheName) {
  const std::string a = Report("vard"), b = Report("polis"), c = Report("samordnare");
  ASSERT_TRUE(Merge(a, {b, c}).ok());
  ASSERT_TRUE(Split(a, {a}).ok());
  EXPECT_THAT(world_.results(), ElementsAre(Home(a).name(), Home(b).name()));
  EXPECT_THAT(Home(a).reports(), ElementsAre(a));
  EXPECT_THAT(Home(b).reports(), ElementsAre(b, c));
  EXPECT_THAT(Home(b).merges(0).reports(), ElementsAre(c)) << "it tells how c came to b";
  EXPECT_EQ(Now(b).state(), v1::Report::STATE_ACCEPTED);
  EXPECT_EQ(Now(c).state(), v1::Report::STATE_MERGED);
  CheckThatAllAddsUp();
}

TEST_F(MergeRulesTest, WhatIsRefused) {
  const std::string a = Report("vard"), b = Report("polis"),
                    secret = Report("polis", v1::RELEASE_CLASS_RESTRICTED),
                    for_authorities = Report("polis", v1::RELEASE_CLASS_AUTHORITY),
                    waiting = world_.Submit("polis").name();
  const auto before = Incidents();
  EXPECT_EQ(ReasonOf(Merge(a, {b}, "rapportor")), v1::ERROR_REASON_ROLE_MISSING);
  EXPECT_EQ(ReasonOf(Merge(a, {secret})), v1::ERROR_REASON_NOT_FOUND);
  EXPECT_EQ(ReasonOf(Merge(secret, {a})), v1::ERROR_REASON_NOT_FOUND);
  EXPECT_EQ(ReasonOf(Merge(a, {waiting})), v1::ERROR_REASON_WRONG_STATE);
  const Refusal refusal = RefusalOf(Merge(a, {b, for_authorities, a}));
  EXPECT_EQ(refusal.reason, v1::ERROR_REASON_INVALID_FIELDS);
  ASSERT_THAT(refusal.violations, SizeIs(2)) << "all of it at once";
  EXPECT_EQ(refusal.violations[0].field, "reports[1]");
  EXPECT_EQ(refusal.violations[1].field, "reports[2]");
  EXPECT_EQ(ReasonOf(Split(a, {a})), v1::ERROR_REASON_INVALID_FIELDS) << "one must stay";
  EXPECT_EQ(ReasonOf(Split(a, {b})), v1::ERROR_REASON_INVALID_FIELDS) << "b is elsewhere";
  EXPECT_EQ(ReasonOf(Split(a, {secret})), v1::ERROR_REASON_NOT_FOUND);
  EXPECT_EQ(Incidents(), before);
  ASSERT_TRUE(Merge(a, {b}).ok());
  EXPECT_EQ(ReasonOf(Split(a, {b}, "vard")), v1::ERROR_REASON_ROLE_MISSING);
  v1::SplitIncidentRequest split;
  split.set_name(Home(a).name());
  split.add_reports(b);
  split.set_etag("\"1\"");
  EXPECT_EQ(ReasonOf(world_.Do("polis", split, SplitIncident)), v1::ERROR_REASON_ETAG_MISMATCH);
  v1::MergeReportsRequest merge;
  merge.set_incident(Home(b).name());
  merge.add_reports(Report("vard"));
  EXPECT_EQ(ReasonOf(world_.Do("polis", merge, MergeReports)), v1::ERROR_REASON_WRONG_STATE)
      << "b's own incident is merged away";
}

TEST_F(MergeRulesTest, AnIncidentHasAMost) {
  const std::string a = Report("polis");
  for (size_t i = 1; i < kIncidentReports; ++i) ASSERT_TRUE(Merge(a, {Report("polis")}).ok()) << i;
  EXPECT_EQ(ReasonOf(Merge(a, {Report("polis")})), v1::ERROR_REASON_LIMIT_REACHED);
  EXPECT_LT(Home(a).ByteSizeLong(), kEntityBytes);
  // The first leaves, and with it the name: all others are written at once.
  ASSERT_TRUE(SetClassOf(a, v1::RELEASE_CLASS_RESTRICTED, "polis").ok());
  EXPECT_THAT(Home(a).reports(), ElementsAre(a));
  CheckThatAllAddsUp();
}

TEST_F(MergeRulesTest, LongReasonsFillAnIncidentBeforeItsMost) {
  const std::string a = Report("polis"), reason(kShortTextCharacters, 'x');
  absl::Status status;
  for (size_t i = 1; i < kIncidentReports && status.ok(); ++i) {
    status = Merge(a, {Report("polis")}, "polis", reason);
  }
  EXPECT_EQ(ReasonOf(status), v1::ERROR_REASON_LIMIT_REACHED);
  EXPECT_LT(Home(a).ByteSizeLong(), kEntityBytes);
}

TEST_F(MergeRulesTest, R9HearsayOfOneSourceInThreeSystemsIsOneIndependentSource) {
  const auto with = [this](absl::string_view member, v1::Report::Knowledge knowledge) {
    v1::SubmitReportRequest request = ContentWorld::ReportOf(v1::CATEGORY_VANDALISM, "Rutan");
    request.mutable_report()->set_knowledge(knowledge);
    const std::string name = world_.Submit(member, request).name();
    EXPECT_TRUE(world_.Review("samordnare", name, v1::ReviewReportRequest::VERDICT_ACCEPT).ok());
    return name;
  };
  const std::string first = with("vard", v1::Report::KNOWLEDGE_HEARD);
  ASSERT_TRUE(Merge(first, {with("polis", v1::Report::KNOWLEDGE_HEARD),
                            with("rapportor", v1::Report::KNOWLEDGE_RUMOUR)})
                  .ok());
  EXPECT_EQ(Home(first).independent_sources(), 1);
  ASSERT_TRUE(Merge(first, {with("rapportor", v1::Report::KNOWLEDGE_SEEN)}).ok());
  EXPECT_EQ(Home(first).independent_sources(), 1) << "the one who saw it, and no hearsay beside";
  ASSERT_TRUE(Merge(first, {with("rapportor", v1::Report::KNOWLEDGE_UNSPECIFIED)}).ok());
  EXPECT_EQ(Home(first).independent_sources(), 1) << "the same person twice";
  const std::string police = with("polis", v1::Report::KNOWLEDGE_SEEN);
  ASSERT_TRUE(Merge(first, {police}).ok());
  EXPECT_EQ(Home(first).independent_sources(), 2);
  v1::RetractReportRequest retract;
  retract.set_name(police);
  ASSERT_TRUE(world_.Do("polis", retract, RetractReport).ok());
  EXPECT_EQ(Home(first).independent_sources(), 1);
}

TEST_F(MergeRulesTest, OneSystemIsOneSourceHoweverManyReportsItSends) {
  Names alarms;
  for (const char* id : {"1", "2"}) {
    v1::SubmitReportRequest request = ContentWorld::ReportOf(v1::CATEGORY_VANDALISM, "Larm");
    request.mutable_report()->mutable_source()->set_source_uri(kAlarms);
    request.mutable_report()->mutable_source()->set_source_id(id);
    alarms.push_back(world_.Submit("larm", request).name());
    ASSERT_TRUE(
        world_.Review("forvaltare", alarms.back(), v1::ReviewReportRequest::VERDICT_ACCEPT).ok());
  }
  ASSERT_TRUE(Merge(alarms[0], {alarms[1]}).ok());
  EXPECT_EQ(Home(alarms[0]).independent_sources(), 1);
  EXPECT_EQ(Home(alarms[0]).source_uri(), kAlarms);
}

TEST_F(MergeRulesTest, AMergedReportIsAmendedRejectedAndRetractedAsAnyOther) {
  const std::string a = Report("polis"), b = Report("vard");
  ASSERT_TRUE(Merge(a, {b}).ok());
  v1::AmendReportRequest amend;
  *amend.mutable_report() =
      ContentWorld::ReportOf(v1::CATEGORY_BURGLARY, "Inbrott var det").report();
  amend.mutable_report()->set_name(b);
  ASSERT_TRUE(world_.Do("vard", amend, AmendReport).ok());
  EXPECT_EQ(Now(b).state(), v1::Report::STATE_MERGED);
  EXPECT_EQ(Home(b).headline(), "Inbrott var det") << "the home shows what its report says";
  EXPECT_EQ(Home(a).category(), v1::CATEGORY_VANDALISM);
  ASSERT_TRUE(world_.Review("polis", a, v1::ReviewReportRequest::VERDICT_REJECT).ok());
  EXPECT_EQ(Home(a).category(), v1::CATEGORY_BURGLARY) << "the first that stands says what it was";
  EXPECT_EQ(Home(a).owner(), OrganisationName("bostader"));
  ASSERT_TRUE(world_.Review("forvaltare", b, v1::ReviewReportRequest::VERDICT_REJECT).ok());
  EXPECT_EQ(Home(a).state(), v1::Incident::STATE_WITHDRAWN);
  EXPECT_EQ(Home(a).owner(), OrganisationName("polisen")) << "and has its own words again";
  CheckThatAllAddsUp();
  ASSERT_TRUE(Split(a, {b}).ok()) << "what was retracted can be parted, too";
  EXPECT_EQ(Home(b).state(), v1::Incident::STATE_WITHDRAWN);
  CheckThatAllAddsUp();
}

TEST_F(MergeRulesTest, R6AReportThatIsTightenedLeavesTheIncidentAndIsNotSpokenOf) {
  for (const bool first : {true, false}) {
    const std::string open = Report("vard"), tightened = Report("polis"), third = Report("vard");
    const std::string into = first ? tightened : open;
    ASSERT_TRUE(
        Merge(into, {first ? open : tightened, third}, "polis", "Polisen såg detsamma").ok());
    ASSERT_TRUE(SetClassOf(tightened, v1::RELEASE_CLASS_AUTHORITY, "polis").ok());
    CheckThatAllAddsUp();
    EXPECT_THAT(Home(tightened).reports(), ElementsAre(tightened));
    EXPECT_THAT(Home(open).reports(), ElementsAre(open, third));
    EXPECT_EQ(world_.ShownTo("vard", Home(tightened).name()), nullptr);
    for (const auto& incident : world_.picture().All<v1::Incident>()) {
      const EntityPtr shown = world_.ShownTo("vard", incident->name());
      if (shown == nullptr) continue;
      EXPECT_THAT(shown->DebugString(), ::testing::Not(::testing::HasSubstr(tightened)));
      EXPECT_THAT(shown->DebugString(), ::testing::Not(::testing::HasSubstr("Polisen såg")))
          << "a reason may speak of what left";
    }
  }
}

TEST_F(MergeRulesTest, R6SharingAndItsEndPartWhatIsNoLongerOfOneRelease) {
  const std::string a = Report("polis", v1::RELEASE_CLASS_RESTRICTED),
                    b = Report("polis", v1::RELEASE_CLASS_RESTRICTED);
  ASSERT_TRUE(Merge(a, {b}, "polis").ok());
  v1::ReleaseEntityRequest share;
  share.set_municipality(kMunicipality);
  share.mutable_release()->set_entity(b);
  share.mutable_release()->add_organisations(OrganisationName("soc"));
  share.mutable_release()->set_ground("samtycke");
  *share.mutable_release()->mutable_expire_time() = TimestampOf(world_.now() + absl::Hours(1));
  ASSERT_TRUE(world_.Do("polis", share, ReleaseEntity).ok());
  EXPECT_THAT(Home(b).reports(), ElementsAre(b));
  EXPECT_NE(world_.ShownTo("granskare", Home(b).name()), nullptr);
  EXPECT_EQ(world_.ShownTo("granskare", Home(a).name()), nullptr);
  const std::string c = Report("polis", v1::RELEASE_CLASS_RESTRICTED);
  share.mutable_release()->set_entity(c);
  share.mutable_release()->clear_expire_time();
  ASSERT_TRUE(world_.Do("polis", share, ReleaseEntity).ok());
  ASSERT_TRUE(Merge(b, {c}, "polis").ok()) << "both are seen by the same again";
  world_.Advance(absl::Hours(2));
  EXPECT_THAT(Home(b).reports(), ElementsAre(b)) << "its time was over";
  EXPECT_EQ(world_.ShownTo("granskare", Home(b).name()), nullptr);
  EXPECT_NE(world_.ShownTo("granskare", Home(c).name()), nullptr);
  CheckThatAllAddsUp();
}

TEST_F(MergeRulesTest, R6ACategoryForCoordinatorsLeavesToo) {
  const std::string a = Report("vard"), b = Report("vard");
  ASSERT_TRUE(Merge(a, {b}).ok());
  v1::AmendReportRequest amend;
  *amend.mutable_report() = ContentWorld::ReportOf(v1::CATEGORY_YOUTH_CONCERN, "Oro").report();
  amend.mutable_report()->set_name(a);
  ASSERT_TRUE(world_.Do("vard", amend, AmendReport).ok());
  EXPECT_EQ(world_.ShownTo("polis", Home(a).name()), nullptr);
  EXPECT_THAT(Home(b).reports(), ElementsAre(b));
  CheckThatAllAddsUp();
}

// What a command that decides over the flag of polisen is asked.
v1::DecideAuthorityChangeRequest Confirmation() {
  v1::DecideAuthorityChangeRequest request;
  request.set_request_id("00000000-0000-4000-8000-00000000000a");
  request.set_name(OrganisationName("polisen"));
  request.set_confirmed(true);
  return request;
}

TEST_F(MergeRulesTest, R6IncidentsArePartedBeforeAnOrganisationCeasesToBeAnAuthority) {
  const auto incident_of_two = [this] {
    const std::string a = Report("samordnare", v1::RELEASE_CLASS_AUTHORITY),
                      b = Report("polis", v1::RELEASE_CLASS_AUTHORITY);
    EXPECT_TRUE(Merge(a, {b}).ok());
    return std::make_pair(a, b);
  };
  std::vector<std::pair<std::string, std::string>> pairs;
  for (int i = 0; i < 70; ++i) pairs.push_back(incident_of_two());
  const std::string own = Report("polis", v1::RELEASE_CLASS_AUTHORITY),
                    own_too = Report("polis", v1::RELEASE_CLASS_AUTHORITY);
  ASSERT_TRUE(Merge(own, {own_too}).ok());
  world_.AddMember("andra", "kommunen", {v1::ROLE_COORDINATOR});
  world_.Advance(absl::Minutes(1));
  v1::Organisation police = world_.Now<v1::Organisation>(OrganisationName("polisen"));
  police.mutable_authority_change()->set_asked_by(testing::MemberName("samordnare"));
  *police.mutable_authority_change()->mutable_ask_time() = TimestampOf(world_.now());
  world_.Put(police);
  // As the service does: under ids of their own while much remains, then under the request's.
  const v1::DecideAuthorityChangeRequest request = Confirmation();
  int steps = 0;
  do {
    ASSERT_TRUE(world_.Do("andra", request, DecideAuthorityChange).ok());
    CheckThatAllAddsUp();
    ++steps;
  } while (world_.effect() > 1);
  EXPECT_GT(steps, 1) << "so many are parted in several transactions";
  EXPECT_TRUE(world_.Now<v1::Organisation>(OrganisationName("polisen")).authority());
  ASSERT_TRUE(world_.Do("andra", request, DecideAuthorityChange, request.request_id()).ok());
  CheckThatAllAddsUp();
  EXPECT_FALSE(world_.Now<v1::Organisation>(OrganisationName("polisen")).authority());
  for (const auto& [a, b] : pairs) {
    EXPECT_NE(Now(a).incident(), Now(b).incident());
    EXPECT_EQ(world_.ShownTo("polis", Home(a).name()), nullptr);
  }
  EXPECT_EQ(Now(own).incident(), Now(own_too).incident()) << "both are of the same still";
}

TEST_F(MergeRulesTest, AProblemGoesOnNamingAMergedIncident) {
  const std::string a = Report("vard"), b = Report("polis");
  v1::CreateProblemRequest create;
  create.set_municipality(kMunicipality);
  create.mutable_problem()->set_statement("Krossade rutor");
  ASSERT_TRUE(world_.Do("samordnare", create, CreateProblem).ok());
  v1::LinkIncidentsRequest link;
  link.set_name(world_.results().front());
  link.add_add(Home(b).name());
  ASSERT_TRUE(world_.Do("samordnare", link, LinkIncidents).ok());
  ASSERT_TRUE(Merge(a, {b}).ok());
  ASSERT_TRUE(SetClassOf(b, v1::RELEASE_CLASS_RESTRICTED, "polis").ok());
  const auto seen_by = [&](absl::string_view member) {
    return world_.ShownTo(member, link.name())->problem().incidents();
  };
  EXPECT_THAT(seen_by("polis"), ElementsAre(Home(b).name()));
  EXPECT_THAT(seen_by("vard"), IsEmpty());
}

// Random merges, splits and changes of releases: after each the numbers add up, and what is merged
// and split again is as it was.
class RandomMerges : public MergeRulesTest, public ::testing::WithParamInterface<int> {
 protected:
  size_t Below(size_t end) { return random_() % end; }
  const std::string& Some() { return reports_[Below(reports_.size())]; }
  Names Members(const std::string& report) {
    const v1::Incident incident = world_.Now<v1::Incident>(Now(report).incident());
    return {incident.reports().begin(), incident.reports().end()};
  }
  // A merge, undone by its records.
  void MergeAndUndo() {
    const std::string into = Some(), one = Some(), other = Some();
    const auto before = Incidents();
    const int records = world_.Now<v1::Incident>(Now(into).incident()).merges_size();
    world_.Advance(absl::Seconds(1));
    if (!Merge(into, {one, other}).ok()) return;
    CheckThatAllAddsUp();
    v1::Incident merged = world_.Now<v1::Incident>(Now(into).incident());
    for (int i = merged.merges_size() - 1; i >= records; --i) {
      const auto& names = merged.merges(i).reports();
      ASSERT_TRUE(Split(into, {names.begin(), names.end()}).ok());
      CheckThatAllAddsUp();
    }
    EXPECT_EQ(Incidents(), before);
    ++undone_;
  }
  void Part() {
    const std::string of = Some();
    Names leave;
    for (const std::string& member : Members(of)) {
      if (Below(2) == 0) leave.push_back(member);
    }
    if (!leave.empty()) Split(of, leave).IgnoreError();
  }
  void ChangeSomething() {
    const std::string report = Some();
    switch (Below(4)) {
      case 0:
        SetClassOf(report, Below(2) == 0 ? v1::RELEASE_CLASS_PARTNER : v1::RELEASE_CLASS_RESTRICTED,
                   "polis")
            .IgnoreError();
        break;
      case 1:
        world_.Review("polis", report, v1::ReviewReportRequest::VERDICT_REJECT).IgnoreError();
        break;
      default:
        reports_.push_back(Report("polis"));
    }
  }

  std::mt19937 random_{static_cast<uint32_t>(GetParam())};
  Names reports_;
  int undone_ = 0;
};

TEST_P(RandomMerges, R9TheNumbersAddUpAndASplitRestores) {
  for (int i = 0; i < 8; ++i) reports_.push_back(Report("polis"));
  for (int step = 0; step < 120 && !HasFailure(); ++step) {
    SCOPED_TRACE(step);
    world_.Advance(absl::Seconds(1));
    switch (Below(6)) {
      case 0:
        MergeAndUndo();
        break;
      case 1:
        Part();
        break;
      case 2:
        ChangeSomething();
        break;
      default:
        Merge(Some(), {Some(), Some()}, "polis").IgnoreError();
    }
    CheckThatAllAddsUp();
  }
  EXPECT_GT(undone_, 0);
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomMerges, ::testing::Range(1, 21));

}  // namespace
}  // namespace samsyn::domain

// Tokens, releases and classes: who may, what follows, and what is never done.
#include "server/domain/access_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "server/domain/index_keys.h"
#include "tests/domain/content_world.h"

namespace samsyn::domain {
namespace {

using testing::ContentWorld;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::kMunicipality;
using testing::MemberName;
using testing::OrganisationName;

absl::Status Issue(const v1::IssueTokenRequest& request, Transaction& transaction) {
  return IssueToken(request, Digest{7}, transaction);
}
absl::Status FireRelease(const v1::RevokeReleaseRequest& request, Transaction& transaction) {
  return OnReleaseDue(*transaction.Get<v1::Release>(request.name()), transaction);
}

absl::Status Share(ContentWorld& world, absl::string_view member, absl::string_view entity,
                   std::initializer_list<absl::string_view> with,
                   absl::Duration until = absl::ZeroDuration()) {
  v1::ReleaseEntityRequest request;
  request.set_municipality(kMunicipality);
  v1::Release& release = *request.mutable_release();
  release.set_entity(std::string(entity));
  for (const absl::string_view id : with) release.add_organisations(OrganisationName(id));
  release.set_purpose("Samordna kvällen");
  release.set_ground("samtycke");
  if (until != absl::ZeroDuration()) {
    *release.mutable_expire_time() = TimestampOf(world.now() + until);
  }
  return world.Do(member, request, ReleaseEntity);
}

absl::Status Class(ContentWorld& world, absl::string_view member, absl::string_view entity,
                   v1::ReleaseClass release_class, absl::string_view reason = "Enligt beslut") {
  v1::SetClassRequest request;
  request.set_name(std::string(entity));
  request.set_release_class(release_class);
  request.set_reason(std::string(reason));
  return world.Do(member, request, SetClass);
}

bool Sees(const ContentWorld& world, absl::string_view member, absl::string_view name) {
  return world.ShownTo(member, name) != nullptr;
}

TEST(IssueToken, KeepsTheDigestAndEndsInNinetyDays) {
  ContentWorld world;
  v1::IssueTokenRequest request;
  request.set_member(MemberName("falt"));
  ASSERT_TRUE(world.Do("samordnare", request, Issue).ok());
  const v1::Token token = world.Result<v1::Token>();
  EXPECT_EQ(token.owner(), OrganisationName("soc"));
  EXPECT_EQ(token.watch_quota(), 20);
  EXPECT_EQ(TimeOf(token.expire_time()), world.now() + absl::Hours(24 * 90));
  EXPECT_EQ(world.picture().FindCredential(token.name()), Digest{7});
  EXPECT_TRUE(Sees(world, "samordnare", token.name()));
  EXPECT_FALSE(Sees(world, "falt", token.name()));
}

TEST(IssueToken, DispatchersSpeakForTheirOwnAndForNoMoreThanTheyMay) {
  ContentWorld world;
  world.AddMember("driftledare", "kommunen", {v1::ROLE_DISPATCHER});
  struct Row {
    const char* who;
    const char* member;
    v1::ErrorReason refused;  // UNSPECIFIED: issued
  };
  for (const Row& row : {Row{"vard", "larm", v1::ERROR_REASON_UNSPECIFIED},
                         {"vard", "falt", v1::ERROR_REASON_NOT_YOUR_ORGANISATION},
                         {"driftledare", "rapportor", v1::ERROR_REASON_UNSPECIFIED},
                         {"driftledare", "samordnare", v1::ERROR_REASON_ROLE_MISSING},
                         {"rapportor", "rapportor", v1::ERROR_REASON_ROLE_MISSING},
                         {"samordnare", "nobody", v1::ERROR_REASON_NOT_FOUND}}) {
    v1::IssueTokenRequest request;
    request.set_member(MemberName(row.member));
    const absl::Status status = world.Do(row.who, request, Issue);
    EXPECT_EQ(status.ok() ? v1::ERROR_REASON_UNSPECIFIED : ReasonOf(status), row.refused)
        << row.who << " " << row.member;
  }
}

TEST(IssueToken, RefusesTimesThatArePastOrTooFar) {
  ContentWorld world;
  for (const absl::Duration ahead : {-absl::Hours(1), absl::Hours(24 * 731)}) {
    v1::IssueTokenRequest request;
    request.set_member(MemberName("falt"));
    *request.mutable_expire_time() = TimestampOf(world.now() + ahead);
    EXPECT_EQ(ReasonOf(world.Do("samordnare", request, Issue)), v1::ERROR_REASON_INVALID_FIELDS);
  }
}

TEST(RevokeToken, EndsItOnceAndForAll) {
  ContentWorld world;
  v1::IssueTokenRequest request;
  request.set_member(MemberName("falt"));
  ASSERT_TRUE(world.Do("samordnare", request, Issue).ok());
  v1::RevokeTokenRequest revoke;
  revoke.set_name(world.results().front());
  EXPECT_EQ(ReasonOf(world.Do("polis", revoke, RevokeToken)), v1::ERROR_REASON_NOT_FOUND);
  ASSERT_TRUE(world.Do("samordnare", revoke, RevokeToken).ok());
  EXPECT_TRUE(world.Result<v1::Token>().has_revoke_time());
  const Revision revision = world.revision();
  ASSERT_TRUE(world.Do("samordnare", revoke, RevokeToken).ok());
  EXPECT_EQ(world.revision(), revision);
}

TEST(ReleaseEntity, ShowsReportAndIncidentToTheNamedAndToNobodyElse) {
  ContentWorld world;
  world.AddMember("socchef", "soc", {v1::ROLE_REVIEWER});
  const v1::Report report = world.Accepted("falt");
  EXPECT_FALSE(Sees(world, "polis", report.name()));
  ASSERT_TRUE(Share(world, "socchef", report.name(), {"polisen"}).ok());
  for (const std::string& name : {report.name(), report.incident()}) {
    EXPECT_TRUE(Sees(world, "polis", name));
    EXPECT_FALSE(Sees(world, "vard", name));
    EXPECT_FALSE(Sees(world, "samordnare", name));
  }
  const v1::Release release = world.Result<v1::Release>();
  EXPECT_EQ(release.state(), v1::Release::STATE_ACTIVE);
  EXPECT_EQ(release.decided_by(), MemberName("socchef"));
  EXPECT_TRUE(Sees(world, "polis", release.name()));
  EXPECT_FALSE(Sees(world, "vard", release.name()));
}

TEST(ReleaseEntity, IsTheOwnersAlone) {
  ContentWorld world;
  const v1::Report open = world.Submit("vard");
  const v1::Report hidden = world.Submit("falt");
  EXPECT_EQ(ReasonOf(Share(world, "samordnare", open.name(), {"polisen"})),
            v1::ERROR_REASON_NOT_YOUR_ORGANISATION);
  EXPECT_EQ(ReasonOf(Share(world, "samordnare", hidden.name(), {"polisen"})),
            v1::ERROR_REASON_NOT_FOUND);
  EXPECT_EQ(ReasonOf(Share(world, "falt", hidden.name(), {"polisen"})),
            v1::ERROR_REASON_ROLE_MISSING);
  EXPECT_EQ(ReasonOf(Share(world, "granskare", hidden.name(), {"nobody"})),
            v1::ERROR_REASON_NOT_FOUND);
  EXPECT_EQ(ReasonOf(Share(world, "granskare", hidden.name(), {"soc"})),
            v1::ERROR_REASON_INVALID_FIELDS);
  EXPECT_EQ(ReasonOf(Share(world, "granskare", hidden.name(), {"polisen"}, -absl::Hours(1))),
            v1::ERROR_REASON_INVALID_FIELDS);
}

TEST(ReleaseEntity, NamesAnIncidentsReportInsteadOfTheIncident) {
  ContentWorld world;
  const v1::Report report = world.Accepted("vard");
  EXPECT_EQ(ReasonOf(Share(world, "vard", report.incident(), {"polisen"})),
            v1::ERROR_REASON_INVALID_FIELDS);
}

TEST(ReleaseEntity, PrivateOrganisationsNeverGetWhatIsForAuthorities) {
  ContentWorld world;
  const v1::Report report =
      world.Accepted("polis", v1::CATEGORY_DRUGS, v1::RELEASE_CLASS_AUTHORITY);
  EXPECT_EQ(ReasonOf(Share(world, "polis", report.name(), {"bostader"})),
            v1::ERROR_REASON_PRIVATE_ORGANISATION);
  // Nor by a way round: shared while RESTRICTED, then opened to the authorities.
  ASSERT_TRUE(Class(world, "polis", report.name(), v1::RELEASE_CLASS_RESTRICTED).ok());
  ASSERT_TRUE(Share(world, "polis", report.name(), {"bostader"}).ok());
  const std::string release = world.results().front();
  EXPECT_TRUE(Sees(world, "vard", report.name()));
  ASSERT_TRUE(Class(world, "polis", report.name(), v1::RELEASE_CLASS_AUTHORITY).ok());
  for (const std::string& name : {report.name(), report.incident(), release}) {
    EXPECT_FALSE(Sees(world, "vard", name)) << name;
  }
  EXPECT_TRUE(Sees(world, "samordnare", report.name()));
  ASSERT_TRUE(Class(world, "polis", report.name(), v1::RELEASE_CLASS_RESTRICTED).ok());
  EXPECT_TRUE(Sees(world, "vard", report.name())) << "the decision to share it still stands";
  EXPECT_TRUE(Sees(world, "vard", release));
}

TEST(RevokeRelease, TakesAwayWhatItGaveAndNoMore) {
  ContentWorld world;
  const v1::Report report = world.Accepted("falt");
  ASSERT_TRUE(Share(world, "granskare", report.name(), {"polisen", "kommunen"}).ok());
  const std::string first = world.results().front();
  ASSERT_TRUE(Share(world, "granskare", report.name(), {"polisen"}).ok());
  v1::RevokeReleaseRequest revoke;
  revoke.set_name(first);
  revoke.set_reason("Inte längre");
  EXPECT_EQ(ReasonOf(world.Do("polis", revoke, RevokeRelease)),
            v1::ERROR_REASON_NOT_YOUR_ORGANISATION);
  ASSERT_TRUE(world.Do("granskare", revoke, RevokeRelease).ok());
  EXPECT_TRUE(Sees(world, "polis", report.name())) << "by the second release";
  EXPECT_FALSE(Sees(world, "samordnare", report.name()));
  EXPECT_FALSE(Sees(world, "samordnare", report.incident()));
  EXPECT_FALSE(Sees(world, "samordnare", first)) << "the decision goes with it";
  EXPECT_EQ(world.Now<v1::Release>(first).end_reason(), "Inte längre");
  EXPECT_THAT(world.picture().Lookup(ReleasesOfKey(report.name())), ::testing::SizeIs(1));
}

TEST(RevokeRelease, CoordinatorsKeepWhatIsTheirsByItsNature) {
  ContentWorld world;
  const v1::Report report = world.Accepted("vard", v1::CATEGORY_YOUTH_CONCERN);
  ASSERT_TRUE(Share(world, "vard", report.name(), {"kommunen", "polisen"}).ok());
  v1::RevokeReleaseRequest revoke;
  revoke.set_name(world.results().front());
  ASSERT_TRUE(world.Do("vard", revoke, RevokeRelease).ok());
  EXPECT_TRUE(Sees(world, "samordnare", report.name()));
  EXPECT_FALSE(Sees(world, "polis", report.name()));
}

TEST(OnReleaseDue, EndsAReleaseWhenItsTimeHasCome) {
  ContentWorld world;
  const v1::Report report = world.Accepted("falt");
  ASSERT_TRUE(Share(world, "granskare", report.name(), {"polisen"}, absl::Nanoseconds(1)).ok());
  v1::RevokeReleaseRequest release;
  release.set_name(world.results().front());
  ASSERT_TRUE(world.Do("system", release, FireRelease).ok());
  EXPECT_TRUE(Sees(world, "polis", report.name())) << "not yet due";
  v1::Release early = world.Now<v1::Release>(release.name());
  *early.mutable_expire_time() = TimestampOf(world.now());
  world.Put(early);
  ASSERT_TRUE(world.Do("system", release, FireRelease).ok());
  EXPECT_FALSE(Sees(world, "polis", report.name()));
  EXPECT_EQ(world.Now<v1::Release>(release.name()).state(), v1::Release::STATE_EXPIRED);
}

TEST(SetClass, OnlyTheOwnerLoosensAndSaysWhy) {
  ContentWorld world;
  const v1::Report report =
      world.Accepted("polis", v1::CATEGORY_DRUGS, v1::RELEASE_CLASS_AUTHORITY);
  EXPECT_EQ(ReasonOf(Class(world, "samordnare", report.name(), v1::RELEASE_CLASS_PARTNER)),
            v1::ERROR_REASON_NOT_YOUR_ORGANISATION);
  EXPECT_EQ(RefusalOf(Class(world, "polis", report.name(), v1::RELEASE_CLASS_PARTNER, ""))
                .violations[0]
                .field,
            "reason");
  ASSERT_TRUE(Class(world, "polis", report.name(), v1::RELEASE_CLASS_PARTNER).ok());
  EXPECT_TRUE(Sees(world, "vard", report.name()));
  EXPECT_TRUE(Sees(world, "vard", report.incident()));
}

TEST(SetClass, TheDecisionIsKeptForTheOwnerAlone) {
  ContentWorld world;
  const v1::Report report =
      world.Accepted("polis", v1::CATEGORY_DRUGS, v1::RELEASE_CLASS_AUTHORITY);
  EXPECT_FALSE(report.release().has_class_change());
  const std::string ground = "Hyresvärdarna ska laga låset; 10 kap. 2 § OSL";
  ASSERT_TRUE(Class(world, "polis", report.name(), v1::RELEASE_CLASS_PARTNER, ground).ok());
  const auto shown = [&](absl::string_view member) {
    return world.ShownTo(member, report.name())->report().release();
  };
  const v1::ClassChange kept = shown("polis").class_change();
  EXPECT_EQ(kept.from_class(), v1::RELEASE_CLASS_AUTHORITY);
  EXPECT_EQ(kept.to_class(), v1::RELEASE_CLASS_PARTNER);
  EXPECT_EQ(kept.reason(), ground);
  EXPECT_EQ(kept.decided_by(), MemberName("polis"));
  EXPECT_EQ(TimeOf(kept.decide_time()), world.now());
  for (const char* other : {"vard", "samordnare"}) {
    EXPECT_EQ(shown(other).release_class(), v1::RELEASE_CLASS_PARTNER);
    EXPECT_FALSE(shown(other).has_class_change()) << other;
  }
  EXPECT_FALSE(world.Now<v1::Incident>(report.incident()).release().has_class_change());
  // The class that it has already is no decision; sharing keeps the last one.
  ASSERT_TRUE(Class(world, "polis", report.name(), v1::RELEASE_CLASS_PARTNER, "igen").ok());
  ASSERT_TRUE(Share(world, "polis", report.name(), {"soc"}).ok());
  EXPECT_EQ(shown("polis").class_change().reason(), ground);
  EXPECT_FALSE(shown("vard").has_class_change());
  ASSERT_TRUE(Class(world, "polis", report.name(), v1::RELEASE_CLASS_RESTRICTED, "").ok());
  EXPECT_EQ(shown("polis").class_change().to_class(), v1::RELEASE_CLASS_RESTRICTED);
}

TEST(SetClass, WhoMayEditTightens) {
  ContentWorld world;
  v1::Problem problem;
  problem.set_name(absl::StrCat(kMunicipality, "/problems/p"));
  problem.set_owner(OrganisationName("bostader"));
  problem.mutable_release()->set_release_class(v1::RELEASE_CLASS_PARTNER);
  world.Put(problem);
  EXPECT_EQ(ReasonOf(Class(world, "polis", problem.name(), v1::RELEASE_CLASS_AUTHORITY)),
            v1::ERROR_REASON_NOT_YOUR_ORGANISATION);
  EXPECT_TRUE(Class(world, "samordnare", problem.name(), v1::RELEASE_CLASS_AUTHORITY).ok());
  EXPECT_EQ(ReasonOf(Class(world, "polis", problem.name(), v1::RELEASE_CLASS_PARTNER)),
            v1::ERROR_REASON_NOT_YOUR_ORGANISATION);
  EXPECT_TRUE(Class(world, "vard", problem.name(), v1::RELEASE_CLASS_PARTNER).ok());
  const v1::Report report = world.Submit("rapportor");
  EXPECT_TRUE(Class(world, "rapportor", report.name(), v1::RELEASE_CLASS_RESTRICTED).ok());
}

TEST(SetClass, ChecksTheEtagAndWhatHasAClass) {
  ContentWorld world;
  const v1::Report report = world.Accepted("vard");
  v1::SetClassRequest request;
  request.set_name(report.name());
  request.set_etag("\"1\"");
  request.set_release_class(v1::RELEASE_CLASS_RESTRICTED);
  EXPECT_EQ(ReasonOf(world.Do("vard", request, SetClass)), v1::ERROR_REASON_ETAG_MISMATCH);
  EXPECT_EQ(ReasonOf(Class(world, "vard", OrganisationName("soc"), v1::RELEASE_CLASS_PUBLIC)),
            v1::ERROR_REASON_INVALID_FIELDS);
  EXPECT_EQ(ReasonOf(Class(world, "vard", report.incident(), v1::RELEASE_CLASS_PUBLIC)),
            v1::ERROR_REASON_INVALID_FIELDS);
}

TEST(SetClass, TighteningAReportGuardsTheProblemThatNamesItsIncident) {
  ContentWorld world;
  const v1::Report report = world.Accepted("vard");
  v1::Problem problem;
  problem.set_name(absl::StrCat(kMunicipality, "/problems/p"));
  problem.set_owner(OrganisationName("kommunen"));
  problem.mutable_release()->set_release_class(v1::RELEASE_CLASS_PARTNER);
  problem.add_incidents(report.incident());
  SetGuards(world.picture(), problem);
  world.Put(problem);
  const auto named = [&](absl::string_view member) {
    const EntityPtr shown = world.ShownTo(member, problem.name());
    EXPECT_THAT(shown->problem().guards(), IsEmpty());
    return shown->problem().incidents_size();
  };
  EXPECT_EQ(named("polis"), 1);
  ASSERT_TRUE(Class(world, "vard", report.name(), v1::RELEASE_CLASS_RESTRICTED).ok());
  EXPECT_EQ(world.Now<v1::Problem>(problem.name()).revision(), world.revision())
      << "a new version in the same transaction";
  EXPECT_EQ(named("polis"), 0);
  EXPECT_EQ(named("samordnare"), 0);
  EXPECT_EQ(named("vard"), 1);
  ASSERT_TRUE(Share(world, "vard", report.name(), {"polisen"}).ok());
  EXPECT_EQ(named("polis"), 1);
}

TEST(SetClass, AnAssignmentIsWidenedByItsOrganisationAndItsUpdatesFollow) {
  ContentWorld world;
  world.AddUnit("bil", "polisen", {"kommunen"});
  v1::Assignment assignment;
  assignment.set_name(absl::StrCat(kMunicipality, "/assignments/a"));
  assignment.set_owner(OrganisationName("polisen"));
  assignment.set_unit(testing::UnitName("bil"));
  assignment.mutable_release()->set_release_class(v1::RELEASE_CLASS_RESTRICTED);
  assignment.mutable_release()->add_organisations(OrganisationName("kommunen"));
  world.Put(assignment);
  v1::FieldUpdate update;
  update.set_name(absl::StrCat(assignment.name(), "/updates/u"));
  update.set_assignment(assignment.name());
  update.set_owner(assignment.owner());
  *update.mutable_release() = assignment.release();
  world.Put(update);
  EXPECT_FALSE(Sees(world, "vard", assignment.name()));
  EXPECT_EQ(ReasonOf(Class(world, "rapportor", assignment.name(), v1::RELEASE_CLASS_PARTNER)),
            v1::ERROR_REASON_NOT_YOUR_ORGANISATION);
  ASSERT_TRUE(Class(world, "polis", assignment.name(), v1::RELEASE_CLASS_PARTNER).ok());
  EXPECT_TRUE(Sees(world, "vard", assignment.name()));
  EXPECT_TRUE(Sees(world, "vard", update.name()));
  // Who directs the unit keeps sight of it, whatever was shared and ended.
  ASSERT_TRUE(Class(world, "polis", assignment.name(), v1::RELEASE_CLASS_RESTRICTED).ok());
  ASSERT_TRUE(Share(world, "polis", assignment.name(), {"kommunen", "soc"}).ok());
  v1::RevokeReleaseRequest revoke;
  revoke.set_name(world.results().front());
  ASSERT_TRUE(world.Do("polis", revoke, RevokeRelease).ok());
  EXPECT_TRUE(Sees(world, "rapportor", assignment.name()));
  EXPECT_FALSE(Sees(world, "falt", assignment.name()));
}

}  // namespace
}  // namespace samsyn::domain

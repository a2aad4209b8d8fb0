// Decisions to share: proposed by some, decided by others, ended, and listed to whom they concern.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "server/domain/access_rules.h"
#include "server/domain/lists.h"
#include "tests/domain/sharing.h"

namespace samsyn::domain {
namespace {

using testing::ContentWorld;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::kMunicipality;
using testing::MemberName;
using testing::Share;
using testing::Sharing;
using ::testing::SizeIs;

class Proposals : public ::testing::Test {
 protected:
  Proposals() {
    world_.AddMember("socchef", "soc", {v1::ROLE_COORDINATOR});
    report_ = world_.Accepted("falt", v1::CATEGORY_DRUGS, v1::RELEASE_CLASS_RESTRICTED).name();
  }

  // The name of a proposal to share the report.
  std::string Proposed(absl::string_view member, std::vector<std::string> with = {"polisen"},
                       absl::Duration until = absl::ZeroDuration()) {
    const absl::Status status =
        Share(world_, member, Sharing{report_, std::move(with), {v1::WITHHELD_TEXT}, until, true});
    return status.ok() ? world_.results().front() : RefusalOf(status).words.en;
  }
  absl::Status Decide(absl::string_view member, const std::string& name, bool approved,
                      absl::string_view etag = "") {
    v1::DecideReleaseRequest request;
    request.set_name(name);
    request.set_approved(approved);
    request.set_reason(approved ? "" : "Behövs inte");
    request.set_etag(std::string(etag));
    return world_.Do(member, request, DecideRelease);
  }
  absl::Status Revoke(absl::string_view member, const std::string& name) {
    v1::RevokeReleaseRequest request;
    request.set_name(name);
    request.set_reason("Ångrat");
    return world_.Do(member, request, RevokeRelease);
  }
  bool PoliceSees(const std::string& name) const {
    return world_.ShownTo("polis", name) != nullptr;
  }
  v1::Release Now(const std::string& name) const { return world_.Now<v1::Release>(name); }

  ContentWorld world_;
  std::string report_;
};

TEST_F(Proposals, ShareNothingAndAreSeenByTheOwnerAlone) {
  const std::string name = Proposed("falt");
  EXPECT_FALSE(PoliceSees(report_));
  EXPECT_FALSE(PoliceSees(name));
  EXPECT_EQ(world_.ShownTo("samordnare", name), nullptr);
  const v1::Release proposal = world_.ShownTo("granskare", name)->release();
  EXPECT_EQ(proposal.state(), v1::Release::STATE_PROPOSED);
  EXPECT_EQ(proposal.proposed_by(), MemberName("falt"));
  EXPECT_EQ(proposal.decided_by(), "");
  EXPECT_FALSE(proposal.has_decide_time());
  EXPECT_THAT(world_.Now<v1::Report>(report_).release().organisations(), IsEmpty());
}

TEST_F(Proposals, AreForThoseWhoReportToMakeAndForOthersToDecide) {
  EXPECT_EQ(ReasonOf(Share(world_, "falt", Sharing{report_, {"polisen"}})),
            v1::ERROR_REASON_ROLE_MISSING)
      << "may not share at once";
  EXPECT_EQ(ReasonOf(Share(world_, "polis", Sharing{report_, {"kommunen"}, {}, {}, true})),
            v1::ERROR_REASON_NOT_FOUND);
  const std::string name = Proposed("falt");
  EXPECT_EQ(ReasonOf(Decide("falt", name, true)), v1::ERROR_REASON_ROLE_MISSING);
  EXPECT_EQ(ReasonOf(Decide("polis", name, true)), v1::ERROR_REASON_NOT_FOUND);
  EXPECT_EQ(ReasonOf(Decide("granskare", name, true, "\"1\"")), v1::ERROR_REASON_ETAG_MISMATCH);
  world_.Advance(absl::Minutes(5));
  ASSERT_TRUE(Decide("granskare", name, true, Now(name).etag()).ok());
  EXPECT_EQ(Now(name).state(), v1::Release::STATE_ACTIVE);
  EXPECT_EQ(Now(name).decided_by(), MemberName("granskare"));
  EXPECT_EQ(TimeOf(Now(name).decide_time()), world_.now());
  EXPECT_TRUE(PoliceSees(report_));
  EXPECT_THAT(world_.ShownTo("polis", report_)->report().release().withheld(),
              ElementsAre(v1::WITHHELD_TEXT));
  const v1::Release shown = world_.ShownTo("polis", name)->release();
  EXPECT_EQ(shown.decided_by(), "");
  EXPECT_EQ(shown.proposed_by(), "");
  EXPECT_EQ(ReasonOf(Decide("granskare", name, true)), v1::ERROR_REASON_WRONG_STATE);
}

TEST_F(Proposals, ArePutThroughBySomebodyElse) {
  const std::string name = Proposed("granskare");
  EXPECT_EQ(ReasonOf(Decide("granskare", name, true)), v1::ERROR_REASON_SECOND_PERSON_NEEDED);
  EXPECT_EQ(Now(name).state(), v1::Release::STATE_PROPOSED);
  EXPECT_TRUE(Decide("socchef", name, true).ok());
  EXPECT_TRUE(PoliceSees(report_));
}

TEST_F(Proposals, AreDeclinedWithAReason) {
  const std::string name = Proposed("falt");
  ASSERT_TRUE(Decide("granskare", name, false).ok());
  EXPECT_EQ(Now(name).state(), v1::Release::STATE_DECLINED);
  EXPECT_EQ(Now(name).end_reason(), "Behövs inte");
  EXPECT_EQ(Now(name).decided_by(), MemberName("granskare"));
  EXPECT_EQ(TimeOf(Now(name).end_time()), world_.now());
  EXPECT_FALSE(PoliceSees(report_));
  EXPECT_FALSE(PoliceSees(name));
}

TEST_F(Proposals, ThatCanBeNoMoreAreDeclinedWhenTheyAreApproved) {
  const std::string name = Proposed("falt", {"bostader"});
  v1::SetClassRequest request;
  request.set_name(report_);
  request.set_release_class(v1::RELEASE_CLASS_AUTHORITY);
  request.set_reason("Beslut");
  ASSERT_TRUE(world_.Do("granskare", request, SetClass).ok());
  ASSERT_TRUE(Decide("granskare", name, true).ok());
  EXPECT_EQ(Now(name).state(), v1::Release::STATE_DECLINED);
  EXPECT_EQ(Now(name).end_reason(),
            "bostader är ingen myndighet och får aldrig uppgifter för myndigheter.");
  EXPECT_EQ(world_.ShownTo("vard", report_), nullptr);
}

TEST_F(Proposals, AreTakenBackByWhoeverMadeThem) {
  world_.AddMember("annan", "soc", {v1::ROLE_REPORTER});
  const std::string name = Proposed("falt");
  EXPECT_EQ(ReasonOf(Revoke("annan", name)), v1::ERROR_REASON_ROLE_MISSING);
  ASSERT_TRUE(Revoke("falt", name).ok());
  EXPECT_EQ(Now(name).state(), v1::Release::STATE_DECLINED);
  EXPECT_EQ(Now(name).end_reason(), "Ångrat");
  const Revision revision = world_.revision();
  EXPECT_EQ(ReasonOf(Revoke("falt", name)), v1::ERROR_REASON_ROLE_MISSING)
      << "it is no proposal any more";
  ASSERT_TRUE(Revoke("granskare", name).ok());
  EXPECT_EQ(world_.revision(), revision);
  const std::string other = Proposed("falt");
  EXPECT_TRUE(Revoke("granskare", other).ok());
}

TEST_F(Proposals, EndWithTheirTime) {
  const std::string name = Proposed("falt", {"polisen"}, absl::Hours(1));
  const std::string other = Proposed("falt", {"polisen"}, absl::Hours(2));
  ASSERT_TRUE(Decide("granskare", other, true).ok());
  world_.Advance(absl::Hours(1));
  EXPECT_EQ(Now(name).state(), v1::Release::STATE_DECLINED);
  EXPECT_EQ(Now(name).decided_by(), "");
  EXPECT_EQ(TimeOf(Now(name).end_time()), world_.now());
  EXPECT_TRUE(PoliceSees(report_));
  world_.Advance(absl::Hours(1));
  EXPECT_EQ(Now(other).state(), v1::Release::STATE_EXPIRED);
  EXPECT_EQ(TimeOf(Now(other).end_time()), world_.now());
  EXPECT_FALSE(PoliceSees(report_));
}

TEST_F(Proposals, AndDecisionsAreListedToWhomTheyConcern) {
  const std::string proposed = Proposed("falt");
  ASSERT_TRUE(Share(world_, "granskare", Sharing{report_, {"polisen", "kommunen"}}).ok());
  const std::string active = world_.results().front();
  ASSERT_TRUE(Share(world_, "granskare", Sharing{report_, {"polisen"}}).ok());
  const std::string ended = world_.results().front();
  ASSERT_TRUE(Revoke("granskare", ended).ok());
  v1::ListReleasesRequest request;
  request.set_municipality(kMunicipality);
  const auto listed = [&](absl::string_view member) {
    v1::ListReleasesResponse response;
    EXPECT_TRUE(
        ListReleases(request, world_.picture(), world_.AudienceFor(member), &response).ok());
    std::vector<std::string> names;
    for (const v1::Release& one : response.releases()) names.push_back(one.name());
    return names;
  };
  EXPECT_THAT(listed("falt"), ::testing::UnorderedElementsAre(proposed, active, ended));
  EXPECT_THAT(listed("polis"), ElementsAre(active));
  EXPECT_THAT(listed("vard"), IsEmpty());
  request.add_states(v1::Release::STATE_PROPOSED);
  EXPECT_THAT(listed("falt"), ElementsAre(proposed));
  EXPECT_THAT(listed("polis"), IsEmpty());
  request.clear_states();
  request.set_entity(world_.Accepted("vard").name());
  EXPECT_THAT(listed("falt"), IsEmpty());
  request.set_entity(report_);
  EXPECT_THAT(listed("falt"), SizeIs(3));
}

}  // namespace
}  // namespace samsyn::domain

// Login links and sessions: who makes them, that a link opens once and in its time, how long a
// session lasts, who ends it, and who sees which.
#include "server/domain/session_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "server/domain/access_rules.h"
#include "server/domain/directory_rules.h"
#include "server/domain/lists.h"
#include "tests/domain/content_world.h"

namespace samsyn::domain {
namespace {

using testing::ContentWorld;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::kMunicipality;
using testing::MemberName;
using testing::OrganisationName;

constexpr Digest kLinkSecret{7};
constexpr Digest kSessionSecret{8};

absl::Status Create(const v1::CreateLoginLinkRequest& request, Transaction& transaction) {
  return CreateLoginLink(request, kLinkSecret, transaction);
}
absl::Status Redeem(const v1::RedeemLoginLinkRequest& request, Transaction& transaction) {
  return RedeemLoginLink(request, kSessionSecret, transaction);
}
absl::Status Issue(const v1::IssueTokenRequest& request, Transaction& transaction) {
  return IssueToken(request, Digest{9}, transaction);
}

v1::ErrorReason Why(const absl::Status& status) {
  return status.ok() ? v1::ERROR_REASON_UNSPECIFIED : ReasonOf(status);
}

// A link for a member, made by the coordinator; its name.
std::string LinkFor(ContentWorld& world, absl::string_view member) {
  v1::CreateLoginLinkRequest request;
  request.set_member(MemberName(member));
  EXPECT_TRUE(world.Do("samordnare", request, Create).ok());
  return world.results().front();
}

absl::Status Use(ContentWorld& world, absl::string_view member, const std::string& link) {
  v1::RedeemLoginLinkRequest request;
  request.set_device("Firefox, Android");
  return world.Do(member, request, Redeem, "", link);
}

// A session of a member; its name.
std::string SignIn(ContentWorld& world, absl::string_view member) {
  const std::string link = LinkFor(world, member);
  EXPECT_TRUE(Use(world, member, link).ok());
  return world.results().front();
}

std::vector<std::string> Listed(const ContentWorld& world, absl::string_view member,
                                absl::string_view of = "") {
  v1::ListSessionsRequest request;
  request.set_municipality(kMunicipality);
  if (!of.empty()) request.set_member(MemberName(of));
  v1::ListSessionsResponse response;
  const Caller caller{MemberName(member), ""};
  EXPECT_TRUE(ListSessions(request, world.picture(), AudienceOf(world.picture(), caller), caller,
                           world.now(), &response)
                  .ok());
  std::vector<std::string> members;
  for (const v1::Token& session : response.sessions()) {
    EXPECT_EQ(session.kind(), v1::Token::KIND_SESSION);
    members.push_back(std::string(IdOf(session.member())));
  }
  std::sort(members.begin(), members.end());
  return members;
}

TEST(CreateLoginLink, IsOpenForFifteenMinutes) {
  ContentWorld world;
  const v1::Token link = world.Now<v1::Token>(LinkFor(world, "falt"));
  EXPECT_EQ(link.kind(), v1::Token::KIND_LOGIN_LINK);
  EXPECT_EQ(link.member(), MemberName("falt"));
  EXPECT_EQ(link.made_by(), MemberName("samordnare"));
  EXPECT_EQ(TimeOf(link.expire_time()), world.now() + absl::Minutes(15));
  EXPECT_EQ(world.picture().FindCredential(link.name()), kLinkSecret);
}

TEST(CreateLoginLink, IsForThoseForWhomOneMayMakeTokens) {
  ContentWorld world;
  world.AddMember("driftledare", "kommunen", {v1::ROLE_DISPATCHER});
  struct Row {
    const char* who;
    const char* member;
    v1::ErrorReason refused;  // UNSPECIFIED: made
  };
  for (const Row& row : {Row{"samordnare", "falt", v1::ERROR_REASON_UNSPECIFIED},
                         {"driftledare", "rapportor", v1::ERROR_REASON_UNSPECIFIED},
                         {"driftledare", "samordnare", v1::ERROR_REASON_ROLE_MISSING},
                         {"vard", "falt", v1::ERROR_REASON_NOT_YOUR_ORGANISATION},
                         {"rapportor", "rapportor", v1::ERROR_REASON_ROLE_MISSING},
                         {"samordnare", "nobody", v1::ERROR_REASON_NOT_FOUND}}) {
    v1::CreateLoginLinkRequest request;
    request.set_member(MemberName(row.member));
    EXPECT_EQ(Why(world.Do(row.who, request, Create)), row.refused) << row.who << " " << row.member;
  }
}

TEST(CreateLoginLink, AProgramsTokenMakesThemForItsOwnMemberAndASessionDoesNot) {
  ContentWorld world;
  v1::IssueTokenRequest issue;
  issue.set_member(MemberName("rapportor"));
  ASSERT_TRUE(world.Do("samordnare", issue, Issue).ok());
  v1::Token program = world.Result<v1::Token>();
  EXPECT_EQ(program.kind(), v1::Token::KIND_PROGRAM);
  const v1::CreateLoginLinkRequest for_oneself;
  EXPECT_TRUE(world.Do("rapportor", for_oneself, Create, "", program.name()).ok());
  EXPECT_EQ(world.Result<v1::Token>().member(), MemberName("rapportor"));
  program.clear_kind();  // as tokens were before kinds were told apart
  world.Put(program);
  EXPECT_TRUE(world.Do("rapportor", for_oneself, Create, "", program.name()).ok());
  const std::string session = SignIn(world, "rapportor");
  EXPECT_EQ(Why(world.Do("rapportor", for_oneself, Create, "", session)),
            v1::ERROR_REASON_ROLE_MISSING);
}

TEST(CreateLoginLink, ARepeatThatComesLateKeepsTheFirstSecret) {
  ContentWorld world;
  v1::CreateLoginLinkRequest request;
  request.set_member(MemberName("falt"));
  const std::string id = MadeId("test", "late", 0);
  ASSERT_TRUE(world.Do("samordnare", request, Create, id).ok());
  const Revision revision = world.revision();
  ASSERT_TRUE(world.Do("samordnare", request, Create, id).ok());
  EXPECT_EQ(world.revision(), revision);
}

TEST(RedeemLoginLink, OpensOnceAndInTheSameTransaction) {
  ContentWorld world;
  const std::string link = LinkFor(world, "falt");
  const Revision revision = world.revision();
  ASSERT_TRUE(Use(world, "falt", link).ok());
  EXPECT_EQ(world.revision(), revision + 1);
  const v1::Token session = world.Result<v1::Token>();
  EXPECT_EQ(session.kind(), v1::Token::KIND_SESSION);
  EXPECT_EQ(session.member(), MemberName("falt"));
  EXPECT_EQ(session.login_link(), link);
  EXPECT_EQ(session.device(), "Firefox, Android");
  EXPECT_EQ(session.watch_quota(), 20);
  EXPECT_EQ(world.picture().FindCredential(session.name()), kSessionSecret);
  EXPECT_EQ(TimeOf(world.Now<v1::Token>(link).use_time()), world.now());
  EXPECT_EQ(Why(Use(world, "falt", link)), v1::ERROR_REASON_LINK_USED);
  EXPECT_EQ(world.revision(), revision + 1);
}

TEST(RedeemLoginLink, RefusesWhatDoesNotOpen) {
  ContentWorld world;
  const std::string late = LinkFor(world, "falt");
  world.Advance(absl::Minutes(15));
  EXPECT_EQ(Why(Use(world, "falt", late)), v1::ERROR_REASON_IDENTITY_ENDED);
  const std::string withdrawn = LinkFor(world, "falt");
  v1::RevokeTokenRequest revoke;
  revoke.set_name(withdrawn);
  ASSERT_TRUE(world.Do("samordnare", revoke, RevokeToken).ok());
  EXPECT_EQ(Why(Use(world, "falt", withdrawn)), v1::ERROR_REASON_IDENTITY_ENDED);
  EXPECT_EQ(Why(Use(world, "falt", SignIn(world, "falt"))), v1::ERROR_REASON_NO_IDENTITY);
  const std::string removed = LinkFor(world, "falt");
  v1::RemoveMemberRequest remove;
  remove.set_name(MemberName("falt"));
  ASSERT_TRUE(world.Do("samordnare", remove, RemoveMember).ok());
  EXPECT_EQ(Why(Use(world, "falt", removed)), v1::ERROR_REASON_IDENTITY_ENDED);
  v1::CreateLoginLinkRequest again;
  again.set_member(MemberName("falt"));
  EXPECT_EQ(Why(world.Do("samordnare", again, Create)), v1::ERROR_REASON_WRONG_STATE);
}

TEST(RedeemLoginLink, LastsTwelveHoursAndANightForThoseWhoOnlyGoOut) {
  ContentWorld world;
  world.AddMember("nattvandrare", "bostader", {v1::ROLE_FIELD});
  world.AddMember("vardare", "bostader", {v1::ROLE_FIELD, v1::ROLE_REPORTER});
  world.AddMember("ledare", "bostader", {v1::ROLE_FIELD, v1::ROLE_DISPATCHER});
  for (const auto& [member, hours] :
       {std::pair{"nattvandrare", 16}, {"vardare", 16}, {"ledare", 12}, {"polis", 12}}) {
    const v1::Token session = world.Now<v1::Token>(SignIn(world, member));
    EXPECT_EQ(TimeOf(session.expire_time()), world.now() + absl::Hours(hours)) << member;
  }
}

TEST(ListSessions, ShowsOnesOwnAndThoseThatOneMayEnd) {
  ContentWorld world;
  for (const char* member : {"samordnare", "rapportor", "vard", "larm", "rapportor"}) {
    SignIn(world, member);
  }
  SignIn(world, "revisor");
  EXPECT_THAT(Listed(world, "rapportor"), ElementsAre("rapportor", "rapportor"));
  EXPECT_THAT(Listed(world, "rapportor", "vard"), IsEmpty());
  EXPECT_THAT(Listed(world, "vard"), ElementsAre("larm", "vard"));
  EXPECT_THAT(Listed(world, "revisor"), ElementsAre("revisor"));
  EXPECT_THAT(Listed(world, "skarm"), IsEmpty());
  EXPECT_THAT(Listed(world, "samordnare"),
              ElementsAre("larm", "rapportor", "rapportor", "revisor", "samordnare", "vard"));
  EXPECT_THAT(Listed(world, "samordnare", "larm"), ElementsAre("larm"));
  world.Advance(absl::Hours(12));
  EXPECT_THAT(Listed(world, "rapportor"), IsEmpty()) << "its time is out";
}

TEST(EndSession, IsForOneselfAndForThoseWhoMayMakeTokens) {
  ContentWorld world;
  const std::string own = SignIn(world, "rapportor"), other = SignIn(world, "rapportor");
  v1::EndSessionRequest request;
  EXPECT_EQ(Why(world.Do("rapportor", request, EndSession)), v1::ERROR_REASON_WRONG_STATE);
  ASSERT_TRUE(world.Do("rapportor", request, EndSession, "", own).ok());
  EXPECT_TRUE(world.Now<v1::Token>(own).has_revoke_time());
  EXPECT_THAT(Listed(world, "rapportor"), ElementsAre("rapportor"));
  request.set_name(other);
  EXPECT_EQ(Why(world.Do("polis", request, EndSession)), v1::ERROR_REASON_NOT_FOUND);
  EXPECT_EQ(Why(world.Do("vard", request, EndSession)), v1::ERROR_REASON_NOT_FOUND);
  ASSERT_TRUE(world.Do("rapportor", request, EndSession).ok()) << "its own on another device";
  const std::string third = SignIn(world, "rapportor");
  request.set_name(third);
  ASSERT_TRUE(world.Do("samordnare", request, EndSession).ok());
  EXPECT_TRUE(world.Now<v1::Token>(third).has_revoke_time());
  const Revision revision = world.revision();
  ASSERT_TRUE(world.Do("samordnare", request, EndSession).ok());
  EXPECT_EQ(world.revision(), revision) << "it ends once";
}

TEST(EndSession, IsForSessionsOnly) {
  ContentWorld world;
  v1::EndSessionRequest request;
  request.set_name(LinkFor(world, "rapportor"));
  EXPECT_EQ(Why(world.Do("samordnare", request, EndSession)), v1::ERROR_REASON_NOT_FOUND);
}

TEST(RemoveMember, EndsItsSessions) {
  ContentWorld world;
  const std::string session = SignIn(world, "rapportor");
  v1::RemoveMemberRequest remove;
  remove.set_name(MemberName("rapportor"));
  ASSERT_TRUE(world.Do("samordnare", remove, RemoveMember).ok());
  EXPECT_TRUE(world.Now<v1::Token>(session).has_revoke_time());
}

}  // namespace
}  // namespace samsyn::domain

// Who sees an entity: equal to what visibility says, organisation by organisation, and told to
// those alone who may know.
#include "server/domain/release_viewers.h"

#include <absl/strings/str_cat.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

#include "server/domain/access_rules.h"
#include "server/domain/index_keys.h"
#include "tests/domain/sharing.h"

namespace samsyn::domain {
namespace {

using testing::ContentWorld;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::kMunicipality;
using testing::MemberName;
using testing::OrganisationName;
using testing::Share;
using testing::Sharing;

v1::ListViewersResponse Viewers(const ContentWorld& world, absl::string_view member,
                                absl::string_view name,
                                v1::ReleaseClass as_if = v1::RELEASE_CLASS_UNSPECIFIED) {
  v1::ListViewersRequest request;
  request.set_name(std::string(name));
  request.set_release_class(as_if);
  v1::ListViewersResponse response;
  EXPECT_TRUE(ListViewers(request, world.picture(), world.AudienceFor(member), &response).ok());
  return response;
}

// "kommunen CLASS, …", without the municipality.
std::map<std::string, v1::Viewer::Reason> Told(const v1::ListViewersResponse& response) {
  std::map<std::string, v1::Viewer::Reason> told;
  for (const v1::Viewer& viewer : response.viewers()) {
    told[std::string(IdOf(viewer.organisation()))] = viewer.reason();
  }
  EXPECT_EQ(static_cast<int>(told.size()), response.viewers_size()) << "each once";
  return told;
}

using Reasons = std::map<std::string, v1::Viewer::Reason>;

// A municipality with something of every kind of sharing.
class ViewersTest : public ::testing::Test {
 protected:
  ViewersTest() {
    world_.AddUnit("bil", "polisen", {"kommunen"});
    for (const v1::ReleaseClass one : {v1::RELEASE_CLASS_PUBLIC, v1::RELEASE_CLASS_PARTNER,
                                       v1::RELEASE_CLASS_AUTHORITY, v1::RELEASE_CLASS_RESTRICTED}) {
      last_ = world_.Accepted("falt", v1::CATEGORY_VANDALISM, one);
    }
    worry_ = world_.Accepted("vard", v1::CATEGORY_YOUTH_CONCERN);
    EXPECT_TRUE(Share(world_, "granskare",
                      Sharing{last_.name(), {"polisen"}, {v1::WITHHELD_TEXT}, absl::Hours(2)})
                    .ok());
    decision_ = world_.results().front();
    EXPECT_TRUE(
        Share(world_, "granskare", Sharing{last_.name(), {"bostader"}, {}, absl::Hours(1), true})
            .ok());
    v1::Assignment assignment;
    assignment.set_name(absl::StrCat(kMunicipality, "/assignments/x"));
    assignment.set_owner(OrganisationName("polisen"));
    assignment.set_organisation(OrganisationName("polisen"));
    assignment.set_unit(testing::UnitName("bil"));
    assignment.mutable_release()->set_release_class(v1::RELEASE_CLASS_RESTRICTED);
    assignment.mutable_release()->add_organisations(OrganisationName("kommunen"));
    world_.Put(assignment);
    v1::Meeting meeting;
    meeting.set_name(absl::StrCat(kMunicipality, "/meetings/2026-11-27"));
    meeting.set_owner(OrganisationName("kommunen"));
    meeting.mutable_release()->set_release_class(v1::RELEASE_CLASS_PARTNER);
    *meeting.mutable_open_time() = TimestampOf(world_.now());
    meeting.set_chair(MemberName("vard"));
    for (const char* id : {"kommunen", "polisen", "soc"}) {
      meeting.add_attending_organisations(OrganisationName(id));
    }
    world_.Put(meeting);
    v1::Token token;
    token.set_name(absl::StrCat(kMunicipality, "/tokens/x"));
    token.set_owner(OrganisationName("polisen"));
    token.set_member(MemberName("polis"));
    token.mutable_release()->set_release_class(v1::RELEASE_CLASS_RESTRICTED);
    world_.Put(token);
  }

  ContentWorld world_;
  v1::Report last_, worry_;
  std::string decision_;
};

TEST_F(ViewersTest, AreThoseOfVisibility) {
  int checked = 0;
  for (int number = 1; number < 24; ++number) {
    const auto kind = static_cast<v1::EntityKind>(number);
    world_.picture().ForEach(kind, "", [&](const EntityPtr& entity) {
      Audience all;
      all.everything = true;
      v1::ListViewersRequest request;
      request.set_name(NameOf(*entity));
      v1::ListViewersResponse response;
      EXPECT_TRUE(ListViewers(request, world_.picture(), all, &response).ok());
      EXPECT_FALSE(response.partial());
      std::map<std::string, std::set<v1::Withheld>> told, seen;
      for (const v1::Viewer& viewer : response.viewers()) {
        for (const int one : viewer.withheld()) {
          told[viewer.organisation()].insert(static_cast<v1::Withheld>(one));
        }
        told[viewer.organisation()];
        EXPECT_NE(viewer.reason(), v1::Viewer::REASON_UNSPECIFIED);
      }
      world_.picture().ForEach(v1::ENTITY_KIND_MEMBER, "", [&](const EntityPtr& one) {
        const Audience audience = AudienceOf(world_.picture(), {NameOf(*one), ""});
        if (audience.screen || !CanSee(audience, *entity)) return true;
        seen[audience.organisation] = WithheldFrom(audience, *entity);
        return true;
      });
      EXPECT_EQ(told, seen) << NameOf(*entity);
      ++checked;
      return true;
    });
  }
  EXPECT_GT(checked, 20);
}

TEST_F(ViewersTest, SayWhy) {
  const auto viewers = Viewers(world_, "falt", last_.name());
  EXPECT_EQ(Told(viewers),
            (Reasons{{"polisen", v1::Viewer::REASON_RELEASE}, {"soc", v1::Viewer::REASON_OWNER}}))
      << "nothing by what is only proposed";
  EXPECT_EQ(viewers.viewers(0).release(), decision_);
  EXPECT_THAT(viewers.viewers(0).withheld(), ElementsAre(v1::WITHHELD_TEXT));
  EXPECT_EQ(TimeOf(viewers.viewers(0).expire_time()), world_.now() + absl::Hours(2));
  EXPECT_EQ(Told(Viewers(world_, "falt", last_.incident())), Told(viewers)) << "it follows";
  EXPECT_EQ(Viewers(world_, "falt", last_.incident()).viewers(0).release(), decision_);
  EXPECT_EQ(Told(Viewers(world_, "vard", worry_.name())),
            (Reasons{{"bostader", v1::Viewer::REASON_OWNER},
                     {"kommunen", v1::Viewer::REASON_COORDINATES}}));
  EXPECT_EQ(Told(Viewers(world_, "polis", absl::StrCat(kMunicipality, "/assignments/x"))),
            (Reasons{{"bostader", v1::Viewer::REASON_LEADS},
                     {"kommunen", v1::Viewer::REASON_DIRECTS},
                     {"polisen", v1::Viewer::REASON_OWNER}}));
}

TEST_F(ViewersTest, TellOthersOfNobodyThatTheOwnerSharesWith) {
  ASSERT_TRUE(Share(world_, "granskare", Sharing{last_.name(), {"kommunen"}}).ok());
  const auto viewers = Viewers(world_, "polis", last_.name());
  EXPECT_EQ(Told(viewers),
            (Reasons{{"polisen", v1::Viewer::REASON_RELEASE}, {"soc", v1::Viewer::REASON_OWNER}}));
  EXPECT_TRUE(viewers.partial());
  EXPECT_TRUE(Viewers(world_, "falt", last_.name()).on_screens()) << "all present may see it";
  EXPECT_FALSE(viewers.on_screens()) << "that the third one may is the owner's to tell";
  v1::ListViewersRequest request;
  request.set_name(last_.name());
  v1::ListViewersResponse response;
  EXPECT_EQ(ReasonOf(ListViewers(request, world_.picture(), world_.AudienceFor("vard"), &response)),
            v1::ERROR_REASON_NOT_FOUND);
  EXPECT_THAT(response.viewers(), IsEmpty());
}

TEST_F(ViewersTest, TellNobodyWhoElseIsCountedTheSame) {
  v1::SituationCell cell;
  cell.set_name(absl::StrCat(kMunicipality, "/situations/cells/handen.theft.r-1"));
  cell.mutable_release()->set_release_class(v1::RELEASE_CLASS_RESTRICTED);
  for (const char* id : {"bostader", "polisen"}) {
    cell.mutable_release()->add_organisations(OrganisationName(id));
  }
  world_.Put(cell);
  const auto viewers = Viewers(world_, "vard", cell.name());
  EXPECT_EQ(Told(viewers), (Reasons{{"bostader", v1::Viewer::REASON_RELEASE}}));
  EXPECT_TRUE(viewers.partial());
}

TEST_F(ViewersTest, AsIfItHadAnotherClassIsForTheOwner) {
  EXPECT_EQ(Told(Viewers(world_, "falt", last_.name(), v1::RELEASE_CLASS_AUTHORITY)),
            (Reasons{{"kommunen", v1::Viewer::REASON_CLASS},
                     {"polisen", v1::Viewer::REASON_CLASS},
                     {"soc", v1::Viewer::REASON_OWNER}}));
  const auto open = Viewers(world_, "falt", last_.name(), v1::RELEASE_CLASS_PARTNER);
  EXPECT_EQ(open.viewers_size(), 4);
  EXPECT_TRUE(open.on_screens());
  v1::ListViewersRequest request;
  request.set_name(last_.name());
  request.set_release_class(v1::RELEASE_CLASS_PUBLIC);
  v1::ListViewersResponse response;
  EXPECT_EQ(
      ReasonOf(ListViewers(request, world_.picture(), world_.AudienceFor("polis"), &response)),
      v1::ERROR_REASON_NOT_YOUR_ORGANISATION);
  request.set_name(last_.incident());
  EXPECT_EQ(ReasonOf(ListViewers(request, world_.picture(), world_.AudienceFor("falt"), &response)),
            v1::ERROR_REASON_INVALID_FIELDS)
      << "it follows its report";
}

}  // namespace
}  // namespace samsyn::domain

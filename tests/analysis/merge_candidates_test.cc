// R9: which incidents are suggested as the same thing, why, to whom, and in which pages.
#include "server/analysis/merge_candidates.h"

#include <absl/strings/str_cat.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "server/domain/names.h"
#include "tests/domain/content_world.h"

namespace samsyn::analysis {
namespace {

using testing::AreaName;
using testing::ContentWorld;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::kMunicipality;
using testing::OrganisationName;
using ::testing::SizeIs;
using Reason = v1::MergeCandidate;

class MergeCandidatesTest : public ::testing::Test {
 protected:
  // An incident of vandalism in Handen, so long ago.
  v1::Incident Make(absl::string_view id, absl::Duration ago) {
    v1::Incident incident;
    incident.set_name(domain::NameOf(kMunicipality, v1::ENTITY_KIND_INCIDENT, id));
    incident.set_owner(OrganisationName("bostader"));
    incident.mutable_release()->set_release_class(v1::RELEASE_CLASS_PARTNER);
    incident.set_state(v1::Incident::STATE_CURRENT);
    incident.set_counted(true);
    incident.set_category(v1::CATEGORY_VANDALISM);
    incident.set_family(v1::FAMILY_DAMAGE_FIRE);
    incident.set_area(AreaName("handen"));
    *incident.mutable_occurred_time() = domain::TimestampOf(world_.now() - ago);
    return incident;
  }
  static void SetPoint(v1::Incident& incident, double latitude, double longitude) {
    incident.mutable_point()->set_latitude_deg(latitude);
    incident.mutable_point()->set_longitude_deg(longitude);
  }
  absl::Status List(const v1::ListMergeCandidatesRequest& request, absl::string_view member,
                    v1::ListMergeCandidatesResponse* response) {
    return ListMergeCandidates(request, world_.picture(), world_.AudienceFor(member), world_.now(),
                               response);
  }
  v1::ListMergeCandidatesResponse ListFor(absl::string_view member,
                                          absl::string_view incident = "") {
    v1::ListMergeCandidatesRequest request;
    request.set_municipality(kMunicipality);
    request.set_incident(std::string(incident));
    v1::ListMergeCandidatesResponse response;
    EXPECT_TRUE(List(request, member, &response).ok());
    return response;
  }
  // "a b" for the pair of these two, in the answer's order.
  static std::vector<std::string> Pairs(const v1::ListMergeCandidatesResponse& response) {
    std::vector<std::string> pairs;
    for (const v1::MergeCandidate& one : response.candidates()) {
      pairs.push_back(
          absl::StrCat(domain::IdOf(one.incident().name()), " ", domain::IdOf(one.other().name())));
    }
    return pairs;
  }

  ContentWorld world_;
};

TEST_F(MergeCandidatesTest, R9TheSameWindowReportedTwiceIsSuggestedWithItsReasons) {
  v1::Incident first = Make("a", absl::Minutes(90)), second = Make("b", absl::Minutes(50));
  SetPoint(first, 59.1650, 18.1400);
  SetPoint(second, 59.1660, 18.1400);
  world_.Put(first);
  world_.Put(second);
  const auto response = ListFor("polis");
  ASSERT_THAT(Pairs(response), ElementsAre("a b"));
  const v1::MergeCandidate& pair = response.candidates(0);
  EXPECT_THAT(pair.reasons(), ElementsAre(Reason::REASON_SAME_CATEGORY, Reason::REASON_NEAR,
                                          Reason::REASON_NEAR_IN_TIME));
  EXPECT_NEAR(pair.distance_m(), 111.2, 0.5);
  EXPECT_EQ(pair.minutes_apart(), 40);
  EXPECT_EQ(response.next_page_token(), "");
}

TEST_F(MergeCandidatesTest, WhatMakesAPairAndWhatDoesNot) {
  struct Row {
    const char* what;
    std::function<void(v1::Incident&, v1::Incident&)> change;
    std::vector<int> reasons;  // empty: no pair
  };
  const int category = Reason::REASON_SAME_CATEGORY, family = Reason::REASON_SAME_FAMILY,
            near = Reason::REASON_NEAR, area = Reason::REASON_SAME_AREA,
            place = Reason::REASON_SAME_PLACE, time = Reason::REASON_NEAR_IN_TIME;
  const Row rows[] = {
      {"the same area, no points", [](auto&, auto&) {}, {category, area, time}},
      {"one point", [](auto& a, auto&) { SetPoint(a, 59.16, 18.14); }, {category, area, time}},
      {"another category of the family",
       [](auto& a, auto&) { a.set_category(v1::CATEGORY_FIRE); },
       {family, area, time}},
      {"points too far apart in one area",
       [](auto& a, auto& b) {
         SetPoint(a, 59.160, 18.140);
         SetPoint(b, 59.160, 18.146);  // 342 m
       },
       {}},
      {"far to the north",
       [](auto& a, auto& b) {
         SetPoint(a, 59.160, 18.140);
         SetPoint(b, 59.164, 18.140);
       },
       {}},
      {"near over the border of an area",
       [](auto& a, auto& b) {
         SetPoint(a, 59.160, 18.140);
         SetPoint(b, 59.160, 18.145);  // 285 m
         b.set_area(AreaName("torget"));
       },
       {category, near, time}},
      {"the same address, whatever the points",
       [](auto& a, auto& b) {
         SetPoint(a, 59.160, 18.140);
         SetPoint(b, 59.170, 18.140);
         a.set_place(AreaName("port-3"));
         b.set_place(AreaName("port-3"));
       },
       {category, place, time}},
      {"both unlocated",
       [](auto& a, auto& b) {
         a.set_area("");
         b.set_area("");
       },
       {}},
      {"two areas", [](auto& a, auto&) { a.set_area(AreaName("torget")); }, {}},
      {"another family",
       [](auto& a, auto&) {
         a.set_category(v1::CATEGORY_THEFT);
         a.set_family(v1::FAMILY_THEFT);
       },
       {}},
      {"outside the table",
       [](auto& a, auto& b) {
         a.set_family(v1::FAMILY_UNSPECIFIED);
         b.set_family(v1::FAMILY_UNSPECIFIED);
       },
       {}},
      {"perceived and actual", [](auto& a, auto&) { a.set_perceived(true); }, {}},
      {"not counted", [](auto& a, auto&) { a.set_counted(false); }, {}},
      {"withdrawn", [](auto& a, auto&) { a.set_state(v1::Incident::STATE_WITHDRAWN); }, {}},
      {"merged", [](auto&, auto& b) { b.set_state(v1::Incident::STATE_MERGED); }, {}},
      {"another release",
       [](auto& a, auto&) { a.mutable_release()->set_release_class(v1::RELEASE_CLASS_PUBLIC); },
       {}},
      {"two hours apart",
       [this](auto& a, auto&) {
         *a.mutable_occurred_time() = domain::TimestampOf(world_.now() - absl::Minutes(170));
       },
       {category, area, time}},
      {"more than two hours apart",
       [this](auto& a, auto&) {
         *a.mutable_occurred_time() = domain::TimestampOf(world_.now() - absl::Minutes(171));
       },
       {}},
      {"more than 31 days ago",
       [this](auto& a, auto& b) {
         *a.mutable_occurred_time() = domain::TimestampOf(world_.now() - absl::Hours(24 * 31 + 1));
         *b.mutable_occurred_time() = a.occurred_time();
       },
       {}},
  };
  for (const Row& row : rows) {
    v1::Incident first = Make("a", absl::Minutes(60)), second = Make("b", absl::Minutes(50));
    row.change(first, second);
    world_.Put(first);
    world_.Put(second);
    const auto response = ListFor("polis");
    if (row.reasons.empty()) {
      EXPECT_THAT(Pairs(response), IsEmpty()) << row.what;
    } else {
      ASSERT_THAT(Pairs(response), SizeIs(1)) << row.what;
      const auto& reasons = response.candidates(0).reasons();
      EXPECT_EQ(std::vector<int>(reasons.begin(), reasons.end()), row.reasons) << row.what;
    }
  }
}

TEST_F(MergeCandidatesTest, R6NobodyIsToldOfAPairThatHeDoesNotSee) {
  for (const char* id : {"a", "b"}) {
    v1::Incident incident = Make(id, absl::Hours(1));
    incident.set_owner(OrganisationName("polisen"));
    incident.mutable_release()->set_release_class(v1::RELEASE_CLASS_RESTRICTED);
    world_.Put(incident);
  }
  world_.Put(Make("c", absl::Hours(1)));
  EXPECT_THAT(Pairs(ListFor("polis")), ElementsAre("a b")) << "c is of another release";
  EXPECT_THAT(Pairs(ListFor("vard")), IsEmpty());
  EXPECT_THAT(Pairs(ListFor("revisor")), IsEmpty());
  v1::ListMergeCandidatesRequest request;
  v1::ListMergeCandidatesResponse response;
  request.set_municipality(kMunicipality);
  request.set_incident(domain::NameOf(kMunicipality, v1::ENTITY_KIND_INCIDENT, "a"));
  EXPECT_EQ(domain::ReasonOf(List(request, "vard", &response)), v1::ERROR_REASON_NOT_FOUND);
  request.set_municipality("municipalities/0192");
  EXPECT_EQ(domain::ReasonOf(List(request, "polis", &response)), v1::ERROR_REASON_NOT_FOUND);
}

TEST_F(MergeCandidatesTest, ThoseOfOneIncidentWheneverItWas) {
  const absl::Duration long_ago = absl::Hours(24 * 100);
  world_.Put(Make("a", long_ago + absl::Hours(1)));
  world_.Put(Make("b", long_ago));
  world_.Put(Make("c", long_ago - absl::Hours(1)));
  world_.Put(Make("d", long_ago - absl::Hours(3)));
  const std::string b = domain::NameOf(kMunicipality, v1::ENTITY_KIND_INCIDENT, "b");
  EXPECT_THAT(Pairs(ListFor("vard", b)), ElementsAre("b c", "a b"));
  EXPECT_THAT(Pairs(ListFor("vard")), IsEmpty());
  v1::ListMergeCandidatesRequest request;
  request.set_municipality(kMunicipality);
  const absl::Time b_time = world_.now() - long_ago;
  *request.mutable_period()->mutable_start_time() = domain::TimestampOf(b_time);
  *request.mutable_period()->mutable_end_time() = domain::TimestampOf(b_time + absl::Hours(1));
  v1::ListMergeCandidatesResponse response;
  ASSERT_TRUE(List(request, "vard", &response).ok());
  EXPECT_THAT(Pairs(response), ElementsAre("a b")) << "the later of the two was in the period";
}

TEST_F(MergeCandidatesTest, PagesHaveAllPairsOnceTheNewestFirst) {
  std::mt19937 random(1);
  std::vector<v1::Incident> incidents;
  for (int i = 0; i < 200; ++i) {  // over more than two days
    incidents.push_back(Make(absl::StrCat("i", i), absl::Minutes(10 * (random() % 300))));
    if (random() % 2 == 0) incidents.back().set_area(AreaName("torget"));
    world_.Put(incidents.back());
  }
  size_t expected = 0;
  for (const v1::Incident& a : incidents) {
    for (const v1::Incident& b : incidents) {
      const absl::Duration apart =
          domain::TimeOf(a.occurred_time()) - domain::TimeOf(b.occurred_time());
      expected += a.name() < b.name() && a.area() == b.area() &&
                  absl::AbsDuration(apart) <= kCandidatesApart;
    }
  }
  v1::ListMergeCandidatesRequest request;
  request.set_municipality(kMunicipality);
  request.set_page_size(1000);
  v1::ListMergeCandidatesResponse all;
  ASSERT_TRUE(List(request, "vard", &all).ok());
  const std::vector<std::string> pairs = Pairs(all);
  ASSERT_GT(expected, 300u);
  ASSERT_EQ(pairs.size(), expected);
  EXPECT_EQ(std::set<std::string>(pairs.begin(), pairs.end()).size(), pairs.size());
  for (int i = 1; i < all.candidates_size(); ++i) {
    EXPECT_GE(domain::TimeOf(all.candidates(i - 1).other().occurred_time()),
              domain::TimeOf(all.candidates(i).other().occurred_time()));
  }
  std::vector<std::string> paged;
  request.set_page_size(7);
  do {
    v1::ListMergeCandidatesResponse page;
    ASSERT_TRUE(List(request, "vard", &page).ok());
    for (std::string& pair : Pairs(page)) paged.push_back(std::move(pair));
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_EQ(paged, pairs);
  request.set_page_token("nonsense");
  v1::ListMergeCandidatesResponse none;
  EXPECT_EQ(domain::ReasonOf(List(request, "vard", &none)), v1::ERROR_REASON_INVALID_FIELDS);
}

}  // namespace
}  // namespace samsyn::analysis

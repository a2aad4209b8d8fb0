// The situation as it was: at every revision what was answered then, without what was tightened
// since, and without work for who asks wrongly.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <samsyn/v1/situation.grpc.pb.h>

#include <map>
#include <random>

#include "tests/service/server_test_base.h"

namespace samsyn::service {
namespace {

class PastSituationTest : public ServerTestBase {
 protected:
  PastSituationTest() {
    AddOrganisation("bostader", v1::ORGANISATION_KIND_PROPERTY_OWNER, false);
    AddMember("hyra", "bostader", {v1::ROLE_REPORTER});
    AddMember("revisor", "kommunen", {v1::ROLE_AUDITOR});
    for (const char* member : {"anna", "hyra", "revisor"}) tokens_[member] = TokenOf(member);
    for (const char* id : {"handen", "jordbro"}) {
      v1::Area area;
      area.set_name(Below(absl::StrCat("areas/", id)));
      Put(area);
    }
  }

  grpc::Status Ask(const std::string& member, const v1::GetSituationRequest& request,
                   v1::GetSituationResponse* response) {
    const auto context = With(tokens_[member]);
    return v1::SituationService::NewStub(channel_)->GetSituation(context.get(), request, response);
  }
  v1::GetSituationResponse Situation(const std::string& member, int64_t as_of = 0,
                                     const std::string& meeting = "") {
    v1::GetSituationRequest request;
    request.set_municipality(kMunicipality);
    request.set_as_of_revision(as_of);
    request.set_as_of_meeting(meeting);
    v1::GetSituationResponse response;
    const grpc::Status status = Ask(member, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    response.clear_sources();  // of now, always
    return response;
  }
  // The reason why it is refused.
  std::string Refusal(int64_t as_of, const std::string& meeting, grpc::StatusCode code) {
    v1::GetSituationRequest request;
    request.set_municipality(kMunicipality);
    request.set_as_of_revision(as_of);
    request.set_as_of_meeting(meeting);
    v1::GetSituationResponse response;
    const grpc::Status status = Ask("anna", request, &response);
    EXPECT_EQ(status.error_code(), code) << status.error_message();
    EXPECT_EQ(response.ByteSizeLong(), 0u);
    return ReasonOf(status);
  }

  v1::Incident Incident(int id, v1::ReleaseClass release = v1::RELEASE_CLASS_PARTNER) {
    v1::Incident incident;
    incident.set_name(Below(absl::StrCat("incidents/i", id)));
    incident.set_owner(Below("organisations/polisen"));
    incident.mutable_release()->set_release_class(release);
    incident.set_area(Below("areas/handen"));
    incident.set_category(v1::CATEGORY_THEFT);
    incident.set_family(v1::FAMILY_THEFT);
    incident.set_counted(true);
    incident.set_state(v1::Incident::STATE_CURRENT);
    incident.set_independent_sources(1);
    *incident.mutable_occurred_time() = domain::TimestampOf(clock_.Now());
    return incident;
  }
  v1::Meeting Meeting(const std::string& id) {
    v1::Meeting meeting;
    meeting.set_name(Below("meetings/" + id));
    meeting.set_owner(Below("organisations/kommunen"));
    meeting.mutable_release()->set_release_class(v1::RELEASE_CLASS_PARTNER);
    meeting.set_phase(v1::Meeting::PHASE_PLANNED);
    return meeting;
  }
  void Open(v1::Meeting& meeting) {
    meeting.set_phase(v1::Meeting::PHASE_ROUND);
    *meeting.mutable_open_time() = domain::TimestampOf(clock_.Now());
    Put(meeting);
  }
  void Close(v1::Meeting& meeting) {
    meeting.set_phase(v1::Meeting::PHASE_CLOSED);
    *meeting.mutable_close_time() = domain::TimestampOf(clock_.Now());
    Put(meeting);
  }

  // Something happens that tightens nothing.
  void Happen(std::mt19937& random) {
    clock_.Advance(absl::Minutes(static_cast<int>(random() % 300)));
    if (random() % 12 == 0) {
      if (meeting_.has_open_time() && !meeting_.has_close_time()) return Close(meeting_);
      meeting_ = Meeting(absl::StrCat("m", ++meetings_));
      return Open(meeting_);
    }
    if (random() % 6 == 0) {
      v1::Report report;
      report.set_name(Below(absl::StrCat("reports/r", random() % 10)));
      report.set_owner(Below("organisations/polisen"));
      report.mutable_release()->set_release_class(v1::RELEASE_CLASS_PARTNER);
      report.set_state(random() % 2 == 0 ? v1::Report::STATE_SUBMITTED
                                         : v1::Report::STATE_ACCEPTED);
      return Put(report);
    }
    v1::Incident incident = Incident(static_cast<int>(random() % 25));
    if (random() % 3 == 0) incident.set_area(Below("areas/jordbro"));
    if (random() % 5 == 0) incident.clear_area();
    if (random() % 3 == 0) incident.set_family(v1::FAMILY_TRAFFIC);
    if (random() % 6 == 0) incident.set_state(v1::Incident::STATE_WITHDRAWN);
    incident.set_perceived(random() % 4 == 0);
    incident.set_counted(random() % 8 != 0);
    *incident.mutable_occurred_time() =
        domain::TimestampOf(clock_.Now() - absl::Hours(static_cast<int>(random() % (24 * 100))));
    Put(incident);
  }

  std::map<std::string, std::string> tokens_;
  v1::Meeting meeting_;
  int meetings_ = 0;
};

TEST_F(PastSituationTest, AtEveryRevisionItIsWhatWasAnsweredThen) {
  std::mt19937 random(4);
  std::map<int64_t, v1::GetSituationResponse> were;
  size_t rows = 0;
  for (int i = 0; i < 150; ++i) {
    Happen(random);
    const v1::GetSituationResponse live = Situation("hyra");
    ASSERT_EQ(live.revision(), Revision());
    rows += live.rows_size();
    were[live.revision()] = live;
  }
  EXPECT_GT(rows, 100u) << "a history in which nothing is counted proves nothing";
  for (const auto& [revision, live] : were) {
    EXPECT_EQ(Situation("hyra", revision).DebugString(), live.DebugString()) << revision;
  }
}

TEST_F(PastSituationTest, AsOfAMeetingItIsWhatThatMeetingHadBeforeItsClosing) {
  v1::Meeting meeting = Meeting("2026-11-20");
  Open(meeting);
  Put(Incident(1));
  Put(Incident(2));
  const v1::GetSituationResponse live = Situation("hyra");
  ASSERT_EQ(live.rows_size(), 1);
  EXPECT_EQ(live.rows(0).actual(), 2);
  clock_.Advance(absl::Hours(1));
  Close(meeting);
  Put(Incident(3));
  const v1::GetSituationResponse then = Situation("hyra", 0, meeting.name());
  EXPECT_EQ(then.DebugString(), live.DebugString());
  EXPECT_EQ(then.revision(), live.revision());
}

TEST_F(PastSituationTest, WhatWasTightenedSinceIsNotInIt) {
  Put(Incident(1));
  Put(Incident(2));
  const int64_t then = Revision();
  EXPECT_EQ(Situation("hyra", then).rows(0).actual(), 2);
  Put(Incident(2, v1::RELEASE_CLASS_AUTHORITY));
  EXPECT_EQ(Situation("hyra", then).rows(0).actual(), 1);
  EXPECT_EQ(Situation("anna", then).rows(0).actual(), 2) << "its own, and an authority";
}

TEST_F(PastSituationTest, WhatWasNotForThemThenIsNotEvenIfItIsNow) {
  Put(Incident(1, v1::RELEASE_CLASS_AUTHORITY));
  const int64_t then = Revision();
  Put(Incident(1));
  EXPECT_EQ(Situation("hyra").rows_size(), 1);
  EXPECT_EQ(Situation("hyra", then).rows_size(), 0);
}

TEST_F(PastSituationTest, RightsAreThoseOfToday) {
  Put(Incident(1, v1::RELEASE_CLASS_AUTHORITY));
  const int64_t then = Revision();
  AddOrganisation("bostader", v1::ORGANISATION_KIND_PROPERTY_OWNER, true);
  EXPECT_EQ(Situation("hyra", then).rows(0).actual(), 1);
  AddOrganisation("polisen", v1::ORGANISATION_KIND_POLICE, false);
  EXPECT_EQ(Situation("anna", then).rows(0).actual(), 1) << "its own";
  EXPECT_EQ(Situation("revisor", then).rows_size(), 0);
}

TEST_F(PastSituationTest, WhoAsksWronglyIsToldHow) {
  v1::Meeting open = Meeting("2026-11-27");
  Open(open);
  using grpc::StatusCode;
  EXPECT_EQ(Refusal(-1, "", StatusCode::INVALID_ARGUMENT), "INVALID_FIELDS");
  EXPECT_EQ(Refusal(1, open.name(), StatusCode::INVALID_ARGUMENT), "INVALID_FIELDS");
  EXPECT_EQ(Refusal(0, Below("reports/r"), StatusCode::INVALID_ARGUMENT), "INVALID_FIELDS");
  EXPECT_EQ(Refusal(Revision() + 1, "", StatusCode::OUT_OF_RANGE), "REVISION_AHEAD");
  EXPECT_EQ(Refusal(0, Below("meetings/none"), StatusCode::NOT_FOUND), "NOT_FOUND");
  EXPECT_EQ(Refusal(0, open.name(), StatusCode::FAILED_PRECONDITION), "WRONG_STATE");
}

}  // namespace
}  // namespace samsyn::service

// What in a report's words a reviewer should look at, and how what was masked waits for review.
#include "server/domain/report_findings.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/domain/content_world.h"

namespace samsyn::domain {
namespace {

using testing::ContentWorld;
using testing::kFeed;

// "PLATE text 5 7", …
std::string FindingsOf(const v1::Report& report) {
  std::vector<std::string> findings;
  for (const v1::TextFinding& one : report.text_findings()) {
    findings.push_back(absl::StrCat(v1::TextFinding::Kind_Name(one.kind()).substr(5), " ",
                                    one.field(), " ", one.position(), " ", one.length()));
  }
  return absl::StrJoin(findings, ", ");
}

v1::SubmitReportRequest FromFeed(absl::Time version, absl::string_view text) {
  v1::SubmitReportRequest request = ContentWorld::ReportOf(v1::CATEGORY_FIRE, text);
  request.mutable_report()->mutable_release()->set_release_class(v1::RELEASE_CLASS_PUBLIC);
  *request.mutable_report()->mutable_occurred_time() =
      TimestampOf(absl::FromUnixSeconds(1795780000));
  request.mutable_report()->mutable_source()->set_source_uri(kFeed);
  request.mutable_report()->mutable_source()->set_source_id("1");
  *request.mutable_report()->mutable_source()->mutable_source_version_time() = TimestampOf(version);
  return request;
}

TEST(TextFindings, NameWhatAndWhere) {
  ContentWorld world;
  v1::SubmitReportRequest request = ContentWorld::ReportOf(
      v1::CATEGORY_DISORDER,
      "Åt ABC 123, ring 070-1740605 eller skriv a@b.se. [personnr] 900118-9811");
  request.mutable_report()->set_place_text("Vid ABC12D");
  request.mutable_report()->add_marks("XYZ 789");
  EXPECT_EQ(FindingsOf(world.Submit("vard", request)),
            "PLATE text 4 7, PHONE text 18 11, EMAIL text 42 6, MASKED_PERSON_NUMBER text 50 10, "
            "PLATE place_text 5 6, PLATE marks[0] 1 7");
  request.set_not_person_numbers(true);
  EXPECT_EQ(FindingsOf(world.Submit("vard", request)),
            "PLATE text 4 7, PHONE text 18 11, EMAIL text 42 6, MASKED_PERSON_NUMBER text 50 10, "
            "CONFIRMED_NUMBER text 61 11, PLATE place_text 5 6, PLATE marks[0] 1 7");
}

TEST(TextFindings, AreBounded) {
  v1::Report report;
  std::string text;
  for (int i = 0; i < 300; ++i) absl::StrAppend(&text, "ABC 123 ");
  report.set_text(text);
  SetTextFindings(false, absl::FromUnixSeconds(1795795200), report);
  EXPECT_EQ(report.text_findings_size(), 100);
}

TEST(TextFindings, FollowAnAmendment) {
  ContentWorld world;
  const v1::Report report =
      world.Submit("vard", ContentWorld::ReportOf(v1::CATEGORY_DISORDER, "ABC 123"));
  v1::AmendReportRequest amend;
  *amend.mutable_report() = report;
  amend.mutable_report()->set_text("Ring 070-1740605");
  ASSERT_TRUE(world.Do("vard", amend, AmendReport).ok());
  EXPECT_EQ(FindingsOf(world.Now<v1::Report>(report.name())), "PHONE text 6 11");
}

TEST(R8, WhatWasMaskedWaitsForReviewEvenFromATrustedSource) {
  ContentWorld world;
  const absl::Time first = world.now() - absl::Hours(3);
  using State = v1::Report::State;
  struct Row {
    const char* what;
    int minutes;
    const char* text;
    State state;
    int effect;
  };
  const Row table[] = {
      {"masked", 0, "Brand, [personnr]", v1::Report::STATE_SUBMITTED,
       v1::SubmitReportsResult::EFFECT_CREATED},
      {"the same", 0, "Brand, [personnr]", v1::Report::STATE_SUBMITTED,
       v1::SubmitReportsResult::EFFECT_UNCHANGED},
      {"newer, still masked", 10, "Mordbrand, [personnr]", v1::Report::STATE_SUBMITTED,
       v1::SubmitReportsResult::EFFECT_AMENDED},
      {"newer, and nobody has looked", 20, "Mordbrand", v1::Report::STATE_SUBMITTED,
       v1::SubmitReportsResult::EFFECT_AMENDED},
      {"newer again", 30, "Brand", v1::Report::STATE_ACCEPTED,
       v1::SubmitReportsResult::EFFECT_AMENDED},
      {"accepted, then masked", 40, "Brand, [personnr]", v1::Report::STATE_SUBMITTED,
       v1::SubmitReportsResult::EFFECT_AMENDED},
  };
  std::string name;
  for (const Row& row : table) {
    const v1::Report report =
        world.Submit("samordnare", FromFeed(first + absl::Minutes(row.minutes), row.text));
    EXPECT_EQ(report.state(), row.state) << row.what;
    EXPECT_EQ(world.effect(), row.effect) << row.what;
    name = report.name();
  }
  const v1::Report report = world.Now<v1::Report>(name);
  EXPECT_NE(world.Now<v1::Incident>(report.incident()).state(), v1::Incident::STATE_CURRENT)
      << "it does not count while it waits";
  ASSERT_TRUE(world.Review("samordnare", name, v1::ReviewReportRequest::VERDICT_ACCEPT).ok());
  EXPECT_EQ(world.Now<v1::Incident>(report.incident()).state(), v1::Incident::STATE_CURRENT);
  EXPECT_EQ(FindingsOf(world.Now<v1::Report>(name)), "MASKED_PERSON_NUMBER text 8 10");
}

TEST(R8, APersonsAmendmentOfWhatWasMaskedStaysAccepted) {
  ContentWorld world;
  const v1::Report report = world.Submit("samordnare", FromFeed(world.now(), "[personnr]"));
  ASSERT_TRUE(
      world.Review("samordnare", report.name(), v1::ReviewReportRequest::VERDICT_ACCEPT).ok());
  v1::AmendReportRequest amend;
  *amend.mutable_report() = world.Now<v1::Report>(report.name());
  amend.mutable_report()->set_text("Brand, [personnr]");
  ASSERT_TRUE(world.Do("samordnare", amend, AmendReport).ok());
  EXPECT_EQ(world.Now<v1::Report>(report.name()).state(), v1::Report::STATE_ACCEPTED);
}

}  // namespace
}  // namespace samsyn::domain

// Every field of the contract that holds words is searched for person numbers, and is declared.
#include "server/domain/request_words.h"

#include <absl/strings/match.h>
#include <absl/strings/str_cat.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <samsyn/v1/access.pb.h>
#include <samsyn/v1/admin.pb.h>
#include <samsyn/v1/assignment.pb.h>
#include <samsyn/v1/audit.pb.h>
#include <samsyn/v1/deployment.pb.h>
#include <samsyn/v1/directory.pb.h>
#include <samsyn/v1/incident.pb.h>
#include <samsyn/v1/indicator.pb.h>
#include <samsyn/v1/meeting.pb.h>
#include <samsyn/v1/problem.pb.h>
#include <samsyn/v1/report.pb.h>
#include <samsyn/v1/situation.pb.h>
#include <samsyn/v1/watch.pb.h>

#include <set>
#include <string>
#include <vector>

#include "server/domain/field_shapes.h"

namespace samsyn::domain {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using Holds = FieldShape::Holds;

const absl::Time kNow = absl::FromUnixSeconds(1795867200);  // 28 November 2026
constexpr char kNumber[] = "900118-9811";                   // that nobody has

// Calls `each` with every request of the contract.
template <typename Each>
void ForEachRequest(const Each& each) {
  const google::protobuf::FileDescriptor* const files[] = {
      v1::WhoAmIRequest::descriptor()->file(),
      v1::BackupRequest::descriptor()->file(),
      v1::AddFieldUpdateRequest::descriptor()->file(),
      v1::VerifyJournalRequest::descriptor()->file(),
      v1::ProposeDeploymentRequest::descriptor()->file(),
      v1::ApplySetupRequest::descriptor()->file(),
      v1::MergeReportsRequest::descriptor()->file(),
      v1::RecordIndicatorsRequest::descriptor()->file(),
      v1::ScheduleMeetingRequest::descriptor()->file(),
      v1::CreateProblemRequest::descriptor()->file(),
      v1::SubmitReportRequest::descriptor()->file(),
      v1::GetSituationRequest::descriptor()->file(),
      v1::WatchRequest::descriptor()->file()};
  for (const auto* const file : files) {
    ASSERT_GT(file->service_count(), 0) << file->name();
    for (int i = 0; i < file->service_count(); ++i) {
      for (int k = 0; k < file->service(i)->method_count(); ++k) {
        each(*file->service(i)->method(k)->input_type());
      }
    }
  }
}

// Every text of a message, at any depth.
void CollectTexts(const MessageShape& shape, std::set<const MessageShape*>& seen,
                  std::vector<const FieldShape*>& texts) {
  if (!seen.insert(&shape).second) return;
  for (const FieldShape& field : shape.fields) {
    if (field.check == FieldShape::Check::kText) texts.push_back(&field);
    if (field.message != nullptr) CollectTexts(*field.message, seen, texts);
  }
}
std::vector<const FieldShape*> TextsOf(const Descriptor& type) {
  std::set<const MessageShape*> seen;
  std::vector<const FieldShape*> texts;
  CollectTexts(ShapeOf(type), seen, texts);
  return texts;
}

TEST(RequestWords, EveryTextOfTheContractIsDeclared) {
  int texts = 0;
  ForEachRequest([&](const Descriptor& request) {
    for (const FieldShape* const text : TextsOf(request)) {
      ++texts;
      EXPECT_NE(text->holds, Holds::kUndeclared)
          << text->field->full_name() << ": declare it in field_shapes.cc";
    }
  });
  EXPECT_GT(texts, 150);
}

TEST(RequestWords, WhatHasWordsCanBeConfirmedAndNothingElse) {
  int with_words = 0;
  ForEachRequest([&](const Descriptor& request) {
    // A batch has the field in each of its requests.
    if (request.FindFieldByName("request_id") == nullptr) return;
    bool words = false;
    for (const FieldShape* const text : TextsOf(request)) words |= text->holds != Holds::kCode;
    with_words += static_cast<int>(words);
    EXPECT_EQ(request.FindFieldByName("not_person_numbers") != nullptr, words)
        << request.full_name();
  });
  EXPECT_GT(with_words, 35);
}

TEST(RequestWords, EveryFieldIsNamedWithItsPlacesAndNeverTheNumber) {
  v1::SubmitReportRequest request;
  v1::Report& report = *request.mutable_report();
  report.set_text(absl::StrCat("Före ", kNumber, ", efter ", kNumber, "."));
  report.set_place_text(kNumber);
  report.add_marks("AX3");
  report.add_marks(kNumber);
  report.mutable_source()->set_source_type(kNumber);
  report.mutable_source()->set_source_id(kNumber);  // no words
  report.set_area(kNumber);
  const std::vector<Violation> violations = PersonNumberViolations(request, kNow);
  std::vector<std::string> fields;
  for (const Violation& violation : violations) {
    fields.push_back(violation.field);
    for (const std::string& words : {violation.words.en, violation.words.sv}) {
      EXPECT_THAT(words, Not(HasSubstr("9811")));
    }
  }
  EXPECT_THAT(fields, ElementsAre("report.text", "report.source.source_type", "report.place_text",
                                  "report.marks[1]"));
  EXPECT_THAT(violations[0].words.sv, HasSubstr("(tecken 6–16, 25–35)"));
  EXPECT_EQ(violations[2].words.sv,
            "Texten ser ut att innehålla ett personnummer (tecken 1–11). Ta bort det, eller "
            "bekräfta att det är ett annat nummer.");
  const absl::Status status = RefusePersonNumbers(violations);
  EXPECT_TRUE(absl::IsInvalidArgument(status));
  EXPECT_EQ(ReasonOf(status), v1::ERROR_REASON_PERSON_NUMBER);
  EXPECT_EQ(RefusalOf(status).violations.size(), 4u);
  EXPECT_THAT(status.ToString(), Not(HasSubstr("9811")));
}

TEST(RequestWords, WhatIsInAListOfMessagesIsNamedToo) {
  v1::RecordIndicatorsRequest request;
  request.add_indicators();
  request.add_indicators()->set_text(kNumber);
  const auto violations = PersonNumberViolations(request, kNow);
  ASSERT_EQ(violations.size(), 1u);
  EXPECT_EQ(violations[0].field, "indicators[1].text");
}

TEST(RequestWords, AMaskStandsInTheirPlace) {
  v1::AmendReportRequest request;
  v1::Report& report = *request.mutable_report();
  report.set_text(absl::StrCat("Före ", kNumber, " efter."));
  report.add_marks(kNumber);
  report.mutable_source()->set_source_id(kNumber);
  report.set_review_note(kNumber);  // the server's own: never read
  MaskPersonNumbers(request, kNow);
  EXPECT_EQ(report.text(), "Före [personnr] efter.");
  EXPECT_THAT(report.marks(), ElementsAre("[personnr]"));
  EXPECT_EQ(report.source().source_id(), kNumber);
  EXPECT_THAT(PersonNumberViolations(request, kNow), IsEmpty());
}

}  // namespace
}  // namespace samsyn::domain

// What a refusal looks like on the wire.
#include "server/service/status.h"

#include <gmock/gmock.h>
#include <google/rpc/error_details.pb.h>
#include <gtest/gtest.h>

#include "server/domain/refusal.h"

namespace samsyn::service {
namespace {

template <typename Detail>
std::vector<Detail> DetailsOf(const google::rpc::Status& status) {
  std::vector<Detail> found;
  for (const auto& any : status.details()) {
    if (Detail detail; any.UnpackTo(&detail)) found.push_back(detail);
  }
  return found;
}

TEST(Status, LanguageFollowsTheFirstTag) {
  for (const char* swedish : {"sv", "sv-SE", "SV", "sv,en;q=0.5", "sv;q=1", "sv_SE"}) {
    EXPECT_EQ(LanguageOf(swedish), Language::kSwedish) << swedish;
  }
  for (const char* english : {"", "en", "en,sv", "svt", "s", "de"}) {
    EXPECT_EQ(LanguageOf(english), Language::kEnglish) << english;
  }
}

TEST(Status, EveryReasonHasItsCode) {
  for (int number = 1; number <= v1::ErrorReason_MAX; ++number) {
    const auto reason = static_cast<v1::ErrorReason>(number);
    if (!v1::ErrorReason_IsValid(number) || reason == v1::ERROR_REASON_INTERNAL) continue;
    EXPECT_NE(domain::Refuse(reason, {"no", "nej"}).code(), absl::StatusCode::kInternal)
        << v1::ErrorReason_Name(reason);
  }
}

TEST(Status, EveryViolationInTheCallersLanguage) {
  const absl::Status refused = domain::RefuseFields(
      {{"report.text", {"is missing", "saknas"}}, {"report.category", {"is odd", "är märklig"}}});
  const auto sv = ToRpcStatus(refused, Language::kSwedish);
  EXPECT_EQ(sv.code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(sv.message(), "report.text: saknas (och 1 till)");
  const auto info = DetailsOf<google::rpc::ErrorInfo>(sv);
  ASSERT_EQ(info.size(), 1u);
  EXPECT_EQ(info[0].reason(), "INVALID_FIELDS");
  EXPECT_EQ(info[0].domain(), "samsyn");
  const auto fields = DetailsOf<google::rpc::BadRequest>(sv);
  ASSERT_EQ(fields.size(), 1u);
  ASSERT_EQ(fields[0].field_violations_size(), 2);
  EXPECT_EQ(fields[0].field_violations(1).field(), "report.category");
  EXPECT_EQ(fields[0].field_violations(1).description(), "är märklig");
  const auto localized = DetailsOf<google::rpc::LocalizedMessage>(sv);
  ASSERT_EQ(localized.size(), 1u);
  EXPECT_EQ(localized[0].locale(), "sv");
  const auto en = ToRpcStatus(refused, Language::kEnglish);
  EXPECT_EQ(DetailsOf<google::rpc::BadRequest>(en)[0].field_violations(0).description(),
            "is missing");
}

TEST(Status, OverloadSaysWhenToTryAgain) {
  const auto full = ToRpcStatus(domain::Refuse(v1::ERROR_REASON_QUEUE_FULL, {"Full.", "Fullt."}),
                                Language::kEnglish);
  EXPECT_EQ(full.code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  ASSERT_EQ(DetailsOf<google::rpc::RetryInfo>(full).size(), 1u);
  EXPECT_GT(DetailsOf<google::rpc::RetryInfo>(full)[0].retry_delay().seconds(), 0);
  const auto role = ToRpcStatus(domain::Refuse(v1::ERROR_REASON_ROLE_MISSING, {"No.", "Nej."}),
                                Language::kEnglish);
  EXPECT_TRUE(DetailsOf<google::rpc::RetryInfo>(role).empty());
}

TEST(Status, MetadataGoesAlong) {
  const auto status = ToRpcStatus(
      domain::Refuse(v1::ERROR_REASON_UNIT_TAKEN, {"Taken.", "Upptagen."}, {{"clash", "x"}}),
      Language::kSwedish);
  EXPECT_EQ(status.code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(status.message(), "Upptagen.");
  EXPECT_EQ(DetailsOf<google::rpc::ErrorInfo>(status)[0].metadata().at("clash"), "x");
}

TEST(Status, AnErrorFitsIntoTrailers) {
  std::vector<domain::Violation> violations;
  for (int i = 0; i < 500; ++i) {
    const std::string text = "är fel på ett sätt som tar plats att förklara";
    violations.push_back({"report.text", {text, text}});
  }
  violations.push_back({std::string(9000, 'f'), {std::string(9000, 'e'), std::string(9000, 's')}});
  for (const Language language : {Language::kEnglish, Language::kSwedish}) {
    const auto status = ToGrpcStatus(domain::RefuseFields(violations), language);
    EXPECT_LT(status.error_details().size() + 3 * status.error_message().size(), 7000u);
    google::rpc::Status details;
    ASSERT_TRUE(details.ParseFromString(status.error_details()));
    const auto fields = DetailsOf<google::rpc::BadRequest>(details)[0];
    EXPECT_THAT(fields.field_violations().rbegin()->description(), ::testing::HasSubstr("4"));
    const auto missing = ToGrpcStatus(domain::NotFound(std::string(5001, 'x') + "å"), language);
    EXPECT_LT(missing.error_details().size() + 3 * missing.error_message().size(), 7000u);
  }
}

TEST(Status, WhatHasNoReasonTellsNothingOfItsText) {
  const auto status =
      ToGrpcStatus(absl::InternalError("select * from secrets"), Language::kEnglish);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INTERNAL);
  EXPECT_THAT(status.error_message(), ::testing::Not(::testing::HasSubstr("secrets")));
  EXPECT_THAT(status.error_details(), ::testing::Not(::testing::HasSubstr("secrets")));
  EXPECT_EQ(ToGrpcStatus(absl::UnavailableError("disk"), Language::kEnglish).error_code(),
            grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(ToGrpcStatus(absl::UnknownError("?"), Language::kEnglish).error_code(),
            grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(ToGrpcStatus(absl::DataLossError("rows"), Language::kEnglish).error_code(),
            grpc::StatusCode::DATA_LOSS);
  EXPECT_TRUE(ToGrpcStatus(absl::OkStatus(), Language::kEnglish).ok());
}

}  // namespace
}  // namespace samsyn::service

#include "server/domain/refusal.h"

#include <absl/strings/cord.h>
#include <absl/strings/str_cat.h>
#include <google/rpc/error_details.pb.h>

#include <optional>
#include <utility>

namespace samsyn::domain {
namespace {

// Payloads of the status: public messages, one set a language.
constexpr absl::string_view kInfo = "google.rpc.ErrorInfo";
constexpr absl::string_view kSwedish = "google.rpc.LocalizedMessage";
constexpr absl::string_view kFieldsEn = "google.rpc.BadRequest.en";
constexpr absl::string_view kFieldsSv = "google.rpc.BadRequest.sv";

absl::StatusCode CodeOf(v1::ErrorReason reason) {
  switch (reason) {
    case v1::ERROR_REASON_INVALID_FIELDS:
    case v1::ERROR_REASON_PERSON_NUMBER:
      return absl::StatusCode::kInvalidArgument;
    case v1::ERROR_REASON_NOT_FOUND:
      return absl::StatusCode::kNotFound;
    case v1::ERROR_REASON_ROLE_MISSING:
    case v1::ERROR_REASON_NOT_YOUR_ORGANISATION:
    case v1::ERROR_REASON_SOURCE_NOT_YOURS:
    case v1::ERROR_REASON_PRIVATE_ORGANISATION:
      return absl::StatusCode::kPermissionDenied;
    case v1::ERROR_REASON_NO_IDENTITY:
    case v1::ERROR_REASON_IDENTITY_ENDED:
    case v1::ERROR_REASON_LINK_USED:
      return absl::StatusCode::kUnauthenticated;
    case v1::ERROR_REASON_REQUEST_ID_REUSED:
    case v1::ERROR_REASON_ID_TAKEN:
      return absl::StatusCode::kAlreadyExists;
    case v1::ERROR_REASON_ETAG_MISMATCH:
      return absl::StatusCode::kAborted;
    case v1::ERROR_REASON_WRONG_STATE:
    case v1::ERROR_REASON_SECOND_PERSON_NEEDED:
    case v1::ERROR_REASON_DECISION_INCOMPLETE:
    case v1::ERROR_REASON_OBJECTION_STANDS:
    case v1::ERROR_REASON_UNIT_TAKEN:
    case v1::ERROR_REASON_DEFINITION_CHANGED:
    case v1::ERROR_REASON_NOT_PRESENT:
    case v1::ERROR_REASON_MEETING_NOT_OPEN:
    case v1::ERROR_REASON_MEETING_UNFINISHED:
    case v1::ERROR_REASON_GATE_BLOCKED:
      return absl::StatusCode::kFailedPrecondition;
    case v1::ERROR_REASON_QUEUE_FULL:
    case v1::ERROR_REASON_LIMIT_REACHED:
    case v1::ERROR_REASON_TOO_MANY_CALLS:
      return absl::StatusCode::kResourceExhausted;
    case v1::ERROR_REASON_JOURNAL_UNAVAILABLE:
    case v1::ERROR_REASON_OUTCOME_UNKNOWN:
    case v1::ERROR_REASON_SHUTTING_DOWN:
    case v1::ERROR_REASON_NODE_CUT_OFF:
      return absl::StatusCode::kUnavailable;
    case v1::ERROR_REASON_ARCHIVED:
    case v1::ERROR_REASON_REVISION_AHEAD:
      return absl::StatusCode::kOutOfRange;
    case v1::ERROR_REASON_REVISION_NOT_REACHED:
      return absl::StatusCode::kDeadlineExceeded;
    case v1::ERROR_REASON_JOURNAL_STOPPED:
      return absl::StatusCode::kDataLoss;
    default:
      return absl::StatusCode::kInternal;
  }
}

template <typename T>
std::optional<T> Payload(const absl::Status& status, absl::string_view url) {
  const auto bytes = status.GetPayload(url);
  T message;
  if (!bytes || !message.ParseFromString(std::string(*bytes))) return std::nullopt;
  return message;
}

}  // namespace

absl::Status Refuse(Refusal refusal) {
  absl::Status status(CodeOf(refusal.reason), refusal.words.en);
  google::rpc::ErrorInfo info;
  info.set_reason(
      v1::ErrorReason_Name(refusal.reason).substr(absl::string_view("ERROR_REASON_").size()));
  info.set_domain("samsyn");
  info.mutable_metadata()->insert(refusal.metadata.begin(), refusal.metadata.end());
  status.SetPayload(kInfo, absl::Cord(info.SerializeAsString()));
  google::rpc::LocalizedMessage swedish;
  swedish.set_locale("sv");
  swedish.set_message(refusal.words.sv);
  status.SetPayload(kSwedish, absl::Cord(swedish.SerializeAsString()));
  if (!refusal.violations.empty()) {
    google::rpc::BadRequest en, sv;
    for (const Violation& violation : refusal.violations) {
      for (auto* fields : {&en, &sv}) {
        auto* added = fields->add_field_violations();
        added->set_field(violation.field);
        added->set_description(fields == &en ? violation.words.en : violation.words.sv);
      }
    }
    status.SetPayload(kFieldsEn, absl::Cord(en.SerializeAsString()));
    status.SetPayload(kFieldsSv, absl::Cord(sv.SerializeAsString()));
  }
  return status;
}

absl::Status Refuse(v1::ErrorReason reason, Words words,
                    std::map<std::string, std::string> metadata) {
  return Refuse(Refusal{reason, std::move(words), {}, std::move(metadata)});
}

absl::Status RefuseFields(std::vector<Violation> violations) {
  const Violation& first = violations.front();
  const size_t others = violations.size() - 1;
  Words words{absl::StrCat(first.field, ": ", first.words.en),
              absl::StrCat(first.field, ": ", first.words.sv)};
  if (others > 0) {
    absl::StrAppend(&words.en, " (and ", others, " more)");
    absl::StrAppend(&words.sv, " (och ", others, " till)");
  }
  return Refuse(
      Refusal{v1::ERROR_REASON_INVALID_FIELDS, std::move(words), std::move(violations), {}});
}

absl::Status NotFound(absl::string_view name) {
  return Refuse(v1::ERROR_REASON_NOT_FOUND,
                {absl::StrCat(name, " is not there, or not for you."),
                 absl::StrCat(name, " finns inte, eller är inte för dig.")});
}

Refusal RefusalOf(const absl::Status& status) {
  Refusal refusal;
  refusal.reason = ReasonOf(status);
  refusal.words.en = std::string(status.message());
  const auto swedish = Payload<google::rpc::LocalizedMessage>(status, kSwedish);
  refusal.words.sv = swedish ? swedish->message() : refusal.words.en;
  if (const auto info = Payload<google::rpc::ErrorInfo>(status, kInfo)) {
    refusal.metadata = {info->metadata().begin(), info->metadata().end()};
  }
  const auto en = Payload<google::rpc::BadRequest>(status, kFieldsEn);
  const auto sv = Payload<google::rpc::BadRequest>(status, kFieldsSv);
  if (en && sv) {
    for (int i = 0; i < en->field_violations_size(); ++i) {
      refusal.violations.push_back(
          {en->field_violations(i).field(),
           {en->field_violations(i).description(), sv->field_violations(i).description()}});
    }
  }
  return refusal;
}

v1::ErrorReason ReasonOf(const absl::Status& status) {
  const auto info = Payload<google::rpc::ErrorInfo>(status, kInfo);
  v1::ErrorReason reason = v1::ERROR_REASON_INTERNAL;
  if (info) v1::ErrorReason_Parse(absl::StrCat("ERROR_REASON_", info->reason()), &reason);
  return reason;
}

}  // namespace samsyn::domain

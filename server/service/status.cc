#include "server/service/status.h"

#include <absl/strings/cord.h>
#include <absl/strings/match.h>
#include <absl/strings/str_cat.h>
#include <google/rpc/error_details.pb.h>

#include <string>
#include <utility>

#include "server/base/log.h"
#include "server/domain/refusal.h"

namespace samsyn::service {
namespace {

// What a status without a reason means: it came from journal, library or a defect. Its own text
// goes to the log only.
domain::Refusal WithoutReason(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kInvalidArgument:
      return {v1::ERROR_REASON_INVALID_FIELDS,
              {"The request has the wrong form.", "Begäran har fel form."},
              {},
              {}};
    case absl::StatusCode::kNotFound:
      return {v1::ERROR_REASON_NOT_FOUND,
              {"It is not there, or not for you.", "Det finns inte, eller är inte för dig."},
              {},
              {}};
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kResourceExhausted:
      return {v1::ERROR_REASON_JOURNAL_UNAVAILABLE,
              {"The server cannot write just now; nothing was changed. Try again.",
               "Servern kan inte skriva just nu; inget ändrades. Försök igen."},
              {},
              {}};
    case absl::StatusCode::kUnknown:
      return {v1::ERROR_REASON_OUTCOME_UNKNOWN,
              {"Whether it was written is not known; repeat it with the same request id.",
               "Det är inte känt om det skrevs; upprepa med samma request_id."},
              {},
              {}};
    case absl::StatusCode::kDataLoss:
      return {v1::ERROR_REASON_JOURNAL_STOPPED,
              {"The municipality's journal is damaged; it is stopped until a person has looked.",
               "Kommunens journal är skadad; den står stilla tills någon har tittat på den."},
              {},
              {}};
    default:
      return {
          v1::ERROR_REASON_INTERNAL,
          {"A defect of the server; nothing was changed.", "Ett fel i servern; inget ändrades."},
          {},
          {}};
  }
}

constexpr absl::string_view kRetryAfter = "google.rpc.RetryInfo";  // a payload of the status

// How long to wait where trying the same again helps; none: it does not, or at once.
google::rpc::RetryInfo RetryOf(const absl::Status& status, v1::ErrorReason reason) {
  google::rpc::RetryInfo retry;
  const auto known = status.GetPayload(kRetryAfter);
  if (known.has_value() && retry.ParseFromString(std::string(*known))) return retry;
  switch (reason) {
    case v1::ERROR_REASON_QUEUE_FULL:
    case v1::ERROR_REASON_SHUTTING_DOWN:
    case v1::ERROR_REASON_OUTCOME_UNKNOWN:
      retry.mutable_retry_delay()->set_seconds(1);
      break;
    case v1::ERROR_REASON_JOURNAL_UNAVAILABLE:
    case v1::ERROR_REASON_NODE_CUT_OFF:
      retry.mutable_retry_delay()->set_seconds(5);
      break;
    default:
      break;
  }
  return retry;
}

// Clients take 8 KiB of trailers unless told otherwise, and what is beyond loses them the whole
// error. So texts are cut, and the last violation listed says how many more there are.
constexpr size_t kTextBytes = 400;
constexpr size_t kViolationBytes = 3 << 10;

// At most `most` bytes and a bit; characters stay whole.
std::string Cut(const std::string& text, size_t most) {
  if (text.size() <= most) return text;
  size_t end = most;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return absl::StrCat(text.substr(0, end), "…");
}

std::string In(Language language, const domain::Words& words) {
  return Cut(language == Language::kSwedish ? words.sv : words.en, kTextBytes);
}

google::rpc::BadRequest FieldsOf(const domain::Refusal& refusal, Language language) {
  google::rpc::BadRequest fields;
  size_t bytes = 0;
  for (const domain::Violation& violation : refusal.violations) {
    auto* const added = fields.add_field_violations();
    added->set_field(Cut(violation.field, kTextBytes));
    added->set_description(In(language, violation.words));
    bytes += added->field().size() + added->description().size() + 8;
    const size_t others = refusal.violations.size() - fields.field_violations_size();
    if (bytes > kViolationBytes && others > 0) {
      auto* const rest = fields.add_field_violations();
      rest->set_description(language == Language::kSwedish
                                ? absl::StrCat("och ", others, " fel till")
                                : absl::StrCat("and ", others, " more"));
      break;
    }
  }
  return fields;
}

void AddDetails(const domain::Refusal& refusal, Language language, google::rpc::Status* status) {
  google::rpc::ErrorInfo info;
  info.set_reason(
      v1::ErrorReason_Name(refusal.reason).substr(absl::string_view("ERROR_REASON_").size()));
  info.set_domain("samsyn");
  for (const auto& [key, value] : refusal.metadata) {
    (*info.mutable_metadata())[key] = Cut(value, kTextBytes);
  }
  status->add_details()->PackFrom(info);
  google::rpc::LocalizedMessage localized;
  localized.set_locale(language == Language::kSwedish ? "sv" : "en");
  localized.set_message(In(language, refusal.words));
  status->add_details()->PackFrom(localized);
  if (!refusal.violations.empty()) {
    status->add_details()->PackFrom(FieldsOf(refusal, language));
  }
}

}  // namespace

Language LanguageOf(absl::string_view accept_language) {
  const bool swedish = absl::StartsWithIgnoreCase(accept_language, "sv") &&
                       (accept_language.size() == 2 ||
                        std::string("-,;_ ").find(accept_language[2]) != std::string::npos);
  return swedish ? Language::kSwedish : Language::kEnglish;
}

absl::Status WithRetryAfter(absl::Status status, absl::Duration wait) {
  google::rpc::RetryInfo retry;
  absl::Duration rest;
  retry.mutable_retry_delay()->set_seconds(absl::IDivDuration(wait, absl::Seconds(1), &rest));
  retry.mutable_retry_delay()->set_nanos(static_cast<int32_t>(absl::ToInt64Nanoseconds(rest)));
  status.SetPayload(kRetryAfter, absl::Cord(retry.SerializeAsString()));
  return status;
}

google::rpc::Status ToRpcStatus(const absl::Status& status, Language language) {
  google::rpc::Status result;
  if (status.ok()) return result;
  domain::Refusal refusal = domain::RefusalOf(status);
  absl::StatusCode code = status.code();
  if (refusal.reason == v1::ERROR_REASON_INTERNAL) {
    Log(LogLevel::kError, "failure without a reason", {{"status", status.ToString()}});
    refusal = WithoutReason(status.code());
    code = domain::Refuse(refusal).code();
  }
  result.set_code(static_cast<int>(code));
  result.set_message(In(language, refusal.words));
  AddDetails(refusal, language, &result);
  const google::rpc::RetryInfo retry = RetryOf(status, refusal.reason);
  if (retry.has_retry_delay()) result.add_details()->PackFrom(retry);
  return result;
}

grpc::Status ToGrpcStatus(const absl::Status& status, Language language) {
  if (status.ok()) return grpc::Status::OK;
  const google::rpc::Status details = ToRpcStatus(status, language);
  return grpc::Status(static_cast<grpc::StatusCode>(details.code()), details.message(),
                      details.SerializeAsString());
}

}  // namespace samsyn::service

#include "server/service/admitted.h"

#include <samsyn/v1/report.pb.h>

#include <utility>
#include <vector>

#include "server/domain/policy.h"
#include "server/domain/request_words.h"

namespace samsyn::service {
namespace {

using google::protobuf::Message;

bool IsReport(const Message& request) {
  const auto* const type = request.GetDescriptor();
  return type == v1::SubmitReportRequest::descriptor() ||
         type == v1::AmendReportRequest::descriptor();
}

bool IsFromMachine(const Session& session) {
  return session.feed->Reading([&](const domain::Picture& picture) {
    const auto member = picture.Get<v1::Member>(session.identity.caller.member);
    return member != nullptr && domain::IsMachine(*member);
  });
}

bool IsConfirmed(const Message& request) {
  const auto* const field = request.GetDescriptor()->FindFieldByName("not_person_numbers");
  return field != nullptr && request.GetReflection()->GetBool(request, field);
}

}  // namespace

absl::StatusOr<Admitted> Admit(const Message& request, const Session& session, absl::Time now) {
  Admitted admitted{{std::shared_ptr<const void>(), &request}, false};
  std::vector<domain::Violation> violations = domain::PersonNumberViolations(request, now);
  if (violations.empty()) return admitted;
  // Nobody has looked at what a machine sends, so it confirms nothing either.
  if (IsReport(request) && IsFromMachine(session)) {
    const std::shared_ptr<Message> masked(request.New());
    masked->CopyFrom(request);
    domain::MaskPersonNumbers(*masked, now);
    admitted.request = masked;
    return admitted;
  }
  if (!IsConfirmed(request)) return domain::RefusePersonNumbers(std::move(violations));
  admitted.not_person_numbers = true;
  return admitted;
}

}  // namespace samsyn::service

#include "server/demo/director.h"

#include "server/domain/names.h"

namespace samsyn::demo {

absl::Status Director::Run(absl::Time end) {
  while (!steps_.empty() && steps_.begin()->first <= end) {
    const auto node = steps_.extract(steps_.begin());
    now_ = std::max(now_, node.key());
    if (absl::Status advanced = stage_.advance(now_); !advanced.ok()) return advanced;
    if (absl::Status done = node.mapped()(); !done.ok()) return done;
  }
  now_ = end;
  return stage_.advance(end);
}

absl::StatusOr<std::string> Director::DoAsSystem(
    absl::string_view method, std::function<absl::Status(domain::Transaction&)> decide) {
  Command command;
  command.member = "system";
  command.method = std::string(method);
  command.request_id = NextId();
  command.request_digest = Sha256Of(command.request_id);
  command.decide = std::move(decide);
  return Decide(std::move(command));
}

std::string Director::NextId() { return domain::MadeId("demonstration", absl::StrCat(++ids_), 0); }

absl::StatusOr<std::string> Director::Decide(Command command) {
  const std::string what = absl::StrCat(command.method, " by ", command.member);
  absl::StatusOr<std::vector<std::string>> results = stage_.decide(std::move(command));
  if (!results.ok()) return Explained(results.status(), what);
  return results->empty() ? "" : results->front();
}

absl::Status Director::Explained(const absl::Status& status, absl::string_view what) const {
  std::string why(status.message());
  const domain::Refusal refusal = domain::RefusalOf(status);
  for (const domain::Violation& violation : refusal.violations) {
    absl::StrAppend(&why, " [", violation.field, ": ", violation.words.en, "]");
  }
  return absl::Status(status.code(), absl::StrCat("the demonstration, ", absl::FormatTime(now_),
                                                  ": ", std::string(what), ": ", why));
}

}  // namespace samsyn::demo

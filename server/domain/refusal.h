// Refusals: an absl::Status that carries reason, all field violations, metadata, and its sentence
// in Swedish and English. The one table from here to gRPC stands in server/service.
#ifndef SAMSYN_SERVER_DOMAIN_REFUSAL_H_
#define SAMSYN_SERVER_DOMAIN_REFUSAL_H_

#include <absl/status/status.h>
#include <absl/strings/string_view.h>
#include <samsyn/v1/error_reason.pb.h>

#include <map>
#include <string>
#include <vector>

namespace samsyn::domain {

// One sentence in both languages.
struct Words {
  std::string en;
  std::string sv;
};

// One thing wrong with one field, by its path from the request ("report.text").
struct Violation {
  std::string field;
  Words words;
};

struct Refusal {
  v1::ErrorReason reason = v1::ERROR_REASON_UNSPECIFIED;
  Words words;
  std::vector<Violation> violations;
  std::map<std::string, std::string> metadata;
};

// The status of a refusal; the gRPC code follows from the reason, by the table in
// error_reason.proto.
absl::Status Refuse(Refusal refusal);
// Short forms.
absl::Status Refuse(v1::ErrorReason reason, Words words,
                    std::map<std::string, std::string> metadata = {});
absl::Status RefuseFields(std::vector<Violation> violations);
// "… is not there": the same whether it does not exist or may not be seen.
absl::Status NotFound(absl::string_view name);

// The refusal inside a status; a status from elsewhere gets its message and reason INTERNAL.
Refusal RefusalOf(const absl::Status& status);
v1::ErrorReason ReasonOf(const absl::Status& status);

}  // namespace samsyn::domain

#endif  // SAMSYN_SERVER_DOMAIN_REFUSAL_H_

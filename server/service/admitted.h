// Person numbers at the door of every write: before anything is queued, hashed, kept or logged. A
// person's text that holds some is refused unless the writer says that they are something else; in
// a machine's report they are masked.
#ifndef SAMSYN_SERVER_SERVICE_ADMITTED_H_
#define SAMSYN_SERVER_SERVICE_ADMITTED_H_

#include <absl/status/statusor.h>
#include <absl/time/time.h>
#include <google/protobuf/message.h>

#include <memory>

#include "server/service/session.h"

namespace samsyn::service {

// A request that may be queued.
struct Admitted {
  // As it goes on: the caller's own, which the caller keeps alive, or a copy without the numbers.
  std::shared_ptr<const google::protobuf::Message> request;
  // It holds what looks like person numbers, and its writer says that they are none.
  bool not_person_numbers = false;
};

// Admits a request of the right form. PERSON_NUMBER with all fields and places.
absl::StatusOr<Admitted> Admit(const google::protobuf::Message& request, const Session& session,
                               absl::Time now);

}  // namespace samsyn::service

#endif  // SAMSYN_SERVER_SERVICE_ADMITTED_H_

// What the lost side of a fork had of an entity in the end (fork_rules.h).
#ifndef SAMSYN_SERVER_DOMAIN_LOST_VERSION_H_
#define SAMSYN_SERVER_DOMAIN_LOST_VERSION_H_

#include <absl/time/time.h>

#include <string>

#include "server/domain/entity.h"

namespace samsyn::domain {

struct LostVersion {
  std::string name;
  EntityPtr version;      // null: it had ended
  Revision revision = 0;  // on the lost side
  absl::Time time;
  std::string member;  // who wrote it
  std::string method;
};

}  // namespace samsyn::domain

#endif  // SAMSYN_SERVER_DOMAIN_LOST_VERSION_H_

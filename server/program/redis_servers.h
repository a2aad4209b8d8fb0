// The Redis servers that a journal command was told of.
#ifndef SAMSYN_SERVER_PROGRAM_REDIS_SERVERS_H_
#define SAMSYN_SERVER_PROGRAM_REDIS_SERVERS_H_

#include <absl/status/statusor.h>
#include <absl/strings/string_view.h>

#include <memory>
#include <string>
#include <vector>

#include "server/journal/redis/caller.h"
#include "server/program/options.h"

namespace samsyn::program {

class RedisServers {
 public:
  // InvalidArgument says what is wrong. Nobody is called yet; there may be none.
  static absl::StatusOr<RedisServers> Of(const RedisOptions& options);

  const std::vector<journal::RedisCaller*>& all() const { return all_; }
  // By its name; null: no such.
  journal::RedisCaller* Named(absl::string_view name) const;
  // Where a municipality is made; there must be one.
  journal::RedisCaller& PlaceFor(absl::string_view code) const;

 private:
  journal::RedisStoreOptions options_;
  std::vector<std::unique_ptr<journal::RedisCaller>> callers_;
  std::vector<journal::RedisCaller*> all_;
};

}  // namespace samsyn::program

#endif  // SAMSYN_SERVER_PROGRAM_REDIS_SERVERS_H_

#include "server/program/redis_servers.h"

#include <utility>

#include "server/journal/redis/store.h"

namespace samsyn::program {

absl::StatusOr<RedisServers> RedisServers::Of(const RedisOptions& options) {
  auto parsed = RedisOptionsOf(options);
  if (!parsed.ok()) return parsed.status();
  RedisServers servers;
  servers.options_ = *std::move(parsed);
  for (const journal::RedisAddress& address : servers.options_.servers) {
    servers.callers_.push_back(std::make_unique<journal::RedisCaller>(
        address, servers.options_.credentials, servers.options_.server.replicas));
    servers.all_.push_back(servers.callers_.back().get());
  }
  return servers;
}

journal::RedisCaller* RedisServers::Named(absl::string_view name) const {
  for (journal::RedisCaller* const caller : all_) {
    if (caller->name() == name) return caller;
  }
  return nullptr;
}

journal::RedisCaller& RedisServers::PlaceFor(absl::string_view code) const {
  return *Named(journal::PlaceOf(options_, code));
}

}  // namespace samsyn::program

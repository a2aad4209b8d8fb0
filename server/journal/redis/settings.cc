// Whether a Redis server keeps what it acknowledges: its settings, compared with what they must be.
#include <absl/strings/match.h>
#include <absl/strings/numbers.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "server/journal/redis/connection.h"

namespace samsyn::journal {
namespace {

constexpr int kLagMost = 2;  // seconds

struct Setting {
  std::string name;
  std::string must;  // as an operator reads it
  std::function<bool(const std::string&)> is_right;
};

Setting Exactly(const std::string& name, const std::string& value) {
  return {name, value, [value](const std::string& is) { return is == value; }};
}

Setting Between(const std::string& name, const std::string& must, int least, int most) {
  return {name, must, [least, most](const std::string& is) {
            int number = 0;
            return absl::SimpleAtoi(is, &number) && least <= number && number <= most;
          }};
}

std::vector<Setting> Required(int replicas) {
  std::vector<Setting> all = {
      Exactly("appendonly", "yes"),
      Exactly("appendfsync", "always"),
      // Else "always" does not hold while the file is rewritten.
      Exactly("no-appendfsync-on-rewrite", "no"),
      Exactly("maxmemory-policy", "noeviction"),
      Exactly("cluster-enabled", "no"),
  };
  if (replicas > 0) {
    all.push_back(Between("min-replicas-to-write", "1 or more", 1, INT32_MAX));
    // 0 would turn off what the one above asks for.
    all.push_back(Between("min-replicas-max-lag", "1 or 2", 1, kLagMost));
  }
  return all;
}

// What CONFIG GET says, by name.
absl::StatusOr<std::map<std::string, std::string>> Ask(RedisConnection& connection,
                                                       const std::vector<Setting>& settings) {
  std::vector<absl::string_view> command = {"CONFIG", "GET"};
  for (const Setting& setting : settings) command.push_back(setting.name);
  const auto reply = connection.Call(command);
  if (!reply.ok()) return reply.status();
  if (reply->kind == RedisReply::Kind::kError) {
    const bool forbidden = absl::StartsWith(reply->text, "NOPERM");
    return absl::FailedPreconditionError(absl::StrCat(
        connection.endpoint().Text(), " does not tell its settings, which must be known: ",
        forbidden ? "allow this user +config|get in the server's ACL" : reply->text));
  }
  std::map<std::string, std::string> values;
  for (size_t i = 0; i + 1 < reply->list.size(); i += 2) {
    values[reply->list[i].text] = reply->list[i + 1].text;
  }
  return values;
}

absl::Status CheckValues(RedisConnection& connection, int replicas) {
  const std::vector<Setting> settings = Required(replicas);
  const auto values = Ask(connection, settings);
  if (!values.ok()) return values.status();
  std::vector<std::string> faults;
  for (const Setting& setting : settings) {
    const auto found = values->find(setting.name);
    const std::string is = found == values->end() ? "not known to it" : found->second;
    if (setting.is_right(is)) continue;
    faults.push_back(absl::StrCat(setting.name, " is ", is, " and must be ", setting.must));
  }
  if (faults.empty()) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(
      connection.endpoint().Text(), " would not keep what it acknowledges: ",
      absl::StrJoin(faults, "; "), ". Change this in its redis.conf and start it again."));
}

// Redis 7.0 reads its append-only file with the rights of the default user, and silently leaves out
// what a function wrote if they do not suffice. That user may be off: it must have the rights.
absl::Status CheckDefaultUser(RedisConnection& connection) {
  const std::vector<std::vector<absl::string_view>> writes = {
      {"XADD", "samsyn:{0000}:journal", "1-0", "d", ""},
      {"HSET", "samsyn:{0000}:entries", "1", ""}};
  for (const auto& write : writes) {
    std::vector<absl::string_view> command = {"ACL", "DRYRUN", "default"};
    command.insert(command.end(), write.begin(), write.end());
    const auto reply = connection.Call(command);
    if (!reply.ok()) return reply.status();
    if (reply->text == "OK") continue;
    const bool forbidden = absl::StartsWith(reply->text, "NOPERM");
    return absl::FailedPreconditionError(absl::StrCat(
        connection.endpoint().Text(),
        forbidden
            ? " does not tell what its default user may do, which must be known: allow this "
              "user +acl|dryrun in the server's ACL"
            : " would lose at its next start what functions wrote: its default user must have "
              "all rights, off or not. Write in its ACL: user default off resetpass ~* &* "
              "+@all"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckRedisSettings(RedisConnection& connection, int replicas) {
  if (absl::Status status = CheckValues(connection, replicas); !status.ok()) return status;
  return CheckDefaultUser(connection);
}

}  // namespace samsyn::journal

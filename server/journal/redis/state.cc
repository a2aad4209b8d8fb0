// What a Redis server says of a municipality.
#include "server/journal/redis/state.h"

#include <absl/strings/numbers.h>
#include <absl/strings/str_cat.h>

#include <utility>

#include "server/journal/redis/functions.h"

namespace samsyn::journal {
namespace {

// Whether a number stands there, or nothing, which is 0.
bool ReadNumber(const RedisReply& reply, int64_t& number) {
  return reply.kind == RedisReply::Kind::kNil || absl::SimpleAtoi(reply.text, &number);
}

constexpr size_t kReadFields = 9;  // of an answer of samsyn_1_read, before the entries

absl::Status ReplyUnreadable() { return absl::UnavailableError("Redis: a reply cannot be read"); }

}  // namespace

absl::StatusOr<RedisState> StateAt(RedisCaller& caller, absl::string_view code) {
  const auto reply = caller.Call({"HMGET", RedisKey(code, "state"), "epoch", "moved", "leaving",
                                  "arriving", "moves", "trimmed", "trimmed_digest", "left"});
  if (!reply.ok()) return reply.status();
  RedisState state;
  const std::vector<RedisReply>& fields = reply->list;
  if (fields.size() != 8 || !ReadNumber(fields[0], state.epoch) ||
      !ReadNumber(fields[4], state.moves) || !ReadNumber(fields[5], state.trimmed.revision)) {
    return ReplyUnreadable();
  }
  state.moved = fields[1].text;
  state.left = fields[7].kind == RedisReply::Kind::kText;
  state.leaving = fields[2].text;
  state.arriving = fields[3].text;
  if (fields[6].text.size() == std::tuple_size_v<Digest>) {
    state.trimmed.digest = DigestFrom(fields[6].text);
  }
  return state;
}

absl::StatusOr<std::string> DigestAt(RedisCaller& server, absl::string_view code,
                                     const RedisState& state, Revision revision) {
  if (revision == state.trimmed.revision) return std::string(AsBytes(state.trimmed.digest));
  const std::string id = absl::StrCat(revision, "-0");
  const auto found = server.Call({"XRANGE", RedisKey(code, "journal"), id, id});
  if (!found.ok()) return found.status();
  if (found->list.empty()) return std::string();
  const RedisReply& entry = found->list.front();
  if (entry.list.size() != 2 || entry.list[1].list.size() != 2) return ReplyUnreadable();
  return entry.list[1].list[1].text;
}

absl::StatusOr<Head> EndAt(RedisCaller& server, absl::string_view code, const RedisState& state) {
  const auto last = server.Call({"XREVRANGE", RedisKey(code, "journal"), "+", "-", "COUNT", "1"});
  if (!last.ok()) return last.status();
  if (last->list.empty()) return state.trimmed;
  Head end;
  const RedisReply& entry = last->list.front();
  if (entry.list.size() != 2) return ReplyUnreadable();
  const std::string& id = entry.list[0].text;
  const std::vector<RedisReply>& fields = entry.list[1].list;
  if (!absl::SimpleAtoi(id.substr(0, id.find('-')), &end.revision) || fields.size() != 2 ||
      fields[1].text.size() != std::tuple_size_v<Digest>) {
    return ReplyUnreadable();
  }
  end.digest = DigestFrom(fields[1].text);
  return end;
}

std::vector<std::string> ReadCommand(absl::string_view code, Revision after, size_t entries,
                                     size_t bytes) {
  return {"FCALL_RO",
          "samsyn_1_read",
          "4",
          RedisKey(code, "state"),
          RedisKey(code, "journal"),
          RedisKey(code, "entries"),
          RedisKey(code, "committed"),
          absl::StrCat(after),
          absl::StrCat(entries),
          absl::StrCat(bytes)};
}

absl::StatusOr<std::vector<Entry>> EntriesIn(const RedisReply& reply) {
  if (reply.list.size() < kReadFields || reply.list[0].text != "ok") return ReplyUnreadable();
  std::vector<Entry> entries;
  for (size_t i = kReadFields; i < reply.list.size(); ++i) {
    v1::StoredEntry stored;
    if (!stored.ParseFromString(reply.list[i].text)) return ReplyUnreadable();
    auto entry = EntryOf(std::move(stored));
    if (!entry.ok()) return entry.status();
    entries.push_back(*std::move(entry));
  }
  return entries;
}

}  // namespace samsyn::journal

// The snapshot of a journal as it stands on a Redis server.
#include "server/journal/redis/snapshot.h"

#include <absl/strings/numbers.h>
#include <absl/strings/str_cat.h>

#include "server/base/digest.h"
#include "server/journal/redis/functions.h"

namespace samsyn::journal {
namespace {

constexpr char kPiecesSeconds[] = "600";  // pieces of a snapshot that was not finished live so long

absl::Status ReplyUnreadable() { return absl::UnavailableError("Redis: a reply cannot be read"); }

}  // namespace

absl::Status SaveSnapshotAt(RedisCaller& caller, absl::string_view code, const Snapshot& snapshot) {
  const std::string list = RedisKey(code, absl::StrCat("snapshot:", Hex(RandomBytes(8))));
  Sha256 pieces;
  for (const std::string& piece : snapshot.chunks) {
    pieces.Update(piece);
    const auto pushed = caller.Call({"RPUSH", list, piece});
    if (!pushed.ok()) return pushed.status();
    const auto kept = caller.Call({"EXPIRE", list, kPiecesSeconds});
    if (!kept.ok()) return kept.status();
  }
  const auto saved = caller.Call(
      {"FCALL", "samsyn_1_snapshot", "5", RedisKey(code, "state"), RedisKey(code, "journal"),
       RedisKey(code, "committed"), RedisKey(code, "snapshot"), list,
       absl::StrCat(snapshot.head.revision), AsBytes(snapshot.head.digest),
       absl::StrCat(snapshot.chunks.size()), AsBytes(pieces.Finish())});
  if (!saved.ok()) return saved.status();
  if (!saved->list.empty() && saved->list[0].text == "ok") return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat("the journal has no committed revision ",
                                                    snapshot.head.revision, " with the digest ",
                                                    Hex(snapshot.head.digest)));
}

absl::StatusOr<std::optional<Snapshot>> LoadSnapshotAt(RedisCaller& caller,
                                                       absl::string_view code) {
  const std::string key = RedisKey(code, "snapshot");
  const auto about = caller.Call({"HMGET", key, "revision", "digest", "pieces", "sha256", "list"});
  if (!about.ok()) return about.status();
  if (about->list.size() != 5) return ReplyUnreadable();
  if (about->list[0].kind == RedisReply::Kind::kNil) return std::nullopt;
  Snapshot snapshot;
  int pieces = 0;
  if (!absl::SimpleAtoi(about->list[0].text, &snapshot.head.revision) ||
      !absl::SimpleAtoi(about->list[2].text, &pieces) ||
      about->list[1].text.size() != std::tuple_size_v<Digest>) {
    return ReplyUnreadable();
  }
  snapshot.head.digest = DigestFrom(about->list[1].text);
  Sha256 sum;
  for (int i = 0; i < pieces; ++i) {
    const auto piece = caller.Call({"LINDEX", about->list[4].text, absl::StrCat(i)});
    if (!piece.ok()) return piece.status();
    sum.Update(piece->text);
    snapshot.chunks.push_back(piece->text);
  }
  if (AsBytes(sum.Finish()) != about->list[3].text) {
    return absl::UnavailableError("its pieces are not what was saved");
  }
  return snapshot;
}

}  // namespace samsyn::journal

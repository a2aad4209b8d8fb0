// Two histories of one journal: how they are found, how a fork stands in a municipality's state.
#include "server/journal/redis/fork.h"

#include <absl/strings/escaping.h>
#include <absl/strings/numbers.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_split.h>

#include <algorithm>
#include <vector>

#include "server/journal/redis/functions.h"

namespace samsyn::journal {
namespace {

bool ReadHead(absl::string_view revision, absl::string_view digest, Head& head) {
  const std::string bytes = absl::HexStringToBytes(digest);
  if (!absl::SimpleAtoi(revision, &head.revision)) return false;
  if (bytes.size() != std::tuple_size_v<Digest>) return false;
  head.digest = DigestFrom(bytes);
  return true;
}

// The last revision that both have; they part somewhere up to `most`.
absl::StatusOr<Revision> LastCommon(RedisServer& server, absl::string_view code, NodeCopy& copy,
                                    Revision most) {
  Revision same = 0, other = most + 1;
  while (other - same > 1) {
    const Revision middle = same + (other - same) / 2;
    const auto there = LookUp(server, code, middle);
    if (!there.ok()) return there.status();
    const auto here = copy.DigestAt(middle);
    if (!here.ok()) return here.status();
    // What is trimmed was in two copies and stands for both.
    (!there->digest.has_value() || *there->digest == *here ? same : other) = middle;
  }
  return same;
}

}  // namespace

absl::StatusOr<RedisLookup> LookUp(RedisServer& server, absl::string_view code, Revision revision) {
  const auto reply =
      server.caller().Call({"FCALL_RO", "samsyn_1_lookup", "2", RedisKey(code, "state"),
                            RedisKey(code, "journal"), absl::StrCat(revision)});
  if (!reply.ok()) return reply.status();
  const std::string word = reply->list.empty() ? std::string() : reply->list[0].text;
  if (word == "missing" || word == "moved") {
    return absl::NotFoundError("Redis knows no such municipality");
  }
  if (reply->list.size() != 4 || reply->list[3].text.size() != std::tuple_size_v<Digest>) {
    return absl::UnavailableError("Redis: a reply cannot be read");
  }
  RedisLookup lookup;
  if (reply->list[1].text.size() == std::tuple_size_v<Digest>) {
    lookup.digest = DigestFrom(reply->list[1].text);
  }
  lookup.end = {reply->list[2].integer, DigestFrom(reply->list[3].text)};
  return lookup;
}

absl::StatusOr<std::optional<Fork>> FindFork(RedisServer& server, absl::string_view code,
                                             NodeCopy& copy) {
  const Head here = copy.End();
  const auto there = LookUp(server, code, here.revision);
  if (!there.ok()) return there.status();
  const Revision most = std::min(here.revision, there->end.revision);
  const auto ours = copy.DigestAt(most);
  if (!ours.ok()) return ours.status();
  const std::optional<Digest> theirs =
      most == there->end.revision ? there->end.digest : there->digest;
  if (!theirs.has_value() || *theirs == *ours) return std::nullopt;
  const auto common = LastCommon(server, code, copy, most);
  if (!common.ok()) return common.status();
  const Fork fork{server.node(), *common, there->end, here};
  const auto told = server.caller().Call(
      {"FCALL", "samsyn_1_fork", "1", RedisKey(code, "state"), TextOfFork(fork)});
  if (!told.ok()) return told.status();
  return fork;
}

std::string TextOfFork(const Fork& fork) {
  return absl::StrCat(fork.node, " ", fork.common, " ", fork.kept.revision, " ",
                      Hex(fork.kept.digest), " ", fork.lost.revision, " ", Hex(fork.lost.digest));
}

std::optional<Fork> ReadFork(absl::string_view text) {
  const std::vector<absl::string_view> words = absl::StrSplit(text, ' ');
  if (words.size() != 6) return std::nullopt;
  Fork fork;
  fork.node = std::string(words[0]);
  if (!absl::SimpleAtoi(words[1], &fork.common) || !ReadHead(words[2], words[3], fork.kept) ||
      !ReadHead(words[4], words[5], fork.lost)) {
    return std::nullopt;
  }
  return fork;
}

std::string Describe(const Fork& fork) {
  return absl::StrCat("the history has forked after revision ", fork.common, ": it goes on to ",
                      fork.kept.revision, " ", Hex(fork.kept.digest), ", and node ", fork.node,
                      " had it committed to ", fork.lost.revision, " ", Hex(fork.lost.digest),
                      "; writes are stopped until a person has reconciled them (samsyn journal "
                      "reconcile)");
}

}  // namespace samsyn::journal

// A fork as it stands in a municipality's state on the server.
#include "server/journal/redis_fork.h"

#include <absl/strings/escaping.h>
#include <absl/strings/numbers.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_split.h>

#include <vector>

namespace samsyn::journal {
namespace {

bool ReadHead(absl::string_view revision, absl::string_view digest, Head& head) {
  const std::string bytes = absl::HexStringToBytes(digest);
  if (!absl::SimpleAtoi(revision, &head.revision)) return false;
  if (bytes.size() != std::tuple_size_v<Digest>) return false;
  head.digest = DigestFrom(bytes);
  return true;
}

}  // namespace

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

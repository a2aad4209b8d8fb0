// Between Redis and exports.
#include "server/journal/redis/publish.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "server/journal/redis/arrival.h"
#include "server/journal/redis/functions.h"
#include "server/journal/redis/state.h"
#include "server/journal/sqlite_journal.h"
#include "server/journal/tools.h"

namespace samsyn::journal {
namespace {

constexpr char kFromFile[] = "file";
constexpr size_t kPieceEntries = 256;
constexpr size_t kPieceBytes = 1 << 20;
constexpr size_t kOneStepBytes = 32 << 20;
constexpr int kAttempts = 5;

size_t SizeOf(const Entry& entry) {
  size_t bytes = entry.metadata.size();
  for (const v1::StoredChange& change : entry.changes) bytes += change.ByteSizeLong();
  return bytes;
}

struct Look {
  RedisCaller* holder = nullptr;  // null: no server has it open
  RedisState state;               // there
  int64_t moves = 0;              // the most that any knows
};

absl::StatusOr<Look> LookAt(const std::string& code, const std::vector<RedisCaller*>& servers) {
  Look look;
  for (RedisCaller* const server : servers) {
    auto state = StateAt(*server, code);
    if (!state.ok()) {
      return absl::Status(state.status().code(), absl::StrCat("the Redis ", server->name(), ": ",
                                                              state.status().message()));
    }
    if (!state->moved.empty() && !state->left) {
      return absl::FailedPreconditionError(absl::StrCat(code, " is on its way from the Redis ",
                                                        server->name(), " to ", state->moved,
                                                        ": end that first (samsynd journal move)"));
    }
    look.moves = std::max(look.moves, state->moves);
    if (!state->open() || (look.holder != nullptr && state->moves <= look.state.moves)) continue;
    look.holder = server;
    look.state = *std::move(state);
  }
  return look;
}

absl::StatusOr<Head> ReadFileExport(const std::string& file, const EachEntry& each) {
  const auto source = FileSource(file);
  if (!source.ok()) return source.status();
  return ReadExport(*source, each);
}

// What an export has beyond a head.
struct Rest {
  Head head;                // of the export
  Digest at{};              // its digest at that head's revision
  std::vector<Entry> rest;  // unless they are too much
  bool too_much = false;
};

absl::StatusOr<Rest> ReadRest(const std::string& file, Revision after) {
  Rest rest;
  Revision revision = 0;
  size_t bytes = 0;
  const auto head = ReadFileExport(file, [&](const Entry& entry) {
    if (++revision == after) rest.at = entry.digest;
    if (revision <= after || rest.too_much) return absl::OkStatus();
    bytes += SizeOf(entry);
    rest.too_much = bytes > kOneStepBytes;
    if (!rest.too_much) rest.rest.push_back(entry);
    return absl::OkStatus();
  });
  if (!head.ok()) return head.status();
  rest.head = *head;
  return rest;
}

// Appends as a node does, so that nothing that others append meanwhile is in the way of it or under
// it. False: the journal does not end there any more.
absl::StatusOr<bool> AppendInOneStep(const std::string& code, RedisCaller& to, const Head& base,
                                     const Rest& rest) {
  auto connection = to.Connect();
  if (!connection.ok()) return connection.status();
  RedisConnection& there = **connection;
  const auto state = StateAt(to, code);
  if (!state.ok()) return state.status();
  std::vector<std::string> command = {"FCALL",
                                      "samsyn_1_append",
                                      "5",
                                      RedisKey(code, "state"),
                                      kServerKey,
                                      RedisKey(code, "journal"),
                                      RedisKey(code, "entries"),
                                      RedisKey(code, "committed"),
                                      there.run_id(),
                                      absl::StrCat(state->epoch),
                                      to.replicas() == 0 ? "1" : "0",
                                      absl::StrCat(base.revision),
                                      std::string(AsBytes(base.digest))};
  for (const Entry& entry : rest.rest) {
    command.emplace_back(AsBytes(entry.digest));
    command.push_back(StoredOf(entry).SerializeAsString());
  }
  const auto appended = CallOn(there, command);
  if (!appended.ok()) return appended.status();
  const std::string word = appended->list.empty() ? std::string() : appended->list[0].text;
  if (word == "other" || word == "epoch") return false;
  if (word != "ok") {
    return absl::FailedPreconditionError(
        absl::StrCat("the Redis ", to.name(), " takes nothing for ", code, ": ", word));
  }
  if (to.replicas() == 0) return true;
  if (absl::Status status = AwaitReplicas(there, to.replicas()); !status.ok()) return status;
  const auto marked = CallOn(
      there, {"FCALL", "samsyn_1_mark", "4", RedisKey(code, "journal"), RedisKey(code, "state"),
              RedisKey(code, "committed"), kServerKey, there.run_id(),
              absl::StrCat(rest.head.revision), std::string(AsBytes(rest.head.digest))});
  if (!marked.ok()) return marked.status();
  return true;
}

// A server has it: what it has must be the beginning of the export. nullopt: look again.
absl::StatusOr<std::optional<Published>> AddRest(const std::string& code, const Look& look,
                                                 const std::string& file) {
  RedisCaller& there = *look.holder;
  const auto end = EndAt(there, code, look.state);
  if (!end.ok()) return end.status();
  const auto rest = ReadRest(file, end->revision);
  if (!rest.ok()) return rest.status();
  const std::string has = absl::StrCat("the Redis ", there.name(), " has ", code,
                                       " up to revision ", end->revision, " ", Hex(end->digest));
  if (rest->head.revision < end->revision) {
    return absl::AlreadyExistsError(
        absl::StrCat(has, ", the export ends at ", rest->head.revision, ": nothing was put there"));
  }
  if (rest->at != end->digest) {
    return absl::AlreadyExistsError(
        absl::StrCat(has, ", which is not in the export: nothing was put there"));
  }
  const Published published = {rest->head, *end, false};
  if (rest->head == *end) return std::optional(published);
  if (rest->too_much) {
    return absl::FailedPreconditionError(
        absl::StrCat(has, "; the rest of the export, up to ", rest->head.revision,
                     ", is too much for one step, and others may append in between: start the node "
                     "that has it as its copy, which puts it back"));
  }
  const auto appended = AppendInOneStep(code, there, *end, *rest);
  if (!appended.ok()) return appended.status();
  return *appended ? std::optional(published) : std::nullopt;
}

absl::StatusOr<Published> BringAll(const std::string& code, RedisCaller& to, int64_t moves,
                                   const std::string& file) {
  RedisArrival arrival(code, to);
  const auto there = arrival.Begin(kFromFile, {});
  if (!there.ok()) return there.status();
  Published published;
  published.there = *there;
  Revision revision = 0;
  std::vector<Entry> piece;
  size_t bytes = 0;
  const auto head = ReadFileExport(file, [&](const Entry& entry) {
    if (++revision == there->revision && entry.digest != there->digest) {
      return absl::FailedPreconditionError(
          absl::StrCat("the Redis ", to.name(), " has some of ", code,
                       " that is not in this export: remove it "
                       "first (samsynd journal move --back, --forget)"));
    }
    if (revision <= there->revision) return absl::OkStatus();
    piece.push_back(entry);
    bytes += SizeOf(entry);
    if (piece.size() < kPieceEntries && bytes < kPieceBytes) return absl::OkStatus();
    const absl::Status brought = arrival.Bring(piece);
    piece.clear();
    bytes = 0;
    return brought;
  });
  if (!head.ok()) return head.status();
  if (absl::Status status = arrival.Bring(piece); !status.ok()) return status;
  if (arrival.end() != *head) {
    return absl::FailedPreconditionError(absl::StrCat("the Redis ", to.name(), " has more of ",
                                                      code, " than this export: remove it first"));
  }
  if (absl::Status status = arrival.Open(1, moves); !status.ok()) return status;
  published.head = *head;
  return published;
}

}  // namespace

absl::StatusOr<Published> Publish(const std::string& code, const std::vector<RedisCaller*>& servers,
                                  RedisCaller& to, const std::string& file) {
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    const auto look = LookAt(code, servers);
    if (!look.ok()) return look.status();
    if (look->holder == nullptr) return BringAll(code, to, look->moves + 1, file);
    const auto added = AddRest(code, *look, file);
    if (!added.ok()) return added.status();
    if (added->has_value()) return **added;
  }
  return absl::UnavailableError(absl::StrCat("others append to ", code, " all the time"));
}

absl::StatusOr<Head> ExportWithServer(const std::string& path, const std::string& code,
                                      const std::vector<RedisCaller*>& servers,
                                      const ByteSink& sink) {
  const auto look = LookAt(code, servers);
  if (!look.ok()) return look.status();
  if (look->holder == nullptr) {
    return absl::NotFoundError(absl::StrCat("no Redis that was named has ", code));
  }
  const auto end = EndAt(*look->holder, code, look->state);
  if (!end.ok()) return end.status();
  SqliteJournalOptions options;
  options.read_only = true;
  const auto copy = OpenSqliteJournal(path, std::move(options));
  if (!copy.ok()) return copy.status();
  ExportWriter writer(sink);
  Revision revision = 0;
  bool same = true;  // as far as the server's end
  const auto here = ReadAll(**copy, [&](const Entry& entry) {
    same = ++revision != end->revision || entry.digest == end->digest;
    return same ? writer.Add(entry) : absl::DataLossError("it is of another history than Redis'");
  });
  if (!here.ok()) return here.status();
  if (here->revision < look->state.trimmed.revision) {
    return absl::FailedPreconditionError(absl::StrCat(
        "the copy ends at revision ", here->revision, ", and Redis has what comes after ",
        look->state.trimmed.revision, " only: take another node's copy"));
  }
  for (Revision after = here->revision;;) {
    const std::vector<std::string> command = ReadCommand(code, after, kPieceEntries, kPieceBytes);
    const auto reply = look->holder->Call({command.begin(), command.end()});
    if (!reply.ok()) return reply.status();
    const auto entries = EntriesIn(*reply);
    if (!entries.ok()) return entries.status();
    if (entries->empty()) return writer.End();
    for (const Entry& entry : *entries) {
      if (absl::Status status = writer.Add(entry); !status.ok()) return status;
    }
    after += static_cast<Revision>(entries->size());
  }
}

}  // namespace samsyn::journal

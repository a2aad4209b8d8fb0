// The journals of a node that shares them on Redis servers.
#include "server/journal/redis/store.h"

#include <absl/cleanup/cleanup.h>
#include <absl/strings/ascii.h>
#include <absl/strings/match.h>
#include <absl/strings/str_cat.h>

#include <algorithm>
#include <set>

#include "server/journal/files.h"
#include "server/journal/redis/fork.h"
#include "server/journal/redis/functions.h"
#include "server/journal/redis/state.h"
#include "server/journal/sqlite_journal.h"
#include "server/journal/tools.h"

namespace samsyn::journal {
namespace {

// What a small file holds, without the space at its ends; empty: there is none.
std::string Content(const std::string& path) {
  std::string content;
  const absl::Status read = ReadFile(path, [&](absl::string_view piece) {
    absl::StrAppend(&content, piece);
    return absl::OkStatus();
  });
  return read.ok() ? std::string(absl::StripAsciiWhitespace(content)) : std::string();
}

absl::Status WriteContent(const std::string& path, const std::string& content) {
  bool given = false;
  const absl::Status status = WriteFile(path + ".new", [&]() -> absl::StatusOr<std::string> {
    return std::exchange(given, true) ? std::string() : content;
  });
  return status.ok() ? RenameDurably(path + ".new", path) : status;
}

// This node's id: 16 hex digits, kept in the directory.
absl::StatusOr<std::string> NodeOf(const std::string& directory) {
  const std::string path = absl::StrCat(directory, "/node");
  std::string node = Content(path);
  if (!node.empty()) return node;
  node = Hex(RandomBytes(8));
  if (absl::Status status = WriteContent(path, node + "\n"); !status.ok()) return status;
  return node;
}

std::string ForkPath(const std::string& journal_path) { return journal_path + ".fork"; }

absl::Status ImportFirst(absl::string_view code, Revision here, Revision trimmed) {
  return absl::FailedPreconditionError(absl::StrCat(
      code, ": Redis has the entries after revision ", trimmed, " only, this node's copy ends at ",
      here,
      ": put another node's export in its place (samsynd journal export there, import here)"));
}

}  // namespace

std::string PlaceOf(const RedisStoreOptions& options, absl::string_view code) {
  size_t longest = 0;
  std::string place = options.servers.front().name;
  for (const auto& [beginning, name] : options.places) {
    if (!absl::StartsWith(code, beginning) || beginning.size() < longest) continue;
    place = name;
    longest = beginning.size();
  }
  return place;
}

absl::StatusOr<std::unique_ptr<RedisJournalStore>> RedisJournalStore::Open(
    const std::string& directory, const Clock& clock, RedisStoreOptions options) {
  auto copies = SqliteJournalStore::OpenDirectory(directory);
  if (!copies.ok()) return copies.status();
  auto node = NodeOf(directory);
  if (!node.ok()) return node.status();
  std::unique_ptr<RedisJournalStore> store(
      new RedisJournalStore(directory, *std::move(copies), *std::move(node), std::move(options)));
  const auto codes = store->copies_->Codes();
  if (!codes.ok()) return codes.status();
  {
    MutexLock lock(store->shown_mutex_);
    store->not_shown_.insert(codes->begin(), codes->end());
  }
  store->Connect(clock);
  for (const auto& server : store->servers_) {
    const absl::Status status = server->FirstContact();
    if (absl::IsFailedPrecondition(status) || absl::IsPermissionDenied(status)) {
      return absl::Status(status.code(), absl::StrCat(server->name(), ": ", status.message()));
    }
  }
  return store;
}

RedisJournalStore::RedisJournalStore(std::string directory,
                                     std::unique_ptr<SqliteJournalStore> copies, std::string node,
                                     RedisStoreOptions options)
    : directory_(std::move(directory)),
      copies_(std::move(copies)),
      node_(std::move(node)),
      options_(std::move(options)) {}

RedisJournalStore::~RedisJournalStore() {
  SetMade({});
  seeker_.Stop();
}

void RedisJournalStore::Connect(const Clock& clock) {
  for (const RedisAddress& address : options_.servers) {
    RedisServer::Callbacks callbacks;
    callbacks.made = [this] { Made(); };
    // A node that starts has shown nothing before its journals are open.
    callbacks.welcome = [this](RedisServer& server) {
      const absl::Status status = AllShown();
      return status.ok() ? seeker_.Welcome(server) : status;
    };
    servers_.push_back(std::make_unique<RedisServer>(address, options_.credentials, options_.server,
                                                     node_, clock, std::move(callbacks)));
  }
  std::vector<RedisServer*> all;
  for (const auto& server : servers_) all.push_back(server.get());
  seeker_.Begin(std::move(all));
}

void RedisJournalStore::Made() {
  seeker_.Hurry();
  MutexLock lock(made_mutex_);
  if (made_) made_();
}

void RedisJournalStore::SetMade(std::function<void()> made) {
  MutexLock lock(made_mutex_);
  made_ = std::move(made);
}

absl::StatusOr<std::vector<std::string>> RedisJournalStore::Codes() {
  auto here = copies_->Codes();
  if (!here.ok()) return here;
  std::set<std::string> codes(here->begin(), here->end());
  for (const auto& server : servers_) {
    if (server->CutOffSince().has_value()) continue;
    const auto there = server->caller().Call({"SMEMBERS", kCodesKey});
    if (!there.ok()) continue;
    for (const RedisReply& code : there->list) codes.insert(code.text);
  }
  return std::vector<std::string>(codes.begin(), codes.end());
}

RedisServer& RedisJournalStore::PlaceFor(absl::string_view code) {
  const std::string name = PlaceOf(options_, code);
  for (const auto& server : servers_) {
    if (server->name() == name) return *server;
  }
  return *servers_.front();
}

absl::Status RedisJournalStore::AllShown() {
  MutexLock lock(shown_mutex_);
  if (not_shown_.empty()) return absl::OkStatus();
  return absl::UnavailableError("this node's copies are not open yet");
}

void RedisJournalStore::Shown(absl::string_view code) {
  {
    MutexLock lock(shown_mutex_);
    const auto found = not_shown_.find(code);
    if (found == not_shown_.end()) return;
    not_shown_.erase(found);
    if (!not_shown_.empty()) return;
  }
  for (const auto& server : servers_) server->FirstContact().IgnoreError();
}

absl::StatusOr<std::unique_ptr<Journal>> RedisJournalStore::Open(absl::string_view code) {
  const auto shown = absl::MakeCleanup([&] { Shown(code); });
  const auto path = JournalPath(directory_, code);
  if (!path.ok()) return path.status();
  RedisServer* server = seeker_.Holder(code);
  const bool found = server != nullptr;
  if (!found) {
    if (!FileExists(*path)) {
      for (const auto& one : servers_) {
        if (one->CutOffSince().has_value()) {
          return absl::UnavailableError(
              absl::StrCat("Redis (", one->name(), ") cannot be reached"));
        }
      }
      return absl::NotFoundError(absl::StrCat("no journal of ", code));
    }
    server = &PlaceFor(code);
  }
  const std::string name(code);
  if (!FileExists(*path)) {
    const auto state = StateAt(server->caller(), name);
    if (!state.ok()) return state.status();
    if (state->trimmed.revision > 0) return ImportFirst(code, 0, state->trimmed.revision);
  }
  auto copy = OpenCopy(name);
  if (!copy.ok()) return copy.status();
  if (found) {
    const auto state = StateAt(server->caller(), name);
    if (state.ok() && (*copy)->End().revision < state->trimmed.revision) {
      return ImportFirst(code, (*copy)->End().revision, state->trimmed.revision);
    }
  }
  auto journal = std::make_unique<RedisJournal>(name, seeker_, *server, found, *std::move(copy),
                                                options_.journal, static_cast<ForkKeeper&>(*this));
  if (absl::Status status = journal->Begin(); !status.ok()) return status;
  return journal;
}

bool RedisJournalStore::LeadsSideWork(absl::string_view code) {
  RedisServer* const server = seeker_.At(code);
  return server == nullptr || server->Leads();
}

absl::Status RedisJournalStore::Create(absl::string_view code) {
  const auto path = JournalPath(directory_, code);
  if (!path.ok()) return path.status();
  const auto is_there = seeker_.IsThere(code);
  if (!is_there.ok()) return is_there.status();
  if (*is_there || FileExists(*path)) {
    return absl::AlreadyExistsError(absl::StrCat("there is a journal of ", code));
  }
  RedisServer& server = PlaceFor(code);
  const auto reply = server.caller().Call(
      {"FCALL", "samsyn_1_create", "3", RedisKey(code, "state"), kCodesKey, kMadeKey, code});
  if (!reply.ok()) return reply.status();
  const bool made = !reply->list.empty() && reply->list[0].text == "ok";
  return made ? absl::OkStatus()
              : absl::AlreadyExistsError(absl::StrCat("there is a journal of ", code));
}

absl::StatusOr<std::unique_ptr<NodeCopy>> RedisJournalStore::OpenCopy(const std::string& code) {
  if (absl::Status status = copies_->Create(code); !status.ok() && !absl::IsAlreadyExists(status)) {
    return status;
  }
  auto file = copies_->Open(code);
  if (!file.ok()) return file.status();
  return NodeCopy::Open(*std::move(file));
}

absl::StatusOr<std::unique_ptr<Journal>> RedisJournalStore::SetAside(const std::string& code,
                                                                     const Fork& fork) {
  const auto path = JournalPath(directory_, code);
  if (!path.ok()) return path.status();
  absl::Status status = WriteContent(ForkPath(*path), TextOfFork(fork) + "\n");
  if (!status.ok()) return status;
  RecoverOptions recover;
  recover.keep = fork.common;
  if (const auto done = Recover(*path, recover); !done.ok()) return done.status();
  return copies_->Open(code);
}

absl::StatusOr<Journal::LostSide> RedisJournalStore::ReadLostSide(const std::string& code) {
  const auto path = JournalPath(directory_, code);
  if (!path.ok()) return path.status();
  const auto fork = ReadFork(Content(ForkPath(*path)));
  if (!fork.has_value()) return absl::NotFoundError("no fork is kept here");
  SqliteJournalOptions options;
  options.read_only = true;
  for (int i = 1; FileExists(absl::StrCat(*path, ".damaged-", i)); ++i) {
    auto file = OpenSqliteJournal(absl::StrCat(*path, ".damaged-", i), options);
    if (!file.ok()) continue;
    const auto end = (*file)->CommittedHead();
    if (!end.ok() || *end != fork->lost) continue;
    auto entries = (*file)->Read(fork->common, static_cast<size_t>(end->revision - fork->common));
    if (!entries.ok()) return entries.status();
    return Journal::LostSide{*fork, *std::move(entries)};
  }
  return absl::NotFoundError("the lost side of the fork is no longer here");
}

}  // namespace samsyn::journal

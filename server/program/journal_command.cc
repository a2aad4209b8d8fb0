#include "server/program/journal_command.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/strip.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <memory>
#include <system_error>
#include <utility>
#include <vector>

#include "server/base/digest.h"
#include "server/domain/names.h"
#include "server/journal/redis/publish.h"
#include "server/journal/sqlite_store.h"
#include "server/journal/tools.h"
#include "server/program/journal_move.h"
#include "server/program/redis_servers.h"

namespace samsyn::program {
namespace {

constexpr char kSuffix[] = ".journal";

int Failed(const absl::Status& status) {
  std::cerr << "samsynd: " << status.message() << "\n";
  return 1;
}

void Say(const std::string& code, absl::string_view what, const journal::Head& head) {
  std::cout << code << ": " << what << ", revision " << head.revision << ", digest "
            << Hex(head.digest) << "\n";
}

// The municipalities that are meant: the one named, or all in the directory.
absl::StatusOr<std::vector<std::string>> CodesMeant(const JournalArguments& arguments) {
  if (!arguments.code.empty()) return std::vector<std::string>{arguments.code};
  const auto names = journal::NamesIn(arguments.directory);
  if (!names.ok()) return names.status();
  std::vector<std::string> codes;
  for (absl::string_view name : *names) {
    if (absl::ConsumeSuffix(&name, kSuffix)) codes.emplace_back(name);
  }
  if (codes.empty()) {
    return absl::NotFoundError(absl::StrCat("there is no journal in ", arguments.directory));
  }
  return codes;
}

int Verify(const JournalArguments& arguments) {
  const auto codes = CodesMeant(arguments);
  if (!codes.ok()) return Failed(codes.status());
  int exit_code = 0;
  for (const std::string& code : *codes) {
    const auto path = journal::JournalPath(arguments.directory, code);
    if (!path.ok()) return Failed(path.status());
    const auto head = journal::Verify(*path);
    if (head.ok()) {
      Say(code, "intact", *head);
    } else {
      exit_code = Failed(absl::DataLossError(absl::StrCat(code, ": ", head.status().message())));
    }
  }
  return exit_code;
}

int Recover(const JournalArguments& arguments) {
  const auto lock = journal::DirectoryLock::Take(arguments.directory);
  if (!lock.ok()) return Failed(lock.status());
  const auto codes = CodesMeant(arguments);
  if (!codes.ok()) return Failed(codes.status());
  for (const std::string& code : *codes) {
    const auto path = journal::JournalPath(arguments.directory, code);
    if (!path.ok()) return Failed(path.status());
    const auto recovery = journal::Recover(*path, {arguments.drop_after_damage});
    if (!recovery.ok()) return Failed(recovery.status());
    Say(code, "recovered", recovery->head);
    if (!recovery->damage.ok()) std::cout << "  lost: " << recovery->damage.message() << "\n";
    std::cout << "  what stood there before: " << recovery->damaged_path << "\n";
  }
  return 0;
}

int Export(const JournalArguments& arguments) {
  const auto codes = CodesMeant(arguments);
  if (!codes.ok()) return Failed(codes.status());
  if (codes->size() > 1) {
    return Failed(absl::InvalidArgumentError("there are several journals: say which with --code"));
  }
  const auto path = journal::JournalPath(arguments.directory, codes->front());
  if (!path.ok()) return Failed(path.status());
  const bool to_output = arguments.file == "-";
  const std::unique_ptr<std::FILE, decltype(&std::fclose)> file(
      to_output ? nullptr : std::fopen(arguments.file.c_str(), "wbx"), &std::fclose);
  if (!to_output && file == nullptr) {
    return Failed(journal::SystemError(absl::StrCat("cannot write ", arguments.file), errno));
  }
  std::FILE* const out = to_output ? stdout : file.get();
  const journal::ByteSink sink = [&](absl::string_view bytes) {
    return std::fwrite(bytes.data(), 1, bytes.size(), out) == bytes.size()
               ? absl::OkStatus()
               : journal::SystemError("cannot write", errno);
  };
  const auto servers = RedisServers::Of(arguments.redis);
  if (!servers.ok()) return Failed(servers.status());
  const auto head = servers->all().empty()
                        ? journal::Export(*path, sink)
                        : journal::ExportWithServer(*path, codes->front(), servers->all(), sink);
  if (!head.ok()) return Failed(head.status());
  if (std::fflush(out) != 0) return Failed(journal::SystemError("cannot write", errno));
  if (!to_output) Say(codes->front(), "exported", *head);
  return 0;
}

std::string CodeOfEntry(const journal::Entry& entry) {
  return entry.changes.empty() ? std::string()
                               : std::string(domain::CodeOf(entry.changes.front().name()));
}

// The municipality of an exported stream, from its first entry.
absl::StatusOr<std::string> CodeInExport(const std::string& path) {
  const auto source = journal::FileSource(path);
  if (!source.ok()) return source.status();
  std::string code;
  const auto read = journal::ReadExport(*source, [&](const journal::Entry& entry) {
    code = CodeOfEntry(entry);
    return absl::CancelledError("found");
  });
  if (!code.empty()) return code;
  return read.ok() ? absl::DataLossError(absl::StrCat(path, " names no municipality"))
                   : read.status();
}

// The municipality of a backup: restored beside the directory, looked into, and removed.
absl::StatusOr<std::string> CodeInBackup(const std::string& path, const std::string& directory) {
  const std::string scratch = absl::StrCat(directory, ".restoring");
  const auto look = [&]() -> absl::StatusOr<std::string> {
    const auto source = journal::FileSource(path);
    if (!source.ok()) return source.status();
    const auto head = journal::Restore(scratch, "backup", *source);
    if (!head.ok()) return head.status();
    const auto store = journal::SqliteJournalStore::OpenDirectory(scratch);
    if (!store.ok()) return store.status();
    const auto opened = (*store)->Open(absl::string_view("backup"));
    if (!opened.ok()) return opened.status();
    const auto entries = (*opened)->Read(0, 1);
    if (!entries.ok()) return entries.status();
    const std::string code = entries->empty() ? std::string() : CodeOfEntry(entries->front());
    if (code.empty()) return absl::DataLossError(absl::StrCat(path, " names no municipality"));
    return code;
  };
  std::error_code ignored;
  std::filesystem::remove_all(scratch, ignored);
  auto code = look();
  std::filesystem::remove_all(scratch, ignored);
  return code;
}

using Maker = absl::StatusOr<journal::Head> (*)(const std::string&, absl::string_view,
                                                const journal::ByteSource&);

// Makes a journal of a file: an export or a backup.
int Make(const JournalArguments& arguments, absl::StatusOr<std::string> code, Maker make,
         absl::string_view done) {
  if (!arguments.code.empty()) code = arguments.code;
  if (!code.ok()) return Failed(code.status());
  const auto source = journal::FileSource(arguments.file);
  if (!source.ok()) return Failed(source.status());
  const auto head = make(arguments.directory, *code, *source);
  if (!head.ok()) return Failed(head.status());
  Say(*code, done, *head);
  return 0;
}

// The copy of this directory is there already: it must be a beginning of the export. One that is
// longer, or another history, is more than this export is to be published for.
absl::Status CheckCopy(const std::string& path, const std::string& file) {
  const auto head = journal::Verify(path);
  if (!head.ok()) return head.status();
  const auto source = journal::FileSource(file);
  if (!source.ok()) return source.status();
  journal::Revision revision = 0;
  Digest digest{};
  const auto read = journal::ReadExport(*source, [&](const journal::Entry& entry) {
    if (++revision == head->revision) digest = entry.digest;
    return absl::OkStatus();
  });
  if (!read.ok()) return read.status();
  if (digest == head->digest) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(path, " ends at revision ", head->revision, " ",
                                                    Hex(head->digest), ", which is not in ", file,
                                                    ": publish the longest copy's export"));
}

// Puts an export on Redis; the directory gets its copy as without, unless it has one.
int ImportToRedis(const JournalArguments& arguments) {
  absl::StatusOr<std::string> code = arguments.code;
  if (arguments.code.empty()) code = CodeInExport(arguments.file);
  if (!code.ok()) return Failed(code.status());
  const auto servers = RedisServers::Of(arguments.redis);
  if (!servers.ok()) return Failed(servers.status());
  const auto path = journal::JournalPath(arguments.directory, *code);
  if (!path.ok()) return Failed(path.status());
  if (journal::FileExists(*path)) {
    if (auto status = CheckCopy(*path, arguments.file); !status.ok()) return Failed(status);
  } else {
    const auto source = journal::FileSource(arguments.file);
    if (!source.ok()) return Failed(source.status());
    const auto head = journal::Import(arguments.directory, *code, *source);
    if (!head.ok()) return Failed(head.status());
    Say(*code, "imported", *head);
  }
  journal::RedisCaller& to = servers->PlaceFor(*code);
  const auto published = journal::Publish(*code, servers->all(), to, arguments.file);
  if (!published.ok()) return Failed(published.status());
  if (published->made) {
    Say(*code, absl::StrCat("put on the Redis ", to.name()), published->head);
  } else if (published->there == published->head) {
    Say(*code, "Redis has it all already", published->head);
  } else {
    Say(*code, absl::StrCat("Redis had it to revision ", published->there.revision, " and has all"),
        published->head);
  }
  return 0;
}

int Import(const JournalArguments& arguments) {
  if (!arguments.redis.servers.empty()) return ImportToRedis(arguments);
  return Make(arguments, CodeInExport(arguments.file), &journal::Import, "imported");
}

CLI::App* Subcommand(CLI::App& parent, JournalArguments& arguments, const char* name,
                     const char* help) {
  CLI::App* const sub = parent.add_subcommand(name, help);
  sub->add_option("DIR", arguments.directory, "data directory")->required()->configurable(false);
  sub->add_option("--code", arguments.code, "municipality, as 0136")->configurable(false);
  return sub;
}

}  // namespace

void AddJournalCommand(CLI::App& app, JournalArguments& arguments, std::function<int()>& chosen) {
  CLI::App* const group = app.add_subcommand("journal", "journals, most while no server uses them")
                              ->require_subcommand(1);
  Subcommand(*group, arguments, "verify", "check the whole chain")->callback([&] {
    chosen = [&] { return Verify(arguments); };
  });
  CLI::App* const recover =
      Subcommand(*group, arguments, "recover", "copy what is intact to a new file, keep the old");
  recover
      ->add_flag("--drop-after-damage", arguments.drop_after_damage,
                 "where the chain breaks, keep what stands before; what came after is lost")
      ->configurable(false);
  recover->callback([&] { chosen = [&] { return Recover(arguments); }; });
  CLI::App* const exporting =
      Subcommand(*group, arguments, "export", "write a stream that needs no SQLite to read");
  exporting->add_option("FILE", arguments.file, "new file, or - for standard output")
      ->required()
      ->configurable(false);
  AddRedisOptions(*exporting, arguments.redis);
  exporting->callback([&] { chosen = [&] { return Export(arguments); }; });
  CLI::App* const importing = Subcommand(*group, arguments, "import", "make a journal of a stream");
  importing->add_option("FILE", arguments.file, "exported stream")->required()->configurable(false);
  AddRedisOptions(*importing, arguments.redis);
  importing->callback([&] { chosen = [&] { return Import(arguments); }; });
  CLI::App* const restoring =
      Subcommand(*group, arguments, "restore", "make a journal of a backup");
  restoring->add_option("FILE", arguments.file, "backup")->required()->configurable(false);
  restoring->callback([&] {
    chosen = [&] {
      return Make(arguments, CodeInBackup(arguments.file, arguments.directory), &journal::Restore,
                  "restored");
    };
  });
  AddMoveCommand(*group, arguments, chosen);
}

}  // namespace samsyn::program

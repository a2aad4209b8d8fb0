// What an operator does to journal files while no server uses them.
#include "server/journal/tools.h"

#include <absl/cleanup/cleanup.h>
#include <absl/strings/str_cat.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "server/journal/sqlite_journal.h"
#include "server/journal/sqlite_store.h"

namespace samsyn::journal {
namespace {

constexpr char kMagic[] = "SAMSYNJ1";
constexpr size_t kMagicBytes = 8;
constexpr uint64_t kEntryBytesMax = 64 << 20;
constexpr size_t kReadEntries = 4096;
constexpr size_t kCopyEntries = 1024;  // of one transaction

constexpr const char* kSuffixes[] = {"", "-wal", "-shm"};

absl::StatusOr<std::unique_ptr<Journal>> OpenToRead(const std::string& path) {
  SqliteJournalOptions options;
  options.read_only = true;
  return OpenSqliteJournal(path, std::move(options));
}

absl::Status RemoveJournal(const std::string& path) {
  for (const char* const suffix : kSuffixes) {
    if (const absl::Status status = RemoveFile(path + suffix); !status.ok()) return status;
  }
  return absl::OkStatus();
}

// Appends one entry after the other to a journal, many a transaction.
class Copier {
 public:
  explicit Copier(Journal& journal) : journal_(journal) {}

  absl::Status Add(const Entry& entry) {
    waiting_.push_back(entry);
    return waiting_.size() < kCopyEntries ? absl::OkStatus() : Flush();
  }
  absl::Status Flush() {
    const absl::StatusOr<Head> head = journal_.Append(head_, waiting_);
    if (!head.ok()) return head.status();
    head_ = *head;
    waiting_.clear();
    return absl::OkStatus();
  }
  const Head& head() const { return head_; }

 private:
  Journal& journal_;
  Head head_;
  std::vector<Entry> waiting_;
};

// A journal file under construction at `path`; removed unless it was completed.
class NewFile {
 public:
  static absl::StatusOr<std::unique_ptr<NewFile>> Make(const std::string& path) {
    if (const absl::Status status = RemoveJournal(path); !status.ok()) return status;
    if (const absl::Status status = CreateSqliteJournal(path); !status.ok()) return status;
    absl::StatusOr<std::unique_ptr<Journal>> journal = OpenSqliteJournal(path);
    if (!journal.ok()) return journal.status();
    return std::unique_ptr<NewFile>(new NewFile(path, std::move(*journal)));
  }
  ~NewFile() {
    journal_.reset();
    if (!complete_) RemoveJournal(path_).IgnoreError();
  }
  Journal& journal() { return *journal_; }

  // Closes it, with all in the one file, synced, and gives it its name.
  absl::Status Complete(const std::string& name) {
    journal_.reset();
    if (FileExists(path_ + "-wal")) {
      return absl::UnavailableError(absl::StrCat(path_, ": could not be completed"));
    }
    if (const absl::Status status = SyncFile(path_); !status.ok()) return status;
    complete_ = true;
    return RenameDurably(path_, name);
  }

 private:
  NewFile(std::string path, std::unique_ptr<Journal> journal)
      : path_(std::move(path)), journal_(std::move(journal)) {}
  const std::string path_;
  std::unique_ptr<Journal> journal_;
  bool complete_ = false;
};

// Where a damaged file is kept: the first name that is free, or the last one used when the file
// itself was moved already.
std::string DamagedPath(const std::string& path) {
  int number = 1;
  while (FileExists(absl::StrCat(path, ".damaged-", number))) ++number;
  if (!FileExists(path) && number > 1) --number;
  return absl::StrCat(path, ".damaged-", number);
}

// Bytes of a stream, as its pieces come.
class StreamReader {
 public:
  explicit StreamReader(const ByteSource& source) : source_(source) {}

  absl::StatusOr<std::string> Take(size_t count) {
    while (buffer_.size() - position_ < count) {
      const absl::StatusOr<std::string> piece = source_();
      if (!piece.ok()) return piece.status();
      if (piece->empty()) return absl::DataLossError("the stream is cut off");
      buffer_.erase(0, position_);
      position_ = 0;
      buffer_ += *piece;
    }
    std::string taken = buffer_.substr(position_, count);
    position_ += count;
    return taken;
  }
  absl::StatusOr<uint64_t> TakeVarint() {
    uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      const absl::StatusOr<std::string> byte = Take(1);
      if (!byte.ok()) return byte.status();
      const auto bits = static_cast<uint8_t>(byte->front());
      value |= static_cast<uint64_t>(bits & 0x7f) << shift;
      if ((bits & 0x80) == 0) return value;
    }
    return absl::DataLossError("a length in the stream cannot be read");
  }

 private:
  const ByteSource& source_;
  std::string buffer_;
  size_t position_ = 0;
};

std::string Varint(uint64_t value) {
  std::string bytes;
  for (; value >= 0x80; value >>= 7) bytes.push_back(static_cast<char>(value | 0x80));
  bytes.push_back(static_cast<char>(value));
  return bytes;
}

std::string LittleEndian(uint64_t value) {
  std::string bytes;
  for (int i = 0; i < 8; ++i, value >>= 8) bytes.push_back(static_cast<char>(value));
  return bytes;
}

absl::Status CheckEnd(StreamReader& reader, const Head& head) {
  const absl::StatusOr<std::string> revision = reader.Take(8);
  if (!revision.ok()) return revision.status();
  const absl::StatusOr<std::string> digest = reader.Take(std::tuple_size_v<Digest>);
  if (!digest.ok()) return digest.status();
  if (*revision != LittleEndian(static_cast<uint64_t>(head.revision)) ||
      *digest != AsBytes(head.digest)) {
    return absl::DataLossError(
        absl::StrCat("the stream's end is not that of revision ", head.revision));
  }
  return absl::OkStatus();
}

// The path for a new journal in a directory that this process holds.
absl::StatusOr<std::string> FreePath(const std::string& directory, absl::string_view code) {
  absl::StatusOr<std::string> path = JournalPath(directory, code);
  if (path.ok() && FileExists(*path)) {
    return absl::AlreadyExistsError(absl::StrCat(*path, ": is there already"));
  }
  return path;
}

}  // namespace

absl::StatusOr<Head> ReadAll(Journal& journal, const EachEntry& each) {
  const absl::StatusOr<Head> end = journal.CommittedHead();
  if (!end.ok()) return end.status();
  Head head;
  size_t max = kReadEntries;
  while (head.revision < end->revision) {
    absl::StatusOr<std::vector<Entry>> entries = journal.Read(head.revision, max);
    if (absl::IsDataLoss(entries.status()) && max > 1) {
      max = 1;  // what stands before the damage is read one by one
      continue;
    }
    if (!entries.ok()) return entries.status();
    if (entries->empty()) {
      return absl::DataLossError(absl::StrCat("revision ", head.revision + 1, " is missing"));
    }
    for (const Entry& entry : *entries) {
      const absl::StatusOr<Head> next = HeadAfter(head, entry);
      if (!next.ok()) return next.status();
      if (each) {
        if (const absl::Status status = each(entry); !status.ok()) return status;
      }
      head = *next;
    }
  }
  return head;
}

absl::StatusOr<Head> Verify(const std::string& path) {
  const absl::StatusOr<std::unique_ptr<Journal>> journal = OpenToRead(path);
  if (!journal.ok()) return journal.status();
  return ReadAll(**journal, nullptr);
}

absl::StatusOr<Recovery> Recover(const std::string& path, const RecoverOptions& options) {
  absl::StatusOr<std::unique_ptr<Journal>> old = OpenToRead(path);
  if (!old.ok()) return old.status();
  absl::StatusOr<std::unique_ptr<NewFile>> made = NewFile::Make(path + ".recovering");
  if (!made.ok()) return made.status();
  Copier copier((*made)->journal());
  Recovery recovery;
  Revision kept = 0;
  const absl::StatusOr<Head> read = ReadAll(**old, [&](const Entry& entry) {
    const bool enough = options.keep.has_value() && kept++ >= *options.keep;
    return enough ? absl::CancelledError() : copier.Add(entry);
  });
  if (absl::IsCancelled(read.status())) {
    // All that is to be kept has been copied.
  } else if (absl::IsDataLoss(read.status()) && options.drop_after_damage) {
    recovery.damage = read.status();
  } else if (!read.ok()) {
    return read.status();
  }
  if (const absl::Status status = copier.Flush(); !status.ok()) return status;
  recovery.head = copier.head();
  // A snapshot saves the next start a full replay; it is refused if it does not belong here.
  const absl::StatusOr<std::optional<Snapshot>> snapshot = (*old)->LoadSnapshot();
  if (snapshot.ok() && snapshot->has_value()) {
    (*made)->journal().SaveSnapshot(**snapshot).IgnoreError();
  }
  old->reset();
  if (const absl::Status status = (*made)->Complete(path + ".recovered"); !status.ok()) {
    return status;
  }
  recovery.damaged_path = DamagedPath(path);
  if (const absl::Status status = FinishRecovery(path); !status.ok()) return status;
  return recovery;
}

absl::Status FinishRecovery(const std::string& path) {
  const std::string recovered = path + ".recovered";
  if (!FileExists(recovered)) return absl::OkStatus();
  // The old file goes with its log: a log left beside the new file would be read into it.
  const std::string damaged = DamagedPath(path);
  for (const char* const suffix : kSuffixes) {
    if (!FileExists(path + suffix)) continue;
    const absl::Status status = RenameDurably(path + suffix, damaged + suffix);
    if (!status.ok()) return status;
  }
  return RenameDurably(recovered, path);
}

absl::Status ExportWriter::Begin() {
  if (begun_) return absl::OkStatus();
  begun_ = true;
  return sink_(absl::string_view(kMagic, kMagicBytes));
}

absl::Status ExportWriter::Add(const Entry& entry) {
  if (absl::Status status = Begin(); !status.ok()) return status;
  const absl::StatusOr<Head> next = HeadAfter(head_, entry);
  if (!next.ok()) return next.status();
  head_ = *next;
  const std::string bytes = StoredOf(entry).SerializeAsString();
  return sink_(absl::StrCat(Varint(bytes.size()), bytes));
}

absl::StatusOr<Head> ExportWriter::End() {
  absl::Status status = Begin();
  if (status.ok()) {
    status = sink_(absl::StrCat(Varint(0), LittleEndian(static_cast<uint64_t>(head_.revision)),
                                AsBytes(head_.digest)));
  }
  if (!status.ok()) return status;
  return head_;
}

absl::StatusOr<Head> ExportJournal(Journal& journal, const ByteSink& sink) {
  ExportWriter writer(sink);
  const absl::StatusOr<Head> head =
      ReadAll(journal, [&writer](const Entry& entry) { return writer.Add(entry); });
  if (!head.ok()) return head;
  return writer.End();
}

absl::StatusOr<Head> Export(const std::string& path, const ByteSink& sink) {
  const absl::StatusOr<std::unique_ptr<Journal>> journal = OpenToRead(path);
  if (!journal.ok()) return journal.status();
  return ExportJournal(**journal, sink);
}

absl::StatusOr<Head> ReadExport(const ByteSource& source, const EachEntry& each) {
  StreamReader reader(source);
  const absl::StatusOr<std::string> magic = reader.Take(kMagicBytes);
  if (!magic.ok() || *magic != absl::string_view(kMagic, kMagicBytes)) {
    return absl::DataLossError("not an exported journal");
  }
  Head head;
  while (true) {
    const absl::StatusOr<uint64_t> length = reader.TakeVarint();
    if (!length.ok()) return length.status();
    if (*length == 0) break;
    if (*length > kEntryBytesMax) return absl::DataLossError("an entry is too long");
    const absl::StatusOr<std::string> bytes = reader.Take(*length);
    if (!bytes.ok()) return bytes.status();
    v1::StoredEntry stored;
    if (!stored.ParseFromString(*bytes)) {
      return absl::DataLossError(absl::StrCat("revision ", head.revision + 1, ": cannot be read"));
    }
    const absl::StatusOr<Entry> entry = EntryOf(std::move(stored));
    if (!entry.ok()) return entry.status();
    const absl::StatusOr<Head> next = HeadAfter(head, *entry);
    if (!next.ok()) return next.status();
    if (each) {
      if (const absl::Status status = each(*entry); !status.ok()) return status;
    }
    head = *next;
  }
  if (const absl::Status status = CheckEnd(reader, head); !status.ok()) return status;
  return head;
}

absl::StatusOr<Head> Import(const std::string& directory, absl::string_view code,
                            const ByteSource& source) {
  const absl::StatusOr<std::unique_ptr<DirectoryLock>> lock = DirectoryLock::Take(directory);
  if (!lock.ok()) return lock.status();
  const absl::StatusOr<std::string> path = FreePath(directory, code);
  if (!path.ok()) return path.status();
  absl::StatusOr<std::unique_ptr<NewFile>> made = NewFile::Make(*path + ".importing");
  if (!made.ok()) return made.status();
  Copier copier((*made)->journal());
  const absl::StatusOr<Head> head =
      ReadExport(source, [&copier](const Entry& entry) { return copier.Add(entry); });
  if (!head.ok()) return head;
  if (const absl::Status status = copier.Flush(); !status.ok()) return status;
  if (const absl::Status status = (*made)->Complete(*path); !status.ok()) return status;
  return head;
}

absl::StatusOr<Head> Restore(const std::string& directory, absl::string_view code,
                             const ByteSource& source) {
  const absl::StatusOr<std::unique_ptr<DirectoryLock>> lock = DirectoryLock::Take(directory);
  if (!lock.ok()) return lock.status();
  const absl::StatusOr<std::string> path = FreePath(directory, code);
  if (!path.ok()) return path.status();
  const std::string unfinished = *path + ".restoring";
  const auto remove = absl::MakeCleanup([&unfinished] { RemoveJournal(unfinished).IgnoreError(); });
  if (const absl::Status status = RemoveJournal(unfinished); !status.ok()) return status;
  if (const absl::Status status = WriteFile(unfinished, source); !status.ok()) return status;
  const absl::StatusOr<Head> head = Verify(unfinished);
  if (!head.ok()) return head;
  if (const absl::Status status = RenameDurably(unfinished, *path); !status.ok()) return status;
  return head;
}

}  // namespace samsyn::journal

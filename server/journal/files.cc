// Files that must outlast a power cut, by POSIX calls.
#include "server/journal/files.h"

#include <absl/cleanup/cleanup.h>
#include <absl/strings/str_cat.h>
#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <system_error>
#include <utility>

namespace samsyn::journal {
namespace {

constexpr size_t kPieceBytes = 1 << 20;
constexpr char kLockName[] = "lock";

absl::Status SyncAt(const std::string& path, int flags) {
  const int descriptor = open(path.c_str(), flags | O_CLOEXEC);
  if (descriptor < 0) return SystemError(path, errno);
  const int failed = fsync(descriptor) == 0 ? 0 : errno;
  close(descriptor);
  return failed == 0 ? absl::OkStatus() : SystemError(path, failed);
}

absl::Status WriteAll(int descriptor, const std::string& path, absl::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return SystemError(path, errno);
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status SystemError(absl::string_view what, int error_number) {
  const std::string message =
      absl::StrCat(what, ": ", std::generic_category().message(error_number));
  switch (error_number) {
    case ENOENT:
      return absl::NotFoundError(message);
    case ENOSPC:
    case EDQUOT:
      return absl::ResourceExhaustedError(message);
    default:
      return absl::UnavailableError(message);
  }
}

bool FileExists(const std::string& path) { return access(path.c_str(), F_OK) == 0; }

std::string DirectoryOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

absl::StatusOr<std::vector<std::string>> NamesIn(const std::string& directory) {
  DIR* const open_directory = opendir(directory.c_str());
  if (open_directory == nullptr) return SystemError(directory, errno);
  std::vector<std::string> names;
  while (const dirent* const found = readdir(open_directory)) {
    std::string name = found->d_name;
    if (name != "." && name != "..") names.push_back(std::move(name));
  }
  closedir(open_directory);
  std::sort(names.begin(), names.end());
  return names;
}

absl::Status MakeDirectory(const std::string& directory) {
  if (FileExists(directory)) return absl::OkStatus();
  const std::string above = DirectoryOf(directory);
  if (!FileExists(above)) {
    if (const absl::Status status = MakeDirectory(above); !status.ok()) return status;
  }
  if (mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST) return SystemError(directory, errno);
  return SyncDirectory(above);
}

absl::Status SyncFile(const std::string& path) { return SyncAt(path, O_RDONLY); }

absl::Status SyncDirectory(const std::string& directory) {
  return SyncAt(directory, O_RDONLY | O_DIRECTORY);
}

absl::Status RenameDurably(const std::string& from, const std::string& to) {
  if (std::rename(from.c_str(), to.c_str()) != 0) return SystemError(from, errno);
  return SyncDirectory(DirectoryOf(to));
}

absl::Status RemoveFile(const std::string& path) {
  if (unlink(path.c_str()) != 0 && errno != ENOENT) return SystemError(path, errno);
  return absl::OkStatus();
}

absl::Status TouchDurably(const std::string& path) {
  const int descriptor = open(path.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
  if (descriptor < 0) return SystemError(path, errno);
  close(descriptor);
  return SyncDirectory(DirectoryOf(path));
}

absl::Status WriteFile(const std::string& path, const ByteSource& source) {
  const int descriptor = open(path.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
  if (descriptor < 0) return SystemError(path, errno);
  const auto close_at_end = absl::MakeCleanup([descriptor] { close(descriptor); });
  while (true) {
    const absl::StatusOr<std::string> piece = source();
    if (!piece.ok()) return piece.status();
    if (piece->empty()) break;
    if (const absl::Status status = WriteAll(descriptor, path, *piece); !status.ok()) return status;
  }
  return fsync(descriptor) == 0 ? absl::OkStatus() : SystemError(path, errno);
}

absl::Status ReadFile(const std::string& path, const ByteSink& sink) {
  const absl::StatusOr<ByteSource> source = FileSource(path);
  if (!source.ok()) return source.status();
  while (true) {
    const absl::StatusOr<std::string> piece = (*source)();
    if (!piece.ok()) return piece.status();
    if (piece->empty()) return absl::OkStatus();
    if (const absl::Status status = sink(*piece); !status.ok()) return status;
  }
}

absl::StatusOr<ByteSource> FileSource(const std::string& path) {
  const int opened = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (opened < 0) return SystemError(path, errno);
  const std::shared_ptr<const int> descriptor(new int(opened), [](const int* owned) {
    close(*owned);
    delete owned;
  });
  return ByteSource([descriptor, path]() -> absl::StatusOr<std::string> {
    std::string piece(kPieceBytes, '\0');
    while (true) {
      const ssize_t got = read(*descriptor, piece.data(), piece.size());
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return SystemError(path, errno);
      piece.resize(static_cast<size_t>(got));
      return piece;
    }
  });
}

absl::StatusOr<std::unique_ptr<DirectoryLock>> DirectoryLock::Take(const std::string& directory) {
  if (const absl::Status status = MakeDirectory(directory); !status.ok()) return status;
  const std::string path = absl::StrCat(directory, "/", kLockName);
  const int descriptor = open(path.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600);
  if (descriptor < 0) return SystemError(path, errno);
  if (flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    const int failed = errno;
    close(descriptor);
    if (failed != EWOULDBLOCK) return SystemError(path, failed);
    return absl::FailedPreconditionError(
        absl::StrCat("the data directory ", directory, " is in use by another process"));
  }
  return std::unique_ptr<DirectoryLock>(new DirectoryLock(descriptor));
}

DirectoryLock::~DirectoryLock() { close(descriptor_); }

}  // namespace samsyn::journal

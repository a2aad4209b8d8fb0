// A layer between SQLite and the system that fails when a test says so: a full disk, a failed sync.
#ifndef SAMSYN_TESTS_JOURNAL_FAULT_VFS_H_
#define SAMSYN_TESTS_JOURNAL_FAULT_VFS_H_

#include <sqlite3.h>

#include <atomic>
#include <string>

namespace samsyn::journal {

// Which calls fail.
enum class DiskFault {
  kNone,
  kFull,        // writes, as ENOSPC
  kWriteError,  // writes, as EIO; half of the bytes get through
  kSyncError,   // syncs, as EIO; what was written stays to be read
};

// Registered with SQLite under `name()` while it lives; passes all that is not set to fail to the
// system's layer. Thread-safe.
class FaultVfs {
 public:
  explicit FaultVfs(std::string name);
  ~FaultVfs();
  FaultVfs(const FaultVfs&) = delete;
  FaultVfs& operator=(const FaultVfs&) = delete;

  const std::string& name() const { return name_; }
  // From now on, after `calls` more calls of that kind that go through.
  void Fail(DiskFault fault, int calls = 0) {
    calls_left_ = calls;
    fault_ = fault;
  }
  void Heal() { fault_ = DiskFault::kNone; }
  // Calls that failed so far.
  int failed() const { return failed_; }

  // For the layer's functions: whether this call fails, and how.
  DiskFault Write();
  bool SyncFails();

 private:
  bool Strikes();

  const std::string name_;
  sqlite3_vfs vfs_;
  std::atomic<DiskFault> fault_ = DiskFault::kNone;
  std::atomic<int> calls_left_ = 0;
  std::atomic<int> failed_ = 0;
};

}  // namespace samsyn::journal

#endif  // SAMSYN_TESTS_JOURNAL_FAULT_VFS_H_

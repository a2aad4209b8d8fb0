// A layer between SQLite and the system that fails when a test says so.
//
// An open file is   FaultFile | the system's own file structure   in one block that SQLite makes.
#include "tests/journal/fault_vfs.h"

#include <cstring>
#include <utility>

namespace samsyn::journal {
namespace {

struct FaultFile {
  sqlite3_file base;
  FaultVfs* faults;
};

sqlite3_file* Real(sqlite3_file* file) {
  return reinterpret_cast<sqlite3_file*>(reinterpret_cast<FaultFile*>(file) + 1);
}
FaultVfs& FaultsOf(sqlite3_file* file) { return *reinterpret_cast<FaultFile*>(file)->faults; }

int Close(sqlite3_file* file) { return Real(file)->pMethods->xClose(Real(file)); }
int Read(sqlite3_file* file, void* to, int count, sqlite3_int64 at) {
  return Real(file)->pMethods->xRead(Real(file), to, count, at);
}
int Write(sqlite3_file* file, const void* from, int count, sqlite3_int64 at) {
  switch (FaultsOf(file).Write()) {
    case DiskFault::kFull:
      return SQLITE_FULL;
    case DiskFault::kWriteError:
      Real(file)->pMethods->xWrite(Real(file), from, count / 2, at);
      return SQLITE_IOERR_WRITE;
    default:
      return Real(file)->pMethods->xWrite(Real(file), from, count, at);
  }
}
int Truncate(sqlite3_file* file, sqlite3_int64 size) {
  return Real(file)->pMethods->xTruncate(Real(file), size);
}
int Sync(sqlite3_file* file, int flags) {
  if (FaultsOf(file).SyncFails()) return SQLITE_IOERR_FSYNC;
  return Real(file)->pMethods->xSync(Real(file), flags);
}
int FileSize(sqlite3_file* file, sqlite3_int64* size) {
  return Real(file)->pMethods->xFileSize(Real(file), size);
}
int Lock(sqlite3_file* file, int lock) { return Real(file)->pMethods->xLock(Real(file), lock); }
int Unlock(sqlite3_file* file, int lock) { return Real(file)->pMethods->xUnlock(Real(file), lock); }
int CheckReservedLock(sqlite3_file* file, int* result) {
  return Real(file)->pMethods->xCheckReservedLock(Real(file), result);
}
int FileControl(sqlite3_file* file, int op, void* argument) {
  return Real(file)->pMethods->xFileControl(Real(file), op, argument);
}
int SectorSize(sqlite3_file* file) { return Real(file)->pMethods->xSectorSize(Real(file)); }
int DeviceCharacteristics(sqlite3_file* file) {
  return Real(file)->pMethods->xDeviceCharacteristics(Real(file));
}
int ShmMap(sqlite3_file* file, int page, int size, int extend, void volatile** memory) {
  return Real(file)->pMethods->xShmMap(Real(file), page, size, extend, memory);
}
int ShmLock(sqlite3_file* file, int offset, int count, int flags) {
  return Real(file)->pMethods->xShmLock(Real(file), offset, count, flags);
}
void ShmBarrier(sqlite3_file* file) { Real(file)->pMethods->xShmBarrier(Real(file)); }
int ShmUnmap(sqlite3_file* file, int remove) {
  return Real(file)->pMethods->xShmUnmap(Real(file), remove);
}

constexpr sqlite3_io_methods kMethods = {2,
                                         Close,
                                         Read,
                                         Write,
                                         Truncate,
                                         Sync,
                                         FileSize,
                                         Lock,
                                         Unlock,
                                         CheckReservedLock,
                                         FileControl,
                                         SectorSize,
                                         DeviceCharacteristics,
                                         ShmMap,
                                         ShmLock,
                                         ShmBarrier,
                                         ShmUnmap,
                                         nullptr,
                                         nullptr};

int Open(sqlite3_vfs* vfs, sqlite3_filename path, sqlite3_file* file, int flags, int* out_flags) {
  sqlite3_vfs* const system = sqlite3_vfs_find("unix");
  file->pMethods = nullptr;
  std::memset(Real(file), 0, static_cast<size_t>(system->szOsFile));
  const int code = system->xOpen(system, path, Real(file), flags, out_flags);
  if (code != SQLITE_OK) return code;
  reinterpret_cast<FaultFile*>(file)->faults = static_cast<FaultVfs*>(vfs->pAppData);
  file->pMethods = &kMethods;
  return SQLITE_OK;
}

}  // namespace

FaultVfs::FaultVfs(std::string name) : name_(std::move(name)), vfs_(*sqlite3_vfs_find("unix")) {
  vfs_.szOsFile += static_cast<int>(sizeof(FaultFile));
  vfs_.zName = name_.c_str();
  vfs_.pNext = nullptr;
  vfs_.pAppData = this;
  vfs_.xOpen = Open;
  sqlite3_vfs_register(&vfs_, /*makeDflt=*/0);
}

FaultVfs::~FaultVfs() { sqlite3_vfs_unregister(&vfs_); }

DiskFault FaultVfs::Write() {
  const DiskFault fault = fault_;
  const bool fails = (fault == DiskFault::kFull || fault == DiskFault::kWriteError) && Strikes();
  return fails ? fault : DiskFault::kNone;
}

bool FaultVfs::SyncFails() { return fault_ == DiskFault::kSyncError && Strikes(); }

bool FaultVfs::Strikes() {
  if (calls_left_-- > 0) return false;
  ++failed_;
  return true;
}

}  // namespace samsyn::journal

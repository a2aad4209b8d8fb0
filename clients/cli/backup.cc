#include "clients/cli/backup.h"

#include <absl/strings/str_cat.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <unistd.h>

#include <cstdio>
#include <memory>

namespace samsyn::cli {
namespace {

// A file of its own that is removed unless it was finished.
class NewFile {
 public:
  explicit NewFile(std::string path) : path_(std::move(path)) {
    file_ = open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  }
  ~NewFile() {
    if (file_ < 0) return;
    close(file_);
    unlink(path_.c_str());
  }
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;

  bool ok() const { return file_ >= 0; }
  bool Write(const std::string& bytes) {
    size_t done = 0;
    while (done < bytes.size()) {
      const ssize_t count = write(file_, bytes.data() + done, bytes.size() - done);
      if (count < 0) return false;
      done += static_cast<size_t>(count);
    }
    return true;
  }
  // Durable under its last name, never over a file that is there.
  bool Finish(const std::string& name) {
    return fsync(file_) == 0 && link(path_.c_str(), name.c_str()) == 0;
  }

 private:
  const std::string path_;
  int file_ = -1;
};

struct FreeDigest {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

// Takes all pieces; the last carries the digest of the whole.
Failure Receive(Invocation& call, NewFile& file, v1::BackupResponse& last, std::string* digest) {
  std::unique_ptr<EVP_MD_CTX, FreeDigest> sha(EVP_MD_CTX_new());
  EVP_DigestInit_ex(sha.get(), EVP_sha256(), nullptr);
  grpc::ClientContext context;
  call.client.Prepare(context);
  v1::BackupRequest request;
  request.set_municipality(call.client.municipality());
  const auto reader = call.client.admin().Backup(&context, request);
  v1::BackupResponse piece;
  while (reader->Read(&piece)) {
    EVP_DigestUpdate(sha.get(), piece.data().data(), piece.data().size());
    if (!file.Write(piece.data())) {
      context.TryCancel();
      return {kRefused, "the file cannot be written: is the disk full?"};
    }
    last.set_revision(piece.revision());
    last.set_sha256(piece.sha256());
  }
  const CallError error = ErrorOf(reader->Finish());
  if (!error.ok()) return Failure::Of(error);
  unsigned char bytes[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  EVP_DigestFinal_ex(sha.get(), bytes, &size);
  digest->assign(reinterpret_cast<char*>(bytes), size);
  return {};
}

}  // namespace

Failure RunBackup(Invocation& call) {
  const std::string path = call.Get("FILE");
  if (access(path.c_str(), F_OK) == 0) {
    return Failure::Usage(absl::StrCat(path, ": is there already"));
  }
  NewFile file(absl::StrCat(path, ".part"));
  if (!file.ok()) return Failure::Usage(absl::StrCat(path, ": cannot be written"));
  v1::BackupResponse last;
  std::string digest;
  if (Failure failure = Receive(call, file, last, &digest); !failure.ok()) return failure;
  if (last.sha256() != digest) {
    return {kRefused, "the backup came damaged: its SHA-256 is not what the server said"};
  }
  if (!file.Finish(path)) return Failure::Usage(absl::StrCat(path, ": cannot be written"));
  if (call.out.json()) {
    call.out.Json(last);
  } else {
    call.out.Sheet(last);
  }
  return {};
}

}  // namespace samsyn::cli

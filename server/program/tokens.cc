#include "server/program/tokens.h"

#include <absl/strings/str_cat.h>
#include <fcntl.h>
#include <samsyn/v1/access.pb.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "server/access/token.h"
#include "server/domain/access_rules.h"
#include "server/domain/names.h"
#include "server/journal/files.h"

namespace samsyn::program {
namespace {

absl::Status WritePrivately(const std::string& path, absl::string_view text) {
  if (auto status = journal::MakeDirectory(journal::DirectoryOf(path)); !status.ok()) {
    return status;
  }
  const std::string unfinished = path + ".new";
  const int fd = open(unfinished.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0) return journal::SystemError(absl::StrCat("cannot write ", unfinished), errno);
  const bool written = fchmod(fd, 0600) == 0 &&
                       write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
                       fsync(fd) == 0;
  const int error = errno;
  close(fd);
  if (!written) return journal::SystemError(absl::StrCat("cannot write ", unfinished), error);
  return journal::RenameDurably(unfinished, path);
}

}  // namespace

absl::Status WriteToken(engine::Engine& engine, absl::string_view member, absl::Time expire_time,
                        const std::string& path) {
  const std::string secret = access::MakeSecret();
  const Digest credential = access::CredentialOf(secret);
  v1::IssueTokenRequest request;
  request.set_request_id(domain::MadeId("system", Hex(RandomBytes(16)), 0));
  request.set_member(std::string(member));
  *request.mutable_expire_time() = domain::TimestampOf(expire_time);
  request.set_note(absl::StrCat("file ", path.substr(path.rfind('/') + 1)));
  const auto answer =
      engine.SubmitAndWait(domain::MunicipalityOf(member), {{"system", ""},
                                                            "IssueToken",
                                                            request.request_id(),
                                                            Sha256Of(request.SerializeAsString()),
                                                            [&](domain::Transaction& transaction) {
                                                              return domain::IssueToken(
                                                                  request, credential, transaction);
                                                            }});
  if (!answer.ok()) return answer.status();
  return WritePrivately(path,
                        absl::StrCat(access::FormatToken(answer->results.front(), secret), "\n"));
}

}  // namespace samsyn::program

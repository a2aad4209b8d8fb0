#include "clients/cli/private_file.h"

#include <fcntl.h>
#include <unistd.h>

namespace samsyn::cli {

bool WritePrivateFile(const std::string& path, absl::string_view text) {
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  bool written = file >= 0;
  while (written && !text.empty()) {
    const ssize_t count = write(file, text.data(), text.size());
    written = count > 0;
    if (written) text.remove_prefix(static_cast<size_t>(count));
  }
  if (file >= 0) close(file);
  return written;
}

}  // namespace samsyn::cli

// An empty folder for one test, removed at its end.
#ifndef SAMSYN_TESTS_JOURNAL_SCRATCH_DIRECTORY_H_
#define SAMSYN_TESTS_JOURNAL_SCRATCH_DIRECTORY_H_

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <string>
#include <system_error>

namespace samsyn::journal {

class ScratchDirectory {
 public:
  ScratchDirectory() : path_(::testing::TempDir() + "/samsyn-journal-XXXXXX") {
    EXPECT_NE(mkdtemp(path_.data()), nullptr);
  }
  ~ScratchDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  ScratchDirectory(const ScratchDirectory&) = delete;
  ScratchDirectory& operator=(const ScratchDirectory&) = delete;

  const std::string& path() const { return path_; }
  std::string File(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

}  // namespace samsyn::journal

#endif  // SAMSYN_TESTS_JOURNAL_SCRATCH_DIRECTORY_H_

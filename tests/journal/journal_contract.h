// The contract that every journal adapter keeps. The suite names none: each adapter hands it a
// factory, in a file of its own (INSTANTIATE_TEST_SUITE_P).
#ifndef SAMSYN_TESTS_JOURNAL_JOURNAL_CONTRACT_H_
#define SAMSYN_TESTS_JOURNAL_JOURNAL_CONTRACT_H_

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>

#include "server/journal/journal.h"

namespace samsyn::journal {

// Where the journals of one test live: fresh at the start, gone at the end.
class Setting {
 public:
  virtual ~Setting() = default;
  virtual JournalStore& store() = 0;
  // The store of the node that reads in tests of one journal: the same, or another node's.
  virtual JournalStore& reading_store() { return store(); }
  // Whether a journal may be open twice, on two nodes.
  virtual bool shared() const = 0;
  // Ends and starts the stores anew, as a restart of the nodes does. All journals are closed.
  virtual void Restart() = 0;
  // Keeps what is appended from being committed, and lets it be; WaitBehindMark returns when an
  // append stands in the log. Only of shared settings.
  virtual void HoldMark() {}
  virtual bool WaitBehindMark() { return false; }
  virtual void ReleaseMark() {}
};

struct Adapter {
  std::string name;
  std::function<std::unique_ptr<Setting>()> make;
};

inline std::string AdapterName(const ::testing::TestParamInfo<Adapter>& info) {
  return info.param.name;
}

// Of every adapter.
class JournalContract : public ::testing::TestWithParam<Adapter> {
 protected:
  JournalContract();
  // The journals are the same object where the setting is not shared.
  Journal& writer() { return *writer_; }
  Journal& reader() { return reader_ != nullptr ? *reader_ : *writer_; }
  void Open();
  void Close();
  Head AppendMany(int count, size_t content_bytes = 200);

  std::unique_ptr<Setting> setting_;
  std::unique_ptr<Journal> writer_;
  std::unique_ptr<Journal> reader_;
};

// Of adapters on which several nodes run.
class SharedJournalContract : public JournalContract {};

}  // namespace samsyn::journal

#endif  // SAMSYN_TESTS_JOURNAL_JOURNAL_CONTRACT_H_

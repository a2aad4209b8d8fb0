// A samsynd of a test's own: on an empty directory and a free port, ended and cleared away with it.
#ifndef SAMSYN_TESTS_TESTING_SERVER_PROCESS_H_
#define SAMSYN_TESTS_TESTING_SERVER_PROCESS_H_

#include <string>
#include <vector>

namespace samsyn::testing {

// Not thread-safe. Methods end the test program's case by returning false with a reason on stderr.
class ServerProcess {
 public:
  // `program` is samsynd's path.
  explicit ServerProcess(std::string program);
  // Kills it if it still runs, and removes its data.
  ~ServerProcess();
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;

  // Runs `samsynd --data DIR ARGUMENTS…` to its end; whether it ended with 0.
  bool RunOffline(const std::vector<std::string>& arguments);
  // Starts it and waits until it takes connections, at most 60 s.
  bool Start(const std::vector<std::string>& arguments = {});
  // Asks it to end (SIGTERM) and gives its exit code; -1 if it had to be killed after 30 s.
  int Stop();
  // Ends it at once (SIGKILL), as a crash.
  void Kill();

  const std::string& address() const { return address_; }
  const std::string& data() const { return data_; }
  // The token in `DIR/tokens/NAME`; empty if there is none.
  std::string Token(const std::string& name) const;

 private:
  int Spawn(const std::vector<std::string>& arguments);

  const std::string program_;
  std::string data_;
  std::string address_;
  int pid_ = 0;  // 0: not running
};

}  // namespace samsyn::testing

#endif  // SAMSYN_TESTS_TESTING_SERVER_PROCESS_H_

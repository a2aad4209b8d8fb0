#include "tests/testing/server_process.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <grpcpp/grpcpp.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>

namespace samsyn::testing {
namespace {

// A port that nobody listens on now.
int FreePort() {
  const int descriptor = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof(address);
  bind(descriptor, reinterpret_cast<sockaddr*>(&address), length);
  getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &length);
  close(descriptor);
  return ntohs(address.sin_port);
}

// Waits for a process to end, at most so long; false if it has not.
bool AwaitEnd(int pid, int milliseconds) {
  const int descriptor = static_cast<int>(syscall(SYS_pidfd_open, pid, 0));
  if (descriptor < 0) return true;  // it is gone
  pollfd ended{descriptor, POLLIN, 0};
  const bool done = poll(&ended, 1, milliseconds) > 0;
  close(descriptor);
  return done;
}

int ExitCode(int pid) {
  int status = 0;
  waitpid(pid, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace

ServerProcess::ServerProcess(std::string program) : program_(std::move(program)) {
  std::string pattern = (std::filesystem::temp_directory_path() / "samsyn-test-XXXXXX").string();
  data_ = mkdtemp(pattern.data());
  address_ = "127.0.0.1:" + std::to_string(FreePort());
}

ServerProcess::~ServerProcess() {
  Kill();
  std::error_code ignored;
  std::filesystem::remove_all(data_, ignored);
}

int ServerProcess::Spawn(const std::vector<std::string>& arguments) {
  std::vector<std::string> all = {program_, "--data", data_};
  all.insert(all.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& argument : all) argv.push_back(argument.data());
  argv.push_back(nullptr);
  const int pid = fork();
  if (pid == 0) {
    const int null = open("/dev/null", O_RDWR);
    dup2(null, STDIN_FILENO);
    execv(argv[0], argv.data());
    _exit(127);
  }
  return pid;
}

bool ServerProcess::RunOffline(const std::vector<std::string>& arguments) {
  return ExitCode(Spawn(arguments)) == 0;
}

bool ServerProcess::Start(const std::vector<std::string>& arguments) {
  std::vector<std::string> all = {"--listen", address_, "--web", "off"};
  all.insert(all.end(), arguments.begin(), arguments.end());
  pid_ = Spawn(all);
  const auto channel = grpc::CreateChannel(address_, grpc::InsecureChannelCredentials());
  const auto give_up = std::chrono::system_clock::now() + std::chrono::seconds(60);
  while (std::chrono::system_clock::now() < give_up) {
    if (channel->WaitForConnected(std::chrono::system_clock::now() +
                                  std::chrono::milliseconds(250))) {
      return true;
    }
    if (AwaitEnd(pid_, 0)) {
      std::cerr << "samsynd ended with " << ExitCode(pid_) << "\n";
      pid_ = 0;
      return false;
    }
  }
  std::cerr << "samsynd takes no connections\n";
  return false;
}

int ServerProcess::Stop() {
  kill(pid_, SIGTERM);
  const bool ended = AwaitEnd(pid_, 30'000);
  if (!ended) kill(pid_, SIGKILL);
  const int code = ExitCode(pid_);
  pid_ = 0;
  return ended ? code : -1;
}

void ServerProcess::Kill() {
  if (pid_ == 0) return;
  kill(pid_, SIGKILL);
  ExitCode(pid_);
  pid_ = 0;
}

std::string ServerProcess::Token(const std::string& name) const {
  std::ifstream file(data_ + "/tokens/" + name);
  std::string token;
  std::getline(file, token);
  return token;
}

}  // namespace samsyn::testing

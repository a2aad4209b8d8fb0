#include "tests/testing/redis_process.h"

#include <absl/time/time.h>
#include <fcntl.h>
#include <hiredis/hiredis.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>

#include "tests/testing/eventually.h"

namespace samsyn::testing {
namespace {

using journal::RedisReply;

constexpr absl::Duration kPatience = absl::Seconds(60);
constexpr int kEndMilliseconds = 30'000;
constexpr timeval kReplySeconds = {30, 0};

RedisReply FromHiredis(const redisReply& reply) {
  RedisReply made;
  using Kind = RedisReply::Kind;
  if (reply.type == REDIS_REPLY_INTEGER) made.kind = Kind::kInteger;
  if (reply.type == REDIS_REPLY_STRING || reply.type == REDIS_REPLY_STATUS) made.kind = Kind::kText;
  if (reply.type == REDIS_REPLY_ERROR) made.kind = Kind::kError;
  if (reply.type == REDIS_REPLY_ARRAY) made.kind = Kind::kList;
  made.integer = reply.integer;
  if (reply.str != nullptr) made.text.assign(reply.str, reply.len);
  for (size_t i = 0; i < reply.elements; ++i) made.list.push_back(FromHiredis(*reply.element[i]));
  return made;
}

RedisReply NoReply(const std::string& why) {
  RedisReply made;
  made.kind = RedisReply::Kind::kError;
  made.text = "CONNECTION " + why;
  return made;
}

RedisReply Send(redisContext& context, const std::vector<std::string>& command) {
  std::vector<const char*> data;
  std::vector<size_t> sizes;
  for (const std::string& argument : command) {
    data.push_back(argument.data());
    sizes.push_back(argument.size());
  }
  const std::unique_ptr<void, decltype(&freeReplyObject)> reply(
      redisCommandArgv(&context, static_cast<int>(command.size()), data.data(), sizes.data()),
      freeReplyObject);
  if (reply == nullptr) return NoReply(context.errstr);
  return FromHiredis(*static_cast<redisReply*>(reply.get()));
}

// What it is if all goes well: an error that is no more than a missing password counts.
bool IsReady(const RedisReply& ping) {
  return ping.text == "PONG" || ping.text.rfind("NOAUTH", 0) == 0 ||
         ping.text.rfind("NOPERM", 0) == 0;
}

// In a list of names and values.
std::string Value(const RedisReply& pairs, const std::string& name) {
  for (size_t i = 0; i + 1 < pairs.list.size(); i += 2) {
    if (pairs.list[i].text == name) return pairs.list[i + 1].text;
  }
  return "";
}

bool Complain(const std::string& what, const std::string& log) {
  constexpr size_t kLogMost = 2000;
  std::cerr << what << "\n" << log.substr(log.size() - std::min(log.size(), kLogMost)) << "\n";
  return false;
}

// In the child. It must not outlive the test, whichever way that ends.
[[noreturn]] void Become(const char* program, const char* configuration, int parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(127);
  const int null = open("/dev/null", O_RDWR);
  dup2(null, STDIN_FILENO);
  dup2(null, STDOUT_FILENO);
  execlp(program, program, configuration, nullptr);
  _exit(127);
}

}  // namespace

RedisProcess::RedisProcess(RedisOptions options) : options_(std::move(options)) {
  std::string pattern = (std::filesystem::temp_directory_path() / "samsyn-redis-XXXXXX").string();
  folder_ = mkdtemp(pattern.data());
  socket_ = folder_ + "/redis.sock";
  signal(SIGPIPE, SIG_IGN);  // hiredis writes to connections that may have ended
  // Written once: Redis itself changes it, when a sentinel gives it another role.
  std::ofstream file(folder_ + "/redis.conf");
  for (const std::string& line : Configuration()) file << line << "\n";
}

RedisProcess::~RedisProcess() {
  Kill();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

RedisOptions RedisProcess::SentinelOf(const std::string& name, const RedisProcess& master,
                                      int quorum) {
  RedisOptions options;
  options.sentinel = true;
  options.lines = {
      "sentinel monitor " + name + " 127.0.0.1 " + std::to_string(master.port()) + " " +
          std::to_string(quorum),
      "sentinel down-after-milliseconds " + name + " 2000",
      "sentinel failover-timeout " + name + " 5000",
  };
  return options;
}

std::vector<std::string> RedisProcess::Configuration() const {
  const std::string number = std::to_string(port());
  std::vector<std::string> lines = {
      "bind 127.0.0.1",        "dir " + folder_, "logfile " + folder_ + "/redis.log",
      "unixsocket " + socket_, "daemonize no",
  };
  if (options_.tls.has_value()) {
    const RedisTls& tls = *options_.tls;
    const std::string asks = tls.asks_clients ? "yes" : "no";
    lines.insert(lines.end(),
                 {"port 0", "tls-port " + number, "tls-replication yes",
                  "tls-ca-cert-file " + tls.authorities, "tls-cert-file " + tls.certificate,
                  "tls-key-file " + tls.key, "tls-auth-clients " + asks});
  } else {
    lines.push_back("port " + number);
  }
  if (!options_.sentinel) {
    // A replica's first copy does not wait for others that might want one too.
    lines.insert(lines.end(), {"save \"\"", "repl-diskless-sync-delay 0"});
    const bool durable = options_.durable;
    lines.push_back(durable ? "appendonly yes" : "appendonly no");
    if (durable) lines.insert(lines.end(), {"appendfsync always", "maxmemory-policy noeviction"});
  }
  lines.insert(lines.end(), options_.lines.begin(), options_.lines.end());
  return lines;
}

bool RedisProcess::Spawn() {
  const std::string configuration = folder_ + "/redis.conf";
  const char* const program = options_.sentinel ? "redis-sentinel" : "redis-server";
  const int parent = getpid();
  const int pid = fork();
  if (pid == 0) Become(program, configuration.c_str(), parent);
  if (pid < 0) return Complain("cannot start another process", "");
  pid_ = pid;
  return true;
}

bool RedisProcess::HasEnded() {
  if (pid_ != 0 && waitpid(pid_, nullptr, WNOHANG) == pid_) pid_ = 0;
  return pid_ == 0;
}

bool RedisProcess::Start() {
  if (!HasEnded()) return Complain("it runs already", "");
  if (!Spawn()) return false;
  bool ready = false;
  Eventually(
      [&] {
        ready = IsReady(Command({"PING"}));
        return ready || HasEnded();
      },
      kPatience);
  // A sentinel looks at a server's role, and at other sentinels, every ten seconds; that is long.
  if (ready && options_.sentinel) {
    Command(
        {"SENTINEL", "DEBUG", "INFO-PERIOD", "500", "ASK-PERIOD", "500", "PUBLISH-PERIOD", "500"});
  }
  return ready || Complain("redis does not start", Log());
}

void RedisProcess::Kill() {
  if (pid_ == 0) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
  pid_ = 0;
}

bool RedisProcess::Stop() {
  if (HasEnded()) return Complain("redis has ended before it was stopped", Log());
  const int process = static_cast<int>(syscall(SYS_pidfd_open, pid_, 0));
  kill(pid_, SIGTERM);
  pollfd ended{process, POLLIN, 0};
  const bool in_time = poll(&ended, 1, kEndMilliseconds) > 0;
  close(process);
  Kill();
  return in_time || Complain("redis did not end and was killed", Log());
}

void RedisProcess::Freeze() { kill(pid_, SIGSTOP); }
void RedisProcess::Thaw() { kill(pid_, SIGCONT); }

RedisReply RedisProcess::Command(const std::vector<std::string>& command) const {
  const std::unique_ptr<redisContext, decltype(&redisFree)> context(
      redisConnectUnixWithTimeout(socket_.c_str(), kReplySeconds), redisFree);
  if (context == nullptr || context->err != 0) {
    return NoReply(context == nullptr ? "no memory" : context->errstr);
  }
  redisSetTimeout(context.get(), kReplySeconds);
  if (!options_.auth.empty()) {
    std::vector<std::string> login = {"AUTH"};
    login.insert(login.end(), options_.auth.begin(), options_.auth.end());
    const RedisReply let_in = Send(*context, login);
    if (let_in.kind == RedisReply::Kind::kError) return let_in;
  }
  return Send(*context, command);
}

bool RedisProcess::Follow(const RedisProcess& master) {
  Command({"REPLICAOF", "127.0.0.1", std::to_string(master.port())});
  const auto is_there = [this] {
    const RedisReply role = Command({"ROLE"});
    return role.list.size() == 5 && role.list[3].text == "connected";
  };
  return Eventually(is_there, kPatience) || Complain("the replica does not follow", Log());
}

bool RedisProcess::Promote() {
  const RedisReply reply = Command({"REPLICAOF", "NO", "ONE"});
  return reply.text == "OK" || Complain(reply.text, Log());
}

bool RedisProcess::AwaitReplicas(const std::string& name, size_t count) const {
  const auto are_there = [&] {
    size_t healthy = 0;
    for (const RedisReply& replica : Command({"SENTINEL", "REPLICAS", name}).list) {
      if (Value(replica, "flags") == "slave" && Value(replica, "master-link-status") == "ok") {
        ++healthy;
      }
    }
    return healthy >= count;
  };
  return Eventually(are_there, kPatience) ||
         Complain("the sentinel does not see the replicas", Log());
}

journal::RedisEndpoint RedisProcess::AtSocket() const {
  journal::RedisEndpoint endpoint;
  endpoint.socket = socket_;
  return endpoint;
}

journal::RedisEndpoint RedisProcess::AtPort(const std::string& host) const {
  journal::RedisEndpoint endpoint;
  endpoint.host = host;
  endpoint.port = port();
  return endpoint;
}

std::string RedisProcess::Log() const {
  std::ifstream file(folder_ + "/redis.log", std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

}  // namespace samsyn::testing

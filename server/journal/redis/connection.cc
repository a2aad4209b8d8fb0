#include "server/journal/redis/connection.h"

#include <absl/strings/match.h>
#include <absl/strings/numbers.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_split.h>
#include <absl/strings/strip.h>
#include <hiredis/hiredis.h>

#include <utility>

#include "server/journal/files.h"
#include "server/journal/redis/stream.h"
#include "server/journal/redis/tls.h"

namespace samsyn::journal {
namespace {

constexpr size_t kPieceBytes = 64 << 10;
constexpr int kOldestVersion = 7;
constexpr char kClientName[] = "samsyn";

struct FreeReader {
  void operator()(redisReader* reader) const { redisReaderFree(reader); }
};
struct FreeReply {
  void operator()(void* reply) const { freeReplyObject(reply); }
};

RedisReply FromHiredis(const redisReply& reply) {
  RedisReply made;
  switch (reply.type) {
    case REDIS_REPLY_INTEGER:
      made.kind = RedisReply::Kind::kInteger;
      made.integer = reply.integer;
      break;
    case REDIS_REPLY_STRING:
    case REDIS_REPLY_STATUS:
      made.kind = RedisReply::Kind::kText;
      made.text.assign(reply.str, reply.len);
      break;
    case REDIS_REPLY_ERROR:
      made.kind = RedisReply::Kind::kError;
      made.text.assign(reply.str, reply.len);
      break;
    case REDIS_REPLY_ARRAY:
      made.kind = RedisReply::Kind::kList;
      made.list.reserve(reply.elements);
      for (size_t i = 0; i < reply.elements; ++i) {
        made.list.push_back(FromHiredis(*reply.element[i]));
      }
      break;
    default:
      break;
  }
  return made;
}

// The value in what INFO says; empty if it does not say it.
std::string InfoValue(absl::string_view info, absl::string_view key) {
  for (absl::string_view line : absl::StrSplit(info, "\r\n")) {
    if (absl::ConsumePrefix(&line, key) && absl::ConsumePrefix(&line, ":")) {
      return std::string(line);
    }
  }
  return "";
}

std::string WhoAsks(const RedisCredentials& credentials) {
  return credentials.user.empty() ? "the default user"
                                  : absl::StrCat("the user ", credentials.user);
}

absl::StatusOr<std::string> Password(const RedisCredentials& credentials) {
  std::string password;
  const auto keep = [&](absl::string_view piece) {
    absl::StrAppend(&password, piece);
    return absl::OkStatus();
  };
  if (credentials.password_file.empty()) return password;
  if (absl::Status status = ReadFile(credentials.password_file, keep); !status.ok()) {
    return absl::PermissionDeniedError(
        absl::StrCat("cannot read the password: ", status.message()));
  }
  absl::string_view line = password;
  if (absl::ConsumeSuffix(&line, "\n")) absl::ConsumeSuffix(&line, "\r");
  return std::string(line);
}

// Why AUTH was refused: of the server's words only the first, since it may repeat what it was sent.
absl::Status AuthRefused(const RedisCredentials& credentials, absl::string_view error) {
  if (absl::StartsWith(error, "ERR max number of clients")) {
    return absl::UnavailableError("the server has as many connections as it takes (maxclients)");
  }
  if (absl::StartsWith(error, "ERR AUTH <password> called without any password")) {
    return absl::PermissionDeniedError(
        "the server asks no password of the default user: name the user who has this one, or give "
        "the default user a password at the server (requirepass)");
  }
  const absl::string_view code = error.substr(0, error.find(' '));
  if (code == "LOADING") return absl::UnavailableError("the server is still loading its data");
  return absl::PermissionDeniedError(
      absl::StrCat("the server refuses ", WhoAsks(credentials),
                   credentials.password_file.empty()
                       ? " without a password"
                       : absl::StrCat(" with the password in ", credentials.password_file),
                   " (", code, ")"));
}

// Why a command that this program cannot do without was refused; `rule` would let it through.
absl::Status Refused(const RedisCredentials& credentials, absl::string_view rule,
                     absl::string_view error) {
  const absl::string_view code = error.substr(0, error.find(' '));
  if (code == "NOAUTH") {
    return absl::PermissionDeniedError("the server asks for a password, and none is configured");
  }
  if (code == "NOPERM") {
    return absl::PermissionDeniedError(absl::StrCat("the server's ACL lets ", WhoAsks(credentials),
                                                    " do too little: it needs ", rule));
  }
  if (code == "LOADING" || code == "BUSY" || absl::StartsWith(error, "ERR max number of clients")) {
    return absl::UnavailableError(absl::StrCat("the server does not answer yet: ", error));
  }
  return absl::FailedPreconditionError(
      absl::StrCat("the server refuses a command (", rule, "): ", error));
}

// A master, and not one that is still loading.
absl::Status CheckRole(const RedisReply& role) {
  const std::string is = role.list.empty() ? "" : role.list[0].text;
  if (is == "master") return absl::OkStatus();
  if (is == "slave") {
    return absl::UnavailableError("it is a replica, and writes go to its master");
  }
  if (is == "sentinel") {
    return absl::FailedPreconditionError(
        "it is a sentinel: give its address as sentinel:MASTER@host:port");
  }
  return absl::FailedPreconditionError("it does not say that it is a master");
}

absl::Status CheckVersion(const std::string& version) {
  int major = 0;
  const std::string first = version.substr(0, version.find('.'));
  if (absl::SimpleAtoi(first, &major) && major >= kOldestVersion) return absl::OkStatus();
  return absl::FailedPreconditionError(
      version.empty() ? "it does not say which version of Redis it is: 7.0 or newer is needed"
                      : absl::StrCat("it is Redis ", version, ": 7.0 or newer is needed"));
}

absl::Status CheckCluster(const std::string& enabled) {
  if (enabled == "0") return absl::OkStatus();
  return absl::FailedPreconditionError(
      "it runs as a Redis Cluster: set cluster-enabled no and start it again; municipalities are "
      "spread over several servers by samsynd's own --redis");
}

// Why no sentinel led to a master. The code is that of all of them if they agree.
absl::Status AllOf(const std::vector<absl::Status>& faults, const std::string& master) {
  std::string message = absl::StrCat("no sentinel leads to the master of ", master);
  absl::StatusCode code = faults.empty() ? absl::StatusCode::kUnavailable : faults[0].code();
  for (const absl::Status& fault : faults) {
    absl::StrAppend(&message, "; ", fault.message());
    if (fault.code() != code) code = absl::StatusCode::kUnavailable;
  }
  return absl::Status(code, message);
}

}  // namespace

struct RedisConnection::Impl {
  Impl(RedisEndpoint its, RedisCredentials ours)
      : endpoint(std::move(its)), credentials(std::move(ours)) {}

  const RedisEndpoint endpoint;
  const RedisCredentials credentials;
  std::unique_ptr<RedisStream> stream;
  std::unique_ptr<redisReader, FreeReader> reader{redisReaderCreate()};
  std::string unsent;
  std::vector<char> piece = std::vector<char>(kPieceBytes);
  std::string run_id;
  bool heard = false;   // a reply
  absl::Status broken;  // not OK: for good

  absl::Status At(const absl::Status& status) const {
    if (absl::StartsWith(status.message(), endpoint.Text())) return status;
    return absl::Status(status.code(), absl::StrCat(endpoint.Text(), ": ", status.message()));
  }
  // Why there is no connection. That time ran out says no more than that nobody is there.
  absl::Status NotConnected(const absl::Status& status) const {
    if (absl::IsDeadlineExceeded(status)) return At(absl::UnavailableError(status.message()));
    if (!absl::IsUnavailable(status) || !is_silent_without_tls()) return At(status);
    return At(absl::UnavailableError(absl::StrCat(status.message(), "; does it want TLS?")));
  }
  // Connected, and hung up or was not understood before it said anything.
  bool is_silent_without_tls() const {
    return stream != nullptr && !heard && !credentials.tls && endpoint.socket.empty();
  }
  // Nothing goes over the connection any more. That one side does not trust the other counts only
  // before they have talked.
  absl::Status Break(const absl::Status& status) {
    broken = absl::UnavailableError(At(status).message());
    return heard && !absl::IsDeadlineExceeded(status) ? broken : At(status);
  }

  void Add(absl::Span<const absl::string_view> command);
  absl::Status Flush(Deadline deadline);
  absl::StatusOr<RedisReply> Receive(Deadline deadline);
  absl::StatusOr<RedisReply> Call(absl::Span<const absl::string_view> command, Deadline deadline);

  absl::Status Open(Deadline deadline);
  absl::Status Authenticate(Deadline deadline);
  absl::StatusOr<RedisReply> Needed(absl::Span<const absl::string_view> command,
                                    absl::string_view rule, Deadline deadline);
  absl::Status Greet(Deadline deadline);

  static absl::StatusOr<std::unique_ptr<RedisConnection>> Connect(
      const RedisEndpoint& endpoint, const RedisCredentials& credentials, Deadline deadline);
  static absl::StatusOr<RedisEndpoint> AskSentinel(const RedisEndpoint& sentinel,
                                                   const RedisCredentials& credentials,
                                                   const std::string& master, Deadline deadline);
};

void RedisConnection::Impl::Add(absl::Span<const absl::string_view> command) {
  std::vector<const char*> data;
  std::vector<size_t> sizes;
  for (const absl::string_view argument : command) {
    data.push_back(argument.data());
    sizes.push_back(argument.size());
  }
  char* formatted = nullptr;
  const int size = redisFormatCommandArgv(&formatted, static_cast<int>(command.size()), data.data(),
                                          sizes.data());
  if (size < 0) {
    broken = At(absl::UnavailableError("a command is too large to be sent"));
    return;
  }
  unsent.append(formatted, static_cast<size_t>(size));
  redisFreeCommand(formatted);
}

absl::Status RedisConnection::Impl::Flush(Deadline deadline) {
  if (!broken.ok()) return broken;
  absl::Status status = stream->Write(unsent, deadline);
  unsent.clear();
  if (absl::IsDeadlineExceeded(status)) {
    status = absl::UnavailableError("it did not take in time what was sent to it");
  }
  return status.ok() ? status : Break(status);
}

absl::StatusOr<RedisReply> RedisConnection::Impl::Receive(Deadline deadline) {
  if (!broken.ok()) return broken;
  for (;;) {
    void* found = nullptr;
    if (redisReaderGetReply(reader.get(), &found) != REDIS_OK) {
      return Break(absl::UnavailableError(
          absl::StrCat("it does not speak as Redis does: ", reader->errstr)));
    }
    if (found != nullptr) {
      heard = true;
      const std::unique_ptr<void, FreeReply> reply(found);
      return FromHiredis(*static_cast<redisReply*>(found));
    }
    const auto got = stream->Read(absl::MakeSpan(piece), deadline);
    if (!got.ok()) return Break(got.status());
    redisReaderFeed(reader.get(), piece.data(), *got);
  }
}

absl::StatusOr<RedisReply> RedisConnection::Impl::Call(absl::Span<const absl::string_view> command,
                                                       Deadline deadline) {
  Add(command);
  if (absl::Status status = Flush(deadline); !status.ok()) return status;
  return Receive(deadline);
}

// The stream, and TLS over it; nothing is said yet.
absl::Status RedisConnection::Impl::Open(Deadline deadline) {
  auto opened = ConnectSocket(endpoint, deadline);
  if (opened.ok() && credentials.tls && endpoint.socket.empty()) {
    opened = StartTls(*std::move(opened), endpoint.host, credentials, deadline);
  }
  if (!opened.ok()) return opened.status();
  stream = *std::move(opened);
  return absl::OkStatus();
}

absl::Status RedisConnection::Impl::Authenticate(Deadline deadline) {
  if (credentials.user.empty() && credentials.password_file.empty()) return absl::OkStatus();
  const auto password = Password(credentials);
  if (!password.ok()) return password.status();
  std::vector<absl::string_view> command = {"AUTH"};
  if (!credentials.user.empty()) command.push_back(credentials.user);
  command.push_back(*password);
  const auto reply = Call(command, deadline);
  if (!reply.ok()) return reply.status();
  if (reply->kind != RedisReply::Kind::kError) return absl::OkStatus();
  return AuthRefused(credentials, reply->text);
}

// The reply to a command that this program cannot do without; `rule` lets it through in an ACL.
absl::StatusOr<RedisReply> RedisConnection::Impl::Needed(
    absl::Span<const absl::string_view> command, absl::string_view rule, Deadline deadline) {
  auto reply = Call(command, deadline);
  if (reply.ok() && reply->kind == RedisReply::Kind::kError) {
    return Refused(credentials, rule, reply->text);
  }
  return reply;
}

// Says who calls, and asks who is there.
absl::Status RedisConnection::Impl::Greet(Deadline deadline) {
  if (absl::Status status = Authenticate(deadline); !status.ok()) return status;
  const auto named = Needed({"CLIENT", "SETNAME", kClientName}, "+client|setname", deadline);
  if (!named.ok()) return named.status();
  const auto role = Needed({"ROLE"}, "+role", deadline);
  if (!role.ok()) return role.status();
  if (absl::Status status = CheckRole(*role); !status.ok()) return status;
  const auto server = Needed({"INFO", "server"}, "+info", deadline);
  if (!server.ok()) return server.status();
  if (absl::Status status = CheckVersion(InfoValue(server->text, "redis_version")); !status.ok()) {
    return status;
  }
  run_id = InfoValue(server->text, "run_id");
  const auto cluster = Needed({"INFO", "cluster"}, "+info", deadline);
  if (!cluster.ok()) return cluster.status();
  if (absl::Status status = CheckCluster(InfoValue(cluster->text, "cluster_enabled"));
      !status.ok()) {
    return status;
  }
  const auto persistence = Needed({"INFO", "persistence"}, "+info", deadline);
  if (!persistence.ok()) return persistence.status();
  if (InfoValue(persistence->text, "loading") == "0") return absl::OkStatus();
  return absl::UnavailableError("it is still loading its data");
}

absl::StatusOr<std::unique_ptr<RedisConnection>> RedisConnection::Impl::Connect(
    const RedisEndpoint& endpoint, const RedisCredentials& credentials, Deadline deadline) {
  auto impl = std::make_unique<Impl>(endpoint, credentials);
  absl::Status status = impl->Open(deadline);
  if (status.ok()) status = impl->Greet(deadline);
  if (!status.ok()) return impl->NotConnected(status);
  return std::unique_ptr<RedisConnection>(new RedisConnection(std::move(impl)));
}

// Where a sentinel says that the master is.
absl::StatusOr<RedisEndpoint> RedisConnection::Impl::AskSentinel(
    const RedisEndpoint& sentinel, const RedisCredentials& credentials, const std::string& master,
    Deadline deadline) {
  Impl impl(sentinel, credentials);
  if (absl::Status status = impl.Open(deadline); !status.ok()) return impl.NotConnected(status);
  const std::vector<absl::string_view> question = {"SENTINEL", "GET-MASTER-ADDR-BY-NAME", master};
  auto reply = impl.Call(question, deadline);
  // The password goes only to a sentinel that asks for one.
  if (reply.ok() &&
      (absl::StartsWith(reply->text, "NOAUTH") || absl::StartsWith(reply->text, "NOPERM"))) {
    if (absl::Status status = impl.Authenticate(deadline); !status.ok()) {
      return impl.NotConnected(status);
    }
    reply = impl.Call(question, deadline);
  }
  if (!reply.ok()) return impl.NotConnected(reply.status());
  if (reply->kind == RedisReply::Kind::kError) {
    return impl.NotConnected(
        Refused(credentials, "+sentinel|get-master-addr-by-name", reply->text));
  }
  RedisEndpoint found;
  if (reply->list.size() != 2 || !absl::SimpleAtoi(reply->list[1].text, &found.port)) {
    return impl.NotConnected(absl::UnavailableError(
        absl::StrCat("it is a sentinel, and knows no master called ", master)));
  }
  found.host = reply->list[0].text;
  return found;
}

RedisConnection::RedisConnection(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
RedisConnection::~RedisConnection() = default;

absl::StatusOr<std::unique_ptr<RedisConnection>> RedisConnection::Connect(
    const RedisEndpoint& endpoint, const RedisCredentials& credentials, absl::Duration timeout) {
  return Impl::Connect(endpoint, credentials, DeadlineAfter(timeout));
}

absl::StatusOr<std::unique_ptr<RedisConnection>> RedisConnection::ConnectToMaster(
    const RedisAddress& address, const RedisCredentials& credentials, absl::Duration timeout) {
  if (address.master.empty()) return Connect(address.server, credentials, timeout);
  const Deadline deadline = DeadlineAfter(timeout);
  auto left = static_cast<int>(address.sentinels.size());
  std::vector<absl::Status> faults;
  for (const RedisEndpoint& sentinel : address.sentinels) {
    // One that does not answer, or sends to a master that is gone, leaves the others their share.
    const Deadline share = DeadlineAfter(TimeLeft(deadline) / left--);
    const auto master = Impl::AskSentinel(sentinel, credentials, address.master, share);
    if (!master.ok()) {
      faults.push_back(master.status());
      continue;
    }
    auto connection = Impl::Connect(*master, credentials, share);
    if (connection.ok()) return connection;
    faults.push_back(connection.status());
  }
  return AllOf(faults, address.master);
}

const std::string& RedisConnection::run_id() const { return impl_->run_id; }
const RedisEndpoint& RedisConnection::endpoint() const { return impl_->endpoint; }

void RedisConnection::Add(absl::Span<const absl::string_view> command) { impl_->Add(command); }

absl::Status RedisConnection::Flush(absl::Duration timeout) {
  return impl_->Flush(DeadlineAfter(timeout));
}

absl::StatusOr<RedisReply> RedisConnection::Receive(absl::Duration timeout) {
  return impl_->Receive(DeadlineAfter(timeout));
}

absl::StatusOr<RedisReply> RedisConnection::Call(absl::Span<const absl::string_view> command,
                                                 absl::Duration timeout) {
  return impl_->Call(command, DeadlineAfter(timeout));
}

void RedisConnection::Interrupt() { impl_->stream->Interrupt(); }

}  // namespace samsyn::journal

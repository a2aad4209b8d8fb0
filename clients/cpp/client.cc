#include "clients/cpp/client.h"

#include <absl/random/random.h>
#include <absl/strings/match.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_format.h>
#include <absl/strings/str_split.h>
#include <absl/time/clock.h>
#include <google/protobuf/message.h>
#include <grpcpp/generic/generic_stub.h>
#include <sys/random.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <future>
#include <sstream>

namespace samsyn {
namespace {

constexpr absl::Duration kFirstPause = absl::Milliseconds(100);
constexpr absl::Duration kLongestPause = absl::Seconds(2);
constexpr int kLargestMessage = 16 << 20;

bool OnLoopback(const std::string& address) {
  return absl::StartsWith(address, "127.") || absl::StartsWith(address, "localhost:") ||
         absl::StartsWith(address, "[::1]:") || absl::StartsWith(address, "unix:");
}

bool ReadFile(const std::string& path, std::string* content, std::string* trouble) {
  if (path.empty()) return true;
  std::ifstream file(path, std::ios::binary);
  std::stringstream bytes;
  bytes << file.rdbuf();
  if (!file) {
    *trouble = absl::StrCat(path, ": cannot be read");
    return false;
  }
  *content = bytes.str();
  return true;
}

std::shared_ptr<grpc::ChannelCredentials> CredentialsOf(const ClientOptions& options,
                                                        std::string* trouble) {
  const bool tls =
      !options.ca_file.empty() || !options.certificate_file.empty() || !options.key_file.empty();
  if (!tls && OnLoopback(options.address)) return grpc::InsecureChannelCredentials();
  if (options.certificate_file.empty() != options.key_file.empty()) {
    *trouble = "a client certificate and its key go together";
  }
  grpc::SslCredentialsOptions ssl;
  ReadFile(options.ca_file, &ssl.pem_root_certs, trouble);
  ReadFile(options.certificate_file, &ssl.pem_cert_chain, trouble);
  ReadFile(options.key_file, &ssl.pem_private_key, trouble);
  return grpc::SslCredentials(ssl);
}

std::shared_ptr<grpc::Channel> Connect(const ClientOptions& options, std::string* trouble) {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(kLargestMessage);
  // A server that comes back is found again quickly; the default waits up to two minutes.
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 5000);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 2000);
  // A proxy for the web is no way to this machine.
  if (OnLoopback(options.address)) arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  return grpc::CreateCustomChannel(options.address, CredentialsOf(options, trouble), arguments);
}

}  // namespace

std::string NewUuid() {
  std::array<unsigned char, 16> bytes;
  if (getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
    std::abort();  // a system without random numbers; an id that repeats would lose a write
  }
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  std::string text;
  for (size_t i = 0; i < bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    absl::StrAppendFormat(&text, "%02x", bytes[i]);
  }
  return text;
}

std::string MunicipalityOfToken(const std::string& token) {
  const std::vector<std::string> parts = absl::StrSplit(token, '_');
  if (parts.size() < 4 || parts[0] != "samsyn" || parts[1].empty()) return "";
  return absl::StrCat("municipalities/", parts[1]);
}

Client::Client(ClientOptions options) : Client(std::move(options), nullptr) {}

Client::Client(ClientOptions options, std::shared_ptr<grpc::Channel> channel)
    : options_(std::move(options)),
      municipality_(MunicipalityOfToken(options_.token)),
      channel_(channel != nullptr ? std::move(channel) : Connect(options_, &trouble_)),
      access_(v1::AccessService::NewStub(channel_)),
      admin_(v1::AdminService::NewStub(channel_)),
      assignments_(v1::AssignmentService::NewStub(channel_)),
      audit_(v1::AuditService::NewStub(channel_)),
      deployments_(v1::DeploymentService::NewStub(channel_)),
      directory_(v1::DirectoryService::NewStub(channel_)),
      incidents_(v1::IncidentService::NewStub(channel_)),
      indicators_(v1::IndicatorService::NewStub(channel_)),
      meetings_(v1::MeetingService::NewStub(channel_)),
      problems_(v1::ProblemService::NewStub(channel_)),
      reports_(v1::ReportService::NewStub(channel_)),
      situation_(v1::SituationService::NewStub(channel_)),
      watch_(v1::WatchService::NewStub(channel_)) {}

void Client::Prepare(grpc::ClientContext& context) const {
  if (!options_.token.empty()) {
    context.AddMetadata("authorization", absl::StrCat("Bearer ", options_.token));
  }
  if (!options_.language.empty()) context.AddMetadata("accept-language", options_.language);
}

void Client::TellIfCutOff(const grpc::ClientContext& context) const {
  if (!options_.cut_off) return;
  const auto& trailers = context.GetServerTrailingMetadata();
  const auto mark = trailers.find("samsyn-cut-off-since");
  if (mark != trailers.end()) options_.cut_off({mark->second.data(), mark->second.size()});
}

void Client::FillRequestId(google::protobuf::Message& request) {
  const auto* field = request.GetDescriptor()->FindFieldByName("request_id");
  if (field == nullptr || field->cpp_type() != google::protobuf::FieldDescriptor::CPPTYPE_STRING) {
    return;
  }
  const auto* reflection = request.GetReflection();
  if (reflection->GetString(request, field).empty()) {
    reflection->SetString(&request, field, NewUuid());
  }
}

CallError Client::Retry(absl::FunctionRef<grpc::Status(grpc::ClientContext&)> attempt) {
  if (!trouble_.empty()) {
    return ErrorOf(grpc::Status(grpc::StatusCode::INVALID_ARGUMENT, trouble_));
  }
  absl::BitGen random;
  absl::Time give_up = absl::Now() + options_.retry_for;
  absl::Duration pause = kFirstPause;
  for (;;) {
    grpc::ClientContext context;
    Prepare(context);
    context.set_deadline(absl::ToChronoTime(absl::Now() + options_.deadline));
    CallError error = ErrorOf(attempt(context));
    TellIfCutOff(context);
    const bool held_back = error.reason == v1::ERROR_REASON_TOO_MANY_CALLS;
    if (error.code != grpc::StatusCode::UNAVAILABLE && !held_back) return error;
    // The server says how long, and it is no failure: an import that is long goes on for long.
    if (held_back) give_up += error.retry_delay;
    const absl::Duration wait =
        std::max(error.retry_delay, pause * absl::Uniform(random, 0.5, 1.5));
    if (absl::Now() + wait > give_up) return error;
    absl::SleepFor(wait);
    pause = std::min(pause * 2, kLongestPause);
  }
}

CallError Client::CallByName(const std::string& method, google::protobuf::Message& request,
                             google::protobuf::Message* response) {
  using Message = google::protobuf::MessageLite;
  FillRequestId(request);
  grpc::TemplatedGenericStub<Message, Message> stub(channel_);
  return Retry([&](grpc::ClientContext& context) {
    std::promise<grpc::Status> done;
    stub.UnaryCall(&context, method, grpc::StubOptions(), &request, response,
                   [&done](grpc::Status status) { done.set_value(std::move(status)); });
    return done.get_future().get();
  });
}

}  // namespace samsyn

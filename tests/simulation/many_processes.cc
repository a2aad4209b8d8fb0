#include "tests/simulation/many_processes.h"

#include <absl/strings/str_cat.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>

#include "server/domain/refusal.h"
#include "server/journal/sqlite_store.h"
#include "tests/simulation/history_checker.h"
#include "tests/simulation/town_of_many.h"
#include "tests/testing/eventually.h"

namespace samsyn::simulation {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr char kCode[] = "0136";
constexpr char kName[] = "municipalities/0136";

const FieldDescriptor* FieldOf(const Message& message, const char* name) {
  return message.GetDescriptor()->FindFieldByName(name);
}

// "/samsyn.v1.ReportService/SubmitReport" of a SubmitReportRequest: a service stands in the file of
// its requests.
const google::protobuf::MethodDescriptor& MethodOf(const Message& request) {
  const auto* const file = request.GetDescriptor()->file();
  for (int i = 0; i < file->service_count(); ++i) {
    for (int j = 0; j < file->service(i)->method_count(); ++j) {
      const auto* const method = file->service(i)->method(j);
      if (method->input_type() == request.GetDescriptor()) return *method;
    }
  }
  ADD_FAILURE() << request.GetTypeName() << " is no request";
  std::abort();
}

std::unique_ptr<Message> ResponseOf(const Message& request) {
  return std::unique_ptr<Message>(google::protobuf::MessageFactory::generated_factory()
                                      ->GetPrototype(MethodOf(request).output_type())
                                      ->New());
}

CallError CallWith(Client& client, const Message& request, Message* response) {
  const auto& method = MethodOf(request);
  const std::unique_ptr<Message> sent(request.New());
  sent->CopyFrom(request);
  return client.CallByName(absl::StrCat("/", method.service()->full_name(), "/", method.name()),
                           *sent, response);
}

// As the rules say it; of whatever no server of ours has said it is not known what it means.
absl::Status StatusOf(const CallError& error) {
  if (error.reason == v1::ERROR_REASON_UNSPECIFIED) return absl::UnknownError(error.ToString());
  return domain::Refuse(
      domain::Refusal{error.reason, {error.message, error.message}, {}, error.metadata});
}

// One stream of Watch.
class StreamFollowing : public Following {
 public:
  StreamFollowing(int node, int life, Client& client, const v1::WatchRequest& request)
      : Following(node, life) {
    client.Prepare(context_);
    reader_ = client.watch().Watch(&context_, request);
  }
  ~StreamFollowing() override {
    context_.TryCancel();
    reader_->Finish();
  }
  std::optional<v1::WatchResponse> Next() override {
    v1::WatchResponse response;
    if (!reader_->Read(&response)) return std::nullopt;
    return response;
  }
  void Interrupt() override { context_.TryCancel(); }

 private:
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReader<v1::WatchResponse>> reader_;
};

}  // namespace

ManyProcesses::ManyProcesses(const std::string& program, int count,
                             std::vector<std::string> arguments)
    : Nodes({kCode}), arguments_(std::move(arguments)) {
  for (int i = 0; i < count; ++i) nodes_.push_back(std::make_unique<Node>(program));
  std::vector<std::string> create = arguments_;
  create.insert(create.end(), {"--create", kCode});
  EXPECT_TRUE(nodes_[0]->process.RunOffline(create));
  Start(0);
  Furnish();
  for (int node = 1; node < count; ++node) Start(node);
}

ManyProcesses::~ManyProcesses() = default;

void ManyProcesses::Furnish() {
  Client samordnare({.address = nodes_[0]->process.address(),
                     .token = nodes_[0]->process.Token("0136-coordinator")});
  v1::GetSetupRequest get;
  get.set_municipality(kName);
  v1::GetSetupResponse is;
  EXPECT_TRUE(CallWith(samordnare, get, &is).ok());
  v1::ApplySetupRequest apply;
  apply.set_request_id(NewUuid());
  *apply.mutable_setup() = is.setup();
  apply.mutable_setup()->MergeFrom(TownOf(kName));
  v1::ApplySetupResponse applied;
  const CallError error = CallWith(samordnare, apply, &applied);
  EXPECT_TRUE(error.ok()) << error.ToString();
  v1::CreateProblemRequest create;
  create.set_request_id(NewUuid());
  create.set_municipality(kName);
  *create.mutable_problem() = ProblemOf(kName);
  create.mutable_problem()->clear_name();
  v1::CreateProblemResponse created;
  const CallError refused = CallWith(samordnare, create, &created);
  EXPECT_TRUE(refused.ok()) << refused.ToString();
  IssueTokens(TownOf(kName), samordnare);
}

void ManyProcesses::IssueTokens(const v1::Setup& setup, Client& coordinator) {
  for (const v1::Member& member : setup.members()) {
    v1::IssueTokenRequest issue;
    issue.set_request_id(NewUuid());
    issue.set_member(member.name());
    v1::IssueTokenResponse issued;
    const CallError error = CallWith(coordinator, issue, &issued);
    EXPECT_TRUE(error.ok()) << error.ToString();
    tokens_[member.name()] = issued.secret();
    given_ = issued.revision();
  }
}

void ManyProcesses::Start(int node) {
  std::vector<std::string> arguments = arguments_;
  arguments.insert(arguments.end(),
                   {"--no-push", "--member-writes", "0", "--organisation-writes", "0"});
  EXPECT_TRUE(nodes_[node]->process.Start(arguments));
  MutexLock lock(mutex_);
  ++nodes_[node]->life;
  nodes_[node]->running = true;
  bell().Ring();
}

void ManyProcesses::Kill(int node) {
  {
    MutexLock lock(mutex_);
    nodes_[node]->running = false;
  }
  nodes_[node]->process.Kill();
  bell().Ring();
}

std::vector<int> ManyProcesses::Running() {
  std::vector<int> running;
  MutexLock lock(mutex_);
  for (size_t node = 0; node < nodes_.size(); ++node) {
    if (nodes_[node]->running) running.push_back(static_cast<int>(node));
  }
  return running;
}

Client* ManyProcesses::Begin(int node, const std::string& member, Call& call) {
  MutexLock lock(mutex_);
  if (!nodes_[node]->running) return nullptr;
  std::unique_ptr<Client>& client = nodes_[node]->clients[member];
  if (client == nullptr) {
    client = std::make_unique<Client>(ClientOptions{.address = nodes_[node]->process.address(),
                                                    .token = tokens_.at(member),
                                                    .language = "en",
                                                    .deadline = absl::Seconds(10),
                                                    .retry_for = absl::ZeroDuration()});
  }
  call.node = node;
  call.life = nodes_[node]->life;
  call.asked = absl::Now();
  call.invoked = history().Now();
  return client.get();
}

void ManyProcesses::End(Call& call) {
  call.returned = history().Now();
  call.told = absl::Now();
}

std::optional<Write> ManyProcesses::AskAndWait(int node, Write write) {
  Client* const client = Begin(node, write.command.caller.member, write.call);
  if (client == nullptr) return std::nullopt;
  const auto response = ResponseOf(*write.request);
  const CallError error = CallWith(*client, *write.request, response.get());
  End(write.call);
  write.only_revision = true;
  if (error.ok()) {
    engine::Answer answer;
    answer.revision =
        response->GetReflection()->GetInt64(*response, FieldOf(*response, "revision"));
    Conclude(answer, write);
    bell().Ring();
  } else {
    Conclude(StatusOf(error), write);
  }
  history().Add(write);
  return write;
}

std::optional<Read> ManyProcesses::Look(int node, Read read) {
  Client* const client = Begin(node, read.caller.member, read.call);
  if (client == nullptr) return std::nullopt;
  const std::unique_ptr<Message> request(read.request->New());
  request->CopyFrom(*read.request);
  request->GetReflection()->SetInt64(request.get(), FieldOf(*request, "min_revision"),
                                     read.min_revision);
  const auto response = ResponseOf(*request);
  if (!CallWith(*client, *request, response.get()).ok()) return std::nullopt;
  End(read.call);
  const auto* const revision = FieldOf(*response, "revision");
  read.revision = response->GetReflection()->GetInt64(*response, revision);
  response->GetReflection()->ClearField(response.get(), revision);
  read.answer = response->SerializeAsString();
  history().Add(read);
  return read;
}

std::unique_ptr<Following> ManyProcesses::Follow(int node, const domain::Caller& caller,
                                                 const v1::WatchRequest& request) {
  Call call;
  Client* const client = Begin(node, caller.member, call);
  if (client == nullptr) return nullptr;
  return std::make_unique<StreamFollowing>(node, call.life, *client, request);
}

// What a node shows; 0: it does not answer. Not in the history.
domain::Revision ManyProcesses::RevisionOf(int node) {
  Call call;
  Client* const client = Begin(node, In(kName, "members/coordinator"), call);
  v1::ListAreasRequest request;
  request.set_municipality(kName);
  v1::ListAreasResponse response;
  return client != nullptr && CallWith(*client, request, &response).ok() ? response.revision() : 0;
}

domain::Revision ManyProcesses::Newest(absl::string_view) {
  domain::Revision newest = 0;
  for (const int node : Running()) newest = std::max(newest, RevisionOf(node));
  return newest;
}

bool ManyProcesses::Settle() {
  const bool settled = testing::Eventually([this] {
    const domain::Revision newest = Newest(kName);
    const std::vector<int> running = Running();
    return std::all_of(running.begin(), running.end(),
                       [&](int node) { return RevisionOf(node) == newest; });
  });
  EXPECT_TRUE(settled) << "the nodes do not come to the same revision";
  return settled;
}

// Of a node that does not run.
std::vector<journal::Entry> ManyProcesses::ReadJournal(int node) {
  std::vector<journal::Entry> entries;
  auto store = journal::SqliteJournalStore::OpenDirectory(nodes_[node]->process.data());
  EXPECT_TRUE(store.ok()) << store.status();
  if (!store.ok()) return entries;
  const auto journal = (*store)->Open(kCode);
  EXPECT_TRUE(journal.ok()) << journal.status();
  for (bool more = journal.ok(); more;) {
    auto read = (*journal)->Read(static_cast<journal::Revision>(entries.size()), 256);
    EXPECT_TRUE(read.ok()) << read.status();
    more = read.ok() && !read->empty();
    if (more) std::move(read->begin(), read->end(), std::back_inserter(entries));
  }
  return entries;
}

void ManyProcesses::Judge() {
  Settle();
  const domain::Revision newest = Newest(kName);
  const std::vector<int> running = Running();
  for (const int node : running) {
    EXPECT_EQ(nodes_[node]->process.Stop(), 0);
    MutexLock lock(mutex_);
    nodes_[node]->running = false;
  }
  for (const int node : running) {
    const std::vector<journal::Entry> journal = ReadJournal(node);
    EXPECT_EQ(static_cast<domain::Revision>(journal.size()), newest) << "node " << node;
    for (const Violation& violation : CheckHistory(history(), kName, journal, given_)) {
      ADD_FAILURE() << "by the journal of node " << node << ": " << violation;
    }
  }
}

}  // namespace samsyn::simulation

#include "clients/cli/methods.h"

#include <absl/strings/match.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_split.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <map>

namespace samsyn::cli {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr int kPageSize = 1000;
constexpr size_t kShortestBeginning = 6;

struct Collection {
  const char* list;  // method that lists it; empty: none
  const char* get;   // method that gets one; empty: none
  bool chosen;       // people choose its ids
};

const Collection* CollectionOf(absl::string_view collection) {
  static const auto* table = new std::map<std::string, Collection>({
      {"areas", {"DirectoryService.ListAreas", "", true}},
      {"assignments",
       {"AssignmentService.ListAssignments", "AssignmentService.GetAssignment", false}},
      {"deployments",
       {"DeploymentService.ListDeployments", "DeploymentService.GetDeployment", false}},
      {"devices", {"AccessService.ListDevices", "", false}},
      {"incidents", {"IncidentService.ListIncidents", "IncidentService.GetIncident", false}},
      {"indicators", {"IndicatorService.ListIndicators", "", false}},
      {"meetings", {"MeetingService.ListMeetings", "MeetingService.GetMeeting", true}},
      {"members", {"DirectoryService.ListMembers", "", false}},
      {"organisations", {"DirectoryService.ListOrganisations", "", true}},
      {"problems", {"ProblemService.ListProblems", "ProblemService.GetProblem", false}},
      {"releases", {"AccessService.ListReleases", "", false}},
      {"reports", {"ReportService.ListReports", "ReportService.GetReport", false}},
      {"sessions", {"AccessService.ListSessions", "", false}},
      {"shifts", {"DirectoryService.ListShifts", "", false}},
      {"tokens", {"AccessService.ListTokens", "", false}},
      {"units", {"DirectoryService.ListUnits", "", false}},
  });
  const auto found = table->find(std::string(collection));
  return found == table->end() ? nullptr : &found->second;
}

MessagePtr New(const Descriptor* type) {
  return MessagePtr(
      google::protobuf::MessageFactory::generated_factory()->GetPrototype(type)->New());
}

void SetString(Message& message, const char* field, const std::string& value) {
  const FieldDescriptor* descriptor = message.GetDescriptor()->FindFieldByName(field);
  if (descriptor != nullptr) message.GetReflection()->SetString(&message, descriptor, value);
}

absl::string_view LastSegment(absl::string_view name) { return name.substr(name.rfind('/') + 1); }

}  // namespace

const google::protobuf::MethodDescriptor& MethodOf(absl::string_view method) {
  const auto* found = google::protobuf::DescriptorPool::generated_pool()->FindMethodByName(
      absl::StrCat("samsyn.v1.", method));
  if (found == nullptr) {
    std::cerr << "samsyn: the contract has no method " << method << "\n";
    std::abort();
  }
  return *found;
}

MessagePtr NewRequest(absl::string_view method) { return New(MethodOf(method).input_type()); }
MessagePtr NewResponse(absl::string_view method) { return New(MethodOf(method).output_type()); }

CallError CallMethod(Client& client, absl::string_view method, Message& request,
                     Message* response) {
  const auto& descriptor = MethodOf(method);
  return client.CallByName(
      absl::StrCat("/", descriptor.service()->full_name(), "/", descriptor.name()), request,
      response);
}

const FieldDescriptor* MainField(const Descriptor& response) {
  const FieldDescriptor* found = nullptr;
  for (int i = 0; i < response.field_count(); ++i) {
    const FieldDescriptor* field = response.field(i);
    if (field->name() == "revision" || field->name() == "next_page_token") continue;
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE || found != nullptr) return nullptr;
    found = field;
  }
  return found;
}

CallError ListAll(Client& client, absl::string_view method, Message& request,
                  absl::FunctionRef<void(const Message&)> each) {
  const FieldDescriptor* size = request.GetDescriptor()->FindFieldByName("page_size");
  if (size != nullptr) request.GetReflection()->SetInt32(&request, size, kPageSize);
  for (;;) {
    const MessagePtr page = NewResponse(method);
    const CallError error = CallMethod(client, method, request, page.get());
    if (!error.ok()) return error;
    const FieldDescriptor* entities = MainField(*page->GetDescriptor());
    const auto* reflection = page->GetReflection();
    for (int i = 0; i < reflection->FieldSize(*page, entities); ++i) {
      each(reflection->GetRepeatedMessage(*page, entities, i));
    }
    const std::string next = StringOf(*page, "next_page_token");
    if (next.empty()) return {};
    SetString(request, "page_token", next);
  }
}

std::string StringOf(const Message& message, const std::string& field) {
  const FieldDescriptor* descriptor = message.GetDescriptor()->FindFieldByName(field);
  if (descriptor == nullptr || descriptor->is_repeated() ||
      descriptor->cpp_type() != FieldDescriptor::CPPTYPE_STRING) {
    return "";
  }
  return message.GetReflection()->GetString(message, descriptor);
}

Failure Names::Load(const std::string& collection, std::vector<Known>* known) {
  const Collection* found = CollectionOf(collection);
  if (found == nullptr || found->list[0] == '\0') return {};
  const MessagePtr request = NewRequest(found->list);
  SetString(*request, "municipality", client_.municipality());
  const CallError error = ListAll(client_, found->list, *request, [known](const Message& entity) {
    known->push_back({StringOf(entity, "name"), StringOf(entity, "display_name")});
  });
  // Who may not list may still name: the server has the last word.
  return error.OutOfReach() ? Failure::Of(error) : Failure{};
}

Failure Names::Resolve(absl::string_view collection, absl::string_view text, std::string* name) {
  if (absl::StartsWith(text, "municipalities/")) {
    *name = std::string(text);
    return {};
  }
  std::string in(collection);
  if (absl::StrContains(text, '/')) {
    const std::vector<std::string> parts = absl::StrSplit(text, absl::MaxSplits('/', 1));
    in = parts[0];
    text = text.substr(in.size() + 1);
  } else if (in.empty()) {
    return Failure::Usage(absl::StrCat("\"", text, "\": say of what kind, as reports/", text));
  }
  // A session is a token that was made by signing in.
  const absl::string_view segment = in == "sessions" ? "tokens" : absl::string_view(in);
  *name = absl::StrCat(client_.municipality(), "/", segment, "/", text);
  const Collection* found = CollectionOf(in);
  if (found == nullptr || found->chosen || text.size() == 36 || absl::StrContains(text, '/')) {
    return {};
  }
  std::vector<Known> known;
  if (Failure failure = Load(in, &known); !failure.ok()) return failure;
  std::vector<std::string> fitting;
  for (const Known& one : known) {
    if (LastSegment(one.name) == text) {
      *name = one.name;
      return {};
    }
    if ((text.size() >= kShortestBeginning && absl::StartsWith(LastSegment(one.name), text)) ||
        (!one.display_name.empty() && absl::EqualsIgnoreCase(one.display_name, text))) {
      fitting.push_back(one.name);
    }
  }
  if (fitting.size() == 1) *name = fitting[0];
  if (fitting.size() > 1) {
    return Failure::Usage(absl::StrCat("\"", text, "\" may mean ", fitting.size(), " of ", in,
                                       ": write more of the id"));
  }
  return {};
}

Failure Names::Fetch(const std::string& name, MessagePtr* entity) {
  const std::vector<std::string> parts = absl::StrSplit(name, '/');
  const Collection* found = parts.size() == 4 ? CollectionOf(parts[2]) : nullptr;
  if (found == nullptr) return Failure::Usage(absl::StrCat(name, ": no such kind"));
  if (found->get[0] != '\0') {
    const MessagePtr request = NewRequest(found->get);
    SetString(*request, "name", name);
    MessagePtr response = NewResponse(found->get);
    const CallError error = CallMethod(client_, found->get, *request, response.get());
    if (!error.ok()) return Failure::Of(error);
    const FieldDescriptor* main = MainField(*response->GetDescriptor());
    entity->reset(response->GetReflection()->ReleaseMessage(response.get(), main));
    return *entity != nullptr ? Failure{} : Failure{kRefused, absl::StrCat(name, ": empty")};
  }
  if (found->list[0] == '\0') return Failure::Usage(absl::StrCat(name, " cannot be read alone"));
  const MessagePtr request = NewRequest(found->list);
  SetString(*request, "municipality", client_.municipality());
  const CallError error = ListAll(client_, found->list, *request, [&](const Message& one) {
    if (StringOf(one, "name") != name) return;
    entity->reset(one.New());
    (*entity)->CopyFrom(one);
  });
  return Failure::Of(error);
}

}  // namespace samsyn::cli

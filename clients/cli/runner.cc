#include "clients/cli/runner.h"

#include <absl/strings/match.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/strip.h>
#include <google/api/field_behavior.pb.h>
#include <samsyn/v1/assignment.pb.h>
#include <samsyn/v1/meeting.pb.h>

#include <algorithm>
#include <set>

#include "clients/cli/fields.h"

namespace samsyn::cli {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

void SetString(Message& message, absl::string_view path, const std::string& value) {
  const FieldDescriptor* field = FieldAt(*message.GetDescriptor(), path);
  if (field == nullptr) return;
  Message& parent = ParentAt(message, path);
  parent.GetReflection()->SetString(&parent, field, value);
}

bool IsOpen(const v1::Meeting& meeting) {
  return meeting.phase() >= v1::Meeting::PHASE_FOLLOW_UP &&
         meeting.phase() <= v1::Meeting::PHASE_DECISIONS;
}

// Better than what was found so far?
bool Preferred(const v1::Meeting& one, const v1::Meeting& best, MeetingDefault which) {
  if (best.name().empty()) return true;
  const int64_t when = one.scheduled_time().seconds(), than = best.scheduled_time().seconds();
  if (which == MeetingDefault::kLatestWithMinutes) return when > than;
  if (IsOpen(one) != IsOpen(best)) return IsOpen(one);
  return when < than;
}

Failure DefaultMeeting(Invocation& call, MeetingDefault which, std::string* name) {
  v1::ListMeetingsRequest request;
  request.set_municipality(call.client.municipality());
  v1::Meeting best;
  const CallError error =
      ListAll(call.client, "MeetingService.ListMeetings", request, [&](const Message& message) {
        const auto& one = dynamic_cast<const v1::Meeting&>(message);
        const bool fits = IsOpen(one) || (which == MeetingDefault::kLatestWithMinutes
                                              ? one.phase() == v1::Meeting::PHASE_CLOSED ||
                                                    one.phase() == v1::Meeting::PHASE_APPROVED
                                              : one.phase() == v1::Meeting::PHASE_PLANNED);
        if (fits && Preferred(one, best, which)) best = one;
      });
  if (!error.ok()) return Failure::Of(error);
  if (best.name().empty()) {
    return {kRefused, std::string(Say(call.out.language(), "Inget möte är öppet eller planerat.",
                                      "No meeting is open or planned."))};
  }
  *name = best.name();
  return {};
}

// The field that names what the command is about: "name", or the name inside what it edits.
std::string TargetOf(const Command& command) {
  return command.edits.empty() ? "name" : command.edits + ".name";
}

Failure SetArg(const Arg& arg, Invocation& call, Message& request) {
  const auto given = call.values.find(KeyOf(arg));
  if (arg.path.empty() || given == call.values.end()) return {};
  Failure failure =
      SetField(request, arg.path, arg.collection, given->second, {&call.names, call.now});
  if (failure.exit_code == kUsage) failure.text = absl::StrCat(arg.flag, ": ", failure.text);
  return failure;
}

Failure SetTarget(const Command& command, Invocation& call, Message& request) {
  if (command.meeting != MeetingDefault::kNone) {
    std::string name;
    Failure failure = call.Has("meeting")
                          ? call.names.Resolve("meetings", call.Get("meeting"), &name)
                          : DefaultMeeting(call, command.meeting, &name);
    SetString(request, "name", name);
    return failure;
  }
  for (const Arg& arg : command.args) {
    if (arg.path == TargetOf(command)) return SetArg(arg, call, request);
  }
  return {};
}

bool EtagRequired(const Message& request) {
  const FieldDescriptor* field = request.GetDescriptor()->FindFieldByName("etag");
  if (field == nullptr) return false;
  const auto& options = field->options();
  for (int i = 0; i < options.ExtensionSize(google::api::field_behavior); ++i) {
    if (options.GetExtension(google::api::field_behavior, i) == google::api::REQUIRED) return true;
  }
  return false;
}

// Fills what stands in the entity as it now is: the content to change, its etag, what a device
// would know.
Failure FillFromEntity(const Command& command, Invocation& call, Message& request) {
  auto* stamped = request.GetDescriptor()->FindFieldByName("stamp");
  const bool edits = !command.edits.empty();
  if (!edits && !EtagRequired(request) && stamped == nullptr) return {};
  const std::string target = TargetOf(command);
  const std::string name = StringOf(ParentAt(request, target), "name");
  if (name.empty()) return {};
  MessagePtr entity;
  if (Failure failure = call.names.Fetch(name, &entity); !failure.ok()) return failure;
  if (entity == nullptr) return {};  // it is new
  if (edits) ParentAt(request, target).CopyFrom(*entity);
  SetString(request, "etag", StringOf(*entity, "etag"));
  if (stamped != nullptr) {
    const auto& assignment = dynamic_cast<const v1::Assignment&>(*entity);
    auto& stamp =
        dynamic_cast<v1::DeviceStamp&>(*request.GetReflection()->MutableMessage(&request, stamped));
    stamp.set_operation_id(NewUuid());
    stamp.mutable_device_time()->set_seconds(absl::ToUnixSeconds(call.now));
    stamp.set_definition_version(assignment.definition_version());
    stamp.set_status_version(assignment.status_version());
  }
  return {};
}

Failure Fill(const Command& command, Invocation& call, Message& request) {
  SetString(request, "municipality", call.client.municipality());
  if (command.method == "DirectoryService.GetMunicipality") {
    SetString(request, "name", call.client.municipality());
  }
  if (Failure failure = SetTarget(command, call, request); !failure.ok()) return failure;
  if (Failure failure = FillFromEntity(command, call, request); !failure.ok()) return failure;
  for (const Arg& arg : command.args) {
    if (arg.path == TargetOf(command)) continue;
    if (Failure failure = SetArg(arg, call, request); !failure.ok()) return failure;
  }
  return command.prepare == nullptr ? Failure{} : command.prepare(call, request);
}

Failure RunList(const Command& command, Invocation& call, Message& request) {
  std::vector<MessagePtr> all;
  const CallError error = ListAll(call.client, command.method, request, [&](const Message& entity) {
    if (call.out.json()) return call.out.Json(entity);
    all.emplace_back(entity.New());
    all.back()->CopyFrom(entity);
  });
  if (error.ok() && !call.out.json()) call.out.List(std::move(all));
  return Failure::Of(error);
}

Failure Print(const Command& command, Invocation& call, const Message& response) {
  if (command.print != nullptr && !call.out.json()) return command.print(call, response);
  const FieldDescriptor* main = MainField(*response.GetDescriptor());
  const Message& inside =
      main == nullptr ? response : response.GetReflection()->GetMessage(response, main);
  if (call.out.json()) {
    call.out.Json(inside);
    // The secret of a token is wanted in its file in either form.
    return command.print != nullptr && call.Has("out") ? command.print(call, response) : Failure{};
  }
  if (command.verb == "show" || main == nullptr) {
    call.out.Sheet(inside);
  } else {
    call.out.Row(inside);
  }
  return {};
}

bool LooksLikeMeeting(const std::string& word) {
  if (absl::StartsWith(word, "municipalities/")) return absl::StrContains(word, "/meetings/");
  if (word.size() < 10 || word[4] != '-' || word[7] != '-') return false;
  return word.find_first_not_of("0123456789-") == std::string::npos;
}

}  // namespace

std::string KeyOf(const Arg& arg) {
  absl::string_view key = arg.flag;
  absl::ConsumePrefix(&key, "--");
  absl::ConsumePrefix(&key, "[");
  absl::ConsumeSuffix(&key, "]");
  absl::ConsumeSuffix(&key, "...");
  return std::string(key);
}

bool IsWord(const Arg& arg) { return !absl::StartsWith(arg.flag, "--"); }
bool IsOptional(const Arg& arg) {
  return IsWord(arg) ? absl::StartsWith(arg.flag, "[") : !arg.required;
}
bool TakesMany(const Arg& arg) { return absl::StrContains(arg.flag, "..."); }

bool IsFlag(const Command& command, const Arg& arg) {
  static const auto* own =
      new std::set<std::string>({"--all", "--letter", "--no", "--not-person-numbers", "--once",
                                 "--open", "--qr", "--resume", "--stops-suggested"});
  if (arg.path.empty() || command.method.empty()) return own->count(arg.flag) > 0;
  const FieldDescriptor* field = FieldAt(*MethodOf(command.method).input_type(), arg.path);
  return field != nullptr && field->cpp_type() == FieldDescriptor::CPPTYPE_BOOL;
}

std::vector<std::string> WithMeetingNamed(std::vector<std::string> words) {
  const auto noun = std::find(words.begin(), words.end(), "meeting");
  if (noun == words.end() || noun + 1 == words.end()) return words;
  if (*(noun + 1) == "schedule" || *(noun + 1) == "list") return words;
  for (auto word = noun + 2; word < words.end(); ++word) {
    if (LooksLikeMeeting(*word) && !absl::StartsWith(*(word - 1), "--")) {
      *word = absl::StrCat("--meeting=", *word);
      break;
    }
  }
  return words;
}

Failure RunCommand(const Command& command, Invocation& call) {
  if (command.run != nullptr) return command.run(call);
  const MessagePtr request = NewRequest(command.method);
  if (Failure failure = Fill(command, call, *request); !failure.ok()) return failure;
  const MessagePtr response = NewResponse(command.method);
  const FieldDescriptor* main = MainField(*response->GetDescriptor());
  const bool own_print = command.print != nullptr && !call.out.json();
  if (main != nullptr && main->is_repeated() && !own_print) return RunList(command, call, *request);
  const CallError error = CallMethod(call.client, command.method, *request, response.get());
  if (!error.ok()) {
    Failure failure = Failure::Of(error);
    if (error.reason == v1::ERROR_REASON_PERSON_NUMBER) {
      absl::StrAppend(
          &failure.text, "\n",
          Say(call.out.language(), "Är det något annat: samma kommando med --not-person-numbers.",
              "If it is something else: the same command with --not-person-numbers."));
    }
    return failure;
  }
  return Print(command, call, *response);
}

}  // namespace samsyn::cli

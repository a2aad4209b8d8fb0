#include "clients/cli/reconcile.h"

#include <absl/strings/escaping.h>
#include <absl/strings/match.h>
#include <absl/strings/str_cat.h>

#include <set>
#include <utility>
#include <vector>

#include "clients/cli/table.h"
#include "clients/cli/times.h"

namespace samsyn::cli {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr size_t kShortest = 6;  // beginnings of ids

bool IsSet(const Message& message, const FieldDescriptor& field) {
  const auto* reflection = message.GetReflection();
  return field.is_repeated() ? reflection->FieldSize(message, &field) > 0
                             : reflection->HasField(message, &field);
}

// A field alone, to be compared.
std::string BytesOf(const Message& message, const FieldDescriptor& field) {
  const MessagePtr alone(message.New());
  alone->CopyFrom(message);
  std::vector<const FieldDescriptor*> fields;
  alone->GetReflection()->ListFields(*alone, &fields);
  for (const FieldDescriptor* const one : fields) {
    if (one != &field) alone->GetReflection()->ClearField(alone.get(), one);
  }
  return alone->SerializeAsString();
}

std::string HeadText(int64_t revision, const std::string& digest) {
  return absl::StrCat("r", revision, " ", absl::BytesToHexString(digest));
}

// The cell of a side: "–" where it has nothing.
std::string Side(const Message* message, const FieldDescriptor& field, Language language) {
  return message != nullptr && IsSet(*message, field) ? TextOf(*message, field, language) : "–";
}

std::string FieldsText(const Message* kept, const Message* lost, Language language, int width) {
  // When it was written says nothing of what differs.
  static const auto* const stamps =
      new std::set<std::string>({"name", "create_time", "update_time", "revision", "etag"});
  const Message& either = lost != nullptr ? *lost : *kept;
  Table table({std::string(Say(language, "Fält", "Field")),
               std::string(Say(language, "Behållet", "Kept")),
               std::string(Say(language, "Förlorat", "Lost"))});
  for (int i = 0; i < either.GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor& field = *either.GetDescriptor()->field(i);
    if (stamps->count(field.name()) > 0) continue;
    const bool same =
        kept != nullptr && lost != nullptr && BytesOf(*kept, field) == BytesOf(*lost, field);
    if (same ||
        !((kept != nullptr && IsSet(*kept, field)) || (lost != nullptr && IsSet(*lost, field)))) {
      continue;
    }
    table.Add({LabelOf(field.name(), language), Side(kept, field, language),
               Side(lost, field, language)});
  }
  return table.empty() ? "" : table.Render(width);
}

// Asks for both sides.
Failure Fetch(Invocation& call, v1::GetJournalForkResponse* response) {
  v1::GetJournalForkRequest request;
  request.set_municipality(call.client.municipality());
  return Failure::Of(call.client.Call(
      call.client.admin(), &v1::AdminService::StubInterface::GetJournalFork, request, response));
}

Failure TakeOver(Invocation& call) {
  v1::GetJournalForkResponse fork;
  if (Failure failure = Fetch(call, &fork); !failure.ok()) return failure;
  for (const std::string& text : call.values.at("take-over")) {
    const v1::ForkedVersion* version = nullptr;
    if (Failure failure = FindVersion(fork, text, &version); !failure.ok()) return failure;
    v1::TakeOverVersionRequest request;
    request.set_municipality(call.client.municipality());
    request.set_version(version->name());
    request.set_expected_revision([&] {
      const auto* const kept = version->has_kept() ? &Unwrapped(version->kept()) : nullptr;
      const auto* const field =
          kept == nullptr ? nullptr : kept->GetDescriptor()->FindFieldByName("revision");
      return field == nullptr ? 0 : kept->GetReflection()->GetInt64(*kept, field);
    }());
    v1::TakeOverVersionResponse response;
    const CallError error =
        call.client.Call(call.client.admin(), &v1::AdminService::StubInterface::TakeOverVersion,
                         std::move(request), &response);
    if (!error.ok()) return Failure::Of(error);
    if (call.out.json()) {
      call.out.Json(response);
    } else {
      call.out.Row(Unwrapped(response.entity()));
    }
  }
  return {};
}

Failure Resume(Invocation& call) {
  v1::ResumeWritesRequest request;
  request.set_municipality(call.client.municipality());
  v1::ResumeWritesResponse response;
  const CallError error =
      call.client.Call(call.client.admin(), &v1::AdminService::StubInterface::ResumeWrites,
                       std::move(request), &response);
  if (!error.ok()) return Failure::Of(error);
  if (call.out.json()) {
    call.out.Json(response);
    return {};
  }
  call.out.stream() << (response.was_stopped()
                            ? Say(call.out.language(),
                                  "Skrivningar går vidare, med den sida som behölls.",
                                  "Writes go on, with the side that was kept.")
                            : Say(call.out.language(), "Skrivningar stod inte stilla.",
                                  "Writes were not stopped."))
                    << "\n";
  return {};
}

}  // namespace

std::string ForkText(const v1::GetJournalForkResponse& response, Language language) {
  if (!response.has_fork()) {
    return std::string(Say(language, "Det finns en enda historia.\n", "There is one history.\n"));
  }
  const v1::JournalFork& fork = response.fork();
  std::string text = absl::StrCat(
      Say(language, "Två historier efter revision ", "Two histories after revision "),
      fork.common_revision(), ".\n  ", Say(language, "behållen  ", "kept  "),
      HeadText(fork.kept_revision(), fork.kept_digest()), "\n  ",
      Say(language, "förlorad  ", "lost  "), HeadText(fork.lost_revision(), fork.lost_digest()),
      " (", Say(language, "hos noden ", "at the node "), Harmless(fork.node()), ")\n");
  absl::StrAppend(
      &text,
      response.stopped()
          ? Say(language,
                "Skrivningar står stilla. När du har sett skillnaderna: samsyn journal reconcile "
                "--resume\n",
                "Writes are stopped. Once you have seen what differs: samsyn journal reconcile "
                "--resume\n")
          : Say(language,
                "Skrivningar går vidare. Ta över: samsyn journal reconcile --take-over "
                "NAMN\n",
                "Writes go on. Take over: samsyn journal reconcile --take-over NAME\n"));
  if (!response.here()) {
    absl::StrAppend(&text, Say(language,
                               "Den förlorade sidan visas bara av den noden: fråga den med "
                               "--server.\n",
                               "Only that node shows the lost side: ask it with --server.\n"));
  } else if (response.versions().empty()) {
    absl::StrAppend(&text, Say(language, "Inget som du får se skiljer dem åt.\n",
                               "Nothing that you may see differs.\n"));
  }
  return text;
}

std::string VersionText(const v1::ForkedVersion& version, Language language, int width) {
  const Message* const kept = version.has_kept() ? &Unwrapped(version.kept()) : nullptr;
  const Message* const lost = version.has_lost() ? &Unwrapped(version.lost()) : nullptr;
  const std::string name = Harmless(version.name());
  const size_t below = name.find('/', name.find('/') + 1);
  std::string text = absl::StrCat("\n", below == std::string::npos ? name : name.substr(below + 1));
  if (kept == nullptr)
    absl::StrAppend(&text, Say(language, " (finns inte nu)", " (not there now)"));
  if (lost == nullptr) {
    absl::StrAppend(&text, Say(language, " (hade upphört på den förlorade sidan)",
                               " (had ended on the lost side)"));
  }
  absl::StrAppend(&text, "\n  ", Say(language, "förlorad revision ", "lost revision "),
                  version.lost_revision());
  if (!version.lost_method().empty()) {
    absl::StrAppend(&text, ", ", version.lost_method(), ", ", ShortId(version.lost_member()), ", ",
                    WriteTime(absl::FromUnixSeconds(version.lost_time().seconds())));
  }
  absl::StrAppend(&text, "\n");
  if (kept == nullptr && lost == nullptr) return text;
  return text + FieldsText(kept, lost, language, width);
}

Failure FindVersion(const v1::GetJournalForkResponse& response, const std::string& text,
                    const v1::ForkedVersion** found) {
  *found = nullptr;
  for (const v1::ForkedVersion& version : response.versions()) {
    const std::string& name = version.name();
    if (name == text) {
      *found = &version;
      return {};
    }
    // "reports/3f2a91c0" or "3f2a91c0".
    const std::string wanted = absl::StrCat("/", text);
    const size_t at = name.rfind(wanted);
    const bool whole = at != std::string::npos && at + wanted.size() == name.size();
    const bool begins = at != std::string::npos && ShortId(text).size() >= kShortest &&
                        name.find('/', at + wanted.size()) == std::string::npos;
    if (!whole && !begins) continue;
    if (*found != nullptr) {
      return Failure::Usage(absl::StrCat(text, ": stands for more than one; give more of it"));
    }
    *found = &version;
  }
  if (*found != nullptr) return {};
  return Failure::Usage(
      absl::StrCat(text, ": is not among what differs (samsyn journal reconcile)"));
}

Failure RunReconcile(Invocation& call) {
  if (call.Has("resume")) {
    if (Failure failure = Resume(call); !failure.ok()) return failure;
  }
  if (call.Has("take-over")) return TakeOver(call);
  if (call.Has("resume")) return {};
  v1::GetJournalForkResponse response;
  if (Failure failure = Fetch(call, &response); !failure.ok()) return failure;
  if (call.out.json()) {
    call.out.Json(response);
    return {};
  }
  call.out.stream() << ForkText(response, call.out.language());
  for (const v1::ForkedVersion& version : response.versions()) {
    call.out.stream() << VersionText(version, call.out.language(), call.out.width());
  }
  return {};
}

}  // namespace samsyn::cli

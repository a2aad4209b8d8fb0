#include "clients/cli/import.h"

#include <absl/strings/match.h>
#include <absl/strings/numbers.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/strip.h>
#include <absl/time/clock.h>
#include <google/protobuf/struct.pb.h>
#include <signal.h>
#include <time.h>

#include <algorithm>
#include <memory>

#include "clients/cli/end_signals.h"
#include "clients/connectors/polisen_import.h"
#include "clients/connectors/polisen_poll.h"
#include "clients/connectors/source.h"

namespace samsyn::cli {
namespace {

using connectors::ImportSummary;
using connectors::ImportTarget;

absl::Status StatusOf(const CallError& error) {
  return absl::Status(static_cast<absl::StatusCode>(error.code), error.ToString());
}

Failure FailureOf(const absl::Status& status) {
  if (status.ok()) return {};
  const bool away = absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status);
  return {away ? kOutOfReach : kRefused, std::string(status.message())};
}

ImportTarget TargetOf(Client& client) {
  return {client.municipality().substr(client.municipality().rfind('/') + 1),
          [&client](const std::vector<v1::SubmitReportRequest>& requests)
              -> absl::StatusOr<v1::SubmitReportsResponse> {
            v1::SubmitReportsRequest batch;
            for (const auto& request : requests) *batch.add_requests() = request;
            v1::SubmitReportsResponse response;
            const CallError error =
                client.Call(client.reports(), &v1::ReportService::StubInterface::SubmitReports,
                            std::move(batch), &response);
            if (!error.ok()) return StatusOf(error);
            return response;
          }};
}

// A connection for each token whose municipality is wanted.
Failure Connect(Invocation& call, std::vector<std::unique_ptr<Client>>* clients,
                std::vector<ImportTarget>* targets) {
  std::vector<std::string> wanted;
  if (call.Has("municipality")) wanted = call.values.at("municipality");
  for (const std::string& path : call.token_files) {
    ClientOptions options = call.client.options();
    if (Failure failure = ReadTokenFile(path, &options.token); !failure.ok()) return failure;
    auto client = std::make_unique<Client>(options);
    ImportTarget target = TargetOf(*client);
    const auto found = std::find(wanted.begin(), wanted.end(), target.code);
    if (call.Has("municipality") && found == wanted.end()) continue;
    if (found != wanted.end()) wanted.erase(found);
    v1::WhoAmIResponse me;
    const CallError error = client->Call(
        client->access(), &v1::AccessService::StubInterface::WhoAmI, v1::WhoAmIRequest(), &me);
    if (!error.ok()) return Failure::Of(error);
    target.head = me.revision();
    targets->push_back(std::move(target));
    clients->push_back(std::move(client));
  }
  if (!wanted.empty()) {
    return Failure::Usage(absl::StrCat("no token for municipality ", wanted[0]));
  }
  return {};
}

// `next`: until the next attempt, when polling.
void PrintSummary(Output& out, const ImportSummary& summary,
                  absl::optional<absl::Duration> next = absl::nullopt) {
  if (!out.json()) {
    out.stream() << summary.Text() << "\n";  // fixed words, in any language
    if (next) {
      out.stream() << Say(out.language(), "nästa försök om ", "next attempt in ")
                   << absl::FormatDuration(*next) << "\n";
    }
    out.stream() << std::flush;
    return;
  }
  google::protobuf::Struct object;
  auto& fields = *object.mutable_fields();
  fields["read"].set_number_value(static_cast<double>(summary.read));
  fields["new"].set_number_value(static_cast<double>(summary.created));
  fields["amended"].set_number_value(static_cast<double>(summary.amended));
  fields["unchanged"].set_number_value(static_cast<double>(summary.unchanged));
  fields["skipped"].set_number_value(static_cast<double>(summary.skipped()));
  fields["notOurs"].set_number_value(static_cast<double>(summary.not_ours));
  fields["countyWide"].set_number_value(static_cast<double>(summary.county_wide));
  auto& unread = *fields["unreadable"].mutable_struct_value()->mutable_fields();
  for (const auto& [why, count] : summary.unread) {
    unread[why].set_number_value(static_cast<double>(count));
  }
  if (!summary.degraded.empty()) fields["degraded"].set_string_value(summary.degraded);
  if (next) fields["nextAttemptSeconds"].set_number_value(absl::ToDoubleSeconds(*next));
  out.Json(object);
  out.stream() << std::flush;
}

Failure Poll(Invocation& call, connectors::PolisenImporter& importer, const std::string& url) {
  int seconds;
  if (!absl::SimpleAtoi(call.Get("every"), &seconds) || !connectors::IsUrl(url)) {
    return Failure::Usage("--every SECONDS goes with an address");
  }
  const sigset_t signals = BlockEndSignals();
  const connectors::PollHooks hooks = {
      .fetch = [&url] { return connectors::FetchUrl(url); },
      .now = [] { return absl::Now(); },
      .wait =
          [&signals](absl::Duration duration) {
            const timespec time = absl::ToTimespec(duration);
            return sigtimedwait(&signals, nullptr, &time) < 0;
          },
      .report =
          [&call](const ImportSummary& summary, absl::optional<absl::Duration> next) {
            PrintSummary(call.out, summary, next);
          }};
  return FailureOf(PollPolisen(importer, connectors::PollSchedule(absl::Seconds(seconds)), hooks));
}

}  // namespace

Failure RunImportPolisen(Invocation& call) {
  std::vector<std::unique_ptr<Client>> clients;
  std::vector<ImportTarget> targets;
  if (Failure failure = Connect(call, &clients, &targets); !failure.ok()) return failure;
  connectors::PolisenImporter importer(std::move(targets));
  const std::string source = call.Get("SOURCE");
  if (call.Has("every")) return Poll(call, importer, source);
  std::string bytes;
  absl::Time fetched = absl::InfinitePast();
  if (connectors::IsUrl(source)) {
    connectors::Fetched answer = connectors::FetchUrl(source);
    if (answer.outcome != connectors::FetchOutcome::kFetched) return {kRefused, answer.why};
    bytes = std::move(answer.bytes);
    fetched = absl::Now();
  } else {
    absl::StatusOr<std::string> read = connectors::ReadSource(source);
    if (!read.ok()) return Failure::Usage(std::string(read.status().message()));
    bytes = *std::move(read);
  }
  const ImportSummary summary = importer.Import(bytes, fetched);
  PrintSummary(call.out, summary);
  return FailureOf(summary.status);
}

}  // namespace samsyn::cli

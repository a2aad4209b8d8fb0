// People of simulated municipalities.
#include "tests/bench/friday_town.h"

#include <absl/strings/numbers.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_format.h>
#include <absl/strings/str_join.h>
#include <absl/strings/str_replace.h>
#include <absl/strings/str_split.h>

namespace samsyn::bench {
namespace {

constexpr absl::Duration kSeenLimit = absl::Seconds(60);

std::string JsonOf(const std::map<std::string, int64_t>& counts) {
  return absl::StrCat("{",
                      absl::StrJoin(counts, ", ",
                                    [](std::string* out, const auto& one) {
                                      absl::StrAppendFormat(out, R"("%s": %d)", one.first,
                                                            one.second);
                                    }),
                      "}");
}

// What a phone in the field watches (clients/web/src/lib/session.svelte.ts).
constexpr v1::EntityKind kFieldKinds[] = {
    v1::ENTITY_KIND_MUNICIPALITY, v1::ENTITY_KIND_ORGANISATION, v1::ENTITY_KIND_UNIT,
    v1::ENTITY_KIND_SHIFT,        v1::ENTITY_KIND_AREA,         v1::ENTITY_KIND_REPORT,
    v1::ENTITY_KIND_INCIDENT,     v1::ENTITY_KIND_PROBLEM,      v1::ENTITY_KIND_MEETING,
    v1::ENTITY_KIND_DEPLOYMENT,   v1::ENTITY_KIND_ASSIGNMENT,   v1::ENTITY_KIND_FIELD_UPDATE};

}  // namespace

void Tally::Call(const std::string& method, double, const grpc::Status& status) {
  std::lock_guard<std::mutex> lock(mutex_);
  ++calls_[method];
  if (!status.ok()) {
    ++refusals_[absl::StrReplaceAll(absl::StrCat(method, ": ", status.error_message()),
                                    {{"\"", "'"}, {"\n", " "}, {"\\", ""}})];
  }
}

std::string Tally::Json() {
  std::lock_guard<std::mutex> lock(mutex_);
  const std::string json = absl::StrFormat(
      R"({"calls": %s, "refusals": %s, "writes": %s, "reads": %s, "situations": %s, )"
      R"("deliveries": %s, "arrivals": %s, "responses": %d, "entities": %d, "bytes": %d, )"
      R"("reports": %d, "missing": %d})",
      JsonOf(calls_), JsonOf(refusals_), writes.Json(), reads.Json(), situations.Json(),
      deliveries.Json(), arrivals.Json(), responses.exchange(0), entities.exchange(0),
      bytes.exchange(0), reports.exchange(0), missing.load());
  calls_.clear();
  refusals_.clear();
  return json;
}

double Numbered::Seen(const v1::Report& report) {
  const std::pair<absl::string_view, absl::string_view> words =
      absl::StrSplit(report.text(), absl::MaxSplits(' ', 1));
  int number = 0;
  if (!absl::SimpleAtoi(words.first, &number) || number <= 0 || number >= next_) return 0;
  reports_[number].seen = true;
  // Later versions, as the reviewed one, were not sent then.
  if (report.state() != v1::Report::STATE_SUBMITTED) return 0;
  return (absl::GetCurrentTimeNanos() - reports_[number].sent_ns) / 1e6;
}

int64_t Numbered::AwaitMissing() const {
  const absl::Time deadline = absl::Now() + kSeenLimit;
  int64_t missing = 0;
  do {
    missing = 0;
    for (int number = 1; number < next_; ++number) {
      missing += reports_[number].acknowledged && !reports_[number].seen ? 1 : 0;
    }
    if (missing > 0) absl::SleepFor(absl::Milliseconds(50));
  } while (missing > 0 && absl::Now() < deadline);
  return missing;
}

Person::Person(World& world, size_t node, std::string token, std::string member, std::string unit)
    : world_(world),
      node_(node),
      token_(std::move(token)),
      municipality_(MunicipalityOfToken(token_)),
      member_(std::move(member)),
      unit_(std::move(unit)),
      clients_(world.addresses.size()) {}

Client& Person::At(size_t n) {
  const size_t at = (node_ + n) % clients_.size();
  std::lock_guard<std::mutex> lock(mutex_);
  if (clients_[at] == nullptr) {
    const ClientOptions options{.address = world_.addresses[at], .token = token_};
    clients_[at] = std::make_unique<Client>(options, NewChannel(options.address));
  }
  return *clients_[at];
}

void Person::Watch(std::function<void(const v1::WatchResponse&)> heard) {
  v1::WatchRequest filter;
  filter.set_municipality(municipality_);
  if (!unit_.empty()) {
    for (const v1::EntityKind kind : kFieldKinds) filter.add_kinds(kind);
    filter.set_unit(unit_);
  }
  const absl::Time begin = absl::Now();
  watcher_ = std::make_unique<Watcher>(
      [this](size_t n) -> Client& { return At(n); }, filter, world_.later,
      [this, begin, was = false, heard](const v1::WatchResponse& response) mutable {
        Tally& tally = world_.tally;
        ++tally.responses;
        tally.entities += response.upserted_size() + response.removed_size();
        tally.bytes += static_cast<int64_t>(response.ByteSizeLong());
        for (const v1::Entity& entity : response.upserted()) {
          if (!entity.has_report()) continue;
          const double ms = world_.numbered.Seen(entity.report());
          if (ms > 0 && was) tally.deliveries.Add(ms);
        }
        if (response.current() && !was) {
          was = true;
          tally.arrivals.Add(absl::ToDoubleMilliseconds(absl::Now() - begin));
        }
        if (heard != nullptr) heard(response);
      });
}

}  // namespace samsyn::bench

#include "clients/connectors/polisen_import.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <boost/uuid/name_generator_sha1.hpp>
#include <boost/uuid/uuid_io.hpp>

namespace samsyn::connectors {
namespace {

constexpr size_t kBatchMost = 500;  // reports in SubmitReports
// The feed lists 500 events; a list far shorter has been served now and then, and was whole again.
constexpr size_t kListLeast = 400;

// RFC 4122's namespace for addresses: the name begins with the source's.
boost::uuids::uuid Uuid(const std::string& name) {
  return boost::uuids::name_generator_sha1(boost::uuids::ns::url())(name);
}

std::string RequestIdFor(absl::string_view code, const v1::Report& report) {
  const std::string& id = report.source().source_id();
  return boost::uuids::to_string(Uuid(absl::StrCat(kPolisenSourceUri, "/", code, "/", id.size(),
                                                   ":", id, report.SerializeAsString())));
}

std::string DigestOf(v1::Report report) {
  report.mutable_source()->clear_source_version_time();
  return boost::uuids::to_string(Uuid(report.SerializeAsString()));
}

// When an answer of unknown age was served, at the earliest.
absl::Time NewestIn(const PolisenReader::Answer& answer) {
  absl::Time newest = absl::InfinitePast();
  for (const auto& event : answer.events) {
    if (event.ok()) newest = std::max(newest, event->published);
  }
  return newest;
}

void Count(const v1::SubmitReportsResult& result, int64_t head, ImportSummary& summary) {
  if (result.status().code() != 0) {
    ++summary.unread[absl::StrCat("refused: ", result.status().message())];
  } else if (result.effect() == v1::SubmitReportsResult::EFFECT_UNCHANGED ||
             (head > 0 && result.revision() <= head)) {
    ++summary.unchanged;
  } else if (result.effect() == v1::SubmitReportsResult::EFFECT_AMENDED) {
    ++summary.amended;
  } else {
    ++summary.created;
  }
}

}  // namespace

int64_t ImportSummary::skipped() const {
  int64_t sum = not_ours + county_wide;
  for (const auto& [why, count] : unread) sum += count;
  return sum;
}

std::string ImportSummary::Text() const {
  std::string whys;
  for (const auto& [why, count] : unread) {
    absl::StrAppend(&whys, whys.empty() ? ": " : ", ", why, unread.size() > 1 ? " " : "",
                    unread.size() > 1 ? absl::StrCat(count) : "");
  }
  std::string text =
      absl::StrCat("read ", read, ", new ", created, ", amended ", amended, ", unchanged ",
                   unchanged, ", skipped ", skipped(), " (not ours ", not_ours, "; county-wide ",
                   county_wide, "; unreadable ", skipped() - not_ours - county_wide, whys, ")");
  if (!degraded.empty()) {
    absl::StrAppend(&text, "\nthe source is incomplete: ", degraded,
                    "; nothing was taken away because of it");
  }
  if (!status.ok()) absl::StrAppend(&text, "\nnot all was sent: ", std::string(status.message()));
  return text;
}

ImportSummary PolisenImporter::Import(absl::string_view bytes, absl::Time fetched) {
  ImportSummary summary;
  const absl::StatusOr<PolisenReader::Answer> answer = reader_.ReadAnswer(bytes);
  if (!answer.ok()) {
    summary.degraded = std::string(answer.status().message());
    return summary;
  }
  if (answer->events.empty()) {
    summary.degraded = "the answer is empty";
  } else if (!answer->archived && answer->events.size() < kListLeast) {
    summary.degraded = absl::StrCat("only ", answer->events.size(), " events where 500 are usual");
  }
  summary.read = static_cast<int64_t>(answer->events.size());
  if (fetched == absl::InfinitePast()) fetched = NewestIn(*answer);
  const Batches batches = Sort(*answer, fetched, summary);
  for (const ImportTarget& target : targets_) {
    const auto items = batches.find(target.code);
    if (items != batches.end()) Send(target, items->second, summary);
  }
  return summary;
}

PolisenImporter::Batches PolisenImporter::Sort(const PolisenReader::Answer& answer,
                                               absl::Time fetched, ImportSummary& summary) {
  Batches batches;
  for (const auto& event : answer.events) {
    if (!event.ok()) {
      ++summary.unread[std::string(event.status().message())];
      continue;
    }
    const Placement placement = reader_.Place(*event);
    if (placement.where == Placement::kCountyWide) {
      ++summary.county_wide;
      continue;
    }
    const auto target =
        std::find_if(targets_.begin(), targets_.end(),
                     [&](const ImportTarget& each) { return each.code == placement.code; });
    if (target == targets_.end()) {
      ++summary.not_ours;
      continue;
    }
    Item item;
    item.key = absl::StrCat(placement.code, "/", event->id);
    v1::Report& report = *item.request.mutable_report();
    report = reader_.ToReport(*event, event->seen.value_or(fetched));
    item.request.set_municipality(absl::StrCat("municipalities/", placement.code));
    item.request.set_request_id(RequestIdFor(placement.code, report));
    if (!answer.archived) {
      item.digest = DigestOf(report);
      const auto said = last_said_.find(item.key);
      if (said != last_said_.end() && said->second == item.digest) {
        ++summary.unchanged;
        continue;
      }
    }
    batches[placement.code].push_back(std::move(item));
  }
  return batches;
}

void PolisenImporter::Send(const ImportTarget& target, const std::vector<Item>& items,
                           ImportSummary& summary) {
  for (size_t from = 0; from < items.size(); from += kBatchMost) {
    const size_t count = std::min(kBatchMost, items.size() - from);
    std::vector<v1::SubmitReportRequest> requests;
    for (size_t i = 0; i < count; ++i) requests.push_back(items[from + i].request);
    absl::StatusOr<v1::SubmitReportsResponse> response = target.submit(requests);
    if (response.ok() && static_cast<size_t>(response->results_size()) != count) {
      response =
          absl::InternalError("the server answered another number of reports than were sent");
    }
    if (!response.ok()) {
      summary.status.Update(response.status());
      summary.unread["not sent"] += static_cast<int64_t>(items.size() - from);
      return;
    }
    for (size_t i = 0; i < count; ++i) {
      const v1::SubmitReportsResult& result = response->results(static_cast<int>(i));
      Count(result, target.head, summary);
      const Item& item = items[from + i];
      if (result.status().code() == 0 && !item.digest.empty()) last_said_[item.key] = item.digest;
    }
  }
}

}  // namespace samsyn::connectors

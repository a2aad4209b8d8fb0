// Brings the police's feed into one or several municipalities, by each one's own Submit.
//
// Versions (R8): `source_version_time` is when the source was seen to say so. Archived stream: the
// line's `seen`. An answer fetched now: the time of fetching. An answer kept in a file: its newest
// `datetime`, the earliest time at which it can have been served. So the same file sends the same
// again, the server finds equal content and changes nothing; an event changed under the same id
// comes with a later time and amends; a file older than what is known changes nothing.
// Request ids are UUIDv5 over municipality and report with its version, so a repeat is a repeat.
// What is absent from an answer is left alone: absence is not deletion.
#ifndef SAMSYN_CLIENTS_CONNECTORS_POLISEN_IMPORT_H_
#define SAMSYN_CLIENTS_CONNECTORS_POLISEN_IMPORT_H_

#include <absl/container/btree_map.h>
#include <absl/container/flat_hash_map.h>
#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <absl/strings/string_view.h>
#include <absl/time/time.h>
#include <samsyn/v1/report.pb.h>

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "clients/connectors/parse/polisen.h"

namespace samsyn::connectors {

// Sends reports in their order, 500 at most, and returns a result for each. The error is of the way
// there (not reachable, no right at all), after its own retries; a refused report is a result.
using Submit = std::function<absl::StatusOr<v1::SubmitReportsResponse>(
    const std::vector<v1::SubmitReportRequest>&)>;

// A municipality that takes its events.
struct ImportTarget {
  std::string code;  // "0136"
  Submit submit;
  // Revision of the municipality before the import: what is answered at or below it is a repeat of
  // an earlier import, so it is counted as unchanged. 0: not known.
  int64_t head = 0;
};

// What became of every event read. read = created + amended + unchanged + skipped().
struct ImportSummary {
  int64_t read = 0;
  int64_t created = 0;
  int64_t amended = 0;
  int64_t unchanged = 0;
  int64_t not_ours = 0;                          // of another municipality
  int64_t county_wide = 0;                       // the place is a county
  absl::btree_map<std::string, int64_t> unread;  // why → how many: unreadable, refused, not sent
  std::string degraded;  // the source is incomplete, and why; empty: it is whole
  absl::Status status;   // of sending: what came after an error counts under `unread`

  int64_t skipped() const;
  // "read 9, new 3, amended 1, unchanged 0, skipped 5 (not ours 4; county-wide 1; unreadable 0)",
  // and a sentence when the source is degraded.
  std::string Text() const;
};

// Keeps what the last answers said, so that polling sends only what changed. Not thread-safe.
class PolisenImporter {
 public:
  explicit PolisenImporter(std::vector<ImportTarget> targets) : targets_(std::move(targets)) {}

  // Imports an answer or an archived stream. `fetched`: when it was served; InfinitePast: unknown.
  ImportSummary Import(absl::string_view bytes, absl::Time fetched);

 private:
  struct Item {
    std::string key;     // municipality and id
    std::string digest;  // of the content, without the version's time
    v1::SubmitReportRequest request;
  };
  using Batches = absl::btree_map<std::string, std::vector<Item>>;  // by municipality

  // Sorts the events into batches, or into what is skipped.
  Batches Sort(const PolisenReader::Answer& answer, absl::Time fetched, ImportSummary& summary);
  void Send(const ImportTarget& target, const std::vector<Item>& items, ImportSummary& summary);

  const PolisenReader reader_;
  const std::vector<ImportTarget> targets_;
  absl::flat_hash_map<std::string, std::string> last_said_;  // key → digest, of lists only
};

}  // namespace samsyn::connectors

#endif  // SAMSYN_CLIENTS_CONNECTORS_POLISEN_IMPORT_H_

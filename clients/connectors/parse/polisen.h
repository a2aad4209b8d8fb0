// The police's public feed of events: one event as JSON → PolisenEvent → v1::Report. Pure.
//
// What a reader must know of the source: `datetime` is when it was published, not when it happened
// (that stands, without a year, in the title); the place stands in the title too, while `location`
// is a county with its centroid since 2026-02, so the coordinates are never read; the summary may
// be cut in the middle of a sentence; a type may hold a comma; an event may change after it was
// published; types are an open set.
#ifndef SAMSYN_CLIENTS_CONNECTORS_PARSE_POLISEN_H_
#define SAMSYN_CLIENTS_CONNECTORS_PARSE_POLISEN_H_

#include <absl/container/flat_hash_map.h>
#include <absl/status/statusor.h>
#include <absl/strings/string_view.h>
#include <absl/time/time.h>
#include <absl/types/optional.h>
#include <samsyn/v1/report.pb.h>

#include <string>
#include <vector>

#include "clients/connectors/parse/municipalities.h"

namespace samsyn::connectors {

inline constexpr char kPolisenSourceUri[] = "https://polisen.se/api/events";

// What the feed's `type` means here: a row of polisen_types.csv.
struct PolisenType {
  v1::Category category = v1::CATEGORY_OTHER;
  bool counted = true;  // false: not one event (a summary, an action of the police's own)
  v1::Report::Kind kind = v1::Report::KIND_UNSPECIFIED;  // unspecified: follows from the category
};

// The table of types. Constant after construction.
class PolisenTypes {
 public:
  // `csv`: type,category,counted,kind.
  explicit PolisenTypes(absl::string_view csv);

  bool Knows(absl::string_view type) const { return by_type_.contains(type); }
  // An unknown type is OTHER, an unknown "Sammanfattning …" is a summary as the known ones.
  PolisenType Of(absl::string_view type) const;
  // The longest known type that `text` begins with, followed by ", "; empty: none.
  absl::string_view LongestPrefix(absl::string_view text) const;

 private:
  absl::flat_hash_map<std::string, PolisenType> by_type_;
};

// One event as the source says it, with the title taken apart.
struct PolisenEvent {
  std::string id;
  absl::Time published;    // `datetime`
  absl::Time occurred;     // the title's time, year from `published`
  std::string type;        // the field, trimmed
  std::string title_type;  // the type as the title has it; differs from the field now and then
  std::string place;       // as the title has it; may be empty
  std::string location;    // `location.name`: a county, before 2026-02 also a municipality
  std::string summary;     // cleaned of no-break spaces and control characters; may be cut
  std::string link;        // where a person can read it, https; empty if the source gives none
  absl::optional<absl::Time> seen;  // of the archived stream: when this version was first seen
};

// Where an event belongs.
struct Placement {
  enum Where { kMunicipality, kCountyWide, kElsewhere };
  Where where = kElsewhere;
  std::string code;  // of the municipality, "0136"
};

// Reads events. Constant after construction, so any thread may read.
class PolisenReader {
 public:
  // With the carried tables.
  PolisenReader();

  // One event as the API gives it, or a line of the archived stream `{"seen":…, "event":{…}}`.
  // InvalidArgument says why it cannot be read.
  absl::StatusOr<PolisenEvent> ReadEvent(absl::string_view json) const;

  // A whole answer.
  struct Answer {
    bool archived = false;  // the archived stream: a line a version; else the API's list
    std::vector<absl::StatusOr<PolisenEvent>> events;
  };
  // InvalidArgument when it is neither a list nor a stream of lines. Empty bytes: an empty list.
  absl::StatusOr<Answer> ReadAnswer(absl::string_view bytes) const;

  // The municipality that the title names, unless `location` contradicts it: then elsewhere. An
  // empty place is read from the location.
  Placement Place(const PolisenEvent& event) const;

  // The report of an event, without area and point: the feed does not say them. `version_time`:
  // when the source was seen to say this (see polisen_import.h).
  v1::Report ToReport(const PolisenEvent& event, absl::Time version_time) const;

  const Municipalities& municipalities() const { return municipalities_; }
  const PolisenTypes& types() const { return types_; }

 private:
  const Municipalities municipalities_;
  const PolisenTypes types_;
  absl::TimeZone stockholm_;
};

}  // namespace samsyn::connectors

#endif  // SAMSYN_CLIENTS_CONNECTORS_PARSE_POLISEN_H_

// Invented reports: texts and places from two tables, put together by chance with a fixed seed.
#include <absl/strings/numbers.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_replace.h>
#include <absl/strings/str_split.h>

#include <algorithm>
#include <map>
#include <random>

#include "clients/connectors/parse/csv.h"
#include "server/demo/defects.h"
#include "server/demo/embedded.h"
#include "server/demo/people.h"
#include "server/demo/reports.h"
#include "server/domain/report_rules.h"

namespace samsyn::demo {
namespace {

constexpr size_t kUnreviewed = 6;  // at least so many of the newest wait for review
constexpr int kOfTheTrend = 14;    // reports that make the last week stand out
constexpr uint64_t kSeed = 0x5A4D53594E;

// Chance that is the same everywhere: the standard says what the generator gives, but not what its
// distributions make of it.
class Chance {
 public:
  // 0 … n - 1.
  int Below(int n) {
    return static_cast<int>(generator_() % static_cast<uint64_t>(std::max(n, 1)));
  }
  bool OneIn(int n) { return Below(n) == 0; }
  double Part() { return static_cast<double>(generator_() >> 11) / 9007199254740992.0; }  // 2^53
  template <typename T>
  const T& Of(const std::vector<T>& all) {
    return all[static_cast<size_t>(Below(static_cast<int>(all.size())))];
  }
  // By each row's weight.
  template <typename T>
  const T& Weighed(const std::vector<T>& all) {
    int sum = 0;
    for (const T& one : all) sum += one.weight;
    int at = Below(sum);
    for (const T& one : all) {
      if ((at -= one.weight) < 0) return one;
    }
    return all.back();
  }

 private:
  std::mt19937_64 generator_{kSeed};
};

struct PlaceRow {
  std::string area;
  int weight = 0;
  std::string sort, words;
};

struct TextRow {
  v1::Category category = v1::CATEGORY_UNSPECIFIED;
  v1::Report::Kind kind = v1::Report::KIND_UNSPECIFIED;
  int weight = 0;
  std::string sort, hours;
  v1::ReleaseClass release_class = v1::RELEASE_CLASS_UNSPECIFIED;
  int severity = 0;
  std::vector<std::string> members;
  std::string first;
  std::vector<std::string> more;  // one of them may follow
};

int NumberOf(const std::string& text) {
  int number = 0;
  return absl::SimpleAtoi(text, &number) ? number : 0;
}

std::vector<PlaceRow> Places() {
  std::vector<PlaceRow> places;
  for (const std::vector<std::string>& row : connectors::ReadCsv(PlacesCsv())) {
    if (row.size() == 4) places.push_back({row[0], NumberOf(row[1]), row[2], row[3]});
  }
  return places;
}

std::vector<TextRow> Texts() {
  std::vector<TextRow> texts;
  for (const std::vector<std::string>& row : connectors::ReadCsv(TextsCsv())) {
    if (row.size() != 9) continue;
    TextRow text;
    v1::Category_Parse(absl::StrCat("CATEGORY_", row[0]), &text.category);
    if (!row[1].empty()) v1::Report::Kind_Parse(absl::StrCat("KIND_", row[1]), &text.kind);
    text.weight = NumberOf(row[2]);
    text.sort = row[3];
    text.hours = row[4];
    if (!row[5].empty()) {
      v1::ReleaseClass_Parse(absl::StrCat("RELEASE_CLASS_", row[5]), &text.release_class);
    }
    text.severity = NumberOf(row[6]);
    text.members = absl::StrSplit(row[7], '|');
    text.more = absl::StrSplit(row[8], '|');
    text.first = text.more.front();
    text.more.erase(text.more.begin());
    texts.push_back(std::move(text));
  }
  return texts;
}

// A report before it is told.
struct Invented {
  absl::Time time;  // when it is submitted
  std::string member;
  std::string area;  // id
  v1::Report report;
};

bool Inside(const v1::Polygon& polygon, double latitude, double longitude) {
  bool inside = false;
  for (int i = 0, j = polygon.points_size() - 1; i < polygon.points_size(); j = i++) {
    const v1::LatLng& a = polygon.points(i);
    const v1::LatLng& b = polygon.points(j);
    if ((a.latitude_deg() > latitude) == (b.latitude_deg() > latitude)) continue;
    const double part = (latitude - a.latitude_deg()) / (b.latitude_deg() - a.latitude_deg());
    if (longitude < a.longitude_deg() + part * (b.longitude_deg() - a.longitude_deg())) {
      inside = !inside;
    }
  }
  return inside;
}

class Inventor {
 public:
  Inventor(const Director& director, const Week& week, const std::vector<v1::Area>& areas)
      : director_(director), week_(week), places_(Places()), texts_(Texts()) {
    for (const v1::Area& area : areas) areas_[area.name()] = &area;
  }

  bool ready() const { return !places_.empty() && !texts_.empty(); }

  // In the order in which they are told.
  std::vector<Invented> All() {
    std::vector<Invented> all;
    while (all.size() < kInventedReports) {
      all.push_back(static_cast<int>(all.size()) < kOfTheTrend ? OfTheTrend() : AnyOne());
    }
    std::stable_sort(all.begin(), all.end(),
                     [](const Invented& a, const Invented& b) { return a.time < b.time; });
    int number = 0;
    for (Invented& one : all) {
      if (!one.report.has_source()) continue;
      one.report.mutable_source()->set_source_id(absl::StrCat("EX-", 1000 + ++number));
    }
    return all;
  }

 private:
  Invented AnyOne() {
    const TextRow& text = chance_.Weighed(texts_);
    return Make(text, PlaceFor(text, ""), TimeFor(text.hours, week_.begin()));
  }

  // Damage in Jordbro and mopeds in Handen in the last week: what the meeting will talk about.
  Invented OfTheTrend() {
    const bool mopeds = chance_.OneIn(2);
    const TextRow* text = nullptr;
    do {
      text = &chance_.Weighed(texts_);
    } while (mopeds
                 ? text->category != v1::CATEGORY_RECKLESS_TRAFFIC
                 : text->category != v1::CATEGORY_VANDALISM && text->category != v1::CATEGORY_FIRE);
    return Make(*text, PlaceFor(*text, mopeds ? "handen" : "jordbro"),
                TimeFor(text->hours, week_.now() - absl::Hours(24 * 6)));
  }

  PlaceRow PlaceFor(const TextRow& text, absl::string_view area) {
    std::vector<PlaceRow> fitting;
    for (const PlaceRow& place : places_) {
      if (place.sort == text.sort && (area.empty() || place.area == area)) fitting.push_back(place);
    }
    return chance_.Weighed(fitting);
  }

  // A time from `begin` on at which such things happen: more on Fridays and Saturdays.
  absl::Time TimeFor(const std::string& hours, absl::Time begin) {
    static constexpr int kOfTen[] = {4, 4, 4, 5, 10, 9, 4};  // Monday first
    for (;;) {
      const absl::Time time =
          begin + absl::Hours(2) + (week_.now() - begin - absl::Hours(3)) * chance_.Part();
      const absl::CivilSecond civil = absl::ToCivilSecond(time, week_.zone());
      const int hour = civil.hour();
      const bool fits = hours == "any"       ? hour >= 6
                        : hours == "day"     ? hour >= 7 && hour < 18
                        : hours == "evening" ? hour >= 15 && hour < 24
                                             : hour >= 21 || hour < 5;
      const auto weekday = static_cast<size_t>(absl::GetWeekday(absl::CivilDay(civil)));
      if (fits && chance_.Below(10) < kOfTen[weekday]) return time;
    }
  }

  Invented Make(const TextRow& text, const PlaceRow& place, absl::Time happened) {
    Invented one;
    one.member = chance_.Of(text.members);
    one.area = place.area;
    one.time = std::min(happened + absl::Minutes(5 + chance_.Below(50)),
                        week_.now() - absl::Minutes(1 + chance_.Below(5)));
    v1::Report& report = one.report;
    report.set_category(text.category);
    report.set_kind(text.kind);
    report.set_area(director_.AreaName(place.area));
    report.set_place_text(place.words);
    report.set_severity(text.severity);
    report.mutable_release()->set_release_class(text.release_class);
    report.add_marks("påhittad");
    std::string words = text.first;
    if (!text.more.empty() && !chance_.OneIn(3)) {
      absl::StrAppend(&words, " ", chance_.Of(text.more));
    }
    report.set_text(absl::StrReplaceAll(words, {{"{plats}", place.words}}));
    const bool planned = text.category == v1::CATEGORY_PLANNED_EVENT;
    *report.mutable_occurred_time() =
        domain::TimestampOf(planned ? SaturdayAfter(one.time) : happened);
    if (one.member == "exempelbostader-system") {
      report.mutable_source()->set_source_uri(kLandlordSystemUri);
      *report.mutable_source()->mutable_source_version_time() = domain::TimestampOf(one.time);
      report.mutable_source()->set_source_type("felanmälan");
    } else {
      report.set_knowledge(text.kind == v1::Report::KIND_PERCEPTION || chance_.OneIn(4)
                               ? v1::Report::KNOWLEDGE_HEARD
                               : v1::Report::KNOWLEDGE_SEEN);
      if (chance_.OneIn(3)) AddPoint(report);
    }
    return one;
  }

  absl::Time SaturdayAfter(absl::Time time) const {
    const absl::CivilDay day = absl::ToCivilDay(time, week_.zone());
    return week_.At(absl::NextWeekday(day, absl::Weekday::saturday), 18);
  }

  void AddPoint(v1::Report& report) {
    const auto area = areas_.find(report.area());
    if (area == areas_.end()) return;
    const v1::Polygon& polygon = area->second->polygon();
    double south = 90, north = -90, west = 180, east = -180;
    for (const v1::LatLng& point : polygon.points()) {
      south = std::min(south, point.latitude_deg());
      north = std::max(north, point.latitude_deg());
      west = std::min(west, point.longitude_deg());
      east = std::max(east, point.longitude_deg());
    }
    for (int tries = 0; tries < 50; ++tries) {
      const double latitude = south + (north - south) * chance_.Part();
      const double longitude = west + (east - west) * chance_.Part();
      if (!Inside(polygon, latitude, longitude)) continue;
      report.mutable_point()->set_latitude_deg(latitude);
      report.mutable_point()->set_longitude_deg(longitude);
      report.set_point_precision_m(50);
      return;
    }
  }

  const Director& director_;
  const Week& week_;
  const std::vector<PlaceRow> places_;
  const std::vector<TextRow> texts_;
  std::map<std::string, const v1::Area*> areas_;
  Chance chance_;
};

// The coordinator reviews three times a day.
absl::Time NextReview(const Week& week, absl::Time after) {
  const absl::CivilDay day = absl::ToCivilDay(after, week.zone());
  for (const auto& [hour, minute] : {std::pair(9, 0), std::pair(13, 0), std::pair(17, 15)}) {
    if (const absl::Time time = week.At(day, hour, minute); time > after) return time;
  }
  return week.At(day + 1, 9);
}

absl::Status Review(Director& director, const std::string& report, size_t number) {
  v1::ReviewReportRequest request;
  request.set_name(report);
  request.set_no_personal_data(true);
  request.set_verdict(v1::ReviewReportRequest::VERDICT_ACCEPT);
  if (number % 41 == 40) {
    request.set_verdict(v1::ReviewReportRequest::VERDICT_REJECT);
    request.set_note("Redan rapporterat av driften, räknas inte en gång till.");
  } else if (number % 59 == 58) {
    request.set_verdict(v1::ReviewReportRequest::VERDICT_RETURN);
    request.set_note("Var på platsen var det, och när ungefär?");
  }
  return director.Do("samordnare", request, &domain::ReviewReport).status();
}

}  // namespace

absl::Status PlayInventedReports(Director& director, const Week& week,
                                 const std::vector<v1::Area>& areas, std::shared_ptr<Tale> tale) {
  Inventor inventor(director, week, areas);
  if (!inventor.ready()) return absl::DataLossError("the carried texts cannot be read");
  const std::vector<Invented> all = inventor.All();
  for (size_t i = 0; i < all.size(); ++i) {
    const bool reviewed = i + kUnreviewed < all.size();
    director.At(all[i].time, [&director, &week, tale, one = all[i], i, reviewed] {
      v1::SubmitReportRequest request;
      request.set_municipality(director.municipality());
      *request.mutable_report() = one.report;
      const auto name = director.Do(one.member, request, &domain::SubmitReport);
      if (!name.ok()) return name.status();
      tale->push_back({*name, one.report.area(), one.report.category(), one.time});
      if (reviewed) {
        director.At(NextReview(week, one.time),
                    [&director, name = *name, i] { return Review(director, name, i); });
        PlayRepair(director, *name, one.time, i);
      }
      return absl::OkStatus();
    });
  }
  return absl::OkStatus();
}

}  // namespace samsyn::demo

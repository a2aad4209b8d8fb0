#include "server/analysis/merge_candidates.h"

#include <absl/container/flat_hash_map.h>
#include <absl/status/statusor.h>
#include <absl/strings/escaping.h>
#include <absl/strings/numbers.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_split.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "server/domain/geography.h"
#include "server/domain/limits.h"
#include "server/domain/names.h"
#include "server/domain/refusal.h"
#include "server/domain/releases.h"

namespace samsyn::analysis {
namespace {

constexpr absl::Duration kUsualPeriod = absl::Hours(24 * 31);
constexpr absl::Duration kSlice = absl::Hours(24);  // of the period, looked at at once
constexpr size_t kPageBytes = 2 << 20;
constexpr absl::string_view kTokenMark = "1";

// A pair as a place in the order, the newest first: the later one's time, then the earlier one's.
struct Position {
  int64_t later_ns = 0;
  std::string later;  // id
  int64_t earlier_ns = 0;
  std::string earlier;

  auto Key() const { return std::tie(later_ns, later, earlier_ns, earlier); }
};

std::string TokenFor(const Position& position) {
  return absl::WebSafeBase64Escape(absl::StrCat(kTokenMark, ":", position.later_ns, ":",
                                                position.later, ":", position.earlier_ns, ":",
                                                position.earlier));
}

absl::StatusOr<std::optional<Position>> PositionOf(absl::string_view token) {
  if (token.empty()) return std::nullopt;
  std::string text;
  Position position;
  if (absl::WebSafeBase64Unescape(token, &text)) {
    const std::vector<std::string> parts = absl::StrSplit(text, ':');
    if (parts.size() == 5 && parts[0] == kTokenMark &&
        absl::SimpleAtoi(parts[1], &position.later_ns) &&
        absl::SimpleAtoi(parts[3], &position.earlier_ns)) {
      position.later = parts[2];
      position.earlier = parts[4];
      return position;
    }
  }
  return domain::RefuseFields({{"page_token",
                                {"This is not the token of a page of this list.",
                                 "Detta är inget märke för en sida i den här listan."}}});
}

// An incident that may be one of a pair. Only those of one group are compared: release, family, and
// whether it is perceived, which is never counted with what is actual.
struct One {
  const v1::Incident* incident;
  absl::Time time;
  int group;
};

class Finder {
 public:
  Finder(const domain::Picture& picture, const domain::Audience& audience)
      : picture_(picture), audience_(audience) {}

  // Those that the audience sees of a period, in order of time.
  std::vector<One> Of(absl::Time from, absl::Time to) {
    std::vector<One> all;
    picture_.incident_times().ForEach(from, to, [&](const domain::EntityPtr& entity) {
      const v1::Incident& incident = entity->incident();
      if (!incident.counted() || incident.family() == v1::FAMILY_UNSPECIFIED ||
          !domain::SeesWhole(audience_, *entity)) {
        return;
      }
      all.push_back({&incident, domain::TimeOf(incident.occurred_time()), GroupOf(incident)});
    });
    return all;
  }

 private:
  int GroupOf(const v1::Incident& incident) {
    std::string key =
        absl::StrCat(domain::LabelOf(picture_, incident.owner(), incident.release()), " ",
                     static_cast<int>(incident.family()), incident.perceived() ? " felt" : "");
    return groups_.try_emplace(std::move(key), static_cast<int>(groups_.size())).first->second;
  }

  const domain::Picture& picture_;
  const domain::Audience& audience_;
  absl::flat_hash_map<std::string, int> groups_;
};

// The cheap question that answers most: too far north or south of each other to be near.
bool FarApart(const v1::LatLng& a, const v1::LatLng& b) {
  constexpr double kMetresOfADegree = 111'000;  // a little less than there are
  return std::abs(a.latitude_deg() - b.latitude_deg()) > kCandidatesNearM / kMetresOfADegree;
}

// The pair, if they are near; without the incidents themselves.
std::optional<v1::MergeCandidate> Compare(const One& earlier, const One& later) {
  const v1::Incident &a = *earlier.incident, &b = *later.incident;
  const bool points = a.has_point() && b.has_point();
  const bool same_place = !a.place().empty() && a.place() == b.place();
  if (points && !same_place && FarApart(a.point(), b.point())) return std::nullopt;
  v1::MergeCandidate pair;
  if (points) pair.set_distance_m(domain::DistanceM(a.point(), b.point()));
  const bool near = points && pair.distance_m() <= kCandidatesNearM;
  const bool same_area = !points && !a.area().empty() && a.area() == b.area();
  if (!near && !same_place && !same_area) return std::nullopt;
  pair.add_reasons(a.category() == b.category() ? v1::MergeCandidate::REASON_SAME_CATEGORY
                                                : v1::MergeCandidate::REASON_SAME_FAMILY);
  if (near) pair.add_reasons(v1::MergeCandidate::REASON_NEAR);
  if (same_place) pair.add_reasons(v1::MergeCandidate::REASON_SAME_PLACE);
  if (same_area) pair.add_reasons(v1::MergeCandidate::REASON_SAME_AREA);
  pair.add_reasons(v1::MergeCandidate::REASON_NEAR_IN_TIME);
  pair.set_minutes_apart(static_cast<int>((later.time - earlier.time) / absl::Minutes(1)));
  return pair;
}

// Gathers one page and notices that there is more.
class Page {
 public:
  Page(const domain::Picture& picture, const domain::Audience& audience, int size,
       v1::ListMergeCandidatesResponse* out)
      : picture_(picture),
        audience_(audience),
        size_(size <= 0 ? domain::kPageDefault : std::min(size, domain::kPageMost)),
        out_(out) {}

  // False when the page is full and there is more.
  bool Take(const One& earlier, const One& later, v1::MergeCandidate pair) {
    *pair.mutable_incident() = ShownOf(earlier);
    *pair.mutable_other() = ShownOf(later);
    const size_t bytes = pair.ByteSizeLong();
    if (out_->candidates_size() >= size_ ||
        (out_->candidates_size() > 0 && bytes_ + bytes > kPageBytes)) {
      out_->set_next_page_token(TokenFor(last_));
      return false;
    }
    bytes_ += bytes;
    last_ = PlaceOf(earlier, later);
    *out_->add_candidates() = std::move(pair);
    return true;
  }

  static Position PlaceOf(const One& earlier, const One& later) {
    return {absl::ToUnixNanos(later.time), std::string(domain::IdOf(later.incident->name())),
            absl::ToUnixNanos(earlier.time), std::string(domain::IdOf(earlier.incident->name()))};
  }

 private:
  v1::Incident ShownOf(const One& one) const {
    return domain::Shown(audience_, picture_.Find(one.incident->name()))->incident();
  }

  const domain::Picture& picture_;
  const domain::Audience& audience_;
  const int size_;
  v1::ListMergeCandidatesResponse* const out_;
  size_t bytes_ = 0;
  Position last_;
};

// When the later one of a pair occurred; half-open.
struct Period {
  absl::Time start, end;
};

absl::StatusOr<Period> PeriodOf(const v1::ListMergeCandidatesRequest& request,
                                const domain::Picture& picture, const domain::Audience& audience,
                                absl::Time now) {
  Period period{now - kUsualPeriod, now + domain::kReportAhead};
  if (!request.incident().empty()) {
    const auto shown = domain::Shown(audience, picture.Find(request.incident()));
    if (shown == nullptr || !shown->has_incident()) return domain::NotFound(request.incident());
    const absl::Time time = domain::TimeOf(shown->incident().occurred_time());
    period = {time, time + kCandidatesApart + absl::Nanoseconds(1)};
  }
  if (request.has_period()) {
    period = {domain::TimeOf(request.period().start_time()),
              domain::TimeOf(request.period().end_time())};
  }
  return period;
}

// The pairs of which the later occurred at or after `start`, the newest first, of `incident` alone
// unless it is empty, behind a position. False when the page is full and there is more.
bool TakePairs(const std::vector<One>& all, absl::Time start, const std::string& incident,
               const std::optional<Position>& after, Page& page) {
  const auto asked = [&](const One& one) { return one.incident->name() == incident; };
  for (auto later = all.rbegin(); later != all.rend() && later->time >= start; ++later) {
    for (auto earlier = later + 1;
         earlier != all.rend() && later->time - earlier->time <= kCandidatesApart; ++earlier) {
      if (earlier->group != later->group) continue;
      if (!incident.empty() && !asked(*earlier) && !asked(*later)) continue;
      auto pair = Compare(*earlier, *later);
      if (!pair.has_value()) continue;
      if (after.has_value() && Page::PlaceOf(*earlier, *later).Key() >= after->Key()) continue;
      if (!page.Take(*earlier, *later, *std::move(pair))) return false;
    }
  }
  return true;
}

}  // namespace

absl::Status ListMergeCandidates(const v1::ListMergeCandidatesRequest& request,
                                 const domain::Picture& picture, const domain::Audience& audience,
                                 absl::Time now, v1::ListMergeCandidatesResponse* response) {
  if (!audience.everything && request.municipality() != audience.municipality) {
    return domain::NotFound(request.municipality());
  }
  const auto after = PositionOf(request.page_token());
  if (!after.ok()) return after.status();
  auto period = PeriodOf(request, picture, audience, now);
  if (!period.ok()) return period.status();
  if (after->has_value()) {
    const absl::Time last = absl::FromUnixNanos((*after)->later_ns);
    period->end = std::min(period->end, last + absl::Nanoseconds(1));
  }
  Finder finder(picture, audience);
  Page page(picture, audience, request.page_size(), response);
  // From the end of the period on, so that what no page has room for is not looked at.
  for (absl::Time end = period->end; end > period->start; end -= kSlice) {
    const Period slice{std::max(period->start, end - kSlice), end};
    if (!TakePairs(finder.Of(slice.start - kCandidatesApart, end), slice.start, request.incident(),
                   *after, page)) {
      break;
    }
  }
  return absl::OkStatus();
}

}  // namespace samsyn::analysis

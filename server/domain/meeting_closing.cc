// Closing a meeting (R10): what is open, what goes on to the next one, minutes, the next meeting.
#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "server/domain/agenda.h"
#include "server/domain/carry_over.h"
#include "server/domain/meeting_cadence.h"
#include "server/domain/meeting_rules.h"
#include "server/domain/meeting_sitting.h"
#include "server/domain/minutes_rules.h"
#include "server/domain/names.h"
#include "server/domain/wall_clock.h"
#include "server/domain/words.h"

namespace samsyn::domain {
namespace {

constexpr size_t kPointsMost = 30;  // points recorded, so that the meeting stays an entity

// What of it stands in the way of closing.
std::vector<v1::OpenPoint> Blocking(std::vector<v1::OpenPoint> points) {
  std::erase_if(points, [](const v1::OpenPoint& point) { return !point.blocks(); });
  return points;
}

absl::Status Unfinished(const std::vector<v1::OpenPoint>& blocking) {
  std::map<v1::OpenPoint::Kind, int> counts;
  for (const v1::OpenPoint& point : blocking) ++counts[point.kind()];
  std::vector<std::string> en, sv;
  for (const auto& [kind, count] : counts) {
    en.push_back(absl::StrCat(WordsOf(kind).en, " (", count, ")"));
    sv.push_back(absl::StrCat(WordsOf(kind).sv, " (", count, ")"));
  }
  return Refuse(v1::ERROR_REASON_MEETING_UNFINISHED,
                {absl::StrCat("Still open: ", absl::StrJoin(en, ", "),
                              ". Settle it, or say why the meeting closes all the same."),
                 absl::StrCat("Kvar att göra: ", absl::StrJoin(sv, ", "),
                              ". Gör klart, eller ange varför mötet avslutas ändå.")},
                {{"open", absl::StrCat(blocking.size())}});
}

// Records what was open. That an area stood on the agenda tells what was counted in it: recorded is
// what everybody in the coordination can tell.
void Record(std::vector<v1::OpenPoint> blocking, const View& view, v1::Meeting& meeting) {
  std::set<std::string> known;
  for (const AreaTurn& turn : AgendaAreas(view, Everybody(meeting), meeting)) {
    known.insert(turn.area);
  }
  std::erase_if(blocking, [&](const v1::OpenPoint& point) {
    return point.kind() == v1::OpenPoint::KIND_AREA_NOT_ASSESSED &&
           !known.contains(point.subject());
  });
  if (blocking.size() > kPointsMost) blocking.resize(kPointsMost);
  for (v1::OpenPoint& point : blocking) *meeting.add_open_points() = std::move(point);
}

// Plans the next meeting by the cadence, unless one is planned.
void PlanNext(const v1::Meeting& meeting, Transaction& transaction) {
  for (const auto& other : transaction.All<v1::Meeting>()) {
    if (other->phase() == v1::Meeting::PHASE_PLANNED) return;
  }
  const absl::TimeZone zone = ZoneOf(transaction, transaction.municipality());
  const absl::CivilDay held = absl::ToCivilDay(TimeOf(meeting.scheduled_time()), zone);
  const absl::Time after = std::max(transaction.now(), absl::FromCivil(held + 1, zone));
  const auto time = NextByCadence(transaction, transaction.municipality(), after);
  if (!time) return;
  v1::Meeting next = PlannedMeeting(transaction, *time, meeting.owner());
  SetGuards(transaction, next);
  transaction.Put(std::move(next));
}

}  // namespace

absl::Status CloseMeeting(const v1::CloseMeetingRequest& request, Transaction& transaction) {
  auto sitting = SittingOf(transaction, request.name(), request.etag());
  if (!sitting.ok()) return sitting.status();
  if (absl::Status may = RequireChair(*sitting); !may.ok()) return may;
  v1::Meeting& meeting = sitting->meeting;
  if (absl::Status open = RequireOpen(meeting); !open.ok()) return open;
  std::vector<v1::OpenPoint> blocking =
      Blocking(OpenPointsOf(transaction, sitting->actor.audience, meeting));
  if (!blocking.empty() && request.override_reason().empty()) return Unfinished(blocking);
  Record(std::move(blocking), transaction, meeting);
  meeting.set_close_override_reason(request.override_reason());
  meeting.set_phase(v1::Meeting::PHASE_CLOSED);
  *meeting.mutable_close_time() = TimestampOf(transaction.now());
  for (v1::CarryOver& left : CarriedOver(transaction, meeting)) {
    *meeting.add_carry_over() = std::move(left);
  }
  SetGuards(transaction, meeting);
  transaction.Put(meeting);  // the minutes are made of it
  meeting.set_minutes_edition(MakeMinutes(meeting, transaction));
  PlanNext(meeting, transaction);
  return PutAnswer(std::move(meeting), transaction);
}

}  // namespace samsyn::domain

#include "server/domain/position_rules.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "server/domain/index_keys.h"
#include "server/domain/names.h"
#include "server/domain/policy.h"
#include "server/domain/releases.h"
#include "server/domain/rule_checks.h"
#include "server/domain/timers.h"

namespace samsyn::domain {
namespace {

constexpr double kLatitudesADegree = 1000, kLongitudesADegree = 500;  // that are told apart
constexpr double kRoundedBy = 85;  // metres at most, in the south of Sweden
constexpr double kPrecisionLeast = 100;

bool IsOut(const v1::Assignment& assignment) {
  return assignment.state() == v1::Assignment::STATE_EN_ROUTE ||
         assignment.state() == v1::Assignment::STATE_ON_SCENE;
}

bool BelongsTo(const v1::Member& member, absl::string_view unit) {
  return std::find(member.units().begin(), member.units().end(), unit) != member.units().end();
}

// The id is another on every assignment and after every consent; without the time of the consent,
// which others do not get, it cannot be worked out from the names of members.
std::string PositionName(absl::string_view assignment, const v1::Member& member) {
  const int64_t consent = absl::ToUnixNanos(TimeOf(member.position_consent_time()));
  return NameOf(assignment, v1::ENTITY_KIND_UNIT_POSITION,
                MadeId(member.name(), absl::StrCat(assignment, "\n", consent), 0));
}

absl::Status RequireConsent(const v1::Member& member) {
  if (member.has_position_consent_time()) return absl::OkStatus();
  return Refuse(
      v1::ERROR_REASON_WRONG_STATE,
      {"You have not agreed to show where you are.", "Du har inte godkänt att visa var du är."},
      {{"state", "NO_CONSENT"}, {"allowed", "SetPositionConsent"}});
}

absl::Status RequireOfUnit(const v1::Member& member, const v1::Assignment& assignment) {
  if (BelongsTo(member, assignment.unit())) return absl::OkStatus();
  return Refuse(
      v1::ERROR_REASON_ROLE_MISSING,
      {"Only members of the unit show where they are.", "Bara enhetens deltagare visar var de är."},
      {{"role", "FIELD"}});
}

double Rounded(double degrees, double parts) { return std::round(degrees * parts) / parts; }

void SetPlace(const v1::ReportPositionRequest& request, v1::UnitPosition& position) {
  const double precision = std::ceil(request.point_precision_m() + kRoundedBy);
  v1::LatLng& point = *position.mutable_point();
  point.set_latitude_deg(Rounded(request.point().latitude_deg(), kLatitudesADegree));
  point.set_longitude_deg(Rounded(request.point().longitude_deg(), kLongitudesADegree));
  position.set_point_precision_m(std::max(kPrecisionLeast, precision));
}

}  // namespace

absl::Status SetPositionConsent(const v1::SetPositionConsentRequest& request,
                                Transaction& transaction) {
  const auto actor = ActorOf(transaction);
  if (!actor.ok()) return actor.status();
  if (actor->system) return NotFound(transaction.caller().member);
  v1::Member member = *actor->member;
  transaction.Answer(member.name());
  if (member.has_position_consent_time() == request.consents()) return absl::OkStatus();
  if (request.consents()) {
    *member.mutable_position_consent_time() = TimestampOf(transaction.now());
  } else {
    member.clear_position_consent_time();
  }
  transaction.Put(std::move(member));
  DropPositionsOf(*actor->member, transaction);
  return absl::OkStatus();
}

absl::Status ReportPosition(const v1::ReportPositionRequest& request, Transaction& transaction) {
  const auto actor = ActorOf(transaction);
  if (!actor.ok()) return actor.status();
  const auto assignment = See<v1::Assignment>(transaction, *actor, request.name());
  if (!assignment.ok()) return assignment.status();
  if (absl::Status may = RequireOfUnit(*actor->member, **assignment); !may.ok()) return may;
  if (absl::Status may = RequireConsent(*actor->member); !may.ok()) return may;
  if (!IsOut(**assignment)) {
    return WrongState({"The assignment", "Uppdragets"}, (*assignment)->state(),
                      {v1::Assignment::STATE_EN_ROUTE, v1::Assignment::STATE_ON_SCENE});
  }
  v1::UnitPosition position;
  position.set_name(PositionName(request.name(), *actor->member));
  transaction.Answer(position.name());
  if (const auto before = transaction.Get<v1::UnitPosition>(position.name())) {
    if (transaction.now() - TimeOf(before->position_time()) < kPositionEvery) {
      return absl::OkStatus();
    }
    *position.mutable_create_time() = before->create_time();
  }
  position.set_owner((*assignment)->owner());
  *position.mutable_release() = ViewersAlone((*assignment)->release());
  position.set_assignment(request.name());
  position.set_unit((*assignment)->unit());
  SetPlace(request, position);
  *position.mutable_position_time() = TimestampOf(transaction.now());
  transaction.Put(std::move(position));
  return absl::OkStatus();
}

void DropPositionsUnlessOut(const v1::Assignment& assignment, Transaction& transaction) {
  if (IsOut(assignment)) return;
  for (const std::string& name : transaction.Lookup(PositionsOfKey(assignment.name()))) {
    transaction.Set(name, nullptr);
  }
}

void DropPositionsOf(const v1::Member& before, Transaction& transaction) {
  if (!before.has_position_consent_time()) return;
  const auto now = transaction.Get<v1::Member>(before.name());
  const bool shows = now != nullptr && !now->removed() && now->has_position_consent_time();
  std::vector<std::string> ended;
  for (const auto& position : transaction.All<v1::UnitPosition>()) {
    const bool stays = shows && BelongsTo(*now, position->unit());
    if (!stays && position->name() == PositionName(position->assignment(), before)) {
      ended.push_back(position->name());
    }
  }
  for (const std::string& name : ended) transaction.Set(name, nullptr);
}

// An hour old.
absl::Status OnPositionDue(const v1::UnitPosition& position, Transaction& transaction) {
  transaction.Set(position.name(), nullptr);
  return absl::OkStatus();
}

}  // namespace samsyn::domain

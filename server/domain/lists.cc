#include "server/domain/lists.h"

#include <absl/functional/function_ref.h>
#include <absl/status/statusor.h>
#include <absl/strings/escaping.h>
#include <absl/strings/match.h>
#include <absl/strings/str_cat.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "server/domain/index_keys.h"
#include "server/domain/limits.h"
#include "server/domain/names.h"
#include "server/domain/places.h"
#include "server/domain/refusal.h"
#include "server/domain/report_shelves.h"
#include "server/domain/utf8.h"

namespace samsyn::domain {
namespace {

constexpr size_t kPageBytes = 2 << 20;  // what a client takes without being told to: 4 MiB
constexpr absl::string_view kTokenMark = "1:";

// Where a page begins, from its token: after this name.
absl::StatusOr<std::string> PositionOf(absl::string_view token, v1::EntityKind kind) {
  if (token.empty()) return std::string();
  std::string name;
  if (absl::WebSafeBase64Unescape(token, &name) && absl::StartsWith(name, kTokenMark)) {
    name.erase(0, kTokenMark.size());
    if (KindOfName(name) == kind) return name;
  }
  return RefuseFields({{"page_token",
                        {"This is not the token of a page of this list.",
                         "Detta är inget märke för en sida i den här listan."}}});
}

std::string TokenFor(absl::string_view last) {
  return absl::WebSafeBase64Escape(absl::StrCat(kTokenMark, last));
}

// Gathers one page: takes the entities that come in order of name, keeps what the audience sees and
// the filter lets through, and notices that there is more.
template <typename T>
class Page {
 public:
  using Matches = absl::FunctionRef<bool(const T&)>;

  Page(const Audience& audience, int page_size, Matches matches,
       google::protobuf::RepeatedPtrField<T>* out)
      : audience_(audience),
        size_(page_size <= 0 ? kPageDefault : std::min(page_size, kPageMost)),
        matches_(matches),
        out_(out) {}

  // False when the page is full and there is more.
  bool Take(const EntityPtr& entity) {
    if (!CanSee(audience_, *entity)) return true;
    // Of what is seen whole, withholding only takes away: what does not match as it is does not
    // match as shown either. A part may: its time is that of the day.
    if (WithheldFrom(audience_, *entity).empty() && !matches_(As<T>(*entity))) return true;
    const EntityPtr shown = Shown(audience_, entity);
    if (shown == nullptr || (shown != entity && !matches_(As<T>(*shown)))) return true;
    const size_t bytes = As<T>(*shown).ByteSizeLong();
    if (out_->size() >= size_ || (out_->size() > 0 && bytes_ + bytes > kPageBytes)) {
      more_ = true;
      return false;
    }
    bytes_ += bytes;
    *out_->Add() = As<T>(*shown);
    return true;
  }
  std::string NextToken() const {
    return more_ ? TokenFor(out_->Get(out_->size() - 1).name()) : std::string();
  }

 private:
  const Audience& audience_;
  const int size_;
  Matches matches_;
  google::protobuf::RepeatedPtrField<T>* out_;
  size_t bytes_ = 0;
  bool more_ = false;
};

using Visit = absl::FunctionRef<bool(const EntityPtr&)>;

// One page of what `each` goes through, in order of name, after a name.
template <typename T, typename Request, typename Response>
absl::Status ListEach(const Request& request, const Audience& audience,
                      google::protobuf::RepeatedPtrField<T>* out, Response* response,
                      typename Page<T>::Matches matches,
                      absl::FunctionRef<void(absl::string_view after, Visit)> each) {
  if (!audience.everything && request.municipality() != audience.municipality) {
    return NotFound(request.municipality());
  }
  const auto after = PositionOf(request.page_token(), EntityField<T>::kKind);
  if (!after.ok()) return after.status();
  Page<T> page(audience, request.page_size(), matches, out);
  each(*after, [&](const EntityPtr& entity) { return page.Take(entity); });
  response->set_next_page_token(page.NextToken());
  return absl::OkStatus();
}

// One page of a kind.
template <typename T, typename Request, typename Response>
absl::Status ListKind(const Request& request, const View& view, const Audience& audience,
                      google::protobuf::RepeatedPtrField<T>* out, Response* response,
                      typename Page<T>::Matches matches) {
  const auto each = [&](absl::string_view after, Visit visit) {
    view.ForEach(EntityField<T>::kKind, after, visit);
  };
  return ListEach<T>(request, audience, out, response, matches, each);
}

template <typename T>
bool All(const T&) {
  return true;
}

// One page of what belongs to members: theirs for whom the audience answers, else the caller's own.
template <typename T, typename Request, typename Response>
absl::Status ListOfMembers(const Request& request, const View& view, const Audience& audience,
                           const Caller& caller, google::protobuf::RepeatedPtrField<T>* out,
                           Response* response, typename Page<T>::Matches matches) {
  if (request.municipality() != MunicipalityOf(caller.member)) {
    return NotFound(request.municipality());
  }
  const bool others = audience.coordinator || audience.dispatcher;
  Audience own;
  own.everything = true;  // of what is the caller's
  return ListKind<T>(request, view, others ? audience : own, out, response, [&](const T& one) {
    return (request.member().empty() || one.member() == request.member()) &&
           (others || one.member() == caller.member) && matches(one);
  });
}

// An empty filter lets all through.
template <typename Values, typename Value>
bool Among(const Values& values, const Value& value) {
  return values.empty() || std::find(values.begin(), values.end(), value) != values.end();
}

// `none`: the word of the filter for what has no area.
bool InAreas(const google::protobuf::RepeatedPtrField<std::string>& areas, absl::string_view area,
             absl::string_view none = "unlocated") {
  return Among(areas, area.empty() ? none : area);
}

// A period is half-open.
bool Within(bool filtered, const v1::TimeWindow& period,
            const google::protobuf::Timestamp& timestamp) {
  if (!filtered) return true;
  const absl::Time time = TimeOf(timestamp);
  return time >= TimeOf(period.start_time()) && time < TimeOf(period.end_time());
}

bool Overlaps(bool filtered, const v1::TimeWindow& period, const v1::TimeWindow& window) {
  return !filtered || (TimeOf(window.start_time()) < TimeOf(period.end_time()) &&
                       TimeOf(period.start_time()) < TimeOf(window.end_time()));
}

bool HasWord(absl::string_view lower_word, absl::string_view text) {
  return LowerCase(text).find(std::string(lower_word)) != std::string::npos;
}

bool RepairMatches(const v1::ListReportsRequest& request, const v1::Report& report) {
  const std::string& responsible = request.responsible_organisation();
  return Among(request.repair_states(), report.repair().state()) &&
         (responsible.empty() || report.repair().responsible_organisation() == responsible);
}

// The shelves on which all lies that is asked for; empty: not all of it is on one.
std::vector<v1::Report::Kind> ShelvedKinds(const v1::ListReportsRequest& request) {
  if (!request.repair_states().empty() || !request.responsible_organisation().empty()) {
    return {v1::Report::KIND_PHYSICAL_DEFECT};
  }
  std::vector<v1::Report::Kind> kinds;
  for (const int number : request.kinds()) {
    const auto kind = static_cast<v1::Report::Kind>(number);
    if (!IsShelved(kind)) return {};
    if (std::find(kinds.begin(), kinds.end(), kind) == kinds.end()) kinds.push_back(kind);
  }
  return kinds;
}

}  // namespace

absl::Status ListReports(const v1::ListReportsRequest& request, const View& view,
                         const Audience& audience, v1::ListReportsResponse* response) {
  const std::string word = LowerCase(request.word());
  const auto areas = WithWhatLiesBelow(view, request.areas());
  const auto in_areas = [&](const v1::Report& report) {
    return areas.empty() || areas.contains(report.area().empty() ? "unlocated" : report.area()) ||
           areas.contains(report.place());
  };
  const auto matches = [&](const v1::Report& report) {
    return Among(request.states(), report.state()) && Among(request.kinds(), report.kind()) &&
           Among(request.categories(), report.category()) && in_areas(report) &&
           RepairMatches(request, report) &&
           Within(request.has_period(), request.period(), report.occurred_time()) &&
           (word.empty() || HasWord(word, report.text()) || HasWord(word, report.place_text()));
  };
  const std::vector<v1::Report::Kind> shelved = ShelvedKinds(request);
  const auto each = [&](absl::string_view after, Visit visit) {
    if (shelved.empty()) {
      view.ForEach(v1::ENTITY_KIND_REPORT, after, visit);
    } else {
      ForEachShelved(view, shelved, after, visit);
    }
  };
  return ListEach<v1::Report>(request, audience, response->mutable_reports(), response, matches,
                              each);
}

absl::Status ListIncidents(const v1::ListIncidentsRequest& request, const View& view,
                           const Audience& audience, v1::ListIncidentsResponse* response) {
  const auto matches = [&](const v1::Incident& incident) {
    return Among(request.families(), incident.family()) &&
           Among(request.categories(), incident.category()) &&
           InAreas(request.areas(), incident.area()) &&
           Within(request.has_period(), request.period(), incident.occurred_time());
  };
  return ListKind<v1::Incident>(request, view, audience, response->mutable_incidents(), response,
                                matches);
}

absl::Status ListProblems(const v1::ListProblemsRequest& request, const View& view,
                          const Audience& audience, v1::ListProblemsResponse* response) {
  return ListKind<v1::Problem>(request, view, audience, response->mutable_problems(), response,
                               All<v1::Problem>);
}

absl::Status ListIndicators(const v1::ListIndicatorsRequest& request, const View& view,
                            const Audience& audience, v1::ListIndicatorsResponse* response) {
  const auto matches = [&](const v1::Indicator& indicator) {
    return Among(request.instruments(), indicator.instrument()) &&
           InAreas(request.areas(), indicator.area(), "all");
  };
  return ListKind<v1::Indicator>(request, view, audience, response->mutable_indicators(), response,
                                 matches);
}

absl::Status ListMeetings(const v1::ListMeetingsRequest& request, const View& view,
                          const Audience& audience, v1::ListMeetingsResponse* response) {
  return ListKind<v1::Meeting>(request, view, audience, response->mutable_meetings(), response,
                               All<v1::Meeting>);
}

absl::Status ListDeployments(const v1::ListDeploymentsRequest& request, const View& view,
                             const Audience& audience, v1::ListDeploymentsResponse* response) {
  const auto matches = [&](const v1::Deployment& deployment) {
    return Among(request.states(), deployment.state()) &&
           Overlaps(request.has_period(), request.period(), deployment.window());
  };
  return ListKind<v1::Deployment>(request, view, audience, response->mutable_deployments(),
                                  response, matches);
}

absl::Status ListAssignments(const v1::ListAssignmentsRequest& request, const View& view,
                             const Audience& audience, v1::ListAssignmentsResponse* response) {
  const auto matches = [&](const v1::Assignment& assignment) {
    return Among(request.states(), assignment.state()) &&
           (request.unit().empty() || assignment.unit() == request.unit()) &&
           (request.deployment().empty() || assignment.deployment() == request.deployment());
  };
  return ListKind<v1::Assignment>(request, view, audience, response->mutable_assignments(),
                                  response, matches);
}

absl::Status ListFieldUpdates(const v1::ListFieldUpdatesRequest& request, const View& view,
                              const Audience& audience, v1::ListFieldUpdatesResponse* response) {
  if (GetVisible<v1::Assignment>(view, audience, request.assignment()) == nullptr) {
    return NotFound(request.assignment());
  }
  const auto after = PositionOf(request.page_token(), v1::ENTITY_KIND_FIELD_UPDATE);
  if (!after.ok()) return after.status();
  Page<v1::FieldUpdate> page(audience, request.page_size(), All<v1::FieldUpdate>,
                             response->mutable_updates());
  for (const std::string& name : view.Lookup(UpdatesOfKey(request.assignment()))) {
    if (name <= *after) continue;
    const EntityPtr entity = view.Find(name);
    if (entity != nullptr && !page.Take(entity)) break;
  }
  response->set_next_page_token(page.NextToken());
  return absl::OkStatus();
}

absl::Status ListOrganisations(const v1::ListOrganisationsRequest& request, const View& view,
                               const Audience& audience, v1::ListOrganisationsResponse* response) {
  return ListKind<v1::Organisation>(request, view, audience, response->mutable_organisations(),
                                    response, All<v1::Organisation>);
}

absl::Status ListMembers(const v1::ListMembersRequest& request, const View& view,
                         const Audience& audience, v1::ListMembersResponse* response) {
  return ListKind<v1::Member>(request, view, audience, response->mutable_members(), response,
                              All<v1::Member>);
}

absl::Status ListUnits(const v1::ListUnitsRequest& request, const View& view,
                       const Audience& audience, v1::ListUnitsResponse* response) {
  return ListKind<v1::Unit>(request, view, audience, response->mutable_units(), response,
                            All<v1::Unit>);
}

absl::Status ListAreas(const v1::ListAreasRequest& request, const View& view,
                       const Audience& audience, v1::ListAreasResponse* response) {
  return ListKind<v1::Area>(request, view, audience, response->mutable_areas(), response,
                            All<v1::Area>);
}

absl::Status ListShifts(const v1::ListShiftsRequest& request, const View& view,
                        const Audience& audience, v1::ListShiftsResponse* response) {
  return ListKind<v1::Shift>(request, view, audience, response->mutable_shifts(), response,
                             All<v1::Shift>);
}

absl::Status ListTokens(const v1::ListTokensRequest& request, const View& view,
                        const Audience& audience, v1::ListTokensResponse* response) {
  return ListKind<v1::Token>(request, view, audience, response->mutable_tokens(), response,
                             All<v1::Token>);
}

absl::Status ListReleases(const v1::ListReleasesRequest& request, const View& view,
                          const Audience& audience, v1::ListReleasesResponse* response) {
  const auto matches = [&](const v1::Release& release) {
    return (request.entity().empty() || release.entity() == request.entity()) &&
           Among(request.states(), release.state());
  };
  return ListKind<v1::Release>(request, view, audience, response->mutable_releases(), response,
                               matches);
}

absl::Status ListSessions(const v1::ListSessionsRequest& request, const View& view,
                          const Audience& audience, const Caller& caller, absl::Time now,
                          v1::ListSessionsResponse* response) {
  const auto in_force = [now](const v1::Token& token) {
    return token.kind() == v1::Token::KIND_SESSION && !token.has_revoke_time() &&
           TimeOf(token.expire_time()) > now;
  };
  return ListOfMembers<v1::Token>(request, view, audience, caller, response->mutable_sessions(),
                                  response, in_force);
}

absl::Status ListDevices(const v1::ListDevicesRequest& request, const View& view,
                         const Audience& audience, const Caller& caller,
                         v1::ListDevicesResponse* response) {
  return ListOfMembers<v1::Device>(request, view, audience, caller, response->mutable_devices(),
                                   response, All<v1::Device>);
}

}  // namespace samsyn::domain

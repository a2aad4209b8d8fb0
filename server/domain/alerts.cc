#include "server/domain/alerts.h"

#include <absl/strings/str_cat.h>

#include <map>
#include <memory>
#include <set>
#include <utility>

#include "server/domain/index_keys.h"
#include "server/domain/policy.h"
#include "server/domain/visibility.h"

namespace samsyn::domain {
namespace {

std::string Exactly(const google::protobuf::Timestamp& time) {
  return absl::StrCat(time.seconds(), ".", time.nanos());
}

// Finds out whom to wake; what that needs is read once.
class Watchers {
 public:
  Watchers(const View& view, absl::Time now) : view_(view), now_(now) {}

  // Those who see the assignment; `but` is the one who knows already.
  std::vector<std::string> Of(const EntityPtr& assignment, bool night_leads,
                              absl::string_view but = "") {
    std::set<std::string> members;
    const std::string& organisation = assignment->assignment().organisation();
    for (const std::string& name : view_.Lookup(MembersOfKey(organisation))) {
      const auto member = view_.Get<v1::Member>(name);
      if (member != nullptr && HasRole(*member, v1::ROLE_DISPATCHER)) members.insert(name);
    }
    if (night_leads) members.insert(NightLeads().begin(), NightLeads().end());
    std::vector<std::string> watchers;
    for (const std::string& name : members) {
      const auto member = view_.Get<v1::Member>(name);
      if (name == but || member == nullptr || !TakesPart(*member, now_)) continue;
      if (CanSee(AudienceFor(name), *assignment)) watchers.push_back(name);
    }
    return watchers;
  }

 private:
  const Audience& AudienceFor(const std::string& member) {
    auto [at, fresh] = audiences_.try_emplace(member);
    if (fresh) at->second = AudienceOf(view_, {member, ""});
    return at->second;
  }

  const std::vector<std::string>& NightLeads() {
    if (leads_ != nullptr) return *leads_;
    leads_ = std::make_unique<std::vector<std::string>>();
    view_.ForEach(v1::ENTITY_KIND_MEMBER, "", [&](const EntityPtr& entity) {
      const v1::Member& member = entity->member();
      if (LeadsNight(view_, member.name(), HasRole(member, v1::ROLE_COORDINATOR))) {
        leads_->push_back(member.name());
      }
      return true;
    });
    return *leads_;
  }

  const View& view_;
  const absl::Time now_;
  std::unique_ptr<std::vector<std::string>> leads_;
  std::map<std::string, Audience> audiences_;
};

// Of an assignment that nobody has taken on and nobody will: unanswered, or declined.
void AddUnmanned(const EntityPtr& entity, Watchers& watchers, std::vector<Alert>& alerts,
                 absl::Time now) {
  const v1::Assignment& assignment = entity->assignment();
  if (assignment.history().empty()) return;
  const v1::StateChange& change = assignment.history(assignment.history_size() - 1);
  const absl::Time until = TimeOf(change.time()) + kAlertKept;
  if (until <= now) return;
  const std::string about =
      change.state() == v1::Assignment::STATE_EXPIRED
          ? absl::StrCat("expired\n", Exactly(assignment.acknowledge_by_time()))
          : absl::StrCat("declined\n", assignment.name(), "\n", Exactly(change.time()));
  alerts.push_back({about, watchers.Of(entity, true, change.member()), until});
}

// Of an offer that reaches nobody by itself.
void AddOutOfReach(const EntityPtr& entity, Watchers& watchers, std::vector<Alert>& alerts,
                   absl::Time now) {
  const v1::Assignment& assignment = entity->assignment();
  const absl::Time until = TimeOf(assignment.acknowledge_by_time());
  if (assignment.reach() != v1::Assignment::REACH_CALL || until <= now) return;
  alerts.push_back({absl::StrCat("call\n", Exactly(assignment.acknowledge_by_time())),
                    watchers.Of(entity, false), until});
}

}  // namespace

std::vector<Alert> AlertsIn(const View& view, absl::Time now) {
  std::vector<Alert> alerts;
  Watchers watchers(view, now);
  const int64_t today = DayNumber(now);
  for (const int64_t day : {today - 1, today}) {
    for (const std::string& name : view.Lookup(UnmannedKey(day))) {
      AddUnmanned(view.Find(name), watchers, alerts, now);
    }
  }
  for (const std::string& name : view.Lookup(kOfferedKey)) {
    AddOutOfReach(view.Find(name), watchers, alerts, now);
  }
  return alerts;
}

}  // namespace samsyn::domain

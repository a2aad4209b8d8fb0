#include "server/domain/policy.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>

#include <algorithm>
#include <vector>

#include "server/domain/index_keys.h"
#include "server/domain/refusal.h"

namespace samsyn::domain {
namespace {

// Of the meetings under a key, the one with the latest time that `time_of` gives.
template <typename TimeOfMeeting>
std::shared_ptr<const v1::Meeting> Latest(const View& view, absl::string_view key,
                                          TimeOfMeeting time_of) {
  std::shared_ptr<const v1::Meeting> latest;
  for (const std::string& name : view.Lookup(key)) {
    auto meeting = view.Get<v1::Meeting>(name);
    if (meeting == nullptr || time_of(*meeting) == absl::InfinitePast()) continue;
    if (latest == nullptr || time_of(*meeting) > time_of(*latest)) latest = std::move(meeting);
  }
  return latest;
}

}  // namespace

bool TakesPart(const v1::Member& member, absl::Time now) {
  return !member.removed() && (!member.has_expire_time() || TimeOf(member.expire_time()) > now);
}

bool HasRole(const v1::Member& member, v1::Role role) {
  return std::find(member.roles().begin(), member.roles().end(), role) != member.roles().end();
}

bool HasAnyRole(const v1::Member& member, std::initializer_list<v1::Role> roles) {
  return std::any_of(roles.begin(), roles.end(),
                     [&](v1::Role role) { return HasRole(member, role); });
}

bool IsMachine(const v1::Member& member) {
  return member.roles_size() > 0 &&
         std::all_of(member.roles().begin(), member.roles().end(),
                     [](int role) { return role == v1::ROLE_PARTNER_SYSTEM; });
}

std::shared_ptr<const v1::Meeting> OpenMeeting(const View& view) {
  const std::vector<std::string> open = view.Lookup(kOpenMeetingKey);
  return open.empty() ? nullptr : view.Get<v1::Meeting>(open.front());
}

std::shared_ptr<const v1::Meeting> LastClosedMeeting(const View& view) {
  return Latest(view, kMeetingsHeldKey, [](const v1::Meeting& meeting) {
    return meeting.has_close_time() ? TimeOf(meeting.close_time()) : absl::InfinitePast();
  });
}

bool ChairsLatestMeeting(const View& view, absl::string_view member) {
  const auto meeting = Latest(view, kMeetingsHeldKey,
                              [](const v1::Meeting& held) { return TimeOf(held.open_time()); });
  return meeting != nullptr && meeting->chair() == member;
}

bool LeadsNight(const View& view, absl::string_view member, bool coordinator) {
  const std::vector<std::string> leads = view.Lookup(kNightLeadKey);
  if (leads.empty()) return coordinator;
  return std::any_of(leads.begin(), leads.end(), [&](const std::string& name) {
    const auto meeting = view.Get<v1::Meeting>(name);
    return meeting != nullptr && meeting->night_lead().member() == member;
  });
}

absl::StatusOr<Actor> ActorOf(const Transaction& transaction) {
  static const auto* const kSystem =
      new std::shared_ptr<const v1::Member>(std::make_shared<v1::Member>());
  Actor actor;
  actor.audience = AudienceOf(transaction, transaction.caller());
  if (transaction.caller().is_system()) {
    actor.member = *kSystem;
    actor.system = true;
    return actor;
  }
  actor.member = transaction.Get<v1::Member>(transaction.caller().member);
  if (actor.member == nullptr || !TakesPart(*actor.member, transaction.now())) {
    return Refuse(v1::ERROR_REASON_IDENTITY_ENDED,
                  {"You no longer take part in this municipality's work.",
                   "Du deltar inte längre i kommunens arbete."});
  }
  return actor;
}

absl::Status RequireRole(const Actor& actor, std::initializer_list<v1::Role> roles) {
  if (actor.HasAny(roles)) return absl::OkStatus();
  std::vector<absl::string_view> en, sv, names;
  for (const v1::Role role : roles) {
    en.push_back(RoleInEnglish(role));
    sv.push_back(RoleInSwedish(role));
    names.push_back(
        absl::string_view(v1::Role_Name(role)).substr(absl::string_view("ROLE_").size()));
  }
  return Refuse(v1::ERROR_REASON_ROLE_MISSING,
                {absl::StrCat("Only ", absl::StrJoin(en, " or "), " may do this."),
                 absl::StrCat("Det får bara ", absl::StrJoin(sv, " eller "), " göra.")},
                {{"role", absl::StrJoin(names, ",")}});
}

bool WritesSource(const Actor& actor, absl::string_view source_uri) {
  const auto& listed = actor.member->source_uris();
  return actor.system || std::find(listed.begin(), listed.end(), source_uri) != listed.end();
}

absl::string_view RoleInEnglish(v1::Role role) {
  switch (role) {
    case v1::ROLE_COORDINATOR:
      return "a coordinator";
    case v1::ROLE_CHAIR:
      return "the chair";
    case v1::ROLE_SECRETARY:
      return "the secretary";
    case v1::ROLE_REPORTER:
      return "a reporter";
    case v1::ROLE_REVIEWER:
      return "a reviewer";
    case v1::ROLE_DISPATCHER:
      return "a dispatcher";
    case v1::ROLE_FIELD:
      return "field staff";
    case v1::ROLE_PARTNER_SYSTEM:
      return "a partner system";
    case v1::ROLE_AUDITOR:
      return "an auditor";
    case v1::ROLE_OBSERVER:
      return "an observer";
    default:
      return "nobody";
  }
}

absl::string_view RoleInSwedish(v1::Role role) {
  switch (role) {
    case v1::ROLE_COORDINATOR:
      return "en samordnare";
    case v1::ROLE_CHAIR:
      return "mötesledaren";
    case v1::ROLE_SECRETARY:
      return "sekreteraren";
    case v1::ROLE_REPORTER:
      return "en rapportör";
    case v1::ROLE_REVIEWER:
      return "en granskare";
    case v1::ROLE_DISPATCHER:
      return "en enhetsansvarig";
    case v1::ROLE_FIELD:
      return "fältpersonal";
    case v1::ROLE_PARTNER_SYSTEM:
      return "ett system";
    case v1::ROLE_AUDITOR:
      return "en loggranskare";
    case v1::ROLE_OBSERVER:
      return "en observatör";
    default:
      return "ingen";
  }
}

absl::Status RequireEtag(absl::string_view etag, absl::string_view current) {
  if (etag.empty() || etag == current) return absl::OkStatus();
  return Refuse(v1::ERROR_REASON_ETAG_MISMATCH,
                {"Somebody changed this since you read it. Read it again, then decide.",
                 "Någon har ändrat detta sedan du läste det. Läs om det och bestäm sedan."});
}

}  // namespace samsyn::domain

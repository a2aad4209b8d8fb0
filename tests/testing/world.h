// A municipality in memory for tests of rules: a picture, a clock, and commands decided against
// them as the engine would, without journal or threads.
#ifndef SAMSYN_TESTS_TESTING_WORLD_H_
#define SAMSYN_TESTS_TESTING_WORLD_H_

#include <absl/status/status.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/string_view.h>
#include <absl/time/time.h>

#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <vector>

#include "server/domain/names.h"
#include "server/domain/picture.h"
#include "server/domain/refusal.h"
#include "server/domain/timers.h"
#include "server/domain/transaction.h"
#include "server/domain/visibility.h"

namespace samsyn::testing {

inline constexpr char kMunicipality[] = "municipalities/0136";

// "polisen" → "municipalities/0136/organisations/polisen", and so on.
inline std::string OrganisationName(absl::string_view id) {
  return absl::StrCat(kMunicipality, "/organisations/", id);
}
inline std::string MemberName(absl::string_view id) {
  return absl::StrCat(kMunicipality, "/members/", id);
}
inline std::string UnitName(absl::string_view id) {
  return absl::StrCat(kMunicipality, "/units/", id);
}
inline std::string AreaName(absl::string_view id) {
  return absl::StrCat(kMunicipality, "/areas/", id);
}

// Not thread-safe.
class World {
 public:
  // Friday 2026-11-27 17:00 in Stockholm, unless it is to begin at another time.
  explicit World(absl::Time now = absl::FromUnixSeconds(1795795200)) : now_(now) {
    v1::Municipality municipality;
    municipality.set_name(kMunicipality);
    municipality.set_display_name("Haninge");
    municipality.set_county("Stockholms län");
    municipality.set_time_zone("Europe/Stockholm");
    *municipality.mutable_situation_time() = domain::TimestampOf(now_);
    Put(std::move(municipality));
  }

  // Puts an entity as it is, as its own revision.
  template <typename T>
  void Put(T message) {
    domain::Transaction transaction(picture_, kMunicipality, {"system", ""}, now_, revision_ + 1,
                                    "00000000-0000-4000-8000-000000000000");
    transaction.Put(std::move(message));
    Commit(transaction);
  }
  void AddOrganisation(absl::string_view id, v1::OrganisationKind kind, bool authority) {
    v1::Organisation organisation;
    organisation.set_name(OrganisationName(id));
    organisation.set_owner(organisation.name());
    organisation.set_display_name(std::string(id));
    organisation.set_kind(kind);
    organisation.set_authority(authority);
    Put(std::move(organisation));
  }
  void AddMember(absl::string_view id, absl::string_view organisation,
                 std::initializer_list<v1::Role> roles,
                 std::initializer_list<absl::string_view> units = {}) {
    v1::Member member;
    member.set_name(MemberName(id));
    member.set_organisation(OrganisationName(organisation));
    member.set_owner(member.organisation());
    member.set_display_name(absl::StrCat("Person ", id));
    for (const v1::Role role : roles) member.add_roles(role);
    for (const absl::string_view unit : units) member.add_units(UnitName(unit));
    Put(std::move(member));
  }
  void AddUnit(absl::string_view id, absl::string_view organisation,
               std::initializer_list<absl::string_view> directing = {}) {
    v1::Unit unit;
    unit.set_name(UnitName(id));
    unit.set_organisation(OrganisationName(organisation));
    unit.set_owner(unit.organisation());
    unit.set_display_name(std::string(id));
    unit.set_power(v1::Unit::POWER_FIELD_WORKER);
    for (const absl::string_view name : directing) {
      unit.add_directing_organisations(OrganisationName(name));
    }
    Put(std::move(unit));
  }
  void AddArea(absl::string_view id) {
    v1::Area area;
    area.set_name(AreaName(id));
    area.set_display_name(std::string(id));
    area.set_kind(v1::Area::KIND_DISTRICT);
    Put(std::move(area));
  }

  // Decides a rule as the engine would, and applies it if it is not refused. `request_id` is used
  // for new ids; left out, each call has its own. `token`: the one that the member shows.
  template <typename Request>
  absl::Status Do(absl::string_view member, const Request& request,
                  absl::Status (*rule)(const Request&, domain::Transaction&),
                  std::string request_id = "", std::string token = "") {
    if (request_id.empty()) request_id = NextRequestId();
    domain::Transaction transaction(picture_, kMunicipality,
                                    {member == "system" ? "system" : MemberName(member), token},
                                    now_, revision_ + 1, request_id);
    const absl::Status status = rule(request, transaction);
    if (!status.ok()) return status;
    results_ = transaction.results();
    effect_ = transaction.effect();
    Commit(transaction);
    return status;
  }
  // The entities that answered the last command.
  const std::vector<std::string>& results() const { return results_; }
  int effect() const { return effect_; }
  // The first of them.
  template <typename T>
  T Result() const {
    const auto entity = results_.empty() ? nullptr : picture_.Get<T>(results_.front());
    return entity == nullptr ? T() : *entity;
  }
  template <typename T>
  T Now(absl::string_view name) const {
    const auto entity = picture_.Get<T>(name);
    return entity == nullptr ? T() : *entity;
  }

  // Moves the clock on and fires every timer that comes due on the way, in order.
  void Advance(absl::Duration by) {
    const absl::Time end = now_ + by;
    for (auto due = picture_.NextDue(); due && due->first <= end; due = picture_.NextDue()) {
      now_ = std::max(now_, due->first);
      domain::Transaction transaction(picture_, kMunicipality, {"system", ""}, now_, revision_ + 1,
                                      NextRequestId());
      if (!domain::OnTimer(due->second, transaction).ok() || transaction.empty()) break;
      Commit(transaction);
    }
    now_ = end;
  }

  absl::Time now() const { return now_; }
  domain::Revision revision() const { return revision_; }
  const domain::Picture& picture() const { return picture_; }
  domain::Audience AudienceFor(absl::string_view member) const {
    return domain::AudienceOf(picture_, {MemberName(member), ""});
  }
  // What the member gets of an entity; null if nothing.
  domain::EntityPtr ShownTo(absl::string_view member, absl::string_view name) const {
    return domain::Shown(AudienceFor(member), picture_.Find(name));
  }

 private:
  std::string NextRequestId() { return domain::MadeId("world", absl::StrCat(++requests_), 0); }
  void Commit(const domain::Transaction& transaction) {
    if (transaction.empty()) return;
    ++revision_;
    for (const std::string& name : transaction.changed()) {
      if (domain::EntityPtr version = transaction.Find(name)) {
        picture_.Put(std::move(version));
      } else {
        picture_.Remove(name);
      }
    }
    for (const auto& [token, digest] : transaction.credentials()) {
      picture_.PutCredential(token, digest);
    }
  }

  domain::Picture picture_;
  absl::Time now_;
  domain::Revision revision_ = 0;
  int requests_ = 0;
  std::vector<std::string> results_;
  int effect_ = 0;
};

}  // namespace samsyn::testing

#endif  // SAMSYN_TESTS_TESTING_WORLD_H_

#include "server/domain/setup_rules.h"

#include <absl/container/flat_hash_map.h>
#include <absl/strings/str_cat.h>
#include <google/api/field_behavior.pb.h>

#include <algorithm>
#include <set>
#include <string>
#include <type_traits>
#include <utility>

#include "server/domain/access_rules.h"
#include "server/domain/assignment_reach.h"
#include "server/domain/authority_rules.h"
#include "server/domain/directory_checks.h"
#include "server/domain/directory_rules.h"
#include "server/domain/index_keys.h"
#include "server/domain/limits.h"
#include "server/domain/names.h"
#include "server/domain/permits.h"
#include "server/domain/position_rules.h"
#include "server/domain/refusal.h"

namespace samsyn::domain {
namespace {

using Action = v1::SetupDifference::Action;

// Room for the tokens that fall with removed members.
constexpr size_t kStepChanges = kTransactionChanges / 2;
constexpr size_t kStepBytes = kTransactionBytes - (128 << 10);
// Works a plan out. What will be stands in an overlay, so that references are checked against it.
class Planner {
 public:
  Planner(const v1::Setup& setup, const View& view, absl::string_view actor)
      : setup_(setup),
        view_(view),
        actor_(actor),
        municipality_(setup.municipality().name()),
        first_(view.count(v1::ENTITY_KIND_ORGANISATION) <= 1),
        after_(view) {}

  absl::StatusOr<SetupPlan> Plan();

 private:
  template <typename T>
  void Take(const google::protobuf::RepeatedPtrField<T>& asked, absl::string_view path);
  void TakeMunicipality();
  void Default(v1::Organisation& one, const v1::Organisation* before);
  void Default(v1::Member& one, const v1::Member* before);
  void Default(v1::Unit& one, const v1::Unit* before);
  void Default(v1::Area& one, const v1::Area* before);
  template <typename T>
  void CheckStays(const T& before, const T& one, const std::string& path);
  void RemoveMembers();
  void RetireUnits();
  void CheckReferences();
  void CheckCounts();
  template <typename T>
  void NoteChange(const T* before, const T& one, std::vector<std::string> fields);
  v1::SetupDifference& Note(Action action, const std::string& name,
                            std::vector<std::string> fields);
  template <typename T>
  void Write(T one);
  int RankOf(const v1::Entity& entity) const;
  std::vector<std::vector<v1::Entity>> Steps();

  const v1::Setup& setup_;
  const View& view_;
  const std::string actor_;
  const std::string municipality_;
  const bool first_;  // there is none but the organisation that the municipality began with
  Overlay after_;
  std::set<std::string> named_;
  Violations violations_;
  std::vector<v1::SetupDifference> differences_;
  std::vector<v1::Entity> writes_;
};

v1::SetupDifference& Planner::Note(Action action, const std::string& name,
                                   std::vector<std::string> fields) {
  v1::SetupDifference& difference = differences_.emplace_back();
  difference.set_action(action);
  difference.set_name(name);
  for (std::string& field : fields) difference.add_fields(std::move(field));
  return difference;
}

// A member that was removed returns as a new one does.
template <typename T>
void Planner::NoteChange(const T* before, const T& one, std::vector<std::string> fields) {
  bool returns = before == nullptr;
  if constexpr (requires { before->removed(); }) returns = returns || before->removed();
  v1::SetupDifference& difference =
      Note(returns ? v1::SetupDifference::ACTION_CREATE : v1::SetupDifference::ACTION_UPDATE,
           one.name(), std::move(fields));
  if constexpr (std::is_same_v<T, v1::Organisation>) {
    const auto& named = difference.fields();
    const bool taken_back = before != nullptr && before->has_authority_change() &&
                            !one.has_authority_change() &&
                            std::find(named.begin(), named.end(), "authority") == named.end();
    if (taken_back) difference.add_fields("authority");
    difference.set_awaits_confirmation(one.has_authority_change());
  }
}

template <typename T>
void Planner::Write(T one) {
  const std::string name = one.name();
  writes_.push_back(Wrap(std::move(one)));
  after_.Set(name, std::make_shared<const v1::Entity>(writes_.back()));
}

void Planner::TakeMunicipality() {
  const auto before = view_.Get<v1::Municipality>(municipality_);
  v1::Municipality one = *before;
  std::vector<std::string> fields = Replace(setup_.municipality(), one);
  CheckMunicipality(one, "setup.municipality", violations_);
  for (const auto& [was, is, field] :
       {std::tuple{&before->display_name(), &one.display_name(), "display_name"},
        {&before->county(), &one.county(), "county"}}) {
    if (*was == *is) continue;
    violations_.Add(absl::StrCat("setup.municipality.", field), "This cannot be changed.",
                    "Detta kan inte ändras.");
  }
  if (one.time_zone().empty()) one.set_time_zone("Europe/Stockholm");
  if (one.SerializeAsString() == before->SerializeAsString()) return;
  Note(v1::SetupDifference::ACTION_UPDATE, municipality_, std::move(fields));
  Write(std::move(one));
}

void Planner::Default(v1::Organisation& one, const v1::Organisation* before) {
  one.set_owner(one.name());
  if (!first_) AskForAuthority(before, actor_, one);
}
void Planner::Default(v1::Member& one, const v1::Member*) {
  one.set_owner(one.organisation());
  one.set_removed(false);
}
void Planner::Default(v1::Unit& one, const v1::Unit*) { one.set_owner(one.organisation()); }
void Planner::Default(v1::Area& one, const v1::Area* before) {
  if (one.kind() == v1::Area::KIND_UNSPECIFIED) one.set_kind(v1::Area::KIND_DISTRICT);
  if (before == nullptr) {
    const auto municipality = view_.Get<v1::Municipality>(municipality_);
    one.set_owner(municipality->owner());
  }
}

template <typename T>
void Planner::CheckStays(const T& before, const T& one, const std::string& path) {
  if constexpr (std::is_same_v<T, v1::Area>) CheckKindStays(before, one, path, violations_);
  if constexpr (requires { one.organisation(); }) {
    if (before.organisation() == one.organisation()) return;
    violations_.Add(absl::StrCat(path, ".organisation"), "It cannot move to another organisation.",
                    "Den kan inte flyttas till en annan aktör.");
  }
}

template <typename T>
void Planner::Take(const google::protobuf::RepeatedPtrField<T>& asked, absl::string_view path) {
  for (int i = 0; i < asked.size(); ++i) {
    const std::string at = absl::StrCat(path, "[", i, "]");
    CheckName(asked[i].name(), EntityField<T>::kKind, municipality_, at, violations_);
    if (!named_.insert(asked[i].name()).second) {
      violations_.Add(absl::StrCat(at, ".name"), "This name stands twice.",
                      "Detta namn står två gånger.");
      continue;
    }
    const auto before = view_.Get<T>(asked[i].name());
    T one = before == nullptr ? T() : *before;
    one.set_name(asked[i].name());
    T wanted = asked[i];
    if constexpr (std::is_same_v<T, v1::Unit>) KeepTemporaryPermits(before.get(), wanted);
    std::vector<std::string> fields = Replace(wanted, one);
    Default(one, before.get());
    if (before != nullptr) CheckStays(*before, one, at);
    if (before != nullptr && one.SerializeAsString() == before->SerializeAsString()) continue;
    NoteChange(before.get(), one, std::move(fields));
    Write(std::move(one));
  }
}

void Planner::RemoveMembers() {
  for (const auto& before : view_.All<v1::Member>()) {
    if (before->removed() || named_.contains(before->name())) continue;
    v1::Member one = *before;
    one.set_removed(true);
    one.clear_position_consent_time();
    Note(v1::SetupDifference::ACTION_REMOVE, one.name(), {});
    Write(std::move(one));
  }
  if (!HasCoordinator(after_, "")) {
    violations_.Add("setup.members", "Somebody must be a coordinator.",
                    "Någon måste vara samordnare.");
  }
}

void Planner::RetireUnits() {
  for (const auto& before : view_.All<v1::Unit>()) {
    if (before->retired() || named_.contains(before->name())) continue;
    v1::Unit one = *before;
    one.set_retired(true);
    Note(v1::SetupDifference::ACTION_REMOVE, one.name(), {});
    Write(std::move(one));
  }
}

// References may point at anything that will be there.
void Planner::CheckReferences() {
  const auto directory = [this](absl::string_view name) { return after_.Find(name); };
  const auto at = [](absl::string_view list, int i) {
    return absl::StrCat("setup.", list, "[", i, "]");
  };
  const auto planned = [this]<typename T>(const T& asked) {
    const auto one = after_.Get<T>(asked.name());
    return one == nullptr ? asked : *one;
  };
  for (int i = 0; i < setup_.organisations_size(); ++i) {
    CheckOrganisation(planned(setup_.organisations(i)), at("organisations", i), violations_);
  }
  for (int i = 0; i < setup_.members_size(); ++i) {
    CheckMember(planned(setup_.members(i)), at("members", i), directory, violations_);
  }
  for (int i = 0; i < setup_.units_size(); ++i) {
    CheckUnit(planned(setup_.units(i)), at("units", i), directory, violations_);
  }
  for (int i = 0; i < setup_.areas_size(); ++i) {
    CheckArea(planned(setup_.areas(i)), at("areas", i), directory, violations_);
  }
}

void Planner::CheckCounts() {
  const auto check = [this](absl::string_view list, v1::EntityKind kind, size_t most) {
    if (after_.count(kind) <= most) return;
    violations_.Add(absl::StrCat("setup.", list),
                    absl::StrCat("With those that are there already: at most ", most, "."),
                    absl::StrCat("Med dem som redan finns: högst ", most, "."));
  };
  check("organisations", v1::ENTITY_KIND_ORGANISATION, kOrganisationsMost);
  check("members", v1::ENTITY_KIND_MEMBER, kMembersMost);
  check("units", v1::ENTITY_KIND_UNIT, kUnitsMost);
  check("areas", v1::ENTITY_KIND_AREA, kAreasMost);
}

// What is written first: areas before those that lie in them, what is taken away after all that is
// given, and last whoever sets up, so that the rest is not cut off.
int Planner::RankOf(const v1::Entity& entity) const {
  constexpr int kDeepest = 100;
  if (entity.has_member() && entity.member().name() == actor_) return kDeepest + 2;
  if (entity.has_member() && entity.member().removed()) return kDeepest + 1;
  if (entity.has_unit() && entity.unit().retired()) return kDeepest + 1;
  int depth = 0;
  std::string parent = entity.has_area() ? entity.area().parent() : "";
  for (; !parent.empty() && depth < kDeepest; ++depth) {
    const auto above = after_.Get<v1::Area>(parent);
    parent = above == nullptr ? "" : above->parent();
  }
  return depth;
}

// Cut so that every transaction stays within the limits.
std::vector<std::vector<v1::Entity>> Planner::Steps() {
  std::vector<std::pair<int, const v1::Entity*>> ordered;
  for (const v1::Entity& entity : writes_) ordered.emplace_back(RankOf(entity), &entity);
  std::stable_sort(ordered.begin(), ordered.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<std::vector<v1::Entity>> steps;
  size_t bytes = 0;
  for (const auto& [rank, entity] : ordered) {
    const size_t more = entity->ByteSizeLong() + 256;
    if (steps.empty() || steps.back().size() >= kStepChanges || bytes + more > kStepBytes) {
      steps.emplace_back();
      bytes = 0;
    }
    steps.back().push_back(*entity);
    bytes += more;
  }
  return steps;
}

absl::StatusOr<SetupPlan> Planner::Plan() {
  if (view_.Get<v1::Municipality>(municipality_) == nullptr) return NotFound(municipality_);
  writes_.reserve(setup_.organisations_size() + setup_.members_size() + setup_.units_size());
  TakeMunicipality();
  Take(setup_.organisations(), "setup.organisations");
  Take(setup_.units(), "setup.units");
  Take(setup_.members(), "setup.members");
  RemoveMembers();
  RetireUnits();
  Take(setup_.areas(), "setup.areas");
  CheckReferences();
  CheckCounts();
  if (absl::Status good = std::move(violations_).Result(); !good.ok()) return good;
  return SetupPlan{std::move(differences_), Steps()};
}

// What a client may set, and the name.
void KeepWhatIsAsked(google::protobuf::Message& message) {
  const auto& type = *message.GetDescriptor();
  for (int i = 0; i < type.field_count(); ++i) {
    const auto& field = *type.field(i);
    const auto& options = field.options();
    bool output = field.name() == "release";
    for (int k = 0; k < options.ExtensionSize(google::api::field_behavior); ++k) {
      output = output ||
               options.GetExtension(google::api::field_behavior, k) == google::api::OUTPUT_ONLY;
    }
    if (output && field.name() != "name") message.GetReflection()->ClearField(&message, &field);
  }
}

template <typename T>
void Show(const View& view, google::protobuf::RepeatedPtrField<T>* out) {
  for (const auto& one : view.All<T>()) {
    if constexpr (requires { one->removed(); }) {
      if (one->removed()) continue;
    }
    *out->Add() = *one;
    KeepWhatIsAsked(*out->rbegin());
    if constexpr (std::is_same_v<T, v1::Unit>) KeepTemporaryPermits(nullptr, *out->rbegin());
  }
}

void WriteOrganisation(v1::Organisation one, Transaction& transaction) {
  if (one.has_authority_change() && !one.authority_change().has_ask_time()) {
    *one.mutable_authority_change()->mutable_ask_time() = TimestampOf(transaction.now());
  }
  transaction.Put(std::move(one));
}

// `units`: those that it belonged to, and belongs to now.
void WriteMember(const v1::Member& one, std::set<std::string>& units, Transaction& transaction) {
  const auto before = transaction.Get<v1::Member>(one.name());
  if (before != nullptr) units.insert(before->units().begin(), before->units().end());
  units.insert(one.units().begin(), one.units().end());
  transaction.Put(one);
  if (one.removed()) RevokeTokensOf(one.name(), transaction);
  if (before != nullptr) DropPositionsOf(*before, transaction);
}

}  // namespace

absl::StatusOr<SetupPlan> PlanSetup(const v1::ApplySetupRequest& request, const View& view,
                                    const Actor& actor) {
  if (absl::Status may = RequireRole(actor, {v1::ROLE_COORDINATOR}); !may.ok()) return may;
  const std::string& name = request.setup().municipality().name();
  if (!actor.audience.everything && name != actor.audience.municipality) return NotFound(name);
  return Planner(request.setup(), view, actor.member->name()).Plan();
}

absl::Status ApplySetup(const v1::ApplySetupRequest& request, Transaction& transaction) {
  const auto actor = ActorOf(transaction);
  if (!actor.ok()) return actor.status();
  const auto plan = PlanSetup(request, transaction, *actor);
  if (!plan.ok()) return plan.status();
  transaction.Answer(transaction.municipality());
  if (request.validate_only() || plan->steps.empty()) return absl::OkStatus();
  transaction.SetEffect(static_cast<int>(plan->steps.size()) - 1);
  std::set<std::string> units;  // whose people or numbers become others
  for (const v1::Entity& entity : plan->steps.front()) {
    if (entity.has_unit()) units.insert(entity.unit().name());
    if (entity.has_member()) {
      WriteMember(entity.member(), units, transaction);
    } else if (entity.has_organisation()) {
      WriteOrganisation(entity.organisation(), transaction);
    } else {
      VisitEntity(entity, [&](const auto& message) { transaction.Put(message); });
    }
  }
  for (const std::string& unit : units) RefreshReach(unit, transaction);
  return absl::OkStatus();
}

absl::Status GetSetup(const v1::GetSetupRequest& request, const View& view,
                      const Audience& audience, v1::GetSetupResponse* response) {
  const auto municipality = GetVisible<v1::Municipality>(view, audience, request.municipality());
  if (municipality == nullptr) return NotFound(request.municipality());
  if (!audience.coordinator && !audience.everything) {
    return RequireRole(Actor{std::make_shared<v1::Member>(), audience}, {v1::ROLE_COORDINATOR});
  }
  v1::Setup& setup = *response->mutable_setup();
  *setup.mutable_municipality() = *municipality;
  KeepWhatIsAsked(*setup.mutable_municipality());
  Show(view, setup.mutable_organisations());
  Show(view, setup.mutable_members());
  Show(view, setup.mutable_units());
  Show(view, setup.mutable_areas());
  return absl::OkStatus();
}

}  // namespace samsyn::domain

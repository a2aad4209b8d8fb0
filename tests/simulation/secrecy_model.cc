#include "tests/simulation/secrecy_model.h"

#include <absl/strings/match.h>

#include <algorithm>
#include <cctype>

namespace samsyn::simulation {
namespace {

bool Contains(const google::protobuf::RepeatedPtrField<std::string>& list,
              absl::string_view element) {
  return std::any_of(list.begin(), list.end(),
                     [&](const std::string& one) { return one == element; });
}

template <typename IsRole>
bool AnyRole(const v1::Member& member, IsRole is) {
  return std::any_of(member.roles().begin(), member.roles().end(),
                     [&](int role) { return is(static_cast<v1::Role>(role)); });
}

// The meeting opened last, and whoever leads the night by name.
struct Leaders {
  std::string chair;
  std::vector<std::string> night;
  std::vector<std::string> present;  // in the open meeting
};

Leaders LeadersIn(const domain::View& view) {
  Leaders leaders;
  absl::Time newest = absl::InfinitePast();
  for (const auto& meeting : view.All<v1::Meeting>()) {
    if (meeting->has_open_time() && domain::TimeOf(meeting->open_time()) > newest) {
      newest = domain::TimeOf(meeting->open_time());
      leaders.chair = meeting->chair();
    }
    if (meeting->has_night_lead() && !meeting->night_lead().over()) {
      leaders.night.push_back(meeting->night_lead().member());
    }
    if (meeting->has_open_time() && !meeting->has_close_time()) {
      leaders.present.assign(meeting->attending_organisations().begin(),
                             meeting->attending_organisations().end());
    }
  }
  return leaders;
}

}  // namespace

bool SecrecyModel::IsAuthority(absl::string_view organisation) const {
  const auto found = view_.Get<v1::Organisation>(organisation);
  return found != nullptr && found->authority();
}

SecrecyModel::Eyes SecrecyModel::EyesOf(absl::string_view name) const {
  Eyes eyes;
  const auto member = view_.Get<v1::Member>(name);
  if (member == nullptr || member->removed()) {
    eyes.blind = true;
    return eyes;
  }
  const Leaders leaders = LeadersIn(view_);
  eyes.coordinator = AnyRole(*member, [](v1::Role r) { return r == v1::ROLE_COORDINATOR; });
  eyes.dispatcher = AnyRole(*member, [](v1::Role r) { return r == v1::ROLE_DISPATCHER; });
  eyes.blind = !AnyRole(*member, [](v1::Role r) { return r != v1::ROLE_AUDITOR; });
  if (!AnyRole(*member, [](v1::Role r) { return r != v1::ROLE_OBSERVER; })) {
    eyes.organisations = leaders.present;
    eyes.before_attendance = leaders.present.empty();
    return eyes;
  }
  eyes.organisations = {member->organisation()};
  eyes.leads = leaders.chair == name ||
               (leaders.night.empty() ? eyes.coordinator
                                      : std::count(leaders.night.begin(), leaders.night.end(),
                                                   std::string(name)) > 0);
  return eyes;
}

bool SecrecyModel::LeadsOver(const Eyes& eyes, const v1::Entity& entity) const {
  if (!eyes.leads) return false;
  const bool authority = IsAuthority(eyes.organisations[0]);
  if (entity.has_field_update() || entity.has_unit_position()) return authority;
  if (!entity.has_assignment()) return false;
  const domain::EntityPtr deployment = view_.Find(entity.assignment().deployment());
  return authority || (deployment != nullptr && SeenBy(eyes.organisations[0], *deployment));
}

bool SecrecyModel::SeenBy(absl::string_view organisation, const v1::Entity& entity) const {
  const v1::ReleaseState& release = domain::ReleaseOf(entity);
  const v1::ReleaseClass release_class = release.release_class();
  return release_class == v1::RELEASE_CLASS_PUBLIC || release_class == v1::RELEASE_CLASS_PARTNER ||
         organisation == domain::OwnerOf(entity) ||
         Contains(release.organisations(), organisation) ||
         (release_class == v1::RELEASE_CLASS_AUTHORITY && IsAuthority(organisation));
}

bool SecrecyModel::MaySee(absl::string_view member, absl::string_view name) const {
  const domain::EntityPtr entity = view_.Find(name);
  return entity != nullptr && MaySeeVersion(member, *entity);
}

bool SecrecyModel::MaySeeVersion(absl::string_view member, const v1::Entity& entity) const {
  const v1::EntityKind kind = domain::KindOf(entity);
  if (kind == v1::ENTITY_KIND_MUNICIPALITY) return true;
  const Eyes eyes = EyesOf(member);
  if (eyes.blind) return false;
  if (kind == v1::ENTITY_KIND_ORGANISATION || kind == v1::ENTITY_KIND_MEMBER ||
      kind == v1::ENTITY_KIND_UNIT || kind == v1::ENTITY_KIND_AREA) {
    return true;
  }
  // What minutes keep is shown by `GetMinutes` alone, a part as the entity that it was.
  if (kind == v1::ENTITY_KIND_MINUTES_ITEM) return false;
  const std::string& owner = domain::OwnerOf(entity);
  if (kind == v1::ENTITY_KIND_TOKEN || kind == v1::ENTITY_KIND_DEVICE) {
    return eyes.coordinator || (eyes.dispatcher && eyes.organisations[0] == owner);
  }
  if (LeadsOver(eyes, entity)) {
    return true;
  }
  const v1::ReleaseState& release = domain::ReleaseOf(entity);
  const v1::ReleaseClass release_class = release.release_class();
  const bool open_to_all =
      release_class == v1::RELEASE_CLASS_PUBLIC || release_class == v1::RELEASE_CLASS_PARTNER;
  if (open_to_all || eyes.before_attendance) return open_to_all;
  return std::all_of(eyes.organisations.begin(), eyes.organisations.end(),
                     [&](const std::string& one) { return SeenBy(one, entity); });
}

std::set<v1::Withheld> SecrecyModel::WithheldFrom(absl::string_view member,
                                                  const v1::Entity& entity) const {
  std::set<v1::Withheld> withheld;
  const v1::EntityKind kind = domain::KindOf(entity);
  const Eyes eyes = EyesOf(member);
  if (eyes.blind || kind == v1::ENTITY_KIND_MUNICIPALITY) return withheld;
  if (LeadsOver(eyes, entity)) {
    return withheld;
  }
  const v1::ReleaseState& release = domain::ReleaseOf(entity);
  const v1::ReleaseClass release_class = release.release_class();
  if (release_class == v1::RELEASE_CLASS_PUBLIC || release_class == v1::RELEASE_CLASS_PARTNER) {
    return withheld;
  }
  for (const std::string& one : eyes.organisations) {
    const bool by_class = release_class == v1::RELEASE_CLASS_AUTHORITY && IsAuthority(one);
    if (one == domain::OwnerOf(entity) || by_class) continue;
    for (const v1::Redaction& redaction : release.redactions()) {
      if (redaction.organisation() != one) continue;
      for (const int what : redaction.withheld()) withheld.insert(static_cast<v1::Withheld>(what));
    }
  }
  return withheld;
}

bool SecrecyModel::SeesWhole(absl::string_view member, absl::string_view name) const {
  const domain::EntityPtr entity = view_.Find(name);
  return entity != nullptr && MaySeeVersion(member, *entity) &&
         WithheldFrom(member, *entity).empty();
}

bool SecrecyModel::Owns(absl::string_view member, absl::string_view name) const {
  const auto who = view_.Get<v1::Member>(member);
  const domain::EntityPtr entity = view_.Find(name);
  if (who == nullptr || entity == nullptr) return false;
  const bool screen = !AnyRole(*who, [](v1::Role r) { return r != v1::ROLE_OBSERVER; });
  return !screen && who->organisation() == domain::OwnerOf(*entity) && MaySee(member, name);
}

bool SecrecyModel::KnowsByName(absl::string_view member, absl::string_view other) const {
  const Eyes eyes = EyesOf(member);
  const auto named = view_.Get<v1::Member>(other);
  if (eyes.blind || named == nullptr) return false;
  if (member == other || eyes.coordinator) return true;
  const auto who = view_.Get<v1::Member>(member);
  const bool screen = !AnyRole(*who, [](v1::Role r) { return r != v1::ROLE_OBSERVER; });
  return !screen && who->organisation() == named->organisation();
}

bool SecrecyModel::SeesCommitments(absl::string_view member, absl::string_view name) const {
  const auto deployment = view_.Get<v1::Deployment>(name);
  if (deployment == nullptr || !MaySee(member, name)) return false;
  const Eyes eyes = EyesOf(member);
  if (eyes.leads) return true;
  const auto who = view_.Get<v1::Member>(member);
  if (!AnyRole(*who, [](v1::Role r) { return r != v1::ROLE_OBSERVER; })) return false;
  return std::any_of(deployment->commitments().begin(), deployment->commitments().end(),
                     [&](const v1::Commitment& one) {
                       return one.organisation() == who->organisation() ||
                              one.directed_by() == who->organisation();
                     });
}

absl::btree_set<std::string> CanariesIn(absl::string_view output) {
  constexpr absl::string_view kWord = "kanarie";
  absl::btree_set<std::string> found;
  for (size_t at = output.find(kWord); at != absl::string_view::npos;
       at = output.find(kWord, at + 1)) {
    size_t end = at + kWord.size();
    while (end < output.size() && std::isdigit(static_cast<unsigned char>(output[end]))) ++end;
    found.emplace(output.substr(at, end - at));
  }
  return found;
}

absl::btree_set<std::string> NamesIn(absl::string_view output) {
  constexpr absl::string_view kPrefix = "municipalities/";
  absl::btree_set<std::string> found;
  for (size_t at = output.find(kPrefix); at != absl::string_view::npos;
       at = output.find(kPrefix, at + 1)) {
    size_t end = at + kPrefix.size();
    while (end < output.size() &&
           (std::isalnum(static_cast<unsigned char>(output[end])) || output[end] == '/' ||
            output[end] == '-' || output[end] == '.')) {
      ++end;
    }
    found.emplace(output.substr(at, end - at));
  }
  return found;
}

}  // namespace samsyn::simulation

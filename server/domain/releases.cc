#include "server/domain/releases.h"

#include "server/domain/categories.h"
#include "server/domain/index_keys.h"
#include "server/domain/names.h"
#include "server/domain/policy.h"

namespace samsyn::domain {

std::set<std::string> CoordinatingOrganisations(const View& view) {
  std::set<std::string> organisations;
  view.ForEach(v1::ENTITY_KIND_MEMBER, "", [&](const EntityPtr& entity) {
    const v1::Member& member = entity->member();
    if (!member.removed() && HasRole(member, v1::ROLE_COORDINATOR)) {
      organisations.insert(member.organisation());
    }
    return true;
  });
  return organisations;
}

std::set<std::string> BuiltInOrganisations(const View& view, const v1::Entity& entity) {
  switch (KindOf(entity)) {
    case v1::ENTITY_KIND_REPORT:
      if (IsForCoordinators(entity.report().category())) return CoordinatingOrganisations(view);
      break;
    case v1::ENTITY_KIND_INCIDENT:
      if (IsForCoordinators(entity.incident().category())) return CoordinatingOrganisations(view);
      break;
    case v1::ENTITY_KIND_ASSIGNMENT:
      if (const auto unit = view.Get<v1::Unit>(entity.assignment().unit())) {
        return {unit->directing_organisations().begin(), unit->directing_organisations().end()};
      }
      break;
    default:
      break;
  }
  return {};
}

std::map<std::string, WithheldSet> ReleasedTo(const View& view, absl::string_view entity) {
  std::map<std::string, WithheldSet> organisations;
  for (const std::string& name : view.Lookup(ReleasesOfKey(entity))) {
    const auto release = view.Get<v1::Release>(name);
    if (release == nullptr) continue;
    const WithheldSet withheld = WithheldIn(release->withheld());
    for (const std::string& organisation : release->organisations()) {
      const auto [known, first] = organisations.try_emplace(organisation, withheld);
      if (first) continue;
      std::erase_if(known->second, [&](v1::Withheld one) { return !withheld.contains(one); });
    }
  }
  return organisations;
}

v1::ReleaseState ViewersAlone(v1::ReleaseState release) {
  release.clear_class_change();
  return release;
}

std::string LabelOf(const View& directory, absl::string_view owner,
                    const v1::ReleaseState& release) {
  // The flag matters to no other class.
  const auto organisation = release.release_class() == v1::RELEASE_CLASS_AUTHORITY
                                ? directory.Get<v1::Organisation>(owner)
                                : nullptr;
  return ReleaseLabel(release, owner, organisation != nullptr && organisation->authority());
}

void SetOrganisations(const std::set<std::string>& organisations, absl::string_view owner,
                      v1::ReleaseState& release) {
  release.clear_organisations();
  for (const std::string& name : organisations) {
    if (name != owner) release.add_organisations(name);
  }
}

}  // namespace samsyn::domain

#include "server/domain/release_viewers.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "server/domain/access_rules.h"
#include "server/domain/index_keys.h"
#include "server/domain/names.h"
#include "server/domain/policy.h"
#include "server/domain/release_changes.h"
#include "server/domain/releases.h"
#include "server/domain/rule_checks.h"

namespace samsyn::domain {
namespace {

using Reason = v1::Viewer::Reason;

// What the decisions that an entity is shared by are about: it follows others.
std::vector<std::string> SharedAs(const v1::Entity& entity) {
  switch (KindOf(entity)) {
    case v1::ENTITY_KIND_INCIDENT:
      if (entity.incident().reports().empty()) {  // merged: it shows what its own report says
        return {
            NameOf(MunicipalityOf(NameOf(entity)), v1::ENTITY_KIND_REPORT, IdOf(NameOf(entity)))};
      }
      return {entity.incident().reports().begin(), entity.incident().reports().end()};
    case v1::ENTITY_KIND_FIELD_UPDATE:
      return {entity.field_update().assignment()};
    case v1::ENTITY_KIND_UNIT_POSITION:
      return {entity.unit_position().assignment()};
    default:
      return {NameOf(entity)};
  }
}

// Of two decisions the one that lasts longer.
bool Outlasts(const v1::Release& one, const v1::Release& other) {
  if (!one.has_expire_time() || !other.has_expire_time()) return !one.has_expire_time();
  return TimeOf(one.expire_time()) > TimeOf(other.expire_time());
}

class Viewers {
 public:
  Viewers(const View& view, const v1::Entity& entity) : view_(view), entity_(entity) {
    *unnamed_ = entity;
    VisitEntity(*unnamed_, [](auto& message) {
      if (message.has_release()) message.mutable_release()->clear_organisations();
    });
    for (const std::string& name : SharedAs(entity)) {
      const EntityPtr shared = view.Find(name);
      if (shared != nullptr) built_in_.merge(BuiltInOrganisations(view, *shared));
    }
    built_in_.merge(BuiltInOrganisations(view, entity));
  }

  // Of an organisation; nullopt if none of its members sees it.
  std::optional<v1::Viewer> Of(const std::string& organisation) const {
    v1::Viewer viewer;
    viewer.set_organisation(organisation);
    const Audience audience = AudienceOfOrganisation(view_, organisation);
    if (!CanSee(audience, entity_)) {
      if (!AnyMemberSees(audience)) return std::nullopt;
      viewer.set_reason(AsMember(organisation));
      return viewer;
    }
    for (const v1::Withheld one : WithheldFrom(audience, entity_)) viewer.add_withheld(one);
    viewer.set_reason(AsOrganisation(audience));
    if (viewer.reason() != v1::Viewer::REASON_UNSPECIFIED) return viewer;
    // It is named; where no decision says so (a cell, what was said on behalf), that is no more for
    // others to know.
    viewer.set_reason(v1::Viewer::REASON_RELEASE);
    if (const auto decision = DecisionFor(organisation)) {
      viewer.set_release(decision->name());
      if (decision->has_expire_time()) *viewer.mutable_expire_time() = decision->expire_time();
    }
    return viewer;
  }

 private:
  // Why an organisation sees it without a decision.
  Reason AsOrganisation(const Audience& audience) const {
    if (audience.organisation == OwnerOf(entity_)) return v1::Viewer::REASON_OWNER;
    if (CanSee(audience, *unnamed_)) return v1::Viewer::REASON_CLASS;
    if (!built_in_.contains(audience.organisation)) return v1::Viewer::REASON_UNSPECIFIED;
    return entity_.has_report() || entity_.has_incident() ? v1::Viewer::REASON_COORDINATES
                                                          : v1::Viewer::REASON_DIRECTS;
  }

  // Why single members of it do.
  Reason AsMember(absl::string_view organisation) const {
    if (organisation == OwnerOf(entity_)) return v1::Viewer::REASON_OWNER;
    return entity_.has_token() || entity_.has_device() ? v1::Viewer::REASON_COORDINATES
                                                       : v1::Viewer::REASON_LEADS;
  }

  bool AnyMemberSees(Audience most) const {
    most.coordinator = most.dispatcher = most.chair = most.night_lead = true;
    if (!CanSee(most, entity_)) return false;
    for (const std::string& name : view_.Lookup(MembersOfKey(most.organisation))) {
      const Audience member = AudienceOf(view_, {name, ""});
      if (!member.screen && CanSee(member, entity_)) return true;
    }
    return false;
  }

  std::shared_ptr<const v1::Release> DecisionFor(const std::string& organisation) const {
    std::shared_ptr<const v1::Release> found;
    for (const std::string& shared : SharedAs(entity_)) {
      for (const std::string& name : view_.Lookup(ReleasesOfKey(shared))) {
        auto decision = view_.Get<v1::Release>(name);
        if (decision == nullptr) continue;
        const auto& named = decision->organisations();
        if (std::find(named.begin(), named.end(), organisation) == named.end()) continue;
        if (found == nullptr || Outlasts(*decision, *found)) found = std::move(decision);
      }
    }
    return found;
  }

  const View& view_;
  const v1::Entity& entity_;
  const std::unique_ptr<v1::Entity> unnamed_ = std::make_unique<v1::Entity>();
  std::set<std::string> built_in_;
};

// The audiences of the wall screens.
std::vector<Audience> Screens(const View& view) {
  std::vector<Audience> screens;
  view.ForEach(v1::ENTITY_KIND_MEMBER, "", [&](const EntityPtr& entity) {
    if (!HasRole(entity->member(), v1::ROLE_OBSERVER)) return true;
    Audience audience = AudienceOf(view, {entity->member().name(), ""});
    if (audience.screen) screens.push_back(std::move(audience));
    return true;
  });
  return screens;
}

}  // namespace

absl::Status ListViewers(const v1::ListViewersRequest& request, const View& view,
                         const Audience& audience, v1::ListViewersResponse* response) {
  const EntityPtr found = FindVisible(view, audience, request.name());
  if (found == nullptr) return NotFound(request.name());
  const std::string& owner = OwnerOf(*found);
  const bool told_all = audience.everything || (!audience.screen && audience.organisation == owner);
  auto entity = std::make_shared<v1::Entity>(*found);
  if (request.release_class() != v1::RELEASE_CLASS_UNSPECIFIED) {
    if (!told_all) return NotYours();
    absl::Status releasable = RequireReleasable(*found, "release_class");
    if (!releasable.ok()) return releasable;
    VisitEntity(*entity, [&](auto& message) {
      *message.mutable_release() = DerivedRelease(*found, request.release_class(), view);
    });
  }
  const Viewers viewers(view, *entity);
  std::set<std::string> told;
  view.ForEach(v1::ENTITY_KIND_ORGANISATION, "", [&](const EntityPtr& one) {
    auto viewer = viewers.Of(NameOf(*one));
    if (!viewer.has_value()) return true;
    const bool itself = !audience.screen && viewer->organisation() == audience.organisation;
    if (told_all || itself || viewer->reason() == v1::Viewer::REASON_OWNER ||
        viewer->reason() == v1::Viewer::REASON_CLASS) {
      told.insert(viewer->organisation());
      *response->add_viewers() = *std::move(viewer);
    }
    return true;
  });
  response->set_partial(!told_all && told.size() < view.count(v1::ENTITY_KIND_ORGANISATION));
  for (const Audience& screen : Screens(view)) {
    const bool known =
        told_all || std::all_of(screen.present.begin(), screen.present.end(),
                                [&](const std::string& one) { return told.contains(one); });
    if (known && CanSee(screen, *entity)) response->set_on_screens(true);
  }
  return absl::OkStatus();
}

}  // namespace samsyn::domain

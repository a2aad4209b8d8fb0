#include "server/domain/rule_checks.h"

#include <algorithm>

#include "server/domain/names.h"

namespace samsyn::domain {
namespace {

absl::Status NotPresent(absl::string_view organisation) {
  return Refuse(v1::ERROR_REASON_NOT_PRESENT,
                {absl::StrCat(organisation, " is not present in the open meeting."),
                 absl::StrCat(organisation, " är inte närvarande i det öppna mötet.")});
}

}  // namespace

absl::Status RequireWhole(const Actor& actor, const v1::Entity& entity) {
  if (WithheldFrom(actor.audience, entity).empty()) return absl::OkStatus();
  return Refuse(v1::ERROR_REASON_NOT_YOUR_ORGANISATION,
                {"Your organisation was given a part of this; only who has the whole decides over "
                 "it.",
                 "Din aktör har fått en del av detta; bara den som har hela bestämmer över det."});
}

absl::Status RequireAreas(const View& view,
                          const google::protobuf::RepeatedPtrField<std::string>& areas) {
  for (const std::string& area : areas) {
    if (view.Get<v1::Area>(area) == nullptr) return NotFound(area);
  }
  return absl::OkStatus();
}

absl::Status RequireOrganisation(const View& view, absl::string_view name) {
  return view.Get<v1::Organisation>(name) == nullptr ? NotFound(name) : absl::OkStatus();
}

absl::StatusOr<Speaker> SpeakerOf(const View& view, const Actor& actor,
                                  absl::string_view on_behalf_of,
                                  std::initializer_list<v1::Role> roles) {
  if (on_behalf_of.empty()) {
    if (absl::Status may = RequireRole(actor, roles); !may.ok()) return may;
    return Speaker{actor.organisation(), ""};
  }
  if (absl::Status there = RequireOrganisation(view, on_behalf_of); !there.ok()) return there;
  const auto meeting = OpenMeeting(view);
  if (meeting == nullptr) {
    return Refuse(v1::ERROR_REASON_MEETING_NOT_OPEN,
                  {"What others said aloud can be recorded only in an open meeting.",
                   "Det som andra sagt muntligt kan antecknas bara i ett öppet möte."});
  }
  if (!IsChairOf(actor, *meeting) && !IsSecretaryOf(actor, *meeting)) {
    return Refuse(v1::ERROR_REASON_ROLE_MISSING,
                  {"Only the chair or the secretary records what others said aloud.",
                   "Bara mötesledaren eller sekreteraren antecknar det som andra sagt muntligt."},
                  {{"role", "CHAIR,SECRETARY"}});
  }
  const auto& present = meeting->attending_organisations();
  if (std::find(present.begin(), present.end(), on_behalf_of) == present.end()) {
    return NotPresent(on_behalf_of);
  }
  return Speaker{std::string(on_behalf_of), actor.member->name()};
}

bool IsChairOf(const Actor& actor, const v1::Meeting& meeting) {
  return actor.system || (!meeting.chair().empty() && meeting.chair() == actor.member->name());
}

bool IsSecretaryOf(const Actor& actor, const v1::Meeting& meeting) {
  return actor.Has(v1::ROLE_SECRETARY) ||
         (!meeting.secretary().empty() && meeting.secretary() == actor.member->name());
}

Audience AudienceOfOrganisation(const View& view, absl::string_view organisation) {
  const auto found = view.Get<v1::Organisation>(organisation);
  Audience audience;
  audience.municipality = std::string(MunicipalityOf(organisation));
  audience.organisation = std::string(organisation);
  audience.authority = found != nullptr && found->authority();
  return audience;
}

bool OrganisationMaySee(const View& view, absl::string_view organisation,
                        const v1::Entity& entity) {
  return view.Get<v1::Organisation>(organisation) != nullptr &&
         SeesWhole(AudienceOfOrganisation(view, organisation), entity);
}

}  // namespace samsyn::domain

#include "server/domain/first_class.h"

#include <algorithm>
#include <string>

#include "server/domain/categories.h"
#include "server/domain/refusal.h"

namespace samsyn::domain {
namespace {

absl::Status StartsStricter(absl::string_view field) {
  return RefuseFields({{std::string(field),
                        {"This starts RESTRICTED: its class is loosened afterwards by a decision "
                         "of its own, with purpose and ground.",
                         "Detta börjar som Namngivna: klassen öppnas efteråt genom ett eget "
                         "beslut, med ändamål och stöd."}}});
}

}  // namespace

bool StartsRestricted(const View& view, absl::string_view organisation) {
  const auto found = view.Get<v1::Organisation>(organisation);
  return found != nullptr && found->kind() == v1::ORGANISATION_KIND_SOCIAL_SERVICES;
}

absl::StatusOr<v1::ReleaseClass> FirstClass(const View& view, const Actor& actor,
                                            v1::ReleaseClass chosen, v1::ReleaseClass usual,
                                            const v1::Problem* written_from,
                                            absl::string_view field) {
  const absl::Status start =
      RequireMayStart(view, actor.organisation(), chosen, v1::CATEGORY_UNSPECIFIED, false, field);
  if (!start.ok()) return start;
  const v1::ReleaseClass source = written_from == nullptr ? v1::RELEASE_CLASS_UNSPECIFIED
                                                          : written_from->release().release_class();
  if (chosen == v1::RELEASE_CLASS_UNSPECIFIED) {
    const bool restricted = StartsRestricted(view, actor.organisation());
    return std::max({usual, source, restricted ? v1::RELEASE_CLASS_RESTRICTED : usual});
  }
  if (written_from != nullptr) {
    absl::Status kept = RequireNotLooser(actor, chosen, *written_from, field);
    if (!kept.ok()) return kept;
  }
  return chosen;
}

absl::Status RequireNotLooser(const Actor& actor, v1::ReleaseClass its_class,
                              const v1::Problem& written_from, absl::string_view field) {
  if (its_class >= written_from.release().release_class() || actor.system ||
      written_from.owner() == actor.organisation()) {
    return absl::OkStatus();
  }
  return RefuseFields({{std::string(field),
                        {"This is written from another organisation's problem, which has a "
                         "stricter class: only its owner loosens.",
                         "Detta är skrivet utifrån en annan aktörs problem, som har en strängare "
                         "klass: bara ägaren öppnar den."}}});
}

absl::Status RequireMayStart(const View& view, absl::string_view organisation,
                             v1::ReleaseClass chosen, v1::Category category, bool published,
                             absl::string_view field) {
  const bool looser =
      chosen != v1::RELEASE_CLASS_UNSPECIFIED && chosen < v1::RELEASE_CLASS_RESTRICTED;
  if (!looser || published) return absl::OkStatus();
  if (StartsRestricted(category) || StartsRestricted(view, organisation)) {
    return StartsStricter(field);
  }
  return absl::OkStatus();
}

}  // namespace samsyn::domain

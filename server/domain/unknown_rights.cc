#include "server/domain/unknown_rights.h"

namespace samsyn::domain {

Audience WithoutRights(const Audience& audience) {
  Audience screen;
  screen.municipality = audience.municipality;
  screen.nothing = audience.nothing;
  screen.screen = true;
  return screen;
}

}  // namespace samsyn::domain

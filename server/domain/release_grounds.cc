#include "server/domain/release_grounds.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "server/domain/names.h"

namespace samsyn::domain {
namespace {

struct Row {
  absl::string_view ground_id;
  absl::string_view display_name;
  absl::string_view provision;
  bool needs_note;
};

// OSL: offentlighets- och sekretesslagen (2009:400).
constexpr Row kRows[] = {
    {"ingen-sekretess", "Ingen sekretess gäller för uppgiften", "", false},
    {"egen-uppgift", "Egen uppgift hos en enskild aktör", "", false},
    {"samtycke", "Samtycke från den som uppgiften rör", "OSL 12 kap. 2 §", false},
    {"nodvandigt", "Nödvändigt för den egna verksamheten", "OSL 10 kap. 2 §", false},
    {"forebygga-brott", "Behövs för att förebygga, förhindra eller utreda brott",
     "OSL 10 kap. 15 a §", false},
    {"brott-av-unga", "Förhindra brott av den som är under 21 år, till polisen",
     "OSL 10 kap. 18 a §", false},
    {"misstanke-om-brott", "Misstanke om begånget brott", "OSL 10 kap. 24 §", false},
    {"generalklausulen", "Uppenbart viktigare än sekretessen (generalklausulen)",
     "OSL 10 kap. 27 §", false},
    {"uppgiftsskyldighet", "Skyldighet att lämna uppgiften enligt lag eller förordning",
     "OSL 10 kap. 28 §", true},
    {"annat", "Annat stöd", "", true},
};

ReleaseGrounds BuiltIn() {
  ReleaseGrounds grounds;
  for (const Row& row : kRows) {
    v1::ReleaseGround& ground = *grounds.Add();
    ground.set_ground_id(std::string(row.ground_id));
    ground.set_display_name(std::string(row.display_name));
    ground.set_provision(std::string(row.provision));
    ground.set_needs_note(row.needs_note);
  }
  return grounds;
}

}  // namespace

ReleaseGrounds GroundsOf(const View& view, absl::string_view municipality) {
  const auto found = view.Get<v1::Municipality>(municipality);
  if (found == nullptr || found->release_grounds().empty()) return BuiltIn();
  return found->release_grounds();
}

void CheckGround(const v1::Release& asked, const ReleaseGrounds& grounds, Violations& violations) {
  const auto ground = std::find_if(grounds.begin(), grounds.end(), [&](const auto& one) {
    return one.ground_id() == asked.ground();
  });
  if (ground == grounds.end()) {
    std::vector<std::string> ids;
    for (const v1::ReleaseGround& one : grounds) ids.push_back(one.ground_id());
    const std::string all = absl::StrJoin(ids, ", ");
    violations.Add("release.ground", absl::StrCat("One of the grounds: ", all, "."),
                   absl::StrCat("Ett av stöden: ", all, "."));
  } else if (ground->needs_note() && asked.ground_note().empty()) {
    violations.Add("release.ground_note",
                   "Say more about this ground: which provision, which duty.",
                   "Skriv mer om stödet: vilken bestämmelse, vilken skyldighet.");
  }
}

void CheckGrounds(const ReleaseGrounds& grounds, absl::string_view path, Violations& violations) {
  std::set<std::string> ids;
  for (int i = 0; i < grounds.size(); ++i) {
    const std::string at = absl::StrCat(path, "[", i, "].ground_id");
    if (!IsClientId(grounds[i].ground_id())) {
      violations.Add(at, "An id has lower-case letters a to z, digits and hyphens, at most 63.",
                     "Ett id har små bokstäver a till z, siffror och bindestreck, högst 63.");
    } else if (!ids.insert(grounds[i].ground_id()).second) {
      violations.Add(at, "This id stands twice.", "Detta id står två gånger.");
    }
  }
}

absl::Status ListReleaseGrounds(const v1::ListReleaseGroundsRequest& request, const View& view,
                                const Audience& audience,
                                v1::ListReleaseGroundsResponse* response) {
  if (GetVisible<v1::Municipality>(view, audience, request.municipality()) == nullptr) {
    return NotFound(request.municipality());
  }
  *response->mutable_grounds() = GroundsOf(view, request.municipality());
  return absl::OkStatus();
}

}  // namespace samsyn::domain

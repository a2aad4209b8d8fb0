// A municipality's areas by name, as `Municipalities` has Sweden's municipalities: which area a
// place in a file is.
#ifndef SAMSYN_CLIENTS_CONNECTORS_PARSE_AREA_NAMES_H_
#define SAMSYN_CLIENTS_CONNECTORS_PARSE_AREA_NAMES_H_

#include <absl/container/flat_hash_map.h>
#include <absl/strings/string_view.h>
#include <samsyn/v1/directory.pb.h>

#include <string>

namespace samsyn::connectors {

class AreaNames {
 public:
  // The whole municipality is known by its own name too.
  explicit AreaNames(absl::string_view municipality_display_name)
      : municipality_(municipality_display_name) {}

  // By its name, its other names and its id. Where two areas have a name in common, neither is
  // found by it.
  void Add(const v1::Area& area);

  enum class Found { kArea, kWholeMunicipality, kNone, kSeveral };
  // Without regard to case and to white space around it. `name`: the area's. "", "hela kommunen",
  // "kommunen" and the municipality's name mean all of it.
  Found Find(absl::string_view text, std::string* name) const;

 private:
  std::string municipality_;
  absl::flat_hash_map<std::string, std::string> by_name_;  // empty: of several areas
};

}  // namespace samsyn::connectors

#endif  // SAMSYN_CLIENTS_CONNECTORS_PARSE_AREA_NAMES_H_

// Sweden's municipalities and counties by name: which municipality a place in a feed is.
#ifndef SAMSYN_CLIENTS_CONNECTORS_PARSE_MUNICIPALITIES_H_
#define SAMSYN_CLIENTS_CONNECTORS_PARSE_MUNICIPALITIES_H_

#include <absl/container/flat_hash_map.h>
#include <absl/container/flat_hash_set.h>
#include <absl/strings/string_view.h>

#include <string>

namespace samsyn::connectors {

struct MunicipalityRow {
  std::string code;    // "0136"
  std::string name;    // "Haninge"
  std::string county;  // "Stockholms län"
};

// Constant after construction, so any thread may read.
class Municipalities {
 public:
  // `csv`: code,name,county_code,county.
  explicit Municipalities(absl::string_view csv);

  // Null when there is none of that name or code.
  const MunicipalityRow* ByName(absl::string_view name) const;
  const MunicipalityRow* ByCode(absl::string_view code) const;
  bool IsCounty(absl::string_view name) const { return counties_.contains(name); }
  size_t size() const { return by_name_.size(); }

 private:
  absl::flat_hash_map<std::string, MunicipalityRow> by_name_;
  absl::flat_hash_map<std::string, std::string> name_by_code_;
  absl::flat_hash_set<std::string> counties_;
};

}  // namespace samsyn::connectors

#endif  // SAMSYN_CLIENTS_CONNECTORS_PARSE_MUNICIPALITIES_H_

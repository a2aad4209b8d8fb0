#include "clients/connectors/parse/municipalities.h"

#include "clients/connectors/parse/csv.h"

namespace samsyn::connectors {

Municipalities::Municipalities(absl::string_view csv) {
  for (std::vector<std::string>& row : ReadCsv(csv)) {
    if (row.size() < 4) continue;
    counties_.insert(row[3]);
    name_by_code_.emplace(row[0], row[1]);
    by_name_.emplace(row[1], MunicipalityRow{row[0], row[1], row[3]});
  }
}

const MunicipalityRow* Municipalities::ByName(absl::string_view name) const {
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? nullptr : &found->second;
}

const MunicipalityRow* Municipalities::ByCode(absl::string_view code) const {
  const auto found = name_by_code_.find(code);
  return found == name_by_code_.end() ? nullptr : ByName(found->second);
}

}  // namespace samsyn::connectors

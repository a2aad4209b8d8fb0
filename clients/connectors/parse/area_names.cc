#include "clients/connectors/parse/area_names.h"

#include "clients/connectors/parse/text.h"

namespace samsyn::connectors {
namespace {

std::string Key(absl::string_view text) { return Lowered(CleanText(text)); }

}  // namespace

void AreaNames::Add(const v1::Area& area) {
  const auto add = [&](absl::string_view text) {
    const auto [place, is_new] = by_name_.emplace(Key(text), area.name());
    if (!is_new && place->second != area.name()) place->second.clear();
  };
  add(area.display_name());
  for (const std::string& alias : area.aliases()) add(alias);
  add(absl::string_view(area.name()).substr(area.name().rfind('/') + 1));
}

AreaNames::Found AreaNames::Find(absl::string_view text, std::string* name) const {
  const std::string key = Key(text);
  const auto found = by_name_.find(key);
  if (found != by_name_.end()) {
    *name = found->second;
    return name->empty() ? Found::kSeveral : Found::kArea;
  }
  name->clear();
  const bool whole = key.empty() || key == "hela kommunen" || key == "kommunen" ||
                     key == "whole municipality" || key == Key(municipality_);
  return whole ? Found::kWholeMunicipality : Found::kNone;
}

}  // namespace samsyn::connectors

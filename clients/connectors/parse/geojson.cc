#include "clients/connectors/parse/geojson.h"

#include <absl/status/status.h>
#include <absl/strings/str_cat.h>

#include <nlohmann/json.hpp>
#include <string>

namespace samsyn::connectors {
namespace {

using Json = nlohmann::json;

constexpr size_t kPointsMost = 1000;

// A member of an object; null when there is none.
const Json& At(const Json& object, const char* key) {
  static const Json* const kNone = new Json();
  if (!object.is_object()) return *kNone;
  const auto found = object.find(key);
  return found == object.end() ? *kNone : *found;
}

std::string TextOf(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  return value.is_number_integer() ? absl::StrCat(value.get<int64_t>()) : "";
}

absl::Status AddPoint(const Json& position, v1::Polygon& polygon) {
  if (!position.is_array() || position.size() < 2 || !position[0].is_number() ||
      !position[1].is_number()) {
    return absl::InvalidArgumentError("a position is not [longitude, latitude]");
  }
  v1::LatLng point;
  point.set_longitude_deg(position[0].get<double>());
  point.set_latitude_deg(position[1].get<double>());
  if (!(point.longitude_deg() >= 10.5 && point.longitude_deg() <= 24.2 &&
        point.latitude_deg() >= 55.0 && point.latitude_deg() <= 69.1)) {
    return absl::InvalidArgumentError(
        "coordinates outside Sweden: possibly swapped (a position is [longitude, latitude])");
  }
  *polygon.add_points() = point;
  return absl::OkStatus();
}

absl::StatusOr<v1::Polygon> PolygonOf(const Json& geometry) {
  const Json& rings = At(geometry, "coordinates");
  if (TextOf(At(geometry, "type")) != "Polygon" || !rings.is_array() || rings.empty() ||
      !rings[0].is_array()) {
    return absl::InvalidArgumentError("not a Polygon");
  }
  if (rings.size() > 1) return absl::InvalidArgumentError("has holes");
  if (rings[0].size() < 4 || rings[0].size() > kPointsMost || rings[0].front() != rings[0].back()) {
    return absl::InvalidArgumentError("its ring is not closed, or has not 4 to 1,000 points");
  }
  v1::Polygon polygon;
  for (const Json& position : rings[0]) {
    if (absl::Status added = AddPoint(position, polygon); !added.ok()) return added;
  }
  return polygon;
}

}  // namespace

absl::StatusOr<std::vector<v1::Area>> ReadAreas(absl::string_view geojson,
                                                absl::string_view municipality) {
  const Json parsed =
      Json::parse(geojson.begin(), geojson.end(), nullptr, /*allow_exceptions=*/false);
  const Json& features = At(parsed, "features");
  if (!features.is_array()) return absl::InvalidArgumentError("not a FeatureCollection");
  std::vector<v1::Area> areas;
  for (const Json& feature : features) {
    v1::Area area;
    const std::string id = TextOf(At(feature, "id"));
    const Json& properties = At(feature, "properties");
    area.set_display_name(TextOf(At(properties, "name")));
    if (id.empty() || area.display_name().empty()) {
      return absl::InvalidArgumentError(
          absl::StrCat("feature ", areas.size() + 1, ": no id or no name"));
    }
    absl::StatusOr<v1::Polygon> polygon = PolygonOf(At(feature, "geometry"));
    if (!polygon.ok()) {
      return absl::InvalidArgumentError(
          absl::StrCat("feature ", id, ": ", std::string(polygon.status().message())));
    }
    area.set_name(absl::StrCat(municipality, "/areas/", id));
    area.set_kind(v1::Area::KIND_DISTRICT);
    *area.mutable_polygon() = *std::move(polygon);
    area.set_approximate(At(properties, "approximate") == Json(true));
    areas.push_back(std::move(area));
  }
  return areas;
}

}  // namespace samsyn::connectors

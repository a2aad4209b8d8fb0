// Areas from GeoJSON (RFC 7946): a FeatureCollection of polygons. Pure.
#ifndef SAMSYN_CLIENTS_CONNECTORS_PARSE_GEOJSON_H_
#define SAMSYN_CLIENTS_CONNECTORS_PARSE_GEOJSON_H_

#include <absl/status/statusor.h>
#include <absl/strings/string_view.h>
#include <samsyn/v1/directory.pb.h>

#include <vector>

namespace samsyn::connectors {

// A feature an area below `municipality` ("municipalities/0136"): its `id` is the area's, its
// property `name` the display name, `approximate` that flag, its outer ring the border.
// InvalidArgument says which feature is wrong and how: no id or name, no polygon, an open ring,
// coordinates outside Sweden ("possibly swapped": a position is [longitude, latitude]).
absl::StatusOr<std::vector<v1::Area>> ReadAreas(absl::string_view geojson,
                                                absl::string_view municipality);

}  // namespace samsyn::connectors

#endif  // SAMSYN_CLIENTS_CONNECTORS_PARSE_GEOJSON_H_

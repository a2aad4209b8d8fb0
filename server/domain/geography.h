// Points and polygons on the earth, as far as the rules need them; pure. Degrees, WGS 84; good for
// areas of a municipality's size.
#ifndef SAMSYN_SERVER_DOMAIN_GEOGRAPHY_H_
#define SAMSYN_SERVER_DOMAIN_GEOGRAPHY_H_

#include <absl/types/optional.h>
#include <samsyn/v1/common.pb.h>
#include <samsyn/v1/directory.pb.h>

#include <optional>
#include <string>
#include <vector>

#include "server/domain/picture.h"
#include "server/domain/refusal.h"

namespace samsyn::domain {

// Whether a point lies inside a polygon or on its border.
bool Contains(const v1::Polygon& polygon, const v1::LatLng& point);

// The smallest area that is counted and holds a point; empty if none does.
std::string AreaAt(const View& view, const v1::LatLng& point);
// The smallest place below an area (places.h) that holds it; empty if none does.
std::string PlaceAt(const View& view, const v1::LatLng& point);

// Metres between two points, on a sphere.
double DistanceM(const v1::LatLng& a, const v1::LatLng& b);

// How far people are thought to come in a minute: 20 km/h in a straight line (R3).
inline constexpr double kMetresAMinute = 20'000.0 / 60;

// The middle of an area, or of the nearest above it that has a border; nullopt: none has.
std::optional<v1::LatLng> CentreOf(const View& view, absl::string_view area);

// How much of a polygon lies within others taken together. What sticks out by two metres or less in
// the mean is none: borders of the same thing that were drawn twice, or rounded to five decimals,
// lie so far apart.
enum class Lying { kInside, kPartly, kOutside };
Lying LiesWithin(const v1::Polygon& polygon, const std::vector<const v1::Polygon*>& others);

// What is wrong with a polygon: too few or too many points, not closed, outside Sweden, of no
// extent, or crossing itself.
absl::optional<Words> WrongPolygon(const v1::Polygon& polygon);

}  // namespace samsyn::domain

#endif  // SAMSYN_SERVER_DOMAIN_GEOGRAPHY_H_

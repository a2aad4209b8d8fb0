// Boost 1.74 includes a header of its own that it calls deprecated.
#define BOOST_ALLOW_DEPRECATED_HEADERS

#include "server/domain/geography.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <boost/geometry/algorithms/area.hpp>
#include <boost/geometry/algorithms/centroid.hpp>
#include <boost/geometry/algorithms/correct.hpp>
#include <boost/geometry/algorithms/covered_by.hpp>
#include <boost/geometry/algorithms/difference.hpp>
#include <boost/geometry/algorithms/distance.hpp>
#include <boost/geometry/algorithms/is_valid.hpp>
#include <boost/geometry/algorithms/perimeter.hpp>
#include <boost/geometry/geometries/multi_polygon.hpp>
#include <boost/geometry/geometries/point.hpp>
#include <boost/geometry/geometries/point_xy.hpp>
#include <boost/geometry/geometries/polygon.hpp>
#include <boost/geometry/strategies/strategies.hpp>
#include <cmath>
#include <limits>

#include "server/domain/limits.h"
#include "server/domain/places.h"

namespace samsyn::domain {
namespace {

namespace bg = boost::geometry;
using Point = bg::model::d2::point_xy<double>;  // x: longitude, y: latitude
using Shape = bg::model::polygon<Point>;
using Shapes = bg::model::multi_polygon<Shape>;

constexpr double kRadians = 3.14159265358979323846 / 180;
constexpr double kEarthM = 6'371'008.8;  // mean radius
constexpr double kSliverM = 2;

Shape ShapeOfPolygon(const v1::Polygon& polygon) {
  Shape shape;
  shape.outer().reserve(polygon.points_size());
  for (const v1::LatLng& point : polygon.points()) {
    shape.outer().emplace_back(point.longitude_deg(), point.latitude_deg());
  }
  return shape;
}

// Whether a point can lie inside at all: the cheap question that answers most.
bool InBox(const v1::Polygon& polygon, const v1::LatLng& point) {
  bool north = false, south = false, east = false, west = false;
  for (const v1::LatLng& corner : polygon.points()) {
    north = north || corner.latitude_deg() >= point.latitude_deg();
    south = south || corner.latitude_deg() <= point.latitude_deg();
    east = east || corner.longitude_deg() >= point.longitude_deg();
    west = west || corner.longitude_deg() <= point.longitude_deg();
    if (north && south && east && west) return true;
  }
  return false;
}

// In squares of a degree at the equator: to compare sizes only.
double SizeOf(const v1::Polygon& polygon) {
  if (polygon.points().empty()) return 0;
  return std::abs(bg::area(ShapeOfPolygon(polygon))) *
         std::cos(polygon.points(0).latitude_deg() * kRadians);
}

// The smallest place, or the smallest of all other areas, that holds a point.
std::string SmallestAt(const View& view, const v1::LatLng& point, bool place) {
  std::string smallest;
  double size = std::numeric_limits<double>::infinity();
  view.ForEach(v1::ENTITY_KIND_AREA, "", [&](const EntityPtr& entity) {
    const v1::Area& area = entity->area();
    if (area.has_polygon() && IsPlace(area.kind()) == place && Contains(area.polygon(), point)) {
      const double its_size = SizeOf(area.polygon());
      if (its_size < size) {
        size = its_size;
        smallest = area.name();
      }
    }
    return true;
  });
  return smallest;
}

// On a plane in metres: a municipality is small enough for it.
Shape InMetres(const v1::Polygon& polygon, double cosine_of_latitude) {
  Shape shape;
  for (const v1::LatLng& point : polygon.points()) {
    shape.outer().emplace_back(point.longitude_deg() * kRadians * kEarthM * cosine_of_latitude,
                               point.latitude_deg() * kRadians * kEarthM);
  }
  bg::correct(shape);
  return shape;
}

// The mean width of a long piece is twice its area by its perimeter.
bool IsSliver(const Shape& piece) { return 2 * bg::area(piece) <= kSliverM * bg::perimeter(piece); }

bool InSweden(const v1::LatLng& point) {
  return point.latitude_deg() >= kLatitudeMin && point.latitude_deg() <= kLatitudeMax &&
         point.longitude_deg() >= kLongitudeMin && point.longitude_deg() <= kLongitudeMax;
}

}  // namespace

bool Contains(const v1::Polygon& polygon, const v1::LatLng& point) {
  if (!InBox(polygon, point)) return false;
  return bg::covered_by(Point(point.longitude_deg(), point.latitude_deg()),
                        ShapeOfPolygon(polygon));
}

std::string AreaAt(const View& view, const v1::LatLng& point) {
  return SmallestAt(view, point, false);
}

std::string PlaceAt(const View& view, const v1::LatLng& point) {
  return SmallestAt(view, point, true);
}

double DistanceM(const v1::LatLng& a, const v1::LatLng& b) {
  using OnEarth = bg::model::point<double, 2, bg::cs::spherical_equatorial<bg::degree>>;
  return bg::distance(OnEarth(a.longitude_deg(), a.latitude_deg()),
                      OnEarth(b.longitude_deg(), b.latitude_deg()),
                      bg::strategy::distance::haversine<double>(kEarthM));
}

std::optional<v1::LatLng> CentreOf(const View& view, absl::string_view name) {
  const auto area = NearestWithBorder(view, name);
  if (area == nullptr) return std::nullopt;
  const Point middle = bg::return_centroid<Point>(ShapeOfPolygon(area->polygon()));
  v1::LatLng point;
  point.set_latitude_deg(middle.y());
  point.set_longitude_deg(middle.x());
  return point;
}

Lying LiesWithin(const v1::Polygon& polygon, const std::vector<const v1::Polygon*>& others) {
  if (polygon.points().empty()) return Lying::kOutside;
  const double cosine = std::cos(polygon.points(0).latitude_deg() * kRadians);
  const Shape whole = InMetres(polygon, cosine);
  Shapes rest{whole};
  try {
    for (const v1::Polygon* const other : others) {
      Shapes less;
      bg::difference(rest, InMetres(*other, cosine), less);
      rest = std::move(less);
    }
  } catch (const bg::exception&) {
    return Lying::kOutside;  // a border that cannot be reckoned with holds nothing
  }
  double outside = 0;
  for (const Shape& piece : rest) {
    if (!IsSliver(piece)) outside += bg::area(piece);
  }
  if (outside == 0) return Lying::kInside;
  const double all = bg::area(whole);
  return all - outside <= kSliverM * bg::perimeter(whole) ? Lying::kOutside : Lying::kPartly;
}

absl::optional<Words> WrongPolygon(const v1::Polygon& polygon) {
  const int size = polygon.points_size();
  if (size < 4 || static_cast<size_t>(size) > kPolygonPoints) {
    return Words{
        absl::StrCat("A border has 4 to ", kPolygonPoints, " points, not ", size, "."),
        absl::StrCat("En gräns har 4 till ", kPolygonPoints, " punkter, inte ", size, ".")};
  }
  for (const v1::LatLng& point : polygon.points()) {
    if (!InSweden(point)) {  // also where a number is none
      return Words{"The border leaves Sweden: latitude and longitude are possibly swapped.",
                   "Gränsen lämnar Sverige: latitud och longitud är kanske omkastade."};
    }
  }
  const v1::LatLng& first = polygon.points(0);
  const v1::LatLng& last = polygon.points(size - 1);
  if (first.latitude_deg() != last.latitude_deg() ||
      first.longitude_deg() != last.longitude_deg()) {
    return Words{"The border is not closed: its last point must be its first.",
                 "Gränsen är inte sluten: den sista punkten måste vara den första."};
  }
  bg::validity_failure_type failure = bg::no_failure;
  bg::is_valid(ShapeOfPolygon(polygon), failure);
  // Direction and repeated points do not matter to what lies inside.
  if (failure != bg::no_failure && failure != bg::failure_wrong_orientation &&
      failure != bg::failure_duplicate_points) {
    return Words{"The border crosses itself or encloses nothing.",
                 "Gränsen korsar sig själv eller omsluter ingenting."};
  }
  return absl::nullopt;
}

}  // namespace samsyn::domain

// What lies within what, and how far apart.
#include "server/domain/geography.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <utility>

namespace samsyn::domain {
namespace {

constexpr double kMetre = 1 / 111'195.0;  // in degrees of latitude

// From south-west to north-east; `clockwise` or not.
v1::Polygon Box(double south, double west, double north, double east, bool clockwise = false) {
  v1::Polygon polygon;
  const auto add = [&](double latitude, double longitude) {
    v1::LatLng& point = *polygon.add_points();
    point.set_latitude_deg(latitude);
    point.set_longitude_deg(longitude);
  };
  add(south, west);
  clockwise ? add(north, west) : add(south, east);
  add(north, east);
  clockwise ? add(south, east) : add(north, west);
  add(south, west);
  return polygon;
}

TEST(LiesWithin, InsidePartlyAndOutside) {
  const v1::Polygon wide = Box(59.10, 18.10, 59.20, 18.20);
  EXPECT_EQ(LiesWithin(Box(59.12, 18.12, 59.14, 18.14), {&wide}), Lying::kInside);
  EXPECT_EQ(LiesWithin(Box(59.12, 18.12, 59.14, 18.14, true), {&wide}), Lying::kInside);
  EXPECT_EQ(LiesWithin(wide, {&wide}), Lying::kInside);
  EXPECT_EQ(LiesWithin(Box(59.12, 18.15, 59.14, 18.25), {&wide}), Lying::kPartly);
  EXPECT_EQ(LiesWithin(Box(59.00, 18.00, 59.30, 18.30), {&wide}), Lying::kPartly);
  EXPECT_EQ(LiesWithin(Box(59.12, 18.22, 59.14, 18.24), {&wide}), Lying::kOutside);
  EXPECT_EQ(LiesWithin(wide, {}), Lying::kOutside);
  EXPECT_EQ(LiesWithin(v1::Polygon(), {&wide}), Lying::kOutside);
}

TEST(LiesWithin, OthersCountTogether) {
  const v1::Polygon west = Box(59.10, 18.10, 59.20, 18.20), east = Box(59.10, 18.20, 59.20, 18.30);
  const v1::Polygon across = Box(59.12, 18.15, 59.14, 18.25);
  EXPECT_EQ(LiesWithin(across, {&west}), Lying::kPartly);
  EXPECT_EQ(LiesWithin(across, {&west, &east}), Lying::kInside);
  EXPECT_EQ(LiesWithin(across, {&east, &west, &east}), Lying::kInside);
}

// Two drawings of the same border lie a metre or two apart; a house beyond it does not.
TEST(LiesWithin, ASliverIsNothing) {
  const v1::Polygon permit = Box(59.10, 18.10, 59.11, 18.12);
  EXPECT_EQ(LiesWithin(Box(59.10 - kMetre, 18.10, 59.11 + kMetre, 18.12), {&permit}),
            Lying::kInside);
  EXPECT_EQ(LiesWithin(Box(59.10 - 3 * kMetre, 18.10, 59.11, 18.12), {&permit}), Lying::kPartly);
  EXPECT_EQ(LiesWithin(Box(59.11 + kMetre, 18.10, 59.12, 18.12), {&permit}), Lying::kOutside);
  // They share no more than a strip of a metre.
  EXPECT_EQ(LiesWithin(Box(59.11 - kMetre, 18.10, 59.12, 18.12), {&permit}), Lying::kOutside);
  const v1::Polygon west = Box(59.10, 18.10, 59.20, 18.20);
  const v1::Polygon east = Box(59.10, 18.20 + kMetre, 59.20, 18.30);
  EXPECT_EQ(LiesWithin(Box(59.12, 18.15, 59.14, 18.25), {&west, &east}), Lying::kInside)
      << "a gap of half a metre between two parts of a permit";
}

TEST(DistanceM, AlongAndAcross) {
  v1::LatLng a, b;
  a.set_latitude_deg(59.1);
  a.set_longitude_deg(18.1);
  b = a;
  EXPECT_EQ(DistanceM(a, b), 0);
  b.set_latitude_deg(59.1 + 1000 * kMetre);
  EXPECT_NEAR(DistanceM(a, b), 1000, 0.1);
  b = a;
  b.set_longitude_deg(18.2);
  EXPECT_NEAR(DistanceM(a, b), 5710, 5);  // 0.1 degree times cos 59.1
  EXPECT_EQ(DistanceM(a, b), DistanceM(b, a));
}

}  // namespace
}  // namespace samsyn::domain

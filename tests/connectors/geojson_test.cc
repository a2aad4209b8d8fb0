// Areas from GeoJSON: the carried ones, and what is refused.
#include "clients/connectors/parse/geojson.h"

#include <absl/strings/str_cat.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace samsyn::connectors {
namespace {

using ::testing::HasSubstr;

std::string Feature(absl::string_view coordinates, absl::string_view id = "\"a\"") {
  return absl::StrCat(R"({"type":"FeatureCollection","features":[{"type":"Feature","id":)", id,
                      R"(,"properties":{"name":"A"},"geometry":{"type":"Polygon","coordinates":)",
                      coordinates, "}}]}");
}

std::string WhyNot(absl::string_view geojson) {
  return std::string(ReadAreas(geojson, "municipalities/0136").status().message());
}

TEST(GeoJson, AFeatureIsAnArea) {
  const auto areas = ReadAreas(Feature("[[[18.1,59.1],[18.2,59.1],[18.2,59.2],[18.1,59.1]]]", "7"),
                               "municipalities/0136");
  ASSERT_TRUE(areas.ok()) << areas.status();
  ASSERT_EQ(areas->size(), 1u);
  EXPECT_EQ(areas->front().name(), "municipalities/0136/areas/7");
  EXPECT_EQ(areas->front().polygon().points_size(), 4);
  EXPECT_EQ(areas->front().polygon().points(0).latitude_deg(), 59.1);
}

TEST(GeoJson, SwappedOpenAndForeignOnesAreRefused) {
  EXPECT_THAT(WhyNot(Feature("[[[59.1,18.1],[59.1,18.2],[59.2,18.2],[59.1,18.1]]]")),
              HasSubstr("swapped"));
  EXPECT_THAT(WhyNot(Feature("[[[18.1,59.1],[18.2,59.1],[18.2,59.2],[18.1,59.2]]]")),
              HasSubstr("not closed"));
  EXPECT_THAT(WhyNot(Feature("[]")), HasSubstr("not a Polygon"));
  EXPECT_THAT(WhyNot(Feature("[[1,2,3,1]]")), HasSubstr("position"));
  EXPECT_THAT(WhyNot(Feature("[]", "null")), HasSubstr("no id"));
  EXPECT_THAT(WhyNot("{}"), HasSubstr("FeatureCollection"));
  EXPECT_THAT(WhyNot("no"), HasSubstr("FeatureCollection"));
}

}  // namespace
}  // namespace samsyn::connectors

// The demonstration's carried content as bytes inside the program (see cmake/embed.cmake).
#ifndef SAMSYN_SERVER_DEMO_EMBEDDED_H_
#define SAMSYN_SERVER_DEMO_EMBEDDED_H_

#include <absl/strings/string_view.h>

namespace samsyn::demo {

absl::string_view HaningeAreasGeoJson();  // deploy/data/haninge-areas.geojson
absl::string_view
HaningePoliceEvents();          // deploy/data/polisen-haninge.jsonl: its last twelve weeks
absl::string_view SurveyCsv();  // deploy/data/trygghetsmatning-exempel.csv
absl::string_view PlacesCsv();  // places.csv: area,weight,sort,place
absl::string_view
TextsCsv();  // texts.csv: category,kind,weight,sort,hours,class,severity,members,text

}  // namespace samsyn::demo

#endif  // SAMSYN_SERVER_DEMO_EMBEDDED_H_

// Places below an area: properties, addresses and entrances. What happens at one is counted with
// the area that it lies in; who answers for it follows from it and what lies above. Pure.
#ifndef SAMSYN_SERVER_DOMAIN_PLACES_H_
#define SAMSYN_SERVER_DOMAIN_PLACES_H_

#include <absl/container/flat_hash_set.h>
#include <absl/strings/string_view.h>
#include <google/protobuf/repeated_field.h>
#include <samsyn/v1/directory.pb.h>

#include <memory>
#include <string>

#include "server/domain/picture.h"

namespace samsyn::domain {

// Whether an area is a place below one, and no area that is counted.
bool IsPlace(v1::Area::Kind kind);
// Whether one may lie directly in the other.
bool MayLieIn(v1::Area::Kind kind, v1::Area::Kind parent);

// The counted area: itself, or the nearest above a place; empty if there is none.
std::string CountedArea(const View& view, absl::string_view area);

// Who answers for an area or place: its own, else that of what lies above it; empty: nobody known.
std::string ResponsibleFor(const View& view, absl::string_view area);

// Whether an area or place is one of those named, or lies in one.
bool LiesIn(const View& view, absl::string_view area,
            const google::protobuf::RepeatedPtrField<std::string>& named);

// An area or place, or the nearest that it lies in, that has a border; null if none has.
std::shared_ptr<const v1::Area> NearestWithBorder(const View& view, absl::string_view area);

// The areas and places named, and all that lies below them. Names that are none ("unlocated") stay.
absl::flat_hash_set<std::string> WithWhatLiesBelow(
    const View& view, const google::protobuf::RepeatedPtrField<std::string>& areas);

}  // namespace samsyn::domain

#endif  // SAMSYN_SERVER_DOMAIN_PLACES_H_

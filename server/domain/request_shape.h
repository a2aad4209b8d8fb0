// The shape of a request, checked against the contract's own annotations: what must be given, how
// long texts are, which numbers are enum values, what a name, a point, a time looks like. Pure; all
// violations at once. What depends on the picture is for the rules.
#ifndef SAMSYN_SERVER_DOMAIN_REQUEST_SHAPE_H_
#define SAMSYN_SERVER_DOMAIN_REQUEST_SHAPE_H_

#include <absl/status/status.h>
#include <google/protobuf/message.h>

#include <vector>

#include "server/domain/refusal.h"

namespace samsyn::domain {

// Everything that is wrong with the shape of a request:
// - a REQUIRED field is missing (an empty string, a list without elements, an absent message, enum
// zero);
//   fields that are OUTPUT_ONLY are ignored, at any depth, and never checked;
// - text is not UTF-8, is longer than `limits.h` allows (4,000 characters in `text`, `instruction`,
//   `cause_analysis`; 1,000 in other prose; 200 in other strings; 500 in links and URIs), or holds
//   control characters other than line breaks and tabs, or characters that change the writing
//   direction;
// - an enum has a number that the contract does not know;
// - `request_id` or `operation_id` is no UUID; a field that names an entity is no name of ours;
// - a point lies outside Sweden (55.0–69.1 N, 10.5–24.2 E): "possibly swapped"; a number is not
// finite;
// - a timestamp is invalid or outside 1990–2100; a window ends before it begins or is over 31 days
// long.
std::vector<Violation> ShapeViolations(const google::protobuf::Message& request);

// INVALID_FIELDS with all of them, or OK.
absl::Status CheckShape(const google::protobuf::Message& request);

}  // namespace samsyn::domain

#endif  // SAMSYN_SERVER_DOMAIN_REQUEST_SHAPE_H_

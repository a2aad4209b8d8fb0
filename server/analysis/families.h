// The rows and columns of the situation, as they stand in names.
#ifndef SAMSYN_SERVER_ANALYSIS_FAMILIES_H_
#define SAMSYN_SERVER_ANALYSIS_FAMILIES_H_

#include <absl/strings/string_view.h>
#include <samsyn/v1/common.pb.h>

namespace samsyn::analysis {

// "drugs-alcohol" and so on; empty for UNSPECIFIED and unknown ones.
absl::string_view FamilyId(v1::Family family);

// The area's id; "unlocated" for no area.
absl::string_view AreaId(absl::string_view area);

}  // namespace samsyn::analysis

#endif  // SAMSYN_SERVER_ANALYSIS_FAMILIES_H_

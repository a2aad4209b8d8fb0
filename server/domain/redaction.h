// What a decision to share leaves out of an entity (R6): place, time of day, words. Pure: what is
// left out follows from the entity's own version.
#ifndef SAMSYN_SERVER_DOMAIN_REDACTION_H_
#define SAMSYN_SERVER_DOMAIN_REDACTION_H_

#include <absl/strings/string_view.h>
#include <google/protobuf/repeated_field.h>
#include <samsyn/v1/entity.pb.h>

#include <map>
#include <set>
#include <string>

namespace samsyn::domain {

using WithheldSet = std::set<v1::Withheld>;

// All that can be left out.
const WithheldSet& AllWithheld();

// A list of them as a set; one that this program does not know leaves all out.
WithheldSet WithheldIn(const google::protobuf::RepeatedField<int>& withheld);

// What a release leaves out for an organisation that it names.
WithheldSet WithheldFor(const v1::ReleaseState& release, absl::string_view organisation);

// Puts what is left out, by organisation, into a release: sorted, those who get the whole not
// named.
void SetRedactions(const std::map<std::string, WithheldSet>& withheld, v1::ReleaseState& release);

// Takes it out of an entity, and says so in `release.withheld`. Area, day, and whatever is neither
// place, time nor word stay.
void LeaveOut(const WithheldSet& withheld, v1::Entity& entity);

}  // namespace samsyn::domain

#endif  // SAMSYN_SERVER_DOMAIN_REDACTION_H_

// Who may see what, written a second time and independently of server/domain/visibility.cc, from
// the text of the rules (class, owner, named organisations; field states for chair and night lead;
// wall screens). The secrecy harness judges every output by this.
#ifndef SAMSYN_TESTS_SIMULATION_SECRECY_MODEL_H_
#define SAMSYN_TESTS_SIMULATION_SECRECY_MODEL_H_

#include <absl/container/btree_map.h>
#include <absl/container/btree_set.h>
#include <absl/strings/string_view.h>

#include <set>
#include <string>
#include <vector>

#include "server/domain/picture.h"

namespace samsyn::simulation {

// Reads the truth from the committed picture at each question.
class SecrecyModel {
 public:
  explicit SecrecyModel(const domain::View& view) : view_(view) {}

  // Whether the member may see the entity as it is now. False for what is not there.
  bool MaySee(absl::string_view member, absl::string_view entity) const;
  // The same of any version, with the rights of now.
  bool MaySeeVersion(absl::string_view member, const v1::Entity& version) const;
  // What of a version is kept from the member, who may see it: all that is kept from one of those
  // for whom a screen looks.
  std::set<v1::Withheld> WithheldFrom(absl::string_view member, const v1::Entity& version) const;
  // Whether the member may see the entity as it is now, and all of it.
  bool SeesWhole(absl::string_view member, absl::string_view entity) const;
  // Whether the member sees what only the entity's owner may know of it.
  bool Owns(absl::string_view member, absl::string_view entity) const;
  // Whether the member is told what another member is called: its own organisation's, and
  // coordinators all.
  bool KnowsByName(absl::string_view member, absl::string_view other) const;
  // Whether the member sees which unit somebody committed to a deployment, and why: for some of its
  // commitments.
  bool SeesCommitments(absl::string_view member, absl::string_view deployment) const;

 private:
  struct Eyes {
    std::vector<std::string> organisations;  // all of them must be allowed
    bool leads = false;                      // chair or night lead
    bool blind = false;
    bool before_attendance = false;  // a screen, and nobody is present
    bool coordinator = false;
    bool dispatcher = false;
  };
  Eyes EyesOf(absl::string_view member) const;
  // Whether those who lead the night see it beside its release: what the field does. Of an
  // organisation that is no authority, only assignments whose deployment it sees.
  bool LeadsOver(const Eyes& eyes, const v1::Entity& entity) const;
  // Whether an organisation may see an entity, by its class, its owner, or by name.
  bool SeenBy(absl::string_view organisation, const v1::Entity& entity) const;
  bool IsAuthority(absl::string_view organisation) const;

  const domain::View& view_;
};

// Finds the canary words ("kanarie" and digits) and the names of entities in an output, whatever
// its form.
absl::btree_set<std::string> CanariesIn(absl::string_view output);
absl::btree_set<std::string> NamesIn(absl::string_view output);

}  // namespace samsyn::simulation

#endif  // SAMSYN_TESTS_SIMULATION_SECRECY_MODEL_H_

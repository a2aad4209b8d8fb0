// What the acts of a history in the secrecy harness have in common: calls of which the names are
// kept, and choosing by chance whom and what they are about.
#ifndef SAMSYN_TESTS_SIMULATION_SECRECY_ACTS_H_
#define SAMSYN_TESTS_SIMULATION_SECRECY_ACTS_H_

#include <google/protobuf/message.h>

#include <algorithm>
#include <iterator>
#include <string>
#include <vector>

#include "tests/simulation/secrecy_defects.h"

namespace samsyn::simulation {

class SecrecyActs : public DefectsHarness {
 protected:
  using DefectsHarness::DefectsHarness;

  // Calls, and keeps the name of what came of it. `canary` then lives there.
  template <typename Response, typename Request>
  bool Act(const std::string& member, const char* service, const Request& request,
           const std::string& canary = "") {
    Response response;
    succeeded_ = Call(member, service, request, &response).ok();
    if (succeeded_) Keep(response, canary);
    return succeeded_;
  }

  void Keep(const google::protobuf::Message& response, const std::string& canary) {
    const auto* field = response.GetDescriptor()->FindFieldByNumber(1);
    if (field == nullptr || field->is_repeated() || field->message_type() == nullptr) return;
    const auto& entity = response.GetReflection()->GetMessage(response, field);
    const auto* name_field = entity.GetDescriptor()->FindFieldByName("name");
    if (name_field == nullptr) return;
    const std::string name = entity.GetReflection()->GetString(entity, name_field);
    if (name.empty()) return;
    if (!canary.empty()) Home(canary, name);
    std::vector<std::string>& made =
        made_[std::string(domain::CollectionOf(domain::KindOfName(name)))];
    if (std::find(made.begin(), made.end(), name) == made.end()) made.push_back(name);
    Judging([&](const SecrecyModel&, const domain::Picture& picture) {
      for (const auto& assignment : picture.All<v1::Assignment>()) {
        std::vector<std::string>& all = made_["assignments"];
        if (std::find(all.begin(), all.end(), assignment->name()) == all.end()) {
          all.push_back(assignment->name());
        }
      }
    });
  }

  // Mostly somebody of the organisation whose the entity is; else anybody, who will be refused.
  std::string SomebodyOf(const std::string& entity) {
    const std::string owner = OwnerNow(entity);
    const std::string chosen = SomePerson().id;
    if (Chance(25)) return chosen;
    for (const Person& person : Persons()) {
      if (OrganisationName(person.organisation) == owner && Chance(70)) return person.id;
    }
    return chosen;
  }

  v1::ReleaseClass SomeClass() { return static_cast<v1::ReleaseClass>(Below(5)); }
  std::string SomeArea() { return AreaName(Chance(50) ? "handen" : "jordbro"); }
  std::string SomeAreaOrPlace() { return Chance(30) ? AreaName("porten") : SomeArea(); }
  std::string SomeContent() {
    static constexpr const char* kCollections[] = {"reports",     "problems",    "deployments",
                                                   "assignments", "assessments", "indicators"};
    return Some(kCollections[Below(std::size(kCollections))]);
  }
  std::string EtagNow(const std::string& name) {
    std::string etag;
    Judging([&](const SecrecyModel&, const domain::Picture& picture) {
      if (const auto entity = picture.Find(name)) etag = domain::EtagOf(*entity);
    });
    return etag;
  }
  std::string OwnerNow(const std::string& name) {
    std::string owner;
    Judging([&](const SecrecyModel&, const domain::Picture& picture) {
      if (const auto entity = picture.Find(name)) owner = domain::OwnerOf(*entity);
    });
    return owner;
  }
  bool succeeded_ = false;  // the last act
};

}  // namespace samsyn::simulation

#endif  // SAMSYN_TESTS_SIMULATION_SECRECY_ACTS_H_

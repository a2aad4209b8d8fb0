// A client of Watch as small as the contract allows: what everybody who applies responses must end
// up with.
#ifndef SAMSYN_TESTS_TESTING_MODEL_CLIENT_H_
#define SAMSYN_TESTS_TESTING_MODEL_CLIENT_H_

#include <absl/strings/string_view.h>
#include <samsyn/v1/watch.pb.h>

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "server/domain/entity.h"

namespace samsyn::testing {

// Not thread-safe.
class ModelClient {
 public:
  // Takes a response; what belongs together is applied together. Returns whether it was applied.
  bool Take(const v1::WatchResponse& response) {
    if (response.reset()) {
      unit_.clear();
      resetting_ = true;
    }
    unit_.push_back(response);
    if (response.more()) return false;
    ApplyUnit();
    return true;
  }
  // The connection broke: a unit that is not whole is forgotten.
  void Break() {
    unit_.clear();
    resetting_ = false;
  }

  // Entities by name, as of the last unit applied.
  const std::map<std::string, v1::Entity>& entities() const { return entities_; }
  // The position to call again with; empty before the first.
  const std::string& token() const { return token_; }
  int64_t revision() const { return revision_; }
  // Live since the last break or reset.
  bool current() const { return current_; }
  int resets() const { return resets_; }

  // Whether the client knows of an entity, by what was applied or by the unit under way.
  bool Knows(const std::string& name) const {
    bool known = entities_.count(name) > 0;
    for (const v1::WatchResponse& response : unit_) {
      for (const v1::Entity& entity : response.upserted()) {
        if (domain::NameOf(entity) == name) known = true;
      }
      for (const std::string& removed : response.removed()) {
        if (removed == name) known = false;
      }
    }
    return known;
  }

 private:
  void ApplyUnit() {
    std::set<std::string> marked;
    if (resetting_) {
      for (const auto& [name, entity] : entities_) marked.insert(name);
      current_ = false;
      ++resets_;
    }
    for (const v1::WatchResponse& response : unit_) {
      for (const v1::Entity& entity : response.upserted()) {
        const std::string& name = domain::NameOf(entity);
        marked.erase(name);
        entities_[name] = entity;
      }
      for (const std::string& name : response.removed()) entities_.erase(name);
    }
    for (const std::string& name : marked) entities_.erase(name);
    const v1::WatchResponse& last = unit_.back();
    token_ = last.resume_token();
    revision_ = last.revision();
    current_ = current_ || last.current();
    resetting_ = false;
    unit_.clear();
  }

  std::map<std::string, v1::Entity> entities_;
  std::vector<v1::WatchResponse> unit_;
  bool resetting_ = false;
  bool current_ = false;
  std::string token_;
  int64_t revision_ = 0;
  int resets_ = 0;
};

}  // namespace samsyn::testing

#endif  // SAMSYN_TESTS_TESTING_MODEL_CLIENT_H_

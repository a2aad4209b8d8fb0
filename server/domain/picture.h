// The picture of one municipality: name → newest version of every entity, with the indexes that
// rules and lists need. It knows no rules and no kinds beyond `IndexKeysOf`.
#ifndef SAMSYN_SERVER_DOMAIN_PICTURE_H_
#define SAMSYN_SERVER_DOMAIN_PICTURE_H_

#include <absl/container/btree_map.h>
#include <absl/container/btree_set.h>
#include <absl/container/flat_hash_map.h>
#include <absl/container/inlined_vector.h>
#include <absl/functional/function_ref.h>
#include <absl/strings/string_view.h>
#include <absl/time/time.h>

#include <array>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "server/base/digest.h"
#include "server/domain/area_index.h"
#include "server/domain/entities_by_name.h"
#include "server/domain/entity.h"
#include "server/domain/incident_times.h"
#include "server/domain/near_incidents.h"
#include "server/domain/report_tallies.h"
#include "server/domain/situation_sums.h"

namespace samsyn::domain {

// A request that was answered; a repeat gets the same answer (R7).
struct AnsweredRequest {
  std::string principal;
  std::string request_id;
  Digest digest;                     // of the request
  Revision revision = 0;             // that answered it
  absl::Time time;                   // of that revision
  std::vector<std::string> results;  // the entities that answer it
  int effect = 0;                    // a v1::SubmitReportsResult::Effect, where it matters
};

// Reading: what is committed (Picture), or that with what is being decided (Overlay). Versions
// handed out never change and may be kept. Not thread-safe by itself: whoever owns it says how.
class View {
 public:
  virtual ~View() = default;

  // The newest version; null when there is none.
  virtual EntityPtr Find(absl::string_view name) const = 0;
  // Names of the entities that stand under a key of index_keys.h, in order of name.
  virtual std::vector<std::string> Lookup(absl::string_view key) const = 0;
  // Calls `visit` with the entities of a kind in order of name, those after the name `after` only,
  // until it returns false.
  virtual void ForEach(v1::EntityKind kind, absl::string_view after,
                       absl::FunctionRef<bool(const EntityPtr&)> visit) const = 0;
  // How many entities of a kind there are.
  virtual size_t count(v1::EntityKind kind) const = 0;
  // SHA-256 of a token's secret, by the token's name.
  virtual std::optional<Digest> FindCredential(absl::string_view token) const = 0;
  // The kept answer to a request.
  virtual const AnsweredRequest* FindRequest(absl::string_view principal,
                                             absl::string_view request_id) const = 0;

  // The newest version of a kind; null when there is none or it is of another kind.
  template <typename T>
  std::shared_ptr<const T> Get(absl::string_view name) const {
    EntityPtr entity = Find(name);
    if (entity == nullptr || KindOf(*entity) != EntityField<T>::kKind) return nullptr;
    const T* message = &As<T>(*entity);
    return std::shared_ptr<const T>(std::move(entity), message);
  }

  // All of a kind, in order of name.
  template <typename T>
  std::vector<std::shared_ptr<const T>> All() const {
    std::vector<std::shared_ptr<const T>> all;
    ForEach(EntityField<T>::kKind, "", [&](const EntityPtr& entity) {
      all.push_back(std::shared_ptr<const T>(entity, &As<T>(*entity)));
      return true;
    });
    return all;
  }
};

// What is committed. One writer at a time and no reader beside it.
class Picture : public View {
 public:
  Picture() = default;
  Picture(const Picture&) = delete;
  Picture& operator=(const Picture&) = delete;

  EntityPtr Find(absl::string_view name) const override;
  std::vector<std::string> Lookup(absl::string_view key) const override;
  void ForEach(v1::EntityKind kind, absl::string_view after,
               absl::FunctionRef<bool(const EntityPtr&)> visit) const override;
  std::optional<Digest> FindCredential(absl::string_view token) const override;
  const AnsweredRequest* FindRequest(absl::string_view principal,
                                     absl::string_view request_id) const override;

  // Puts a version; returns the one before, null for a new entity.
  EntityPtr Put(EntityPtr entity);
  // Takes an entity away; returns its last version, null if there was none.
  EntityPtr Remove(absl::string_view name);
  void PutCredential(absl::string_view token, const Digest& digest);
  // Keeps an answer; forgets those older than an hour before it, and the oldest beyond 100,000.
  void PutRequest(AnsweredRequest request);

  // The earliest time at which an entity has a timer due (timers.h), and the entity; nullopt: none.
  std::optional<std::pair<absl::Time, std::string>> NextDue() const;

  // The entities that have a timer due at or before a time, the earliest first.
  std::vector<std::string> DueBy(absl::Time time) const;

  size_t size() const { return size_; }
  size_t count(v1::EntityKind kind) const override;
  const std::deque<std::shared_ptr<const AnsweredRequest>>& requests() const { return requests_; }
  const absl::btree_map<std::string, Digest>& credentials() const { return credentials_; }
  const ReportTallies& report_tallies() const { return report_tallies_; }
  const IncidentTimes& incident_times() const { return incident_times_; }
  const NearIncidents& near_incidents() const { return near_incidents_; }
  const AreaIndex& by_area() const { return by_area_; }
  const KeptSums& situation_sums() const { return situation_sums_; }

 private:
  static constexpr int kKinds = 32;  // more than there are kinds; 0 holds unknown ones

  using Names = absl::InlinedVector<std::string, 1>;  // sorted
  void Index(const EntityPtr& entity);
  void Unindex(const EntityPtr& entity);

  std::array<EntitiesByName, kKinds> entities_;
  // The same, to be found; by the entity's own name.
  absl::flat_hash_map<absl::string_view, EntityPtr> by_name_;
  absl::flat_hash_map<std::string, Names> index_;
  absl::btree_set<std::pair<absl::Time, std::string>> due_;
  ReportTallies report_tallies_;
  IncidentTimes incident_times_;
  NearIncidents near_incidents_;
  AreaIndex by_area_;
  KeptSums situation_sums_;
  absl::btree_map<std::string, Digest> credentials_;
  absl::flat_hash_map<std::string, std::shared_ptr<const AnsweredRequest>> request_by_key_;
  std::deque<std::shared_ptr<const AnsweredRequest>> requests_;  // oldest first
  size_t size_ = 0;
};

}  // namespace samsyn::domain

#endif  // SAMSYN_SERVER_DOMAIN_PICTURE_H_

// What a command changes, before it is committed: an overlay that reads through to what lies below.
#ifndef SAMSYN_SERVER_DOMAIN_TRANSACTION_H_
#define SAMSYN_SERVER_DOMAIN_TRANSACTION_H_

#include <absl/container/flat_hash_map.h>
#include <absl/strings/string_view.h>
#include <absl/time/time.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "server/domain/picture.h"

namespace samsyn::domain {

// Who is calling. Roles and organisation are read from the member's entity when a command is
// decided.
struct Caller {
  std::string member;  // name of the member; "system" for timers and set-up from the command line
  std::string token;   // name of the token; empty for "system"

  bool is_system() const { return member == "system"; }
};

// Changes on top of a view. Entities are put or removed; lookups see them at once.
class Overlay : public View {
 public:
  explicit Overlay(const View& below) : below_(below) {}
  // An overlay over an overlay is asked for as one over a View: it is never a copy.
  Overlay(const Overlay&) = delete;
  Overlay& operator=(const Overlay&) = delete;

  EntityPtr Find(absl::string_view name) const override;
  std::vector<std::string> Lookup(absl::string_view key) const override;
  void ForEach(v1::EntityKind kind, absl::string_view after,
               absl::FunctionRef<bool(const EntityPtr&)> visit) const override;
  size_t count(v1::EntityKind kind) const override;
  std::optional<Digest> FindCredential(absl::string_view token) const override;
  const AnsweredRequest* FindRequest(absl::string_view principal,
                                     absl::string_view request_id) const override;

  // A null version takes the entity away.
  void Set(absl::string_view name, EntityPtr version);
  void SetCredential(absl::string_view token, const Digest& digest);
  void SetRequest(AnsweredRequest request);

  // Everything changed, each name once, in the order of its first change.
  const std::vector<std::string>& changed() const { return changed_; }
  bool empty() const { return changed_.empty() && credentials_.empty(); }
  const std::vector<std::pair<std::string, Digest>>& credentials() const { return credentials_; }
  // Takes over all that another overlay, which lies on this one, changed.
  void Absorb(const Overlay& upper);

 protected:
  const View& below_;

 private:
  absl::flat_hash_map<std::string, EntityPtr> versions_;
  std::vector<std::string> changed_;
  absl::flat_hash_map<int, int64_t> more_;  // kind → entities more (or fewer) than below
  absl::btree_map<std::string, absl::btree_set<std::string>> keys_;  // key → names
  std::vector<std::pair<std::string, Digest>> credentials_;
  absl::btree_map<std::pair<std::string, std::string>, AnsweredRequest> requests_;
};

// One command being decided. Rules read from it and put what changes; if they return an error, it
// is thrown away.
class Transaction : public Overlay {
 public:
  // `revision` is the one that it will have if it is committed next.
  Transaction(const View& below, absl::string_view municipality, Caller caller, absl::Time now,
              Revision revision, absl::string_view request_id)
      : Overlay(below),
        municipality_(municipality),
        caller_(std::move(caller)),
        now_(now),
        revision_(revision),
        request_id_(request_id) {}

  const std::string& municipality() const { return municipality_; }
  const Caller& caller() const { return caller_; }
  absl::Time now() const { return now_; }
  Revision revision() const { return revision_; }
  const std::string& request_id() const { return request_id_; }

  // A new id for the index-th thing that this command makes: the same for every repeat.
  std::string NewId(int index = 0) const;

  // Puts a version: sets `create_time` if new, `update_time`, `revision`, `etag`. `name` must be
  // set.
  template <typename T>
  void Put(T message) {
    message.set_revision(revision_);
    message.set_etag(EtagFor(revision_));
    *message.mutable_update_time() = TimestampOf(now_);
    if (!message.has_create_time()) *message.mutable_create_time() = TimestampOf(now_);
    const std::string name = message.name();
    Set(name, std::make_shared<const v1::Entity>(Wrap(std::move(message))));
  }

  // Names an entity that answers the request, the first first.
  void Answer(absl::string_view name) { results_.emplace_back(name); }
  const std::vector<std::string>& results() const { return results_; }
  // What was done, for `SubmitReports` (a v1::SubmitReportsResult::Effect).
  void SetEffect(int effect) { effect_ = effect; }
  int effect() const { return effect_; }

 private:
  const std::string municipality_;
  const Caller caller_;
  const absl::Time now_;
  const Revision revision_;
  const std::string request_id_;
  std::vector<std::string> results_;
  int effect_ = 0;
};

}  // namespace samsyn::domain

#endif  // SAMSYN_SERVER_DOMAIN_TRANSACTION_H_

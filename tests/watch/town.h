// A municipality behind a feed, without engine or journal, and viewers who check all that they are
// given against the picture itself.
#ifndef SAMSYN_TESTS_WATCH_TOWN_H_
#define SAMSYN_TESTS_WATCH_TOWN_H_

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "server/domain/names.h"
#include "server/watch/feed.h"
#include "server/watch/ring.h"
#include "tests/testing/model_client.h"
#include "tests/testing/world.h"
#include "tests/watch/judge.h"

namespace samsyn::testing {

inline v1::ReleaseState Release(v1::ReleaseClass release_class,
                                std::initializer_list<absl::string_view> organisations = {}) {
  v1::ReleaseState release;
  release.set_release_class(release_class);
  for (const absl::string_view id : organisations) {
    release.add_organisations(OrganisationName(id));
  }
  return release;
}

// The same, with something left out for one of the organisations.
inline v1::ReleaseState Without(v1::Withheld withheld, absl::string_view from,
                                v1::ReleaseState release) {
  v1::Redaction& redaction = *release.add_redactions();
  redaction.set_organisation(OrganisationName(from));
  redaction.add_withheld(withheld);
  return release;
}

// The change of one entity, as a ring takes it; null: it was not there, or ends.
inline std::vector<watch::Ring::Change> One(const domain::EntityPtr& before,
                                            const domain::EntityPtr& after) {
  return {{domain::NameOf(before != nullptr ? *before : *after), before, after}};
}

// The history of a municipality and its feed. Not thread-safe, but its feed is.
class Town {
 public:
  explicit Town(watch::FeedOptions options = {}, watch::Judge judge = {})
      : options_(options), judge_(std::move(judge)), clock_(absl::FromUnixSeconds(1795795200)) {
    feed_ = std::make_shared<watch::Feed>(kMunicipality, clock_, options_, judge_);
    Commit([](domain::Transaction& transaction) {
      v1::Municipality municipality;
      municipality.set_name(kMunicipality);
      transaction.Put(municipality);
      for (const absl::string_view id : {"kommunen", "polisen", "bostader"}) {
        v1::Organisation organisation;
        organisation.set_name(OrganisationName(id));
        organisation.set_owner(organisation.name());
        organisation.set_authority(id != "bostader");
        transaction.Put(organisation);
      }
    });
    AddMember("anna", "kommunen", {v1::ROLE_COORDINATOR});
    AddMember("paul", "polisen", {v1::ROLE_REPORTER});
    AddMember("bo", "bostader", {v1::ROLE_REPORTER});
    AddMember("screen", "kommunen", {v1::ROLE_OBSERVER});
  }

  void AddMember(absl::string_view id, absl::string_view organisation,
                 std::initializer_list<v1::Role> roles) {
    v1::Member member;
    member.set_name(MemberName(id));
    member.set_organisation(OrganisationName(organisation));
    member.set_owner(member.organisation());
    member.set_display_name(absl::StrCat("Person ", id));
    for (const v1::Role role : roles) member.add_roles(role);
    Put(std::move(member));
  }

  // One transaction; nothing when it changes nothing.
  void Commit(const std::function<void(domain::Transaction&)>& fill) {
    watch::AppliedEntry entry;
    entry.revision = feed_->revision() + 1;
    entry.time = clock_.Now();
    feed_->Reading([&](const domain::Picture& picture) {
      domain::Transaction transaction(picture, kMunicipality, {"system", ""}, entry.time,
                                      entry.revision, "00000000-0000-4000-8000-000000000000");
      fill(transaction);
      for (const std::string& name : transaction.changed()) {
        entry.changes.emplace_back(name, transaction.Find(name));
      }
      return 0;
    });
    if (entry.changes.empty()) return;
    Sha256 chain;
    chain.Update(feed_->digest()).UpdateU32(static_cast<uint32_t>(salt_ + entry.revision));
    entry.digest = chain.Finish();
    history_.push_back(entry);
    feed_->Apply({std::move(entry)}, nullptr);
  }
  template <typename T>
  void Put(T message) {
    Commit([&](domain::Transaction& transaction) { transaction.Put(message); });
  }
  void Destroy(absl::string_view name) {
    Commit([&](domain::Transaction& transaction) { transaction.Set(name, nullptr); });
  }
  // A report of an organisation in the area (none if empty).
  void Report(absl::string_view id, absl::string_view owner, v1::ReleaseState release,
              absl::string_view area = "", absl::string_view text = "words") {
    Put(MakeReport(id, owner, std::move(release), area, text));
  }
  static v1::Report MakeReport(absl::string_view id, absl::string_view owner,
                               v1::ReleaseState release, absl::string_view area = "",
                               absl::string_view text = "words") {
    v1::Report report;
    report.set_name(absl::StrCat(kMunicipality, "/reports/", id));
    report.set_owner(OrganisationName(owner));
    *report.mutable_release() = std::move(release);
    if (!area.empty()) report.set_area(AreaName(area));
    report.set_text(std::string(text));
    return report;
  }

  // The program starts anew from a snapshot of revision `snapshot` (0: none) and what follows it.
  // Viewers must follow again.
  void Restart(domain::Revision snapshot) {
    auto feed = std::make_shared<watch::Feed>(kMunicipality, clock_, options_, judge_);
    domain::Picture old;
    domain::Revision revision = 0;
    Digest digest{};
    std::vector<watch::AppliedEntry> rest;
    for (const watch::AppliedEntry& entry : history_) {
      if (entry.revision > snapshot) {
        rest.push_back(entry);
        continue;
      }
      revision = entry.revision;
      digest = entry.digest;
      for (const auto& [name, version] : entry.changes) {
        if (version == nullptr) {
          old.Remove(name);
        } else {
          old.Put(version);
        }
      }
    }
    std::vector<domain::EntityPtr> entities;
    for (int kind = 1; kind <= v1::EntityKind_MAX; ++kind) {
      old.ForEach(static_cast<v1::EntityKind>(kind), "", [&](const domain::EntityPtr& entity) {
        entities.push_back(entity);
        return true;
      });
    }
    feed->Load(entities, {}, {}, revision, digest, clock_.Now());
    feed->Apply(std::move(rest), nullptr);
    feed_ = std::move(feed);
  }
  // The chain goes on as that of another history would.
  void Fork() { salt_ += 1'000'000; }

  watch::Feed& feed() { return *feed_; }
  ManualClock& clock() { return clock_; }
  const watch::FeedOptions& options() const { return options_; }
  const std::vector<watch::AppliedEntry>& history() const { return history_; }

  // What a caller may see now, by name, of what `passes`; verdicts apart.
  using Passes = std::function<bool(const v1::Entity&)>;
  std::map<std::string, std::string> Visible(const domain::Caller& caller, const Passes& passes) {
    std::map<std::string, std::string> visible;
    feed_->Reading([&](const domain::Picture& picture) {
      const domain::Audience audience = domain::AudienceOf(picture, caller);
      for (int kind = 1; kind <= v1::EntityKind_MAX; ++kind) {
        picture.ForEach(static_cast<v1::EntityKind>(kind), "",
                        [&](const domain::EntityPtr& entity) {
                          const domain::EntityPtr shown = domain::Shown(audience, entity);
                          if (shown != nullptr && passes(*shown)) {
                            visible[domain::NameOf(*entity)] = shown->SerializeAsString();
                          }
                          return true;
                        });
      }
      return 0;
    });
    return visible;
  }

  // The verdicts that a caller is to have now, by name, of those that pass.
  std::map<std::string, std::string> Verdicts(const domain::Caller& caller, const Passes& passes) {
    std::map<std::string, std::string> verdicts;
    if (!judge_.verdicts) return verdicts;
    feed_->Reading([&](const domain::Picture& picture) {
      for (const auto& one : judge_.verdicts(picture, domain::AudienceOf(picture, caller))) {
        if (passes(*one)) verdicts[domain::NameOf(*one)] = one->SerializeAsString();
      }
      return 0;
    });
    return verdicts;
  }

 private:
  const watch::FeedOptions options_;
  const watch::Judge judge_;
  ManualClock clock_;
  std::shared_ptr<watch::Feed> feed_;
  std::vector<watch::AppliedEntry> history_;
  int64_t salt_ = 0;
};

// Somebody who watches, and checks every response when it comes.
class Viewer {
 public:
  Viewer(
      Town& town, absl::string_view member, v1::WatchRequest request = {},
      Town::Passes passes = [](const v1::Entity&) { return true; })
      : town_(town),
        caller_{member == "system" ? "system" : MemberName(member), ""},
        request_(std::move(request)),
        passes_(std::move(passes)) {
    request_.set_municipality(kMunicipality);
    Follow();
  }

  // Calls, or calls again with the token.
  void Follow() {
    client_.Break();
    resuming_ = !client_.token().empty();
    request_.set_resume_token(client_.token());
    auto follower = town_.feed().Follow(caller_, request_);
    ASSERT_TRUE(follower.ok()) << follower.status();
    follower_ = *std::move(follower);
  }

  // Takes one response; false when there was none.
  bool Pull() {
    const absl::StatusOr<watch::Frame> frame = follower_->Next();
    EXPECT_TRUE(frame.ok()) << frame.status();
    if (!frame.ok() || *frame == nullptr) return false;
    EXPECT_LE((*frame)->size(), size_t{256} << 10);
    EXPECT_TRUE(last_.ParseFromString(**frame));
    Check();
    ++responses_;
    if (client_.Take(last_)) ExpectUpToDate();
    return true;
  }
  // Takes all there is.
  void Drain() {
    while (Pull()) {
    }
    ExpectUpToDate();
  }
  // What the client has is what the viewer may see now, to the byte.
  void ExpectUpToDate() {
    EXPECT_EQ(Have(false), town_.Visible(caller_, passes_)) << caller_.member;
  }
  // The same of verdicts, which may lag.
  void ExpectVerdictsUpToDate() {
    EXPECT_EQ(Have(true), town_.Verdicts(caller_, passes_)) << caller_.member;
  }

  const ModelClient& client() const { return client_; }
  watch::Follower& follower() { return *follower_; }
  const v1::WatchResponse& last() const { return last_; }
  int responses() const { return responses_; }
  v1::WatchRequest& request() { return request_; }

 private:
  std::map<std::string, std::string> Have(bool verdicts) const {
    std::map<std::string, std::string> have;
    for (const auto& [name, entity] : client_.entities()) {
      if (entity.has_situation_verdict() == verdicts) have[name] = entity.SerializeAsString();
    }
    return have;
  }
  void Check() {
    const auto visible = town_.Visible(caller_, passes_);
    EXPECT_LE(last_.upserted_size() + last_.removed_size(),
              static_cast<int>(town_.options().frame_changes));
    for (const v1::Entity& entity : last_.upserted()) {
      if (entity.has_situation_verdict()) {
        CheckVerdict(entity);
        continue;
      }
      const auto found = visible.find(domain::NameOf(entity));
      ASSERT_NE(found, visible.end())
          << "not for " << caller_.member << ": " << domain::NameOf(entity);
      EXPECT_EQ(found->second, entity.SerializeAsString());
    }
    for (const std::string& name : last_.removed()) {
      // Of verdicts it is not known what a client has that resumes.
      const bool verdict = domain::KindOfName(name) == v1::ENTITY_KIND_SITUATION_VERDICT;
      EXPECT_TRUE(!last_.reset() && (client_.Knows(name) || (verdict && resuming_)))
          << name << " was never told of";
      EXPECT_EQ(visible.count(name), 0u);
    }
    EXPECT_EQ(last_.more(), last_.resume_token().empty());
    EXPECT_FALSE(last_.current() && last_.more());
    if (!last_.more()) {
      EXPECT_EQ(last_.revision(), town_.feed().revision());
    }
    EXPECT_TRUE(last_.has_server_time());
    resuming_ = resuming_ && !last_.current() && !last_.reset();
  }
  // The town's judge writes into a verdict whose it is.
  void CheckVerdict(const v1::Entity& verdict) {
    EXPECT_TRUE(passes_(verdict)) << domain::NameOf(verdict);
    town_.feed().Reading([&](const domain::Picture& picture) {
      EXPECT_EQ(domain::OwnerOf(verdict), MarkOf(domain::AudienceOf(picture, caller_)))
          << "not for " << caller_.member;
      return 0;
    });
  }

  Town& town_;
  const domain::Caller caller_;
  v1::WatchRequest request_;
  const Town::Passes passes_;
  std::unique_ptr<watch::Follower> follower_;
  bool resuming_ = false;
  ModelClient client_;
  v1::WatchResponse last_;
  int responses_ = 0;
};

}  // namespace samsyn::testing

#endif  // SAMSYN_TESTS_WATCH_TOWN_H_

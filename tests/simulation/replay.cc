#include "tests/simulation/replay.h"

#include <algorithm>
#include <utility>

#include "server/domain/entity.h"
#include "server/domain/refusal.h"
#include "server/domain/transaction.h"
#include "server/engine/codec.h"

namespace samsyn::simulation {

Versions VersionsOf(const watch::AppliedEntry& entry) {
  Versions versions;
  for (const auto& [name, version] : entry.changes) {
    versions[name] = version == nullptr ? "" : version->SerializeAsString();
  }
  return versions;
}

absl::Status Replay::Apply(const journal::Entry& entry) {
  const auto head = journal::HeadAfter(head_, entry);
  if (!head.ok()) return head.status();
  const auto metadata = journal::MetadataOf(entry);
  if (!metadata.ok()) return metadata.status();
  std::vector<engine::UnknownChange> unknown;
  auto applied = engine::DecodeEntry(entry, *metadata, unknown);
  if (!applied.ok()) return applied.status();
  head_ = *head;
  time_ = applied->time;
  changed_.clear();
  std::vector<std::pair<domain::EntityPtr, domain::EntityPtr>> before_and_after;
  const auto put = [&](const std::string& name, const domain::EntityPtr& version) {
    changed_.push_back(name);
    return version == nullptr ? picture_.Remove(name) : picture_.Put(version);
  };
  for (const auto& [name, version] : applied->changes) {
    domain::EntityPtr before = put(name, version);
    if (before == nullptr && version == nullptr) continue;
    before_and_after.emplace_back(std::move(before), version);
  }
  for (const auto& [token, digest] : applied->credentials) picture_.PutCredential(token, digest);
  for (domain::AnsweredRequest& request : applied->requests) {
    picture_.PutRequest(std::move(request));
  }
  for (const auto& [name, cell] : situation_.Update(picture_, before_and_after)) put(name, cell);
  return absl::OkStatus();
}

Decision Replay::Decide(const engine::Command& command, absl::Time now) const {
  Decision decision;
  const std::string& member = command.caller.member;
  if (const auto* known = picture_.FindRequest(member, command.request_id)) {
    if (known->digest != command.request_digest) {
      decision.status = domain::Refuse(v1::ERROR_REASON_REQUEST_ID_REUSED, {"reused", "upprepat"});
    }
    decision.answer = {known->revision, known->results, known->effect, true};
    return decision;
  }
  domain::Transaction transaction(picture_, municipality_, command.caller, std::max(now, time_),
                                  revision() + 1, command.request_id);
  decision.status = command.decide(transaction);
  if (!decision.status.ok()) return decision;
  decision.answer = {transaction.empty() ? revision() : revision() + 1, transaction.results(),
                     transaction.effect(), false};
  for (const std::string& name : transaction.changed()) {
    const domain::EntityPtr version = transaction.Find(name);
    decision.versions[name] = version == nullptr ? "" : version->SerializeAsString();
  }
  return decision;
}

}  // namespace samsyn::simulation

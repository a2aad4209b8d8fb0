#include "server/engine/fold.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "server/domain/limits.h"
#include "server/domain/names.h"

namespace samsyn::engine {

absl::Status Fold::Add(journal::Entry entry, const journal::v1::EntryMetadata& metadata) {
  for (journal::v1::StoredChange& change : entry.changes) {
    if (absl::Status status = CheckReadable(change); !status.ok()) return status;
    if (change.kind() == kRequestKind) {
      requests_.push_back(RequestOf(metadata, change));
      if (requests_.size() > domain::kRequestsKept) requests_.pop_front();
    } else if (change.kind() == kCredentialKind) {
      content_.credentials.emplace_back(change.name(), DigestFrom(change.content()));
    } else {
      std::string name = change.name();
      newest_[std::move(name)] = std::move(change);
    }
  }
  content_.time = absl::FromUnixMicros(metadata.time_us());
  return absl::OkStatus();
}

absl::StatusOr<SnapshotContent> Fold::Take(absl::string_view municipality) {
  const auto replaced = [this](absl::string_view name) { return newest_.contains(name); };
  auto& entities = content_.entities;
  entities.erase(std::remove_if(entities.begin(), entities.end(),
                                [&](const auto& one) { return replaced(domain::NameOf(*one)); }),
                 entities.end());
  auto& unknown = content_.unknown;
  unknown.erase(std::remove_if(unknown.begin(), unknown.end(),
                               [&](const auto& one) { return replaced(one.first); }),
                unknown.end());
  // In order of name: what is put in order is put quickly, and lies together.
  std::vector<journal::v1::StoredChange*> changes;
  changes.reserve(newest_.size());
  for (auto& [name, change] : newest_) changes.push_back(&change);
  std::sort(changes.begin(), changes.end(),
            [](const auto* a, const auto* b) { return a->name() < b->name(); });
  for (journal::v1::StoredChange* const change : changes) {
    if (absl::Status status = CheckOurs(change->name(), municipality); !status.ok()) return status;
    if (!IsEntityKind(change->kind())) {
      content_.unknown.emplace_back(change->name(), std::move(*change));
    } else if (!change->tombstone()) {
      auto entity = DecodeEntity(*change);
      if (!entity.ok()) return entity.status();
      entities.push_back(*std::move(entity));
    }
  }
  newest_.clear();
  for (auto& request : requests_) content_.requests.push_back(std::move(request));
  requests_.clear();
  return std::move(content_);
}

}  // namespace samsyn::engine

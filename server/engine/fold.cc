#include "server/engine/fold.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "server/domain/limits.h"
#include "server/domain/names.h"

namespace samsyn::engine {

absl::Status Fold::Add(journal::Entry& entry, absl::Time time) {
  for (journal::v1::StoredChange& change : entry.changes) {
    if (absl::Status status = CheckReadable(change); !status.ok()) return status;
    if (change.kind() == kRequestKind) {
      if (requests_.size() < domain::kRequestsKept) requests_.emplace_back();
      auto& [metadata_bytes, request] = requests_[seen_requests_++ % domain::kRequestsKept];
      metadata_bytes.swap(entry.metadata);
      request.Swap(&change);
    } else if (change.kind() == kCredentialKind) {
      content_.credentials.emplace_back(change.name(), DigestFrom(change.content()));
    } else {
      newest_[change.name()].Swap(&change);
    }
  }
  content_.time = time;
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
  for (size_t i = 0; i < requests_.size(); ++i) {  // from the oldest that is kept
    const auto& [metadata_bytes, request] = requests_[(seen_requests_ + i) % requests_.size()];
    journal::v1::EntryMetadata metadata;
    metadata.ParseFromString(metadata_bytes);  // as it was parsed before
    content_.requests.push_back(RequestOf(metadata, request));
  }
  requests_.clear();
  return std::move(content_);
}

}  // namespace samsyn::engine

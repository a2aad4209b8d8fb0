#include "server/engine/codec.h"

#include <absl/strings/str_cat.h>

#include "server/domain/limits.h"
#include "server/domain/names.h"
#include "server/domain/refusal.h"

namespace samsyn::engine {
namespace {

using journal::v1::EntryMetadata;
using journal::v1::SnapshotChunk;
using journal::v1::StoredChange;
using journal::v1::StoredRequest;

constexpr size_t kSaltBytes = 32;
constexpr size_t kChunkBytes = 1 << 20;

int64_t MicrosOrZero(absl::Time time) {
  return time == absl::InfiniteFuture() ? 0 : absl::ToUnixMicros(time);
}

absl::Status TooLarge(absl::string_view limit, size_t most) {
  return domain::Refuse(
      v1::ERROR_REASON_LIMIT_REACHED,
      {absl::StrCat("This is more than one step may hold (", limit, ", at most ", most, ")."),
       absl::StrCat("Det här är mer än ett steg rymmer (", limit, ", högst ", most, ").")},
      {{"limit", std::string(limit)}});
}

absl::Status Damaged(absl::string_view what) {
  return absl::DataLossError(absl::StrCat("the journal cannot be read: ", what));
}

StoredChange EntityChange(const std::string& name, const domain::EntityPtr& version) {
  StoredChange change;
  change.set_name(name);
  if (version == nullptr) {
    change.set_kind(domain::KindOfName(name));
    change.set_tombstone(true);
  } else {
    change.set_kind(domain::KindOf(*version));
    change.set_content(version->SerializeAsString());
  }
  return change;
}

StoredChange RecordChange(absl::string_view name, uint32_t kind, const Digest& digest) {
  StoredChange change;
  change.set_name(std::string(name));
  change.set_kind(kind);
  change.set_content(std::string(reinterpret_cast<const char*>(digest.data()), digest.size()));
  return change;
}

absl::Status CheckSize(const std::vector<StoredChange>& changes) {
  size_t bytes = 0;
  for (const StoredChange& change : changes) {
    if (change.content().size() > domain::kEntityBytes) {
      return TooLarge("entity_bytes", domain::kEntityBytes);
    }
    bytes += change.content().size();
  }
  if (changes.size() > domain::kTransactionChanges) {
    return TooLarge("transaction_changes", domain::kTransactionChanges);
  }
  if (bytes > domain::kTransactionBytes) {
    return TooLarge("transaction_bytes", domain::kTransactionBytes);
  }
  return absl::OkStatus();
}

}  // namespace

bool IsEntityKind(uint32_t kind) {
  return kind != v1::ENTITY_KIND_UNSPECIFIED && v1::EntityKind_IsValid(static_cast<int>(kind));
}

absl::Status CheckReadable(const StoredChange& change) {
  if (!change.content_digest().empty()) {
    return Damaged(absl::StrCat(change.name(), " was destroyed, and no entry says so"));
  }
  const bool is_record = change.kind() == kRequestKind || change.kind() == kCredentialKind;
  if (is_record && change.content().size() != sizeof(Digest)) return Damaged(change.name());
  return absl::OkStatus();
}

absl::Status CheckOurs(absl::string_view name, absl::string_view municipality) {
  if (domain::MunicipalityOf(name) == municipality) return absl::OkStatus();
  return absl::DataLossError(
      absl::StrCat("this is the journal of another municipality: ", domain::MunicipalityOf(name)));
}

absl::StatusOr<domain::EntityPtr> DecodeEntity(const StoredChange& change) {
  auto entity = std::make_shared<v1::Entity>();
  if (!entity->ParseFromString(change.content()) || domain::NameOf(*entity) != change.name()) {
    return Damaged(change.name());
  }
  return domain::EntityPtr(std::move(entity));
}

domain::AnsweredRequest RequestOf(const EntryMetadata& metadata, const StoredChange& change) {
  domain::AnsweredRequest request;
  request.principal = metadata.principal();
  request.request_id = metadata.request_id();
  request.digest = DigestFrom(change.content());
  request.revision = metadata.revision();
  request.time = absl::FromUnixMicros(metadata.time_us());
  request.results.assign(metadata.results().begin(), metadata.results().end());
  request.effect = metadata.effect();
  return request;
}

absl::StatusOr<journal::Entry> EncodeEntry(const domain::Transaction& transaction,
                                           absl::string_view method, const Digest& request_digest,
                                           absl::Time next_due, bool not_person_numbers,
                                           const Digest& before) {
  EntryMetadata metadata;
  metadata.set_revision(transaction.revision());
  metadata.set_time_us(absl::ToUnixMicros(transaction.now()));
  metadata.set_principal(transaction.caller().member);
  metadata.set_method(std::string(method));
  metadata.set_request_id(transaction.request_id());
  for (const std::string& name : transaction.results()) metadata.add_results(name);
  metadata.set_next_due_us(MicrosOrZero(next_due));
  metadata.set_effect(transaction.effect());
  metadata.set_not_person_numbers(not_person_numbers);

  journal::Entry entry;
  entry.metadata = metadata.SerializeAsString();
  for (const std::string& name : transaction.changed()) {
    entry.changes.push_back(EntityChange(name, transaction.Find(name)));
  }
  for (const auto& [token, digest] : transaction.credentials()) {
    entry.changes.push_back(RecordChange(token, kCredentialKind, digest));
  }
  entry.changes.push_back(RecordChange("", kRequestKind, request_digest));
  if (const absl::Status size = CheckSize(entry.changes); !size.ok()) return size;
  const std::string salts = RandomBytes(kSaltBytes * entry.changes.size());
  for (size_t i = 0; i < entry.changes.size(); ++i) {
    entry.changes[i].set_salt(salts.substr(i * kSaltBytes, kSaltBytes));
  }
  entry.digest = journal::ChainDigest(before, entry);
  return entry;
}

watch::AppliedEntry AppliedOf(const domain::Transaction& transaction, const Digest& request_digest,
                              const journal::Entry& entry) {
  watch::AppliedEntry applied;
  applied.revision = transaction.revision();
  applied.digest = entry.digest;
  applied.time = absl::FromUnixMicros(absl::ToUnixMicros(transaction.now()));
  for (const std::string& name : transaction.changed()) {
    applied.changes.emplace_back(name, transaction.Find(name));
  }
  applied.credentials.assign(transaction.credentials().begin(), transaction.credentials().end());
  applied.requests.push_back({transaction.caller().member, transaction.request_id(), request_digest,
                              applied.revision, applied.time, transaction.results(),
                              transaction.effect()});
  return applied;
}

absl::StatusOr<watch::AppliedEntry> DecodeEntry(const journal::Entry& entry,
                                                const EntryMetadata& metadata,
                                                std::vector<UnknownChange>& unknown) {
  watch::AppliedEntry applied;
  applied.revision = metadata.revision();
  applied.digest = entry.digest;
  applied.time = absl::FromUnixMicros(metadata.time_us());
  for (const StoredChange& change : entry.changes) {
    if (absl::Status status = CheckReadable(change); !status.ok()) return status;
    if (change.kind() == kRequestKind) {
      applied.requests.push_back(RequestOf(metadata, change));
    } else if (change.kind() == kCredentialKind) {
      applied.credentials.emplace_back(change.name(), DigestFrom(change.content()));
    } else if (!IsEntityKind(change.kind())) {
      unknown.emplace_back(change.name(), change);
    } else if (change.tombstone()) {
      applied.changes.emplace_back(change.name(), nullptr);
    } else {
      auto entity = DecodeEntity(change);
      if (!entity.ok()) return entity.status();
      applied.changes.emplace_back(change.name(), *std::move(entity));
    }
  }
  return applied;
}

std::vector<std::string> EncodeSnapshot(const SnapshotContent& content) {
  std::vector<std::string> chunks;
  SnapshotChunk chunk;
  size_t bytes = 0;
  chunk.set_time_us(absl::ToUnixMicros(content.time));
  chunk.set_next_due_us(MicrosOrZero(content.next_due));
  const auto flush = [&] {
    chunks.push_back(chunk.SerializeAsString());
    chunk.Clear();
    bytes = 0;
  };
  const auto room_for = [&](size_t more) {
    if (bytes > 0 && bytes + more > kChunkBytes) flush();
    bytes += more;
  };
  constexpr size_t kOverhead = 64;  // of one element, at most
  for (const domain::EntityPtr& entity : content.entities) {
    StoredChange change = EntityChange(domain::NameOf(*entity), entity);
    room_for(change.content().size() + change.name().size() + kOverhead);
    *chunk.add_changes() = std::move(change);
  }
  for (const auto& [token, digest] : content.credentials) {
    room_for(token.size() + sizeof digest + kOverhead);
    *chunk.add_changes() = RecordChange(token, kCredentialKind, digest);
  }
  for (const auto& [name, change] : content.unknown) {
    room_for(change.ByteSizeLong() + kOverhead);
    *chunk.add_changes() = change;
  }
  for (const domain::AnsweredRequest& request : content.requests) {
    StoredRequest stored;
    stored.set_principal(request.principal);
    stored.set_request_id(request.request_id);
    stored.set_digest(
        std::string(reinterpret_cast<const char*>(request.digest.data()), request.digest.size()));
    stored.set_revision(request.revision);
    stored.set_time_us(absl::ToUnixMicros(request.time));
    for (const std::string& name : request.results) stored.add_results(name);
    stored.set_effect(request.effect);
    room_for(stored.ByteSizeLong() + kOverhead);
    *chunk.add_requests() = std::move(stored);
  }
  flush();
  return chunks;
}

absl::StatusOr<SnapshotContent> DecodeSnapshot(const std::vector<std::string>& chunks) {
  SnapshotContent content;
  for (const std::string& bytes : chunks) {
    SnapshotChunk chunk;
    if (!chunk.ParseFromString(bytes)) return Damaged("a piece of the snapshot");
    if (&bytes == &chunks.front()) {
      content.time = absl::FromUnixMicros(chunk.time_us());
      if (chunk.next_due_us() != 0) content.next_due = absl::FromUnixMicros(chunk.next_due_us());
    }
    for (StoredChange& change : *chunk.mutable_changes()) {
      if (change.kind() == kCredentialKind && change.content().size() == sizeof(Digest)) {
        content.credentials.emplace_back(change.name(), DigestFrom(change.content()));
      } else if (IsEntityKind(change.kind())) {
        auto entity = DecodeEntity(change);
        if (!entity.ok()) return entity.status();
        content.entities.push_back(*std::move(entity));
      } else {
        content.unknown.emplace_back(change.name(), std::move(change));
      }
    }
    for (const StoredRequest& stored : chunk.requests()) {
      if (stored.digest().size() != sizeof(Digest)) return Damaged("a request of the snapshot");
      domain::AnsweredRequest request;
      request.principal = stored.principal();
      request.request_id = stored.request_id();
      request.digest = DigestFrom(stored.digest());
      request.revision = stored.revision();
      request.time = absl::FromUnixMicros(stored.time_us());
      request.results.assign(stored.results().begin(), stored.results().end());
      request.effect = stored.effect();
      content.requests.push_back(std::move(request));
    }
  }
  return content;
}

}  // namespace samsyn::engine

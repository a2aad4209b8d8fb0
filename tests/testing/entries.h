// Entries of a journal for tests: a chain that is right, of as many revisions as wanted.
#ifndef SAMSYN_TESTS_TESTING_ENTRIES_H_
#define SAMSYN_TESTS_TESTING_ENTRIES_H_

#include <absl/strings/str_cat.h>
#include <absl/strings/string_view.h>

#include <string>
#include <utility>
#include <vector>

#include "server/journal/journal.h"

namespace samsyn::testing {

// A change with a salt of its own.
inline journal::v1::StoredChange MakeChange(absl::string_view name, absl::string_view content,
                                            bool tombstone = false) {
  journal::v1::StoredChange change;
  change.set_name(std::string(name));
  change.set_kind(7);
  change.set_salt(RandomBytes(32));
  change.set_content(std::string(content));
  change.set_tombstone(tombstone);
  return change;
}

// The entry after `before` with these changes.
inline journal::Entry MakeEntry(const journal::Head& before,
                                std::vector<journal::v1::StoredChange> changes) {
  journal::v1::EntryMetadata metadata;
  metadata.set_revision(before.revision + 1);
  metadata.set_time_us(1'795'795'200'000'000 + before.revision * 1'000'000);
  metadata.set_principal("municipalities/0136/members/anna");
  metadata.set_method("SubmitReport");
  journal::Entry entry;
  entry.metadata = metadata.SerializeAsString();
  entry.changes = std::move(changes);
  entry.digest = journal::ChainDigest(before.digest, entry);
  return entry;
}

// `count` entries after `before`, each with one change named "<prefix>/<revision>".
inline std::vector<journal::Entry> MakeEntries(journal::Head before, int count,
                                               absl::string_view prefix = "reports",
                                               size_t content_bytes = 200) {
  std::vector<journal::Entry> entries;
  for (int i = 0; i < count; ++i) {
    entries.push_back(MakeEntry(
        before, {MakeChange(absl::StrCat(prefix, "/", before.revision + 1),
                            std::string(content_bytes, static_cast<char>('a' + i % 26)))}));
    before = {before.revision + 1, entries.back().digest};
  }
  return entries;
}

// Destroys what a change says: what stays is its digest.
inline void Destroy(journal::v1::StoredChange& change) {
  change.set_content_digest(std::string(AsBytes(Sha256Of(change.salt() + change.content()))));
  change.clear_salt();
  change.clear_content();
}

// All of an entry as bytes, to compare two.
inline std::string BytesOf(const journal::Entry& entry) {
  return journal::StoredOf(entry).SerializeAsString();
}

}  // namespace samsyn::testing

#endif  // SAMSYN_TESTS_TESTING_ENTRIES_H_

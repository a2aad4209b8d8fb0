// The chain, computed here by hand; and entries of older versions, which verify and replay for
// ever.
//
// golden/entries-v1.bin is an export (server/journal/tools.h). It was made once by
//   SAMSYN_GOLDEN_OUT=FILE journal_tests --gtest_also_run_disabled_tests
//   --gtest_filter='*MakeGolden'
// and is never made again: a new version of what is stored gets a new file beside it.
#include <absl/strings/numbers.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>

#include "server/journal/files.h"
#include "server/journal/memory_journal.h"
#include "server/journal/tools.h"
#include "tests/testing/entries.h"

namespace samsyn::journal {
namespace {

using testing::MakeChange;
using testing::MakeEntry;

std::string U32(uint32_t value) {
  return {static_cast<char>(value), static_cast<char>(value >> 8), static_cast<char>(value >> 16),
          static_cast<char>(value >> 24)};
}

std::string Sha(const std::string& bytes) { return std::string(AsBytes(Sha256Of(bytes))); }

TEST(Chain, IsTheDigestOfWhatIsStoredInTheOrderThatIsWrittenDown) {
  Entry entry;
  entry.metadata = "who and when";
  entry.changes = {MakeChange("a/b", "content"), MakeChange("ö", "", /*tombstone=*/true)};
  entry.changes[0].set_kind(0x01020304);
  const Digest before = Sha256Of("before");
  const auto& first = entry.changes[0];
  const auto& second = entry.changes[1];
  const std::string bytes = std::string(AsBytes(before)) + U32(12) + "who and when" + U32(2) +  //
                            U32(3) + "a/b" + "\4\3\2\1" + std::string(1, '\0') +
                            Sha(first.salt() + "content") + U32(2) + "ö" + U32(7) + "\1" +
                            Sha(second.salt());
  EXPECT_EQ(ChainDigest(before, entry), Sha256Of(bytes));
}

TEST(Chain, CoversEverythingThatIsStored) {
  const Entry entry = MakeEntry({}, {MakeChange("a", "x"), MakeChange("b", "y")});
  const std::vector<std::function<void(Entry&)>> tampers = {
      [](Entry& e) { e.metadata += "x"; },
      [](Entry& e) { e.changes.pop_back(); },
      [](Entry& e) { std::swap(e.changes[0], e.changes[1]); },
      [](Entry& e) { e.changes[0].set_name("ab"); },
      [](Entry& e) { e.changes[0].set_kind(8); },
      [](Entry& e) { e.changes[0].set_tombstone(true); },
      [](Entry& e) { e.changes[0].mutable_salt()->front() ^= 1; },
      [](Entry& e) { e.changes[0].set_content("z"); },
      [](Entry& e) {
        e.changes[0].set_content_digest(std::string(32, 'x'));
        e.changes[0].clear_salt();
        e.changes[0].clear_content();
      },
  };
  for (const auto& tamper : tampers) {
    Entry tampered = entry;
    tamper(tampered);
    EXPECT_NE(ChainDigest({}, tampered), entry.digest);
    EXPECT_NE(ChainDigest(entry.digest, entry), entry.digest);
  }
  Entry with_stray_digest = entry;  // stands in only for what was destroyed
  with_stray_digest.changes[0].set_content_digest(std::string(32, 'x'));
  EXPECT_EQ(ChainDigest({}, with_stray_digest), entry.digest);
}

TEST(Golden, EntriesOfTheFirstVersionVerifyAndReplay) {
  const auto source = FileSource(SAMSYN_GOLDEN "/entries-v1.bin");
  ASSERT_TRUE(source.ok()) << source.status();
  std::map<std::string, std::string> picture;  // name → digest of the content
  int destroyed = 0;
  std::vector<std::string> methods;
  const auto head = ReadExport(*source, [&](const Entry& entry) {
    methods.push_back(MetadataOf(entry)->method());
    for (const v1::StoredChange& change : entry.changes) {
      destroyed += change.content_digest().empty() ? 0 : 1;
      picture[change.name()] = Hex(Sha256Of(change.content())).substr(0, 8);
      if (change.tombstone()) picture.erase(change.name());
    }
    return absl::OkStatus();
  });
  ASSERT_TRUE(head.ok()) << head.status();
  EXPECT_EQ(head->revision, 5);
  EXPECT_EQ(Hex(head->digest), "152429e644bb604a1656ff556ddd5257bad6bac1c7f9ca3dd71e873f9017f386");
  EXPECT_EQ(destroyed, 1);
  EXPECT_THAT(methods, ::testing::ElementsAre("CreateMunicipality", "IssueToken", "SubmitReport",
                                              "SubmitReport", "Destroy"));
  const std::map<std::string, std::string> expected = {
      {"municipalities/0136", "b7bfdb77"},
      {"municipalities/0136/future/f1", "f665152c"},
      {"municipalities/0136/members/anna", "702e5fd6"},
      {"municipalities/0136/reports/r2", "90bd35df"},
      {"municipalities/0136/tokens/t1", "3881219d"},
      {"request", "ad80064b"}};
  EXPECT_EQ(picture, expected);
}

// Writes the golden file; see the top.
TEST(Golden, DISABLED_MakeGolden) {
  const char* const out = std::getenv("SAMSYN_GOLDEN_OUT");
  ASSERT_NE(out, nullptr);
  const std::string root = "municipalities/0136";
  MemoryJournal journal(std::make_shared<SharedLog>());
  Head head;
  const auto append = [&](const std::string& method, std::vector<v1::StoredChange> changes,
                          bool destroy_first = false) {
    v1::EntryMetadata metadata;
    metadata.set_revision(head.revision + 1);
    metadata.set_time_us(1'795'795'200'000'000 + head.revision * 1'000'000);
    metadata.set_principal(head.revision == 0 ? "system" : root + "/members/anna");
    metadata.set_method(method);
    metadata.set_request_id(absl::StrCat("00000000-0000-4000-8000-00000000000", head.revision));
    metadata.add_results(changes.front().name());
    metadata.set_next_due_us(head.revision == 2 ? 1'795'800'000'000'000 : 0);
    metadata.set_effect(method == "SubmitReport" ? 1 : 0);
    Entry entry;
    entry.metadata = metadata.SerializeAsString();
    if (destroy_first) testing::Destroy(changes.front());
    entry.changes = std::move(changes);
    entry.digest = ChainDigest(head.digest, entry);
    head = *journal.Append(head, {entry});
  };
  append("CreateMunicipality", {MakeChange(root, "\x0a\x0fmunicipality"),
                                MakeChange(root + "/members/anna", "Anna Åkesson")});
  v1::StoredChange credential = MakeChange(root + "/tokens/t1", Sha("secret"));
  credential.set_kind(1000);
  append("IssueToken", {MakeChange(root + "/tokens/t1", "token"), credential});
  v1::StoredChange request = MakeChange("request", Sha("request"));
  request.set_kind(1001);
  append("SubmitReport", {MakeChange(root + "/reports/r1", "destroyed later"), request}, true);
  v1::StoredChange unknown = MakeChange(root + "/future/f1", "a kind of a later version");
  unknown.set_kind(999);
  append("SubmitReport", {MakeChange(root + "/reports/r2", "a report"), unknown});
  append("Destroy", {MakeChange(root + "/reports/r1", "", true)});
  std::string bytes;
  ASSERT_TRUE(ExportJournal(journal, [&bytes](absl::string_view piece) {
                bytes.append(piece.data(), piece.size());
                return absl::OkStatus();
              }).ok());
  ASSERT_TRUE(WriteFile(out, [&bytes] { return std::exchange(bytes, ""); }).ok());
}

}  // namespace
}  // namespace samsyn::journal

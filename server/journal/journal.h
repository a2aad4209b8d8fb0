// The port to the journal of a municipality: a numbered sequence of entries, chained by digests.
// One contract suite (tests/journal/contract) holds for every adapter.
#ifndef SAMSYN_SERVER_JOURNAL_JOURNAL_H_
#define SAMSYN_SERVER_JOURNAL_JOURNAL_H_

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <absl/strings/string_view.h>
#include <absl/time/time.h>
#include <absl/types/span.h>
#include <samsyn/journal/v1/journal.pb.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "server/base/digest.h"

namespace samsyn::journal {

using Revision = int64_t;

// The end of a history: the last revision (0: none) and the chain's digest up to and with it.
struct Head {
  Revision revision = 0;
  Digest digest{};  // of revision 0: 32 zero bytes

  bool operator==(const Head&) const = default;
};

// One transaction as it is stored. Bytes are kept as they came and never serialised again.
struct Entry {
  std::string metadata;  // EntryMetadata as bytes
  std::vector<v1::StoredChange> changes;
  Digest digest{};  // the chain's digest after this entry: ChainDigest(before, entry)
};

// h(n) = SHA-256(h(n-1) ‖ u32 length ‖ metadata ‖ u32 count ‖ per change: u32 length ‖ name ‖ kind
// u32 ‖ tombstone u8 ‖ SHA-256(salt ‖ content)); integers little-endian. For a destroyed change the
// stored `content_digest` stands in for the last, so the chain still verifies.
Digest ChainDigest(const Digest& before, const Entry& entry);

// The metadata of an entry; DataLoss if the bytes are none.
absl::StatusOr<v1::EntryMetadata> MetadataOf(const Entry& entry);

// The head after `entry`. DataLoss, naming the revision, if it does not follow from `before`: a
// gap, a repeat, another digest, or metadata that is none.
absl::StatusOr<Head> HeadAfter(const Head& before, const Entry& entry);
// The same for who has read the metadata already.
absl::StatusOr<Head> HeadAfter(const Head& before, const Entry& entry,
                               const v1::EntryMetadata& metadata);
// The head after all of `entries`; `before` if there are none.
absl::StatusOr<Head> HeadAfter(const Head& before, absl::Span<const Entry> entries);

// An entry as it is exported and copied, and back. DataLoss if the digest is not 32 bytes.
v1::StoredEntry StoredOf(Entry entry);
absl::StatusOr<Entry> EntryOf(v1::StoredEntry stored);

// A picture at a head, in pieces of at most 1 MiB.
struct Snapshot {
  Head head;
  std::vector<std::string> chunks;  // SnapshotChunk as bytes
};

// Two histories of one journal: what this journal serves (kept), and what a node had as committed
// before the server that they share lost it, so that another history took its place (lost).
struct Fork {
  std::string node;     // that has the lost side
  Revision common = 0;  // the last revision that both have
  Head kept;            // when it was found
  Head lost;
};

// How a journal stands to what it shares with other nodes, as far as it knows without asking.
struct Standing {
  std::optional<absl::Time>
      cut_off_since;         // out of touch; nullopt: in touch, or shared with nobody
  Revision committed = 0;    // there to be read; may be more than was read
  std::optional<Fork> fork;  // writes are stopped until `ResumeWrites`; its node may be another
};

// Errors of every adapter: Aborted, OutOfRange as said below; Unknown (only from Append): not known
// whether it happened: read, then decide; ResourceExhausted: no room, nothing happened;
// Unavailable: cannot be reached or refuses writes, nothing happened; DataLoss: damaged or forked,
// stopped for good; InvalidArgument: what is given cannot be appended anywhere (a fault of the
// caller).
//
// Thread-safe; one appender at a time gains.
class Journal {
 public:
  virtual ~Journal() = default;

  // Appends entries after `base`; all or none; returns when they are committed (durable, as the
  // adapter defines it). InvalidArgument: the entries do not follow from `base` (HeadAfter), or one
  // has more than 65,535 changes. Empty: only confirms the head. Aborted: nothing happened, since
  // the journal does not end at `base` (another appended, or a fork).
  virtual absl::StatusOr<Head> Append(Head base, absl::Span<const Entry> entries) = 0;

  // Committed entries after a revision, in order, at most `max`; never blocks. Empty: none yet.
  // OutOfRange: trimmed, load the snapshot.
  virtual absl::StatusOr<std::vector<Entry>> Read(Revision after, size_t max) = 0;

  // The committed head.
  virtual absl::StatusOr<Head> CommittedHead() = 0;

  // `wake` is called, from any thread, when there may be more to read that this object did not
  // append; an empty function ends it (no call is under way when SetWake returns, so do not hold
  // here what `wake` takes; `wake` itself may not call the journal).
  virtual void SetWake(std::function<void()> wake) = 0;

  // Keeps a snapshot, in place of the one before. FailedPrecondition: its head is not one that this
  // journal has committed.
  virtual absl::Status SaveSnapshot(const Snapshot& snapshot) = 0;
  // The kept snapshot; nullopt: none.
  virtual absl::StatusOr<std::optional<Snapshot>> LoadSnapshot() = 0;

  // A consistent copy of all, as the bytes of a file that `restore` takes, while it runs; pieces in
  // order are given to `sink`. Returns the head that the copy ends at. Unimplemented by adapters
  // that are not a file.
  virtual absl::StatusOr<Head> Backup(std::function<absl::Status(absl::string_view)> sink) = 0;

  // Never blocks.
  virtual Standing Stands() { return {}; }
  // The lost side of the last fork, if it is kept here: the fork, and the entries of that side
  // after `common`. NotFound if none is kept here. It stays after `ResumeWrites`.
  struct LostSide {
    Fork fork;
    std::vector<Entry> entries;
  };
  virtual absl::StatusOr<LostSide> ReadLostSide() {
    return absl::NotFoundError("no fork is kept here");
  }
  // Lets writes that a fork has stopped go on, on all nodes; false: they were not stopped.
  virtual absl::StatusOr<bool> ResumeWrites() { return false; }
};

// All journals of a node, by municipality code ("0136"). Thread-safe.
class JournalStore {
 public:
  virtual ~JournalStore() = default;

  // Codes of the municipalities that have a journal, sorted.
  virtual absl::StatusOr<std::vector<std::string>> Codes() = 0;
  // Opens the journal of a municipality. NotFound if there is none.
  virtual absl::StatusOr<std::unique_ptr<Journal>> Open(absl::string_view code) = 0;
  // Makes an empty journal. AlreadyExists if there is one.
  virtual absl::Status Create(absl::string_view code) = 0;

  // `made` is called, from any thread, when there may be journals that another node has made; an
  // empty function ends it (no call is under way when it returns; `made` may not call the store).
  virtual void SetMade(std::function<void()> made) { (void)made; }

  // Whether this node, of those that share the journal of a municipality, is the one that does what
  // one does for all, as waking devices. While one passes it on to another, or nodes cannot reach
  // what they share, several may be. Does not wait long.
  virtual bool LeadsSideWork(absl::string_view code) {
    (void)code;
    return true;
  }
};

}  // namespace samsyn::journal

#endif  // SAMSYN_SERVER_JOURNAL_JOURNAL_H_

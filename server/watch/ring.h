// The recent changes of a municipality, oldest first, bounded by bytes. Items are numbered without
// gaps; the items of one name are linked, so that a follower finds what it had of an entity at any
// position that the ring still holds.
#ifndef SAMSYN_SERVER_WATCH_RING_H_
#define SAMSYN_SERVER_WATCH_RING_H_

#include <absl/container/flat_hash_map.h>
#include <absl/strings/string_view.h>

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "server/base/digest.h"
#include "server/base/mutex.h"
#include "server/domain/entity.h"

namespace samsyn::watch {

// Number of an item; 0: none.
using Seq = uint64_t;

// What decides over who sees a version and which filters it passes, and nothing else of it: name,
// owner, release, areas, unit; of an assignment, whether its deployment is seen. Null for null.
domain::EntityPtr OutlineOf(const domain::EntityPtr& entity);

// A version as the bytes of a field `upserted` of WatchResponse: tag, length, payload.
std::string EncodePiece(const v1::Entity& entity);
using Piece = std::shared_ptr<const std::string>;

// One change of one entity.
struct Item {
  std::string name;
  domain::EntityPtr before;  // an outline; null: it is new
  domain::EntityPtr after;   // whole while it is the newest, then an outline; null: it ended
  Seq previous = 0;          // of the same name; perhaps no longer kept
  Seq next = 0;              // of the same name

 private:
  friend class Ring;
  mutable Piece piece_;  // under the ring's `pieces_mutex_`
};

// The end of a revision.
struct Mark {
  domain::Revision revision = 0;
  Digest digest{};
  Seq end = 0;  // its last item
  size_t bytes = 0;
};

// Not thread-safe, but readers may be many while nobody writes. Nothing older than the newest
// version of an entity keeps content: what is narrowed or destroyed later is gone from here.
class Ring {
 public:
  // Keeps about so many bytes, and always the newest revision.
  explicit Ring(size_t bytes) : bytes_most_(bytes) {}

  // Forgets all items; the history goes on after this revision.
  void Restart(domain::Revision revision, const Digest& digest);

  struct Change {
    std::string name;
    domain::EntityPtr before, after;
  };
  // Adds a revision; drops the oldest ones, whole, while there are too many bytes. Adds to
  // `superseded` the items that were the newest of their names until now.
  void Append(domain::Revision revision, const Digest& digest, std::vector<Change> changes,
              std::vector<Seq>* superseded = nullptr);

  // The position before the oldest item kept, and the newest one.
  const Mark& floor() const { return marks_.front(); }
  const Mark& head() const { return marks_.back(); }
  // The end of a revision; null when it is not kept (the floor is).
  const Mark* MarkAt(domain::Revision revision) const;

  // An item after the floor, up to the head.
  const Item& at(Seq seq) const { return items_[seq - floor().end - 1]; }

  // The piece of an item's `after`, which must be there; encoded once for all.
  Piece PieceOf(const Item& item) const;

  size_t bytes() const { return bytes_; }

 private:
  Item& Mutable(Seq seq) { return items_[seq - floor().end - 1]; }
  size_t Add(Change change, Seq seq, std::vector<Seq>* superseded);
  void DropOldest();

  const size_t bytes_most_;
  std::deque<Mark> marks_{Mark{}};  // the floor first
  std::deque<Item> items_;
  absl::flat_hash_map<std::string, Seq> newest_;
  size_t bytes_ = 0;
  mutable Mutex pieces_mutex_;
};

}  // namespace samsyn::watch

#endif  // SAMSYN_SERVER_WATCH_RING_H_

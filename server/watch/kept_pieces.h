// Pieces of the newest items of a ring as one group gets them, by number.
#ifndef SAMSYN_SERVER_WATCH_KEPT_PIECES_H_
#define SAMSYN_SERVER_WATCH_KEPT_PIECES_H_

#include <absl/types/optional.h>

#include <deque>

#include "server/watch/ring.h"

namespace samsyn::watch {

// Bounded: of what is kept, the newest. Not thread-safe.
class KeptPieces {
 public:
  static constexpr size_t kItemsMost = 4'096;  // a second of a flood, or some
  static constexpr size_t kBytesMost = 512 << 10;

  // Null: the item is kept as one of which the group gets nothing. None: it is not kept.
  absl::optional<Piece> Find(Seq seq) const;
  void Keep(Seq seq, Piece piece);
  void Forget(Seq seq);
  void ForgetUpTo(Seq seq);
  void ForgetAll();

 private:
  struct Kept {
    bool known = false;
    Piece piece;
  };
  void DropFirst();

  std::deque<Kept> items_;
  Seq first_ = 0;
  size_t bytes_ = 0;
};

}  // namespace samsyn::watch

#endif  // SAMSYN_SERVER_WATCH_KEPT_PIECES_H_

#include "server/watch/kept_pieces.h"

#include <utility>

namespace samsyn::watch {
namespace {

size_t BytesOf(const Piece& piece) { return piece == nullptr ? 0 : piece->size(); }

}  // namespace

absl::optional<Piece> KeptPieces::Find(Seq seq) const {
  if (seq < first_ || seq - first_ >= items_.size()) return absl::nullopt;
  const Kept& kept = items_[seq - first_];
  return kept.known ? absl::optional<Piece>(kept.piece) : absl::nullopt;
}

void KeptPieces::Keep(Seq seq, Piece piece) {
  while (!items_.empty() && seq >= first_ + kItemsMost) DropFirst();
  if (items_.empty()) first_ = seq;
  if (seq < first_) return;
  if (seq - first_ >= items_.size()) items_.resize(seq - first_ + 1);
  Forget(seq);
  bytes_ += BytesOf(piece);
  items_[seq - first_] = {true, std::move(piece)};
  while (bytes_ > kBytesMost) DropFirst();
}

void KeptPieces::Forget(Seq seq) {
  if (seq < first_ || seq - first_ >= items_.size()) return;
  Kept& kept = items_[seq - first_];
  bytes_ -= BytesOf(kept.piece);
  kept = {};
}

void KeptPieces::ForgetUpTo(Seq seq) {
  while (!items_.empty() && first_ <= seq) DropFirst();
}

void KeptPieces::ForgetAll() {
  items_.clear();
  bytes_ = 0;
}

void KeptPieces::DropFirst() {
  bytes_ -= BytesOf(items_.front().piece);
  items_.pop_front();
  ++first_;
}

}  // namespace samsyn::watch

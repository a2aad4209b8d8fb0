#include "server/watch/ring.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/wire_format_lite.h>
#include <samsyn/v1/watch.pb.h>

#include <algorithm>
#include <type_traits>
#include <utility>

namespace samsyn::watch {
namespace {

constexpr size_t kItemOverhead = 256;  // an item's own memory, about

template <typename T>
T Outline(const T& message) {
  T outline;
  outline.set_name(message.name());
  outline.set_owner(message.owner());
  if (message.has_release()) *outline.mutable_release() = message.release();
  if constexpr (requires { outline.set_area(message.area()); }) outline.set_area(message.area());
  if constexpr (requires { outline.set_place(message.place()); })
    outline.set_place(message.place());
  if constexpr (requires { *outline.mutable_areas() = message.areas(); }) {
    *outline.mutable_areas() = message.areas();
  }
  if constexpr (requires { outline.set_unit(message.unit()); }) outline.set_unit(message.unit());
  if constexpr (std::is_same_v<T, v1::Assignment>) {  // who leads the night sees it by these
    outline.set_deployment(message.deployment());
    *outline.mutable_guards() = message.guards();
  }
  return outline;
}

size_t BytesOf(const domain::EntityPtr& entity) {
  return entity == nullptr ? 0 : entity->ByteSizeLong();
}

}  // namespace

domain::EntityPtr OutlineOf(const domain::EntityPtr& entity) {
  if (entity == nullptr) return nullptr;
  auto outline = std::make_shared<v1::Entity>();
  domain::VisitEntity(*entity,
                      [&](const auto& message) { *outline = domain::Wrap(Outline(message)); });
  return outline;
}

std::string EncodePiece(const v1::Entity& entity) {
  using google::protobuf::internal::WireFormatLite;
  std::string piece;
  google::protobuf::io::StringOutputStream bytes(&piece);
  google::protobuf::io::CodedOutputStream out(&bytes);
  out.WriteTag(WireFormatLite::MakeTag(v1::WatchResponse::kUpsertedFieldNumber,
                                       WireFormatLite::WIRETYPE_LENGTH_DELIMITED));
  out.WriteVarint32(static_cast<uint32_t>(entity.ByteSizeLong()));
  entity.SerializeToCodedStream(&out);
  out.Trim();
  return piece;
}

void Ring::Restart(domain::Revision revision, const Digest& digest) {
  // A number is skipped, so that no cursor of before stands at the new floor.
  const Seq end = head().end + 1;
  items_.clear();
  newest_.clear();
  bytes_ = 0;
  marks_.assign(1, Mark{revision, digest, end, 0});
}

void Ring::Append(domain::Revision revision, const Digest& digest, std::vector<Change> changes,
                  std::vector<Seq>* superseded) {
  Mark mark{revision, digest, head().end, 0};
  for (Change& change : changes) mark.bytes += Add(std::move(change), ++mark.end, superseded);
  bytes_ += mark.bytes;
  marks_.push_back(mark);
  while (bytes_ > bytes_most_ && marks_.size() > 2) DropOldest();
}

// Returns what the item weighs: its piece counts from the start, for it will be asked for.
size_t Ring::Add(Change change, Seq seq, std::vector<Seq>* superseded) {
  Item item;
  const size_t after_bytes = BytesOf(change.after);
  item.after = std::move(change.after);
  Seq& newest = newest_[change.name];
  if (newest > floor().end) {
    Item& older = Mutable(newest);
    if (superseded != nullptr) superseded->push_back(newest);
    older.next = seq;
    older.after = OutlineOf(older.after);
    older.piece_ = nullptr;
    item.before = older.after;
    item.previous = newest;
  } else {
    item.before = OutlineOf(change.before);
  }
  newest = seq;
  const size_t bytes =
      kItemOverhead + 2 * change.name.size() + BytesOf(item.before) + 2 * after_bytes;
  item.name = std::move(change.name);
  items_.push_back(std::move(item));
  return bytes;
}

void Ring::DropOldest() {
  const Seq end = marks_[1].end;
  for (Seq seq = marks_[0].end + 1; seq <= end; ++seq) {
    const auto newest = newest_.find(items_.front().name);
    if (newest != newest_.end() && newest->second == seq) newest_.erase(newest);
    items_.pop_front();
  }
  bytes_ -= marks_[1].bytes;
  marks_.pop_front();
}

const Mark* Ring::MarkAt(domain::Revision revision) const {
  const auto found = std::lower_bound(
      marks_.begin(), marks_.end(), revision,
      [](const Mark& mark, domain::Revision wanted) { return mark.revision < wanted; });
  return found == marks_.end() || found->revision != revision ? nullptr : &*found;
}

Piece Ring::PieceOf(const Item& item) const {
  {
    MutexLock lock(pieces_mutex_);
    if (item.piece_ != nullptr) return item.piece_;
  }
  auto piece = std::make_shared<const std::string>(EncodePiece(*item.after));
  MutexLock lock(pieces_mutex_);
  if (item.piece_ == nullptr) item.piece_ = std::move(piece);
  return item.piece_;
}

}  // namespace samsyn::watch

#include "server/watch/follower.h"

#include <algorithm>
#include <iterator>

#include "server/domain/names.h"
#include "server/domain/refusal.h"

namespace samsyn::watch {
namespace {

// The order of a whole picture: what others name comes before them. Verdicts, which are no part of
// it, come last.
constexpr v1::EntityKind kOrder[] = {
    v1::ENTITY_KIND_MUNICIPALITY, v1::ENTITY_KIND_ORGANISATION,   v1::ENTITY_KIND_AREA,
    v1::ENTITY_KIND_UNIT,         v1::ENTITY_KIND_MEMBER,         v1::ENTITY_KIND_SHIFT,
    v1::ENTITY_KIND_MEETING,      v1::ENTITY_KIND_ROUND_ENTRY,    v1::ENTITY_KIND_AREA_ASSESSMENT,
    v1::ENTITY_KIND_MINUTES,      v1::ENTITY_KIND_PROBLEM,        v1::ENTITY_KIND_INDICATOR,
    v1::ENTITY_KIND_INCIDENT,     v1::ENTITY_KIND_REPORT,         v1::ENTITY_KIND_DEPLOYMENT,
    v1::ENTITY_KIND_ASSIGNMENT,   v1::ENTITY_KIND_FIELD_UPDATE,   v1::ENTITY_KIND_UNIT_POSITION,
    v1::ENTITY_KIND_RELEASE,      v1::ENTITY_KIND_SITUATION_CELL, v1::ENTITY_KIND_TOKEN,
    v1::ENTITY_KIND_DEVICE};
constexpr size_t kPlaces = std::size(kOrder);

// Entities looked at under one hold of the lock, so that no reader keeps the writer waiting long.
constexpr size_t kScanMost = 16'384;
// How old the time in a shared response may be.
constexpr absl::Duration kFrameAge = absl::Seconds(1);

size_t PlaceOf(v1::EntityKind kind) {
  return std::find(std::begin(kOrder), std::end(kOrder), kind) - std::begin(kOrder);
}

absl::Status Ended() {
  return domain::Refuse(
      v1::ERROR_REASON_IDENTITY_ENDED,
      {"Your access has ended. Sign in again or ask a coordinator for a new token.",
       "Din behörighet har upphört. Logga in igen eller be en samordnare om en ny nyckel."});
}

}  // namespace

absl::Status FeedFollower::Start(const absl::optional<Position>& position) {
  ReaderLock lock(feed_.mutex_);
  if (absl::Status status = CheckIdentity(); !status.ok()) return status;
  if (!position || !CanResume(*position)) {
    StartLoad();
    return absl::OkStatus();
  }
  const Mark& mark = *feed_.ring_->MarkAt(position->revision);
  loading_ = walking_ = say_reset_ = false;
  base_ = reached_ = mark.end;
  revision_ = mark.revision;
  digest_ = mark.digest;
  verdicts_ = group_->PossibleVerdicts(feed_.judge_, *feed_.picture_);
  say_current_ = true;
  return absl::OkStatus();
}

bool FeedFollower::CanResume(const Position& position) const {
  const Mark* mark = feed_.ring_->MarkAt(position.revision);
  return mark != nullptr && position == PositionAt(mark->revision, mark->digest, group_->view());
}

absl::StatusOr<Frame> FeedFollower::Next(domain::Revision least) {
  for (;;) {
    ReaderLock lock(feed_.mutex_);
    if (absl::Status status = CheckIdentity(); !status.ok()) return status;
    // The items after `base_` tell what the client has.
    if (base_ < feed_.ring_->floor().end) StartLoad();
    Outcome outcome = MakeFrame(least);
    if (outcome.frame != nullptr || outcome.at_head) return outcome.frame;
  }
}

absl::StatusOr<Frame> FeedFollower::ProgressMark() {
  ReaderLock lock(feed_.mutex_);
  if (absl::Status status = CheckIdentity(); !status.ok()) return status;
  if (loading_ || !steps_.empty()) {
    return absl::FailedPreconditionError("a progress mark in the middle of a unit");
  }
  FrameEnd end;
  end.revision = revision_;
  end.resume_token = EncodeToken(PositionAt(revision_, digest_, group_->view()));
  end.server_time = feed_.clock_.Now();
  return FrameBuilder(feed_.options_).Finish(end);
}

// Works out audience and identity when something changed that they follow from; looks at the clock
// always.
absl::Status FeedFollower::CheckIdentity() {
  if (identified_ && epoch_ == feed_.audience_epoch_) {
    return expires_ <= feed_.clock_.Now() ? Ended() : absl::OkStatus();
  }
  const domain::Picture& picture = *feed_.picture_;
  expires_ = absl::InfiniteFuture();
  if (!caller_.is_system()) {
    const auto member = picture.Get<v1::Member>(caller_.member);
    if (member == nullptr || member->removed()) return Ended();
    if (member->has_expire_time()) expires_ = domain::TimeOf(member->expire_time());
  }
  if (!caller_.token.empty()) {
    const auto token = picture.Get<v1::Token>(caller_.token);
    if (token == nullptr || token->has_revoke_time() || token->member() != caller_.member) {
      return Ended();
    }
    if (token->has_expire_time()) {
      expires_ = std::min(expires_, domain::TimeOf(token->expire_time()));
    }
    if (expires_ <= feed_.clock_.Now()) return Ended();
  }
  const domain::Audience audience = domain::AudienceOf(picture, caller_);
  if (group_ == nullptr || !(group_->audience() == audience)) {
    group_ = feed_.groups_->Of(audience, filter_);
    StartLoad();
  }
  epoch_ = feed_.audience_epoch_;
  identified_ = true;
  return absl::OkStatus();
}

void FeedFollower::StartLoad() {
  loading_ = walking_ = say_reset_ = say_current_ = true;
  spoken_ = false;
  place_ = 0;
  after_.clear();
  load_steps_.clear();
  steps_.clear();
  base_ = reached_ = feed_.ring_->head().end;
  verdicts_ = NoVerdicts();
}

// The unit has reached the head, as it is or was.
void FeedFollower::Close(const Mark& head) {
  base_ = reached_ = head.end;
  revision_ = head.revision;
  digest_ = head.digest;
  loading_ = spoken_ = say_current_ = false;
  load_steps_.clear();
  steps_.clear();
}

FeedFollower::Outcome FeedFollower::MakeFrame(domain::Revision least) {
  const Span span = SpanNow();
  if (absl::optional<Outcome> kept = TakeKept(span, least)) return *std::move(kept);
  const bool plain = !loading_ && steps_.empty() && !say_current_;
  FrameBuilder frame(feed_.options_);
  if (walking_) WalkPicture(frame);
  if (!walking_) WalkRing(frame);
  const bool at_head = !walking_ && reached_ == span.to;
  if (at_head) verdicts_ = SayDifference(verdicts_, span.now, frame);
  const bool closes = at_head && verdicts_ == span.now;
  const bool silent = frame.empty() && !(closes && (spoken_ || say_current_));
  Window window{span, feed_.ring_->head(), reached_, verdicts_, nullptr, feed_.clock_.Now()};
  if (!silent) window.frame = Finish(std::move(frame), closes);
  // A silent step in the middle is nothing that could be given out.
  if (plain && (closes || !silent)) group_->Keep(window);
  if (closes) {
    Close(window.head);
  } else {
    spoken_ = spoken_ || !silent;
  }
  return {std::move(window.frame), closes};
}

Span FeedFollower::SpanNow() {
  return {base_, feed_.ring_->head().end, verdicts_,
          group_->Verdicts(feed_.judge_, *feed_.picture_, feed_.PaceNow())};
}

// What another follower of the group got that stood in the same place, perhaps some commits ago:
// under a flood there is one during each pass over many followers, and to make a response for each
// of 1,000 anew took half of the fan-out thread's time.
absl::optional<FeedFollower::Outcome> FeedFollower::TakeKept(const Span& span,
                                                             domain::Revision least) {
  if (loading_ || !steps_.empty() || say_current_) return absl::nullopt;
  absl::optional<Window> window = group_->Find(span, least, feed_.clock_.Now() - kFrameAge);
  if (!window) return absl::nullopt;
  verdicts_ = window->has;
  const bool closes = window->closes();
  if (closes) {
    Close(window->head);
  } else {
    reached_ = window->reached;
    steps_.push_back({reached_, window->span.to});
    spoken_ = true;
  }
  return Outcome{std::move(window->frame), closes && window->span.to == span.to};
}

Frame FeedFollower::Finish(FrameBuilder frame, bool closes) {
  FrameEnd end;
  end.reset = std::exchange(say_reset_, false);
  end.more = !closes;
  end.current = closes && say_current_;
  const Mark& head = feed_.ring_->head();
  end.revision = head.revision;
  if (closes)
    end.resume_token = EncodeToken(PositionAt(head.revision, head.digest, group_->view()));
  end.server_time = feed_.clock_.Now();
  return std::move(frame).Finish(end);
}

// Goes on over the picture by kind and name, as far as the response has room.
void FeedFollower::WalkPicture(FrameBuilder& frame) {
  size_t scanned = 0;
  bool room = true;
  while (room && place_ < kPlaces) {
    const auto visit = [&](const domain::EntityPtr& entity) {
      if (++scanned > kScanMost) return room = false;
      if (const domain::EntityPtr shown = group_->Show(entity)) {
        const std::string piece = EncodePiece(*shown);
        if (!frame.HasRoom(piece.size())) return room = false;
        frame.Upsert(piece);
      }
      after_ = domain::NameOf(*entity);
      return true;
    };
    filter_.ForEach(*feed_.picture_, kOrder[place_], std::string(after_), visit);
    if (!room) break;
    ++place_;
    after_.clear();
  }
  load_steps_.push_back({place_, after_, feed_.ring_->head().end});
  walking_ = place_ < kPlaces;
}

// Goes on over the ring, as far as the response has room.
void FeedFollower::WalkRing(FrameBuilder& frame) {
  const Ring& ring = *feed_.ring_;
  const Seq head = ring.head().end;
  const Seq end = std::min<Seq>(head, reached_ + kScanMost);
  while (reached_ < end) {
    const Item& item = ring.at(reached_ + 1);
    // What changed again is spoken of when the walk comes to its newest change.
    if (item.next == 0 && !Speak(item, frame)) break;
    ++reached_;
  }
  steps_.push_back({reached_, head});
}

// Says what became of an entity, by the removal rule; false when the response has no room for it.
bool FeedFollower::Speak(const Item& item, FrameBuilder& frame) const {
  const Seq seq = reached_ + 1;
  if (loading_ && seq <= LoadedAt(item.name)) return true;  // was in the picture that was sent
  if (const Piece piece = group_->PieceOf(*feed_.ring_, seq)) {
    if (!frame.HasRoom(piece->size())) return false;
    frame.Upsert(*piece);
  } else if (Had(item)) {
    if (!frame.HasRoom(item.name.size())) return false;
    frame.Remove(item.name);
  }
  return true;
}

// Whether the client has the entity of this newest item: by the last change that the unit spoke of,
// else by the state before the first change after `base_`.
bool FeedFollower::Had(const Item& item) const {
  const Item* first = &item;
  while (first->previous > base_) {
    const Seq seq = first->previous;
    const Item& earlier = feed_.ring_->at(seq);
    if (WasSpoken(seq, earlier) || (loading_ && seq <= LoadedAt(item.name))) {
      return group_->Has(earlier.after);
    }
    first = &earlier;
  }
  return group_->Has(first->before);
}

// Whether an earlier step of the unit passed this item while it was the newest of its name.
bool FeedFollower::WasSpoken(Seq seq, const Item& item) const {
  const auto step = std::lower_bound(steps_.begin(), steps_.end(), seq,
                                     [](const Step& s, Seq wanted) { return s.reached < wanted; });
  return step != steps_.end() && item.next > step->head;
}

// Where the head stood when the picture was sent as far as this name.
Seq FeedFollower::LoadedAt(absl::string_view name) const {
  const size_t place = PlaceOf(domain::KindOfName(name));
  const auto step = std::lower_bound(load_steps_.begin(), load_steps_.end(), name,
                                     [&](const LoadStep& s, absl::string_view wanted) {
                                       return s.place != place ? s.place < place
                                                               : absl::string_view(s.last) < wanted;
                                     });
  return step == load_steps_.end() ? 0 : step->head;
}

}  // namespace samsyn::watch

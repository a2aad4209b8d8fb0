#include "server/service/past_situation.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "server/analysis/situation.h"
#include "server/analysis/verdicts.h"
#include "server/domain/as_of.h"

namespace samsyn::service {
namespace {

// Entities looked up under one hold of the picture's lock, so that no reader keeps the writer
// waiting long.
constexpr size_t kLookedUpAtOnce = 4096;

// What the situation follows from. Which organisation is an authority is asked of today: that is
// rights, not counting.
const std::vector<v1::EntityKind>& Kinds() {
  static const auto* const kinds = new std::vector<v1::EntityKind>{
      v1::ENTITY_KIND_MUNICIPALITY, v1::ENTITY_KIND_AREA,     v1::ENTITY_KIND_MEETING,
      v1::ENTITY_KIND_REPORT,       v1::ENTITY_KIND_INCIDENT, v1::ENTITY_KIND_INDICATOR};
  return *kinds;
}

// Of reports, which are many, those that nobody had reviewed are counted, and no others.
bool IsCounted(const v1::Entity& entity) {
  return !entity.has_report() || entity.report().state() == v1::Report::STATE_SUBMITTED;
}

// What the period and the rows follow from; everybody gets it of the whole.
bool IsFrame(const v1::Entity& entity) {
  return entity.has_municipality() || entity.has_area() || entity.has_meeting();
}

// Who asks, as it is now; refused when it has ended.
absl::StatusOr<domain::Audience> AudienceNow(const Backend& backend, const Session& session,
                                             const domain::Picture& picture) {
  const auto reader = ReaderOf(backend, session, picture);
  if (!reader.ok()) return reader.status();
  return reader->audience;
}

// The picture of then, without what the audience may not know of it today.
std::unique_ptr<domain::Picture> PictureFor(const domain::Audience& audience,
                                            const watch::Feed& feed, const engine::Past& past) {
  auto then = std::make_unique<domain::Picture>();
  const auto& entities = past.entities;
  for (size_t at = 0; at < entities.size(); at += kLookedUpAtOnce) {
    const size_t end = std::min(entities.size(), at + kLookedUpAtOnce);
    std::vector<domain::EntityPtr> known;
    feed.Reading([&](const domain::Picture& today) {
      for (size_t i = at; i < end; ++i) {
        const domain::EntityPtr& entity = entities[i];
        if (IsFrame(*entity) || domain::MayKnowToday(today, audience, *entity)) {
          known.push_back(entity);
        }
      }
    });
    for (domain::EntityPtr& entity : known) then->Put(std::move(entity));
  }
  feed.Reading([&](const domain::Picture& today) {
    today.ForEach(v1::ENTITY_KIND_ORGANISATION, "", [&](const domain::EntityPtr& organisation) {
      then->Put(organisation);
      return true;
    });
  });
  return then;
}

v1::GetSituationResponse SituationOf(domain::Picture& then, const domain::Audience& audience) {
  analysis::Situation situation;
  for (auto& [name, cell] : situation.Rebuild(then)) {
    if (cell != nullptr) then.Put(std::move(cell));
  }
  return analysis::GetSituation(then, audience);
}

}  // namespace

absl::Status SituationAsOf(const Backend& backend, const Session& session,
                           const v1::GetSituationRequest& request,
                           v1::GetSituationResponse* response) {
  const auto ask = [&](const auto& use) {
    return session.feed->ReadingAt(
        [&](const domain::Picture& picture, domain::Revision newest, const Digest&, absl::Time) {
          const auto audience = AudienceNow(backend, session, picture);
          return audience.ok() ? use(picture, *audience, newest) : audience.status();
        });
  };
  engine::PastWish wish;
  wish.kinds = Kinds();
  wish.wanted = IsCounted;
  domain::Audience audience;
  absl::Status status = ask([&](const auto& picture, const auto& now, domain::Revision newest) {
    const auto moment = domain::MomentOf(request, picture, now, newest);
    if (moment.ok()) wish.moment = *moment;
    audience = now;
    return moment.status();
  });
  if (!status.ok()) return status;
  const auto past = backend.engine.PastOf(session.municipality, wish);
  if (!past.ok()) return past.status();
  // Again if the caller's rights changed while it was worked out.
  for (bool same = false; !same;) {
    *response = SituationOf(*PictureFor(audience, *session.feed, *past), audience);
    status = ask([&](const auto&, const auto& now, domain::Revision) {
      same = now == audience;
      audience = now;
      return absl::OkStatus();
    });
    if (!status.ok()) return status;
  }
  response->clear_sources();  // how fresh they are now says nothing of then
  response->set_revision(past->revision);
  return absl::OkStatus();
}

}  // namespace samsyn::service

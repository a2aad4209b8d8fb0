#include "server/analysis/situation.h"

#include <absl/strings/str_cat.h>

#include <memory>

#include "server/analysis/families.h"
#include "server/domain/names.h"

namespace samsyn::analysis {
namespace {

using Change = std::pair<domain::EntityPtr, domain::EntityPtr>;

bool Authority(const domain::View& view, absl::string_view organisation) {
  const auto found = view.Get<v1::Organisation>(organisation);
  return found != nullptr && found->authority();
}

// What a cell has of the incidents counted in it: name, area, family, and a release that is theirs
// without saying whose.
v1::SituationCell Frame(const v1::Incident& incident, bool owner_is_authority) {
  const std::string label =
      domain::ReleaseLabel(incident.release(), incident.owner(), owner_is_authority);
  v1::SituationCell cell;
  cell.set_area(incident.area());
  cell.set_family(incident.family());
  cell.set_name(domain::NameOf(
      domain::MunicipalityOf(incident.name()), v1::ENTITY_KIND_SITUATION_CELL,
      absl::StrCat(AreaId(incident.area()), ".", FamilyId(incident.family()), ".", label)));
  v1::ReleaseState& release = *cell.mutable_release();
  if (label == "public" || label == "partner" || label == "authority") {
    release.set_release_class(incident.release().release_class());
    return cell;
  }
  release.set_release_class(incident.release().release_class() == v1::RELEASE_CLASS_AUTHORITY
                                ? v1::RELEASE_CLASS_AUTHORITY
                                : v1::RELEASE_CLASS_RESTRICTED);
  absl::btree_set<std::string> viewers(incident.release().organisations().begin(),
                                       incident.release().organisations().end());
  // Who gets a part of them is not told how many they are.
  for (const v1::Redaction& redaction : incident.release().redactions()) {
    viewers.erase(redaction.organisation());
  }
  viewers.insert(incident.owner());
  for (const std::string& viewer : viewers) release.add_organisations(viewer);
  return cell;
}

// Whether a change may make incidents stand in other cells: then all are read again.
bool MovesLabels(const Change& change) {
  const auto authority = [](const domain::EntityPtr& version) {
    return version != nullptr && version->has_organisation() && version->organisation().authority();
  };
  return authority(change.first) != authority(change.second);
}

// Whether a change may move the period.
bool MovesPeriod(const Change& change) {
  const domain::EntityPtr& version = change.second != nullptr ? change.second : change.first;
  return version->has_meeting() || version->has_municipality();
}

}  // namespace

Situation::Cells Situation::Rebuild(const domain::View& picture) {
  period_ = PeriodOf(picture);
  cells_.clear();
  picture.ForEach(v1::ENTITY_KIND_INCIDENT, "", [&](const domain::EntityPtr& entity) {
    if (auto place = PlaceOf(picture, entity)) {
      Cell& cell = cells_[place->frame.name()];
      cell.tally.Load(place->counted);
      cell.frame = std::move(place->frame);
    }
    return true;
  });
  absl::btree_set<std::string> names;
  for (auto& [name, cell] : cells_) {
    cell.tally.Recount(period_);
    names.insert(name);
  }
  picture.ForEach(v1::ENTITY_KIND_SITUATION_CELL, "", [&](const domain::EntityPtr& entity) {
    names.insert(domain::NameOf(*entity));
    return true;
  });
  return Changed(picture, names);
}

Situation::Cells Situation::Update(const domain::View& picture,
                                   const std::vector<Change>& before_and_after) {
  bool may_have_moved = false;
  for (const Change& change : before_and_after) {
    if (MovesLabels(change)) return Rebuild(picture);
    may_have_moved = may_have_moved || MovesPeriod(change);
  }
  absl::btree_set<std::string> names;
  if (may_have_moved) {
    if (Period period = PeriodOf(picture); period != period_) {
      period_ = std::move(period);
      for (auto& [name, cell] : cells_) {
        cell.tally.Recount(period_);
        names.insert(name);
      }
    }
  }
  for (const auto& [before, after] : before_and_after) {
    auto was = PlaceOf(picture, before);
    auto is = PlaceOf(picture, after);
    const bool same =
        was && is && was->counted == is->counted && was->frame.name() == is->frame.name();
    if (same) continue;
    if (was) {
      cells_[was->frame.name()].tally.Remove(was->counted, period_);
      names.insert(was->frame.name());
    }
    if (is) {
      Cell& cell = cells_[is->frame.name()];
      cell.tally.Add(is->counted, period_);
      names.insert(is->frame.name());
      cell.frame = std::move(is->frame);
    }
  }
  return Changed(picture, names);
}

absl::optional<Situation::Place> Situation::PlaceOf(const domain::View& picture,
                                                    const domain::EntityPtr& version) {
  if (version == nullptr || !version->has_incident()) return absl::nullopt;
  const v1::Incident& incident = version->incident();
  if (incident.state() != v1::Incident::STATE_CURRENT || !incident.counted() ||
      FamilyId(incident.family()).empty()) {
    return absl::nullopt;
  }
  Place place;
  place.frame = Frame(incident, Authority(picture, incident.owner()));
  place.counted.time_ns = absl::ToUnixNanos(domain::TimeOf(incident.occurred_time()));
  place.counted.source = sources_.Of(incident.owner(), incident.source_uri());
  place.counted.independent_sources = incident.independent_sources();
  place.counted.category = static_cast<uint8_t>(incident.category());
  place.counted.perceived = incident.perceived();
  return place;
}

Situation::Cells Situation::Changed(const domain::View& picture,
                                    const absl::btree_set<std::string>& names) {
  Cells changed;
  for (const std::string& name : names) {
    const auto before = picture.Get<v1::SituationCell>(name);
    const auto found = cells_.find(name);
    if (found == cells_.end() || found->second.tally.silent()) {
      if (before != nullptr) changed.emplace_back(name, nullptr);
      if (found != cells_.end() && found->second.tally.empty()) cells_.erase(found);
      continue;
    }
    v1::SituationCell cell = found->second.frame;
    found->second.tally.Describe(period_, sources_, cell);
    if (before != nullptr && before->SerializeAsString() == cell.SerializeAsString()) continue;
    changed.emplace_back(name, std::make_shared<const v1::Entity>(domain::Wrap(std::move(cell))));
  }
  return changed;
}

}  // namespace samsyn::analysis

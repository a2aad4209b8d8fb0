#include "server/domain/spoken.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>

#include <vector>

#include "server/domain/names.h"
#include "server/domain/wall_clock.h"

namespace samsyn::domain {
namespace {

template <typename T>
std::string Called(const View& view, const Audience& audience, absl::string_view name) {
  if (name.empty()) return "–";
  const auto found = GetVisible<T>(view, audience, name);
  if (found == nullptr) return "–";
  return found->display_name().empty() ? std::string(IdOf(name)) : found->display_name();
}

}  // namespace

Spoken::Spoken(const View& view, const Audience& audience, absl::string_view municipality)
    : view_(view),
      audience_(audience),
      municipality_(municipality),
      zone_(ZoneOf(view, municipality)) {}

std::string Spoken::Municipality() const {
  return Called<v1::Municipality>(view_, audience_, municipality_);
}
std::string Spoken::Organisation(absl::string_view name) const {
  return Called<v1::Organisation>(view_, audience_, name);
}
std::string Spoken::Unit(absl::string_view name) const {
  return Called<v1::Unit>(view_, audience_, name);
}
std::string Spoken::Area(absl::string_view name) const {
  return Called<v1::Area>(view_, audience_, name);
}

std::string Spoken::Areas(const google::protobuf::RepeatedPtrField<std::string>& names) const {
  std::vector<std::string> called;
  for (const std::string& name : names) called.push_back(Area(name));
  return called.empty() ? "–" : absl::StrJoin(called, ", ");
}

std::string Spoken::Person(absl::string_view name) const {
  const auto member = GetVisible<v1::Member>(view_, audience_, name);
  if (member == nullptr) return "–";
  const std::string organisation = Organisation(member->organisation());
  return member->function().empty() ? organisation
                                    : absl::StrCat(member->function(), ", ", organisation);
}

std::string Spoken::Time(absl::Time time) const { return OnTheWall(time, zone_); }
std::string Spoken::Date(absl::Time time) const { return DateOnTheWall(time, zone_); }

std::string Spoken::Window(const v1::TimeWindow& window) const {
  const absl::Time start = TimeOf(window.start_time());
  const absl::Time end = TimeOf(window.end_time());
  // Into the small hours is the same evening to people.
  const bool far = end - start >= absl::Hours(24);
  return absl::StrCat(Time(start), "–", far ? Time(end) : absl::FormatTime("%H:%M", end, zone_));
}

}  // namespace samsyn::domain

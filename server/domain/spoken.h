// How documents for one reader call things: by the names that people say, and persons by function
// and organisation.
#ifndef SAMSYN_SERVER_DOMAIN_SPOKEN_H_
#define SAMSYN_SERVER_DOMAIN_SPOKEN_H_

#include <absl/strings/string_view.h>
#include <absl/time/time.h>
#include <google/protobuf/repeated_field.h>
#include <google/protobuf/timestamp.pb.h>
#include <samsyn/v1/common.pb.h>

#include <string>

#include "server/domain/picture.h"
#include "server/domain/visibility.h"

namespace samsyn::domain {

// The view must outlive it. What the audience does not see is "–"; of names in the directory, which
// all see, the last part stands where nobody gave one.
class Spoken {
 public:
  Spoken(const View& view, const Audience& audience, absl::string_view municipality);

  std::string Municipality() const;
  std::string Organisation(absl::string_view name) const;
  std::string Unit(absl::string_view name) const;
  std::string Area(absl::string_view name) const;
  std::string Areas(const google::protobuf::RepeatedPtrField<std::string>& names) const;
  // "fältsekreterare, Haninge kommun"
  std::string Person(absl::string_view member) const;

  // "fre 20:00"; "2026-11-27"; "fre 20:00–02:00", with the day of the end from a day on.
  std::string Time(absl::Time time) const;
  std::string Date(absl::Time time) const;
  std::string Window(const v1::TimeWindow& window) const;

  absl::TimeZone zone() const { return zone_; }

 private:
  const View& view_;
  const Audience& audience_;
  const std::string municipality_;
  const absl::TimeZone zone_;
};

}  // namespace samsyn::domain

#endif  // SAMSYN_SERVER_DOMAIN_SPOKEN_H_

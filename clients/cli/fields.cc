#include "clients/cli/fields.h"

#include <absl/strings/ascii.h>
#include <absl/strings/match.h>
#include <absl/strings/numbers.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_replace.h>
#include <absl/strings/str_split.h>
#include <absl/time/civil_time.h>
#include <google/protobuf/timestamp.pb.h>
#include <samsyn/v1/common.pb.h>
#include <samsyn/v1/deployment.pb.h>
#include <samsyn/v1/directory.pb.h>
#include <samsyn/v1/indicator.pb.h>
#include <samsyn/v1/meeting.pb.h>
#include <samsyn/v1/report.pb.h>

#include "clients/cli/times.h"
#include "clients/cli/words.h"

namespace samsyn::cli {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Timestamp;

absl::Time TimeOf(const Timestamp& stamp) {
  return absl::FromUnixSeconds(stamp.seconds()) + absl::Nanoseconds(stamp.nanos());
}

Failure NoNumber(absl::string_view text) {
  return Failure::Usage(absl::StrCat("\"", text, "\" is no number that fits here"));
}

// "fri", "lördag" or "6": 1 Monday to 7 Sunday.
bool ReadWeekday(absl::string_view text, int* weekday) {
  static constexpr absl::string_view kDays[][2] = {{"mon", "mån"}, {"tue", "tis"}, {"wed", "ons"},
                                                   {"thu", "tor"}, {"fri", "fre"}, {"sat", "lör"},
                                                   {"sun", "sön"}};
  for (int day = 1; day <= 7; ++day) {
    for (const absl::string_view word : kDays[day - 1]) {
      if (!absl::StartsWith(absl::AsciiStrToLower(text), word)) continue;
      *weekday = day;
      return true;
    }
  }
  return absl::SimpleAtoi(text, weekday) && *weekday >= 1 && *weekday <= 7;
}

Failure ReadEnum(const google::protobuf::EnumDescriptor& type, absl::string_view text,
                 int* number) {
  const auto* value = ValueFor(type, text);
  if (value == nullptr) {
    return Failure::Usage(absl::StrCat("\"", text, "\" is none of: ", ValuesOf(type)));
  }
  *number = value->number();
  return {};
}

Failure ReadLatLng(absl::string_view text, v1::LatLng& point) {
  const std::vector<std::string> parts = absl::StrSplit(text, ',');
  double latitude, longitude;
  if (parts.size() != 2 || !absl::SimpleAtod(parts[0], &latitude) ||
      !absl::SimpleAtod(parts[1], &longitude)) {
    return Failure::Usage(absl::StrCat("\"", text, "\" is no point; write LAT,LON as 59.17,18.14"));
  }
  point.set_latitude_deg(latitude);
  point.set_longitude_deg(longitude);
  return {};
}

// "what=value": false without "=" in the middle.
bool Halves(absl::string_view text, std::string* left, std::string* right) {
  const size_t at = text.rfind('=');
  if (at == absl::string_view::npos || at == 0) return false;
  *left = std::string(text.substr(0, at));
  *right = std::string(text.substr(at + 1));
  return true;
}

Failure ReadNeed(absl::string_view text, v1::Need& need) {
  std::string function, count;
  int units;
  if (!Halves(text, &function, &count) || !absl::SimpleAtoi(count, &units)) {
    return Failure::Usage(absl::StrCat("\"", text, "\": write FUNCTION=NUMBER, as väktare=2"));
  }
  need.set_function(function);
  need.set_units(units);
  if (const auto* power = ValueFor(*v1::Unit::Power_descriptor(), function)) {
    need.set_power(static_cast<v1::Unit::Power>(power->number()));
  }
  return {};
}

// "handen=20:00" or "handen=20:00/12": a time of the deployment's evening.
Failure ReadStop(absl::string_view text, const v1::Deployment& deployment, const Reading& reading,
                 v1::PlannedStop& stop) {
  std::string area, when, problem;
  if (!Halves(text, &area, &when)) {
    return Failure::Usage(absl::StrCat("\"", text, "\": write AREA=TIME, as handen=20:00"));
  }
  int minutes = 15;
  const std::vector<std::string> parts = absl::StrSplit(when, absl::MaxSplits('/', 1));
  if (parts.size() == 2 && !absl::SimpleAtoi(parts[1], &minutes)) return NoNumber(parts[1]);
  const absl::Time evening =
      deployment.has_window() ? TimeOf(deployment.window().start_time()) : reading.now;
  absl::Time time;
  if (!ReadTime(parts[0], evening, Sense::kPlan, &time, &problem)) return Failure::Usage(problem);
  stop.set_minutes(minutes);
  stop.mutable_start_time()->set_seconds(absl::ToUnixSeconds(time));
  return reading.names->Resolve("areas", area, stop.mutable_area());
}

// "fre-lör", "fri,sun": days on which hours begin.
bool ReadDays(absl::string_view text, v1::PermitHours& hours) {
  for (const absl::string_view part : absl::StrSplit(text, ',')) {
    const std::vector<std::string> ends =
        absl::StrSplit(absl::StrReplaceAll(part, {{"–", "-"}}), '-');
    int from = 0, to = 0;
    if (ends.size() > 2 || !ReadWeekday(ends.front(), &from) || !ReadWeekday(ends.back(), &to) ||
        from > to) {
      return false;
    }
    for (int day = from; day <= to; ++day) hours.add_iso_weekdays(day);
  }
  return true;
}

// "A123=handen,jordbro fre-lör 20:00-03:00"; without days and hours: always.
Failure ReadPermit(absl::string_view text, const Reading& reading, v1::Permit& permit) {
  const Failure unreadable = Failure::Usage(absl::StrCat(
      "\"", text, "\": write NUMBER=AREA,AREA DAYS HOURS, as A123=handen fre-lör 20:00-03:00"));
  std::string number, rest;
  if (!Halves(text, &number, &rest)) return unreadable;
  const std::vector<std::string> words = absl::StrSplit(rest, ' ', absl::SkipEmpty());
  if (words.size() != 1 && words.size() != 3) return unreadable;
  permit.set_number(number);
  for (const absl::string_view area : absl::StrSplit(words[0], ',', absl::SkipEmpty())) {
    Failure failure = reading.names->Resolve("areas", area, permit.add_areas());
    if (!failure.ok()) return failure;
  }
  if (words.size() == 1) return {};
  v1::PermitHours& hours = *permit.add_hours();
  const std::vector<std::string> clock =
      absl::StrSplit(absl::StrReplaceAll(words[2], {{"–", "-"}}), '-');
  if (clock.size() != 2 || !ReadDays(words[1], hours)) return unreadable;
  hours.set_start_wall_time(clock[0]);
  hours.set_end_wall_time(clock[1]);
  return {};
}

Failure ReadLevel(absl::string_view text, const Reading& reading,
                  v1::AssessAreasRequest::Level& level) {
  std::string area, word;
  if (!Halves(text, &area, &word)) {
    return Failure::Usage(absl::StrCat("\"", text, "\": write AREA=LEVEL, as brandbergen=yellow"));
  }
  int number;
  if (Failure failure = ReadEnum(*v1::AreaLevel_descriptor(), word, &number); !failure.ok()) {
    return failure;
  }
  level.set_level(static_cast<v1::AreaLevel>(number));
  return reading.names->Resolve("areas", area, level.mutable_area());
}

// Which times of day a bare "23:40" means in this field.
Sense SenseOf(const Message& parent, const FieldDescriptor& field) {
  if (field.name() != "occurred_time" && field.name() != "occurred_end_time" &&
      field.name() != "change_time")
    return Sense::kPlan;
  const auto* report = dynamic_cast<const v1::Report*>(&parent);
  const bool planned =
      report != nullptr && (report->kind() == v1::Report::KIND_UNSPECIFIED
                                ? report->category() == v1::CATEGORY_PLANNED_EVENT
                                : report->kind() == v1::Report::KIND_PLANNED_EVENT);
  return planned ? Sense::kPlan : Sense::kPast;
}

Failure ReadTimestamp(absl::string_view text, const Message& parent, const FieldDescriptor& field,
                      const Reading& reading, Timestamp& stamp) {
  absl::Time time;
  std::string problem;
  // A day as the end of something: all of it.
  absl::CivilDay day;
  if (field.name() == "until_time" && text.size() == 10 && absl::ParseCivilTime(text, &day)) {
    stamp.set_seconds(absl::ToUnixSeconds(absl::FromCivil(day + 1, Stockholm())) - 1);
    return {};
  }
  if (!ReadTime(text, reading.now, SenseOf(parent, field), &time, &problem)) {
    return Failure::Usage(problem);
  }
  const auto* window = dynamic_cast<const v1::TimeWindow*>(&parent);
  if (window != nullptr && field.name() == "end_time" && text.size() <= 5) {
    const absl::Time start = TimeOf(window->start_time());
    ReadTime(text, start, Sense::kPlan, &time, &problem);
    if (time <= start) {
      time = absl::FromCivil(absl::ToCivilSecond(time, Stockholm()) + 86400, Stockholm());
    }
  }
  stamp.set_seconds(absl::ToUnixSeconds(time));
  return {};
}

Failure ReadMessage(absl::string_view text, const Message& parent, const FieldDescriptor& field,
                    const Reading& reading, Message& into) {
  if (auto* stamp = dynamic_cast<Timestamp*>(&into)) {
    return ReadTimestamp(text, parent, field, reading, *stamp);
  }
  if (auto* point = dynamic_cast<v1::LatLng*>(&into)) return ReadLatLng(text, *point);
  if (auto* need = dynamic_cast<v1::Need*>(&into)) return ReadNeed(text, *need);
  if (auto* permit = dynamic_cast<v1::Permit*>(&into)) return ReadPermit(text, reading, *permit);
  if (auto* stop = dynamic_cast<v1::PlannedStop*>(&into)) {
    return ReadStop(text, dynamic_cast<const v1::Deployment&>(parent), reading, *stop);
  }
  if (auto* level = dynamic_cast<v1::AssessAreasRequest::Level*>(&into)) {
    return ReadLevel(text, reading, *level);
  }
  return Failure::Usage(absl::StrCat(field.name(), " cannot be written here"));
}

// A word of a filter for what has no area.
bool StandsForNone(const FieldDescriptor& field, absl::string_view text) {
  const bool indicators = field.containing_type() == v1::ListIndicatorsRequest::descriptor();
  return text == (indicators ? "all" : "unlocated");
}

// One value into one place, or added to a repeated field.
Failure SetOne(Message& parent, const FieldDescriptor& field, absl::string_view collection,
               absl::string_view text, const Reading& reading) {
  const auto* reflection = parent.GetReflection();
  const bool many = field.is_repeated();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING: {
      std::string value(text);
      if (!collection.empty() && !StandsForNone(field, text)) {
        const absl::string_view in = collection == "any" ? "" : collection;
        if (Failure failure = reading.names->Resolve(in, text, &value); !failure.ok()) {
          return failure;
        }
      }
      many ? reflection->AddString(&parent, &field, value)
           : reflection->SetString(&parent, &field, value);
      return {};
    }
    case FieldDescriptor::CPPTYPE_ENUM: {
      int value;
      if (Failure failure = ReadEnum(*field.enum_type(), text, &value); !failure.ok()) {
        return failure;
      }
      many ? reflection->AddEnumValue(&parent, &field, value)
           : reflection->SetEnumValue(&parent, &field, value);
      return {};
    }
    case FieldDescriptor::CPPTYPE_INT32: {
      int32_t value;
      const bool read = field.name() == "iso_weekdays" ? ReadWeekday(text, &value)
                                                       : absl::SimpleAtoi(text, &value);
      if (!read) return NoNumber(text);
      many ? reflection->AddInt32(&parent, &field, value)
           : reflection->SetInt32(&parent, &field, value);
      return {};
    }
    case FieldDescriptor::CPPTYPE_INT64: {
      int64_t value;
      if (!absl::SimpleAtoi(text, &value)) return NoNumber(text);
      reflection->SetInt64(&parent, &field, value);
      return {};
    }
    case FieldDescriptor::CPPTYPE_DOUBLE: {
      double value;
      if (!absl::SimpleAtod(text, &value)) return NoNumber(text);
      reflection->SetDouble(&parent, &field, value);
      return {};
    }
    case FieldDescriptor::CPPTYPE_BOOL:
      reflection->SetBool(&parent, &field, text != "false");
      return {};
    case FieldDescriptor::CPPTYPE_MESSAGE: {
      Message* into = many ? reflection->AddMessage(&parent, &field)
                           : reflection->MutableMessage(&parent, &field);
      return ReadMessage(text, parent, field, reading, *into);
    }
    default:
      return Failure::Usage(absl::StrCat(field.name(), " cannot be written here"));
  }
}

}  // namespace

const FieldDescriptor* FieldAt(const Descriptor& type, absl::string_view path) {
  const Descriptor* at = &type;
  const FieldDescriptor* field = nullptr;
  for (absl::string_view step : absl::StrSplit(path, '.')) {
    if (at == nullptr) return nullptr;
    field = at->FindFieldByName(std::string(step));
    if (field == nullptr) return nullptr;
    at = field->message_type();
  }
  return field;
}

Message& ParentAt(Message& message, absl::string_view path) {
  std::vector<std::string> steps = absl::StrSplit(path, '.');
  steps.pop_back();
  Message* at = &message;
  for (const std::string& step : steps) {
    const auto* field = at->GetDescriptor()->FindFieldByName(step);
    const auto* reflection = at->GetReflection();
    if (!field->is_repeated()) {
      at = reflection->MutableMessage(at, field);
    } else {
      at = reflection->FieldSize(*at, field) == 0
               ? reflection->AddMessage(at, field)
               : reflection->MutableRepeatedMessage(at, field, 0);
    }
  }
  return *at;
}

Failure SetField(Message& request, absl::string_view path, absl::string_view collection,
                 const std::vector<std::string>& texts, const Reading& reading) {
  const FieldDescriptor* field = FieldAt(*request.GetDescriptor(), path);
  if (field == nullptr) return Failure::Usage(absl::StrCat("no field ", path));
  Message& parent = ParentAt(request, path);
  parent.GetReflection()->ClearField(&parent, field);
  const bool commas =
      field->is_repeated() &&
      (!collection.empty() || field->cpp_type() != FieldDescriptor::CPPTYPE_STRING) &&
      field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE;
  for (const std::string& text : texts) {
    std::vector<std::string> values = {text};
    if (commas) values = absl::StrSplit(text, ',', absl::SkipEmpty());
    for (const std::string& value : values) {
      Failure failure = SetOne(parent, *field, collection, value, reading);
      if (!failure.ok()) return failure;
    }
  }
  return {};
}

}  // namespace samsyn::cli

#include "server/domain/minutes.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>

#include <algorithm>
#include <string>
#include <vector>

#include "server/domain/index_keys.h"
#include "server/domain/names.h"
#include "server/domain/refusal.h"
#include "server/domain/wall_clock.h"
#include "server/domain/words.h"

namespace samsyn::domain {
namespace {

// People's words as they are, on one line: nothing in them is Markdown.
std::string Plain(absl::string_view text) {
  std::string plain;
  for (const char c : text) {
    if (c == '\n' || c == '\r' || c == '\t') {
      plain += ' ';
      continue;
    }
    if (absl::string_view("\\`*_{}[]<>#|~").find(c) != absl::string_view::npos) plain += '\\';
    plain += c;
  }
  return plain;
}

// Writes the Markdown of one reader's minutes.
class Writer {
 public:
  Writer(const View& view, const Audience& audience, const v1::GetMinutesResponse& minutes)
      : view_(view),
        audience_(audience),
        minutes_(minutes),
        zone_(ZoneOf(view, MunicipalityOf(minutes.meeting().name()))) {}

  std::string Write() {
    Round();
    Levels();
    Priorities();
    Deployments();
    const std::string parts = std::move(text_);
    Head();
    return absl::StrCat(text_, parts);
  }
  // The strictest class of what was written.
  v1::ReleaseClass strictest() const { return strictest_; }

 private:
  void Holds(v1::ReleaseClass release_class) { strictest_ = std::max(strictest_, release_class); }
  template <typename... Parts>
  void Line(const Parts&... parts) {
    absl::StrAppend(&text_, parts..., "\n");
  }

  // The name that people say, of anything in the directory.
  template <typename T>
  std::string Called(const std::string& name) const {
    const auto found = view_.Get<T>(name);
    const bool named = found != nullptr && !found->display_name().empty();
    return Plain(named ? absl::string_view(found->display_name()) : IdOf(name));
  }
  std::string Organisation(const std::string& name) const { return Called<v1::Organisation>(name); }
  // A person by name to those who may know it, else by function and organisation.
  std::string Person(const std::string& name) const {
    const EntityPtr shown = Shown(audience_, view_.Find(name));
    if (shown == nullptr || !shown->has_member()) return "–";
    const v1::Member& member = shown->member();
    std::string person = member.display_name().empty() ? member.function() : member.display_name();
    if (person.empty()) return Organisation(member.organisation());
    return absl::StrCat(Plain(person), ", ", Organisation(member.organisation()));
  }
  std::string Time(const google::protobuf::Timestamp& time) const {
    return OnTheWall(TimeOf(time), zone_);
  }
  std::string Date(const google::protobuf::Timestamp& time) const {
    return DateOnTheWall(TimeOf(time), zone_);
  }
  std::string Window(const v1::TimeWindow& window) const {
    return absl::StrCat(Date(window.start_time()), " ", Time(window.start_time()), "–",
                        absl::FormatTime("%H:%M", TimeOf(window.end_time()), zone_));
  }
  template <typename Names>
  std::string Organisations(const Names& names) const {
    std::vector<std::string> called;
    for (const std::string& name : names) called.push_back(Organisation(name));
    return absl::StrJoin(called, ", ");
  }

  // Written last: its mark is of all that stands below.
  void Head() {
    text_.clear();
    const v1::Meeting& meeting = minutes_.meeting();
    Holds(meeting.release().release_class());
    Line("# Minnesanteckningar, utsättningsmöte ", IdOf(meeting.name()));
    Line();
    Line("**Strängaste klass: ", WordsOf(strictest_).sv, "**");
    Line();
    if (minutes_.draft()) {
      Line("*Utkast: mötet är inte avslutat (", WordsOf(meeting.phase()).sv, ").*");
      Line();
    }
    if (meeting.has_open_time()) Line("- Öppnat: ", Time(meeting.open_time()));
    if (meeting.has_close_time()) Line("- Avslutat: ", Time(meeting.close_time()));
    if (!meeting.chair().empty()) Line("- Mötesledare: ", Person(meeting.chair()));
    if (!meeting.secretary().empty()) Line("- Sekreterare: ", Person(meeting.secretary()));
    Line("- Närvarande: ", Organisations(meeting.attending_organisations()));
    if (meeting.has_night_lead()) {
      const v1::NightLead& lead = meeting.night_lead();
      Line("- Kvällsansvarig: ", Person(lead.member()), ", tel. ", Plain(lead.phone()), ", ",
           Window(lead.window()));
    }
  }

  void Round() {
    Line("\n## Laget runt\n");
    if (minutes_.entries().empty()) Line("Inget antecknat.");
    for (const v1::RoundEntry& entry : minutes_.entries()) {
      Holds(entry.release().release_class());
      std::string said = Plain(entry.text());
      if (entry.kind() == v1::RoundEntry::KIND_NOTHING_TO_REPORT) said = "inget att rapportera";
      if (entry.kind() == v1::RoundEntry::KIND_ORAL) {
        said = "muntlig information lämnades, antecknas inte";
      }
      Line("- **", Organisation(entry.organisation()), "**",
           entry.recorded_by().empty() ? "" : " (muntligt i mötet)", ": ", said);
    }
  }

  void Levels() {
    Line("\n## Lägesbedömning\n");
    if (minutes_.assessments().empty()) {
      Line("Ej bedömt.");
      return;
    }
    Line("| Område | Läge | Förra gången | Skäl |");
    Line("| --- | --- | --- | --- |");
    for (const v1::AreaAssessment& one : minutes_.assessments()) {
      Holds(one.release().release_class());
      Line("| ", Called<v1::Area>(one.area()), " | ", WordsOf(one.level()).sv, " | ",
           WordsOf(one.previous_level()).sv, " | ", Plain(one.reason()), " |");
    }
  }

  std::string Statement(const std::string& name) {
    const EntityPtr shown = Shown(audience_, view_.Find(name));
    if (shown == nullptr || !shown->has_problem()) return "";
    Holds(ReleaseOf(*shown).release_class());
    return Plain(shown->problem().statement());
  }

  void Priorities() {
    Line("\n## Prioritering\n");
    int number = 0;
    for (const std::string& name : minutes_.meeting().priorities()) {
      const std::string statement = Statement(name);
      if (!statement.empty()) Line(++number, ". ", statement);
    }
    if (number == 0) Line("Ingen ordning bestämd.");
  }

  void Deployments() {
    Line("\n## Insatser");
    if (minutes_.deployments().empty()) Line("\nInga insatser överenskomna.");
    for (const std::string& name : minutes_.deployments()) {
      const EntityPtr shown = Shown(audience_, view_.Find(name));
      if (shown != nullptr) Deployment(shown->deployment());
    }
  }

  void Deployment(const v1::Deployment& deployment) {
    Holds(deployment.release().release_class());
    Line("\n### ",
         deployment.aim().empty() ? WordsOf(deployment.kind()).sv
                                  : absl::StrCat("För att ", Plain(deployment.aim())),
         "\n");
    std::vector<std::string> areas;
    for (const std::string& area : deployment.areas()) areas.push_back(Called<v1::Area>(area));
    Line("- Vad: ", WordsOf(deployment.kind()).sv, " (", WordsOf(deployment.state()).sv, ")");
    Line("- Var: ", absl::StrJoin(areas, ", "));
    Line("- När: ", Window(deployment.window()));
    Line("- Ansvarig: ", Organisation(deployment.responsible_organisation()));
    Line("- Uppföljning senast: ", Date(deployment.follow_up_due_time()));
    const std::string problem = Statement(deployment.problem());
    if (!problem.empty()) Line("- Problem: ", problem);
    for (const v1::Position& position : deployment.positions()) {
      Line("- ", Organisation(position.organisation()), " ", WordsOf(position.stance()).sv,
           position.recorded_by().empty() ? "" : " (muntligt i mötet)",
           position.reason().empty() ? "" : ": ", Plain(position.reason()));
    }
    for (const v1::Commitment& commitment : deployment.commitments()) {
      // Which unit it is, others are not told.
      if (!commitment.unit().empty()) Holds(v1::RELEASE_CLASS_RESTRICTED);
      Line("- ", Organisation(commitment.organisation()), ": ",
           commitment.unit().empty() ? "bekräftad" : Called<v1::Unit>(commitment.unit()),
           commitment.recorded_by().empty() ? "" : " (muntligt i mötet)");
    }
  }

  const View& view_;
  const Audience& audience_;
  const v1::GetMinutesResponse& minutes_;
  const absl::TimeZone zone_;
  std::string text_;
  v1::ReleaseClass strictest_ = v1::RELEASE_CLASS_UNSPECIFIED;
};

// Whether the deployment was decided while the meeting was open.
bool DecidedIn(const v1::Meeting& meeting, const v1::Deployment& deployment) {
  if (!deployment.has_decide_time() || !meeting.has_open_time()) return false;
  const absl::Time decided = TimeOf(deployment.decide_time());
  return decided >= TimeOf(meeting.open_time()) &&
         (!meeting.has_close_time() || decided <= TimeOf(meeting.close_time()));
}

}  // namespace

absl::Status GetMinutes(const v1::GetMinutesRequest& request, const View& view,
                        const Audience& audience, v1::GetMinutesResponse* response) {
  const EntityPtr shown = Shown(audience, view.Find(request.name()));
  if (shown == nullptr || !shown->has_meeting()) return NotFound(request.name());
  *response->mutable_meeting() = shown->meeting();
  response->set_draft(!shown->meeting().has_close_time());
  for (const std::string& name : view.Lookup(BelowMeetingKey(request.name()))) {
    const EntityPtr part = Shown(audience, view.Find(name));
    if (part == nullptr) continue;
    if (part->has_round_entry()) *response->add_entries() = part->round_entry();
    if (part->has_area_assessment()) *response->add_assessments() = part->area_assessment();
  }
  auto& entries = *response->mutable_entries();
  std::stable_sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) {
    return TimeOf(a.create_time()) < TimeOf(b.create_time());
  });
  view.ForEach(v1::ENTITY_KIND_DEPLOYMENT, "", [&](const EntityPtr& entity) {
    if (!DecidedIn(shown->meeting(), entity->deployment())) return true;
    // By what is shown: whoever does not get the time is not told by the minutes.
    const EntityPtr part = Shown(audience, entity);
    if (part != nullptr && DecidedIn(shown->meeting(), part->deployment())) {
      response->add_deployments(part->deployment().name());
    }
    return true;
  });
  Writer writer(view, audience, *response);
  response->set_markdown(writer.Write());
  response->set_release_class(writer.strictest());
  return absl::OkStatus();
}

}  // namespace samsyn::domain

#include "server/domain/night_log.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "server/domain/assignment_life.h"
#include "server/domain/index_keys.h"
#include "server/domain/refusal.h"
#include "server/domain/sheet.h"
#include "server/domain/spoken.h"
#include "server/domain/wall_clock.h"
#include "server/domain/words.h"

namespace samsyn::domain {
namespace {

constexpr size_t kEntriesMost = 2000;
// Of texts: they stand in an answer three times, escaped, and a client takes 4 MiB.
constexpr size_t kTextBytes = 400 << 10;

constexpr absl::string_view kByTelephone = " (via telefon/radio)";

std::string Quoted(absl::string_view text) { return text.empty() ? "" : absl::StrCat(": ", text); }

// Gathers what one reader is told.
class Gatherer {
 public:
  Gatherer(const View& view, const Audience& audience, const v1::TimeWindow& window,
           absl::string_view municipality)
      : view_(view),
        audience_(audience),
        start_(TimeOf(window.start_time())),
        end_(TimeOf(window.end_time())),
        spoken_(view, audience, municipality) {}

  void All() {
    for (const auto& meeting : All<v1::Meeting>()) Tell(meeting->meeting());
    for (const auto& deployment : All<v1::Deployment>()) Tell(deployment->deployment());
    for (const auto& assignment : All<v1::Assignment>()) Tell(assignment->assignment());
    for (const auto& update : All<v1::FieldUpdate>()) Tell(update->field_update());
    Reports();
  }

  void Of(const v1::Deployment& deployment) {
    Tell(deployment);
    for (const std::string& name : view_.Lookup(AssignmentsOfKey(deployment.name()))) {
      const EntityPtr assignment = Timed(view_.Find(name));
      // Whoever is not told its deployment is not told that it is of this one.
      if (assignment == nullptr || assignment->assignment().deployment() != deployment.name()) {
        continue;
      }
      Tell(assignment->assignment());
      for (const std::string& update_name : view_.Lookup(UpdatesOfKey(name))) {
        if (const EntityPtr update = Timed(view_.Find(update_name))) Tell(update->field_update());
      }
    }
  }

  // What the audience gets of it, if that has its times; else null.
  EntityPtr Timed(const EntityPtr& entity) const {
    EntityPtr shown = Shown(audience_, entity);
    if (shown == nullptr) return nullptr;
    for (const int withheld : ReleaseOf(*shown).withheld()) {
      if (withheld == v1::WITHHELD_TIME) return nullptr;
    }
    return shown;
  }

  // The last ones, in order of time.
  std::vector<v1::LogEntry> Take() {
    // At the same time, in the order in which they are told: what is agreed, then what follows.
    std::stable_sort(entries_.begin(), entries_.end(), [](const auto& a, const auto& b) {
      return TimeOf(a.time()) < TimeOf(b.time());
    });
    size_t bytes = 0;
    size_t kept = 0;
    while (kept < std::min(entries_.size(), kEntriesMost)) {
      bytes += entries_[entries_.size() - 1 - kept].text().size();
      if (bytes > kTextBytes) break;
      ++kept;
    }
    entries_.erase(entries_.begin(), entries_.end() - static_cast<ptrdiff_t>(kept));
    return std::move(entries_);
  }

 private:
  template <typename T>
  std::vector<EntityPtr> All() const {
    std::vector<EntityPtr> all;
    view_.ForEach(EntityField<T>::kKind, "", [&](const EntityPtr& entity) {
      // Nothing happens to it after its last change.
      if (TimeOf(As<T>(*entity).update_time()) < start_) return true;
      if (EntityPtr shown = Timed(entity)) all.push_back(std::move(shown));
      return true;
    });
    return all;
  }

  // Something in `source` that happened and was recorded at these times, if it lies in the period.
  template <typename T>
  void Add(const T& source, absl::Time happened, absl::Time recorded,
           absl::string_view organisation, std::string text,
           v1::ReleaseClass release_class = v1::RELEASE_CLASS_UNSPECIFIED) {
    if (happened < start_ || happened >= end_) return;
    v1::LogEntry& entry = entries_.emplace_back();
    *entry.mutable_time() = TimestampOf(happened);
    if (recorded > happened) *entry.mutable_record_time() = TimestampOf(recorded);
    entry.set_source(source.name());
    entry.set_organisation(std::string(organisation));
    entry.set_text(std::move(text));
    entry.set_release_class(std::max(release_class, source.release().release_class()));
  }
  template <typename T>
  void Add(const T& source, const google::protobuf::Timestamp& time, absl::string_view organisation,
           std::string text, v1::ReleaseClass release_class = v1::RELEASE_CLASS_UNSPECIFIED) {
    Add(source, TimeOf(time), TimeOf(time), organisation, std::move(text), release_class);
  }

  // Whose doing it was; empty: the clock's, or not to be told.
  std::string OrganisationOf(absl::string_view member) const {
    const auto found = GetVisible<v1::Member>(view_, audience_, member);
    return found == nullptr ? "" : found->organisation();
  }

  void Tell(const v1::Meeting& meeting) {
    if (meeting.has_open_time()) {
      Add(meeting, meeting.open_time(), meeting.owner(), "Utsättningsmötet öppnades");
    }
    if (meeting.has_close_time()) {
      Add(meeting, meeting.close_time(), meeting.owner(), "Utsättningsmötet avslutades");
    }
  }

  std::string What(const v1::Deployment& deployment) const {
    return absl::StrCat(WordsOf(deployment.kind()).sv, ", ", spoken_.Areas(deployment.areas()),
                        ", ", spoken_.Window(deployment.window()));
  }

  void Tell(const v1::Deployment& deployment) {
    const std::string what = What(deployment);
    Add(deployment, deployment.create_time(), deployment.owner(),
        absl::StrCat("Insats föreslagen: ", what));
    for (const v1::Position& position : deployment.positions()) {
      Add(deployment, position.time(), position.organisation(),
          absl::StrCat(spoken_.Organisation(position.organisation()), " ",
                       WordsOf(position.stance()).sv, " ", what, Quoted(position.reason())));
    }
    for (const v1::Commitment& commitment : deployment.commitments()) {
      const bool named = !commitment.unit().empty();
      Add(deployment, commitment.time(), commitment.organisation(),
          absl::StrCat(named ? spoken_.Unit(commitment.unit()) : "Aktören", " ställer upp: ", what,
                       commitment.recorded_by().empty() ? "" : " (muntligt i mötet)"),
          named ? v1::RELEASE_CLASS_RESTRICTED : v1::RELEASE_CLASS_UNSPECIFIED);
    }
    if (deployment.has_decide_time()) {
      Add(deployment, deployment.decide_time(), OrganisationOf(deployment.decided_by()),
          absl::StrCat("Insats överenskommen: ", what, Quoted(deployment.aim())));
    }
    if (deployment.has_follow_up()) {
      Add(deployment, deployment.follow_up().time(),
          OrganisationOf(deployment.follow_up().recorded_by()),
          absl::StrCat("Uppföljning: ", WordsOf(deployment.follow_up().outcome()).sv, ", ", what));
    }
  }

  void Tell(const v1::Assignment& assignment) {
    const std::string unit = spoken_.Unit(assignment.unit());
    for (int i = 0; i < assignment.history_size(); ++i) {
      const v1::StateChange& change = assignment.history(i);
      const bool last = i + 1 == assignment.history_size();
      Add(assignment, HappenedAt(change), TimeOf(change.time()), OrganisationOf(change.member()),
          absl::StrCat(unit, ": ", WordsOf(change.state()).sv,
                       change.by_dispatcher() ? kByTelephone : "", Told(assignment, change, last)),
          v1::RELEASE_CLASS_RESTRICTED);
    }
    if (!assignment.has_debrief()) return;
    const v1::Debrief& debrief = assignment.debrief();
    Add(assignment, TimeOf(debrief.time()), TimeOf(debrief.time()),
        OrganisationOf(debrief.member()),
        absl::StrCat(unit, ": avrapportering, ", WordsOf(debrief.result()).sv, ", ",
                     WordsOf(debrief.mood()).sv, debrief.by_dispatcher() ? kByTelephone : "",
                     Quoted(debrief.text())),
        v1::RELEASE_CLASS_RESTRICTED);
  }

  // What else there is to say of a change; of the last one, why.
  std::string Told(const v1::Assignment& assignment, const v1::StateChange& change,
                   bool last) const {
    switch (change.state()) {
      case v1::Assignment::STATE_OFFERED:
        return absl::StrCat(", ", spoken_.Areas(assignment.areas()), ", ",
                            spoken_.Window(assignment.window()));
      case v1::Assignment::STATE_EXPIRED:
        return ", enhetsansvarig och kvällsansvarig larmade";
      case v1::Assignment::STATE_ACCEPTED:
        if (assignment.lateness() == v1::Assignment::LATENESS_ANSWERED_LATE) {
          return ", svarade sent";
        }
        return assignment.lateness() == v1::Assignment::LATENESS_REACHED_US_LATE
                   ? ", svarade i tid, nådde oss sent"
                   : "";
      default:
        return last ? Quoted(assignment.reason()) : "";
    }
  }

  void Tell(const v1::FieldUpdate& update) {
    const std::string said = InWords(update);
    if (said.empty() || IsTheReason(update)) return;
    const absl::Time recorded = TimeOf(update.create_time());
    const absl::Time happened =
        update.stamp().has_device_time() ? TimeOf(update.stamp().device_time()) : recorded;
    Add(update, happened, recorded, OrganisationOf(update.member()),
        absl::StrCat(spoken_.Unit(update.unit()), ": ", said), v1::RELEASE_CLASS_RESTRICTED);
  }

  // Why something was not done stands with the assignment.
  bool IsTheReason(const v1::FieldUpdate& update) const {
    const EntityPtr shown = Shown(audience_, view_.Find(update.assignment()));
    return update.kind() == v1::FieldUpdate::KIND_STATE && shown != nullptr &&
           shown->has_assignment() && shown->assignment().reason() == update.text();
  }

  // Changes of state stand in the assignment's history; what was said with one stands here.
  static std::string InWords(const v1::FieldUpdate& update) {
    const std::string minutes =
        update.minutes_on_place() > 0 ? absl::StrCat(update.minutes_on_place(), " min") : "";
    switch (update.kind()) {
      case v1::FieldUpdate::KIND_STATE:
      case v1::FieldUpdate::KIND_NOTE:
        return update.text();
      case v1::FieldUpdate::KIND_PRESENCE:
        return absl::StrCat("på plats ", minutes, Quoted(update.text()));
      case v1::FieldUpdate::KIND_STOP:
        return absl::StrCat("stopp ", update.stop(), " gjort", minutes.empty() ? "" : ", ", minutes,
                            Quoted(update.text()));
      case v1::FieldUpdate::KIND_LATE_STATE:
        return absl::StrCat("”", WordsOf(update.state()).sv, "” kom för sent och gäller inte",
                            Quoted(update.text()));
      case v1::FieldUpdate::KIND_OUTDATED_STATE:
        return absl::StrCat("”", WordsOf(update.state()).sv, "” gällde uppdraget som det var förut",
                            Quoted(update.text()));
      default:
        return "";
    }
  }

  // What happened in the period and counts as known; not what is only planned.
  void Reports() {
    view_.ForEach(v1::ENTITY_KIND_REPORT, "", [&](const EntityPtr& entity) {
      const v1::Report& whole = entity->report();
      const absl::Time time = TimeOf(whole.occurred_time());
      if (time < start_ || time >= end_) return true;
      if (whole.kind() == v1::Report::KIND_PLANNED_EVENT ||
          (whole.state() != v1::Report::STATE_ACCEPTED &&
           whole.state() != v1::Report::STATE_MERGED)) {
        return true;
      }
      const EntityPtr shown = Timed(entity);
      if (shown == nullptr) return true;
      const v1::Report& report = shown->report();
      const std::string place =
          report.area().empty() ? "" : absl::StrCat(", ", spoken_.Area(report.area()));
      Add(report, time, TimeOf(report.create_time()), report.owner(),
          absl::StrCat("Rapport", place, Quoted(report.text())));
      return true;
    });
  }

  const View& view_;
  const Audience& audience_;
  const absl::Time start_;
  const absl::Time end_;
  const Spoken spoken_;
  std::vector<v1::LogEntry> entries_;
};

Sheet SheetOf(const v1::GetLogResponse& log, const Spoken& spoken, const v1::TimeWindow& window) {
  Sheet sheet("Logg", spoken.Municipality(), spoken.Date(TimeOf(window.start_time())));
  sheet.Holds(v1::RELEASE_CLASS_PARTNER);
  sheet.Head("Tid", absl::StrCat(spoken.Date(TimeOf(window.start_time())), " ",
                                 spoken.Time(TimeOf(window.start_time())), " till ",
                                 spoken.Date(TimeOf(window.end_time())), " ",
                                 spoken.Time(TimeOf(window.end_time()))));
  if (log.entries().empty()) {
    sheet.Paragraph("Inget antecknat.");
    return sheet;
  }
  sheet.Table({"Tid", "Aktör", "Vad", "Klass"});
  for (const v1::LogEntry& entry : log.entries()) {
    sheet.Holds(entry.release_class());
    std::string time = spoken.Time(TimeOf(entry.time()));
    if (entry.has_record_time()) {
      absl::StrAppend(&time, " (inkom ",
                      absl::FormatTime("%H:%M", TimeOf(entry.record_time()), spoken.zone()), ")");
    }
    sheet.Row({std::move(time), spoken.Organisation(entry.organisation()), entry.text(),
               WordsOf(entry.release_class()).sv});
  }
  return sheet;
}

}  // namespace

absl::Status GetLog(const v1::GetLogRequest& request, const View& view, const Audience& audience,
                    absl::Time now, v1::GetLogResponse* response) {
  if (!audience.everything && request.municipality() != audience.municipality) {
    return NotFound(request.municipality());
  }
  const absl::TimeZone zone = ZoneOf(view, request.municipality());
  const v1::TimeWindow window = request.has_window() ? request.window() : NoonToNoon(now, zone);
  Gatherer gatherer(view, audience, window, request.municipality());
  if (request.deployment().empty()) {
    gatherer.All();
  } else {
    const EntityPtr deployment = Shown(audience, view.Find(request.deployment()));
    if (deployment == nullptr || !deployment->has_deployment()) {
      return NotFound(request.deployment());
    }
    if (gatherer.Timed(deployment) != nullptr) gatherer.Of(deployment->deployment());
  }
  for (v1::LogEntry& entry : gatherer.Take()) *response->add_entries() = std::move(entry);
  const Sheet sheet = SheetOf(*response, Spoken(view, audience, request.municipality()), window);
  response->set_markdown(sheet.Markdown());
  response->set_html(sheet.Html());
  response->set_release_class(sheet.strictest());
  return absl::OkStatus();
}

}  // namespace samsyn::domain

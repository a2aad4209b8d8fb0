#include "server/domain/unit_sheet.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "server/domain/index_keys.h"
#include "server/domain/names.h"
#include "server/domain/refusal.h"
#include "server/domain/sheet.h"
#include "server/domain/spoken.h"
#include "server/domain/wall_clock.h"
#include "server/domain/words.h"

namespace samsyn::domain {
namespace {

constexpr int kNoteLines = 8;
constexpr char kEmptyLine[] = "\u00a0";  // a space that keeps the height of a line

bool IsToBeDone(v1::Assignment::State state) {
  return state != v1::Assignment::STATE_DECLINED && state != v1::Assignment::STATE_CANCELLED &&
         state != v1::Assignment::STATE_REPLACED;
}

bool IsUnanswered(v1::Assignment::State state) {
  return state == v1::Assignment::STATE_OFFERED || state == v1::Assignment::STATE_DELIVERED ||
         state == v1::Assignment::STATE_SEEN || state == v1::Assignment::STATE_EXPIRED;
}

// Of the kind T, what the audience gets of it; null if nothing.
template <typename T>
std::shared_ptr<const T> ShownAs(const View& view, const Audience& audience,
                                 const std::string& name) {
  const EntityPtr shown = Shown(audience, view.Find(name));
  if (shown == nullptr || KindOf(*shown) != EntityField<T>::kKind) return nullptr;
  return std::shared_ptr<const T>(shown, &As<T>(*shown));
}

class Card {
 public:
  Card(const View& view, const Audience& audience, const v1::Unit& unit,
       const v1::TimeWindow& window)
      : view_(view),
        audience_(audience),
        unit_(unit),
        window_(window),
        spoken_(view, audience, MunicipalityOf(unit.name())),
        sheet_(absl::StrCat("Insatskort: ", spoken_.Unit(unit.name())), spoken_.Municipality(),
               spoken_.Date(TimeOf(window.start_time()))) {
    sheet_.Holds(v1::RELEASE_CLASS_PARTNER);
  }

  void Write(v1::GetUnitSheetResponse* response) {
    Head();
    for (const v1::Assignment& assignment : response->assignments()) Task(assignment);
    if (response->assignments().empty()) sheet_.Paragraph("Inga uppdrag i den här tiden.");
    sheet_.Section("Egna anteckningar");
    sheet_.Table({"Tid och iakttagelse"});
    for (int i = 0; i < kNoteLines; ++i) sheet_.Row({kEmptyLine});
    response->set_markdown(sheet_.Markdown());
    response->set_html(sheet_.Html());
    response->set_release_class(sheet_.strictest());
  }

 private:
  void Head() {
    sheet_.Remark("Pågår det nu, eller är någon i fara? Ring 112. Annars polisen 114 14.");
    sheet_.Remark("Skriv om platsen och händelsen, aldrig om vem.");
    sheet_.Head("Aktör", spoken_.Organisation(unit_.organisation()));
    if (unit_.power() != v1::Unit::POWER_UNSPECIFIED) {
      sheet_.Head("Slag", WordsOf(unit_.power()).sv);
    }
    for (const std::string& name : view_.Lookup(ShiftsOfUnitKey(unit_.name()))) {
      const auto shift = ShownAs<v1::Shift>(view_, audience_, name);
      if (shift == nullptr || shift->withdrawn() || !Overlap(shift->window(), window_)) continue;
      sheet_.Holds(shift->release().release_class());
      sheet_.Head("Pass", InWords(*shift));
    }
    sheet_.Head("Kvällsansvarig", NightLead());
  }

  std::string InWords(const v1::Shift& shift) const {
    std::vector<std::string> parts{spoken_.Window(shift.window()),
                                   absl::StrCat(shift.people(), " personer")};
    if (!shift.phone().empty()) parts.push_back(absl::StrCat("tel. ", shift.phone()));
    if (!shift.radio_group().empty()) {
      parts.push_back(absl::StrCat("radiogrupp ", shift.radio_group()));
    }
    if (!shift.areas().empty()) parts.push_back(spoken_.Areas(shift.areas()));
    return absl::StrJoin(parts, ", ");
  }

  // Without one that is named, the coordinators lead the night.
  std::string NightLead() {
    for (const std::string& name : view_.Lookup(kNightLeadKey)) {
      const auto meeting = ShownAs<v1::Meeting>(view_, audience_, name);
      if (meeting == nullptr) continue;
      sheet_.Holds(meeting->release().release_class());
      return absl::StrCat(spoken_.Person(meeting->night_lead().member()), ", tel. ",
                          meeting->night_lead().phone());
    }
    return "samordnaren";
  }

  void Task(const v1::Assignment& assignment) {
    sheet_.Holds(v1::RELEASE_CLASS_RESTRICTED);
    sheet_.Section(absl::StrCat(spoken_.Window(assignment.window()), " · ",
                                spoken_.Areas(assignment.areas())));
    Say("Läge", WordsOf(assignment.state()).sv);
    if (IsUnanswered(assignment.state())) {
      Say("Kvittera senast", spoken_.Time(TimeOf(assignment.acknowledge_by_time())));
    }
    Say("Mål", assignment.aim());
    Say("Gör så", assignment.instruction());
    const auto deployment = ShownAs<v1::Deployment>(view_, audience_, assignment.deployment());
    if (deployment != nullptr) About(*deployment);
    if (assignment.stops().empty()) return;
    sheet_.Table({"Stopp", "När", "Var", "Minuter", "Gjort"});
    for (int i = 0; i < assignment.stops_size(); ++i) {
      const v1::Stop& stop = assignment.stops(i);
      sheet_.Row({absl::StrCat(i + 1),
                  stop.has_start_time() ? spoken_.Time(TimeOf(stop.start_time())) : "",
                  spoken_.Area(stop.area()), absl::StrCat(stop.minutes()),
                  stop.has_done_time() ? spoken_.Time(TimeOf(stop.done_time())) : ""});
    }
  }

  // What kind of thing it is, why, and who else is there.
  void About(const v1::Deployment& deployment) {
    sheet_.Holds(deployment.release().release_class());
    Say("Vad", WordsOf(deployment.kind()).sv);
    if (const auto problem = ShownAs<v1::Problem>(view_, audience_, deployment.problem())) {
      sheet_.Holds(problem->release().release_class());
      Say("Varför", problem->statement());
    }
    std::set<std::string> others;
    for (const v1::Commitment& commitment : deployment.commitments()) {
      if (commitment.unit() == unit_.name()) continue;
      others.insert(spoken_.Organisation(commitment.organisation()));
    }
    Say("Med på platsen", absl::StrJoin(others, ", "));
  }

  void Say(absl::string_view what, absl::string_view words) {
    if (!words.empty()) sheet_.Item(std::string(what), absl::StrCat(": ", words));
  }

  const View& view_;
  const Audience& audience_;
  const v1::Unit& unit_;
  const v1::TimeWindow& window_;
  const Spoken spoken_;
  Sheet sheet_;
};

}  // namespace

absl::Status GetUnitSheet(const v1::GetUnitSheetRequest& request, const View& view,
                          const Audience& audience, absl::Time now,
                          v1::GetUnitSheetResponse* response) {
  const auto unit = ShownAs<v1::Unit>(view, audience, request.unit());
  if (unit == nullptr) return NotFound(request.unit());
  const absl::TimeZone zone = ZoneOf(view, MunicipalityOf(request.unit()));
  const v1::TimeWindow window = request.has_window() ? request.window() : NoonToNoon(now, zone);
  std::vector<v1::Assignment> assignments;
  for (const std::string& name : view.Lookup(AssignmentsOfUnitKey(unit->name()))) {
    const auto assignment = ShownAs<v1::Assignment>(view, audience, name);
    if (assignment == nullptr || !IsToBeDone(assignment->state())) continue;
    if (Overlap(assignment->window(), window)) assignments.push_back(*assignment);
  }
  std::stable_sort(assignments.begin(), assignments.end(), [](const auto& a, const auto& b) {
    return TimeOf(a.window().start_time()) < TimeOf(b.window().start_time());
  });
  for (v1::Assignment& assignment : assignments) {
    *response->add_assignments() = std::move(assignment);
  }
  Card(view, audience, *unit, window).Write(response);
  return absl::OkStatus();
}

}  // namespace samsyn::domain

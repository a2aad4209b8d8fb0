// Plays the cases of scenario tables in a municipality in memory.
//
// The evening of tests/testing/evening.h: kommun with chair, secretary, coordinator, dispatcher and
// the unit vardar (anna, bo) and falt (frida); polisen with police and the unit patrull (officer);
// bostader with landlord, the alarm system larm and the unit ronden (guard), which the police
// direct; vakt with guards and the units ordning (ordningsvakter, whom the police direct) and
// vaktare; nattvandrarna with walkers and the unit vandrare. Handen, brandbergen and jordbro have
// borders and lie beside one another; torget lies in handen, parken has no border. One problem is
// open.
//
// What people do (A, B … are deployments or reports; words in [] may be left out):
//   opens the meeting · closes the meeting [because "…"] · joins the meeting
//   assesses vega as GREEN · states P [as AUTHORITY] [standing] · orders P (a problem: the first of
//   the list) · follows up A · approves the minutes · corrects the minutes because "…" · reads the
//   minutes [of edition 1]
//   proposes A fre 20:00–22:00 [for read-back] [of kind CAMERA] [without owner] [in torget]
//     [stops 20:00,22:00: 15 minutes each, in its area]
//   supports A · objects to A because "…" · abstains from A · revises A fre 21:00–23:00
//   commits vardar to A [in spite because "…"] · withdraws vardar from A
//   enters permit A123 of ordning in handen [from fre–lör 20:00–03:00]: by the coordinator ·
//   records permit T7 of ordning in handen fre 18:00–23:00: by the police ·
//   enters object torget of vaktare · registers 3 of vandrare fre 20:00–23:00 ·
//   takes back vandrare: its last shift · makes stop 1 of A [minutes 12]
//   decides A [without objectors] · offers A · offers all · cancels A · stands down A
//   receives A · opens A · accepts A · declines A because "…" · leaves for A · arrives at A ·
//   pauses A · finishes A · gives up A because "…" · notes A "…" [minutes 20]
//     [for unit vardar] [at fre 18:05: by the device's clock] [knowing OFFERED: what the device had
//     seen last] [knowing the old sheet]
//   repeats: sends the last answer again, exactly as it was
//   stands down all · debriefs A ·
//   hands A over to falt · moves to B from A · plans lör 22:00–03:30 · looks
//   reports R "text" [of category VANDALISM] [as RESTRICTED] [having HEARD] · pushes R from larm id
//   17 of fre 10:00
//     "text" · reviews R · shares R with polisen [until fre 20:00] · unshares R ·
//     reclassifies R as PUBLIC [because "…"] · merges R into Q · splits R from Q (the incidents of
//     which they are)
// `[on behalf of polisen]` goes with supports, objects, abstains, commits, withdraws, registers.
// `clock waits` lets time pass; `something happens in vega` is counted there.
//
// Outcomes: refused REASON [naming A | naming nothing] [for NO_PERMIT …: what blocks] ·
//   warned [NO_SHIFT …]: the unit committed last · A made 1 of 2 stops · A delivered 30 of 180
//   minutes · A shows no gap · A shows gap fre 20:15–22:45 · A is STATE · vardar in A is STATE ·
//   skipped DELIVERED SEEN · answered late · reached us late · by telephone · kept as LATE_STATE ·
//   wakes dispatcher and coordinator (in order of name; beside the units) · wakes nobody ·
//   new sheet · 30 minutes on scene · lasts 4 h 30 min · ends sön 03:30 ·
//   police sees A · police does not see A · new · amended · unchanged · R says text · 1 incidents
//   (counted) · R has 2 sources · R has 2 reports (the incident of R) ·
//   meeting is CLOSED · A is left as NOT_DECIDED 2 times [raised] · A is not left (by the meeting
//   closed last) · minutes are DRAFT · minutes have edition 2 · minutes say the same (as this
//   reader was told first) · minutes say something else
// Without "refused" a step must not be refused.
#ifndef SAMSYN_TESTS_SCENARIO_PLAY_H_
#define SAMSYN_TESTS_SCENARIO_PLAY_H_

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tests/scenario/table.h"
#include "tests/testing/evening.h"

namespace samsyn::scenario {

class Player {
 public:
  // Begins at noon on the day of the first step; there must be one.
  explicit Player(const Case& scenario);

  // What went wrong in this step, with its line; empty: it went as written.
  std::string Play(const Step& step);

 private:
  using Words = std::vector<std::string>;

  absl::Status Do(const std::string& who, const Words& what);
  absl::Status Meet(const std::string& who, const Words& what);
  absl::Status Minutes(const std::string& who, const Words& what);
  absl::Status Happen(const Words& what);
  absl::Status Assess(const std::string& who, const Words& what);
  absl::Status Problem(const std::string& who, const Words& what);
  absl::Status FollowUp(const std::string& who, const Words& what);
  absl::Status Propose(const std::string& who, const Words& what);
  absl::Status Position(const std::string& who, const Words& what, v1::Position::Stance stance);
  absl::Status Commit(const std::string& who, const Words& what);
  absl::Status Withdraw(const std::string& who, const Words& what);
  absl::Status Decide(const std::string& who, const Words& what);
  absl::Status Offer(const std::string& who, const Words& what);
  absl::Status Revise(const std::string& who, const Words& what);
  absl::Status End(const std::string& who, const Words& what);
  absl::Status Answer(const std::string& who, const Words& what);
  absl::Status Note(const std::string& who, const Words& what);
  absl::Status Debrief(const std::string& who, const Words& what);
  absl::Status HandOver(const std::string& who, const Words& what);
  absl::Status MoveUnit(const std::string& who, const Words& what);
  absl::Status Plan(const Words& what);
  absl::Status Report(const std::string& who, const Words& what);
  absl::Status Review(const std::string& who, const Words& what);
  absl::Status Share(const std::string& who, const Words& what);
  absl::Status Unshare(const std::string& who, const Words& what);
  absl::Status Reclassify(const std::string& who, const Words& what);
  absl::Status Merge(const std::string& who, const Words& what);
  absl::Status Split(const std::string& who, const Words& what);
  absl::Status Permit(const std::string& who, const Words& what);
  absl::Status Object(const std::string& who, const Words& what);
  absl::Status Register(const std::string& who, const Words& what);
  absl::Status TakeBack(const std::string& who, const Words& what);
  absl::Status MakeStop(const std::string& who, const Words& what);
  absl::Status Send(const std::string& who, std::function<absl::Status()> send);

  std::string Check(const std::string& outcome, const absl::Status& status);
  std::string CheckRefused(const Words& words, const absl::Status& status);
  std::string Woken() const;
  std::string CheckAnswer(const std::string& outcome);
  std::string CheckReport(const std::string& outcome);
  std::string CheckWarned(const Words& words);
  std::string CheckDelivery(const Words& words);
  bool ReadStops(const Words& what, v1::Deployment& deployment) const;
  std::string CheckMeeting(const std::string& outcome);

  // The machine account `larm` of bostader may write the source "larm", and no other.
  void ListSources();
  // Those of whom rule R4 speaks, and where they go.
  void AddGuards();
  static absl::Status Unreadable(const Words& words);
  // The first thing named in a step; empty if none is.
  static std::string LetterIn(const Words& words);
  // What is wrong when two things are to be the same; empty: they are.
  static std::string Same(const std::string& what, const std::string& got,
                          const std::string& wanted);
  // What stands after a word, or after two; empty if they do not occur.
  static std::string After(const Words& words, const std::string& first,
                           const std::string& second = "");
  static bool Has(const Words& words, const std::string& word);
  std::string Organisation(const Words& what) const;  // "on behalf of"
  std::string Named(const std::string& letter) const;
  v1::Incident IncidentOf(const std::string& letter) const;
  bool ReadWindow(const Words& what, v1::TimeWindow* window) const;
  // The assignment of a unit in a deployment: the one that is not final, else the latest.
  v1::Assignment Find(const std::string& unit, const std::string& letter) const;
  std::string UnitFor(const std::string& who, const Words& what) const;
  v1::DeviceStamp Stamp(const std::string& who, const Words& what,
                        const v1::Assignment& assignment);

  absl::CivilDay monday_;
  absl::TimeZone zone_;
  testing::Evening world_;
  std::string problem_;
  std::string meeting_;
  std::map<std::string, std::string> things_;                  // by letter
  std::map<std::string, std::string> releases_;                // of the thing with the letter
  std::map<std::string, std::function<absl::Status()>> last_;  // answer of each member
  std::map<std::string, std::string> shifts_;                  // the last of each unit
  std::pair<std::string, std::string> committed_;              // deployment and unit, the last
  std::string answered_;   // the assignment that was answered last
  std::string operation_;  // under this operation
  v1::TimeWindow planned_;
  v1::GetMinutesResponse minutes_;           // that were read last
  std::map<std::string, std::string> read_;  // what each reader was told first
  std::string reader_;
  int operations_ = 0;
};

}  // namespace samsyn::scenario

#endif  // SAMSYN_TESTS_SCENARIO_PLAY_H_

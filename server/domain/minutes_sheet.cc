#include "server/domain/minutes_sheet.h"

#include <absl/container/flat_hash_map.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>

#include <string>
#include <utility>

#include "server/domain/names.h"
#include "server/domain/wall_clock.h"
#include "server/domain/words.h"

namespace samsyn::domain {
namespace {

using Rendition = v1::GetMinutesRequest;

std::string TitleOf(const v1::GetMinutesResponse& minutes, Rendition::Rendition rendition) {
  const std::string day(IdOf(minutes.meeting().name()));
  return rendition == Rendition::RENDITION_LETTER
             ? absl::StrCat("Veckobrev efter utsättningsmötet ", day)
             : absl::StrCat("Minnesanteckningar, utsättningsmöte ", day);
}

std::string MunicipalityCalled(const View& view, absl::string_view name) {
  const auto found = view.Get<v1::Municipality>(name);
  return found == nullptr ? std::string(name) : found->display_name();
}

class Writer {
 public:
  Writer(const v1::GetMinutesResponse& minutes, const std::vector<v1::Deployment>& left,
         Rendition::Rendition rendition, const View& view)
      : minutes_(minutes),
        meeting_(minutes.meeting()),
        rendition_(rendition),
        view_(view),
        zone_(ZoneOf(view, MunicipalityOf(meeting_.name()))),
        sheet_(TitleOf(minutes, rendition),
               MunicipalityCalled(view, MunicipalityOf(meeting_.name())),
               DateOnTheWall(TimeOf(meeting_.scheduled_time()), zone_)) {
    for (const v1::Problem& problem : minutes.problems()) problems_[problem.name()] = &problem;
    for (const v1::Deployment& one : minutes.decisions()) deployments_[one.name()] = &one;
    for (const v1::Deployment& one : left) deployments_[one.name()] = &one;
  }

  Sheet Write() && {
    Head();
    const bool letter = rendition_ == Rendition::RENDITION_LETTER;
    if (!letter) Round();
    Levels(letter);
    Priorities();
    Decisions();
    if (!letter) Positions();
    Left();
    if (!letter) Open();
    Corrections();
    return std::move(sheet_);
  }

 private:
  template <typename Message>
  void Holds(const Message& message) {
    sheet_.Holds(message.release().release_class());
  }

  // The name that people say, of anything in the directory.
  template <typename T>
  std::string Called(const std::string& name) const {
    const auto found = view_.Get<T>(name);
    const bool named = found != nullptr && !found->display_name().empty();
    return named ? found->display_name() : std::string(IdOf(name));
  }
  std::string Organisation(const std::string& name) const { return Called<v1::Organisation>(name); }
  std::string OrganisationOf(const std::string& member) const {
    const auto found = view_.Get<v1::Member>(member);
    return found == nullptr ? "–" : Organisation(found->organisation());
  }
  template <typename T, typename Names>
  std::string CalledAll(const Names& names) const {
    std::vector<std::string> called;
    for (const std::string& name : names) called.push_back(Called<T>(name));
    return absl::StrJoin(called, ", ");
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

  void Head() {
    if (minutes_.draft()) {
      sheet_.Remark(
          absl::StrCat("Utkast: mötet är inte avslutat (", WordsOf(meeting_.phase()).sv, ")."));
    }
    if (rendition_ == Rendition::RENDITION_OPEN) {
      sheet_.Holds(v1::RELEASE_CLASS_PUBLIC);
    } else {
      Holds(meeting_);
    }
    Edition();
    if (meeting_.has_open_time()) sheet_.Head("Öppnat", Time(meeting_.open_time()));
    if (meeting_.has_close_time()) sheet_.Head("Avslutat", Time(meeting_.close_time()));
    if (!meeting_.chair().empty()) sheet_.Head("Mötesledare", OrganisationOf(meeting_.chair()));
    if (!meeting_.secretary().empty()) {
      sheet_.Head("Sekreterare", OrganisationOf(meeting_.secretary()));
    }
    if (!meeting_.attending_organisations().empty()) {
      sheet_.Head("Närvarande", CalledAll<v1::Organisation>(meeting_.attending_organisations()));
    }
    if (!meeting_.has_night_lead()) return;
    const v1::NightLead& lead = meeting_.night_lead();
    sheet_.Head("Kvällsansvarig", absl::StrCat(OrganisationOf(lead.member()), ", tel. ",
                                               lead.phone(), ", ", Window(lead.window())));
  }

  void Edition() {
    for (const v1::MinutesEdition& one : minutes_.editions()) {
      if (one.edition() != minutes_.edition()) continue;
      const bool approved = one.state() == v1::Minutes::STATE_APPROVED;
      if (approved) sheet_.Head("Godkända", Date(one.approve_time()));
      if (rendition_ != Rendition::RENDITION_UNSPECIFIED) return;
      if (!approved) sheet_.Remark("Ej godkända.");
      sheet_.Head("Utgåva", absl::StrCat(one.edition()));
      sheet_.Head("Kontrollsumma (SHA-256)", one.digest());
    }
  }

  void Round() {
    sheet_.Section("Laget runt");
    if (minutes_.entries().empty()) sheet_.Paragraph("Inget antecknat.");
    for (const v1::RoundEntry& entry : minutes_.entries()) {
      Holds(entry);
      std::string said = entry.text();
      if (entry.kind() == v1::RoundEntry::KIND_NOTHING_TO_REPORT) said = "inget att rapportera";
      if (entry.kind() == v1::RoundEntry::KIND_ORAL) {
        said = "muntlig information lämnades, antecknas inte";
      }
      sheet_.Item(
          Organisation(entry.organisation()),
          absl::StrCat(entry.recorded_by().empty() ? "" : " (muntligt i mötet)", ": ", said));
    }
  }

  static bool IsUsual(const v1::AreaAssessment& one) {
    return one.level() == one.previous_level() &&
           (one.level() == v1::AREA_LEVEL_GREEN || one.level() == v1::AREA_LEVEL_UNKNOWN);
  }

  // A letter tells of what is not normal, or was not.
  void Levels(bool letter) {
    sheet_.Section("Lägesbedömning");
    bool none = true;
    for (const v1::AreaAssessment& one : minutes_.assessments()) {
      if (letter && IsUsual(one)) continue;
      if (none) sheet_.Table({"Område", "Läge", "Förra gången", "Skäl"});
      none = false;
      Holds(one);
      sheet_.Row({Called<v1::Area>(one.area()), WordsOf(one.level()).sv,
                  WordsOf(one.previous_level()).sv, one.reason()});
    }
    if (none) sheet_.Paragraph(minutes_.assessments().empty() ? "Ej bedömt." : "Normalt.");
  }

  // A problem in words, for whoever gets them; empty otherwise.
  std::string Statement(const std::string& name) {
    const auto found = problems_.find(name);
    if (found == problems_.end()) return "";
    Holds(*found->second);
    return found->second->statement();
  }

  void Priorities() {
    sheet_.Section("Prioritering");
    bool none = true;
    for (const std::string& name : meeting_.priorities()) {
      const std::string statement = Statement(name);
      if (statement.empty()) continue;
      none = false;
      sheet_.Numbered(statement);
    }
    if (none) sheet_.Paragraph("Ingen ordning bestämd.");
  }

  void Decisions() {
    sheet_.Section("Insatser");
    if (minutes_.decisions().empty()) {
      sheet_.Paragraph("Inga insatser överenskomna.");
      return;
    }
    sheet_.Table({"Vad", "Var", "När", "Ansvarig", "Enheter", "Problem", "Uppföljning senast"});
    for (const v1::Deployment& one : minutes_.decisions()) {
      Holds(one);
      const std::string kind =
          absl::StrCat(WordsOf(one.kind()).sv, " (", WordsOf(one.state()).sv, ")");
      sheet_.Row({one.aim().empty() ? kind : absl::StrCat("För att ", one.aim(), ": ", kind),
                  CalledAll<v1::Area>(one.areas()), Window(one.window()),
                  Organisation(one.responsible_organisation()), Units(one),
                  Statement(one.problem()),
                  one.has_follow_up_due_time() ? Date(one.follow_up_due_time()) : "–"});
    }
  }

  std::string Units(const v1::Deployment& deployment) {
    std::vector<std::string> units;
    for (const v1::Commitment& commitment : deployment.commitments()) {
      // Which unit it is, others are not told.
      if (!commitment.unit().empty()) sheet_.Holds(v1::RELEASE_CLASS_RESTRICTED);
      units.push_back(absl::StrCat(
          Organisation(commitment.organisation()), ": ",
          commitment.unit().empty() ? "bekräftad" : Called<v1::Unit>(commitment.unit()),
          commitment.recorded_by().empty() ? "" : " (muntligt i mötet)"));
    }
    return absl::StrJoin(units, ", ");
  }

  // What a deployment is for, or what it is.
  std::string Purpose(const v1::Deployment& deployment) {
    Holds(deployment);
    return deployment.aim().empty() ? WordsOf(deployment.kind()).sv : deployment.aim();
  }

  void Positions() {
    bool none = true;
    for (const v1::Deployment& one : minutes_.decisions()) {
      for (const v1::Position& position : one.positions()) {
        if (none) sheet_.Section("Aktörernas ståndpunkter");
        none = false;
        sheet_.Item(Organisation(position.organisation()),
                    absl::StrCat(" ", WordsOf(position.stance()).sv, " ”", Purpose(one), "”",
                                 position.recorded_by().empty() ? "" : " (muntligt i mötet)",
                                 position.reason().empty() ? "" : ": ", position.reason()));
      }
    }
  }

  // What a meeting speaks of, in words, for whoever gets them.
  std::string Subject(const std::string& name) {
    const auto deployment = deployments_.find(name);
    return deployment == deployments_.end() ? Statement(name) : Purpose(*deployment->second);
  }

  void Left() {
    bool none = true;
    for (const v1::CarryOver& left : meeting_.carry_over()) {
      const std::string subject = Subject(left.subject());
      if (subject.empty()) continue;
      if (none) sheet_.Section("Kvar till nästa möte");
      none = false;
      sheet_.Item(absl::StrCat(
          subject, " (", WordsOf(left.reason()).sv, ", ", left.age(),
          left.age() == 1 ? " möte" : " möten",
          left.raised() ? ", lyfts till det lokala brottsförebyggande rådet" : "", ")"));
    }
  }

  void Open() {
    if (meeting_.close_override_reason().empty()) return;
    sheet_.Section("Avslutat trots att något var öppet");
    sheet_.Paragraph(meeting_.close_override_reason());
    for (const v1::OpenPoint& point : meeting_.open_points()) {
      const std::string about = point.kind() == v1::OpenPoint::KIND_AREA_NOT_ASSESSED
                                    ? Called<v1::Area>(point.subject())
                                    : Subject(point.subject());
      sheet_.Item(absl::StrCat(WordsOf(point.kind()).sv, about.empty() ? "" : ": ", about));
    }
  }

  // Each cites the edition that it corrects.
  void Corrections() {
    if (rendition_ == Rendition::RENDITION_OPEN) return;
    const v1::MinutesEdition* before = nullptr;
    for (const v1::MinutesEdition& one : minutes_.editions()) {
      if (one.edition() > minutes_.edition()) break;
      if (before != nullptr) {
        if (before->edition() == 1) sheet_.Section("Rättelser");
        sheet_.Item(absl::StrCat("Utgåva ", one.edition()),
                    absl::StrCat(" rättar utgåva ", before->edition(), " (SHA-256 ",
                                 before->digest(), "): ", one.correction()));
      }
      before = &one;
    }
  }

  const v1::GetMinutesResponse& minutes_;
  const v1::Meeting& meeting_;
  const Rendition::Rendition rendition_;
  const View& view_;
  const absl::TimeZone zone_;
  Sheet sheet_;
  absl::flat_hash_map<std::string, const v1::Problem*> problems_;
  absl::flat_hash_map<std::string, const v1::Deployment*> deployments_;
};

}  // namespace

Sheet WriteMinutes(const v1::GetMinutesResponse& minutes, const std::vector<v1::Deployment>& left,
                   v1::GetMinutesRequest::Rendition rendition, const View& view) {
  return Writer(minutes, left, rendition, view).Write();
}

}  // namespace samsyn::domain

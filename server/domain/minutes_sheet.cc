#include "server/domain/minutes_sheet.h"

#include <absl/container/flat_hash_map.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>

#include <string>
#include <utility>
#include <vector>

#include "server/domain/meeting_sitting.h"
#include "server/domain/names.h"
#include "server/domain/spoken.h"
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

class Writer {
 public:
  Writer(const v1::GetMinutesResponse& minutes, const std::vector<v1::Deployment>& left,
         Rendition::Rendition rendition, const View& view)
      : minutes_(minutes),
        meeting_(minutes.meeting()),
        rendition_(rendition),
        view_(view),
        everybody_(Everybody(meeting_)),
        spoken_(view, everybody_, MunicipalityOf(meeting_.name())),
        sheet_(TitleOf(minutes, rendition), spoken_.Municipality(),
               Date(meeting_.scheduled_time())) {
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

  std::string OrganisationOf(const std::string& member) const {
    const auto found = view_.Get<v1::Member>(member);
    return found == nullptr ? "–" : spoken_.Organisation(found->organisation());
  }
  std::string Time(const google::protobuf::Timestamp& time) const {
    return spoken_.Time(TimeOf(time));
  }
  std::string Date(const google::protobuf::Timestamp& time) const {
    return spoken_.Date(TimeOf(time));
  }
  std::string Window(const v1::TimeWindow& window) const {
    return absl::StrCat(Date(window.start_time()), " ", Time(window.start_time()), "–",
                        absl::FormatTime("%H:%M", TimeOf(window.end_time()), spoken_.zone()));
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
      std::vector<std::string> present;
      for (const std::string& name : meeting_.attending_organisations()) {
        present.push_back(spoken_.Organisation(name));
      }
      sheet_.Head("Närvarande", absl::StrJoin(present, ", "));
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
          spoken_.Organisation(entry.organisation()),
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
      sheet_.Row({spoken_.Area(one.area()), WordsOf(one.level()).sv,
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
                  one.areas().empty() ? "" : spoken_.Areas(one.areas()), Window(one.window()),
                  spoken_.Organisation(one.responsible_organisation()), Units(one),
                  Statement(one.problem()),
                  one.has_follow_up_due_time() ? Date(one.follow_up_due_time()) : "–"});
    }
  }

  std::string Units(const v1::Deployment& deployment) {
    std::vector<std::string> units;
    for (const v1::Commitment& commitment : deployment.commitments()) {
      // Which unit it is, others are not told.
      if (!commitment.unit().empty()) sheet_.Holds(v1::RELEASE_CLASS_RESTRICTED);
      units.push_back(
          absl::StrCat(spoken_.Organisation(commitment.organisation()), ": ",
                       commitment.unit().empty() ? "bekräftad" : spoken_.Unit(commitment.unit()),
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
        sheet_.Item(spoken_.Organisation(position.organisation()),
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
                                    ? spoken_.Area(point.subject())
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
  const Audience everybody_;  // the directory is for all of them
  const Spoken spoken_;
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

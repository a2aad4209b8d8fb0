// Last Friday's meeting: problems, the round, levels, priorities; and the Friday to come, whose
// meeting was planned when that one closed. The deployments that it agrees on stand in
// deployments.cc.
#include "server/demo/meeting.h"

#include <algorithm>

#include "server/demo/deployments.h"
#include "server/demo/people.h"
#include "server/demo/setup_play.h"
#include "server/domain/meeting_rules.h"
#include "server/domain/problem_rules.h"

namespace samsyn::demo {
namespace {

struct ProblemRow {
  absl::string_view area, statement, cause, baseline;
  v1::FocusArea focus;
  std::vector<v1::Category> categories;
};

const std::vector<ProblemRow>& Problems() {
  static const auto* const kRows = new std::vector<ProblemRow>{
      {"jordbro",
       "Skadegörelse och bränder i soprum kring Jordbro centrum på kvällarna.",
       "Trasiga portlås, släckt belysning på gångvägen och få vuxna i rörelse efter att butikerna "
       "har stängt.",
       "Två till fyra händelser i veckan sedan skolstarten.",
       v1::FOCUS_AREA_VULNERABLE_AREAS,
       {v1::CATEGORY_VANDALISM, v1::CATEGORY_FIRE}},
      {"handen",
       "Mopeder och elsparkcyklar i hög fart bland gående vid Handens station.",
       "Genvägen över torget är öppen för mopeder; inga hinder på plats.",
       "Återkommer varje fredag mellan klockan 16 och 22.",
       v1::FOCUS_AREA_TRAFFIC,
       {v1::CATEGORY_RECKLESS_TRAFFIC}},
      {"brandbergen",
       "Otrygg gångtunnel under Brandbergsleden.",
       "Lampor slocknar och repareras en i taget.",
       "Nämns av boende vid varje trygghetsvandring.",
       v1::FOCUS_AREA_PUBLIC_ENVIRONMENT,
       {v1::CATEGORY_UNSAFE_ENVIRONMENT, v1::CATEGORY_WORRY}},
  };
  return *kRows;
}

struct SpokenRow {
  absl::string_view member;
  v1::RoundEntry::Kind kind;
  absl::string_view text;
};

const std::vector<SpokenRow>& Round() {
  using Entry = v1::RoundEntry;
  static const auto* const kRows = new std::vector<SpokenRow>{
      {"samordnare", Entry::KIND_SAID,
       "Tre felanmälningar om belysning är åtgärdade i Brandbergen, gångtunneln återstår. Två "
       "soprum i Jordbro har fått nya lås."},
      {"polis", Entry::KIND_SAID,
       "Mopedkörningen i Handen tilltar på fredagar. Vi har en patrull där fram till klockan 20."},
      {"polis", Entry::KIND_ORAL, ""},
      {"forvaltare", Entry::KIND_SAID,
       "Nytt klotter vid centrum i Jordbro två nätter i rad. Sanering sker i morgon bitti."},
      {"vaktledare", Entry::KIND_SAID,
       "Lugnt i Handen centrum i veckan, men mopeder över torget varje kväll."},
      {"fritidsledare", Entry::KIND_SAID,
       "Kvällsöppet i Brandbergen på lördag. Fältgruppen är ute till klockan 23 i kväll."},
      {"nattvandrare", Entry::KIND_NOTHING_TO_REPORT, ""},
  };
  return *kRows;
}

struct LevelRow {
  absl::string_view area;
  v1::AreaLevel level;
  absl::string_view parameter, reason;
};

const std::vector<LevelRow>& Levels() {
  static const auto* const kRows = new std::vector<LevelRow>{
      {"jordbro", v1::AREA_LEVEL_ORANGE, "skadegörelse och brand",
       "Fler händelser än vanligt kring centrum, och bränder i soprum."},
      {"handen", v1::AREA_LEVEL_YELLOW, "buskörning",
       "Mopeder bland gående varje fredag; en nära olycka i veckan."},
      {"brandbergen", v1::AREA_LEVEL_YELLOW, "upplevd trygghet",
       "Gångtunneln är mörk och många går omvägar."},
  };
  return *kRows;
}

class LastFriday {
 public:
  LastFriday(Director& director, const Week& week, std::vector<std::string> areas,
             std::shared_ptr<const Tale> tale)
      : director_(director),
        week_(week),
        areas_(std::move(areas)),
        tale_(std::move(tale)),
        evening_(director, week) {}

  absl::Status Schedule() {
    v1::ScheduleMeetingRequest request;
    request.set_municipality(director_.municipality());
    *request.mutable_meeting()->mutable_scheduled_time() =
        domain::TimestampOf(week_.At(week_.last_friday(), 18));
    request.mutable_meeting()->set_secretary(director_.MemberName("samordnare"));
    const auto name = director_.Do("samordnare", request, &domain::ScheduleMeeting);
    if (name.ok()) meeting_ = *name;
    return name.status();
  }

  absl::Status StateProblem(const ProblemRow& row) {
    v1::CreateProblemRequest request;
    request.set_municipality(director_.municipality());
    v1::Problem& problem = *request.mutable_problem();
    problem.set_statement(std::string(row.statement));
    problem.set_cause_analysis(std::string(row.cause));
    problem.set_baseline(std::string(row.baseline));
    problem.set_focus_area(row.focus);
    problem.add_areas(director_.AreaName(row.area));
    const auto name = director_.Do("samordnare", request, &domain::CreateProblem);
    if (name.ok()) problems_.push_back(*name);
    return name.status();
  }

  // Each problem gets the latest incidents of its place and kind.
  absl::Status LinkIncidents() {
    for (size_t i = 0; i < problems_.size(); ++i) {
      const ProblemRow& row = Problems()[i];
      v1::LinkIncidentsRequest request;
      request.set_name(problems_[i]);
      for (auto told = tale_->rbegin(); told != tale_->rend() && request.add_size() < 8; ++told) {
        const bool kind = std::find(row.categories.begin(), row.categories.end(), told->category) !=
                          row.categories.end();
        if (!kind || told->area != director_.AreaName(row.area)) continue;
        const v1::Report report = director_.Get<v1::Report>(told->report);
        if (!report.incident().empty()) request.add_add(report.incident());
      }
      if (request.add_size() == 0) continue;
      const auto linked = director_.Do("samordnare", request, &domain::LinkIncidents);
      if (!linked.ok()) return linked.status();
    }
    return absl::OkStatus();
  }

  absl::Status Open() {
    v1::OpenMeetingRequest request;
    request.set_name(meeting_);
    return director_.Do("motesledare", request, &domain::OpenMeeting).status();
  }

  absl::Status Join() {
    for (const char* member :
         {"polis", "forvaltare", "vaktledare", "fritidsledare", "nattvandrare"}) {
      v1::JoinMeetingRequest request;
      request.set_name(meeting_);
      const auto joined = director_.Do(member, request, &domain::JoinMeeting);
      if (!joined.ok()) return joined.status();
    }
    return absl::OkStatus();
  }

  absl::Status Advance(v1::Meeting::Phase phase) {
    v1::AdvanceMeetingRequest request;
    request.set_name(meeting_);
    request.set_phase(phase);
    return director_.Do("motesledare", request, &domain::AdvanceMeeting).status();
  }

  absl::Status Say(const SpokenRow& row) {
    v1::AddRoundEntryRequest request;
    request.set_name(meeting_);
    request.mutable_entry()->set_kind(row.kind);
    request.mutable_entry()->set_text(std::string(row.text));
    return director_.Do(row.member, request, &domain::AddRoundEntry).status();
  }

  absl::Status Assess() {
    v1::AssessAreasRequest request;
    request.set_name(meeting_);
    for (const LevelRow& row : Levels()) {
      auto& level = *request.add_levels();
      level.set_area(director_.AreaName(row.area));
      level.set_level(row.level);
      level.set_parameter(std::string(row.parameter));
      level.set_reason(std::string(row.reason));
    }
    for (const std::string& area : areas_) {
      const bool named =
          std::any_of(request.levels().begin(), request.levels().end(),
                      [&](const v1::AssessAreasRequest::Level& one) { return one.area() == area; });
      if (named) continue;
      auto& level = *request.add_levels();
      level.set_area(area);
      level.set_level(v1::AREA_LEVEL_GREEN);
      level.set_reason("Som vanligt för årstiden.");
    }
    return director_.Do("motesledare", request, &domain::AssessAreas).status();
  }

  absl::Status Prioritise() {
    v1::SetPrioritiesRequest request;
    request.set_name(meeting_);
    for (const std::string& problem : problems_) request.add_problems(problem);
    return director_.Do("motesledare", request, &domain::SetPriorities).status();
  }

  absl::Status Decide() { return evening_.Agree({problems_[0], problems_[1]}); }

  absl::Status ReadBack() {
    if (absl::Status offered = evening_.Offer(); !offered.ok()) return offered;
    v1::SetNightLeadRequest request;
    request.set_name(meeting_);
    v1::NightLead& lead = *request.mutable_night_lead();
    lead.set_member(director_.MemberName("samordnare"));
    lead.set_phone("070-1740630");
    *lead.mutable_window()->mutable_start_time() =
        domain::TimestampOf(week_.At(week_.last_friday(), 19, 30));
    *lead.mutable_window()->mutable_end_time() =
        domain::TimestampOf(week_.At(week_.last_friday() + 1, 3));
    return director_.Do("motesledare", request, &domain::SetNightLead).status();
  }

  absl::Status Close() {
    v1::CloseMeetingRequest request;
    request.set_name(meeting_);
    return director_.Do("motesledare", request, &domain::CloseMeeting).status();
  }

  EveningOfLastFriday& evening() { return evening_; }

 private:
  Director& director_;
  const Week& week_;
  const std::vector<std::string> areas_;
  const std::shared_ptr<const Tale> tale_;
  EveningOfLastFriday evening_;
  std::string meeting_;
  std::vector<std::string> problems_;
};

}  // namespace

void PlayLastFriday(Director& director, const Week& week, const std::vector<v1::Area>& areas,
                    std::shared_ptr<const Tale> tale) {
  std::vector<std::string> names;
  for (const v1::Area& area : areas) names.push_back(area.name());
  const auto play = std::make_shared<LastFriday>(director, week, std::move(names), std::move(tale));
  const absl::CivilDay friday = week.last_friday();
  const auto at = [&](int hour, int minute, Director::Step step) {
    director.At(week.At(friday, hour, minute), std::move(step));
  };
  const auto advance = [&](int minute, v1::Meeting::Phase phase) {
    director.At(week.At(friday, 18, minute), [play, phase] { return play->Advance(phase); });
  };
  director.At(week.At(friday - 4, 9), [play] { return play->Schedule(); });
  for (const ProblemRow& row : Problems()) {
    director.At(week.At(friday - 3, 10), [play, &row] { return play->StateProblem(row); });
  }
  at(17, 30, [play] { return play->LinkIncidents(); });
  for (ShiftOf& one : EveningShifts(director, week, friday)) {
    at(17, 45, [&director, one = std::move(one)] { return RegisterShift(director, one); });
  }
  at(18, 0, [play] { return play->Open(); });
  at(18, 2, [play] { return play->Join(); });
  advance(10, v1::Meeting::PHASE_ROUND);
  int minute = 12;
  for (const SpokenRow& row : Round()) {
    at(18, minute++, [play, &row] { return play->Say(row); });
  }
  advance(25, v1::Meeting::PHASE_LEVELS);
  at(18, 35, [play] { return play->Assess(); });
  advance(40, v1::Meeting::PHASE_PRIORITIES);
  at(18, 45, [play] { return play->Prioritise(); });
  advance(50, v1::Meeting::PHASE_DECISIONS);
  at(18, 58, [play] { return play->Decide(); });
  at(19, 20, [play] { return play->ReadBack(); });
  at(19, 25, [play] { return play->Close(); });
  play->evening().Play(play);
}

void PlayNextFriday(Director& director, const Week& week) {
  // A Friday that has only just gone by: what follows it is done at once.
  const auto no_later = [&](absl::Time time, absl::Duration before_now) {
    return std::min(time, week.now() - before_now);
  };
  for (ShiftOf& one : EveningShifts(director, week, week.next_friday())) {
    director.At(no_later(week.At(week.next_friday() - 1, 15), absl::Minutes(4)),
                [&director, one = std::move(one)] { return RegisterShift(director, one); });
  }
}

}  // namespace samsyn::demo

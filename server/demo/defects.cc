#include "server/demo/defects.h"

#include "server/domain/repair_rules.h"
#include "server/domain/report_rules.h"

namespace samsyn::demo {
namespace {

using State = v1::Repair::State;

constexpr absl::Duration kDay = absl::Hours(24);

struct PlaceRow {
  absl::string_view id, name;
  v1::Area::Kind kind;
  absl::string_view parent;
};

// What the landlord says of a repair, days after it was reported.
struct StepRow {
  int days;
  State state;
  absl::string_view reference, note;
};

struct DefectRow {
  int days_ago;
  absl::string_view member, place, text;
  std::vector<StepRow> steps;
};

const std::vector<PlaceRow>& PlaceRows() {
  static const auto* const kRows = new std::vector<PlaceRow>{
      {"eken-1", "Eken 1", v1::Area::KIND_PROPERTY, "brandbergen"},
      {"exempelvagen-4", "Exempelvägen 4", v1::Area::KIND_ADDRESS, "eken-1"},
      {"exempelvagen-4a", "Exempelvägen 4, port A", v1::Area::KIND_ENTRANCE, "exempelvagen-4"},
      {"exempelvagen-4b", "Exempelvägen 4, port B", v1::Area::KIND_ENTRANCE, "exempelvagen-4"},
      {"stenen-2", "Stenen 2", v1::Area::KIND_PROPERTY, "jordbro"},
      {"exempelgatan-12", "Exempelgatan 12", v1::Area::KIND_ADDRESS, "stenen-2"},
      {"exempelgatan-12a", "Exempelgatan 12, port A", v1::Area::KIND_ENTRANCE, "exempelgatan-12"},
  };
  return *kRows;
}

const std::vector<DefectRow>& DefectRows() {
  static const auto* const kRows = new std::vector<DefectRow>{
      {60,
       "trygghetsvard",
       "eken-1",
       "Staketet mot gångvägen är trasigt, gården är öppen från båda håll.",
       {{9, v1::Repair::STATE_DECLINED, "", "Staketet rivs när gården byggs om i vår."}}},
      {40,
       "nattvandrare",
       "exempelvagen-4a",
       "Låset i porten fungerar inte, dörren står öppen hela natten.",
       {{1, v1::Repair::STATE_ORDERED, "FA-2041", "Låssmed beställd."},
        {6, v1::Repair::STATE_FIXED, "", "Nytt lås och ny dörrstängare."}}},
      {23,
       "polis",
       "exempelgatan-12",
       "Belysningen på gården är släckt, mörkt mellan portarna och cykelrummet.",
       {{2, v1::Repair::STATE_ORDERED, "FA-2077",
         "Armaturer beställda, leverans om fyra veckor."}}},
      {4,
       "fritidsledare",
       "exempelgatan-12a",
       "Rutan bredvid porten är krossad och lagad med en skiva.",
       {}},
  };
  return *kRows;
}

v1::Report Invented(v1::Category category, absl::string_view text) {
  v1::Report report;
  report.set_category(category);
  report.set_text(std::string(text));
  report.set_knowledge(v1::Report::KNOWLEDGE_SEEN);
  report.add_marks("påhittad");
  return report;
}

// Reports, and has it accepted an hour later; `then` gets its name.
void Tell(Director& director, absl::Time time, absl::string_view member, const v1::Report& report,
          std::function<void(const std::string&)> then) {
  director.At(time, [&director, time, member, report, then] {
    v1::SubmitReportRequest request;
    request.set_municipality(director.municipality());
    *request.mutable_report() = report;
    const auto name = director.Do(member, request, &domain::SubmitReport);
    if (!name.ok()) return name.status();
    director.At(time + absl::Hours(1), [&director, name = *name] {
      v1::ReviewReportRequest review;
      review.set_name(name);
      review.set_no_personal_data(true);
      review.set_verdict(v1::ReviewReportRequest::VERDICT_ACCEPT);
      return director.Do("samordnare", review, &domain::ReviewReport).status();
    });
    then(*name);
    return absl::OkStatus();
  });
}

absl::Status MoveRepair(Director& director, absl::string_view member, const std::string& report,
                        const StepRow& step) {
  v1::UpdateRepairRequest request;
  request.set_name(report);
  request.set_state(step.state);
  request.set_reference(std::string(step.reference));
  request.set_note(std::string(step.note));
  return director.Do(member, request, &domain::UpdateRepair).status();
}

void PlayDefects(Director& director, const Week& week) {
  for (const DefectRow& row : DefectRows()) {
    v1::Report report = Invented(v1::CATEGORY_UNSAFE_ENVIRONMENT, row.text);
    report.set_area(director.AreaName(row.place));
    const absl::Time time = week.now() - row.days_ago * kDay;
    Tell(director, time, row.member, report, [&director, &row, time](const std::string& name) {
      for (const StepRow& step : row.steps) {
        director.At(time + step.days * kDay, [&director, &step, name] {
          return MoveRepair(director, "forvaltare", name, step);
        });
      }
    });
  }
}

// The first pay day from a day on: the 25th, on a Saturday or Sunday the Friday before.
absl::CivilDay PayDayFrom(absl::CivilDay day) {
  for (absl::CivilMonth month(day);; ++month) {
    absl::CivilDay pay = absl::CivilDay(month) + 24;
    if (absl::GetWeekday(pay) == absl::Weekday::saturday) pay -= 1;
    if (absl::GetWeekday(pay) == absl::Weekday::sunday) pay -= 2;
    if (pay >= day) return pay;
  }
}

void PlayEvents(Director& director, const Week& week) {
  const absl::Time told = week.begin() + kDay;
  const absl::CivilDay next(absl::ToCivilDay(told, week.zone()) + 1);
  const auto tell = [&](absl::Time time, absl::string_view member, absl::string_view area,
                        absl::string_view text, absl::Time from, absl::Time to,
                        const v1::Recurrence* recurrence) {
    v1::Report report = Invented(v1::CATEGORY_PLANNED_EVENT, text);
    report.set_area(director.AreaName(area));
    *report.mutable_occurred_time() = domain::TimestampOf(from);
    *report.mutable_occurred_end_time() = domain::TimestampOf(to);
    if (recurrence != nullptr) *report.mutable_recurrence() = *recurrence;
    Tell(director, time, member, report, [](const std::string&) {});
  };
  v1::Recurrence weekly, pay;
  weekly.set_frequency(v1::Recurrence::FREQUENCY_WEEKLY);
  const absl::CivilDay friday = absl::NextWeekday(next, absl::Weekday::friday);
  tell(told, "fritidsledare", "brandbergen",
       "Disko på Fritidsgården Exempelhuset, årskurs 6 till 9. Många går hem samtidigt.",
       week.At(friday, 19), week.At(friday, 22), &weekly);
  pay.set_frequency(v1::Recurrence::FREQUENCY_MONTHLY);
  pay.set_day_of_month(25);
  pay.set_before_weekend(true);
  const absl::CivilDay pay_day = PayDayFrom(next);
  tell(told, "polis", "handen", "Löning: fler ute på krogen och vid stationen till sista tåget.",
       week.At(pay_day, 18), week.At(pay_day + 1, 3), &pay);
  const absl::CivilDay saturday = week.next_friday() + 1;
  tell(week.now() - 2 * kDay, "polis", "vasterhaninge",
       "Derby på Hanvedens idrottsplats, omkring 400 väntas. Bortalaget kommer med pendeltåget.",
       week.At(saturday, 15), week.At(saturday, 17), nullptr);
}

}  // namespace

std::vector<v1::Area> Places(const Director& director) {
  std::vector<v1::Area> places;
  for (const PlaceRow& row : PlaceRows()) {
    v1::Area place;
    place.set_name(director.AreaName(row.id));
    place.set_display_name(std::string(row.name));
    place.set_kind(row.kind);
    place.set_parent(director.AreaName(row.parent));
    if (row.kind == v1::Area::KIND_PROPERTY) {
      place.set_responsible_organisation(director.OrganisationName("exempelbostader"));
    }
    places.push_back(std::move(place));
  }
  return places;
}

void PlayDefectsAndEvents(Director& director, const Week& week) {
  PlayDefects(director, week);
  PlayEvents(director, week);
}

void PlayRepair(Director& director, const std::string& report, absl::Time time, size_t number) {
  const auto move = [&director, report](State state) {
    const v1::Report now = director.Get<v1::Report>(report);
    // What the coordinator does not see is not hers to move.
    if (!domain::IsDefect(now) || now.state() != v1::Report::STATE_ACCEPTED ||
        now.release().release_class() == v1::RELEASE_CLASS_RESTRICTED) {
      return absl::OkStatus();
    }
    return MoveRepair(director, "samordnare", report, {0, state, "", ""});
  };
  director.At(time + 2 * kDay, [move] { return move(v1::Repair::STATE_ORDERED); });
  if (number % 4 == 0) return;
  const int days = 3 + static_cast<int>(number % 17);
  director.At(time + days * kDay, [move] { return move(v1::Repair::STATE_FIXED); });
}

}  // namespace samsyn::demo

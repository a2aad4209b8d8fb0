#include "server/demo/demonstration.h"

#include "server/demo/defects.h"
#include "server/demo/meeting.h"
#include "server/demo/people.h"
#include "server/demo/reports.h"
#include "server/demo/setup_play.h"
#include "server/demo/sharing.h"
#include "server/demo/survey.h"
#include "server/demo/week.h"
#include "server/domain/places.h"

namespace samsyn::demo {
namespace {

// Says on every page that this is a demonstration.
absl::Status MarkAsDemonstration(Director& director, const Week& week) {
  const std::string note = absl::StrCat(
      "Demonstration. Aktörer utom kommunen och polisen, rapporter och möten är påhittade; "
      "polisens "
      "händelser är riktiga men flyttade ",
      WeeksMoved(week), " veckor i tiden.");
  return director
      .DoAsSystem("MarkAsDemonstration",
                  [note](domain::Transaction& transaction) {
                    const auto found =
                        transaction.Get<v1::Municipality>(transaction.municipality());
                    if (found == nullptr) return domain::NotFound(transaction.municipality());
                    v1::Municipality municipality = *found;
                    municipality.set_demonstration(note);
                    transaction.Put(std::move(municipality));
                    transaction.Answer(transaction.municipality());
                    return absl::OkStatus();
                  })
      .status();
}

}  // namespace

absl::Time BeginOfDemonstration(absl::Time now) { return Week(now).begin(); }

absl::Status PlayHaninge(const Stage& stage, absl::Time now) {
  const Week week(now);
  Director director(stage);
  const absl::StatusOr<v1::Setup> setup = HaningeSetup(director);
  if (!setup.ok()) return setup.status();
  std::vector<v1::Area> areas;  // without the places in them
  for (const v1::Area& area : setup->areas()) {
    if (!domain::IsPlace(area.kind())) areas.push_back(area);
  }
  director.At(week.begin(), [&] { return ApplySetup(director, *setup); });
  director.At(week.begin(), [&] { return MarkAsDemonstration(director, week); });
  director.At(week.At(week.last_friday(), 10), [&] { return AskForAuthority(director, *setup); });
  const auto tale = std::make_shared<Tale>();
  if (absl::Status told = PlaySurveys(director, week, areas); !told.ok()) return told;
  if (absl::Status told = PlayPoliceEvents(director, week); !told.ok()) return told;
  if (absl::Status told = PlayInventedReports(director, week, areas, tale); !told.ok()) return told;
  PlaySameThings(director, week, tale);
  PlayDefectsAndEvents(director, week);
  PlaySharing(director, week);
  PlayLastFriday(director, week, areas, tale);
  PlayNextFriday(director, week);
  return director.Run(now);
}

absl::StatusOr<Stage> StageOn(engine::Engine& engine, ManualClock& clock,
                              std::string municipality) {
  Stage stage;
  stage.municipality = std::move(municipality);
  const auto feed = engine.FeedOf(stage.municipality);
  if (!feed.ok()) return feed.status();
  stage.advance = [&engine, &clock, municipality = stage.municipality](absl::Time time) {
    clock.Set(time);
    return engine.RunDueTimers(municipality);
  };
  stage.decide = [&engine, municipality = stage.municipality](
                     Command command) -> absl::StatusOr<std::vector<std::string>> {
    auto answer = engine.SubmitAndWait(municipality, {{command.member, ""},
                                                      std::move(command.method),
                                                      std::move(command.request_id),
                                                      command.request_digest,
                                                      std::move(command.decide)});
    if (!answer.ok()) return answer.status();
    return std::move(answer->results);
  };
  stage.find = [feed = *feed](absl::string_view name) {
    return feed->Reading([&](const domain::Picture& picture) { return picture.Find(name); });
  };
  return stage;
}

absl::Status MakeHaningeDemonstration(engine::Engine& engine, ManualClock& clock, absl::Time now) {
  clock.Set(BeginOfDemonstration(now));
  absl::Status made = engine.CreateMunicipality(kHaninge, "Haninge", "Stockholms län");
  if (!made.ok()) return made;
  const auto stage = StageOn(engine, clock, absl::StrCat("municipalities/", kHaninge));
  return stage.ok() ? PlayHaninge(*stage, now) : stage.status();
}

std::vector<std::pair<std::string, std::string>> TokenHolders() {
  const auto member = [](absl::string_view id) {
    return absl::StrCat("municipalities/", kHaninge, "/members/", id);
  };
  return {{"coordinator", member("samordnare")}, {"chair", member("motesledare")},
          {"police", member("polis")},           {"landlord", member("forvaltare")},
          {"field", member("trygghetsvard")},    {"partner", member("exempelbostader-system")}};
}

}  // namespace samsyn::demo

// What a municipality does on a Friday, by the hour: the traffic model of deploy/CAPACITY.md.
// Change it here and there.
#ifndef SAMSYN_TESTS_BENCH_FRIDAY_MODEL_H_
#define SAMSYN_TESTS_BENCH_FRIDAY_MODEL_H_

namespace samsyn::bench::model {

// Who.
inline constexpr int kParticipants = 60;   // who report, decide, follow; the first is the chair
inline constexpr int kUnits = 40;          // in the field, a phone each
inline constexpr int kOrganisations = 20;  // participants in turn; units at the first ten
inline constexpr int kUnitOrganisations = 10;
inline constexpr int kAreas = 12;
inline constexpr int kPastReports = 300;  // of twelve weeks, there before the evening

// What is written, an hour.
struct Hour {
  double reports_a_participant;
  double reports_a_unit;
  double partner_reports;      // of systems, in all
  double steps_a_unit;         // on its way, there, pause, there again …
  double notes_a_unit;         // words from the field
  double positions_a_showing;  // of those who show where they are
  double reads_a_participant;  // sheets and lists opened, beside what follows
  double reads_a_unit;
};
inline constexpr Hour kMeeting = {.reports_a_participant = 0.5,
                                  .reports_a_unit = 0,
                                  .partner_reports = 30,
                                  .steps_a_unit = 0,
                                  .notes_a_unit = 0,
                                  .positions_a_showing = 0,
                                  .reads_a_participant = 12,
                                  .reads_a_unit = 4};
inline constexpr Hour kNight = {.reports_a_participant = 0.25,
                                .reports_a_unit = 0.5,
                                .partner_reports = 30,
                                .steps_a_unit = 4,
                                .notes_a_unit = 2,
                                .positions_a_showing = 30,
                                .reads_a_participant = 6,
                                .reads_a_unit = 6};

// The meeting, in minutes after its hour begins: everything of an hour's meeting, in order.
inline constexpr int kDeployments = 12;
inline constexpr double kReviewMinutes = 3;     // after a report, in the mean …
inline constexpr double kReviewed = 0.9;        // … such a share of them
inline constexpr double kDeliveredSeconds = 2;  // after an offer; the phone does it
inline constexpr double kSeenSeconds = 60;      // after that, in the mean
inline constexpr double kAcceptedSeconds = 30;  // after that, in the mean
inline constexpr double kShowing = 0.25;        // of units, who show where they are
// The page asks for the situation again 1–2 s after its counts have changed; at least such a share
// of participants have it before them.
inline constexpr double kSituationShare = 0.5;
inline constexpr double kSituationSeconds = 1.5;
inline constexpr double kArriveMinutes = 10;  // all sign in before the meeting

}  // namespace samsyn::bench::model

#endif  // SAMSYN_TESTS_BENCH_FRIDAY_MODEL_H_

// Every limit of the product, named. Beyond one: a clear error, never memory without bound.
#ifndef SAMSYN_SERVER_DOMAIN_LIMITS_H_
#define SAMSYN_SERVER_DOMAIN_LIMITS_H_

#include <absl/time/time.h>

#include <cstddef>

namespace samsyn::domain {

inline constexpr size_t kTextCharacters = 4000;        // longest free text
inline constexpr size_t kShortTextCharacters = 1000;   // statements, reasons, notes
inline constexpr size_t kNameCharacters = 200;         // display names, ids of sources
inline constexpr size_t kUriCharacters = 500;          // links, source_uri
inline constexpr size_t kEndpointCharacters = 2000;    // where a device is woken
inline constexpr size_t kRequestBytes = 256 << 10;     // a request
inline constexpr size_t kSetupRequestBytes = 8 << 20;  // ApplySetup
inline constexpr size_t kEntityBytes = 32 << 10;       // an entity
inline constexpr size_t kTransactionChanges = 1024;    // changes in a transaction
inline constexpr size_t kTransactionBytes = 1 << 20;   // bytes in a transaction
inline constexpr int kBatchReports = 500;              // reports in SubmitReports
inline constexpr int kPushWindow = 512;                // reports in flight in PushReports
inline constexpr size_t kReportsWarning = 200'000;     // live reports: a warning in the log
inline constexpr size_t kReportsMost = 2'000'000;      // live reports: refusal
inline constexpr int kBatchIndicators = 500;           // indicators in RecordIndicators
inline constexpr size_t kIndicatorsMost = 100'000;     // live indicators: refusal
inline constexpr size_t kIncidentReports = 100;        // reports of one incident …
inline constexpr size_t kIncidentBytes = 256 << 10;    // … and what they say together
inline constexpr size_t kUnitsMost = 2000;
inline constexpr size_t kAreasMost = 2000;
inline constexpr size_t kOrganisationsMost = 500;
inline constexpr size_t kMembersMost = 10'000;
inline constexpr size_t kPolygonPoints = 1000;
inline constexpr int kWatchesPerToken = 20;  // unless the token says another number
inline constexpr int kWatchesPerTokenMost = 1000;
inline constexpr absl::Duration kLoginLink = absl::Minutes(15);  // a login link is open so long
inline constexpr absl::Duration kSession = absl::Hours(12);      // a session
inline constexpr absl::Duration kFieldSession = absl::Hours(16);  // … of field staff: a whole night
inline constexpr size_t kQueueCommands = 4096;                    // waiting commands a municipality
inline constexpr size_t kOccurrencesMost = 1000;  // times of planned events in an answer
inline constexpr int kPageDefault = 100;
inline constexpr int kPageMost = 1000;
inline constexpr absl::Duration kDeadlineMost = absl::Seconds(60);  // of a unary call
inline constexpr absl::Duration kRequestKeep = absl::Hours(1);      // answers kept for repeats …
inline constexpr size_t kRequestsKept = 100'000;                    // … at most so many
inline constexpr absl::Duration kReportAhead = absl::Hours(24);     // occurred_time, later than now
inline constexpr absl::Duration kEventAhead = absl::Hours(24 * 730);   // the same of planned events
inline constexpr absl::Duration kReportBack = absl::Hours(24 * 3653);  // occurred_time, before now
inline constexpr absl::Duration kWindowMost = absl::Hours(24 * 31);    // a TimeWindow
inline constexpr absl::Duration kIndicatorPeriodMost = absl::Hours(24 * 1827);  // five years
inline constexpr int kAcknowledgeMinutes = 15;                     // unless the deployment says
inline constexpr double kLatitudeMin = 55.0, kLatitudeMax = 69.1;  // Sweden: else possibly swapped
inline constexpr double kLongitudeMin = 10.5, kLongitudeMax = 24.2;

}  // namespace samsyn::domain

#endif  // SAMSYN_SERVER_DOMAIN_LIMITS_H_

// The log: one JSON object a line on standard error. Never the texts of reports, never secrets:
// callers log names, counts, reasons.
#ifndef SAMSYN_SERVER_BASE_LOG_H_
#define SAMSYN_SERVER_BASE_LOG_H_

#include <absl/strings/string_view.h>

#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

namespace samsyn {

enum class LogLevel { kDebug, kInfo, kWarning, kError };

using LogField = std::pair<absl::string_view, std::string>;

// Writes one line: time (UTC), level, event (a fixed phrase), fields. Thread-safe.
void Log(LogLevel level, absl::string_view event, std::initializer_list<LogField> fields = {});
void Log(LogLevel level, absl::string_view event, const std::vector<LogField>& fields);

// Lines below this level are left out; kInfo from the start.
void SetLogLevel(LogLevel level);
// Whether a line of this level is not left out: for who has to work for what it says.
bool Logs(LogLevel level);

}  // namespace samsyn

#endif  // SAMSYN_SERVER_BASE_LOG_H_

// What a process and the machine have used, from /proc.
#ifndef SAMSYN_TESTS_BENCH_FANOUT_PROCESS_H_
#define SAMSYN_TESTS_BENCH_FANOUT_PROCESS_H_

#include <absl/strings/numbers.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_split.h>
#include <absl/strings/string_view.h>
#include <unistd.h>

#include <cstdint>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace samsyn::bench {

inline std::string ReadProc(const std::string& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

inline double FieldOf(const std::vector<absl::string_view>& fields, size_t at) {
  double number = 0;
  if (at >= fields.size() || !absl::SimpleAtod(fields[at], &number)) return 0;
  return number;
}

// CPU seconds of a process, all its threads, user and system.
inline double CpuOf(int pid) {
  const std::string stat = ReadProc(absl::StrCat("/proc/", pid, "/stat"));
  // The name, in parentheses, may hold anything.
  const std::vector<absl::string_view> fields =
      absl::StrSplit(absl::string_view(stat).substr(stat.rfind(')') + 2), ' ');
  const double ticks = FieldOf(fields, 11) + FieldOf(fields, 12);
  return ticks / static_cast<double>(sysconf(_SC_CLK_TCK));
}

// CPU seconds of all there is, with what a host above has taken away.
inline double CpuOfAll() {
  const std::string stat = ReadProc("/proc/stat");
  const std::vector<absl::string_view> fields =
      absl::StrSplit(absl::string_view(stat).substr(0, stat.find('\n')), ' ', absl::SkipEmpty());
  double ticks = 0;
  for (size_t at : {1, 2, 3, 6, 7, 8}) ticks += FieldOf(fields, at);  // not idle, not waiting
  return ticks / static_cast<double>(sysconf(_SC_CLK_TCK));
}

// Resident memory of a process, in KiB.
inline double ResidentKib(int pid) {
  const std::vector<std::string> fields =
      absl::StrSplit(ReadProc(absl::StrCat("/proc/", pid, "/statm")), ' ');
  double pages = 0;
  if (fields.size() < 2 || !absl::SimpleAtod(fields[1], &pages)) return 0;
  return pages * static_cast<double>(sysconf(_SC_PAGESIZE)) / 1024;
}

}  // namespace samsyn::bench

#endif  // SAMSYN_TESTS_BENCH_FANOUT_PROCESS_H_

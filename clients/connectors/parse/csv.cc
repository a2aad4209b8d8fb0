#include "clients/connectors/parse/csv.h"

#include <absl/strings/str_split.h>
#include <absl/strings/strip.h>

namespace samsyn::connectors {
namespace {

std::vector<std::string> FieldsOf(absl::string_view line) {
  std::vector<std::string> fields(1);
  bool quoted = false;
  for (size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (c == '"') {
      if (quoted && i + 1 < line.size() && line[i + 1] == '"') {
        fields.back() += line[i++];
      } else {
        quoted = !quoted;
      }
    } else if (c == ',' && !quoted) {
      fields.emplace_back();
    } else {
      fields.back() += c;
    }
  }
  return fields;
}

}  // namespace

std::vector<std::vector<std::string>> ReadCsv(absl::string_view bytes) {
  std::vector<std::vector<std::string>> rows;
  bool header = true;
  for (absl::string_view line : absl::StrSplit(bytes, '\n')) {
    line = absl::StripSuffix(line, "\r");
    if (line.empty()) continue;
    if (!header) rows.push_back(FieldsOf(line));
    header = false;
  }
  return rows;
}

}  // namespace samsyn::connectors

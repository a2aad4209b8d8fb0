// Tables for people: columns aligned by what a terminal shows, not by bytes. Pure.
#ifndef SAMSYN_CLIENTS_CLI_TABLE_H_
#define SAMSYN_CLIENTS_CLI_TABLE_H_

#include <absl/strings/string_view.h>

#include <string>
#include <vector>

namespace samsyn::cli {

// Columns that a terminal uses for UTF-8 text: 0 for combining marks, 2 for wide characters.
int WidthOf(absl::string_view text);

// Text from outside made harmless in a terminal: line breaks and tabs become a space; control
// characters, marks that turn the direction of writing, and wrong UTF-8 become "�". With
// `keep_lines` line breaks stay.
std::string Harmless(absl::string_view text, bool keep_lines = false);

// At most `width` columns; what is cut ends with "…".
std::string Cut(absl::string_view text, int width);

// `text` and spaces up to `width` columns; to the right of them if `right`.
std::string Padded(absl::string_view text, int width, bool right = false);

// Rows under headings. Numbers stand to the right.
class Table {
 public:
  explicit Table(std::vector<std::string> headings) : headings_(std::move(headings)) {}

  // As many cells as headings.
  void Add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  bool empty() const { return rows_.empty(); }

  // Lines with a line break each; the last column is cut where it would pass `width` (0: never).
  std::string Render(int width = 0) const;

 private:
  std::vector<std::string> headings_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace samsyn::cli

#endif  // SAMSYN_CLIENTS_CLI_TABLE_H_

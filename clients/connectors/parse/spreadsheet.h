// A table as people save it from a spreadsheet, read into rows of cells. Pure.
//
// Bytes: UTF-8 with or without a byte order mark, else Windows-1252. Cells stand between ";", ","
// or tabs, whichever the header has most of; a cell in quotes may hold any of them, line breaks
// too, and quotes doubled. Lines end with CR LF, LF or CR.
#ifndef SAMSYN_CLIENTS_CONNECTORS_PARSE_SPREADSHEET_H_
#define SAMSYN_CLIENTS_CONNECTORS_PARSE_SPREADSHEET_H_

#include <absl/strings/string_view.h>

#include <string>
#include <vector>

namespace samsyn::connectors {

// Something in a file that a person must put right: where, and what, in both languages.
struct Fault {
  int line = 0;        // the first is 1
  std::string column;  // as the header has it; empty: the whole line
  std::string sv, en;

  // "rad 7, kolumn n: …".
  std::string Swedish() const;
  std::string English() const;
};

struct SheetRow {
  int line = 0;                    // where it begins
  std::vector<std::string> cells;  // clean text (text.h)
};

struct Spreadsheet {
  std::vector<SheetRow> rows;  // the first is the header; those without any text are left out
  std::vector<Fault> faults;
};

Spreadsheet ReadSpreadsheet(absl::string_view bytes);

// Valid UTF-8 as it is, without its byte order mark; other bytes as Windows-1252. What neither
// knows becomes U+FFFD.
std::string AsUtf8(absl::string_view bytes);

}  // namespace samsyn::connectors

#endif  // SAMSYN_CLIENTS_CONNECTORS_PARSE_SPREADSHEET_H_

#include "server/domain/sheet.h"

#include <absl/strings/ascii.h>
#include <absl/strings/str_cat.h>

#include <algorithm>
#include <utility>

#include "server/domain/words.h"

namespace samsyn::domain {
namespace {

// On one line, and nothing in it is Markdown.
std::string Plain(absl::string_view text) {
  std::string plain;
  for (const char c : text) {
    if (c == '\n' || c == '\r' || c == '\t') {
      plain += ' ';
      continue;
    }
    if (absl::string_view("\\`*_{}[]<>#|~").find(c) != absl::string_view::npos) plain += '\\';
    plain += c;
  }
  return plain;
}

// The same where a line begins, so that it becomes neither a list nor a heading.
std::string PlainLine(absl::string_view text) {
  std::string plain = Plain(absl::StripLeadingAsciiWhitespace(text));
  size_t at = 0;
  while (at < plain.size() && absl::ascii_isdigit(plain[at])) ++at;
  const absl::string_view marks = at == 0 ? "-+=" : ".)";
  if (at < plain.size() && marks.find(plain[at]) != absl::string_view::npos) plain.insert(at, "\\");
  return plain;
}

std::string Escaped(absl::string_view text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&#39;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

std::string Marking(v1::ReleaseClass release_class) {
  return absl::StrCat("Strängaste klass: ", WordsOf(release_class).sv);
}

// The name of the kind of page (in `SheetStyle`) that says the class at its foot.
absl::string_view PageOf(v1::ReleaseClass release_class) {
  switch (release_class) {
    case v1::RELEASE_CLASS_PUBLIC:
      return "public";
    case v1::RELEASE_CLASS_PARTNER:
      return "partner";
    case v1::RELEASE_CLASS_AUTHORITY:
      return "authority";
    default:
      return "restricted";
  }
}

std::string MarkdownRow(const std::vector<std::string>& cells) {
  std::string row = "|";
  for (const std::string& cell : cells) absl::StrAppend(&row, " ", Plain(cell), " |");
  return absl::StrCat(row, "\n");
}

std::string MarkdownTable(const std::vector<std::vector<std::string>>& rows) {
  std::string table = MarkdownRow(rows.front());
  for (size_t i = 0; i < rows.front().size(); ++i) table += i == 0 ? "| --- |" : " --- |";
  table += "\n";
  for (size_t i = 1; i < rows.size(); ++i) table += MarkdownRow(rows[i]);
  return table;
}

std::string HtmlRow(const std::vector<std::string>& cells, absl::string_view tag) {
  std::string row = "<tr>";
  for (const std::string& cell : cells) {
    absl::StrAppend(&row, "<", tag, ">", Escaped(cell), "</", tag == "td" ? "td" : "th", ">");
  }
  return absl::StrCat(row, "</tr>\n");
}

std::string HtmlTable(const std::vector<std::vector<std::string>>& rows) {
  std::string table = absl::StrCat("<table>\n<thead>", HtmlRow(rows.front(), "th scope=\"col\""),
                                   "</thead>\n<tbody>\n");
  for (size_t i = 1; i < rows.size(); ++i) table += HtmlRow(rows[i], "td");
  return absl::StrCat(table, "</tbody>\n</table>\n");
}

}  // namespace

Sheet::Sheet(std::string title, std::string municipality, std::string date)
    : title_(std::move(title)), municipality_(std::move(municipality)), date_(std::move(date)) {}

void Sheet::Holds(v1::ReleaseClass release_class) {
  strictest_ = std::max(strictest_, release_class);
}

void Sheet::Remark(std::string text) { remarks_.push_back(std::move(text)); }

void Sheet::Head(std::string label, std::string text) {
  heads_.emplace_back(std::move(label), std::move(text));
}

void Sheet::Add(Block::Kind kind, std::string text, std::string strong) {
  blocks_.push_back({kind, std::move(strong), std::move(text), {}});
}

void Sheet::Section(std::string title) { Add(Block::kSection, std::move(title)); }
void Sheet::Part(std::string title) { Add(Block::kPart, std::move(title)); }
void Sheet::Paragraph(std::string text) { Add(Block::kParagraph, std::move(text)); }
void Sheet::Item(std::string strong, std::string text) {
  Add(Block::kItem, std::move(text), std::move(strong));
}
void Sheet::Numbered(std::string text) { Add(Block::kNumbered, std::move(text)); }

void Sheet::Table(std::vector<std::string> columns) {
  Add(Block::kTable, "");
  blocks_.back().rows.push_back(std::move(columns));
}

void Sheet::Row(std::vector<std::string> cells) { blocks_.back().rows.push_back(std::move(cells)); }

// The list that a block is a line of; empty: of none.
absl::string_view Sheet::ListOf(const Block& block) {
  return block.kind == Block::kItem ? "ul" : block.kind == Block::kNumbered ? "ol" : "";
}

std::string Sheet::InMarkdown(const Block& block, int number) {
  switch (block.kind) {
    case Block::kSection:
      return absl::StrCat("## ", Plain(block.text), "\n");
    case Block::kPart:
      return absl::StrCat("### ", Plain(block.text), "\n");
    case Block::kParagraph:
      return absl::StrCat(PlainLine(block.text), "\n");
    case Block::kItem:
      return block.strong.empty()
                 ? absl::StrCat("- ", PlainLine(block.text), "\n")
                 : absl::StrCat("- **", Plain(block.strong), "**", Plain(block.text), "\n");
    case Block::kNumbered:
      return absl::StrCat(number, ". ", PlainLine(block.text), "\n");
    case Block::kTable:
      return MarkdownTable(block.rows);
  }
  return "";
}

std::string Sheet::InHtml(const Block& block) {
  const std::string words = Escaped(block.text);
  switch (block.kind) {
    case Block::kSection:
      return absl::StrCat("<h2>", words, "</h2>\n");
    case Block::kPart:
      return absl::StrCat("<h3>", words, "</h3>\n");
    case Block::kParagraph:
      return absl::StrCat("<p>", words, "</p>\n");
    case Block::kItem:
    case Block::kNumbered:
      return block.strong.empty()
                 ? absl::StrCat("<li>", words, "</li>\n")
                 : absl::StrCat("<li><b>", Escaped(block.strong), "</b>", words, "</li>\n");
    case Block::kTable:
      return HtmlTable(block.rows);
  }
  return "";
}

std::string Sheet::Markdown() const {
  std::string text = absl::StrCat("# ", Plain(title_), "\n\n", PlainLine(municipality_), " · ",
                                  Plain(date_), "\n\n**", Marking(strictest_), "**\n");
  for (const std::string& remark : remarks_) absl::StrAppend(&text, "\n*", Plain(remark), "*\n");
  if (!heads_.empty()) text += "\n";
  for (const auto& [label, words] : heads_) {
    absl::StrAppend(&text, "- ", Plain(label), ": ", Plain(words), "\n");
  }
  int number = 0;
  const Block* before = nullptr;
  for (const Block& block : blocks_) {
    const bool goes_on = before != nullptr && before->kind == block.kind && !ListOf(block).empty();
    if (!goes_on) text += "\n";
    number = goes_on ? number + 1 : 1;
    text += InMarkdown(block, number);
    before = &block;
  }
  return text;
}

std::string Sheet::Html() const {
  std::string head;
  for (const std::string& remark : remarks_) {
    absl::StrAppend(&head, "<p><em>", Escaped(remark), "</em></p>\n");
  }
  if (!heads_.empty()) head += "<dl>\n";
  for (const auto& [label, words] : heads_) {
    absl::StrAppend(&head, "<dt>", Escaped(label), "</dt><dd>", Escaped(words), "</dd>\n");
  }
  if (!heads_.empty()) head += "</dl>\n";
  std::string body;
  absl::string_view open;  // the list that is
  for (const Block& block : blocks_) {
    const absl::string_view list = ListOf(block);
    if (list != open && !open.empty()) absl::StrAppend(&body, "</", open, ">\n");
    if (list != open && !list.empty()) absl::StrAppend(&body, "<", list, ">\n");
    open = list;
    body += InHtml(block);
  }
  if (!open.empty()) absl::StrAppend(&body, "</", open, ">\n");
  return absl::StrCat("<!DOCTYPE html>\n<html lang=\"sv\">\n<head>\n<meta charset=\"utf-8\">\n",
                      "<title>", Escaped(title_), "</title>\n<style>", SheetStyle(),
                      "</style>\n</head>\n<body class=\"", PageOf(strictest_), "\">\n<header><p>",
                      Escaped(municipality_), "</p><p>", Escaped(date_), "</p><p><b>",
                      Marking(strictest_), "</b></p></header>\n<h1>", Escaped(title_), "</h1>\n",
                      head, body, "</body>\n</html>\n");
}

absl::string_view SheetStyle() {
  return R"css(
@page {
  size: A4;
  margin: 18mm 16mm 20mm;
  @bottom-right { content: counter(page) " (" counter(pages) ")"; }
}
@page public { @bottom-left { content: "Strängaste klass: Öppen"; } }
@page partner { @bottom-left { content: "Strängaste klass: Samverkan"; } }
@page authority { @bottom-left { content: "Strängaste klass: Myndighet"; } }
@page restricted { @bottom-left { content: "Strängaste klass: Namngivna"; } }
.public { page: public; }
.partner { page: partner; }
.authority { page: authority; }
.restricted { page: restricted; }
body {
  background: #fff;
  color: #000;
  font: 10.5pt/1.4 system-ui, sans-serif;
  margin: 0 auto;
  max-width: 178mm;
}
header { border-bottom: 1pt solid #000; display: flex; gap: 8mm; justify-content: space-between; }
header p { margin: 0 0 1mm; }
h1 { font-size: 17pt; line-height: 1.2; margin: 5mm 0 3mm; }
h2 { border-bottom: 0.5pt solid #000; font-size: 13pt; margin: 6mm 0 2mm; }
h3 { font-size: 11pt; margin: 4mm 0 1mm; }
h1, h2, h3 { break-after: avoid; }
p, dd, li, td { overflow-wrap: anywhere; white-space: pre-line; }
td { overflow-wrap: break-word; }
p, ul, ol { margin: 0 0 2mm; }
ul, ol { padding-left: 6mm; }
dl { display: grid; gap: 0.5mm 4mm; grid-template-columns: max-content 1fr; margin: 0 0 2mm; }
dd { margin: 0; }
table { border-collapse: collapse; font-size: 9pt; margin: 0 0 3mm; width: 100%; }
th, td { border: 0.5pt solid #000; padding: 1mm 1.5mm; text-align: left; vertical-align: top; }
thead { display: table-header-group; }
tr, li { break-inside: avoid; }
@media screen { body { padding: 8mm; } }
)css";
}

}  // namespace samsyn::domain

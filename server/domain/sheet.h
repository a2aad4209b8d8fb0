// A document to print or to keep: title, class, head lines, sections. The same content as Markdown
// and as one HTML page of its own (A4, in Swedish, without scripts and without anything from
// elsewhere). It knows nothing of what it says.
#ifndef SAMSYN_SERVER_DOMAIN_SHEET_H_
#define SAMSYN_SERVER_DOMAIN_SHEET_H_

#include <absl/strings/string_view.h>
#include <samsyn/v1/common.pb.h>

#include <string>
#include <utility>
#include <vector>

namespace samsyn::domain {

// Built from top to bottom. All texts are people's words as they are: nothing in them is Markdown
// or HTML, both renderings escape them.
class Sheet {
 public:
  // `municipality` and `date` ("2026-11-27") stand above the title.
  Sheet(std::string title, std::string municipality, std::string date);

  // It holds something of this class; the strictest one marks the sheet, on every printed page.
  void Holds(v1::ReleaseClass release_class);
  v1::ReleaseClass strictest() const { return strictest_; }

  // Something that whoever reads it must know first ("Utkast"); stands below the class.
  void Remark(std::string text);
  // A line of the head: "Öppnat: fre 18:00".
  void Head(std::string label, std::string text);

  // A section with all that follows; a part of a section.
  void Section(std::string title);
  void Part(std::string title);
  void Paragraph(std::string text);
  // A line of a list; its first words may stand out.
  void Item(std::string text) { Item("", std::move(text)); }
  void Item(std::string strong, std::string text);
  // A line of a numbered list: 1, 2 …
  void Numbered(std::string text);
  // Begins a table; rows are of as many cells as there are columns, and are not broken by the end
  // of a page.
  void Table(std::vector<std::string> columns);
  void Row(std::vector<std::string> cells);

  std::string Markdown() const;
  std::string Html() const;

 private:
  struct Block {
    enum Kind { kSection, kPart, kParagraph, kItem, kNumbered, kTable };
    Kind kind;
    std::string strong;
    std::string text;
    std::vector<std::vector<std::string>> rows;  // the first: the columns
  };
  void Add(Block::Kind kind, std::string text, std::string strong = "");
  static absl::string_view ListOf(const Block& block);
  static std::string InMarkdown(const Block& block, int number);
  static std::string InHtml(const Block& block);

  const std::string title_;
  const std::string municipality_;
  const std::string date_;
  v1::ReleaseClass strictest_ = v1::RELEASE_CLASS_UNSPECIFIED;
  std::vector<std::string> remarks_;
  std::vector<std::pair<std::string, std::string>> heads_;
  std::vector<Block> blocks_;
};

// What stands in the `<style>` of every sheet: always the same, so that a page's policy can name
// it.
absl::string_view SheetStyle();

}  // namespace samsyn::domain

#endif  // SAMSYN_SERVER_DOMAIN_SHEET_H_

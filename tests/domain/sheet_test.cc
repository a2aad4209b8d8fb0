// A sheet says the same as Markdown and as a page, and nothing that people write becomes either.
#include "server/domain/sheet.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_split.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace samsyn::domain {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

Sheet Example() {
  Sheet sheet("Insatskort: Vårdar", "Haninge kommun", "2026-11-27");
  sheet.Holds(v1::RELEASE_CLASS_RESTRICTED);
  sheet.Holds(v1::RELEASE_CLASS_PARTNER);
  sheet.Remark("Utkast");
  sheet.Head("Ansvarig", "kommun");
  sheet.Section("Uppdrag");
  sheet.Paragraph("Gå runt centrum");
  sheet.Item("Ring 112 om det är fara");
  sheet.Item("polisen", ": lugnt");
  sheet.Numbered("Buskörning");
  sheet.Numbered("Mörker");
  sheet.Part("Stopp");
  sheet.Table({"När", "Var"});
  sheet.Row({"20:00", "Vega"});
  sheet.Row({"22:00", ""});
  return sheet;
}

TEST(SheetTest, AllOfItStandsInTheMarkdown) {
  EXPECT_EQ(Example().Markdown(),
            "# Insatskort: Vårdar\n\nHaninge kommun · 2026-11-27\n\n"
            "**Strängaste klass: Namngivna**\n\n*Utkast*\n\n- Ansvarig: kommun\n\n## Uppdrag\n\n"
            "Gå runt centrum\n\n- Ring 112 om det är fara\n- **polisen**: lugnt\n\n1. Buskörning\n"
            "2. Mörker\n\n### Stopp\n\n| När | Var |\n| --- | --- |\n| 20:00 | Vega |\n"
            "| 22:00 |  |\n");
}

TEST(SheetTest, AllOfItStandsInThePage) {
  const std::string html = Example().Html();
  EXPECT_THAT(html, StartsWith("<!DOCTYPE html>\n<html lang=\"sv\">\n"));
  EXPECT_THAT(html, EndsWith("</body>\n</html>\n"));
  EXPECT_THAT(html, HasSubstr("<body class=\"restricted\">\n<header><p>Haninge kommun</p>"
                              "<p>2026-11-27</p><p><b>Strängaste klass: Namngivna</b></p></header>"
                              "\n<h1>Insatskort: Vårdar</h1>\n<p><em>Utkast</em></p>\n<dl>\n"
                              "<dt>Ansvarig</dt><dd>kommun</dd>\n</dl>\n<h2>Uppdrag</h2>\n"
                              "<p>Gå runt centrum</p>\n<ul>\n<li>Ring 112 om det är fara</li>\n"
                              "<li><b>polisen</b>: lugnt</li>\n</ul>\n<ol>\n<li>Buskörning</li>\n"
                              "<li>Mörker</li>\n</ol>\n<h3>Stopp</h3>\n<table>\n<thead><tr>"
                              "<th scope=\"col\">När</th><th scope=\"col\">Var</th></tr>\n</thead>"
                              "\n<tbody>\n<tr><td>20:00</td><td>Vega</td></tr>\n"
                              "<tr><td>22:00</td><td></td></tr>\n</tbody>\n</table>\n"));
}

TEST(SheetTest, ItIsForPaperAndNeedsNothingFromElsewhere) {
  const std::string html = Example().Html();
  EXPECT_THAT(html, HasSubstr("  size: A4;\n"));
  EXPECT_THAT(html, HasSubstr("tr, li { break-inside: avoid; }"));
  for (const char* const never : {"<script", "<link", "<img", "url(", "@import", "http"}) {
    EXPECT_THAT(html, Not(HasSubstr(never))) << never;
  }
  // The class is at the foot of every page.
  EXPECT_THAT(html, HasSubstr("@page restricted { @bottom-left { content: \"Strängaste klass: "
                              "Namngivna\"; } }"));
}

TEST(SheetTest, WhatPeopleWriteBecomesNeitherMarkdownNorHtml) {
  const std::string words = "# <b onclick='x'>*A* | [b](c) & \"d\"\n- e";
  Sheet sheet(words, words, words);
  sheet.Remark(words);
  sheet.Head(words, words);
  sheet.Section(words);
  sheet.Part(words);
  sheet.Paragraph(words);
  sheet.Item(words);
  sheet.Item(words, words);
  sheet.Numbered(words);
  sheet.Table({words});
  sheet.Row({words});
  const std::string html = sheet.Html();
  EXPECT_THAT(html, Not(HasSubstr("<b onclick")));
  EXPECT_THAT(html, Not(HasSubstr("& ")));
  EXPECT_THAT(html, HasSubstr("<td># &lt;b onclick=&#39;x&#39;&gt;*A* | [b](c) &amp; &quot;d&quot;"
                              "\n- e</td>"));
  const std::string plain = "\\# \\<b onclick='x'\\>\\*A\\* \\| \\[b\\](c) & \"d\" - e";
  size_t found = 0;
  for (const absl::string_view line : absl::StrSplit(sheet.Markdown(), '\n')) {
    EXPECT_FALSE(absl::StrContains(line, "[b](")) << line;
    if (absl::StrContains(line, plain)) ++found;
  }
  EXPECT_EQ(found, 12U);
}

TEST(SheetTest, ALineOfWordsIsNeverTheBeginningOfAList) {
  Sheet sheet("x", "y", "z");
  for (const char* const text :
       {"- nej", "+ nej", "1. nej", "12) nej", "=== nej", "1 ja", "ja. 1"}) {
    sheet.Paragraph(text);
  }
  EXPECT_THAT(sheet.Markdown(),
              EndsWith("\n\n\\- nej\n\n\\+ nej\n\n1\\. nej\n\n12\\) nej\n\n\\=== nej\n\n1 ja\n\n"
                       "ja. 1\n"));
}

}  // namespace
}  // namespace samsyn::domain

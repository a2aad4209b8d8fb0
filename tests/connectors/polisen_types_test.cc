// Every type that the police feed has used: its category, and whether it counts. A row a test.
#include <absl/strings/str_cat.h>
#include <gtest/gtest.h>

#include "clients/connectors/parse/polisen.h"

namespace samsyn::connectors {
namespace {

struct Row {
  const char* type;
  v1::Category category;
  bool counted;
};

constexpr Row kRows[] = {
    {"Trafikolycka", v1::CATEGORY_TRAFFIC_ACCIDENT, true},
    {"Sammanfattning natt", v1::CATEGORY_INFORMATION, false},
    {"Brand", v1::CATEGORY_FIRE, true},
    {"Rattfylleri", v1::CATEGORY_RECKLESS_TRAFFIC, true},
    {"Trafikkontroll", v1::CATEGORY_INFORMATION, false},
    {"Övrigt", v1::CATEGORY_INFORMATION, false},
    {"Misshandel", v1::CATEGORY_VIOLENCE, true},
    {"Stöld", v1::CATEGORY_THEFT, true},
    {"Trafikolycka, personskada", v1::CATEGORY_TRAFFIC_ACCIDENT, true},
    {"Trafikbrott", v1::CATEGORY_RECKLESS_TRAFFIC, true},
    {"Sammanfattning kväll och natt", v1::CATEGORY_INFORMATION, false},
    {"Stöld/inbrott", v1::CATEGORY_BURGLARY, true},
    {"Arbetsplatsolycka", v1::CATEGORY_WORKPLACE_ACCIDENT, true},
    {"Skadegörelse", v1::CATEGORY_VANDALISM, true},
    {"Rån", v1::CATEGORY_ROBBERY, true},
    {"Fylleri/LOB", v1::CATEGORY_ALCOHOL, true},
    {"Trafikolycka, vilt", v1::CATEGORY_TRAFFIC_ACCIDENT, true},
    {"Försvunnen person", v1::CATEGORY_MISSING_PERSON, false},
    {"Narkotikabrott", v1::CATEGORY_DRUGS, true},
    {"Trafikolycka, singel", v1::CATEGORY_TRAFFIC_ACCIDENT, true},
    {"Mord/dråp, försök", v1::CATEGORY_VIOLENCE, true},
    {"Bedrägeri", v1::CATEGORY_FRAUD, true},
    {"Misshandel, grov", v1::CATEGORY_VIOLENCE, true},
    {"Olaga hot", v1::CATEGORY_VIOLENCE, true},
    {"Olovlig körning", v1::CATEGORY_RECKLESS_TRAFFIC, true},
    {"Knivlagen", v1::CATEGORY_WEAPON_OR_EXPLOSION, true},
    {"Våld/hot mot tjänsteman", v1::CATEGORY_THREAT_TO_STAFF, true},
    {"Bråk", v1::CATEGORY_DISORDER, true},
    {"Farligt föremål, misstänkt", v1::CATEGORY_WEAPON_OR_EXPLOSION, true},
    {"Inbrott", v1::CATEGORY_BURGLARY, true},
    {"Mord/dråp", v1::CATEGORY_VIOLENCE, true},
    {"Fjällräddning", v1::CATEGORY_WELFARE, false},
    {"Kontroll person/fordon", v1::CATEGORY_INFORMATION, false},
    {"Vapenlagen", v1::CATEGORY_WEAPON_OR_EXPLOSION, true},
    {"Djur", v1::CATEGORY_OTHER, false},
    {"Trafikolycka, smitning från", v1::CATEGORY_TRAFFIC_ACCIDENT, true},
    {"Trafikhinder", v1::CATEGORY_OTHER, true},
    {"Motorfordon, stöld", v1::CATEGORY_THEFT, true},
    {"Räddningsinsats", v1::CATEGORY_WELFARE, false},
    {"Stöld, försök", v1::CATEGORY_THEFT, true},
    {"Olaga intrång", v1::CATEGORY_DISORDER, true},
    {"Ofredande/förargelse", v1::CATEGORY_DISORDER, true},
    {"Explosion", v1::CATEGORY_WEAPON_OR_EXPLOSION, true},
    {"Anträffad död", v1::CATEGORY_OTHER, false},
    {"Rån, försök", v1::CATEGORY_ROBBERY, true},
    {"Fylleri", v1::CATEGORY_ALCOHOL, true},
    {"Åldringsbrott", v1::CATEGORY_FRAUD, true},
    {"Skottlossning", v1::CATEGORY_WEAPON_OR_EXPLOSION, true},
    {"Våldtäkt", v1::CATEGORY_SEXUAL_OFFENCE, true},
    {"Information", v1::CATEGORY_INFORMATION, false},
    {"Polisinsats/kommendering", v1::CATEGORY_INFORMATION, false},
    {"Häleri", v1::CATEGORY_THEFT, true},
    {"Motorfordon, anträffat stulet", v1::CATEGORY_THEFT, true},
    {"Detonation", v1::CATEGORY_WEAPON_OR_EXPLOSION, true},
    {"Sexualbrott", v1::CATEGORY_SEXUAL_OFFENCE, true},
    {"Rån övrigt", v1::CATEGORY_ROBBERY, true},
    {"Kontroll", v1::CATEGORY_INFORMATION, false},
    {"Inbrott, försök", v1::CATEGORY_BURGLARY, true},
    {"Vållande till kroppsskada", v1::CATEGORY_OTHER, true},
    {"Larm Överfall", v1::CATEGORY_VIOLENCE, true},
    {"Uppdatering", v1::CATEGORY_INFORMATION, false},
    {"Sedlighetsbrott", v1::CATEGORY_SEXUAL_OFFENCE, true},
    {"Ordningslagen", v1::CATEGORY_DISORDER, true},
    {"Hemfridsbrott", v1::CATEGORY_DISORDER, true},
    {"Larm Inbrott", v1::CATEGORY_BURGLARY, true},
    {"Sjukdom/olycksfall", v1::CATEGORY_WELFARE, false},
    {"Skyddslagen", v1::CATEGORY_OTHER, true},
    {"Mordbrand", v1::CATEGORY_FIRE, true},
    {"Skottlossning, misstänkt", v1::CATEGORY_WEAPON_OR_EXPLOSION, true},
    {"Rån väpnat", v1::CATEGORY_ROBBERY, true},
    {"Alkohollagen", v1::CATEGORY_ALCOHOL, true},
    {"Anträffat gods", v1::CATEGORY_THEFT, true},
    {"Efterlyst person", v1::CATEGORY_OTHER, true},
    {"Smällar", v1::CATEGORY_WEAPON_OR_EXPLOSION, true},
    {"Sabotage mot blåljusverksamhet", v1::CATEGORY_THREAT_TO_STAFF, true},
    {"Olaga frihetsberövande/människorov", v1::CATEGORY_VIOLENCE, true},
    {"Sjölagen", v1::CATEGORY_RECKLESS_TRAFFIC, true},
    {"Miljöbrott", v1::CATEGORY_OTHER, true},
    {"Våldtäkt, försök", v1::CATEGORY_SEXUAL_OFFENCE, true},
    {"Luftfartslagen", v1::CATEGORY_OTHER, true},
    {"Utlänningslagen", v1::CATEGORY_OTHER, true},
    {"Missbruk av urkund", v1::CATEGORY_FRAUD, true},
    {"Ekobrott", v1::CATEGORY_FRAUD, true},
    {"Brand automatlarm", v1::CATEGORY_FIRE, true},
    {"Hets mot folkgrupp", v1::CATEGORY_DISORDER, true},
    {"Sammanfattning dag", v1::CATEGORY_INFORMATION, false},
    {"Lagen om hundar och katter", v1::CATEGORY_OTHER, true},
    {"Sammanfattning kväll", v1::CATEGORY_INFORMATION, false},
    {"Varningslarm/haveri", v1::CATEGORY_OTHER, true},
    {"Förfalskningsbrott", v1::CATEGORY_FRAUD, true},
    {"Bombhot", v1::CATEGORY_WEAPON_OR_EXPLOSION, true},
    {"Spridning smitta/kemikalier", v1::CATEGORY_OTHER, true},
    {"Sammanfattning eftermiddag", v1::CATEGORY_INFORMATION, false},
    {"Upphittat föremål", v1::CATEGORY_OTHER, true},
    {"Sammanfattning helg", v1::CATEGORY_INFORMATION, false},
    {"Sammanfattning vecka", v1::CATEGORY_INFORMATION, false},
    {"Sammanfattning dygn", v1::CATEGORY_INFORMATION, false},
    {"Gränskontroll", v1::CATEGORY_INFORMATION, false},
    {"Naturkatastrof", v1::CATEGORY_OTHER, true},
    {"Ofog barn/ungdom", v1::CATEGORY_DISORDER, true},
    {"Olaga intrång/hemfridsbrott", v1::CATEGORY_DISORDER, true},
    {"Tillfälligt obemannat", v1::CATEGORY_INFORMATION, false},
    {"Sammanfattning förmiddag", v1::CATEGORY_INFORMATION, false},
    {"Olaga frihetsberövande", v1::CATEGORY_VIOLENCE, true},
    {"Larm inbrott", v1::CATEGORY_BURGLARY, true},
    {"Larm överfall", v1::CATEGORY_VIOLENCE, true},
};

class PolisenTypeTest : public ::testing::TestWithParam<Row> {};

TEST_P(PolisenTypeTest, IsMapped) {
  const PolisenReader reader;
  const Row& row = GetParam();
  EXPECT_TRUE(reader.types().Knows(row.type));
  const auto event = reader.ReadEvent(
      absl::StrCat(R"({"id":1,"datetime":"2026-05-15 18:00:00 +02:00","name":"15 maj 16.38, )",
                   row.type, R"(, Haninge","type":")", row.type, R"("})"));
  ASSERT_TRUE(event.ok()) << event.status();
  EXPECT_EQ(event->title_type, row.type);
  EXPECT_EQ(event->place, "Haninge");
  const v1::Report report = reader.ToReport(*event, event->published);
  EXPECT_EQ(report.category(), row.category);
  EXPECT_EQ(report.not_counted(), !row.counted);
  EXPECT_EQ(report.source().source_type(), row.type);
}

// "Stöld/inbrott" → "StoeldInbrott": names of tests are letters and digits.
std::string TestName(const ::testing::TestParamInfo<Row>& info) {
  std::string name;
  for (const char* c = info.param.type; *c != 0; ++c) {
    const auto byte = static_cast<unsigned char>(*c);
    if (isalnum(byte) != 0) name += *c;
    if (byte == 0xA5) name += "aa";
    if (byte == 0x85) name += "Aa";
    if (byte == 0xA4) name += "ae";
    if (byte == 0x84) name += "Ae";
    if (byte == 0xB6) name += "oe";
    if (byte == 0x96) name += "Oe";
  }
  return name;
}

INSTANTIATE_TEST_SUITE_P(Feed, PolisenTypeTest, ::testing::ValuesIn(kRows), TestName);

}  // namespace
}  // namespace samsyn::connectors

// Names: what they look like, what they speak of, what ids are made.
#include "server/domain/names.h"

#include <gtest/gtest.h>

namespace samsyn::domain {
namespace {

TEST(Names, SayTheirKindAndMunicipality) {
  EXPECT_EQ(KindOfName("municipalities/0136"), v1::ENTITY_KIND_MUNICIPALITY);
  EXPECT_EQ(KindOfName("municipalities/0136/reports/x"), v1::ENTITY_KIND_REPORT);
  EXPECT_EQ(KindOfName("municipalities/0136/meetings/2026-11-27/entries/x"),
            v1::ENTITY_KIND_ROUND_ENTRY);
  EXPECT_EQ(KindOfName("municipalities/0136/assignments/a/updates/b"),
            v1::ENTITY_KIND_FIELD_UPDATE);
  EXPECT_EQ(KindOfName("municipalities/0136/situations/cells/handen.traffic.public"),
            v1::ENTITY_KIND_SITUATION_CELL);
  EXPECT_EQ(CodeOf("municipalities/0136/reports/x"), "0136");
}

TEST(Names, ThatAreNotOursSpeakOfNothing) {
  for (const char* name :
       {"", "municipalities/", "municipalities/013", "municipalities/01367",
        "municipalities/013x/reports/a", "reports/a", "municipalities/0136/reports",
        "municipalities/0136/reports/", "municipalities/0136/oddities/a"}) {
    EXPECT_EQ(KindOfName(name), v1::ENTITY_KIND_UNSPECIFIED) << name;
  }
}

TEST(Names, MadeIdsAreTheSameForTheSameRequestAndDifferByIndex) {
  EXPECT_EQ(MadeId("m", "r", 0), MadeId("m", "r", 0));
  EXPECT_NE(MadeId("m", "r", 0), MadeId("m", "r", 1));
  EXPECT_NE(MadeId("m", "r", 0), MadeId("n", "r", 0));
  EXPECT_TRUE(IsUuid(MadeId("m", "r", 0)));
  EXPECT_EQ(MadeId("m", "r", 0)[14], '5');
}

TEST(Names, MadeIdsAreTheSameForEver) {
  EXPECT_EQ(MadeId("municipalities/0136/members/anna", "2f1b3c9e-8d4a-4f6b-9c1d-7e5a3b2c1d0f", 3),
            "8329b8fc-e637-5bfd-8e66-004e280a50d5");
}

TEST(Names, AreaIdsMayNotBeTheWordsOfTheTable) {
  EXPECT_TRUE(IsAreaId("brandbergen"));
  EXPECT_FALSE(IsAreaId("all"));
  EXPECT_FALSE(IsAreaId("unlocated"));
  EXPECT_FALSE(IsAreaId("Åby"));
  EXPECT_FALSE(IsAreaId("-a"));
}

}  // namespace
}  // namespace samsyn::domain

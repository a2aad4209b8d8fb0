// The ring of recent changes: bounded, exact about who had what, and without content that was
// superseded.
#include "server/watch/ring.h"

#include <google/protobuf/message.h>
#include <gtest/gtest.h>
#include <samsyn/v1/watch.pb.h>

#include <random>

#include "server/domain/visibility.h"
#include "tests/testing/world.h"
#include "tests/watch/town.h"

namespace samsyn::watch {
namespace {

using ::samsyn::testing::kMunicipality;
using ::samsyn::testing::One;
using ::samsyn::testing::OrganisationName;

domain::EntityPtr Report(absl::string_view id, absl::string_view text) {
  v1::Report report;
  report.set_name(absl::StrCat(kMunicipality, "/reports/", id));
  report.set_owner(OrganisationName("polisen"));
  report.set_text(std::string(text));
  return std::make_shared<v1::Entity>(domain::Wrap(report));
}

TEST(RingTest, KeepsAboutItsBytesAndDropsWholeRevisionsOldestFirst) {
  Ring ring(20'000);
  for (int i = 1; i <= 200; ++i) {
    ring.Append(i, Digest{}, One(nullptr, Report(absl::StrCat("r", i), std::string(1000, 'x'))));
    EXPECT_TRUE(ring.bytes() <= 20'000 || ring.head().revision - ring.floor().revision == 1);
  }
  EXPECT_EQ(ring.head().revision, 200);
  EXPECT_GT(ring.floor().revision, 150);
  EXPECT_EQ(ring.MarkAt(ring.floor().revision - 1), nullptr);
  EXPECT_NE(ring.MarkAt(ring.floor().revision), nullptr);
  EXPECT_EQ(ring.at(ring.head().end).name, domain::NameOf(*Report("r200", "")));
}

TEST(RingTest, ATransactionLargerThanTheRingIsKeptAlone) {
  Ring ring(10);
  ring.Append(1, Digest{}, One(nullptr, Report("a", "x")));
  ring.Append(2, Digest{}, One(nullptr, Report("b", "x")));
  EXPECT_EQ(ring.floor().revision, 1);
  EXPECT_EQ(ring.head().revision, 2);
}

TEST(RingTest, NothingOfAnOlderVersionRemainsButWhoMaySeeIt) {
  Ring ring(1 << 20);
  const auto first = Report("a", "canary"), second = Report("a", "other");
  ring.Append(1, Digest{}, One(nullptr, first));
  EXPECT_NE(ring.PieceOf(ring.at(1))->find("canary"), std::string::npos);
  ring.Append(2, Digest{}, One(first, second));
  ring.Append(3, Digest{}, One(second, nullptr));
  for (Seq seq = 1; seq <= 3; ++seq) {
    for (const domain::EntityPtr& version : {ring.at(seq).before, ring.at(seq).after}) {
      EXPECT_TRUE(version == nullptr || version->report().text().empty());
    }
  }
  EXPECT_EQ(first.use_count(), 1);
}

TEST(RingTest, APieceIsEncodedOnceAndParses) {
  Ring ring(1 << 20);
  ring.Append(1, Digest{}, One(nullptr, Report("a", "words")));
  EXPECT_EQ(ring.PieceOf(ring.at(1)), ring.PieceOf(ring.at(1)));
  v1::WatchResponse response;
  ASSERT_TRUE(response.ParseFromString(*ring.PieceOf(ring.at(1))));
  EXPECT_EQ(response.upserted(0).report().text(), "words");
}

// Fills every field of a message, so that what is asked of it anywhere is something.
void Fill(google::protobuf::Message& message, std::mt19937& random, int depth) {
  const auto* reflection = message.GetReflection();
  const char* const names[] = {"kommunen", "polisen", "bostader"};
  for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
    const auto* field = message.GetDescriptor()->field(i);
    const std::string text = OrganisationName(names[random() % 3]);
    if (field->cpp_type() == field->CPPTYPE_STRING) {
      field->is_repeated() ? reflection->AddString(&message, field, text)
                           : reflection->SetString(&message, field, text);
    } else if (field->cpp_type() == field->CPPTYPE_MESSAGE && depth > 0) {
      Fill(field->is_repeated() ? *reflection->AddMessage(&message, field)
                                : *reflection->MutableMessage(&message, field),
           random, depth - 1);
    } else if (field->cpp_type() == field->CPPTYPE_ENUM) {
      const int value = static_cast<int>(random() % field->enum_type()->value_count());
      field->is_repeated() ? reflection->AddEnumValue(&message, field, value)
                           : reflection->SetEnumValue(&message, field, value);
    } else if (field->cpp_type() == field->CPPTYPE_BOOL && !field->is_repeated()) {
      reflection->SetBool(&message, field, random() % 2 == 0);
    }
  }
}

TEST(RingTest, AnOutlineIsSeenByTheSameAndPassesTheSameFilters) {
  std::mt19937 random(7);
  for (int round = 0; round < 2000; ++round) {
    const auto* fields = v1::Entity::descriptor();
    const auto* field = fields->field(static_cast<int>(random() % fields->field_count()));
    auto entity = std::make_shared<v1::Entity>();
    auto& message = *entity->GetReflection()->MutableMessage(entity.get(), field);
    Fill(message, random, 3);
    message.GetReflection()->SetString(&message, message.GetDescriptor()->FindFieldByName("name"),
                                       domain::NameOf(kMunicipality, domain::KindOf(*entity), "x"));
    const domain::EntityPtr outline = OutlineOf(entity);
    domain::Audience audience;
    audience.municipality = kMunicipality;
    audience.organisation = OrganisationName(random() % 2 == 0 ? "polisen" : "bostader");
    for (bool* flag : {&audience.authority, &audience.coordinator, &audience.dispatcher,
                       &audience.chair, &audience.night_lead, &audience.screen}) {
      *flag = random() % 3 == 0;
    }
    ASSERT_EQ(domain::NameOf(*outline), domain::NameOf(*entity));
    ASSERT_EQ(domain::CanSee(audience, *outline), domain::CanSee(audience, *entity))
        << entity->ShortDebugString();
    ASSERT_EQ(domain::WithheldFrom(audience, *outline), domain::WithheldFrom(audience, *entity));
    if (domain::CanSee(audience, *entity)) {
      ASSERT_EQ(domain::AreasOf(*domain::Shown(audience, outline)),
                domain::AreasOf(*domain::Shown(audience, entity)));
    }
    ASSERT_EQ(domain::AreasOf(*outline), domain::AreasOf(*entity));
    ASSERT_EQ(domain::UnitOf(*outline), domain::UnitOf(*entity));
  }
}

}  // namespace
}  // namespace samsyn::watch

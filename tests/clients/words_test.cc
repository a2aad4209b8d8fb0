// No value and no field that people see is without its Swedish word.
#include "clients/cli/words.h"

#include <gmock/gmock.h>
#include <google/protobuf/message.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "clients/cli/command.h"
#include "clients/cli/fields.h"
#include "clients/cli/methods.h"
#include "clients/cli/output.h"
#include "clients/cli/runner.h"

namespace samsyn::cli {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;

struct Seen {
  std::set<const Descriptor*> types;
  std::set<const EnumDescriptor*> enums;
  std::set<std::string> fields;
};

// Everything of ours that can stand in a message of this type.
void Walk(const Descriptor& type, Seen& seen) {
  if (type.file()->package() != "samsyn.v1" || !seen.types.insert(&type).second) return;
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    if (field.name() == "guards" || field.name() == "next_page_token") continue;  // never shown
    if (&type != v1::Entity::descriptor()) seen.fields.insert(field.name());
    if (field.enum_type() != nullptr) seen.enums.insert(field.enum_type());
    if (field.message_type() != nullptr) Walk(*field.message_type(), seen);
  }
}

// What the commands answer, and what a watch shows.
Seen Answers() {
  Seen seen;
  Walk(*v1::Entity::descriptor(), seen);
  for (const Command& command : Commands()) {
    if (!command.method.empty()) Walk(*MethodOf(command.method).output_type(), seen);
  }
  Walk(*v1::BackupResponse::descriptor(), seen);
  seen.enums.insert(v1::EntityKind_descriptor());
  return seen;
}

TEST(Words, EveryValueHasASwedishWord) {
  const Seen seen = Answers();
  EXPECT_GT(seen.enums.size(), 20u);
  for (const EnumDescriptor* type : seen.enums) {
    for (int i = 0; i < type->value_count(); ++i) {
      if (type->value(i)->number() == 0) continue;
      EXPECT_TRUE(HasSwedishWord(*type->value(i))) << type->value(i)->full_name();
    }
  }
}

TEST(Words, EveryFieldHasASwedishHeading) {
  const Seen seen = Answers();
  EXPECT_GT(seen.fields.size(), 100u);
  for (const std::string& field : seen.fields) EXPECT_TRUE(HasSwedishLabel(field)) << field;
}

TEST(Words, AreThoseOfTheTrade) {
  const auto& state = *v1::Assignment::State_descriptor();
  EXPECT_EQ(WordOf(*state.FindValueByName("STATE_ACCEPTED"), Language::kSwedish), "kvitterat");
  EXPECT_EQ(WordOf(*state.FindValueByName("STATE_ON_SCENE"), Language::kEnglish), "on scene");
  EXPECT_EQ(WordOf(*state.FindValueByName("STATE_UNSPECIFIED"), Language::kSwedish), "–");
}

TEST(Words, AreUnderstoodInEitherLanguage) {
  const auto& level = *v1::AreaLevel_descriptor();
  for (const char* text : {"yellow", "YELLOW", "Förhöjt", "AREA_LEVEL_YELLOW"}) {
    ASSERT_NE(ValueFor(level, text), nullptr) << text;
    EXPECT_EQ(ValueFor(level, text)->number(), v1::AREA_LEVEL_YELLOW);
  }
  EXPECT_EQ(ValueFor(*v1::Meeting::Phase_descriptor(), "follow-up")->number(),
            v1::Meeting::PHASE_FOLLOW_UP);
  EXPECT_EQ(ValueFor(*v1::Assignment::State_descriptor(), "På plats")->number(),
            v1::Assignment::STATE_ON_SCENE);
  EXPECT_EQ(ValueFor(level, "unspecified"), nullptr);
  EXPECT_EQ(ValueFor(level, "–"), nullptr);
  EXPECT_EQ(ValuesOf(level), "green, yellow, orange, red, unknown");
}

TEST(Commands, EveryRowFitsTheContract) {
  std::set<std::string> nouns;
  for (const Noun& noun : Nouns()) nouns.insert(noun.noun);
  for (const Command& command : Commands()) {
    const std::string title = command.noun + " " + command.verb;
    EXPECT_EQ(nouns.count(command.noun), 1u) << title;
    if (command.method.empty()) {
      EXPECT_NE(command.run, nullptr) << title;
      continue;
    }
    const Descriptor& request = *MethodOf(command.method).input_type();
    for (const Arg& arg : command.args) {
      if (arg.path.empty()) continue;
      EXPECT_NE(FieldAt(request, arg.path), nullptr) << title << " " << arg.flag;
    }
    if (!command.edits.empty()) {
      EXPECT_NE(FieldAt(request, command.edits + ".name"), nullptr) << title;
    }
  }
}

TEST(Commands, WhereThereAreWordsTheirNumbersCanBeConfirmed) {
  int confirming = 0;
  for (const Command& command : Commands()) {
    if (command.method.empty()) continue;
    const bool words =
        FieldAt(*MethodOf(command.method).input_type(), "not_person_numbers") != nullptr;
    const auto given = std::count_if(command.args.begin(), command.args.end(), [](const Arg& arg) {
      return arg.flag == "--not-person-numbers";
    });
    EXPECT_EQ(given, words ? 1 : 0) << command.noun << " " << command.verb;
    confirming += static_cast<int>(words);
  }
  EXPECT_GT(confirming, 30);
}

TEST(Commands, EveryMethodForPeopleHasACommand) {
  std::set<std::string> called = {"WatchService.Watch",
                                  "AdminService.Backup",
                                  "AdminService.GetJournalFork",  // journal reconcile
                                  "AdminService.ResumeWrites",
                                  "AdminService.TakeOverVersion",
                                  "ReportService.SubmitReports",    // import
                                  "ReportService.PushReports",      // for systems
                                  "AccessService.RedeemLoginLink",  // for the page
                                  "AccessService.GetPushKey",
                                  "DeploymentService.StandDown",  // beside StandDownAll
                                  "AccessService.RegisterDevice"};
  for (const Command& command : Commands()) called.insert(command.method);
  for (const char* file :
       {"access", "admin", "assignment", "audit", "deployment", "directory", "incident",
        "indicator", "meeting", "problem", "report", "situation", "watch"}) {
    const auto* descriptor = google::protobuf::DescriptorPool::generated_pool()->FindFileByName(
        std::string("samsyn/v1/") + file + ".proto");
    ASSERT_NE(descriptor, nullptr) << file;
    for (int s = 0; s < descriptor->service_count(); ++s) {
      for (int m = 0; m < descriptor->service(s)->method_count(); ++m) {
        const std::string method =
            descriptor->service(s)->name() + "." + descriptor->service(s)->method(m)->name();
        EXPECT_EQ(called.count(method), 1u) << method;
      }
    }
  }
}

TEST(Commands, TablesShowFieldsThatAreThere) {
  for (const Descriptor* type :
       {v1::Report::descriptor(),          v1::Incident::descriptor(),
        v1::Problem::descriptor(),         v1::Meeting::descriptor(),
        v1::RoundEntry::descriptor(),      v1::AreaAssessment::descriptor(),
        v1::Deployment::descriptor(),      v1::Assignment::descriptor(),
        v1::FieldUpdate::descriptor(),     v1::Release::descriptor(),
        v1::Token::descriptor(),           v1::Member::descriptor(),
        v1::Organisation::descriptor(),    v1::Unit::descriptor(),
        v1::Shift::descriptor(),           v1::Area::descriptor(),
        v1::SetupDifference::descriptor(), v1::Indicator::descriptor(),
        v1::MergeCandidate::descriptor(),  v1::FeedbackDeployment::descriptor()}) {
    EXPECT_FALSE(ColumnsOf(*type).empty()) << type->name();
    for (const std::string& column : ColumnsOf(*type)) {
      EXPECT_NE(FieldAt(*type, column), nullptr) << type->name() << " " << column;
    }
  }
}

TEST(Commands, AMeetingMayBeNamedByPlace) {
  using ::testing::ElementsAre;
  EXPECT_THAT(WithMeetingNamed({"meeting", "close", "2026-11-27"}),
              ElementsAre("meeting", "close", "--meeting=2026-11-27"));
  EXPECT_THAT(WithMeetingNamed({"--json", "meeting", "advance", "2026-11-27-2", "round"}),
              ElementsAre("--json", "meeting", "advance", "--meeting=2026-11-27-2", "round"));
  EXPECT_THAT(WithMeetingNamed({"meeting", "schedule", "2026-11-27 18:00"}),
              ElementsAre("meeting", "schedule", "2026-11-27 18:00"));
  EXPECT_THAT(WithMeetingNamed({"meeting", "show", "--meeting", "2026-11-27"}),
              ElementsAre("meeting", "show", "--meeting", "2026-11-27"));
}

}  // namespace
}  // namespace samsyn::cli

#include "clients/cli/reconcile.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace samsyn::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

v1::GetJournalForkResponse Response() {
  v1::GetJournalForkResponse response;
  v1::JournalFork& fork = *response.mutable_fork();
  fork.set_node("node-2");
  fork.set_common_revision(1200);
  fork.set_kept_revision(1207);
  fork.set_kept_digest("\xab\xcd");
  fork.set_lost_revision(1204);
  fork.set_lost_digest("\x12\x34");
  response.set_stopped(true);
  response.set_here(true);
  v1::ForkedVersion& changed = *response.add_versions();
  changed.set_name("municipalities/0136/reports/3f2a91c0-0000-4000-8000-000000000000");
  changed.set_lost_revision(1203);
  changed.set_lost_method("AmendReport");
  changed.set_lost_member("municipalities/0136/members/anna");
  v1::Report& kept = *changed.mutable_kept()->mutable_report();
  kept.set_name(changed.name());
  kept.set_text("Klotter");
  kept.set_severity(2);
  kept.set_revision(1100);
  v1::Report& lost = *changed.mutable_lost()->mutable_report();
  lost = kept;
  lost.set_text("Klotter vid \x1b[31mcentrum");
  lost.set_revision(1203);
  v1::ForkedVersion& only = *response.add_versions();
  only.set_name("municipalities/0136/reports/3f2a91d1-0000-4000-8000-000000000000");
  only.mutable_lost()->mutable_report()->set_text("Bara där");
  return response;
}

TEST(Reconcile, SaysBothHeadsAndWhatToDo) {
  v1::GetJournalForkResponse response = Response();
  std::string text = ForkText(response, Language::kSwedish);
  for (const char* part :
       {"efter revision 1200", "r1207 abcd", "r1204 1234", "node-2", "--resume"}) {
    EXPECT_THAT(text, HasSubstr(part));
  }
  response.set_stopped(false);
  response.set_here(false);
  text = ForkText(response, Language::kEnglish);
  EXPECT_THAT(text, HasSubstr("--take-over"));
  EXPECT_THAT(text, HasSubstr("--server"));
  EXPECT_THAT(ForkText({}, Language::kEnglish), HasSubstr("one history"));
}

TEST(Reconcile, ShowsTheFieldsThatDifferAndNoOthers) {
  const v1::GetJournalForkResponse response = Response();
  const std::string changed = VersionText(response.versions(0), Language::kSwedish, 0);
  EXPECT_THAT(changed, HasSubstr("reports/3f2a91c0"));
  EXPECT_THAT(changed, HasSubstr("AmendReport, anna"));
  EXPECT_THAT(changed, HasSubstr("Klotter vid"));
  EXPECT_THAT(changed, Not(HasSubstr("\x1b"))) << "harmless in a terminal";
  EXPECT_THAT(changed, Not(HasSubstr("Allvar"))) << "severity is the same";
  EXPECT_THAT(changed, Not(HasSubstr("1203 "))) << "as is when it was written";
  EXPECT_THAT(VersionText(response.versions(1), Language::kEnglish, 0), HasSubstr("not there now"));
}

TEST(Reconcile, FindsWhatIsMeant) {
  const v1::GetJournalForkResponse response = Response();
  const v1::ForkedVersion* found = nullptr;
  for (const std::string text :
       {"reports/3f2a91c0", "3f2a91c0", response.versions(0).name().c_str()}) {
    EXPECT_TRUE(FindVersion(response, text, &found).ok()) << text;
    EXPECT_EQ(found, &response.versions(0)) << text;
  }
  EXPECT_THAT(FindVersion(response, "3f2a91", &found).text, HasSubstr("more than one"));
  EXPECT_EQ(FindVersion(response, "3f2a", &found).exit_code, kUsage);
  EXPECT_EQ(FindVersion(response, "ffffffff", &found).exit_code, kUsage);
}

}  // namespace
}  // namespace samsyn::cli

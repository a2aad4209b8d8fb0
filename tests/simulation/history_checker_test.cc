// The checker itself: a history that is right, of two nodes, is accepted; with one thing made up in
// it, it is refused, by the rule that this breaks and with a text that names call and revision. (A
// checker that cannot fail is worth nothing.)
#include "tests/simulation/history_checker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/simulation/made_up_history.h"

namespace samsyn::simulation {
namespace {

using ::testing::Contains;
using ::testing::IsEmpty;

MATCHER_P2(Breaks, rule, text, "") {
  return arg.rule == rule && arg.text.find(text) != std::string::npos;
}

TEST_F(HistoryCheckerTest, AcceptsWhatIsRight) {
  EXPECT_THAT(Check(), IsEmpty());
  EXPECT_EQ(domain::ReasonOf(write(taken_).refusal), v1::ERROR_REASON_UNIT_TAKEN);
  EXPECT_TRUE(write(1).answer.repeat);
}

TEST_F(HistoryCheckerTest, RefusesAJournalThatIsNoChain) {
  journal_[4].digest[0] ^= 1;
  EXPECT_THAT(Check(), Contains(Breaks(Rule::kChain, "5")));
}

// ---- Acknowledged: there, once, as it was said.

TEST_F(HistoryCheckerTest, RefusesAnAcknowledgedWriteThatIsNotThere) {
  journal_.pop_back();
  EXPECT_THAT(
      Check(),
      Contains(Breaks(Rule::kLost, absl::StrCat("acknowledged at revision ", RevisionOf(last_)))));
}

TEST_F(HistoryCheckerTest, RefusesAnAcknowledgedWriteThatIsNotThereAmongOthersThatAre) {
  journal_.erase(journal_.begin() + static_cast<std::ptrdiff_t>(RevisionOf(committed_)) - 1);
  journal_ = Chained(journal_);
  EXPECT_THAT(Check(), Contains(Breaks(Rule::kLost, "CommitUnit")));
}

TEST_F(HistoryCheckerTest, RefusesAnEntryThatIsThereTwice) {
  journal_.push_back(journal_[2]);
  journal_ = Chained(journal_);
  EXPECT_THAT(Check(), Contains(Breaks(Rule::kTwice, "revision 3 again")));
}

TEST_F(HistoryCheckerTest, RefusesATimerThatTookEffectTwice) {
  for (const journal::Entry& entry : std::vector<journal::Entry>(journal_)) {
    if (journal::MetadataOf(entry)->method() == "OnTimer") journal_.push_back(entry);
  }
  journal_ = Chained(journal_);
  EXPECT_THAT(Check(), Contains(Breaks(Rule::kTwice, "OnTimer")));
}

TEST_F(HistoryCheckerTest, RefusesARepeatThatGotAnotherRevision) {
  ++write(1).answer.revision;
  EXPECT_THAT(Check(), Contains(Breaks(Rule::kAnswer, "revision 4, and stands at revision 3")));
}

TEST_F(HistoryCheckerTest, RefusesARepeatThatGotOtherResults) {
  write(1).answer.results.push_back("another");
  EXPECT_THAT(Check(), Contains(Breaks(Rule::kAnswer, "other results than revision 3")));
}

TEST_F(HistoryCheckerTest, RefusesARepeatThatGotAnotherEffect) {
  write(1).answer.effect = v1::SubmitReportsResult::EFFECT_UNCHANGED;
  EXPECT_THAT(Check(), Contains(Breaks(Rule::kAnswer, "another effect than revision 3")));
}

TEST_F(HistoryCheckerTest, RefusesTwoWhoWereTheFirst) {
  write(1).answer.repeat = false;
  EXPECT_THAT(Check(), Contains(Breaks(Rule::kAnswer, "two were told to be the first")));
}

TEST_F(HistoryCheckerTest, RefusesARepeatThatIsAnsweredAnew) {
  Write again = write(0);
  again.call.invoked = again.call.returned = Later();
  again.answer.revision = RevisionOf(last_);
  writes_.push_back(again);
  EXPECT_THAT(Check(), Contains(Breaks(Rule::kAnswer, "and stands at revision 3")));
}

TEST_F(HistoryCheckerTest, AcceptsARepeatThatIsAnsweredAnewWhenTheAnswerIsNotKeptAnyMore) {
  const Write first = write(0);
  nodes_.Advance(absl::Hours(2));
  Do(0, "landlord", Report(), domain::SubmitReport);
  Ask(1, first);
  const Write& again = nodes_.history().writes().back();
  EXPECT_FALSE(again.answer.repeat);
  EXPECT_EQ(again.answer.results, first.answer.results);
  writes_ = nodes_.history().writes();
  times_ = nodes_.history().times();
  watches_ = {watch_};
  journal_ = nodes_.ReadJournal("0136");
  EXPECT_THAT(Check(), IsEmpty());
}

TEST_F(HistoryCheckerTest, RefusesAnAnswerToAnotherRequestWithTheSameId) {
  write(1).command.request_digest[0] ^= 1;
  EXPECT_THAT(Check(), Contains(Breaks(Rule::kAnswer, "another request with its id")));
}

TEST_F(HistoryCheckerTest, RefusesAnEntryWithoutAnyCall) {
  writes_.erase(writes_.begin() + static_cast<std::ptrdiff_t>(last_));
  EXPECT_THAT(Check(), Contains(Breaks(Rule::kNotAsked, "was never asked for")));
}

TEST_F(HistoryCheckerTest, RefusesAnEntryThatWasRefusedForGood) {
  Conclude(domain::Refuse(v1::ERROR_REASON_JOURNAL_UNAVAILABLE, {"no", "nej"}), write(last_));
  EXPECT_THAT(Check(), Contains(Breaks(Rule::kNotAsked, "was refused each time")));
}

TEST_F(HistoryCheckerTest, AcceptsAnUnknownOutcomeThatIsThereAndOneThatIsNot) {
  Conclude(domain::Refuse(v1::ERROR_REASON_OUTCOME_UNKNOWN, {"?", "?"}), write(last_));
  Write never = write(last_);
  never.command.request_id = domain::MadeId("test", "never came", 0);
  never.call.returned = kNever;
  writes_.push_back(never);
  EXPECT_THAT(Check(), IsEmpty());
}

TEST_F(HistoryCheckerTest, AcceptsWhatTheNodeRefusedAndAnotherAcknowledged) {
  Write refused = write(last_);
  Conclude(domain::Refuse(v1::ERROR_REASON_SHUTTING_DOWN, {"no", "nej"}), refused);
  writes_.push_back(refused);
  EXPECT_THAT(Check(), IsEmpty());
}

TEST_F(HistoryCheckerTest, RefusesAnAcknowledgementWithoutEntryThatWouldHaveChangedSomething) {
  write(unchanged_).command.decide = write(last_).command.decide;
  EXPECT_THAT(Check(), Contains(Breaks(Rule::kLost, "Nothing")));
}

TEST_F(HistoryCheckerTest, RefusesAnAcknowledgementWithoutEntryOfARevisionOfAnotherTime) {
  write(unchanged_).answer.revision = RevisionOf(committed_);
  EXPECT_THAT(Check(), Contains(Breaks(Rule::kLost, "Nothing")));
}

// ---- Order.

TEST_F(HistoryCheckerTest, RefusesAnOrderThatIsNotThatOfTime) {
  write(committed_).call.invoked = Later();
  write(committed_).call.returned = Later();
  EXPECT_THAT(
      Check(),
      Contains(Breaks(Rule::kOrder, absl::StrCat("stands at revision ", RevisionOf(committed_)))));
}

TEST_F(HistoryCheckerTest, RefusesAnOrderThatAReadContradicts) {
  const Moment seen = write(withdrawn_).call.invoked;
  Read read = reads_.back();
  read.call.invoked = read.call.returned = seen - 1;
  read.revision = RevisionOf(withdrawn_);
  reads_ = {read};
  watches_.clear();
  EXPECT_THAT(Check(), Contains(Breaks(Rule::kOrder, "to ListDeployments by tester")));
}

TEST_F(HistoryCheckerTest, AcceptsEitherOrderOfCallsThatOverlap) {
  // The first of two calls that were under way together came second.
  write(committed_).call.invoked = write(0).call.invoked;
  EXPECT_THAT(Check(), IsEmpty());
}

// ---- What the rules give.

TEST_F(HistoryCheckerTest, RefusesAnEntryThatIsNotWhatTheRuleMakes) {
  journal::Entry& entry = journal_[static_cast<size_t>(RevisionOf(last_)) - 1];
  v1::Entity entity;
  ASSERT_TRUE(entity.ParseFromString(entry.changes[0].content()));
  entity.mutable_report()->set_text("Något annat");
  entry.changes[0].set_content(entity.SerializeAsString());
  journal_ = Chained(journal_);
  EXPECT_THAT(Check(), Contains(Breaks(Rule::kDecision, "another version of")));
}

TEST_F(HistoryCheckerTest, RefusesAnEntryThatPutsTooMuch) {
  journal::Entry& entry = journal_[static_cast<size_t>(RevisionOf(last_)) - 1];
  entry.changes.insert(entry.changes.begin(), journal_[2].changes[0]);
  journal_ = Chained(journal_);
  EXPECT_THAT(Check(), Contains(Breaks(Rule::kDecision, report_ + " too many")));
}

TEST_F(HistoryCheckerTest, RefusesAnEntryThatTheRuleRefuses) {
  // Somebody was acknowledged who was told to be too late.
  write(committed_).command.decide = [](domain::Transaction&) {
    return domain::Refuse(v1::ERROR_REASON_UNIT_TAKEN, {"taken", "upptagen"});
  };
  EXPECT_THAT(Check(), Contains(Breaks(Rule::kDecision, "the rule says ERROR_REASON_UNIT_TAKEN")));
}

TEST_F(HistoryCheckerTest, RefusesATimerOfSomethingThatWasNotDue) {
  for (journal::Entry& entry : journal_) {
    auto metadata = *journal::MetadataOf(entry);
    if (metadata.method() != "OnTimer") continue;
    metadata.set_request_id(domain::MadeId("test", "timer", 0));
    entry.metadata = metadata.SerializeAsString();
  }
  journal_ = Chained(journal_);
  EXPECT_THAT(Check(), Contains(Breaks(Rule::kDecision, "that was not due")));
}

// ---- Refusals.

TEST_F(HistoryCheckerTest, RefusesARefusalThatTheRuleDoesNotGive) {
  write(taken_).refusal = domain::NotFound(second_);
  EXPECT_THAT(Check(), Contains(Breaks(Rule::kRefusal, "which no picture from revision")));
}

TEST_F(HistoryCheckerTest, RefusesARefusalThatNamesAnotherClash) {
  write(taken_).refusal =
      domain::Refuse(v1::ERROR_REASON_UNIT_TAKEN, {"taken", "upptagen"}, {{"clash", "another"}});
  EXPECT_THAT(Check(), Contains(Breaks(Rule::kRefusal, "clash=another")));
}

TEST_F(HistoryCheckerTest, RefusesARefusalFromBeforeItsReason) {
  write(taken_).call.invoked = write(committed_).call.invoked - 2;
  write(taken_).call.returned = write(committed_).call.invoked - 1;
  EXPECT_THAT(Check(), Contains(Breaks(Rule::kRefusal, "at the last the rule says OK")));
}

TEST_F(HistoryCheckerTest, RefusesARefusalFromAfterItsReasonWasOver) {
  write(taken_).call.invoked = Later();
  write(taken_).call.returned = Later();
  EXPECT_THAT(Check(), Contains(Breaks(Rule::kRefusal, "at the last the rule says OK")));
}

TEST_F(HistoryCheckerTest, AcceptsARefusalWhoseReasonCameAndWentDuringTheCall) {
  write(taken_).call.invoked = write(0).call.invoked;
  write(taken_).call.returned = Later();
  EXPECT_THAT(Check(), IsEmpty());
}

TEST_F(HistoryCheckerTest, RefusesARefusalOfWhatHadBeenDone) {
  Write again = write(committed_);
  again.call.invoked = Later();
  again.call.returned = Later();
  Conclude(write(taken_).refusal, again);
  writes_.push_back(again);
  EXPECT_THAT(Check(), Contains(Breaks(Rule::kRefusal, "that it was done")));
}

TEST_F(HistoryCheckerTest, TakesAReusedRequestIdForWhatItIs) {
  Write other = write(0);
  other.call.invoked = Later();
  other.call.returned = Later();
  other.command.request_digest[0] ^= 1;
  Conclude(domain::Refuse(v1::ERROR_REASON_REQUEST_ID_REUSED, {"reused", "använt"}), other);
  writes_.push_back(other);
  EXPECT_THAT(Check(), IsEmpty());
  writes_.back().command.request_id = domain::MadeId("test", "unused", 0);
  EXPECT_THAT(Check(), Contains(Breaks(Rule::kRefusal, "REQUEST_ID_REUSED")));
}

TEST_F(HistoryCheckerTest, KnowsARefusalThatHungOnTheTime) {
  // Decided in the one moment in which the clock of the nodes stood there.
  const absl::Time now = nodes_.now();
  Write late = write(last_);
  late.command.request_id = domain::MadeId("test", "late", 0);
  late.command.decide = [now](domain::Transaction& transaction) -> absl::Status {
    if (transaction.now() != now + absl::Hours(1)) return absl::OkStatus();
    return domain::Refuse(v1::ERROR_REASON_WRONG_STATE, {"late", "sent"});
  };
  late.call.invoked = Later();
  late.call.returned = Later();
  late.call.asked = now;
  late.call.told = now + absl::Hours(2);
  Conclude(domain::Refuse(v1::ERROR_REASON_WRONG_STATE, {"late", "sent"}), late);
  writes_.push_back(late);
  EXPECT_THAT(Check(), Contains(Breaks(Rule::kRefusal, "late")));
  times_.push_back(now + absl::Hours(1));
  EXPECT_THAT(Check(), IsEmpty());
}

// ---- Reads.

TEST_F(HistoryCheckerTest, RefusesAReadOfAnotherPictureThanItNames) {
  reads_[0].answer = reads_[1].answer;
  EXPECT_THAT(Check(), Contains(Breaks(Rule::kRead,
                                       absl::StrCat("not what revision ", reads_[0].revision))));
}

TEST_F(HistoryCheckerTest, RefusesAReadOfAnOlderRevisionThanWasAskedFor) {
  reads_[0].min_revision = reads_[0].revision + 1;
  EXPECT_THAT(Check(), Contains(Breaks(Rule::kRead, "asked for at least")));
}

TEST_F(HistoryCheckerTest, RefusesAReadOfWhatNobodyHadAskedForYet) {
  reads_[0].revision = RevisionOf(last_);
  EXPECT_THAT(Check(), Contains(Breaks(Rule::kRead, "was not asked for yet")));
}

TEST_F(HistoryCheckerTest, RefusesANodeThatGoesBack) {
  Read older = reads_[0];
  older.call.node = reads_[1].call.node;
  older.call.life = reads_[1].call.life;
  older.call.invoked = older.call.returned = Later();
  reads_.push_back(older);
  EXPECT_THAT(Check(), Contains(Breaks(Rule::kRead, "but the node had shown")));
}

TEST_F(HistoryCheckerTest, AcceptsAnOlderPictureFromAnotherNodeOrLife) {
  Read older = reads_[0];
  older.call.node = 7;
  older.call.invoked = older.call.returned = Later();
  reads_.push_back(older);
  EXPECT_THAT(Check(), IsEmpty());
}

// ---- Watches.

TEST_F(HistoryCheckerTest, RefusesAWatchWithAGap) {
  StepThat(false).response.clear_upserted();
  EXPECT_THAT(Check(), Contains(Breaks(Rule::kWatch, "lacks")));
}

TEST_F(HistoryCheckerTest, RefusesAWatchThatMissesAResponse) {
  auto& steps = watches_[0].steps;
  steps.erase(steps.end() - 2);
  EXPECT_THAT(Check(), Contains(Breaks(Rule::kWatch, "another version of")));
}

TEST_F(HistoryCheckerTest, RefusesAWatchWithAPhantom) {
  v1::Report report;
  report.set_name(In(kName, "reports/phantom"));
  *StepThat(false).response.add_upserted()->mutable_report() = report;
  EXPECT_THAT(Check(), Contains(Breaks(Rule::kWatch, "has " + report.name() + " too many")));
}

TEST_F(HistoryCheckerTest, RefusesAWatchThatKeepsWhatWasTightened) {
  StepThat(true).response.clear_removed();
  EXPECT_THAT(Check(), Contains(Breaks(Rule::kWatch, "has " + report_ + " too many")));
}

TEST_F(HistoryCheckerTest, RefusesAWatchThatSpeaksOfWhatItNeverGave) {
  StepThat(true).response.add_removed(In(kName, "reports/never"));
  EXPECT_THAT(Check(), Contains(Breaks(Rule::kWatch, "which it had never given")));
}

TEST_F(HistoryCheckerTest, RefusesAWatchOfAnEarlierOrLaterRevisionThanItNames) {
  Watch::Step& step = watches_[0].steps.back();
  step.response.set_revision(step.response.revision() - 1);
  EXPECT_THAT(Check(), Contains(Breaks(Rule::kWatch, "too many")));
  step.response.set_revision(step.response.revision() + 2);
  EXPECT_THAT(Check(), Contains(Breaks(Rule::kWatch, "the journal ends at")));
}

TEST_F(HistoryCheckerTest, RefusesAWatchThatGoesBackWithoutAWholePicture) {
  Watch::Step again = StepThat(false);
  again.response.clear_upserted();
  again.response.clear_reset();
  watches_[0].steps.push_back(again);
  EXPECT_THAT(Check(), Contains(Breaks(Rule::kWatch, "and not as a whole picture")));
}

TEST_F(HistoryCheckerTest, RefusesAWatchThatSplitsATransaction) {
  for (Watch::Step& step : watches_[0].steps) step.response.set_more(false);
  EXPECT_THAT(Check(), Contains(Breaks(Rule::kWatch, "lacks")));
}

TEST_F(HistoryCheckerTest, RefusesAWatchThatBeginsInTheMiddle) {
  for (Watch::Step& step : watches_[0].steps) step.response.clear_reset();
  EXPECT_THAT(Check(), Contains(Breaks(Rule::kWatch, "the first picture is not a whole one")));
}

TEST_F(HistoryCheckerTest, ForgetsWhatWasNotWholeWhenAWatchBroke) {
  Watch& watch = watches_[0];
  Watch::Step half = watch.steps.back();
  half.at = Later();
  half.response.set_more(true);
  v1::Report report;
  report.set_name(In(kName, "reports/half"));
  *half.response.add_upserted()->mutable_report() = report;
  watch.steps.push_back(half);
  EXPECT_THAT(Check(), IsEmpty());
  watch.steps.push_back({Later(), 1, 1, true, {}});
  Watch::Step rest = half;
  rest.at = Later();
  rest.response.Clear();
  rest.response.set_revision(half.response.revision());
  watch.steps.push_back(rest);
  EXPECT_THAT(Check(), IsEmpty());
}

TEST_F(HistoryCheckerTest, AnotherMunicipalityIsNotItsMatter) {
  for (Write& write : writes_) write.call.municipality = "municipalities/0192";
  const auto found = Check();
  EXPECT_THAT(found, Contains(Breaks(Rule::kNotAsked, "was never asked for")));
  EXPECT_THAT(found, ::testing::Not(Contains(Breaks(Rule::kRefusal, ""))));
}

}  // namespace
}  // namespace samsyn::simulation

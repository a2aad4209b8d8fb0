#include "tests/simulation/history_checker.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <map>
#include <utility>

#include "server/domain/names.h"
#include "server/domain/refusal.h"
#include "server/domain/timers.h"
#include "server/engine/codec.h"
#include "tests/simulation/evidence.h"
#include "tests/simulation/replay.h"
#include "tests/simulation/watch_judge.h"

namespace samsyn::simulation {
namespace {

using domain::Revision;
using journal::v1::EntryMetadata;

// A request: principal and request id.
using Key = std::pair<std::string, std::string>;
Key KeyOf(const Write& write) { return {write.command.caller.member, write.command.request_id}; }

std::string Describe(const Call& call) {
  return absl::StrCat(call.about, " by ", call.client, ", node ", call.node, ", from ",
                      call.invoked, " to ",
                      call.returned == kNever ? "never" : absl::StrCat(call.returned));
}

std::string Describe(const Write& write) {
  return absl::StrCat(Describe(write.call), ", request ", write.command.request_id);
}

// Reason and metadata; words may be of another language.
bool SameRefusal(const absl::Status& a, const absl::Status& b) {
  const domain::Refusal one = domain::RefusalOf(a), other = domain::RefusalOf(b);
  return one.reason == other.reason && one.metadata == other.metadata;
}

std::string InWords(const absl::Status& status) {
  if (status.ok()) return "OK";
  const domain::Refusal refusal = domain::RefusalOf(status);
  std::string words = absl::StrCat(v1::ErrorReason_Name(refusal.reason), " (", status.message());
  for (const auto& [key, value] : refusal.metadata) absl::StrAppend(&words, "; ", key, "=", value);
  return words + ")";
}

std::string Differences(const Versions& rule, const Versions& entry) {
  std::string differences;
  for (const auto& [name, bytes] : rule) {
    if (!entry.contains(name)) absl::StrAppend(&differences, " lacks ", name, ";");
  }
  for (const auto& [name, bytes] : entry) {
    const auto found = rule.find(name);
    if (found == rule.end()) absl::StrAppend(&differences, " has ", name, " too many;");
    if (found != rule.end() && found->second != bytes) {
      absl::StrAppend(&differences, " has another version of ", name, ";");
    }
  }
  return differences;
}

// When an entry was decided, as finely as its entities have it; of the entry itself stand
// microseconds.
absl::Time DecidedAt(const watch::AppliedEntry& entry) {
  absl::Time time = entry.time;
  for (const auto& [name, version] : entry.changes) {
    if (version == nullptr) continue;
    domain::VisitEntity(*version, [&](const auto& message) {
      if constexpr (requires { message.update_time(); }) {
        const absl::Time updated = domain::TimeOf(message.update_time());
        if (absl::ToUnixMicros(updated) == absl::ToUnixMicros(entry.time)) time = updated;
      }
    });
  }
  return time;
}

class Checker {
 public:
  Checker(const History& history, absl::string_view municipality,
          const std::vector<journal::Entry>& journal, Revision given)
      : history_(history), municipality_(municipality), journal_(journal), given_(given) {}

  std::vector<Violation> Run() {
    ReadJournal();
    if (!found_.empty()) return std::move(found_);
    CollectCalls();
    CollectEvidence();
    for (Revision revision = 1; revision <= head(); ++revision) CheckPresence(revision);
    for (const auto& [key, writes] : writes_) CheckAnswers(key, writes);
    CheckOrder();
    CheckReads();
    ReplayAll();
    for (const Waiting& one : refusals_) TellUnjustified(one);
    return std::move(found_);
  }

 private:
  // An answer that says nothing of an entry, to be found on a picture of the call's time.
  struct Waiting {
    const Write* write;
    Revision first, last;           // of the pictures that can have been decided on
    std::vector<absl::Time> times;  // at which it can have been decided
    std::string newest;             // what the rule gives on the last of them
  };

  Revision head() const { return static_cast<Revision>(journal_.size()); }
  const EntryMetadata& metadata(Revision revision) const { return metadata_[revision - 1]; }
  // Whether it asks for what stands there, and not for something else with the same request id.
  bool IsOf(const Write& write, Revision revision) const {
    return write.command.request_digest == digests_[revision - 1];
  }
  void Wrong(Rule rule, std::string text) { found_.push_back({rule, std::move(text)}); }

  void ReadJournal();
  void CollectCalls();
  void CollectEvidence();
  void CheckPresence(Revision revision);
  void CheckAnswers(const Key& key, const std::vector<const Write*>& writes);
  void CheckAnswer(const Write& write, Revision entry);
  void CheckOrder();
  void CheckReads();
  Waiting WaitingFor(const Write& write) const;
  void ReplayAll();
  void CheckOn(const Replay& replay);
  void CheckNextEntry(const Replay& replay);
  void CheckTimer(const Replay& replay, const watch::AppliedEntry& entry);
  void CheckDecision(const Replay& replay, const watch::AppliedEntry& entry,
                     const engine::Command& command);
  void CheckUnchanged(const Replay& replay, const Waiting& one);
  void CheckRead(const Replay& replay, const Read& read);
  bool Justifies(const Replay& replay, Waiting& one) const;
  void TellUnjustified(const Waiting& one);

  const History& history_;
  const std::string municipality_;
  const std::vector<journal::Entry>& journal_;
  const Revision given_;

  std::vector<Digest> digests_;              // of the requests, by revision, from 1
  std::vector<EntryMetadata> metadata_;      // by revision, from 1
  std::map<Key, std::vector<Revision>> at_;  // where requests stand
  std::map<Key, std::vector<const Write*>> writes_;
  std::map<Key, Moment> asked_;  // for the first time
  Evidence evidence_;
  std::map<std::pair<int, int>, Evidence> of_node_;  // by node and life
  std::multimap<Revision, const Read*> reads_;       // by the revision that they name
  std::multimap<Revision, Waiting> unchanged_;       // the same
  std::vector<Waiting> refusals_;
  std::vector<WatchJudge> watches_;
  std::vector<Violation> found_;
};

void Checker::ReadJournal() {
  journal::Head head;
  for (const journal::Entry& entry : journal_) {
    const auto after = journal::HeadAfter(head, entry);
    if (!after.ok()) return Wrong(Rule::kChain, std::string(after.status().message()));
    head = *after;
    metadata_.push_back(*journal::MetadataOf(entry));
    const EntryMetadata& made = metadata_.back();
    digests_.emplace_back();
    for (const journal::v1::StoredChange& change : entry.changes) {
      if (change.kind() == engine::kRequestKind) digests_.back() = DigestFrom(change.content());
    }
    if (!made.request_id().empty()) {
      at_[{made.principal(), made.request_id()}].push_back(head.revision);
    }
  }
}

void Checker::CollectCalls() {
  for (const Write& write : history_.writes()) {
    if (write.call.municipality != municipality_) continue;
    const Key key = KeyOf(write);
    writes_[key].push_back(&write);
    const auto first = asked_.emplace(key, write.call.invoked).first;
    first->second = std::min(first->second, write.call.invoked);
  }
  for (const Watch& watch : history_.watches()) {
    if (watch.municipality == municipality_) watches_.emplace_back(watch);
  }
}

void Checker::CollectEvidence() {
  const auto add = [&](Moment at, Revision revision, int node, int life,
                       std::function<std::string()> by) {
    of_node_[{node, life}].Add({at, revision, by});
    evidence_.Add({at, revision, std::move(by)});
  };
  for (const auto& [key, writes] : writes_) {
    const auto entries = at_.find(key);
    for (const Write* const write : writes) {
      // What was lost shows nothing.
      if (write->outcome != Outcome::kAcknowledged || entries == at_.end()) continue;
      add(write->call.returned, write->answer.revision, write->call.node, write->call.life,
          [write] { return Describe(*write); });
    }
    if (entries == at_.end()) continue;
    for (const Revision revision : entries->second) evidence_.AddAsked(asked_[key], revision);
  }
  for (const Read& read : history_.reads()) {
    if (read.call.municipality != municipality_) continue;
    add(read.call.returned, read.revision, read.call.node, read.call.life,
        [&read] { return Describe(read.call); });
  }
  for (const Watch& watch : history_.watches()) {
    if (watch.municipality != municipality_) continue;
    for (const Watch::Step& step : watch.steps) {
      if (step.follows) continue;
      add(step.at, step.response.revision(), step.node, step.life,
          [&watch, at = step.at] { return absl::StrCat("watch of ", watch.client, ", at ", at); });
    }
  }
  if (given_ > 0) evidence_.Add({0, given_, [] { return "everybody"; }});
  evidence_.Sort();
  for (auto& [node, evidence] : of_node_) evidence.Sort();
}

// What stands in the journal was asked for, and not refused for good; and stands there once.
void Checker::CheckPresence(Revision revision) {
  const EntryMetadata& made = metadata(revision);
  const Key key{made.principal(), made.request_id()};
  const std::string entry = absl::StrCat("revision ", revision, " (", made.method(), ", request ",
                                         made.request_id(), " of ", made.principal(), ")");
  const auto stands = at_.find(key);
  if (stands != at_.end() && stands->second.front() != revision) {
    Wrong(Rule::kTwice,
          absl::StrCat(entry, " has the request of revision ", stands->second.front(), " again"));
  }
  if (revision <= given_ || made.principal() == "system") return;
  const auto asked = writes_.find(key);
  if (asked == writes_.end()) return Wrong(Rule::kNotAsked, entry + " was never asked for");
  for (const Write* const write : asked->second) {
    if (write->outcome != Outcome::kRefused && IsOf(*write, revision)) return;
  }
  Wrong(Rule::kNotAsked,
        absl::StrCat(entry, " was refused each time, as in ", Describe(*asked->second.back()), ": ",
                     InWords(asked->second.back()->refusal)));
}

void Checker::CheckAnswers(const Key& key, const std::vector<const Write*>& writes) {
  const auto stands = at_.find(key);
  const Write* first = nullptr;
  for (const Write* const write : writes) {
    if (write->outcome == Outcome::kRefused && IsOfTheRule(write->refusal)) {
      refusals_.push_back(WaitingFor(*write));
    }
    if (write->outcome != Outcome::kAcknowledged) continue;
    // Who repeats so late that the answer is not kept any more finds that nothing is left to do.
    const bool late = stands != at_.end() && !write->answer.repeat && !write->only_revision &&
                      write->answer.revision > stands->second.front();
    if (late || stands == at_.end()) {
      unchanged_.emplace(write->answer.revision, WaitingFor(*write));
      continue;
    }
    CheckAnswer(*write, stands->second.front());
    if (write->answer.repeat || write->only_revision) continue;
    if (first != nullptr) {
      Wrong(Rule::kAnswer, absl::StrCat("two were told to be the first: ", Describe(*first),
                                        "; and ", Describe(*write)));
    }
    first = write;
  }
}

void Checker::CheckAnswer(const Write& write, Revision entry) {
  const EntryMetadata& made = metadata(entry);
  const std::vector<std::string> results(made.results().begin(), made.results().end());
  std::string wrong;
  if (!IsOf(write, entry)) {
    wrong = absl::StrCat("what another request with its id did at revision ", entry);
  } else if (write.answer.revision != entry) {
    wrong = absl::StrCat("revision ", write.answer.revision, ", and stands at revision ", entry);
  } else if (!write.only_revision && write.answer.results != results) {
    wrong = absl::StrCat("other results than revision ", entry, " has");
  } else if (!write.only_revision && write.answer.effect != made.effect()) {
    wrong = absl::StrCat("another effect than revision ", entry, " has");
  }
  if (!wrong.empty()) {
    Wrong(Rule::kAnswer, absl::StrCat(Describe(write), ": was acknowledged with ", wrong));
  }
}

void Checker::CheckOrder() {
  for (const auto& [key, revisions] : at_) {
    const auto asked = asked_.find(key);
    if (asked == asked_.end()) continue;
    const Shown* const shown = evidence_.NewestBefore(asked->second);
    if (shown == nullptr || shown->revision < revisions.front()) continue;
    Wrong(Rule::kOrder, absl::StrCat(Describe(*writes_[key].front()), ": stands at revision ",
                                     revisions.front(), ", but revision ", shown->revision,
                                     " had been shown before it was asked for, to ", shown->by()));
  }
}

// The revisions of reads; their content is for `CheckRead`.
void Checker::CheckReads() {
  for (const Read& read : history_.reads()) {
    if (read.call.municipality != municipality_) continue;
    const std::string begin = absl::StrCat(Describe(read.call), ": shows revision ", read.revision);
    if (read.revision < read.min_revision) {
      Wrong(Rule::kRead, absl::StrCat(begin, ", asked for at least ", read.min_revision));
    }
    const auto node = of_node_.find({read.call.node, read.call.life});
    const Shown* const shown = node->second.NewestBefore(read.call.invoked);
    if (shown != nullptr && shown->revision > read.revision) {
      Wrong(Rule::kRead,
            absl::StrCat(begin, ", but the node had shown ", shown->revision, " to ", shown->by()));
    }
    if (read.revision > evidence_.Possible(read.call.returned, head())) {
      Wrong(Rule::kRead, begin + ", which was not asked for yet, or is not there");
    } else {
      reads_.emplace(read.revision, &read);
    }
  }
}

Checker::Waiting Checker::WaitingFor(const Write& write) const {
  Waiting waiting{&write,
                  std::min(evidence_.Certain(write.call.invoked), head()),
                  evidence_.Possible(write.call.returned, head()),
                  {write.call.asked, write.call.told},
                  ""};
  waiting.last = std::max(waiting.first, waiting.last);
  for (const absl::Time time : history_.times()) {
    if (write.call.asked < time && time < write.call.told) waiting.times.push_back(time);
  }
  std::sort(waiting.times.begin(), waiting.times.end());
  waiting.times.erase(std::unique(waiting.times.begin(), waiting.times.end()), waiting.times.end());
  return waiting;
}

// Twice: nearly every refusal holds on the last picture of its time, and the few that do not are
// then sought on all of them.
void Checker::ReplayAll() {
  std::multimap<Revision, size_t> by_last;
  for (size_t i = 0; i < refusals_.size(); ++i) by_last.emplace(refusals_[i].last, i);
  std::vector<bool> justified(refusals_.size());
  Replay replay(municipality_);
  for (;;) {
    CheckOn(replay);
    const auto [begin, end] = by_last.equal_range(replay.revision());
    for (auto it = begin; it != end; ++it) {
      justified[it->second] = Justifies(replay, refusals_[it->second]);
    }
    if (replay.revision() == head()) break;
    CheckNextEntry(replay);
    const absl::Status status = replay.Apply(journal_[replay.revision()]);
    if (!status.ok()) return Wrong(Rule::kChain, std::string(status.message()));
  }
  for (size_t i = refusals_.size(); i-- > 0;) {
    if (justified[i]) refusals_.erase(refusals_.begin() + static_cast<std::ptrdiff_t>(i));
  }
  Replay again(municipality_);
  while (!refusals_.empty()) {
    std::erase_if(refusals_, [&](Waiting& one) {
      return one.first <= again.revision() && again.revision() < one.last && Justifies(again, one);
    });
    if (again.revision() == head()) break;
    again.Apply(journal_[again.revision()]).IgnoreError();
  }
  for (WatchJudge& judge : watches_) {
    judge.End(head());
    for (const std::string& text : judge.wrong()) Wrong(Rule::kWatch, text);
  }
  for (const auto& [revision, one] : unchanged_) {
    if (revision > head()) CheckUnchanged(replay, one);
  }
}

void Checker::CheckOn(const Replay& replay) {
  for (WatchJudge& judge : watches_) judge.At(replay);
  const auto [first, last] = reads_.equal_range(replay.revision());
  for (auto it = first; it != last; ++it) CheckRead(replay, *it->second);
  const auto [begin, end] = unchanged_.equal_range(replay.revision());
  for (auto it = begin; it != end; ++it) CheckUnchanged(replay, it->second);
}

void Checker::CheckNextEntry(const Replay& replay) {
  const Revision revision = replay.revision() + 1;
  const EntryMetadata& made = metadata(revision);
  if (revision <= given_) return;
  std::vector<engine::UnknownChange> unknown;
  const auto entry = engine::DecodeEntry(journal_[replay.revision()], made, unknown);
  if (!entry.ok()) return Wrong(Rule::kChain, std::string(entry.status().message()));
  if (made.method() == "OnTimer") return CheckTimer(replay, *entry);
  const auto asked = writes_.find({made.principal(), made.request_id()});
  if (asked == writes_.end()) return;
  for (const Write* const write : asked->second) {
    if (IsOf(*write, revision)) return CheckDecision(replay, *entry, write->command);
  }
}

// A timer stands for something that was due by then, and is named by it.
void Checker::CheckTimer(const Replay& replay, const watch::AppliedEntry& entry) {
  const EntryMetadata& made = metadata(entry.revision);
  const domain::Picture& picture = replay.picture();
  for (const std::string& name : picture.DueBy(entry.time)) {
    const domain::EntityPtr entity = picture.Find(name);
    const absl::Time due = *domain::DueTimeOf(*entity);
    const std::string what = absl::StrCat(domain::KindOf(*entity), "\n", absl::ToUnixMicros(due));
    if (domain::MadeId(name, what, 0) != made.request_id()) continue;
    engine::Command command;
    command.caller.member = made.principal();
    command.request_id = made.request_id();
    command.decide = [&](domain::Transaction& transaction) {
      return domain::OnTimer(name, transaction);
    };
    return CheckDecision(replay, entry, command);
  }
  Wrong(Rule::kDecision,
        absl::StrCat("revision ", entry.revision, ": a timer of something that was not due"));
}

void Checker::CheckDecision(const Replay& replay, const watch::AppliedEntry& entry,
                            const engine::Command& command) {
  const EntryMetadata& made = metadata(entry.revision);
  const Decision decision = replay.Decide(command, DecidedAt(entry));
  if (decision.answer.repeat) return;  // kTwice says it
  const std::string begin = absl::StrCat("revision ", entry.revision, " (", made.method(),
                                         ", request ", made.request_id(), ") ");
  if (!decision.status.ok()) {
    return Wrong(Rule::kDecision,
                 absl::StrCat(begin, "is there, but at revision ", replay.revision(),
                              " the rule says ", InWords(decision.status)));
  }
  const Versions versions = VersionsOf(entry);
  const std::vector<std::string> results(made.results().begin(), made.results().end());
  if (decision.versions != versions) {
    Wrong(Rule::kDecision,
          absl::StrCat(begin, "is not what the rule makes of revision ", replay.revision(), ":",
                       Differences(decision.versions, versions)));
  } else if (decision.answer.results != results || decision.answer.effect != made.effect()) {
    Wrong(Rule::kDecision, begin + "has other results than the rule gives");
  }
}

// What was acknowledged and has no entry was found to change nothing.
void Checker::CheckUnchanged(const Replay& replay, const Waiting& one) {
  const Write& write = *one.write;
  const Revision revision = write.answer.revision;
  const bool in_time = one.first <= revision && revision <= one.last;
  for (const absl::Time time : one.times) {
    const Decision decision = replay.Decide(write.command, time);
    const bool same = write.only_revision || (decision.answer.results == write.answer.results &&
                                              decision.answer.effect == write.answer.effect);
    if (in_time && decision.status.ok() && !decision.answer.repeat && decision.versions.empty() &&
        same) {
      return;
    }
  }
  const std::string begin =
      absl::StrCat(Describe(write), ": was acknowledged at revision ", revision);
  const auto stands = at_.find(KeyOf(write));
  if (stands == at_.end()) {
    Wrong(Rule::kLost, absl::StrCat(begin, ", but no entry has its request; the journal ends at ",
                                    "revision ", head()));
  } else {
    Wrong(Rule::kAnswer, absl::StrCat(begin, ", and stands at revision ", stands->second.front()));
  }
}

void Checker::CheckRead(const Replay& replay, const Read& read) {
  const domain::Audience audience = domain::AudienceOf(replay.picture(), read.caller);
  if (read.look(replay.picture(), audience) == read.answer) return;
  Wrong(Rule::kRead, absl::StrCat(Describe(read.call), ": is not what revision ", read.revision,
                                  " has, which it names"));
}

// Whether the rule gives that refusal here; remembers what it gives on the last picture.
bool Checker::Justifies(const Replay& replay, Waiting& one) const {
  for (const absl::Time time : one.times) {
    const Decision decision = replay.Decide(one.write->command, time);
    if (!decision.status.ok() && SameRefusal(decision.status, one.write->refusal)) return true;
    if (replay.revision() == one.last) {
      one.newest = decision.answer.repeat ? "that it was done" : InWords(decision.status);
    }
  }
  return false;
}

void Checker::TellUnjustified(const Waiting& one) {
  Wrong(Rule::kRefusal,
        absl::StrCat(Describe(*one.write), ": was refused with ", InWords(one.write->refusal),
                     ", which no picture from revision ", one.first, " to ", one.last,
                     " gives; at the last the rule says ", one.newest));
}

}  // namespace

absl::string_view NameOf(Rule rule) {
  switch (rule) {
    case Rule::kChain:
      return "chain";
    case Rule::kLost:
      return "lost";
    case Rule::kTwice:
      return "twice";
    case Rule::kAnswer:
      return "answer";
    case Rule::kNotAsked:
      return "not asked";
    case Rule::kOrder:
      return "order";
    case Rule::kDecision:
      return "decision";
    case Rule::kRefusal:
      return "refusal";
    case Rule::kRead:
      return "read";
    case Rule::kWatch:
      return "watch";
  }
  return "";
}

std::ostream& operator<<(std::ostream& stream, const Violation& violation) {
  return stream << NameOf(violation.rule) << ": " << violation.text;
}

std::vector<Violation> CheckHistory(const History& history, absl::string_view municipality,
                                    const std::vector<journal::Entry>& journal, Revision given) {
  return Checker(history, municipality, journal, given).Run();
}

}  // namespace samsyn::simulation

// The past read from the journal is what the picture was.
#include "server/engine/past.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>

#include "server/journal/memory_journal.h"
#include "tests/engine/commands.h"

namespace samsyn::engine {
namespace {

using Versions = std::map<std::string, std::string>;  // by name, as bytes

const std::vector<v1::EntityKind> kKinds = {v1::ENTITY_KIND_INCIDENT, v1::ENTITY_KIND_MEETING};

std::string IncidentName(int id) {
  return domain::NameOf(kName, v1::ENTITY_KIND_INCIDENT, absl::StrCat("i", id));
}
std::string MeetingName() { return domain::NameOf(kName, v1::ENTITY_KIND_MEETING, "2026-11-27"); }

// `snapshot_every`: a snapshot is kept after so many entries.
class PastTest : public ::testing::TestWithParam<int64_t> {
 protected:
  PastTest() {
    EngineOptions options = ByHand();
    options.snapshot_every = GetParam();
    engine_ = std::make_unique<Engine>(store_, clock_, options);
    EXPECT_TRUE(engine_->Start().ok());
    EXPECT_TRUE(engine_->CreateMunicipality("0136", "Haninge", "Stockholms län").ok());
  }

  domain::Revision Do(const std::function<void(domain::Transaction&)>& change) {
    Command command = MakeProblem(absl::StrCat(++commands_), "");
    command.decide = [&](domain::Transaction& transaction) {
      change(transaction);
      return absl::OkStatus();
    };
    const auto answer = engine_->SubmitAndWait(kName, command);
    EXPECT_TRUE(answer.ok()) << answer.status();
    return answer.ok() ? answer->revision : 0;
  }
  domain::Revision PutIncident(int id, int severity) {
    return Do([=](domain::Transaction& transaction) {
      v1::Incident incident;
      incident.set_name(IncidentName(id));
      incident.set_severity(severity);
      transaction.Put(incident);
    });
  }
  domain::Revision PutMeeting(bool closed) {
    return Do([=](domain::Transaction& transaction) {
      v1::Meeting meeting;
      meeting.set_name(MeetingName());
      if (closed) *meeting.mutable_close_time() = domain::TimestampOf(transaction.now());
      transaction.Put(meeting);
    });
  }
  Versions Now() {
    return (*engine_->FeedOf(kName))->Reading([](const domain::Picture& picture) {
      Versions now;
      for (const v1::EntityKind kind : kKinds) {
        picture.ForEach(kind, "", [&](const domain::EntityPtr& entity) {
          now[domain::NameOf(*entity)] = entity->SerializeAsString();
          return true;
        });
      }
      return now;
    });
  }
  absl::StatusOr<Past> At(domain::AsOf moment) {
    return engine_->PastOf(kName, {std::move(moment), kKinds, {}});
  }
  static Versions VersionsOf(const Past& past) {
    Versions versions;
    for (const auto& entity : past.entities) {
      versions[domain::NameOf(*entity)] = entity->SerializeAsString();
    }
    return versions;
  }

  ManualClock clock_{absl::FromUnixSeconds(1795795200)};
  journal::MemoryJournalStore store_;
  std::unique_ptr<Engine> engine_;
  int commands_ = 0;
};

INSTANTIATE_TEST_SUITE_P(SnapshotEvery, PastTest, ::testing::Values(20'000, 100));

TEST_P(PastTest, AtEveryRevisionItIsWhatThePictureWas) {
  std::mt19937 random(1);
  std::map<domain::Revision, Versions> were;
  for (int i = 0; i < 300; ++i) {
    const int id = static_cast<int>(random() % 40);
    const auto revision = random() % 5 == 0 ? Do([&](domain::Transaction& transaction) {
      if (transaction.Find(IncidentName(id)) != nullptr) {
        transaction.Set(IncidentName(id), nullptr);
      } else {
        v1::Problem other;
        other.set_name(domain::NameOf(kName, v1::ENTITY_KIND_PROBLEM, "p"));
        transaction.Put(other);
      }
    })
                                            : PutIncident(id, static_cast<int>(random() % 6));
    were[revision] = Now();
  }
  for (const auto& [revision, versions] : were) {
    const auto past = At({revision, ""});
    ASSERT_TRUE(past.ok()) << past.status();
    EXPECT_EQ(past->revision, revision);
    EXPECT_EQ(VersionsOf(*past), versions) << revision;
  }
}

TEST_P(PastTest, BeforeAMeetingsClosingItIsWhatThatSaw) {
  PutMeeting(false);
  const auto before = PutIncident(1, 3);
  const Versions were = Now();
  PutMeeting(true);
  for (int i = 0; i < 120; ++i) PutIncident(2 + i % 3, i % 6);  // a snapshot comes after it
  PutMeeting(true);  // a later version of a meeting that is closed
  const auto past = At({0, MeetingName()});
  ASSERT_TRUE(past.ok()) << past.status();
  EXPECT_EQ(past->revision, before);
  EXPECT_EQ(VersionsOf(*past), were);
}

TEST_P(PastTest, ASnapshotOfBeforeTheClosingIsNoHindrance) {
  PutMeeting(false);
  domain::Revision before = 0;
  for (int i = 0; i < 120; ++i) before = PutIncident(i % 3, i % 6);
  const Versions were = Now();
  PutMeeting(true);
  const auto past = At({0, MeetingName()});
  ASSERT_TRUE(past.ok()) << past.status();
  EXPECT_EQ(past->revision, before);
  EXPECT_EQ(VersionsOf(*past), were);
}

TEST_P(PastTest, OnlyWhatIsWantedIsKept) {
  PutMeeting(false);
  PutIncident(1, 1);
  const auto revision = PutIncident(2, 5);
  const auto grave = [](const v1::Entity& entity) { return entity.incident().severity() > 3; };
  const auto past = engine_->PastOf(kName, {{revision, ""}, {v1::ENTITY_KIND_INCIDENT}, grave});
  ASSERT_TRUE(past.ok()) << past.status();
  ASSERT_EQ(past->entities.size(), 1u);
  EXPECT_EQ(domain::NameOf(*past->entities[0]), IncidentName(2));
}

TEST_P(PastTest, WhatTheJournalDoesNotHoldIsRefused) {
  PutIncident(1, 1);
  EXPECT_EQ(At({99, ""}).status().code(), absl::StatusCode::kOutOfRange);
  EXPECT_EQ(At({0, MeetingName()}).status().code(), absl::StatusCode::kOutOfRange);
}

}  // namespace
}  // namespace samsyn::engine

// What verdicts cost a watched municipality, one JSON object a line:
//   bench_verdicts AUDIENCES FOLLOWERS COMMITS_A_SECOND
// 20,000 incidents of the thirteen weeks before, in 12 areas and none; then ten seconds of commits,
// each a new one of today, and every follower pulls after each; once without verdicts and once with
// them. The clock is the test's, the figures are CPU time of the one thread a second of it.
#include <absl/strings/numbers.h>
#include <absl/strings/str_cat.h>

#include <cstdio>
#include <ctime>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "server/analysis/situation.h"
#include "server/base/clock.h"
#include "server/engine/judge.h"
#include "server/watch/feed.h"

namespace {

namespace v1 = samsyn::v1;
namespace domain = samsyn::domain;
namespace watch = samsyn::watch;

constexpr char kMunicipality[] = "municipalities/0136";
constexpr int kSeconds = 10;
constexpr int kBefore = 20'000;
const absl::Time kNow = absl::FromUnixSeconds(1795795200);

std::string Below(const char* collection, int id) {
  return absl::StrCat(kMunicipality, "/", collection, "/x", id);
}

template <typename T>
std::pair<std::string, domain::EntityPtr> Version(T message) {
  std::string name = message.name();
  return {std::move(name), std::make_shared<const v1::Entity>(domain::Wrap(std::move(message)))};
}

// The municipality, its areas, and an organisation with a member for each audience.
watch::AppliedEntry Beginning(int audiences) {
  watch::AppliedEntry entry;
  entry.revision = 1;
  entry.time = kNow;
  v1::Municipality municipality;
  municipality.set_name(kMunicipality);
  municipality.set_time_zone("Europe/Stockholm");
  *municipality.mutable_situation_time() = domain::TimestampOf(kNow);
  entry.changes.push_back(Version(municipality));
  for (int i = 0; i < 12; ++i) {
    v1::Area area;
    area.set_name(Below("areas", i));
    entry.changes.push_back(Version(area));
  }
  for (int i = 0; i < audiences; ++i) {
    v1::Organisation organisation;
    organisation.set_name(Below("organisations", i));
    organisation.set_owner(organisation.name());
    organisation.set_authority(i % 2 == 0);
    v1::Member member;
    member.set_name(Below("members", i));
    member.set_organisation(organisation.name());
    member.add_roles(v1::ROLE_REPORTER);
    entry.changes.push_back(Version(organisation));
    entry.changes.push_back(Version(member));
  }
  return entry;
}

// Seven of ten for all partners; of the restricted ones each owner has cells of its own.
v1::ReleaseClass RandomClass(std::mt19937& random) {
  const auto percent = random() % 100;
  if (percent < 70) return v1::RELEASE_CLASS_PARTNER;
  if (percent < 80) return v1::RELEASE_CLASS_PUBLIC;
  return percent < 95 ? v1::RELEASE_CLASS_AUTHORITY : v1::RELEASE_CLASS_RESTRICTED;
}

// An incident of its own revision, within so long a time back.
watch::AppliedEntry OneMore(std::mt19937& random, domain::Revision revision, int audiences,
                            absl::Duration back) {
  v1::Incident incident;
  incident.set_name(Below("incidents", static_cast<int>(revision)));
  incident.set_owner(Below("organisations", static_cast<int>(random() % audiences)));
  incident.mutable_release()->set_release_class(RandomClass(random));
  incident.set_state(v1::Incident::STATE_CURRENT);
  incident.set_category(v1::CATEGORY_THEFT);
  incident.set_family(static_cast<v1::Family>(1 + random() % 8));
  if (const int area = static_cast<int>(random() % 13); area < 12) {
    incident.set_area(Below("areas", area));
  }
  *incident.mutable_occurred_time() =
      domain::TimestampOf(kNow - std::uniform_real_distribution<double>(0, 1)(random) * back);
  incident.set_counted(true);
  watch::AppliedEntry entry;
  entry.revision = revision;
  entry.time = kNow;
  entry.changes.push_back(Version(incident));
  return entry;
}

// CPU milliseconds a second; `bytes`: sent in all.
double Run(int audiences, int followers, int commits, watch::Judge judge, int64_t& bytes) {
  samsyn::ManualClock clock(kNow);
  watch::Feed feed(kMunicipality, clock, {}, std::move(judge));
  samsyn::analysis::Situation situation;
  const watch::Feed::Derive derive = [&](const auto& picture, const auto& changes) {
    return situation.Update(picture, changes);
  };
  feed.Apply({Beginning(audiences)}, derive);
  std::mt19937 random(1);
  domain::Revision revision = 1;
  for (int i = 0; i < kBefore; ++i) {
    feed.Apply({OneMore(random, ++revision, audiences, absl::Hours(24 * 7 * 13))}, derive);
  }
  std::vector<std::unique_ptr<watch::Follower>> all;
  for (int i = 0; i < followers; ++i) {
    auto follower = feed.Follow({Below("members", i % audiences), ""}, {});
    if (!follower.ok()) std::abort();
    all.push_back(*std::move(follower));
  }
  const std::clock_t begin = std::clock();
  for (int i = 0; i < commits * kSeconds; ++i) {
    clock.Advance(absl::Seconds(1) / commits);
    feed.Apply({OneMore(random, ++revision, audiences, absl::Hours(24))}, derive);
    for (const auto& follower : all) {
      for (auto frame = follower->Next(); *frame != nullptr; frame = follower->Next()) {
        bytes += static_cast<int64_t>((*frame)->size());
      }
    }
  }
  return 1e3 * static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC / kSeconds;
}

}  // namespace

int main(int argc, char** argv) {
  int audiences = 0, followers = 0, commits = 0;
  if (argc != 4 || !absl::SimpleAtoi(argv[1], &audiences) ||
      !absl::SimpleAtoi(argv[2], &followers) || !absl::SimpleAtoi(argv[3], &commits)) {
    return 2;
  }
  int64_t bytes_without = 0, bytes_with = 0;
  const double without = Run(audiences, followers, commits, {}, bytes_without);
  const double with =
      Run(audiences, followers, commits, samsyn::engine::SituationJudge(), bytes_with);
  std::printf(R"({"audiences": %d, "followers": %d, "commits_a_second": %d, )"
              R"("without_ms": %.1f, "with_ms": %.1f, "more_bytes_a_follower_and_second": %.0f})"
              "\n",
              audiences, followers, commits, without, with,
              static_cast<double>(bytes_with - bytes_without) / followers / kSeconds);
  return 0;
}

#include "server/push/pusher.h"

#include <absl/container/flat_hash_map.h>
#include <absl/container/flat_hash_set.h>
#include <absl/strings/escaping.h>
#include <absl/strings/str_cat.h>
#include <absl/time/clock.h>

#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "server/base/digest.h"
#include "server/base/log.h"
#include "server/base/mutex.h"
#include "server/domain/alerts.h"
#include "server/domain/assignment_reach.h"
#include "server/domain/device_rules.h"
#include "server/domain/index_keys.h"
#include "server/domain/names.h"

namespace samsyn::push {
namespace {

constexpr size_t kTopic = 32;  // characters, the most that there may be

// One device to be woken for one offer or alert.
struct Call {
  std::string key;     // device, and what it is woken for
  std::string device;  // name
  std::string endpoint;
  domain::Revision revision = 0;  // of the device
  absl::Duration left;            // until it is too late
};

// When an assignment was offered last, and as what: another one is another offer.
std::string OfferOf(const v1::Assignment& assignment) {
  std::string offered;
  for (const v1::StateChange& change : assignment.history()) {
    if (change.state() == v1::Assignment::STATE_OFFERED) {
      offered = absl::StrCat(change.time().seconds(), ".", change.time().nanos());
    }
  }
  return absl::StrCat(assignment.name(), "\n", offered, "\n", assignment.definition_version());
}

Call CallTo(const domain::Picture& picture, std::string device, absl::string_view about,
            absl::Duration left) {
  const auto found = picture.Get<v1::Device>(device);
  std::string key = absl::StrCat(device, "\n", about);
  return {std::move(key), std::move(device), found->push_endpoint(), found->revision(), left};
}

// The units' own devices, for what they are offered; those of the people who must act when that
// goes wrong.
std::vector<Call> CallsIn(const domain::Picture& picture, absl::Time now) {
  std::vector<Call> calls;
  for (const std::string& name : picture.Lookup(domain::kOfferedKey)) {
    const auto assignment = picture.Get<v1::Assignment>(name);
    const absl::Duration left = domain::TimeOf(assignment->acknowledge_by_time()) - now;
    if (left <= absl::ZeroDuration()) continue;
    for (std::string& device : domain::DevicesOfUnit(picture, assignment->unit(), now)) {
      calls.push_back(CallTo(picture, std::move(device), OfferOf(*assignment), left));
    }
  }
  for (const domain::Alert& alert : domain::AlertsIn(picture, now)) {
    for (const std::string& member : alert.members) {
      for (std::string& device : domain::DevicesOfMember(picture, member, now)) {
        calls.push_back(CallTo(picture, std::move(device), alert.about, alert.until - now));
      }
    }
  }
  return calls;
}

// Says nothing of the assignment, and nothing that two devices would have in common.
std::string TopicOf(const std::string& key) {
  return absl::WebSafeBase64Escape(AsBytes(Sha256Of(key))).substr(0, kTopic);
}

absl::string_view WordFor(Outcome outcome) {
  switch (outcome) {
    case Outcome::kTaken:
      return "taken";
    case Outcome::kGone:
      return "gone";
    default:
      return "given up";
  }
}

}  // namespace

struct Pusher::Impl {
  // Which municipalities have something new; shared with the engine, which may still ring when the
  // pusher is gone.
  struct Bell {
    Mutex mutex;
    CondVar rung;
    absl::flat_hash_set<std::string> municipalities ABSL_GUARDED_BY(mutex);
    bool stopping ABSL_GUARDED_BY(mutex) = false;
  };

  Impl(engine::Engine& engine, const Clock& clock, VapidKey key, PusherOptions given)
      : engine(engine),
        clock(clock),
        key(std::move(key)),
        options(std::move(given)),
        bell(std::make_shared<Bell>()),
        sender(options.sender) {
    MutexLock lock(bell->mutex);
    for (std::string& name : engine.Names()) bell->municipalities.insert(std::move(name));
  }

  engine::Engine& engine;
  const Clock& clock;
  const VapidKey key;
  const PusherOptions options;
  const std::shared_ptr<Bell> bell;
  // Of the following thread: the calls for what still stands, by municipality, and those of them
  // that another node is to make: since when they are known.
  struct Calls {
    absl::flat_hash_set<std::string> made;
    absl::flat_hash_map<std::string, absl::Time> left_to_another;
  };
  absl::flat_hash_map<std::string, Calls> calls_of;
  Sender sender;  // ends first: what it calls uses the rest
  std::thread thread;

  void Run() {
    for (;;) {
      std::vector<std::string> rung;
      {
        MutexLock lock(bell->mutex);
        while (bell->municipalities.empty() && !bell->stopping && !options.leads) {
          bell->rung.Wait(bell->mutex);
        }
        if (bell->municipalities.empty() && !bell->stopping) {
          bell->rung.WaitFor(bell->mutex, options.between_looks);
        }
        if (bell->stopping) return;
        rung.assign(bell->municipalities.begin(), bell->municipalities.end());
        bell->municipalities.clear();
      }
      for (const std::string& municipality : rung) Follow(municipality);
      if (options.leads) LookAfterOthers();
    }
  }

  // What another node has to send may have become this one's; and others may have made
  // municipalities.
  void LookAfterOthers() {
    for (const std::string& municipality : engine.Names()) {
      const auto known = calls_of.find(municipality);
      if (known == calls_of.end()) {
        Follow(municipality);
      } else if (!known->second.left_to_another.empty()) {
        Look(municipality);
      }
    }
  }

  // Looks, and asks to be rung at the next change.
  void Follow(const std::string& municipality) {
    const std::optional<domain::Revision> seen = Look(municipality);
    if (!seen.has_value()) return;
    engine.WhenReached(municipality, *seen + 1, absl::InfiniteFuture(),
                       [bell = bell, municipality](const absl::Status& status) {
                         if (!status.ok()) return;  // the engine stops
                         MutexLock lock(bell->mutex);
                         bell->municipalities.insert(municipality);
                         bell->rung.SignalAll();
                       });
  }

  // Wakes whom nobody has woken yet, if this node is the one that does. Gives the revision that it
  // has seen; nullopt: there is nothing to see.
  std::optional<domain::Revision> Look(const std::string& municipality) {
    const auto feed = engine.FeedOf(municipality);
    if (!feed.ok()) return std::nullopt;
    domain::Revision seen = 0;
    std::vector<Call> calls;
    const absl::Time time = clock.Now();
    (*feed)->ReadingAt(
        [&](const domain::Picture& picture, domain::Revision revision, const Digest&, absl::Time) {
          seen = revision;
          calls = CallsIn(picture, time);
        });
    const bool leads = !options.leads || options.leads(domain::CodeOf(municipality));
    const Calls before = std::exchange(calls_of[municipality], {});
    Calls& now = calls_of[municipality];
    for (const Call& call : calls) {
      // Several alerts may be about the same.
      if (now.made.contains(call.key) || now.left_to_another.contains(call.key)) continue;
      const auto left = before.left_to_another.find(call.key);
      const absl::Time since = left == before.left_to_another.end() ? time : left->second;
      if (before.made.contains(call.key) || time - since > options.remembered) {
        now.made.insert(call.key);
      } else if (!leads) {
        now.left_to_another.emplace(call.key, since);
      } else if (Wake(municipality, call)) {
        now.made.insert(call.key);
      }
    }
    return seen;
  }

  // False when it could not even be tried.
  bool Wake(const std::string& municipality, const Call& call) {
    // The list may have become shorter since the device was registered.
    if (!options.hosts.Allows(call.endpoint)) {
      Drop(municipality, call);
      return true;
    }
    auto authorization =
        key.Authorization(domain::OriginOf(call.endpoint), options.contact, absl::Now());
    if (!authorization.ok()) {
      Log(LogLevel::kError, "device not woken",
          {{"why", std::string(authorization.status().message())}});
      return false;
    }
    WakeUp wake_up{call.endpoint, *std::move(authorization), TopicOf(call.key),
                   absl::Now() + call.left};
    const bool taken =
        sender.Send(std::move(wake_up), [this, municipality, call](Outcome outcome, long status) {
          Log(outcome == Outcome::kGivenUp ? LogLevel::kWarning : LogLevel::kDebug, "device woken",
              {{"device", call.device},
               {"outcome", std::string(WordFor(outcome))},
               {"status", absl::StrCat(status)}});
          if (outcome == Outcome::kGone) Drop(municipality, call);
        });
    if (!taken) Log(LogLevel::kWarning, "device not woken", {{"why", "too many wait"}});
    return taken;
  }

  // Nobody is reached at this endpoint any more: its unit may have become out of reach.
  void Drop(const std::string& municipality, const Call& call) {
    engine::Command command;
    command.caller.member = "system";
    command.method = "DropDevice";
    command.request_id = domain::MadeId(call.device, absl::StrCat("gone\n", call.revision), 0);
    command.request_digest = Sha256Of(call.device);
    command.decide = [device = call.device,
                      endpoint = call.endpoint](domain::Transaction& transaction) {
      return domain::DropDevice(device, endpoint, transaction);
    };
    engine.Submit(municipality, std::move(command),
                  [device = call.device](absl::StatusOr<engine::Answer> answer) {
                    if (answer.ok()) return;
                    Log(LogLevel::kWarning, "device not dropped",
                        {{"device", device}, {"why", std::string(answer.status().message())}});
                  });
  }
};

Pusher::Pusher(engine::Engine& engine, const Clock& clock, VapidKey key, PusherOptions options)
    : impl_(std::make_unique<Impl>(engine, clock, std::move(key), std::move(options))) {
  impl_->thread = std::thread([this] { impl_->Run(); });
}

Pusher::~Pusher() {
  {
    MutexLock lock(impl_->bell->mutex);
    impl_->bell->stopping = true;
    impl_->bell->rung.SignalAll();
  }
  impl_->thread.join();
  impl_->sender.Stop();
}

}  // namespace samsyn::push

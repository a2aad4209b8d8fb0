#include "server/push/sender.h"

#include <absl/container/flat_hash_map.h>
#include <absl/strings/match.h>
#include <absl/strings/str_cat.h>
#include <absl/time/clock.h>
#include <curl/curl.h>

#include <algorithm>
#include <map>
#include <thread>
#include <utility>
#include <vector>

#include "server/base/mutex.h"

namespace samsyn::push {
namespace {

constexpr absl::Duration kRest = absl::Seconds(10);  // nothing to do: a call to Send wakes it

struct Headers {
  ~Headers() { curl_slist_free_all(list); }
  void Add(const std::string& line) { list = curl_slist_append(list, line.c_str()); }
  curl_slist* list = nullptr;
};

struct Job {
  WakeUp wake_up;
  Sender::Done done;
  int tries = 0;
  CURL* easy = nullptr;
  std::unique_ptr<Headers> headers;
};
using JobPtr = std::unique_ptr<Job>;

// What a push service answers is of no interest, however much it is.
size_t Ignore(char*, size_t size, size_t count, void*) { return size * count; }

bool MayHelpToTryAgain(CURLcode code, long status) {
  return code != CURLE_OK || status == 429 || status >= 500;
}

void GlobalInit() {
  static const CURLcode code = curl_global_init(CURL_GLOBAL_DEFAULT);
  static_cast<void>(code);
}

}  // namespace

struct Sender::Impl {
  explicit Impl(SenderOptions given) : options(given) {
    GlobalInit();
    multi = curl_multi_init();
    curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, static_cast<long>(options.at_once));
  }
  ~Impl() { curl_multi_cleanup(multi); }

  const SenderOptions options;
  CURLM* multi;
  std::thread thread;

  Mutex mutex;
  std::vector<JobPtr> fresh ABSL_GUARDED_BY(mutex);
  size_t count ABSL_GUARDED_BY(mutex) = 0;  // taken and not done
  bool stopping ABSL_GUARDED_BY(mutex) = false;

  // Of the thread.
  std::multimap<absl::Time, JobPtr> waiting;  // by when it is to be tried
  absl::flat_hash_map<CURL*, JobPtr> under_way;

  void Run() {
    while (TakeFresh()) {
      StartDue();
      int running = 0;
      curl_multi_perform(multi, &running);
      while (CURLMsg* const message = NextMessage()) {
        Answered(message->easy_handle, message->data.result);
      }
      const absl::Duration rest = Rest();
      if (rest > absl::ZeroDuration()) {
        curl_multi_poll(multi, nullptr, 0, static_cast<int>(absl::ToInt64Milliseconds(rest)) + 1,
                        nullptr);
      }
    }
    for (auto& [easy, job] : under_way) Release(*job);
    under_way.clear();
    waiting.clear();
  }

  CURLMsg* NextMessage() {
    int left = 0;
    for (;;) {
      CURLMsg* const message = curl_multi_info_read(multi, &left);
      if (message == nullptr || message->msg == CURLMSG_DONE) return message;
    }
  }

  // False when it is to stop.
  bool TakeFresh() {
    MutexLock lock(mutex);
    for (JobPtr& job : fresh) waiting.emplace(absl::InfinitePast(), std::move(job));
    fresh.clear();
    return !stopping;
  }

  absl::Duration Rest() const {
    if (waiting.empty() || under_way.size() >= static_cast<size_t>(options.at_once)) return kRest;
    return std::clamp(waiting.begin()->first - absl::Now(), absl::ZeroDuration(), kRest);
  }

  void StartDue() {
    const absl::Time now = absl::Now();
    while (!waiting.empty() && waiting.begin()->first <= now &&
           under_way.size() < static_cast<size_t>(options.at_once)) {
      JobPtr job = std::move(waiting.begin()->second);
      waiting.erase(waiting.begin());
      if (job->wake_up.deadline <= now) {
        Finish(std::move(job), Outcome::kGivenUp, 0);
      } else {
        Start(std::move(job), now);
      }
    }
  }

  void Start(JobPtr job, absl::Time now) {
    const WakeUp& wake_up = job->wake_up;
    ++job->tries;
    job->easy = curl_easy_init();
    job->headers = std::make_unique<Headers>();
    job->headers->Add(absl::StrCat("Authorization: ", wake_up.authorization));
    job->headers->Add(
        absl::StrCat("TTL: ", std::max<int64_t>(absl::ToInt64Seconds(wake_up.deadline - now), 1)));
    job->headers->Add("Urgency: high");
    job->headers->Add(absl::StrCat("Topic: ", wake_up.topic));
    job->headers->Add("Content-Type:");  // curl would say a form
    job->headers->Add("Expect:");
    CURL* const easy = job->easy;
    const auto set = [easy](auto option, auto value) { curl_easy_setopt(easy, option, value); };
    set(CURLOPT_URL, wake_up.endpoint.c_str());
    set(CURLOPT_PROTOCOLS_STR, absl::StartsWith(wake_up.endpoint, "https:") ? "https" : "http");
    // This machine's own, for tests, is not to be found behind a proxy.
    if (!absl::StartsWith(wake_up.endpoint, "https:")) set(CURLOPT_PROXY, "");
    set(CURLOPT_POST, 1L);
    set(CURLOPT_POSTFIELDS, "");
    set(CURLOPT_POSTFIELDSIZE, 0L);
    set(CURLOPT_HTTPHEADER, job->headers->list);
    set(CURLOPT_FOLLOWLOCATION, 0L);
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_CONNECTTIMEOUT_MS,
        static_cast<long>(absl::ToInt64Milliseconds(options.connect_limit)));
    const absl::Duration left = std::min(options.answer_limit, wake_up.deadline - now);
    set(CURLOPT_TIMEOUT_MS, std::max(static_cast<long>(absl::ToInt64Milliseconds(left)), 1L));
    set(CURLOPT_WRITEFUNCTION, &Ignore);
    set(CURLOPT_USERAGENT, "samsyn");
    curl_multi_add_handle(multi, easy);
    under_way.emplace(easy, std::move(job));
  }

  void Answered(CURL* easy, CURLcode code) {
    const auto found = under_way.find(easy);
    JobPtr job = std::move(found->second);
    under_way.erase(found);
    long status = 0;
    curl_off_t retry_after = 0;
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(easy, CURLINFO_RETRY_AFTER, &retry_after);
    Release(*job);
    if (code == CURLE_OK && status >= 200 && status < 300) {
      Finish(std::move(job), Outcome::kTaken, status);
    } else if (code == CURLE_OK && (status == 404 || status == 410)) {
      Finish(std::move(job), Outcome::kGone, status);
    } else {
      TryAgain(std::move(job), code, status, absl::Seconds(retry_after));
    }
  }

  void TryAgain(JobPtr job, CURLcode code, long status, absl::Duration asked) {
    const absl::Duration pause =
        std::max(asked, options.first_pause * (int64_t{1} << (job->tries - 1)));
    const absl::Time next = absl::Now() + pause;
    if (!MayHelpToTryAgain(code, status) || job->tries >= options.tries ||
        next >= job->wake_up.deadline) {
      Finish(std::move(job), Outcome::kGivenUp, status);
      return;
    }
    waiting.emplace(next, std::move(job));
  }

  void Release(Job& job) {
    curl_multi_remove_handle(multi, job.easy);
    curl_easy_cleanup(job.easy);
    job.easy = nullptr;
    job.headers.reset();
  }

  void Finish(JobPtr job, Outcome outcome, long status) {
    {
      MutexLock lock(mutex);
      --count;
    }
    job->done(outcome, status);
  }
};

Sender::Sender(SenderOptions options) : impl_(std::make_unique<Impl>(options)) {
  impl_->thread = std::thread([this] { impl_->Run(); });
}

Sender::~Sender() { Stop(); }

bool Sender::Send(WakeUp wake_up, Done done) {
  auto job = std::make_unique<Job>();
  job->wake_up = std::move(wake_up);
  job->done = std::move(done);
  {
    MutexLock lock(impl_->mutex);
    if (impl_->stopping || impl_->count >= impl_->options.waiting) return false;
    ++impl_->count;
    impl_->fresh.push_back(std::move(job));
  }
  curl_multi_wakeup(impl_->multi);
  return true;
}

void Sender::Stop() {
  {
    MutexLock lock(impl_->mutex);
    impl_->stopping = true;
  }
  curl_multi_wakeup(impl_->multi);
  if (impl_->thread.joinable()) impl_->thread.join();
}

}  // namespace samsyn::push

// Listens to the commit marks of one Redis server.
#include "server/journal/redis/listener.h"

#include <absl/strings/numbers.h>
#include <absl/strings/str_cat.h>

#include <utility>

#include "server/journal/redis/functions.h"

namespace samsyn::journal {
namespace {

constexpr absl::Duration kBlock = absl::Milliseconds(500);  // a new journal is followed after this
constexpr absl::Duration kReplyLimit = absl::Seconds(2);
constexpr absl::Duration kBetweenAttempts = absl::Milliseconds(100);

// The newest entry of a stream in the reply of XREAD; null: there is none.
const RedisReply* NewestOf(const RedisReply& stream) {
  if (stream.list.size() != 2 || stream.list[1].list.empty()) return nullptr;
  const RedisReply& entry = stream.list[1].list.back();
  return entry.list.size() == 2 ? &entry : nullptr;
}

// The head in a mark: id `<revision>-0`, field d.
bool ReadMark(const RedisReply& entry, Head& head) {
  const std::string& id = entry.list[0].text;
  const std::vector<RedisReply>& fields = entry.list[1].list;
  if (!absl::SimpleAtoi(id.substr(0, id.find('-')), &head.revision)) return false;
  if (fields.size() != 2 || fields[1].text.size() != std::tuple_size_v<Digest>) return false;
  head.digest = DigestFrom(fields[1].text);
  return true;
}

}  // namespace

RedisListener::RedisListener(RedisCaller& caller, std::function<void()> made)
    : caller_(caller), made_(std::move(made)), thread_([this] { Run(); }) {}

RedisListener::~RedisListener() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
    if (waiting_ != nullptr) waiting_->Interrupt();
    changed_.SignalAll();
  }
  thread_.join();
}

void RedisListener::Follow(absl::string_view code, std::function<void(const Head&)> marked) {
  MutexLock lock(mutex_);
  followed_[RedisKey(code, "committed")] = Followed{std::move(marked)};
}

void RedisListener::Unfollow(absl::string_view code) {
  MutexLock lock(mutex_);
  followed_.erase(RedisKey(code, "committed"));
}

void RedisListener::Waiting(RedisConnection* connection) {
  MutexLock lock(mutex_);
  waiting_ = connection;
  if (stopping_ && connection != nullptr) connection->Interrupt();
}

bool RedisListener::Stopping() {
  MutexLock lock(mutex_);
  return stopping_;
}

void RedisListener::Run() {
  std::unique_ptr<RedisConnection> connection;
  while (!Stopping()) {
    if (connection == nullptr) {
      auto made = caller_.Connect();
      if (!made.ok()) {
        MutexLock lock(mutex_);
        if (!stopping_) changed_.WaitFor(mutex_, kBetweenAttempts);
        continue;
      }
      connection = *std::move(made);
      last_made_ = "$";
      made_();
    }
    const std::vector<std::string> question = Question();
    const std::vector<absl::string_view> command(question.begin(), question.end());
    Waiting(connection.get());
    const auto reply = connection->Call(command, kBlock + kReplyLimit);
    Waiting(nullptr);
    if (!reply.ok() || reply->kind == RedisReply::Kind::kError) {
      connection.reset();
    } else {
      Tell(*reply);
    }
  }
}

std::vector<std::string> RedisListener::Question() {
  std::vector<std::string> question = {
      "XREAD", "BLOCK", absl::StrCat(absl::ToInt64Milliseconds(kBlock)), "STREAMS", kMadeKey};
  std::vector<std::string> after = {last_made_};
  MutexLock lock(mutex_);
  for (const auto& [stream, followed] : followed_) {
    question.push_back(stream);
    after.push_back(followed.last);
  }
  question.insert(question.end(), after.begin(), after.end());
  return question;
}

void RedisListener::Tell(const RedisReply& streams) {
  bool made = false;
  for (const RedisReply& stream : streams.list) {
    const RedisReply* const newest = NewestOf(stream);
    if (newest == nullptr) continue;
    if (stream.list[0].text == kMadeKey) {
      last_made_ = newest->list[0].text;
      made = true;
      continue;
    }
    Head mark;
    if (!ReadMark(*newest, mark)) continue;
    MutexLock lock(mutex_);
    const auto found = followed_.find(stream.list[0].text);
    if (found == followed_.end()) continue;
    found->second.last = newest->list[0].text;
    found->second.marked(mark);
  }
  if (made) made_();
}

}  // namespace samsyn::journal

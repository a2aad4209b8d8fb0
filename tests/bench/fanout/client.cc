// The load generator's loop.
#include "tests/bench/fanout/client.h"

#include <absl/strings/str_cat.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "tests/bench/fanout/message.h"

namespace samsyn::bench {
namespace {

constexpr size_t kReadBytes = 1 << 20;
constexpr int kOpenAtOnce = 100;  // connections that are not ready yet

int64_t NowNs() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

absl::Status ErrnoFault(absl::string_view what) {
  return Fault(absl::StrCat(what, ": ", std::strerror(errno)));
}

}  // namespace

class Client::Connection : public Listener {
 public:
  Connection(Client& client, std::unique_ptr<Wire> wire, bool publishes)
      : client_(client), wire_(std::move(wire)), publishes_(publishes) {}

  absl::Status Open() {
    auto socket = Socket::Connect(client_.options_.port, client_.options_.tls.get());
    if (!socket.ok()) return socket.status();
    socket_ = *std::move(socket);
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = this;
    if (epoll_ctl(client_.epoll_, EPOLL_CTL_ADD, socket_->fd(), &event) != 0) {
      return ErrnoFault("epoll_ctl");
    }
    wire_->Start(out_);
    return Send();
  }

  // One read and what follows from it.
  absl::Status Read() {
    std::string& buffer = client_.read_;
    const auto size = socket_->Read(buffer);
    if (!size.ok()) return size.status();
    client_.bytes_ += publishes_ ? 0 : static_cast<int64_t>(*size);
    absl::string_view in(buffer.data(), *size);
    if (!rest_.empty()) {
      absl::StrAppend(&rest_, in);
      in = rest_;
    }
    const auto used = wire_->Take(in, out_, *this);
    if (!used.ok()) return used.status();
    if (rest_.empty()) {
      rest_.assign(in.data() + *used, in.size() - *used);
    } else {
      rest_.erase(0, *used);
    }
    return Send();
  }

  void Publish(absl::string_view message) { wire_->Publish(message, out_); }
  absl::Status Flush() {
    wire_->Flush(out_);
    return Send();
  }
  // It does not read any more; the server's side fills up.
  void StopReading() {
    epoll_ctl(client_.epoll_, EPOLL_CTL_DEL, socket_->fd(), nullptr);
    slow_ = true;
  }
  bool slow() const { return slow_; }
  int64_t seen() const { return seen_; }
  bool ready() const { return ready_; }
  absl::Status fault() const { return fault_; }

  void Ready() override {
    ready_ = true;
    seen_ = client_.published_;
    ++client_.ready_;
  }
  void Acked(int64_t count) override { client_.acked_ += count; }
  void Delivered(absl::string_view message) override {
    if (message.size() < 2 * kNumberLetters || !client_.IsNext(seen_, NumberOf(message))) {
      if (fault_.ok()) {
        fault_ = Fault(absl::StrCat("after message ", seen_, " came ", message.substr(0, 40)));
      }
      return;
    }
    ++seen_;
    ++client_.deliveries_;
    if (client_.ms_ != nullptr) {
      client_.last_ns_ = NowNs();
      client_.ms_->push_back(static_cast<double>(client_.last_ns_ - TimeOf(message)) / 1e6);
    }
  }

 private:
  absl::Status Send() {
    absl::Status status = socket_->Send(out_);
    out_.clear();
    return status;
  }

  Client& client_;
  const std::unique_ptr<Wire> wire_;
  const bool publishes_;
  std::unique_ptr<Socket> socket_;
  std::string out_, rest_;
  bool ready_ = false, slow_ = false;
  int64_t seen_ = 0;
  absl::Status fault_;
};

Client::Client(System system, ClientOptions options)
    : system_(std::move(system)),
      options_(options),
      epoll_(epoll_create1(EPOLL_CLOEXEC)),
      message_(MakeMessage()),
      read_(kReadBytes, '\0') {}

Client::~Client() {
  watchers_.clear();
  publisher_.reset();
  close(epoll_);
}

absl::Status Client::OpenPublisher() {
  publisher_ = std::make_unique<Connection>(*this, system_.publisher(), /*publishes=*/true);
  if (absl::Status status = publisher_->Open(); !status.ok()) return status;
  absl::Status status = RunUntil([this] { return publisher_->ready(); });
  ready_ = 0;
  return status;
}

absl::Status Client::OpenWatchers(int count) {
  while (static_cast<int>(watchers_.size()) < count) {
    const int before = static_cast<int>(watchers_.size());
    for (int i = before; i < std::min(before + kOpenAtOnce, count); ++i) {
      watchers_.push_back(std::make_unique<Connection>(*this, system_.watcher(), false));
      if (absl::Status status = watchers_.back()->Open(); !status.ok()) return status;
    }
    if (absl::Status status =
            RunUntil([this] { return ready_ == static_cast<int>(watchers_.size()); });
        !status.ok()) {
      return status;
    }
  }
  for (size_t i = 0; i < watchers_.size(); ++i) {
    if (static_cast<int>(i % 10) < options_.slow_tenths) watchers_[i]->StopReading();
  }
  return absl::OkStatus();
}

absl::Status Client::Poll(int timeout_ms) {
  epoll_event events[256];
  const int count = epoll_wait(epoll_, events, std::size(events), timeout_ms);
  if (count < 0 && errno != EINTR) return ErrnoFault("epoll_wait");
  for (int i = 0; i < count; ++i) {
    Connection& connection = *static_cast<Connection*>(events[i].data.ptr);
    if (absl::Status status = connection.Read(); !status.ok()) return status;
    if (!connection.fault().ok()) return connection.fault();
  }
  if (count > 0) last_ns_ = NowNs();
  return absl::OkStatus();
}

absl::Status Client::RunUntil(const std::function<bool()>& done) {
  last_ns_ = NowNs();
  while (!done()) {
    if (absl::Status status = Poll(1000); !status.ok()) return status;
    if (NowNs() - last_ns_ > absl::ToInt64Nanoseconds(options_.patience)) {
      return Fault(absl::StrCat("nothing comes any more: ", acked_, " of ", published_,
                                " acknowledged, ", ready_, " of ", watchers_.size(), " ready, ",
                                deliveries_, " delivered"));
    }
  }
  return absl::OkStatus();
}

void Client::PublishOne(int64_t due_ns) {
  WriteNumber(static_cast<uint64_t>(++published_), message_.data());
  WriteNumber(static_cast<uint64_t>(due_ns), message_.data() + kNumberLetters);
  publisher_->Publish(message_);
}

bool Client::IsNext(int64_t at, uint64_t number) {
  const auto place = static_cast<size_t>(at);
  if (place < order_.size()) return order_[place] == number;
  if (system_.in_order && number != place + 1) return false;
  if (number == 0 || number > static_cast<uint64_t>(published_)) return false;
  came_.resize(static_cast<size_t>(published_) + 1);
  if (came_[number]) return false;
  came_[number] = true;
  order_.push_back(number);
  return true;
}

bool Client::AllSeen() const {
  return acked_ >= published_ &&
         std::all_of(watchers_.begin(), watchers_.end(), [this](const auto& watcher) {
           return watcher->slow() || watcher->seen() == published_;
         });
}

absl::StatusOr<PhaseFigures> Client::Saturate(absl::Duration length) {
  PhaseFigures figures;
  deliveries_ = bytes_ = 0;
  const int64_t first = published_, acked_before = acked_;
  const int64_t begin = NowNs(), end = begin + absl::ToInt64Nanoseconds(length);
  while (NowNs() < end) {
    while (published_ - acked_ < options_.window) PublishOne(0);
    if (absl::Status status = publisher_->Flush(); !status.ok()) return status;
    if (absl::Status status = Poll(100); !status.ok()) return status;
  }
  figures.acked_in_time = acked_ - acked_before;
  figures.published = published_ - first;
  if (absl::Status status = Rest(figures, begin); !status.ok()) return status;
  return figures;
}

absl::StatusOr<PhaseFigures> Client::Pace(double per_second, absl::Duration length) {
  PhaseFigures figures;
  deliveries_ = bytes_ = 0;
  const int64_t first = published_, acked_before = acked_, begin = NowNs();
  const auto count = static_cast<int64_t>(per_second * absl::ToDoubleSeconds(length));
  figures.ms.reserve(static_cast<size_t>(count) * watchers_.size());
  ms_ = &figures.ms;
  const double between_ns = 1e9 / per_second;
  absl::Status status;
  for (int64_t i = 0; i < count && status.ok();) {
    const int64_t due = begin + static_cast<int64_t>(static_cast<double>(i) * between_ns);
    const int64_t wait = due - NowNs();
    if (wait <= 0) {
      PublishOne(due);
      status = publisher_->Flush();
      ++i;
    }
    // Waiting in whole milliseconds would be late: the last one is spent asking.
    if (status.ok()) status = Poll(wait > 2'000'000 ? static_cast<int>(wait / 1'000'000) - 1 : 0);
  }
  figures.acked_in_time = acked_ - acked_before;
  figures.published = published_ - first;
  if (status.ok()) status = Rest(figures, begin);
  ms_ = nullptr;
  if (!status.ok()) return status;
  return figures;
}

// Waits for what is still on its way.
absl::Status Client::Rest(PhaseFigures& figures, int64_t begin_ns) {
  figures.publishing = absl::Nanoseconds(NowNs() - begin_ns);
  if (absl::Status status = RunUntil([this] { return AllSeen(); }); !status.ok()) return status;
  figures.all = absl::Nanoseconds(NowNs() - begin_ns);
  figures.deliveries = deliveries_;
  figures.bytes = bytes_;
  return absl::OkStatus();
}

}  // namespace samsyn::bench

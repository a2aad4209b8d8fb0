// Samsyn as its clients speak it: gRPC; reports in by any of three methods, out by Watch.
#include <absl/strings/escaping.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_format.h>
#include <samsyn/v1/report.pb.h>
#include <samsyn/v1/watch.pb.h>

#include <random>
#include <utility>

#include "tests/bench/fanout/http2.h"
#include "tests/bench/fanout/message.h"
#include "tests/bench/fanout/protobuf_wire.h"
#include "tests/bench/fanout/systems.h"

namespace samsyn::bench {
namespace {

constexpr char kMunicipality[] = "municipalities/0136";
constexpr char kSource[] = "https://example.org/bench";

// Field numbers of the contract.
constexpr uint32_t kUpserted = v1::WatchResponse::kUpsertedFieldNumber;
constexpr uint32_t kReport = v1::Entity::kReportFieldNumber;
constexpr uint32_t kText = v1::Report::kTextFieldNumber;

v1::SubmitReportRequest TemplateOf(absl::string_view text) {
  v1::SubmitReportRequest request;
  request.set_request_id("00000000-0000-4000-8000-000000000000");
  request.set_municipality(kMunicipality);
  v1::Report& report = *request.mutable_report();
  report.set_category(v1::CATEGORY_VANDALISM);
  report.set_area(absl::StrCat(kMunicipality, "/areas/centrum"));
  report.mutable_release()->set_release_class(v1::RELEASE_CLASS_PARTNER);
  report.mutable_source()->set_source_uri(kSource);
  report.mutable_source()->set_source_id("0000000000000000");
  report.mutable_source()->mutable_source_version_time()->set_seconds(1'750'000'000);
  report.set_text(std::string(text));
  return request;
}

// Requests as bytes, each the one before with other letters in the same places.
class Requests {
 public:
  Requests() {
    const std::string message = MakeMessage();
    size_t text = message.size();
    while (TemplateOf(message.substr(0, text)).ByteSizeLong() > kMessageSize) --text;
    v1::SubmitReportRequest request = TemplateOf(message.substr(0, text));
    bytes_ = request.SerializeAsString();
    id_at_ = bytes_.find(request.request_id());
    source_at_ = bytes_.find(request.report().source().source_id());
    text_at_ = bytes_.find(request.report().text());
    text_size_ = text;
    std::random_device random;
    bytes_.replace(id_at_, 8, absl::StrFormat("%08x", random()));
  }
  // Valid until the next one.
  absl::string_view Next(absl::string_view message) {
    const std::string digits = absl::StrFormat("%012x", ++count_);
    bytes_.replace(id_at_ + 24, 12, digits);
    bytes_.replace(source_at_ + 4, 12, digits);
    bytes_.replace(text_at_, text_size_, message.data(), text_size_);
    return bytes_;
  }

 private:
  std::string bytes_;
  size_t id_at_, source_at_, text_at_, text_size_;
  uint64_t count_ = 0;
};

class Publisher : public Wire, private Http2::Events {
 public:
  Publisher(absl::string_view path, absl::string_view token) : http2_(path, token) {}
  absl::StatusOr<size_t> Take(absl::string_view in, std::string& out, Listener& listener) override {
    listener_ = &listener;
    return http2_.Take(in, out, *this);
  }

 protected:
  absl::Status End(uint32_t, absl::string_view headers) override {
    if (answered_-- > 0) return absl::OkStatus();
    return Fault(absl::StrCat("a call was refused: ", absl::CHexEscape(headers)));
  }
  Http2 http2_;
  Requests requests_;
  Listener* listener_ = nullptr;
  int64_t answered_ = 0;  // calls whose status is still to come
};

// By calls of their own: ready as soon as the server speaks.
class UnaryPublisher : public Publisher {
 public:
  using Publisher::Publisher;
  void Start(std::string& out) override { http2_.Start(out); }
  absl::StatusOr<size_t> Take(absl::string_view in, std::string& out, Listener& listener) override {
    if (!std::exchange(ready_, true)) listener.Ready();
    return Publisher::Take(in, out, listener);
  }

 private:
  bool ready_ = false;
};

// A call a report.
class Submitter : public UnaryPublisher {
 public:
  explicit Submitter(absl::string_view token)
      : UnaryPublisher("/samsyn.v1.ReportService/SubmitReport", token) {}
  void Publish(absl::string_view message, std::string& out) override {
    http2_.Call(requests_.Next(message), /*last=*/true, out);
  }

 private:
  absl::Status Message(uint32_t, absl::string_view) override {
    ++answered_;
    listener_->Acked(1);
    return absl::OkStatus();
  }
};

// A call for what there is at a time.
class BatchSubmitter : public UnaryPublisher {
 public:
  explicit BatchSubmitter(absl::string_view token)
      : UnaryPublisher("/samsyn.v1.ReportService/SubmitReports", token) {}
  void Publish(absl::string_view message, std::string& out) override {
    AppendBytes(v1::SubmitReportsRequest::kRequestsFieldNumber, requests_.Next(message), batch_);
    if (++batched_ == kBatch) Flush(out);
  }
  void Flush(std::string& out) override {
    if (batched_ == 0) return;
    http2_.Call(batch_, /*last=*/true, out);
    batch_.clear();
    batched_ = 0;
  }

 private:
  static constexpr int kBatch = 16;  // so that several are on their way

  absl::Status Message(uint32_t, absl::string_view message) override {
    ++answered_;
    v1::SubmitReportsResponse response;
    if (!response.ParseFromArray(message.data(), static_cast<int>(message.size()))) {
      return Fault("an answer that cannot be read");
    }
    for (const auto& result : response.results()) {
      if (result.effect() != v1::SubmitReportsResult::EFFECT_CREATED) {
        return Fault(result.ShortDebugString());
      }
    }
    listener_->Acked(response.results_size());
    return absl::OkStatus();
  }
  std::string batch_;
  int batched_ = 0;
};

// One stream; an answer a commit.
class Pusher : public Publisher {
 public:
  explicit Pusher(absl::string_view token)
      : Publisher("/samsyn.v1.ReportService/PushReports", token) {}
  void Start(std::string& out) override {
    http2_.Start(out);
    v1::PushReportsRequest first;
    first.set_number(1);
    first.mutable_request()->ParseFromString(std::string(requests_.Next(MakeMessage())));
    stream_ = http2_.Call(first.SerializeAsString(), /*last=*/false, out);
  }
  void Publish(absl::string_view message, std::string& out) override {
    const absl::string_view request = requests_.Next(message);
    item_.clear();
    AppendNumber(v1::PushReportsRequest::kNumberFieldNumber, ++number_, item_);
    AppendBytes(v1::PushReportsRequest::kRequestFieldNumber, request, item_);
    http2_.Send(stream_, item_, out);
  }

 private:
  absl::Status Message(uint32_t, absl::string_view message) override {
    v1::PushReportsResponse response;
    if (!response.ParseFromArray(message.data(), static_cast<int>(message.size()))) {
      return Fault("an answer that cannot be read");
    }
    if (response.refusals_size() > 0) return Fault(response.refusals(0).ShortDebugString());
    const int64_t more = response.durable_number() - durable_;
    durable_ = response.durable_number();
    if (durable_ == 0) return absl::OkStatus();  // the window, before any item
    if (!std::exchange(ready_, true)) {
      listener_->Ready();  // the first report was the greeting's
      if (more > 1) listener_->Acked(more - 1);
    } else if (more > 0) {
      listener_->Acked(more);
    }
    return absl::OkStatus();
  }
  std::string item_;
  uint32_t stream_ = 0;
  uint64_t number_ = 1;
  int64_t durable_ = 0;
  bool ready_ = false;
};

class Watcher : public Wire, private Http2::Events {
 public:
  explicit Watcher(absl::string_view token) : http2_("/samsyn.v1.WatchService/Watch", token) {}
  void Start(std::string& out) override {
    http2_.Start(out);
    v1::WatchRequest request;
    request.set_municipality(kMunicipality);
    request.add_kinds(v1::ENTITY_KIND_REPORT);
    http2_.Call(request.SerializeAsString(), /*last=*/true, out);
  }
  absl::StatusOr<size_t> Take(absl::string_view in, std::string& out, Listener& listener) override {
    listener_ = &listener;
    return http2_.Take(in, out, *this);
  }

 private:
  absl::Status Message(uint32_t, absl::string_view message) override {
    if (!current_) return TakePicture(message);
    for (Field field; TakeField(message, field);) {
      if (field.number != kUpserted) continue;
      const auto report = FindBytes(field.bytes, kReport);
      const auto text = report ? FindBytes(*report, kText) : std::nullopt;
      if (!text) return Fault("something else than a report");
      listener_->Delivered(*text);
    }
    return message.empty() ? absl::OkStatus() : Fault("a response that cannot be read");
  }
  // What was there before does not count.
  absl::Status TakePicture(absl::string_view message) {
    v1::WatchResponse response;
    if (!response.ParseFromArray(message.data(), static_cast<int>(message.size()))) {
      return Fault("a response that cannot be read");
    }
    current_ = response.current();
    if (current_) listener_->Ready();
    return absl::OkStatus();
  }
  absl::Status End(uint32_t, absl::string_view headers) override {
    return Fault(absl::StrCat("a watch has ended: ", absl::CHexEscape(headers)));
  }
  Http2 http2_;
  Listener* listener_ = nullptr;
  bool current_ = false;
};

}  // namespace

System Samsyn(SamsynDoor door, const std::vector<std::string>& tokens) {
  System system;
  system.in_order = door == SamsynDoor::kPushReports;
  system.publisher = [door, token = tokens[0]]() -> std::unique_ptr<Wire> {
    if (door == SamsynDoor::kPushReports) return std::make_unique<Pusher>(token);
    if (door == SamsynDoor::kSubmitReports) return std::make_unique<BatchSubmitter>(token);
    return std::make_unique<Submitter>(token);
  };
  system.watcher = [tokens, next = size_t{0}]() mutable {
    return std::make_unique<Watcher>(tokens[next++ % tokens.size()]);
  };
  return system;
}

}  // namespace samsyn::bench

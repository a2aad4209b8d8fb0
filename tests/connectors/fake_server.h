// What a server does with reports of a partner source, in memory: R7 and R8 and nothing else.
#ifndef SAMSYN_TESTS_CONNECTORS_FAKE_SERVER_H_
#define SAMSYN_TESTS_CONNECTORS_FAKE_SERVER_H_

#include <absl/status/statusor.h>
#include <absl/time/time.h>
#include <samsyn/v1/report.pb.h>

#include <map>
#include <string>
#include <vector>

namespace samsyn::testing {

class FakeServer {
 public:
  absl::StatusOr<v1::SubmitReportsResponse> Submit(
      const std::vector<v1::SubmitReportRequest>& requests) {
    ++calls_;
    if (!failure_.ok()) return failure_;
    v1::SubmitReportsResponse response;
    for (const v1::SubmitReportRequest& request : requests) {
      *response.add_results() = One(request);
    }
    response.set_revision(revision_);
    return response;
  }

  void FailWith(absl::Status failure) { failure_ = std::move(failure); }
  void Forget() { answered_.clear(); }  // as after the hour for which answers are kept
  int calls() const { return calls_; }
  int64_t revision() const { return revision_; }
  const std::map<std::string, v1::Report>& reports() const { return reports_; }

 private:
  static int64_t VersionOf(const v1::Report& report) {
    return report.source().source_version_time().seconds();
  }
  static std::string ContentOf(v1::Report report) {
    report.mutable_source()->clear_source_version_time();
    return report.SerializeAsString();
  }

  v1::SubmitReportsResult One(const v1::SubmitReportRequest& request) {
    if (const auto before = answered_.find(request.request_id()); before != answered_.end()) {
      return before->second;
    }
    v1::SubmitReportsResult result;
    const v1::Report& report = request.report();
    const auto [stored, is_new] = reports_.emplace(report.source().source_id(), report);
    if (is_new) {
      result.set_effect(v1::SubmitReportsResult::EFFECT_CREATED);
      ++revision_;
    } else if (VersionOf(report) > VersionOf(stored->second) &&
               ContentOf(report) != ContentOf(stored->second)) {
      stored->second = report;
      result.set_effect(v1::SubmitReportsResult::EFFECT_AMENDED);
      ++revision_;
    } else {
      result.set_effect(v1::SubmitReportsResult::EFFECT_UNCHANGED);
    }
    result.set_revision(revision_);
    answered_[request.request_id()] = result;
    return result;
  }

  std::map<std::string, v1::Report> reports_;  // by the source's id
  std::map<std::string, v1::SubmitReportsResult> answered_;
  absl::Status failure_;
  int64_t revision_ = 0;
  int calls_ = 0;
};

}  // namespace samsyn::testing

#endif  // SAMSYN_TESTS_CONNECTORS_FAKE_SERVER_H_

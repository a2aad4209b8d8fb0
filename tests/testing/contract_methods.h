// Every method of the contract, as its files describe them.
#ifndef SAMSYN_TESTS_TESTING_CONTRACT_METHODS_H_
#define SAMSYN_TESTS_TESTING_CONTRACT_METHODS_H_

#include <absl/strings/str_cat.h>
#include <google/protobuf/descriptor.h>
#include <samsyn/v1/access.pb.h>
#include <samsyn/v1/admin.pb.h>
#include <samsyn/v1/assignment.pb.h>
#include <samsyn/v1/audit.pb.h>
#include <samsyn/v1/deployment.pb.h>
#include <samsyn/v1/directory.pb.h>
#include <samsyn/v1/incident.pb.h>
#include <samsyn/v1/indicator.pb.h>
#include <samsyn/v1/meeting.pb.h>
#include <samsyn/v1/problem.pb.h>
#include <samsyn/v1/report.pb.h>
#include <samsyn/v1/situation.pb.h>
#include <samsyn/v1/watch.pb.h>

#include <string>
#include <vector>

namespace samsyn::testing {

inline std::vector<const google::protobuf::MethodDescriptor*> AllMethods() {
  std::vector<const google::protobuf::MethodDescriptor*> methods;
  for (const google::protobuf::FileDescriptor* const file :
       {v1::WhoAmIRequest::descriptor()->file(), v1::BackupRequest::descriptor()->file(),
        v1::Assignment::descriptor()->file(), v1::VerifyJournalRequest::descriptor()->file(),
        v1::Deployment::descriptor()->file(), v1::Organisation::descriptor()->file(),
        v1::Incident::descriptor()->file(), v1::Indicator::descriptor()->file(),
        v1::Meeting::descriptor()->file(), v1::Problem::descriptor()->file(),
        v1::Report::descriptor()->file(), v1::SituationCell::descriptor()->file(),
        v1::WatchRequest::descriptor()->file()}) {
    for (int s = 0; s < file->service_count(); ++s) {
      for (int m = 0; m < file->service(s)->method_count(); ++m) {
        methods.push_back(file->service(s)->method(m));
      }
    }
  }
  return methods;
}

// "/samsyn.v1.ReportService/SubmitReport"
inline std::string PathOf(const google::protobuf::MethodDescriptor& method) {
  return absl::StrCat("/", method.service()->full_name(), "/", method.name());
}

}  // namespace samsyn::testing

#endif  // SAMSYN_TESTS_TESTING_CONTRACT_METHODS_H_

// Problems.
#include <samsyn/v1/problem.grpc.pb.h>

#include "server/analysis/priorities.h"
#include "server/analysis/verdicts.h"
#include "server/domain/lists.h"
#include "server/domain/problem_rules.h"
#include "server/service/services.h"

namespace samsyn::service {
namespace {

class ProblemCalls final : public Routed<v1::ProblemService::CallbackService> {
 public:
  explicit ProblemCalls(Calls& calls) : calls_(calls) {
    Route(calls.routes(), &ProblemCalls::SuggestPriorities, &ProblemCalls::CreateProblem,
          &ProblemCalls::UpdateProblem, &ProblemCalls::LinkIncidents, &ProblemCalls::CloseProblem,
          &ProblemCalls::ReopenProblem, &ProblemCalls::ListProblems);
  }

  grpc::ServerUnaryReactor* SuggestPriorities(grpc::CallbackServerContext* context,
                                              const v1::SuggestPrioritiesRequest* request,
                                              v1::SuggestPrioritiesResponse* response) override {
    return calls_.Read(context, *request, response, [response](const ReadContext& reading) {
      const auto verdicts = analysis::Verdicts(reading.picture, reading.audience);
      for (v1::SuggestedPriority& one :
           analysis::SuggestPriorities(reading.picture, reading.audience, verdicts, reading.now)) {
        *response->add_suggestions() = std::move(one);
      }
      return absl::OkStatus();
    });
  }

  grpc::ServerUnaryReactor* CreateProblem(grpc::CallbackServerContext* context,
                                          const v1::CreateProblemRequest* request,
                                          v1::CreateProblemResponse* response) override {
    return calls_.Write(context, request, response, &domain::CreateProblem);
  }

  grpc::ServerUnaryReactor* UpdateProblem(grpc::CallbackServerContext* context,
                                          const v1::UpdateProblemRequest* request,
                                          v1::UpdateProblemResponse* response) override {
    return calls_.Write(context, request, response, &domain::UpdateProblem);
  }

  grpc::ServerUnaryReactor* LinkIncidents(grpc::CallbackServerContext* context,
                                          const v1::LinkIncidentsRequest* request,
                                          v1::LinkIncidentsResponse* response) override {
    return calls_.Write(context, request, response, &domain::LinkIncidents);
  }

  grpc::ServerUnaryReactor* CloseProblem(grpc::CallbackServerContext* context,
                                         const v1::CloseProblemRequest* request,
                                         v1::CloseProblemResponse* response) override {
    return calls_.Write(context, request, response, &domain::CloseProblem);
  }

  grpc::ServerUnaryReactor* ReopenProblem(grpc::CallbackServerContext* context,
                                          const v1::ReopenProblemRequest* request,
                                          v1::ReopenProblemResponse* response) override {
    return calls_.Write(context, request, response, &domain::ReopenProblem);
  }

  grpc::ServerUnaryReactor* GetProblem(grpc::CallbackServerContext* context,
                                       const v1::GetProblemRequest* request,
                                       v1::GetProblemResponse* response) override {
    return calls_.Get(context, *request, response);
  }

  grpc::ServerUnaryReactor* ListProblems(grpc::CallbackServerContext* context,
                                         const v1::ListProblemsRequest* request,
                                         v1::ListProblemsResponse* response) override {
    return calls_.List(context, request, response, &domain::ListProblems);
  }

 private:
  Calls& calls_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeProblemService(Calls& calls) {
  return std::make_unique<ProblemCalls>(calls);
}

}  // namespace samsyn::service

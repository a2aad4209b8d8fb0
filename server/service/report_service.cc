// Reports.
#include <samsyn/v1/report.grpc.pb.h>

#include "server/analysis/feedback.h"
#include "server/domain/lists.h"
#include "server/domain/planned_events.h"
#include "server/domain/repair_rules.h"
#include "server/domain/report_rules.h"
#include "server/service/push_reports.h"
#include "server/service/services.h"
#include "server/service/submit_reports.h"

namespace samsyn::service {
namespace {

class ReportCalls final : public Routed<v1::ReportService::CallbackService> {
 public:
  explicit ReportCalls(Calls& calls) : calls_(calls) {
    Route(calls.routes(), &ReportCalls::AmendReport, &ReportCalls::ReviewReport,
          &ReportCalls::RetractReport, &ReportCalls::UpdateRepair, &ReportCalls::ListPlannedEvents,
          &ReportCalls::GetReportFeedback, &ReportCalls::GetReport, &ReportCalls::ListReports);
  }

  grpc::ServerUnaryReactor* SubmitReport(grpc::CallbackServerContext* context,
                                         const v1::SubmitReportRequest* request,
                                         v1::SubmitReportResponse* response) override {
    return calls_.Write(context, request, response, &domain::SubmitReport);
  }

  grpc::ServerUnaryReactor* SubmitReports(grpc::CallbackServerContext* context,
                                          const v1::SubmitReportsRequest* request,
                                          v1::SubmitReportsResponse* response) override {
    return service::SubmitReports(calls_, context, *request, response);
  }

  grpc::ServerBidiReactor<v1::PushReportsRequest, v1::PushReportsResponse>* PushReports(
      grpc::CallbackServerContext* context) override {
    return service::PushReports(calls_.backend(), context);
  }

  grpc::ServerUnaryReactor* AmendReport(grpc::CallbackServerContext* context,
                                        const v1::AmendReportRequest* request,
                                        v1::AmendReportResponse* response) override {
    return calls_.Write(context, request, response, &domain::AmendReport);
  }

  grpc::ServerUnaryReactor* ReviewReport(grpc::CallbackServerContext* context,
                                         const v1::ReviewReportRequest* request,
                                         v1::ReviewReportResponse* response) override {
    return calls_.Write(context, request, response, &domain::ReviewReport);
  }

  grpc::ServerUnaryReactor* RetractReport(grpc::CallbackServerContext* context,
                                          const v1::RetractReportRequest* request,
                                          v1::RetractReportResponse* response) override {
    return calls_.Write(context, request, response, &domain::RetractReport);
  }

  grpc::ServerUnaryReactor* UpdateRepair(grpc::CallbackServerContext* context,
                                         const v1::UpdateRepairRequest* request,
                                         v1::UpdateRepairResponse* response) override {
    return calls_.Write(context, request, response, &domain::UpdateRepair);
  }

  grpc::ServerUnaryReactor* ListPlannedEvents(grpc::CallbackServerContext* context,
                                              const v1::ListPlannedEventsRequest* request,
                                              v1::ListPlannedEventsResponse* response) override {
    return calls_.List(context, request, response, &domain::ListPlannedEvents);
  }

  grpc::ServerUnaryReactor* GetReportFeedback(grpc::CallbackServerContext* context,
                                              const v1::GetReportFeedbackRequest* request,
                                              v1::GetReportFeedbackResponse* response) override {
    return calls_.List(context, request, response, &analysis::GetReportFeedback);
  }

  grpc::ServerUnaryReactor* GetReport(grpc::CallbackServerContext* context,
                                      const v1::GetReportRequest* request,
                                      v1::GetReportResponse* response) override {
    return calls_.Get(context, *request, response);
  }

  grpc::ServerUnaryReactor* ListReports(grpc::CallbackServerContext* context,
                                        const v1::ListReportsRequest* request,
                                        v1::ListReportsResponse* response) override {
    return calls_.List(context, request, response, &domain::ListReports);
  }

 private:
  Calls& calls_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeReportService(Calls& calls) {
  return std::make_unique<ReportCalls>(calls);
}

}  // namespace samsyn::service

// Assignments and field updates.
#include <samsyn/v1/assignment.grpc.pb.h>
#include <samsyn/v1/error_reason.pb.h>

#include "server/domain/assignment_rules.h"
#include "server/domain/debrief_rules.h"
#include "server/domain/lists.h"
#include "server/domain/position_rules.h"
#include "server/domain/unit_sheet.h"
#include "server/service/services.h"

namespace samsyn::service {
namespace {

class AssignmentCalls final : public Routed<v1::AssignmentService::CallbackService> {
 public:
  explicit AssignmentCalls(Calls& calls) : calls_(calls) {
    Route(calls.routes(), &AssignmentCalls::ReportDelivery, &AssignmentCalls::AcknowledgeAssignment,
          &AssignmentCalls::UpdateAssignment, &AssignmentCalls::ReplaceAssignment,
          &AssignmentCalls::HandOverAssignment, &AssignmentCalls::AddFieldUpdate,
          &AssignmentCalls::DebriefAssignment, &AssignmentCalls::GetUnitSheet,
          &AssignmentCalls::GetAssignment, &AssignmentCalls::ListAssignments,
          &AssignmentCalls::ListFieldUpdates);
  }

  grpc::ServerUnaryReactor* ReportDelivery(grpc::CallbackServerContext* context,
                                           const v1::ReportDeliveryRequest* request,
                                           v1::ReportDeliveryResponse* response) override {
    return Answer(context, request, response, &domain::ReportDelivery);
  }

  grpc::ServerUnaryReactor* AcknowledgeAssignment(
      grpc::CallbackServerContext* context, const v1::AcknowledgeAssignmentRequest* request,
      v1::AcknowledgeAssignmentResponse* response) override {
    return Answer(context, request, response, &domain::AcknowledgeAssignment);
  }

  grpc::ServerUnaryReactor* UpdateAssignment(grpc::CallbackServerContext* context,
                                             const v1::UpdateAssignmentRequest* request,
                                             v1::UpdateAssignmentResponse* response) override {
    return Answer(context, request, response, &domain::UpdateAssignment);
  }

  grpc::ServerUnaryReactor* ReplaceAssignment(grpc::CallbackServerContext* context,
                                              const v1::ReplaceAssignmentRequest* request,
                                              v1::ReplaceAssignmentResponse* response) override {
    return calls_.Write(context, request, response, &domain::ReplaceAssignment);
  }

  grpc::ServerUnaryReactor* HandOverAssignment(grpc::CallbackServerContext* context,
                                               const v1::HandOverAssignmentRequest* request,
                                               v1::HandOverAssignmentResponse* response) override {
    return calls_.Write(context, request, response, &domain::HandOverAssignment);
  }

  grpc::ServerUnaryReactor* AddFieldUpdate(grpc::CallbackServerContext* context,
                                           const v1::AddFieldUpdateRequest* request,
                                           v1::AddFieldUpdateResponse* response) override {
    return calls_.Write(context, request, response, &domain::AddFieldUpdate);
  }

  grpc::ServerUnaryReactor* DebriefAssignment(grpc::CallbackServerContext* context,
                                              const v1::DebriefAssignmentRequest* request,
                                              v1::DebriefAssignmentResponse* response) override {
    return calls_.Write(context, request, response, &domain::DebriefAssignment);
  }

  grpc::ServerUnaryReactor* GetUnitSheet(grpc::CallbackServerContext* context,
                                         const v1::GetUnitSheetRequest* request,
                                         v1::GetUnitSheetResponse* response) override {
    return calls_.Read(context, *request, response, [=](const ReadContext& reading) {
      return domain::GetUnitSheet(*request, reading.picture, reading.audience, reading.now,
                                  response);
    });
  }

  grpc::ServerUnaryReactor* ReportPosition(grpc::CallbackServerContext* context,
                                           const v1::ReportPositionRequest* request,
                                           v1::ReportPositionResponse* response) override {
    return calls_.Write(context, request, response, &domain::ReportPosition);
  }

  grpc::ServerUnaryReactor* GetAssignment(grpc::CallbackServerContext* context,
                                          const v1::GetAssignmentRequest* request,
                                          v1::GetAssignmentResponse* response) override {
    return calls_.Get(context, *request, response);
  }

  grpc::ServerUnaryReactor* ListAssignments(grpc::CallbackServerContext* context,
                                            const v1::ListAssignmentsRequest* request,
                                            v1::ListAssignmentsResponse* response) override {
    return calls_.List(context, request, response, &domain::ListAssignments);
  }

  grpc::ServerUnaryReactor* ListFieldUpdates(grpc::CallbackServerContext* context,
                                             const v1::ListFieldUpdatesRequest* request,
                                             v1::ListFieldUpdatesResponse* response) override {
    return calls_.List(context, request, response, &domain::ListFieldUpdates);
  }

 private:
  // What the field answers for another definition than the present one is kept, and committed; then
  // it is refused with the new one, repeats too.
  template <typename Request, typename Response>
  grpc::ServerUnaryReactor* Answer(grpc::CallbackServerContext* context, const Request* request,
                                   Response* response,
                                   absl::Status (*rule)(const Request&, domain::Transaction&)) {
    return calls_.Submit(
        context, *request, response,
        [request, rule](domain::Transaction& transaction) { return rule(*request, transaction); },
        [response](const engine::Answer& answer) {
          return answer.effect == v1::ERROR_REASON_DEFINITION_CHANGED
                     ? domain::DefinitionChanged(response->assignment())
                     : absl::OkStatus();
        });
  }

  Calls& calls_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeAssignmentService(Calls& calls) {
  return std::make_unique<AssignmentCalls>(calls);
}

}  // namespace samsyn::service

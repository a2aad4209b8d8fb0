// Meetings.
#include <samsyn/v1/meeting.grpc.pb.h>

#include "server/domain/agenda.h"
#include "server/domain/lists.h"
#include "server/domain/meeting_cadence.h"
#include "server/domain/meeting_rules.h"
#include "server/domain/minutes.h"
#include "server/domain/minutes_rules.h"
#include "server/service/services.h"

namespace samsyn::service {
namespace {

class MeetingCalls final : public Routed<v1::MeetingService::CallbackService> {
 public:
  explicit MeetingCalls(Calls& calls) : calls_(calls) {
    Route(calls.routes(), &MeetingCalls::ScheduleMeeting, &MeetingCalls::CancelMeeting,
          &MeetingCalls::OpenMeeting, &MeetingCalls::AdvanceMeeting, &MeetingCalls::TakeChair,
          &MeetingCalls::JoinMeeting, &MeetingCalls::LeaveMeeting, &MeetingCalls::AddRoundEntry,
          &MeetingCalls::AssessAreas, &MeetingCalls::SetPriorities, &MeetingCalls::SetNightLead,
          &MeetingCalls::CloseMeeting, &MeetingCalls::ApproveMinutes, &MeetingCalls::ReviseMinutes,
          &MeetingCalls::GetAgenda, &MeetingCalls::ListMeetingDates, &MeetingCalls::ListMeetings,
          &MeetingCalls::GetMinutes);
  }

  grpc::ServerUnaryReactor* ScheduleMeeting(grpc::CallbackServerContext* context,
                                            const v1::ScheduleMeetingRequest* request,
                                            v1::ScheduleMeetingResponse* response) override {
    return calls_.Write(context, request, response, &domain::ScheduleMeeting);
  }

  grpc::ServerUnaryReactor* CancelMeeting(grpc::CallbackServerContext* context,
                                          const v1::CancelMeetingRequest* request,
                                          v1::CancelMeetingResponse* response) override {
    return calls_.Write(context, request, response, &domain::CancelMeeting);
  }

  grpc::ServerUnaryReactor* OpenMeeting(grpc::CallbackServerContext* context,
                                        const v1::OpenMeetingRequest* request,
                                        v1::OpenMeetingResponse* response) override {
    return calls_.Write(context, request, response, &domain::OpenMeeting);
  }

  grpc::ServerUnaryReactor* AdvanceMeeting(grpc::CallbackServerContext* context,
                                           const v1::AdvanceMeetingRequest* request,
                                           v1::AdvanceMeetingResponse* response) override {
    return calls_.Write(context, request, response, &domain::AdvanceMeeting);
  }

  grpc::ServerUnaryReactor* TakeChair(grpc::CallbackServerContext* context,
                                      const v1::TakeChairRequest* request,
                                      v1::TakeChairResponse* response) override {
    return calls_.Write(context, request, response, &domain::TakeChair);
  }

  grpc::ServerUnaryReactor* JoinMeeting(grpc::CallbackServerContext* context,
                                        const v1::JoinMeetingRequest* request,
                                        v1::JoinMeetingResponse* response) override {
    return calls_.Write(context, request, response, &domain::JoinMeeting);
  }

  grpc::ServerUnaryReactor* LeaveMeeting(grpc::CallbackServerContext* context,
                                         const v1::LeaveMeetingRequest* request,
                                         v1::LeaveMeetingResponse* response) override {
    return calls_.Write(context, request, response, &domain::LeaveMeeting);
  }

  grpc::ServerUnaryReactor* AddRoundEntry(grpc::CallbackServerContext* context,
                                          const v1::AddRoundEntryRequest* request,
                                          v1::AddRoundEntryResponse* response) override {
    return calls_.Write(context, request, response, &domain::AddRoundEntry);
  }

  grpc::ServerUnaryReactor* AssessAreas(grpc::CallbackServerContext* context,
                                        const v1::AssessAreasRequest* request,
                                        v1::AssessAreasResponse* response) override {
    return calls_.Write(context, request, response, &domain::AssessAreas);
  }

  grpc::ServerUnaryReactor* SetPriorities(grpc::CallbackServerContext* context,
                                          const v1::SetPrioritiesRequest* request,
                                          v1::SetPrioritiesResponse* response) override {
    return calls_.Write(context, request, response, &domain::SetPriorities);
  }

  grpc::ServerUnaryReactor* SetNightLead(grpc::CallbackServerContext* context,
                                         const v1::SetNightLeadRequest* request,
                                         v1::SetNightLeadResponse* response) override {
    return calls_.Write(context, request, response, &domain::SetNightLead);
  }

  grpc::ServerUnaryReactor* CloseMeeting(grpc::CallbackServerContext* context,
                                         const v1::CloseMeetingRequest* request,
                                         v1::CloseMeetingResponse* response) override {
    return calls_.Write(context, request, response, &domain::CloseMeeting);
  }

  grpc::ServerUnaryReactor* ApproveMinutes(grpc::CallbackServerContext* context,
                                           const v1::ApproveMinutesRequest* request,
                                           v1::ApproveMinutesResponse* response) override {
    return calls_.Write(context, request, response, &domain::ApproveMinutes);
  }

  grpc::ServerUnaryReactor* ReviseMinutes(grpc::CallbackServerContext* context,
                                          const v1::ReviseMinutesRequest* request,
                                          v1::ReviseMinutesResponse* response) override {
    return calls_.Write(context, request, response, &domain::ReviseMinutes);
  }

  grpc::ServerUnaryReactor* GetAgenda(grpc::CallbackServerContext* context,
                                      const v1::GetAgendaRequest* request,
                                      v1::GetAgendaResponse* response) override {
    return calls_.List(context, request, response, &domain::GetAgenda);
  }

  grpc::ServerUnaryReactor* ListMeetingDates(grpc::CallbackServerContext* context,
                                             const v1::ListMeetingDatesRequest* request,
                                             v1::ListMeetingDatesResponse* response) override {
    return calls_.Read(context, *request, response, [=](const ReadContext& reading) {
      return domain::ListMeetingDates(*request, reading.picture, reading.audience, reading.now,
                                      response);
    });
  }

  grpc::ServerUnaryReactor* GetMeeting(grpc::CallbackServerContext* context,
                                       const v1::GetMeetingRequest* request,
                                       v1::GetMeetingResponse* response) override {
    return calls_.Get(context, *request, response);
  }

  grpc::ServerUnaryReactor* ListMeetings(grpc::CallbackServerContext* context,
                                         const v1::ListMeetingsRequest* request,
                                         v1::ListMeetingsResponse* response) override {
    return calls_.List(context, request, response, &domain::ListMeetings);
  }

  grpc::ServerUnaryReactor* GetMinutes(grpc::CallbackServerContext* context,
                                       const v1::GetMinutesRequest* request,
                                       v1::GetMinutesResponse* response) override {
    return calls_.List(context, request, response, &domain::GetMinutes);
  }

 private:
  Calls& calls_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeMeetingService(Calls& calls) {
  return std::make_unique<MeetingCalls>(calls);
}

}  // namespace samsyn::service

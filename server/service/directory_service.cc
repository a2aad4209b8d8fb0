// The municipality, its organisations, members, units, areas and shifts.
#include <samsyn/v1/directory.grpc.pb.h>

#include "server/domain/directory_rules.h"
#include "server/domain/lists.h"
#include "server/domain/setup_rules.h"
#include "server/service/services.h"
#include "server/service/stepped_write.h"

namespace samsyn::service {
namespace {

class DirectoryCalls final : public Routed<v1::DirectoryService::CallbackService> {
 public:
  explicit DirectoryCalls(Calls& calls) : calls_(calls) {
    Route(calls.routes(), &DirectoryCalls::GetMunicipality, &DirectoryCalls::ApplySetup,
          &DirectoryCalls::DecideAuthorityChange, &DirectoryCalls::AddMember,
          &DirectoryCalls::UpdateMember, &DirectoryCalls::RemoveMember, &DirectoryCalls::UpsertUnit,
          &DirectoryCalls::UpsertArea, &DirectoryCalls::RecordPermit,
          &DirectoryCalls::RegisterShift, &DirectoryCalls::ListOrganisations,
          &DirectoryCalls::ListMembers, &DirectoryCalls::ListUnits, &DirectoryCalls::ListAreas,
          &DirectoryCalls::ListShifts);
  }

  grpc::ServerUnaryReactor* GetMunicipality(grpc::CallbackServerContext* context,
                                            const v1::GetMunicipalityRequest* request,
                                            v1::GetMunicipalityResponse* response) override {
    return calls_.Get(context, *request, response);
  }

  grpc::ServerUnaryReactor* ApplySetup(grpc::CallbackServerContext* context,
                                       const v1::ApplySetupRequest* request,
                                       v1::ApplySetupResponse* response) override {
    return service::ApplySetup(calls_, context, *request, response);
  }

  grpc::ServerUnaryReactor* DecideAuthorityChange(
      grpc::CallbackServerContext* context, const v1::DecideAuthorityChangeRequest* request,
      v1::DecideAuthorityChangeResponse* response) override {
    return service::DecideAuthorityChange(calls_, context, *request, response);
  }

  grpc::ServerUnaryReactor* GetSetup(grpc::CallbackServerContext* context,
                                     const v1::GetSetupRequest* request,
                                     v1::GetSetupResponse* response) override {
    return calls_.List(context, request, response, &domain::GetSetup);
  }

  grpc::ServerUnaryReactor* AddMember(grpc::CallbackServerContext* context,
                                      const v1::AddMemberRequest* request,
                                      v1::AddMemberResponse* response) override {
    return calls_.Write(context, request, response, &domain::AddMember);
  }

  grpc::ServerUnaryReactor* UpdateMember(grpc::CallbackServerContext* context,
                                         const v1::UpdateMemberRequest* request,
                                         v1::UpdateMemberResponse* response) override {
    return calls_.Write(context, request, response, &domain::UpdateMember);
  }

  grpc::ServerUnaryReactor* RemoveMember(grpc::CallbackServerContext* context,
                                         const v1::RemoveMemberRequest* request,
                                         v1::RemoveMemberResponse* response) override {
    return calls_.Write(context, request, response, &domain::RemoveMember);
  }

  grpc::ServerUnaryReactor* UpsertUnit(grpc::CallbackServerContext* context,
                                       const v1::UpsertUnitRequest* request,
                                       v1::UpsertUnitResponse* response) override {
    return calls_.Write(context, request, response, &domain::UpsertUnit);
  }

  grpc::ServerUnaryReactor* UpsertArea(grpc::CallbackServerContext* context,
                                       const v1::UpsertAreaRequest* request,
                                       v1::UpsertAreaResponse* response) override {
    return calls_.Write(context, request, response, &domain::UpsertArea);
  }

  grpc::ServerUnaryReactor* RecordPermit(grpc::CallbackServerContext* context,
                                         const v1::RecordPermitRequest* request,
                                         v1::RecordPermitResponse* response) override {
    return calls_.Write(context, request, response, &domain::RecordPermit);
  }

  grpc::ServerUnaryReactor* RegisterShift(grpc::CallbackServerContext* context,
                                          const v1::RegisterShiftRequest* request,
                                          v1::RegisterShiftResponse* response) override {
    return calls_.Write(context, request, response, &domain::RegisterShift);
  }

  grpc::ServerUnaryReactor* ListOrganisations(grpc::CallbackServerContext* context,
                                              const v1::ListOrganisationsRequest* request,
                                              v1::ListOrganisationsResponse* response) override {
    return calls_.List(context, request, response, &domain::ListOrganisations);
  }

  grpc::ServerUnaryReactor* ListMembers(grpc::CallbackServerContext* context,
                                        const v1::ListMembersRequest* request,
                                        v1::ListMembersResponse* response) override {
    return calls_.List(context, request, response, &domain::ListMembers);
  }

  grpc::ServerUnaryReactor* ListUnits(grpc::CallbackServerContext* context,
                                      const v1::ListUnitsRequest* request,
                                      v1::ListUnitsResponse* response) override {
    return calls_.List(context, request, response, &domain::ListUnits);
  }

  grpc::ServerUnaryReactor* ListAreas(grpc::CallbackServerContext* context,
                                      const v1::ListAreasRequest* request,
                                      v1::ListAreasResponse* response) override {
    return calls_.List(context, request, response, &domain::ListAreas);
  }

  grpc::ServerUnaryReactor* ListShifts(grpc::CallbackServerContext* context,
                                       const v1::ListShiftsRequest* request,
                                       v1::ListShiftsResponse* response) override {
    return calls_.List(context, request, response, &domain::ListShifts);
  }

 private:
  Calls& calls_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeDirectoryService(Calls& calls) {
  return std::make_unique<DirectoryCalls>(calls);
}

}  // namespace samsyn::service

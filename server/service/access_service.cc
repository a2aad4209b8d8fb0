// Identity, tokens, sessions, devices, releases.
#include <samsyn/v1/access.grpc.pb.h>

#include "server/access/identity.h"
#include "server/access/token.h"
#include "server/domain/access_rules.h"
#include "server/domain/device_rules.h"
#include "server/domain/lists.h"
#include "server/domain/names.h"
#include "server/domain/policy.h"
#include "server/domain/position_rules.h"
#include "server/domain/refusal.h"
#include "server/domain/release_grounds.h"
#include "server/domain/release_viewers.h"
#include "server/domain/session_rules.h"
#include "server/service/server.h"
#include "server/service/services.h"

namespace samsyn::service {
namespace {

// What the caller gets of itself, whatever else it may see.
absl::Status FillWhoAmI(const ReadContext& reading, v1::WhoAmIResponse* response) {
  const auto member = reading.picture.Get<v1::Member>(reading.caller.member);
  const auto token = reading.picture.Get<v1::Token>(reading.caller.token);
  if (member == nullptr || token == nullptr) return access::NoIdentity();
  *response->mutable_member() = *member;
  *response->mutable_token() = *token;
  if (auto found = reading.picture.Get<v1::Organisation>(member->organisation())) {
    *response->mutable_organisation() = *found;
  }
  if (auto found = reading.picture.Get<v1::Municipality>(domain::MunicipalityOf(member->name()))) {
    *response->mutable_municipality() = *found;
  }
  const auto meeting = domain::OpenMeeting(reading.picture);
  response->set_chair(meeting != nullptr && meeting->chair() == member->name());
  response->set_night_lead(reading.audience.night_lead);
  return absl::OkStatus();
}

// The request id was that of another link's session: this link's holder is not shown that one.
absl::Status RequestOfAnotherLink() {
  return domain::Refuse(v1::ERROR_REASON_REQUEST_ID_REUSED,
                        {"This request id was used with another login link.",
                         "Detta request_id är använt med en annan inloggningslänk."});
}

absl::Status NobodyIsWoken() {
  return domain::Refuse(v1::ERROR_REASON_WRONG_STATE,
                        {"This server wakes no devices.", "Den här servern väcker inga enheter."},
                        {{"state", "NO_PUSH"}});
}

class AccessCalls final : public Routed<v1::AccessService::CallbackService> {
 public:
  AccessCalls(Calls& calls, const PushOffer& push) : calls_(calls), push_(push) {
    Route(calls.routes(), &AccessCalls::IssueToken, &AccessCalls::CreateLoginLink,
          &AccessCalls::RedeemLoginLink, &AccessCalls::ListSessions, &AccessCalls::EndSession,
          &AccessCalls::RevokeToken, &AccessCalls::ListTokens, &AccessCalls::GetPushKey,
          &AccessCalls::RegisterDevice, &AccessCalls::ListDevices, &AccessCalls::RemoveDevice,
          &AccessCalls::ReleaseEntity, &AccessCalls::DecideRelease, &AccessCalls::ListReleases,
          &AccessCalls::ListReleaseGrounds, &AccessCalls::ListViewers, &AccessCalls::RevokeRelease,
          &AccessCalls::SetPositionConsent, &AccessCalls::SetClass);
  }

  grpc::ServerUnaryReactor* WhoAmI(grpc::CallbackServerContext* context,
                                   const v1::WhoAmIRequest* request,
                                   v1::WhoAmIResponse* response) override {
    return calls_.Read(context, *request, response, [response](const ReadContext& reading) {
      return FillWhoAmI(reading, response);
    });
  }

  grpc::ServerUnaryReactor* IssueToken(grpc::CallbackServerContext* context,
                                       const v1::IssueTokenRequest* request,
                                       v1::IssueTokenResponse* response) override {
    return SubmitWithSecret(context, request, response, &domain::IssueToken);
  }

  grpc::ServerUnaryReactor* CreateLoginLink(grpc::CallbackServerContext* context,
                                            const v1::CreateLoginLinkRequest* request,
                                            v1::CreateLoginLinkResponse* response) override {
    return SubmitWithSecret(context, request, response, &domain::CreateLoginLink);
  }

  grpc::ServerUnaryReactor* RedeemLoginLink(grpc::CallbackServerContext* context,
                                            const v1::RedeemLoginLinkRequest* request,
                                            v1::RedeemLoginLinkResponse* response) override {
    const auto link = access::ParseToken(BearerOf(*context));
    const std::string secret =
        link.has_value() ? access::SessionSecret(link->secret, request->request_id()) : "";
    const Digest credential = access::CredentialOf(secret);
    return calls_.Submit(
        context, *request, response,
        [request, credential](domain::Transaction& transaction) {
          return domain::RedeemLoginLink(*request, credential, transaction);
        },
        [response, secret, link](const engine::Answer& answer) {
          if (response->session().login_link() != link->name) return RequestOfAnotherLink();
          response->set_secret(access::FormatToken(answer.results.front(), secret));
          *response->mutable_expire_time() = response->session().expire_time();
          return absl::OkStatus();
        },
        &AuthenticateLink);
  }

  grpc::ServerUnaryReactor* ListSessions(grpc::CallbackServerContext* context,
                                         const v1::ListSessionsRequest* request,
                                         v1::ListSessionsResponse* response) override {
    return calls_.Read(context, *request, response, [=](const ReadContext& reading) {
      return domain::ListSessions(*request, reading.picture, reading.audience, reading.caller,
                                  reading.now, response);
    });
  }

  grpc::ServerUnaryReactor* EndSession(grpc::CallbackServerContext* context,
                                       const v1::EndSessionRequest* request,
                                       v1::EndSessionResponse* response) override {
    return calls_.Write(context, request, response, &domain::EndSession);
  }

  grpc::ServerUnaryReactor* RevokeToken(grpc::CallbackServerContext* context,
                                        const v1::RevokeTokenRequest* request,
                                        v1::RevokeTokenResponse* response) override {
    return calls_.Write(context, request, response, &domain::RevokeToken);
  }

  grpc::ServerUnaryReactor* ListTokens(grpc::CallbackServerContext* context,
                                       const v1::ListTokensRequest* request,
                                       v1::ListTokensResponse* response) override {
    return calls_.List(context, request, response, &domain::ListTokens);
  }

  grpc::ServerUnaryReactor* GetPushKey(grpc::CallbackServerContext* context,
                                       const v1::GetPushKeyRequest* request,
                                       v1::GetPushKeyResponse* response) override {
    return calls_.Read(context, *request, response, [this, response](const ReadContext&) {
      response->set_key(push_.key);
      return absl::OkStatus();
    });
  }

  grpc::ServerUnaryReactor* RegisterDevice(grpc::CallbackServerContext* context,
                                           const v1::RegisterDeviceRequest* request,
                                           v1::RegisterDeviceResponse* response) override {
    return calls_.Submit(context, *request, response,
                         [this, request](domain::Transaction& transaction) {
                           if (push_.key.empty()) return NobodyIsWoken();
                           return domain::RegisterDevice(*request, push_.hosts, transaction);
                         });
  }

  grpc::ServerUnaryReactor* ListDevices(grpc::CallbackServerContext* context,
                                        const v1::ListDevicesRequest* request,
                                        v1::ListDevicesResponse* response) override {
    return calls_.Read(context, *request, response, [=](const ReadContext& reading) {
      return domain::ListDevices(*request, reading.picture, reading.audience, reading.caller,
                                 response);
    });
  }

  grpc::ServerUnaryReactor* RemoveDevice(grpc::CallbackServerContext* context,
                                         const v1::RemoveDeviceRequest* request,
                                         v1::RemoveDeviceResponse* response) override {
    return calls_.Write(context, request, response, &domain::RemoveDevice);
  }

  grpc::ServerUnaryReactor* ReleaseEntity(grpc::CallbackServerContext* context,
                                          const v1::ReleaseEntityRequest* request,
                                          v1::ReleaseEntityResponse* response) override {
    return calls_.Write(context, request, response, &domain::ReleaseEntity);
  }

  grpc::ServerUnaryReactor* DecideRelease(grpc::CallbackServerContext* context,
                                          const v1::DecideReleaseRequest* request,
                                          v1::DecideReleaseResponse* response) override {
    return calls_.Write(context, request, response, &domain::DecideRelease);
  }

  grpc::ServerUnaryReactor* ListReleases(grpc::CallbackServerContext* context,
                                         const v1::ListReleasesRequest* request,
                                         v1::ListReleasesResponse* response) override {
    return calls_.List(context, request, response, &domain::ListReleases);
  }

  grpc::ServerUnaryReactor* ListReleaseGrounds(grpc::CallbackServerContext* context,
                                               const v1::ListReleaseGroundsRequest* request,
                                               v1::ListReleaseGroundsResponse* response) override {
    return calls_.List(context, request, response, &domain::ListReleaseGrounds);
  }

  grpc::ServerUnaryReactor* ListViewers(grpc::CallbackServerContext* context,
                                        const v1::ListViewersRequest* request,
                                        v1::ListViewersResponse* response) override {
    return calls_.List(context, request, response, &domain::ListViewers);
  }

  grpc::ServerUnaryReactor* RevokeRelease(grpc::CallbackServerContext* context,
                                          const v1::RevokeReleaseRequest* request,
                                          v1::RevokeReleaseResponse* response) override {
    return calls_.Write(context, request, response, &domain::RevokeRelease);
  }

  grpc::ServerUnaryReactor* SetPositionConsent(grpc::CallbackServerContext* context,
                                               const v1::SetPositionConsentRequest* request,
                                               v1::SetPositionConsentResponse* response) override {
    return calls_.Write(context, request, response, &domain::SetPositionConsent);
  }

  grpc::ServerUnaryReactor* SetClass(grpc::CallbackServerContext* context,
                                     const v1::SetClassRequest* request,
                                     v1::SetClassResponse* response) override {
    return calls_.Write(context, request, response, &domain::SetClass);
  }

 private:
  // A method that makes a token or link by its rule and shows its secret, once.
  template <typename Request, typename Response>
  grpc::ServerUnaryReactor* SubmitWithSecret(grpc::CallbackServerContext* context,
                                             const Request* request, Response* response,
                                             absl::Status (*rule)(const Request&, const Digest&,
                                                                  domain::Transaction&)) {
    // The secret is made once a call: what was shown belongs to the command that was committed.
    const std::string secret = access::MakeSecret();
    const Digest credential = access::CredentialOf(secret);
    return calls_.Submit(
        context, *request, response,
        [request, credential, rule](domain::Transaction& transaction) {
          const absl::Status status = rule(*request, credential, transaction);
          // A repeat so late that its answer is not kept any more finds its token there already.
          if (transaction.credentials().empty()) {
            transaction.SetEffect(v1::SubmitReportsResult::EFFECT_UNCHANGED);
          }
          return status;
        },
        [response, secret](const engine::Answer& answer) {
          const bool made = !answer.repeat && !answer.results.empty() &&
                            answer.effect != v1::SubmitReportsResult::EFFECT_UNCHANGED;
          if (made) {
            response->set_secret(access::FormatToken(answer.results.front(), secret));
          }
          return absl::OkStatus();
        });
  }

  Calls& calls_;
  const PushOffer push_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeAccessService(Calls& calls, const PushOffer& push) {
  return std::make_unique<AccessCalls>(calls, push);
}

}  // namespace samsyn::service

#include "server/service/session.h"

#include <grpc/grpc_security_constants.h>
#include <grpcpp/security/auth_context.h>

#include <vector>

#include "server/access/certificate.h"
#include "server/access/token.h"
#include "server/domain/names.h"
#include "server/domain/refusal.h"
#include "server/domain/unknown_rights.h"
#include "server/service/cut_off.h"

namespace samsyn::service {
namespace {

absl::string_view Header(const grpc::ServerContextBase& context, const char* key) {
  const auto found = context.client_metadata().find(key);
  if (found == context.client_metadata().end()) return {};
  return {found->second.data(), found->second.size()};
}

// The organisations of the peer's certificate; null: the connection needs none.
std::unique_ptr<std::vector<std::string>> CertificateOrganisations(
    const grpc::ServerContextBase& context) {
  const auto auth = context.auth_context();
  if (auth == nullptr) return nullptr;
  const auto pem = auth->FindPropertyValues(GRPC_X509_PEM_CERT_PROPERTY_NAME);
  if (pem.empty()) return nullptr;
  return std::make_unique<std::vector<std::string>>(
      access::OrganisationsOf({pem.front().data(), pem.front().size()}));
}

// Whether the string field `field` of the message names something outside the municipality.
const std::string* ForeignName(const google::protobuf::Message& message, const char* field,
                               absl::string_view municipality) {
  const auto* const descriptor = message.GetDescriptor()->FindFieldByName(field);
  if (descriptor == nullptr || descriptor->is_repeated() ||
      descriptor->cpp_type() != google::protobuf::FieldDescriptor::CPPTYPE_STRING) {
    return nullptr;
  }
  const std::string& name =
      message.GetReflection()->GetStringReference(message, descriptor, nullptr);
  return name.empty() || domain::MunicipalityOf(name) == municipality ? nullptr : &name;
}

// The caller as `identify` says, if it is one of the organisations of the certificate.
template <typename Identify>
absl::StatusOr<Session> IdentifiedBy(const Backend& backend, const grpc::ServerContextBase& context,
                                     Identify identify) {
  const auto token = access::ParseToken(BearerOf(context));
  if (!token.has_value()) return access::NoIdentity();
  Session session;
  session.municipality = std::string(domain::MunicipalityOf(token->name));
  auto feed = backend.engine.FeedOf(session.municipality);
  if (absl::IsNotFound(feed.status())) return access::NoIdentity();
  if (!feed.ok()) return feed.status();
  session.feed = *std::move(feed);
  const auto organisations = CertificateOrganisations(context);
  auto identity = session.feed->Reading(
      [&](const domain::Picture& picture) -> absl::StatusOr<access::Identity> {
        auto found = identify(picture, *token);
        if (found.ok() && organisations != nullptr) {
          const auto status = access::CheckCertificate(picture, found->caller, *organisations);
          if (!status.ok()) return status;
        }
        return found;
      });
  // It may have been issued elsewhere since.
  const bool elsewhere = domain::ReasonOf(identity.status()) == v1::ERROR_REASON_NO_IDENTITY &&
                         RightsUnknown(backend, session.municipality);
  if (elsewhere) return NodeCutOff();
  if (!identity.ok()) return identity.status();
  session.identity = *std::move(identity);
  return session;
}

}  // namespace

Language LanguageOf(const grpc::ServerContextBase& context) {
  return LanguageOf(Header(context, "accept-language"));
}

absl::string_view BearerOf(const grpc::ServerContextBase& context) {
  return access::BearerOf(Header(context, "authorization"));
}

absl::StatusOr<Session> Authenticate(const Backend& backend,
                                     const grpc::ServerContextBase& context) {
  return IdentifiedBy(backend, context, [&](const domain::Picture& picture, const auto& token) {
    return access::Identify(picture, backend.clock.Now(), token);
  });
}

absl::StatusOr<Session> AuthenticateLink(const Backend& backend,
                                         const grpc::ServerContextBase& context) {
  return IdentifiedBy(backend, context, [](const domain::Picture& picture, const auto& token) {
    return access::IdentifyLink(picture, token);
  });
}

absl::StatusOr<Reader> ReaderOf(const Backend& backend, const Session& session,
                                const domain::Picture& picture) {
  auto identity =
      access::StillIdentified(picture, backend.clock.Now(), session.identity.caller.token);
  if (!identity.ok()) return identity.status();
  Reader reader{*std::move(identity), {}};
  reader.audience = domain::AudienceOf(picture, reader.identity.caller);
  if (RightsUnknown(backend, session.municipality)) {
    reader.audience = domain::WithoutRights(reader.audience);
  }
  return reader;
}

absl::Status CheckMunicipality(const google::protobuf::Message& request,
                               absl::string_view municipality) {
  for (const char* field : {"municipality", "name"}) {
    if (const auto* name = ForeignName(request, field, municipality)) {
      return domain::NotFound(*name);
    }
  }
  const auto* const reflection = request.GetReflection();
  for (int i = 0; i < request.GetDescriptor()->field_count(); ++i) {
    const auto* const field = request.GetDescriptor()->field(i);
    if (field->is_repeated() ||
        field->cpp_type() != google::protobuf::FieldDescriptor::CPPTYPE_MESSAGE ||
        !reflection->HasField(request, field)) {
      continue;
    }
    if (const auto* name =
            ForeignName(reflection->GetMessage(request, field), "name", municipality)) {
      return domain::NotFound(*name);
    }
  }
  return absl::OkStatus();
}

}  // namespace samsyn::service

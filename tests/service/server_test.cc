// The server's doors: addresses, mutual TLS, health, a second instance.
#include "server/service/server.h"

#include <gmock/gmock.h>
#include <grpc/health/v1/health.grpc.pb.h>
#include <grpcpp/security/credentials.h>
#include <samsyn/v1/access.grpc.pb.h>

#include <filesystem>
#include <fstream>

#include "tests/service/server_test_base.h"
#include "tests/testing/certificates.h"

namespace samsyn::service {
namespace {

using ::samsyn::testing::Certificates;
using ::samsyn::testing::Eventually;
using ::testing::HasSubstr;

class ServerTest : public ServerTestBase {};

TEST_F(ServerTest, OffLoopbackItNeedsMutualTls) {
  ServerOptions options;
  options.listen = "0.0.0.0:0";
  const auto refused = Server::Start(engine_, clock_, options);
  ASSERT_TRUE(absl::IsFailedPrecondition(refused.status()));
  EXPECT_THAT(std::string(refused.status().message()), HasSubstr("--tls-client-ca"));
  options.tls_certificate = "cert.pem";
  const auto half = Server::Start(engine_, clock_, options);
  EXPECT_TRUE(absl::IsInvalidArgument(half.status())) << half.status();
}

TEST_F(ServerTest, AnAddressInUseIsSaidSo) {
  ServerOptions options;
  options.listen = server_->address();
  const auto second = Server::Start(engine_, clock_, options);
  ASSERT_TRUE(absl::IsAlreadyExists(second.status())) << second.status();
  EXPECT_THAT(std::string(second.status().message()), HasSubstr(server_->address()));
}

TEST_F(ServerTest, HealthOfServerAndMunicipality) {
  const auto stub = grpc::health::v1::Health::NewStub(channel_);
  const auto check = [&](const std::string& service, grpc::health::v1::HealthCheckResponse* found) {
    grpc::ClientContext context;
    grpc::health::v1::HealthCheckRequest request;
    request.set_service(service);
    return stub->Check(&context, request, found).error_code();
  };
  grpc::health::v1::HealthCheckResponse response;
  for (const char* service : {"", "samsyn.municipality.0136"}) {
    EXPECT_EQ(check(service, &response), grpc::StatusCode::OK) << service;
    EXPECT_EQ(response.status(), grpc::health::v1::HealthCheckResponse::SERVING) << service;
  }
  for (const char* service : {"samsyn.municipality.0192", "x", "samsyn.municipality."}) {
    EXPECT_EQ(check(service, &response), grpc::StatusCode::NOT_FOUND) << service;
  }
}

TEST_F(ServerTest, TheChannelInsideConfersNothing) {
  const auto stub = v1::AccessService::NewStub(server_->InProcessChannel());
  v1::WhoAmIResponse response;
  EXPECT_EQ(ReasonOf(stub->WhoAmI(With("").get(), {}, &response)), "NO_IDENTITY");
  EXPECT_TRUE(stub->WhoAmI(With(TokenOf("anna")).get(), {}, &response).ok());
}

TEST_F(ServerTest, AfterShutdownNothingIsTaken) {
  server_->Shutdown();
  server_->Shutdown();
  v1::WhoAmIResponse response;
  const auto status =
      v1::AccessService::NewStub(NewChannel())->WhoAmI(With("").get(), {}, &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE);
}

class TlsTest : public ServerTestBase {
 protected:
  TlsTest() : TlsTest(std::make_unique<Certificates>()) {}

  // A call with a client's certificate (empty: none) and a token.
  grpc::Status Call(const std::string& client, const std::string& token) {
    grpc::SslCredentialsOptions ssl;
    ssl.pem_root_certs = files_->Text("ca.pem");
    if (!client.empty()) {
      ssl.pem_cert_chain = files_->Text(client + ".pem");
      ssl.pem_private_key = files_->Text(client + ".key");
    }
    grpc::ChannelArguments arguments;
    arguments.SetSslTargetNameOverride("localhost");
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    const auto channel =
        grpc::CreateCustomChannel(server_->address(), grpc::SslCredentials(ssl), arguments);
    v1::WhoAmIResponse response;
    return v1::AccessService::NewStub(channel)->WhoAmI(With(token).get(), {}, &response);
  }

  std::unique_ptr<Certificates> files_;

 private:
  explicit TlsTest(std::unique_ptr<Certificates> files)
      : ServerTestBase(WithTls(*files)), files_(std::move(files)) {}
  static ServerOptions WithTls(Certificates& files) {
    files.MakeAuthority("ca");
    files.Make("server", "ca", {});
    files.Make("police", "ca", {"polisen"});
    files.Make("stranger", "ca", {"kommunen"});
    files.MakeAuthority("other-ca");
    files.Make("forged", "other-ca", {"polisen"});
    ServerOptions options;
    options.tls_certificate = files.Path("server.pem");
    options.tls_key = files.Path("server.key");
    options.tls_client_authorities = files.Path("ca.pem");
    options.tls_reload_seconds = 1;
    return options;
  }
};

TEST_F(TlsTest, TheCertificateAdmitsAndTheTokenNames) {
  const std::string token = TokenOf("anna");
  EXPECT_TRUE(Call("police", token).ok());
  EXPECT_EQ(Call("", token).error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(Call("forged", token).error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(ReasonOf(Call("police", "")), "NO_IDENTITY");
  const grpc::Status status = Call("stranger", token);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(ReasonOf(status), "NOT_YOUR_ORGANISATION");
}

TEST_F(TlsTest, ChangedFilesAreTakenUp) {
  const std::string token = TokenOf("anna");
  ASSERT_TRUE(Call("police", token).ok());
  // The authority is replaced, and so are the certificates that it gave.
  files_->MakeAuthority("ca");
  files_->Make("server", "ca", {});
  files_->Make("police", "ca", {"polisen"});
  EXPECT_TRUE(Eventually([&] { return Call("police", token).ok(); }));
}

TEST_F(TlsTest, UnusableFilesAreNamed) {
  ServerOptions options = options_;
  options.tls_key = files_->Path("police.key");
  EXPECT_THAT(std::string(CheckOptions(options).message()), HasSubstr("police.key"));
  options.tls_key = files_->Path("none.key");
  EXPECT_TRUE(absl::IsNotFound(CheckOptions(options)));
  options.tls_key = files_->Path("ca.pem");
  EXPECT_TRUE(absl::IsInvalidArgument(CheckOptions(options)));
}

}  // namespace
}  // namespace samsyn::service

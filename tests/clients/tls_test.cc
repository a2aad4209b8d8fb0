// The client library over mutual TLS, against a real server with certificates made on the spot.
#include <gmock/gmock.h>

#include "clients/cpp/client.h"
#include "clients/cpp/watch_loop.h"
#include "tests/service/server_test_base.h"
#include "tests/testing/certificates.h"

namespace samsyn {
namespace {

using service::kMunicipality;
using testing::Certificates;
using ::testing::HasSubstr;

class ClientTlsTest : public service::ServerTestBase {
 protected:
  ClientTlsTest() : ClientTlsTest(std::make_unique<Certificates>()) {}

  ClientOptions With(const std::string& authority, const std::string& certificate) {
    ClientOptions options;
    options.address = absl::StrCat("localhost:", server_->port());
    options.token = TokenOf("anna");
    options.language = "en";
    options.retry_for = absl::ZeroDuration();
    options.ca_file = files_->Path(authority + ".pem");
    if (!certificate.empty()) {
      options.certificate_file = files_->Path(certificate + ".pem");
      options.key_file = files_->Path(certificate + ".key");
    }
    return options;
  }
  static CallError WhoAmI(const ClientOptions& options) {
    Client client(options);
    v1::WhoAmIResponse me;
    return client.Call(client.access(), &v1::AccessService::StubInterface::WhoAmI,
                       v1::WhoAmIRequest(), &me);
  }

  std::unique_ptr<Certificates> files_;

 private:
  explicit ClientTlsTest(std::unique_ptr<Certificates> files)
      : ServerTestBase(WithTls(*files)), files_(std::move(files)) {}
  static service::ServerOptions WithTls(Certificates& files) {
    files.MakeAuthority("ca");
    files.MakeAuthority("other-ca");
    files.Make("server", "ca", {});
    files.Make("police", "ca", {"polisen"});
    files.Make("stranger", "ca", {"kommunen"});
    files.Make("forged", "other-ca", {"polisen"});
    service::ServerOptions options;
    options.tls_certificate = files.Path("server.pem");
    options.tls_key = files.Path("server.key");
    options.tls_client_authorities = files.Path("ca.pem");
    return options;
  }
};

TEST_F(ClientTlsTest, CallsAndWatchesWithItsCertificate) {
  Client client(With("ca", "police"));
  v1::SubmitReportRequest request;
  request.set_municipality(client.municipality());
  request.mutable_report()->set_category(v1::CATEGORY_VANDALISM);
  request.mutable_report()->set_text("Klotter");
  v1::SubmitReportResponse response;
  const CallError error = client.Call(
      client.reports(), &v1::ReportService::StubInterface::SubmitReport, request, &response);
  ASSERT_TRUE(error.ok()) << error.ToString();
  v1::WatchRequest filter;
  filter.set_municipality(kMunicipality);
  filter.add_kinds(v1::ENTITY_KIND_REPORT);
  WatchLoop* running = nullptr;
  WatchLoop loop(client, filter, {.applied = [&](const ChangeSet& set) {
                   if (set.current) running->Stop();
                 }});
  running = &loop;
  EXPECT_TRUE(loop.Run().ok());
  EXPECT_EQ(loop.entities().count(response.report().name()), 1u);
}

TEST_F(ClientTlsTest, WhatIsWrongIsSaid) {
  const CallError stranger = WhoAmI(With("ca", "stranger"));
  EXPECT_EQ(stranger.code, grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(stranger.reason, v1::ERROR_REASON_NOT_YOUR_ORGANISATION);
  EXPECT_FALSE(stranger.OutOfReach());

  const CallError untrusted = WhoAmI(With("other-ca", "police"));
  EXPECT_TRUE(untrusted.OutOfReach());
  EXPECT_THAT(untrusted.message, HasSubstr("certificate verify failed"));
  EXPECT_TRUE(WhoAmI(With("ca", "forged")).OutOfReach());
  EXPECT_TRUE(WhoAmI(With("ca", "")).OutOfReach());

  ClientOptions half = With("ca", "police");
  half.key_file.clear();
  EXPECT_EQ(WhoAmI(half).code, grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(WhoAmI(half).message, HasSubstr("go together"));
  const CallError missing = WhoAmI(With("missing", "police"));
  EXPECT_EQ(missing.code, grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(missing.message, HasSubstr("missing.pem"));
}

}  // namespace
}  // namespace samsyn

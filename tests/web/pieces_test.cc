// The parts of the HTTP door that need no socket.
#include <absl/strings/escaping.h>
#include <gmock/gmock.h>
#include <google/rpc/error_details.pb.h>
#include <google/rpc/status.pb.h>
#include <gtest/gtest.h>
#include <samsyn/v1/report.pb.h>

#include "server/web/connect_json.h"
#include "server/web/grpc_web.h"
#include "server/web/origin.h"
#include "server/web/request_reader.h"
#include "server/web/session.h"
#include "server/web/static_files.h"

namespace samsyn::web {
namespace {

using ::testing::HasSubstr;

TEST(AcceptsCoding, NamedStarAndWeights) {
  EXPECT_TRUE(AcceptsCoding("gzip, deflate, br", "br"));
  EXPECT_TRUE(AcceptsCoding("BR", "br"));
  EXPECT_TRUE(AcceptsCoding("gzip;q=0.5 , br ; q=0.1", "br"));
  EXPECT_TRUE(AcceptsCoding("*", "br"));
  EXPECT_FALSE(AcceptsCoding("", "br"));
  EXPECT_FALSE(AcceptsCoding("gzip", "br"));
  EXPECT_FALSE(AcceptsCoding("br;q=0, *", "br"));
  EXPECT_FALSE(AcceptsCoding("*;q=0", "br"));
  EXPECT_FALSE(AcceptsCoding("brx, xbr", "br"));
}

TEST(StaticFiles, TagsDifferByCoding) {
  const PageFile files[] = {{"/a.js", "text/javascript", "\"1\"", true, "plain", "gz", "br"}};
  const StaticFiles page(files);
  EXPECT_FALSE(page.Has("/"));
  Request request;
  request.path = "/a.js";
  EXPECT_EQ(page.Get(request).fixed, "plain");
  request.headers = {{"accept-encoding", "gzip"}};
  EXPECT_EQ(page.Get(request).fixed, "gz");
  request.headers = {{"accept-encoding", "br"}, {"if-none-match", "\"x\", W/\"1-br\""}};
  EXPECT_EQ(page.Get(request).status, 304);
  request.headers = {{"accept-encoding", "gzip"}, {"if-none-match", "\"1-br\""}};
  EXPECT_EQ(page.Get(request).status, 200);
}

TEST(GrpcWeb, Timeouts) {
  EXPECT_EQ(TimeoutIn("5000m"), absl::Seconds(5));
  EXPECT_EQ(TimeoutIn("1H"), absl::Hours(1));
  EXPECT_EQ(TimeoutIn("99999999S"), absl::Seconds(99999999));
  for (const char* bad : {"", "5", "m", "123456789m", "-5m", "5x", "5 m", " 5m", "1.5S"}) {
    EXPECT_FALSE(TimeoutIn(bad).has_value()) << bad;
  }
  EXPECT_EQ(MillisecondsIn("250"), absl::Milliseconds(250));
  for (const char* bad : {"", "-1", "1.5", "12345678901", "5m"}) {
    EXPECT_FALSE(MillisecondsIn(bad).has_value()) << bad;
  }
}

TEST(GrpcWeb, TrailersArePercentEncodedAndBase64) {
  const std::string frame =
      TrailerFrame(grpc::Status(grpc::StatusCode::NOT_FOUND, "100 % är\nborta", "\x01\xff"));
  EXPECT_EQ(frame.substr(0, 5), absl::StrCat("\x80", std::string(3, '\0'),
                                             std::string(1, static_cast<char>(frame.size() - 5))));
  EXPECT_EQ(frame.substr(5),
            "grpc-status: 5\r\ngrpc-message: 100 %25 %C3%A4r%0Aborta\r\n"
            "grpc-status-details-bin: Af8=\r\n");
  EXPECT_EQ(TrailerFrame(grpc::Status::OK).substr(5), "grpc-status: 0\r\n");
}

TEST(GrpcWeb, ContentTypes) {
  EXPECT_TRUE(IsGrpcWeb("application/grpc-web"));
  EXPECT_TRUE(IsGrpcWeb("Application/gRPC-Web+Proto; charset=utf-8"));
  EXPECT_FALSE(IsGrpcWeb("application/grpc-web-text+proto"));
  EXPECT_TRUE(IsJson("application/json; charset=utf-8"));
  EXPECT_FALSE(IsJson("application/json5"));
  EXPECT_FALSE(IsJson(""));
}

TEST(ConnectJson, ErrorsHaveCodeMessageAndDetailsThatPeopleCanRead) {
  google::rpc::ErrorInfo info;
  info.set_reason("NOT_FOUND");
  google::rpc::Status details;
  details.set_code(5);
  details.add_details()->PackFrom(info);
  details.add_details()->set_type_url("type.googleapis.com/no.such.Type");
  const Response response = JsonError(
      grpc::Status(grpc::StatusCode::NOT_FOUND, "det \"finns\" inte", details.SerializeAsString()));
  EXPECT_EQ(response.status, 404);
  EXPECT_THAT(response.body, ::testing::StartsWith(
                                 "{\"code\":\"not_found\",\"message\":\"det \\\"finns\\\" inte\","
                                 "\"details\":["));
  EXPECT_THAT(response.body, HasSubstr("\"type\":\"google.rpc.ErrorInfo\""));
  EXPECT_THAT(response.body, HasSubstr("\"value\":\"CglOT1RfRk9VTkQ\""));
  EXPECT_THAT(response.body, HasSubstr("\"debug\":{\"reason\":\"NOT_FOUND\"}"));
  EXPECT_THAT(response.body, HasSubstr("\"type\":\"no.such.Type\""));
}

TEST(ConnectJson, WhatIsWrongIsSaidWithoutTheCallersWords) {
  const struct {
    const char* json;
    const char* said;
  } rows[] = {
      {R"({"report":{"category":"900118-9811"}})", "report.category: This is no value"},
      {R"({"report":{"occurredTime":"900118-9811"}})", "report.occurred_time: This is no value"},
      {R"({"report":{"text":"900118-9811" x}})", "The JSON is no SubmitReportRequest."},
      {R"({"9001189811":1})", "The JSON is no SubmitReportRequest."},
      {R"({"textt":"900118-9811"})", "The JSON is no SubmitReportRequest (textt?)."},
      {"900118-9811", "The JSON is no SubmitReportRequest."},
      {"{\"report\":{\"text\":\"\xff 900118-9811\"}}", "The JSON is no SubmitReportRequest."},
  };
  for (const auto& row : rows) {
    const auto bytes = BytesFromJson(*v1::SubmitReportRequest::descriptor(), row.json);
    ASSERT_FALSE(bytes.ok()) << row.json;
    EXPECT_TRUE(absl::IsInvalidArgument(bytes.status()));
    EXPECT_THAT(bytes.status().ToString(),
                ::testing::AllOf(HasSubstr(row.said), ::testing::Not(HasSubstr("9811"))));
  }
}

TEST(ConnectJson, HttpStatusesOfTheProtocol) {
  const std::pair<grpc::StatusCode, int> rows[] = {{grpc::StatusCode::CANCELLED, 499},
                                                   {grpc::StatusCode::UNKNOWN, 500},
                                                   {grpc::StatusCode::INVALID_ARGUMENT, 400},
                                                   {grpc::StatusCode::DEADLINE_EXCEEDED, 504},
                                                   {grpc::StatusCode::NOT_FOUND, 404},
                                                   {grpc::StatusCode::ALREADY_EXISTS, 409},
                                                   {grpc::StatusCode::PERMISSION_DENIED, 403},
                                                   {grpc::StatusCode::RESOURCE_EXHAUSTED, 429},
                                                   {grpc::StatusCode::FAILED_PRECONDITION, 400},
                                                   {grpc::StatusCode::ABORTED, 409},
                                                   {grpc::StatusCode::OUT_OF_RANGE, 400},
                                                   {grpc::StatusCode::UNIMPLEMENTED, 501},
                                                   {grpc::StatusCode::INTERNAL, 500},
                                                   {grpc::StatusCode::UNAVAILABLE, 503},
                                                   {grpc::StatusCode::DATA_LOSS, 500},
                                                   {grpc::StatusCode::UNAUTHENTICATED, 401}};
  for (const auto& [code, http] : rows) EXPECT_EQ(JsonError(grpc::Status(code, "")).status, http);
}

TEST(Session, CookieThatNoScriptReadsAndNoOtherPageSends) {
  EXPECT_EQ(SessionCookie("t", absl::Hours(12)),
            "__Host-samsyn=t; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=43200");
  EXPECT_EQ(SessionCookie("", -absl::Seconds(5)),
            "__Host-samsyn=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0");
}

TEST(Origin, AForeignProxyHasNoWord) {
  Request request;
  request.headers = {{"host", "samsyn.example"},
                     {"origin", "https://evil.example"},
                     {"x-forwarded-host", "evil.example"},
                     {"x-forwarded-proto", "https"}};
  EXPECT_FALSE(IsFromOurPage(request));
  EXPECT_FALSE(IsOverTls(request));
  request.tls = true;
  request.headers = {{"host", "samsyn.example:8443"}, {"origin", "https://SAMSYN.example:8443"}};
  EXPECT_TRUE(IsFromOurPage(request));
  EXPECT_TRUE(IsOverTls(request));
}

TEST(Origin, NamesOfThisMachine) {
  const auto to = [](const char* host) {
    Request request;
    request.headers = {{"host", host}};
    return IsToLocalhost(request);
  };
  for (const char* host : {"localhost", "localhost:8080", "127.0.0.1:8080", "[::1]:8080"}) {
    EXPECT_TRUE(to(host)) << host;
  }
  for (const char* host : {"", "localhost.evil.example", "127.0.0.1.evil.example", "evil.example",
                           "127.evil.example"}) {
    EXPECT_FALSE(to(host)) << host;
  }
}

// However the bytes are cut, the request is the same.
TEST(RequestReader, EveryCutOfARequest) {
  const std::string text =
      "POST /session?x=1 HTTP/1.1\r\nHost: a\r\nX: \r\nTransfer-Encoding: chunked\r\n\r\n"
      "3;ext=1\r\nabc\r\n2\r\nde\r\n0\r\nTrailer: t\r\n\r\nGET / HTTP/1.1\r\n";
  for (size_t step = 1; step < text.size(); ++step) {
    RequestReader reader([](const Request&) { return 100; }, 1000);
    std::string pending;
    auto state = RequestReader::State::kHeader;
    size_t at = 0;
    for (; at < text.size() && state != RequestReader::State::kDone; at += step) {
      pending += text.substr(at, step);
      state = reader.Put(pending);
      ASSERT_NE(state, RequestReader::State::kRefused) << step << " " << reader.refused_words();
    }
    ASSERT_EQ(state, RequestReader::State::kDone) << step;
    EXPECT_EQ(reader.request().path, "/session");
    EXPECT_EQ(reader.request().body, "abcde");
    if (at < text.size()) pending += text.substr(at);
    EXPECT_EQ(pending, "GET / HTTP/1.1\r\n") << step;
  }
}

}  // namespace
}  // namespace samsyn::web

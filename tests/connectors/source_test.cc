// Fetching: the source's rules, and that nobody sends us to another host.
#include "clients/connectors/source.h"

#include <absl/strings/str_cat.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <boost/asio.hpp>
#include <map>
#include <thread>

namespace samsyn::connectors {
namespace {

using ::testing::HasSubstr;

// Answers each connection with the raw answer for its path, until it is destroyed.
class TinyWebServer {
 public:
  explicit TinyWebServer(std::map<std::string, std::string> answers)
      : answers_(std::move(answers)),
        acceptor_(io_, {boost::asio::ip::make_address("127.0.0.1"), 0}) {
    Accept();
    thread_ = std::thread([this] { io_.run(); });
  }
  ~TinyWebServer() {
    io_.stop();
    thread_.join();
  }
  std::string Url(absl::string_view path) const {
    return absl::StrCat("http://127.0.0.1:", acceptor_.local_endpoint().port(), path);
  }
  const std::string& last_request() const { return last_request_; }

 private:
  void Accept() {
    acceptor_.async_accept([this](boost::system::error_code error, auto socket) {
      if (error) return;
      boost::asio::streambuf buffer;
      boost::asio::read_until(socket, buffer, "\r\n\r\n", error);
      last_request_.assign(boost::asio::buffers_begin(buffer.data()),
                           boost::asio::buffers_end(buffer.data()));
      const size_t start = last_request_.find(' ') + 1;
      const std::string path = last_request_.substr(start, last_request_.find(' ', start) - start);
      boost::asio::write(socket, boost::asio::buffer(answers_[path]), error);
      socket.close(error);
      Accept();
    });
  }

  std::map<std::string, std::string> answers_;
  boost::asio::io_context io_;
  boost::asio::ip::tcp::acceptor acceptor_;
  std::string last_request_;  // read by the test only after its answer has come
  std::thread thread_;
};

std::string Answer(absl::string_view status, absl::string_view headers, absl::string_view body) {
  return absl::StrCat("HTTP/1.1 ", status, "\r\nContent-Length: ", body.size(),
                      "\r\nConnection: close\r\n", headers, "\r\n", body);
}

TEST(Source, FetchesWithANameOfItsOwn) {
  TinyWebServer server({{"/events", Answer("200 OK", "", "[]")}});
  const Fetched fetched = FetchUrl(server.Url("/events"));
  EXPECT_EQ(fetched.outcome, FetchOutcome::kFetched) << fetched.why;
  EXPECT_EQ(fetched.bytes, "[]");
  EXPECT_THAT(server.last_request(), HasSubstr("User-Agent: samsyn/"));
}

TEST(Source, TellsSlowDownGoneAndFailedApart) {
  TinyWebServer server({{"/slow", Answer("429 Too Many", "Retry-After: 120\r\n", "")},
                        {"/gone", Answer("404 Not Found", "", "")},
                        {"/down", Answer("503 Unavailable", "", "")}});
  const Fetched slow = FetchUrl(server.Url("/slow"));
  EXPECT_EQ(slow.outcome, FetchOutcome::kSlowDown);
  EXPECT_EQ(slow.retry_after, absl::Seconds(120));
  EXPECT_EQ(FetchUrl(server.Url("/gone")).outcome, FetchOutcome::kGone);
  EXPECT_EQ(FetchUrl(server.Url("/down")).outcome, FetchOutcome::kFailed);
}

TEST(Source, FollowsRedirectsOnlyToTheSameHost) {
  TinyWebServer server({{"/moved", Answer("302 Found", "Location: /events\r\n", "")},
                        {"/away", Answer("302 Found", "Location: https://evil.example/\r\n", "")},
                        {"/file", Answer("302 Found", "Location: file:///etc/passwd\r\n", "")},
                        {"/circle", Answer("302 Found", "Location: /circle\r\n", "")},
                        {"/events", Answer("200 OK", "", "[]")}});
  EXPECT_EQ(FetchUrl(server.Url("/moved")).bytes, "[]");
  EXPECT_THAT(FetchUrl(server.Url("/away")).why, HasSubstr("another host"));
  EXPECT_NE(FetchUrl(server.Url("/file")).outcome, FetchOutcome::kFetched);
  EXPECT_THAT(FetchUrl(server.Url("/circle")).why, HasSubstr("circle"));
}

TEST(Source, PlainHttpOnlyFromThisMachine) {
  for (const char* url : {"http://polisen.se/api/events", "ftp://127.0.0.1/", "file:///etc/passwd",
                          "http://127.0.0.1.evil.example/", "http://127.0.0.1@evil.example/"}) {
    EXPECT_EQ(FetchUrl(url).why, "only https addresses are fetched") << url;
  }
}

TEST(Source, UnpacksAndSaysWhatIsDamaged) {
  std::string packed(1000, '\0');
  z_stream stream{};
  ASSERT_EQ(deflateInit2(&stream, 9, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string text(5000, 'x');
  stream.next_in = reinterpret_cast<Bytef*>(text.data());
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  ASSERT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  packed.resize(packed.size() - stream.avail_out);
  deflateEnd(&stream);
  EXPECT_EQ(Unpacked(packed).value(), text);
  EXPECT_EQ(Unpacked(packed + packed).value(), text + text);
  EXPECT_EQ(Unpacked("plain").value(), "plain");
  EXPECT_FALSE(Unpacked(packed.substr(0, packed.size() / 2)).ok());
  EXPECT_EQ(ReadSource("/nowhere/at/all").status().code(), absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace samsyn::connectors

#include "clients/connectors/source.h"

#include <absl/strings/match.h>
#include <absl/strings/str_cat.h>
#include <curl/curl.h>
#include <zlib.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <sstream>

namespace samsyn::connectors {
namespace {

constexpr size_t kDownloadMost = 64u << 20;
constexpr size_t kUnpackedMost = 512u << 20;
constexpr int kRedirectsMost = 3;
constexpr char kUserAgent[] = "samsyn/0.1 (situation picture for municipalities)";

struct Part {
  std::string scheme, host, port;
  bool operator==(const Part& other) const {
    return scheme == other.scheme && host == other.host && port == other.port;
  }
};

std::string PieceOf(CURLU* url, CURLUPart part) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, CURLU_DEFAULT_PORT) != CURLUE_OK) return "";
  std::string piece(text);
  curl_free(text);
  return piece;
}

// Scheme, host and port; empty pieces when it is no address.
Part OriginOf(const std::string& url) {
  const std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> parsed(curl_url(), curl_url_cleanup);
  if (curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK) return {};
  return {PieceOf(parsed.get(), CURLUPART_SCHEME), PieceOf(parsed.get(), CURLUPART_HOST),
          PieceOf(parsed.get(), CURLUPART_PORT)};
}

bool IsAllowed(const Part& origin) {
  if (origin.scheme == "https") return true;
  return origin.scheme == "http" &&
         (origin.host == "127.0.0.1" || origin.host == "localhost" || origin.host == "[::1]");
}

size_t Append(char* data, size_t size, size_t count, void* into) {
  auto& bytes = *static_cast<std::string*>(into);
  if (bytes.size() + size * count > kDownloadMost) return 0;
  bytes.append(data, size * count);
  return size * count;
}

struct Response {
  CURLcode code = CURLE_FAILED_INIT;
  long status = 0;
  curl_off_t retry_after = 0;
  std::string redirect;
  std::string bytes;
};

// One request, without following where it leads.
Response Request(const std::string& url) {
  Response response;
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> handle(curl_easy_init(),
                                                                   curl_easy_cleanup);
  CURL* const curl = handle.get();
  if (curl == nullptr) return response;
  curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl, CURLOPT_USERAGENT, kUserAgent);
  curl_easy_setopt(curl, CURLOPT_ACCEPT_ENCODING, "");
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, 15L);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT, 60L);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &Append);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &response.bytes);
  response.code = curl_easy_perform(curl);
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &response.status);
  curl_easy_getinfo(curl, CURLINFO_RETRY_AFTER, &response.retry_after);
  char* redirect = nullptr;
  curl_easy_getinfo(curl, CURLINFO_REDIRECT_URL, &redirect);
  if (redirect != nullptr) response.redirect = redirect;
  return response;
}

Fetched Judge(Response response) {
  Fetched fetched;
  fetched.retry_after = absl::Seconds(response.retry_after);
  if (response.code != CURLE_OK) {
    fetched.why = curl_easy_strerror(response.code);
    return fetched;
  }
  fetched.why = absl::StrCat("the source answered ", response.status);
  if (response.status == 429) fetched.outcome = FetchOutcome::kSlowDown;
  if (response.status == 404 || response.status == 410) fetched.outcome = FetchOutcome::kGone;
  if (response.status != 200) return fetched;
  absl::StatusOr<std::string> bytes = Unpacked(std::move(response.bytes));
  if (!bytes.ok()) {
    fetched.why = std::string(bytes.status().message());
    return fetched;
  }
  fetched.outcome = FetchOutcome::kFetched;
  fetched.bytes = *std::move(bytes);
  fetched.why.clear();
  return fetched;
}

Fetched Refused(std::string why) {
  Fetched fetched;
  fetched.outcome = FetchOutcome::kGone;
  fetched.why = std::move(why);
  return fetched;
}

}  // namespace

bool IsUrl(absl::string_view source) { return absl::StrContains(source, "://"); }

Fetched FetchUrl(const std::string& url) {
  const Part origin = OriginOf(url);
  if (!IsAllowed(origin)) return Refused("only https addresses are fetched");
  std::string next = url;
  for (int redirects = 0; redirects <= kRedirectsMost; ++redirects) {
    Response response = Request(next);
    if (response.code != CURLE_OK || response.redirect.empty()) return Judge(std::move(response));
    if (!(OriginOf(response.redirect) == origin)) {
      return Refused(absl::StrCat("the source sends us to another host: ", response.redirect));
    }
    next = response.redirect;
  }
  return Refused("the source sends us in a circle");
}

absl::StatusOr<std::string> ReadSource(const std::string& path) {
  std::string bytes;
  if (path == "-") {
    bytes.assign(std::istreambuf_iterator<char>(std::cin), std::istreambuf_iterator<char>());
  } else {
    std::ifstream file(path, std::ios::binary);
    if (!file) return absl::NotFoundError(absl::StrCat(path, ": ", std::strerror(errno)));
    std::ostringstream all;
    all << file.rdbuf();
    if (!file && !file.eof()) return absl::DataLossError(absl::StrCat(path, ": cannot be read"));
    bytes = std::move(all).str();
  }
  return Unpacked(std::move(bytes));
}

absl::StatusOr<std::string> Unpacked(std::string bytes) {
  if (!absl::StartsWith(bytes, "\x1F\x8B")) return bytes;
  z_stream stream{};
  if (inflateInit2(&stream, 16 + MAX_WBITS) != Z_OK) return absl::InternalError("zlib");
  const std::unique_ptr<z_stream, decltype(&inflateEnd)> end(&stream, inflateEnd);
  stream.next_in = reinterpret_cast<Bytef*>(bytes.data());
  stream.avail_in = static_cast<uInt>(bytes.size());
  std::string unpacked;
  std::string piece(1 << 16, '\0');
  for (;;) {
    stream.next_out = reinterpret_cast<Bytef*>(piece.data());
    stream.avail_out = static_cast<uInt>(piece.size());
    const int result = inflate(&stream, Z_NO_FLUSH);
    unpacked.append(piece, 0, piece.size() - stream.avail_out);
    if (unpacked.size() > kUnpackedMost) return absl::ResourceExhaustedError("unpacks too large");
    if (result == Z_STREAM_END) {
      if (stream.avail_in == 0) return unpacked;
      if (inflateReset(&stream) != Z_OK) return absl::InternalError("zlib");  // another member
    } else if (result != Z_OK) {
      return absl::DataLossError("the packed file breaks off or is damaged");
    }
  }
}

}  // namespace samsyn::connectors

#include "server/web/origin.h"

#include <absl/strings/ascii.h>
#include <absl/strings/match.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/strip.h>

#include <algorithm>

namespace samsyn::web {
namespace {

// What a proxy on this machine says; empty if there is none.
absl::string_view ProxyWord(const Request& request, absl::string_view header) {
  return request.loopback_peer ? request.Header(header) : absl::string_view();
}

// Host and port without the port that the scheme has anyway.
absl::string_view WithoutUsualPort(absl::string_view host, absl::string_view scheme) {
  return absl::StripSuffix(host, scheme == "https" ? ":443" : ":80");
}

}  // namespace

bool IsForwarded(const Request& request) {
  return std::any_of(request.headers.begin(), request.headers.end(), [](const auto& header) {
    return header.first == "forwarded" || absl::StartsWith(header.first, "x-forwarded") ||
           header.first == "x-real-ip" || header.first == "via";
  });
}

bool IsOverTls(const Request& request) {
  return request.tls || absl::EqualsIgnoreCase(ProxyWord(request, "x-forwarded-proto"), "https");
}

bool IsFromOurPage(const Request& request) {
  const absl::string_view site = request.Header("sec-fetch-site");
  if (!site.empty() && site != "same-origin" && site != "none") return false;
  if (!request.HasHeader("origin")) return true;
  const absl::string_view origin = request.Header("origin");
  absl::string_view host = origin, scheme;
  if (absl::ConsumePrefix(&host, "https://")) {
    scheme = "https";
  } else if (absl::ConsumePrefix(&host, "http://")) {
    scheme = "http";
  } else {
    return false;  // "null" too
  }
  absl::string_view ours = ProxyWord(request, "x-forwarded-host");
  if (ours.empty()) ours = request.Header("host");
  // A proxy that does not tell its scheme leaves only the host to compare.
  const bool scheme_known =
      request.tls || !IsForwarded(request) || !ProxyWord(request, "x-forwarded-proto").empty();
  if (scheme_known && (scheme == "https") != IsOverTls(request)) return false;
  return absl::EqualsIgnoreCase(WithoutUsualPort(host, scheme), WithoutUsualPort(ours, scheme));
}

bool IsToLocalhost(const Request& request) {
  absl::string_view host = request.Header("host");
  if (absl::ConsumePrefix(&host, "[::1]") || absl::ConsumePrefix(&host, "localhost")) {
    return host.empty() || host[0] == ':';
  }
  return absl::StartsWith(host, "127.") &&
         host.find_first_not_of("0123456789.:") == absl::string_view::npos;
}

}  // namespace samsyn::web

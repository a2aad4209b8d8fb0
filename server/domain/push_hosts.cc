#include "server/domain/push_hosts.h"

#include <absl/strings/ascii.h>
#include <absl/strings/match.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/strip.h>

#include <algorithm>

namespace samsyn::domain {
namespace {

constexpr absl::string_view kBrowsers[] = {"https://fcm.googleapis.com",
                                           "https://updates.push.services.mozilla.com"};
constexpr absl::string_view kBrowserDomains[] = {".notify.windows.com", ".push.apple.com"};

bool IsHostCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
}

// "push.example.org" or "push.example.org:8443".
bool IsAuthority(absl::string_view text) {
  const size_t colon = std::min(text.find(':'), text.size());
  const absl::string_view host = text.substr(0, colon);
  const absl::string_view port = text.substr(std::min(colon + 1, text.size()));
  if (host.empty() || host.size() > 253 || !std::all_of(host.begin(), host.end(), IsHostCharacter))
    return false;
  return colon == text.size() || (!port.empty() && port.size() <= 5 &&
                                  std::all_of(port.begin(), port.end(), absl::ascii_isdigit));
}

bool IsLoopback(absl::string_view origin) {
  return absl::StartsWith(origin, "http://127.0.0.1:") ||
         absl::StartsWith(origin, "http://localhost:");
}

}  // namespace

std::string OriginOf(absl::string_view endpoint) {
  absl::string_view rest = endpoint;
  if (!absl::ConsumePrefix(&rest, "https://") && !absl::ConsumePrefix(&rest, "http://")) return "";
  const size_t path = rest.find('/');
  if (path == absl::string_view::npos || !IsAuthority(rest.substr(0, path))) return "";
  const bool plain = std::all_of(rest.begin(), rest.end(), [](char c) {
    return c > ' ' && c <= '~' && c != '\\' && c != '#' && c != '"' && c != '<' && c != '>';
  });
  if (!plain) return "";
  return std::string(endpoint.substr(0, endpoint.size() - rest.size() + path));
}

PushHosts PushHosts::None() {
  PushHosts none;
  none.browsers_ = false;
  return none;
}

absl::Status PushHosts::Add(absl::string_view host) {
  const std::string origin =
      absl::StrContains(host, "://") ? std::string(host) : absl::StrCat("https://", host);
  if (OriginOf(absl::StrCat(origin, "/")) != origin ||
      (absl::StartsWith(origin, "http://") && !IsLoopback(origin))) {
    return absl::InvalidArgumentError(
        absl::StrCat(host, " is no push host: a name, as push.example.org, or an origin by https"));
  }
  origins_.insert(origin);
  return absl::OkStatus();
}

bool PushHosts::Allows(absl::string_view endpoint) const {
  const std::string origin = OriginOf(endpoint);
  if (origin.empty()) return false;
  if (origins_.count(origin) > 0) return true;
  if (!browsers_ || !absl::StartsWith(origin, "https://") ||
      origin.find(':', 8) != std::string::npos) {
    return false;
  }
  return std::find(std::begin(kBrowsers), std::end(kBrowsers), origin) != std::end(kBrowsers) ||
         std::any_of(std::begin(kBrowserDomains), std::end(kBrowserDomains),
                     [&](absl::string_view domain) { return absl::EndsWith(origin, domain); });
}

}  // namespace samsyn::domain

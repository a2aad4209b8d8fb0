#include "server/web/session.h"

#include <absl/strings/ascii.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_split.h>
#include <absl/strings/strip.h>

#include <algorithm>

#include "server/access/token.h"

namespace samsyn::web {
namespace {

constexpr absl::string_view kCookie = "__Host-samsyn";
constexpr absl::string_view kCookieRules = "; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=";

// gRPC takes nothing else as metadata.
bool IsPrintable(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

}  // namespace

std::string SessionToken(const Request& request) {
  for (const auto& [name, value] : request.headers) {
    if (name != "cookie") continue;
    for (absl::string_view one : absl::StrSplit(value, ';')) {
      one = absl::StripAsciiWhitespace(one);
      if (!absl::ConsumePrefix(&one, kCookie) || !absl::ConsumePrefix(&one, "=")) continue;
      return IsToken(one) ? std::string(one) : "";
    }
  }
  return "";
}

std::string SessionCookie(absl::string_view token, absl::Duration life) {
  return absl::StrCat(kCookie, "=", token, kCookieRules,
                      std::max<int64_t>(absl::ToInt64Seconds(life), 0));
}

bool IsToken(absl::string_view text) {
  return IsPrintable(text) && access::ParseToken(text).has_value();
}

service::Language LanguageIn(const Request& request) {
  return service::LanguageOf(request.Header("accept-language"));
}

Headers MetadataOf(const Request& request, absl::string_view token) {
  Headers metadata;
  if (!token.empty()) metadata.emplace_back("authorization", absl::StrCat("Bearer ", token));
  const absl::string_view language = request.Header("accept-language");
  if (!language.empty() && IsPrintable(language)) {
    metadata.emplace_back("accept-language", std::string(language));
  }
  return metadata;
}

}  // namespace samsyn::web

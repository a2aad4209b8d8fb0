#include "server/web/headers.h"

#include <algorithm>

#include "server/web/origin.h"

namespace samsyn::web {
namespace {

// Nothing from elsewhere, nothing inline; worker-src is the page's own service worker. Text becomes
// markup or a script address through two policies only: Svelte's, for the templates that were
// compiled into the page, and the page's own, which lets its service worker through.
constexpr char kContentSecurityPolicy[] =
    "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; "
    "img-src 'self' data:; manifest-src 'self'; worker-src 'self'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; "
    "trusted-types svelte-trusted-html samsyn-worker";

constexpr char kPermissionsPolicy[] =
    "geolocation=(self), accelerometer=(), camera=(), display-capture=(), gyroscope=(), hid=(), "
    "magnetometer=(), microphone=(), midi=(), payment=(), serial=(), usb=()";

}  // namespace

void AddCommonHeaders(const Request& request, Headers& headers) {
  const bool says_caches = std::any_of(headers.begin(), headers.end(), [](const auto& header) {
    return header.first == "cache-control";
  });
  if (!says_caches) headers.emplace_back("cache-control", "no-store");
  headers.emplace_back("content-security-policy", kContentSecurityPolicy);
  headers.emplace_back("x-content-type-options", "nosniff");
  headers.emplace_back("referrer-policy", "no-referrer");
  headers.emplace_back("cross-origin-opener-policy", "same-origin");
  headers.emplace_back("cross-origin-resource-policy", "same-origin");
  headers.emplace_back("permissions-policy", kPermissionsPolicy);
  if (IsOverTls(request)) headers.emplace_back("strict-transport-security", "max-age=31536000");
}

}  // namespace samsyn::web

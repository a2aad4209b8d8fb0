// Where devices may be woken: the push services of the browsers, and what an operator adds. The
// address comes from a browser, so it could be anything: nothing else is ever called.
#ifndef SAMSYN_SERVER_DOMAIN_PUSH_HOSTS_H_
#define SAMSYN_SERVER_DOMAIN_PUSH_HOSTS_H_

#include <absl/status/status.h>
#include <absl/strings/string_view.h>

#include <set>
#include <string>

namespace samsyn::domain {

class PushHosts {
 public:
  PushHosts() = default;  // those of the browsers
  static PushHosts None();
  // Adds "push.example.org" (by https), an origin with a port ("https://push.example.org:8443"), or
  // one by plain http on loopback ("http://127.0.0.1:8089"). INVALID_ARGUMENT for anything else.
  absl::Status Add(absl::string_view host);
  // Whether this is an address of Chrome's, Firefox's, Edge's or Safari's push service, or of one
  // that was added.
  bool Allows(absl::string_view endpoint) const;

 private:
  bool browsers_ = true;
  std::set<std::string> origins_;
};

// "https://fcm.googleapis.com" of "https://fcm.googleapis.com/fcm/send/…"; empty for what is no
// plain address: by http or https, a host in small letters, perhaps a port, a path, printable
// ASCII.
std::string OriginOf(absl::string_view endpoint);

}  // namespace samsyn::domain

#endif  // SAMSYN_SERVER_DOMAIN_PUSH_HOSTS_H_

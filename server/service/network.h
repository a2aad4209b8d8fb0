// Networks as flags name them: "192.0.2.0/24", "2001:db8::/32".
#ifndef SAMSYN_SERVER_SERVICE_NETWORK_H_
#define SAMSYN_SERVER_SERVICE_NETWORK_H_

#include <absl/status/statusor.h>
#include <absl/strings/string_view.h>

#include <string>
#include <vector>

namespace samsyn::service {

// A range of addresses. A value.
class Network {
 public:
  // An address, a slash and how many of its bits count; without the slash, that address alone.
  // InvalidArgument says what is wrong; bits that do not count must be zero, so that nobody exempts
  // more than was meant.
  static absl::StatusOr<Network> Parse(absl::string_view text);

  // Whether an address as `HostOf` writes it lies inside.
  bool Contains(absl::string_view host) const;

 private:
  std::string bytes_;  // 4 or 16
  int bits_ = 0;
};

// All of them; the first error.
absl::StatusOr<std::vector<Network>> ParseNetworks(const std::vector<std::string>& texts);

// This machine's own addresses: 127.0.0.0/8 and ::1.
std::vector<Network> LoopbackNetworks();

}  // namespace samsyn::service

#endif  // SAMSYN_SERVER_SERVICE_NETWORK_H_

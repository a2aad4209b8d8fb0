#include "server/service/network.h"

#include <absl/strings/numbers.h>
#include <absl/strings/str_cat.h>
#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <utility>

namespace samsyn::service {
namespace {

// The 4 or 16 bytes of an address; empty: it is none.
std::string BytesOf(absl::string_view host) {
  const std::string text(host);
  char bytes[sizeof(in6_addr)];
  if (inet_pton(AF_INET, text.c_str(), bytes) == 1) return std::string(bytes, sizeof(in_addr));
  if (inet_pton(AF_INET6, text.c_str(), bytes) == 1) return std::string(bytes, sizeof(in6_addr));
  return "";
}

// The address with only its first bits kept.
std::string FirstBits(std::string bytes, int bits) {
  for (size_t i = 0; i < bytes.size(); ++i) {
    const int kept = std::clamp(bits - static_cast<int>(i) * 8, 0, 8);
    bytes[i] = static_cast<char>(static_cast<unsigned char>(bytes[i]) & (0xff00 >> kept));
  }
  return bytes;
}

std::string TextOf(const std::string& bytes) {
  char text[INET6_ADDRSTRLEN] = "";
  inet_ntop(bytes.size() == sizeof(in_addr) ? AF_INET : AF_INET6, bytes.data(), text, sizeof text);
  return text;
}

}  // namespace

absl::StatusOr<Network> Network::Parse(absl::string_view text) {
  const size_t slash = text.find('/');
  Network network;
  network.bytes_ = BytesOf(text.substr(0, slash));
  const int most = static_cast<int>(network.bytes_.size()) * 8;
  network.bits_ = most;
  if (network.bytes_.empty() || (slash != absl::string_view::npos &&
                                 (!absl::SimpleAtoi(text.substr(slash + 1), &network.bits_) ||
                                  network.bits_ < 0 || network.bits_ > most))) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", text, "\" is no network; write 192.0.2.0/24 or 2001:db8::/32"));
  }
  const std::string first = FirstBits(network.bytes_, network.bits_);
  if (first != network.bytes_) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", text, "\" is an address inside a network; the network is ",
                     TextOf(first), "/", network.bits_));
  }
  return network;
}

bool Network::Contains(absl::string_view host) const {
  const std::string bytes = BytesOf(host);
  return bytes.size() == bytes_.size() && FirstBits(bytes, bits_) == bytes_;
}

absl::StatusOr<std::vector<Network>> ParseNetworks(const std::vector<std::string>& texts) {
  std::vector<Network> networks;
  for (const std::string& text : texts) {
    auto network = Network::Parse(text);
    if (!network.ok()) return network.status();
    networks.push_back(*std::move(network));
  }
  return networks;
}

std::vector<Network> LoopbackNetworks() { return *ParseNetworks({"127.0.0.0/8", "::1"}); }

}  // namespace samsyn::service

// SHA-256, SHA-1 where a format wants it, and random bytes, by OpenSSL.
#ifndef SAMSYN_SERVER_BASE_DIGEST_H_
#define SAMSYN_SERVER_BASE_DIGEST_H_

#include <absl/strings/string_view.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace samsyn {

using Digest = std::array<uint8_t, 32>;

// A SHA-256 over pieces fed one after the other. Not thread-safe.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  Sha256& Update(absl::string_view bytes);
  Sha256& Update(const Digest& digest);
  // Little-endian.
  Sha256& UpdateU32(uint32_t value);
  // The digest of all fed so far; begins anew.
  Digest Finish();

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

Digest Sha256Of(absl::string_view bytes);
// For names made from names (UUIDv5, RFC 4122) alone; it keeps nothing safe.
std::array<uint8_t, 20> Sha1Of(absl::string_view bytes);
std::string Hex(absl::string_view bytes);
std::string Hex(const Digest& digest);
absl::string_view AsBytes(const Digest& digest);
// `bytes` must have 32 bytes.
Digest DigestFrom(absl::string_view bytes);
// Cryptographically random bytes; ends the program if the system has none. Thread-safe.
std::string RandomBytes(size_t count);
// Takes the same time wherever the two differ.
bool EqualInConstantTime(absl::string_view a, absl::string_view b);

}  // namespace samsyn

#endif  // SAMSYN_SERVER_BASE_DIGEST_H_

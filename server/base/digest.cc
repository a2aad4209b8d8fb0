#include "server/base/digest.h"

#include <absl/strings/escaping.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <cassert>
#include <cstdlib>
#include <cstring>

namespace samsyn {

struct Sha256::Context {
  EVP_MD_CTX* md = EVP_MD_CTX_new();
  ~Context() { EVP_MD_CTX_free(md); }
};

namespace {

// Fetched once: looking the algorithm up costs more than a short digest.
const EVP_MD* Algorithm() {
  static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return algorithm;
}

}  // namespace

Sha256::Sha256() : context_(std::make_unique<Context>()) {
  EVP_DigestInit_ex2(context_->md, Algorithm(), nullptr);
}

Sha256::~Sha256() = default;

Sha256& Sha256::Update(absl::string_view bytes) {
  EVP_DigestUpdate(context_->md, bytes.data(), bytes.size());
  return *this;
}

Sha256& Sha256::Update(const Digest& digest) { return Update(AsBytes(digest)); }

Sha256& Sha256::UpdateU32(uint32_t value) {
  const char bytes[4] = {static_cast<char>(value), static_cast<char>(value >> 8),
                         static_cast<char>(value >> 16), static_cast<char>(value >> 24)};
  return Update(absl::string_view(bytes, sizeof bytes));
}

Digest Sha256::Finish() {
  Digest digest;
  EVP_DigestFinal_ex(context_->md, digest.data(), nullptr);
  EVP_DigestInit_ex2(context_->md, nullptr, nullptr);
  return digest;
}

Digest Sha256Of(absl::string_view bytes) { return Sha256().Update(bytes).Finish(); }

std::array<uint8_t, 20> Sha1Of(absl::string_view bytes) {
  static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA1", nullptr);
  std::array<uint8_t, 20> digest{};
  EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, algorithm, nullptr);
  return digest;
}

std::string Hex(absl::string_view bytes) { return absl::BytesToHexString(bytes); }

std::string Hex(const Digest& digest) { return Hex(AsBytes(digest)); }

absl::string_view AsBytes(const Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

Digest DigestFrom(absl::string_view bytes) {
  Digest digest{};
  assert(bytes.size() == digest.size());
  std::memcpy(digest.data(), bytes.data(), digest.size());
  return digest;
}

std::string RandomBytes(size_t count) {
  std::string bytes(count, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(count)) != 1) {
    std::abort();  // Without randomness neither tokens nor salts are worth anything.
  }
  return bytes;
}

bool EqualInConstantTime(absl::string_view a, absl::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace samsyn

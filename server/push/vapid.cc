#include "server/push/vapid.h"

#include <absl/strings/escaping.h>
#include <absl/strings/str_cat.h>
#include <fcntl.h>
#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <iterator>
#include <utility>

#include "server/journal/files.h"

namespace samsyn::push {
namespace {

constexpr size_t kPublicBytes = 65;
constexpr int kHalf = 32;  // bytes of each half of a signature
constexpr absl::Duration kLife = absl::Hours(12);

template <auto Free>
struct Freer {
  template <typename T>
  void operator()(T* pointer) const {
    Free(pointer);
  }
};
using Bio = std::unique_ptr<BIO, Freer<BIO_free_all>>;
using PKey = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY_free>>;
using Digester = std::unique_ptr<EVP_MD_CTX, Freer<EVP_MD_CTX_free>>;
using Signature = std::unique_ptr<ECDSA_SIG, Freer<ECDSA_SIG_free>>;

absl::Status Failed(absl::string_view what) {
  return absl::InternalError(absl::StrCat("OpenSSL: ", what));
}

std::string PemOf(EVP_PKEY* key) {
  const Bio bio(BIO_new(BIO_s_mem()));
  if (PEM_write_bio_PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) != 1)
    return "";
  char* text = nullptr;
  const auto size = BIO_get_mem_data(bio.get(), &text);
  return std::string(text, static_cast<size_t>(size));
}

PKey KeyIn(const std::string& pem) {
  const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  const auto no_phrase = [](char*, int, int, void*) { return 0; };
  return PKey(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_phrase, nullptr));
}

// A new file that is whole or not there.
absl::Status WriteNew(const std::string& path, const std::string& text) {
  const std::string unfinished = absl::StrCat(path, ".new");
  const int file = open(unfinished.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0) return journal::SystemError(unfinished, errno);
  const bool written = write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
                       fsync(file) == 0;
  const int error = errno;
  close(file);
  return written ? journal::RenameDurably(unfinished, path)
                 : journal::SystemError(unfinished, error);
}

std::string PublicOf(EVP_PKEY* key) {
  unsigned char bytes[kPublicBytes];
  size_t size = 0;
  if (EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, bytes, sizeof bytes, &size) !=
          1 ||
      size != kPublicBytes) {
    return "";
  }
  return absl::WebSafeBase64Escape(absl::string_view(reinterpret_cast<char*>(bytes), size));
}

// The signature as JWT has it: both halves side by side (RFC 7518, 3.4).
absl::StatusOr<std::string> Sign(EVP_PKEY* key, absl::string_view text) {
  const Digester digester(EVP_MD_CTX_new());
  const auto* const bytes = reinterpret_cast<const unsigned char*>(text.data());
  size_t size = 0;
  if (EVP_DigestSignInit(digester.get(), nullptr, EVP_sha256(), nullptr, key) != 1 ||
      EVP_DigestSign(digester.get(), nullptr, &size, bytes, text.size()) != 1) {
    return Failed("cannot sign");
  }
  std::string der(size, '\0');
  auto* const out = reinterpret_cast<unsigned char*>(der.data());
  if (EVP_DigestSign(digester.get(), out, &size, bytes, text.size()) != 1)
    return Failed("cannot sign");
  const unsigned char* in = out;
  const Signature signature(d2i_ECDSA_SIG(nullptr, &in, static_cast<long>(size)));
  unsigned char halves[2 * kHalf];
  if (signature == nullptr ||
      BN_bn2binpad(ECDSA_SIG_get0_r(signature.get()), halves, kHalf) != kHalf ||
      BN_bn2binpad(ECDSA_SIG_get0_s(signature.get()), halves + kHalf, kHalf) != kHalf) {
    return Failed("no signature");
  }
  return std::string(reinterpret_cast<char*>(halves), sizeof halves);
}

}  // namespace

struct VapidKey::Key {
  PKey pkey;
};

VapidKey::VapidKey(std::shared_ptr<const Key> key, std::string public_key)
    : key_(std::move(key)), public_key_(std::move(public_key)) {}

absl::StatusOr<VapidKey> VapidKey::LoadOrMake(const std::string& path) {
  PKey key;
  if (journal::FileExists(path)) {
    std::ifstream file(path, std::ios::binary);
    key = KeyIn(std::string(std::istreambuf_iterator<char>(file), {}));
    if (key == nullptr)
      return absl::InvalidArgumentError(absl::StrCat(path, " holds no private key"));
  } else {
    key.reset(EVP_EC_gen("P-256"));
    if (key == nullptr) return Failed("cannot make a key");
    if (auto status = WriteNew(path, PemOf(key.get())); !status.ok()) return status;
  }
  std::string public_key = PublicOf(key.get());
  if (public_key.empty()) {
    return absl::InvalidArgumentError(absl::StrCat(path, " holds no key of the curve P-256"));
  }
  return VapidKey(std::make_shared<const Key>(Key{std::move(key)}), std::move(public_key));
}

absl::StatusOr<std::string> VapidKey::Authorization(absl::string_view origin,
                                                    absl::string_view contact,
                                                    absl::Time now) const {
  // Neither holds a character that JSON would want escaped.
  const std::string claims =
      absl::StrCat(R"({"aud":")", origin, R"(","exp":)", absl::ToUnixSeconds(now + kLife),
                   R"(,"sub":")", contact, R"("})");
  const std::string text = absl::StrCat(absl::WebSafeBase64Escape(R"({"typ":"JWT","alg":"ES256"})"),
                                        ".", absl::WebSafeBase64Escape(claims));
  const auto signature = Sign(key_->pkey.get(), text);
  if (!signature.ok()) return signature.status();
  return absl::StrCat("vapid t=", text, ".", absl::WebSafeBase64Escape(*signature),
                      ", k=", public_key_);
}

}  // namespace samsyn::push

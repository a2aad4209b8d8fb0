#include "server/access/certificate.h"

#include <absl/strings/str_cat.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <fstream>
#include <iterator>
#include <memory>
#include <optional>

namespace samsyn::access {
namespace {

template <auto Free>
struct Freer {
  template <typename T>
  void operator()(T* pointer) const {
    Free(pointer);
  }
};
using Bio = std::unique_ptr<BIO, Freer<BIO_free_all>>;
using Certificate = std::unique_ptr<X509, Freer<X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY_free>>;

Bio BioOver(absl::string_view text) {
  return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

Certificate CertificateIn(absl::string_view pem) {
  const Bio bio = BioOver(pem);
  Certificate certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
  ERR_clear_error();
  return certificate;
}

Key KeyIn(absl::string_view pem) {
  const Bio bio = BioOver(pem);
  // Never asks for a pass phrase on a terminal.
  const auto no_phrase = [](char*, int, int, void*) { return 0; };
  Key key(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_phrase, nullptr));
  ERR_clear_error();
  return key;
}

std::optional<std::string> ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(file), {});
}

}  // namespace

std::vector<std::string> OrganisationsOf(absl::string_view pem) {
  std::vector<std::string> organisations;
  const Certificate certificate = CertificateIn(pem);
  if (certificate == nullptr) return organisations;
  X509_NAME* const subject = X509_get_subject_name(certificate.get());
  for (int at = X509_NAME_get_index_by_NID(subject, NID_organizationName, -1); at >= 0;
       at = X509_NAME_get_index_by_NID(subject, NID_organizationName, at)) {
    unsigned char* text = nullptr;
    const int size =
        ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)));
    if (size >= 0) organisations.emplace_back(reinterpret_cast<char*>(text), size);
    OPENSSL_free(text);
  }
  return organisations;
}

absl::Status CheckCertificateFiles(const std::string& certificate, const std::string& key,
                                   const std::string& client_authorities) {
  const auto contents = {ReadFile(certificate), ReadFile(key), ReadFile(client_authorities)};
  const auto* const text = contents.begin();
  const std::string* const paths[] = {&certificate, &key, &client_authorities};
  for (int i = 0; i < 3; ++i) {
    if (!text[i].has_value()) return absl::NotFoundError(absl::StrCat("cannot read ", *paths[i]));
  }
  const Certificate own = CertificateIn(*text[0]);
  if (own == nullptr) {
    return absl::InvalidArgumentError(absl::StrCat(certificate, " holds no certificate (PEM)"));
  }
  const Key private_key = KeyIn(*text[1]);
  if (private_key == nullptr) {
    return absl::InvalidArgumentError(
        absl::StrCat(key, " holds no private key (PEM, without pass phrase)"));
  }
  if (X509_check_private_key(own.get(), private_key.get()) != 1) {
    ERR_clear_error();
    return absl::InvalidArgumentError(
        absl::StrCat(key, " is not the private key of ", certificate));
  }
  if (CertificateIn(*text[2]) == nullptr) {
    return absl::InvalidArgumentError(
        absl::StrCat(client_authorities, " holds no certificate (PEM)"));
  }
  return absl::OkStatus();
}

}  // namespace samsyn::access

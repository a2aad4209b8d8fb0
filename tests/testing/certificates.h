// Certificates made on the spot, in files of a folder that goes with them.
#ifndef SAMSYN_TESTS_TESTING_CERTIFICATES_H_
#define SAMSYN_TESTS_TESTING_CERTIFICATES_H_

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace samsyn::testing {

class Certificates {
 public:
  Certificates() {
    std::string pattern = (std::filesystem::temp_directory_path() / "samsyn-test-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
  }
  ~Certificates() {
    for (auto& [name, pair] : pairs_) Free(pair);
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  Certificates(const Certificates&) = delete;
  Certificates& operator=(const Certificates&) = delete;

  // NAME.pem and NAME.key of an authority.
  void MakeAuthority(const std::string& name) { Keep(name, Issue(name, {}, "", nullptr)); }
  // The same of who is at `hosts` ("DNS:a,IP:127.0.0.1") and speaks for organisations.
  void Make(const std::string& name, const std::string& authority,
            const std::vector<std::string>& organisations,
            const std::string& hosts = "DNS:localhost") {
    Keep(name, Issue(name, organisations, hosts, &pairs_.at(authority)));
  }
  std::string Path(const std::string& file) const { return folder_ + "/" + file; }
  std::string Text(const std::string& file) const {
    std::ifstream stream(Path(file), std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(stream), {});
  }

 private:
  using Pair = std::pair<X509*, EVP_PKEY*>;

  static void Free(Pair& pair) {
    X509_free(pair.first);
    EVP_PKEY_free(pair.second);
  }
  static void Extend(X509* certificate, X509* issuer, int nid, const char* value) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value);
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
  }
  static void Name(X509_NAME* name, const char* key, const std::string& value) {
    X509_NAME_add_entry_by_txt(name, key, MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(value.data()),
                               static_cast<int>(value.size()), -1, 0);
  }
  Pair Issue(const std::string& name, const std::vector<std::string>& organisations,
             const std::string& hosts, const Pair* authority) {
    EVP_PKEY* const key = EVP_EC_gen("P-256");
    X509* const certificate = X509_new();
    X509* const issuer = authority == nullptr ? certificate : authority->first;
    X509_set_version(certificate, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), ++serial_);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 24 * 3600);
    X509_set_pubkey(certificate, key);
    X509_NAME* const subject = X509_get_subject_name(certificate);
    for (const std::string& organisation : organisations) Name(subject, "O", organisation);
    Name(subject, "CN", name + std::to_string(serial_));
    X509_set_issuer_name(certificate, X509_get_subject_name(issuer));
    Extend(certificate, issuer, NID_basic_constraints,
           authority == nullptr ? "critical,CA:TRUE" : "CA:FALSE");
    if (authority != nullptr) Extend(certificate, issuer, NID_subject_alt_name, hosts.c_str());
    X509_sign(certificate, authority == nullptr ? key : authority->second, EVP_sha256());
    return {certificate, key};
  }
  void Keep(const std::string& name, Pair pair) {
    const auto [found, added] = pairs_.try_emplace(name, pair);
    if (!added) {
      Free(found->second);
      found->second = pair;
    }
    std::FILE* file = std::fopen(Path(name + ".pem").c_str(), "w");
    PEM_write_X509(file, pair.first);
    std::fclose(file);
    file = std::fopen(Path(name + ".key").c_str(), "w");
    PEM_write_PrivateKey(file, pair.second, nullptr, nullptr, 0, nullptr, nullptr);
    std::fclose(file);
  }

  std::string folder_;
  std::map<std::string, Pair> pairs_;
  int serial_ = 0;
};

}  // namespace samsyn::testing

#endif  // SAMSYN_TESTS_TESTING_CERTIFICATES_H_

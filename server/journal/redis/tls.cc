#include "server/journal/redis/tls.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/string_view.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <climits>
#include <utility>
#include <vector>

namespace samsyn::journal {
namespace {

constexpr size_t kPieceBytes = 17 << 10;  // one record of TLS with what stands around it

template <auto Free>
struct Freer {
  template <typename T>
  void operator()(T* pointer) const {
    Free(pointer);
  }
};
using Context = std::unique_ptr<SSL_CTX, Freer<SSL_CTX_free>>;
using Session = std::unique_ptr<SSL, Freer<SSL_free>>;

// OpenSSL's words for the oldest error of this thread, which are then forgotten.
std::string Reason() {
  const unsigned long code = ERR_get_error();
  ERR_clear_error();
  const char* const words = ERR_reason_error_string(code);
  return words == nullptr ? "TLS failed" : words;
}

// Whether that error is an alert of the peer, such as that it does not trust our certificate.
bool IsAlert() {
  const unsigned long code = ERR_peek_error();
  return ERR_GET_LIB(code) == ERR_LIB_SSL && ERR_GET_REASON(code) > SSL_AD_REASON_OFFSET;
}

// OpenSSL speaks into memory; what it wants to send or to have read goes over the stream here.
class TlsStream final : public RedisStream {
 public:
  TlsStream(std::unique_ptr<RedisStream> stream, Session session)
      : stream_(std::move(stream)), session_(std::move(session)), piece_(kPieceBytes) {
    SSL_set_bio(session_.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
    SSL_set_connect_state(session_.get());
  }

  absl::Status Handshake(Deadline deadline) {
    return Drive(deadline, [this] { return SSL_do_handshake(session_.get()); }).status();
  }

  absl::StatusOr<size_t> Read(absl::Span<char> into, Deadline deadline) override {
    const int room = static_cast<int>(std::min<size_t>(into.size(), INT_MAX));
    const auto got = Drive(deadline, [&] { return SSL_read(session_.get(), into.data(), room); });
    if (!got.ok()) return got.status();
    return static_cast<size_t>(*got);
  }

  absl::Status Write(absl::string_view bytes, Deadline deadline) override {
    while (!bytes.empty()) {
      const int size = static_cast<int>(std::min(bytes.size(), kPieceBytes));
      const auto sent =
          Drive(deadline, [&] { return SSL_write(session_.get(), bytes.data(), size); });
      if (!sent.ok()) return sent.status();
      bytes.remove_prefix(static_cast<size_t>(*sent));
    }
    return absl::OkStatus();
  }

  void Interrupt() override { stream_->Interrupt(); }

 private:
  // Tries `step` until it is done, and sends and reads in between what it needs.
  template <typename Step>
  absl::StatusOr<int> Drive(Deadline deadline, Step step) {
    for (;;) {
      ERR_clear_error();
      const int result = step();
      const int why = SSL_get_error(session_.get(), result);
      const bool done = result > 0;
      const absl::Status failed =
          done || why == SSL_ERROR_WANT_READ ? absl::OkStatus() : Failed(why);
      // The alert that tells the peer of a failure is sent too.
      const absl::Status sent = SendWaiting(deadline);
      if (!failed.ok()) return failed;
      if (!sent.ok()) return LastWords(sent);
      if (done) return result;
      const auto got = stream_->Read(absl::MakeSpan(piece_), deadline);
      if (!got.ok()) return got.status();
      BIO_write(SSL_get_rbio(session_.get()), piece_.data(), static_cast<int>(*got));
    }
  }

  absl::Status SendWaiting(Deadline deadline) {
    BIO* const waiting = SSL_get_wbio(session_.get());
    char* data = nullptr;
    const long size = BIO_get_mem_data(waiting, &data);
    if (size <= 0) return absl::OkStatus();
    absl::Status status =
        stream_->Write(absl::string_view(data, static_cast<size_t>(size)), deadline);
    BIO_reset(waiting);
    return status;
  }

  // A peer that refuses this side says so before it hangs up, and may have done both by now.
  absl::Status LastWords(const absl::Status& lost) {
    const auto got = stream_->Read(absl::MakeSpan(piece_), DeadlineAfter(absl::ZeroDuration()));
    if (!got.ok()) return lost;
    BIO_write(SSL_get_rbio(session_.get()), piece_.data(), static_cast<int>(*got));
    ERR_clear_error();
    char next = 0;
    const int result = SSL_peek(session_.get(), &next, sizeof(next));
    return result <= 0 && IsAlert() ? Failed(SSL_ERROR_SSL) : lost;
  }

  absl::Status Failed(int why) {
    if (why == SSL_ERROR_ZERO_RETURN) return absl::UnavailableError("the connection was closed");
    const long verified = SSL_get_verify_result(session_.get());
    if (verified != X509_V_OK) {
      ERR_clear_error();
      return absl::FailedPreconditionError(absl::StrCat("the server's certificate is not trusted: ",
                                                        X509_verify_cert_error_string(verified)));
    }
    if (IsAlert()) {
      return absl::FailedPreconditionError(
          absl::StrCat("the server refuses this side of TLS: ", Reason()));
    }
    return absl::UnavailableError(absl::StrCat("TLS: ", Reason()));
  }

  const std::unique_ptr<RedisStream> stream_;
  const Session session_;
  std::vector<char> piece_;
};

absl::Status BadFile(absl::string_view what, const std::string& path) {
  return absl::FailedPreconditionError(absl::StrCat("TLS: ", what, " ", path, ": ", Reason()));
}

absl::StatusOr<Context> MakeContext(const RedisCredentials& credentials) {
  Context context(SSL_CTX_new(TLS_client_method()));
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  // A key with a pass phrase is refused: nobody sits at this terminal.
  SSL_CTX_set_default_passwd_cb(context.get(), [](char*, int, int, void*) { return 0; });
  ERR_clear_error();
  const std::string& authorities = credentials.tls_authorities;
  if (authorities.empty()) {
    return absl::FailedPreconditionError("TLS: no authorities are named whose signature counts");
  }
  if (SSL_CTX_load_verify_file(context.get(), authorities.c_str()) != 1) {
    return BadFile("cannot use the authorities in", authorities);
  }
  if (credentials.tls_certificate.empty()) return context;
  if (SSL_CTX_use_certificate_chain_file(context.get(), credentials.tls_certificate.c_str()) != 1) {
    return BadFile("cannot use the certificate", credentials.tls_certificate);
  }
  if (SSL_CTX_use_PrivateKey_file(context.get(), credentials.tls_key.c_str(), SSL_FILETYPE_PEM) !=
      1) {
    return BadFile("cannot use the key", credentials.tls_key);
  }
  return context;
}

}  // namespace

absl::StatusOr<std::unique_ptr<RedisStream>> StartTls(std::unique_ptr<RedisStream> stream,
                                                      const std::string& host,
                                                      const RedisCredentials& credentials,
                                                      Deadline deadline) {
  auto context = MakeContext(credentials);
  if (!context.ok()) return context.status();
  Session session(SSL_new(context->get()));
  X509_VERIFY_PARAM* const wanted = SSL_get0_param(session.get());
  // An address stands in a certificate as such, and is not asked for by name.
  if (X509_VERIFY_PARAM_set1_ip_asc(wanted, host.c_str()) != 1) {
    X509_VERIFY_PARAM_set1_host(wanted, host.data(), host.size());
    SSL_set_tlsext_host_name(session.get(), host.c_str());
  }
  auto tls = std::make_unique<TlsStream>(std::move(stream), std::move(session));
  absl::Status status = tls->Handshake(deadline);
  if (absl::IsDeadlineExceeded(status)) {
    return absl::UnavailableError("no answer to TLS in time; is this a port with TLS?");
  }
  if (!status.ok()) return status;
  return tls;
}

}  // namespace samsyn::journal

#include "crema/net/tls.h"

#include "crema/base/check.h"
#include "crema/base/log.h"

#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>

namespace crema::net {
namespace {

// OpenSSL's own socket BIO raises SIGPIPE, which ends a process that does not expect it.
int descriptor_of(BIO* bio) {
  return static_cast<int>(reinterpret_cast<intptr_t>(BIO_get_data(bio)));
}

int retry_or_fail(BIO* bio, int flags, ssize_t result) {
  BIO_clear_retry_flags(bio);
  if (result < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) {
    BIO_set_flags(bio, flags | BIO_FLAGS_SHOULD_RETRY);
  }
  return static_cast<int>(result);
}

int bio_write(BIO* bio, const char* bytes, int size) {
  return retry_or_fail(bio, BIO_FLAGS_WRITE,
                       ::send(descriptor_of(bio), bytes, static_cast<size_t>(size), MSG_NOSIGNAL));
}

int bio_read(BIO* bio, char* bytes, int size) {
  return retry_or_fail(bio, BIO_FLAGS_READ,
                       ::recv(descriptor_of(bio), bytes, static_cast<size_t>(size), 0));
}

long bio_control(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }

const BIO_METHOD* descriptor_bio() {
  static BIO_METHOD* const method = [] {
    BIO_METHOD* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "descriptor");
    CREMA_ASSERT(made != nullptr);
    BIO_meth_set_write(made, bio_write);
    BIO_meth_set_read(made, bio_read);
    BIO_meth_set_ctrl(made, bio_control);
    return made;
  }();
  return method;
}

bool is_address(const std::string& host) {
  std::array<unsigned char, sizeof(in6_addr)> ignored{};
  return ::inet_pton(AF_INET, host.c_str(), ignored.data()) == 1 ||
         ::inet_pton(AF_INET6, host.c_str(), ignored.data()) == 1;
}

// The newest error of this thread's queue, which is empty afterwards.
std::string take_error() {
  const unsigned long error = ERR_peek_last_error();
  ERR_clear_error();
  const char* reason = error != 0 ? ERR_reason_error_string(error) : nullptr;
  return reason ? reason : "the connection was closed";
}

}  // namespace

TlsTrust::~TlsTrust() { SSL_CTX_free(context_); }

ssl_ctx_st* TlsTrust::context() {
  if (context_) return context_;
  SSL_CTX* made = SSL_CTX_new(TLS_client_method());
  CREMA_ASSERT(made != nullptr);
  SSL_CTX_set_min_proto_version(made, TLS1_2_VERSION);
  SSL_CTX_set_verify(made, SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_mode(made, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                             SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_session_cache_mode(made, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_default_verify_paths(made);
  if (!ca_file_.empty() && SSL_CTX_load_verify_file(made, ca_file_.c_str()) != 1) {
    log::error("the CA certificates cannot be read",
               {{"file", ca_file_}, {"reason", take_error()}});
    SSL_CTX_free(made);
    return nullptr;
  }
  ERR_clear_error();
  return context_ = made;
}

TlsSession::TlsSession(ssl_ctx_st* context, int descriptor, const std::string& host)
    : ssl_(SSL_new(context)) {
  CREMA_ASSERT(ssl_ != nullptr);
  BIO* bio = BIO_new(descriptor_bio());
  CREMA_ASSERT(bio != nullptr);
  BIO_set_data(bio, reinterpret_cast<void*>(static_cast<intptr_t>(descriptor)));
  BIO_set_init(bio, 1);
  SSL_set_bio(ssl_, bio, bio);
  if (is_address(host)) {
    X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl_), host.c_str());
  } else {
    SSL_set1_host(ssl_, host.c_str());
    SSL_set_tlsext_host_name(ssl_, host.c_str());
  }
  SSL_set_connect_state(ssl_);
}

TlsSession::~TlsSession() { SSL_free(ssl_); }

TlsSession::Step TlsSession::step_of(int result) {
  switch (SSL_get_error(ssl_, result)) {
    case SSL_ERROR_NONE:
      return Step::kDone;
    case SSL_ERROR_WANT_READ:
      return Step::kWantRead;
    case SSL_ERROR_WANT_WRITE:
      return Step::kWantWrite;
    case SSL_ERROR_ZERO_RETURN:
      return Step::kEnd;
    default:
      failure_ = certificate_refused() ? X509_verify_cert_error_string(SSL_get_verify_result(ssl_))
                                       : take_error();
      ERR_clear_error();
      return Step::kFailed;
  }
}

TlsSession::Step TlsSession::handshake() {
  ERR_clear_error();
  return step_of(SSL_do_handshake(ssl_));
}

std::string TlsSession::why() const { return failure_; }

bool TlsSession::certificate_refused() const { return SSL_get_verify_result(ssl_) != X509_V_OK; }

TlsSession::Step TlsSession::read(std::span<char> into, size_t& done) {
  ERR_clear_error();
  return step_of(SSL_read_ex(ssl_, into.data(), into.size(), &done));
}

TlsSession::Step TlsSession::write(std::string_view bytes, size_t& done) {
  ERR_clear_error();
  return step_of(SSL_write_ex(ssl_, bytes.data(), bytes.size(), &done));
}

TlsSession::Step TlsSession::peek() {
  char byte = 0;
  size_t done = 0;
  ERR_clear_error();
  return step_of(SSL_peek_ex(ssl_, &byte, 1, &done));
}

}  // namespace crema::net

// TLS towards servers that we call: OpenSSL on the descriptor, which is not touched before it is
// used (architecture, section 1.4).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

struct ssl_st;
struct ssl_ctx_st;

namespace crema::net {

// Whose certificates are believed: the system's CAs', and those of a file in PEM.
class TlsTrust {
 public:
  // Reads nothing yet. `ca_file` empty: the system's only.
  explicit TlsTrust(std::string ca_file = {}) : ca_file_(std::move(ca_file)) {}
  TlsTrust(const TlsTrust&) = delete;
  TlsTrust& operator=(const TlsTrust&) = delete;
  ~TlsTrust();

  // Made at the first call. Null when the file holds no certificate, which is logged. One thread.
  [[nodiscard]] ssl_ctx_st* context();

 private:
  const std::string ca_file_;
  ssl_ctx_st* context_ = nullptr;
};

// The client's side of one TLS session. It makes no wait: each call does what can be done now.
// TLS 1.2 or later; the certificate must be trusted and be the host's. One thread.
class TlsSession {
 public:
  enum class Step : uint8_t { kDone, kWantRead, kWantWrite, kEnd, kFailed };

  // `context` is a TlsTrust's, not null. Borrows the descriptor for life; it is non-blocking.
  TlsSession(ssl_ctx_st* context, int descriptor, const std::string& host);
  TlsSession(const TlsSession&) = delete;
  TlsSession& operator=(const TlsSession&) = delete;
  ~TlsSession();

  // Until it is kDone. After kFailed: why, for the log.
  [[nodiscard]] Step handshake();
  [[nodiscard]] std::string why() const;
  [[nodiscard]] bool certificate_refused() const;

  // kDone: at least one byte, `done` of them.
  [[nodiscard]] Step read(std::span<char> into, size_t& done);
  [[nodiscard]] Step write(std::string_view bytes, size_t& done);
  // kDone: there is something to read. kWantRead: not now.
  [[nodiscard]] Step peek();

 private:
  [[nodiscard]] Step step_of(int result);

  ssl_st* ssl_;
  std::string failure_;
};

}  // namespace crema::net

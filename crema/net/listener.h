// A listening socket that hands out connected descriptors and survives their running out.
#pragma once

#include "crema/base/result.h"
#include "crema/net/asio.h"
#include "crema/net/loop.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace crema::net {

// Closes a descriptor that nobody wants after all.
void close_descriptor(int descriptor);

// What went wrong, in words for the operator.
struct ListenError {
  enum class Kind : uint8_t { kInUse, kForbidden, kUnavailable, kOther };
  Kind kind;
  std::string message;
};

// Loop thread only, once started.
class Listener {
 public:
  // A connection: its descriptor is the callee's; `peer` is its address without the port, empty
  // on a Unix socket.
  using Accept = std::function<void(int descriptor, std::string peer)>;

  // `host` is an address or a name (its first address is used); port 0 takes a free one.
  [[nodiscard]] static base::Result<std::unique_ptr<Listener>, ListenError> tcp(
      Loop& loop, const std::string& host, uint16_t port);
  // A stale file that nobody listens on is removed first. `mode` is set on the file.
  [[nodiscard]] static base::Result<std::unique_ptr<Listener>, ListenError> unix_socket(
      Loop& loop, const std::string& path, unsigned mode);

  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  // As `close`. Only when the loop runs no more: until then ready handlers may still come.
  ~Listener();

  // Accepts no more, and removes the file of a Unix socket.
  void close();

  // Accepts until destroyed. Warns when four fifths of the descriptors are taken; when they run out
  // it pauses for kPause and goes on.
  void start(Accept accept);

  [[nodiscard]] bool started() const noexcept { return accept_ != nullptr; }
  // "127.0.0.1:9000", "[::1]:9000", or the path.
  [[nodiscard]] const std::string& address() const noexcept { return address_; }
  // 0 for a Unix socket.
  [[nodiscard]] uint16_t port() const noexcept { return port_; }

  static constexpr base::Duration kPause{100};
  static constexpr int kBacklog = 4096;

 private:
  using Acceptor = asio::basic_socket_acceptor<asio::generic::stream_protocol, Executor>;

  Listener(Loop& loop, int descriptor, int family);
  void accept_ready();
  void wait();
  void pause(int error);
  void warn_when_few_are_left(int descriptor) const;

  // Fixed at construction.
  Loop& loop_;
  std::string address_;
  std::string unix_path_;
  uint16_t port_ = 0;

  // Owned by the loop's thread.
  Acceptor acceptor_;
  SteadyTimer pause_timer_;
  Accept accept_;
  int descriptors_max_ = 0;  // As the limit was at the start.
};

}  // namespace crema::net

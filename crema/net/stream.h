// One connected descriptor, TCP or Unix, without buffers of its own: bytes are read into and
// written from memory the caller has, and waits are single callbacks (architecture, section 1.3).
#pragma once

#include "crema/net/asio.h"
#include "crema/net/loop.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace crema::net {

// Loop thread only. Handlers that were ready when the stream was closed may still run: whoever
// owns the stream stays alive until what it posts to the loop after `close` runs.
class Stream {
 public:
  enum class Status : uint8_t { kOk, kWouldBlock, kEnd, kClosed };
  struct Transfer {
    Status status;
    size_t bytes = 0;
  };

  // Takes over a connected descriptor and makes it non-blocking; TCP_NODELAY where it applies.
  Stream(Loop& loop, int descriptor);
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  [[nodiscard]] bool is_open() const { return socket_.is_open(); }

  // One recv. kEnd: the peer sends no more, but may read; kClosed: the connection is broken.
  [[nodiscard]] Transfer read(std::span<char> into);
  // One send. kWouldBlock with bytes < all: wait until writable.
  [[nodiscard]] Transfer write(std::string_view bytes);

  // Calls `handler()` once when a read or write would not block. Not called after `close` unless
  // it was ready already.
  template <class Handler>
  void when_readable(Handler handler) {
    wait(StreamSocket::wait_read, std::move(handler));
  }
  template <class Handler>
  void when_writable(Handler handler) {
    wait(StreamSocket::wait_write, std::move(handler));
  }

  // No more writes; the peer reads to the end of what was written.
  void shutdown_write();
  void close();
  // Gives the descriptor away, for another loop. Nothing when that fails (the stream is closed).
  [[nodiscard]] std::optional<int> release();

 private:
  template <class Handler>
  void wait(StreamSocket::wait_type what, Handler handler) {
    auto ready = [handler = std::move(handler)](ErrorCode error) mutable {
      if (error != asio::error::operation_aborted) handler();
    };
    socket_.async_wait(what, loop_.handler(std::move(ready)));
  }

  Loop& loop_;
  StreamSocket socket_;
};

}  // namespace crema::net

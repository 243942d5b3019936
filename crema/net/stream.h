// One connected descriptor, TCP or Unix, without buffers of its own: bytes are read into and
// written from memory the caller has (architecture, section 1.3).
#pragma once

#include "crema/net/loop.h"
#include "crema/net/poll_set.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace crema::net {

// Whom a stream tells. May close or destroy the stream.
class StreamOwner {
 public:
  // A read would not block; told again while bytes are left.
  virtual void on_readable() = 0;
  // As was asked for with `when_writable`.
  virtual void on_writable() = 0;
  // The connection is broken and nobody reads, which would have told.
  virtual void on_broken() = 0;

 protected:
  ~StreamOwner() = default;
};

// Loop thread only.
class Stream final : private PollEntry {
 public:
  enum class Status : uint8_t { kOk, kWouldBlock, kEnd, kClosed };
  struct Transfer {
    Status status;
    size_t bytes = 0;
  };

  // Takes over a connected descriptor, blocking or not, with the options that it has, and reads.
  // Borrows `owner` for life.
  Stream(Loop& loop, int descriptor, StreamOwner& owner);
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  ~Stream() override { close(); }

  [[nodiscard]] bool is_open() const noexcept { return descriptor_ >= 0; }

  // One recv. kEnd: the peer sends no more, but may read; kClosed: the connection is broken.
  [[nodiscard]] Transfer read(std::span<char> into);
  // One send. kWouldBlock with bytes < all: wait until writable.
  [[nodiscard]] Transfer write(std::string_view bytes);

  // StreamOwner::on_readable no more, or again: at the end it would be told for ever.
  void stop_reading();
  void start_reading();
  // StreamOwner::on_writable once, when a write would not block.
  void when_writable();

  // No more writes; the peer reads to the end of what was written.
  void shutdown_write();
  // Nothing is told afterwards. Idempotent.
  void close();
  // Gives the descriptor away, for another loop. Nothing when the stream is closed.
  [[nodiscard]] std::optional<int> release();

 private:
  void on_ready(uint32_t events) override;
  void wait_for(uint32_t events);

  PollSet& set_;
  StreamOwner& owner_;
  int descriptor_;
  uint32_t awaited_ = EPOLLIN;
};

}  // namespace crema::net

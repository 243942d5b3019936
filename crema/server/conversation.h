// What is spoken on a connection: HTTP at first, then perhaps WebSocket.
#pragma once

#include <span>

namespace crema::server {

// Shard thread only; owned by its Connection.
class Conversation {
 public:
  virtual ~Conversation() = default;

  // Bytes from the peer, which may be changed in place. The conversation may be replaced or the
  // connection closed by what they cause; the caller touches neither afterwards.
  virtual void on_bytes(std::span<char> bytes) = 0;
  // The peer sends no more. True: an answer is on its way that it may still read, so that the
  // connection stays until finish() or abort(). False: the connection is lost.
  virtual bool on_end() { return false; }
  // At the end of a turn in which it asked for it, and when a full kernel has room again.
  virtual void flush() = 0;
  // The deadline of the connection has come.
  virtual void on_deadline() = 0;
  // Nobody waits for anything on it: to close it now is to lose nobody.
  [[nodiscard]] virtual bool idle() const { return false; }
  // The connection is gone. Called once, before destruction, unless the conversation ended first.
  virtual void on_lost() = 0;
};

}  // namespace crema::server

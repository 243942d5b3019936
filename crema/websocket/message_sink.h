// Who is told what a WebSocket client sent.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace crema::websocket {

// Each call returns whether to go on: after `false` the decoder is touched no more, so the sink
// may destroy it. Views are borrowed until the call returns.
class MessageSink {
 public:
  // Valid UTF-8.
  virtual bool on_text(std::string_view text) = 0;
  virtual bool on_binary(std::string_view bytes) = 0;
  // At most 125 bytes, to be sent back in a pong.
  virtual bool on_ping(std::string_view payload) = 0;
  virtual bool on_pong() = 0;
  // The last call: what follows a close frame is ignored. The reason is checked and dropped.
  virtual bool on_close(std::optional<uint16_t> code) = 0;

 protected:
  ~MessageSink() = default;
};

}  // namespace crema::websocket

// Bytes of a client to messages. Source: RFC 6455, sections 5 and 8.1.
//
//   header ──complete──▶ payload ──last byte──▶ header of the next frame
//                           ├─ control: told at once, also amid the fragments of a message
//                           └─ data: told when FIN, else kept for its continuations
#pragma once

#include "crema/base/result.h"
#include "crema/websocket/errc.h"
#include "crema/websocket/message_sink.h"

#include <cstddef>
#include <memory>
#include <span>

namespace crema::websocket {

// A message whose single frame lies wholly in the bytes fed is delivered from there, without a
// copy. Bytes are owned only while a frame or a message is incomplete: at most message_bytes_max
// and a constant, whatever a header announces; an idle decoder is three words.
class Decoder {
 public:
  // Bounds the payload of a message, summed over its fragments.
  explicit Decoder(size_t message_bytes_max);
  Decoder(Decoder&&) noexcept;
  Decoder& operator=(Decoder&&) noexcept;
  ~Decoder();

  // Neither a frame nor a message is incomplete.
  [[nodiscard]] bool idle() const { return partial_ == nullptr; }
  // Bytes owned for what is incomplete: 0 while idle, else at most message_bytes_max and
  // kPartialBytesMax.
  [[nodiscard]] size_t owned_bytes() const;

  // Unmasks in place and tells `sink` of every message that is complete. Stops where the sink says
  // so, or at the first error; after either the decoder may only be destroyed.
  // Errors: those of Errc that have a close code; text that is no UTF-8 and messages that are too
  // big fail at the first byte that proves it.
  [[nodiscard]] base::Result<void, Errc> feed(std::span<char> bytes, MessageSink& sink);

 private:
  struct Partial;
  class Feed;

  // Fixed at construction.
  size_t message_bytes_max_;

  // Only while a frame or a message is incomplete.
  std::unique_ptr<Partial> partial_;
  // A close frame was delivered.
  bool closed_ = false;
};

}  // namespace crema::websocket

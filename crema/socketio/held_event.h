// An event, or an acknowledgement, that cannot be handled yet: attachments are missing, or the
// CONNECT of its namespace is undecided.
#pragma once

#include "crema/socketio/packet.h"

#include <cstddef>
#include <string>

namespace crema::socketio {

// Owns what `event` borrows, so it never moves.
struct HeldEvent {
  HeldEvent() = default;
  HeldEvent(const HeldEvent&) = delete;
  HeldEvent& operator=(const HeldEvent&) = delete;

  PacketType type = PacketType::kEvent;
  std::string nsp;
  std::string text;  // The payload, normalised.
  Event event;
  size_t attachments_missing = 0;
  size_t attachment_bytes = 0;

  // As reserved: white space that was left out has had its place in `text`.
  [[nodiscard]] size_t bytes() const {
    return text.capacity() + event.args.capacity() * sizeof(event.args[0]) + attachment_bytes +
           sizeof(*this);
  }
};

}  // namespace crema::socketio

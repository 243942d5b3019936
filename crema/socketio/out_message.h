// One Socket.IO packet on its way out, with the binary attachments that follow it.
#pragma once

#include "crema/engineio/out_packet.h"

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace crema::socketio {

// Shared by every packet that is sent with them; null: none.
using Attachments = std::shared_ptr<const std::vector<engineio::OutPacket>>;

// Copies the bytes, once for all receivers.
[[nodiscard]] Attachments make_attachments(std::span<const std::string> attachments,
                                           engineio::Compress compress = engineio::Compress::kYes);
[[nodiscard]] inline size_t count(const Attachments& attachments) {
  return attachments ? attachments->size() : 0;
}

// Immutable; any thread.
struct OutMessage {
  engineio::OutPacket text;
  Attachments attachments;

  [[nodiscard]] static OutMessage from(std::string_view packet, Attachments attachments = {},
                                       engineio::Compress compress = engineio::Compress::kYes);
  // What it keeps in memory, shared or not.
  [[nodiscard]] size_t bytes() const;
};

}  // namespace crema::socketio

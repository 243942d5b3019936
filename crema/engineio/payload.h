// A polling body: packets joined by the record separator; binary ones as `b` + base64.
// Source: spec/socketio.md 1.1.
#pragma once

#include "crema/engineio/out_packet.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace crema::engineio {

inline constexpr char kRecordSeparator = '\x1e';

// Cuts one packet's text off the front of `rest`; false when nothing is left. An empty payload
// is one empty packet, as the reference reads it: start with `PayloadCursor{body}`.
class PayloadCursor {
 public:
  // Borrows `payload`.
  explicit PayloadCursor(std::string_view payload) : rest_(payload) {}
  [[nodiscard]] bool next(std::string_view& packet);
  [[nodiscard]] bool at_end() const noexcept { return ended_; }

 private:
  std::string_view rest_;
  bool ended_ = false;
};

[[nodiscard]] size_t count_packets(std::string_view payload);

// Appends one packet, or joined ones, each after a separator unless it is the body's first.
void append_packets(std::string& body, const OutPacket& packets);

}  // namespace crema::engineio

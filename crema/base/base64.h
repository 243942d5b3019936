// Base64 as Engine.IO's polling payloads and the WebSocket handshake use it.
#pragma once

#include <string>
#include <string_view>

namespace crema::base {

// Appends the standard encoding of `bytes`, with padding. Source: RFC 4648, section 4.
void append_base64(std::string& out, std::string_view bytes);

// Decodes as Node's `Buffer.from(text, "base64")`: both alphabets, other characters are skipped,
// the first `=` ends it, an incomplete last group gives its whole bytes. Never fails: `b!!!` of
// Engine.IO is an empty message. Source: spec socketio.md 1.1.
[[nodiscard]] std::string decode_base64_lenient(std::string_view text);

}  // namespace crema::base

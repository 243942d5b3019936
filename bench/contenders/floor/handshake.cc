#include "bench/contenders/floor/handshake.h"

#include <boost/uuid/detail/sha1.hpp>

#include <array>
#include <cstddef>
#include <cstdint>

namespace crema::floor {
namespace {

std::string base64(const std::array<std::uint8_t, 20>& bytes) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const std::size_t left = bytes.size() - at;
    std::uint32_t group = std::uint32_t{bytes[at]} << 16;
    if (left > 1) group |= std::uint32_t{bytes[at + 1]} << 8;
    if (left > 2) group |= bytes[at + 2];
    for (std::size_t digit = 0; digit < 4; ++digit) {
      text += digit <= left ? kDigits[group >> (18 - 6 * digit) & 63] : '=';
    }
  }
  return text;
}

std::string accept_key(std::string_view key) {
  boost::uuids::detail::sha1 hash;
  hash.process_bytes(key.data(), key.size());
  constexpr std::string_view kGuid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  hash.process_bytes(kGuid.data(), kGuid.size());
  boost::uuids::detail::sha1::digest_type words;
  hash.get_digest(words);
  std::array<std::uint8_t, 20> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    bytes[i] = static_cast<std::uint8_t>(words[i / 4] >> (24 - 8 * (i % 4)));
  }
  return base64(bytes);
}

}  // namespace

std::string accept_upgrade(std::string_view request_head) {
  constexpr std::string_view kKeyHeader = "Sec-WebSocket-Key: ";
  const auto key = request_head.find(kKeyHeader) + kKeyHeader.size();
  const auto end = request_head.find("\r\n", key);
  return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
         "Sec-WebSocket-Accept: " +
         accept_key(request_head.substr(key, end - key)) + "\r\n\r\n";
}

void append_frame_header(std::string& out, std::size_t length) {
  out += static_cast<char>(0x81);
  if (length < 126) {
    out += static_cast<char>(length);
    return;
  }
  const int length_bytes = length < 65536 ? 2 : 8;
  out += static_cast<char>(length < 65536 ? 126 : 127);
  for (int shift = 8 * (length_bytes - 1); shift >= 0; shift -= 8) {
    out += static_cast<char>(length >> shift & 0xff);
  }
}

}  // namespace crema::floor

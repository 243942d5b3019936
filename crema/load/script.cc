#include "crema/load/script.h"

#include "crema/load/room_plan.h"

#include <fmt/format.h>

namespace crema::load {
namespace {

// The example of RFC 6455, 1.3: a constant key whose answer is known.
constexpr std::string_view kWebSocketKey = "dGhlIHNhbXBsZSBub25jZQ==";

// The start of a packet of the type (two digits) in the options' namespace; "/" is not named.
std::string head_of(std::string_view type, const Options& options) {
  return options.site.empty() ? std::string(type) : fmt::format("{}/{},", type, options.site);
}

}  // namespace

Script::Script(const Options& options)
    : connect_packet(head_of("40", options)),
      connected_prefix(connect_packet + "{\"sid\":"),
      refused_prefix(head_of("44", options)),
      disconnect_packet(head_of("41", options)),
      packet_head(head_of("42", options)),
      event_prefix(load::event_prefix(options)),
      ack_prefix(head_of("43", options)),
      subscribed_packet(packet_head + "[\"pong\"]"),
      subscribed_prefix(packet_head + "[\"pong\""),
      options_(&options) {}

std::string Script::request(std::uint32_t index) const {
  if (options_->transport == Transport::kWebSocket) return websocket_request(index, "");
  return poll_request(index, "");
}

std::string Script::upgrade_request(std::uint32_t index, std::string_view sid) const {
  return websocket_request(index, fmt::format("&sid={}", sid));
}

std::string Script::poll_request(std::uint32_t index, std::string_view sid) const {
  return fmt::format("GET {}&transport=polling{}{} HTTP/1.1\r\n{}\r\n", options_->path,
                     sid.empty() ? "" : "&sid=", sid, headers(index));
}

std::string Script::post_request(std::uint32_t index, std::string_view sid,
                                 std::string_view body) const {
  return fmt::format(
      "POST {}&transport=polling&sid={} HTTP/1.1\r\n{}Content-Type: text/plain;charset=UTF-8\r\n"
      "Content-Length: {}\r\n\r\n{}",
      options_->path, sid, headers(index), body.size(), body);
}

std::vector<std::string> Script::subscriptions(std::uint32_t index) const {
  std::vector<std::string> packets;
  if (options_->subscribe_event.empty()) return packets;
  for (const auto room : rooms_of(*options_, index)) {
    packets.push_back(fmt::format("{}[\"{}\",\"{}\"]", packet_head, options_->subscribe_event,
                                  replace_mark(options_->subscribe_argument, "{r}", room)));
  }
  packets.push_back(packet_head + "[\"ping\"]");
  return packets;
}

std::string Script::echo(Stamp stamp) const {
  return fmt::format(R"({}{}["echo",{{"n":{},"pad":"{:x>{}}","t":"{}"}}])", packet_head,
                     stamp.sequence, stamp.sequence, "", options_->padding_bytes, stamp.sent_ns);
}

std::string Script::headers(std::uint32_t index) const {
  const auto rooms = rooms_of(*options_, index);
  std::string lines;
  for (const auto& header : options_->headers) {
    lines += replace_mark(replace_mark(header, "{i}", index), "{r}", rooms.empty() ? 0 : rooms[0]);
    lines += "\r\n";
  }
  return lines;
}

std::string Script::websocket_request(std::uint32_t index, std::string_view query) const {
  return fmt::format(
      "GET {}&transport=websocket{} HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {}\r\n{}\r\n",
      options_->path, query, kWebSocketKey, headers(index));
}

}  // namespace crema::load

#pragma once

#include "crema/load/envelope.h"
#include "crema/load/options.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace crema::load {

// What all clients of one run say; made once and borrowed by every client.
class Script {
 public:
  explicit Script(const Options& options);

  // The first request of connection `index`.
  [[nodiscard]] std::string request(std::uint32_t index) const;
  // The WebSocket handshake that takes over the session `sid`.
  [[nodiscard]] std::string upgrade_request(std::uint32_t index, std::string_view sid) const;
  [[nodiscard]] std::string poll_request(std::uint32_t index, std::string_view sid) const;
  [[nodiscard]] std::string post_request(std::uint32_t index, std::string_view sid,
                                         std::string_view body) const;
  // The packets by which it joins its rooms; the last one is answered.
  [[nodiscard]] std::vector<std::string> subscriptions(std::uint32_t index) const;
  // An event that asks for the acknowledgement `stamp.sequence`.
  [[nodiscard]] std::string echo(Stamp stamp) const;

  [[nodiscard]] Transport transport() const { return options_->transport; }
  [[nodiscard]] bool recovers() const { return options_->recovers; }

  std::string connect_packet;
  std::string connected_prefix;
  std::string refused_prefix;
  std::string disconnect_packet;
  std::string packet_head;  // Of an event: `42/site,`.
  std::string event_prefix;
  std::string ack_prefix;
  std::string subscribed_packet;
  std::string subscribed_prefix;  // The same with more arguments behind.

 private:
  [[nodiscard]] std::string headers(std::uint32_t index) const;
  [[nodiscard]] std::string websocket_request(std::uint32_t index, std::string_view query) const;

  const Options* options_;
};

}  // namespace crema::load

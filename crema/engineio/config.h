// Every bound and interval of an Engine.IO session, with the reference's defaults.
#pragma once

#include "crema/base/clock.h"

#include <cstddef>
#include <string>

namespace crema::engineio {

struct Config {
  // Sent to the client in the open packet. Source: spec/socketio.md 1.4, 1.8.
  base::Duration ping_interval = std::chrono::seconds(25);
  base::Duration ping_timeout = std::chrono::seconds(20);
  size_t max_payload_bytes = 1'000'000;
  // A message that follows the open packet in the first flush; none when empty.
  std::string initial_packet = {};

  // An upgrade that has not completed by then is dropped; polling goes on. Source: 1.9.
  base::Duration upgrade_timeout = std::chrono::seconds(10);
  // How long a closing polling session waits for the GET that fetches the close. Source: 1.5.
  base::Duration closing_timeout = std::chrono::seconds(30);
  // Packets in one polling payload. Source: spec/hostile-input.md, "Defaults and bounds".
  size_t payload_packets_max = 10'000;
  // What may wait for a client that does not read, besides the largest message among it.
  size_t queued_bytes_max = 1 << 20;
};

// A queue that has grown to this within a turn is sent at once. Source: architecture, 1.6.
inline constexpr size_t kGatherBytes = 64 * 1024;

}  // namespace crema::engineio

#pragma once

#include "crema/load/client.h"
#include "crema/load/clock.h"
#include "crema/load/descriptor.h"
#include "crema/load/options.h"
#include "crema/load/outcome.h"
#include "crema/load/tally.h"

#include <cstdint>
#include <string>
#include <vector>

namespace crema::load {

// All client connections and the one epoll that serves them.
class Swarm {
 public:
  // Borrows `options` for life. Errors: no epoll.
  [[nodiscard]] static Outcome<Swarm> create(const Options& options);

  [[nodiscard]] const Tally& tally() const { return tally_; }

  // Opens every connection and waits until all have joined their namespace. Errors: one was
  // refused or closed, or nothing moved for the stall limit.
  [[nodiscard]] Outcome<void> connect_all();
  // Has every client send `depth` events with an acknowledgement, and another for each that
  // arrives, until `count` were sent.
  void begin_echoes(std::uint32_t depth, std::uint64_t count);
  // Serves the connections until `total` messages have been delivered since the start. Errors: a
  // connection failed, or nothing was delivered for the stall limit.
  [[nodiscard]] Outcome<void> serve_until_delivered(std::uint64_t total);
  // Serves the connections until CLOCK_MONOTONIC says so.
  [[nodiscard]] Outcome<void> serve_until(std::uint64_t end_ns);
  // Serves heartbeats and counts strays for a while, when nothing should arrive.
  [[nodiscard]] Outcome<void> serve_for(std::chrono::milliseconds time);
  // Forgets the latencies so far (the warm-up's).
  void reset_latency() { tally_.latency = {}; }
  // The first Options::stuck connections are not read from now on.
  void abandon_stuck();

 private:
  struct Connection {
    Descriptor socket;
    Client client;
    // The beginning of a frame whose end has not arrived.
    std::string partial;
  };

  Swarm(const Options& options, Descriptor epoll);

  Outcome<void> start_connection(std::uint32_t index);
  // Serves whatever is ready, waiting for it at most this long.
  Outcome<void> serve_once(std::chrono::milliseconds wait_max);
  void on_writable(Connection& connection, std::uint32_t index);
  void on_readable(Connection& connection);
  void on_bytes(Connection& connection, std::string_view bytes);
  void transmit(Connection& connection, std::string_view bytes);

  const Options* options_;
  Script script_;
  Descriptor epoll_;
  std::vector<Connection> connections_;
  std::vector<char> buffer_;
  std::string answers_;
  Tally tally_;
};

}  // namespace crema::load

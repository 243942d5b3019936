#pragma once

#include "crema/load/outcome.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <sys/types.h>
#include <vector>

namespace CLI {
class App;
}

namespace crema::load {

// An IPv4 address and a port of it.
struct Endpoint {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;
};

// How a client connects. kUpgrade opens the session by polling and takes the WebSocket from there:
// on the same TCP connection, before it joins, to measure that alone; clients that come back do it
// as the official one, which opens another TCP connection for it (engine.h).
enum class Transport : std::uint8_t { kWebSocket, kPolling, kUpgrade };

// What the generator is told to do. Nothing here names a server: every contender gets the same.
struct Options {
  Endpoint server;
  Endpoint redis;
  // Without the transport and the session's id, which are appended.
  std::string path = "/socket.io/?EIO=4";
  Transport transport = Transport::kWebSocket;
  // The Socket.IO namespace without its slash; it is also the site of the published messages.
  std::string site;
  // Whole header lines of the handshake; `{i}` becomes the connection's number, `{r}` that of its
  // room.
  std::vector<std::string> headers;
  std::uint32_t connections = 1000;
  std::uint32_t connecting_at_once = 32;
  // Connections leave from 127.0.0.2 and the addresses after it: about 28,000 ports each.
  std::uint32_t source_addresses = 1;

  std::string channel = "events";
  // `{r}` becomes the number of a room: messages go round all of them.
  std::string room = "all";
  // Numbered rooms: connection i is in room i mod rooms, or in the rooms i, i + connections, ...
  // when there are more rooms than connections. 0: there are none.
  std::uint32_t rooms = 0;
  // The event by which a client joins its numbered rooms, and its argument; empty: its identity
  // puts it there.
  std::string subscribe_event;
  std::string subscribe_argument = "{r}";
  std::string event = "bench";
  std::uint32_t padding_bytes = 64;
  // Messages published at once; the next burst waits until every socket has received this one.
  std::uint32_t burst = 1;
  // Bursts leave at this rate, whatever has arrived; 0: one after the other.
  std::uint32_t bursts_per_second = 0;
  // Events with an acknowledgement that each client keeps in flight; 0: messages are published.
  std::uint32_t echo_depth = 0;
  // Connections that read nothing once they are ready; messages to them are not counted.
  std::uint32_t stuck = 0;
  // How long connections are left alone after connecting, their CPU measured.
  std::chrono::seconds hold{0};
  // How long to wait for the server to go and for all clients to be back; 0: nobody comes back.
  std::chrono::seconds come_back{0};
  // Clients that come back name the session they had, if the server told them how.
  bool recovers = true;
  std::uint64_t warmup_messages = 50;
  std::uint64_t messages = 500;
  // Warm-up and measuring each stop after this even if messages are left.
  std::chrono::seconds time_limit{60};
  // No delivery for this long ends the run as a failure.
  std::chrono::seconds stall_limit{10};
  // Whose CPU time and memory are read; 0: nobody's.
  pid_t server_pid = 0;

  [[nodiscard]] bool publishes() const { return echo_depth == 0 && messages != 0; }
};

// What a command line says, before it is understood.
struct RawOptions {
  Options options;
  std::string server;
  std::string redis;
  std::string transport = "websocket";
  int time_limit_seconds = 60;
  int stall_limit_seconds = 10;
  int hold_seconds = 0;
  int come_back_seconds = 0;
  bool no_recovery = false;
};

// Declares every option on a command. `raw` must outlive the parsing.
void declare_options(CLI::App& command, RawOptions& raw);
// Those of clients that come back, for a command that can run them.
void declare_coming_back(CLI::App& command, RawOptions& raw);

// Errors: a sentence for the person who typed it.
[[nodiscard]] Outcome<Options> understand(RawOptions raw);

}  // namespace crema::load

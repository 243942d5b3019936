#pragma once

#include "bench/load/outcome.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <sys/types.h>
#include <vector>

namespace crema::load {

// An IPv4 address and a port of it.
struct Endpoint {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;
};

// What the generator is told to do. Nothing here names a server: every contender gets the same.
struct Options {
  Endpoint server;
  Endpoint redis;
  std::string path = "/socket.io/?EIO=4&transport=websocket";
  // The Socket.IO namespace without its slash; it is also the site of the published messages.
  std::string site;
  // Whole header lines of the handshake; `{i}` becomes the connection's number.
  std::vector<std::string> headers;
  std::uint32_t connections = 1000;
  std::uint32_t connecting_at_once = 32;
  // Connections leave from 127.0.0.2 and the addresses after it: about 28,000 ports each.
  std::uint32_t source_addresses = 1;

  std::string channel = "events";
  std::string room = "all";
  std::string event = "bench";
  std::uint32_t padding_bytes = 64;
  // Messages published at once; the next burst waits until every socket has received this one.
  std::uint32_t burst = 1;
  std::uint64_t warmup_messages = 50;
  std::uint64_t messages = 500;
  // Warm-up and measuring each stop after this even if messages are left.
  std::chrono::seconds time_limit{60};
  // No delivery for this long ends the run as a failure.
  std::chrono::seconds stall_limit{10};
  // Whose CPU time and memory are read.
  pid_t server_pid = 0;
};

// Reads the command line. Errors: a sentence for the person who typed it; empty after --help.
[[nodiscard]] Outcome<Options> parse_options(int argc, const char* const* argv);

}  // namespace crema::load

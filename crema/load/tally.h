#pragma once

#include "crema/load/latency_histogram.h"

#include <cstdint>
#include <string>

namespace crema::load {

// What all connections together have seen. A run with anything under "wrong" is no measurement.
struct Tally {
  std::uint32_t ready = 0;
  std::uint64_t delivered = 0;
  std::uint64_t heartbeats = 0;
  LatencyHistogram latency;
  // What clients that echo may still send.
  std::uint64_t echoes_to_send = 0;

  // Wrong.
  std::uint64_t out_of_order = 0;
  std::uint64_t unexpected_frames = 0;
  // The first thing that ended a connection; empty while all are well.
  std::string first_failure;
};

}  // namespace crema::load

// An event that is kept: what Event and Ack refer to.
#pragma once

#include "crema/library/ack.h"

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace crema::library {

struct SocketState;

// Immutable.
struct EventData {
  std::string name;
  std::vector<std::string> args;
  std::vector<std::string> attachments;
  Ack ack;
};

// Shared by all copies of one Ack.
struct AckState {
  std::shared_ptr<SocketState> socket;
  uint64_t id;
  std::atomic<bool> used = false;
};

}  // namespace crema::library

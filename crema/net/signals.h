// Signals as events of a loop.
#pragma once

#include "crema/net/asio.h"
#include "crema/net/loop.h"

#include <functional>

namespace crema::net {

// Calls `handler` on the loop's thread for each SIGTERM, SIGINT, SIGHUP and SIGUSR1 until
// destroyed.
class Signals {
 public:
  Signals(Loop& loop, std::function<void(int signal)> handler);
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;
  ~Signals();

 private:
  void wait();

  asio::basic_signal_set<Executor> set_;
  const std::function<void(int)> handler_;
};

// Whether a terminal that this process had when it started has been closed: then a SIGHUP is its
// end, and not somebody's wish that files be read again.
[[nodiscard]] bool terminal_is_gone();

// Raises the soft limit of descriptors to the hard one; returns what it is now.
[[nodiscard]] size_t raise_descriptor_limit();

}  // namespace crema::net

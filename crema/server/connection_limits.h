// How many connections there may be. Off unless a bound is set.
#pragma once

#include "crema/base/clock.h"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <unordered_map>

namespace crema::server {

// Whether a connection is served, or told to come back later (503) and closed.
enum class Admission : uint8_t { kServed, kRefused };

struct Peer {
  std::string address;  // Without a port; empty on a Unix socket.
  Admission admission = Admission::kServed;
  bool is_counted = true;  // By its address: see ConnectionLimits::counts_addresses.
};

class ConnectionLimits {
 public:
  // 0 stands for no bound. Those of an address do not concern Unix sockets, and behind a proxy
  // every client has the proxy's. Source: spec/hostile-input.md, "Defaults and bounds".
  struct Bounds {
    size_t connections_max = 0;
    size_t per_address_max = 0;
    size_t new_per_address_and_second_max = 0;
  };

  explicit ConnectionLimits(const Bounds& bounds) : bounds_(bounds) {}

  // Others from now on; connections that there are stay. The thread that admits.
  void set_bounds(const Bounds& bounds) { bounds_ = bounds; }
  // Whether a connection that is admitted now is counted by its address. The thread that admits.
  [[nodiscard]] bool counts_addresses() const noexcept { return bounds_.per_address_max != 0; }

  // Counts a new connection and judges it; nothing when it is not even to be told: too many are
  // being told already. One thread.
  enum class Verdict : uint8_t { kServe, kRefuse, kDrop };
  [[nodiscard]] Verdict admit(const std::string& address, base::TimePoint now);
  // A connection that was not dropped is over. Any thread.
  void release(const Peer& peer);

  // Connections that are told 503 at a time; more are closed without a word.
  static constexpr size_t kRefusedMax = 256;

 private:
  [[nodiscard]] bool is_within(const std::string& address, base::TimePoint now);

  // Owned by the thread that admits.
  Bounds bounds_;

  // Shared.
  std::mutex mutex_;
  size_t served_ = 0;
  size_t refused_ = 0;
  std::unordered_map<std::string, size_t> per_address_;

  // Owned by the thread that admits: this second's connections, by address.
  std::unordered_map<std::string, size_t> this_second_;
  base::TimePoint second_began_{};
};

}  // namespace crema::server

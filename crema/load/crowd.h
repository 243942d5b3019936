#pragma once

#include "crema/load/descriptor.h"
#include "crema/load/options.h"
#include "crema/load/outcome.h"
#include "crema/load/returning_client.h"

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <queue>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace crema::load {

// Clients that come back when they are lost, their sockets and timers, and the one epoll that
// serves them.
class Crowd {
 public:
  // Borrows `options` for life. Errors: no epoll.
  [[nodiscard]] static Outcome<Crowd> create(const Options& options);

  [[nodiscard]] std::uint32_t size() const { return static_cast<std::uint32_t>(members_.size()); }
  // All are ready and on the transport they stay with.
  [[nodiscard]] bool are_all_settled() const { return settled_ == options_->connections; }
  [[nodiscard]] const ReturningClient& client(std::uint32_t index) const {
    return members_[index].client;
  }

  // Opens every client and waits until all are settled. Errors: one gave up or was refused, or
  // nothing moved for the stall limit.
  [[nodiscard]] Outcome<void> gather();
  // Serves whatever is ready or due, waiting for it at most this long.
  [[nodiscard]] Outcome<void> serve_once(std::chrono::milliseconds wait_max);
  void begin_journeys();

 private:
  struct Connection {
    Descriptor socket;
    std::string unread;  // The beginning of what has not arrived whole.
    std::string unsent;
    bool waits_to_write = false;
  };
  struct Member {
    ReturningClient client;
    std::array<Connection, kWires> wires;
    std::uint64_t timer_ns;  // The earliest entry of timers_ that is its own.
    bool is_settled = false;
  };
  struct Timer {
    std::uint64_t due_ns;
    std::uint32_t index;
    bool operator>(const Timer& other) const { return due_ns > other.due_ns; }
  };
  using Timers = std::priority_queue<Timer, std::vector<Timer>, std::greater<>>;

  Crowd(const Options& options, Descriptor epoll);

  [[nodiscard]] ReturningClient::Moment moment();
  void add_member();
  // Does what a client wants, and whatever it wants because of that.
  void carry_out(std::uint32_t index, Actions actions);
  void open(std::uint32_t index, Wire wire, Actions& more);
  void transmit(std::uint32_t index, Wire wire, Actions& more);
  void watch(std::uint32_t index, Wire wire, int operation);
  void lose(std::uint32_t index, Wire wire, const std::string& reason, Actions& more);
  void on_ready(std::uint32_t index, Wire wire);
  void read(std::uint32_t index, Wire wire, Actions& more);
  void arm(std::uint32_t index);
  void note(std::uint32_t index);
  void run_timers();
  [[nodiscard]] std::chrono::milliseconds until_timer(std::chrono::milliseconds wait_max) const;

  const Options* options_;
  Script script_;
  Descriptor epoll_;
  std::vector<Member> members_;
  std::uint32_t settled_ = 0;
  std::string first_end_;  // Of a client that is gone.
  Timers timers_;
  std::vector<char> buffer_;
  std::minstd_rand random_;
};

}  // namespace crema::load

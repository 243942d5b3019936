// The descriptors of a loop's connections, in an epoll set of their own: what Asio keeps for each
// descriptor it has ever seen at once, and never gives back, is not needed for them.
#pragma once

#include "crema/net/asio.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <sys/epoll.h>

namespace crema::net {

class Loop;
class PollSet;

// A descriptor that waits. Not movable: the kernel keeps its address.
class PollEntry {
 public:
  PollEntry() = default;
  PollEntry(const PollEntry&) = delete;
  PollEntry& operator=(const PollEntry&) = delete;

 protected:
  virtual ~PollEntry() = default;
  // `events` as in epoll(7), for as long as they last. May remove any entry from the set and
  // destroy it, itself included.
  virtual void on_ready(uint32_t events) = 0;

 private:
  friend class PollSet;
};

// Loop thread only. Outlives its entries' membership.
class PollSet {
 public:
  // Throws boost::system::system_error when the process has no descriptor left for it.
  explicit PollSet(asio::io_context& context);
  PollSet(const PollSet&) = delete;
  PollSet& operator=(const PollSet&) = delete;

  // `events`: EPOLLIN and EPOLLOUT; EPOLLERR and EPOLLHUP are always told.
  // False: the kernel refuses.
  [[nodiscard]] bool add(PollEntry& entry, int descriptor, uint32_t events);
  void modify(PollEntry& entry, int descriptor, uint32_t events);
  // Before the descriptor is closed or given away. Nothing is told afterwards.
  void remove(PollEntry& entry, int descriptor);

  // Tells, in one handler of the context, at most kTurnEvents of those that are ready.
  // Idempotent; once a turn. Without a member nothing is waited for.
  void arm(Loop& loop);

  static constexpr size_t kTurnEvents = 256;

 private:
  void dispatch();

  Descriptor epoll_;
  std::array<epoll_event, kTurnEvents> ready_;
  size_t members_ = 0;
  size_t at_ = 0;  // Of the event that is being told, below `count_`.
  size_t count_ = 0;
  bool armed_ = false;
};

}  // namespace crema::net

// Frames both ways over one connected Unix socket.
#pragma once

#include "crema/hostwire/frame.h"
#include "crema/net/loop.h"

#include <functional>
#include <memory>
#include <string_view>

namespace crema::apphost {

// Loop thread only.
class Channel {
 public:
  struct Events {
    std::function<void(const hostwire::FrameView&)> on_frame;
    // Not after `close`: the peer has closed it, or sent what is no frame.
    std::function<void(std::string_view reason)> on_end;
  };

  // Takes over the descriptor.
  Channel(net::Loop& loop, int descriptor, Events events);
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;
  ~Channel();

  // Queues whole frames; they leave in this turn if the kernel takes them.
  void send(std::string_view frames);
  // Bytes that the kernel has not taken.
  [[nodiscard]] size_t waiting_bytes() const noexcept;
  // Nothing is called from here on.
  void close();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace crema::apphost

// What the Socket.IO layer of one shard needs of the server around it.
#pragma once

#include "crema/base/clock.h"
#include "crema/base/timing_wheel.h"

#include <string_view>

namespace crema::socketio {

class HubHost {
 public:
  [[nodiscard]] virtual unsigned shard() const = 0;
  [[nodiscard]] virtual unsigned shards() const = 0;
  [[nodiscard]] virtual base::TimePoint now() = 0;
  [[nodiscard]] virtual base::TimingWheel& wheel() = 0;

  // The shard has now, or has no longer, sockets in a namespace or members in a room. When
  // `*_opened` returns, broadcasts that begin on any thread reach this shard.
  virtual void namespace_opened(std::string_view nsp) = 0;
  virtual void namespace_emptied(std::string_view nsp) = 0;
  virtual void room_opened(std::string_view nsp, std::string_view room) = 0;
  virtual void room_emptied(std::string_view nsp, std::string_view room) = 0;

 protected:
  ~HubHost() = default;
};

}  // namespace crema::socketio

// What the Socket.IO layer of one shard needs of the server around it.
#pragma once

#include "crema/base/clock.h"
#include "crema/base/timing_wheel.h"

#include <functional>
#include <string_view>

namespace crema::socketio {

class Hub;

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

  // Somebody is about to join on that shard: broadcasts that begin after this call reach it, until
  // the shard has settled each call.
  virtual void expect_room(unsigned shard, std::string_view nsp, std::string_view room) = 0;
  virtual void settle_room(std::string_view nsp, std::string_view room) = 0;

  // Runs `fn` on the thread of that shard, never this one, later. What follows from one another
  // keeps its order there, broadcasts too. Not run when the server stops first.
  virtual void post_to(unsigned shard, std::function<void(Hub&)> fn) = 0;

 protected:
  ~HubHost() = default;
};

}  // namespace crema::socketio

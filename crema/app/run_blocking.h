// A coroutine run to its end on the calling thread: for commands, never for the server.
#pragma once

#include "crema/base/check.h"
#include "crema/net/loop.h"

#include <optional>
#include <utility>

namespace crema::app {

namespace blocking {

// Ends the loop with the coroutine, whichever way that ends.
struct StopAtEnd {
  net::Loop& loop;
  ~StopAtEnd() { loop.stop(); }
};

// The references are to the frame of run_blocking, which waits.
template <class T>
net::Task<void> keep(net::Loop& loop, net::Task<T> task, std::optional<T>& result) {
  const StopAtEnd stop{loop};
  auto value = co_await std::move(task);
  result = std::move(value);
}

}  // namespace blocking

// Runs `loop` until `task` has its result. `task` must end by a deadline of its own and must not
// throw. The loop cannot be used again.
template <class T>
[[nodiscard]] T run_blocking(net::Loop& loop, net::Task<T> task) {
  std::optional<T> result;
  loop.spawn("command", blocking::keep<T>(loop, std::move(task), result));
  loop.run();
  CREMA_ASSERT(result.has_value());
  return std::move(*result);
}

}  // namespace crema::app

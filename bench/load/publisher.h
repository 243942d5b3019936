#pragma once

#include "bench/load/clock.h"
#include "bench/load/descriptor.h"
#include "bench/load/options.h"
#include "bench/load/outcome.h"

#include <cstdint>
#include <string>

namespace crema::load {

// Publishes on Redis as a backend does. A burst is one pipelined write, so that it reaches the
// subscriber at once.
class Publisher {
 public:
  // Borrows `options` for life.
  [[nodiscard]] static Outcome<Publisher> connect(const Options& options);

  // How many messages have been published: the sequence number of the last one.
  [[nodiscard]] std::uint64_t published() const { return published_; }

  // Waits until the server has subscribed. Errors: nobody has by `deadline`.
  [[nodiscard]] Outcome<void> wait_for_subscriber(Deadline deadline);
  [[nodiscard]] Outcome<void> publish(std::uint32_t count);
  // Reads the replies to the last burst. Errors: one of them reached no subscriber.
  [[nodiscard]] Outcome<void> collect_replies(std::uint32_t count);

 private:
  Publisher(const Options& options, Descriptor socket)
      : options_(&options), socket_(std::move(socket)) {}

  // The next line of a reply, without its end. Errors: Redis is gone, or its read timed out.
  Outcome<std::string> read_line();

  const Options* options_;
  Descriptor socket_;
  std::string unread_;
  std::uint64_t published_ = 0;
};

}  // namespace crema::load

#pragma once

#include "crema/load/clock.h"
#include "crema/load/descriptor.h"
#include "crema/load/options.h"
#include "crema/load/outcome.h"

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
  // `sent_ns` is what the messages say: when they were, or should have been, handed over.
  [[nodiscard]] Outcome<void> publish(std::uint32_t count, std::uint64_t sent_ns);
  // Reads the replies to the last burst. Errors: one of them reached no subscriber.
  [[nodiscard]] Outcome<void> collect_replies(std::uint32_t count);
  // The same, whomever they reached.
  [[nodiscard]] Outcome<void> drop_replies(std::uint32_t count);

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

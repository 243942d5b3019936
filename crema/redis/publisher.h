// Commands to a Redis server that may go away and come back.
#pragma once

#include "crema/base/result.h"
#include "crema/net/loop.h"
#include "crema/redis/address.h"
#include "crema/redis/config.h"
#include "crema/redis/connection.h"

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace crema::redis {

// Connects at the first command, and again when the server has closed the connection since.
// Commands wait for each other in order, at most kQueuedCommandsMax; each has Timing::command
// from its call on. None is ever sent twice. Loop thread only; outlives the tasks it returns.
// Errors of all: kResolve, kRefused, kTimeout, kReset, kGarbage, kUnexpectedReply, kErrorReply,
// kAuthRefused, kOverloaded.
class Publisher {
 public:
  Publisher(net::Loop& loop, Address address, Timing timing = {});
  ~Publisher();
  Publisher(const Publisher&) = delete;
  Publisher& operator=(const Publisher&) = delete;

  // How many subscribers got the message.
  [[nodiscard]] net::Task<base::Result<int64_t, Errc>> publish(std::string channel,
                                                               std::string payload);
  // The string at `key`; nothing when there is none.
  [[nodiscard]] net::Task<base::Result<std::optional<std::string>, Errc>> get(std::string key);
  // Which of the fields the hash at `key` has, in their order. Values are read and dropped.
  [[nodiscard]] net::Task<base::Result<std::vector<bool>, Errc>> has_fields(
      std::string key, std::vector<std::string> fields);

 private:
  struct Waiter;

  net::Task<Connection::Answer> run(std::vector<std::string> arguments);
  net::Task<Connection::Answer> run_alone(std::vector<std::string> arguments,
                                          base::TimePoint deadline);
  net::Task<bool> wait_for_turn(base::TimePoint deadline);
  void end_turn();

  // Fixed at construction.
  net::Loop& loop_;
  const Address address_;
  const Timing timing_;

  // Owned by the loop's thread.
  std::unique_ptr<Connection> connection_;
  bool is_busy_ = false;
  std::deque<Waiter*> waiters_;  // Each lives in the frame of its `wait_for_turn`.
};

}  // namespace crema::redis

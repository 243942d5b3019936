// Publishes events of one site to the Redis of a bench.
#pragma once

#include "crema/base/result.h"
#include "crema/net/loop.h"
#include "crema/publish/call.h"
#include "crema/redis/publisher.h"

#include <cstdint>
#include <string>
#include <variant>

namespace crema::publish {

// What the caller did wrong, or what became of Redis.
using Failure = std::variant<EnvelopeError, redis::Errc>;

// For the person who published.
[[nodiscard]] std::string to_string(const Failure& failure);

// How many processes subscribe to the Redis it went to: 0 means that nobody listens.
using Subscribers = base::Result<int64_t, Failure>;

// Loop thread only; outlives the tasks it returns. The calls take values: they wait for Redis.
class Publisher {
 public:
  // Borrows `redis` for life.
  Publisher(redis::Publisher& redis, Caller caller) : redis_(redis), caller_(std::move(caller)) {}

  [[nodiscard]] const Caller& caller() const noexcept { return caller_; }

  // With Frappe's choice of room: see `address`.
  [[nodiscard]] net::Task<Subscribers> publish_realtime(Call call);
  [[nodiscard]] net::Task<Subscribers> publish_progress(Progress progress);

  // To whom is in the name. An empty name is an error, never somebody else. `message` is JSON text.
  [[nodiscard]] net::Task<Subscribers> publish_to_user(std::string user, std::string event,
                                                       std::string message);
  [[nodiscard]] net::Task<Subscribers> publish_to_doctype(std::string doctype, std::string event,
                                                          std::string message);
  [[nodiscard]] net::Task<Subscribers> publish_to_doc(std::string doctype, std::string docname,
                                                      std::string event, std::string message);
  [[nodiscard]] net::Task<Subscribers> publish_to_task(std::string task_id, std::string event,
                                                       std::string message);
  // Everybody who is connected to the site, Guest included.
  [[nodiscard]] net::Task<Subscribers> publish_to_website(std::string event, std::string message);
  // Every System User of the site.
  [[nodiscard]] net::Task<Subscribers> publish_to_all(std::string event, std::string message);

  // An envelope that `address` made.
  [[nodiscard]] net::Task<Subscribers> send(std::string envelope);

 private:
  [[nodiscard]] net::Task<Subscribers> send_if(base::Result<Addressed, EnvelopeError> addressed);

  redis::Publisher& redis_;
  const Caller caller_;
};

}  // namespace crema::publish

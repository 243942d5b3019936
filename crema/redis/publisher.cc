#include "crema/redis/publisher.h"

#include <utility>

namespace crema::redis {

struct Publisher::Waiter {
  net::SteadyTimer timer;
  bool has_turn = false;
};

Publisher::Publisher(net::Loop& loop, Address address, Timing timing)
    : loop_(loop), address_(std::move(address)), timing_(timing) {}

Publisher::~Publisher() = default;

net::Task<base::Result<int64_t, Errc>> Publisher::publish(std::string channel,
                                                          std::string payload) {
  std::vector<std::string> arguments{"PUBLISH", std::move(channel), std::move(payload)};
  auto running = run(std::move(arguments));
  const auto reply = co_await std::move(running);
  if (!reply) co_return base::fail(reply.error());
  if (reply->kind() != resp::Kind::kInteger) co_return base::fail(Errc::kUnexpectedReply);
  co_return reply->integer();
}

net::Task<base::Result<std::optional<std::string>, Errc>> Publisher::get(std::string key) {
  std::vector<std::string> arguments{"GET", std::move(key)};
  auto running = run(std::move(arguments));
  const auto reply = co_await std::move(running);
  if (!reply) co_return base::fail(reply.error());
  if (reply->kind() == resp::Kind::kNil) co_return std::nullopt;
  if (reply->kind() != resp::Kind::kString) co_return base::fail(Errc::kUnexpectedReply);
  co_return std::string(reply->text());
}

net::Task<base::Result<std::vector<bool>, Errc>> Publisher::has_fields(
    std::string key, std::vector<std::string> fields) {
  std::vector<std::string> arguments{"HMGET", std::move(key)};
  for (std::string& field : fields) arguments.push_back(std::move(field));
  auto running = run(std::move(arguments));
  const auto reply = co_await std::move(running);
  if (!reply) co_return base::fail(reply.error());
  if (reply->kind() != resp::Kind::kArray || reply->size() != fields.size()) {
    co_return base::fail(Errc::kUnexpectedReply);
  }
  std::vector<bool> has;
  for (size_t i = 0; i < reply->size(); ++i) {
    has.push_back(reply->at(i).kind() != resp::Kind::kNil);
  }
  co_return has;
}

net::Task<Connection::Answer> Publisher::run(std::vector<std::string> arguments) {
  if (waiters_.size() >= kQueuedCommandsMax) co_return base::fail(Errc::kOverloaded);
  const base::TimePoint deadline = base::steady_now() + timing_.command;
  auto waiting = wait_for_turn(deadline);
  const bool has_turn = co_await std::move(waiting);
  if (!has_turn) co_return base::fail(Errc::kTimeout);
  auto running = run_alone(std::move(arguments), deadline);
  auto answer = co_await std::move(running);
  end_turn();
  co_return std::move(answer);
}

net::Task<Connection::Answer> Publisher::run_alone(std::vector<std::string> arguments,
                                                   base::TimePoint deadline) {
  if (connection_ && connection_->is_stale()) connection_.reset();
  if (!connection_) {
    auto opening = Connection::open(loop_, address_, deadline);
    auto opened = co_await std::move(opening);
    if (!opened) co_return base::fail(opened.error());
    connection_ = std::move(*opened);
  }
  auto asking = connection_->command(std::move(arguments), deadline);
  auto answer = co_await std::move(asking);
  if (!answer) connection_.reset();  // What else it says would answer the wrong question.
  if (answer && answer->kind() == resp::Kind::kError) {
    co_return base::fail(classify_error_reply(answer->text()));
  }
  co_return std::move(answer);
}

net::Task<bool> Publisher::wait_for_turn(base::TimePoint deadline) {
  if (!std::exchange(is_busy_, true)) co_return true;
  Waiter self{net::SteadyTimer(loop_.executor(), deadline)};
  waiters_.push_back(&self);
  auto waiting = self.timer.async_wait(net::kAsTuple);
  (void)co_await std::move(waiting);
  // The turn may have been given in the moment the time was up: then it is ours to end.
  if (!self.has_turn) std::erase(waiters_, &self);
  co_return self.has_turn;
}

void Publisher::end_turn() {
  if (waiters_.empty()) {
    is_busy_ = false;
    return;
  }
  Waiter* next = waiters_.front();
  waiters_.pop_front();
  next->has_turn = true;
  next->timer.cancel();
}

}  // namespace crema::redis

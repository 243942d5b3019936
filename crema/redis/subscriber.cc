#include "crema/redis/subscriber.h"

#include "crema/base/log.h"
#include "crema/net/deadline.h"
#include "crema/redis/backoff.h"
#include "crema/redis/connection.h"
#include "crema/redis/counters.h"
#include "crema/resp/command.h"

#include <atomic>
#include <optional>
#include <utility>

namespace crema::redis {
namespace {

using Done = base::Result<void, Errc>;

std::string subscribe_command(const std::vector<std::string>& channels) {
  std::vector<std::string_view> arguments{"SUBSCRIBE"};
  arguments.insert(arguments.end(), channels.begin(), channels.end());
  return resp::encode_command(arguments);
}

Address without_db(Address address) {
  address.db = 0;
  return address;
}

// What one turn of the loop may still take.
class TurnShare {
 public:
  void take(size_t bytes) {
    ++messages_;
    bytes_ += bytes;
  }
  [[nodiscard]] bool is_used_up() const {
    return messages_ >= kTurnMessagesMax || bytes_ >= kTurnBytesMax;
  }
  void renew() { messages_ = bytes_ = 0; }

 private:
  size_t messages_ = 0;
  size_t bytes_ = 0;
};

}  // namespace

//   connecting ──▶ subscribing ──all channels confirmed──▶ subscribed
//     ▲  │              │                                      │
//     │  └───failure────┴────────────────loss──────────────────┤
//     └────────────────────────backoff─────────────────────────┘
//
// One coroutine, `run`, goes round; `watch_` ends its waits. A subscription that is silent for
// Timing::idle is sent a PING: a connection the network forgot looks like an idle one.
class Subscriber::Core : public std::enable_shared_from_this<Core> {
 public:
  Core(net::Loop& loop, Options options)
      : loop_(loop),
        options_(std::move(options)),
        address_(without_db(options_.address)),
        log_name_(options_.address.to_log_string()),
        backoff_(options_.timing),
        timer_(loop.executor()) {}

  [[nodiscard]] bool subscribed() const noexcept { return subscribed_.load(); }

  void start() { loop_.spawn("redis subscriber", run(shared_from_this())); }

  void stop() {
    stopping_ = true;
    set_subscribed(SubscriberState::kLost);
    if (connection_) connection_->close();
    timer_.cancel();
  }

  [[nodiscard]] net::Loop& loop() noexcept { return loop_; }

 private:
  net::Task<void> run(std::shared_ptr<Core> self) {
    while (!self->stopping_) {
      auto serving = serve();
      const Errc reason = co_await std::move(serving);
      watch_.reset();
      connection_.reset();
      if (stopping_) break;
      const base::Duration wait = on_lost(reason);
      timer_.expires_after(wait);
      auto waiting = timer_.async_wait(net::kAsTuple);
      (void)co_await std::move(waiting);
    }
  }

  // One connection, from its beginning to the reason of its end.
  net::Task<Errc> serve() {
    const auto deadline = base::steady_now() + options_.timing.connect;
    auto opening = Connection::open(loop_, address_, deadline);
    auto opened = co_await std::move(opening);
    if (!opened) co_return opened.error();
    if (stopping_) co_return Errc::kStopped;
    begin(std::move(*opened), deadline);

    std::string command = subscribe_command(options_.channels);
    auto sending = connection_->send(std::move(command));
    Done going_on = co_await std::move(sending);
    while (going_on) {
      auto receiving = connection_->receive();
      going_on = co_await std::move(receiving);
      if (!going_on) break;
      on_sign_of_life();
      auto draining = drain();
      going_on = co_await std::move(draining);
    }
    co_return watch_->passed() ? Errc::kTimeout : going_on.error();
  }

  void begin(std::unique_ptr<Connection> connection, base::TimePoint deadline) {
    connection_ = std::move(connection);
    confirmed_ = 0;
    awaits_pong_ = false;
    watch_.emplace(loop_, deadline, [this] { on_silence(); });
  }

  // Hands over everything received, in shares of a turn.
  net::Task<Done> drain() {
    for (;;) {
      const Done handled = drain_one_share();
      if (options_.on_pause && !stopping_) options_.on_pause();
      if (!handled || !share_.is_used_up()) co_return handled;
      share_.renew();
      timer_.expires_at(std::chrono::steady_clock::time_point::max());
      loop_.post_next_turn([self = shared_from_this()] { self->timer_.cancel(); });
      auto waiting = timer_.async_wait(net::kAsTuple);
      (void)co_await std::move(waiting);
    }
  }

  Done drain_one_share() {
    while (!share_.is_used_up()) {
      if (stopping_) return base::fail(Errc::kStopped);
      const auto reply = connection_->next();
      if (!reply) return base::fail(reply.error());
      if (!*reply) return Done();
      const Done handled = on_reply(**reply);
      if (!handled) return handled;
    }
    return Done();
  }

  Done on_reply(resp::ReplyView reply) {
    if (reply.kind() == resp::Kind::kError) return on_error_reply(reply.text());
    if (reply.size() == 0) return base::fail(Errc::kUnexpectedReply);
    const std::string_view type = reply.at(0).text();
    if (type == "message" && reply.size() == 3) {
      on_message(reply.at(1).text(), reply.at(2).text());
      return Done();
    }
    if (type == "subscribe" && reply.size() == 3) {
      if (++confirmed_ == options_.channels.size()) set_subscribed(SubscriberState::kSubscribed);
      return Done();
    }
    if (type == "pong") return Done();
    return base::fail(Errc::kUnexpectedReply);
  }

  void on_message(std::string_view channel, std::string_view payload) {
    share_.take(payload.size());
    kMessagesReceived.add();
    options_.sink(channel, payload);
  }

  Done on_error_reply(std::string_view text) {
    log::warn("redis refused the subscription", {{"redis", log_name_}, {"reason", text}});
    return base::fail(classify_error_reply(text));
  }

  // Until all channels are confirmed the deadline of the connect stands.
  void on_sign_of_life() {
    if (!subscribed_) return;
    awaits_pong_ = false;
    watch_->move_to(loop_.now() + options_.timing.idle);
  }

  void on_silence() {
    const bool asks = subscribed_ && !awaits_pong_ && connection_->try_send(kPing);
    if (!asks) return connection_->close();
    awaits_pong_ = true;
    watch_->move_to(loop_.now() + options_.timing.pong);
  }

  void set_subscribed(SubscriberState state) {
    const bool is_up = state == SubscriberState::kSubscribed;
    if (subscribed_.exchange(is_up) == is_up) return;
    kConnected.add(is_up ? 1 : -1);
    if (is_up) on_up();
    if (options_.on_state && !stopping_) options_.on_state(state);
  }

  void on_up() {
    since_ = base::steady_now();
    watch_->move_to(since_ + options_.timing.idle);
    if (std::exchange(was_up_, true)) kReconnects.add();
    log::info("redis subscribed", {{"redis", log_name_}});
  }

  base::Duration on_lost(Errc reason) {
    const bool was_subscribed = subscribed_;
    if (was_subscribed) backoff_.on_lost_after(base::steady_now() - since_);
    if (reason == Errc::kGarbage || reason == Errc::kUnexpectedReply) kProtocolErrors.add();
    const base::Duration wait = backoff_.next();
    log::warn(was_subscribed ? "redis connection lost" : "redis cannot be reached",
              {{"redis", log_name_}, {"reason", to_string(reason)}, {"retry_ms", wait.count()}});
    set_subscribed(SubscriberState::kLost);
    return wait;
  }

  static constexpr std::string_view kPing = "*1\r\n$4\r\nPING\r\n";

  // Fixed at construction.
  net::Loop& loop_;
  const Options options_;
  const Address address_;
  const std::string log_name_;

  // Owned by the loop's thread.
  Backoff backoff_;
  net::SteadyTimer timer_;  // The wait of `run`: for the next attempt, or for the next turn.
  std::unique_ptr<Connection> connection_;
  std::optional<net::Deadline> watch_;
  TurnShare share_;
  size_t confirmed_ = 0;
  bool awaits_pong_ = false;
  bool was_up_ = false;
  bool stopping_ = false;
  base::TimePoint since_;

  // Shared.
  std::atomic<bool> subscribed_ = false;
};

Subscriber::Subscriber(net::Loop& loop, Options options)
    : core_(std::make_shared<Core>(loop, std::move(options))) {}

Subscriber::~Subscriber() { core_->stop(); }

bool Subscriber::subscribed() const noexcept { return core_->subscribed(); }

void Subscriber::start() { core_->start(); }

void Subscriber::stop() {
  if (core_->loop().is_this_thread()) return core_->stop();
  core_->loop().post([core = core_] { core->stop(); });
}

}  // namespace crema::redis

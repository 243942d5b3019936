// A real Redis with one subscriber of the channel `events`, for tests.
#pragma once

#include "crema/net/loop_for_test.h"
#include "crema/publish/envelope.h"
#include "crema/redis/publisher.h"
#include "crema/redis/server_for_test.h"
#include "crema/redis/subscriber.h"

#include <condition_variable>
#include <mutex>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace crema::publish {

class ListenerForTest {
 public:
  ListenerForTest()
      : subscriber_(test_.loop(), options()), redis_(test_.loop(), server_.address()) {
    test_.on_loop([this] { subscriber_.start(); });
    // What is published before the subscription is there reaches nobody.
    while (test_.await(redis_.publish(std::string(kChannel), kEnd)).value_or(0) == 0) {
    }
    (void)until_end();
  }
  ~ListenerForTest() {
    test_.on_loop([this] { subscriber_.stop(); });
    test_.stop();
  }

  [[nodiscard]] redis::Publisher& redis() { return redis_; }
  template <class T>
  T await(net::Task<T> task) {
    return test_.await(std::move(task));
  }

  // Everything published since the last call.
  [[nodiscard]] std::vector<std::string> messages() {
    (void)test_.await(redis_.publish(std::string(kChannel), kEnd));
    return until_end();
  }

 private:
  static constexpr const char* kEnd = "the end";

  [[nodiscard]] redis::Subscriber::Options options() {
    redis::Subscriber::Options options;
    options.address = server_.address();
    options.channels = {std::string(kChannel)};
    options.sink = [this](std::string_view, std::string_view payload) {
      const std::lock_guard lock(mutex_);
      arrived_.emplace_back(payload);
      changed_.notify_all();
    };
    return options;
  }

  std::vector<std::string> until_end() {
    std::unique_lock lock(mutex_);
    const auto ended = [this] { return !arrived_.empty() && arrived_.back() == kEnd; };
    if (!changed_.wait_for(lock, std::chrono::seconds(10), ended)) {
      throw std::runtime_error("what was published has not come");
    }
    arrived_.pop_back();
    return std::exchange(arrived_, {});
  }

  redis::ServerForTest server_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> arrived_;
  net::LoopForTest test_;
  redis::Subscriber subscriber_;
  redis::Publisher redis_;
};

}  // namespace crema::publish

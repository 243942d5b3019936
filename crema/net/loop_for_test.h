// A loop on a thread of its own, for tests of the io column.
#pragma once

#include "crema/net/loop.h"

#include <chrono>
#include <future>
#include <stdexcept>
#include <thread>
#include <utility>

namespace crema::net {

// The loop runs from construction to destruction. What lives on it must be made and destroyed on
// it (`on_loop`), or outlive this object.
class LoopForTest {
 public:
  LoopForTest() : thread_([this] { loop_.run(); }) {}
  ~LoopForTest() { stop(); }

  [[nodiscard]] Loop& loop() { return loop_; }

  // Runs `task` to its end on the loop and gives its value. Throws when that takes 10 s.
  template <class T>
  T await(Task<T> task) {
    std::promise<T> promise;
    auto value = promise.get_future();
    loop_.spawn("test", fulfil(std::move(task), std::move(promise)));
    return get(std::move(value));
  }

  // Runs `fn` on the loop and waits for it.
  template <class F>
  void on_loop(F fn) {
    std::promise<void> promise;
    auto done = promise.get_future();
    loop_.post([&] {
      fn();
      promise.set_value();
    });
    get(std::move(done));
  }

  // The value of an event of the test. Throws when it has not come in 10 s.
  template <class T>
  static T get(std::future<T> value) {
    if (value.wait_for(std::chrono::seconds(10)) != std::future_status::ready) {
      throw std::runtime_error("the event the test waits for has not come");
    }
    return value.get();
  }

  // Ends the loop's thread; the loop's objects may then be destroyed on the test's.
  void stop() {
    if (!thread_.joinable()) return;
    loop_.stop();
    thread_.join();
  }

 private:
  template <class T>
  static Task<void> fulfil(Task<T> task, std::promise<T> promise) {
    T value = co_await std::move(task);
    promise.set_value(std::move(value));
  }

  Loop loop_;
  std::thread thread_;
};

}  // namespace crema::net

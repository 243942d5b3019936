// Acknowledgements: answers to what a client sent, and answers of clients.
#pragma once

#include "crema/library/codec.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace crema {

namespace library {
struct AckState;
}

// Answers one event of a client, now or later, from any thread; only the first answer counts.
// As the last parameter of a handler. Copyable.
class Ack {
 public:
  Ack() = default;
  explicit Ack(std::shared_ptr<library::AckState> state) : state_(std::move(state)) {}

  // Whether the client asked for an answer; when not, answering does nothing.
  [[nodiscard]] explicit operator bool() const { return state_ != nullptr; }

  // False when it was answered already, or the client has left, or never asked.
  template <class... Args>
  bool operator()(const Args&... args) const {
    return send(encode_all(args...));
  }
  bool send(Encoder args) const;

 private:
  std::shared_ptr<library::AckState> state_;
};

// What one client answered, or why it did not. Borrowed for the call; the socket's shard.
class AckResult {
 public:
  AckResult(std::string_view error, std::vector<Value> args)
      : error_(error), args_(std::move(args)) {}

  // Whether the client answered; otherwise `error` says why not.
  [[nodiscard]] bool ok() const { return error_.empty(); }
  // "operation has timed out", "socket has been disconnected", or empty.
  [[nodiscard]] std::string_view error() const { return error_; }
  [[nodiscard]] size_t size() const { return args_.size(); }
  // Absent beyond the end.
  [[nodiscard]] Value operator[](size_t index) const {
    return index < args_.size() ? args_[index] : Value();
  }
  // Nothing when the argument is of another type.
  template <class T>
  [[nodiscard]] std::optional<T> get(size_t index = 0) const {
    T value{};
    if (!ok() || !decode((*this)[index], value)) return std::nullopt;
    return value;
  }

 private:
  std::string_view error_;
  std::vector<Value> args_;
};
using AckCallback = std::function<void(const AckResult&)>;

// The first argument of each client's answer to a broadcast. Borrowed for the call.
class AckResponses {
 public:
  AckResponses(std::string_view error, std::vector<Value> responses)
      : error_(error), responses_(std::move(responses)) {}

  // Every receiver has answered in time.
  [[nodiscard]] bool ok() const { return error_.empty(); }
  [[nodiscard]] std::string_view error() const { return error_; }
  // Also those that came before a timeout.
  [[nodiscard]] size_t size() const { return responses_.size(); }
  [[nodiscard]] Value operator[](size_t index) const {
    return index < responses_.size() ? responses_[index] : Value();
  }
  // Those of that type.
  template <class T>
  [[nodiscard]] std::vector<T> get() const {
    std::vector<T> all;
    for (const Value& response : responses_) {
      T value{};
      if (decode(response, value)) all.push_back(std::move(value));
    }
    return all;
  }

 private:
  std::string_view error_;
  std::vector<Value> responses_;
};
using BroadcastCallback = std::function<void(const AckResponses&)>;

}  // namespace crema

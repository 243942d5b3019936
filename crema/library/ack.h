// Acknowledgements: answers to what a client sent, and answers of clients.
#pragma once

#include "crema/library/codec.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
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

// What one client answered, or why it did not. A copy that may be kept; the values borrow from it.
class AckResult {
 public:
  // Made by the library. `args`: JSON that names the attachments by number.
  AckResult(std::string error, std::vector<std::string> args, std::vector<std::string> attachments)
      : error_(std::move(error)), args_(std::move(args)), attachments_(std::move(attachments)) {}

  // Whether the client answered; otherwise `error` says why not.
  [[nodiscard]] bool ok() const { return error_.empty(); }
  // "operation has timed out", "socket has been disconnected", or empty.
  [[nodiscard]] const std::string& error() const { return error_; }
  // Of the arguments.
  [[nodiscard]] size_t size() const { return args_.size(); }
  // Absent beyond the end.
  [[nodiscard]] Value operator[](size_t index) const {
    return index < args_.size() ? Value(args_[index], attachments_) : Value();
  }
  // Nothing when the argument is of another type.
  template <class T>
  [[nodiscard]] std::optional<T> get(size_t index = 0) const {
    T value{};
    if (!ok() || !decode((*this)[index], value)) return std::nullopt;
    return value;
  }

 private:
  std::string error_;
  std::vector<std::string> args_;
  std::vector<std::string> attachments_;
};
using AckCallback = std::function<void(const AckResult&)>;

// The first argument of each client's answer to a broadcast. A copy, as AckResult.
class AckResponses {
 public:
  // Made by the library: for each response its JSON, and its attachments.
  AckResponses(std::string error, std::vector<std::string> responses,
               std::vector<std::vector<std::string>> attachments)
      : error_(std::move(error)),
        responses_(std::move(responses)),
        attachments_(std::move(attachments)) {}

  // Every receiver has answered in time.
  [[nodiscard]] bool ok() const { return error_.empty(); }
  // "operation has timed out", or empty.
  [[nodiscard]] const std::string& error() const { return error_; }
  // Also those that came before a timeout.
  [[nodiscard]] size_t size() const { return responses_.size(); }
  // Absent beyond the end.
  [[nodiscard]] Value operator[](size_t index) const {
    return index < responses_.size() ? Value(responses_[index], attachments_[index]) : Value();
  }
  // Those of that type.
  template <class T>
  [[nodiscard]] std::vector<T> get() const {
    std::vector<T> all;
    for (size_t i = 0; i < size(); ++i) {
      T value{};
      if (decode((*this)[i], value)) all.push_back(std::move(value));
    }
    return all;
  }

 private:
  std::string error_;
  std::vector<std::string> responses_;
  std::vector<std::vector<std::string>> attachments_;
};
using BroadcastCallback = std::function<void(const AckResponses&)>;

}  // namespace crema

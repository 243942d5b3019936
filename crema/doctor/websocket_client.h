// A WebSocket client for questions: text messages one at a time. The only one there is.
#pragma once

#include "crema/doctor/channel.h"
#include "crema/http/header.h"
#include "crema/http/response.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace crema::doctor {

// What a longer message or frame is: not an answer to us.
inline constexpr size_t kMessageBytesMax = 1'000'000;

struct Get {
  std::string target;
  std::vector<http::Header> headers;  // Host among them.
};

// One GET and its answer, whatever its status. Errors: also kClosed for what is not HTTP.
[[nodiscard]] net::Task<base::Result<http::Response, ChannelError>> get(Channel& channel,
                                                                        Get request);

// Loop thread only; outlives the tasks it returns. Source: RFC 6455.
class WebSocketClient {
 public:
  explicit WebSocketClient(std::unique_ptr<Channel> channel) : channel_(std::move(channel)) {}

  // As Channel::set_deadline.
  void set_deadline(base::TimePoint deadline) { channel_->set_deadline(deadline); }

  // Nothing when the server agreed; else what it answered instead.
  [[nodiscard]] net::Task<base::Result<std::optional<http::Response>, ChannelError>> upgrade(
      Get request);
  [[nodiscard]] net::Task<base::Result<void, ChannelError>> send(std::string text);
  // The next text message; pings are answered on the way. Errors: kClosed for a close frame and
  // for what is no frame.
  [[nodiscard]] net::Task<base::Result<std::string, ChannelError>> receive();

 private:
  // Fixed at construction.
  const std::unique_ptr<Channel> channel_;

  std::string received_;
};

}  // namespace crema::doctor

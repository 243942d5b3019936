#include "crema/doctor/websocket_client.h"

#include "crema/base/base64.h"
#include "crema/base/random.h"
#include "crema/http/response_reader.h"
#include "crema/websocket/client_frame.h"
#include "crema/websocket/handshake.h"

#include <array>
#include <span>

namespace crema::doctor {
namespace {

using Kind = ChannelError::Kind;
using websocket::Opcode;
using Text = base::Result<std::string, ChannelError>;

constexpr size_t kKeyBytes = 16;

std::string encode(const Get& request) {
  std::string out = "GET " + request.target + " HTTP/1.1\r\n";
  for (const http::Header& header : request.headers) {
    out.append(header.name).append(": ").append(header.value).append("\r\n");
  }
  return out + "\r\n";
}

http::Limits limits() {
  http::Limits limits;
  limits.body_bytes_max = kMessageBytesMax;
  return limits;
}

uint32_t random_mask() {
  std::array<unsigned char, 4> bytes{};
  base::random_bytes(bytes);
  return static_cast<uint32_t>(bytes[0]) << 24 | static_cast<uint32_t>(bytes[1]) << 16 |
         static_cast<uint32_t>(bytes[2]) << 8 | bytes[3];
}

std::string random_key() {
  std::array<unsigned char, kKeyBytes> bytes{};
  base::random_bytes(bytes);
  std::string key;
  base::append_base64(key, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  return key;
}

struct Frame {
  Opcode opcode;
  size_t header;  // Bytes before the payload.
  size_t payload;
  bool is_final;
};

// A server's frame at the beginning of `bytes`; nothing while its header is incomplete.
std::optional<Frame> parse_frame(std::string_view bytes) {
  if (bytes.size() < 2) return std::nullopt;
  const auto byte = [&](size_t at) { return static_cast<unsigned char>(bytes[at]); };
  const size_t length = byte(1) & 0x7F;
  const size_t more = length < 126 ? 0 : length == 126 ? 2 : 8;
  if (bytes.size() < 2 + more) return std::nullopt;
  size_t payload = more == 0 ? length : 0;
  for (size_t i = 0; i < more; ++i) payload = payload << 8 | byte(2 + i);
  return Frame{static_cast<Opcode>(byte(0) & 0x0F), 2 + more, payload, (byte(0) & 0x80) != 0};
}

// Reads until `reader` has the whole answer.
net::Task<base::Result<http::Response, ChannelError>> read_response(Channel& channel,
                                                                    std::string first) {
  http::ResponseReader reader(limits());
  std::string bytes = std::move(first);
  for (;;) {
    (void)reader.feed(bytes);
    if (reader.state() == http::ResponseReader::State::kDone) co_return reader.take();
    if (reader.state() == http::ResponseReader::State::kFailed) {
      co_return base::fail(ChannelError{Kind::kClosed});
    }
    auto reading = channel.read();
    Text more = co_await std::move(reading);
    if (more) {
      bytes = std::move(*more);
      continue;
    }
    bytes.clear();
    if (more.error().kind == Kind::kClosed) reader.on_eof();
    if (reader.state() == http::ResponseReader::State::kDone) co_return reader.take();
    co_return base::fail(std::move(more.error()));
  }
}

}  // namespace

net::Task<base::Result<http::Response, ChannelError>> get(Channel& channel, Get request) {
  request.headers.push_back({"Connection", "close"});
  std::string bytes = encode(request);
  auto writing = channel.write(std::move(bytes));
  auto written = co_await std::move(writing);
  if (!written) co_return base::fail(std::move(written.error()));
  std::string nothing;
  auto reading = read_response(channel, std::move(nothing));
  auto answer = co_await std::move(reading);
  co_return std::move(answer);
}

net::Task<base::Result<std::optional<http::Response>, ChannelError>> WebSocketClient::upgrade(
    Get request) {
  const std::string key = random_key();
  request.headers.push_back({"Connection", "Upgrade"});
  request.headers.push_back({"Upgrade", "websocket"});
  request.headers.push_back({"Sec-WebSocket-Version", "13"});
  request.headers.push_back({"Sec-WebSocket-Key", key});
  std::string bytes = encode(request);
  auto writing = channel_->write(std::move(bytes));
  auto written = co_await std::move(writing);
  if (!written) co_return base::fail(std::move(written.error()));

  constexpr std::string_view kEnd = "\r\n\r\n";
  while (received_.find(kEnd) == std::string::npos && received_.size() < kMessageBytesMax) {
    auto reading = channel_->read();
    Text more = co_await std::move(reading);
    if (!more) co_return base::fail(std::move(more.error()));
    received_ += *more;
  }
  if (!received_.starts_with("HTTP/1.1 101")) {
    std::string first = std::exchange(received_, {});
    auto reading = read_response(*channel_, std::move(first));
    auto answer = co_await std::move(reading);
    if (!answer) co_return base::fail(std::move(answer.error()));
    co_return std::optional<http::Response>(std::move(*answer));
  }
  const size_t head = received_.find(kEnd) + kEnd.size();
  const bool agreed =
      received_.substr(0, head).find(websocket::accept_key(key)) != std::string::npos;
  received_.erase(0, head);
  if (!agreed) co_return base::fail(ChannelError{Kind::kClosed});
  co_return std::optional<http::Response>{};
}

net::Task<base::Result<void, ChannelError>> WebSocketClient::send(std::string text) {
  std::string frame = websocket::client_frame(Opcode::kText, text, random_mask());
  auto writing = channel_->write(std::move(frame));
  auto written = co_await std::move(writing);
  co_return written;
}

net::Task<Text> WebSocketClient::receive() {
  std::string message;
  for (;;) {
    const auto frame = parse_frame(received_);
    if (frame && (frame->payload > kMessageBytesMax || message.size() > kMessageBytesMax)) {
      co_return base::fail(ChannelError{Kind::kClosed});
    }
    if (!frame || received_.size() < frame->header + frame->payload) {
      auto reading = channel_->read();
      Text more = co_await std::move(reading);
      if (!more) co_return base::fail(std::move(more.error()));
      received_ += *more;
      continue;
    }
    std::string payload = received_.substr(frame->header, frame->payload);
    received_.erase(0, frame->header + frame->payload);
    if (frame->opcode == Opcode::kClose) co_return base::fail(ChannelError{Kind::kClosed});
    if (frame->opcode == Opcode::kPing) {
      std::string pong = websocket::client_frame(Opcode::kPong, payload, random_mask());
      auto writing = channel_->write(std::move(pong));
      auto written = co_await std::move(writing);
      if (!written) co_return base::fail(std::move(written.error()));
    } else if (!websocket::is_control(frame->opcode)) {
      message += payload;
      if (frame->is_final) co_return message;
    }
  }
}

}  // namespace crema::doctor

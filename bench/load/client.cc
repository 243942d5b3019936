#include "bench/load/client.h"

#include "bench/load/envelope.h"

#include <fmt/format.h>

namespace crema::load {
namespace {

// The example of RFC 6455, 1.3: a constant key whose answer is known.
constexpr std::string_view kWebSocketKey = "dGhlIHNhbXBsZSBub25jZQ==";
constexpr std::string_view kWebSocketAccept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

constexpr std::string_view kPing = "2";
constexpr std::string_view kPong = "3";

std::string replace_index(std::string text, std::uint32_t index) {
  constexpr std::string_view kMark = "{i}";
  const std::string number = std::to_string(index);
  for (auto at = text.find(kMark); at != std::string::npos; at = text.find(kMark, at)) {
    text.replace(at, kMark.size(), number);
  }
  return text;
}

}  // namespace

Script::Script(const Options& options)
    : request_head(fmt::format("GET {} HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                               "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {}\r\n",
                               options.path, kWebSocketKey)),
      connect_packet(fmt::format("40/{},", options.site)),
      connected_prefix(connect_packet + "{\"sid\":"),
      event_prefix(load::event_prefix(options)) {
  for (const auto& header : options.headers) request_head += header + "\r\n";
  request_head += "\r\n";
}

std::string Script::request(std::uint32_t index) const {
  return replace_index(request_head, index);
}

void Client::fail(const std::string& reason, Tally& tally) {
  if (state_ == State::kFailed) return;
  if (state_ == State::kReady) --tally.ready;
  state_ = State::kFailed;
  if (tally.first_failure.empty()) {
    tally.first_failure = fmt::format("connection {}: {}", index_, reason);
  }
}

void Client::on_bytes(std::string_view& bytes, std::uint64_t now_ns, Tally& tally,
                      std::string& out) {
  if (state_ == State::kUpgrading) on_response(bytes, tally);
  while (state_ != State::kUpgrading && state_ != State::kFailed) {
    Frame frame;
    const auto status = take_frame(bytes, frame);
    if (status == FrameStatus::kIncomplete) return;
    if (status == FrameStatus::kBroken) return fail("broken frame", tally);
    on_frame(frame, now_ns, tally, out);
  }
}

void Client::on_response(std::string_view& bytes, Tally& tally) {
  const auto end = bytes.find("\r\n\r\n");
  if (end == std::string_view::npos) return;
  const auto head = bytes.substr(0, end);
  const auto status_line = head.substr(0, head.find("\r\n"));
  if (!status_line.starts_with("HTTP/1.1 101")) return fail(std::string(status_line), tally);
  if (head.find(kWebSocketAccept) == std::string_view::npos) {
    return fail("wrong Sec-WebSocket-Accept", tally);
  }
  bytes.remove_prefix(end + 4);
  state_ = State::kOpening;
}

void Client::on_frame(const Frame& frame, std::uint64_t now_ns, Tally& tally, std::string& out) {
  if (frame.opcode == Opcode::kText && frame.is_final) {
    return on_packet(frame.payload, now_ns, tally, out);
  }
  if (frame.opcode == Opcode::kClose) return fail("closed by the server", tally);
  if (frame.opcode == Opcode::kPing) {
    return append_client_frame(out, Opcode::kPong, frame.payload);
  }
  ++tally.unexpected_frames;
}

void Client::on_packet(std::string_view packet, std::uint64_t now_ns, Tally& tally,
                       std::string& out) {
  if (packet.starts_with(script_->event_prefix) && state_ == State::kReady) {
    return on_event(packet.substr(script_->event_prefix.size()), now_ns, tally);
  }
  if (packet == kPing) {
    ++tally.heartbeats;
    return append_client_frame(out, Opcode::kText, kPong);
  }
  if (state_ == State::kOpening && packet.starts_with("0{")) {
    state_ = State::kJoining;
    return append_client_frame(out, Opcode::kText, script_->connect_packet);
  }
  if (state_ == State::kJoining && packet.starts_with(script_->connected_prefix)) {
    state_ = State::kReady;
    ++tally.ready;
    return;
  }
  if (state_ == State::kJoining) return fail(std::string(packet.substr(0, 200)), tally);
  ++tally.unexpected_frames;
}

void Client::on_event(std::string_view argument, std::uint64_t now_ns, Tally& tally) {
  const auto stamp = read_stamp(argument);
  if (!stamp) {
    ++tally.unexpected_frames;
    return;
  }
  // Every socket is a member from before the first message, so each one is due, once, in order.
  if (stamp->sequence != last_sequence_ + 1) ++tally.out_of_order;
  last_sequence_ = stamp->sequence;
  ++tally.delivered;
  tally.latency.record(now_ns > stamp->sent_ns ? now_ns - stamp->sent_ns : 0);
}

}  // namespace crema::load

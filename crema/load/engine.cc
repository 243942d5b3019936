#include "crema/load/engine.h"

#include "crema/load/engine_packet.h"
#include "crema/load/fields.h"
#include "crema/load/http_answer.h"

#include <fmt/format.h>

#include <utility>

namespace crema::load {
namespace {

// Whatever a server says.
constexpr std::uint64_t kSilenceMax_ms = 24 * 3600 * 1000;
constexpr char kSeparator = '\x1e';

std::string framed(Opcode opcode, std::string_view payload) {
  std::string frame;
  append_client_frame(frame, opcode, payload);
  return frame;
}

std::string start_of(std::string_view text) {
  constexpr std::size_t kBytesMax = 200;
  return std::string(text.substr(0, kBytesMax));
}

std::string_view name_of(Wire wire) {
  return wire == Wire::kPost ? "xhr post error" : "xhr poll error";
}

}  // namespace

bool Engine::is_settled() const {
  return state_ == State::kOpen && (script_->transport() != Transport::kUpgrade ||
                                    upgrade_ == Upgrade::kUpgraded || upgrade_ == Upgrade::kFailed);
}

void Engine::start(Actions& actions) {
  const bool is_polled = script_->transport() != Transport::kWebSocket;
  say(is_polled ? Wire::kPost : Wire::kWebSocket, script_->request(index_), actions);
}

void Engine::send(std::string packet, Actions& actions) {
  if (state_ != State::kOpen) return;
  unsent_.push_back(std::move(packet));
  flush(actions);
}

void Engine::on_bytes(Wire wire, std::string_view& bytes, EngineEvents& events, Actions& actions) {
  while (!bytes.empty() && state_ != State::kClosed && is_wired(wire)) {
    const bool took = wire != Wire::kWebSocket ? take_answer_on(wire, bytes, events, actions)
                      : is_shaken_             ? take_one_frame(bytes, events, actions)
                                               : take_upgrade_answer(bytes, events, actions);
    if (!took) break;
  }
  if (state_ == State::kClosed || !is_wired(wire)) bytes = {};
}

// A wire that only waits for the next request may end: that request opens another.
void Engine::on_closed(Wire wire, const std::string& reason, EngineEvents& events,
                       Actions& actions) {
  is_wired(wire) = false;
  if (state_ == State::kClosed) return;
  if (wire == Wire::kWebSocket) return on_websocket_lost(reason, events, actions);
  const bool is_awaited = wire == Wire::kPoll ? is_polling_ : is_posting_ || !is_open();
  if (is_awaited) fail(fmt::format("{}: {}", name_of(wire), reason), events, actions);
}

void Engine::close(Actions& actions) { end(Goodbye::kIfPolling, actions); }

// One that polls, and is not about to stop, says goodbye whether anybody is there to hear it or
// not.
void Engine::end(Goodbye goodbye, Actions& actions) {
  if (state_ == State::kClosed) return;
  const bool is_polling = is_open() && !is_by_websocket() && upgrade_ != Upgrade::kPausing;
  const bool says_goodbye = goodbye == Goodbye::kIfPolling && is_polling;
  state_ = State::kClosed;
  for (const Wire wire : kAllWires) hang_up(wire, actions);
  if (says_goodbye) say(Wire::kPost, script_->post_request(index_, sid_, kClose), actions);
}

void Engine::fail(const std::string& reason, EngineEvents& events, Actions& actions) {
  close(actions);
  events.push_back({.kind = EngineEvent::Kind::kClosed, .text = reason});
}

void Engine::say(Wire wire, std::string bytes, Actions& actions) {
  if (!std::exchange(is_wired(wire), true)) {
    actions.push_back({.kind = Action::Kind::kOpen, .wire = wire});
  }
  actions.push_back({.kind = Action::Kind::kSend, .wire = wire, .bytes = std::move(bytes)});
}

void Engine::hang_up(Wire wire, Actions& actions) {
  if (!std::exchange(is_wired(wire), false)) return;
  actions.push_back({.kind = Action::Kind::kClose, .wire = wire});
}

void Engine::flush(Actions& actions) {
  if (unsent_.empty() || state_ != State::kOpen || upgrade_ == Upgrade::kPausing) return;
  std::string bytes;
  if (is_by_websocket()) {
    for (const auto& packet : unsent_) append_client_frame(bytes, Opcode::kText, packet);
    say(Wire::kWebSocket, std::move(bytes), actions);
  } else {
    if (std::exchange(is_posting_, true)) return;
    for (const auto& packet : unsent_) {
      if (!bytes.empty()) bytes += kSeparator;
      bytes += packet;
    }
    say(Wire::kPost, script_->post_request(index_, sid_, bytes), actions);
  }
  unsent_.clear();
}

void Engine::poll(Actions& actions) {
  is_polling_ = true;
  say(Wire::kPoll, script_->poll_request(index_, sid_), actions);
}

bool Engine::take_answer_on(Wire wire, std::string_view& bytes, EngineEvents& events,
                            Actions& actions) {
  HttpAnswer answer;
  const auto status = take_answer(bytes, answer);
  if (status == AnswerStatus::kIncomplete) return false;
  if (status == AnswerStatus::kBroken) {
    fail(fmt::format("{}: an answer without its length", name_of(wire)), events, actions);
  } else if (!answer.status_line.starts_with("HTTP/1.1 200")) {
    fail(fmt::format("{}: {}", name_of(wire), answer.status_line), events, actions);
  } else if (!bytes.empty()) {  // One request is out on each.
    fail(fmt::format("{}: more than one answer", name_of(wire)), events, actions);
  } else if (wire == Wire::kPost) {
    on_posted(answer.body, events, actions);
  } else {
    on_polled(answer.body, events, actions);
  }
  return true;
}

bool Engine::take_upgrade_answer(std::string_view& bytes, EngineEvents& events, Actions& actions) {
  std::string fault;
  const auto status = take_upgrade(bytes, fault);
  if (status == AnswerStatus::kBroken) on_websocket_lost(fault, events, actions);
  if (status != AnswerStatus::kWhole) return false;
  is_shaken_ = true;
  if (upgrade_ != Upgrade::kAsked) return true;
  upgrade_ = Upgrade::kProbing;
  say(Wire::kWebSocket, framed(Opcode::kText, kProbe), actions);
  return true;
}

bool Engine::take_one_frame(std::string_view& bytes, EngineEvents& events, Actions& actions) {
  Frame frame;
  const auto status = take_frame(bytes, frame);
  if (status == FrameStatus::kBroken) on_websocket_lost("broken frame", events, actions);
  if (status != FrameStatus::kWhole) return false;
  on_frame(frame, events, actions);
  return true;
}

void Engine::on_posted(std::string_view body, EngineEvents& events, Actions& actions) {
  if (!is_open()) return on_packet(body, events, actions);
  is_posting_ = false;
  switch_when_idle(actions);
  flush(actions);
}

void Engine::on_polled(std::string_view body, EngineEvents& events, Actions& actions) {
  while (!body.empty() && is_open()) {
    const auto end = body.find(kSeparator);
    on_packet(body.substr(0, end), events, actions);
    body = end == std::string_view::npos ? std::string_view() : body.substr(end + 1);
  }
  if (!is_open()) return;
  is_polling_ = false;
  if (upgrade_ != Upgrade::kPausing) return poll(actions);
  switch_when_idle(actions);
}

// The connection's end, not the server's close frame, is what the official client notices.
void Engine::on_frame(const Frame& frame, EngineEvents& events, Actions& actions) {
  if (frame.opcode == Opcode::kText && frame.is_final) {
    on_packet(frame.payload, events, actions);
  } else if (frame.opcode == Opcode::kPing) {
    say(Wire::kWebSocket, framed(Opcode::kPong, frame.payload), actions);
  } else if (frame.opcode == Opcode::kClose) {
    say(Wire::kWebSocket, framed(Opcode::kClose, frame.payload), actions);
  }
}

void Engine::on_packet(std::string_view packet, EngineEvents& events, Actions& actions) {
  if (state_ == State::kOpening) return on_handshake(packet, events, actions);
  if (upgrade_ == Upgrade::kProbing && packet == kProbeAnswer) {
    upgrade_ = Upgrade::kPausing;
    return switch_when_idle(actions);
  }
  if (packet == kPing) {
    send(std::string(kPong), actions);
    events.push_back({.kind = EngineEvent::Kind::kHeartbeat});
  } else if (packet == kClose && !is_by_websocket()) {
    end(Goodbye::kNone, actions);
    events.push_back({.kind = EngineEvent::Kind::kClosed, .text = "closed by the server"});
  } else if (packet.starts_with('4')) {
    events.push_back({.kind = EngineEvent::Kind::kMessage, .text = std::string(packet)});
  }
}

void Engine::on_handshake(std::string_view open, EngineEvents& events, Actions& actions) {
  sid_ = text_field(open, "sid");
  if (!open.starts_with("0{") || sid_.empty()) {
    return fail("no open packet: " + start_of(open), events, actions);
  }
  state_ = State::kOpen;
  const auto milliseconds_of = [open](std::string_view key) {
    return std::min(number_field(open, key).value_or(0), kSilenceMax_ms);
  };
  silence_max_ =
      std::chrono::milliseconds(milliseconds_of("pingInterval") + milliseconds_of("pingTimeout"));
  events.push_back({.kind = EngineEvent::Kind::kOpen});
  if (is_by_websocket()) return;
  if (script_->transport() == Transport::kUpgrade) {
    upgrade_ = Upgrade::kAsked;
    say(Wire::kWebSocket, script_->upgrade_request(index_, sid_), actions);
  }
  poll(actions);
}

// A probe that fails ends nothing. One that fails while the transport pauses for it leaves it
// paused: the poll's end or the missing heartbeat ends the session, as in the official client.
void Engine::on_websocket_lost(const std::string& reason, EngineEvents& events, Actions& actions) {
  if (is_by_websocket()) return fail("websocket error: " + reason, events, actions);
  hang_up(Wire::kWebSocket, actions);
  if (upgrade_ != Upgrade::kPausing) upgrade_ = Upgrade::kFailed;
}

void Engine::switch_when_idle(Actions& actions) {
  if (upgrade_ != Upgrade::kPausing || is_polling_ || is_posting_) return;
  if (!is_wired(Wire::kWebSocket)) return;
  upgrade_ = Upgrade::kUpgraded;
  say(Wire::kWebSocket, framed(Opcode::kText, kUpgrade), actions);
  flush(actions);
}

}  // namespace crema::load

#include "crema/load/returning_client.h"

#include "crema/load/envelope.h"
#include "crema/load/fields.h"

#include <fmt/format.h>

#include <chrono>
#include <limits>

namespace crema::load {
namespace {

constexpr std::chrono::seconds kAttemptMax{20};
constexpr std::uint64_t kNever = std::numeric_limits<std::uint64_t>::max();

std::uint64_t in(std::uint64_t now_ns, std::chrono::milliseconds wait) {
  const auto wait_ns = std::chrono::duration_cast<std::chrono::nanoseconds>(wait).count();
  return now_ns + static_cast<std::uint64_t>(wait_ns);
}

}  // namespace

ReturningClient::ReturningClient(const Script& script, std::uint32_t index)
    : script_(&script), index_(index), engine_(script, index) {}

void ReturningClient::start(Moment moment, Actions& actions) { open(moment, actions); }

void ReturningClient::on_bytes(Wire wire, std::string_view& bytes, Moment moment,
                               Actions& actions) {
  EngineEvents events;
  engine_.on_bytes(wire, bytes, events, actions);
  act_on(events, moment, actions);
}

void ReturningClient::on_closed(Wire wire, const std::string& reason, Moment moment,
                                Actions& actions) {
  EngineEvents events;
  engine_.on_closed(wire, reason, events, actions);
  act_on(events, moment, actions);
}

void ReturningClient::on_timer(Moment moment, Actions& actions) {
  if (moment.now_ns < deadline_ns_) return;
  if (state_ == State::kAway) {
    ++journey_.attempts;
    return open(moment, actions);
  }
  const std::string reason = state_ == State::kOpening ? "timeout" : "ping timeout";
  engine_.close(actions);
  on_engine_closed(reason, moment);
}

void ReturningClient::open(Moment moment, Actions& actions) {
  state_ = State::kOpening;
  deadline_ns_ = in(moment.now_ns, kAttemptMax);
  engine_ = Engine(*script_, index_);
  engine_.start(actions);
}

void ReturningClient::act_on(const EngineEvents& events, Moment moment, Actions& actions) {
  using Kind = EngineEvent::Kind;
  for (const auto& event : events) {
    if (state_ == State::kGone) return engine_.close(actions);
    if (event.kind == Kind::kOpen) on_engine_open(moment, actions);
    if (event.kind == Kind::kMessage) on_packet(event.text, moment, actions);
    if (event.kind == Kind::kHeartbeat) deadline_ns_ = in(moment.now_ns, engine_.silence_max());
    if (event.kind == Kind::kClosed) on_engine_closed(event.text, moment);
  }
  if (state_ == State::kGone) engine_.close(actions);
}

// An attempt has succeeded once the session is open, whatever becomes of the namespace.
void ReturningClient::on_engine_open(Moment moment, Actions& actions) {
  state_ = State::kJoining;
  backoff_.reset();
  deadline_ns_ = in(moment.now_ns, engine_.silence_max());
  if (journey_.losses != 0 && journey_.answered_ns == 0) journey_.answered_ns = moment.now_ns;
  engine_.send(connect_packet(), actions);
}

void ReturningClient::on_engine_closed(const std::string& reason, Moment moment) {
  journey_.reason = reason;
  if (state_ == State::kGone) return;
  if (state_ != State::kOpening) {
    ++journey_.losses;
    if (journey_.lost_ns == 0) journey_.lost_ns = moment.now_ns;
    journey_.back_ns = journey_.heard_ns = 0;
    joined_ns_ = kNever;  // What was missed comes before the answer that sets it.
    journey_.is_recovered = false;
  }
  try_again_later(moment);
}

void ReturningClient::try_again_later(Moment moment) {
  if (backoff_.is_spent()) return leave(Journey::End::kGaveUp, journey_.reason);
  state_ = State::kAway;
  deadline_ns_ = in(moment.now_ns, backoff_.next(moment.chance));
}

void ReturningClient::leave(Journey::End end, std::string_view reason) {
  state_ = State::kGone;
  deadline_ns_ = kNever;
  journey_.end = end;
  journey_.reason = reason;
  journey_.back_ns = journey_.heard_ns = 0;
}

std::string ReturningClient::connect_packet() const {
  if (private_id_.empty()) return script_->connect_packet;
  const auto offset = offset_ ? fmt::format(R"(,"offset":"{}")", *offset_) : std::string();
  return fmt::format(R"({}{{"pid":"{}"{}}})", script_->connect_packet, private_id_, offset);
}

void ReturningClient::on_packet(std::string_view packet, Moment moment, Actions& actions) {
  constexpr std::size_t kReasonBytesMax = 200;
  if (packet.starts_with(script_->connected_prefix)) return on_joined(packet, moment, actions);
  if (packet.starts_with(script_->refused_prefix) || packet == script_->disconnect_packet) {
    return leave(Journey::End::kRefused, packet.substr(0, kReasonBytesMax));
  }
  if (packet.starts_with(script_->packet_head)) {
    on_event(packet, moment.now_ns);
  }
}

void ReturningClient::on_joined(std::string_view packet, Moment moment, Actions& actions) {
  const std::string given(script_->recovers() ? text_field(packet, "pid") : std::string_view());
  journey_.is_recovered = !given.empty() && given == private_id_;
  private_id_ = given;
  joined_ns_ = moment.now_ns;
  if (journey_.losses != 0) journey_.back_ns = moment.now_ns;
  state_ = is_subscribed_ ? State::kReady : State::kSubscribing;
  if (is_subscribed_) return;
  const auto subscriptions = script_->subscriptions(index_);
  for (const auto& subscription : subscriptions) engine_.send(subscription, actions);
  if (!subscriptions.empty()) return;
  is_subscribed_ = true;
  state_ = State::kReady;
}

// The offset is the last argument, of whatever event, if it is a string: as the official client
// keeps it.
void ReturningClient::on_event(std::string_view event, std::uint64_t now_ns) {
  if (!private_id_.empty()) {
    if (const auto last = last_string(event)) offset_ = std::string(*last);
  }
  if (event.starts_with(script_->subscribed_prefix) && state_ == State::kSubscribing) {
    is_subscribed_ = true;
    state_ = State::kReady;
  } else if (event.starts_with(script_->event_prefix)) {
    hear(event.substr(script_->event_prefix.size()), now_ns);
  }
}

// What it missed while it was away is no sign of its rooms.
void ReturningClient::hear(std::string_view argument, std::uint64_t now_ns) {
  const auto stamp = read_stamp(argument);
  if (!stamp || stamp->sent_ns < joined_ns_ || journey_.heard_ns != 0) return;
  journey_.heard_ns = now_ns;
}

}  // namespace crema::load

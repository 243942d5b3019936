#include "crema/engineio/session.h"

#include "crema/base/base64.h"
#include "crema/base/check.h"
#include "crema/engineio/payload.h"

#include <algorithm>

namespace crema::engineio {
namespace {

constexpr std::string_view kCloseBody = "1";
constexpr std::string_view kNoopBody = "6";

// Key order as the reference's. Source: spec/socketio.md 1.4.
std::string open_data(std::string_view id, const Config& config, Session::Upgrades upgrades) {
  std::string data = R"({"sid":")";
  data.append(id).append(R"(","upgrades":[)");
  if (upgrades == Session::Upgrades::kWebSocket) data.append(R"("websocket")");
  data.append(R"(],"pingInterval":)").append(std::to_string(config.ping_interval.count()));
  data.append(R"(,"pingTimeout":)").append(std::to_string(config.ping_timeout.count()));
  data.append(R"(,"maxPayload":)").append(std::to_string(config.max_payload_bytes));
  data.append("}");
  return data;
}

}  // namespace

Session::Session(std::string_view id, TransportKind transport, const Config& config,
                 SessionHost& host, Upgrades upgrades)
    : host_(host), config_(config), transport_(transport), id_(id) {
  heartbeat_.start(config_, host_.now());
  rearm();
  push(OutPacket::text(PacketType::kOpen, open_data(id_, config_, upgrades)));
  if (!config_.initial_packet.empty()) send_message(config_.initial_packet);
}

Session::~Session() { queue_.clear(host_.packet_pool()); }

bool Session::writable() const noexcept {
  if (state_ != State::kOpen || !queue_.empty()) return false;
  return transport_ == TransportKind::kWebSocket ? !blocked_ : poll_pending_;
}

bool Session::send(OutPacket packet) {
  if (state_ != State::kOpen) return false;
  push(std::move(packet));
  return true;
}

void Session::push(OutPacket packet) {
  if (observer_) observer_->on_packet_create(packet);
  queue_.push(std::move(packet), host_.packet_pool());
  if (!flush_asked_ || queue_.bytes() >= kGatherBytes) ask_flush();
}

// While the kernel takes nothing a flush follows by itself, but perhaps never: whoever is beyond
// the bound by then is found by one that sends nothing.
void Session::ask_flush() {
  if (blocked_ && !queue_.exceeds(config_.queued_bytes_max)) return;
  flush_asked_ = true;
  host_.flush_soon(*this);
}

void Session::flushed(Wire wire) {
  flush_asked_ = false;
  blocked_ = wire == Wire::kBlocked;
  if (state_ == State::kClosed) return;
  if (observer_ && queue_.empty()) observer_->on_flushed();
  if (state_ == State::kClosing && queue_.empty() &&
      (transport_ == TransportKind::kWebSocket || close_queued_)) {
    end({});
    return;
  }
  if (queue_.exceeds(config_.queued_bytes_max)) fail(CloseReason::kSlowClient);
}

void Session::close(CloseReason reason) {
  if (state_ != State::kOpen) return;
  state_ = State::kClosing;
  aux_deadline_ = host_.now() + config_.closing_timeout;
  rearm();
  if (upgrading()) abort_upgrade();
  if (transport_ == TransportKind::kPolling && poll_pending_) {
    queue_.push(OutPacket::text(PacketType::kClose, {}), host_.packet_pool());
    close_queued_ = true;
  }
  ask_flush();
  tell_closed(reason);
}

void Session::fail(CloseReason reason, CloseDetail detail) {
  if (state_ == State::kClosed) return;
  close_detail_ = detail;
  const bool was_open = state_ == State::kOpen;
  state_ = State::kClosed;
  if (was_open) tell_closed(reason);
  end(kCloseBody);
}

void Session::tell_closed(CloseReason reason) {
  if (observer_) observer_->on_close(reason);
  if (listener_) listener_->on_session_closed(reason);
}

// The only way out: drops what is left, frees the timer and lets the host take the wire down.
void Session::end(std::string_view poll_body) {
  state_ = State::kClosed;
  cancel();
  queue_.clear(host_.packet_pool());
  if (upgrade_ != Upgrade::kNone) {
    upgrade_ = Upgrade::kNone;
    host_.drop_upgrade(*this);
  }
  host_.session_ended(*this, poll_body);
}

void Session::on_text(std::string_view text) {
  if (state_ != State::kOpen) return;
  if (!text.empty() && text.front() == 'b') {
    return on_binary_message(base::decode_base64_lenient(text.substr(1)));
  }
  const auto packet = decode_packet(text);
  if (!packet) return fail(CloseReason::kParseError);
  on_packet(*packet);
}

void Session::on_binary(std::string_view data) {
  if (state_ == State::kOpen) on_binary_message(data);
}

void Session::on_binary_message(std::string_view data) {
  if (observer_) observer_->on_packet({PacketType::kMessage, data}, MessageKind::kBinary);
  heartbeat_.on_other_packet(config_, host_.now());
  if (listener_) listener_->on_session_message(data, MessageKind::kBinary);
}

void Session::on_packet(PacketView packet) {
  if (observer_) observer_->on_packet(packet, MessageKind::kText);
  if (packet.type == PacketType::kPong) return on_pong();
  heartbeat_.on_other_packet(config_, host_.now());
  switch (packet.type) {
    case PacketType::kMessage:
      if (listener_) listener_->on_session_message(packet.data, MessageKind::kText);
      return;
    case PacketType::kClose:
      state_ = State::kClosed;
      tell_closed(CloseReason::kTransportClose);
      return end(kNoopBody);
    case PacketType::kPing:  // The client never pings in version 4.
      return fail(CloseReason::kTransportError, CloseDetail::kHeartbeatDirection);
    default:  // 0, 5 and 6 mean nothing here and are ignored, as the reference does.
      return;
  }
}

void Session::on_pong() {
  const base::TimePoint before = heartbeat_.deadline();
  heartbeat_.on_pong(config_, host_.now());
  // Where the interval is shorter than the timeout, the next ping is nearer than the wheel knows.
  if (heartbeat_.deadline() < before) rearm();
}

Session::PollStart Session::start_poll() {
  if (transport_ != TransportKind::kPolling) return PollStart::kWrongTransport;
  if (poll_pending_) {
    fail(CloseReason::kTransportError, CloseDetail::kOverlap);
    return PollStart::kOverlap;
  }
  poll_pending_ = true;
  if (queue_.empty() && state_ == State::kClosing) {
    queue_.push(OutPacket::text(PacketType::kNoop, {}), host_.packet_pool());
    queue_.push(OutPacket::text(PacketType::kClose, {}), host_.packet_pool());
    close_queued_ = true;
  } else if (queue_.empty() && upgrade_ == Upgrade::kProbed) {
    push(OutPacket::text(PacketType::kNoop, {}));
  }
  if (!queue_.empty()) ask_flush();
  return PollStart::kHeld;
}

void Session::on_poll_aborted() {
  if (!poll_pending_) return;
  poll_pending_ = false;
  fail(CloseReason::kTransportError, CloseDetail::kPollLost);
}

std::string Session::take_poll_body() {
  CREMA_ASSERT(has_poll_body());
  std::string body;
  body.reserve(queue_.bytes());
  for (; !queue_.empty(); queue_.pop(host_.packet_pool())) append_packets(body, queue_.front());
  poll_pending_ = false;
  return body;
}

bool Session::start_upgrade() {
  if (state_ != State::kOpen || transport_ != TransportKind::kPolling || upgrading()) return false;
  upgrade_ = Upgrade::kStarted;
  aux_deadline_ = host_.now() + config_.upgrade_timeout;
  rearm();
  if (observer_) observer_->on_upgrading();
  return true;
}

Session::UpgradeStep Session::on_upgrade_text(std::string_view text) {
  if (!upgrading()) return UpgradeStep::kRefused;
  if (text == "2probe") {
    upgrade_ = Upgrade::kProbed;
    // The client waits for its pending GET before it sends "5": answer it at once.
    if (poll_pending_ && queue_.empty()) push(OutPacket::text(PacketType::kNoop, {}));
    return UpgradeStep::kSendProbeAnswer;
  }
  if (text != "5") {
    abort_upgrade();
    return UpgradeStep::kRefused;
  }
  upgrade_ = Upgrade::kNone;
  aux_deadline_ = base::TimePoint::max();
  transport_ = TransportKind::kWebSocket;
  poll_pending_ = false;
  rearm();
  if (!queue_.empty()) ask_flush();
  if (observer_) observer_->on_upgrade();
  return UpgradeStep::kDone;
}

void Session::abort_upgrade() {
  if (!upgrading()) return;
  upgrade_ = Upgrade::kNone;
  if (state_ == State::kOpen) aux_deadline_ = base::TimePoint::max();
  rearm();
  host_.drop_upgrade(*this);
}

void Session::rearm() {
  const auto heartbeat = state_ == State::kOpen ? heartbeat_.deadline() : base::TimePoint::max();
  host_.wheel().arm(*this, std::min(heartbeat, aux_deadline_));
}

// What moves the heartbeat's deadline away does not touch the wheel; it is looked at when it fires.
void Session::on_expired(base::TimePoint now) {
  if (now >= aux_deadline_) {
    if (state_ == State::kClosing) return end(kCloseBody);
    abort_upgrade();
    return;
  }
  switch (heartbeat_.on_deadline(config_, now)) {
    case Heartbeat::Due::kSendPing:
      push(OutPacket::text(PacketType::kPing, {}));
      break;
    case Heartbeat::Due::kDead:
      return fail(CloseReason::kPingTimeout);
    case Heartbeat::Due::kNothing:
      break;
  }
  rearm();
}

}  // namespace crema::engineio

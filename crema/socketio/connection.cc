#include "crema/socketio/connection.h"

#include "crema/base/check.h"
#include "crema/engineio/session_id.h"
#include "crema/socketio/attachments.h"
#include "crema/socketio/counters.h"
#include "crema/socketio/hub.h"
#include "crema/socketio/hub_host.h"
#include "crema/socketio/namespace.h"
#include "crema/socketio/packet.h"
#include "crema/socketio/recovery.h"

#include <algorithm>

namespace crema::socketio {
namespace {

// Longer than anything we have written as a private id or an offset: not looked at.
constexpr size_t kRecoveryTextMax = 32;

std::string short_string(std::optional<json::Slice> value) {
  if (!value || value->size() > kRecoveryTextMax + 2) return {};
  return json::string_value(*value).value_or(std::string());
}

}  // namespace

Connection::Connection(Hub& hub, engineio::Session& session,
                       std::shared_ptr<const engineio::Handshake> handshake)
    : hub_(hub), session_(session), handshake_(std::move(handshake)) {
  session_.set_listener(*this);
  hub_.host().wheel().arm(*this, hub_.host().now() + config().connect_timeout);
}

Connection::~Connection() { CREMA_ASSERT(sockets_.empty() && pending_.empty()); }

const Config& Connection::config() const noexcept { return hub_.config(); }

void Connection::on_session_message(std::string_view data, engineio::MessageKind kind) {
  if (kind == engineio::MessageKind::kBinary) return on_attachment(data);
  if (incomplete_) return close_for(kOutOfTurn);
  const auto packet = decode_packet(data);
  if (!packet) return close_for_bad_packet();
  on_packet(*packet);
}

void Connection::on_packet(const PacketView& packet) {
  if (packet.type == PacketType::kConnect) return on_connect(packet);
  Socket* socket = find(packet.nsp);
  const bool is_event =
      packet.type == PacketType::kEvent || packet.type == PacketType::kBinaryEvent;
  if (!socket && !(is_event && find_pending(packet.nsp))) return close_for(kOutOfTurn);
  switch (packet.type) {
    case PacketType::kDisconnect:
      if (!packet.payload.empty()) return close_for_bad_packet();
      kOtherIn.add();
      return remove_socket(*socket, "client namespace disconnect", Afterwards::kForgotten);
    case PacketType::kEvent:
      return on_event(packet);
    case PacketType::kAck:
      return on_ack(*socket, packet);
    case PacketType::kBinaryEvent:
    case PacketType::kBinaryAck:
      return on_binary_packet(packet);
    default:  // Only a server sends CONNECT_ERROR.
      return close_for(kOutOfTurn);
  }
}

void Connection::on_connect(const PacketView& packet) {
  kConnectsIn.add();
  std::string& auth = hub_.scratch();
  if (!decode_auth(packet.payload, auth)) return close_for_bad_packet();
  Socket* joined = find(packet.nsp);
  if (joined || find_pending(packet.nsp)) {
    if (config().repeated_connect == RepeatedConnect::kClose) return close_for(kOutOfTurn);
    if (joined) session_.send_message(joined->connect_answer());
    return;
  }
  const auto undecided = static_cast<size_t>(std::ranges::distance(pending_));
  if (sockets_.size() + undecided >= config().namespaces_per_connection_max ||
      undecided >= config().pending_connects_max) {
    return close_for(kTooManyNamespaces);
  }
  if (!hub_.application().has_namespace(packet.nsp)) {
    kConnectErrors.add();
    session_.send_message(encode_connect_error(packet.nsp, "Invalid namespace"));
    return;
  }
  Pending pending{.ticket = {},
                  .nsp = std::string(packet.nsp),
                  .socket_id = {},
                  .pid = {},
                  .offset = {},
                  .has_shown_pid = false,
                  .held = {},
                  .auth = {}};
  if (config().recovery) {
    pending.pid = short_string(json::member(auth, "pid"));
    pending.offset = short_string(json::member(auth, "offset"));
    pending.has_shown_pid = engineio::shard_of(pending.pid).has_value();
    if (hub_.handover().is_elsewhere(packet.nsp, pending.pid)) {
      pending.ticket = hub_.open_ticket(*this);
      pending.auth = auth;
      const Pending& waits = add(std::move(pending));
      return hub_.handover().claim(waits.ticket, waits.nsp, waits.pid, waits.offset);
    }
  }
  decide(std::move(pending), auth);
}

void Connection::on_arrival(ConnectTicket ticket) {
  Pending pending = take_pending(ticket);
  const std::string auth = std::exchange(pending.auth, {});
  decide(std::move(pending), auth);
}

void Connection::decide(Pending pending, json::Slice auth) {
  if (!pending.pid.empty() && config().recovery->ask == RecoveryConfig::Ask::kNobody) {
    if (Socket* socket = come_back(pending, nullptr)) {
      kRecovered.add();
      hub_.set_recovered_auth(auth);
      greet(*socket, pending);
      return hub_.set_recovered_auth({});
    }
    if (session_.state() != engineio::Session::State::kOpen) return;
    pending.pid.clear();
  }
  pending.socket_id = hub_.make_socket_id();
  pending.ticket = hub_.open_ticket(*this);
  const Pending& added = add(std::move(pending));
  // The answer may come at once.
  const std::string nsp = added.nsp;
  const std::string id = added.socket_id;
  hub_.application().on_connect({added.ticket, nsp, id, auth, handshake_});
}

Connection::Pending& Connection::add(Pending pending) {
  auto last = pending_.before_begin();
  while (std::next(last) != pending_.end()) ++last;
  return *pending_.insert_after(last, std::move(pending));
}

Connection::Pending Connection::take_pending(ConnectTicket ticket) {
  auto before = pending_.before_begin();
  while (std::next(before) != pending_.end() && std::next(before)->ticket != ticket) ++before;
  CREMA_ASSERT(std::next(before) != pending_.end());
  Pending taken = std::move(*std::next(before));
  pending_.erase_after(before);
  return taken;
}

void Connection::accept(ConnectTicket ticket, std::shared_ptr<const SocketData> data) {
  const Pending pending = take_pending(ticket);
  Socket* socket = come_back(pending, data);
  if (session_.state() != engineio::Session::State::kOpen) return;
  if (pending.has_shown_pid) (socket ? kRecovered : kNotRecovered).add();
  if (!socket) {
    Namespace& nsp = hub_.open_namespace(pending.nsp);
    sockets_.push_back(std::make_unique<Socket>(pending.socket_id, nsp, *this, std::move(data)));
    socket = sockets_.back().get();
    nsp.add(*socket);
    if (nsp.recovery()) nsp.recovery()->add(*socket, events_for(pending));
  }
  greet(*socket, pending);
}

Recovery::Events Connection::events_for(const Pending& pending) const {
  const auto& whose = config().recovery->whose;
  const bool knows = !whose || pending.has_shown_pid || whose(*handshake_);
  return knows ? Recovery::Events::kNumbered : Recovery::Events::kPlain;
}

void Connection::greet(Socket& socket, const Pending& pending) {
  cancel();
  session_.send_message(socket.connect_answer());
  hub_.application().on_connected(socket);
  for (const auto& event : pending.held) dispatch(*event);
}

// Missed events leave before the answer, as in the reference: the client holds them until then.
Socket* Connection::come_back(const Pending& pending, std::shared_ptr<const SocketData> data) {
  Namespace* nsp = pending.pid.empty() ? nullptr : hub_.find_namespace(pending.nsp);
  if (!nsp || !nsp->recovery()) return nullptr;
  auto back = nsp->recovery()->take(pending.pid, pending.offset);
  if (!back) return nullptr;
  if (session_.state() != engineio::Session::State::kOpen) {
    nsp->recovery()->lose(std::move(back->socket));
    return nullptr;
  }
  sockets_.push_back(std::move(back->socket));
  Socket& socket = *sockets_.back();
  socket.set_connection(this);
  if (data) socket.data_ = std::move(data);
  nsp->add(socket);
  for (const OutMessage& message : back->missed) send(message);
  return &socket;
}

void Connection::refuse(ConnectTicket ticket, std::string_view message, json::Slice data) {
  const Pending pending = take_pending(ticket);
  kConnectErrors.add();
  session_.send_message(encode_connect_error(pending.nsp, message, data));
}

Socket* Connection::recoverable(ConnectTicket ticket) const {
  const auto found = std::ranges::find(pending_, ticket, &Pending::ticket);
  if (found == pending_.end() || found->pid.empty()) return nullptr;
  const Namespace* nsp = hub_.find_namespace(found->nsp);
  return nsp ? nsp->recovery()->find(found->pid, found->offset) : nullptr;
}

Socket* Connection::left_behind(ConnectTicket ticket) const {
  const auto found = std::ranges::find(pending_, ticket, &Pending::ticket);
  if (found == pending_.end() || found->pid.empty()) return nullptr;
  const Namespace* nsp = hub_.find_namespace(found->nsp);
  return nsp ? nsp->recovery()->named(found->pid) : nullptr;
}

std::string Connection::socket_id(ConnectTicket ticket) const {
  const auto found = std::ranges::find(pending_, ticket, &Pending::ticket);
  return found == pending_.end() ? std::string() : found->socket_id;
}

void Connection::begin_anew(ConnectTicket ticket) {
  const auto found = std::ranges::find(pending_, ticket, &Pending::ticket);
  if (found != pending_.end()) found->pid.clear();
}

void Connection::on_event(const PacketView& packet) {
  kEventsIn.add();
  if (packet.payload.empty()) return;  // As the reference: accepted and ignored.
  if (Pending* pending = find_pending(packet.nsp)) {
    auto held = std::make_unique<HeldEvent>();
    held->nsp = packet.nsp;
    if (!decode_event(packet.payload, held->text, held->event)) return close_for_bad_packet();
    held->event.ack_id = packet.ack_id;
    return hold(*pending, std::move(held));
  }
  Event& event = hub_.event();
  if (!decode_event(packet.payload, hub_.scratch(), event)) return close_for_bad_packet();
  event.ack_id = packet.ack_id;
  hub_.application().on_event(*find(packet.nsp), event);
}

void Connection::hold(Pending& pending, std::unique_ptr<HeldEvent> event) {
  pending.held.push_back(std::move(event));
  if (pending.held.size() > config().held_events_max || held_bytes() > config().held_bytes_max) {
    close_for(kHeldBound);
  }
}

// Few wait, and seldom: counted anew, so that no connection keeps a count.
size_t Connection::held_bytes() const {
  size_t bytes = 0;
  for (const Pending& pending : pending_) {
    for (const auto& event : pending.held) bytes += event->bytes();
  }
  return bytes;
}

void Connection::on_ack(Socket& socket, const PacketView& packet) {
  kOtherIn.add();
  Event& event = hub_.event();
  if (!decode_ack(packet.payload, hub_.scratch(), event)) return close_for_bad_packet();
  if (!packet.ack_id || packet.payload.empty() || !socket.acks_) return;
  const Acknowledgement ack{.status = Acknowledgement::Status::kAnswered, .args = event.args};
  socket.acks_->answer(*packet.ack_id, ack);
}

void Connection::on_binary_packet(const PacketView& packet) {
  const bool is_event = packet.type == PacketType::kBinaryEvent;
  (is_event ? kEventsIn : kOtherIn).add();
  auto held = std::make_unique<HeldEvent>();
  held->type = packet.type;
  held->nsp = packet.nsp;
  held->event.ack_id = packet.ack_id;
  held->attachments_missing = packet.attachments;
  const auto decoded = is_event ? decode_event(packet.payload, held->text, held->event)
                                : decode_ack(packet.payload, held->text, held->event);
  if (!decoded || packet.payload.empty() || !placeholders_fit(held->text, packet.attachments)) {
    return close_for_bad_packet();
  }
  incomplete_ = std::move(held);
}

void Connection::on_attachment(std::string_view data) {
  if (!incomplete_) return close_for(kOutOfTurn);
  incomplete_->attachment_bytes += data.size();
  if (incomplete_->attachment_bytes > config().attachment_bytes_max) {
    return close_for(kAttachmentBound);
  }
  incomplete_->event.attachments.emplace_back(data);
  if (--incomplete_->attachments_missing != 0) return;
  std::unique_ptr<HeldEvent> whole = std::move(incomplete_);
  if (Pending* pending = find_pending(whole->nsp)) return hold(*pending, std::move(whole));
  dispatch(*whole);
}

// The socket may have left since the event began to arrive: then it is dropped.
void Connection::dispatch(const HeldEvent& held) {
  Socket* socket = find(held.nsp);
  if (!socket) return;
  if (held.type != PacketType::kBinaryAck) return hub_.application().on_event(*socket, held.event);
  if (!held.event.ack_id || !socket->acks_) return;
  const Acknowledgement ack{.status = Acknowledgement::Status::kAnswered,
                            .args = held.event.args,
                            .attachments = held.event.attachments};
  socket->acks_->answer(*held.event.ack_id, ack);
}

bool Connection::send(const OutMessage& message) {
  if (!session_.send(message.text)) return false;
  if (message.attachments) {
    for (const engineio::OutPacket& packet : *message.attachments) session_.send(packet);
  }
  return true;
}

void Connection::disconnect(Socket& socket, Disconnect how) {
  if (find(socket.nsp().name()) != &socket) return;  // It is leaving: on_disconnecting runs.
  constexpr std::string_view kReason = "server namespace disconnect";
  if (how == Disconnect::kNamespace) {
    session_.send_message(encode_disconnect(socket.nsp().name()));
    return remove_socket(socket, kReason, Afterwards::kForgotten);
  }
  while (!sockets_.empty()) {
    session_.send_message(encode_disconnect(sockets_.front()->nsp().name()));
    remove_socket(*sockets_.front(), kReason, Afterwards::kForgotten);
  }
  session_.close(engineio::CloseReason::kForcedClose);
}

void Connection::remove_socket(Socket& socket, std::string_view reason, Afterwards afterwards) {
  const auto found = std::ranges::find_if(
      sockets_, [&](const std::unique_ptr<Socket>& s) { return s.get() == &socket; });
  CREMA_ASSERT(found != sockets_.end());
  std::unique_ptr<Socket> gone = std::move(*found);
  sockets_.erase(found);
  hub_.application().on_disconnecting(*gone, reason);
  Namespace& nsp = gone->nsp();
  Recovery* recovery = nsp.recovery();
  const bool may_come_back = gone->may_come_back() && afterwards == Afterwards::kMayComeBack;
  may_come_back ? nsp.suspend(*gone) : nsp.remove(*gone);
  gone->set_connection(nullptr);
  if (gone->acks_) gone->acks_->abandon();
  hub_.application().on_disconnected(*gone, reason);
  if (may_come_back) return recovery->lose(std::move(gone));
  if (gone->may_come_back()) recovery->forget(*gone);
  hub_.bury(std::move(gone));
}

void Connection::on_session_closed(engineio::CloseReason reason) {
  cancel();
  incomplete_.reset();
  kSessionsClosed[static_cast<size_t>(reason)].add();
  if (reason == engineio::CloseReason::kSlowClient) kSlowClients.add();
  for (const Pending& pending : std::exchange(pending_, {})) {
    hub_.close_ticket(pending.ticket);
    if (pending.auth.empty()) hub_.application().on_connect_abandoned(pending.ticket);
  }
  const bool forgotten = reason == engineio::CloseReason::kParseError ||
                         reason == engineio::CloseReason::kServerShutdown;
  const auto afterwards = forgotten ? Afterwards::kForgotten : Afterwards::kMayComeBack;
  while (!sockets_.empty()) remove_socket(*sockets_.front(), to_text(reason), afterwards);
}

void Connection::on_expired(base::TimePoint) { close_for(kConnectTimeouts); }

void Connection::close_for_bad_packet() {
  kBadPackets.add();
  for (size_t i = 0; i < sockets_.size(); ++i) hub_.application().on_bad_packet(*sockets_[i]);
  session_.close(engineio::CloseReason::kForcedClose);
}

void Connection::close_for(const base::Counter& reason) {
  reason.add();
  session_.close(engineio::CloseReason::kForcedClose);
}

// Source: spec/socketio.md 2.2, the row of decoder errors.
std::string_view Connection::to_text(engineio::CloseReason reason) const {
  const bool waits_for_get =
      session_.transport() == engineio::TransportKind::kPolling && !session_.poll_pending();
  if (reason == engineio::CloseReason::kForcedClose && waits_for_get) return "forced server close";
  return engineio::to_text(reason);
}

Connection::Pending* Connection::find_pending(std::string_view nsp) {
  const auto found = std::ranges::find(pending_, nsp, &Pending::nsp);
  return found == pending_.end() ? nullptr : &*found;
}

Socket* Connection::find(std::string_view nsp) const {
  for (const auto& socket : sockets_) {
    if (socket->nsp().name() == nsp) return socket.get();
  }
  return nullptr;
}

}  // namespace crema::socketio

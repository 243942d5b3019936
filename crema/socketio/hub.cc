#include "crema/socketio/hub.h"

#include "crema/base/check.h"
#include "crema/engineio/session_id.h"
#include "crema/socketio/connection.h"
#include "crema/socketio/local_adapter.h"
#include "crema/socketio/packet.h"
#include "crema/socketio/recovery.h"

#include <algorithm>
#include <utility>

namespace crema::socketio {

Hub::Hub(const Config& config, HubHost& host)
    : host_(host),
      config_(&config),
      event_logs_(config.recovery.value_or(RecoveryConfig{}).total_bytes_max) {
  if (config.recovery) last_offset_ = config.recovery->first_offset;
}

void Hub::set_limits(const Config& config) {
  CREMA_ASSERT(config.recovery.has_value() == config_->recovery.has_value());
  config_ = &config;
  if (!config.recovery) return;
  event_logs_.set_bound(config.recovery->total_bytes_max);
  for (const auto& [name, nsp] : namespaces_) nsp->recovery()->set_limits(*config.recovery);
}

void Hub::look_at(std::string_view nsp) {
  if (Namespace* found = find_namespace(nsp)) left_.insert(found);
}

void Hub::on_arrival(ConnectTicket ticket) {
  if (Connection* connection = take_ticket(ticket)) connection->on_arrival(ticket);
}

Hub::~Hub() {
  forget_lost();
  end_turn();
}

Namespace* Hub::find_namespace(std::string_view nsp) const {
  const auto found = namespaces_.find(nsp);
  return found == namespaces_.end() ? nullptr : found->second.get();
}

Socket* Hub::find(std::string_view nsp, std::string_view socket_id) const {
  const Namespace* found = find_namespace(nsp);
  return found ? found->find(socket_id) : nullptr;
}

ConnectTicket Hub::open_ticket(Connection& connection) {
  const ConnectTicket ticket{++last_ticket_};
  tickets_.emplace(ticket, &connection);
  return ticket;
}

Connection* Hub::take_ticket(ConnectTicket ticket) {
  const auto node = tickets_.extract(ticket);
  return node.empty() ? nullptr : node.mapped();
}

bool Hub::accept(ConnectTicket ticket, std::shared_ptr<const SocketData> data) {
  Connection* connection = take_ticket(ticket);
  if (connection) connection->accept(ticket, std::move(data));
  return connection != nullptr;
}

bool Hub::refuse(ConnectTicket ticket, std::string_view message, json::Slice data) {
  Connection* connection = take_ticket(ticket);
  if (connection) connection->refuse(ticket, message, data);
  return connection != nullptr;
}

bool Hub::close(ConnectTicket ticket) {
  const auto found = tickets_.find(ticket);
  if (found == tickets_.end()) return false;
  found->second->session().close(engineio::CloseReason::kForcedClose);
  return true;
}

Namespace& Hub::open_namespace(std::string_view name) {
  if (Namespace* existing = find_namespace(name)) return *existing;
  auto created = std::make_unique<Namespace>(std::string(name), host_, first_ack_id_);
  Namespace& nsp = *created;
  if (config_->recovery) {
    nsp.set_recovery(std::make_unique<Recovery>(*this, nsp, *config_->recovery));
  }
  namespaces_.emplace(nsp.name(), std::move(created));
  return nsp;
}

std::string Hub::make_socket_id() const { return engineio::make_session_id(host_.shard()); }

void Hub::bury(std::unique_ptr<Socket> socket) { buried_.push_back(std::move(socket)); }

void Hub::end_turn() {
  for (const auto& socket : std::exchange(buried_, {})) left_.insert(&socket->nsp());
  for (Namespace* nsp : std::exchange(left_, {})) {
    if (!nsp->empty()) continue;
    // With one shard nobody who waits for an id outlives the namespace.
    if (host_.shards() > 1) first_ack_id_ = std::max(first_ack_id_, nsp->ack_ids());
    namespaces_.erase(namespaces_.find(nsp->name()));
  }
}

void Hub::shrink() {
  for (const auto& [name, nsp] : namespaces_) nsp->shrink();
  namespaces_.rehash(0);
  tickets_.rehash(0);
  selected_ = {};
  scratch_ = {};
  event_ = {};
}

// What a packet for a socket touches is asked for while those before it get theirs. It lies behind
// three pointers, and each is followed when what the one before it points at has arrived.
template <class F>
void Hub::for_each_prefetched(std::span<Socket* const> sockets, const F& fn) {
  constexpr size_t kAhead = 12;  // Fewer come too late.
  const size_t size = sockets.size();
  const size_t ahead = std::min(size, kAhead);
  for (size_t i = 0; i < size + 3 * ahead; ++i) {
    if (i < size) sockets[i]->prefetch();
    if (i >= ahead && i < size + ahead) sockets[i - ahead]->prefetch_session();
    if (i >= 2 * ahead && i < size + 2 * ahead) sockets[i - 2 * ahead]->prefetch_host();
    if (i >= 3 * ahead) fn(*sockets[i - 3 * ahead]);
  }
}

template <class F>
void Hub::for_each_selected(Namespace& nsp, const Selection& selection, const F& fn) {
  if (++last_selection_ == 0) ++last_selection_;
  std::vector<Socket*> selected = std::exchange(selected_, {});  // fn may select too.
  LocalAdapter::select(nsp, selection, last_selection_, selected);
  for_each_prefetched(selected, fn);
  selected.clear();
  selected_ = std::move(selected);
}

const OutMessage& Hub::Encoded::numbered() {
  if (!with_number.text) with_number = with_offset(plain, offset);
  return with_number;
}

Hub::Encoded Hub::keep(Namespace& nsp, const Broadcast& broadcast, OutMessage message) {
  Encoded encoded{.plain = std::move(message), .offset = broadcast.offset};
  if (nsp.recovery() && broadcast.offset != 0) {
    encoded.position = nsp.recovery()->keep(broadcast.offset, encoded.plain, broadcast);
  }
  return encoded;
}

bool Hub::hand_to(Socket& socket, const Broadcast& broadcast, Encoded& encoded) {
  const bool is_kept = encoded.position != 0 && socket.may_come_back();
  if (is_kept && !socket.note_sent(encoded.offset, encoded.position)) return false;
  const bool is_numbered = is_kept && socket.is_numbered();
  const OutMessage& message = is_numbered ? encoded.numbered() : encoded.plain;
  const bool sent = socket.send(message, broadcast.delivery);
  const auto& ack = broadcast.ack;
  if (ack && !(sent && socket.expect_ack(ack->id, ack->timeout, ack->ended))) {
    ack->ended({.status = Acknowledgement::Status::kDisconnected});
  }
  return sent || ack;
}

size_t Hub::deliver_to(Namespace& nsp, const Broadcast& broadcast, OutMessage message) {
  size_t receivers = 0;
  Encoded encoded = keep(nsp, broadcast, std::move(message));
  for_each_selected(nsp, broadcast,
                    [&](Socket& socket) { receivers += hand_to(socket, broadcast, encoded); });
  return receivers;
}

size_t Hub::deliver(const Burst& burst) {
  const Broadcast& first = burst.events.front();
  const Broadcast& last = burst.events.back();
  note_delivered(last.offset);
  Namespace* nsp = find_namespace(first.nsp);
  if (!nsp) return 0;
  std::vector<Encoded> packets;
  packets.reserve(burst.events.size());
  for (const Broadcast& event : burst.events) {
    packets.push_back(keep(*nsp, event, {event.packet, {}}));
  }
  engineio::OutPacket numbered;  // All of them; made as one is.
  const auto joined_with_offsets = [&] {
    std::vector<engineio::OutPacket> all;
    for (Encoded& each : packets) all.push_back(each.numbered().text);
    return engineio::OutPacket::joined(all);
  };
  size_t receivers = 0;
  for_each_selected(*nsp, first, [&](Socket& socket) {
    const bool is_kept = packets.front().position != 0 && socket.may_come_back();
    // Who had the first where it came from may have had some of the others.
    if (!socket.takes_joined() ||
        (is_kept && !socket.note_sent(first.offset, packets.front().position))) {
      bool is_receiver = false;
      for (size_t i = 0; i < packets.size(); ++i) {
        is_receiver |= hand_to(socket, burst.events[i], packets[i]);
      }
      receivers += is_receiver;
      return;
    }
    if (is_kept) (void)socket.note_sent(last.offset, packets.back().position);
    const bool is_numbered = is_kept && socket.is_numbered();
    if (is_numbered && !numbered) numbered = joined_with_offsets();
    receivers += socket.send_joined(is_numbered ? numbered : burst.packets, packets.size());
  });
  return receivers;
}

void Hub::number(Broadcast& broadcast) {
  if (!config_->recovery || broadcast.ack || broadcast.delivery == Delivery::kVolatile) return;
  broadcast.offset = next_offset();
}

// A shard's events come in the order of their offsets.
void Hub::note_delivered(uint64_t offset) {
  if (offset == 0) return;
  delivered_.resize(host_.shards());
  delivered_[offset % host_.shards()] = offset;
}

size_t Hub::deliver(const Broadcast& broadcast) {
  size_t receivers = 0;
  note_delivered(broadcast.offset);
  if (broadcast.nsp.empty()) {
    receivers = deliver_to_all(broadcast);
  } else {
    Namespace* nsp = find_namespace(broadcast.nsp);
    if (nsp) receivers = deliver_to(*nsp, broadcast, {broadcast.packet, broadcast.attachments});
    if (broadcast.ack) broadcast.ack->reached(receivers);
  }
  if (broadcast.delivered) broadcast.delivered(receivers);
  return receivers;
}

size_t Hub::deliver_to_all(const Broadcast& broadcast) {
  size_t receivers = 0;
  for (const auto& [name, nsp] : namespaces_) {
    if (name == "/") continue;
    const std::string text = encode_event(name, broadcast.event, broadcast.args);
    receivers += deliver_to(*nsp, broadcast, OutMessage::from(text));
  }
  return receivers;
}

void Hub::join(const Selection& selection, std::span<const std::string> rooms) {
  Namespace* nsp = find_namespace(selection.nsp);
  if (!nsp) return;
  for_each_selected(*nsp, selection, [rooms](Socket& socket) {
    for (const std::string& room : rooms) socket.join(room);
  });
}

void Hub::leave(const Selection& selection, std::span<const std::string> rooms) {
  Namespace* nsp = find_namespace(selection.nsp);
  if (!nsp) return;
  for_each_selected(*nsp, selection, [rooms](Socket& socket) {
    for (const std::string& room : rooms) socket.leave(room);
  });
}

void Hub::disconnect(const Selection& selection, Disconnect how) {
  Namespace* nsp = find_namespace(selection.nsp);
  if (!nsp) return;
  for_each_selected(*nsp, selection, [how](Socket& socket) { socket.disconnect(how); });
}

std::vector<SocketInfo> Hub::fetch(const Selection& selection) {
  std::vector<SocketInfo> found;
  Namespace* nsp = find_namespace(selection.nsp);
  if (!nsp) return found;
  for_each_selected(*nsp, selection, [&found](Socket& socket) {
    SocketInfo info{.id = std::string(socket.id()),
                    .rooms = {std::string(socket.id())},
                    .data = socket.shared_data(),
                    .kept = socket.data() ? socket.data()->snapshot() : nullptr};
    for (const Membership& membership : socket.rooms())
      info.rooms.emplace_back(membership.room->name);
    found.push_back(std::move(info));
  });
  return found;
}

uint64_t Hub::last_offset() const noexcept { return last_offset_ * host_.shards() + host_.shard(); }

uint64_t Hub::next_offset() {
  ++last_offset_;
  return last_offset();
}

Socket* Hub::recoverable(ConnectTicket ticket) const {
  const auto found = tickets_.find(ticket);
  return found == tickets_.end() ? nullptr : found->second->recoverable(ticket);
}

Socket* Hub::left_behind(ConnectTicket ticket) const {
  const auto found = tickets_.find(ticket);
  return found == tickets_.end() ? nullptr : found->second->left_behind(ticket);
}

void Hub::begin_anew(ConnectTicket ticket) {
  const auto found = tickets_.find(ticket);
  if (found != tickets_.end()) found->second->begin_anew(ticket);
}

std::string Hub::socket_id(ConnectTicket ticket) const {
  const auto found = tickets_.find(ticket);
  return found == tickets_.end() ? std::string() : found->second->socket_id(ticket);
}

void Hub::forget_lost() {
  for (const auto& [name, nsp] : namespaces_) {
    if (nsp->recovery()) nsp->recovery()->forget_all();
  }
}

uint64_t Hub::next_ack_id(std::string_view nsp) {
  if (Namespace* found = find_namespace(nsp)) return found->next_ack_id();
  return first_ack_id_++ * host_.shards() + host_.shard();
}

}  // namespace crema::socketio

#include "crema/library/conn_observer.h"

#include "crema/library/core.h"
#include "crema/library/guarded.h"
#include "crema/library/shard_application.h"
#include "crema/library/socket_state.h"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

namespace crema::library {
namespace {

// Source: spec/socketio.md 1.1.
std::string name_of(char type) {
  constexpr std::array kNames{"open", "close", "ping", "pong", "message", "upgrade", "noop"};
  return kNames[static_cast<size_t>(type - '0')];
}

}  // namespace

// Nobody but the library observes a session of its server.
ConnObserver& ConnObserver::of(engineio::Session& session, Core& core, server::Shard& shard) {
  if (!session.observer()) session.observe(std::make_unique<ConnObserver>(core, shard));
  return static_cast<ConnObserver&>(*session.observer());
}

void ConnObserver::listen(Kind kind, Listener listener) {
  listeners_.push_back({kind, std::make_shared<const Listener>(std::move(listener))});
}

bool ConnObserver::wanted(Kind kind) const {
  return std::ranges::find(listeners_, kind, &Registered::kind) != listeners_.end();
}

void ConnObserver::queue(Kind kind, const EnginePacket& packet) {
  for (const Registered& each : listeners_) {
    if (each.kind == kind) queue_->push_back({each.listener, packet});
  }
}

void ConnObserver::tell(Kind kind, const EnginePacket& packet) {
  const bool is_first = queue_->empty();
  queue(kind, packet);
  if (!is_first) return;
  shard_.loop().post(
      [&core = core_, &shard = shard_, told = queue_] { call_all(core, shard, *told); });
}

// A listener may end the session, which calls the rest: this then finds nothing more.
void ConnObserver::call_all(Core& core, server::Shard& shard, Queue& queue) {
  const ShardApplication::Scope scope(core, shard);
  while (!queue.empty()) {
    const Told next = std::move(queue.front());
    queue.pop_front();
    (void)guarded("a listener of a connection", [&] { (*next.listener)(next.packet); });
  }
}

void ConnObserver::on_packet(const engineio::PacketView& packet, engineio::MessageKind kind) {
  if (wanted(Kind::kPacket)) {
    tell(Kind::kPacket, {.type = name_of(static_cast<char>(packet.type)),
                         .data = std::string(packet.data),
                         .is_binary = kind == engineio::MessageKind::kBinary});
  }
  const bool is_pong = packet.type == engineio::PacketType::kPong;
  if (is_pong && wanted(Kind::kHeartbeat)) tell(Kind::kHeartbeat, {});
}

void ConnObserver::on_packet_create(const engineio::OutPacket& packet) {
  waits_ = true;
  if (!wanted(Kind::kPacketCreate)) return;
  const std::string_view payload = packet.payload();
  if (packet.is_binary()) {
    return tell(Kind::kPacketCreate,
                {.type = "message", .data = std::string(payload), .is_binary = true});
  }
  tell(Kind::kPacketCreate,
       {.type = name_of(payload.front()), .data = std::string(payload.substr(1))});
}

void ConnObserver::on_flushed() {
  if (std::exchange(waits_, false) && wanted(Kind::kDrain)) tell(Kind::kDrain, {});
}

void ConnObserver::on_upgrading() {
  if (wanted(Kind::kUpgrading)) tell(Kind::kUpgrading, {});
}

void ConnObserver::on_upgrade() {
  if (wanted(Kind::kUpgrade)) tell(Kind::kUpgrade, {.type = {}, .data = "websocket"});
}

void ConnObserver::on_close(engineio::CloseReason reason) {
  queue(Kind::kClose, {.type = {}, .data = std::string(engineio::to_text(reason))});
  const std::shared_ptr<Queue> told = queue_;
  call_all(core_, shard_, *told);
}

}  // namespace crema::library

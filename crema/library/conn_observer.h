// Tells the program what happens on an Engine.IO session.
#pragma once

#include "crema/engineio/session_observer.h"
#include "crema/library/conn.h"
#include "crema/server/shard.h"

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace crema::library {

class Core;

// Shard thread only; of its session. Listeners are called in a later handler of the loop, so that
// what they do never meets the session in the middle of a step; the end is told at once, as it is
// to sockets, and what was to be told before it.
class ConnObserver final : public engineio::SessionObserver {
 public:
  enum class Kind : uint8_t {
    kPacket,
    kPacketCreate,
    kHeartbeat,
    kDrain,
    kUpgrading,
    kUpgrade,
    kClose,
  };
  // Gets the packet, or the word of an upgrade or a close as its `data`.
  using Listener = std::function<void(const EnginePacket&)>;

  // The session's; it gets one when it has none. Borrows both for the session's life.
  static ConnObserver& of(engineio::Session& session, Core& core, server::Shard& shard);
  ConnObserver(Core& core, server::Shard& shard) : core_(core), shard_(shard) {}

  void listen(Kind kind, Listener listener);

  void on_packet(const engineio::PacketView& packet, engineio::MessageKind kind) override;
  void on_packet_create(const engineio::OutPacket& packet) override;
  void on_flushed() override;
  void on_upgrading() override;
  void on_upgrade() override;
  void on_close(engineio::CloseReason reason) override;

 private:
  struct Registered {
    Kind kind;
    std::shared_ptr<const Listener> listener;
  };
  struct Told {
    std::shared_ptr<const Listener> listener;
    EnginePacket packet;
  };
  using Queue = std::deque<Told>;

  [[nodiscard]] bool wanted(Kind kind) const;
  void tell(Kind kind, const EnginePacket& packet);
  void queue(Kind kind, const EnginePacket& packet);
  static void call_all(Core& core, server::Shard& shard, Queue& queue);

  Core& core_;
  server::Shard& shard_;
  std::vector<Registered> listeners_;
  std::shared_ptr<Queue> queue_ = std::make_shared<Queue>();  // Outlives a session that ends.
  bool waits_ = false;  // Something was queued that has not been flushed.
};

}  // namespace crema::library

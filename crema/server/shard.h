// One thread with everything that lives on it: connections, sessions, sockets and rooms.
#pragma once

#include "crema/base/name_table.h"
#include "crema/engineio/packet_queue.h"
#include "crema/http/request_reader.h"
#include "crema/net/loop.h"
#include "crema/server/config.h"
#include "crema/server/connection.h"
#include "crema/server/memory_return.h"
#include "crema/server/room_directory.h"
#include "crema/server/session_entry.h"
#include "crema/server/shard_adapter.h"
#include "crema/socketio/application.h"
#include "crema/socketio/hub.h"
#include "crema/transport/route.h"

#include <array>
#include <atomic>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace crema::server {

// A request that was read, by a shard that does not hold its session, to its end or to the end of
// its head.
struct HandedOver {
  int descriptor;
  Peer peer;
  std::variant<http::Request, http::RequestReader> request;
  std::string rest;  // Read behind the request.
};

struct SessionId {
  std::string_view operator()(const SessionEntry& entry) const { return entry.session().id(); }
};

// Shard thread only, but for what says otherwise.
class Shard final : public socketio::HubHost, public transport::SessionDirectory {
 public:
  // Borrows all for life. `peers` holds every shard of the server, this one included.
  Shard(unsigned index, const Config& config, RoomDirectory& directory, ConnectionLimits& limits,
        const std::vector<std::unique_ptr<Shard>>& peers);
  // The only one of its server, on a context that the caller runs.
  Shard(net::asio::io_context& context, const Config& config, RoomDirectory& directory,
        ConnectionLimits& limits, const std::vector<std::unique_ptr<Shard>>& peers);
  ~Shard();

  [[nodiscard]] unsigned index() const noexcept { return loop_.index(); }
  [[nodiscard]] const Config& config() const noexcept { return *config_; }
  // See Server::set_limits. Borrows it for life.
  void set_limits(const Config& config);
  [[nodiscard]] net::Loop& loop() noexcept { return loop_; }
  [[nodiscard]] socketio::Hub& hub() noexcept { return hub_; }
  // Reaches the sockets of all shards.
  [[nodiscard]] socketio::Adapter& adapter() noexcept { return adapter_; }
  [[nodiscard]] ConnectionLimits& limits() const noexcept { return limits_; }
  [[nodiscard]] engineio::PacketPool& packet_pool() noexcept { return packet_pool_; }
  [[nodiscard]] Shard& peer(unsigned index) const { return *peers_[index]; }
  [[nodiscard]] bool stopping() const noexcept { return stopping_; }
  void set_application(std::unique_ptr<socketio::Application> application);

  // Connections held or on their way here: what new ones are spread by. Any thread.
  [[nodiscard]] size_t load() const noexcept { return load_.load(std::memory_order_relaxed); }
  // Engine.IO sessions that live here. Any thread.
  [[nodiscard]] size_t session_count() const noexcept {
    return session_count_.load(std::memory_order_relaxed);
  }
  // Takes over an accepted descriptor. Any thread.
  void adopt(int descriptor, Peer peer);
  // Takes over a connection whose request names a session of this shard. Any thread.
  void adopt_request(HandedOver handed);

  // Sends an event to its receivers on every shard. On this thread those of this shard are served
  // before it returns; returns their number (of other shards it does not know).
  size_t broadcast(socketio::Broadcast broadcast);
  // The same for events that may follow each other: socketio::may_follow.
  size_t broadcast(std::vector<socketio::Broadcast> events);

  // Hands it to its receivers on this shard. Costs one look at the clock, whatever their number.
  size_t deliver(const socketio::Broadcast& broadcast);
  size_t deliver(const socketio::Burst& burst);

  // Members of the room are about to join on that shard: a broadcast that begins after this call
  // finds it there. Any thread; the shard is then told to settle it.
  void expect_room(unsigned shard, std::string_view nsp, std::string_view room) override;
  // After those joins, once for each call of `expect_room`: what became of it.
  void settle_room(std::string_view nsp, std::string_view room) override;

  // Fails every session: what is queued is sent if the kernel takes it, the transports are closed
  // at the Engine.IO level only, so that clients come back by themselves.
  void shut_down();

  // Whose packets the kernel has not taken, or no poll has fetched.
  [[nodiscard]] size_t sessions_with_queue() const;
  // What waits for them.
  [[nodiscard]] size_t queued_bytes() const;

  [[nodiscard]] SessionEntry* find(std::string_view sid) const;
  // `id` is of no other session; empty: a random one.
  [[nodiscard]] SessionEntry& open_session(engineio::TransportKind transport,
                                           const http::Request& request, const std::string& address,
                                           std::string id);

  // Both shared by all connections of the thread; valid until the next use.
  [[nodiscard]] std::span<char> read_buffer() noexcept { return read_buffer_; }
  [[nodiscard]] std::span<char> gather_buffer() noexcept { return gather_buffer_; }

  // At the end of this turn: flush, or destroy.
  void flush_soon(Connection& connection) { connections_to_flush_.push_back(&connection); }
  void flush_soon(SessionEntry& entry) { sessions_to_flush_.push_back(&entry); }
  void retire(SessionEntry& entry);
  void retire(std::unique_ptr<Conversation> conversation);
  // Destroyed at the end of the turn.
  void discard(Connection& connection);

  // transport::SessionDirectory, and socketio::HubHost
  unsigned this_shard() const override { return index(); }
  unsigned shards() const override { return static_cast<unsigned>(peers_.size()); }
  std::optional<engineio::TransportKind> transport_of(std::string_view sid) const override;

  // socketio::HubHost
  unsigned shard() const override { return index(); }
  base::TimePoint now() override { return loop_.now(); }
  base::TimingWheel& wheel() override { return loop_.wheel(); }
  void namespace_opened(std::string_view nsp) override;
  void namespace_emptied(std::string_view nsp) override;
  void room_opened(std::string_view nsp, std::string_view room) override;
  void room_emptied(std::string_view nsp, std::string_view room) override;
  void post_to(unsigned shard, std::function<void(socketio::Hub&)> fn) override;

 private:
  Connection& add_connection(int descriptor, Peer peer);
  // A Broadcast or a Burst.
  template <class Told>
  size_t spread(Told&& told, ShardSet shards);
  void abort_idle();
  void flush_all();
  [[nodiscard]] size_t queued_bytes_max() const noexcept;
  void relieve();
  // `coming`: what is flushed now, and what follows.
  static void prefetch(std::span<SessionEntry* const> coming);
  void end_turn();
  void shrink();

  // Fixed at construction.
  RoomDirectory& directory_;
  ConnectionLimits& limits_;
  const std::vector<std::unique_ptr<Shard>>& peers_;

  // Owned by the shard thread.
  const Config* config_;
  net::Loop loop_;
  engineio::PacketPool packet_pool_;
  socketio::Hub hub_;
  ShardAdapter adapter_;
  std::unique_ptr<socketio::Application> application_;
  std::vector<std::unique_ptr<Connection>> connections_;
  base::NameTable<SessionEntry*, SessionId> sessions_;  // Owned, until they retire.
  std::vector<Connection*> connections_to_flush_;
  std::vector<SessionEntry*> sessions_to_flush_;
  std::vector<Connection*> flushing_connections_;
  std::vector<SessionEntry*> flushing_sessions_;
  std::vector<std::unique_ptr<Connection>> discarded_;
  std::vector<std::unique_ptr<SessionEntry>> retired_sessions_;
  std::vector<std::unique_ptr<Conversation>> retired_conversations_;
  MemoryReturn after_clients_;
  MemoryReturn after_messages_;  // Those that wait for clients, and those kept for who comes back.
  std::array<char, 64 * 1024> read_buffer_;
  std::array<char, engineio::kGatherBytes> gather_buffer_;
  bool stopping_ = false;

  // Shared.
  std::atomic<size_t> load_ = 0;
  std::atomic<size_t> session_count_ = 0;
};

}  // namespace crema::server

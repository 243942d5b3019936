#include "crema/server/shard.h"

#include "crema/base/check.h"
#include "crema/base/log.h"
#include "crema/engineio/session_id.h"
#include "crema/server/counters.h"
#include "crema/server/http_conversation.h"

#include <algorithm>
#include <bit>
#include <functional>
#include <type_traits>
#include <utility>

namespace crema::server {
namespace {

// Less is not worth a walk of the allocator over its memory, which a server that is busy with
// messages is spared altogether.
constexpr MemoryReturn::When kClientsAreGone{256, std::chrono::seconds(1)};
constexpr MemoryReturn::When kMessagesAreGone{4 * 1024 * 1024, std::chrono::seconds(10)};

engineio::Handshake keep_everything(const http::Request& request, const std::string& address) {
  engineio::Handshake kept(request.query(), address);
  for (const http::Header& header : request.headers) kept.add(header.name, header.value);
  return kept;
}

}  // namespace

Shard::Shard(unsigned index, const Config& config, RoomDirectory& directory,
             ConnectionLimits& limits, const std::vector<std::unique_ptr<Shard>>& peers)
    : directory_(directory),
      limits_(limits),
      peers_(peers),
      config_(&config),
      loop_(index),
      hub_(config.socketio, *this),
      adapter_(*this, directory),
      after_clients_(loop_, kClientsAreGone, [this] { shrink(); }),
      after_messages_(loop_, kMessagesAreGone, [this] { packet_pool_.shrink(); }) {
  loop_.at_turn_end([this] { end_turn(); });
}

Shard::Shard(net::asio::io_context& context, const Config& config, RoomDirectory& directory,
             ConnectionLimits& limits, const std::vector<std::unique_ptr<Shard>>& peers)
    : directory_(directory),
      limits_(limits),
      peers_(peers),
      config_(&config),
      loop_(0, context),
      hub_(config.socketio, *this),
      adapter_(*this, directory),
      after_clients_(loop_, kClientsAreGone, [this] { shrink(); }),
      after_messages_(loop_, kMessagesAreGone, [this] { packet_pool_.shrink(); }) {
  loop_.at_turn_end([this] { end_turn(); });
}

Shard::~Shard() {
  shut_down();
  end_turn();
}

void Shard::set_application(std::unique_ptr<socketio::Application> application) {
  application_ = std::move(application);
  hub_.set_application(*application_);
}

void Shard::set_limits(const Config& config) {
  config_ = &config;
  hub_.set_limits(config.socketio);
}

void Shard::adopt(int descriptor, Peer peer) {
  load_.fetch_add(1, std::memory_order_relaxed);
  kAccepted.add();
  loop_.post([this, descriptor, from = std::move(peer)]() mutable {
    Connection& connection = add_connection(descriptor, std::move(from));
    connection.start(std::make_unique<HttpConversation>(connection));
  });
}

void Shard::adopt_request(HandedOver handed) {
  load_.fetch_add(1, std::memory_order_relaxed);
  loop_.post([this, handed = std::move(handed)]() mutable {
    Connection& connection = add_connection(handed.descriptor, std::move(handed.peer));
    auto http = std::make_unique<HttpConversation>(connection);
    HttpConversation& conversation = *http;
    connection.start(std::move(http));
    if (connection.open()) conversation.resume(std::move(handed));
  });
}

Connection& Shard::add_connection(int descriptor, Peer peer) {
  connections_.push_back(std::make_unique<Connection>(*this, descriptor, std::move(peer)));
  connections_.back()->index = connections_.size() - 1;
  return *connections_.back();
}

void Shard::discard(Connection& connection) {
  const size_t index = connection.index;
  std::unique_ptr<Connection> gone = std::move(connections_[index]);
  connections_[index] = std::move(connections_.back());
  if (connections_[index]) connections_[index]->index = index;
  connections_.pop_back();
  load_.fetch_sub(1, std::memory_order_relaxed);
  discarded_.push_back(std::move(gone));
}

size_t Shard::broadcast(socketio::Broadcast broadcast) {
  hub_.number(broadcast);
  const ShardSet shards = directory_.shards_of(broadcast);
  return spread(std::move(broadcast), shards);
}

size_t Shard::broadcast(std::vector<socketio::Broadcast> events) {
  if (events.size() == 1) return broadcast(std::move(events.front()));
  for (socketio::Broadcast& event : events) hub_.number(event);
  const ShardSet shards = directory_.shards_of(events.front());
  return spread(socketio::make_burst(std::move(events)), shards);
}

template <class Told>
size_t Shard::spread(Told&& told, ShardSet shards) {
  static_assert(!std::is_reference_v<Told>, "it may be moved from");
  const ShardSet mine = ShardSet{1} << index();
  const bool is_mine = (shards & mine) != 0;
  ShardSet others = shards & ~mine;
  if (others == 0) return is_mine ? deliver(told) : 0;
  const auto shared = std::make_shared<const Told>(std::forward<Told>(told));
  for (; others != 0; others &= others - 1) {
    Shard& other = peer(static_cast<unsigned>(std::countr_zero(others)));
    other.loop().post([&other, shared] { other.deliver(*shared); });
  }
  return is_mine ? deliver(*shared) : 0;
}

size_t Shard::deliver(const socketio::Broadcast& broadcast) {
  const auto began = loop_.turn_began();
  const size_t receivers = hub_.deliver(broadcast);
  kBroadcastSeconds.observe(std::chrono::steady_clock::now() - began);
  return receivers;
}

size_t Shard::deliver(const socketio::Burst& burst) {
  const auto began = loop_.turn_began();
  const size_t receivers = hub_.deliver(burst);
  const auto time = std::chrono::steady_clock::now() - began;
  for (size_t i = 0; i < burst.events.size(); ++i) kBroadcastSeconds.observe(time);
  return receivers;
}

void Shard::expect_room(unsigned shard, std::string_view nsp, std::string_view room) {
  directory_.expect(shard, nsp, room);
}

void Shard::settle_room(std::string_view nsp, std::string_view room) {
  const socketio::Namespace* found = hub_.find_namespace(nsp);
  const bool has_members = found && found->find_room(room);
  using Members = RoomDirectory::Members;
  directory_.settle(index(), nsp, room, has_members ? Members::kSome : Members::kNone);
}

SessionEntry* Shard::find(std::string_view sid) const {
  const auto found = sessions_.find(sid);
  return found == sessions_.end() ? nullptr : *found;
}

size_t Shard::sessions_with_queue() const {
  return static_cast<size_t>(std::ranges::count_if(
      sessions_, [](const SessionEntry* entry) { return !entry->session().queue().empty(); }));
}

size_t Shard::queued_bytes() const { return packet_pool_.queued_bytes(); }

std::optional<engineio::TransportKind> Shard::transport_of(std::string_view sid) const {
  SessionEntry* entry = find(sid);
  if (!entry) return std::nullopt;
  return entry->session().transport();
}

SessionEntry& Shard::open_session(engineio::TransportKind transport, const http::Request& request,
                                  const std::string& address, std::string id) {
  if (id.empty()) id = engineio::make_session_id(index());
  auto kept = config_->keep_handshake ? config_->keep_handshake(request, address)
                                      : keep_everything(request, address);
  kept.shrink();
  auto entry =
      std::make_unique<SessionEntry>(*this, std::move(id), transport,
                                     std::make_shared<const engineio::Handshake>(std::move(kept)));
  SessionEntry& opened = *entry;
  sessions_.insert(entry.get());
  (void)entry.release();
  session_count_.fetch_add(1, std::memory_order_relaxed);
  if (config_->on_session) config_->on_session(request, address);
  return opened;
}

void Shard::retire(SessionEntry& entry) {
  const size_t erased = sessions_.erase(&entry);
  CREMA_ASSERT(erased == 1);
  session_count_.fetch_sub(1, std::memory_order_relaxed);
  retired_sessions_.emplace_back(&entry);
}

void Shard::retire(std::unique_ptr<Conversation> conversation) {
  retired_conversations_.push_back(std::move(conversation));
}

void Shard::shut_down() {
  stopping_ = true;
  abort_idle();
  while (!sessions_.empty()) {
    SessionEntry& entry = **sessions_.begin();
    entry.flush();
    entry.session().fail(engineio::CloseReason::kServerShutdown);
  }
  hub_.forget_lost();
  flush_all();
  while (!connections_.empty()) connections_.back()->abort();
}

// Before any session ends: the first one that does starts the clients' clocks, of which the
// earliest rings after half a second, and a client that upgraded leaves two connections idle. The
// last of the list takes the place of one that goes, and was looked at before.
void Shard::abort_idle() {
  for (size_t i = connections_.size(); i-- > 0;) {
    if (connections_[i]->idle()) connections_[i]->abort();
  }
}

// Each send drives what the next one needs out of the nearest caches: it is asked for before.
void Shard::prefetch(std::span<SessionEntry* const> coming) {
  if (coming.size() > 3) coming[3]->prefetch();
  if (coming.size() > 2) coming[2]->prefetch_websocket();
  if (coming.size() > 1) coming[1]->prefetch_connection();
}

// Flushing may end sessions, which may queue more for others.
void Shard::flush_all() {
  while (!sessions_to_flush_.empty() || !connections_to_flush_.empty()) {
    flushing_sessions_.swap(sessions_to_flush_);
    for (size_t i = 0; i < flushing_sessions_.size(); ++i) {
      prefetch(std::span(flushing_sessions_).subspan(i));
      flushing_sessions_[i]->flush();
    }
    flushing_sessions_.clear();
    flushing_connections_.swap(connections_to_flush_);
    for (Connection* connection : flushing_connections_) connection->flush();
    flushing_connections_.clear();
  }
}

size_t Shard::queued_bytes_max() const noexcept {
  return config_->queued_bytes_total_max / config_->shards;
}

// Ends the sessions for which most waits. Who hears of it may have something to send for others.
void Shard::relieve() {
  std::vector<SessionEntry*> waiting;
  for (SessionEntry* entry : sessions_) {
    if (!entry->session().queue().empty()) waiting.push_back(entry);
  }
  const auto bytes = [](const SessionEntry* entry) { return entry->session().queue().bytes(); };
  std::ranges::sort(waiting, std::greater{}, bytes);
  log::warn("too much waits for clients that do not read",
            {{"bytes", packet_pool_.queued_bytes()}, {"sessions", waiting.size()}});
  const size_t enough = queued_bytes_max() / 8 * 7;
  for (SessionEntry* entry : waiting) {
    if (packet_pool_.queued_bytes() <= enough) break;
    if (entry->session().state() == engineio::Session::State::kClosed) continue;
    kMemoryPressure.add();
    entry->session().fail(engineio::CloseReason::kSlowClient);
  }
  flush_all();
}

// Everything that was queued in the turn leaves now, in one send per connection; then what ended
// in it is destroyed.
void Shard::end_turn() {
  flush_all();
  if (packet_pool_.queued_bytes() > queued_bytes_max()) relieve();
  hub_.end_turn();
  retired_sessions_.clear();
  retired_conversations_.clear();
  discarded_.clear();
  after_clients_.note(sessions_.size() + connections_.size());
  after_messages_.note(packet_pool_.queued_bytes() + hub_.event_logs().bytes());
}

void Shard::shrink() {
  connections_.shrink_to_fit();
  sessions_.rehash(0);
  sessions_to_flush_ = {};
  flushing_sessions_ = {};
  connections_to_flush_ = {};
  flushing_connections_ = {};
  retired_sessions_.shrink_to_fit();
  retired_conversations_.shrink_to_fit();
  discarded_.shrink_to_fit();
  packet_pool_.shrink();
  hub_.shrink();
  directory_.shrink();
}

void Shard::post_to(unsigned shard, std::function<void(socketio::Hub&)> fn) {
  Shard& other = peer(shard);
  other.loop().post([&other, fn = std::move(fn)] { fn(other.hub_); });
}

void Shard::namespace_opened(std::string_view nsp) { directory_.opened(index(), nsp, {}); }
void Shard::namespace_emptied(std::string_view nsp) { directory_.emptied(index(), nsp, {}); }
void Shard::room_opened(std::string_view nsp, std::string_view room) {
  directory_.opened(index(), nsp, room);
}
void Shard::room_emptied(std::string_view nsp, std::string_view room) {
  directory_.emptied(index(), nsp, room);
}

}  // namespace crema::server

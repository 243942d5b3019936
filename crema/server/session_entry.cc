#include "crema/server/session_entry.h"

#include "crema/base/prefetch.h"
#include "crema/server/counters.h"
#include "crema/server/engine_request.h"
#include "crema/server/shard.h"
#include "crema/server/websocket_conversation.h"

namespace crema::server {

using engineio::Session;
using engineio::TransportKind;

namespace {

Session::Upgrades upgrades_of(TransportKind transport, const transport::Config& config) {
  const bool offered =
      transport == TransportKind::kPolling && config.allow_upgrades && config.transports.websocket;
  return offered ? Session::Upgrades::kWebSocket : Session::Upgrades::kNone;
}

}  // namespace

SessionEntry::SessionEntry(Shard& shard, std::string id, TransportKind transport,
                           std::shared_ptr<const engineio::Handshake> handshake)
    : shard_(shard),
      session_(std::move(id), transport, shard.config().engineio, *this,
               upgrades_of(transport, shard.config().transport)),
      connection_(shard.hub(), session_, std::move(handshake)) {
  kSessionsOpened.add();
  (transport == TransportKind::kPolling ? kPollingSessions : kWebSocketSessions).add();
}

SessionEntry::~SessionEntry() {
  (session_.transport() == TransportKind::kPolling ? kPollingSessions : kWebSocketSessions).sub();
}

base::TimePoint SessionEntry::now() { return shard_.loop().now(); }
base::TimingWheel& SessionEntry::wheel() { return shard_.loop().wheel(); }
engineio::PacketPool& SessionEntry::packet_pool() { return shard_.packet_pool(); }

void SessionEntry::flush_soon(Session& session) {
  if (!std::exchange(listed_, true)) shard_.flush_soon(*this);
  // A burst leaves in pieces; what that breaks is found at the end of the turn.
  if (websocket_ && session.queue().bytes() >= engineio::kGatherBytes) websocket_->send_queue();
}

void SessionEntry::flush() {
  listed_ = false;
  if (session_.state() == Session::State::kClosed) return;
  if (websocket_) return websocket_->flush();
  if (poll_ && session_.has_poll_body()) {
    const engineio::Compress compress = session_.queue().compress();
    std::exchange(poll_, nullptr)->answer_poll(session_.take_poll_body(), compress);
  }
  session_.flushed(Session::Wire::kReady);
}

void SessionEntry::prefetch() const {
  base::prefetch(*this, listed_);
  session_.prefetch();
}

void SessionEntry::prefetch_websocket() const {
  if (websocket_) base::prefetch(*websocket_);
}

void SessionEntry::prefetch_connection() const {
  if (websocket_) websocket_->connection().prefetch();
}

void SessionEntry::upgraded() {
  kUpgraded.add();
  kPollingSessions.sub();
  kWebSocketSessions.add();
  websocket_ = std::exchange(upgrade_, nullptr);
  if (poll_) std::exchange(poll_, nullptr)->answer_poll("1");
  tell(UpgradeStage::kCompleted);
}

void SessionEntry::attach_upgrade(WebSocketConversation& websocket) {
  upgrade_ = &websocket;
  tell(UpgradeStage::kTried);
}

// Whoever is told may end the session.
void SessionEntry::tell(UpgradeStage stage) {
  const OnUpgrade& told = shard_.config().on_upgrade;
  if (told) shard_.loop().post([&told, sid = session_.id(), stage] { told(sid, stage); });
}

// The entry may be gone by then; with it went the POST.
void SessionEntry::continue_post_next_turn() {
  shard_.loop().post_next_turn([&shard = shard_, sid = session_.id()] {
    SessionEntry* entry = shard.find(sid);
    if (entry && entry->post_) entry->post_->continue_post();
  });
}

void SessionEntry::poll_lost() {
  poll_ = nullptr;
  session_.on_poll_aborted();
}

void SessionEntry::websocket_lost(WebSocketConversation& websocket) {
  if (upgrade_ == &websocket) {
    upgrade_ = nullptr;
    session_.abort_upgrade();
  } else if (websocket_ == &websocket) {
    websocket_ = nullptr;
    session_.fail(engineio::CloseReason::kTransportClose);
  }
}

void SessionEntry::drop_upgrade(Session&) {
  kUpgradesDropped.add();
  if (upgrade_) std::exchange(upgrade_, nullptr)->close(std::nullopt);
}

void SessionEntry::session_ended(Session&, std::string_view poll_body) {
  if (poll_) std::exchange(poll_, nullptr)->answer_poll(std::string(poll_body));
  if (post_) std::exchange(post_, nullptr)->session_gone();
  if (websocket_) std::exchange(websocket_, nullptr)->close(std::nullopt);
  shard_.retire(*this);
}

}  // namespace crema::server

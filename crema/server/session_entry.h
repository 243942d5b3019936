// A session with the connections that carry it, and the Socket.IO connection above it.
#pragma once

#include "crema/engineio/session.h"
#include "crema/http/request.h"
#include "crema/server/config.h"
#include "crema/socketio/connection.h"

#include <memory>
#include <string>
#include <string_view>

namespace crema::server {

class EngineRequest;
class Shard;
class WebSocketConversation;

// Shard thread only. Owned by its shard, destroyed at the end of the turn in which it ended.
class SessionEntry final : public engineio::SessionHost {
 public:
  // Opens the session.
  SessionEntry(Shard& shard, std::string id, engineio::TransportKind transport,
               std::shared_ptr<const engineio::Handshake> handshake);
  ~SessionEntry();

  [[nodiscard]] engineio::Session& session() noexcept { return session_; }
  [[nodiscard]] const engineio::Session& session() const noexcept { return session_; }

  // A GET was accepted by the session: it is answered when there is something to say.
  void hold_poll(EngineRequest& poll) { poll_ = &poll; }
  // A POST begins. False: there is one already.
  [[nodiscard]] bool begin_post(EngineRequest& post) {
    if (post_) return false;
    post_ = &post;
    return true;
  }
  void end_post() { post_ = nullptr; }
  // Has the rest of its packets handled when the others had their turn.
  void continue_post_next_turn();
  // This WebSocket carries the session, or tries to.
  void attach(WebSocketConversation& websocket) { websocket_ = &websocket; }
  void attach_upgrade(WebSocketConversation& websocket);
  // The upgrade is complete: the WebSocket that tried carries the session now.
  void upgraded();

  // The connection of the held GET, or of either WebSocket, is gone.
  void poll_lost();
  void websocket_lost(WebSocketConversation& websocket);

  // At the end of a turn.
  void flush();
  // What `flush` will touch when a WebSocket carries the session: of this object, behind it, and
  // behind that.
  void prefetch() const;
  void prefetch_websocket() const;
  void prefetch_connection() const;

  base::TimePoint now() override;
  base::TimingWheel& wheel() override;
  engineio::PacketPool& packet_pool() override;
  void flush_soon(engineio::Session& session) override;
  void drop_upgrade(engineio::Session& session) override;
  void session_ended(engineio::Session& session, std::string_view poll_body) override;

 private:
  void tell(UpgradeStage stage);

  // What every packet sent touches comes first, and so it does in the session. A SessionHost is
  // asked for by its first line (Session::prefetch_host): this stays short.
  Shard& shard_;
  WebSocketConversation* websocket_ = nullptr;
  bool listed_ = false;  // To be flushed at the end of this turn.
  engineio::Session session_;
  socketio::Connection connection_;
  // These, as `websocket_`, are not owned; each tells before it goes.
  EngineRequest* poll_ = nullptr;
  EngineRequest* post_ = nullptr;
  WebSocketConversation* upgrade_ = nullptr;
};

}  // namespace crema::server

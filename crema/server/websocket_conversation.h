// WebSocket on one connection: it carries a session, or tries to take one over from polling.
#pragma once

#include "crema/http/response.h"
#include "crema/server/connection.h"
#include "crema/server/conversation.h"
#include "crema/websocket/decoder.h"
#include "crema/websocket/frame_header.h"
#include "crema/websocket/message_sink.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace crema::server {

class SessionEntry;

//   try_upgrade ──► kTrying ──"5"──► kCarrying ◄── carry
//                      └── anything else, or the session ends ──► kOver ◄──┘
//
// Shard thread only.
class WebSocketConversation final : public Conversation, private websocket::MessageSink {
 public:
  // `answer` is the 101 response; it leaves with the first frame.
  WebSocketConversation(Connection& connection, const http::Response& answer);
  ~WebSocketConversation() override;

  // Carries a new session. `rest`: what came behind the request.
  void carry(SessionEntry& entry, std::string_view rest);
  // Tries to take over a polling session; when that cannot be, closes without a status.
  void try_upgrade(SessionEntry& entry, std::string_view rest);

  [[nodiscard]] const Connection& connection() const noexcept { return connection_; }
  // Sends what is queued now. Never ends the session.
  void send_queue();
  // The session ended, or the upgrade: sends a close frame and hangs up.
  void close(std::optional<uint16_t> code);

  void on_bytes(std::span<char> bytes) override;
  void flush() override;
  void on_deadline() override {}
  void on_lost() override;

 private:
  enum class Role : uint8_t { kTrying, kCarrying, kOver };

  bool on_text(std::string_view text) override;
  bool on_binary(std::string_view bytes) override;
  bool on_ping(std::string_view payload) override;
  bool on_pong() override { return role_ != Role::kOver; }
  bool on_close(std::optional<uint16_t> code) override;

  void read_rest(std::string_view rest);
  void fail(websocket::Errc error);
  bool answer_now(websocket::Opcode opcode, std::string_view payload);
  void send_last();
  void send_control();
  [[nodiscard]] std::string_view control() const;
  // For what is appended to it at once: it is never left empty.
  [[nodiscard]] std::string& more_control();
  void control_sent(size_t bytes);
  [[nodiscard]] bool has_room_for_answer() const;
  bool send_gathered();

  Connection& connection_;
  websocket::Decoder decoder_;
  SessionEntry* entry_ = nullptr;
  // Raw bytes that leave at the next frame boundary; null: there are none, as mostly.
  std::unique_ptr<std::string> control_;
  uint8_t answers_ = 0;  // Pongs and probe answers among them.
  Role role_ = Role::kOver;
};

}  // namespace crema::server

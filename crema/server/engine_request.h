// The request of one HTTP connection that Engine.IO is answering: a GET that is held, a POST whose
// packets come in shares, a handshake that waits for permission, an upgrade.
#pragma once

#include "crema/engineio/out_packet.h"
#include "crema/engineio/payload.h"
#include "crema/http/request.h"
#include "crema/http/response.h"
#include "crema/server/permission.h"
#include "crema/transport/refusal.h"
#include "crema/transport/route.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace crema::server {

class Connection;
class HttpConversation;
class SessionEntry;

//   idle ──begin──► answered at once
//     │       ├───► held GET ──answer_poll──► idle
//     │       ├───► asking ──decided──► asking the next, held GET, a WebSocket, or refused
//     │       └───► feeding a POST, kPostPacketsPerTurn each turn ──► idle
//     └──begin_post: the head of a POST is here, its body is not──► begin
//
// Shard thread only. Part of its conversation.
class EngineRequest {
 public:
  explicit EngineRequest(HttpConversation& http) : http_(http) {}
  EngineRequest(const EngineRequest&) = delete;
  EngineRequest& operator=(const EngineRequest&) = delete;

  // The request is complete. Answers it, holds it, or gives the connection away with `rest`, which
  // came behind it.
  void begin(const transport::Route& found, std::string_view rest);
  // The head of a request is complete, its body is not: a session takes one POST at a time, and
  // its shard has to know.
  void begin_post(const http::Request& head);
  // The request will not be completed: too large, or not in time.
  enum class Cut : uint8_t { kRefused, kLost };
  void cut(Cut why);
  // The peer sends no more. True: an answer is on its way.
  [[nodiscard]] bool answers_soon() const;

  // --- from the session's entry ---
  void answer_poll(std::string body, engineio::Compress compress = engineio::Compress::kYes);
  void continue_post();
  // The session is over while its POST is not: the connection goes with it.
  void session_gone();

 private:
  // What the program is asked, in this order; each step may be answered later.
  enum class Step : uint8_t { kMiddleware, kPermission, kId };
  void pass_middlewares(const transport::Route& found, std::string_view rest);
  void make_id(const transport::Route& found, std::string_view rest);
  void ask(Step step, const AllowRequest& question, const transport::Route& found,
           std::string_view rest);
  void on_decided(Step step, const transport::Route& found, const Decision& decision,
                  std::string_view rest);
  void open(const transport::Route& found, std::string_view rest);
  void open_polling();
  void poll(SessionEntry& entry);
  void post(SessionEntry& entry);
  void overlap(SessionEntry& entry);
  void feed_post();
  void end_post();
  // `entry`: the session that is to be taken over; null opens one.
  void open_websocket(SessionEntry* entry, std::string_view rest);
  void refuse(transport::Refusal refusal, bool is_upgrade, std::string_view message = {});
  void answer(http::Response response);

  HttpConversation& http_;
  SessionEntry* held_ = nullptr;     // Whose GET is held here.
  SessionEntry* posting_ = nullptr;  // Whose POST this is.
  bool feeding_ = false;             // Within feed_post.
  bool opening_ = false;             // The held GET opened its session.
  engineio::PayloadCursor packets_{{}};
  size_t middlewares_passed_ = 0;
  std::string id_;  // Of the session that is opened; empty: a random one.
  std::unique_ptr<Permission> permission_;
};

}  // namespace crema::server

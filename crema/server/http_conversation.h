// HTTP on one connection: requests in, one answer each, in order.
#pragma once

#include "crema/http/request.h"
#include "crema/http/request_reader.h"
#include "crema/http/response.h"
#include "crema/server/connection.h"
#include "crema/server/conversation.h"
#include "crema/transport/refusal.h"
#include "crema/transport/route.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace crema::server {

class SessionEntry;

//   kReading ──GET of a session──► kHeld ──answer_poll──► kReading
//      └─ answer not taken whole by the kernel ─► kWriting ─► kReading, or the end
//
// Shard thread only.
class HttpConversation final : public Conversation {
 public:
  explicit HttpConversation(Connection& connection);
  ~HttpConversation() override;

  // Handles a request that another shard read, and the bytes that came after it.
  void resume(http::Request request, std::string rest);
  // Answers the held GET, at the end of the turn.
  void answer_poll(std::string body);

  void on_bytes(std::span<char> bytes) override;
  void flush() override;
  void on_deadline() override;
  void on_lost() override;

 private:
  enum class State : uint8_t { kReading, kHeld, kWriting, kOver };

  void read(std::string_view bytes);
  // False when the bytes after the request are no longer ours to read now; they are kept.
  [[nodiscard]] bool handle(http::Request request, std::string_view rest);
  void handle_engine(transport::Route found, std::string_view rest);
  void open_polling();
  void poll(const std::string& sid);
  void open_websocket(std::string_view rest);
  void upgrade(const std::string& sid, std::string_view rest);
  void hand_over(unsigned shard, std::string_view rest);
  [[nodiscard]] bool answer_file(const transport::Route& found);
  void refuse(transport::Refusal refusal);
  void fail(http::Errc error);
  void answer(http::Response response);
  // Queues it; `flush` sends it.
  void begin_answer(const http::Response& response);
  void answer_engine(http::Response response);
  void close_after_answer() { keep_alive_ = false; }
  void next_request();

  Connection& connection_;
  http::RequestReader reader_;
  http::Request request_;         // The one being answered.
  std::string unread_;            // Pipelined behind it.
  std::string out_;               // What the kernel has not taken.
  SessionEntry* held_ = nullptr;  // Whose GET is held here.
  State state_ = State::kReading;
  bool keep_alive_ = true;
};

}  // namespace crema::server

// HTTP on one connection: requests in, one answer each, in order.
#pragma once

#include "crema/http/request.h"
#include "crema/http/request_reader.h"
#include "crema/http/response.h"
#include "crema/server/connection.h"
#include "crema/server/conversation.h"
#include "crema/server/engine_request.h"
#include "crema/transport/route.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

namespace crema::server {

class Shard;
struct HandedOver;
class WebSocketConversation;

//   kReading ──a request that cannot be answered now──► kHeld ──answer──► kReading
//      └─ answer not taken whole by the kernel ─► kWriting ─► kReading, or the end
//
// Shard thread only.
class HttpConversation final : public Conversation {
 public:
  explicit HttpConversation(Connection& connection);
  ~HttpConversation() override;

  // Goes on with a request that another shard read. Its deadline begins anew.
  void resume(HandedOver handed);

  // --- for EngineRequest ---
  [[nodiscard]] Connection& connection() const noexcept { return connection_; }
  [[nodiscard]] Shard& shard() const noexcept { return connection_.shard(); }
  // The one being answered.
  [[nodiscard]] const http::Request& request() const noexcept { return request_; }
  // What was read behind it.
  [[nodiscard]] std::string take_unread() { return std::exchange(unread_, {}); }
  void answer(http::Response response);
  void answer_at_turn_end(const http::Response& response);
  void close_after_answer() { keep_alive_ = false; }
  // A request whose body has not come is answered all the same, and the last one here.
  void give_up_request(const http::Request& head);
  // The session lives elsewhere: the whole connection goes there, with the request and `rest`.
  void hand_over(unsigned shard, std::string_view rest);
  // The same with a request whose body has not come.
  void hand_over_unfinished(unsigned shard);
  [[nodiscard]] WebSocketConversation& become_websocket(const http::Response& answer);

  void on_bytes(std::span<char> bytes) override;
  bool on_end() override;
  void flush() override;
  void on_deadline() override;
  bool idle() const override { return state_ == State::kReading && reader_.idle(); }
  void on_lost() override;

 private:
  enum class State : uint8_t { kReading, kHeld, kWriting, kOver };

  void read(std::string_view bytes);
  void on_incomplete();
  // False when the bytes after the request are no longer ours to read now; they are kept.
  [[nodiscard]] bool handle(http::Request request, std::string_view rest);
  [[nodiscard]] bool answer_file(const transport::Route& found);
  void answer_refused();
  void fail(http::Errc error);
  // Queues it; `flush` sends it.
  void give_away(unsigned shard, std::variant<http::Request, http::RequestReader> request,
                 std::string_view rest);
  void begin_answer(const http::Response& response);
  void next_request();

  Connection& connection_;
  http::RequestReader reader_;
  http::Request request_;
  std::string unread_;  // Pipelined behind it.
  std::string out_;     // What the kernel has not taken.
  EngineRequest engine_{*this};
  State state_ = State::kReading;
  bool keep_alive_ = true;
  bool at_end_ = false;  // The peer sends no more.
};

}  // namespace crema::server

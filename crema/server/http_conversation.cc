#include "crema/server/http_conversation.h"

#include "crema/http/cors.h"
#include "crema/server/counters.h"
#include "crema/server/session_entry.h"
#include "crema/server/shard.h"
#include "crema/server/websocket_conversation.h"
#include "crema/transport/polling.h"
#include "crema/transport/websocket_upgrade.h"

namespace crema::server {

using engineio::Session;
using transport::Route;

HttpConversation::HttpConversation(Connection& connection)
    : connection_(connection), reader_(connection.shard().config().http) {
  connection_.set_deadline(connection_.shard().config().request_deadline);
}

HttpConversation::~HttpConversation() = default;

void HttpConversation::resume(http::Request request, std::string rest) {
  if (handle(std::move(request), rest)) read(rest);
}

void HttpConversation::on_bytes(std::span<char> bytes) {
  if (state_ == State::kReading) return read({bytes.data(), bytes.size()});
  if (unread_.size() + bytes.size() > kPipelinedBytesMax) {
    kFloods.add();
    return connection_.abort();
  }
  unread_.append(bytes.data(), bytes.size());
}

void HttpConversation::read(std::string_view bytes) {
  while (!bytes.empty()) {
    const bool is_first = reader_.idle();
    bytes.remove_prefix(reader_.feed(bytes));
    if (is_first) connection_.set_deadline(connection_.shard().config().request_deadline);
    if (reader_.state() == http::RequestReader::State::kFailed) return fail(reader_.error());
    if (reader_.state() != http::RequestReader::State::kDone) {
      if (reader_.expects_continue()) out_.append("HTTP/1.1 100 Continue\r\n\r\n");
      if (!out_.empty()) connection_.flush_soon();
      return;
    }
    if (!handle(reader_.take(), bytes)) return;
  }
}

bool HttpConversation::handle(http::Request request, std::string_view rest) {
  connection_.clear_deadline();
  request_ = std::move(request);
  keep_alive_ = request_.keep_alive && !connection_.shard().stopping();
  state_ = State::kHeld;
  const Shard& shard = connection_.shard();
  Route found = transport::route(request_, shard.config().transport, shard);
  if (!answer_file(found)) handle_engine(std::move(found), rest);
  if (state_ == State::kReading) return true;
  if (state_ != State::kOver) unread_.append(rest);
  return false;
}

// Paths outside Engine.IO's, and files below it: the client's bundle lives there.
bool HttpConversation::answer_file(const Route& found) {
  const Config& config = connection_.shard().config();
  const bool is_outside = found.kind == Route::Kind::kOutside;
  if (!is_outside && request_.path().size() == config.transport.path.size()) return false;
  auto response = config.on_http ? config.on_http(request_) : std::nullopt;
  if (!response && !is_outside) return false;
  if (!response) {
    response = http::Response{
        .status = 404, .headers = {{"Content-Type", "text/plain"}}, .body = "not found"};
  }
  answer(std::move(*response));
  return true;
}

void HttpConversation::handle_engine(Route found, std::string_view rest) {
  const Config& config = connection_.shard().config();
  if (auto preflight = http::preflight(config.transport.cors, request_)) {
    return answer(std::move(*preflight));
  }
  switch (found.kind) {
    case Route::Kind::kRefused:
      return refuse(found.refusal);
    case Route::Kind::kOtherShard:
      return hand_over(found.shard, rest);
    case Route::Kind::kOpenPolling:
      return open_polling();
    case Route::Kind::kOpenWebSocket:
      return open_websocket(rest);
    case Route::Kind::kUpgrade:
      return upgrade(found.sid, rest);
    case Route::Kind::kPoll:
      return poll(found.sid);
    case Route::Kind::kBadMethod:
      return answer_engine(transport::bare_response(500));
    case Route::Kind::kPost: {
      Session& session = connection_.shard().find(found.sid)->session();
      return answer_engine(transport::handle_post(session, request_, config.engineio));
    }
    case Route::Kind::kOutside:
      return;
  }
}

void HttpConversation::open_polling() {
  SessionEntry& entry = connection_.shard().open_session(engineio::TransportKind::kPolling,
                                                         request_, connection_.address());
  poll(entry.session().id());
}

void HttpConversation::poll(const std::string& sid) {
  SessionEntry* entry = connection_.shard().find(sid);
  if (entry->session().start_poll() != Session::PollStart::kHeld) {
    return answer_engine(transport::bare_response(400));
  }
  held_ = entry;
  entry->hold_poll(*this);
}

// Not at once: a request that waits behind this one could end another session, whose GET has
// one behind it too, and so on until the stack is full.
void HttpConversation::answer_poll(std::string body) {
  held_ = nullptr;
  http::Response response = transport::poll_response(request_, std::move(body));
  http::add_headers(connection_.shard().config().transport.cors, request_, response);
  begin_answer(response);
  connection_.flush_soon();
}

void HttpConversation::open_websocket(std::string_view rest) {
  auto response = transport::upgrade_response(request_, connection_.shard().config().transport);
  if (!response) {
    kHandshakesRefused.add();
    close_after_answer();
    return answer(transport::upgrade_error_response(response.error()));
  }
  SessionEntry& entry = connection_.shard().open_session(engineio::TransportKind::kWebSocket,
                                                         request_, connection_.address());
  state_ = State::kOver;
  auto websocket = std::make_unique<WebSocketConversation>(connection_, *response);
  WebSocketConversation& active = *websocket;
  connection_.become(std::move(websocket));
  active.carry(entry, rest);
}

void HttpConversation::upgrade(const std::string& sid, std::string_view rest) {
  auto response = transport::upgrade_response(request_, connection_.shard().config().transport);
  if (!response) {
    close_after_answer();
    return answer(transport::upgrade_error_response(response.error()));
  }
  SessionEntry* entry = connection_.shard().find(sid);
  state_ = State::kOver;
  auto websocket = std::make_unique<WebSocketConversation>(connection_, *response);
  WebSocketConversation& active = *websocket;
  connection_.become(std::move(websocket));
  active.try_upgrade(*entry, rest);
}

// The session lives elsewhere: the whole connection goes there, with the request and what follows.
void HttpConversation::hand_over(unsigned shard, std::string_view rest) {
  kMoved.add();
  state_ = State::kOver;
  Shard& from = connection_.shard();
  std::string address = connection_.address();
  const auto descriptor = connection_.release();
  if (!descriptor) return;
  from.peer(shard).adopt_request(
      {*descriptor, std::move(address), std::move(request_), std::string(rest)});
}

void HttpConversation::refuse(transport::Refusal refusal) {
  kEngineRefused.add();
  if (request_.wants_upgrade("websocket")) {
    close_after_answer();
    return answer(transport::upgrade_refusal_response(refusal));
  }
  answer_engine(transport::refusal_response(refusal));
}

void HttpConversation::fail(http::Errc error) {
  (error == http::Errc::kBodyTooLarge ? kTooLarge : kBadHttp).add();
  request_ = reader_.request();
  close_after_answer();
  const bool is_engine = error == http::Errc::kBodyTooLarge &&
                         request_.path().starts_with(connection_.shard().config().transport.path);
  http::Response response = transport::bare_response(http::status_of(error));
  if (is_engine) return answer_engine(std::move(response));
  answer(std::move(response));
}

void HttpConversation::answer_engine(http::Response response) {
  http::add_headers(connection_.shard().config().transport.cors, request_, response);
  answer(std::move(response));
}

void HttpConversation::answer(http::Response response) {
  begin_answer(response);
  flush();
}

void HttpConversation::begin_answer(const http::Response& response) {
  const auto keep = keep_alive_ ? http::KeepAlive::kYes : http::KeepAlive::kNo;
  const auto body = request_.method == "HEAD" ? http::Body::kHeadOnly : http::Body::kFull;
  out_.append(http::serialize(response, keep, body));
  state_ = State::kWriting;
  connection_.set_deadline(connection_.shard().config().request_deadline);
}

void HttpConversation::flush() {
  out_.erase(0, connection_.write(out_));
  if (!out_.empty() || state_ != State::kWriting) return;
  out_.shrink_to_fit();
  if (!keep_alive_) {
    state_ = State::kOver;
    return connection_.finish();
  }
  state_ = State::kReading;
  connection_.set_deadline(connection_.shard().config().idle_timeout);
  next_request();
}

void HttpConversation::next_request() {
  if (unread_.empty()) return;
  const std::string rest = std::exchange(unread_, {});
  read(rest);
}

void HttpConversation::on_deadline() {
  if (state_ == State::kReading && reader_.idle()) return connection_.abort();
  kSlowRequests.add();
  request_ = {};
  close_after_answer();
  if (state_ == State::kReading) return answer(transport::bare_response(408));
  connection_.abort();
}

void HttpConversation::on_lost() {
  state_ = State::kOver;
  if (held_) std::exchange(held_, nullptr)->poll_lost();
}

}  // namespace crema::server

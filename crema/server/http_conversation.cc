#include "crema/server/http_conversation.h"

#include "crema/http/cors.h"
#include "crema/server/counters.h"
#include "crema/server/shard.h"
#include "crema/server/websocket_conversation.h"
#include "crema/transport/polling.h"

#include <utility>

namespace crema::server {

using transport::Route;

HttpConversation::HttpConversation(Connection& connection)
    : connection_(connection), reader_(connection.shard().config().http) {
  const Config& config = shard().config();
  const bool is_refused = connection.peer().admission == Admission::kRefused;
  connection_.set_deadline(is_refused ? config.linger : config.request_deadline);
}

HttpConversation::~HttpConversation() = default;

void HttpConversation::resume(HandedOver handed) {
  if (auto* unfinished = std::get_if<http::RequestReader>(&handed.request)) {
    reader_ = std::move(*unfinished);
    return on_incomplete();
  }
  if (handle(std::get<http::Request>(std::move(handed.request)), handed.rest)) read(handed.rest);
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
    if (is_first) connection_.set_deadline(shard().config().request_deadline);
    if (reader_.state() == http::RequestReader::State::kFailed) return fail(reader_.error());
    if (reader_.state() != http::RequestReader::State::kDone) return on_incomplete();
    if (!handle(reader_.take(), bytes)) return;
  }
}

void HttpConversation::on_incomplete() {
  if (reader_.state() == http::RequestReader::State::kBody) {
    engine_.begin_post(reader_.request());
    if (state_ != State::kReading) return;
  }
  if (reader_.expects_continue()) out_.append("HTTP/1.1 100 Continue\r\n\r\n");
  if (!out_.empty()) connection_.flush_soon();
}

bool HttpConversation::handle(http::Request request, std::string_view rest) {
  connection_.clear_deadline();
  request_ = std::move(request);
  keep_alive_ = request_.keep_alive && !shard().stopping();
  state_ = State::kHeld;
  if (connection_.peer().admission == Admission::kRefused) {
    answer_refused();
  } else if (const Route found = transport::route(request_, shard().config().transport, shard());
             !answer_file(found)) {
    engine_.begin(found, rest);
  }
  if (state_ == State::kReading) return true;
  if (state_ != State::kOver) unread_.append(rest);
  return false;
}

// Paths outside Engine.IO's, and files below it: the client's bundle lives there.
bool HttpConversation::answer_file(const Route& found) {
  const Config& config = shard().config();
  const bool is_outside = found.kind == Route::Kind::kOutside;
  if (!is_outside && request_.path().size() == config.transport.path.size()) return false;
  auto response = config.on_http ? config.on_http(request_) : std::nullopt;
  if (!response && !is_outside) return false;
  if (!response) {
    response = http::Response{
        .status = 404, .headers = {{"Content-Type", "text/plain"}}, .body = "not found"};
  }
  // Nobody upgrades here: the connection is of no more use to who asked.
  if (request_.wants_upgrade("websocket")) close_after_answer();
  if (!is_outside) http::add_headers(config.transport.cors, request_, *response);
  answer(std::move(*response));
  return true;
}

void HttpConversation::answer_refused() {
  http::Response response = transport::bare_response(503);
  response.headers.push_back({"Retry-After", std::to_string(kRetryAfter.count())});
  close_after_answer();
  answer(std::move(response));
}

void HttpConversation::hand_over(unsigned shard_index, std::string_view rest) {
  give_away(shard_index, std::move(request_), rest);
}

void HttpConversation::hand_over_unfinished(unsigned shard_index) {
  connection_.clear_deadline();
  give_away(shard_index, std::exchange(reader_, http::RequestReader(shard().config().http)), {});
}

void HttpConversation::give_away(unsigned shard_index,
                                 std::variant<http::Request, http::RequestReader> request,
                                 std::string_view rest) {
  kMoved.add();
  state_ = State::kOver;
  Shard& from = shard();
  Peer peer = connection_.peer();
  const auto descriptor = connection_.release();
  if (!descriptor) return from.limits().release(peer);
  from.peer(shard_index)
      .adopt_request({*descriptor, std::move(peer), std::move(request), std::string(rest)});
}

WebSocketConversation& HttpConversation::become_websocket(const http::Response& answer) {
  state_ = State::kOver;
  auto websocket = std::make_unique<WebSocketConversation>(connection_, answer);
  WebSocketConversation& active = *websocket;
  connection_.become(std::move(websocket));
  return active;
}

void HttpConversation::give_up_request(const http::Request& head) {
  request_ = head;
  connection_.clear_deadline();
  state_ = State::kHeld;
  close_after_answer();
}

void HttpConversation::fail(http::Errc error) {
  using http::Errc;
  const bool is_large_head = error == Errc::kHeadTooLarge || error == Errc::kTargetTooLong;
  (error == Errc::kBodyTooLarge ? kTooLarge : is_large_head ? kLargeHeads : kBadHttp).add();
  engine_.cut(EngineRequest::Cut::kRefused);
  give_up_request(reader_.request());
  http::Response response = transport::bare_response(http::status_of(error));
  const transport::Config& config = shard().config().transport;
  const bool is_engine = error == Errc::kBodyTooLarge && request_.path().starts_with(config.path);
  if (is_engine) http::add_headers(config.cors, request_, response);
  answer(std::move(response));
}

void HttpConversation::answer(http::Response response) {
  begin_answer(response);
  flush();
}

void HttpConversation::answer_at_turn_end(const http::Response& response) {
  begin_answer(response);
  connection_.flush_soon();
}

void HttpConversation::begin_answer(const http::Response& response) {
  const auto keep = keep_alive_ ? http::KeepAlive::kYes : http::KeepAlive::kNo;
  const auto body = request_.method == "HEAD" ? http::Body::kHeadOnly : http::Body::kFull;
  out_.append(http::serialize(response, keep, body));
  state_ = State::kWriting;
  connection_.set_deadline(shard().config().request_deadline);
}

void HttpConversation::flush() {
  out_.erase(0, connection_.write(out_));
  if (!out_.empty() || state_ != State::kWriting) return;
  out_.shrink_to_fit();
  if (!keep_alive_ || (at_end_ && unread_.empty())) {
    state_ = State::kOver;
    return connection_.finish();
  }
  state_ = State::kReading;
  connection_.set_deadline(shard().config().idle_timeout);
  next_request();
}

void HttpConversation::next_request() {
  if (unread_.empty()) return;
  const std::string rest = take_unread();
  read(rest);
  if (!at_end_) return;
  const bool waits = state_ == State::kReading || state_ == State::kHeld;
  if (waits && !engine_.answers_soon()) connection_.abort();
}

// Who has closed the whole connection looks the same; writing will tell. A GET that is held for
// what may come in a minute is not worth the doubt: the peer is taken to be gone.
bool HttpConversation::on_end() {
  at_end_ = true;
  return state_ == State::kWriting || (state_ == State::kHeld && engine_.answers_soon());
}

void HttpConversation::on_deadline() {
  if (state_ == State::kReading && reader_.idle()) {
    kIdleClosed.add();
    return connection_.abort();
  }
  kSlowRequests.add();
  engine_.cut(EngineRequest::Cut::kLost);
  request_ = {};
  close_after_answer();
  if (state_ == State::kReading) return answer(transport::bare_response(408));
  connection_.abort();
}

void HttpConversation::on_lost() {
  state_ = State::kOver;
  engine_.cut(EngineRequest::Cut::kLost);
}

}  // namespace crema::server

#include "crema/server/engine_request.h"

#include "crema/engineio/session_id.h"
#include "crema/http/cors.h"
#include "crema/http/set_cookie.h"
#include "crema/server/connection_errors.h"
#include "crema/server/counters.h"
#include "crema/server/http_conversation.h"
#include "crema/server/session_entry.h"
#include "crema/server/shard.h"
#include "crema/server/websocket_conversation.h"
#include "crema/transport/content_coding.h"
#include "crema/transport/polling.h"
#include "crema/transport/websocket_upgrade.h"

#include <utility>

namespace crema::server {

using engineio::Session;
using transport::Refusal;
using transport::Route;

namespace {

// A handshake that is good but for its version, which is looked at after the permission.
bool is_handshake(const Route& found) {
  return found.kind == Route::Kind::kOpenPolling || found.kind == Route::Kind::kOpenWebSocket ||
         (found.kind == Route::Kind::kRefused && found.refusal == Refusal::kUnsupportedProtocol);
}

}  // namespace

void EngineRequest::begin(const Route& found, std::string_view rest) {
  Shard& shard = http_.shard();
  if (auto preflight = http::preflight(shard.config().transport.cors, http_.request())) {
    return http_.answer(std::move(*preflight));
  }
  middlewares_passed_ = 0;
  id_.clear();
  pass_middlewares(found, rest);
}

// What lives on another shard is asked about there.
void EngineRequest::pass_middlewares(const Route& found, std::string_view rest) {
  const Config& config = http_.shard().config();
  const bool is_elsewhere = found.kind == Route::Kind::kOtherShard;
  if (!is_elsewhere && middlewares_passed_ < config.middlewares.size()) {
    return ask(Step::kMiddleware, config.middlewares[middlewares_passed_++], found, rest);
  }
  if (is_handshake(found) && config.allow_request) {
    return ask(Step::kPermission, config.allow_request, found, rest);
  }
  make_id(found, rest);
}

void EngineRequest::make_id(const Route& found, std::string_view rest) {
  const GenerateId& generate = http_.shard().config().generate_id;
  const bool opens =
      found.kind == Route::Kind::kOpenPolling || found.kind == Route::Kind::kOpenWebSocket;
  if (!opens || !generate) return open(found, rest);
  const AllowRequest question = [&generate](const http::Request& request, const std::string&,
                                            Decide made) { generate(request, std::move(made)); };
  ask(Step::kId, question, found, rest);
}

void EngineRequest::ask(Step step, const AllowRequest& question, const Route& found,
                        std::string_view rest) {
  Shard& shard = http_.shard();
  permission_ = std::make_unique<Permission>(
      question, shard.loop(), http_.request(), http_.connection().address(),
      [this, step, is_upgrade = found.is_upgrade](const Decision& decision) {
        // What came behind a WebSocket's handshake waits as a request would.
        const std::string behind = is_upgrade ? http_.take_unread() : std::string();
        Shard& here = http_.shard();  // Its sessions may be others now.
        on_decided(step, transport::route(http_.request(), here.config().transport, here), decision,
                   behind);
      });
  if (const auto decision = permission_->at_once()) {
    return on_decided(step, found, *decision, rest);
  }
  http_.connection().set_deadline(shard.config().request_deadline);
}

void EngineRequest::on_decided(Step step, const Route& found, const Decision& decision,
                               std::string_view rest) {
  permission_.reset();
  http_.connection().clear_deadline();
  const Shard& shard = http_.shard();
  if (step == Step::kId) {
    const std::string_view made = decision.said ? std::string_view(*decision.said) : "";
    id_ = engineio::make_session_id(shard.index(), shard.shards(), made);
    if (!engineio::is_made_id(made) || shard.find(id_)) {
      return refuse(Refusal::kIdGenerationError, found.is_upgrade);
    }
    return open(found, rest);
  }
  if (!decision.said) {
    return step == Step::kMiddleware ? pass_middlewares(found, rest) : make_id(found, rest);
  }
  end_post();
  if (step == Step::kMiddleware) return refuse(Refusal::kMiddlewareFailure, found.is_upgrade);
  refuse(Refusal::kForbidden, found.is_upgrade, *decision.said);
}

void EngineRequest::open(const Route& found, std::string_view rest) {
  Shard& shard = http_.shard();
  switch (found.kind) {
    case Route::Kind::kRefused:
      return refuse(found.refusal, found.is_upgrade);
    case Route::Kind::kOtherShard:
      return http_.hand_over(found.shard, rest);
    case Route::Kind::kOpenPolling:
      return open_polling();
    case Route::Kind::kOpenWebSocket:
      return open_websocket(nullptr, rest);
    case Route::Kind::kUpgrade:
      return open_websocket(shard.find(found.sid), rest);
    case Route::Kind::kPoll:
      return poll(*shard.find(found.sid));
    case Route::Kind::kPost:
      return post(*shard.find(found.sid));
    case Route::Kind::kBadMethod:
      return answer(transport::bare_response(500));
    case Route::Kind::kOutside:
      return;
  }
}

void EngineRequest::open_polling() {
  Shard& shard = http_.shard();
  opening_ = true;
  poll(shard.open_session(engineio::TransportKind::kPolling, http_.request(),
                          http_.connection().address(), std::move(id_)));
}

void EngineRequest::poll(SessionEntry& entry) {
  if (entry.session().start_poll() != Session::PollStart::kHeld) {
    return answer(transport::bare_response(400));
  }
  held_ = &entry;
  entry.hold_poll(*this);
}

// Not at once: a request that waits behind this one could end another session, whose GET has
// one behind it too, and so on until the stack is full.
void EngineRequest::answer_poll(std::string body, engineio::Compress compress) {
  const Config& config = http_.shard().config();
  const SessionEntry& entry = *std::exchange(held_, nullptr);
  http::Response response = transport::poll_response(http_.request(), std::move(body));
  if (compress == engineio::Compress::kYes) {
    transport::compress_body(http_.request(), response, config.transport.compress_from_bytes);
  }
  if (std::exchange(opening_, false) && config.transport.cookie) {
    response.headers.push_back(
        {"Set-Cookie", http::serialize(*config.transport.cookie, entry.session().id())});
  }
  if (config.add_headers) config.add_headers(http_.request(), response);
  http::add_headers(config.transport.cors, http_.request(), response);
  http_.answer_at_turn_end(response);
}

void EngineRequest::begin_post(const http::Request& head) {
  Shard& shard = http_.shard();
  if (posting_ || head.method != "POST") return;
  const Route found = transport::route(head, shard.config().transport, shard);
  if (found.kind == Route::Kind::kOtherShard) return http_.hand_over_unfinished(found.shard);
  if (found.kind != Route::Kind::kPost) return;
  SessionEntry& entry = *shard.find(found.sid);
  if (entry.begin_post(*this)) {
    posting_ = &entry;
    return;
  }
  http_.give_up_request(head);
  overlap(entry);
}

void EngineRequest::post(SessionEntry& entry) {
  const Config& config = http_.shard().config();
  if (!posting_ && !entry.begin_post(*this)) return overlap(entry);
  posting_ = &entry;
  feeding_ = true;
  auto refused = transport::refuse_post(entry.session(), http_.request(), config.engineio);
  feeding_ = false;
  if (refused) {
    end_post();
    return answer(std::move(*refused));
  }
  packets_ = engineio::PayloadCursor(http_.request().body);
  feed_post();
}

// The session goes, and the connection of its first POST with it.
void EngineRequest::overlap(SessionEntry& entry) {
  entry.session().fail(engineio::CloseReason::kTransportError, engineio::CloseDetail::kOverlap);
  answer(transport::bare_response(400));
}

void EngineRequest::feed_post() {
  feeding_ = true;
  const bool is_over = transport::feed_post(posting_->session(), packets_, kPostPacketsPerTurn);
  feeding_ = false;
  if (!is_over) return posting_->continue_post_next_turn();
  end_post();
  http::Response response = transport::post_response(http_.request());
  const Config& config = http_.shard().config();
  if (config.add_headers) config.add_headers(http_.request(), response);
  answer(std::move(response));
}

void EngineRequest::continue_post() { feed_post(); }

void EngineRequest::end_post() {
  if (posting_) std::exchange(posting_, nullptr)->end_post();
}

void EngineRequest::session_gone() {
  posting_ = nullptr;
  if (!feeding_) http_.connection().abort();
}

void EngineRequest::cut(Cut why) {
  permission_.reset();
  if (held_) std::exchange(held_, nullptr)->poll_lost();
  SessionEntry* entry = posting_;
  end_post();
  if (entry && why == Cut::kLost) entry->session().fail(engineio::CloseReason::kTransportError);
}

bool EngineRequest::answers_soon() const {
  return held_ ? held_->session().has_poll_body() : posting_ || permission_;
}

void EngineRequest::open_websocket(SessionEntry* entry, std::string_view rest) {
  Shard& shard = http_.shard();
  auto response = transport::upgrade_response(http_.request(), shard.config().transport);
  if (!response) {
    if (!entry) kHandshakesRefused.add();
    http_.close_after_answer();
    return http_.answer(transport::upgrade_error_response(response.error()));
  }
  if (shard.config().add_headers) shard.config().add_headers(http_.request(), *response);
  Connection& connection = http_.connection();
  SessionEntry* opened =
      entry ? nullptr
            : &shard.open_session(engineio::TransportKind::kWebSocket, http_.request(),
                                  connection.address(), std::move(id_));
  WebSocketConversation& websocket = http_.become_websocket(*response);
  if (opened) return websocket.carry(*opened, rest);
  websocket.try_upgrade(*entry, rest);
}

void EngineRequest::refuse(Refusal refusal, bool is_upgrade, std::string_view message) {
  const Config& config = http_.shard().config();
  kEngineRefused.add();
  count(refusal);
  if (config.on_connection_error) {
    config.on_connection_error(http_.request(),
                               transport::connection_error(refusal, http_.request(), message));
  }
  if (!is_upgrade) return answer(transport::refusal_response(refusal, message));
  http_.close_after_answer();
  answer(transport::upgrade_refusal_response(refusal, message));
}

void EngineRequest::answer(http::Response response) {
  http::add_headers(http_.shard().config().transport.cors, http_.request(), response);
  http_.answer(std::move(response));
}

}  // namespace crema::server

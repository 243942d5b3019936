#include "crema/transport/route.h"

#include "crema/engineio/session_id.h"
#include "crema/http/query.h"

#include <algorithm>

namespace crema::transport {
namespace {

using engineio::TransportKind;

Route refuse(Refusal refusal) {
  return {.kind = Route::Kind::kRefused, .refusal = refusal, .sid = {}};
}

// Bytes that may not stand in a header: the reference refuses an Origin with them.
bool has_control_characters(std::string_view text) {
  return std::ranges::any_of(text,
                             [](unsigned char c) { return (c < 0x20 && c != '\t') || c == 0x7f; });
}

Route route_session(const http::Request& request, std::string_view sid, TransportKind asked,
                    bool is_upgrade, const SessionDirectory& sessions) {
  const auto shard = engineio::shard_of_session(sid, sessions.shards());
  if (!shard) return refuse(Refusal::kSessionUnknown);
  if (*shard != sessions.this_shard()) {
    return {.kind = Route::Kind::kOtherShard, .shard = *shard, .sid = {}};
  }
  const auto transport = sessions.transport_of(sid);
  if (!transport) return refuse(Refusal::kSessionUnknown);
  Route found{.kind = Route::Kind::kUpgrade, .sid = std::string(sid)};
  if (asked == TransportKind::kWebSocket && is_upgrade) return found;
  if (asked != *transport) return refuse(Refusal::kTransportMismatch);
  if (asked == TransportKind::kWebSocket) return refuse(Refusal::kTransportMismatch);
  found.kind = request.method == "GET"    ? Route::Kind::kPoll
               : request.method == "POST" ? Route::Kind::kPost
                                          : Route::Kind::kBadMethod;
  return found;
}

// The checks of a request whose transport is one of ours, in the reference's order.
Route check(const http::Request& request, const http::Query& query, TransportKind asked,
            bool is_upgrade, const SessionDirectory& sessions) {
  const bool is_websocket = asked == TransportKind::kWebSocket;
  // A WebSocket that says `transport=polling` is answered before it is upgraded.
  if (is_upgrade && !is_websocket) return refuse(Refusal::kTransportMismatch);
  if (has_control_characters(request.header("origin").value_or(""))) {
    return refuse(Refusal::kInvalidOrigin);
  }
  const bool is_version_4 = query.get("EIO") == "4";
  if (const auto sid = query.get("sid"); sid && !sid->empty()) {
    Route found = route_session(request, *sid, asked, is_upgrade, sessions);
    const bool is_here =
        found.kind != Route::Kind::kRefused && found.kind != Route::Kind::kOtherShard;
    return is_here && !is_version_4 ? refuse(Refusal::kProtocolMismatch) : found;
  }
  if (request.method != "GET") return refuse(Refusal::kBadHandshakeMethod);
  if (is_websocket && !is_upgrade) return refuse(Refusal::kTransportHandshakeError);
  if (!is_version_4) return refuse(Refusal::kUnsupportedProtocol);
  return {.kind = is_websocket ? Route::Kind::kOpenWebSocket : Route::Kind::kOpenPolling,
          .sid = {}};
}

}  // namespace

Route route(const http::Request& request, const Config& config, const SessionDirectory& sessions) {
  if (config.path.empty() || !request.path().starts_with(config.path)) {
    return {.kind = Route::Kind::kOutside, .sid = {}};
  }
  const http::Query query(request.query());
  const auto name = query.get("transport");
  const bool is_websocket = name == "websocket" && config.transports.websocket;
  const bool is_polling = name == "polling" && config.transports.polling;
  const bool is_upgrade = config.transports.websocket && request.wants_upgrade("websocket");
  Route found = refuse(Refusal::kTransportUnknown);
  if (is_websocket || is_polling) {
    const auto asked = is_websocket ? TransportKind::kWebSocket : TransportKind::kPolling;
    found = check(request, query, asked, is_upgrade, sessions);
  }
  found.is_upgrade = is_upgrade;
  return found;
}

}  // namespace crema::transport

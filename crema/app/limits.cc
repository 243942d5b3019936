#include "crema/app/limits.h"

#include "crema/app/config.h"
#include "crema/app/config_file.h"
#include "crema/app/live_view.h"
#include "crema/app/publish_api.h"
#include "crema/app/server_options.h"
#include "crema/frappe/sites.h"
#include "crema/hostwire/config.h"
#include "crema/json/config.h"
#include "crema/net/child_process.h"
#include "crema/redis/config.h"
#include "crema/resp/config.h"
#include "crema/socketio/broadcast_acks.h"
#include "crema/websocket/config.h"

#include <fmt/format.h>

namespace crema::app {
namespace {

std::string bytes(size_t count) {
  constexpr size_t kKib = 1024;
  if (count != 0 && count % (kKib * kKib) == 0) return fmt::format("{} MiB", count / kKib / kKib);
  if (count != 0 && count % kKib == 0) return fmt::format("{} KiB", count / kKib);
  return fmt::format("{} bytes", count);
}

std::string time(std::chrono::milliseconds duration) {
  const auto milliseconds = duration.count();
  return milliseconds % 1000 == 0 ? fmt::format("{} s", milliseconds / 1000)
                                  : fmt::format("{} ms", milliseconds);
}

std::string number(size_t count) { return std::to_string(count); }

std::string number_or_none(size_t count) { return count == 0 ? "none" : number(count); }

LimitGroup connections(const server::Config& server, base::Duration drain) {
  const auto& bounds = server.connections;
  return {
      "Connections",
      {{"connections_max", number_or_none(bounds.connections_max), "connections_max",
        "crema_rejected_total{reason=\"connections\"}", "503 with Retry-After"},
       {"per_address_max", number_or_none(bounds.per_address_max), "connections_per_address_max",
        "crema_rejected_total{reason=\"connections_per_address\"}", "503 with Retry-After"},
       {"new_per_address_and_second_max", number_or_none(bounds.new_per_address_and_second_max),
        "new_connections_per_address_max",
        "crema_rejected_total{reason=\"new_connections_per_address\"}", "503 with Retry-After"},
       {"kRetryAfter", fmt::format("{} s", server::kRetryAfter.count()), "", "",
        "what Retry-After says"},
       {"kRefusedMax", number(server::ConnectionLimits::kRefusedMax), "",
        "crema_rejected_total{reason=\"connections\"}",
        "closed without a word: as many are being told 503"},
       {"idle_timeout", time(server.idle_timeout), "idle_timeout",
        "crema_idle_connections_closed_total", "a kept-alive connection without request is closed"},
       {"linger", time(server.linger), "", "", "after the last byte the connection is closed"},
       {"drain_timeout", time(drain), "drain_timeout", "",
        "a stop waits no longer for what is queued to be sent"},
       {"kPipelinedBytesMax", bytes(server::kPipelinedBytesMax), "",
        "crema_rejected_total{reason=\"unread_answers\"}", "closed: sends while its poll is held"},
       {"kControlBytesMax", bytes(server::kControlBytesMax), "",
        "crema_rejected_total{reason=\"unread_answers\"}", "closed: does not read its pongs"},
       {"kPendingAnswersMax", number(server::kPendingAnswersMax), "",
        "crema_rejected_total{reason=\"unread_answers\"}", "closed: does not read its pongs"}}};
}

LimitGroup requests(const server::Config& server) {
  return {"Requests",
          {{"head_bytes_max", bytes(server.http.head_bytes_max), "http_head_bytes_max",
            "crema_rejected_total{reason=\"head_too_large\"}", "431, closed"},
           {"headers_max", number(server.http.headers_max), "http_headers_max",
            "crema_rejected_total{reason=\"head_too_large\"}", "431, closed"},
           {"kTargetBytesMax", bytes(http::kTargetBytesMax), "",
            "crema_rejected_total{reason=\"http\"}", "414, closed"},
           {"kChunkLineBytesMax", bytes(http::kChunkLineBytesMax), "",
            "crema_rejected_total{reason=\"http\"}", "400, closed"},
           {"kInterimResponsesMax", number(http::kInterimResponsesMax), "",
            "crema_backend_requests_total{method=\"get_user_info\",status=\"none\"}",
            "the web process's answer is not taken"},
           {"body_bytes_max", bytes(server.http.body_bytes_max), "message_bytes_max",
            "crema_rejected_total{reason=\"body_too_large\"}", "413, closed"},
           {"request_deadline", time(server.request_deadline), "request_deadline",
            "crema_rejected_total{reason=\"slow_request\"}", "408, closed"}}};
}

LimitGroup sessions(const server::Config& server) {
  const engineio::Config& engine = server.engineio;
  return {"Sessions (Engine.IO)",
          {{"max_payload_bytes", bytes(engine.max_payload_bytes), "message_bytes_max",
            "crema_rejected_total{reason=\"websocket_frame\"}", "close code 1009"},
           {"kFragmentsMax", number(websocket::kFragmentsMax), "",
            "crema_rejected_total{reason=\"websocket_frame\"}", "close code 1008"},
           {"websocket::kControlBytesMax", bytes(websocket::kControlBytesMax), "",
            "crema_rejected_total{reason=\"websocket_frame\"}",
            "close code 1002: of a ping, pong or close"},
           {"kPartialBytesMax", bytes(websocket::kPartialBytesMax), "", "",
            "of memory for an incomplete frame, beside its message"},
           {"ping_interval", time(engine.ping_interval), "ping_interval", "", "a ping is sent"},
           {"ping_timeout", time(engine.ping_timeout), "ping_timeout",
            "crema_disconnects_total{reason=\"ping timeout\"}", "the session ends"},
           {"upgrade_timeout", time(engine.upgrade_timeout), "upgrade_timeout",
            "crema_upgrades_total{result=\"dropped\"}", "polling goes on"},
           {"closing_timeout", time(engine.closing_timeout), "", "",
            "a closing session that nobody polls is forgotten"},
           {"payload_packets_max", number(engine.payload_packets_max), "",
            "crema_disconnects_total{reason=\"transport error\"}", "400, the session ends"},
           {"kPostPacketsPerTurn", number(server::kPostPacketsPerTurn), "", "",
            "the rest of a POST waits for the others' turn"},
           {"queued_bytes_max", bytes(engine.queued_bytes_max), "queued_bytes_max",
            "crema_disconnects_total{reason=\"slow client\"}",
            "the session of a client that does not read ends; its largest message does not count"},
           {"queued_bytes_total_max", bytes(server.queued_bytes_total_max), "queued_memory_max",
            "crema_rejected_total{reason=\"memory_pressure\"}",
            "each shard has an equal share: beyond it the sessions for which most waits end, until "
            "seven eighths of it are left"},
           {"kGatherBytes", bytes(engineio::kGatherBytes), "", "", "a queue is sent at once"}}};
}

LimitGroup sockets(const server::Config& server) {
  const socketio::Config& io = server.socketio;
  return {"Sockets (Socket.IO)",
          {{"connect_timeout", time(io.connect_timeout), "connect_timeout",
            "crema_rejected_total{reason=\"connect_timeout\"}", "closed: joined no namespace"},
           {"namespaces_per_connection_max", number(io.namespaces_per_connection_max), "",
            "crema_rejected_total{reason=\"namespaces_per_connection\"}", "closed"},
           {"pending_connects_max", number(io.pending_connects_max), "",
            "crema_rejected_total{reason=\"namespaces_per_connection\"}", "closed"},
           {"rooms_per_socket_max", number(io.rooms_per_socket_max), "",
            "crema_rejected_total{reason=\"room_bound\"}", "the room is not joined"},
           {"room_name_bytes_max", bytes(io.room_name_bytes_max), "",
            "crema_rejected_total{reason=\"room_bound\"}", "the room is not joined"},
           {"held_events_max", number(io.held_events_max), "",
            "crema_rejected_total{reason=\"events_before_connect\"}", "closed"},
           {"held_bytes_max", bytes(io.held_bytes_max), "",
            "crema_rejected_total{reason=\"events_before_connect\"}", "closed"},
           {"attachment_bytes_max", bytes(io.attachment_bytes_max), "",
            "crema_rejected_total{reason=\"attachment_bytes\"}", "closed"},
           {"kAttachmentsMax", number(socketio::kAttachmentsMax), "",
            "crema_rejected_total{reason=\"socketio_packet\"}", "closed, as bad packets are"},
           {"kAckIdDigitsMax", number(socketio::kAckIdDigitsMax), "",
            "crema_rejected_total{reason=\"socketio_packet\"}", "closed, as bad packets are"},
           {"kDepthMax", number(json::kDepthMax), "",
            "crema_rejected_total{reason=\"socketio_packet\"}", "closed, as bad packets are"},
           {"pending_acks_max", number(io.pending_acks_max), "",
            "crema_acks_total{result=\"refused\"}", "the event is not sent"},
           {"kBroadcastResponseBytesMax", bytes(socketio::kBroadcastResponseBytesMax), "", "",
            "further answers to a broadcast are left out; it counts as incomplete"}}};
}

LimitGroup saved_rooms() {
  return {"Rooms that are saved over a restart",
          {{"kSavedSessionsMax", number(frappe::kSavedSessionsMax), "",
            "crema_saved_sessions_total{result=\"too_many\"}", "the rest is not saved"},
           {"kSavedRoomsPerSessionMax", number(frappe::kSavedRoomsPerSessionMax), "",
            "crema_saved_rooms_left_out_total", "the oldest are not saved"},
           {"kSavedBytesMax", bytes(frappe::kSavedBytesMax), "",
            "crema_saved_sessions_total{result=\"too_many\"}", "the rest is not saved"}}};
}

LimitGroup recovery(const server::Config& server) {
  const auto recovery = server.socketio.recovery.value_or(socketio::RecoveryConfig{});
  return {"Connection state recovery, where it is on",
          {{"window", time(recovery.window), "recovery_window",
            "crema_recoveries_total{result=\"expired\"}", "a lost session is forgotten"},
           {"unnoticed_max", time(recovery.unnoticed_max), "",
            "crema_recoveries_total{result=\"missed_too_much\"}", "a new session begins"},
           {"bytes_max", bytes(recovery.bytes_max), "recovery_bytes_max",
            "crema_recovery_events_dropped_total{bound=\"namespace\"}",
            "the oldest events of the site go"},
           {"total_bytes_max", bytes(recovery.total_bytes_max), "recovery_total_bytes_max",
            "crema_recovery_events_dropped_total{bound=\"total\"}",
            "the oldest events of all sites go"},
           {"sessions_max", number(recovery.sessions_max), "",
            "crema_recoveries_total{result=\"crowded_out\"}", "the oldest sessions go"},
           {"total_sessions_max", number(recovery.total_sessions_max), "",
            "crema_recoveries_total{result=\"crowded_out\"}",
            "the oldest of the site that has one more goes"},
           {"missed_bytes_max", bytes(recovery.missed_bytes_max), "",
            "crema_recoveries_total{result=\"missed_too_much\"}", "a new session begins"}}};
}

LimitGroup web(const frappe::Config& frappe) {
  return {
      "Questions to the web process",
      {{"auth_wait", time(frappe.auth_wait), "auth_wait",
        "crema_auth_results_total{result=\"closed\",reason=\"web_unavailable\"}",
        "the connection is closed, the client comes back by itself; a subscription is not made"},
       {"identity_timeout", time(frappe.identity_timeout), "",
        "crema_backend_requests_total{method=\"get_user_info\",status=\"none\"}",
        "asked again until auth_wait"},
       {"permission_timeout", time(frappe.permission_timeout), "",
        "crema_backend_requests_total{method=\"has_permission\",status=\"none\"}",
        "asked again until auth_wait"},
       {"review_wait", time(frappe.review_wait), "", "crema_recovered_rooms_total{result=\"left\"}",
        "rooms of a session that came back are joined when they are allowed"},
       {"identity_ttl", time(frappe.identity_ttl), "", "", "asked anew after that"},
       {"permission_ttl", time(frappe.permission_ttl), "", "", "asked anew after that"},
       {"calls_per_site_max", number(frappe.calls_per_site_max), "", "", "the next ones wait"},
       {"waiting_per_site_max", number(frappe.waiting_per_site_max), "",
        "crema_auth_results_total{result=\"closed\",reason=\"web_unavailable\"}",
        "closed; of permission checks: not joined"},
       {"kWebBodyBytesMax", bytes(frappe::kWebBodyBytesMax), "",
        "crema_backend_requests_total{method=\"get_user_info\",status=\"none\"}", "Unauthorized"},
       {"kCredentialBytesMax", bytes(frappe::kCredentialBytesMax), "",
        "crema_auth_results_total{result=\"refused\",reason=\"no_credential\"}",
        "refused like none"},
       {"kPendingChecksMax", number(frappe::kPendingChecksMax), "",
        "crema_permission_checks_total{result=\"too_many\",cache=\"miss\"}",
        "the subscription is not made"},
       {"kEditorLocationBytesMax", bytes(frappe::kEditorLocationBytesMax), "", "",
        "open_in_editor is ignored"},
       {"kKnownMax", number(frappe::SiteFolders::kKnownMax), "", "",
        "what is known of sites is forgotten and read again"},
       {"kFileBytesMax", bytes(frappe::SiteFolders::kFileBytesMax), "", "",
        "a larger site_config.json says nothing"}}};
}

LimitGroup handlers(const apphost::Config& hosts) {
  constexpr std::string_view kRestarts = "crema_host_restarts_total";
  return {
      "Apps' own handlers",
      {{"start_max", time(hosts.start_max), "", kRestarts, "the host is restarted"},
       {"stall_max", time(hosts.stall_max), "handler_stall_max", kRestarts,
        "the host is restarted: a handler keeps the others from running"},
       {"memory_bytes_max", bytes(hosts.memory_bytes_max), "handler_memory_max", kRestarts,
        "the host is restarted"},
       {"restart_max", time(hosts.restart_max), "", "", "between a host's end and its next start"},
       {"kWhereMax", time(apphost::kWhereMax), "", "",
        "the host is ended without knowing which code ran"},
       {"kShutdownMax", time(apphost::kShutdownMax), "", "", "a host that is to end is killed"},
       {"kWaitingBytesMax", bytes(apphost::kWaitingBytesMax), "",
        "crema_handler_events_total{result=\"dropped\"}", "further events are dropped"},
       {"kWaitingBytesFatal", bytes(apphost::kWaitingBytesFatal), "", kRestarts,
        "the host is restarted: it does not read"},
       {"kMessagesPerTurn", number(apphost::kMessagesPerTurn), "", "", "then others' turn"},
       {"kCallsMax", number(apphost::kCallsMax), "", "crema_handler_calls_refused_total",
        "the call is answered with an error"},
       {"kAnswersBytesMax", bytes(apphost::kAnswersBytesMax), "",
        "crema_handler_answers_dropped_total", "further answers to a broadcast arrive as null"},
       {"kAckMax", time(apphost::kAckMax), "", "crema_acks_total{result=\"timeout\"}",
        "an acknowledgement is waited for no longer, whatever the handler asks for"},
       {"kLogLinesPerSecond", number(apphost::kLogLinesPerSecond), "",
        "crema_handler_log_lines_dropped_total",
        "the rest of what a host's apps log in that second is dropped"},
       {"kLineBytesMax", bytes(net::ChildProcess::kLineBytesMax), "", "",
        "the rest of a longer line of a host's output is cut off"},
       {"kCountedAppsMax", number(apphost::kCountedAppsMax), "", "",
        "the restarts of further apps are counted together"}}};
}

LimitGroup host_messages() {
  constexpr std::string_view kRestarts = "crema_host_restarts_total";
  constexpr std::string_view kBad = "crema_rejected_total{reason=\"host_message\"}";
  constexpr std::string_view kEnded = "the host is restarted, charged to the app that ran";
  return {"What the processes of handlers say",
          {{"hostwire::kFrameBytesMax", bytes(hostwire::kFrameBytesMax), "", kRestarts, kEnded},
           {"hostwire::kAttachmentsMax", number(hostwire::kAttachmentsMax), "", kRestarts, kEnded},
           {"hostwire::kNameBytesMax", bytes(hostwire::kNameBytesMax), "", kBad, kEnded},
           {"hostwire::kRoomsMax", number(hostwire::kRoomsMax), "", kBad, kEnded},
           {"hostwire::kTextBytesMax", bytes(hostwire::kTextBytesMax), "", kBad, kEnded}}};
}

LimitGroup redis() {
  const redis::Timing timing;
  const resp::Limits limits;
  return {"Redis",
          {{"connect", time(timing.connect), "", "", "tried again after the backoff"},
           {"command", time(timing.command), "", "", "the command fails"},
           {"idle", time(timing.idle), "", "", "the subscription is asked for a sign"},
           {"pong", time(timing.pong), "", "crema_redis_reconnects_total", "connected anew"},
           {"backoff_min", time(timing.backoff_min), "", "", "doubled at each attempt"},
           {"backoff_max", time(timing.backoff_max), "", "", "half of it is jitter"},
           {"kTurnMessagesMax", number(redis::kTurnMessagesMax), "", "", "then others' turn"},
           {"kTurnBytesMax", bytes(redis::kTurnBytesMax), "", "", "then others' turn"},
           {"kReadBytes", bytes(redis::kReadBytes), "", "", "of memory per connection"},
           {"kQueuedCommandsMax", number(redis::kQueuedCommandsMax), "", "", "the command fails"},
           {"bulk_bytes_max", bytes(limits.bulk_bytes_max), "", "crema_redis_protocol_errors_total",
            "connected anew; the message is lost"},
           {"elements_max", number(limits.elements_max), "", "crema_redis_protocol_errors_total",
            "connected anew"},
           {"depth_max", number(limits.depth_max), "", "crema_redis_protocol_errors_total",
            "connected anew"}}};
}

LimitGroup rest() {
  return {"Configuration and admin endpoints",
          {{"kConfigFileBytesMax", bytes(kConfigFileBytesMax), "", "", "exit code 2"},
           {"kShardsMax", number(kShardsMax), "shards", "", "exit code 2"},
           {"kBatchEventsMax", number(kBatchEventsMax), "", "", "400 from /api/publish"},
           {"kPageRowsMax", number(kPageRowsMax), "", "", "400 from /connections and /api/rooms"}}};
}

}  // namespace

std::vector<LimitGroup> limits_of(const server::Config& server, const frappe::Config& frappe,
                                  const apphost::Config& hosts, base::Duration drain) {
  return {connections(server, drain),
          requests(server),
          sessions(server),
          sockets(server),
          recovery(server),
          saved_rooms(),
          web(frappe),
          handlers(hosts),
          host_messages(),
          redis(),
          rest()};
}

std::vector<LimitGroup> default_limits() {
  const Config config;
  return limits_of(server_options(config), {}, {}, config.drain_timeout.value);
}

}  // namespace crema::app

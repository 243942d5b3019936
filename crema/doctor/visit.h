// What a browser goes through to get an event, step by step, and where it ended.
#pragma once

#include "crema/doctor/channel.h"
#include "crema/doctor/public_url.h"
#include "crema/http/response.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>

namespace crema::doctor {

// In their order.
enum class Step : uint8_t {
  kPoll,     // GET with transport=polling: Engine.IO's handshake
  kUpgrade,  // GET with transport=websocket: 101
  kOpen,     // the open packet over the WebSocket
  kConnect,  // CONNECT to the site's namespace
  kPing,     // `ping`, answered `pong`
  kEvent,    // an event published for it
  kDone,
};

struct VisitPlan {
  PublicUrl url;
  net::Endpoint connect;  // Where that is, with TLS or without.
  std::string site;
  std::string sid;      // The cookie's value; "Guest" is a visitor without one.
  std::string task_id;  // Subscribed to unless empty.
  std::string probe;    // The name of the event that is published.
  // Publishes it; false: that failed, and the last step is not taken.
  std::function<net::Task<bool>()> publish;
};

// `stopped_at` is the step that did not work, with what is known of why.
struct Visit {
  Step stopped_at = Step::kPoll;
  std::optional<ChannelError> error = std::nullopt;
  // Instead of what was wanted: an answer to kPoll or kUpgrade.
  std::optional<http::Response> answer = std::nullopt;
  std::string message = {};  // What CONNECT_ERROR said.
};

// Every step within 10 s. Loop thread only; lives until `run` has ended.
// Source: frappe-realtime 4, 7; spec socketio.md 1, 2.
class Visitor {
 public:
  Visitor(net::Loop& loop, VisitPlan plan) : loop_(loop), plan_(std::move(plan)) {}

  [[nodiscard]] net::Task<Visit> run();

 private:
  [[nodiscard]] net::Task<Visit> poll();

  net::Loop& loop_;
  const VisitPlan plan_;
};

}  // namespace crema::doctor

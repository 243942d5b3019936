// The two sides of a session: what it may ask of the server that holds it, and what it tells the
// layer above. Neither may destroy the session while one of its functions runs.
#pragma once

#include "crema/base/clock.h"
#include "crema/base/timing_wheel.h"
#include "crema/engineio/close_reason.h"

#include <cstdint>
#include <string_view>

namespace crema::engineio {

class PacketPool;
class Session;

enum class TransportKind : uint8_t { kPolling, kWebSocket };
enum class MessageKind : uint8_t { kText, kBinary };

class SessionHost {
 public:
  // The time of this turn.
  [[nodiscard]] virtual base::TimePoint now() = 0;
  [[nodiscard]] virtual base::TimingWheel& wheel() = 0;
  [[nodiscard]] virtual PacketPool& packet_pool() = 0;

  // Output waits and the transport can take it. Asked once until Session::flushed. The host does
  // it at the end of the turn, or at once when `Session::queue` holds kGatherBytes; it must not
  // close the session before this call has returned.
  virtual void flush_soon(Session& session) = 0;
  // The WebSocket that tried to take over is to be closed; polling goes on.
  virtual void drop_upgrade(Session& session) = 0;
  // The session is over; called once. A GET that is pending is answered with `poll_body`, a
  // WebSocket is closed without a status. The host destroys the session later.
  virtual void session_ended(Session& session, std::string_view poll_body) = 0;

 protected:
  ~SessionHost() = default;
};

class SessionListener {
 public:
  // One message, without its type digit. Borrowed for the call.
  virtual void on_session_message(std::string_view data, MessageKind kind) = 0;
  // Nothing follows. Called once for every session that was opened.
  virtual void on_session_closed(CloseReason reason) = 0;

 protected:
  ~SessionListener() = default;
};

}  // namespace crema::engineio

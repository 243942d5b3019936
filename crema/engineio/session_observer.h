// Hears of what one session does: see Session::observe.
#pragma once

#include "crema/engineio/close_reason.h"
#include "crema/engineio/out_packet.h"
#include "crema/engineio/packet.h"
#include "crema/engineio/session_host.h"

namespace crema::engineio {

// Called in the middle of the session's steps: it must call nothing of the session. Arguments are
// borrowed for the call. Source: spec/socketio.md 3.4, the events of `conn`.
class SessionObserver {
 public:
  virtual ~SessionObserver() = default;

  // A packet came, and is handled next.
  virtual void on_packet(const PacketView& packet, MessageKind kind) = 0;
  // A packet was queued.
  virtual void on_packet_create(const OutPacket& packet) = 0;
  // What was queued has left.
  virtual void on_flushed() = 0;
  // A WebSocket tries to take over, and has done so.
  virtual void on_upgrading() = 0;
  virtual void on_upgrade() = 0;
  virtual void on_close(CloseReason reason) = 0;
};

}  // namespace crema::engineio

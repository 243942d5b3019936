// One Engine.IO session: packets, polls, upgrade and heartbeat of one client.
#pragma once

#include "crema/base/prefetch.h"
#include "crema/base/short_text.h"
#include "crema/base/timing_wheel.h"
#include "crema/engineio/close_reason.h"
#include "crema/engineio/config.h"
#include "crema/engineio/heartbeat.h"
#include "crema/engineio/packet.h"
#include "crema/engineio/packet_queue.h"
#include "crema/engineio/session_host.h"
#include "crema/engineio/session_observer.h"

#include <memory>
#include <string>
#include <string_view>

namespace crema::engineio {

//            close(): upper layer             drained, or the GET that fetches the close, or 30 s
//   kOpen ───────────────────────► kClosing ─────────────────────────────────────► kClosed
//     │                                │                                              ▲
//     └── fail(): peer gone, bad packet, no pong, overlapping polls, slow client ─────┘
//
//   polling ──start_upgrade──► probing ──"5"──► WebSocket
//      ▲                          │
//      └──── anything else, 10 s, or the WebSocket is lost
//
// Lives on one shard, destroyed by its host after session_ended. Nothing it does to send closes
// it: an overlong queue is found when the queue was flushed (`flushed`).
// Source: spec/socketio.md 1.4 to 1.10.
class Session final : private base::WheelEntry {
 public:
  enum class State : uint8_t { kOpen, kClosing, kClosed };
  enum class PollStart : uint8_t { kHeld, kOverlap, kWrongTransport };
  enum class UpgradeStep : uint8_t { kSendProbeAnswer, kDone, kRefused };
  // Whether the open packet offers an upgrade to WebSocket.
  enum class Upgrades : uint8_t { kNone, kWebSocket };

  // Opens at once: queues the open packet and starts the heartbeat.
  // Borrows all four for life; `listener` must be set before the first packet arrives.
  Session(std::string_view id, TransportKind transport, const Config& config, SessionHost& host,
          Upgrades upgrades);
  ~Session();

  [[nodiscard]] const base::ShortText& id() const noexcept { return id_; }
  [[nodiscard]] State state() const noexcept { return state_; }
  [[nodiscard]] TransportKind transport() const noexcept { return transport_; }
  [[nodiscard]] bool upgrading() const noexcept { return upgrade_ != Upgrade::kNone; }
  [[nodiscard]] bool poll_pending() const noexcept { return poll_pending_; }
  [[nodiscard]] const PacketQueue& queue() const noexcept { return queue_; }
  // Whether a packet sent now would leave with this turn: what `volatile` asks.
  [[nodiscard]] bool writable() const noexcept;

  // What sending a packet will touch: of this object, and behind it.
  void prefetch() const noexcept { base::prefetch(observer_, close_queued_); }
  void prefetch_host() const noexcept { base::prefetch(host_); }

  // Of the end, once it has come.
  [[nodiscard]] CloseDetail close_detail() const noexcept { return close_detail_; }

  void set_listener(SessionListener& listener) { listener_ = &listener; }
  // One observer, from now on; it goes with the session. Null: none.
  void observe(std::unique_ptr<SessionObserver> observer) { observer_ = std::move(observer); }
  [[nodiscard]] SessionObserver* observer() const noexcept { return observer_.get(); }

  // --- from the layer above ---
  // Queues a packet. False when the session is not open: the packet is dropped.
  bool send(OutPacket packet);
  bool send_message(std::string_view text) {
    return send(OutPacket::text(PacketType::kMessage, text));
  }
  // Sends what is queued, says goodbye and ends. The listener is told before this returns.
  void close(CloseReason reason);

  // --- from the transport ---
  // One packet as text, of a frame or a polling body. `b…` is a base64 message on both.
  void on_text(std::string_view text);
  // A binary WebSocket frame.
  void on_binary(std::string_view data);
  // A GET. kOverlap: the new request is refused and the session has failed.
  PollStart start_poll();
  // The peer gave up its pending GET.
  void on_poll_aborted();
  // Takes the body for the pending GET, which is then answered. Only while has_poll_body().
  [[nodiscard]] bool has_poll_body() const noexcept { return poll_pending_ && !queue_.empty(); }
  [[nodiscard]] std::string take_poll_body();
  // `n` bytes of the queue were accepted by the kernel.
  void consume(size_t n) { queue_.consume(n, host_.packet_pool()); }
  // After every flush: what the kernel did not take counts. May end the session.
  enum class Wire : uint8_t { kReady, kBlocked };
  void flushed(Wire wire);
  // The connection is lost or misbehaves, or the process ends: over at once, queue dropped.
  void fail(CloseReason reason, CloseDetail detail = CloseDetail::kNone);

  // --- upgrade ---
  // A WebSocket came with this session's id. False: it is accepted and closed, nothing changes.
  [[nodiscard]] bool start_upgrade();
  // A text frame on the WebSocket that tries. kRefused: the upgrade is off, close that socket.
  [[nodiscard]] UpgradeStep on_upgrade_text(std::string_view text);
  // The WebSocket that tried is gone.
  void abort_upgrade();

 private:
  enum class Upgrade : uint8_t { kNone, kStarted, kProbed };

  void on_packet(PacketView packet);
  void on_binary_message(std::string_view data);
  void on_pong();
  void on_expired(base::TimePoint now) override;
  void rearm();
  void push(OutPacket packet);
  void ask_flush();
  void tell_closed(CloseReason reason);
  void end(std::string_view poll_body);

  // What every packet sent touches comes first: see `prefetch`.
  std::unique_ptr<SessionObserver> observer_;  // Null: nobody observes.
  SessionHost& host_;
  const Config& config_;
  PacketQueue queue_;
  State state_ = State::kOpen;
  TransportKind transport_;
  Upgrade upgrade_ = Upgrade::kNone;
  CloseDetail close_detail_ = CloseDetail::kNone;
  bool poll_pending_ = false;
  bool flush_asked_ = false;
  bool blocked_ = false;       // The kernel did not take all; a flush follows by itself.
  bool close_queued_ = false;  // kClosing on polling: the queue ends with the close packet.

  SessionListener* listener_ = nullptr;
  Heartbeat heartbeat_;
  base::TimePoint aux_deadline_ = base::TimePoint::max();  // Of an upgrade, or of closing.
  const base::ShortText id_;
};

}  // namespace crema::engineio

// Bytes of several connections, in chunks as they come, through HTTP, routes, polling, upgrade,
// compression and WebSocket to Engine.IO sessions: each session ends once and is told once, what is
// owned stays within its bounds, and nothing is left behind.
#include "crema/base/check.h"
#include "crema/engineio/payload.h"
#include "crema/engineio/recording_host.h"
#include "crema/engineio/session.h"
#include "crema/http/request_reader.h"
#include "crema/http/response.h"
#include "crema/transport/content_coding.h"
#include "crema/transport/polling.h"
#include "crema/transport/route.h"
#include "crema/transport/websocket_upgrade.h"
#include "crema/websocket/config.h"
#include "crema/websocket/decoder.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace crema;
using engineio::CloseReason;
using engineio::Session;
using engineio::TransportKind;
using transport::Route;

constexpr size_t kMessageMax = 2000;
constexpr size_t kQueuedMax = 4000;
constexpr size_t kSessionsMax = 4;
constexpr size_t kPacketsPerTurn = 3;

// A session with what plays its server; its id is known, so that inputs can name it.
struct Slot {
  Slot(const engineio::Config& config, TransportKind transport, size_t index)
      : session(std::string(19, 'A') + static_cast<char>('A' + index), transport, config, host,
                transport == TransportKind::kPolling ? Session::Upgrades::kWebSocket
                                                     : Session::Upgrades::kNone) {
    session.set_listener(listener);
    // Everything comes back, so that there is something to send.
    listener.on_message = [this] { session.send_message(listener.messages.back()); };
  }

  void check() const {
    const bool ended = session.state() == Session::State::kClosed;
    CREMA_ASSERT(host.times_ended == (ended ? 1 : 0));
    CREMA_ASSERT(listener.closed.size() <= 1);
    CREMA_ASSERT(listener.closed.empty() == (session.state() == Session::State::kOpen));
    CREMA_ASSERT(!ended || session.queue().empty());
  }

  // After the connections had their turn: what nobody fetches counts.
  void end_turn() {
    if (session.transport() == TransportKind::kPolling) session.flushed(Session::Wire::kReady);
    check();
    CREMA_ASSERT(!session.queue().exceeds(kQueuedMax));
  }

  engineio::RecordingHost host;
  engineio::RecordingListener listener;
  Session session;
};

class Server final : public transport::SessionDirectory {
 public:
  Server() {
    engine.max_payload_bytes = kMessageMax;
    engine.queued_bytes_max = kQueuedMax;
    engine.payload_packets_max = 50;
    http.body_bytes_max = kMessageMax;
    transport.compress_from_bytes = 64;
  }

  unsigned this_shard() const override { return 0; }
  unsigned shards() const override { return 1; }
  std::optional<TransportKind> transport_of(std::string_view sid) const override {
    const Slot* slot = find(sid);
    return slot ? std::optional(slot->session.transport()) : std::nullopt;
  }
  Slot* find(std::string_view sid) const {
    for (const auto& slot : slots) {
      if (slot->session.id() == sid && slot->session.state() != Session::State::kClosed) {
        return slot.get();
      }
    }
    return nullptr;
  }
  Slot* open(TransportKind kind) {
    if (slots.size() == kSessionsMax) return nullptr;
    return slots.emplace_back(std::make_unique<Slot>(engine, kind, slots.size())).get();
  }

  engineio::Config engine;
  http::Limits http;
  transport::Config transport;
  std::vector<std::unique_ptr<Slot>> slots;
};

// One connection: requests, then perhaps frames.
class Wire final : private websocket::MessageSink {
 public:
  explicit Wire(Server& server) : server_(server), reader_(server.http) {}

  void on_bytes(std::string bytes) {
    std::string_view rest = bytes;
    while (!over_ && !decoder_ && !rest.empty()) {
      rest.remove_prefix(reader_.feed(rest));
      if (reader_.state() == http::RequestReader::State::kFailed) return finish();
      if (reader_.state() != http::RequestReader::State::kDone) return;
      on_request(reader_.take());
    }
    if (over_ || rest.empty()) return;
    std::string frames(rest);
    const auto fed = decoder_->feed(frames, *this);
    if (!fed) return finish();
    if (!over_) CREMA_ASSERT(decoder_->owned_bytes() <= kMessageMax + websocket::kPartialBytesMax);
  }
  // The peer is gone.
  void finish() {
    if (std::exchange(over_, true) || !slot_) return;
    if (carries_) return slot_->session.fail(CloseReason::kTransportClose);
    if (decoder_) return slot_->session.abort_upgrade();
    slot_->session.on_poll_aborted();
  }
  void end_turn() {
    if (!slot_ || over_) return;
    if (carries_) return (void)slot_->host.wire(slot_->session);
    if (decoder_) return;
    if (auto body = slot_->host.body(slot_->session)) answer_poll(std::move(*body));
  }

 private:
  void on_request(http::Request request) {
    request_ = std::move(request);
    const Route found = transport::route(request_, server_.transport, server_);
    switch (found.kind) {
      case Route::Kind::kOpenPolling:
        return poll(server_.open(TransportKind::kPolling));
      case Route::Kind::kPoll:
        return poll(server_.find(found.sid));
      case Route::Kind::kPost:
        return post(*server_.find(found.sid));
      case Route::Kind::kOpenWebSocket:
        return become_websocket(nullptr);
      case Route::Kind::kUpgrade:
        return become_websocket(server_.find(found.sid));
      case Route::Kind::kRefused:
        return (void)transport::refusal_response(found.refusal);
      default:
        return;
    }
  }
  void poll(Slot* slot) {
    if (!slot || slot->session.start_poll() != Session::PollStart::kHeld) return;
    slot_ = slot;
    end_turn();
  }
  void answer_poll(std::string body) {
    http::Response response = transport::poll_response(request_, std::move(body));
    transport::compress_body(request_, response, server_.transport.compress_from_bytes);
    CREMA_ASSERT(!response.body.empty());
    const std::string bytes = http::serialize(response, http::KeepAlive::kYes, http::Body::kFull);
    CREMA_ASSERT(bytes.ends_with(response.body));
    slot_ = nullptr;
  }
  void post(Slot& slot) {
    if (transport::refuse_post(slot.session, request_, server_.engine)) return;
    engineio::PayloadCursor packets(request_.body);
    while (!transport::feed_post(slot.session, packets, kPacketsPerTurn)) slot.check();
  }
  void become_websocket(Slot* upgraded) {
    if (!transport::upgrade_response(request_, server_.transport)) return finish();
    Slot* slot = upgraded ? upgraded : server_.open(TransportKind::kWebSocket);
    if (!slot || (upgraded && !slot->session.start_upgrade())) return finish();
    slot_ = slot;
    carries_ = upgraded == nullptr;
    decoder_.emplace(kMessageMax);
  }

  // False once the session has let go of this connection.
  bool goes_on() {
    const bool lost =
        carries_ ? slot_->session.state() == Session::State::kClosed : !slot_->session.upgrading();
    if (lost) over_ = true;
    return !over_;
  }
  bool on_text(std::string_view text) override {
    if (carries_) {
      slot_->session.on_text(text);
    } else if (slot_->session.on_upgrade_text(text) == Session::UpgradeStep::kDone) {
      carries_ = true;
    }
    return goes_on();
  }
  bool on_binary(std::string_view bytes) override {
    carries_ ? slot_->session.on_binary(bytes) : slot_->session.abort_upgrade();
    return goes_on();
  }
  bool on_ping(std::string_view) override { return goes_on(); }
  bool on_pong() override { return goes_on(); }
  bool on_close(std::optional<uint16_t>) override {
    finish();
    return false;
  }

  Server& server_;
  http::RequestReader reader_;
  http::Request request_;
  std::optional<websocket::Decoder> decoder_;
  Slot* slot_ = nullptr;  // Whose GET is held here, or whose WebSocket this is.
  bool carries_ = false;
  bool over_ = false;
};

// The input: an operation in the upper bits and a connection in the lower two, then for bytes
// their number and they themselves.
void play(std::string_view rest) {
  Server server;
  std::array<std::optional<Wire>, 4> wires;
  const auto take = [&rest] {
    if (rest.empty()) return uint8_t{0};
    const auto byte = static_cast<uint8_t>(rest.front());
    rest.remove_prefix(1);
    return byte;
  };
  while (!rest.empty()) {
    const uint8_t operation = take();
    std::optional<Wire>& wire = wires[operation & 3];
    if (!wire) wire.emplace(server);
    if (operation >> 2 == 0) {
      wire->finish();
      wire.reset();
    } else if (operation >> 2 == 1) {
      for (const auto& slot : server.slots) slot->host.pass(std::chrono::seconds(1 + take() % 32));
    } else {
      const size_t size = std::min<size_t>(rest.size(), take());
      wire->on_bytes(std::string(rest.substr(0, size)));
      rest.remove_prefix(std::min(size, rest.size()));
    }
    for (auto& each : wires) {
      if (each) each->end_turn();
    }
    for (const auto& slot : server.slots) slot->end_turn();
  }
  for (const auto& slot : server.slots) {
    slot->session.fail(CloseReason::kServerShutdown);
    slot->check();
    CREMA_ASSERT(slot->listener.closed.size() == 1);
    CREMA_ASSERT(slot->host.wheel().size() == 0);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  play({reinterpret_cast<const char*>(data), size});
  return 0;
}

// A whole session, from Engine.IO packets to sockets and rooms, under any order of events: it ends
// once, everyone is told once, its queue stays within its bound, and nothing is left behind.
#include "crema/base/check.h"
#include "crema/engineio/payload.h"
#include "crema/engineio/recording_host.h"
#include "crema/engineio/session.h"
#include "crema/socketio/hub_for_test.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace {

namespace engineio = crema::engineio;
namespace socketio = crema::socketio;
using engineio::CloseReason;
using engineio::Session;
using engineio::TransportKind;

constexpr size_t kQueuedMax = 300;

// The input is a list of operations: a letter, then for some of them text up to a newline.
class Run {
 public:
  explicit Run(std::string_view input) : rest_(input) {
    hub_.set_application(application_);
    engine_config_.queued_bytes_max = kQueuedMax;
    engine_config_.payload_packets_max = 8;
    const char options = take();
    if (options & 1) config_.repeated_connect = socketio::RepeatedConnect::kAnswerAgain;
    if (options & 2) config_.recovery = socketio::RecoveryConfig{};
    session_ = std::make_unique<Session>(
        std::string(20, 'A'), take() & 1 ? TransportKind::kPolling : TransportKind::kWebSocket,
        engine_config_, host_, Session::Upgrades::kWebSocket);
    connection_ = std::make_unique<socketio::Connection>(hub_, *session_,
                                                         std::make_shared<engineio::Handshake>());
    application_.when_event = [this](socketio::Socket& socket, const socketio::Event& event) {
      on_event(socket, event);
    };
  }

  void play() {
    while (!rest_.empty() && host_.times_ended == 0) {
      step(take());
      application_.heard.clear();
      check();
    }
    session_->fail(CloseReason::kServerShutdown);
    check();
    CREMA_ASSERT(host_.times_ended == 1);
    CREMA_ASSERT(session_->state() == Session::State::kClosed);
    CREMA_ASSERT(session_->queue().empty());
    CREMA_ASSERT(application_.sockets.empty());
    connection_.reset();
    session_.reset();
    hub_.forget_lost();
    hub_.end_turn();
    CREMA_ASSERT(hub_host_.open.empty() && hub_.namespaces().empty());
    CREMA_ASSERT(host_.wheel().size() == 0);
  }

 private:
  char take() {
    if (rest_.empty()) return 0;
    const char c = rest_.front();
    rest_.remove_prefix(1);
    return c;
  }
  std::string_view line() {
    const std::string_view text = rest_.substr(0, rest_.find('\n'));
    rest_.remove_prefix(std::min(rest_.size(), text.size() + 1));
    return text;
  }

  void step(char operation) {
    switch (operation) {
      case 't':
        return session_->on_text(line());
      case 'b':
        return session_->on_binary(line());
      case 'p':
        return post(line());
      case 'g':
        return void(session_->start_poll());
      case 'a':
        return session_->on_poll_aborted();
      case 'u':
        return void(session_->start_upgrade());
      case 'x':
        return void(session_->on_upgrade_text(line()));
      case 'l':
        return session_->abort_upgrade();
      case 'c':
        return session_->close(CloseReason::kForcedClose);
      case 'f':
        return flush(take());
      case 'w':
        return host_.pass(std::chrono::milliseconds(500) * (1 + (take() & 63)));
      case 'd':
        return decide(take());
      case 's':
        return broadcast();
      case 'q':
        return application_.accepts = !application_.accepts, void();
      case 'e':
        return hub_.end_turn();
      default:
        return;
    }
  }

  void post(std::string_view body) {
    engineio::PayloadCursor cursor(body);
    for (std::string_view packet;
         session_->state() == Session::State::kOpen && cursor.next(packet);) {
      session_->on_text(packet);
    }
  }

  // As the server at the end of a turn; a WebSocket's kernel takes `room` bytes.
  void flush(char room) {
    if (session_->transport() == TransportKind::kPolling) {
      (void)host_.body(*session_);
    } else {
      const size_t bytes = session_->queue().bytes();
      const size_t taken = std::min<size_t>(bytes, static_cast<uint8_t>(room));
      session_->consume(taken);
      session_->flushed(taken == bytes ? Session::Wire::kReady : Session::Wire::kBlocked);
    }
    const engineio::PacketQueue& queue = session_->queue();
    CREMA_ASSERT(!queue.exceeds(kQueuedMax));
  }

  void decide(char how) {
    if (application_.tickets.empty()) return;
    const auto ticket =
        application_.tickets[static_cast<uint8_t>(how) / 4 % application_.tickets.size()];
    if (how % 4 == 1) {
      hub_.refuse(ticket, "no");
    } else if (how % 4 == 2) {
      hub_.close(ticket);
    } else {
      hub_.accept(ticket, nullptr);
    }
  }

  void broadcast() {
    for (auto b : {socketio::make_broadcast("/", {"r", "s"}, "e", "1"),
                   socketio::make_broadcast_everywhere("e", "2")}) {
      hub_.number(b);
      hub_.deliver(b);
    }
  }

  void on_event(socketio::Socket& socket, const socketio::Event& event) {
    if (event.name == "j") socket.join("r");
    if (event.name == "k") socket.join("s");
    if (event.name == "l") socket.leave("r");
    if (event.name == "e") socket.emit("e", "\"back\"");
    if (event.name == "d") socket.disconnect();
    if (event.name == "c") session_->close(CloseReason::kForcedClose);
    if (event.name == "b") broadcast();
  }

  void check() {
    CREMA_ASSERT(host_.times_ended <= 1);
    CREMA_ASSERT((host_.times_ended == 1) == (session_->state() == Session::State::kClosed));
    CREMA_ASSERT(application_.sockets.size() <= config_.namespaces_per_connection_max);
    CREMA_ASSERT(session_->state() == Session::State::kOpen || application_.sockets.empty());
  }

  std::string_view rest_;
  socketio::Config config_;
  engineio::Config engine_config_;
  engineio::RecordingHost host_;
  socketio::RecordingHubHost hub_host_{host_};
  socketio::Hub hub_{config_, hub_host_};
  socketio::FakeApplication application_{hub_};
  std::unique_ptr<Session> session_;
  std::unique_ptr<socketio::Connection> connection_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  Run({reinterpret_cast<const char*>(data), size}).play();
  return 0;
}

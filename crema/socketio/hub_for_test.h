// A hub with everything around it played, for tests and fuzzers: a host that records, an
// application that does as told, and clients whose frames are strings.
#pragma once

#include "crema/engineio/recording_host.h"
#include "crema/socketio/connection.h"
#include "crema/socketio/hub.h"

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace crema::socketio {

// Keeps which namespaces and rooms are open; a room as "nsp room".
class RecordingHubHost final : public HubHost {
 public:
  explicit RecordingHubHost(engineio::RecordingHost& time) : time_(time) {}

  unsigned shard() const override { return 3; }
  unsigned shards() const override { return shard_count; }
  base::TimePoint now() override { return time_.now(); }
  base::TimingWheel& wheel() override { return time_.wheel(); }
  void namespace_opened(std::string_view nsp) override { open.emplace(nsp); }
  void namespace_emptied(std::string_view nsp) override { open.erase(std::string(nsp)); }
  void room_opened(std::string_view nsp, std::string_view room) override {
    open.insert(std::string(nsp) + " " + std::string(room));
  }
  void room_emptied(std::string_view nsp, std::string_view room) override {
    open.erase(std::string(nsp) + " " + std::string(room));
  }

  void expect_room(unsigned, std::string_view, std::string_view) override {}
  void settle_room(std::string_view, std::string_view) override {}
  // There is no other shard: what is asked of one is not answered.
  void post_to(unsigned, std::function<void(Hub&)>) override {}

  std::set<std::string> open;
  unsigned shard_count = 4;

 private:
  engineio::RecordingHost& time_;
};

// Accepts every CONNECT at once, unless told to wait; records what it hears.
class FakeApplication final : public Application {
 public:
  explicit FakeApplication(Hub& hub) : hub_(hub) {}

  bool has_namespace(std::string_view nsp) override { return !nsp.starts_with("/no"); }
  void on_connect(const ConnectRequest& request) override {
    heard.push_back("connect " + std::string(request.nsp) + " " + std::string(request.auth));
    tickets.push_back(request.ticket);
    if (accepts) hub_.accept(request.ticket, nullptr);
  }
  void on_connect_abandoned(ConnectTicket ticket) override {
    heard.push_back("abandoned");
    abandoned.push_back(ticket);
  }
  void on_connected(Socket& socket) override {
    heard.push_back("connected " + socket.nsp().name());
    sockets.push_back(&socket);
    if (when_connected) when_connected(socket);
  }
  void on_event(Socket& socket, const Event& event) override {
    std::string line = socket.nsp().name() + " " + event.name;
    for (const json::Slice arg : event.args) line.append(" ").append(arg);
    if (event.ack_id) line.append(" #").append(std::to_string(*event.ack_id));
    for (const std::string& bytes : event.attachments) line.append(" <").append(bytes).append(">");
    heard.push_back(line);
    if (when_event) when_event(socket, event);
  }
  void on_disconnecting(Socket& socket, std::string_view) override {
    if (when_disconnecting) when_disconnecting(socket);
  }
  void on_bad_packet(Socket& socket) override { bad_packets.push_back(socket.nsp().name()); }
  void on_outgoing(Socket&, const OutMessage& message) override {
    outgoing.emplace_back(message.text.payload());
  }
  void on_moved(const std::shared_ptr<const SocketData>&, unsigned shard) override {
    moved_to = shard;
  }
  void on_disconnected(Socket& socket, std::string_view reason) override {
    heard.push_back("disconnected " + socket.nsp().name() + ": " + std::string(reason));
    std::erase(sockets, &socket);
    if (when_disconnected) when_disconnected(socket);
  }

  bool accepts = true;
  std::vector<std::string> heard;
  std::vector<ConnectTicket> tickets;
  std::vector<ConnectTicket> abandoned;
  std::vector<Socket*> sockets;  // Connected, in order.
  std::function<void(Socket&)> when_connected;
  std::function<void(Socket&, const Event&)> when_event;
  std::function<void(Socket&)> when_disconnecting;
  std::function<void(Socket&)> when_disconnected;
  std::vector<std::string> bad_packets;
  std::vector<std::string> outgoing;
  unsigned moved_to = 99;  // The shard to which the last session moved.

 private:
  Hub& hub_;
};

// One WebSocket client and its server side.
class FakeClient {
 public:
  FakeClient(Hub& hub, engineio::RecordingHost& host, const engineio::Config& config)
      : host_(host),
        session(std::string(20, 'A'), engineio::TransportKind::kWebSocket, config, host,
                engineio::Session::Upgrades::kNone),
        connection(hub, session, std::make_shared<engineio::Handshake>()) {
    (void)host_.wire(session);
  }
  ~FakeClient() { session.fail(engineio::CloseReason::kServerShutdown); }

  // Sends one Engine.IO message as text.
  void send(std::string_view message) { session.on_text("4" + std::string(message)); }
  // What it received since, without the message digit; the turn's flush with it.
  std::vector<std::string> received() {
    std::vector<std::string> packets = host_.wire(session);
    for (std::string& packet : packets) packet.erase(0, 1);
    return packets;
  }
  [[nodiscard]] bool open() const { return session.state() == engineio::Session::State::kOpen; }

 private:
  engineio::RecordingHost& host_;

 public:
  engineio::Session session;
  Connection connection;
};

}  // namespace crema::socketio

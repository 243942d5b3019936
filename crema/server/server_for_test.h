// A running server on a free port with an application that tells the test what it hears.
#pragma once

#include "crema/engineio/session_id.h"
#include "crema/server/client_for_test.h"
#include "crema/server/server.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace crema::server {

// What happened on all shards' threads.
class SharedLog {
 public:
  // Called with every line that is added, on the thread that adds it. Set before the server runs.
  std::function<void()> on_add;

  void add(std::string line) {
    if (on_add) on_add();
    const std::lock_guard lock(mutex_);
    lines_.push_back(std::move(line));
    changed_.notify_all();
  }
  void clear() {
    const std::lock_guard lock(mutex_);
    std::vector<std::string>().swap(lines_);
  }
  // Whether the line has come within 10 s.
  bool wait_for(const std::string& line) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(10),
                             [&] { return std::ranges::find(lines_, line) != lines_.end(); });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> lines_;
};

// Events: `echo` is sent back, `plain` too and not to be compressed; `join` a room; `news` goes to
// the members of room "r" everywhere; `burst` sends one small event as often as told, `flood` 100
// KB; `quit` disconnects.
class TestApplication final : public socketio::Application {
 public:
  TestApplication(Shard& shard, SharedLog& log) : shard_(shard), log_(log) {}

  bool has_namespace(std::string_view) override { return true; }
  void on_connect(const socketio::ConnectRequest& request) override {
    shard_.hub().accept(request.ticket, nullptr);
  }
  void on_connect_abandoned(socketio::ConnectTicket) override {}
  void on_connected(socketio::Socket&) override {}
  void on_event(socketio::Socket& socket, const socketio::Event& event) override {
    const std::string arg(event.args.empty() ? json::Slice() : event.args[0]);
    if (event.name == "echo") socket.emit("echo", arg);
    if (event.name == "plain") {
      socket.emit("plain", arg, nullptr, socketio::Delivery::kQueued, engineio::Compress::kNo);
    }
    if (event.name == "join") {
      socket.join("r");
      socket.emit("joined", "");
    }
    if (event.name == "news") {
      shard_.broadcast(socketio::make_broadcast(socket.nsp().name(), {"r"}, "news", arg));
    }
    if (event.name == "burst") {
      for (int i = std::stoi(arg); i > 0; --i) socket.emit("burst", "");
    }
    if (event.name == "flood") {
      const std::string data = "\"" + std::string(100'000, 'x') + "\"";
      for (int i = std::stoi(arg); i > 0; --i) socket.emit("flood", data);
    }
    if (event.name == "quit") socket.disconnect();
  }
  // The members of the room learn of it, wherever they are: also while the server stops.
  void on_disconnected(socketio::Socket& socket, std::string_view reason) override {
    shard_.broadcast(socketio::make_broadcast(socket.nsp().name(), {"r"}, "gone", ""));
    log_.add(std::string(reason));
  }

 private:
  Shard& shard_;
  SharedLog& log_;
};

class ServerTest : public testing::TestWithParam<unsigned> {
 protected:
  ~ServerTest() override { stop(); }

  void start() {
    config_.shards = GetParam();
    config_.on_http = [](const http::Request& request) -> std::optional<http::Response> {
      if (request.path() != "/health") return std::nullopt;
      return http::Response{.status = 200, .headers = {}, .body = "healthy"};
    };
    server_ = std::make_unique<Server>(
        config_, [this](Shard& shard) { return std::make_unique<TestApplication>(shard, log_); });
    ASSERT_TRUE(server_->listen_tcp("127.0.0.1", 0));
    port_ = server_->port();
    thread_ = std::thread([this] { server_->run(); });
  }
  void stop() {
    if (!thread_.joinable()) return;
    server_->stop();
    thread_.join();
  }

  ClientForTest client() { return ClientForTest(port_); }

  static std::string get(const std::string& target) {
    return "GET " + target + " HTTP/1.1\r\nHost: x\r\n\r\n";
  }
  static std::string post(const std::string& sid, std::string_view body) {
    return "POST " + polling_target(sid) +
           " HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
           std::string(body);
  }
  static std::string polling_target(const std::string& sid) {
    const std::string target = "/socket.io/?EIO=4&transport=polling";
    return sid.empty() ? target : target + "&sid=" + sid;
  }
  static std::string poll(const std::string& sid) { return get(polling_target(sid)); }
  static std::string upgrade(const std::string& sid) {
    return "GET /socket.io/?EIO=4&transport=websocket" + (sid.empty() ? sid : "&sid=" + sid) +
           " HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
           "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
  }
  // Of an open packet.
  static std::string sid_of(std::string_view open) {
    return open.size() < 29 ? std::string() : std::string(open.substr(9, 20));
  }

  std::string open_polling(ClientForTest& client) {
    client.send(poll(""));
    return sid_of(client.answer().body);
  }
  // A WebSocket with a socket in "/a"; the session's id is added to `sids` when given.
  ClientForTest open_websocket(std::vector<std::string>* sids = nullptr) {
    ClientForTest ws = client();
    ws.send(upgrade(""));
    EXPECT_EQ(ws.answer().status, 101U);
    const std::string sid = sid_of(ws.frame());
    if (sids) sids->push_back(sid);
    ws.send_text("40/a,");
    EXPECT_EQ(ws.frame().substr(0, 12), R"(40/a,{"sid":)");
    return ws;
  }

  Config config_;
  SharedLog log_;
  std::unique_ptr<Server> server_;
  std::thread thread_;
  uint16_t port_ = 0;
};

}  // namespace crema::server

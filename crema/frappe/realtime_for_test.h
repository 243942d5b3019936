// A running server of Frappe's realtime application, asking a web process that the test plays.
#pragma once

#include "crema/engineio/session_id.h"
#include "crema/frappe/admission.h"
#include "crema/frappe/event_bridge.h"
#include "crema/frappe/realtime.h"
#include "crema/server/server_for_test.h"

#include <algorithm>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace crema::frappe {

// The sid tells what is answered: "away" cannot be told, "late" at the second call only, "empty" is
// nobody, "no" is refused, anything else is a System User of that name, "guest" a Website User.
// The name of a document likewise: those that begin with "held" wait for `release`, "denied" is,
// "late" can be told at the third question only, "away" never.
class BackendForTest final : public Backend {
 public:
  explicit BackendForTest(net::Executor executor) : executor_(std::move(executor)) {}

  net::Task<IdentityAnswer> identify(Credential credential) override {
    using Kind = IdentityAnswer::Kind;
    log.add("identify " + credential.site + " " + credential.sid);
    ++identified;
    const std::string& sid = credential.sid;
    IdentityAnswer answer{Kind::kKnown, {sid, sid == "guest" ? "Website User" : "System User"}, {}};
    if (sid == "new secret") answer = after_an_absence(answer);
    if (sid == "no") answer = {Kind::kRefused, {}, "no"};
    if (sid == "empty") answer = {Kind::kEmpty, {}, {}};
    if (sid == "away" || (sid == "late" && identified == 1)) {
      answer = {Kind::kUnavailable, {}, "away"};
    }
    co_return answer;
  }

  net::Task<PermissionAnswer> check(PermissionQuestion question) override {
    log.add("check " + question.doctype + " " + question.name);
    ++checked;
    if (question.name.starts_with("held") && !released_) {
      net::SteadyTimer gate(executor_);
      gate.expires_at(net::SteadyTimer::time_point::max());
      gates_.push_back(&gate);
      auto waiting = gate.async_wait(net::kAsTuple);
      co_await std::move(waiting);
    }
    using Kind = PermissionAnswer::Kind;
    PermissionAnswer answer{question.name == "denied" ? Kind::kDenied : Kind::kAllowed, {}};
    if (question.name == "away" || (question.name == "late" && checked < 3)) {
      answer = {Kind::kUnavailable, "away"};
    }
    co_return answer;
  }

  // Nobody there, then a web process that has just made a new secret, then it knows.
  IdentityAnswer after_an_absence(IdentityAnswer known) const {
    if (identified == 1) return {IdentityAnswer::Kind::kUnavailable, {}, "away"};
    if (identified == 2) return {IdentityAnswer::Kind::kEmpty, {}, {}};
    return known;
  }

  // On the home shard's thread, as the rest, or when it has ended.
  void release() {
    released_ = true;
    for (net::SteadyTimer* gate : std::exchange(gates_, {})) gate->cancel();
  }

  // What is asked from now on waits again.
  void hold() { released_ = false; }

  server::SharedLog log;
  int identified = 0;
  int checked = 0;

 private:
  const net::Executor executor_;
  std::vector<net::SteadyTimer*> gates_;
  bool released_ = false;
};

// The parameter is the number of shards. The first client lives on the last shard.
class RealtimeTest : public testing::TestWithParam<unsigned> {
 protected:
  using Client = server::ClientForTest;

  ~RealtimeTest() override { stop(); }

  void start() {
    services_.find_site = [](std::string_view name, base::TimePoint) {
      auto site = std::make_shared<Site>();
      site->origins = {"https://app.example"};
      return name == "a" || name == "b" ? site : nullptr;
    };
    server::Config config;
    config.shards = GetParam();
    config.keep_handshake = keep_handshake;
    config.socketio.repeated_connect = socketio::RepeatedConnect::kAnswerAgain;
    config.socketio.recovery = recovery_;
    server_ = std::make_unique<server::Server>(config, [this](server::Shard& shard) {
      return std::make_unique<Realtime>(shard, services_);
    });
    server::Shard& home = server_->home();
    services_.home = &home;
    backend_ = std::make_unique<BackendForTest>(home.loop().executor());
    services_.identity =
        std::make_unique<IdentityService>(home.loop(), services_.config, *backend_);
    services_.permission =
        std::make_unique<PermissionService>(home.loop(), services_.config, *backend_);
    services_.viewers = std::make_unique<DocViewers>(home);
    bridge_ = std::make_unique<EventBridge>(home);
    ASSERT_TRUE(server_->listen_tcp("127.0.0.1", 0));
    thread_ = std::thread([this] { server_->run(); });
  }
  void stop() {
    if (!thread_.joinable()) return;
    server_->stop();
    thread_.join();
    backend_->release();
    EXPECT_TRUE(server_->home().loop().drain(std::chrono::seconds(10)));
  }

  // Runs `fn` on a shard's thread and gives its value.
  template <class F>
  auto on(unsigned shard, F fn) {
    auto task = std::make_shared<std::packaged_task<decltype(fn())()>>(std::move(fn));
    auto value = task->get_future();
    server_->shards()[shard]->loop().post([task] { (*task)(); });
    return value.get();
  }
  // Whether it becomes true on the last shard within 10 s.
  bool becomes(const std::function<bool()>& fn) {
    const auto limit = base::steady_now() + std::chrono::seconds(10);
    while (base::steady_now() < limit) {
      if (on(GetParam() - 1, fn)) return true;
    }
    return false;
  }

  // A session on the given site's host; nothing is joined.
  Client open(std::string_view host, std::string_view sid) {
    Client client(server_->port());
    client.send("GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: " + std::string(host) +
                "\r\nOrigin: http://" + std::string(host) + "\r\nCookie: sid=" + std::string(sid) +
                "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
    EXPECT_EQ(client.answer().status, 101U);
    shard_ = engineio::shard_of(client.frame().substr(9, 20)).value_or(99);
    return client;
  }
  // The same, with a socket in the site's namespace.
  Client join(const std::string& site, std::string_view sid) {
    Client client = open(site, sid);
    client.send_text("40/" + site + ",");
    const std::string answer = client.frame();
    const size_t begin = answer.find(R"({"sid":")");
    EXPECT_EQ(begin, site.size() + 4) << answer;
    if (begin != std::string::npos) socket_id_ = answer.substr(begin + 8, 20);
    const size_t pid = answer.find(R"("pid":")");
    if (pid != std::string::npos) pid_ = answer.substr(pid + 7, 20);
    return client;
  }

  void publish(std::string_view site, std::string_view room, std::string_view event) {
    const std::string message = R"({"event":")" + std::string(event) + R"(","namespace":")" +
                                std::string(site) + R"(","room":")" + std::string(room) + R"("})";
    on(0, [&] { return bridge_->on_message(message).has_value(); });
  }

  // Of the latest client that joined; it must be on the last shard.
  bool is_in(const std::string& room) {
    EXPECT_EQ(shard_, GetParam() - 1);
    return on(GetParam() - 1, [&] { return is_in_here("/a", room); });
  }
  bool comes_in(const std::string& room) {
    return becomes([&] { return is_in_here("/a", room); });
  }
  // How many rooms it joined beside its own.
  bool comes_in_rooms(size_t count) {
    return becomes([&] {
      const socketio::Socket* socket = last_shard().hub().find("/a", socket_id_);
      return socket && socket->rooms().size() == count;
    });
  }
  // What it sent before has been handled.
  static void settle(Client& client) {
    client.send_text(R"(42/a,["ping"])");
    EXPECT_EQ(client.frame(), R"(42/a,["pong"])");
  }

  server::Shard& last_shard() { return *server_->shards().back(); }

  std::optional<socketio::RecoveryConfig> recovery_;
  std::string pid_;  // Of the latest client that joined, with recovery.
  Services services_;
  std::unique_ptr<BackendForTest> backend_;
  std::unique_ptr<server::Server> server_;
  std::unique_ptr<EventBridge> bridge_;
  std::thread thread_;
  unsigned shard_ = 99;
  std::string socket_id_;

 private:
  bool is_in_here(std::string_view nsp, const std::string& room) {
    const socketio::Socket* socket = last_shard().hub().find(nsp, socket_id_);
    return socket && socket->in(room);
  }
};

class DocViewersTest : public RealtimeTest {
 protected:
  // Returns when the permission was there and the room is joined.
  static void open_doc(Client& client, const std::string& document) {
    client.send_text("42/a,9[\"doc_open\"," + document + "]");
    EXPECT_EQ(client.frame(), R"(43/a,9[{"ok":true}])");
  }
  static std::string viewers(const std::string& users) {
    return R"(42/a,["doc_viewers",{"doctype":"ToDo","docname":"1","users":[)" + users + "]}]";
  }
  // What the client sent before has reached the home shard.
  void settle_after(Client& client) {
    settle(client);
    on(0, [] { return true; });
  }
  bool empties_to(size_t documents) {
    const auto limit = base::steady_now() + std::chrono::seconds(10);
    while (base::steady_now() < limit) {
      if (on(0, [&] { return services_.viewers->size(); }) == documents) return true;
    }
    return false;
  }
};

}  // namespace crema::frappe

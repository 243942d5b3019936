#include "crema/transport/route.h"

#include <gtest/gtest.h>

#include <string>

namespace crema::transport {
namespace {

using engineio::TransportKind;
using Kind = Route::Kind;

constexpr std::string_view kPolling = "BAAAAAAAAAAAAAAAAAAA";    // On shard 1, this one.
constexpr std::string_view kWebSocket = "BBAAAAAAAAAAAAAAAAAA";  // Likewise.
constexpr std::string_view kElsewhere = "CAAAAAAAAAAAAAAAAAAA";  // On shard 2.
constexpr std::string_view kNowhere = "EAAAAAAAAAAAAAAAAAAA";    // On shard 4, which is none.

class FakeDirectory final : public SessionDirectory {
 public:
  unsigned this_shard() const override { return 1; }
  unsigned shards() const override { return 4; }
  std::optional<TransportKind> transport_of(std::string_view sid) const override {
    if (sid == kPolling) return TransportKind::kPolling;
    if (sid == kWebSocket) return TransportKind::kWebSocket;
    return std::nullopt;
  }
};

http::Request with(std::string method, std::string target) {
  return {.method = std::move(method), .target = std::move(target), .headers = {}, .body = {}};
}

http::Request get(std::string target) { return with("GET", std::move(target)); }

http::Request upgrade(std::string target) {
  http::Request request = get(std::move(target));
  request.headers = {{"Connection", "keep-alive, Upgrade"}, {"Upgrade", "websocket"}};
  return request;
}

std::string on(std::string_view sid, std::string_view query) {
  return "/socket.io/?" + std::string(query) + "&sid=" + std::string(sid);
}

Route routed(const http::Request& request) { return route(request, Config{}, FakeDirectory{}); }
Kind kind(const http::Request& request) { return routed(request).kind; }

// The refusal's code; -1 when the request is not refused.
int refusal(const http::Request& request) {
  const Route found = routed(request);
  return found.kind == Kind::kRefused ? code_of(found.refusal) : -1;
}

// The name within its code; empty when the request is not refused.
std::string_view name(const http::Request& request) {
  const Route found = routed(request);
  return found.kind == Kind::kRefused ? name_of(found.refusal) : std::string_view();
}

TEST(Route, BeginsWithThePath) {
  EXPECT_EQ(kind(get("/socket.io/?EIO=4&transport=polling")), Kind::kOpenPolling);
  EXPECT_EQ(kind(get("/socket.io/foo?EIO=4&transport=polling")), Kind::kOpenPolling);
  for (const char* target : {"/", "/socket.io?EIO=4&transport=polling", "/socket.iox/", "/health",
                             "/x/socket.io/?EIO=4&transport=polling", "/Socket.io/", "*"}) {
    EXPECT_EQ(kind(get(target)), Kind::kOutside) << target;
  }
}

TEST(Route, WithoutATrailingSlashTakesBoth) {
  Config config;
  config.path = "/socket.io";
  for (const char* target :
       {"/socket.io?EIO=4&transport=polling", "/socket.io/?EIO=4&transport=polling"}) {
    EXPECT_EQ(route(get(target), config, FakeDirectory{}).kind, Kind::kOpenPolling) << target;
  }
}

TEST(Route, HasOnlyTheTransportsThatAreEnabled) {
  Config config;
  config.transports = {.polling = false, .websocket = true};
  Route found = route(get("/socket.io/?EIO=4&transport=polling"), config, FakeDirectory{});
  EXPECT_EQ(found.kind, Kind::kRefused);
  EXPECT_EQ(found.refusal, Refusal::kTransportUnknown);
  found = route(upgrade("/socket.io/?EIO=4&transport=websocket"), config, FakeDirectory{});
  EXPECT_EQ(found.kind, Kind::kOpenWebSocket);
  EXPECT_TRUE(found.is_upgrade);

  config.transports = {.polling = true, .websocket = false};
  found = route(upgrade("/socket.io/?EIO=4&transport=websocket"), config, FakeDirectory{});
  EXPECT_EQ(found.refusal, Refusal::kTransportUnknown);
  EXPECT_FALSE(found.is_upgrade) << "it is answered as any other request";
  found = route(upgrade(on(kPolling, "EIO=4&transport=polling")), config, FakeDirectory{});
  EXPECT_EQ(found.kind, Kind::kPoll);
}

TEST(Route, NamesWhatIsWrongWithABadRequest) {
  http::Request origin = get("/socket.io/?EIO=4&transport=polling");
  origin.headers = {{"Origin", "http://a\x01"}};
  EXPECT_EQ(name(origin), "INVALID_ORIGIN");
  EXPECT_EQ(name(get(on(kWebSocket, "EIO=4&transport=polling"))), "TRANSPORT_MISMATCH");
  EXPECT_EQ(name(get(on(kPolling, "EIO=4&transport=websocket"))), "TRANSPORT_MISMATCH");
  EXPECT_EQ(name(get("/socket.io/?EIO=4&transport=websocket")), "TRANSPORT_HANDSHAKE_ERROR");
  EXPECT_EQ(name(get(on(kPolling, "EIO=3&transport=polling"))), "PROTOCOL_MISMATCH");
}

TEST(Route, OpensSessions) {
  EXPECT_EQ(kind(get("/socket.io/?EIO=4&transport=polling&t=x&j=0&b64=1")), Kind::kOpenPolling);
  EXPECT_EQ(kind(get("/socket.io/?EIO=4&transport=polling&sid=")), Kind::kOpenPolling);
  EXPECT_EQ(kind(upgrade("/socket.io/?EIO=4&transport=websocket")), Kind::kOpenWebSocket);
}

TEST(Route, KnowsTwoTransports) {
  for (const char* target :
       {"/socket.io/", "/socket.io/?EIO=4", "/socket.io/?EIO=4&transport=",
        "/socket.io/?EIO=4&transport=__proto__", "/socket.io/?EIO=4&transport=constructor",
        "/socket.io/?EIO=4&transport=hasOwnProperty", "/socket.io/?EIO=4&transport=webtransport",
        "/socket.io/?EIO=4&transport=polling&transport=x"}) {
    EXPECT_EQ(refusal(get(target)), 0) << target;
    EXPECT_EQ(refusal(upgrade(target)), 0) << target;
  }
  EXPECT_EQ(kind(get("/socket.io/?EIO=4&transport=x&transport=polling")), Kind::kOpenPolling);
}

TEST(Route, RefusesAWebSocketThatSaysPolling) {
  EXPECT_EQ(refusal(upgrade("/socket.io/?EIO=4&transport=polling")), 3);
  EXPECT_EQ(refusal(upgrade(on(kPolling, "EIO=4&transport=polling"))), 3);
}

TEST(Route, RefusesAnOriginWithControlCharacters) {
  http::Request request = get("/socket.io/?EIO=4&transport=polling");
  request.headers = {{"Origin", "http://a\x01"}};
  EXPECT_EQ(refusal(request), 3);
  request.headers = {{"Origin", "http://a\x7f"}};
  EXPECT_EQ(refusal(request), 3);
  request.headers = {{"Origin", "http://a\t\xe4"}};
  EXPECT_EQ(refusal(request), -1);
}

TEST(Route, FindsSessionsOfThisShard) {
  EXPECT_EQ(kind(get(on(kPolling, "EIO=4&transport=polling"))), Kind::kPoll);
  EXPECT_EQ(kind(with("POST", on(kPolling, "EIO=4&transport=polling"))), Kind::kPost);
  EXPECT_EQ(kind(upgrade(on(kPolling, "EIO=4&transport=websocket"))), Kind::kUpgrade);
  EXPECT_EQ(kind(upgrade(on(kWebSocket, "EIO=4&transport=websocket"))), Kind::kUpgrade);
  EXPECT_EQ(routed(get(on(kPolling, "EIO=4&transport=polling"))).sid, kPolling);
}

TEST(Route, KnowsNoOtherSessions) {
  for (const std::string_view sid : {"BCAAAAAAAAAAAAAAAAAA", "__proto__", "constructor", "x",
                                     "EAAAAAAAAAAAAAAAAAAA", "BAAAAAAAAAAAAAAAAAAAA"}) {
    EXPECT_EQ(refusal(get(on(sid, "EIO=4&transport=polling"))), 1) << sid;
    EXPECT_EQ(refusal(with("POST", on(sid, "EIO=4&transport=polling"))), 1) << sid;
    EXPECT_EQ(refusal(with("PUT", on(sid, "EIO=3&transport=polling"))), 1) << sid;
    EXPECT_EQ(refusal(upgrade(on(sid, "EIO=4&transport=websocket"))), 1) << sid;
  }
  EXPECT_EQ(refusal(get(on(kNowhere, "EIO=4&transport=polling"))), 1);
}

TEST(Route, NamesTheShardThatHasTheSession) {
  const Route found = routed(get(on(kElsewhere, "EIO=4&transport=polling")));
  EXPECT_EQ(found.kind, Kind::kOtherShard);
  EXPECT_EQ(found.shard, 2U);
  EXPECT_EQ(kind(upgrade(on(kElsewhere, "EIO=3&transport=websocket"))), Kind::kOtherShard)
      << "it is judged there";
}

TEST(Route, RefusesTheOtherTransport) {
  EXPECT_EQ(refusal(get(on(kWebSocket, "EIO=4&transport=polling"))), 3);
  EXPECT_EQ(refusal(with("POST", on(kWebSocket, "EIO=4&transport=polling"))), 3);
  EXPECT_EQ(refusal(get(on(kPolling, "EIO=4&transport=websocket"))), 3) << "without Upgrade";
  EXPECT_EQ(refusal(get(on(kWebSocket, "EIO=4&transport=websocket"))), 3);
}

TEST(Route, RefusesTheOtherProtocol) {
  for (const char* eio : {"EIO=3", "EIO=5", "x=4", "EIO=", "EIO=04"}) {
    const std::string query = std::string(eio) + "&transport=";
    EXPECT_EQ(refusal(get(on(kPolling, query + "polling"))), 3) << eio;
    EXPECT_EQ(refusal(with("POST", on(kPolling, query + "polling"))), 3) << eio;
    EXPECT_EQ(refusal(upgrade(on(kPolling, query + "websocket"))), 3) << eio;
  }
}

TEST(Route, RefusesOtherMethods) {
  for (const char* method : {"POST", "PUT", "HEAD", "OPTIONS", "DELETE", "get"}) {
    EXPECT_EQ(refusal(with(method, "/socket.io/?EIO=4&transport=polling")), 2) << method;
    EXPECT_EQ(refusal(with(method, "/socket.io/?EIO=3&transport=websocket")), 2) << method;
  }
  for (const char* method : {"PUT", "HEAD", "OPTIONS", "DELETE", "get"}) {
    EXPECT_EQ(kind(with(method, on(kPolling, "EIO=4&transport=polling"))), Kind::kBadMethod)
        << method;
  }
}

TEST(Route, RefusesAPlainGetOfAWebSocket) {
  EXPECT_EQ(refusal(get("/socket.io/?EIO=4&transport=websocket")), 3);
  EXPECT_EQ(refusal(get("/socket.io/?EIO=3&transport=websocket")), 3) << "before the version";
  http::Request h2c = get("/socket.io/?EIO=4&transport=websocket");
  h2c.headers = {{"Connection", "Upgrade"}, {"Upgrade", "h2c"}};
  EXPECT_EQ(refusal(h2c), 3);
}

TEST(Route, SpeaksVersionFour) {
  for (const char* eio : {"", "EIO=3", "EIO=5", "EIO=abc", "EIO=", "EIO=44", "eio=4"}) {
    const std::string query = "/socket.io/?" + std::string(eio) + "&transport=";
    EXPECT_EQ(refusal(get(query + "polling")), 5) << eio;
    EXPECT_EQ(refusal(upgrade(query + "websocket")), 5) << eio;
  }
}

TEST(Route, ChecksInTheOrderOfTheReference) {
  http::Request request = with("PUT", "/socket.io/?EIO=3&transport=x&sid=y");
  request.headers = {{"Origin", "\x01"}};
  EXPECT_EQ(refusal(request), 0);
  request.target = "/socket.io/?EIO=3&transport=polling&sid=y";
  EXPECT_EQ(refusal(request), 3);
  request.headers = {};
  EXPECT_EQ(refusal(request), 1);
  request.target = "/socket.io/?EIO=3&transport=polling";
  EXPECT_EQ(refusal(request), 2);
  request.method = "GET";
  EXPECT_EQ(refusal(request), 5);
}

}  // namespace
}  // namespace crema::transport

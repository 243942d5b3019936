// The public interface against a raw client, on several shards: what no official client can see.
#include "crema/library/server.h"

#include "crema/library/library_for_test.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace crema {
namespace {

using server::ClientForTest;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

INSTANTIATE_TEST_SUITE_P(Threads, LibraryTest, testing::Values(1U, 3U));

TEST_P(LibraryTest, AnswersWithWhatAHandlerReturns) {
  io_.on("sum", [](int a, int b) { return a + b; });
  io_.on("pair", [](std::string s) { return std::pair(s, s.size()); });
  start();
  ClientForTest client = connect();
  client.send_text(R"(421["sum",2,3])");
  EXPECT_EQ(client.frame(), "431[5]");
  client.send_text(R"(42["sum",2,3])");
  client.send_text(R"(422["pair","é"])");
  EXPECT_EQ(client.frame(), R"(432[["é",2]])");
}

TEST_P(LibraryTest, ShowsTheHandshake) {
  io_.on("connection", [](Socket socket) {
    const Handshake& h = socket.handshake();
    socket.emit("seen", h.header("x-test").value_or(""), h.query("who").value_or(""),
                h.auth_member("token").as_string(), h.address, socket.transport(), h.xdomain, h.url,
                h.secure, h.time.ends_with(" GMT+0000"), h.issued > 1'700'000'000'000);
  });
  start();
  ClientForTest client = open();
  client.send_text(R"(40{"token":"t"})");
  EXPECT_THAT(client.frame(), StartsWith("40"));
  EXPECT_EQ(client.frame(), R"(42["seen","a","me","t","127.0.0.1","websocket",false,)"
                            R"("/socket.io/?EIO=4&transport=websocket&who=me",false,true,true])");
}

TEST_P(LibraryTest, CompressesAnAnswerUnlessTold) {
  const std::string data(2'000, 'x');
  io_.on("ask", [this, data](Socket socket, bool compress, bool broadcast) {
    if (broadcast) {
      io_.to(socket.id()).compress(compress).emit("data", data);
    } else {
      socket.compress(compress).emit("data", data);
    }
  });
  start();
  const auto request = [](const std::string& method, const std::string& sid,
                          const std::string& body) {
    return method + " /socket.io/?EIO=4&transport=polling" + (sid.empty() ? "" : "&sid=" + sid) +
           " HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\nContent-Length: " +
           std::to_string(body.size()) + "\r\n\r\n" + body;
  };
  ClientForTest client(io_.port());
  client.send(request("GET", "", ""));
  const std::string sid = client.answer().body.substr(9, 20);
  client.send(request("POST", sid, "40") + request("GET", sid, ""));
  EXPECT_EQ(client.answer().body, "ok");
  EXPECT_THAT(client.answer().body, StartsWith("40"));
  for (const char* broadcast : {"false", "true"}) {
    for (const char* compress : {"true", "false"}) {
      const std::string event = std::string(R"(42["ask",)") + compress + "," + broadcast + "]";
      client.send(request("POST", sid, event) + request("GET", sid, ""));
      EXPECT_EQ(client.answer().body, "ok");
      const auto answer = client.answer();
      EXPECT_EQ(answer.body.size() < 200, compress == std::string("true")) << event;
      EXPECT_EQ(answer.body == R"(42["data",")" + data + R"("])", compress == std::string("false"));
    }
  }
}

TEST_P(LibraryTest, CatchesWhatHandlersThrow) {
  io_.on("throw", [] { throw std::runtime_error("it broke"); });
  io_.on("throw more", [] { throw 5; });
  io_.on("error", [](Socket socket, std::string message) {
    socket.emit("error seen", message);
    throw std::runtime_error("again");
  });
  start();
  ClientForTest client = connect();
  client.send_text(R"(42["throw"])");
  EXPECT_EQ(client.frame(), R"(42["error seen","it broke"])");
  client.send_text(R"(42["throw more"])");
  EXPECT_THAT(client.frame(), HasSubstr("no std::exception"));
}

TEST_P(LibraryTest, HandlesAreValidForEverAndFromAnyThread) {
  std::promise<Socket> connected;
  io_.on("connection", [&connected](Socket socket) { connected.set_value(socket); });
  io_.on("rooms", [](Socket socket) { return socket.rooms().size(); });
  start();
  ClientForTest client = connect();
  const Socket socket = connected.get_future().get();
  EXPECT_TRUE(socket.connected());
  EXPECT_TRUE(socket.emit("hello", 1));
  EXPECT_EQ(client.frame(), R"(42["hello",1])");
  EXPECT_TRUE(socket.join("r"));
  io_.to("r").emit("to the room");
  EXPECT_EQ(client.frame(), R"(42["to the room"])") << "joined before this thread went on";
  socket.on("later", [] { return "added"; });
  client.send_text(R"(421["rooms"])");
  EXPECT_EQ(client.frame(), "431[2]");
  client.send_text(R"(422["later"])");
  EXPECT_EQ(client.frame(), R"(432["added"])");
  EXPECT_TRUE(socket.rooms().empty()) << "only its handlers may ask";
  EXPECT_TRUE(socket.disconnect());
  EXPECT_EQ(client.frame(), "41");
  while (socket.connected()) std::this_thread::yield();
  EXPECT_FALSE(socket.emit("hello", 2));
  EXPECT_FALSE(socket.disconnect());
  EXPECT_FALSE(socket.leave("r"));
  EXPECT_FALSE(socket.join("r"));
}

TEST(Library, HandlesOutliveTheServer) {
  std::promise<Socket> connected;
  auto io = std::make_unique<Server>();
  io->on("connection", [&connected](Socket socket) { connected.set_value(socket); });
  ASSERT_EQ(io->listen(0, "127.0.0.1"), std::nullopt);
  io->start();
  const Namespace nsp = io->of("/");
  ClientForTest client = open_websocket(io->port());
  client.send_text("40");
  const Socket socket = connected.get_future().get();
  io.reset();
  EXPECT_FALSE(socket.connected());
  EXPECT_FALSE(socket.emit("x"));
  EXPECT_FALSE(socket.join("r"));
  nsp.emit("nobody hears it");
  nsp.fetch_sockets([](std::vector<RemoteSocket>) { FAIL(); });
}

TEST(Library, ThrowsForMisuseOnly) {
  Server io;
  for (const char* name : {"connect", "connect_error", "newListener", "removeListener"}) {
    EXPECT_THROW(io.emit(name), std::logic_error) << name;
  }
  EXPECT_THROW(io.on("connect_error", [] {}), std::logic_error);
  EXPECT_THROW(io.of_pattern("("), std::logic_error);
  const Namespace parent = io.of_pattern("/p");
  EXPECT_THROW(parent.fetch_sockets([](std::vector<RemoteSocket>) {}), std::logic_error);
  EXPECT_THROW(parent.emit("e", [](const AckResponses&) {}), std::logic_error);
  EXPECT_THROW(io.threads(0), std::logic_error);
  EXPECT_THROW(io.threads(65), std::logic_error);
  EXPECT_NO_THROW(io.emit("error"));
  EXPECT_THAT(io.listen(1, "256.0.0.1").value_or(""), HasSubstr("port 1"));
  EXPECT_THROW(io.threads(2), std::logic_error) << "it is too late";
}

TEST_P(LibraryTest, MakesNamespacesForPatternsAndPredicates) {
  std::mutex mutex;
  std::vector<std::string> made;
  io_.on_new_namespace([&](Namespace nsp) {
    const std::lock_guard lock(mutex);
    made.push_back(nsp.name());
  });
  const Namespace rooms = io_.of_pattern("/room-\\d+");
  rooms.on("name", [](Socket socket) { return socket.nsp(); });
  rooms.on("join", [](Socket socket, std::string room) { return socket.join(room); });
  io_.of([](std::string_view name, const Value& auth) {
    return name == "/secret" && auth.member("key").as_string() == "k";
  });
  start();
  ClientForTest one = connect("/room-1");
  ClientForTest two = connect("/room-2");
  one.send_text(R"(42/room-1,1["name"])");
  EXPECT_EQ(one.frame(), R"(43/room-1,1["/room-1"])");
  rooms.emit("all");
  EXPECT_EQ(one.frame(), R"(42/room-1,["all"])");
  EXPECT_EQ(two.frame(), R"(42/room-2,["all"])");
  two.send_text(R"(42/room-2,1["join","r"])");
  EXPECT_EQ(two.frame(), R"(43/room-2,1[true])");
  rooms.to("r").emit("in r");
  EXPECT_EQ(two.frame(), R"(42/room-2,["in r"])");
  one.send_text("40/room-x,");
  EXPECT_EQ(one.frame(), R"(44/room-x,{"message":"Invalid namespace"})");
  one.send_text("40/secret,{}");
  EXPECT_EQ(one.frame(), R"(44/secret,{"message":"Invalid namespace"})");
  one.send_text(R"(40/secret,{"key":"k"})");
  EXPECT_THAT(one.frame(), StartsWith("40/secret,"));
  const std::lock_guard lock(mutex);
  EXPECT_THAT(made, ElementsAre("/room-1", "/room-2", "/secret"));
}

TEST_P(LibraryTest, AnswersPathsOutsideSocketIo) {
  io_.http([](const HttpRequest& request) -> std::optional<HttpResponse> {
    if (request.path == "/throw") throw std::runtime_error("it broke");
    if (request.path != "/hello") return std::nullopt;
    const std::string said = request.method + " " + request.query + " " + request.body;
    return HttpResponse{201, {{"X-A", "b"}}, said};
  });
  start();
  ClientForTest client(io_.port());
  client.send("POST /hello?a=1 HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody");
  const auto answer = client.answer();
  EXPECT_EQ(answer.status, 201U);
  EXPECT_THAT(answer.head, HasSubstr("X-A: b\r\n"));
  EXPECT_EQ(answer.body, "POST a=1 body");
  client.send("GET /other HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(client.answer().status, 404U);
  client.send("GET /throw HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(client.answer().status, 500U);
  EXPECT_THROW(io_.http({}), std::logic_error) << "it is too late";
}

TEST(Library, LogsToWhatTheProgramSays) {
  std::vector<std::string> lines;
  Server::log_to([&lines](std::string_view line) { lines.emplace_back(line); });
  Server io;
  io.on_new_namespace([](Namespace) { throw std::runtime_error("it broke"); });
  (void)io.of("/a");
  Server::log_to({});
  EXPECT_THAT(lines, ElementsAre(HasSubstr("it broke")));
}

TEST(Library, TellsOfNamespacesThatTheProgramNames) {
  Server io;
  std::vector<std::string> made;
  const auto note = [&made](Namespace nsp) { made.push_back(nsp.name()); };
  io.on_new_namespace(note);
  io.on_new_namespace([](Namespace) { throw std::runtime_error("not this one"); });
  io.on_new_namespace(note);
  io.of_pattern("/c\\d");
  for (const char* name : {"a", "/a", "/c1", "/"}) (void)io.of(name);
  EXPECT_THAT(made, ElementsAre("/a", "/a", "/c1", "/c1")) << "a leading / may be left out";
}

TEST_P(LibraryTest, TakesOneRoomOrSeveralWhereverRoomsAreNamed) {
  const std::vector<std::string> several = {"r", "s"};
  io_.on("go", [this, several](Socket socket, Ack ack) {
    socket.join({"r", "t"});
    socket.join(several);
    io_.to({"r", "s"}).emit("once");
    io_.in("t").except({"x", "y"}).compress(true).emit("again");
    io_.sockets().compress(false).local().to(several).emit("third");
    socket.to({"r"}).emit("not to itself");
    socket.local().emit("nor this");
    ack(socket.rooms().size());
  });
  io_.on("write", [this](Socket socket) {
    io_.write(1);
    io_.sockets().write(2);
    socket.write(3);
  });
  start();
  ClientForTest client = connect();
  client.send_text(R"(421["go"])");
  EXPECT_EQ(client.frame(), R"(42["once"])");
  EXPECT_EQ(client.frame(), R"(42["again"])");
  EXPECT_EQ(client.frame(), R"(42["third"])");
  EXPECT_EQ(client.frame(), "431[4]");
  client.send_text(R"(42["write"])");
  for (const char* n : {"1", "2", "3"}) {
    EXPECT_EQ(client.frame(), std::string(R"(42["message",)") + n + "]");
  }
}

TEST_P(LibraryTest, TakesListenersAwayOneByOneAndShowsThem) {
  io_.on("connection", [](Socket socket) {
    const auto note = [socket](const char* what) { return [socket, what] { socket.emit(what); }; };
    socket.on("e", note("second"));
    const uint64_t gone = socket.on("e", note("gone"));
    socket.prepend_listener("e", note("first"));
    socket.off("f", gone);
    socket.off("e", gone);
    const auto any = [](const Event&) {};
    const uint64_t a = socket.on_any(any);
    const uint64_t b = socket.prepend_any(any);
    const uint64_t c = socket.on_any_outgoing(any);
    const bool as_called = socket.listeners_any() == std::vector{b, a} &&
                           socket.listeners_any_outgoing() == std::vector{c};
    socket.off_any_outgoing();
    socket.off_any(b);
    const bool as_left =
        socket.listeners_any() == std::vector{a} && socket.listeners_any_outgoing().empty();
    socket.emit("shown", as_called, as_left);
  });
  start();
  ClientForTest client = connect();
  EXPECT_EQ(client.frame(), R"(42["shown",true,true])");
  client.send_text(R"(42["e"])");
  EXPECT_EQ(client.frame(), R"(42["first"])");
  EXPECT_EQ(client.frame(), R"(42["second"])");
}

TEST_P(LibraryTest, ClosesTheConnectionsOfAWholeNamespace) {
  io_.of("/a");
  io_.on("go", [this] { io_.of("/a").close_sockets(); });
  start();
  ClientForTest stays = connect();
  ClientForTest one = connect("/a");
  stays.send_text(R"(42["go"])");
  EXPECT_EQ(one.frame(), "41/a,");
  EXPECT_EQ(one.frame(), "close:");
}

TEST_P(LibraryTest, DecidesInMiddlewaresNowOrLaterAndOnAnyThread) {
  std::vector<std::thread> threads;
  io_.use([](Socket socket, Next next) {
    socket.join("early");
    next();
    next(Error{"only the first call counts"});
  });
  io_.use([&threads](Socket socket, Next next) {
    EXPECT_FALSE(socket.connected());
    const bool refuse = socket.handshake().auth_member("no").as_bool().value_or(false);
    threads.emplace_back([next, refuse] {
      refuse ? next(Error{"no", Json{R"({"a": 1})"}}) : next();
    });
  });
  io_.on("rooms", [](Socket socket) { return socket.rooms().back(); });
  start();
  ClientForTest client = open();
  client.send_text(R"(40{"no":true})");
  EXPECT_EQ(client.frame(), R"(44{"message":"no","data":{"a":1}})");
  client.send_text("40");
  client.send_text(R"(421["rooms"])");
  EXPECT_THAT(client.frame(), StartsWith("40{"));
  EXPECT_EQ(client.frame(), R"(431["early"])");
  for (std::thread& thread : threads) thread.join();
}

TEST_P(LibraryTest, AHandleOfARefusedSocketSaysThatItHasLeft) {
  std::promise<Socket> refused;
  io_.use([&refused](Socket socket, Next next) {
    EXPECT_TRUE(socket.join("r"));
    next(Error{"no"});
    refused.set_value(socket);
  });
  start();
  ClientForTest client = open();
  client.send_text("40");
  EXPECT_THAT(client.frame(), StartsWith("44"));
  const Socket socket = refused.get_future().get();
  EXPECT_FALSE(socket.connected());
  EXPECT_FALSE(socket.emit("x"));
  EXPECT_FALSE(socket.join("r"));
}

TEST(Library, WaitsForAcknowledgementsAsLongAsTheOptionSays) {
  Options options;
  options.ack_timeout = std::chrono::milliseconds(20);
  Server io(options);
  std::promise<std::string> one;
  std::promise<std::string> all;
  io.on("connection", [&](Socket socket) {
    socket.emit("in vain", [&](const AckResult& result) { one.set_value(result.error()); });
    io.emit("in vain", [&](const AckResponses& result) { all.set_value(result.error()); });
  });
  ASSERT_EQ(io.listen(0, "127.0.0.1"), std::nullopt);
  io.start();
  ClientForTest client = open_websocket(io.port());
  client.send_text("40");
  EXPECT_EQ(one.get_future().get(), "operation has timed out");
  EXPECT_EQ(all.get_future().get(), "operation has timed out");
}

TEST_P(LibraryTest, PassesEventsToListenersAndMiddlewaresInTheirOrder) {
  io_.on("connection", [](Socket socket) {
    const auto note = [socket](const char* what) {
      return [socket, what](const Event& event) { socket.emit("note", what, event.name()); };
    };
    socket.on_any(note("any"));
    socket.prepend_any(note("first"));
    const uint64_t gone = socket.on_any(note("gone"));
    socket.off_any(gone);
    socket.use([](const Event& event, Next next) {
      event.name() == "bad" ? next(Error{"refused"}) : next();
    });
    socket.on("e", [socket](Event event) { event.ack()(event[0], event.attachments().size()); });
    socket.once("once", [] { return 1; });
    socket.on("error", [socket](std::string text) { socket.emit("note", "error", text); });
  });
  start();
  ClientForTest client = connect();
  client.send_text(R"(451-7["e",{"_placeholder":true,"num":0}])");
  client.send(websocket::client_frame(websocket::Opcode::kBinary, "x", 7));
  EXPECT_EQ(client.frame(), R"(42["note","first","e"])");
  EXPECT_EQ(client.frame(), R"(42["note","any","e"])");
  EXPECT_EQ(client.frame(), R"(461-7[{"_placeholder":true,"num":0},1])");
  EXPECT_EQ(client.frame(), "x");
  client.send_text(R"(42["bad"])");
  (void)client.frame();
  (void)client.frame();
  EXPECT_EQ(client.frame(), R"(42["note","error","refused"])");
  client.send_text(R"(421["once"])");
  client.send_text(R"(422["once"])");
  client.send_text(R"(423["e",0])");
  std::vector<std::string> answers;
  while (answers.size() < 2) {
    const std::string frame = client.frame();
    if (frame.starts_with("43")) answers.push_back(frame);
  }
  EXPECT_THAT(answers, ElementsAre("431[1]", "433[0,0]"));
}

}  // namespace
}  // namespace crema

#include "crema/load/client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace crema::load {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr std::string_view kAccepted =
    "HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: "
    "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

std::string text(std::string_view payload) {
  return std::string("\x81") + static_cast<char>(payload.size()) + std::string(payload);
}

Options example() {
  Options options;
  options.site = "a.test";
  options.headers = {"Host: a.test", "Cookie: sid=user{i}"};
  return options;
}

class ClientTest : public ::testing::Test {
 protected:
  void receive(std::string bytes) {
    std::string_view view = bytes;
    out.clear();
    client.on_bytes(view, 1000, tally, out);
    left = view;
  }

  void join() {
    receive(std::string(kAccepted) + text("0{\"sid\":\"x\"}"));
    receive(text("40/a.test,{\"sid\":\"y\"}"));
  }

  Options options = example();
  Script script{options};
  Client client{script, 42};
  Tally tally;
  std::string out;
  std::string left;
};

TEST_F(ClientTest, AsksWithItsOwnCookie) {
  EXPECT_THAT(client.request(),
              StartsWith("GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\n"));
  EXPECT_THAT(client.request(), HasSubstr("\r\nCookie: sid=user42\r\n\r\n"));
}

TEST_F(ClientTest, JoinsItsNamespaceOnceTheSessionIsOpen) {
  receive(std::string(kAccepted));
  EXPECT_EQ(client.state(), Client::State::kOpening);
  receive(text("0{\"sid\":\"x\"}"));
  std::string wanted;
  append_client_frame(wanted, Opcode::kText, "40/a.test,");
  EXPECT_EQ(out, wanted);
  receive(text("40/a.test,{\"sid\":\"y\"}"));
  EXPECT_EQ(client.state(), Client::State::kReady);
  EXPECT_EQ(tally.ready, 1u);
}

TEST_F(ClientTest, CountsDeliveriesAndTheirLatency) {
  join();
  receive(text(R"(42/a.test,["bench",{"n":1,"t":"400"}])") +
          text(R"(42/a.test,["bench",{"n":2,"t":"990"}])"));
  EXPECT_EQ(tally.delivered, 2u);
  EXPECT_EQ(tally.latency.max(), 600u);
  EXPECT_EQ(tally.out_of_order, 0u);
}

TEST_F(ClientTest, NoticesRepeatedAndLateMessages) {
  join();
  receive(text(R"(42/a.test,["bench",{"n":2,"t":"1"}])"));
  EXPECT_EQ(tally.out_of_order, 0u) << "the first may be another room's";
  receive(text(R"(42/a.test,["bench",{"n":2,"t":"1"}])"));
  EXPECT_EQ(tally.out_of_order, 1u);
  receive(text(R"(42/a.test,["bench",{"n":1,"t":"1"}])"));
  EXPECT_EQ(tally.out_of_order, 2u);
}

TEST_F(ClientTest, SendsAnotherEchoForEachThatArrives) {
  join();
  tally.echoes_to_send = 2;
  std::string first;
  client.send_echo(7, tally, first);
  receive(text(R"(43/a.test,1[{"n":1,"pad":"","t":"7"}])"));
  EXPECT_EQ(tally.delivered, 1u);
  EXPECT_EQ(tally.latency.max(), 993u);
  std::string second;
  append_client_frame(second, Opcode::kText, script.echo({.sequence = 2, .sent_ns = 1000}));
  EXPECT_EQ(out, second);
  receive(text(R"(43/a.test,2[{"n":2,"pad":"","t":"8"}])"));
  EXPECT_EQ(out, "") << "two were asked for";
}

class OtherTransportTest : public ClientTest {
 protected:
  static std::string answer(std::string_view body) {
    return "HTTP/1.1 200 OK\r\ncontent-length: " + std::to_string(body.size()) + "\r\n\r\n" +
           std::string(body);
  }
};

TEST_F(OtherTransportTest, JoinsByPolling) {
  options.transport = Transport::kPolling;
  client = Client(script, 42);
  EXPECT_THAT(client.request(), StartsWith("GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\n"));
  receive(answer(R"(0{"sid":"S1"})"));
  EXPECT_THAT(out, StartsWith("POST /socket.io/?EIO=4&transport=polling&sid=S1 HTTP/1.1\r\n"));
  EXPECT_THAT(out, ::testing::EndsWith("\r\n\r\n40/a.test,"));
  receive(answer("ok"));
  EXPECT_THAT(out, StartsWith("GET /socket.io/?EIO=4&transport=polling&sid=S1 HTTP/1.1\r\n"));
  EXPECT_FALSE(client.may_be_hung_up_on());
  receive(answer(R"(40/a.test,{"sid":"y"})"));
  EXPECT_EQ(tally.ready, 1u);
  EXPECT_TRUE(client.may_be_hung_up_on());
}

TEST_F(OtherTransportTest, UpgradesBeforeItJoins) {
  options.transport = Transport::kUpgrade;
  client = Client(script, 42);
  receive(answer(R"(0{"sid":"S1"})"));
  EXPECT_THAT(out, StartsWith("GET /socket.io/?EIO=4&transport=websocket&sid=S1 HTTP/1.1\r\n"));
  receive(std::string(kAccepted));
  std::string probe;
  append_client_frame(probe, Opcode::kText, "2probe");
  EXPECT_EQ(out, probe);
  receive(text("3probe"));
  std::string rest;
  append_client_frame(rest, Opcode::kText, "5");
  append_client_frame(rest, Opcode::kText, "40/a.test,");
  EXPECT_EQ(out, rest);
}

TEST_F(OtherTransportTest, FailsOnAnAnswerWithoutALength) {
  options.transport = Transport::kPolling;
  client = Client(script, 42);
  receive("HTTP/1.1 200 OK\r\n\r\n");
  EXPECT_EQ(client.state(), Client::State::kFailed);
}

TEST_F(ClientTest, LeavesAnIncompleteFrameForTheNextRead) {
  join();
  const std::string frame = text(R"(42/a.test,["bench",{"n":1,"t":"400"}])");
  receive(frame.substr(0, 10));
  EXPECT_EQ(left, frame.substr(0, 10));
  EXPECT_EQ(tally.delivered, 0u);
}

TEST_F(ClientTest, AnswersHeartbeats) {
  join();
  receive(text("2"));
  std::string wanted;
  append_client_frame(wanted, Opcode::kText, "3");
  EXPECT_EQ(out, wanted);
  EXPECT_EQ(tally.heartbeats, 1u);
}

TEST_F(ClientTest, CountsFramesThatNobodyAskedFor) {
  join();
  receive(text(R"(42/a.test,["other",{"n":1,"t":"4"}])"));
  receive("\x82\x01z");
  receive(text(R"(42/a.test,["bench",null])"));
  EXPECT_EQ(tally.unexpected_frames, 3u);
  EXPECT_EQ(tally.delivered, 0u);
}

TEST_F(ClientTest, FailsOnARefusedUpgrade) {
  receive("HTTP/1.1 400 Bad Request\r\n\r\n");
  EXPECT_EQ(client.state(), Client::State::kFailed);
  EXPECT_EQ(tally.first_failure, "connection 42: HTTP/1.1 400 Bad Request");
}

TEST_F(ClientTest, FailsOnAWrongAcceptKey) {
  receive("HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: no\r\n\r\n");
  EXPECT_EQ(client.state(), Client::State::kFailed);
}

TEST_F(ClientTest, FailsWithTheServersReasonForARefusal) {
  receive(std::string(kAccepted) + text("0{}") + text("44/a.test,{\"message\":\"no\"}"));
  EXPECT_EQ(tally.first_failure, "connection 42: 44/a.test,{\"message\":\"no\"}");
}

TEST_F(ClientTest, IsNoLongerReadyWhenTheServerCloses) {
  join();
  receive(std::string("\x88\x00", 2));
  EXPECT_EQ(client.state(), Client::State::kFailed);
  EXPECT_EQ(tally.ready, 0u);
}

}  // namespace
}  // namespace crema::load

#include "crema/server/websocket_conversation.h"

#include "crema/server/counters.h"
#include "crema/server/server_for_test.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace crema::server {
namespace {

using testing::HasSubstr;
using testing::Not;
using websocket::client_frame;
using websocket::Opcode;

class WebSocketConversationTest : public ServerTest {
 protected:
  // The first byte of a frame as given: FIN, reserved bits and opcode.
  static std::string raw(char first, std::string_view payload) {
    std::string bytes = client_frame(Opcode::kText, payload, 0x01020304);
    bytes[0] = first;
    return bytes;
  }
  // What the server says to the bytes, and that it hangs up.
  std::string last_word(const std::string& bytes) {
    ClientForTest ws = open_websocket();
    ws.send(bytes);
    const std::string word = ws.frame();
    EXPECT_TRUE(ws.at_end());
    return word;
  }
};

INSTANTIATE_TEST_SUITE_P(Shards, WebSocketConversationTest, testing::Values(1U));

TEST_P(WebSocketConversationTest, ClosesWithTheCodeOfTheViolation) {
  start();
  EXPECT_EQ(last_word(raw('\xc1', "x")), "close:1002") << "a reserved bit";
  EXPECT_EQ(last_word(raw('\x83', "x")), "close:1002") << "a reserved opcode";
  EXPECT_EQ(last_word(raw('\x09', "x")), "close:1002") << "a fragmented ping";
  EXPECT_EQ(last_word(raw('\x80', "x")), "close:1002") << "a continuation of nothing";
  EXPECT_EQ(last_word(raw('\x88', "\x03")), "close:1002") << "half a close code";
  EXPECT_EQ(last_word(raw('\x88', std::string_view("\x03\xed", 2))), "close:1002") << "1005";
  EXPECT_EQ(last_word(raw('\x81', "4\xc3")), "close:1007") << "half a character";
  EXPECT_EQ(last_word(raw('\x81', "4\xff")), "close:1007");
  EXPECT_EQ(last_word(std::string("\x81\xff\x40\x00\x00\x00\x00\x00\x00\x00", 10) + "mask"),
            "close:1009")
      << "2^62 bytes";
}

TEST_P(WebSocketConversationTest, ClosesAMessageOfTooManyFragments) {
  start();
  std::string fragments = raw('\x01', "4");
  for (int i = 0; i < 1100; ++i) fragments += raw('\x00', "x");
  EXPECT_EQ(last_word(fragments), "close:1008");
}

TEST_P(WebSocketConversationTest, ClosesAMessageThatIsTooBigInAll) {
  config_.engineio.max_payload_bytes = 1000;
  start();
  EXPECT_EQ(
      last_word(raw('\x01', "4" + std::string(900, 'x')) + raw('\x80', std::string(100, 'x'))),
      "close:1009");
}

TEST_P(WebSocketConversationTest, JoinsTextThatIsCutWithinACharacter) {
  start();
  ClientForTest ws = open_websocket();
  const std::string text = "42/a,[\"echo\",\"\xf0\x9f\x8d\xa6\"]";
  for (size_t cut = text.size() - 6; cut < text.size() - 1; ++cut) {
    ws.send(raw('\x01', text.substr(0, cut)));
    ws.send(client_frame(Opcode::kPing, "between", 5));
    ws.send(raw('\x80', text.substr(cut)));
    EXPECT_EQ(ws.frame(), "pong:between");
    EXPECT_EQ(ws.frame(), text) << cut;
  }
}

TEST_P(WebSocketConversationTest, TakesFramesByteByByte) {
  start();
  ClientForTest ws = open_websocket();
  const std::string text = R"(42/a,["echo","byte by byte"])";
  for (const char byte : client_frame(Opcode::kText, text, 0xa1b2c3d4)) {
    ws.send(std::string_view(&byte, 1));
  }
  EXPECT_EQ(ws.frame(), text);
}

TEST_P(WebSocketConversationTest, DeclinesCompression) {
  start();
  for (const char* offer :
       {"permessage-deflate", "permessage-deflate; server_max_window_bits=8",
        "permessage-deflate; client_max_window_bits, x-webkit-deflate-frame", "unheard-of; a=b"}) {
    ClientForTest ws = client();
    std::string request = upgrade("");
    request.insert(request.find("\r\n\r\n"), std::string("\r\nSec-WebSocket-Extensions: ") + offer);
    ws.send(request);
    const auto answer = ws.answer();
    EXPECT_EQ(answer.status, 101U) << offer;
    EXPECT_THAT(answer.head, Not(HasSubstr("Extensions"))) << offer;
  }
}

// 60 pongs may wait for a client that does not read, whatever their size.
TEST_P(WebSocketConversationTest, KeepsSixtyPongsForAClientThatDoesNotRead) {
  config_.engineio.queued_bytes_max = 100 << 20;
  start();
  const int64_t floods = kFloods.value();
  ClientForTest ws(port_, ClientForTest::ReceiveBuffer::kSmall);
  ws.send(upgrade(""));
  EXPECT_EQ(ws.answer().status, 101U);
  ws.send_text("40/a,");
  ws.send_text(R"(42/a,["flood",100])");  // What is more than the kernel takes.
  std::string pings;
  for (size_t i = 0; i < kPendingAnswersMax; ++i) pings += client_frame(Opcode::kPing, "", 9);
  ws.send(pings);
  int pongs = 0;
  for (std::string frame; pongs < static_cast<int>(kPendingAnswersMax) && frame != "end";) {
    frame = ws.frame();
    pongs += frame == "pong:" ? 1 : 0;
  }
  EXPECT_EQ(pongs, static_cast<int>(kPendingAnswersMax));
  EXPECT_EQ(kFloods.value(), floods);
  ws.send_text(R"(42/a,["flood",100])");
  ws.send(pings + pings + pings);
  EXPECT_TRUE(log_.wait_for("transport close"));
  EXPECT_EQ(kFloods.value(), floods + 1);
}

}  // namespace
}  // namespace crema::server

#include "crema/engineio/out_packet.h"

#include <gtest/gtest.h>

#include <string>

namespace crema::engineio {
namespace {

using namespace std::string_literals;

TEST(OutPacket, IsAWebSocketFrameWithAPayload) {
  const OutPacket packet = OutPacket::text(PacketType::kMessage, "2[\"a\"]");
  EXPECT_EQ(packet.frame(),
            "\x81\x07"
            "42[\"a\"]");
  EXPECT_EQ(packet.payload(), "42[\"a\"]");
  EXPECT_FALSE(packet.is_binary());
}

TEST(OutPacket, HasNoTypeDigitWhenBinary) {
  const OutPacket packet = OutPacket::binary("\x00\xff"s);
  EXPECT_EQ(packet.frame(), "\x82\x02\x00\xff"s);
  EXPECT_EQ(packet.payload(), "\x00\xff"s);
  EXPECT_TRUE(packet.is_binary());
}

TEST(OutPacket, MayBeEmpty) {
  EXPECT_EQ(OutPacket::binary("").payload(), "");
  EXPECT_EQ(OutPacket::text(PacketType::kClose, "").payload(), "1");
  EXPECT_FALSE(OutPacket());
  EXPECT_TRUE(OutPacket::binary(""));
}

TEST(OutPacket, FindsItsPayloadBehindEveryLengthOfHeader) {
  for (const size_t size : {0U, 123U, 124U, 125U, 126U, 65533U, 65534U, 65535U, 70000U}) {
    const std::string data(size, 'x');
    EXPECT_EQ(OutPacket::text(PacketType::kMessage, data).payload(), "4" + data) << size;
    EXPECT_EQ(OutPacket::binary(data).payload(), data) << size;
  }
}

TEST(OutPacket, IsSharedByItsCopies) {
  const OutPacket packet = OutPacket::binary("a");
  const OutPacket copy = packet;
  EXPECT_EQ(packet.frame().data(), copy.frame().data());
}

}  // namespace
}  // namespace crema::engineio

#include "crema/engineio/out_packet.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace crema::engineio {
namespace {

using namespace std::string_literals;

TEST(OutPacket, IsAWebSocketFrameWithAPayload) {
  const OutPacket packet = OutPacket::text(PacketType::kMessage, "2[\"a\"]");
  EXPECT_EQ(packet.frames(),
            "\x81\x07"
            "42[\"a\"]");
  EXPECT_EQ(packet.payload(), "42[\"a\"]");
  EXPECT_FALSE(packet.is_binary());
}

TEST(OutPacket, HasNoTypeDigitWhenBinary) {
  const OutPacket packet = OutPacket::binary("\x00\xff"s);
  EXPECT_EQ(packet.frames(), "\x82\x02\x00\xff"s);
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

TEST(OutPacket, JoinsOthersInTheirOrder) {
  const std::vector<OutPacket> packets = {
      OutPacket::text(PacketType::kMessage, "2[\"a\"]").with(Compress::kNo),
      OutPacket::binary(std::string(125, 'b')).with(Compress::kNo),
      OutPacket::binary("").with(Compress::kNo),
      OutPacket::text(PacketType::kMessage, std::string(65534, 'c')).with(Compress::kNo),
      OutPacket::binary(std::string(70000, 'd')).with(Compress::kNo)};
  const OutPacket joined = OutPacket::joined(packets);
  std::string frames;
  for (const OutPacket& each : packets) frames += each.frames();
  EXPECT_EQ(joined.frames(), frames);
  EXPECT_EQ(joined.compress(), Compress::kNo);
  size_t at = 0;
  joined.for_each([&](std::string_view payload, bool is_binary) {
    ASSERT_LT(at, packets.size());
    EXPECT_EQ(payload, packets[at].payload()) << at;
    EXPECT_EQ(is_binary, packets[at].is_binary()) << at;
    ++at;
  });
  EXPECT_EQ(at, packets.size());
}

TEST(OutPacket, IsCompressedWhenOneOfThoseJoinedIs) {
  const OutPacket no = OutPacket::binary("a").with(Compress::kNo);
  const OutPacket yes = OutPacket::binary("b").with(Compress::kYes);
  EXPECT_EQ(OutPacket::joined({{no, no}}).compress(), Compress::kNo);
  EXPECT_EQ(OutPacket::joined({{no, yes, no}}).compress(), Compress::kYes);
}

TEST(OutPacket, IsSharedByItsCopies) {
  const OutPacket packet = OutPacket::binary("a");
  const OutPacket copy = packet;
  EXPECT_EQ(packet.frames().data(), copy.frames().data());
}

}  // namespace
}  // namespace crema::engineio

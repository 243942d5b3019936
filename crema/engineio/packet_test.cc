#include "crema/engineio/packet.h"

#include <gtest/gtest.h>

namespace crema::engineio {
namespace {

TEST(Packet, IsATypeAndItsData) {
  const auto packet = decode_packet("4hello");
  ASSERT_TRUE(packet);
  EXPECT_EQ(packet->type, PacketType::kMessage);
  EXPECT_EQ(packet->data, "hello");
}

TEST(Packet, HasTheSevenTypesOfTheProtocol) {
  const PacketType types[] = {PacketType::kOpen, PacketType::kClose,   PacketType::kPing,
                              PacketType::kPong, PacketType::kMessage, PacketType::kUpgrade,
                              PacketType::kNoop};
  for (int i = 0; i < 7; ++i) {
    const auto packet = decode_packet(std::to_string(i));
    ASSERT_TRUE(packet) << i;
    EXPECT_EQ(packet->type, types[i]);
    EXPECT_EQ(packet->data, "");
  }
}

TEST(Packet, IsNotEmpty) { EXPECT_EQ(decode_packet("").error(), Errc::kEmptyPacket); }

TEST(Packet, BeginsWithADigitFromZeroToSix) {
  for (const char* text : {"7", "9", "a", "b", " 4", "/", "\xff", "-1"}) {
    EXPECT_EQ(decode_packet(text).error(), Errc::kBadPacketType) << text;
  }
}

}  // namespace
}  // namespace crema::engineio

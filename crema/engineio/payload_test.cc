#include "crema/engineio/payload.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace crema::engineio {
namespace {

using testing::ElementsAre;

std::vector<std::string> split(std::string_view payload) {
  std::vector<std::string> packets;
  PayloadCursor cursor(payload);
  for (std::string_view packet; cursor.next(packet);) packets.emplace_back(packet);
  EXPECT_EQ(packets.size(), count_packets(payload));
  return packets;
}

TEST(Payload, IsPacketsBetweenSeparators) {
  EXPECT_THAT(split("4a"), ElementsAre("4a"));
  EXPECT_THAT(split("4a\x1e"
                    "bAQ==\x1e"
                    "2"),
              ElementsAre("4a", "bAQ==", "2"));
}

TEST(Payload, EscapesNoSeparatorWithinAPacket) {
  std::string body;
  append_packets(body, OutPacket::text(PacketType::kMessage,
                                       "a\x1e"
                                       "b"));
  EXPECT_EQ(body,
            "4a\x1e"
            "b")
      << "as the protocol has it";
}

TEST(Payload, HasAnEmptyPacketWhereNothingStands) {
  EXPECT_THAT(split(""), ElementsAre(""));
  EXPECT_THAT(split("\x1e"), ElementsAre("", ""));
  EXPECT_THAT(split("4a\x1e"), ElementsAre("4a", ""));
  EXPECT_THAT(split("\x1e"
                    "4a"),
              ElementsAre("", "4a"));
}

TEST(Payload, SplitsAsItWasJoined) {
  std::string body;
  append_packets(body, OutPacket::text(PacketType::kMessage, "a"));
  append_packets(body, OutPacket::binary("\x01\x02"));
  append_packets(body, OutPacket::binary(""));
  append_packets(body, OutPacket::text(PacketType::kNoop, ""));
  EXPECT_THAT(split(body), ElementsAre("4a", "bAQI=", "b", "6"));
}

TEST(Payload, SeparatesJoinedPacketsToo) {
  const auto joined =
      OutPacket::joined({{OutPacket::text(PacketType::kMessage, "a"), OutPacket::binary("\x01\x02"),
                          OutPacket::text(PacketType::kMessage, "b")}});
  std::string body;
  append_packets(body, joined);
  append_packets(body, joined);
  EXPECT_THAT(split(body), ElementsAre("4a", "bAQI=", "4b", "4a", "bAQI=", "4b"));
}

}  // namespace
}  // namespace crema::engineio

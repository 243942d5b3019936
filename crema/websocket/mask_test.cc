#include "crema/websocket/mask.h"

#include "crema/websocket/client_frame.h"

#include <gtest/gtest.h>

#include <string>

namespace crema::websocket {
namespace {

constexpr MaskKey kKey{'\x37', '\xFA', '\x21', '\x3D'};

TEST(Mask, MatchesTheExampleOfTheRfc) {
  EXPECT_EQ(client_frame(Opcode::kText, "Hello", 0x37FA213D),
            "\x81\x85\x37\xFA\x21\x3D\x7F\x9F\x4D\x51\x58");
}

TEST(Mask, GoesOnAtAnyOffsetAndAlignment) {
  const std::string plain = "The quick brown fox jumps over the lazy dog";
  std::string whole = plain;
  apply_mask(whole, kKey, 0);
  for (size_t i = 0; i < plain.size(); ++i) EXPECT_EQ(whole[i], char(plain[i] ^ kKey[i % 4]));
  for (size_t cut = 0; cut <= plain.size(); ++cut) {
    std::string pieces = plain;
    apply_mask(std::span{pieces}.first(cut), kKey, 0);
    apply_mask(std::span{pieces}.subspan(cut), kKey, cut);
    EXPECT_EQ(pieces, whole) << cut;
  }
}

TEST(ClientFrame, HasLengthMaskAndFin) {
  EXPECT_EQ(client_frame(Opcode::kPing, "", 0x01020304), std::string("\x89\x80\x01\x02\x03\x04"));
  EXPECT_EQ(client_frame(Opcode::kText, "", 0x01020304, Fragment::kMore),
            std::string("\x01\x80\x01\x02\x03\x04"));
  EXPECT_EQ(client_frame(Opcode::kText, std::string(300, 'a'), 0).substr(0, 4),
            std::string("\x81\xFE\x01\x2C"));
  EXPECT_EQ(client_frame(Opcode::kText, std::string(65536, 'a'), 0).size(), 65536u + 14);
}

}  // namespace
}  // namespace crema::websocket

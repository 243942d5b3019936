#include "crema/load/frame.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <string_view>

namespace crema::load {
namespace {

std::string server_frame(std::size_t length) {
  std::string bytes = "\x81";
  if (length < 126) {
    bytes += static_cast<char>(length);
  } else if (length < 65536) {
    bytes += {126, static_cast<char>(length >> 8), static_cast<char>(length & 0xff)};
  } else {
    bytes += static_cast<char>(127);
    for (int shift = 56; shift >= 0; shift -= 8) bytes += static_cast<char>(length >> shift & 0xff);
  }
  return bytes + std::string(length, 'x');
}

TEST(Frame, IsTakenInEachLengthForm) {
  for (const std::size_t length : {0u, 125u, 126u, 65535u, 65536u}) {
    const std::string bytes = server_frame(length) + "rest";
    std::string_view view = bytes;
    Frame frame;
    ASSERT_EQ(take_frame(view, frame), FrameStatus::kWhole);
    EXPECT_EQ(frame.opcode, Opcode::kText);
    EXPECT_TRUE(frame.is_final);
    EXPECT_EQ(frame.payload, std::string(length, 'x'));
    EXPECT_EQ(view, "rest");
  }
}

TEST(Frame, IsIncompleteAtEveryShorterLength) {
  for (const std::size_t length : {5u, 130u, 65540u}) {
    const std::string bytes = server_frame(length);
    for (std::size_t size = 0; size < bytes.size(); size += size < 20 ? 1 : 1000) {
      std::string_view view = std::string_view(bytes).substr(0, size);
      Frame frame;
      ASSERT_EQ(take_frame(view, frame), FrameStatus::kIncomplete) << size;
      EXPECT_EQ(view.size(), size);
    }
  }
}

TEST(Frame, IsBrokenWhenMaskedOrReserved) {
  Frame frame;
  std::string_view masked = "\x81\x80zzzz";
  EXPECT_EQ(take_frame(masked, frame), FrameStatus::kBroken);
  std::string_view reserved = "\xc1\x01z";
  EXPECT_EQ(take_frame(reserved, frame), FrameStatus::kBroken);
}

TEST(Frame, FromAClientIsMasked) {
  std::string out;
  append_client_frame(out, Opcode::kText, "3");
  ASSERT_EQ(out.size(), 7u);
  EXPECT_EQ(out.substr(0, 2), "\x81\x81");
  EXPECT_EQ(static_cast<char>(out[6] ^ out[2]), '3');
}

TEST(Frame, FromAClientCarriesTwoLengthBytesFrom126On) {
  std::string out;
  append_client_frame(out, Opcode::kText, std::string(300, 'x'));
  EXPECT_EQ(out.size(), 2u + 2u + 4u + 300u);
  EXPECT_EQ(out.substr(1, 3), std::string("\xfe\x01\x2c"));
}

}  // namespace
}  // namespace crema::load

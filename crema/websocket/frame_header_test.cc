#include "crema/websocket/frame_header.h"

#include <gtest/gtest.h>

#include <string>

namespace crema::websocket {
namespace {

std::string header(Opcode opcode, uint64_t payload) {
  std::string out(kServerHeaderMax, 'x');
  const size_t size = write_server_header(out.data(), opcode, payload);
  EXPECT_EQ(size, server_header_size(payload));
  EXPECT_EQ(out.substr(size), std::string(out.size() - size, 'x')) << "wrote beyond its size";
  return out.substr(0, size);
}

TEST(ServerHeader, HasTheShortestLength) {
  EXPECT_EQ(header(Opcode::kText, 0), std::string("\x81\x00", 2));
  EXPECT_EQ(header(Opcode::kText, 125), "\x81\x7D");
  EXPECT_EQ(header(Opcode::kBinary, 126), std::string("\x82\x7E\x00\x7E", 4));
  EXPECT_EQ(header(Opcode::kBinary, 65535), "\x82\x7E\xFF\xFF");
  EXPECT_EQ(header(Opcode::kText, 65536), std::string("\x81\x7F\0\0\0\0\0\x01\0\0", 10));
}

TEST(ServerHeader, CarriesFinAndOpcode) {
  EXPECT_EQ(header(Opcode::kPong, 1), "\x8A\x01");
  EXPECT_EQ(header(Opcode::kPing, 1), "\x89\x01");
  EXPECT_EQ(header(Opcode::kClose, 2), "\x88\x02");
}

TEST(Opcode, ControlIsCloseAndPingAndPong) {
  EXPECT_TRUE(is_control(Opcode::kClose));
  EXPECT_TRUE(is_control(Opcode::kPing));
  EXPECT_TRUE(is_control(Opcode::kPong));
  EXPECT_FALSE(is_control(Opcode::kText));
  EXPECT_FALSE(is_control(Opcode::kContinuation));
}

}  // namespace
}  // namespace crema::websocket

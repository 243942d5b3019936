#include "crema/websocket/close_code.h"

#include <gtest/gtest.h>

namespace crema::websocket {
namespace {

TEST(CloseCode, IsValidAsAutobahnHasIt) {
  for (const uint16_t code : {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013,
                              1014, 3000, 3999, 4000, 4999}) {
    EXPECT_TRUE(valid_received_close_code(code)) << code;
  }
  for (const uint16_t code :
       {0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535}) {
    EXPECT_FALSE(valid_received_close_code(code)) << code;
  }
}

TEST(CloseFrame, CarriesTheCode) {
  EXPECT_EQ(close_frame(1009), "\x88\x02\x03\xF1");
  EXPECT_EQ(close_frame(std::nullopt), std::string("\x88\x00", 2));
}

}  // namespace
}  // namespace crema::websocket

#include "crema/websocket/handshake.h"

#include <gtest/gtest.h>

namespace crema::websocket {
namespace {

TEST(Handshake, AcceptsTheKeyOfTheRfc) {
  EXPECT_EQ(accept_key("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

TEST(Handshake, KeyIsTheBase64OfSixteenBytes) {
  EXPECT_TRUE(valid_key("dGhlIHNhbXBsZSBub25jZQ=="));
  EXPECT_TRUE(valid_key("+/+/+/+/+/+/+/+/+/+/+A=="));
  const std::string_view rows[] = {"",
                                   "dGhlIHNhbXBsZSBub25jZQ=",
                                   "dGhlIHNhbXBsZSBub25jZQ===",
                                   "dGhlIHNhbXBsZSBub25jZQAA",
                                   "dGhlIHNhbXBsZSBub25jZQ= ",
                                   "dGhlIHNhbXBsZSB-b25jZQ==",
                                   "dGhlIHNhbXBsZSBub25j\r\n=="};
  for (const std::string_view row : rows) EXPECT_FALSE(valid_key(row)) << row;
}

TEST(Handshake, FirstSubprotocolIsChosen) {
  EXPECT_EQ(first_subprotocol(std::nullopt).value(), std::nullopt);
  EXPECT_EQ(first_subprotocol("chat").value(), "chat");
  EXPECT_EQ(first_subprotocol(" chat ,\tsuperchat").value(), "chat");
  EXPECT_EQ(first_subprotocol("z,a").value(), "z");
}

TEST(Handshake, BadSubprotocolListIsRefused) {
  for (const std::string_view row :
       {"", " ", ",", "a,", ",a", "a,,b", "a b", "a;b", "\"a\"", "a,b,a", "a\xC3\xA9", "(a)"}) {
    const auto result = first_subprotocol(row);
    ASSERT_FALSE(result.has_value()) << row;
    EXPECT_EQ(result.error(), Errc::kBadSubprotocol) << row;
  }
}

// CVE-2021-32640 of ws. Its own bound would be the head's; this shows the time does not explode.
TEST(Handshake, SpacesInASubprotocolListCostLinearTime) {
  const std::string spaces(1'000'000, ' ');
  EXPECT_FALSE(first_subprotocol("b" + spaces + "x").has_value());
  EXPECT_EQ(first_subprotocol("b" + spaces).value(), "b");
}

TEST(Handshake, WellFormedExtensionsAreTolerated) {
  for (const std::string_view row :
       {"permessage-deflate", "permessage-deflate; client_max_window_bits",
        "permessage-deflate;server_max_window_bits=8 , x; y=\"z\"; a=\"\\b\"", "constructor",
        "a,b;c"}) {
    EXPECT_TRUE(check_extensions(row).has_value()) << row;
  }
}

TEST(Handshake, MalformedExtensionsAreRefused) {
  for (const std::string_view row :
       {"",       " ",        "; x=; ;;",    ";",         "a;",
        "a;;b",   "a,",       ",a",          "a;b=",      "a;b=;",
        "a;b=\"", "a;b=\"\"", "a;b=\"c d\"", "a;b=\"c\\", "a;b=\"c\\\"",
        "a;=b",   "a b",      "a;b=c d",     "a=b",       "a\xC3\xA9"}) {
    const auto result = check_extensions(row);
    ASSERT_FALSE(result.has_value()) << row;
    EXPECT_EQ(result.error(), Errc::kBadExtension) << row;
  }
}

}  // namespace
}  // namespace crema::websocket

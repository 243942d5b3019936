#include "crema/app/host_port.h"

#include <gtest/gtest.h>

namespace crema::app {
namespace {

TEST(ParsePort, TakesWholeNumbersInRange) {
  EXPECT_EQ(parse_port("1"), 1);
  EXPECT_EQ(parse_port("65535"), 65535);
  for (const char* bad : {"", "0", "65536", "-1", "90x", " 90", "9e3", "99999999999999"}) {
    EXPECT_FALSE(parse_port(bad)) << bad;
  }
}

TEST(ParseHostPort, TakesNamesAndAddresses) {
  EXPECT_EQ(parse_host_port("127.0.0.1:90"), (HostPort{"127.0.0.1", 90}));
  EXPECT_EQ(parse_host_port("web-1.internal:90"), (HostPort{"web-1.internal", 90}));
  EXPECT_EQ(parse_host_port("[::1]:90"), (HostPort{"::1", 90}));
  EXPECT_EQ(parse_host_port("web", 80), (HostPort{"web", 80}));
}

TEST(ParseHostPort, RefusesEverythingElse) {
  for (const char* bad : {"", ":90", "web", "web:", "::1:90", "[::1]", "[::1:90", "[web]:90",
                          "a b:1", "a\r\nx:1", "a/b:1", "[::1]90"}) {
    EXPECT_FALSE(parse_host_port(bad)) << bad;
  }
}

TEST(ParseWebUrl, TakesHttpWithOrWithoutItsScheme) {
  EXPECT_EQ(parse_web_url("http://web:8000"), (HostPort{"web", 8000}));
  EXPECT_EQ(parse_web_url("http://web:8000/"), (HostPort{"web", 8000}));
  EXPECT_EQ(parse_web_url("http://web"), (HostPort{"web", 80}));
  EXPECT_EQ(parse_web_url("web", 8001), (HostPort{"web", 8001}));
  EXPECT_EQ(parse_web_url("http://[::1]:8000"), (HostPort{"::1", 8000}));
}

TEST(ParseWebUrl, SaysWhyItRefuses) {
  EXPECT_EQ(parse_web_url("https://web").error(), "is https, which is not supported yet");
  EXPECT_EQ(parse_web_url("ftp://web").error(), "is not an http URL");
  EXPECT_EQ(parse_web_url("http://u:p@web").error(), "has credentials, which are never sent");
  EXPECT_EQ(parse_web_url("http://web/x").error(),
            "has a path, and the site's own paths are asked for");
  EXPECT_EQ(parse_web_url("http://web:0").error(),
            "has a port that is not a number from 1 to 65535");
}

TEST(HostPortText, PutsIpv6InBrackets) {
  EXPECT_EQ(to_string(HostPort{"::1", 9}), "[::1]:9");
  EXPECT_EQ(to_string(HostPort{"web", 9}), "web:9");
}

}  // namespace
}  // namespace crema::app

#include "crema/http/accept_encoding.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace crema::http {
namespace {

constexpr std::array<std::string_view, 2> kOffers{"gzip", "deflate"};

std::string_view chosen(std::string_view accept) {
  const auto index = preferred_encoding(accept, kOffers);
  return index ? kOffers[*index] : "none";
}

TEST(AcceptEncoding, PrefersTheClientsFirst) {
  EXPECT_EQ(chosen("gzip"), "gzip");
  EXPECT_EQ(chosen("deflate"), "deflate");
  EXPECT_EQ(chosen("gzip, deflate"), "gzip");
  EXPECT_EQ(chosen("deflate, gzip"), "deflate");
  EXPECT_EQ(chosen("gzip, deflate, br, zstd"), "gzip");
  EXPECT_EQ(chosen("br;q=1.0,\tDEFLATE , GZip"), "deflate");
}

TEST(AcceptEncoding, PrefersTheHigherQ) {
  EXPECT_EQ(chosen("deflate;q=0.5, gzip;q=0.9"), "gzip");
  EXPECT_EQ(chosen("deflate;q=0.5, gzip"), "gzip");
  EXPECT_EQ(chosen("gzip;q=0.1,deflate; q=0.2"), "deflate");
  EXPECT_EQ(chosen("gzip;level=9;q=.1,deflate;q=0.2"), "deflate");
}

TEST(AcceptEncoding, IsNoneWhenNoneIsLiked) {
  for (const char* accept :
       {"", "br", "identity", "gzip;q=0", "gzip;q=0, deflate;q=0.0", "*;q=0", "gzip;q=x",
        "gzip;q=", "gzip;q=-1", "gzip;q=nan", "gzipped", ";", ",", ";q=1"}) {
    EXPECT_EQ(chosen(accept), "none") << accept;
  }
}

TEST(AcceptEncoding, StarStandsForWhatIsNotNamed) {
  EXPECT_EQ(chosen("*"), "gzip");
  EXPECT_EQ(chosen("*, deflate"), "deflate") << "named before not named";
  EXPECT_EQ(chosen("gzip;q=0, *"), "deflate");
  EXPECT_EQ(chosen("deflate;q=0.2, *;q=0.5"), "gzip");
}

TEST(AcceptEncoding, ReadsALongListOnce) {
  std::string accept;
  for (int i = 0; i < 4000; ++i) accept += "x,";
  EXPECT_EQ(chosen(accept + "deflate"), "deflate");
}

}  // namespace
}  // namespace crema::http

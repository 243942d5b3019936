#include "crema/compress/compress.h"

#include "crema/base/random.h"

#include <gtest/gtest.h>

#include <string>
#include <zlib.h>

namespace crema::compress {
namespace {

// As a client reads a body: gzip when `window` says so, else zlib.
std::string inflated(std::string_view body, int window) {
  z_stream stream{};
  EXPECT_EQ(inflateInit2(&stream, window), Z_OK);
  std::string out(4 << 20, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(body.data()));
  stream.avail_in = static_cast<uInt>(body.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
  EXPECT_EQ(stream.avail_in, 0U);
  out.resize(stream.total_out);
  inflateEnd(&stream);
  return out;
}

void expect_round_trip(const std::string& body) {
  const auto gzip = compress(Coding::kGzip, body);
  ASSERT_TRUE(gzip);
  EXPECT_EQ(inflated(*gzip, 15 + 16), body);
  const auto deflate = compress(Coding::kDeflate, body);
  ASSERT_TRUE(deflate);
  EXPECT_EQ(inflated(*deflate, 15), body);
}

TEST(Compress, RoundTrips) {
  expect_round_trip("");
  expect_round_trip("4x");
  std::string json;
  for (int i = 0; i < 20'000; ++i) json += R"(42["event",{"n":)" + std::to_string(i) + "}]\x1e";
  expect_round_trip(json);
  EXPECT_LT(compress(Coding::kGzip, json)->size(), json.size() / 3);
}

TEST(Compress, HoldsWhatCannotBeMadeSmaller) {
  std::string noise(1'000'000, '\0');
  base::random_bytes({reinterpret_cast<unsigned char*>(noise.data()), noise.size()});
  expect_round_trip(noise);
}

TEST(Compress, WritesTheHeaderOfItsCoding) {
  EXPECT_EQ(compress(Coding::kGzip, "x")->substr(0, 3), "\x1f\x8b\x08");
  EXPECT_EQ(compress(Coding::kDeflate, "x")->front(), '\x78');
  EXPECT_EQ(name_of(Coding::kGzip), "gzip");
  EXPECT_EQ(name_of(Coding::kDeflate), "deflate");
}

}  // namespace
}  // namespace crema::compress

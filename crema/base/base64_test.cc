#include "crema/base/base64.h"

#include <gtest/gtest.h>

namespace crema::base {
namespace {

std::string encode(std::string_view bytes) {
  std::string out;
  append_base64(out, bytes);
  return out;
}

TEST(Base64, EncodesTheVectorsOfTheRfc) {
  EXPECT_EQ(encode(""), "");
  EXPECT_EQ(encode("f"), "Zg==");
  EXPECT_EQ(encode("fo"), "Zm8=");
  EXPECT_EQ(encode("foo"), "Zm9v");
  EXPECT_EQ(encode("foob"), "Zm9vYg==");
  EXPECT_EQ(encode("fooba"), "Zm9vYmE=");
  EXPECT_EQ(encode("foobar"), "Zm9vYmFy");
  EXPECT_EQ(encode("\xFB\xFF\xBF"), "+/+/");
}

TEST(Base64, AppendsAfterWhatIsThere) {
  std::string out = "b";
  append_base64(out, "foo");
  EXPECT_EQ(out, "bZm9v");
}

// Every expectation is what Node 20's Buffer.from(text, "base64") gives.
TEST(Base64, DecodesAsNodeDoes) {
  const struct {
    std::string_view text;
    std::string_view bytes;
  } rows[] = {
      {"", ""},
      {"!!!", ""},
      {"====", ""},
      {"=YQ", ""},
      {"Y", ""},
      {"YW", "a"},
      {"YQ==", "a"},
      {"YQ==\n", "a"},
      {"YWI", "ab"},
      {"YWJj", "abc"},
      {"YW Jj", "abc"},
      {"YWJjZ", "abc"},
      {"YQ==YQ==", "a"},
      {"YQ=YQ", "a"},
      {"Y=Q=", ""},
      {"YWJj=ZGVm", "abc"},
      {"YWJjZGVm=Z2hp", "abcdef"},
      {"-_-_", "\xFB\xFF\xBF"},
      {"+/+/", "\xFB\xFF\xBF"},
      {"a!b@c#d$", "\x69\xB7\x1D"},
      {"Y\xC3\xA9Q", "a"},
  };
  for (const auto& row : rows) EXPECT_EQ(decode_base64_lenient(row.text), row.bytes) << row.text;
}

TEST(Base64, RoundTripsEveryLengthAndByte) {
  std::string bytes;
  for (int i = 0; i < 300; ++i) {
    EXPECT_EQ(decode_base64_lenient(encode(bytes)), bytes);
    bytes.push_back(static_cast<char>(i * 7));
  }
}

}  // namespace
}  // namespace crema::base

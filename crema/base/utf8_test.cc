#include "crema/base/utf8.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace crema::base {
namespace {

using namespace std::string_view_literals;

// RFC 3629 by arithmetic, with none of the tables: the model the real ones are compared with.
bool model_valid(std::string_view text) {
  for (size_t i = 0; i < text.size();) {
    const auto byte = [&](size_t k) -> uint32_t {
      return i + k < text.size() ? static_cast<unsigned char>(text[i + k]) : 0;
    };
    if (byte(0) < 0x80) {
      ++i;
      continue;
    }
    const size_t length = byte(0) >= 0xF0 ? 4 : byte(0) >= 0xE0 ? 3 : 2;
    if (byte(0) < 0xC0 || byte(0) > 0xF7 || i + length > text.size()) return false;
    uint32_t code = byte(0) & (0xFFu >> (length + 1));
    for (size_t k = 1; k < length; ++k) {
      if ((byte(k) & 0xC0) != 0x80) return false;
      code = code << 6 | (byte(k) & 0x3F);
    }
    const uint32_t smallest = length == 2 ? 0x80 : length == 3 ? 0x800 : 0x10000;
    if (code < smallest || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) return false;
    i += length;
  }
  return true;
}

bool checked_in_pieces(std::string_view text, size_t piece) {
  Utf8Checker checker;
  for (size_t i = 0; i < text.size(); i += piece) {
    if (!checker.feed(text.substr(i, piece))) return false;
  }
  return checker.complete();
}

std::string with_prefix(size_t ascii, std::string_view text) {
  return std::string(ascii, 'a').append(text);
}

TEST(Utf8, AcceptsTheEdgesOfEveryLength) {
  for (std::string_view text :
       {""sv, "\0"sv, "\x7F"sv, "\xC2\x80"sv, "\xDF\xBF"sv, "\xE0\xA0\x80"sv, "\xED\x9F\xBF"sv,
        "\xEE\x80\x80"sv, "\xEF\xBF\xBF"sv, "\xF0\x90\x80\x80"sv, "\xF4\x8F\xBF\xBF"sv}) {
    EXPECT_TRUE(valid_utf8(text));
    EXPECT_TRUE(checked_in_pieces(text, 1));
  }
}

TEST(Utf8, RejectsOverlongsSurrogatesAndWhatLiesBeyondTheLastCodePoint) {
  for (std::string_view text : {"\x80"sv,
                                "\xBF"sv,
                                "\xC0\x80"sv,
                                "\xC1\xBF"sv,
                                "\xE0\x80\x80"sv,
                                "\xE0\x9F\xBF"sv,
                                "\xED\xA0\x80"sv,
                                "\xED\xBF\xBF"sv,
                                "\xF0\x80\x80\x80"sv,
                                "\xF0\x8F\xBF\xBF"sv,
                                "\xF4\x90\x80\x80"sv,
                                "\xF5\x80\x80\x80"sv,
                                "\xF8\x88\x80\x80\x80"sv,
                                "\xFE"sv,
                                "\xFF"sv,
                                "\xC2"sv,
                                "\xE2\x82"sv,
                                "\xF0\x9F\x98"sv,
                                "\xC2 "sv,
                                "\xE2\x82 "sv,
                                "\xF0\x9F\x98 "sv}) {
    for (size_t ascii = 0; ascii < 17; ++ascii) {
      EXPECT_FALSE(valid_utf8(with_prefix(ascii, text))) << ascii;
      EXPECT_FALSE(checked_in_pieces(with_prefix(ascii, text), 3)) << ascii;
    }
  }
}

TEST(Utf8, AgreesWithTheModelOnEveryPairAndOnEdgeTriples) {
  std::string text(2, '\0');
  for (int a = 0; a < 256; ++a) {
    for (int b = 0; b < 256; ++b) {
      text = {static_cast<char>(a), static_cast<char>(b)};
      ASSERT_EQ(valid_utf8(text), model_valid(text)) << a << " " << b;
      for (int c : {0x7F, 0x80, 0xBF, 0xC0}) {
        const std::string longer = text + static_cast<char>(c) + '\x80';
        ASSERT_EQ(valid_utf8(longer), model_valid(longer)) << a << " " << b << " " << c;
      }
    }
  }
}

TEST(Utf8, AgreesWithTheModelOnRandomTextCutAnywhere) {
  std::mt19937 random(20260102);
  const std::vector<std::string_view> parts = {"a",
                                               "hello, world",
                                               "\xC3\xA9",
                                               "\xE2\x82\xAC",
                                               "\xF0\x9F\x98\x80",
                                               "\xED\xA0\x80",
                                               "\xC0\x80",
                                               "\x80",
                                               "\xF4\x8F\xBF\xBF",
                                               "\xEF\xBF\xBF"};
  size_t accepted = 0;
  for (int round = 0; round < 20000; ++round) {
    std::string text;
    const size_t count = random() % 8;
    for (size_t i = 0; i < count; ++i) {
      const bool mostly_good = random() % 20 != 0;
      text += parts[mostly_good ? random() % 5 : random() % parts.size()];
    }
    const bool expected = model_valid(text);
    accepted += expected;
    ASSERT_EQ(valid_utf8(text), expected);
    ASSERT_EQ(checked_in_pieces(text, 1 + random() % 9), expected);
  }
  EXPECT_GT(accepted, 10000u);
  EXPECT_LT(accepted, 20000u);
}

TEST(Utf8, SequenceTellsItsLengthOrNothing) {
  EXPECT_EQ(utf8_sequence(""), 0u);
  EXPECT_EQ(utf8_sequence("ab"), 1u);
  EXPECT_EQ(utf8_sequence("\xC3\xA9x"), 2u);
  EXPECT_EQ(utf8_sequence("\xE2\x82\xAC"), 3u);
  EXPECT_EQ(utf8_sequence("\xF0\x9F\x98\x80"), 4u);
  EXPECT_EQ(utf8_sequence("\xE2\x82"), 0u);
  EXPECT_EQ(utf8_sequence("\xA9"), 0u);
}

TEST(Utf8Checker, FailsAtTheFirstByteThatCannotBeMended) {
  Utf8Checker checker;
  EXPECT_TRUE(checker.feed("\xF4"));
  EXPECT_FALSE(checker.complete());
  EXPECT_FALSE(checker.feed("\x90"));
}

TEST(Utf8Checker, StaysFailedUntilReset) {
  Utf8Checker checker;
  EXPECT_FALSE(checker.feed("\xFF"));
  EXPECT_FALSE(checker.feed("good"));
  EXPECT_FALSE(checker.complete());
  checker.reset();
  EXPECT_TRUE(checker.feed("good"));
  EXPECT_TRUE(checker.complete());
}

TEST(Utf8Checker, IsSmallEnoughForEveryConnection) { EXPECT_LE(sizeof(Utf8Checker), 8u); }

}  // namespace
}  // namespace crema::base

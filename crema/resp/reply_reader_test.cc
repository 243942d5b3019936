#include "crema/resp/reply_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

namespace crema::resp {
namespace {

using ::testing::ElementsAre;

// A reply as text that shows kind and value: what two ways of feeding are compared by.
std::string describe(ReplyView reply) {
  switch (reply.kind()) {
    case Kind::kString:
      return "\"" + std::string(reply.text()) + "\"";
    case Kind::kStatus:
      return "+" + std::string(reply.text());
    case Kind::kError:
      return "-" + std::string(reply.text());
    case Kind::kInteger:
      return std::to_string(reply.integer());
    case Kind::kNil:
      return "nil";
    case Kind::kArray:
      break;
  }
  std::string text = "[";
  for (size_t i = 0; i < reply.size(); ++i) text += (i ? "," : "") + describe(reply.at(i));
  return text + "]";
}

struct Outcome {
  std::vector<std::string> replies;
  std::optional<Errc> error;
  bool operator==(const Outcome&) const = default;
};

// Feeds `step` bytes at a time, from copies of exactly that size: a read past them is seen by ASan.
Outcome read_all(std::string_view bytes, size_t step, Limits limits = {}) {
  ReplyReader reader(limits);
  Outcome outcome;
  while (!bytes.empty() && !outcome.error) {
    const std::vector<char> part(bytes.begin(), bytes.begin() + std::min(step, bytes.size()));
    bytes.remove_prefix(part.size());
    reader.feed({part.data(), part.size()});
    for (;;) {
      auto reply = reader.next();
      if (!reply) outcome.error = reply.error();
      if (!reply || !*reply) break;
      outcome.replies.push_back(describe(**reply));
    }
  }
  return outcome;
}

Outcome read(std::string_view bytes, Limits limits = {}) {
  Outcome whole = read_all(bytes, bytes.size() + 1, limits);
  EXPECT_EQ(read_all(bytes, 1, limits), whole) << "byte by byte: " << bytes.substr(0, 80);
  EXPECT_EQ(read_all(bytes, 3, limits), whole) << "by threes: " << bytes.substr(0, 80);
  return whole;
}

TEST(ReplyReader, ReadsEveryKind) {
  const Outcome outcome =
      read("+OK\r\n-ERR no\r\n:-42\r\n$5\r\nhe\r\no\r\n$0\r\n\r\n$-1\r\n*-1\r\n*0\r\n");
  EXPECT_EQ(outcome.error, std::nullopt);
  EXPECT_THAT(outcome.replies,
              ElementsAre("+OK", "-ERR no", "-42", "\"he\r\no\"", "\"\"", "nil", "nil", "[]"));
}

TEST(ReplyReader, ReadsMessagesOfASubscription) {
  const Outcome outcome = read(
      "*3\r\n$9\r\nsubscribe\r\n$6\r\nevents\r\n:1\r\n*3\r\n$7\r\nmessage\r\n$6\r\nevents\r\n$"
      "2\r\n{}\r\n");
  EXPECT_THAT(outcome.replies,
              ElementsAre("[\"subscribe\",\"events\",1]", "[\"message\",\"events\",\"{}\"]"));
}

TEST(ReplyReader, GivesBinaryTextUnchanged) {
  EXPECT_THAT(read(std::string_view("$4\r\n\0\r\n\xff\r\n", 10)).replies,
              ElementsAre(std::string("\"\0\r\n\xff\"", 6)));
}

TEST(ReplyReader, ReadsArraysInArrays) {
  EXPECT_THAT(read("*2\r\n*2\r\n:1\r\n*0\r\n*1\r\n$1\r\nx\r\n:7\r\n").replies,
              ElementsAre("[[1,[]],[\"x\"]]", "7"));
}

TEST(ReplyReader, WaitsForTheRest) {
  EXPECT_EQ(read("*2\r\n$3\r\nabc\r\n$3\r\nab"), Outcome{});
  EXPECT_EQ(read("+OK\r"), Outcome{});
}

TEST(ReplyReader, KeepsALoneCarriageReturnInALine) {
  EXPECT_THAT(read("+a\rb\r\r\n").replies, ElementsAre("+a\rb\r"));
}

TEST(ReplyReader, RefusesGarbage) {
  for (const char* garbage :
       {"HTTP/1.1 400 Bad Request\r\n", "\r\n", "?\r\n", "$abc\r\n", "$\r\n", "$-2\r\n", "*-2\r\n",
        "$+1\r\nx\r\n", "$1 \r\nx\r\n", "$1\rx", "$3\r\nabcd\r\n", "$3\r\nabc\rx", ":\r\n",
        ":12a\r\n", ":99999999999999999999\r\n", "*1\r\n!\r\n", "$000000000000000000001\r\nx\r\n",
        "%1\r\n+a\r\n+b\r\n", "_\r\n"}) {
    EXPECT_EQ(read(garbage), (Outcome{{}, Errc::kMalformed})) << garbage;
  }
}

TEST(ReplyReader, DeliversWhatCameBeforeGarbage) {
  EXPECT_EQ(read(":1\r\nxyz"), (Outcome{{"1"}, Errc::kMalformed}));
}

TEST(ReplyReader, RefusesLengthsThatOverflow) {
  for (const char* huge :
       {"$9223372036854775807\r\n", "$18446744073709551615\r\n", "$99999999999999999999\r\n"}) {
    EXPECT_EQ(read(huge).error, Errc::kTooLarge) << huge;
  }
}

TEST(ReplyReader, RefusesAnAnnouncedStringBeyondTheBoundBeforeItComes) {
  EXPECT_EQ(read("$16777217\r\n").error, Errc::kTooLarge);
}

TEST(ReplyReader, BoundsTheWholeReply) {
  const Limits limits{.bulk_bytes_max = 32};
  EXPECT_EQ(read("*2\r\n$10\r\n0123456789\r\n$9\r\n012345678\r\n", limits).error, Errc::kTooLarge);
  EXPECT_EQ(read("+" + std::string(64, 'x'), limits).error, Errc::kTooLarge);
  EXPECT_EQ(read("$10\r\n0123456789\r\n$10\r\n0123456789\r\n$10\r\n0123456789\r\n", limits)
                .replies.size(),
            3u);
}

TEST(ReplyReader, DoesNotLookAtWhatIsBeyondTheBound) {
  const Limits limits{.bulk_bytes_max = 32};
  const std::string bytes = "*2\r\n+" + std::string(25, 'x') + "\r\n$x\r\n";
  EXPECT_EQ(read(bytes, limits).error, Errc::kTooLarge);
}

TEST(ReplyReader, RefusesAnnouncedArraysBeyondTheBound) {
  EXPECT_EQ(read("*2147483647\r\n").error, Errc::kTooManyElements);
  EXPECT_EQ(read("*65537\r\n").error, Errc::kTooManyElements);
  const Limits limits{.elements_max = 4};
  EXPECT_EQ(read("*2\r\n*2\r\n:1\r\n:2\r\n*1\r\n:3\r\n", limits).error, Errc::kTooManyElements);
  EXPECT_EQ(
      read("*4\r\n:1\r\n:2\r\n:3\r\n:4\r\n*4\r\n:1\r\n:2\r\n:3\r\n:4\r\n", limits).replies.size(),
      2u);
}

std::string nested(int depth) {
  std::string bytes;
  for (int i = 0; i < depth; ++i) bytes += "*1\r\n";
  return bytes + ":1\r\n";
}

TEST(ReplyReader, RefusesArraysNestedTooDeep) {
  EXPECT_THAT(read(nested(7)).replies, ElementsAre("[[[[[[[1]]]]]]]"));
  EXPECT_EQ(read(nested(8)).error, Errc::kTooDeep);
}

TEST(ReplyReader, StaysRefusedAfterAnError) {
  ReplyReader reader;
  reader.feed("x");
  EXPECT_FALSE(reader.next());
  reader.feed(":1\r\n");
  const auto again = reader.next();
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error(), Errc::kMalformed);
}

TEST(ReplyReader, ReadsAReplyAsLargeAsAllowed) {
  const std::string payload(16 * 1024 * 1024 - 64, 'x');
  const std::string bytes = "$" + std::to_string(payload.size()) + "\r\n" + payload + "\r\n:5\r\n";
  const Outcome outcome = read_all(bytes, 65536);
  ASSERT_EQ(outcome.replies.size(), 2u);
  EXPECT_EQ(outcome.replies[0].size(), payload.size() + 2);
}

TEST(ReplyReader, IsIdleOnlyBetweenReplies) {
  ReplyReader reader;
  EXPECT_TRUE(reader.is_idle());
  reader.feed("*1\r\n:1\r\n:2\r\n:");
  EXPECT_FALSE(reader.is_idle());
  for (int i = 0; i < 2; ++i) {
    auto reply = reader.next();
    ASSERT_TRUE(reply && *reply);
    EXPECT_FALSE(reader.is_idle());
  }
  const auto none = reader.next();
  EXPECT_TRUE(none && !*none);
  EXPECT_FALSE(reader.is_idle());
  reader.feed("3\r\n");
  const auto third = reader.next();
  EXPECT_TRUE(third && *third);
  EXPECT_TRUE(reader.is_idle());
}

TEST(Reply, OutlivesItsReaderWhereverItIsMoved) {
  std::optional<Reply> kept;
  {
    ReplyReader reader;
    reader.feed("*3\r\n*2\r\n$1\r\na\r\n:7\r\n$0\r\n\r\n*-1\r\n*1\r\n+other\r\n");
    auto nested = reader.next();
    auto other = reader.next();
    ASSERT_TRUE(nested && *nested && other && *other);
    Reply moved = std::move(**nested);
    Reply over = std::move(**other);
    over = std::move(moved);
    kept = std::move(over);
    (void)reader.next();
    reader.feed("$5\r\nlater\r\n");
    (void)reader.next();
  }
  EXPECT_EQ(describe(*kept), R"([["a",7],"",nil])");
}

TEST(ReplyReader, GoesOnWhereItIsMoved) {
  ReplyReader first;
  first.feed("*2\r\n*1\r\n$3\r\nab");
  auto none = first.next();
  ASSERT_TRUE(none && !*none);
  ReplyReader second = std::move(first);
  second.feed("c\r\n:1\r\n");
  auto reply = second.next();
  ASSERT_TRUE(reply && *reply);
  EXPECT_EQ(describe(**reply), R"([["abc"],1])");
}

TEST(ReplyReader, ReadsTheSameWhereverItsBytesAreSplit) {
  constexpr std::string_view kBytes = "*3\r\n$0\r\n\r\n$2\r\n\r\n\r\n$3\r\nabc\r\n";
  for (size_t split = 1; split < kBytes.size(); ++split) {
    ReplyReader reader;
    reader.feed(kBytes.substr(0, split));
    auto reply = reader.next();
    ASSERT_TRUE(reply && !*reply) << split;
    reader.feed(kBytes.substr(split));
    reply = reader.next();
    ASSERT_TRUE(reply && *reply) << split;
    EXPECT_EQ(describe(**reply), "[\"\",\"\r\n\",\"abc\"]") << split;
  }
}

TEST(Reply, GivesNeutralValuesForOtherKinds) {
  ReplyReader reader;
  reader.feed("$-1\r\n");
  auto nil = reader.next();
  ASSERT_TRUE(nil && *nil);
  EXPECT_EQ((*nil)->text(), "");
  EXPECT_EQ((*nil)->integer(), 0);
  EXPECT_EQ((*nil)->size(), 0u);
}

}  // namespace
}  // namespace crema::resp

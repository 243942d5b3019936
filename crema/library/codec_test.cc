// What is encoded is decoded as the same value, whatever it is.
#include "crema/library/codec.h"

#include "crema/json/normalize.h"
#include "crema/socketio/attachments.h"
#include "crema/socketio/packet.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

namespace crema {

struct Point {
  double x = 0;
  float y = 0;
  bool operator==(const Point&) const = default;
};
template <>
struct Fields<Point> {
  static constexpr auto list = std::tuple(field("x", &Point::x), field("ÿ \"\\", &Point::y));
};

struct Everything {
  bool flag = false;
  int8_t small = 0;
  uint16_t medium = 0;
  int64_t large = 0;
  uint64_t largest = 0;
  std::string text;
  Bytes bytes;
  std::optional<Point> maybe;
  std::vector<Point> points;
  std::map<std::string, std::vector<Bytes>> pieces;
  std::unordered_map<std::string, std::optional<int>> counts;
  std::pair<std::string, std::tuple<bool, Bytes, uint32_t>> nested;
  bool operator==(const Everything&) const = default;
};
template <>
struct Fields<Everything> {
  static constexpr auto list =
      std::tuple(field("flag", &Everything::flag), field("small", &Everything::small),
                 field("medium", &Everything::medium), field("large", &Everything::large),
                 field("largest", &Everything::largest), field("text", &Everything::text),
                 field("bytes", &Everything::bytes), field("maybe", &Everything::maybe),
                 field("points", &Everything::points), field("pieces", &Everything::pieces),
                 field("counts", &Everything::counts), field("nested", &Everything::nested));
};

namespace {

class Random {
 public:
  explicit Random(unsigned seed) : engine_(seed) {}

  size_t below(size_t n) { return engine_() % n; }
  template <class T>
  T integer() {
    // Often one of the ends.
    if (below(4) == 0) return std::numeric_limits<T>::max();
    if (below(4) == 0) return std::numeric_limits<T>::min();
    return static_cast<T>(engine_());
  }
  double number() {
    const double values[] = {0.0, 1.0, -0.5, 1e300, 5e-324, 0.1, 1e21, 123456789.125, -1e-7};
    return values[below(std::size(values))] * (below(2) == 0 ? 1.0 : 3.0);
  }
  std::string text() {
    const char* parts[] = {"a", "\"",     "\\", "\n", "\x01", "é", "☕",
                           "😀", "\u2028", "/",  "}",  "]",    ","};
    std::string made;
    for (size_t i = below(6); i > 0; --i) made += parts[below(std::size(parts))];
    return made;
  }
  Bytes bytes() {
    Bytes made;
    for (size_t i = below(5); i > 0; --i) made.data.push_back(static_cast<char>(engine_()));
    return made;
  }
  Point point() { return {number(), static_cast<float>(below(1000)) / 7}; }
  Everything everything() {
    Everything made;
    made.flag = below(2) == 0;
    made.small = integer<int8_t>();
    made.medium = integer<uint16_t>();
    made.large = integer<int64_t>();
    made.largest = integer<uint64_t>();
    made.text = text();
    made.bytes = bytes();
    if (below(2) == 0) made.maybe = point();
    for (size_t i = below(3); i > 0; --i) made.points.push_back(point());
    for (size_t i = below(3); i > 0; --i) made.pieces[text()] = {bytes(), bytes()};
    for (size_t i = below(3); i > 0; --i) {
      made.counts[text()] = below(2) == 0 ? std::optional(integer<int>()) : std::nullopt;
    }
    made.nested = {text(), {below(2) == 0, bytes(), integer<uint32_t>()}};
    return made;
  }

 private:
  std::mt19937 engine_;
};

// Over the wire: as the argument of an event that is encoded and decoded as a packet.
template <class T>
std::optional<T> sent_and_received(const T& value) {
  Encoder out = encode_all(value);
  const auto count = static_cast<unsigned>(out.attachments().size());
  const std::string text = socketio::encode_event("/n", "e", out.text(), {.attachments = count});
  const auto packet = socketio::decode_packet(text);
  std::string scratch;
  socketio::Event event;
  if (!packet || !socketio::decode_event(packet->payload, scratch, event)) return std::nullopt;
  if (!socketio::placeholders_fit(scratch, count) || event.args.size() != 1) return std::nullopt;
  T decoded{};
  if (!decode(Value(event.args[0], out.attachments()), decoded)) return std::nullopt;
  return decoded;
}

TEST(Codec, DecodesWhatItEncodedForRandomValuesOfEveryType) {
  for (unsigned seed = 1; seed <= 2000; ++seed) {
    Random random(seed);
    Everything value = random.everything();
    // A packet has ten attachments at most.
    while (encode_all(value).attachments().size() > 10) value = random.everything();
    ASSERT_EQ(sent_and_received(value), value) << "seed " << seed;
  }
}

TEST(Codec, DecodesTheEndsOfEveryInteger) {
  const auto ends = []<class T>(T) {
    using Limits = std::numeric_limits<T>;
    for (const T value : {Limits::min(), Limits::max(), T{0}, T{1}}) {
      EXPECT_EQ(sent_and_received(value), value) << sizeof(T);
    }
  };
  ends(int8_t{}), ends(uint8_t{}), ends(int16_t{}), ends(uint16_t{}), ends(int32_t{});
  ends(uint32_t{}), ends(int64_t{}), ends(uint64_t{});
}

TEST(Codec, WritesNumbersAndTextsAsJsonStringifyDoes) {
  using Limits = std::numeric_limits<double>;
  EXPECT_EQ(encode_all(-0.0, 1.0, 0.1, Limits::quiet_NaN(), Limits::infinity()).text(),
            "0,1,0.1,null,null");
  EXPECT_EQ(encode_all("\u2028 \" \x01", "a\xff").text(), "\"\u2028 \\\" \\u0001\",\"a\uFFFD\"");
  EXPECT_EQ(encode_all(std::optional<int>(), std::vector<std::optional<int>>(1)).text(),
            "null,[null]");
}

TEST(Codec, SendsJsonAsItIsWithoutItsSpaces) {
  for (const char* text :
       {R"({"a":[1,2.50,1e400,"\ud800",null,true]})", "[]", "\"\"", "0.10", "{}"}) {
    const auto back = sent_and_received(Json{text});
    ASSERT_TRUE(back) << text;
    EXPECT_EQ(back->text, text);
  }
  EXPECT_EQ(sent_and_received(Json{" [ 1 , 2 ] "}), Json{"[1,2]"});
}

TEST(Codec, RefusesTheRandomValuesOfAnotherType) {
  for (unsigned seed = 1; seed <= 200; ++seed) {
    Random random(seed);
    const Encoder out = encode_all(random.text());
    int number = 0;
    std::vector<int> numbers;
    Everything everything;
    EXPECT_FALSE(decode(Value(out.text(), {}), number));
    EXPECT_FALSE(decode(Value(out.text(), {}), numbers));
    EXPECT_FALSE(decode(Value(out.text(), {}), everything));
  }
}

}  // namespace
}  // namespace crema

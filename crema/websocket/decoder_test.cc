#include "crema/websocket/decoder.h"

#include "crema/websocket/client_frame.h"
#include "crema/websocket/config.h"
#include "crema/websocket/recording_sink.h"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>

namespace crema::websocket {
namespace {

using Events = std::vector<std::string>;

constexpr size_t kMax = 100'000;
constexpr uint32_t kMask = 0xA1B2C3D4;

std::string text(std::string_view payload) { return client_frame(Opcode::kText, payload, kMask); }
std::string binary(std::string_view payload) {
  return client_frame(Opcode::kBinary, payload, kMask);
}
std::string begin(Opcode opcode, std::string_view payload) {
  return client_frame(opcode, payload, kMask, Fragment::kMore);
}
std::string more(std::string_view payload) { return begin(Opcode::kContinuation, payload); }
std::string last(std::string_view payload) {
  return client_frame(Opcode::kContinuation, payload, kMask);
}
std::string control(Opcode opcode, std::string_view payload) {
  return client_frame(opcode, payload, kMask);
}
std::string close_with(uint16_t code, std::string_view reason = "") {
  std::string payload{static_cast<char>(code >> 8), static_cast<char>(code & 0xFF)};
  return control(Opcode::kClose, payload.append(reason));
}

struct Outcome {
  Events events;
  std::optional<Errc> error;
  bool idle = false;

  friend bool operator==(const Outcome&, const Outcome&) = default;
};

Outcome decode_in_pieces(std::string bytes, size_t piece, size_t max) {
  Decoder decoder{max};
  RecordingSink sink;
  std::optional<Errc> error;
  for (size_t at = 0; at < bytes.size() && !error; at += piece) {
    const std::span<char> rest = std::span{bytes}.subspan(at);
    const auto fed = decoder.feed(rest.first(std::min(piece, rest.size())), sink);
    if (!fed) error = fed.error();
  }
  return {sink.events, error, decoder.idle()};
}

// In one piece, and the same in pieces of 1 to 20 bytes.
Outcome decode(const std::string& bytes, size_t max = kMax) {
  const Outcome whole = decode_in_pieces(bytes, bytes.size(), max);
  for (size_t piece = 1; piece <= 20; ++piece) {
    const Outcome cut = decode_in_pieces(bytes, piece, max);
    EXPECT_EQ(cut.events, whole.events) << "in pieces of " << piece;
    EXPECT_EQ(cut.error, whole.error) << "in pieces of " << piece;
  }
  return whole;
}

void expect_events(const std::string& bytes, const Events& events) {
  const Outcome out = decode(bytes);
  EXPECT_EQ(out.error, std::nullopt);
  EXPECT_EQ(out.events, events);
  EXPECT_TRUE(out.idle);
}

void expect_error(const std::string& bytes, Errc error, const Events& before = {}) {
  const Outcome out = decode(bytes);
  EXPECT_EQ(out.error, error);
  EXPECT_EQ(out.events, before);
}

// Autobahn 1: lengths around the three forms of the header.
TEST(Decoder, DeliversMessagesOfEveryLengthForm) {
  for (const size_t size : {0, 1, 125, 126, 127, 128, 65535, 65536, 65537}) {
    const std::string payload(size, '*');
    expect_events(text(payload) + binary(payload), {"text:" + payload, "binary:" + payload});
  }
}

// Autobahn 2.
TEST(Decoder, DeliversPingsAndPongs) {
  const std::string longest(125, '\xFE');
  expect_events(control(Opcode::kPing, ""), {"ping:"});
  expect_events(control(Opcode::kPing, "Hello"), {"ping:Hello"});
  expect_events(control(Opcode::kPing, longest), {"ping:" + longest});
  expect_events(control(Opcode::kPong, "unsolicited") + text("x"), {"pong", "text:x"});
}

TEST(Decoder, RejectsControlFramesOfMoreThan125Bytes) {
  const std::string longer(126, 'a');
  for (const Opcode opcode : {Opcode::kPing, Opcode::kPong, Opcode::kClose}) {
    expect_error(control(opcode, longer), Errc::kControlTooLong);
  }
}

// Autobahn 3.
TEST(Decoder, RejectsReservedBits) {
  for (const int bits : {0x40, 0x20, 0x10, 0x70}) {
    std::string frame = text("x");
    frame[0] = static_cast<char>(frame[0] | bits);
    expect_error(text("before") + frame, Errc::kReservedBits, {"text:before"});
  }
}

// Autobahn 4.
TEST(Decoder, RejectsReservedOpcodes) {
  for (const int opcode : {3, 4, 5, 6, 7, 11, 12, 13, 14, 15}) {
    std::string frame = text("x");
    frame[0] = static_cast<char>(0x80 | opcode);
    expect_error(text("before") + frame, Errc::kReservedOpcode, {"text:before"});
  }
}

TEST(Decoder, RejectsUnmaskedFrames) {
  expect_error(std::string("\x81\x01x"), Errc::kUnmaskedFrame);
  expect_error(std::string("\x89\x00", 2), Errc::kUnmaskedFrame);
}

// Autobahn 5.
TEST(Decoder, RejectsFragmentedControlFrames) {
  for (const Opcode opcode : {Opcode::kPing, Opcode::kPong, Opcode::kClose}) {
    expect_error(begin(opcode, "x"), Errc::kFragmentedControl);
  }
}

TEST(Decoder, JoinsFragments) {
  expect_events(begin(Opcode::kText, "one") + more("two") + last("three"), {"text:onetwothree"});
  expect_events(begin(Opcode::kBinary, "") + more("") + last(""), {"binary:"});
  expect_events(begin(Opcode::kText, "") + more("x") + last("") + text("y"), {"text:x", "text:y"});
}

TEST(Decoder, DeliversControlFramesAmidFragmentsAtOnce) {
  expect_events(begin(Opcode::kText, "one") + control(Opcode::kPing, "p") + more("two") +
                    control(Opcode::kPong, "q") + last("three"),
                {"ping:p", "pong", "text:onetwothree"});
}

TEST(Decoder, RejectsAContinuationOfNothing) {
  expect_error(last("x"), Errc::kUnexpectedContinuation);
  expect_error(more("x"), Errc::kUnexpectedContinuation);
  expect_error(begin(Opcode::kText, "a") + last("b") + last("c"), Errc::kUnexpectedContinuation,
               {"text:ab"});
}

TEST(Decoder, RejectsANewMessageAmidFragments) {
  expect_error(begin(Opcode::kText, "a") + text("b"), Errc::kMessageInterleaved);
  expect_error(begin(Opcode::kText, "a") + begin(Opcode::kBinary, "b"), Errc::kMessageInterleaved);
}

// Autobahn 6: 6.2 to 6.4 by the piecewise feeding of `decode`, and over every pair of fragments.
TEST(Decoder, AcceptsUtf8CutAnywhere) {
  const std::string greek = "\xCE\xBA\xE1\xBD\xB9\xCF\x83\xCE\xBC\xCE\xB5 \xF0\x9F\x98\x80";
  expect_events(text(greek), {"text:" + greek});
  for (size_t cut = 0; cut <= greek.size(); ++cut) {
    expect_events(begin(Opcode::kText, greek.substr(0, cut)) + last(greek.substr(cut)),
                  {"text:" + greek});
  }
}

TEST(Decoder, RejectsInvalidUtf8) {
  for (const std::string_view bad :
       {"\xCE\xBA\xE1\xBD\xB9\xCF\x83\xCE\xBC\xCE\xB5\xED\xA0\x80", "\xC0\x80", "\xFF", "\x80",
        "\xF4\x90\x80\x80", "\xF5", "\xE2\x82", "\xF0\x9F\x98", "\xED\xBF\xBF", "\xE0\x80\xAF",
        "a\xC3(b"}) {
    expect_error(text(bad), Errc::kInvalidUtf8);
    for (size_t cut = 0; cut <= bad.size(); ++cut) {
      expect_error(begin(Opcode::kText, bad.substr(0, cut)) + last(bad.substr(cut)),
                   Errc::kInvalidUtf8);
    }
    expect_events(binary(bad), {"binary:" + std::string{bad}});
  }
}

// Autobahn 6.4: before the frame, or the message, is complete.
TEST(Decoder, RejectsInvalidUtf8AtTheFirstByteThatProvesIt) {
  std::string frame = text("abc\xF4\x90" + std::string(1000, 'x'));
  expect_error(frame.substr(0, 8 + 5), Errc::kInvalidUtf8);
  EXPECT_EQ(decode(frame.substr(0, 8 + 4)).error, std::nullopt);
  expect_error(begin(Opcode::kText, "abc\xF4") + more("\x90"), Errc::kInvalidUtf8);
}

// Autobahn 7.
TEST(Decoder, DeliversCloseCodes) {
  expect_events(control(Opcode::kClose, ""), {"close:none"});
  expect_events(close_with(1000), {"close:1000"});
  expect_events(close_with(1001, "going away"), {"close:1001"});
  expect_events(close_with(4999, std::string(123, 'r')), {"close:4999"});
}

TEST(Decoder, IgnoresWhatFollowsAClose) {
  expect_events(close_with(1000) + text("x") + "\xFF\xFF", {"close:1000"});
  expect_events(begin(Opcode::kText, "a") + close_with(1000) + last("b"), {"close:1000"});
}

TEST(Decoder, RejectsBadClosePayloads) {
  expect_error(control(Opcode::kClose, "\x03"), Errc::kBadClose);
  for (const uint16_t code : {0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65535}) {
    expect_error(close_with(code), Errc::kBadClose);
  }
  expect_error(close_with(1000, "\xCE\xBA\xED\xA0\x80"), Errc::kInvalidUtf8);
}

std::string announce(int short_length, uint64_t length, size_t bytes) {
  std::string header{'\x82', static_cast<char>(0x80 | short_length)};
  for (size_t i = bytes; i-- > 0;) header.push_back(static_cast<char>(length >> (8 * i) & 0xFF));
  return header + "mask";
}

TEST(Decoder, RejectsLengthsNotInTheirShortestForm) {
  for (const uint64_t length : {0, 1, 125}) {
    expect_error(announce(126, length, 2), Errc::kBadLength);
  }
  for (const uint64_t length : {0, 125, 126, 65535}) {
    expect_error(announce(127, length, 8), Errc::kBadLength);
  }
}

TEST(Decoder, RejectsHugeLengthsAtTheHeader) {
  expect_error(announce(127, uint64_t{1} << 63, 8), Errc::kBadLength);
  expect_error(announce(127, ~uint64_t{0}, 8), Errc::kBadLength);
  expect_error(announce(127, uint64_t{1} << 62, 8), Errc::kMessageTooBig);
  expect_error(announce(127, kMax + 1, 8), Errc::kMessageTooBig);
}

TEST(Decoder, TakesAMessageOfExactlyTheBound) {
  EXPECT_EQ(decode(text("1234"), 4).events, Events{"text:1234"});
  EXPECT_EQ(decode(text("12345"), 4).error, Errc::kMessageTooBig);
}

TEST(Decoder, SumsTheBoundOverFragments) {
  EXPECT_EQ(decode(begin(Opcode::kText, "12") + last("34"), 4).events, Events{"text:1234"});
  EXPECT_EQ(decode(begin(Opcode::kText, "12") + last("345"), 4).error, Errc::kMessageTooBig);
  EXPECT_EQ(decode(begin(Opcode::kText, "12") + last("34") + text("5678"), 4).error, std::nullopt);
  EXPECT_EQ(decode(begin(Opcode::kText, "12") + control(Opcode::kPing, "long ping"), 4).error,
            std::nullopt);
}

TEST(Decoder, BoundsTheNumberOfFragments) {
  std::string bytes = begin(Opcode::kText, "");
  for (size_t i = 1; i < kFragmentsMax - 1; ++i) bytes += more("");
  const Outcome fits = decode_in_pieces(bytes + last("x"), 1000, kMax);
  EXPECT_EQ(fits.events, Events{"text:x"});
  const Outcome beyond = decode_in_pieces(bytes + more("") + last("x"), 1000, kMax);
  EXPECT_EQ(beyond.error, Errc::kTooManyFragments);
  EXPECT_EQ(beyond.events, Events{});
}

TEST(Decoder, DeliversAWholeFrameFromTheBytesFed) {
  struct Sink final : MessageSink {
    bool on_text(std::string_view text) override {
      seen = text.data();
      return true;
    }
    bool on_binary(std::string_view) override { return false; }
    bool on_ping(std::string_view) override { return false; }
    bool on_pong() override { return false; }
    bool on_close(std::optional<uint16_t>) override { return false; }
    const char* seen = nullptr;
  } sink;
  std::string bytes = text("no copy");
  Decoder decoder{kMax};
  ASSERT_TRUE(decoder.feed(bytes, sink));
  EXPECT_EQ(sink.seen, bytes.data() + 6);
}

TEST(Decoder, OwnsWhatCameAndNotWhatIsAnnounced) {
  Decoder decoder{1'000'000};
  RecordingSink sink;
  std::string frame = binary(std::string(900'000, 'x'));
  ASSERT_TRUE(decoder.feed(std::span{frame}.first(1014), sink));
  EXPECT_LE(decoder.owned_bytes(), 1000 + kPartialBytesMax);
  const std::span<char> rest = std::span{frame}.subspan(1014);
  for (size_t at = 0; at + 1000 < rest.size(); at += 1000) {
    ASSERT_TRUE(decoder.feed(rest.subspan(at, 1000), sink));
    ASSERT_LE(decoder.owned_bytes(), 1'000'000 + kPartialBytesMax);
  }
  EXPECT_EQ(sink.events.size(), 0u);
}

TEST(Decoder, OwnsNothingWhileIdle) {
  Decoder decoder{kMax};
  RecordingSink sink;
  EXPECT_TRUE(decoder.idle());
  std::string bytes = begin(Opcode::kText, "a") + last("b");
  for (size_t i = 0; i < bytes.size(); ++i) {
    ASSERT_TRUE(decoder.feed(std::span{bytes}.subspan(i, 1), sink));
    EXPECT_EQ(decoder.idle(), i + 1 == bytes.size());
    EXPECT_EQ(decoder.owned_bytes() == 0, decoder.idle());
  }
  EXPECT_LE(sizeof(Decoder), 24u);
}

TEST(Decoder, StopsWhenTheSinkSaysSo) {
  std::string bytes = text("a") + control(Opcode::kPing, "b") + text("c");
  for (size_t stop = 1; stop <= 3; ++stop) {
    std::string copy = bytes;
    RecordingSink sink;
    sink.stop_after = stop;
    Decoder decoder{kMax};
    EXPECT_TRUE(decoder.feed(copy, sink));
    EXPECT_EQ(sink.events.size(), stop);
  }
}

// The sanitizers watch this one.
TEST(Decoder, MayBeDestroyedByTheSink) {
  struct Sink final : MessageSink {
    bool destroy(std::string_view view) {
      decoder.reset();
      seen = view;
      return false;
    }
    bool on_text(std::string_view text) override { return destroy(text); }
    bool on_binary(std::string_view bytes) override { return destroy(bytes); }
    bool on_ping(std::string_view payload) override { return destroy(payload); }
    bool on_pong() override { return destroy("pong"); }
    bool on_close(std::optional<uint16_t>) override { return destroy("close"); }
    std::unique_ptr<Decoder> decoder;
    std::string seen;
  };
  const std::string tail = text("never seen");
  const std::string rows[] = {text("hello"),
                              binary("hello"),
                              control(Opcode::kPing, "hello"),
                              control(Opcode::kPong, ""),
                              close_with(1000),
                              begin(Opcode::kText, "hel") + last("lo")};
  for (const std::string& row : rows) {
    for (size_t cut = 0; cut < row.size(); ++cut) {
      Sink sink;
      sink.decoder = std::make_unique<Decoder>(kMax);
      std::string bytes = row + tail;
      ASSERT_TRUE(sink.decoder->feed(std::span{bytes}.first(cut), sink));
      ASSERT_TRUE(sink.decoder->feed(std::span{bytes}.subspan(cut), sink));
      EXPECT_EQ(sink.decoder, nullptr);
      EXPECT_NE(sink.seen, "");
    }
  }
}

TEST(Errc, HasACloseCode) {
  EXPECT_EQ(close_code_of(Errc::kUnmaskedFrame), 1002);
  EXPECT_EQ(close_code_of(Errc::kReservedBits), 1002);
  EXPECT_EQ(close_code_of(Errc::kReservedOpcode), 1002);
  EXPECT_EQ(close_code_of(Errc::kFragmentedControl), 1002);
  EXPECT_EQ(close_code_of(Errc::kControlTooLong), 1002);
  EXPECT_EQ(close_code_of(Errc::kBadLength), 1002);
  EXPECT_EQ(close_code_of(Errc::kUnexpectedContinuation), 1002);
  EXPECT_EQ(close_code_of(Errc::kMessageInterleaved), 1002);
  EXPECT_EQ(close_code_of(Errc::kBadClose), 1002);
  EXPECT_EQ(close_code_of(Errc::kInvalidUtf8), 1007);
  EXPECT_EQ(close_code_of(Errc::kTooManyFragments), 1008);
  EXPECT_EQ(close_code_of(Errc::kMessageTooBig), 1009);
}

}  // namespace
}  // namespace crema::websocket

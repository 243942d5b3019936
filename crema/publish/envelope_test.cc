#include "crema/publish/envelope.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace crema::publish {
namespace {

using ::testing::StartsWith;

Event progress(std::string_view message) {
  return {.event = "progress", .message = message, .room = "user:a", .site = "site1"};
}

Errc error_of(const Event& event) { return encode_envelope(event).error().code; }

TEST(Envelope, IsTheObjectThatFrappePublishes) {
  EXPECT_EQ(encode_envelope(progress("{\"percent\": 40}")),
            "{\"event\":\"progress\",\"message\":{\"percent\":40},\"namespace\":\"site1\","
            "\"room\":\"user:a\"}");
}

TEST(Envelope, TakesAnyJsonValueAsTheMessage) {
  for (const std::string message : {"null", "\"Failed\"", "25.0", "[1,\"\\u00e9\"]", "true"}) {
    EXPECT_EQ(encode_envelope(progress(message)),
              "{\"event\":\"progress\",\"message\":" + message +
                  ",\"namespace\":\"site1\",\"room\":\"user:a\"}");
  }
}

TEST(Envelope, QuotesNames) {
  const Event event{.event = "a\"b", .message = "1", .room = "doc:a/\n", .site = "s\\"};
  EXPECT_EQ(encode_envelope(event),
            "{\"event\":\"a\\\"b\",\"message\":1,\"namespace\":\"s\\\\\",\"room\":\"doc:a/\\n\"}");
}

TEST(Envelope, SaysWhereAMessageIsBroken) {
  const auto encoded = encode_envelope(progress("{\"a\": 1,\n \"b\" 2}"));
  ASSERT_FALSE(encoded);
  EXPECT_EQ(encoded.error().code, Errc::kBadMessage);
  EXPECT_EQ(encoded.error().line, 2U);
  EXPECT_THAT(to_string(encoded.error()), StartsWith("the message is not JSON: line 2, column "));
}

TEST(Envelope, RefusesEveryMessageThatIsNotOneJsonText) {
  for (const char* message : {"", "{", "1 2", "NaN", "[Infinity]", "'a'", "\"\xff\"", "hello"}) {
    EXPECT_EQ(error_of(progress(message)), Errc::kBadMessage) << message;
  }
  EXPECT_EQ(error_of(progress(std::string(1000, '['))), Errc::kBadMessage);
}

TEST(Envelope, CannotBeLeftThroughTheMessage) {
  EXPECT_EQ(error_of(progress("1,\"room\":\"all\"")), Errc::kBadMessage);
}

TEST(Envelope, NeedsEveryName) {
  EXPECT_EQ(error_of({.event = "", .message = "1", .room = "r", .site = "s"}), Errc::kNoEvent);
  EXPECT_EQ(error_of({.event = "e", .message = "1", .room = "", .site = "s"}), Errc::kNoRoom);
  EXPECT_EQ(error_of({.event = "e", .message = "1", .room = "r", .site = ""}), Errc::kNoSite);
  EXPECT_EQ(error_of({.event = "e", .message = "1", .room = "\xff", .site = "s"}), Errc::kBadName);
}

TEST(Envelope, RefusesTheNamesOfSocketIo) {
  for (const char* name : {"connect", "connect_error", "disconnect", "disconnecting", "newListener",
                           "removeListener"}) {
    EXPECT_EQ(error_of({.event = name, .message = "1", .room = "r", .site = "s"}),
              Errc::kReservedEvent);
  }
}

TEST(EnvelopeErrorText, NamesWhatIsWrong) {
  EXPECT_EQ(to_string(EnvelopeError{.code = Errc::kNoRoom}), "there is no room");
  EXPECT_EQ(to_string(EnvelopeError{.code = Errc::kBadMessage}), "the message is not JSON");
}

}  // namespace
}  // namespace crema::publish

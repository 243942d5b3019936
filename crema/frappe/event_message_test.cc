#include "crema/frappe/event_message.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace crema::frappe {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

base::Result<socketio::Broadcast, DropReason> decode(std::string_view payload) {
  std::string scratch = "what the last message left";
  auto decoded = decode_event_message(payload, scratch);
  scratch.assign(scratch.size(), '#');  // Nothing may refer to it.
  return decoded;
}

// `fields` in a message that has an event and a namespace already.
base::Result<socketio::Broadcast, DropReason> decode_with(const std::string& fields) {
  return decode(R"({"event":"e","namespace":"a")" + fields + "}");
}

std::vector<std::string> rooms(const std::string& room) {
  const auto decoded = decode_with(R"(,"room":)" + room);
  return decoded ? decoded->rooms : std::vector<std::string>{"dropped"};
}

std::string args(const std::string& message) {
  const auto decoded = decode(R"({"event":"e","message":)" + message + "}");
  return decoded ? decoded->args : "dropped";
}

std::string why(std::string_view payload) {
  const auto decoded = decode(payload);
  return decoded ? "not dropped" : std::string(to_text(decoded.error()));
}

TEST(EventMessage, GoesToTheRoomOfItsSite) {
  const auto decoded = decode(
      R"({"event":"msgprint","message":{"a":1},"namespace":"site.localhost","room":"user:x@y"})");
  ASSERT_TRUE(decoded);
  EXPECT_EQ(decoded->nsp, "/site.localhost");
  EXPECT_THAT(decoded->rooms, ElementsAre("user:x@y"));
  EXPECT_EQ(decoded->packet.payload(), R"(42/site.localhost,["msgprint",{"a":1}])");
}

TEST(EventMessage, RoomIsANameANumberOrAListOfThem) {
  EXPECT_THAT(rooms(R"("all")"), ElementsAre("all"));
  EXPECT_THAT(rooms(R"("doc:ToDo/\u00e9 /\"x")"), ElementsAre("doc:ToDo/\u00e9 /\"x"));
  EXPECT_THAT(rooms("5"), ElementsAre("5"));
  EXPECT_THAT(rooms(R"(["a", "b", 7])"), ElementsAre("a", "b", "7"));
  EXPECT_THAT(rooms(R"(["only"])"), ElementsAre("only"));
}

TEST(EventMessage, FalsyRoomMeansTheWholeSite) {
  for (const char* room : {"null", R"("")", "0", "0.0", "false"}) {
    EXPECT_THAT(rooms(room), IsEmpty()) << room;
  }
  const auto absent = decode_with("");
  ASSERT_TRUE(absent);
  EXPECT_EQ(absent->nsp, "/a");
  EXPECT_THAT(absent->rooms, IsEmpty());
}

TEST(EventMessage, DropsRoomsThatAreNoNames) {
  for (const char* room :
       {"[]", "{}", "true", "[[\"a\"]]", "[\"a\",null]", "[\"a\",\"\"]", "[true]", R"({"a":1})"}) {
    EXPECT_THAT(rooms(room), ElementsAre("dropped")) << room;
  }
}

TEST(EventMessage, WithoutRoomAndNamespaceGoesToEverySite) {
  for (const char* payload :
       {R"({"event":"build_event","message":{"success":true}})",
        R"({"event":"build_event","message":{"success":true},"room":null,"namespace":null})",
        R"({"event":"build_event","message":{"success":true},"room":"","namespace":""})"}) {
    const auto decoded = decode(payload);
    ASSERT_TRUE(decoded) << payload;
    EXPECT_EQ(decoded->nsp, "");
    EXPECT_EQ(decoded->event, "build_event");
    EXPECT_EQ(decoded->args, R"({"success":true})");
    EXPECT_THAT(decoded->rooms, IsEmpty());
  }
}

TEST(EventMessage, DropsRoomsWithoutASite) {
  EXPECT_EQ(why(R"({"event":"e","room":"all"})"), "no usable namespace");
  EXPECT_EQ(why(R"({"event":"e","room":"a:all","namespace":null})"), "no usable namespace");
}

TEST(EventMessage, DropsNamespacesThatAreNoSites) {
  for (const char* nsp : {"5", "true", "[]", R"(["a"])", "{}", R"("/a")", R"("..")", R"("a/b")",
                          R"("a\u0000")", R"("a\nb")"}) {
    EXPECT_EQ(why(std::string(R"({"event":"e","namespace":)") + nsp + "}"), "no usable namespace")
        << nsp;
  }
}

TEST(EventMessage, MissingMessageIsNull) {
  const auto decoded = decode(R"({"event":"e"})");
  ASSERT_TRUE(decoded);
  EXPECT_EQ(decoded->args, "null");
}

TEST(EventMessage, MessageMayBeAnything) {
  for (const char* message : {"null", "true", "5", R"("Failed")", "[]", "[1,[2]]", "{}",
                              R"("{\"a\": 1}")", R"({"_placeholder":true,"num":0})"}) {
    EXPECT_EQ(args(message), message);
  }
}

TEST(EventMessage, KeepsNumbersAndEscapesByteForByte) {
  for (const char* message :
       {"25.0", "12345678901234567890", "1e400", "-0", "0.10", R"("\u00e9\/\ud83d\ude00")",
        R"("\ud800")", "\"\xc3\xa9\"", R"({"a":1,"a":2})"}) {
    EXPECT_EQ(args(message), message);
  }
}

TEST(EventMessage, TurnsNonFiniteNumbersIntoNull) {
  EXPECT_EQ(args(R"([NaN, Infinity, -Infinity, "NaN"])"), R"([null,null,null,"NaN"])");
}

TEST(EventMessage, MinifiesWhatPythonPrettyPrints) {
  const auto decoded = decode(
      "{\n \"event\": \"e\",\n \"message\": {\n  \"a b\": [\n   1,\n   2\n"
      "  ]\n }\n}\n");
  ASSERT_TRUE(decoded);
  EXPECT_EQ(decoded->args, R"({"a b":[1,2]})");
}

TEST(EventMessage, DropsWhatIsNotOneObject) {
  for (const char* payload : {"", " ", "null", "5", "\"e\"", "[]", "{", "{}{}", R"({"event":"e",})",
                              R"({"event":'e'})", "\x80\x04\x95.", "{\"event\":\"\xff\"}"}) {
    EXPECT_EQ(why(payload), "not a JSON object") << payload;
  }
  EXPECT_EQ(args(std::string(100'000, '[')), "dropped");
}

TEST(EventMessage, DropsEventsThatClientsDoNotSurvive) {
  for (const char* event : {"null", "5", "true", "[]", R"(["e"])", "{}", R"("")", R"("connect")",
                            R"("connect_error")", R"("disconnect")", R"("disconnecting")",
                            R"("newListener")", R"("removeListener")", R"("\u0063onnect")"}) {
    EXPECT_EQ(why(std::string(R"({"namespace":"a","event":)") + event + "}"),
              "no usable event name")
        << event;
  }
  EXPECT_EQ(why("{}"), "no usable event name");
  EXPECT_EQ(why(R"({"event":"error"})"), "not dropped");
}

TEST(EventMessage, LastOfDuplicateKeysWins) {
  const auto decoded = decode(R"({"event":"x","room":"r1","event":"y","namespace":"b","room":null,)"
                              R"("message":1,"namespace":null,"m\u0065ssage":2})");
  ASSERT_TRUE(decoded);
  EXPECT_EQ(decoded->event, "y");
  EXPECT_EQ(decoded->args, "2");
  EXPECT_EQ(decoded->nsp, "");
}

}  // namespace
}  // namespace crema::frappe

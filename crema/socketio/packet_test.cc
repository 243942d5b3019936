#include "crema/socketio/packet.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace crema::socketio {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct Head {
  PacketType type;
  unsigned attachments;
  std::string nsp;
  std::optional<uint64_t> ack_id;
  std::string payload;
  bool operator==(const Head&) const = default;
};

std::optional<Head> head(std::string_view text) {
  const auto packet = decode_packet(text);
  if (!packet) return std::nullopt;
  return Head{packet->type, packet->attachments, std::string(packet->nsp), packet->ack_id,
              std::string(packet->payload)};
}

// The arguments of an EVENT's payload, its name first; the error's number when there is one.
std::vector<std::string> event(std::string_view payload) {
  std::string scratch;
  Event decoded;
  if (const auto done = decode_event(payload, scratch, decoded); !done) {
    return {"error " + std::to_string(static_cast<int>(done.error()))};
  }
  std::vector<std::string> all{decoded.name};
  for (const json::Slice arg : decoded.args) all.emplace_back(arg);
  return all;
}

std::vector<std::string> error(Errc code) {
  return {"error " + std::to_string(static_cast<int>(code))};
}

std::optional<std::string> auth(std::string_view payload) {
  std::string decoded = "stale";
  if (!decode_auth(payload, decoded)) return std::nullopt;
  return decoded;
}

TEST(Packet, HasATypeANamespaceAnAckIdAndAPayload) {
  EXPECT_EQ(head("0"), (Head{PacketType::kConnect, 0, "/", {}, ""}));
  EXPECT_EQ(head("0/custom,{\"a\":1}"),
            (Head{PacketType::kConnect, 0, "/custom", {}, "{\"a\":1}"}));
  EXPECT_EQ(head("1/custom,"), (Head{PacketType::kDisconnect, 0, "/custom", {}, ""}));
  EXPECT_EQ(head("2[\"a\"]"), (Head{PacketType::kEvent, 0, "/", {}, "[\"a\"]"}));
  EXPECT_EQ(head("2/a,12[\"a\"]"), (Head{PacketType::kEvent, 0, "/a", 12, "[\"a\"]"}));
  EXPECT_EQ(head("30[]"), (Head{PacketType::kAck, 0, "/", 0, "[]"}));
  EXPECT_EQ(head("4\"no\""), (Head{PacketType::kConnectError, 0, "/", {}, "\"no\""}));
  EXPECT_EQ(head("52-/a,7[\"a\"]"), (Head{PacketType::kBinaryEvent, 2, "/a", 7, "[\"a\"]"}));
  EXPECT_EQ(head("610-3[]"), (Head{PacketType::kBinaryAck, 10, "/", 3, "[]"}));
}

TEST(Packet, EndsItsNamespaceWithACommaOrTheText) {
  EXPECT_EQ(head("0/custom")->nsp, "/custom");
  EXPECT_EQ(head("0/,")->nsp, "/");
  EXPECT_EQ(head("0/custom?x=1,")->nsp, "/custom?x=1");
  EXPECT_EQ(head("0/a%20b,")->nsp, "/a%20b") << "it is not decoded";
  EXPECT_EQ(head("0/a,,{}")->payload, ",{}");
}

TEST(Packet, HasAKnownType) {
  for (const char* text : {"", "7", "9", "999", "a", " 2", "-1", "/"}) {
    EXPECT_EQ(decode_packet(text).error(), Errc::kBadType) << text;
  }
}

TEST(Packet, HasOneToTenAttachments) {
  for (const char* text :
       {"5", "51", "51[", "5-", "5a-", "51.23-", "51.5-", "5-1-", "5 1-[\"a\"]", "51e1-[\"a\"]",
        "50x1-[\"a\"]", "50-[\"a\"]", "500-[\"a\"]", "511-[\"a\"]", "599-", "5001-",
        "599999999999999999999-", "60-", "611-[]"}) {
    EXPECT_EQ(decode_packet(text).error(), Errc::kBadAttachments) << text;
  }
}

TEST(Packet, HasAnAckIdOfAtMostNineteenDigits) {
  EXPECT_EQ(head("29999999999999999999[]")->ack_id, 9999999999999999999U);
  EXPECT_EQ(decode_packet("299999999999999999999[]").error(), Errc::kBadAckId);
  EXPECT_EQ(decode_packet("3" + std::string(400, '9')).error(), Errc::kBadAckId);
}

TEST(Packet, LeavesWhatIsNoAckIdToThePayload) {
  EXPECT_EQ(head("21e2[\"a\"]")->payload, "e2[\"a\"]");
  EXPECT_EQ(head("2-1[\"a\"]")->payload, "-1[\"a\"]");
  EXPECT_EQ(head("21.5[\"a\"]")->payload, ".5[\"a\"]");
  EXPECT_EQ(head("2 [\"x\"]")->payload, " [\"x\"]");
}

TEST(Event, IsANameAndItsArguments) {
  EXPECT_THAT(event(R"(["a"])"), ElementsAre("a"));
  EXPECT_THAT(event(R"(["a", 1, {"b": [ ]}, null, "c"])"),
              ElementsAre("a", "1", R"({"b":[]})", "null", R"("c")"));
  EXPECT_THAT(event(R"(["\u0061\n"])"), ElementsAre("a\n"));
  EXPECT_THAT(event(R"([""])"), ElementsAre(""));
}

TEST(Event, MayBeNamedByANumber) { EXPECT_THAT(event("[1,2]"), ElementsAre("1", "2")); }

TEST(Event, IsANonEmptyArrayThatBeginsWithItsName) {
  for (const char* payload : {"",
                              "[]",
                              "{}",
                              "\"x\"",
                              "null",
                              "1",
                              "[null]",
                              "[null,\"bar\"]",
                              "[true,\"foo\"]",
                              "[{\"toString\":\"foo\"}]",
                              "[[\"a\"]]",
                              "[\"some\",\"data\"",
                              "[\"a\"]x",
                              "[\"a\"] []",
                              " [\"a\"]",
                              "\n[\"a\"]",
                              "[\"a\",]",
                              "[\"a\",NaN]",
                              "[\"a\",Infinity]",
                              "[\"a\xff\"]",
                              "e2[\"a\"]",
                              "-1[\"a\"]",
                              ".5[\"a\"]",
                              "abc[\"a\"]",
                              "'a'"}) {
    EXPECT_EQ(event(payload), error(Errc::kBadPayload)) << payload;
  }
}

TEST(Event, IsNotNestedTooDeep) {
  const auto nested = [](size_t depth) {
    return "[\"a\"," + std::string(depth, '[') + std::string(depth, ']') + "]";
  };
  EXPECT_EQ(event(nested(100)).size(), 2U);
  EXPECT_EQ(event(nested(5000)), error(Errc::kBadPayload));
}

TEST(Event, HasNoReservedName) {
  for (const char* name : {"connect", "connect_error", "disconnect", "disconnecting", "newListener",
                           "removeListener", "\\u0063onnect"}) {
    EXPECT_EQ(event(std::string("[\"") + name + "\"]"), error(Errc::kReservedEvent)) << name;
  }
  EXPECT_EQ(event(R"(["disconnect","123"])"), error(Errc::kReservedEvent));
  for (const char* name : {"error", "connection", "message", "Connect", "connect ", "__proto__"}) {
    EXPECT_THAT(event(std::string("[\"") + name + "\"]"), ElementsAre(name));
  }
}

TEST(Event, KeepsKeysAndNumbersAsTheyAre) {
  EXPECT_THAT(event(R"(["a",{"__proto__":{"x":1}},{"constructor":{}}])"),
              ElementsAre("a", R"({"__proto__":{"x":1}})", R"({"constructor":{}})"));
  EXPECT_THAT(
      event(R"(["x",1e400,-0,18446744073709551616,{"_placeholder":true,"num":0}])"),
      ElementsAre("x", "1e400", "-0", "18446744073709551616", R"({"_placeholder":true,"num":0})"));
}

TEST(Event, LeavesNothingOfTheOneBefore) {
  std::string scratch = "stale";
  Event decoded;
  ASSERT_TRUE(decode_event(R"(["a",1,2,3])", scratch, decoded));
  ASSERT_TRUE(decode_event(R"(["b"])", scratch, decoded));
  EXPECT_EQ(decoded.name, "b");
  EXPECT_THAT(decoded.args, IsEmpty());
}

TEST(Ack, IsAnArrayOrNothing) {
  Event decoded;
  std::string scratch = "stale";
  for (const char* payload : {"", "[]", "[1,\"a\"]", "[ ]"}) {
    EXPECT_TRUE(decode_ack(payload, scratch, decoded)) << payload;
  }
  for (const char* payload : {"{}", "\"a\"", "[", "[1]x", "null", "e1[]", "-1[]", " []"}) {
    EXPECT_EQ(decode_ack(payload, scratch, decoded).error(), Errc::kBadPayload) << payload;
  }
}

TEST(Auth, IsAnObjectOrNothing) {
  EXPECT_EQ(auth(""), "{}");
  EXPECT_EQ(auth("{}"), "{}");
  EXPECT_EQ(auth(R"( { "token" : "a b" } )"), R"({"token":"a b"})");
  for (const char* payload : {"[]", "\"invalid\"", "\"invalid", "null", "1", "{", "{}x", "{\"a\"}",
                              ",", "{\"a\":\"\xff\"}"}) {
    EXPECT_FALSE(auth(payload)) << payload;
  }
}

TEST(Encode, WritesTheCommaAfterEveryNamespaceButTheRoot) {
  EXPECT_EQ(encode_connect("/", "id"), R"(0{"sid":"id"})");
  EXPECT_EQ(encode_connect("/a", "id"), R"(0/a,{"sid":"id"})");
  EXPECT_EQ(encode_disconnect("/"), "1");
  EXPECT_EQ(encode_disconnect("/a"), "1/a,");
  EXPECT_EQ(encode_connect_error("/", "Invalid namespace"), R"(4{"message":"Invalid namespace"})");
  EXPECT_EQ(encode_connect_error("/a?x=1", "\"\n"), R"(4/a?x=1,{"message":"\"\n"})");
  EXPECT_EQ(encode_event("/", "a", ""), R"(2["a"])");
  EXPECT_EQ(encode_event("/b", "a", R"(1,{"c":2})"), R"(2/b,["a",1,{"c":2}])");
}

TEST(Encode, WritesWhatIsDecoded) {
  const std::string text = encode_event("/a", "na\"me\n", R"(1,"x",[{}])");
  const auto packet = decode_packet(text);
  ASSERT_TRUE(packet);
  EXPECT_EQ(packet->nsp, "/a");
  EXPECT_THAT(event(packet->payload), ElementsAre("na\"me\n", "1", "\"x\"", "[{}]"));
}

}  // namespace
}  // namespace crema::socketio

#include "crema/socketio/burst.h"

#include "crema/socketio/counters.h"
#include "crema/socketio/recovery_for_test.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace crema::socketio {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Broadcast event(const std::string& name, std::vector<std::string> rooms = {"r"}) {
  return make_broadcast("/a", std::move(rooms), name, "1");
}

class BurstTest : public RecoveryTest {
 protected:
  size_t deliver(std::vector<Broadcast> events) {
    for (Broadcast& each : events) hub_.number(each);
    return hub_.deliver(make_burst(std::move(events)));
  }
};

TEST(Burst, IsOfPlainEventsForTheSameReceivers) {
  const Broadcast first = event("a");
  EXPECT_TRUE(may_follow(first, event("b")));
  EXPECT_FALSE(may_follow(first, event("b", {"s"})));
  EXPECT_FALSE(may_follow(first, event("b", {})));
  EXPECT_FALSE(may_follow(first, make_broadcast("/b", {"r"}, "b", "1")));
  const Broadcast everywhere = make_broadcast_everywhere("b", "1");
  EXPECT_FALSE(may_follow(everywhere, everywhere));
  Broadcast other = event("b");
  other.except = {"s"};
  EXPECT_FALSE(may_follow(first, other));
  other = event("b");
  other.delivery = Delivery::kVolatile;
  EXPECT_FALSE(may_follow(first, other));
  EXPECT_FALSE(may_follow(other, other));
  other = event("b");
  other.delivered = [](size_t) {};
  EXPECT_FALSE(may_follow(first, other));
  other = event("b");
  other.ack = std::make_shared<BroadcastAck>();
  EXPECT_FALSE(may_follow(first, other));
  const Broadcast bytes =
      make_broadcast({.nsp = "/a", .rooms = {"r"}}, "b", "1", make_attachments({{"x"}}));
  EXPECT_FALSE(may_follow(first, bytes));
}

TEST_F(BurstTest, IsOnePacketOfTheQueue) {
  config_.recovery.reset();
  open().send("0/a,");
  (void)clients_.back()->received();
  socket().join("r");
  const auto sent = kEventsOut.value();
  EXPECT_EQ(deliver({event("1"), event("2"), event("3")}), 1U);
  EXPECT_TRUE(clients_.back()->session.queue().has_one());
  EXPECT_EQ(kEventsOut.value(), sent + 3);
  EXPECT_THAT(clients_.back()->received(),
              ElementsAre(R"(2/a,["1",1])", R"(2/a,["2",1])", R"(2/a,["3",1])"));
}

TEST_F(BurstTest, ReachesMembersOnly) {
  connect();
  socket().join("s");
  EXPECT_EQ(deliver({event("1"), event("2")}), 0U);
  EXPECT_THAT(clients_.back()->received(), IsEmpty());
  EXPECT_EQ(hub_.deliver(make_burst({make_broadcast("/nobody", {}, "1", "1"),
                                     make_broadcast("/nobody", {}, "2", "1")})),
            0U);
}

TEST_F(BurstTest, IsToldOneByOneToWhoListens) {
  connect();
  socket().join("r");
  socket().observe();
  EXPECT_EQ(deliver({event("1"), event("2")}), 1U);
  EXPECT_EQ(application_.outgoing.size(), 2U);
  EXPECT_THAT(names(clients_.back()->received()), ElementsAre("1", "2"));
}

TEST_F(BurstTest, IsNumberedForThoseWhoUnderstand) {
  connect();
  socket().join("r");
  deliver({event("1"), event("2")});
  const auto received = clients_.back()->received();
  ASSERT_THAT(names(received), ElementsAre("1", "2"));
  for (const std::string& each : received) EXPECT_TRUE(parse_offset(offset_of(each))) << each;
}

TEST_F(BurstTest, IsPlainForThoseWhoDoNot) {
  config_.recovery->whose = [this](const engineio::Handshake&) { return clients_.size() == 2; };
  for (int i = 0; i < 3; ++i) {
    connect();
    socket().join("r");
  }
  deliver({event("1"), event("2")});
  for (const size_t plain : {0U, 2U}) {
    EXPECT_THAT(clients_[plain]->received(), ElementsAre(R"(2/a,["1",1])", R"(2/a,["2",1])"));
  }
  for (const std::string& each : clients_[1]->received()) {
    EXPECT_TRUE(parse_offset(offset_of(each))) << each;
  }
}

TEST_F(BurstTest, HasTheSameNumbersForAllAndWhenItIsCaughtUp) {
  connect();
  socket().join("r");
  socket().observe();
  connect();
  socket().join("r");
  broadcast("before", {"r"});
  const std::string offset = offset_of(clients_[1]->received().at(0));
  (void)clients_[0]->received();
  deliver({event("1"), event("2")});
  const auto one_by_one = clients_[0]->received();
  ASSERT_THAT(names(one_by_one), ElementsAre("1", "2"));
  EXPECT_EQ(clients_[1]->received(), one_by_one);
  lose();
  EXPECT_EQ(come_back(offset), one_by_one);
}

TEST_F(BurstTest, IsCaughtUpFromItsMiddle) {
  connect();
  socket().join("r");
  deliver({event("1"), event("2"), event("3")});
  const auto received = clients_.back()->received();
  ASSERT_EQ(received.size(), 3U);
  const std::string second = offset_of(received[1]);
  deliver({event("4"), event("5")});
  lose();
  deliver({event("6"), event("7")});
  EXPECT_THAT(names(come_back(second)), ElementsAre("3", "4", "5", "6", "7"));
  deliver({event("8"), event("9")});
  const auto last = clients_.back()->received();
  EXPECT_THAT(names(last), ElementsAre("8", "9"));
  lose();
  EXPECT_THAT(come_back(offset_of(last.back())), IsEmpty());
}

}  // namespace
}  // namespace crema::socketio

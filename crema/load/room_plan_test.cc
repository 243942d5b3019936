#include "crema/load/room_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace crema::load {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Options plan(std::uint32_t connections, std::uint32_t rooms) {
  Options options;
  options.connections = connections;
  options.rooms = rooms;
  options.room = "r{r}";
  return options;
}

TEST(RoomPlan, SpreadsConnectionsOverFewerRooms) {
  EXPECT_THAT(rooms_of(plan(10, 5), 7), ElementsAre(2u));
  EXPECT_EQ(receivers(plan(10, 5)), 2u);
}

TEST(RoomPlan, PutsAConnectionInSeveralOfMoreRooms) {
  EXPECT_THAT(rooms_of(plan(5, 15), 2), ElementsAre(2u, 7u, 12u));
  EXPECT_EQ(receivers(plan(5, 15)), 1u);
}

TEST(RoomPlan, GoesRoundTheRooms) {
  EXPECT_EQ(room_of(plan(10, 5), 4), "r4");
  EXPECT_EQ(room_of(plan(10, 5), 5), "r0");
  EXPECT_EQ(messages_to_all(plan(10, 5)), 5u);
}

TEST(RoomPlan, HasOneRoomForAllWithoutAMark) {
  Options options = plan(10, 5);
  options.room = "all";
  EXPECT_EQ(room_of(options, 3), "all");
  EXPECT_EQ(receivers(options), 10u);
  EXPECT_EQ(messages_to_all(options), 1u);
}

TEST(RoomPlan, DoesNotCountWhoDoesNotRead) {
  Options options = plan(10, 0);
  options.stuck = 3;
  EXPECT_EQ(receivers(options), 7u);
  EXPECT_EQ(find_fault(options), "");
}

TEST(RoomPlan, RefusesWhatCannotBeCounted) {
  EXPECT_NE(find_fault(plan(10, 3)), "");
  EXPECT_NE(find_fault(plan(10, 15)), "");
  Options options = plan(10, 5);
  options.stuck = 1;
  EXPECT_NE(find_fault(options), "");
  options = plan(3, 0);
  options.stuck = 3;
  EXPECT_NE(find_fault(options), "");
}

TEST(Marks, AreReplacedEverywhere) { EXPECT_EQ(replace_mark("{i}-{i}{r}", "{i}", 12), "12-12{r}"); }

}  // namespace
}  // namespace crema::load

#include "crema/server/connection_limits.h"

#include "crema/server/counters.h"

#include <gtest/gtest.h>

namespace crema::server {
namespace {

using Verdict = ConnectionLimits::Verdict;

constexpr base::TimePoint kStart{std::chrono::hours(1)};

TEST(ConnectionLimits, AreOffUnlessSet) {
  ConnectionLimits limits({});
  for (int i = 0; i < 10'000; ++i) ASSERT_EQ(limits.admit("1.2.3.4", kStart), Verdict::kServe);
  limits.release({"1.2.3.4"});
}

TEST(ConnectionLimits, BoundAllConnections) {
  ConnectionLimits limits({.connections_max = 2});
  const int64_t counted = kTooManyConnections.value();
  EXPECT_EQ(limits.admit("a", kStart), Verdict::kServe);
  EXPECT_EQ(limits.admit("", kStart), Verdict::kServe);
  EXPECT_EQ(limits.admit("b", kStart), Verdict::kRefuse);
  EXPECT_EQ(kTooManyConnections.value(), counted + 1);
  limits.release({"b", Admission::kRefused});
  EXPECT_EQ(limits.admit("b", kStart), Verdict::kRefuse) << "the refused one held no place";
  limits.release({"a"});
  EXPECT_EQ(limits.admit("b", kStart), Verdict::kServe);
}

TEST(ConnectionLimits, BoundTheConnectionsOfAnAddress) {
  ConnectionLimits limits({.per_address_max = 2});
  const int64_t counted = kTooManyOfAddress.value();
  EXPECT_EQ(limits.admit("a", kStart), Verdict::kServe);
  EXPECT_EQ(limits.admit("a", kStart), Verdict::kServe);
  EXPECT_EQ(limits.admit("a", kStart), Verdict::kRefuse);
  EXPECT_EQ(kTooManyOfAddress.value(), counted + 1);
  EXPECT_EQ(limits.admit("b", kStart), Verdict::kServe);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(limits.admit("", kStart), Verdict::kServe);
  limits.release({"a"});
  EXPECT_EQ(limits.admit("a", kStart), Verdict::kServe);
}

TEST(ConnectionLimits, BoundTheNewConnectionsOfAnAddressPerSecond) {
  ConnectionLimits limits({.new_per_address_and_second_max = 2});
  const int64_t counted = kTooManyNewOfAddress.value();
  for (int i = 0; i < 2; ++i) EXPECT_EQ(limits.admit("a", kStart), Verdict::kServe);
  limits.release({"a"});
  EXPECT_EQ(limits.admit("a", kStart), Verdict::kRefuse) << "closing one does not help";
  EXPECT_EQ(kTooManyNewOfAddress.value(), counted + 1);
  EXPECT_EQ(limits.admit("b", kStart), Verdict::kServe);
  const auto later = kStart + std::chrono::seconds(1);
  for (int i = 0; i < 2; ++i) EXPECT_EQ(limits.admit("a", later), Verdict::kServe);
  EXPECT_EQ(limits.admit("a", later), Verdict::kRefuse);
}

TEST(ConnectionLimits, MayBeSetWhileThereAreConnections) {
  ConnectionLimits limits({});
  EXPECT_EQ(limits.admit("a", kStart), Verdict::kServe);
  const Peer early{"a", Admission::kServed, limits.counts_addresses()};
  limits.set_bounds({.connections_max = 3, .per_address_max = 1});
  EXPECT_EQ(limits.admit("a", kStart), Verdict::kServe)
      << "the early one is not counted by address";
  EXPECT_EQ(limits.admit("a", kStart), Verdict::kRefuse);
  limits.release(early);
  EXPECT_EQ(limits.admit("a", kStart), Verdict::kRefuse) << "the other is still there";
  EXPECT_EQ(limits.admit("b", kStart), Verdict::kServe);
  EXPECT_EQ(limits.admit("c", kStart), Verdict::kServe);
  EXPECT_EQ(limits.admit("d", kStart), Verdict::kRefuse) << "all are counted from the start";
}

TEST(ConnectionLimits, DropWhatIsTooMuchToBeTold) {
  ConnectionLimits limits({.connections_max = 1});
  EXPECT_EQ(limits.admit("a", kStart), Verdict::kServe);
  for (size_t i = 0; i < ConnectionLimits::kRefusedMax; ++i) {
    ASSERT_EQ(limits.admit("a", kStart), Verdict::kRefuse);
  }
  EXPECT_EQ(limits.admit("a", kStart), Verdict::kDrop);
  limits.release({"a", Admission::kRefused});
  EXPECT_EQ(limits.admit("a", kStart), Verdict::kRefuse);
}

}  // namespace
}  // namespace crema::server

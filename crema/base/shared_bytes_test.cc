#include "crema/base/shared_bytes.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <thread>
#include <vector>

namespace crema::base {
namespace {

TEST(SharedBytes, IsEmptyByDefault) {
  const SharedBytes none;
  EXPECT_FALSE(none);
  EXPECT_TRUE(none.empty());
  EXPECT_EQ(none.size(), 0u);
  EXPECT_EQ(none.data(), nullptr);
  EXPECT_EQ(none.view(), "");
}

TEST(SharedBytes, CopiesTheTextItIsMadeOf) {
  std::string text = "a frame";
  const SharedBytes bytes(text);
  text.assign("changed");
  EXPECT_EQ(bytes.view(), "a frame");
}

TEST(SharedBytes, HoldsNoBytesYetExistsWhenMadeOfEmptyText) {
  const SharedBytes bytes(std::string_view{});
  EXPECT_TRUE(bytes);
  EXPECT_TRUE(bytes.empty());
}

TEST(SharedBytes, CopiesShareOneAllocation) {
  const SharedBytes first("shared");
  const SharedBytes second = first;  // NOLINT(performance-unnecessary-copy-initialization)
  EXPECT_EQ(first.data(), second.data());
}

TEST(SharedBytes, OutlivesItsFirstOwner) {
  SharedBytes survivor;
  {
    const SharedBytes first("still here");
    survivor = first;
  }
  EXPECT_EQ(survivor.view(), "still here");
}

TEST(SharedBytes, MoveLeavesNothingBehind) {
  SharedBytes first("moved");
  const SharedBytes second = std::move(first);
  EXPECT_FALSE(first);  // NOLINT(bugprone-use-after-move): that is the fact tested.
  EXPECT_EQ(second.view(), "moved");
}

TEST(SharedBytes, SurvivesAssignmentToItself) {
  SharedBytes bytes("self");
  const SharedBytes& alias = bytes;
  bytes = alias;
  EXPECT_EQ(bytes.view(), "self");
  EXPECT_NE(bytes.mutable_data(), nullptr);
}

TEST(SharedBytes, CanBeFilledByItsOnlyOwner) {
  SharedBytes bytes = SharedBytes::uninitialized(3);
  std::memcpy(bytes.mutable_data(), "abc", 3);
  EXPECT_EQ(bytes.view(), "abc");
}

TEST(SharedBytesDeathTest, RefusesToBeChangedOnceShared) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  SharedBytes bytes("fixed");
  const SharedBytes other = bytes;  // NOLINT(performance-unnecessary-copy-initialization)
  EXPECT_DEATH((void)bytes.mutable_data(), "assertion failed");
}

TEST(SharedBytes, CountsOwnersAcrossThreads) {
  SharedBytes bytes("counted");
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([copy = bytes] {
      std::vector<SharedBytes> copies;
      for (int i = 0; i < 2000; ++i) copies.push_back(copy);
      EXPECT_EQ(copies.back().view(), "counted");
    });
  }
  for (std::thread& thread : threads) thread.join();
  threads.clear();
  EXPECT_NE(bytes.mutable_data(), nullptr);  // Asserts that it is the only owner again.
}

TEST(SharedBytes, IsOnePointerWide) { EXPECT_EQ(sizeof(SharedBytes), sizeof(void*)); }

}  // namespace
}  // namespace crema::base

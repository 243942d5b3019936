#include "crema/base/random.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <set>
#include <string_view>
#include <sys/wait.h>
#include <unistd.h>

namespace crema::base {
namespace {

constexpr std::string_view kBase64Url =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

TEST(Random, FillsEveryByte) {
  // A byte that is zero in all of 64 fills was not written, but for a chance of 2^-512.
  std::array<unsigned char, 300> seen{};
  for (int round = 0; round < 64; ++round) {
    std::array<unsigned char, 300> bytes{};
    random_bytes(bytes);
    for (size_t i = 0; i < bytes.size(); ++i) seen[i] |= bytes[i];
  }
  EXPECT_TRUE(std::ranges::none_of(seen, [](unsigned char byte) { return byte == 0; }));
}

TEST(Random, AcceptsNothingToFill) {
  std::array<unsigned char, 1> untouched{42};
  random_bytes(std::span(untouched).first(0));
  EXPECT_EQ(untouched[0], 42);
}

TEST(Random, IdHasTheLengthAskedForAndBase64UrlOnly) {
  for (size_t length : {0u, 1u, 20u, 1000u}) {
    const std::string id = random_id(length);
    EXPECT_EQ(id.size(), length);
    EXPECT_EQ(id.find_first_not_of(kBase64Url), std::string::npos);
  }
}

TEST(Random, IdUsesTheWholeAlphabet) {
  const std::string id = random_id(10'000);
  EXPECT_EQ(std::set<char>(id.begin(), id.end()).size(), 64u);
}

TEST(Random, IdsDiffer) {
  std::set<std::string> ids;
  for (int i = 0; i < 10'000; ++i) ids.insert(random_id(20));
  EXPECT_EQ(ids.size(), 10'000u);
}

// What was drawn ahead is one process's. Twice: a block may be used up just when the first forks.
TEST(Random, AChildOfForkDrawsOthers) {
  for (int round = 0; round < 2; ++round) {
    (void)random_id(20);
    std::array<int, 2> pipe{};
    ASSERT_EQ(::pipe(pipe.data()), 0);
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      const std::string id = random_id(20);
      ::_exit(::write(pipe[1], id.data(), id.size()) == 20 ? 0 : 1);
    }
    std::string of_child(20, '\0');
    ASSERT_EQ(::read(pipe[0], of_child.data(), of_child.size()), 20);
    int status = 1;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
    for (const int end : pipe) ::close(end);
    EXPECT_NE(random_id(20), of_child);
  }
}

}  // namespace
}  // namespace crema::base

#include "crema/engineio/session_id.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace crema::engineio {
namespace {

TEST(SessionId, NamesItsShard) {
  for (unsigned shard = 0; shard < kShardsMax; ++shard) {
    const std::string id = make_session_id(shard);
    EXPECT_EQ(id.size(), kSessionIdLength);
    EXPECT_EQ(shard_of(id), shard) << id;
  }
}

TEST(SessionId, IsDifferentEveryTime) {
  std::set<std::string> ids;
  for (int i = 0; i < 10'000; ++i) ids.insert(make_session_id(0).substr(1));
  EXPECT_EQ(ids.size(), 10'000U);
}

TEST(SessionId, UsesEveryCharacterInEveryPlaceButTheFirst) {
  std::set<char> seen[kSessionIdLength];
  for (int i = 0; i < 4'000; ++i) {
    const std::string id = make_session_id(7);
    for (size_t at = 0; at < id.size(); ++at) seen[at].insert(id[at]);
  }
  EXPECT_EQ(seen[0].size(), 1U);
  for (size_t at = 1; at < kSessionIdLength; ++at) EXPECT_EQ(seen[at].size(), 64U) << at;
}

TEST(SessionId, IsNoneOfOursWhenItLooksDifferent) {
  const std::string bad[] = {"",
                             "__proto__",
                             "AAAAAAAAAAAAAAAAAAA",
                             "AAAAAAAAAAAAAAAAAAAAA",
                             "AAAAAAAAAA+AAAAAAAAA",
                             "AAAAAAAAAAAAAAAAAAA\xc3",
                             std::string(20, '\0')};
  for (const std::string& id : bad) EXPECT_FALSE(shard_of(id)) << id;
}

TEST(SessionId, MayBeMadeByTheProgram) {
  EXPECT_EQ(make_session_id(0, 1, "user-1"), "user-1");
  EXPECT_EQ(make_session_id(2, 4, "user-1"), "Cuser-1");
  EXPECT_EQ(shard_of_session("user-1", 1), 0U);
  EXPECT_EQ(shard_of_session("Cuser-1", 4), 2U);
  EXPECT_FALSE(shard_of_session("Cuser-1", 2));
  EXPECT_FALSE(shard_of_session("", 2));
  EXPECT_FALSE(shard_of_session("__proto__", 4));
}

TEST(SessionId, OfTheProgramNeedsNoQuotes) {
  EXPECT_TRUE(is_made_id("aZ09-_.~"));
  EXPECT_TRUE(is_made_id(std::string(kMadeIdBytesMax, 'x')));
  for (const std::string& bad :
       {std::string(), std::string(kMadeIdBytesMax + 1, 'x'), std::string("a\"b"),
        std::string("a b"), std::string("\xc3\xa9")}) {
    EXPECT_FALSE(is_made_id(bad)) << bad;
  }
}

}  // namespace
}  // namespace crema::engineio

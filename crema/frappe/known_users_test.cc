#include "crema/frappe/known_users.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace crema::frappe {
namespace {

using std::chrono::seconds;

class KnownUsersTest : public testing::Test {
 protected:
  static Credential credential(const std::string& sid) {
    return {.site = "a", .authorization = "", .sid = sid, .origin = ""};
  }
  static std::shared_ptr<const SocketUser> user(const std::string& sid, const std::string& name) {
    return std::make_shared<const SocketUser>(credential(sid), UserInfo{name, "System User"});
  }
  [[nodiscard]] std::shared_ptr<const SocketUser> find(const std::string& sid) const {
    return known_.find(credential(sid).key());
  }
  void pass(seconds time) {
    now_ += time;
    wheel_.advance(now_);
  }

  base::TimePoint now_{};
  base::TimingWheel wheel_{now_};
  KnownUsers known_{wheel_, seconds(5)};
};

TEST_F(KnownUsersTest, KnowsEachForOnePeriod) {
  known_.remember(user("1", "ann"), now_);
  pass(seconds(3));
  known_.remember(user("2", "bob"), now_);
  pass(seconds(1));
  ASSERT_TRUE(find("1"));
  EXPECT_EQ(find("1")->user(), "ann");
  EXPECT_EQ(find("3"), nullptr);
  pass(seconds(2));
  EXPECT_EQ(find("1"), nullptr);
  ASSERT_TRUE(find("2"));
  pass(seconds(3));
  EXPECT_EQ(find("2"), nullptr);
  EXPECT_EQ(known_.size(), 0U);
  EXPECT_EQ(wheel_.size(), 0U) << "nothing is left to wait for";
}

TEST_F(KnownUsersTest, WhoIsKnownAnewIsKnownForAWholePeriod) {
  known_.remember(user("1", "ann"), now_);
  pass(seconds(4));
  known_.remember(user("1", "bob"), now_);
  pass(seconds(4));
  ASSERT_TRUE(find("1"));
  EXPECT_EQ(find("1")->user(), "bob");
  pass(seconds(2));
  EXPECT_EQ(find("1"), nullptr);
}

TEST_F(KnownUsersTest, ManyComeAndGo) {
  for (int i = 0; i < 1000; ++i) known_.remember(user(std::to_string(i), "u"), now_);
  EXPECT_EQ(known_.size(), 1000U);
  for (int i = 0; i < 1000; ++i) ASSERT_TRUE(find(std::to_string(i))) << i;
  pass(seconds(6));
  EXPECT_EQ(known_.size(), 0U);
  known_.remember(user("again", "u"), now_);
  EXPECT_TRUE(find("again"));
}

TEST(SocketUser, SaysWhatItWasMadeOf) {
  const Credential credential{.site = "a", .authorization = "token k:s", .sid = "", .origin = ""};
  const SocketUser user(credential, {"ann@x", "Website User", Dialect::k15});
  EXPECT_EQ(user.credential_key(), credential.key());
  EXPECT_EQ(user.credential().authorization, "token k:s");
  EXPECT_EQ(user.site(), "a");
  EXPECT_EQ(user.user(), "ann@x");
  EXPECT_EQ(user.user_type(), "Website User");
  EXPECT_EQ(user.dialect(), Dialect::k15);
  EXPECT_EQ(user.apps(), nullptr);
  EXPECT_EQ(user.arrival(), nullptr);
  const SocketUser nameless(credential, {"", ""});
  EXPECT_EQ(nameless.user(), "");
  EXPECT_EQ(nameless.user_type(), "");
}

TEST(SocketUser, KeepsForHandlersWhatTheyNeed) {
  const Credential credential{.site = "a", .authorization = "", .sid = "s", .origin = ""};
  const auto apps = std::make_shared<const std::vector<std::string>>(1, "frappe");
  const SocketUser user(credential, {"ann", "System User", Dialect::k16, apps});
  ASSERT_TRUE(user.apps());
  EXPECT_EQ(user.apps()->front(), "frappe");
  const auto arrival = std::make_shared<const Arrival>(Arrival{nullptr, R"({"a":1})"});
  const SocketUser came(user, arrival);
  EXPECT_EQ(came.arrival(), arrival.get());
  EXPECT_EQ(came.apps(), apps.get());
  EXPECT_EQ(came.user(), "ann");
  EXPECT_EQ(came.credential_key(), credential.key());
}

}  // namespace
}  // namespace crema::frappe

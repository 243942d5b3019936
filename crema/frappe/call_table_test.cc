#include "crema/frappe/call_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

namespace crema::frappe {
namespace {

using namespace std::chrono_literals;
using Table = CallTable<std::string>;
using Next = CallVerdict::Next;
using testing::ElementsAre;
using testing::IsEmpty;

// The test answers the calls, in any order; what was told is in `told_`.
class CallTableTest : public testing::Test {
 protected:
  Table& make(CallBounds bounds) {
    auto judge = [this](const std::string& answer, int again) {
      again_.push_back(again);
      if (answer == "again") return CallVerdict{Next::kRetryNow, {}};
      if (answer == "later") return CallVerdict{Next::kRetrySoon, {}};
      return CallVerdict{Next::kTell, answer.starts_with("keep") ? 40ms : 0ms};
    };
    table_ = std::make_unique<Table>(loop_, bounds, judge, "overloaded");
    return *table_;
  }

  Table::Call call(const std::string& key) {
    return [this, key](std::function<void(std::string)> answered) {
      made_.push_back(key);
      open_[key] = std::move(answered);
    };
  }
  Table::Done note(std::string who) {
    return [this, who](const std::string& answer) { told_.push_back(who + ":" + answer); };
  }
  void ask(const std::string& site, const std::string& key, const std::string& who) {
    table_->ask(site, site + key, call(site + key), note(who));
  }
  void answer(const std::string& key, std::string text) {
    auto answered = std::move(open_.extract(key).mapped());
    answered(std::move(text));
  }
  // Runs the loop until `done`, at most 10 s.
  void run_until(const std::function<bool()>& done) {
    loop_.at_turn_end([&] {
      if (done() || base::steady_now() > limit_) loop_.stop();
    });
    loop_.run();
    EXPECT_TRUE(done());
  }

  net::Loop loop_;
  std::unique_ptr<Table> table_;
  const base::TimePoint limit_ = base::steady_now() + 10s;
  std::vector<std::string> made_;
  std::vector<std::string> told_;
  std::vector<int> again_;
  std::map<std::string, std::function<void(std::string)>> open_;
};

TEST_F(CallTableTest, AsksOnceForAllWhoAskMeanwhile) {
  make({4, 100, 10s});
  ask("a", "1", "x");
  ask("a", "1", "y");
  ask("a", "2", "z");
  EXPECT_THAT(made_, ElementsAre("a1", "a2"));
  answer("a1", "yes");
  EXPECT_THAT(told_, ElementsAre("x:yes", "y:yes"));
  answer("a2", "no");
  EXPECT_THAT(told_, ElementsAre("x:yes", "y:yes", "z:no"));
  EXPECT_EQ(table_->size(), 0U);
}

TEST_F(CallTableTest, ServesAKeptAnswerUntilItsTimeHasPassed) {
  make({4, 100, 10s});
  ask("a", "1", "x");
  answer("a1", "keep");
  ask("a", "1", "y");
  EXPECT_THAT(told_, ElementsAre("x:keep", "y:keep"));
  EXPECT_THAT(made_, ElementsAre("a1"));
  run_until([&] { return table_->size() == 0; });
  ask("a", "1", "z");
  EXPECT_THAT(made_, ElementsAre("a1", "a1"));
}

TEST_F(CallTableTest, AsksAgainForAnAnswerThatIsNotKept) {
  make({4, 100, 10s});
  ask("a", "1", "x");
  answer("a1", "no");
  ask("a", "1", "y");
  EXPECT_THAT(made_, ElementsAre("a1", "a1"));
}

TEST_F(CallTableTest, RetriesAtOnceBeforeOthersThatWait) {
  make({1, 100, 10s});
  ask("a", "1", "x");
  ask("a", "2", "y");
  answer("a1", "again");
  EXPECT_THAT(made_, ElementsAre("a1", "a1"));
  EXPECT_THAT(told_, IsEmpty());
  answer("a1", "yes");
  EXPECT_THAT(again_, ElementsAre(0, 1));
  EXPECT_THAT(told_, ElementsAre("x:yes"));
  EXPECT_THAT(made_, ElementsAre("a1", "a1", "a2"));
}

TEST_F(CallTableTest, RetriesLaterAndLetsOthersCallMeanwhile) {
  make({1, 100, 10s});
  ask("a", "1", "x");
  ask("a", "2", "y");
  const base::TimePoint before = base::steady_now();
  answer("a1", "later");
  EXPECT_THAT(made_, ElementsAre("a1", "a2"));
  answer("a2", "no");
  run_until([&] { return made_.size() == 3; });
  EXPECT_GE(base::steady_now() - before, 240ms);
  answer("a1", "yes");
  EXPECT_THAT(told_, ElementsAre("y:no", "x:yes"));
}

TEST_F(CallTableTest, CountsForTheJudgeOnlyWhatWasAskedAgainAtOnce) {
  make({1, 100, 10s});
  ask("a", "1", "x");
  answer("a1", "later");
  run_until([&] { return made_.size() == 2; });
  answer("a1", "again");
  answer("a1", "yes");
  EXPECT_THAT(again_, ElementsAre(0, 0, 1));
}

TEST_F(CallTableTest, TellsARetryAsItIsPastTheLongestWait) {
  make({1, 100, 0ms});
  ask("a", "1", "x");
  answer("a1", "later");
  ask("a", "2", "y");
  answer("a2", "again");
  EXPECT_THAT(told_, ElementsAre("x:later", "y:again"));
  EXPECT_EQ(table_->size(), 0U);
}

TEST_F(CallTableTest, GivesUpOnAQuestionThatIsNeverCalled) {
  make({1, 100, 30ms});
  ask("a", "1", "hung");
  ask("a", "2", "x");
  ask("a", "2", "y");
  run_until([&] { return told_.size() == 2; });
  EXPECT_THAT(told_, ElementsAre("x:overloaded", "y:overloaded"));
  EXPECT_THAT(made_, ElementsAre("a1"));
  answer("a1", "yes");
  EXPECT_EQ(told_.back(), "hung:yes");
  EXPECT_EQ(table_->size(), 0U);
}

TEST_F(CallTableTest, BoundsTheCallsOfASiteAndNoOthers) {
  make({2, 100, 10s});
  for (const char* key : {"1", "2", "3", "4"}) ask("a", key, key);
  ask("b", "1", "b");
  EXPECT_THAT(made_, ElementsAre("a1", "a2", "b1"));
  answer("b1", "yes");
  EXPECT_EQ(made_.size(), 3U);
  answer("a2", "yes");
  EXPECT_THAT(made_, ElementsAre("a1", "a2", "b1", "a3"));
}

TEST_F(CallTableTest, BoundsWhoWaitsWhateverTheyAskFor) {
  make({1, 3, 10s});
  ask("a", "1", "x");
  ask("a", "1", "x");
  ask("a", "2", "x");
  ask("a", "1", "same");
  ask("a", "3", "other");
  EXPECT_THAT(told_, ElementsAre("same:overloaded", "other:overloaded"));
  ask("b", "1", "b");
  EXPECT_THAT(made_, ElementsAre("a1", "b1"));
  answer("a1", "yes");
  ask("a", "3", "y");
  EXPECT_EQ(told_.size(), 4U) << "there is room again";
}

TEST_F(CallTableTest, BoundsWhoWaitsForARetryToo) {
  make({1, 2, 10s});
  ask("a", "1", "x");
  answer("a1", "later");
  ask("a", "2", "y");
  answer("a2", "later");
  ask("a", "3", "z");
  EXPECT_THAT(told_, ElementsAre("z:overloaded"));
}

TEST_F(CallTableTest, TakesAnswersThatComeAtOnceInAnyNumber) {
  make({1, 200'000, 10s});
  const auto at_once = [](std::function<void(std::string)> answered) { answered("yes"); };
  ask("a", "first", "first");
  size_t told = 0;
  constexpr size_t kMany = 100'000;
  for (size_t i = 0; i < kMany; ++i) {
    table_->ask("a", "a" + std::to_string(i), at_once, [&](const std::string&) { ++told; });
  }
  EXPECT_EQ(told, 0U);
  answer("afirst", "yes");
  EXPECT_EQ(told, kMany) << "without a stack frame for each";
  EXPECT_EQ(table_->size(), 0U);
}

TEST_F(CallTableTest, MayBeAskedByThoseItTells) {
  make({1, 100, 10s});
  const auto ask_again = [&](const std::string& key) {
    return [this, key](const std::string& answer) {
      told_.push_back("first:" + answer);
      ask("a", key, "same");
      ask("a", "9", "new");
      ask("b", "1", "elsewhere");
    };
  };
  table_->ask("a", "a1", call("a1"), ask_again("1"));
  answer("a1", "keep");
  EXPECT_THAT(told_, ElementsAre("first:keep", "same:keep"));
  EXPECT_THAT(made_, ElementsAre("a1", "a9", "b1"));
  answer("a9", "no");
  answer("b1", "no");

  made_.clear();
  told_.clear();
  table_->ask("a", "a2", call("a2"), ask_again("2"));
  answer("a2", "no");
  EXPECT_THAT(told_, ElementsAre("first:no"));
  EXPECT_THAT(made_, ElementsAre("a2", "a2", "b1")) << "what was not kept is asked again";
}

}  // namespace
}  // namespace crema::frappe

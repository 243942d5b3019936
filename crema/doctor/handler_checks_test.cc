#include "crema/doctor/handler_checks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace crema::doctor {
namespace {

using testing::HasSubstr;

TEST(ExplainHandlers, NamesEachFileThatDoesNotLoadAndTheRestAtOnce) {
  const Findings found = explain_handlers(
      R"({"apps":[{"app":"a","file":"apps/a/x.js"},{"app":"b","file":"apps/b/x.js",)"
      R"("error":"apps/b/x.js:2: SyntaxError"},{"app":"c","file":"apps/c/x.js"}]})",
      "/bench");
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].verdict, Verdict::kFailed);
  EXPECT_EQ(found[0].what, "apps/b/x.js:2: SyntaxError");
  EXPECT_THAT(found[0].cure, HasSubstr("crema reload --bench /bench"));
  EXPECT_EQ(found[1].verdict, Verdict::kOk);
  EXPECT_THAT(found[1].what, HasSubstr("apps/a/x.js, apps/c/x.js"));
}

TEST(ExplainHandlers, SaysNothingWhereThereAreNone) {
  EXPECT_TRUE(explain_handlers(R"({"apps":[]})", "/bench").empty());
  EXPECT_TRUE(explain_handlers("[]", "/bench").empty());
}

}  // namespace
}  // namespace crema::doctor

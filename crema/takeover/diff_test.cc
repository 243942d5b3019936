#include "crema/takeover/diff.h"

#include <gtest/gtest.h>

namespace crema::takeover {
namespace {

TEST(UnifiedDiff, IsEmptyForEqualTexts) { EXPECT_EQ(unified_diff("a", "x\n", "x\n"), ""); }

TEST(UnifiedDiff, ShowsThreeLinesAround) {
  EXPECT_EQ(unified_diff("f", "1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nfive\n6\n7\n8\n9\n"),
            "--- f (as it is)\n+++ f (as it would be)\n@@ -2,7 +2,7 @@\n"
            " 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n");
}

TEST(UnifiedDiff, SaysWhereTheLastLineHasNoEnd) {
  EXPECT_EQ(unified_diff("f", "a", "b\n"),
            "--- f (as it is)\n+++ f (as it would be)\n@@ -1,1 +1,1 @@\n"
            "-a\n\\ No newline at end of file\n+b\n");
}

TEST(UnifiedDiff, CountsLinesThatGo) {
  EXPECT_EQ(unified_diff("f", "a\nb\nc\n", "a\nc\n"),
            "--- f (as it is)\n+++ f (as it would be)\n@@ -1,3 +1,2 @@\n a\n-b\n c\n");
}

}  // namespace
}  // namespace crema::takeover

"""tools/test_summary.py counts what was run, and never calls a failure a success."""

import unittest
from xml.sax import saxutils

import tool_test
import test_summary

GTEST_GOOD = "[==========] 3 tests from 1 test suite ran. (0 ms total)\n[  PASSED  ] 3 tests.\n"
GTEST_BAD = ("[  PASSED  ] 2 tests.\n[  SKIPPED ] 1 test, listed below:\n[  SKIPPED ] A.S\n"
             "[  FAILED  ] 1 test, listed below:\n[  FAILED  ] A.B\n")
UNITTEST_GOOD = "......\n-----\nRan 6 tests in 0.1s\n\nOK (skipped=2)\n"
UNITTEST_BAD = "..F\n-----\nRan 5 tests in 0.1s\n\nFAILED (failures=1, errors=1)\n"
NODE_GOOD = "\u2139 tests 4\n\u2139 suites 0\n\u2139 pass 3\n\u2139 fail 0\n\u2139 skipped 1\n"
NODE_TAP = "# pass 7\n# fail 1\n# cancelled 1\n# skipped 0\n"


class SummaryTest(tool_test.ToolTest):
    def run_with(self, cases, code=0):
        """Exit code and output for one step whose JUnit file holds `cases` (status, output)."""
        body = "".join(
            f'<testcase name="t" status="{status}"><system-out>{saxutils.escape(text)}'
            "</system-out></testcase>" for status, text in cases)
        root = self.tree({"r.xml": f"<testsuite>{body}</testsuite>"})
        (root / "steps.tsv").write_text(f"unit\t12\t{code}\t{root / 'r.xml'}\n")
        code, printed = self.run_tool(test_summary.main, root / "steps.tsv")
        return code, printed.splitlines()

    def assert_counts(self, cases, closing, exit_code):
        code, lines = self.run_with(cases)
        self.assertEqual((code, lines[-1]), (exit_code, closing))

    def test_reads_each_runner(self):
        self.assert_counts([("run", GTEST_GOOD)], "3 passed, 0 failed", 0)
        self.assert_counts([("run", UNITTEST_GOOD)], "4 passed, 0 failed, 2 skipped", 0)
        self.assert_counts([("run", NODE_GOOD)], "3 passed, 0 failed, 1 skipped", 0)
        self.assert_counts([("run", NODE_GOOD + NODE_GOOD)], "6 passed, 0 failed, 2 skipped", 0)
        self.assert_counts([("run", "replayed 4 inputs\n")], "1 passed, 0 failed", 0)
        self.assert_counts([("run", GTEST_GOOD), ("run", "x")], "4 passed, 0 failed", 0)

    def test_counts_failures(self):
        self.assert_counts([("fail", GTEST_BAD)], "2 passed, 1 failed, 1 skipped", 1)
        self.assert_counts([("fail", UNITTEST_BAD)], "3 passed, 2 failed", 1)
        self.assert_counts([("fail", NODE_TAP)], "7 passed, 2 failed", 1)

    def test_a_crash_after_good_counts_is_a_failure(self):
        self.assert_counts([("fail", GTEST_GOOD)], "3 passed, 1 failed", 1)
        self.assert_counts([("fail", "")], "0 passed, 1 failed", 1)
        self.assert_counts([("notrun", ""), ("run", GTEST_GOOD)], "3 passed, 1 failed", 1)

    def test_a_step_that_failed_is_a_failure(self):
        code, lines = self.run_with([("run", GTEST_GOOD)], code=8)
        self.assertEqual((code, lines[-1]), (1, "3 passed, 1 failed"))

    def test_a_build_that_failed_is_a_failure(self):
        root = self.tree({"steps.tsv": "build: dev\t3\t1\t-\n"})
        code, printed = self.run_tool(test_summary.main, root / "steps.tsv")
        self.assertEqual((code, printed.splitlines()[-1]), (1, "0 passed, 1 failed"))

    def test_running_nothing_is_a_failure(self):
        root = self.tree({"steps.tsv": "build: dev\t3\t0\t-\n"})
        self.assertEqual(self.run_tool(test_summary.main, root / "steps.tsv")[0], 1)


if __name__ == "__main__":
    unittest.main()

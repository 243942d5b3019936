"""tools/check_protocol.py finds rows without a source, without a test, or with one that is not."""

import unittest

import tool_test
import check_protocol

HEAD = "# Engine.IO\n\n| Behaviour | Source | Tests |\n|---|---|---|\n"


class ProtocolTest(tool_test.ToolTest):
    def check(self, rows, head=HEAD):
        root = self.tree(
            {
                "docs/protocol/engineio.md": head + rows,
                "crema/a/a_test.cc": "TEST(Session, Opens) {}\nTEST_F(Poll,\n       IsHeld) {}\n",
                "tests/e2e/library/cases.test.mjs": "test(`echoes (${name})`, run);\n",
                "tests/e2e/wire.test.mjs": 'test("is held", async () => {\n'
                "  await t.test(`and \\`quoted\\``, f);\n});\n",
            }
        )
        return self.run_tool(check_protocol.main, "--root", root)

    def assert_refused(self, rows, expected, head=HEAD):
        code, out = self.check(rows, head)
        self.assertEqual(code, 1, out)
        self.assertIn(expected, out)

    def test_accepts_rows_with_their_tests(self):
        code, out = self.check(
            "| opens | 1.4 | `Session.Opens` |\n"
            "| holds | hostile-input | `Poll.IsHeld`, `wire.test.mjs: is held` |\n"
            "| JSONP | 1.13 | later round |\n"
        )
        self.assertEqual(code, 0, out)
        self.assertIn("each of 3 rows", out)

    def test_refuses_a_row_without_a_test(self):
        self.assert_refused("| opens | 1.4 | |\n", "engineio.md:5: no test shows: opens")
        self.assert_refused("| opens | 1.4 | soon |\n", "no test shows: opens")

    def test_refuses_a_test_that_does_not_exist(self):
        self.assert_refused("| opens | 1.4 | `Session.Open` |\n", "no test is called")
        self.assert_refused("| o | 1.4 | `Session.Opens`, `X.Y` |\n", "no test is called X.Y")
        self.assert_refused("| o | 1.4 | `wire.test.mjs: held` |\n", "has no test called 'held'")
        self.assert_refused("| o | 1.4 | `w.test.mjs: held` |\n", "there is no tests/e2e/w")

    def test_finds_the_case_of_a_test(self):
        code, out = self.check("| o | 1.4 | `wire.test.mjs: is held > and` |\n")
        self.assertEqual(code, 0, out)
        self.assert_refused("| o | 1.4 | `wire.test.mjs: is held > or` |\n", "has no case 'or'")

    def test_knows_tests_of_the_library_and_titles_that_are_made(self):
        code, out = self.check("| o | 1.4 | `cases.test.mjs: echoes` |\n")
        self.assertEqual(code, 0, out)
        self.assert_refused("| o | 1.4 | `cases.test.mjs: echo` |\n", "no test called 'echo'")

    def test_refuses_a_row_without_a_source(self):
        self.assert_refused("| opens | | `Session.Opens` |\n", "no source")
        self.assert_refused("| opens | somewhere | `Session.Opens` |\n", "no source")

    def test_refuses_broken_rows(self):
        self.assert_refused("| opens | 1.4 |\n", "2 cells")
        self.assert_refused("| | 1.4 | `Session.Opens` |\n", "no behaviour")

    def test_refuses_a_page_without_rows(self):
        self.assert_refused("", "no table of behaviours")
        self.assert_refused("| opens | 1.4 | |\n", "no table", "| a | b | c |\n|---|---|---|\n")


if __name__ == "__main__":
    unittest.main()

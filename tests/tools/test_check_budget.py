"""tools/check_budget.py counts lines, columns and functions as a reader would."""

import unittest

import tool_test
import check_budget


def lines(count):
    return "  x();\n" * count


class BudgetTest(tool_test.ToolTest):
    def problems(self, text, suffix=".cc"):
        return check_budget.check_text(text, suffix)

    def test_allows_the_limits_themselves(self):
        self.assertEqual(self.problems("int n;\n" * 500), [])
        self.assertEqual(self.problems("/" * 100 + "\n"), [])
        self.assertEqual(self.problems("void f() {\n" + lines(68) + "}\n"), [])

    def test_refuses_a_file_of_501_lines(self):
        self.assertIn("501 lines", self.problems("int n;\n" * 501)[0][1])

    def test_refuses_a_line_of_101_columns(self):
        self.assertEqual(self.problems("\n" + "/" * 101 + "\n"),
                         [(2, "101 columns; 100 is the limit")])

    def test_counts_columns_not_bytes(self):
        self.assertEqual(self.problems("// " + "…" * 97 + "\n"), [])

    def test_refuses_work_left_undone(self):
        for word in ("TO" + "DO", "FIX" + "ME"):
            self.assertIn(word, self.problems(f"int n;  // {word}: later\n")[0][1])
            self.assertIn(word, self.problems(f"# {word}\n", ".py")[0][1])

    def test_refuses_a_function_of_71_lines(self):
        for head in ("void f() {", "void A::f(int n) const noexcept {", "auto f() -> int {",
                     "A::A(int n) : n_{n}, m_(n) {", "TEST(A, DoesIt) {",
                     "namespace a {\nstruct S {\n  int f() {"):
            found = self.problems(head + "\n" + lines(69) + "}\n")
            self.assertEqual(len(found), 1, head)
            self.assertIn("a function of 71 lines", found[0][1])

    def test_classes_and_namespaces_are_no_functions(self):
        members = "  int n;\n" * 100
        self.assertEqual(self.problems("namespace a {\nclass B {\n" + members + "};\n}\n"), [])
        self.assertEqual(self.problems("const int kTable[] = {\n" + "1,\n" * 100 + "};\n"), [])

    def test_braces_in_strings_and_comments_do_not_count(self):
        text = 'void f() {\n  s = "{";  // {\n}\n' + "int n;\n" * 100
        self.assertEqual(self.problems(text), [])

    def test_names_the_file(self):
        root = self.tree({"crema/net/a.cc": "int n;\n" * 501, "tools/b.py": "x = 1\n",
                          "tests/e2e/node_modules/c.mjs": "x;\n" * 900})
        code, printed = self.run_tool(check_budget.main, "--root", root)
        self.assertEqual(code, 1)
        self.assertEqual(printed.splitlines(), ["crema/net/a.cc:501: 501 lines; 500 is the limit"])


if __name__ == "__main__":
    unittest.main()

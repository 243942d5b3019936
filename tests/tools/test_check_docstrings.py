"""tools/check_docstrings.py finds public functions that nothing is said of."""

import unittest

import tool_test
import check_docstrings


class DocstringsTest(tool_test.ToolTest):
    def found(self, *lines):
        text = "class Door {\n public:\n" + "\n".join(lines) + "\n};\n"
        return [name for _, name in check_docstrings.check_text(text)]

    def test_a_comment_covers_its_paragraph(self):
        self.assertEqual(self.found("  // Both.", "  void open();", "  void close();"), [])
        lines = ("  // One.", "  void open();", "", "  void close();")
        self.assertEqual(self.found(*lines), ["close"])

    def test_every_kind_of_function_needs_one(self):
        for line, name in (
            ("  [[nodiscard]] bool is_open() const { return open_; }", "is_open"),
            ("  static Door make(std::string_view name);", "make"),
            ("  void set(std::function<void(int)> fn) const {", "set"),
            ("  Target to(std::string room) const;", "to"),
        ):
            self.assertEqual(self.found(line), [name], line)

    def test_what_says_itself_needs_none(self):
        for line in (
            "  explicit Door(int width);",
            "  Door(const Door&) = delete;",
            "  bool operator==(const Door& other) const { return width == other.width; }",
            "  int width = 0;",
        ):
            self.assertEqual(self.found(line), [], line)

    def test_private_parts_are_their_own_matter(self):
        self.assertEqual(self.found(" private:", "  void creak();"), [])

    def test_a_struct_is_public(self):
        self.assertEqual(
            [name for _, name in check_docstrings.check_text("struct A {\n  void f();\n};\n")],
            ["f"],
        )


if __name__ == "__main__":
    unittest.main()

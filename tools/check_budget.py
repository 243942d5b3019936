#!/usr/bin/env python3
"""The size budget of docs/style: what is short enough to be read is written, and kept, that way.

A source has at most 500 lines of at most 100 columns and no note of work left undone; a C++
function has at most 70 lines from its opening to its closing brace. There is no list of
exceptions.

    tools/check_budget.py [--root DIR]       prints FILE:LINE: what; exit 1 if anything is
"""

import argparse
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import cxx_source  # noqa: E402

FOLDERS = ("crema", "clients", "tests", "fuzz", "bench", "examples", "tools", "script", "demo",
           "cmake", "packaging")
CXX = (".h", ".cc")
OTHERS = (".py", ".js", ".mjs", ".ts", ".sh", ".cmake", ".html", ".css", "")

LINES_MAX = 500
# A style sheet has one declaration to a line; its length says little.
UNLIMITED_LINES = (".css",)
COLUMNS_MAX = 100
FUNCTION_LINES_MAX = 70

# Written in halves, so that this file holds none of them.
LEFTOVERS = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b")
SCOPE = re.compile(r"\b(?:namespace|class|struct|union|enum)\b|extern\s*\"")
MEMBER_INITIALISER = re.compile(r"\)\s*(?:noexcept\s*)?:(?!:).*[\w>]\Z", re.DOTALL)


def check_lines(text, suffix):
    lines = text.splitlines()
    if len(lines) > LINES_MAX and suffix not in UNLIMITED_LINES:
        yield LINES_MAX + 1, f"{len(lines)} lines; {LINES_MAX} is the limit"
    for number, line in enumerate(lines, 1):
        if len(line) > COLUMNS_MAX:
            yield number, f"{len(line)} columns; {COLUMNS_MAX} is the limit"
        found = LEFTOVERS.search(line)
        if found:
            yield number, f"{found.group(0)}: do it, or file it as an issue"


def blank_directives(code):
    """Preprocessor lines, continuations included, as spaces."""
    return re.sub(r"^[ \t]*#(?:[^\n\\]|\\\n|\\.)*", lambda m: re.sub(r"[^\n]", " ", m.group(0)),
                  code, flags=re.MULTILINE)


def opens_function(header):
    """Whether the brace behind `header`, met at namespace or class scope, opens a function."""
    return "(" in header and header.count("(") == header.count(")") and not SCOPE.search(header)


def functions_of(code):
    """(opening offset, closing offset) of every function body; approximately, by braces."""
    code = blank_directives(code)
    offset, header_start = 0, 0
    while offset < len(code):
        c = code[offset]
        if c in ";}":
            header_start = offset + 1
        elif c == "{":
            header = code[header_start:offset]
            end = cxx_source.balanced_end(code, offset)
            if MEMBER_INITIALISER.search(header) and code[offset - 1] not in " \n":
                offset = end
                continue
            if opens_function(header):
                yield offset, end
            if not SCOPE.search(header) and not header.strip().startswith("extern"):
                offset = end - 1
            header_start = offset + 1
        offset += 1


def check_functions(text):
    code = cxx_source.code_of(text)
    for start, end in functions_of(code):
        length = code.count("\n", start, end) + 1
        if length > FUNCTION_LINES_MAX:
            yield (cxx_source.line_of(code, start),
                   f"a function of {length} lines; {FUNCTION_LINES_MAX} is the limit")


def check_text(text, suffix):
    """Every (line, problem) of one source."""
    found = list(check_lines(text, suffix))
    if suffix in CXX:
        found += check_functions(text)
    return sorted(found)


def is_source(path):
    if path.is_dir() or path.suffix not in CXX + OTHERS or "corpus" in path.parts:
        return False
    return path.suffix != "" or path.read_bytes().startswith(b"#!")


def main(argv=None):
    parser = argparse.ArgumentParser(description="Checks the size budget.")
    parser.add_argument("--root", type=pathlib.Path, default=pathlib.Path(__file__).parents[1])
    root = parser.parse_args(argv).root
    bad = 0
    for path in cxx_source.files_under(root, FOLDERS, CXX + OTHERS):
        if is_source(path):
            for line, text in check_text(path.read_text(), path.suffix):
                print(f"{path.relative_to(root)}:{line}: {text}")
                bad += 1
    if not bad:
        print("budget: every source is within it")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())

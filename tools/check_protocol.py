#!/usr/bin/env python3
"""Each row of the tables in docs/protocol/ names where its behaviour comes from and a test that
shows it, and the test exists.

A table has the columns Behaviour, Source and Tests. A source begins with a section (`1.5`), an RFC
or `hostile-input`. A test is a gtest name in backticks (`Suite.Test`) or an end-to-end test
(`file.test.mjs: title`, or `file.test.mjs: title > case` where the case, a subtest's name or what
makes it, stands in the file; a title up to its first `${`). What is not built says "later round"
and names none, or the test of what there is instead.

    tools/check_protocol.py [--root DIR]     prints FILE:LINE: what; exit 1 if anything is
"""

import argparse
import pathlib
import re
import sys

COLUMNS = ["behaviour", "source", "tests"]
LATER = "later round"
SOURCE = re.compile(r"(?:\d+(?:\.\d+)*|RFC \d+|hostile-input|issue \d+|ours)\b")
QUOTED = re.compile(r"`([^`]+)`")
GTEST = re.compile(r"^\s*TEST(?:_F|_P)?\(\s*(\w+)\s*,\s*(\w+)\s*\)", re.MULTILINE)
MADE = re.compile(r"[ ,(]*[$][{].*")
E2E_TITLE = re.compile(r"""\btest\(\s*(["'`])((?:\\.|(?!\1).)*)\1""", re.DOTALL)


def gtest_names(root):
    """Every Suite.Test of the C++ sources."""
    names = set()
    for folder in ("crema", "tests"):
        for path in (root / folder).rglob("*.cc"):
            names.update(f"{suite}.{test}" for suite, test in GTEST.findall(path.read_text()))
    return names


def e2e_titles(root):
    """Titles and text of the end-to-end tests, by file name; of a title that is made for each of
    several cases also what stands before the case."""
    titles = {}
    e2e = root / "tests" / "e2e"
    for path in [*e2e.glob("*.test.mjs"), *e2e.glob("library/*.test.mjs")]:
        text = path.read_text()
        found = {title for _, title in E2E_TITLE.findall(text)}
        found |= {MADE.sub("", title) for title in found}
        titles[path.name] = (found, text)
    return titles


def rows_of(text):
    """(line number, cells) of every row under the header of COLUMNS."""
    in_table = False
    for number, line in enumerate(text.splitlines(), 1):
        if not line.startswith("|"):
            in_table = False
            continue
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if [cell.lower() for cell in cells] == COLUMNS:
            in_table = True
        elif in_table and set(line) - set("|- :"):
            yield number, cells


def problems_of_test(name, gtests, titles):
    if ".test.mjs: " not in name:
        return [] if name in gtests else [f"no test is called {name}"]
    file, title = name.split(": ", 1)
    if file not in titles:
        return [f"there is no tests/e2e/{file}"]
    known, text = titles[file]
    title, _, case = title.partition(" > ")
    if title not in known:
        return [f"{file} has no test called {title!r}"]
    return [] if case in text else [f"{file} has no case {case!r}"]


def check_row(cells, gtests, titles):
    if len(cells) != len(COLUMNS):
        return [f"{len(cells)} cells in place of {len(COLUMNS)}"]
    behaviour, source, tests = cells
    found = []
    if not behaviour:
        found.append("no behaviour")
    if not SOURCE.match(source):
        found.append(f"no source: {source!r}")
    names = QUOTED.findall(tests)
    if not names and LATER not in tests:
        found.append(f"no test shows: {behaviour}")
    for name in names:
        found += problems_of_test(name, gtests, titles)
    return found


def main(argv=None):
    parser = argparse.ArgumentParser(description="Checks the tables of docs/protocol/.")
    parser.add_argument("--root", type=pathlib.Path, default=pathlib.Path(__file__).parents[1])
    root = parser.parse_args(argv).root
    gtests, titles = gtest_names(root), e2e_titles(root)
    bad = rows = 0
    for path in sorted((root / "docs" / "protocol").glob("*.md")):
        before = rows
        for number, cells in rows_of(path.read_text()):
            rows += 1
            for text in check_row(cells, gtests, titles):
                print(f"{path.relative_to(root)}:{number}: {text}")
                bad += 1
        if rows == before:
            print(f"{path.relative_to(root)}: no table of behaviours")
            bad += 1
    if rows == 0:
        print("docs/protocol: no rows at all")
        return 1
    if not bad:
        print(f"protocol: each of {rows} rows has its source and its tests")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())

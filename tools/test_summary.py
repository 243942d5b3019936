#!/usr/bin/env python3
"""Sums up a run of script/test from what its steps left behind.

    tools/test_summary.py STEPS

STEPS has a line per step: name, seconds, exit code, and the JUnit file that ctest wrote or "-".
One ctest entry is often a program of many tests, so the count is read from what GoogleTest,
Python's unittest or Node's runner printed in it; an entry of another kind counts as one test.
Prints a table and, alone on the last line, `N passed, N failed`. Exit 1 unless every step ended
well and something was run.
"""

import collections
import dataclasses
import pathlib
import re
import sys
import xml.etree.ElementTree

ANSI = re.compile(r"\x1b\[[0-9;]*m")
GTEST = {
    "passed": re.compile(r"^\[  PASSED  \] (\d+) tests?\.", re.MULTILINE),
    "failed": re.compile(r"^\[  FAILED  \] (\d+) tests?, listed below", re.MULTILINE),
    "skipped": re.compile(r"^\[  SKIPPED \] (\d+) tests?, listed below", re.MULTILINE),
}
UNITTEST = re.compile(r"^Ran (\d+) tests? in .*\s+(?:OK|FAILED)(?: \((.*)\))?", re.MULTILINE)
NODE = re.compile(r"^(?:\S{1,4} )?(pass|fail|cancelled|skipped) (\d+)\s*$", re.MULTILINE)


@dataclasses.dataclass
class Count:
    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other):
        return Count(self.passed + other.passed, self.failed + other.failed,
                     self.skipped + other.skipped)

    def total(self):
        return self.passed + self.failed + self.skipped


def count_gtest(text):
    if not GTEST["passed"].search(text):
        return None
    numbers = {key: pattern.search(text) for key, pattern in GTEST.items()}
    return Count(**{key: int(match.group(1)) for key, match in numbers.items() if match})


def count_unittest(text):
    match = UNITTEST.search(text)
    if not match:
        return None
    parts = dict(re.findall(r"(\w[\w ]*)=(\d+)", match.group(2) or ""))
    failed = int(parts.get("failures", 0)) + int(parts.get("errors", 0))
    skipped = int(parts.get("skipped", 0))
    return Count(int(match.group(1)) - failed - skipped, failed, skipped)


def count_node(text):
    """The sum over every run of Node's runner in the text."""
    found = collections.Counter()
    for key, number in NODE.findall(text):
        found[key] += int(number)
    if "pass" not in found:
        return None
    return Count(found["pass"], found["fail"] + found["cancelled"], found["skipped"])


def count_case(case):
    """The tests in one entry of ctest's JUnit file."""
    text = ANSI.sub("", case.findtext("system-out") or "")
    count = count_gtest(text) or count_unittest(text) or count_node(text)
    status = case.get("status")
    if status == "disabled":
        return Count(skipped=1)
    if status == "run":
        return count or Count(passed=1)
    # It failed, crashed, hung or was never built: at least one failure, whatever it counted.
    count = count or Count()
    return count if count.failed else count + Count(failed=1)


def count_junit(path):
    total = Count()
    for case in xml.etree.ElementTree.parse(path).iter("testcase"):
        total += count_case(case)
    return total


def count_step(code, result):
    """A step that failed without a failed test (a build, a fuzzer) counts as one."""
    count = Count()
    if result != "-" and pathlib.Path(result).exists():
        count = count_junit(result)
    if code != 0 and not count.failed:
        count += Count(failed=1)
    return count


def summary(steps):
    """The lines to print, and the whole count."""
    total, lines = Count(), ["", f"{'step':<44}{'seconds':>8}{'tests':>8}{'failed':>8}"]
    for name, seconds, code, result in steps:
        count = count_step(int(code), result)
        total += count
        tests = count.total() if result != "-" else "–"
        lines.append(f"{name:<44}{seconds:>8}{tests:>8}{count.failed:>8}")
    closing = f"{total.passed} passed, {total.failed} failed"
    if total.skipped:
        closing += f", {total.skipped} skipped"
    return [*lines, "", closing], total


def main(argv=None):
    arguments = sys.argv[1:] if argv is None else argv
    text = pathlib.Path(arguments[0]).read_text()
    lines, total = summary([line.split("\t") for line in text.splitlines()])
    print("\n".join(lines))
    return 1 if total.failed or not total.passed else 0


if __name__ == "__main__":
    sys.exit(main())

"""What the JavaScript server is tested for, case by case, and which test of ours shows it.

    tests/socketio_cases.py            checks the list, prints the sum
    tests/socketio_cases.py --open     and what nobody shows yet

The list, socketio_cases.tsv, has a line for each of the original's cases, by the numbers of
spec/socketio-cases.txt: the number or a range, the state, and

    covered  the names of tests, joined by " + ": Suite.Name, or file.test.mjs: title
    later    why it belongs to a later round
    n/a      why it has no meaning here
    open     what is missing

It fails when a number is missing or twice, when a named test does not exist, or when fewer of the
cases in scope (covered and open) are covered than COVERED_MIN.
"""

import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
CASES = 232
COVERED_MIN = 0.95
STATES = ("covered", "later", "n/a", "open")


def known_tests() -> set[str]:
    """Every gtest as Suite.Name, every JavaScript test as file: title, `${…}` left out."""
    names = set()
    for path in ROOT.glob("crema/**/*_test.cc"):
        for suite, name in re.findall(r"TEST(?:_F|_P)?\((\w+),\s*(\w+)\)", path.read_text()):
            names.add(f"{suite}.{name}")
    for path in ROOT.glob("tests/e2e/**/*.test.mjs"):
        if "node_modules" in path.parts:
            continue
        for title in re.findall(r"(?:test|describe)\(\s*[\"`]([^\"`]+)[\"`]", path.read_text()):
            names.add(f"{path.name}: {re.sub(r'[ ,(]*[$][{][^}]*[}].*', '', title)}")
    return names


def numbers(text: str) -> list[int]:
    """`7`, or `7-9`."""
    first, _, last = text.partition("-")
    return list(range(int(first), int(last or first) + 1))


def main() -> int:
    problems = []
    states: dict[int, str] = {}
    open_cases = []
    known = known_tests()
    lines = (HERE / "socketio_cases.tsv").read_text().splitlines()
    for at, line in enumerate(lines, 1):
        if not line or line.startswith("#"):
            continue
        case, state, detail = line.split("\t")
        if state not in STATES or not detail:
            problems.append(f"line {at}: {state!r} is no state, or nothing follows it")
        for number in numbers(case):
            if number in states or not 1 <= number <= CASES:
                problems.append(f"line {at}: case {number} is twice, or does not exist")
            states[number] = state
        if state == "covered":
            for name in detail.split(" + "):
                if name not in known:
                    problems.append(f"line {at}: there is no test {name!r}")
        if state == "open":
            open_cases.append(f"{case}: {detail}")
    for number in range(1, CASES + 1):
        if number not in states:
            problems.append(f"case {number} is missing")
    count = {state: list(states.values()).count(state) for state in STATES}
    in_scope = count["covered"] + count["open"]
    share = count["covered"] / in_scope if in_scope else 0
    if share < COVERED_MIN:
        problems.append(f"{share:.1%} of the cases in scope are covered, {COVERED_MIN:.0%} is due")
    print("\n".join(problems))
    print(f"{in_scope} cases in scope, {share:.1%} covered;", ", ".join(
        f"{state} {n}" for state, n in count.items()))
    if "--open" in sys.argv:
        print("\n".join(open_cases))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())

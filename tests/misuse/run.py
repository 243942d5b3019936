"""What a user of the library gets wrong is said in words at compile time.

    tests/misuse/run.py [COMPILER]

Each case of cases.cc is compiled, one by one: it must fail, and say what it is to say.
"""

import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
CASES = HERE / "cases.cc"


def compile_case(compiler: str, name: str) -> str:
    """Returns what the compiler complains of, or nothing."""
    command = [compiler, "-std=c++20", "-fsyntax-only", "-fmax-errors=3", f"-I{ROOT}", f"-D{name}"]
    done = subprocess.run([*command, str(CASES)], capture_output=True, text=True, check=False)
    return done.stderr if done.returncode else ""


def main() -> int:
    compiler = sys.argv[1] if len(sys.argv) > 1 else "g++"
    cases = re.findall(r"#(?:el)?if defined (\w+)\s+// expects: (.*)", CASES.read_text())
    failed = [name for name, _ in cases if not cases]
    if compile_case(compiler, "NOTHING_WRONG"):
        failed.append("NOTHING_WRONG")
    for name, expected in cases:
        said = compile_case(compiler, name)
        first = next((line for line in said.splitlines() if "error:" in line), "nothing")
        if expected not in first:
            print(f"{name}: expected {expected!r}, the compiler's first error is: {first}")
            failed.append(name)
    print(f"{len(cases)} cases, {len(failed)} failed")
    return 1 if failed or not cases else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Every public function of the library says what it does.

In the headers that are installed (cmake/CremaInstall.cmake names them), a paragraph of the public
part of a class that declares a function, other than a constructor, begins with a comment or has
one ahead of that function. A paragraph is what stands between blank lines.

    tools/check_docstrings.py [--root DIR]       prints FILE:LINE: what; exit 1 if anything is
"""

import argparse
import pathlib
import re
import sys

INSTALLED = re.compile(r"foreach\(header IN ITEMS ([^)]+)\)")
# Begins a declaration: a name, parameters, and what ends or opens it on the same line.
FUNCTION = re.compile(r"^\s+(?:\[\[nodiscard\]\] |explicit |static |virtual |template <[^\n]*>\s*)*"
                      r"[\w:<>,&* ]*\b(\w+|operator\S+)\((?!\s*\))?[^;{]*(?:[;{]|$)")
NOT_CALLS = re.compile(r"^\s*(?:return|if|for|while|static_assert|using|friend|\}|//|#|:|\))")
DELETED = re.compile(r"= (?:delete|default);")
SECTION = re.compile(r"^\s*(public|private|protected):")
# No specialisations: what Codec<T> has, Codec says.
CLASS = re.compile(r"^(class|struct) (\w+)(?: final)?(?: : [^;<]*)? \{\s*$")


def installed_headers(root):
    text = (root / "cmake/CremaInstall.cmake").read_text(encoding="utf-8")
    return [root / f"crema/library/{name}.h" for name in INSTALLED.search(text).group(1).split()]


def check_text(text):
    """(line, name) of every member function without a comment ahead of it in its paragraph."""
    problems = []
    is_public = is_class = has_comment = False
    constructor = ""
    for number, line in enumerate(text.splitlines(), 1):
        opened = CLASS.match(line)
        section = SECTION.match(line)
        if opened:
            is_class, is_public, has_comment = True, opened.group(1) == "struct", False
            constructor = opened.group(2)
        elif line.startswith("}"):
            is_class = False
        elif section:
            is_public, has_comment = section.group(1) == "public", False
        elif not line.strip():
            has_comment = False
        elif line.lstrip().startswith("//"):
            has_comment = True
        elif is_class and is_public and line.startswith("  ") and line[2] not in " }":
            found = FUNCTION.match(line)
            if not found or has_comment or NOT_CALLS.match(line) or DELETED.search(line):
                continue
            if found.group(1) not in (constructor, "operator=", "operator=="):
                problems.append((number, found.group(1)))
    return problems


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", type=pathlib.Path,
                        default=pathlib.Path(__file__).resolve().parent.parent)
    root = parser.parse_args().root
    count = 0
    for header in installed_headers(root):
        for line, name in check_text(header.read_text(encoding="utf-8")):
            print(f"{header.relative_to(root)}:{line}: {name} has no docstring")
            count += 1
    print("docstrings: every public function has one" if count == 0 else f"{count} without")
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main())

"""C++ source as the checks in this folder read it: comments and literals blanked, lines kept."""

import pathlib
import re

_TOKEN = re.compile(
    r"""
    (?P<line>//[^\n]*)
  | (?P<block>/\*.*?\*/)
  | (?P<raw>R"(?P<mark>[^()\\\s]{0,16})\(.*?\)(?P=mark)")
  | (?P<include>^[ \t]*\#[ \t]*include[^\n]*)
  | (?P<number>\b\d[\w']*)
  | (?P<text>"(?:\\.|[^"\\\n])*")
  | (?P<char>'(?:\\.|[^'\\\n])*')
    """,
    re.VERBOSE | re.DOTALL | re.MULTILINE,
)


def _blank(text, fill):
    return "".join(c if c == "\n" else fill for c in text)


def _replace(match):
    text = match.group(0)
    kind = match.lastgroup
    if kind in ("line", "block"):
        return _blank(text, " ")
    if kind in ("include", "number"):
        return text
    quote = "'" if kind == "char" else '"'
    return quote + _blank(text[1:-1], "_") + quote


def code_of(source):
    """`source` with comments as spaces and literals as "___". Offsets and lines do not move."""
    return _TOKEN.sub(_replace, source)


def line_of(code, offset):
    return code.count("\n", 0, offset) + 1


BUILT = {"node_modules", "build", "dist", ".test-build"}


def files_under(root, folders, suffixes=(".h", ".cc")):
    """The sources below `folders` of `root`, sorted; what npm or a build left there is not ours."""
    root = pathlib.Path(root)
    for folder in folders:
        for path in sorted((root / folder).rglob("*")):
            parts = path.relative_to(root).parts
            if path.suffix in suffixes and not BUILT & set(parts):
                yield path


def balanced_end(code, start):
    """The offset behind the bracket that closes the one at `start`."""
    depth = 0
    for offset in range(start, len(code)):
        if code[offset] in "([{":
            depth += 1
        elif code[offset] in ")]}":
            depth -= 1
            if depth == 0:
                return offset + 1
    return len(code)


def split_arguments(text):
    """`a, f(b, c)` as ["a", "f(b, c)"]. Angle brackets count as brackets when they pair up."""
    parts, depth, start = [], 0, 0
    for offset, c in enumerate(text):
        if c in "([{<":
            depth += 1
        elif c in ")]}" or (c == ">" and text[offset - 1] != "-"):
            depth -= 1
        elif c == "," and depth == 0:
            parts.append(text[start:offset].strip())
            start = offset + 1
    parts.append(text[start:].strip())
    return [part for part in parts if part]

#!/usr/bin/env python3
"""Refuses coroutine code that g++ 12.2 compiles wrongly or that outlives what it borrows.

g++ 12.2 destroys temporaries of an awaited expression twice (docs/decisions/0002). So a statement
with co_await holds names only:

    co_await name;                        auto [error, n] = co_await name;
    co_await f(name, other.member_, 3);   co_return co_await object.method(std::move(name));
    if (co_await f(name)) ...             while (!co_await f(name)) ...

An argument is a name, a member, a literal, *name, &name or std::move of one; everything else is
named on a line above. Lambdas, braces, `?:`, nested calls and chained calls are refused.

A coroutine's parameters are values. Refused are const references, rvalue references, string_view,
span, every ...View and const char*: the caller's object may be gone when the coroutine goes on.
`T&` and `T*` of a service are allowed: no temporary binds to them, and their owner is one that
waits for its coroutines at shutdown. A lambda that is a coroutine captures nothing: its captures
die with the lambda.

    tools/check_co_await.py [--root DIR]     prints FILE:LINE: what; exit 1 if anything is
"""

import argparse
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import cxx_source  # noqa: E402

FOLDERS = ("crema", "tests", "fuzz", "bench", "examples")

NAME = r"(?:\*|&)?(?:::)?[A-Za-z_]\w*(?:\s*(?:::|\.|->)\s*[A-Za-z_]\w*)*"
LITERAL = r"""-?\d[\w.']*|\w*"_*"\w*|'_+'"""
ARGUMENT = re.compile(rf"(?:{NAME}|{LITERAL}|std::move\(\s*{NAME}\s*\))\Z")
OPERAND = re.compile(rf"\s*(?P<name>{NAME})(?P<template><[\w\s:,*<>]*>)?")
BEFORE = re.compile(
    r"(?:else\b\s*)?"
    r"(?:|co_return|return|\(void\)|(?:if|while|switch)\s*(?:constexpr\s*)?\(.*|[^=]*=)"
    r"\s*[!(]*\s*\Z", re.DOTALL)
LABEL = re.compile(r"\A\s*(?:case\s+[\w:]+|default)\s*:(?!:)\s*")

TASK = re.compile(r"\b(?:Task|awaitable)\s*<")
FUNCTION_NAME = re.compile(r"\s*(?:[A-Za-z_][\w:]*(?:operator\s*\(\))?)?\s*\(")
LAMBDA_HEAD = re.compile(
    r"(\[[^\[\]]*\])\s*(?:\((?:[^()]|\([^()]*\))*\))?\s*(?:mutable\s*)?->\s*[\w:]*\Z")
BORROWED = (
    (re.compile(r"&&"), "an rvalue reference"),
    (re.compile(r"\bconst\b[^&*]*&|\bconst\s*&"), "a const reference"),
    (re.compile(r"\b(?:string_view|span\s*<|\w*View\b)"), "a view"),
    (re.compile(r"\bconst\s+char\s*\*|\bchar\s+const\s*\*"), "a const char*"),
)


def angle_end(code, start):
    """The offset behind the `>` that closes the `<` at `start`."""
    depth = 0
    for offset in range(start, len(code)):
        depth += {"<": 1, ">": -1}.get(code[offset], 0)
        if depth == 0:
            return offset + 1
    return len(code)


def operand_problem(code, start):
    """What is wrong with the operand at `start`, and the offset behind it."""
    match = OPERAND.match(code, start)
    if not match:
        return "awaits something other than a name or one call", start
    end = match.end()
    if code[end:end + 1] == "{":
        return "awaits a temporary made with braces", end
    if code[end:end + 1] != "(":
        return None, end
    close = cxx_source.balanced_end(code, end)
    for argument in cxx_source.split_arguments(code[end + 1:close - 1]):
        if not ARGUMENT.match(argument):
            shown = " ".join(argument.split())
            return f"the argument `{shown[:60]}` is not a name; name it on a line above", close
    return None, close


def statement_problem(code, start, end):
    """What is wrong around the co_await at `start`, whose operand ends at `end`."""
    begin = max(code.rfind(c, 0, start) for c in ";{}") + 1
    before = LABEL.sub("", code[begin:start]).strip()
    if not BEFORE.match(before):
        return "co_await stands inside a larger expression; give its result a name"
    after = code[end:].lstrip()
    if after.startswith(";"):
        return None
    behind = after.lstrip(") \t\n")
    if after.startswith(")") and re.match(r"[;{\w]", behind):
        return None
    return "the result of co_await is used in the same expression; give it a name"


def check_awaits(code):
    for match in re.finditer(r"\bco_await\b", code):
        problem, end = operand_problem(code, match.end())
        problem = problem or statement_problem(code, match.start(), end)
        if problem:
            yield cxx_source.line_of(code, match.start()), problem


def parameter_problems(parameters):
    for parameter in cxx_source.split_arguments(parameters):
        declared = parameter.split("=", 1)[0].strip()
        for pattern, what in BORROWED:
            if pattern.search(declared):
                yield f"the coroutine's parameter `{' '.join(declared.split())}` is {what}"
                break


def check_parameters(code):
    for match in TASK.finditer(code):
        line = cxx_source.line_of(code, match.start())
        head = LAMBDA_HEAD.search(code, max(0, match.start() - 400), match.start())
        if head:
            if head.group(1).replace(" ", "") != "[]":
                yield line, f"a coroutine lambda captures {head.group(1)}; pass it as a parameter"
            listed = head.group(0)
            start = listed.find("(")
            if start >= 0:
                end = cxx_source.balanced_end(listed, start)
                yield from ((line, text) for text in parameter_problems(listed[start + 1:end - 1]))
            continue
        named = FUNCTION_NAME.match(code, angle_end(code, match.end() - 1))
        if named:
            end = cxx_source.balanced_end(code, named.end() - 1)
            yield from ((line, text) for text in parameter_problems(code[named.end():end - 1]))


def check_text(source):
    """Every (line, problem) of one source."""
    code = cxx_source.code_of(source)
    return sorted([*check_awaits(code), *check_parameters(code)])


def main(argv=None):
    parser = argparse.ArgumentParser(description="Refuses coroutine code that g++ 12.2 breaks.")
    parser.add_argument("--root", type=pathlib.Path, default=pathlib.Path(__file__).parents[1])
    root = parser.parse_args(argv).root
    bad = 0
    for path in cxx_source.files_under(root, FOLDERS):
        for line, text in check_text(path.read_text()):
            print(f"{path.relative_to(root)}:{line}: {text}")
            bad += 1
    if not bad:
        print("co_await: names only, everywhere")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())

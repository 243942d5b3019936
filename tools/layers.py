#!/usr/bin/env python3
"""Enforces and draws the layers of crema/.

Every folder's CMakeLists.txt holds one line that says what the layer is:

    crema_layer(engineio RANK 2 COLUMN protocol USES base json LIBS boost)

The build links by that line, this tool refuses every include the line does not allow, and the
drawing in docs/architecture.md is made from it, so the three cannot disagree.

    tools/layers.py            prints what is wrong; exit 1 if anything is
    tools/layers.py --check    the same, and the drawing must be current
    tools/layers.py --draw     rewrites the drawing
"""

import argparse
import dataclasses
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import cxx_source  # noqa: E402

DOCUMENT = "docs/architecture.md"
BEGIN = "<!-- layers: begin; written by tools/layers.py --draw -->"
END = "<!-- layers: end -->"

# The longest prefix wins. The value is the name in LIBS (cmake/CremaDependencies.cmake).
LIBRARIES = {
    "boost/asio": "asio",
    # Buffers are Asio's types, and how Beast's parser is fed: no I/O comes with them.
    "boost/asio/buffer.hpp": "beast",
    "boost/beast": "beast",
    "boost/json": "boost_json",
    "boost/": "boost",
    "hiredis": "hiredis",
    "spdlog": "spdlog",
    "fmt": "fmt",
    "CLI": "cli11",
    "tl/": "expected",
    "zlib.h": "zlib",
    "openssl": "openssl",
}
# Linking one of these brings the whole of Boost's headers.
BRINGS_BOOST = {"asio", "beast", "boost_json"}
TEST_LIBRARIES = ("gtest/", "gmock/")

# Descriptors belong to net/ alone; tests may play the peer.
SOCKET_HEADERS = ("netdb.h", "netinet/", "poll.h", "sys/epoll.h", "sys/socket.h", "sys/un.h")
# What puts a server under load shares no code with it, and so no mistake.
SOCKET_OWNERS = ("net", "load")

# The protocol column: no threads, no clock, no logging, no I/O. Its tests may read files.
PROTOCOL_HEADERS = {
    "atomic", "barrier", "condition_variable", "coroutine", "future", "latch", "mutex",
    "semaphore", "shared_mutex", "stop_token", "thread",
}
PROTOCOL_HEADERS_OUTSIDE_TESTS = {"filesystem", "fstream", "iostream"}
PROTOCOL_WORDS = {
    r"_clock\s*::\s*now\b": "reads a clock",
    r"\bsteady_now\s*\(": "reads the clock",
    r"\b(?:std\s*::\s*)?time\s*\(\s*(?:nullptr|NULL|0|&)": "reads the clock",
    r"\bclock_gettime\b": "reads the clock",
    r"\bco_(?:await|return|yield)\b": "is a coroutine",
    r"\bthread_local\b": "knows of threads",
}

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"\n]+)[>"]', re.MULTILINE)


@dataclasses.dataclass(frozen=True)
class Layer:
    name: str
    rank: int
    column: str
    uses: tuple
    libs: tuple


@dataclasses.dataclass(frozen=True)
class Include:
    path: pathlib.Path
    line: int
    name: str
    quoted: bool


def parse_layer(text):
    """The layer that one crema_layer(...) call declares, or None."""
    match = re.search(r"^crema_layer\(([^)]*)\)", text, re.MULTILINE)
    if not match:
        return None
    name, *words = match.group(1).split()
    values, key = {}, ""
    for word in words:
        if word in ("RANK", "COLUMN", "USES", "LIBS", "TEST_LABELS"):
            key = word
            values[key] = []
        else:
            values[key].append(word)
    return Layer(name, int(values["RANK"][0]), values["COLUMN"][0],
                 tuple(values.get("USES", ())), tuple(values.get("LIBS", ())))


def read_layers(root):
    """Every layer by name, in the order of rank, and what is wrong with the declarations."""
    layers, problems = {}, []
    for folder in sorted(p for p in (root / "crema").iterdir() if p.is_dir()):
        build_file = folder / "CMakeLists.txt"
        layer = parse_layer(build_file.read_text()) if build_file.exists() else None
        if layer is None:
            problems.append(f"crema/{folder.name}: no crema_layer(...) line in its CMakeLists.txt")
        elif layer.name != folder.name:
            problems.append(f"crema/{folder.name}: declares the layer {layer.name}")
        else:
            layers[layer.name] = layer
    ordered = sorted(layers.values(), key=lambda layer: (layer.rank, layer.name))
    return {layer.name: layer for layer in ordered}, problems


def check_declarations(root, layers):
    """Ranks descend strictly along USES, so there is no cycle; protocol never rests on io."""
    built = (root / "CMakeLists.txt").read_text()
    for layer in layers.values():
        where = f"crema/{layer.name}/CMakeLists.txt"
        if layer.column not in ("shared", "protocol", "io"):
            yield f"{where}: COLUMN {layer.column} is none of shared, protocol, io"
        if not re.search(rf"\b{layer.name}\b", built):
            yield f"CMakeLists.txt: does not build the layer {layer.name}"
        for lib in sorted(set(layer.libs) - set(LIBRARIES.values())):
            yield f"{where}: LIBS {lib} is not in the table of {pathlib.Path(__file__).name}"
        for used in layer.uses:
            if used not in layers:
                yield f"{where}: USES {used}, which is no folder of crema/"
            elif layers[used].rank >= layer.rank:
                yield (f"{where}: USES {used} of rank {layers[used].rank}; "
                       f"{layer.name} has rank {layer.rank} and may only look down")
            elif layer.column != "io" and layers[used].column == "io":
                yield f"{where}: the {layer.column} column may not use {used} of the io column"


def includes_of(path, code):
    for match in INCLUDE.finditer(code):
        yield Include(path, cxx_source.line_of(code, match.start(1)), match.group(2),
                      match.group(1) == '"')


def is_test(path):
    """x_test.cc, and what tests share: x_for_test.h."""
    return path.name.endswith(("_test.cc", "_for_test.h", "_for_test.cc"))


def library_of(name):
    """The name in LIBS that an include in angle brackets asks for; None for the standard's."""
    prefixes = [prefix for prefix in LIBRARIES if name.startswith(prefix)]
    return LIBRARIES[max(prefixes, key=len)] if prefixes else None


def check_own_include(layer, include):
    parts = include.name.split("/")
    if parts[0] != "crema" or len(parts) < 3:
        return f'"{include.name}" is not written from the root ("crema/<layer>/<file>")'
    used = parts[1]
    if used not in (layer.name, *layer.uses):
        return f"{layer.name} may not include {used} (USES {' '.join(layer.uses) or 'nothing'})"
    if layer.column == "protocol" and include.name == "crema/base/log.h":
        return "the protocol column does not log"
    return None


def check_library(layer, include):
    granted = set(layer.libs)
    if granted & BRINGS_BOOST:
        granted.add("boost")
    library = library_of(include.name)
    if include.name.startswith(TEST_LIBRARIES):
        return None if is_test(include.path) else f"<{include.name}> outside a _test.cc"
    if library and library not in granted:
        return (f"<{include.name}> is {library}'s, which is not in LIBS "
                f"({' '.join(layer.libs) or 'none'})")
    return None


def check_system_include(layer, include):
    owned = layer.name in SOCKET_OWNERS or is_test(include.path)
    if include.name.startswith(SOCKET_HEADERS) and not owned:
        return f"<{include.name}>: descriptors belong to {SOCKET_OWNERS[0]}/"
    if layer.column != "protocol":
        return None
    refused = PROTOCOL_HEADERS
    if not is_test(include.path):
        refused = refused | PROTOCOL_HEADERS_OUTSIDE_TESTS
    foreign = library_of(include.name) or include.name.startswith(TEST_LIBRARIES)
    if include.name in refused or (include.name.endswith(".h") and not foreign):
        return f"<{include.name}> in the protocol column"
    return None


def check_words(layer, path, code):
    if layer.column != "protocol":
        return
    for pattern, why in PROTOCOL_WORDS.items():
        for match in re.finditer(pattern, code):
            yield cxx_source.line_of(code, match.start()), f"the protocol column {why} here"


def check_file(root, layer, path):
    """What one source does that its layer may not, and the layers and libraries it includes."""
    code = cxx_source.code_of(path.read_text())
    problems, used = [], set()
    for include in includes_of(path, code):
        if include.quoted:
            found = [check_own_include(layer, include)]
            used.add(include.name.split("/")[1] if "/" in include.name else include.name)
        else:
            found = [check_library(layer, include), check_system_include(layer, include)]
            used.add(library_of(include.name))
        problems += [(include.line, text) for text in found if text]
    problems += check_words(layer, path, code)
    shown = path.relative_to(root)
    return [f"{shown}:{line}: {text}" for line, text in sorted(problems)], used


def check_sources(root, layers):
    """Every problem of every source, and what is declared and not used (told, not refused)."""
    problems, unused = [], []
    for layer in layers.values():
        used, any_source = set(), False
        for path in cxx_source.files_under(root, [f"crema/{layer.name}"]):
            any_source = True
            found, names = check_file(root, layer, path)
            problems += found
            used |= names
        idle = [name for name in (*layer.uses, *layer.libs) if name not in used]
        if any_source and idle:
            unused.append(f"crema/{layer.name}: declared and included nowhere: {' '.join(idle)}")
    return problems, unused


def reduced_uses(layers, name):
    """The USES of `name` that no other of its USES already stands on."""
    def below(start):
        seen, todo = set(), list(layers[start].uses)
        while todo:
            used = todo.pop()
            if used in layers and used not in seen:
                seen.add(used)
                todo += layers[used].uses
        return seen

    uses = layers[name].uses
    covered = set().union(*(below(used) for used in uses if used in layers)) if uses else set()
    return [used for used in uses if used not in covered]


def drawing(layers):
    lines = [BEGIN, "", "```mermaid", "graph TD"]
    for column in ("io", "protocol", "shared"):
        names = [layer.name for layer in layers.values() if layer.column == column]
        lines.append(f"  subgraph {column}_column[{column}]")
        lines += [f"    {name}" for name in reversed(names)]
        lines.append("  end")
    for layer in reversed(layers.values()):
        lines += [f"  {layer.name} --> {used}" for used in reduced_uses(layers, layer.name)]
    lines += ["```", "", "An arrow that follows from others is left out; the table has them all.",
              "", "| rank | folder | column | may include | libraries |", "|---|---|---|---|---|"]
    for layer in layers.values():
        lines.append(f"| {layer.rank} | `crema/{layer.name}/` | {layer.column} "
                     f"| {' '.join(layer.uses) or '–'} | {' '.join(layer.libs) or '–'} |")
    return "\n".join([*lines, "", END])


def redrawn(document, layers):
    """`document` with a current drawing, or None when it has no place for one."""
    if BEGIN not in document or END not in document:
        return None
    before, rest = document.split(BEGIN, 1)
    return before + drawing(layers) + rest.split(END, 1)[1]


def check_document(root, layers):
    path = root / DOCUMENT
    document = path.read_text() if path.exists() else ""
    current = redrawn(document, layers)
    if current is None:
        yield f"{DOCUMENT}: no place for the drawing ({BEGIN})"
    elif current != document:
        yield f"{DOCUMENT}: the drawing is not current; run tools/layers.py --draw"


def draw(root, layers):
    path = root / DOCUMENT
    current = redrawn(path.read_text(), layers)
    if current is None:
        return [f"{DOCUMENT}: no place for the drawing ({BEGIN})"]
    path.write_text(current)
    return []


def run(root, mode):
    layers, problems = read_layers(root)
    problems += check_declarations(root, layers)
    found, unused = check_sources(root, layers)
    problems += found
    if mode == "draw":
        problems += draw(root, layers)
    elif mode == "check":
        problems += check_document(root, layers)
    return problems, unused


def main(argv=None):
    parser = argparse.ArgumentParser(description="Enforces and draws the layers of crema/.")
    parser.add_argument("--root", type=pathlib.Path, default=pathlib.Path(__file__).parents[1])
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--check", dest="mode", action="store_const", const="check")
    mode.add_argument("--draw", dest="mode", action="store_const", const="draw")
    options = parser.parse_args(argv)
    problems, unused = run(options.root, options.mode)
    for text in unused:
        print(f"note: {text}")
    for text in problems:
        print(text)
    if not problems:
        print("layers: every include is allowed")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())

"""The servers that are compared.

Each is a name, a check that says what is missing (or None), and a command. All print
`Realtime service listening on:` when ready; that is all the other modules know of them.
"""
import dataclasses
import pathlib
import shutil
import subprocess
import sys
import typing

from harness.failure import Failure
from harness.surroundings import BENCH


@dataclasses.dataclass(frozen=True)
class Contender:
    name: str
    missing: typing.Callable[[], typing.Optional[str]]
    # From the port, what is around, and what the scenario asks for (`frappe` or `library`).
    command: typing.Callable
    # The file whose size is that of the program, where it is one file.
    binary: typing.Optional[pathlib.Path] = None
    # Threads that serve: more than one are not pinned to the server's core.
    threads: int = 1
    # At most so many repetitions: of one that is far from the others, few show where it is.
    repeats_max: typing.Optional[int] = None


def missing_file(path, advice):
    return None if path.exists() else f"{path} is missing: {advice}"


def node_missing():
    if not shutil.which("node") or not shutil.which("npm"):
        return "node and npm are not installed"
    folder = BENCH / "contenders/node"
    if (folder / "node_modules/socket.io").exists():
        return None
    print("bench: installing Node's packages (npm ci)", file=sys.stderr)
    done = subprocess.run(["npm", "ci", "--no-audit", "--no-fund"], cwd=folder, check=False,
                          stdout=subprocess.DEVNULL)
    return None if done.returncode == 0 else "npm ci failed in bench/contenders/node"


def crema_contender(name, shards, arguments):
    crema = arguments.crema or arguments.build / "bin/crema"
    library = arguments.build / "bin/bench-library"

    def missing():
        return (missing_file(crema, "build it, or give --crema PATH")
                or missing_file(library, "build the target crema_bench_library"))

    def command(port, around, server):
        if server == "library":
            return [library, port]
        return [crema, "serve", "--bench", around.write_bench(port), "--shards", shards]

    return Contender(name, missing, command, crema, shards)


def floor_contender(name, mode, arguments):
    floor = arguments.build / "bin/bench-floor"
    return Contender(name, lambda: missing_file(floor, "build the target crema_bench_floor"),
                     lambda port, around, _: [floor, mode, port, around.redis_port], floor)


def all_contenders(arguments):
    server = BENCH / "contenders/node/server.mjs"
    return [
        crema_contender("crema", 1, arguments),
        crema_contender("crema-2", 2, arguments),
        Contender("node", node_missing,
                  lambda port, around, _: ["node", server, port, around.redis_port,
                                           around.web_port], repeats_max=2),
        floor_contender("floor", "send", arguments),
        floor_contender("floor-gather", "gather", arguments),
    ]


def choose_contenders(arguments):
    known = all_contenders(arguments)
    names = [contender.name for contender in known]
    wanted = arguments.contenders.split(",") if arguments.contenders else names
    for name in wanted:
        if name not in names:
            raise Failure(f"no contender is called {name}: there are {', '.join(names)}")
    present = []
    for contender in known:
        if contender.name not in wanted:
            continue
        missing = contender.missing()
        if missing:
            print(f"bench: without {contender.name}: {missing}", file=sys.stderr)
        else:
            present.append(contender)
    if not present:
        raise Failure("no contender can be run")
    return present

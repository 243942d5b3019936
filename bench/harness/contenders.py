"""The servers that are compared.

Each is a name, a check that says what is missing (or None), and a command. All print
`Realtime service listening on:` when ready; that is all the other modules know of them.
"""
import shutil
import subprocess
import sys

from harness.failure import Failure
from harness.surroundings import BENCH


class Contender:
    def __init__(self, name, missing, command):
        self.name = name
        self.missing = missing
        self.command = command


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


def all_contenders(arguments):
    crema = arguments.crema or arguments.build / "bin/crema"
    floor = arguments.build / "bin/bench-floor"
    server = BENCH / "contenders/node/server.mjs"

    def floor_missing():
        return missing_file(floor, "build the target crema_bench_floor")

    return [
        Contender("crema", lambda: missing_file(crema, "build it, or give --crema PATH"),
                  lambda port, around: [crema, "serve", "--bench", around.write_bench(port)]),
        Contender("node", node_missing,
                  lambda port, around: ["node", server, port, around.redis_port, around.web_port]),
        Contender("floor", floor_missing,
                  lambda port, around: [floor, "send", port, around.redis_port]),
        Contender("floor-gather", floor_missing,
                  lambda port, around: [floor, "gather", port, around.redis_port]),
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

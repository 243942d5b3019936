"""One contender under one load, or alone."""
import contextlib
import json
import os
import pathlib
import subprocess
import time

from harness.apart import ends_apart
from harness.failure import Failure
from harness.machine import free_port
from harness.process import Process
from harness.surroundings import SITE

READY = b"Realtime service listening on:"
LOAD_SECONDS_MAX = 400
# What a process does right after it is ready is not its idle state.
SETTLE_SECONDS = 1


def load_command(generator, load, around, port, pid):
    options = {
        "server": f"127.0.0.1:{port}",
        "server-pid": pid,
        "redis": f"127.0.0.1:{around.redis_port}",
        "site": SITE,
        "source-addresses": 1 + load["connections"] // 5000,
        **{name.replace("_", "-"): value for name, value in load.items() if name != "headers"},
    }
    headers = [f"Host: {SITE}:{port}", f"Origin: http://{SITE}:{port}"]
    headers.append("Cookie: sid=user{r}" if "rooms" in load else "Cookie: sid=user{i}")
    headers += load.get("headers", [])
    command = [generator]
    for name, value in options.items():
        command += [f"--{name}", str(value)]
    for header in headers:
        command += ["--header", header]
    return command


def start_server(contender, scenario, around, port, cores):
    pinned = {cores[0]} if contender.threads == 1 else set(cores)
    process = Process(contender.name, contender.command(port, around, scenario["server"]), pinned,
                      around.folder, env={**os.environ, **scenario.get("environment", {})})
    try:
        process.wait_for(READY)
    except BaseException:
        process.stop()
        raise
    return process


def measure_load(contender, scenario, around, generator, cores):
    """What the load generator found out about a fresh process of the contender's."""
    port = free_port()
    server = start_server(contender, scenario, around, port, cores)
    try:
        load = Process("load", load_command(generator, scenario["load"], around, port, server.pid),
                       {cores[1]}, around.folder)
        try:
            output, _ = load.process.communicate(timeout=LOAD_SECONDS_MAX)
        except BaseException:
            load.stop()
            raise
        if load.process.returncode != 0:
            raise Failure(f"{load.last_words()} / {contender.name}: {server.last_words()}")
        return json.loads(output)
    finally:
        server.stop()


def read_rollup(pid):
    """PSS and private dirty of a process, in kilobytes."""
    found = {}
    for line in pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]:
        name, value = line.split(":")
        found[name] = int(value.split()[0])
    return {"pss_kb": found["Pss"], "private_dirty_kb": found["Private_Dirty"]}


def stripped_size(binary, folder):
    copy = folder / "stripped"
    subprocess.run(["strip", "-o", copy, binary], check=True)
    return copy.stat().st_size


def measure_process(contender, scenario, around, _, cores):
    """The process alone: how long until it serves, and what it holds."""
    started = time.monotonic()
    server = start_server(contender, scenario, around, free_port(), cores)
    ready_ms = (time.monotonic() - started) * 1000
    try:
        time.sleep(SETTLE_SECONDS)
        found = {"ready_ms": ready_ms, **read_rollup(server.pid)}
    finally:
        server.stop()
    if contender.binary:
        found["binary_mb"] = stripped_size(contender.binary, around.folder) / 2**20
    return found


def measure(contender, scenario, around, generator, cores):
    alone = scenario["load"] is None
    with ends_apart(cores) if scenario.get("apart") else contextlib.nullcontext():
        return (measure_process if alone else measure_load)(contender, scenario, around, generator,
                                                            cores)

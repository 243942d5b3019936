"""One contender under one load."""
import json

from harness.failure import Failure
from harness.machine import free_port
from harness.process import Process
from harness.surroundings import SITE


def load_command(generator, scenario, around, port, pid):
    options = {
        "server": f"127.0.0.1:{port}",
        "server-pid": pid,
        "redis": f"127.0.0.1:{around.redis_port}",
        "site": SITE,
        "connections": scenario["connections"],
        "source-addresses": 1 + scenario["connections"] // 5000,
        "burst": scenario["burst"],
        "messages": scenario["messages"],
        "warmup-messages": scenario["warmup_messages"],
        "padding-bytes": scenario["padding_bytes"],
        "room": scenario["room"],
        "time-limit": scenario["time_limit_seconds"],
    }
    headers = [f"Host: {SITE}:{port}", f"Origin: http://{SITE}:{port}", "Cookie: sid=user{i}"]
    command = [generator]
    for name, value in options.items():
        command += [f"--{name}", str(value)]
    for header in headers:
        command += ["--header", header]
    return command


def measure(contender, scenario, around, generator, cores):
    """What the load generator found out about a fresh process of the contender's."""
    server_core, load_core = cores
    port = free_port()
    server = Process(contender.name, contender.command(port, around), server_core, around.folder)
    try:
        server.wait_for(b"Realtime service listening on:")
        load = Process("load", load_command(generator, scenario, around, port, server.pid),
                       load_core, around.folder)
        try:
            output, _ = load.process.communicate(timeout=scenario["time_limit_seconds"] + 120)
        except BaseException:
            load.stop()
            raise
        if load.process.returncode != 0:
            raise Failure(f"{load.last_words()} / {contender.name}: {server.last_words()}")
        return json.loads(output)
    finally:
        server.stop()

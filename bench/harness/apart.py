"""Each end of a loopback connection on its own core, as if the clients were on another machine.

Without this the kernel does all of a delivery's work within the server's `send`: that of the
receiving socket too, whose memory then takes the place of the server's in the caches of its core.
"""
import contextlib
import os
import pathlib

FLOWS = 65536
TABLES = [pathlib.Path("/proc/sys/net/core/rps_sock_flow_entries"),
          pathlib.Path("/sys/class/net/lo/queues/rx-0/rps_flow_cnt")]
CORES = pathlib.Path("/sys/class/net/lo/queues/rx-0/rps_cpus")


def can_keep_apart():
    """The settings are the kernel's, for root to write; in a container they may not be there."""
    return all(os.access(path, os.W_OK) for path in (*TABLES, CORES))


def core_mask(cores):
    """As the kernel reads it: hexadecimal, 32 cores a word, the last first."""
    words = [0] * (max(cores) // 32 + 1)
    for core in cores:
        words[core // 32] |= 1 << core % 32
    return ",".join(f"{word:x}" for word in reversed(words))


@contextlib.contextmanager
def ends_apart(cores):
    """What arrives over loopback is handled where the socket it is for was last used; those who
    use them are pinned. Source: the kernel's Documentation/networking/scaling.rst, RFS."""
    wanted = {**{path: str(FLOWS) for path in TABLES}, CORES: core_mask(cores)}
    before = {path: path.read_text(encoding="ascii") for path in wanted}
    try:
        for path, value in wanted.items():
            path.write_text(value, encoding="ascii")
        yield
    finally:
        for path, value in reversed(before.items()):
            path.write_text(value, encoding="ascii")

"""Each end of a loopback connection on its own core, as if the clients were on another machine.

Without this the kernel does all of a delivery's work within the server's `send`: that of the
receiving socket too, whose memory then takes the place of the server's in the caches of its core.
"""
import contextlib
import pathlib

FLOWS = 65536
TABLES = [pathlib.Path("/proc/sys/net/core/rps_sock_flow_entries"),
          pathlib.Path("/sys/class/net/lo/queues/rx-0/rps_flow_cnt")]
CORES = pathlib.Path("/sys/class/net/lo/queues/rx-0/rps_cpus")


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
    with contextlib.ExitStack() as settings:
        for path, value in [*((table, str(FLOWS)) for table in TABLES), (CORES, core_mask(cores))]:
            settings.callback(path.write_text, path.read_text(encoding="ascii"), encoding="ascii")
            path.write_text(value, encoding="ascii")
        yield


def why_not_apart(cores):
    """Nothing when it can be done here: by root, outside most containers."""
    if len(set(cores)) < 2:
        return "there is one core"
    try:
        with ends_apart(cores):
            return None
    except OSError as error:
        return str(error)


def is_steered():
    """Whether loopback is steered already: by somebody, or by a run that was killed."""
    try:
        return CORES.read_text(encoding="ascii").strip("0,\n") != ""
    except OSError:
        return False

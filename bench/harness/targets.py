"""The figures to reach, and what a run says about each."""
import dataclasses
import typing


@dataclasses.dataclass(frozen=True)
class Target:
    text: str
    bound: float
    # From the summary to the value; raises KeyError when the run did not measure it.
    find: typing.Callable[[dict], float]
    at_least: bool = False

    def holds(self, value):
        return value >= self.bound if self.at_least else value <= self.bound

    def bound_text(self):
        return f"{'>=' if self.at_least else '<='} {self.bound:g}"


def median(scenario, contender, figure, scale=1.0):
    return lambda summary: summary[scenario][contender][figure]["median"] * scale


def quotient(above, below):
    return lambda summary: above(summary) / below(summary)


def against(scenario, base, figure="cpu_us_per_delivery", contender="crema"):
    return quotient(median(scenario, contender, figure), median(scenario, base, figure))


def grown(large, small, figure="cpu_us_per_delivery"):
    return quotient(median(large, "crema", figure), median(small, "crema", figure))


KB = 1 / 1024

TARGETS = [
    Target("idle process: PSS, MB", 4.5, median("idle-process", "crema", "pss_kb", KB)),
    Target("idle process: private dirty, MB", 1,
           median("idle-process", "crema", "private_dirty_kb", KB)),
    Target("idle process: ready after, ms", 50, median("idle-process", "crema", "ready_ms")),
    Target("binary, stripped, MB", 8, median("idle-process", "crema", "binary_mb")),
    Target("user memory per idle connection at 10,000, bytes", 1536,
           median("idle-10000", "crema", "bytes_per_connection")),
    Target("the same with recovery, bytes", 2048,
           median("idle-10000-recovery", "crema", "bytes_per_connection")),
    Target("broadcast to 1,000: CPU to floor", 1.10, against("broadcast-1000", "floor")),
    Target("broadcast to 10,000: CPU to floor", 1.10, against("broadcast-10000", "floor")),
    Target("bursts of 16: CPU to floor with gathering", 1.15,
           against("burst16-1000", "floor-gather")),
    Target("bursts of 16: Node's CPU to ours", 15,
           quotient(median("burst16-1000", "node", "cpu_us_per_delivery"),
                    median("burst16-1000", "crema", "cpu_us_per_delivery")), at_least=True),
    Target("Redis to one of 10,000 rooms: CPU to floor", 1.15,
           against("redis-10000", "floor")),
    Target("echo, one in flight: CPU to floor", 1.15, against("echo-1", "floor")),
    Target("echo, 16 in flight: CPU to floor", 1.15, against("echo-16", "floor")),
    Target("connect without a web call: CPU to floor", 1.5,
           against("connect-websocket", "floor", "cpu_us_per_connection")),
    Target("20,000 deliveries/s: p99 to floor", 1.15,
           against("latency-20000", "floor", "latency_p99_us")),
    Target("2 shards: CPU per delivery to one shard's", 1.15,
           quotient(median("broadcast-1000", "crema-2", "cpu_us_per_delivery"),
                    median("broadcast-1000", "crema", "cpu_us_per_delivery"))),
    Target("one stuck reader: the others' p99 to before", 1.15,
           quotient(median("reader-stuck", "crema", "latency_p99_us"),
                    median("reader-all", "crema", "latency_p99_us"))),
    Target("one stuck reader: memory, MB more", 4,
           lambda summary: median("reader-stuck", "crema", "pss_after_mb")(summary)
           - median("reader-all", "crema", "pss_after_mb")(summary)),
    Target("growth, ends apart: CPU per delivery at 15,000 connections to 1,000", 1.15,
           grown("growth-apart-15000", "growth-apart-1000")),
    Target("growth: CPU per message at 100,000 rooms to 10", 1.15,
           grown("growth-rooms-100000", "growth-rooms-10")),
    Target("growth: memory per connection at 15,000 to 1,000", 1.15,
           grown("idle-15000", "idle-1000", "bytes_per_connection")),
]


def judge(summary):
    """Each target with the value found, or None when the run did not measure it."""
    judged = []
    for target in TARGETS:
        try:
            judged.append((target, target.find(summary)))
        except (KeyError, ZeroDivisionError):
            judged.append((target, None))
    return judged

"""The order of the runs."""
import subprocess
import sys
import time

from harness.failure import Failure
from harness.measurement import measure


def describe(found, scenario):
    text = f"{found['cpu_us_per_delivery']:.2f} us"
    if found["messages"] < scenario["messages"]:
        text += f" (time limit: {found['messages']} of {scenario['messages']} messages)"
    return text


class Budget:
    """Decides whether another repetition fits; the first always does."""

    def __init__(self, seconds):
        self.seconds = seconds
        self.started = time.monotonic()
        self.done = 0

    def allows_another(self):
        spent = time.monotonic() - self.started
        fits = self.done == 0 or spent + spent / self.done <= self.seconds
        self.done += 1
        return fits


def run_all(scenarios, contenders, repeats, around, generator, cores, budget):
    """Every run's findings, by scenario and contender; and what went wrong."""
    results = {name: {contender.name: [] for contender in contenders} for name in scenarios}
    failures = []
    for repetition in range(repeats):
        if not budget.allows_another():
            print(f"bench: out of time after {repetition} of {repeats} repetitions",
                  file=sys.stderr)
            break
        # Each repetition begins with another contender, so that none always follows the same one.
        turn = repetition % len(contenders)
        for name, scenario in scenarios.items():
            for contender in contenders[turn:] + contenders[:turn]:
                label = f"{name} {contender.name} {repetition + 1}/{repeats}"
                try:
                    found = measure(contender, scenario, around, generator, cores)
                except (Failure, subprocess.TimeoutExpired) as error:
                    failures.append(f"{label}: {error}")
                    print(f"{label}: FAILED: {error}", file=sys.stderr)
                    continue
                found["repetition"] = repetition
                results[name][contender.name].append(found)
                print(f"{label}: {describe(found, scenario)}", file=sys.stderr)
    return results, failures

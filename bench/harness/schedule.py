"""The order of the runs."""
import subprocess
import sys
import time

from harness.failure import Failure
from harness.measurement import measure
from harness.results import value_of


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


def rotated(contenders, scenario, repetition):
    """Those of the scenario; each repetition begins with another, so that none always follows the
    same one."""
    present = [each for each in contenders if each.name in scenario["contenders"]]
    turn = repetition % len(present) if present else 0
    return present[turn:] + present[:turn]


def run_once(contender, scenario, label, settings):
    """The run's findings, or a sentence that says what went wrong."""
    try:
        found = measure(contender, scenario, settings.around, settings.generator, settings.cores)
    except (Failure, subprocess.SubprocessError, OSError) as error:
        print(f"{label}: FAILED: {error}", file=sys.stderr)
        return None, f"{label}: {error}"
    value = value_of(found, scenario["figure"])
    print(f"{label}: {scenario['figure']} {value if value is None else round(value, 2)}",
          file=sys.stderr)
    return found, None


def run_all(scenarios, contenders, repeats, settings, budget):
    """Every run's findings, by scenario and contender; and what went wrong."""
    results = {name: {each.name: [] for each in rotated(contenders, scenario, 0)}
               for name, scenario in scenarios.items()}
    failures = []
    for repetition in range(max(repeats(scenario) for scenario in scenarios.values())):
        if not budget.allows_another():
            print(f"bench: out of time after {repetition} repetitions", file=sys.stderr)
            break
        for name, scenario in scenarios.items():
            if repetition >= repeats(scenario):
                continue
            for contender in rotated(contenders, scenario, repetition):
                if contender.repeats_max and repetition >= contender.repeats_max:
                    continue
                label = f"{name} {contender.name} {repetition + 1}/{repeats(scenario)}"
                found, failure = run_once(contender, scenario, label, settings)
                if failure:
                    failures.append(failure)
                    continue
                found["repetition"] = repetition
                results[name][contender.name].append(found)
    return results, failures

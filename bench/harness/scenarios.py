"""What is measured: the files of scenarios/."""
import json
import sys

from harness.apart import why_not_apart
from harness.failure import Failure
from harness.surroundings import BENCH

FOLDER = BENCH / "scenarios"
REPEATS = 5
SHORT_REPEATS = 3


def scenario_names():
    return sorted(path.stem for path in FOLDER.glob("*.json") if path.stem != "smoke")


def read_scenario(name, short):
    """The scenario, in its short form if asked for; None when it has no short form."""
    path = FOLDER / f"{name}.json"
    if not path.exists():
        raise Failure(f"no scenario is called {name}: there are {', '.join(scenario_names())}")
    scenario = json.loads(path.read_text())
    shorter = scenario.pop("short", None)
    scenario.setdefault("repeats", REPEATS)
    if not short:
        return scenario
    if shorter is None:
        return None
    scenario["repeats"] = min(scenario["repeats"], SHORT_REPEATS)
    if scenario["load"] is not None:
        scenario["load"] = {**scenario["load"], **shorter}
    return scenario


def choose_scenarios(wanted, short):
    """By name. A scenario without a short form is left out of a short run, unless it is named."""
    chosen = {name: read_scenario(name, short) for name in wanted or scenario_names()}
    for name, scenario in chosen.items():
        if scenario is None and wanted:
            chosen[name] = read_scenario(name, False)
    return {name: scenario for name, scenario in chosen.items() if scenario}


def only_possible(scenarios, cores):
    """Without those that cannot be run on this machine, which are named."""
    apart = [name for name, scenario in scenarios.items() if scenario.get("apart")]
    why = why_not_apart(cores) if apart else None
    if not why:
        return scenarios
    print(f"bench: {', '.join(apart)} left out, each end cannot have its own core: {why}",
          file=sys.stderr)
    if len(apart) == len(scenarios):
        raise Failure("no scenario is left")
    return {name: scenario for name, scenario in scenarios.items() if name not in apart}

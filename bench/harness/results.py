"""Medians, ratios and spreads of many runs, and where they are kept."""
import json
import statistics

# What is taken from a run, by the name of the figure.
FIGURES = {
    "cpu_us_per_delivery": lambda run: run["cpu_us_per_delivery"] or None,
    "cpu_us_per_connection": lambda run: run["cpu_us_per_connection"],
    "cpu_us_per_heartbeat": lambda run: run["cpu_us_per_heartbeat"] or None,
    "bytes_per_connection": lambda run: run["bytes_per_connection"],
    "kernel_bytes_per_connection": lambda run: run["kernel_bytes_per_connection"],
    "latency_p50_us": lambda run: run["latency"]["p50_ns"] / 1000 or None,
    "latency_p99_us": lambda run: run["latency"]["p99_ns"] / 1000 or None,
    "pss_connected_mb": lambda run: run["memory"]["connected"]["pss_kb"] / 1024,
    "pss_after_mb": lambda run: run["memory"]["after"]["pss_kb"] / 1024 or None,
    "ready_ms": lambda run: run["ready_ms"],
    "pss_kb": lambda run: run["pss_kb"],
    "private_dirty_kb": lambda run: run["private_dirty_kb"],
    "binary_mb": lambda run: run["binary_mb"],
}


def value_of(run, figure):
    """The run's figure; None when it has none."""
    try:
        return FIGURES[figure](run)
    except KeyError:
        return None


def spread(values):
    return {"median": statistics.median(values), "min": min(values), "max": max(values)}


def figures(runs):
    """The figures of one contender, from its runs in the order of the repetitions."""
    found = {}
    for name in FIGURES:
        values = [value for value in (value_of(run, name) for run in runs) if value is not None]
        if values:
            found[name] = spread(values)
    return found


def ratio(runs, base_runs, figure):
    """The ratio of the medians, and the least and greatest ratio within one repetition."""
    base = {run["repetition"]: value_of(run, figure) for run in base_runs}
    pairs = [(value_of(run, figure), base[run["repetition"]])
             for run in runs if run["repetition"] in base]
    pairs = [pair for pair in pairs if None not in pair and pair[1] > 0]
    if not pairs:
        return None
    ratios = [ours / theirs for ours, theirs in pairs]
    medians = [statistics.median(value for run in group
                                 if (value := value_of(run, figure)) is not None)
               for group in (runs, base_runs)]
    return {"of_medians": medians[0] / medians[1], "min": min(ratios), "max": max(ratios)}


def summarise(results, scenarios):
    """Per scenario and contender: figures, and the ratio of the scenario's figure to its base."""
    summary = {}
    for name, by_contender in results.items():
        scenario = scenarios[name]
        base_runs = by_contender.get(scenario["base"], [])
        summary[name] = {
            contender: {**figures(runs), "ratio": ratio(runs, base_runs, scenario["figure"]),
                        "runs": len(runs)}
            for contender, runs in by_contender.items() if runs
        }
    return summary


def write_results(folder, document):
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{document['started'].replace(':', '')}.json"
    path.write_text(json.dumps(document, indent=1) + "\n")
    (folder / "latest.json").write_text(path.read_text())
    return path

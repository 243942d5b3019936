"""Medians, ratios and spreads of many runs, and where they are kept."""
import json
import statistics


def spread(values):
    return {"median": statistics.median(values), "min": min(values), "max": max(values)}


def figures(runs):
    """The figures of one contender, from its runs in the order of the repetitions."""
    return {
        "cpu_us_per_delivery": spread([run["cpu_us_per_delivery"] for run in runs]),
        "cpu_us_per_connection": spread([run["cpu_us_per_connection"] for run in runs]),
        "latency_p50_us": spread([run["latency"]["p50_ns"] / 1000 for run in runs]),
        "latency_p99_us": spread([run["latency"]["p99_ns"] / 1000 for run in runs]),
        "pss_connected_mb": spread([run["memory"]["connected"]["pss_kb"] / 1024 for run in runs]),
    }


def ratio(runs, base_runs):
    """The ratio of the medians, and the least and greatest ratio within one repetition."""
    key = "cpu_us_per_delivery"
    base = {run["repetition"]: run[key] for run in base_runs}
    pairs = [run[key] / base[run["repetition"]] for run in runs if run["repetition"] in base]
    if not pairs:
        return None
    medians = [statistics.median(run[key] for run in group) for group in (runs, base_runs)]
    return {"of_medians": medians[0] / medians[1], "min": min(pairs), "max": max(pairs)}


def summarise(results, against):
    """Per scenario and contender: figures, and the ratio to `against`."""
    summary = {}
    for scenario, by_contender in results.items():
        base_runs = by_contender.get(against, [])
        summary[scenario] = {
            name: {**figures(runs), "ratio": ratio(runs, base_runs), "runs": len(runs)}
            for name, runs in by_contender.items()
            if runs
        }
    return summary


def write_results(folder, document):
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{document['started'].replace(':', '')}.json"
    path.write_text(json.dumps(document, indent=1) + "\n")
    (folder / "latest.json").write_text(path.read_text())
    return path

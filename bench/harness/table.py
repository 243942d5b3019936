"""The tables that are printed at the end."""


def format_spread(figure, digits):
    return f"{figure['median']:.{digits}f} ({figure['min']:.{digits}f}..{figure['max']:.{digits}f})"


def format_ratio(figure):
    if not figure:
        return "-"
    return f"{figure['of_medians']:.2f} ({figure['min']:.2f}..{figure['max']:.2f})"


def print_rows(rows):
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())


def print_table(summary, scenarios):
    """The figure of each scenario, and its ratio to the scenario's base."""
    rows = [["scenario", "contender", "figure", "median (least..greatest)", "ratio to base",
             "p50 us", "p99 us", "runs"]]
    for name, by_contender in summary.items():
        scenario = scenarios[name]
        figure = scenario["figure"]
        for contender, found in by_contender.items():
            latencies = [f"{found[key]['median']:.0f}" if key in found else "-"
                         for key in ("latency_p50_us", "latency_p99_us")]
            rows.append([
                name, contender, figure,
                format_spread(found[figure], 2) if figure in found else "-",
                f"{format_ratio(found['ratio'])} {scenario['base']}",
                *latencies, str(found["runs"]),
            ])
    print()
    print_rows(rows)


def print_targets(judged):
    """What was to be reached, each met or not."""
    rows = [["target", "bound", "found", ""]]
    for target, value in judged:
        met = "not measured" if value is None else ("met" if target.holds(value) else "NOT MET")
        rows.append([target.text, target.bound_text(), "-" if value is None else f"{value:.3f}",
                     met])
    print()
    print_rows(rows)

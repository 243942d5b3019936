"""The table that is printed at the end."""


def format_spread(figure, digits):
    return f"{figure['median']:.{digits}f} ({figure['min']:.{digits}f}..{figure['max']:.{digits}f})"


def format_ratio(figure):
    if not figure:
        return "-"
    return f"{figure['of_medians']:.2f} ({figure['min']:.2f}..{figure['max']:.2f})"


def print_table(summary, against):
    header = ["scenario", "contender", "us CPU per delivered message", f"ratio to {against}",
              "p50 us", "p99 us", "us CPU per connect", "PSS MB", "runs"]
    rows = [header]
    for scenario, by_contender in summary.items():
        for name, found in by_contender.items():
            rows.append([
                scenario,
                name,
                format_spread(found["cpu_us_per_delivery"], 2),
                format_ratio(found["ratio"]),
                f"{found['latency_p50_us']['median']:.0f}",
                f"{found['latency_p99_us']['median']:.0f}",
                f"{found['cpu_us_per_connection']['median']:.0f}",
                f"{found['pss_connected_mb']['median']:.1f}",
                str(found["runs"]),
            ])
    widths = [max(len(row[column]) for row in rows) for column in range(len(header))]
    print()
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())
    print("\nmedian (least..greatest) over the repetitions; a ratio above 1 costs more than "
          f"{against}")

"""A picture of each scenario, and of what grows, as SVG."""
import re

GROWTH = [
    ("growth-connections", r"growth-connections-(\d+)", "cpu_us_per_delivery", "connections",
     "CPU per delivered message, us"),
    ("growth-apart", r"growth-apart-(\d+)", "cpu_us_per_delivery", "connections",
     "CPU per delivered message, each end on its own core, us"),
    ("growth-rooms", r"growth-rooms-(\d+)", "cpu_us_per_delivery", "rooms",
     "CPU per delivered message, us"),
    ("growth-memory", r"idle-(\d+)", "bytes_per_connection", "connections",
     "user memory per connection, bytes"),
    ("growth-kernel", r"idle-(\d+)", "kernel_bytes_per_connection", "connections",
     "kernel memory per connection, both ends, bytes"),
]


def draw_scenario(pyplot, folder, name, scenario, by_contender):
    figure = scenario["figure"]
    found = {who: each[figure] for who, each in by_contender.items() if figure in each}
    if not found:
        return
    medians = [each["median"] for each in found.values()]
    errors = [[each["median"] - each["min"] for each in found.values()],
              [each["max"] - each["median"] for each in found.values()]]
    picture, axes = pyplot.subplots(figsize=(6, 0.6 + 0.5 * len(found)))
    axes.barh(list(found), medians, xerr=errors, color="#6f4e37", ecolor="#999999", capsize=3)
    axes.invert_yaxis()
    axes.set_xlim(left=0)
    axes.set_xlabel(figure)
    axes.set_title(scenario["title"], fontsize=9)
    picture.savefig(folder / f"{name}.svg", bbox_inches="tight")
    pyplot.close(picture)


def growth_series(summary, pattern, figure):
    """By contender: the points of the scenarios whose name holds a number, in its order."""
    series = {}
    for name, by_contender in summary.items():
        match = re.fullmatch(pattern, name)
        for who, found in by_contender.items() if match else ():
            if figure in found:
                series.setdefault(who, []).append((int(match[1]), found[figure]["median"]))
    return {who: sorted(points) for who, points in series.items()}


def draw_growth(pyplot, folder, summary):
    for name, pattern, figure, x_label, y_label in GROWTH:
        series = growth_series(summary, pattern, figure)
        if not any(len(points) > 1 for points in series.values()):
            continue
        picture, axes = pyplot.subplots(figsize=(6, 3.5))
        for who, points in series.items():
            axes.plot(*zip(*points), marker="o", label=who)
        axes.set_xscale("log")
        axes.set_ylim(bottom=0)
        axes.set_xlabel(x_label)
        axes.set_ylabel(y_label)
        axes.legend()
        picture.savefig(folder / f"{name}.svg", bbox_inches="tight")
        pyplot.close(picture)


def draw_all(folder, summary, scenarios):
    import matplotlib
    matplotlib.use("svg")
    from matplotlib import pyplot
    folder.mkdir(parents=True, exist_ok=True)
    for name, by_contender in summary.items():
        draw_scenario(pyplot, folder, name, scenarios[name], by_contender)
    draw_growth(pyplot, folder, summary)

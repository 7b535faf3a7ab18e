"""Figures as lines and as pages of Markdown."""

import json
import os
import statistics


def median(figure, what):
    return statistics.median(figure[what])


def counted(figure):
    """Whether a figure counts: it was run, ended in time, and has the same answers as visitlog."""
    return figure is not None and figure["failure"] is None


def fastest(row):
    """The least CPU time of a peer whose figure counts, and its name."""
    figures = [(median(f, "cpu"), name) for name, f in row["figures"].items() if name != "visitlog" and counted(f)]
    return min(figures, default=None)


def lead(row):
    """How many times visitlog's CPU time the fastest peer needs."""
    ours = row["figures"]["visitlog"]
    best = fastest(row)
    if best is None or not counted(ours):
        return None
    return best[0] / max(median(ours, "cpu"), 0.0001)


def cell(figure):
    """One figure: CPU seconds and megabytes, or why there is none."""
    if figure is None:
        return ""
    if figure["failure"]:
        return figure["failure"] if figure["failure"].startswith("more than") else figure["failure"].split(":")[0]
    return "%s s, %.0f MB" % (seconds(median(figure, "cpu")), median(figure, "peak"))


def seconds(value):
    """Seconds with three figures."""
    return "%.3f" % value if value < 1 else "%.2f" % value if value < 10 else "%.1f" % value


def answer(row):
    ours = row["figures"]["visitlog"]
    return " ".join("{:,}".format(number) for number in ours["answers"]) if ours["answers"] else "–"


def cells(row, names):
    ratio = lead(row)
    return [
        row["shape"],
        row["size"],
        *(cell(row["figures"].get(name)) for name in names),
        "" if ratio is None else "%.1f" % ratio,
    ]


def line(row, names):
    """One row for the terminal, with what went wrong in full."""
    failures = ["    %s: %s" % (name, f["failure"]) for name, f in row["figures"].items() if f["failure"]]
    shown = "%-28s %-6s " % (row["shape"], row["size"])
    shown += " | ".join("%-16s" % cell(row["figures"].get(name)) for name in names)
    ratio = lead(row)
    shown += " | %s  (%s)" % ("-" if ratio is None else "%.1f" % ratio, answer(row))
    return "\n".join([shown, *failures])


def comparison(record, names):
    """The page of a comparison."""
    head = [
        "# Comparison of %s" % record["date"],
        "",
        "%s; load average %.1f at the start." % (record["machine"], record["load"]),
        "CPU seconds (user and system) and peak resident memory of whole processes with one thread; medians.",
        "*Lead*: the CPU time of the fastest peer through that of visitlog. Memory below %.0f MB cannot be seen."
        % record["floor"],
        "",
    ]
    versions = ["version", *(record["versions"][name] for name in names)]
    start = ["to begin and do nothing", *(cell(record["start"][name]) for name in names)]
    rows = [cells(row, names) for row in record["shapes"]]
    lines = head + table(["", *names], [versions, start]) + [""] + table(["shape", "size", *names, "lead"], rows)
    return "\n".join(lines) + "\n"


def table(heading, rows):
    """The lines of a Markdown table."""
    return ["| " + " | ".join(row) + " |" for row in [heading, ["---"] * len(heading), *rows]]


def write(path, page, record):
    """Writes PATH.md and PATH.json."""
    os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
    with open(path + ".md", "w", encoding="utf-8") as file:
        file.write(page)
    with open(path + ".json", "w", encoding="utf-8") as file:
        json.dump(record, file, indent=1)
        file.write("\n")

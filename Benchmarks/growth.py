#!/usr/bin/env python3
"""How CPU time and peak memory of visitlog grow with its answers: per derived tuple and per fact, at three sizes.

    growth.py                      a closure of 0.9 to 14 million tuples, a base of 1 to 10 million facts
    growth.py --organisations 2200 a base of 0.1 to 1 million facts
"""

import argparse
import datetime
import os
import sys

from comparison import datasets, peers, report
from comparison.measurement import Figure, floor, machine, run
from comparison.shapes import SHAPES, relations

HERE = os.path.dirname(os.path.abspath(__file__))


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    built = os.path.join(os.path.dirname(HERE), ".build", "release", "visitlog")
    parser.add_argument("--visitlog", default=built, help="the program (default: the release build of this package)")
    parser.add_argument("--reps", type=int, default=5, help="runs of which the median counts (default 5)")
    parser.add_argument("--organisations", type=int, default=22_000, help="the base at its smallest (default 22000)")
    parser.add_argument("--data", default=os.path.join(HERE, ".data"), help="where generated facts are kept")
    parser.add_argument("--output", help="where to write PATH.md and PATH.json")
    parser.add_argument("--archive", action="store_true", help="as --output results/DATE/growth")
    chosen = parser.parse_args()
    if chosen.archive:
        chosen.output = os.path.join(HERE, "results", datetime.date.today().isoformat(), "growth")
    return chosen


def fact_count(shape, facts):
    """The number of lines of all files that a shape reads."""
    total = 0
    for name in relations(shape.facts):
        with open(os.path.join(facts, name + ".tsv"), "rb") as file:
            total += sum(1 for _ in file)
    return total


def measured(shape, size, derived, ours, chosen):
    """The figures of one shape at one size; `derived` are those of its answers that count derived tuples."""
    facts = datasets.folder(chosen.data, shape.dataset, size)
    figure = Figure()
    for _ in range(chosen.reps):
        figure.add(run(ours.command(shape, facts), 600))
    if figure.failure:
        sys.exit("growth.py: %s at %s: %s" % (shape.name, size, figure.failure))
    tuples = sum(figure.answers[derived])
    return {
        "shape": shape.name,
        "size": str(size),
        "facts": fact_count(shape, facts),
        "tuples": tuples,
        "figure": figure.as_json(),
    }


def cells(row, first):
    """One line of the table; the last column is how the cost of a tuple or fact compares with the first size's."""
    cpu, peak = report.median(row["figure"], "cpu"), report.median(row["figure"], "peak")
    first_cpu = report.median(first["figure"], "cpu")
    return [
        row["shape"],
        "{:,}".format(row["facts"]),
        "{:,}".format(row["tuples"]),
        report.seconds(cpu),
        "%.0f" % peak,
        "%.0f" % (cpu / row["tuples"] * 1e9),
        "%.0f" % (cpu / row["facts"] * 1e9),
        "%.1f" % (peak * 2**20 / row["tuples"]),
        "%.2f" % (cpu / row["tuples"] * first["tuples"] / first_cpu),
        "%.2f" % (cpu / row["facts"] * first["facts"] / first_cpu),
    ]


def page(record):
    heading = ["question", "facts", "derived tuples", "CPU, s", "peak, MB", "ns a tuple", "ns a fact", "bytes a tuple"]
    heading += ["tuple's cost to the first", "fact's cost to the first"]
    rows = []
    for row in record["rows"]:
        first = next(other for other in record["rows"] if other["shape"] == row["shape"])
        rows.append(cells(row, first))
    lines = [
        "# Growth, %s" % record["date"],
        "",
        "%s; load average %.1f at the start; %s." % (record["machine"], record["load"], record["version"]),
        "Whole processes with one thread, reading TSV included; medians. Memory below %.0f MB cannot be seen."
        % record["floor"],
        "",
    ]
    return "\n".join(lines + report.table(heading, rows)) + "\n"


def main():
    chosen = arguments()
    ours = peers.Visitlog(chosen.visitlog)
    if ours.missing():
        sys.exit("growth.py: " + ours.missing())
    record = {
        "date": datetime.date.today().isoformat(),
        "machine": machine(),
        "load": os.getloadavg()[0],
        "version": "visitlog " + ours.version(),
        "floor": round(floor(), 1),
        "rows": [],
    }
    closure = next(shape for shape in SHAPES if shape.name == "closure-left, random")
    visits = next(shape for shape in SHAPES if shape.name == "visits")
    plan = [(closure, size, slice(None)) for size in datasets.SIZES[1:]]
    # The first two answers of the base are counts of facts, the last is a sum.
    plan += [(visits, chosen.organisations * factor, slice(2, -1)) for factor in (1, 3, 10)]
    for shape, size, derived in plan:
        record["rows"].append(measured(shape, size, derived, ours, chosen))
        print("%s at %s: done" % (shape.name, size), file=sys.stderr)
    print(page(record))
    if chosen.output:
        report.write(chosen.output, page(record), record)


if __name__ == "__main__":
    main()

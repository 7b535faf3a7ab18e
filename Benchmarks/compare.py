#!/usr/bin/env python3
"""Compares visitlog with DuckDB, SQLite and clingo: whole processes, CPU time and peak memory, medians.

    compare.py                                  every shape at every size
    compare.py --only closure,triangles --sizes small --reps 3 --peers duckdb
    compare.py --check                          tiny facts, counts compared with those of Python's sqlite3

A figure counts only if the peer's counts equal those of visitlog; the status is 1 if one of them differs.
"""

import argparse
import datetime
import os
import sys
import tempfile

from comparison import datasets, peers, report, sqlite_check
from comparison.measurement import Figure, floor, machine, run
from comparison.shapes import SHAPES

HERE = os.path.dirname(os.path.abspath(__file__))


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    built = os.path.join(os.path.dirname(HERE), ".build", "release", "visitlog")
    listed = lambda text: text.split(",")  # noqa: E731
    parser.add_argument("--visitlog", default=built, help="the program (default: the release build of this package)")
    parser.add_argument("--only", type=listed, default=[], help="shapes whose name contains one of these, by commas")
    parser.add_argument("--sizes", type=listed, default=list(datasets.SIZES[1:]), help="of small,medium,large and tiny")
    parser.add_argument("--peers", type=listed, help="of duckdb,sqlite,clingo (default: those that are installed)")
    parser.add_argument("--reps", type=int, default=5, help="runs of which the median counts (default 5)")
    slow = "CPU seconds after which one run has to do; only the fastest peer goes on to larger sizes (default 5)"
    parser.add_argument("--slow", type=float, default=5, help=slow)
    parser.add_argument("--timeout", type=float, default=60, help="seconds after which a run is ended (default 60)")
    parser.add_argument("--data", default=os.path.join(HERE, ".data"), help="where generated facts are kept")
    parser.add_argument("--output", help="where to write PATH.md and PATH.json")
    parser.add_argument("--archive", action="store_true", help="as --output results/DATE/comparison")
    parser.add_argument("--check", action="store_true", help="compare counts on tiny facts and measure nothing")
    chosen = parser.parse_args()
    for size in chosen.sizes:
        if size not in datasets.SIZES:
            parser.error("no size `%s`; there are %s" % (size, ", ".join(datasets.SIZES)))
    if chosen.archive:
        chosen.output = os.path.join(HERE, "results", datetime.date.today().isoformat(), "comparison")
    return chosen


def chosen_shapes(only):
    found = [shape for shape in SHAPES if not only or any(part in shape.name for part in only)]
    if not found:
        sys.exit("compare.py: no shape has a name like that; there are\n  " + "\n  ".join(s.name for s in SHAPES))
    return found


def chosen_peers(wanted):
    """The peers to run; one that is missing is an error if it was asked for and else a message."""
    known = [peers.DuckDB(), peers.SQLite(), peers.Clingo()]
    for name in wanted or []:
        if name not in [peer.name for peer in known]:
            sys.exit("compare.py: no peer `%s`; there are duckdb, sqlite and clingo" % name)
    found = []
    for peer in known:
        if wanted and peer.name not in wanted:
            continue
        reason = peer.missing()
        if reason is None:
            found.append(peer)
        elif wanted:
            sys.exit("compare.py: %s: %s" % (peer.name, reason))
        else:
            print("compare.py: left out %s: %s" % (peer.name, reason), file=sys.stderr)
    return found


def measured(shape, facts, systems, chosen):
    """The figures of one shape: the systems take turns, so that a busy moment of the machine meets all of them."""
    figures = {}
    for system in systems:
        if system.command(shape, facts) is not None:
            system.prepare(shape, facts)
            figures[system.name] = Figure()
    for _ in range(chosen.reps):
        for system in systems:
            figure = figures.get(system.name)
            if figure is None or figure.failure or (system.name != "visitlog" and is_slow(figure, chosen)):
                continue
            figure.add(run(system.command(shape, facts), chosen.timeout))
    ours = figures["visitlog"]
    for name, figure in figures.items():
        if figure.failure is None and ours.failure is None and figure.answers != ours.answers:
            figure.failure = "differs: %s, visitlog %s" % (figure.answers, ours.answers)
    return figures


def is_slow(figure, chosen):
    """Whether a peer needed so long that one run has to do."""
    return any(done.cpu > chosen.slow for done in figure.runs)


def is_worth_more(name, figures, row, chosen):
    """Whether a peer is asked at the next size too: if it was quick, or none was quicker."""
    if name not in figures or figures[name].failure:
        return False
    return not is_slow(figures[name], chosen) or report.fastest(row)[1] == name


def start_figures(systems, reps):
    """What each system needs to begin and to do nothing."""
    figures = {}
    with tempfile.TemporaryDirectory() as folder:
        for system in systems:
            figures[system.name] = Figure()
            for _ in range(reps):
                figures[system.name].add(run(system.start(folder), 60))
    return figures


def compare(chosen):
    ours = peers.Visitlog(chosen.visitlog)
    if ours.missing():
        sys.exit("compare.py: " + ours.missing())
    systems = [ours, *chosen_peers(chosen.peers)]
    record = {
        "date": datetime.date.today().isoformat(),
        "machine": machine(),
        "load": os.getloadavg()[0],
        "versions": {system.name: system.version() for system in systems},
        "start": {name: figure.as_json() for name, figure in start_figures(systems, chosen.reps).items()},
        "floor": round(floor(), 1),
        "shapes": [],
    }
    differing = False
    names = [system.name for system in systems]
    for shape in chosen_shapes(chosen.only):
        asked = systems
        for size in sorted(chosen.sizes, key=datasets.SIZES.index):
            facts = datasets.folder(chosen.data, shape.dataset, size)
            figures = measured(shape, facts, asked, chosen)
            row = {"shape": shape.name, "size": size}
            row["figures"] = {name: figure.as_json() for name, figure in figures.items()}
            asked = [ours, *(system for system in asked[1:] if is_worth_more(system.name, figures, row, chosen))]
            record["shapes"].append(row)
            differing |= any((figure.failure or "").startswith("differs") for figure in figures.values())
            differing |= figures["visitlog"].failure is not None
            print(report.line(row, names), flush=True)
            if chosen.output:
                report.write(chosen.output, report.comparison(record, names), record)
    print("\n" + report.comparison(record, names))
    return 1 if differing else 0


def check(chosen):
    """Compares counts on tiny facts with those of Python's sqlite3; returns the exit status."""
    ours = peers.Visitlog(chosen.visitlog)
    if ours.missing():
        sys.exit("compare.py: " + ours.missing())
    failures = checked = 0
    with tempfile.TemporaryDirectory() as data:
        for shape in chosen_shapes(chosen.only):
            facts = datasets.folder(data, shape.dataset, "tiny")
            ours.prepare(shape, facts)
            figure = Figure()
            figure.add(run(ours.command(shape, facts), chosen.timeout))
            expected = sqlite_check.answers(shape, facts)
            checked += 1
            if figure.failure or figure.answers != expected:
                failures += 1
                print("%s: %s; SQLite says %s" % (shape.name, figure.failure or figure.answers, expected))
    print("compared %d shapes with SQLite: %d differ" % (checked, failures))
    return 1 if failures else 0


if __name__ == "__main__":
    options = arguments()
    sys.exit(check(options) if options.check else compare(options))

"""The questions of the comparison, and the texts in which each peer is asked them."""

import os
import re
from dataclasses import dataclass

TEXTS = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "shapes")


@dataclass(frozen=True)
class Shape:
    """One question on one data set.

    `program` names its Datalog text under `shapes/`, and its texts for the peers unless `texts` does. `stored` names
    the declarations of facts that each system has put into a file of its own beforehand, with whatever indexes it has;
    without it the facts are read from TSV, and this is counted.
    """

    name: str
    dataset: str
    program: str
    texts: str | None = None
    stored: str | None = None

    @property
    def datalog(self):
        """The path of visitlog's text."""
        return os.path.join(TEXTS, self.program + ".dl")

    @property
    def facts(self):
        """The path of the text that declares the facts."""
        return os.path.join(TEXTS, self.stored + ".dl") if self.stored else self.datalog

    def sql(self, dialect):
        """The SQL statements for one system, or nothing if it cannot be asked this."""
        name = self.texts or self.program
        text = read(name + "." + dialect + ".sql") or read(name + ".sql")
        return statements(text, dialect, self.identifier) if text else None

    @property
    def identifier(self):
        """The type of the first column of the first relation, which is that of all identifiers."""
        return next(iter(relations(self.facts).values()))[0][1]

    def asp(self):
        """The path of clingo's text, or nothing if there is none."""
        path = os.path.join(TEXTS, (self.texts or self.program) + ".lp")
        return path if os.path.exists(path) else None


def read(name):
    path = os.path.join(TEXTS, name)
    if not os.path.exists(path):
        return None
    with open(path, encoding="utf-8") as file:
        return file.read()


def relations(path):
    """The relations that a text reads from files, each with the names and types of its columns."""
    with open(path, encoding="utf-8") as file:
        text = file.read()
    found = {}
    for included in re.findall(r'^\.include "(.*)"', text, re.M):
        found |= relations(os.path.join(os.path.dirname(path), included))
    declared = {
        name: [tuple(column.split(": ")) for column in columns.split(", ")]
        for name, columns in re.findall(r"^\.decl (\w+)\((.*)\)", text, re.M)
    }
    for name in re.findall(r"^\.input (\w+)", text, re.M):
        found[name] = declared[name]
    return found


def statements(text, dialect, identifier="number"):
    """The statements of an SQL text as one system takes them.

    A line after `--NAME ` is for the system of that name alone. `DERIVE name(columns) AS select` makes a set: a table
    for DuckDB, and for SQLite one that is its own index. The type `ID` stands for that of identifiers.
    """
    lines = []
    for line in text.splitlines():
        if line.startswith("--" + dialect + " "):
            line = line.removeprefix("--" + dialect + " ")
        if not line.startswith("--"):
            lines.append(line)
    found = [statement.strip() for statement in "\n".join(lines).split(";") if statement.strip()]
    return [part for statement in found for part in spelt_out(statement, dialect, identifier)]


def spelt_out(statement, dialect, identifier):
    """One statement with what only this comparison knows replaced."""
    derived = re.match(r"DERIVE (\w+)\((.*?)\) AS (.*)", statement, re.S)
    if not derived:
        return [re.sub(r"^CREATE TABLE", "CREATE TEMP TABLE", statement)]
    name, typed, select = derived.groups()
    columns = re.sub(r" [A-Z]+", "", typed)
    if dialect == "duckdb":
        return ["CREATE TEMP TABLE %s(%s) AS %s" % (name, columns, select)]
    typed = typed.replace("ID", "TEXT" if identifier == "symbol" else "INTEGER")
    return [
        "CREATE TEMP TABLE %s(%s, PRIMARY KEY (%s)) WITHOUT ROWID" % (name, typed, columns),
        "INSERT OR IGNORE INTO %s %s" % (name, re.sub(r"^SELECT DISTINCT", "SELECT", select)),
    ]


def closures():
    for form in ("left", "right", "nonlinear"):
        for graph in ("random", "chain", "grid", "tree", "scattered", "clustered"):
            yield Shape("closure-%s, %s" % (form, graph), graph, "closure-" + form)


SHAPES = [
    *closures(),
    Shape("shortest", "random", "shortest"),
    Shape("same-generation", "levels", "same-generation"),
    Shape("alternating", "two-colours", "alternating"),
    Shape("points-to", "assignments", "points-to"),
    Shape("windows-3", "windows", "windows-3"),
    Shape("windows-4", "windows", "windows-4"),
    Shape("windows-5", "windows", "windows-5"),
    Shape("windows-6", "windows", "windows-6"),
    Shape("hops", "windows", "hops"),
    Shape("itineraries", "timetable", "itineraries"),
    Shape("triangles", "skewed", "triangles"),
    Shape("four-cliques", "skewed", "four-cliques"),
    Shape("four-cycles", "cycles", "four-cycles"),
    Shape("star-count", "star", "star-count"),
    Shape("chain-count", "skewed-chain", "chain-count"),
    Shape("dangling-chain", "dangling", "dangling-chain"),
    Shape("unreached", "random", "unreached"),
    Shape("reach-statistics", "random", "reach-statistics"),
    Shape("spending", "bookings", "spending"),
    Shape("authors", "names", "authors"),
    Shape("visits", "visits", "visits", texts="visits-rules"),
    Shape("named-visits", "named-visits", "named-visits", texts="visits-rules"),
    Shape("visits, stored", "visits", "visits-rules", stored="visits-facts"),
    Shape("three-hops, stored", "visits", "three-hops", stored="visits-facts"),
    Shape("part-of-all, stored", "visits", "part-of-all", stored="visits-facts"),
    Shape("reached-from-one, stored", "tree", "reached-from-one", stored="edge-facts"),
]

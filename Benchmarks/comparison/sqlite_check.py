"""The counts that Python's sqlite3 finds, to hold visitlog's against."""

import os
import sqlite3

from . import shapes
from .peers import SQLite


def answers(shape, facts):
    """The numbers that the SQL text of a shape selects, in order.

    A text `NAME.check.sql` stands in where SQLite has no query for a shape: its lines `--repeat STATEMENT` are executed
    in turn until none of them changes anything.
    """
    connection = sqlite3.connect(":memory:")
    for statement in SQLite().tables(shape):
        connection.execute(statement)
    for name, columns in shapes.relations(shape.facts).items():
        with open(os.path.join(facts, name + ".tsv"), encoding="utf-8") as rows:
            values = [line.rstrip("\n").split("\t") for line in rows]
        places = ", ".join("?" for _ in columns)
        connection.executemany("INSERT INTO %s VALUES (%s)" % (name, places), values)
    text = shapes.read(shape.program + ".check.sql")
    if text is None:
        return selected(connection, shape.sql("sqlite"))
    repeated = [line.removeprefix("--repeat ") for line in text.splitlines() if line.startswith("--repeat ")]
    once = shapes.statements(text, "sqlite")
    found = selected(connection, [statement for statement in once if statement.startswith("CREATE")])
    before = -1
    while connection.total_changes != before:
        before = connection.total_changes
        selected(connection, repeated)
    return found + selected(connection, [statement for statement in once if not statement.startswith("CREATE")])


def selected(connection, statements):
    """Executes statements and collects the first value of each query."""
    found = []
    for statement in statements:
        row = connection.execute(statement).fetchone()
        if row is not None:
            found.append(row[0])
    return found

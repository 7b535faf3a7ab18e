"""How each system is asked: what has to be made beforehand, and the command that is measured."""

import importlib.util
import os
import shutil
import subprocess
import sys

from . import shapes

PARTS = os.path.dirname(os.path.abspath(__file__))


def remade(path, text):
    """Writes a text to a path and returns the path."""
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def prepared(command):
    """Runs a command that makes what others are measured on, and ends everything with its words if it fails."""
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit("%s failed:\n%s" % (" ".join(command), done.stderr))


def first_line(command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()[0]


class Visitlog:
    """The program of this project, with one thread as its peers have one."""

    name = "visitlog"

    def __init__(self, program):
        self.program = program

    def missing(self):
        if shutil.which(self.program) is None:
            return "no program `%s`; build it, or name it with --visitlog" % self.program
        return None

    def version(self):
        return first_line([self.program, "--version"])

    def start(self, folder):
        return [self.program, "run", remade(os.path.join(folder, "empty.dl"), "")]

    def prepare(self, shape, facts):
        stored = self.stored(shape, facts)
        if shape.stored and not os.path.exists(stored):
            prepared([self.program, "load", shape.facts, "--facts", facts, "--db", stored])

    def command(self, shape, facts):
        source = ["--db", self.stored(shape, facts)] if shape.stored else ["--facts", facts]
        return [self.program, "run", shape.datalog, *source, "--threads", "1"]

    @staticmethod
    def stored(shape, facts):
        return os.path.join(facts, "%s.visitlog" % shape.stored)


class DuckDB:
    """DuckDB in Python, with one thread; facts without an index, as its manual advises."""

    name = "duckdb"
    types = {"number": "INTEGER", "symbol": "VARCHAR", "float": "DOUBLE", "date": "VARCHAR"}

    def missing(self):
        if importlib.util.find_spec("duckdb") is None:
            return "no module duckdb in %s; `pip install duckdb`" % sys.executable
        return None

    def version(self):
        return "DuckDB " + first_line([sys.executable, "-c", "import duckdb; print(duckdb.__version__)"])

    def start(self, folder):
        return self.asked(":memory:", remade(os.path.join(folder, "empty.sql"), "SELECT 1"))

    def asked(self, database, script):
        return [sys.executable, os.path.join(PARTS, "duckdb_peer.py"), database, script]

    def loading(self, shape, facts):
        """Statements that make a table of each file."""
        for name, columns in shapes.relations(shape.facts).items():
            types = ", ".join("'%s': '%s'" % (column, self.types[kind]) for column, kind in columns)
            file = os.path.join(facts, name + ".tsv")
            options = "delim = '\t', header = false, quote = '', columns = {%s}" % types
            yield "CREATE TABLE %s AS SELECT * FROM read_csv('%s', %s)" % (name, file, options)

    def prepare(self, shape, facts):
        asked = shape.sql(self.name)
        if asked is None:
            return
        loading = list(self.loading(shape, facts))
        if shape.stored:
            stored = self.stored(shape, facts)
            if not os.path.exists(stored):
                script = remade(stored + ".sql", ";\n".join(loading))
                prepared(self.asked(stored + ".unfinished", script))
                os.rename(stored + ".unfinished", stored)
            loading = []
        remade(self.script(shape, facts), ";\n".join(loading + asked))

    def command(self, shape, facts):
        if shape.sql(self.name) is None:
            return None
        database = self.stored(shape, facts) if shape.stored else ":memory:"
        return self.asked(database, self.script(shape, facts))

    @staticmethod
    def stored(shape, facts):
        return os.path.join(facts, "%s.duckdb" % shape.stored)

    @staticmethod
    def script(shape, facts):
        return os.path.join(facts, "%s.duckdb.sql" % shape.program)


class SQLite:
    """SQLite's command: each table is its own index, and one of two columns has an index in the other order too."""

    name = "sqlite"
    types = {"number": "INTEGER", "symbol": "TEXT", "float": "REAL", "date": "TEXT"}
    settings = ["PRAGMA journal_mode = OFF", "PRAGMA synchronous = OFF", "PRAGMA temp_store = MEMORY"]

    def missing(self):
        if shutil.which("sqlite3") is None:
            return "no program sqlite3; `apt-get install sqlite3`"
        return None

    def version(self):
        return "SQLite " + first_line(["sqlite3", "--version"]).split()[0]

    def start(self, folder):
        return self.asked(":memory:", remade(os.path.join(folder, "empty.sqlite"), "SELECT 1;\n"))

    def asked(self, database, script):
        return ["sqlite3", "-bail", database, ".read '%s'" % script]

    def tables(self, shape):
        """Statements that make a table for each relation."""
        for name, columns in shapes.relations(shape.facts).items():
            typed = ", ".join("%s %s" % (column, self.types[kind]) for column, kind in columns)
            key = ", ".join(column for column, _ in columns)
            yield "CREATE TABLE %s(%s, PRIMARY KEY (%s)) WITHOUT ROWID" % (name, typed, key)

    def indexes(self, shape):
        """Statements that make the other index of what is stored in a file."""
        for name, columns in shapes.relations(shape.facts).items():
            if shape.stored and len(columns) > 1:
                key = columns[1][0] + ", " + columns[0][0]
                yield "CREATE INDEX %s_by_second ON %s(%s)" % (name, name, key)

    def loading(self, shape, facts):
        script = [".mode tabs"]
        script += [statement + ";" for statement in self.tables(shape)]
        for name in shapes.relations(shape.facts):
            script.append(".import '%s' %s" % (os.path.join(facts, name + ".tsv"), name))
        return script + [statement + ";" for statement in self.indexes(shape)]

    def prepare(self, shape, facts):
        asked = shape.sql(self.name)
        if asked is None:
            return
        settings = [".output /dev/null"] + [setting + ";" for setting in self.settings] + [".output"]
        loading = self.loading(shape, facts)
        if shape.stored:
            stored = self.stored(shape, facts)
            if not os.path.exists(stored):
                script = remade(stored + ".sql", "\n".join(settings + loading))
                prepared(self.asked(stored + ".unfinished", script))
                os.rename(stored + ".unfinished", stored)
            loading = []
        lines = settings + loading + [statement + ";" for statement in asked]
        remade(self.script(shape, facts), "\n".join(lines))

    def command(self, shape, facts):
        if shape.sql(self.name) is None:
            return None
        database = self.stored(shape, facts) if shape.stored else ":memory:"
        return self.asked(database, self.script(shape, facts))

    @staticmethod
    def stored(shape, facts):
        return os.path.join(facts, "%s.sqlite" % shape.stored)

    @staticmethod
    def script(shape, facts):
        return os.path.join(facts, "%s.sqlite.sql" % shape.program)


class Clingo:
    """clingo in Python, which grounds the program; its facts are written in its own language beforehand."""

    name = "clingo"

    def missing(self):
        if importlib.util.find_spec("clingo") is None:
            return "no module clingo in %s; `pip install clingo`" % sys.executable
        return None

    def version(self):
        return "clingo " + first_line([sys.executable, "-c", "import clingo; print(clingo.__version__)"])

    def start(self, folder):
        empty = remade(os.path.join(folder, "empty.lp"), "")
        return [sys.executable, os.path.join(PARTS, "clingo_peer.py"), empty, empty]

    def prepare(self, shape, facts):
        text = self.text(shape, facts)
        if shape.asp() is None or shape.stored or os.path.exists(text):
            return
        with open(text + ".unfinished", "w", encoding="utf-8") as output:
            for name, columns in shapes.relations(shape.facts).items():
                with open(os.path.join(facts, name + ".tsv"), encoding="utf-8") as rows:
                    for row in rows:
                        values = row.rstrip("\n").split("\t")
                        for place, (_, kind) in enumerate(columns):
                            if kind != "number":
                                values[place] = '"%s"' % values[place]
                        output.write("%s(%s).\n" % (name, ",".join(values)))
        os.rename(text + ".unfinished", text)

    def command(self, shape, facts):
        if shape.asp() is None or shape.stored:
            return None
        return [sys.executable, os.path.join(PARTS, "clingo_peer.py"), self.text(shape, facts), shape.asp()]

    @staticmethod
    def text(shape, facts):
        return os.path.join(facts, "%s.facts.lp" % shape.program)

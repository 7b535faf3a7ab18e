"""Translates programs of the `datalog-conformance` package into the language of visitlog.

The package writes every bare identifier in an argument for a variable, whatever its case, and lets predicates begin with
a capital. Here variables get the prefix `V_`, predicates that do not begin with a small letter the prefix `r_`, and every
predicate is declared, with types found by joining columns, variables and constants: one that has neither facts nor rules
would be an error otherwise.
"""

import re

TOKEN = re.compile(
    r"""\s*(?:(?P<string>"(?:[^"\\]|\\.)*")|(?P<number>\d+(?:\.\d+)?)|(?P<name>[^\W\d]\w*)|(?P<sign>:-|!=|<=|>=|.))""",
    re.DOTALL,
)
STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
ATOM = re.compile(r"([^\W\d]\w*)\s*\(")
ARITHMETIC = set("+-*/%^")
COMPARISONS = {"=", "!=", "<", "<=", ">", ">="}


class Types:
    """Sets of columns, variables and the like that have one type (union-find)."""

    def __init__(self):
        self.parent = {}
        self.known = {}

    def find(self, item):
        self.parent.setdefault(item, item)
        while self.parent[item] != item:
            item = self.parent[item]
        return item

    def join(self, first, second):
        first, second = self.find(first), self.find(second)
        if first != second:
            self.parent[first] = second
            known = self.known.pop(first, None)
            if known:
                self.known.setdefault(second, known)

    def learn(self, item, name):
        self.known.setdefault(self.find(item), name)

    def of(self, item):
        return self.known.get(self.find(item), "symbol")


class Translation:
    """The text of one program, and how to read its answers."""

    def __init__(self, program):
        self.types = Types()
        self.arities = {}
        facts = [self.fact(name, row) for name, rows in program.facts.items() for row in rows]
        for name in program.facts:
            self.arities.setdefault(name, len(program.facts[name][0]) if program.facts[name] else None)
        rules = [self.rule(index, text) for index, text in enumerate(program.rules)]
        self.predicates = [name for name, arity in self.arities.items() if arity is not None]
        declarations = [self.declaration(name) for name in self.predicates]
        outputs = [f".output {self.predicate(name)}" for name in self.predicates]
        self.text = "\n".join(declarations + facts + rules + outputs) + "\n"

    @staticmethod
    def predicate(name):
        return name if name[0].islower() else f"r_{name}"

    def column_types(self, name):
        return [self.types.of((name, column)) for column in range(self.arities[name])]

    def declaration(self, name):
        columns = ", ".join(f"c{place + 1}: {kind}" for place, kind in enumerate(self.column_types(name)))
        return f".decl {self.predicate(name)}({columns})"

    def fact(self, name, row):
        self.arities.setdefault(name, len(row))
        for column, value in enumerate(row):
            self.types.learn((name, column), type_of(value))
        return f"{self.predicate(name)}({', '.join(map(literal, row))})."

    def rule(self, index, text):
        tokens = [match for match in TOKEN.finditer(text.strip().removesuffix("."))]
        out, place, atom, column, operands = [], 0, None, 0, []
        while place < len(tokens):
            kind, word = tokens[place].lastgroup, tokens[place][tokens[place].lastgroup]
            following = tokens[place + 1]["sign"] if place + 1 < len(tokens) else None
            if kind == "name" and word == "not" and atom is None:
                out.append("not ")
            elif kind == "name" and following == "(" and atom is None:
                out.append(self.predicate(word) + "(")
                atom, column, operands = word, 0, []
                place += 1
            elif atom is not None and kind == "sign" and word in ",)":
                self.learn_argument(index, (atom, column), operands)
                column, operands = column + 1 if operands else column, []
                out.append(", " if word == "," else ")")
                if word == ")":
                    self.arities.setdefault(atom, column)
                    atom = None
            else:
                operands.append((kind, word))
                out.append(self.term(kind, word))
            place += 1
        return "".join(out) + "."

    def term(self, kind, word):
        if kind == "name" and word != "_":
            return f"V_{word}"
        return f" {word} " if word == ":-" or word in COMPARISONS else word

    def learn_argument(self, index, column, operands):
        if any(kind == "sign" and word in ARITHMETIC for kind, word in operands):
            self.types.learn(column, "number")
        for kind, word in operands:
            if kind == "string":
                self.types.learn(column, "symbol")
            elif kind == "number":
                self.types.learn(column, "float" if "." in word else "number")
            elif kind == "name" and word != "_":
                self.types.join(column, (index, word))

    def rows(self, name, text):
        """The tuples of a TSV file that visitlog wrote for a predicate."""
        kinds = self.column_types(name)
        lines = text.split("\n")[:-1] if text.endswith("\n") else text.split("\n") if text else []
        if not kinds:
            return {()} if lines else set()
        return {
            tuple(value_of(field, kind) for field, kind in zip(line.split("\t"), kinds, strict=True)) for line in lines
        }


def sliced(program, wanted):
    """The facts and rules of a program that the wanted predicates depend on."""
    rules = [(rule, ATOM.findall(STRING.sub("", rule))) for rule in program.rules]
    needed, size = set(wanted), -1
    while size != len(needed):
        size = len(needed)
        needed.update(name for _, (head, *body) in rules if head in needed for name in body)
    facts = {name: rows for name, rows in program.facts.items() if name in needed}
    return type(program)(facts=facts, rules=[rule for rule, (head, *_) in rules if head in needed])


def type_of(value):
    if isinstance(value, bool) or isinstance(value, str):
        return "symbol"
    return "number" if isinstance(value, int) else "float"


def literal(value):
    if type_of(value) == "symbol":
        text = value if isinstance(value, str) else str(value).lower()
        for plain, escaped in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\t", "\\t"), ("\r", "\\r")):
            text = text.replace(plain, escaped)
        return f'"{text}"'
    return repr(value)


def value_of(field, kind):
    if kind == "number":
        return int(field)
    if kind == "float":
        return float(field)
    return re.sub(r"\\(.)", lambda match: {"t": "\t", "n": "\n", "r": "\r"}.get(match[1], match[1]), field)

#!/usr/bin/env python3
"""Runs the strict cases of the PyPI package `datalog-conformance` against a built visitlog.

    conformance.py VISITLOG [--show CASE]

Prints how many cases passed, failed and are listed in exceptions.txt as contradicting the language; a listed case that
passes counts as failed. Where a line lists a file's programs (`FILE::*`), a case is run with the rules alone that its
answer depends on. Exit status 1 when a case failed.
"""

import argparse
import dataclasses
import pathlib
import re
import subprocess
import sys
import tempfile

import yaml
from datalog_conformance.plugin import discover_yaml_tests, get_tests_dir
from datalog_conformance.runner import ConformanceFailure, YamlTestRunner
from datalog_conformance.schema import Model

from translation import Translation, sliced

FOLDERS = ("basic", "errors", "negation", "recursion")
EXCEPTIONS = pathlib.Path(__file__).with_name("exceptions.txt")
SECONDS_PER_PROGRAM = 120

# The package's cases come from several systems and name one fault in several ways.
FAULTS = {
    "arity_mismatch": {"N303"},
    "cyclic_negation": {"S503"},
    "unbound_variable": {"S501", "S502"},
    "safety_violations": {"P210", "S501"},
    "SafetyViolationError": {"S501", "S502"},
}


class Refused(Exception):
    """A program that visitlog does not run, with the codes of its errors."""

    def __init__(self, message):
        super().__init__(message)
        self.codes = set(re.findall(r"error\[(\w+)\]", message))


class VisitlogEvaluator:
    """What the package's runner calls; answers are kept, since many cases ask about one program."""

    def __init__(self, command):
        self.command = command
        self.models = {}

    def evaluate(self, program):
        translation = Translation(program)
        if translation.text not in self.models:
            self.models[translation.text] = self.run(translation)
        return self.models[translation.text]

    def run(self, translation):
        with tempfile.TemporaryDirectory() as folder:
            program = pathlib.Path(folder, "program.dl")
            program.write_text(translation.text, encoding="utf-8")
            answer = subprocess.run(
                [self.command, "run", str(program), "--format", "tsv", "--output", folder],
                capture_output=True,
                encoding="utf-8",
                timeout=SECONDS_PER_PROGRAM,
                stdin=subprocess.DEVNULL,
            )
            if answer.returncode != 0:
                raise Refused(answer.stderr or f"exit status {answer.returncode}")
            return Model(
                {
                    name: translation.rows(
                        name, pathlib.Path(folder, f"{translation.predicate(name)}.tsv").read_text(encoding="utf-8")
                    )
                    for name in translation.predicates
                }
            )


def strict_cases(listed):
    """The cases about plain Datalog, each with a name that is unique in the package; those of sliced files cut down."""
    # The same safe loader, in C where the library has it: the largest files take minutes otherwise.
    yaml.SafeLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    for folder in FOLDERS:
        for path, case in discover_yaml_tests(get_tests_dir() / folder):
            if case.program is None:
                continue
            if case.expect is not None and f"{folder}/{path.stem}::*" in listed:
                case = dataclasses.replace(case, program=sliced(case.program, case.expect))
            yield f"{folder}/{path.stem}::{case.name}", case


def listed_exceptions():
    lines = EXCEPTIONS.read_text(encoding="utf-8").splitlines()
    return {line.split(" ", 1)[0] for line in lines if line and not line.startswith("#")}


def fault_of(case, runner):
    """What is wrong with visitlog's answer to a case, or None."""
    try:
        if case.expect_error is None:
            runner.run_test_case(case)
            return None
        runner.evaluator.evaluate(case.program)
        return f"expected the error {case.expect_error}, got answers"
    except Refused as refusal:
        wanted = FAULTS.get(case.expect_error, set())
        return None if wanted & refusal.codes else str(refusal)
    except (ConformanceFailure, OSError, ValueError, subprocess.TimeoutExpired) as failure:
        return str(failure)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("visitlog", help="the built executable")
    parser.add_argument("--show", metavar="CASE", help="print the program of one case and stop")
    options = parser.parse_args()
    listed = listed_exceptions()
    cases = strict_cases(listed)
    if options.show:
        print(next(Translation(case.program).text for name, case in cases if name == options.show), end="")
        return 0
    runner = YamlTestRunner(VisitlogEvaluator(options.visitlog))
    unseen, passed, failed, excused = {name for name in listed if not name.endswith("::*")}, 0, 0, 0
    for name, case in cases:
        fault = fault_of(case, runner)
        if name in listed:
            unseen.discard(name)
            excused += fault is not None
            fault = None if fault else "is listed in exceptions.txt, and passes"
            if fault is None:
                continue
        passed += fault is None
        failed += fault is not None
        if fault:
            print(f"FAILED {name}\n  {fault[:1000]}", file=sys.stderr)
    for name in sorted(unseen):
        failed += 1
        print(f"FAILED {name}\n  is listed in exceptions.txt, and no case has that name", file=sys.stderr)
    print(f"{passed} passed, {failed} failed, {excused} listed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())

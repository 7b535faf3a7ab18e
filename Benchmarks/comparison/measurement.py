"""Runs whole processes and says what they cost."""

import os
import platform
import signal
import statistics
import subprocess
import tempfile
import time
from dataclasses import dataclass, field


@dataclass
class Run:
    """One process: CPU seconds (user and system), wall seconds, peak resident megabytes, and what it printed."""

    cpu: float
    wall: float
    peak: float
    printed: str
    failure: str | None


def run(command, timeout):
    """Runs a command to its end, or ends it and all that it started when the time is over."""
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        began = time.monotonic()
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=errors, start_new_session=True
        )
        failure = None
        while True:
            ended, status, usage = os.wait4(process.pid, os.WNOHANG)
            if ended:
                break
            if failure is None and time.monotonic() - began > timeout:
                failure = "more than %g s" % timeout
                os.killpg(process.pid, signal.SIGKILL)
            time.sleep(0.001)
        wall = time.monotonic() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        errors.seek(0)
        if process.returncode != 0 and failure is None:
            said = errors.read().decode("utf-8", "replace").strip()
            failure = "status %d: %s" % (process.returncode, said[-300:])
        return Run(
            cpu=usage.ru_utime + usage.ru_stime,
            wall=wall,
            peak=usage.ru_maxrss / 1024,
            printed=output.read().decode("utf-8", "replace"),
            failure=failure,
        )


def answers(printed):
    """The numbers that a command printed, one at the end of each line that is not empty."""
    return [int(line.split("\t")[-1]) for line in printed.splitlines() if line.strip()]


@dataclass
class Figure:
    """What one peer needed for one question: all runs, of which the medians count."""

    runs: list[Run] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    failure: str | None = None

    def add(self, one):
        self.runs.append(one)
        self.failure = self.failure or one.failure
        if self.failure is None:
            try:
                found = answers(one.printed)
            except ValueError:
                self.failure = "printed what is no number: " + one.printed[:200]
                return
            if len(self.runs) > 1 and found != self.answers:
                self.failure = "two runs with different answers"
            self.answers = found

    @property
    def cpu(self):
        return statistics.median(run.cpu for run in self.runs)

    @property
    def peak(self):
        return statistics.median(run.peak for run in self.runs)

    def as_json(self):
        return {
            "cpu": [round(run.cpu, 4) for run in self.runs],
            "wall": [round(run.wall, 4) for run in self.runs],
            "peak": [round(run.peak, 1) for run in self.runs],
            "answers": self.answers,
            "failure": self.failure,
        }


def machine():
    """What the figures are taken on."""
    model = platform.processor() or platform.machine()
    if os.path.exists("/proc/cpuinfo"):
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            model = next((line.split(":")[1].strip() for line in file if line.startswith("model name")), model)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    system = "%s %s" % (platform.system(), platform.release())
    return "%d cores of %s, %.0f GiB, %s" % (os.cpu_count(), model, memory, system)


def floor():
    """Megabytes below which no peak memory can be seen: what this process has held when it starts another."""
    return run(["true"], 60).peak

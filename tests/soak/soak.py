"""The soak: jobs in every mode while faults of every kind are drawn at random, then the fuzz targets.

    ./test soak [MINUTES] [--seed N] [--record] [--many-files]

Round after round one job writes four tables (`tests/e2e/four_tables.py`) while some of all faults hit it; when it has ended
every row is compared. Prints a table: per fault how often it was asked for, fired, and was survived, and what became of
the rows of the rounds in which it fired. Ends with 1 if a row was lost, or was there twice in copy mode, a job did not come
to its end, anything was left open, a fault never fired, or a fuzz target found something. `--record` puts the table into
docs/guarantees.md, unless there were problems. The same seed draws the same faults in the same order; the machine decides the
exact moments. `--many-files` adds commits of 1,000 to 100,000 files, and ends with 1 if one fails or their time grows faster
than their files.
"""

import dataclasses
import datetime
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
import traceback

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "dev"), str(ROOT / "tests"), str(ROOT / "tests/e2e")]
import after_fault  # noqa: E402
import faults  # noqa: E402
import stack  # noqa: E402
from arguments import BEGIN, END, GUARANTEES, parse  # noqa: E402
from flink_rest import ENDED  # noqa: E402
from four_tables import FourTables  # noqa: E402
from s3_gate import S3Gate  # noqa: E402

FUZZ = ROOT / "dev/fuzz"
LARGEST = ROOT / "build/bin/largest_test"
MANY_FILES = [1_000, 10_000, 100_000]
PER_ROUND = 6
SETTINGS = {
    "taskmanager.memory.process.size": "1728m",
    "taskmanager.memory.managed.size": "32m",
    "heartbeat.interval": 500,
    "heartbeat.timeout": 30_000,
    "restart-strategy.type": "fixed-delay",
    "restart-strategy.fixed-delay.attempts": 100_000,
    "restart-strategy.fixed-delay.delay": "200 ms",
    "execution.checkpointing.tolerable-failed-checkpoints": 100_000,
    "execution.checkpointing.timeout": "60 s",
    "parallelism.default": 2,
}
# Every wait of the connector ends soon, so that replies that never come cost the soak seconds.
LIMITS = {"connect.timeout": "10 s", "statement.timeout": "20 s", "sink.commit.lock-timeout": "30 s"}
COPY_LIMITS = {"sink.commit.timeout": "2 min"}


@dataclasses.dataclass
class Tally:
    """A line of the table."""

    asked: int = 0
    fired: int = 0
    survived: int = 0
    sent: int = 0
    lost: int = 0
    twice: int = 0


class Soak:
    def __init__(self, seed, local, gate, cluster):
        self.random = random.Random(seed)
        self.local, self.gate, self.cluster = local, gate, cluster
        self.kinds = faults.every_kind(local, gate, cluster, seed)
        self.tallies = {kind.name: Tally() for kind in self.kinds}
        self.total = Tally()
        self.deck = []
        self.problems = []
        self.rounds = 0

    def draw(self):
        """The faults of a round: dealt from a shuffled deck of all kinds, so that none is left out for long.

        First those that have not fired yet.
        """
        if len(self.deck) < PER_ROUND:
            self.deck += self.random.sample(self.kinds, len(self.kinds))
            self.deck.sort(key=lambda kind: self.tallies[kind.name].fired > 0)
        if self.deck[0].needs_parts:
            return [self.deck.pop(0)]
        # The end of one deck and the next one may both hold a kind.
        drawn = list(dict.fromkeys(kind for kind in self.deck if not kind.needs_parts))[:PER_ROUND]
        for kind in drawn:
            self.deck.remove(kind)
        return drawn

    def never_fired(self):
        return sorted(name for name, tally in self.tallies.items() if not tally.fired)

    def round(self):
        self.rounds += 1
        drawn = self.draw()
        options = {"aws.endpoint": self.gate.url, **LIMITS}
        copying = {"sink.copy.format": self.random.choice(["csv", "parquet"]), **COPY_LIMITS}
        options |= faults.logins(self.local, any(kind.needs_api for kind in drawn))
        settings = {
            "execution.checkpointing.interval": self.random.choice(["300 ms", "500 ms", "1 s"]),
            "execution.checkpointing.unaligned.enabled": self.random.choice(["true", "false"]),
        }
        if drawn[0].needs_parts:
            copying |= {"sink.copy.compression": "none", "sink.copy.format": "csv"}
            settings["execution.checkpointing.interval"] = "1 h"  # all rows are in the last one
            tables = FourTables(self.local.warehouse, 1_500, 1_000_000, options, ["copied"], True, copying)
        else:
            tables = FourTables(self.local.warehouse, self.random.choice([4_000, 6_000, 8_000]), 300, options, copy_options=copying)
        tables.create()
        print(f"round {self.rounds}: {tables.rows} rows; {', '.join(kind.name for kind in drawn)}", flush=True)
        self.cluster.wait_for_slots(2)
        lost = twice = 0
        well = False
        try:
            fired = self.attack(drawn, tables, settings)
            lost, twice = tables.differences()
            tables.check()
            after_fault.check_leftovers(self.local, self.local.warehouse.s3_uri)
            well = lost == twice == 0
        except Exception:  # whatever happened is a finding, and the next round goes on
            self.problems.append(f"round {self.rounds} ({', '.join(kind.name for kind in drawn)}): {traceback.format_exc(limit=-3)}")
            print(self.problems[-1], flush=True)
            fired = self.collect(drawn)
            self.cluster.rest.end_jobs()
        self.add(self.total, tables, lost, twice)
        for kind in drawn:
            tally = self.tallies[kind.name]
            tally.asked += 1
            if fired.get(kind.name):
                tally.fired += fired[kind.name]
                tally.survived += fired[kind.name] if well else 0
                self.add(tally, tables, lost, twice)
        if well:
            tables.drop()

    @staticmethod
    def add(tally, tables, lost, twice):
        tally.sent += tables.rows * len(tables.names)
        tally.lost += lost
        tally.twice += twice

    def attack(self, drawn, tables, settings):
        """Runs the job and asks for each fault at a moment of its own. Returns how often each fired."""
        before = [kind for kind in drawn if kind.before_start]
        later = [kind for kind in drawn if not kind.before_start]
        for kind in before:
            kind.ask(tables)
        (job,) = self.cluster.submit(tables.sql(settings))
        moments = sorted(self.random.uniform(0.05, 0.7) for _ in later)
        for kind, part in zip(later, moments):
            tables.wait_visible(int(tables.rows * part))
            time.sleep(self.random.random())
            kind.ask(tables)
        self.wait(job)
        return self.collect(drawn)

    @staticmethod
    def wait(job):
        """Waits for a job's end. One whose JobManager was killed right after it is forgotten: its tables tell the rest."""
        deadline = time.monotonic() + 600
        forgotten = 0
        while forgotten < 30 and (state := job.state()) != "FINISHED":
            assert time.monotonic() < deadline and state not in ENDED, f"job {job.id} is {state}"
            forgotten = forgotten + 1 if state is None and job.forgotten() else 0
            time.sleep(1)

    def collect(self, drawn):
        """How often each of the drawn faults fired; afterwards none is armed."""
        fired = {kind.name: kind.fired() for kind in drawn}
        faults.clear(self.local, self.gate)
        return fired

    def table(self):
        lines = ["| fault | asked | fired | survived | rows sent | rows lost | rows twice in copy mode |", "|---|---|---|---|---|---|---|"]
        for name, tally in self.tallies.items():
            lines.append(f"| {name} | " + " | ".join(f"{value:,}" for value in dataclasses.astuple(tally)) + " |")
        total = self.total
        lines.append(f"| **all {self.rounds} rounds** | | | | {total.sent:,} | {total.lost:,} | {total.twice:,} |")
        return "\n".join(lines)


def run_jobs(seconds, seed, directory):
    """Rounds until the time is over, and a few more while a fault has never fired. Returns the soak."""
    soak = None
    try:
        with (
            stack.RedshiftLocal(log=directory / "redshift-local.log") as local,
            S3Gate(local.ready["s3"], seed) as gate,
            stack.FlinkCluster(
                directory, slots=1, task_managers=2, jar_in_lib=True, high_availability=True, sql_gateway=True, settings=SETTINGS
            ) as cluster,
        ):
            faults.create_user(local)
            soak = Soak(seed, local, gate, cluster)
            begin = time.monotonic()
            while time.monotonic() < begin + seconds or (soak.never_fired() and time.monotonic() < begin + 1.5 * seconds):
                soak.round()
    except Exception:  # beyond help, also where the servers do not end well; what was counted so far counts
        if soak is None:
            raise
        soak.problems.append(f"given up in round {soak.rounds}: {traceback.format_exc()}")
    return soak


def commit_many_files():
    """Commits so many files by one COPY each. Returns what was wrong: one that failed, or time that grows faster than the files."""
    milliseconds = {}  # per file
    for files in MANY_FILES:
        environment = {**os.environ, "MANY_FILES": str(files)}
        command = [LARGEST, "--gtest_filter=ManyFiles.*"]
        done = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        line = re.search(r"^\d+ files: .* \(([\d.]+) ms a file\).*", done.stdout, re.MULTILINE)
        if done.returncode != 0 or not line:
            return [f"the commit of {files:,} files failed:\n{done.stdout}"]
        print(line[0], flush=True)
        milliseconds[files] = float(line[1])
    least, most = min(milliseconds.values()), max(milliseconds.values())
    return [f"milliseconds per file in commits of so many: {milliseconds}"] if most > 5 * least else []


def record(text):
    """Puts the table with its date between the marks of docs/guarantees.md."""
    page = GUARANTEES.read_text()
    head, rest = page.split(BEGIN)
    _, tail = rest.split(END)
    GUARANTEES.write_text(f"{head}{BEGIN}\n{text}\n{END}{tail}")


def main():
    arguments = parse()
    print(f"soak: seed {arguments.seed}", flush=True)
    share = 1.0 if arguments.no_fuzz else 0.7
    directory = pathlib.Path(tempfile.mkdtemp(prefix="soak-"))
    soak = run_jobs(arguments.minutes * 60 * share, arguments.seed, directory)
    problems = soak.problems
    if soak.never_fired():
        problems.append(f"never fired: {', '.join(soak.never_fired())}")
    if not arguments.no_fuzz:
        targets = subprocess.run([FUZZ, "--list"], cwd=ROOT, check=True, capture_output=True, text=True).stdout.split()
        seconds = max(1, round(arguments.minutes * 60 * (1 - share) / len(targets)))  # of each target
        if subprocess.run([FUZZ, str(seconds)], cwd=ROOT).returncode != 0:
            problems.append("a fuzz target found something, see above")
    if arguments.many_files:
        problems += commit_many_files()
    today = datetime.date.today().isoformat()
    text = f"{today}, {arguments.minutes:g} minutes, seed {arguments.seed}:\n\n{soak.table()}"
    print(f"\n{text}\n")
    for problem in problems:
        print(f"soak: {problem}", file=sys.stderr)
    if arguments.record and not problems:
        record(text)
    elif arguments.record:
        print(f"soak: {GUARANTEES.relative_to(ROOT)} keeps its old table", file=sys.stderr)
    if problems:
        print(f"soak: logs are in {directory}", file=sys.stderr)
    else:
        shutil.rmtree(directory, ignore_errors=True)
    return 1 if problems or soak.total.lost or soak.total.twice else 0


if __name__ == "__main__":
    sys.exit(main())

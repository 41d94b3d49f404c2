"""Two hundred failures in one TaskManager process: what they take is given back.

Three jobs fail over and over: in the middle of a write, by another operator; in the middle of a write, in native code;
in the middle of a commit. The jar comes with each job, so that every submission brings a class loader and a copy of the
native engine of its own.
"""

import collections
import pathlib
import subprocess

import after_fault
import pytest

import stack

RESTARTS = [7, 28, 35]  # of each of three jobs, in three rounds
# MB from the first measurement to the last: six copies of the native engine of 2 MB each, which stay mapped
# (docs/adr/0011-native-code-in-a-jvm.md), what Flink keeps of six jobs, and what allocators keep to use it again.
MOST_GROWTH = 200

# Rows of 1 kB in files of 64 kB: when the jobs fail, some files are uploaded, some on their way, one is being filled.
COPY = {"sink.write.mode": "copy", "sink.copy.file-size": "64 kb", "sink.copy.compression": "none"}
ROLE = "arn:aws:iam::123456789012:role/reads-nothing"

JOBS = """
SET 'execution.checkpointing.interval' = '100 ms';
SET 'execution.checkpointing.min-pause' = '100 ms';
SET 'parallelism.default' = '1';
SET 'restart-strategy.type' = 'fixed-delay';
SET 'restart-strategy.fixed-delay.attempts' = '{restarts}';
SET 'restart-strategy.fixed-delay.delay' = '0 s';
ADD JAR '{jar}';
CREATE TABLE numbers (id BIGINT) WITH ('connector' = 'datagen', 'rows-per-second' = '1000000',
  'fields.id.kind' = 'sequence', 'fields.id.start' = '1', 'fields.id.end' = '20000');
CREATE TABLE target (id BIGINT, text STRING) {target};
CREATE TABLE unreadable (id BIGINT, text STRING) {unreadable};
INSERT INTO target SELECT 1 / (3000 - id), LPAD('x', 1000, 'x') FROM numbers;
INSERT INTO target SELECT id, LPAD('x', IF(id = 3000, 2000, 1000), 'x') FROM numbers;
INSERT INTO unreadable SELECT id, LPAD('x', 1000, 'x') FROM numbers;
"""
EXPECTED = ["/ by zero", "VARCHAR(1024)", ROLE]


@pytest.fixture(scope="module")
def local(tmp_path_factory):
    """One whose COPY may not read what the jobs stage: no role is attached but the default one."""
    log = tmp_path_factory.mktemp("local") / "redshift-local.log"
    with stack.RedshiftLocal("--role", "arn:aws:iam::123456789012:role/other=s3://local/other/", log=log) as running:
        yield running


@pytest.fixture(scope="module")
def flink(tmp_path_factory):
    settings = {
        "jobmanager.memory.process.size": "1200m",
        # What grows is then no part of the Java heap, and no pool that follows the load.
        "taskmanager.memory.process.size": "1400m",
        "taskmanager.memory.managed.size": "0m",
        "env.java.opts.taskmanager": "-XX:+AlwaysPreTouch -XX:+UseSerialGC -XX:-UseDynamicNumberOfCompilerThreads",
    }
    with stack.FlinkCluster(tmp_path_factory.mktemp("restarts"), slots=3, settings=settings, sql_gateway=True) as running:
        yield running


def taken(pid):
    """What a process has: MB of resident memory, threads by name, descriptors by what they are of."""
    process = pathlib.Path(f"/proc/{pid}")
    status = dict(line.split(":", 1) for line in (process / "status").read_text().splitlines())
    threads, descriptors = collections.Counter(), collections.Counter()
    for thread in (process / "task").iterdir():
        try:
            threads[(thread / "comm").read_text().strip().rstrip("0123456789-#")] += 1
        except OSError:
            pass
    for descriptor in (process / "fd").iterdir():
        try:
            descriptors[str(descriptor.readlink()).partition(":[")[0]] += 1
        except OSError:
            pass
    return int(status["VmRSS"].split()[0]) // 1024, threads, descriptors


def test_two_hundred_failures_leave_no_threads_no_descriptors_and_little_memory(flink, local):
    with local.warehouse.connect() as connection:
        for table in ("target", "unreadable"):
            connection.execute(f"CREATE TABLE {table} (id BIGINT, text VARCHAR(1024))")
    manager = flink.processes["taskmanager-0"].pid
    assert b"TaskManagerRunner" in pathlib.Path(f"/proc/{manager}/cmdline").read_bytes()
    found = {}
    for restarts in RESTARTS:
        jobs = flink.submit(
            JOBS.format(
                restarts=restarts,
                jar=stack.JAR,
                target=local.warehouse.with_clause("target", COPY),
                unreadable=local.warehouse.with_clause("unreadable", {**COPY, "iam-role-arn": ROLE}),
            )
        )
        for job, expected in zip(jobs, EXPECTED, strict=True):
            job.wait("FAILED", timeout=600)
            failure = job.failures()[0]
            assert expected in failure, failure
            assert f"suppressed by FixedDelayRestartBackoffTimeStrategy(maxNumberRestartAttempts={restarts}" in failure
        after_fault.check_sessions(local.warehouse)
        # What only waits to be collected does not count.
        subprocess.run(["jcmd", str(manager), "GC.run"], check=True, stdout=subprocess.DEVNULL)
        so_far = len(jobs) * sum(RESTARTS[: len(found) + 1])
        found[so_far] = memory, threads, descriptors = taken(manager)
        print(f"\n{so_far} restarts: {memory} MB resident, {threads.total()} threads, {descriptors.total()} descriptors", end="")
    (memory, threads, descriptors), _, (memory_then, threads_then, descriptors_then) = found.values()
    # Flink's own pools breathe; ours would have grown by one for each restart or each job.
    assert threads_then.total() <= threads.total() + 9, threads_then - threads
    assert descriptors_then.total() <= descriptors.total() + 9, descriptors_then - descriptors
    # Arrow's pool, whose threads took the name of the one that first used it, is made once.
    assert threads_then["redshift-copy"] <= threads["redshift-copy"]
    assert memory_then <= memory + MOST_GROWTH

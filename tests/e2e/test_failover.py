"""Jobs on a real cluster whose processes, and whose database's, are killed while they write.

One cluster for all of it: JobManager with high availability on local storage, two TaskManagers of one slot each, so that
every job of parallelism 2 is on both. One job writes four tables, in copy and in jdbc mode, with a primary key and without;
after each fault `FourTables.check` and `after_fault.check_leftovers` say what must hold. Moments are drawn at random; the
seed is printed, FAILOVER_SEED repeats it.
"""

import contextlib
import os
import random
import time

import after_fault
import faults
import pytest
import stack
from flink_rest import RestFailed
from four_tables import FourTables
from s3_gate import S3Gate

SETTINGS = {
    "taskmanager.memory.process.size": "1728m",
    "taskmanager.memory.managed.size": "32m",
    "heartbeat.interval": 500,
    "heartbeat.timeout": 30_000,  # a process that was killed is known by refused connections long before
    "restart-strategy.type": "fixed-delay",
    "restart-strategy.fixed-delay.attempts": 1000,
    "restart-strategy.fixed-delay.delay": "200 ms",
    "execution.checkpointing.tolerable-failed-checkpoints": 1000,
    "execution.checkpointing.externalized-checkpoint-retention": "RETAIN_ON_CANCELLATION",
    "parallelism.default": 2,
}
CHECKPOINTS = {"execution.checkpointing.interval": "500 ms"}
TASK_MANAGERS = ["taskmanager-0", "taskmanager-1"]
ENDLESS = 200_000  # rows: more than a job can write while a test lasts, so that no fault comes too late


@pytest.fixture(scope="module")
def local(tmp_path_factory):
    with stack.RedshiftLocal(log=tmp_path_factory.mktemp("local") / "redshift-local.log") as running:
        yield running


@pytest.fixture(scope="module")
def flink(tmp_path_factory):
    directory = tmp_path_factory.mktemp("flink")
    with stack.FlinkCluster(
        directory, slots=1, task_managers=2, jar_in_lib=True, high_availability=True, sql_gateway=True, settings=SETTINGS
    ) as running:
        yield running


@pytest.fixture(scope="module")
def gate(local):
    with S3Gate(local.ready["s3"]) as running:
        yield running


@pytest.fixture
def moments():
    seed = int(os.environ.get("FAILOVER_SEED", random.randrange(1_000_000)))
    print(f"FAILOVER_SEED={seed}")
    return random.Random(seed)


@pytest.fixture
def four(local, gate, flink):
    """Makes the tables of a job; afterwards nothing may be left open, and what is left on S3 must be known."""
    made = []

    def make(rows, rate, options=(), **more):
        tables = FourTables(local.warehouse, rows, rate, {"aws.endpoint": gate.url, **dict(options)}, **more).create()
        made.append(tables)
        return tables

    flink.wait_for_slots(2)
    yield make
    gate.clear()
    gate.release()
    flink.rest.end_jobs()
    after_fault.check_leftovers(local, local.warehouse.s3_uri)
    for tables in made:
        tables.drop()


def restart(flink, name):
    """kill -9 of a process of the cluster, and a new one in its place."""
    flink.kill(name)
    start(flink, name)


def start(flink, name):
    if name == "jobmanager":
        flink.start_job_manager()
    else:
        flink.start_task_manager(int(name[-1]))


def restored(job):
    return job.checkpoints()["counts"]["restored"]


def stop(flink, local, tables, job, restores=0):
    """Stops an endless job once it was restored so often and has come to rows that were not sent before."""
    deadline = time.monotonic() + 120
    found = 0
    while found < restores:
        assert time.monotonic() < deadline, f"restored {found} times, not {restores}"
        time.sleep(0.1)
        with contextlib.suppress(RestFailed):
            found = restored(job)
    with local.warehouse.connect() as connection:
        (sent,) = connection.execute(f"SELECT MAX(id) FROM {tables.names['inserted']}").fetchone()
    tables.wait_visible(sent + 1)
    job.stop_with_savepoint(flink.state / "savepoints")
    tables.rows = tables.visible()
    assert 0 < tables.rows < ENDLESS


def test_killed_task_managers_lose_no_row_and_double_none(flink, local, four, moments):
    tables = four(rows=ENDLESS, rate=600)
    (job,) = flink.submit(tables.sql(CHECKPOINTS))
    for rows in [900, 3_000]:
        tables.wait_visible(rows)
        time.sleep(moments.random())
        restart(flink, moments.choice(TASK_MANAGERS))
        flink.wait_for_slots(2)
    stop(flink, local, tables, job, restores=2)
    tables.check()


def test_a_killed_job_manager_is_followed_by_one_that_goes_on(flink, local, four, moments):
    tables = four(rows=ENDLESS, rate=500)
    (job,) = flink.submit(tables.sql(CHECKPOINTS))
    tables.wait_visible(800)
    time.sleep(moments.random())
    restart(flink, "jobmanager")
    stop(flink, local, tables, job, restores=1)  # as the new JobManager counts
    tables.check()


def test_killed_backends_of_the_database_lose_no_row_and_double_none(flink, local, four, moments):
    tables = four(rows=6_000, rate=400)
    (job,) = flink.submit(tables.sql(CHECKPOINTS))
    for part in [0.05, 0.25, 0.5]:
        tables.wait_visible(int(tables.rows * part))
        time.sleep(moments.random())
        deadline = time.monotonic() + 60
        while not local.kill_backend(moments):
            assert time.monotonic() < deadline and job.state() != "FINISHED"
            time.sleep(0.05)
        assert job.state() != "FINISHED", "what was killed may have been nobody's of the job"
    job.wait()
    tables.check()


@pytest.mark.parametrize("way", ["batch", "streaming without checkpoints"])
def test_a_task_manager_that_dies_between_commit_and_finished_commits_nothing_twice(flink, gate, four, way):
    tables = four(rows=1_000, rate=100_000, tables=["copied", "upserted"])
    gate.fault("hold", times=1000, pattern=r"^(DELETE [^?]*$|POST [^?]*\?delete)")  # what was committed is deleted then
    (job,) = flink.submit(tables.sql({"execution.runtime-mode": "batch"} if way == "batch" else {}))
    tables.wait_visible(1_000)
    deadline = time.monotonic() + 120
    while tables.visible("upserted") < len(tables.summed()) or gate.holding() < 2:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert job.state() == "RUNNING"
    for name in TASK_MANAGERS:
        flink.kill(name)
    gate.clear()
    gate.release()
    for name in TASK_MANAGERS:
        start(flink, name)
    job.wait()
    assert job.failures()
    tables.check()


def test_a_job_cancelled_in_the_middle_of_a_commit_goes_on_from_its_last_checkpoint(flink, local, four):
    tables = four(rows=4_000, rate=500)
    (job,) = flink.submit(tables.sql(CHECKPOINTS))
    tables.wait_visible(500)
    with local.warehouse.connect() as connection, local.warehouse.connect() as looking:
        connection.execute("BEGIN")
        name = tables.names["copied"]
        connection.execute(f"LOCK TABLE {name}")
        (before,) = connection.execute(f"SELECT COUNT(*) FROM {name}").fetchone()
        waiting = f"SELECT COUNT(*) FROM stv_recents WHERE status = 'Running' AND query LIKE 'COPY%{name}%'"
        deadline = time.monotonic() + 120
        while looking.execute(waiting).fetchone() == (0,):
            assert time.monotonic() < deadline
            time.sleep(0.1)
        job.cancel()
        connection.execute("ROLLBACK")
    after_fault.check_sessions(local.warehouse)
    assert tables.visible() == before < tables.rows
    last = job.checkpoints()["latest"]["completed"]["external_path"]
    (job,) = flink.submit(tables.sql({**CHECKPOINTS, "execution.state-recovery.path": last}))
    job.wait()
    tables.check()


def test_unaligned_checkpoints_hold_rows_in_flight_and_lose_none(flink, four, moments):
    tables = four(rows=20_000, rate=3_000, options={"sink.batch-size": "20"})
    settings = {"execution.checkpointing.unaligned.enabled": "true", "execution.checkpointing.interval": "300 ms"}
    (job,) = flink.submit(tables.sql(settings))
    tables.wait_visible(1)
    in_flight = 0
    deadline = time.monotonic() + 60
    while not in_flight and job.state() == "RUNNING":
        assert time.monotonic() < deadline, "no checkpoint held rows in flight"
        in_flight = job.checkpoints()["summary"]["persisted_data"]["max"]
        time.sleep(0.05)
    restart(flink, moments.choice(TASK_MANAGERS))
    job.wait()
    assert in_flight > 0 and restored(job) >= 1
    tables.check()


def test_a_checkpoint_that_fails_is_subsumed_by_the_next(flink, gate, four):
    tables = four(rows=3_000, rate=400)
    (job,) = flink.submit(tables.sql({**CHECKPOINTS, "execution.checkpointing.timeout": "5 s"}))
    tables.wait_visible(300)
    failed = job.checkpoints()["counts"]["failed"]
    gate.fault("hold", times=1000, pattern="^PUT ")
    deadline = time.monotonic() + 120
    while job.checkpoints()["counts"]["failed"] == failed:
        assert time.monotonic() < deadline, job.checkpoints()["counts"]
        time.sleep(0.1)
    assert gate.holding() > 0
    gate.clear()
    gate.release()
    job.wait()
    assert restored(job) == 0
    tables.check()


def test_faults_of_s3_lose_no_row_and_double_none(flink, gate, four):
    copying = {"sink.copy.compression": "none"}
    tables = four(rows=1_500, rate=1_000_000, tables=["copied"], wide=True, copy_options=copying)
    asked = ["slow-down", "reset", "lost-answer", "slow", "bandwidth", "expired-token", "lost-complete"]
    for fault in asked:
        gate.fault(fault, pattern="/staging", delay=1.0, bytes_per_second=10_000_000)
    (job,) = flink.submit(tables.sql({"execution.checkpointing.interval": "1 h"}))  # all rows are in the last one
    job.wait()
    assert {fault.fault: fault.fired for fault in gate.faults()} == dict.fromkeys(asked, 1)
    tables.check()


def test_faults_of_the_warehouse_lose_no_row_and_double_none(flink, local, gate, four, moments):
    faults.create_user(local)
    kinds = [kind for kind in faults.every_kind(local, gate, flink, moments.random()) if isinstance(kind, faults.InServer)]
    kinds = moments.sample([kind for kind in kinds if not kind.needs_api], k=len(kinds) - len(faults.TEMPORARY))
    # The wait for a ledger's lock has a limit of its own, also in jdbc mode.
    waits = {"connect.timeout": "5 s", "statement.timeout": "5 s", "sink.commit.lock-timeout": "20 s"}
    limits = {**waits, **faults.logins(local, temporary=False)}
    tables = four(rows=ENDLESS, rate=300, options=limits)
    (job,) = flink.submit(tables.sql(CHECKPOINTS))
    tables.wait_visible(1)
    for kind in kinds:
        kind.ask(tables)
        deadline = time.monotonic() + 120
        while not kind.fired():
            assert time.monotonic() < deadline and job.state() != "FAILED", f"{kind.name} does not fire"
            time.sleep(0.1)
    faults.clear(local, gate)
    stop(flink, local, tables, job)
    tables.check()

"""Jobs that go on from savepoints: stopped, rescaled, forked, restored late and with other options.

Every row says which run wrote it, so that the expected table is known per lineage: a run and what goes on from its
savepoint write every number once between them, however often that savepoint is resumed. Runs that write slowly commit
only when a test asks for a checkpoint, so that what waits in a savepoint is known, too.
"""

import collections
import itertools
import pathlib
import re
import shutil
import time

import after_fault
import pytest

import stack

COPY = {"sink.write.mode": "copy"}
PARQUET = {"sink.write.mode": "copy", "sink.copy.format": "parquet"}
JDBC = {"sink.write.mode": "jdbc", "sink.batch-size": "500"}

LAST = 20_000
EVERY_NUMBER = list(range(1, LAST + 1))
SLOWLY, AT_ONCE = 100, 1_000_000  # rows per second
KEYS = 20
RESULT_BY_KEY = [(key, LAST // KEYS, sum(range(key or KEYS, LAST + 1, KEYS))) for key in range(KEYS)]
DAY = 24 * 60 * 60 * 1000

NOTE = "CASE MOD(id, 3) WHEN 0 THEN CAST(NULL AS STRING) WHEN 1 THEN '' ELSE 'number ' || CAST(id AS STRING) END"
RIGHT_ROWS = """SELECT run, id FROM {} WHERE
  MOD(id, 3) = 0 AND note IS NULL OR MOD(id, 3) = 1 AND note = '' OR MOD(id, 3) = 2 AND note = 'number ' || CAST(id AS VARCHAR(8))"""


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    with stack.FlinkCluster(
        tmp_path_factory.mktemp("savepoints"),
        jar_in_lib=True,
        task_managers=2,
        slots=4,
        sql_gateway=True,
        settings={"restart-strategy.type": "none", "taskmanager.memory.managed.size": "0m", "taskmanager.memory.process.size": "1700m"},
    ) as running:
        yield running


@pytest.fixture
def warehouse(local):
    return local.warehouse


@pytest.fixture
def runs(cluster, local, table):
    running = Runs(cluster, local.warehouse, table)
    yield running
    after_fault.check_leftovers(local, running.s3_uri)


class Runs:
    """Runs of one INSERT into one table: of a sequence of numbers, or of their count and sum by key."""

    def __init__(self, cluster, warehouse, table):
        self.cluster, self.warehouse, self.table = cluster, warehouse, table
        self.savepoints = cluster.state / "savepoints" / table
        self.s3_uri = f"{warehouse.s3_uri}/{table}"

    def create(self, keyed=False):
        columns = "k INTEGER, numbers BIGINT, total BIGINT" if keyed else "id BIGINT, run VARCHAR(8), note VARCHAR(32)"
        self.execute(f"CREATE TABLE {self.table} ({columns})")

    def execute(self, sql):
        with self.warehouse.connect() as connection:
            cursor = connection.execute(sql)
            return cursor.fetchall() if cursor.description else []

    def start(self, run, options=(), keyed=False, parallelism=2, resume=None, rate=SLOWLY, table=None, settings=()):
        """Submits the INSERT; the job."""
        every_option = {**COPY, "s3-uri": self.s3_uri, **dict(options)}
        settings = {
            "execution.checkpointing.interval": "1 h" if rate == SLOWLY else "1 s",
            "parallelism.default": parallelism,
            "pipeline.name": run,
            **dict(settings),
        }
        if resume:
            settings["execution.state-recovery.path"] = resume
        columns, query = "id BIGINT, run STRING, note STRING", f"SELECT id, '{run}', {NOTE} FROM numbers"
        if keyed:
            columns = "k INT NOT NULL, numbers BIGINT, total BIGINT, PRIMARY KEY (k) NOT ENFORCED"
            query = "SELECT k, COUNT(*), SUM(id) FROM (SELECT id, CAST(MOD(id, {}) AS INT) AS k FROM numbers) GROUP BY k".format(KEYS)
        # The source's state is the list of numbers that are still to come.
        (job,) = self.cluster.submit(
            "".join(f"SET '{key}' = '{value}';\n" for key, value in settings.items())
            + f"""CREATE TABLE numbers (id BIGINT) WITH ('connector' = 'datagen', 'rows-per-second' = '{rate}',
              'fields.id.kind' = 'sequence', 'fields.id.start' = '1', 'fields.id.end' = '{LAST}');
            CREATE TABLE target ({columns}) {self.warehouse.with_clause(table or self.table, every_option)};
            INSERT INTO target {query};"""
        )
        return job

    def finish(self, run, options=(), **how):
        """A run that writes what is left at once, up to the last number."""
        self.start(run, options, rate=AT_ONCE, **how).wait()

    def fail(self, run, options=(), **how):
        """A run that must fail; what it failed of."""
        job = self.start(run, options, rate=AT_ONCE, **how)
        job.wait("FAILED")
        return "\n".join(job.failures())

    def commit(self, job):
        """Asks for checkpoints until one has brought rows into the table."""
        job.wait_running()
        before = self.execute(f"SELECT * FROM {self.table}")
        deadline = time.monotonic() + 120
        while sorted(self.execute(f"SELECT * FROM {self.table}"), key=str) == sorted(before, key=str):
            assert time.monotonic() < deadline, f"{job} commits nothing"
            self.checkpoint(job)

    def checkpoint(self, job):
        """Takes one checkpoint and waits for its end."""
        request = self.cluster.rest.request(f"jobs/{job.id}/checkpoints", {"checkpointType": "CONFIGURED"})["request-id"]
        deadline = time.monotonic() + 120
        while self.cluster.rest.request(f"jobs/{job.id}/checkpoints/{request}")["status"]["id"] != "COMPLETED":
            assert time.monotonic() < deadline, f"{job}: the checkpoint does not end"
            time.sleep(0.1)

    def stop(self, job):
        """Stops the job; its savepoint."""
        return job.stop_with_savepoint(self.savepoints)

    def savepoint_with_rows_waiting(self, keyed=False):
        """Runs "first" until some of its rows are committed, and cancels it while others wait in its savepoint."""
        first = self.start("first", keyed=keyed)
        self.commit(first)
        return self.cancel_with_rows_waiting(first)

    def cancel_with_rows_waiting(self, job):
        """Takes savepoints until one holds rows that are not committed, and cancels the job; that savepoint."""
        job.wait_running()
        deadline = time.monotonic() + 120
        while not waiting(savepoint := job.savepoint(self.savepoints)) or self.committed(savepoint):
            assert time.monotonic() < deadline, f"{job} stages nothing"
        job.cancel()
        assert not self.committed(savepoint)
        return savepoint

    def committed(self, savepoint):
        """Whether what waits in the savepoint is in the ledger; AssertionError if twice."""
        lines = [line for (line,) in self.execute(f"SELECT commit_identity FROM {self.table}_flink_commits")]
        (count,) = {lines.count(identity) for identity in waiting(savepoint)}
        assert count in (0, 1)
        return count == 1

    def numbers_by_run(self):
        """run -> its numbers in order, each as often as it is in the table; all columns are right."""
        found = collections.defaultdict(list)
        for run, number in self.execute(RIGHT_ROWS.format(self.table)):
            found[run].append(number)
        assert self.execute(f"SELECT COUNT(*) FROM {self.table}") == [(sum(map(len, found.values())),)]
        return {run: sorted(numbers) for run, numbers in found.items()}

    def check_ledger(self):
        """The ledger has each commit once, and as many rows as the table (append, copy mode)."""
        with self.warehouse.connect() as connection:
            (rows,) = connection.execute(f"SELECT COUNT(*) FROM {self.table}").fetchone()
            return after_fault.check_ledger(connection, self.table, rows)

    def check_result_by_key(self):
        with self.warehouse.connect() as connection:
            after_fault.check_final_state(connection, self.table, RESULT_BY_KEY)


def metadata(savepoint):
    return pathlib.Path(savepoint.removeprefix("file:")) / "_metadata"


def waiting(savepoint):
    """SHA-256 of each manifest whose commit the savepoint holds."""
    found = re.findall(rb'"manifest_sha256":"([0-9a-f]{64})"', metadata(savepoint).read_bytes())
    return {digest.decode() for digest in found}


def aged(savepoint, days):
    """A copy of the savepoint in which everything was staged `days` earlier."""
    copy = metadata(savepoint).parent.with_suffix(f".{days}-days")
    shutil.copytree(metadata(savepoint).parent, copy)
    content = (copy / "_metadata").read_bytes()
    older, count = re.subn(rb'(?<="staged_at_millis":)\d{13}', lambda time: b"%d" % (int(time[0]) - days * DAY), content)
    assert count > 0
    (copy / "_metadata").write_bytes(older)
    return f"file:{copy}"


@pytest.mark.parametrize("options", [COPY, PARQUET, JDBC], ids=["copy-csv", "copy-parquet", "jdbc"])
def test_a_job_that_is_stopped_and_rescaled_twice_writes_every_row_once(runs, options):
    runs.create()
    first = runs.start("first", options, parallelism=1)
    runs.commit(first)
    second = runs.start("second", options, parallelism=3, resume=runs.stop(first))
    runs.commit(second)
    runs.finish("third", options, parallelism=2, resume=runs.stop(second))
    found = runs.numbers_by_run()
    assert sorted(found["first"] + found["second"] + found["third"]) == EVERY_NUMBER
    if options != JDBC:
        runs.check_ledger()


@pytest.mark.parametrize("options", [COPY, JDBC], ids=["copy", "jdbc"])
def test_a_keyed_job_that_is_stopped_and_rescaled_twice_ends_in_the_right_state(runs, options):
    runs.create(keyed=True)
    first = runs.start("first", options, keyed=True, parallelism=1)
    runs.commit(first)
    second = runs.start("second", options, keyed=True, parallelism=3, resume=runs.stop(first))
    runs.commit(second)
    runs.finish("third", options, keyed=True, parallelism=2, resume=runs.stop(second))
    runs.check_result_by_key()


def test_a_fresh_run_and_the_savepoint_of_a_cancelled_one_write_every_row_once_each(runs):
    runs.create()
    savepoint = runs.savepoint_with_rows_waiting()
    runs.finish("fresh")
    assert not runs.committed(savepoint)
    runs.finish("restored", resume=savepoint)
    assert runs.committed(savepoint)
    found = runs.numbers_by_run()
    assert found["fresh"] == EVERY_NUMBER
    assert sorted(found["first"] + found["restored"]) == EVERY_NUMBER
    runs.check_ledger()


def test_a_fresh_keyed_run_and_the_savepoint_of_a_cancelled_one_end_in_the_right_state(runs):
    runs.create(keyed=True)
    savepoint = runs.savepoint_with_rows_waiting(keyed=True)
    runs.finish("fresh", keyed=True)
    runs.check_result_by_key()
    runs.finish("restored", keyed=True, resume=savepoint)
    assert runs.committed(savepoint)
    runs.check_result_by_key()


def test_a_savepoint_resumed_twice_loads_its_rows_once_and_later_ones_once_per_resumption(runs):
    runs.create()
    savepoint = runs.savepoint_with_rows_waiting()
    runs.finish("second", resume=savepoint)
    assert runs.committed(savepoint)
    runs.finish("third", parallelism=3, resume=savepoint)
    found = runs.numbers_by_run()
    assert found["second"] == found["third"]
    assert sorted(found["first"] + found["second"]) == EVERY_NUMBER
    runs.check_ledger()


def test_a_keyed_savepoint_resumed_twice_ends_in_the_right_state_both_times(runs):
    runs.create(keyed=True)
    savepoint = runs.savepoint_with_rows_waiting(keyed=True)
    for run in ("second", "third"):
        runs.finish(run, keyed=True, resume=savepoint)
        assert runs.committed(savepoint)
        runs.check_result_by_key()


def test_a_savepoint_older_than_the_ledger_fails_is_skipped_or_is_loaded_as_asked(runs):
    runs.create()
    first = runs.start("first")
    runs.commit(first)
    savepoint = aged(runs.cancel_with_rows_waiting(first), 40)
    before = len(runs.numbers_by_run()["first"])

    message = runs.fail("fails", resume=savepoint)
    found = re.search(r"checkpoint \d+ of job (\w+) was staged 40 days ago.*its (\d+) files with (\d+) rows", message)
    assert found and found[1] == first.id and int(found[2]) > 0 and "'sink.commit.expired'" in message, message
    assert runs.numbers_by_run().keys() == {"first"}

    runs.finish("skips", {"sink.commit.expired": "skip"}, resume=savepoint)
    numbers = runs.numbers_by_run()
    assert len(numbers["first"]) == before
    assert before + int(found[3]) + len(numbers["skips"]) == LAST
    assert not runs.committed(savepoint)

    runs.finish("loads", {"sink.commit.expired": "load"}, resume=savepoint)
    numbers = runs.numbers_by_run()
    assert numbers["loads"] == numbers["skips"]
    assert sorted(numbers["first"] + numbers["loads"]) == EVERY_NUMBER
    runs.check_ledger()


def test_what_the_ledger_has_forgotten_is_not_loaded_again(runs):
    """Another job of the table keeps its lines for a shorter time: the ledger itself says what it forgot."""
    runs.create()
    savepoint = runs.savepoint_with_rows_waiting()
    runs.finish("second", resume=savepoint)
    assert runs.committed(savepoint)

    older = aged(savepoint, 3)
    ledger = f"{runs.table}_flink_commits"
    runs.execute(f"UPDATE {ledger} SET committed_at = committed_at - INTERVAL '3 days' WHERE commit_identity <> 'head'")
    runs.finish("kept", resume=older)
    runs.finish("forgets", {"sink.ledger.retention": "2 d"})
    assert not runs.committed(savepoint)
    assert "was staged 3 days ago, longer than the ledger remembers" in runs.fail("fails", resume=older)
    numbers = runs.numbers_by_run()
    assert numbers["kept"] == numbers["second"]
    assert sorted(numbers["first"] + numbers["second"]) == numbers["forgets"] == EVERY_NUMBER


def test_options_that_changed_since_the_savepoint_do_not_change_what_waits_in_it(runs):
    runs.create()
    elsewhere = f"{runs.s3_uri}/elsewhere"
    runs.s3_uri += "/first"
    savepoint = runs.savepoint_with_rows_waiting()
    changed = {
        **PARQUET,
        "sink.copy.compression": "gzip",
        "sink.copy.options": "STATUPDATE OFF",
        "sink.copy.memory": "128 mb",
        "sink.copy.file-size": "64 kb",
        "sink.batch-size": "10",
        "sink.max-retries": "0",
        "s3-uri": elsewhere,
    }
    runs.finish("second", changed, resume=savepoint)
    assert runs.committed(savepoint)
    numbers = runs.numbers_by_run()
    assert sorted(numbers["first"] + numbers["second"]) == EVERY_NUMBER
    runs.check_ledger()


def test_a_savepoint_of_another_table_is_refused_with_both_names(runs):
    runs.create()
    other = Runs(runs.cluster, runs.warehouse, f"{runs.table}_other")
    other.create()
    try:
        other.finish("other")  # so that it has a ledger
        savepoint = runs.savepoint_with_rows_waiting()
        before = runs.numbers_by_run()
        message = runs.fail("moved", resume=savepoint, table=other.table)
        assert f"staged for dev.public.{runs.table} came back" in message, message
        assert f"writes to dev.public.{other.table}." in message, message
        assert runs.numbers_by_run() == before and other.numbers_by_run() == {"other": EVERY_NUMBER}
    finally:
        other.execute(f"DROP TABLE {other.table}")
        other.execute(f"DROP TABLE IF EXISTS {other.table}_flink_commits")


def test_two_jobs_write_one_table_at_once_and_each_row_is_there_once(runs):
    runs.create()
    ways = {"csv": COPY, "parquet": PARQUET}
    jobs = [runs.start(run, options, rate=LAST // 10) for run, options in ways.items()]
    for job in jobs:
        job.wait()
    assert runs.numbers_by_run() == {run: EVERY_NUMBER for run in ways}
    runs.check_ledger()
    writers = runs.execute(f"SELECT job_id FROM {runs.table}_flink_commits WHERE commit_identity <> 'head' ORDER BY committed_at")
    turns = [writer for (writer,), _ in itertools.groupby(writers)]
    assert set(turns) == {job.id for job in jobs}
    assert len(turns) > 2, "one job had ended before the other began"


@pytest.mark.parametrize("keyed", [False, True], ids=["append", "keyed"])
def test_a_resumed_job_makes_no_new_ledger_in_the_place_of_a_lost_one(runs, local, keyed):
    runs.create(keyed)
    # Also with writers that share no task with an operator that has state.
    alone = {"sink.parallelism": "2"}
    first = runs.start("first", alone, keyed=keyed, parallelism=1)
    runs.commit(first)
    savepoint = runs.stop(first)
    runs.execute(f"ALTER TABLE {runs.table}_flink_commits RENAME TO {runs.table}_lost")
    objects = local.keys(runs.s3_uri)
    message = runs.fail("fails", alone, keyed=keyed, parallelism=1, resume=savepoint)
    assert f"The ledger public.{runs.table}_flink_commits is missing" in message, message
    assert local.keys(runs.s3_uri) == objects
    runs.execute(f"ALTER TABLE {runs.table}_lost RENAME TO {runs.table}_flink_commits")
    runs.finish("second", {"sink.parallelism": "3"}, keyed=keyed, parallelism=1, resume=savepoint)
    if keyed:
        runs.check_result_by_key()
    else:
        found = runs.numbers_by_run()
        assert sorted(found["first"] + found["second"]) == EVERY_NUMBER
        runs.check_ledger()


@pytest.mark.parametrize("keyed", [False, True], ids=["append", "keyed"])
def test_a_jdbc_job_goes_on_in_copy_mode(runs, keyed):
    runs.create(keyed)
    first = runs.start("first", JDBC, keyed=keyed)
    runs.commit(first)
    runs.finish("copy", keyed=keyed, resume=runs.stop(first))
    if keyed:
        runs.check_result_by_key()
    else:
        found = runs.numbers_by_run()
        assert sorted(found["first"] + found["copy"]) == EVERY_NUMBER


def test_a_copy_job_goes_on_in_jdbc_mode_only_without_what_waits(runs):
    """Flink refuses to leave state behind unless told to."""
    runs.create()
    savepoint = runs.savepoint_with_rows_waiting()
    with pytest.raises(stack.SqlFailed, match="allowNonRestoredState"):
        runs.start("jdbc", JDBC, resume=savepoint)


def test_a_stopped_copy_job_goes_on_in_jdbc_mode_where_its_empty_state_may_go(runs):
    runs.create()
    first = runs.start("first")
    runs.commit(first)
    savepoint = runs.stop(first)
    with pytest.raises(stack.SqlFailed, match="allowNonRestoredState"):
        runs.start("refused", JDBC, resume=savepoint)
    runs.finish("jdbc", JDBC, resume=savepoint, settings={"execution.state-recovery.ignore-unclaimed-state": "true"})
    found = runs.numbers_by_run()
    assert found["first"] and found["jdbc"]
    assert sorted(found["first"] + found["jdbc"]) == EVERY_NUMBER

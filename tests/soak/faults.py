"""Every kind of fault that the soak draws from: asked for in redshift-local, at the gate before S3, or done with kill -9."""

import contextlib
import random
import re
import time

import psycopg
import s3_gate

USER, PASSWORD = "loader", "Loader-password-1"  # of the connector, so that faults at log-in hit nobody else

# What a fault's pattern is looked for in, where it is not the text of statements.
AT_LOGIN = {"cut-at-login", "too-many-connections", "silence-at-login", "expire-credentials", "snapshot-at-begin"}
AT_COMMIT = {"cut-before-commit", "cut-after-commit"}  # batches without a key are no transaction blocks
IN_API = {"api-throttle", "api-error"}
TEMPORARY = IN_API | {"expire-credentials"}  # only for logins that the Redshift API hands out
IN_COPY = {"copy-access-denied", "copy-expired-token", "copy-slow-down", "copy-missing-file", "cut-during-copy"}


class Kind:
    """One kind of fault. `ask` is called once a round, `fired` after it."""

    needs_parts = False  # only staged files of several parts can meet it
    needs_api = False  # only jobs with temporary logins can meet it
    before_start = False  # asked for before the job is submitted

    def __init__(self, name):
        self.name = name


class InServer(Kind):
    """A fault of local.fault()."""

    def __init__(self, name, local, chosen):
        super().__init__(name)
        self.fault, self.local, self.random = name, local, chosen
        self.seen = 0  # how often it had fired before this round
        self.needs_api = name in TEMPORARY
        self.before_start = name in IN_API

    def _pattern(self, tables):
        if self.fault in IN_API or self.fault in IN_COPY:
            return None
        if self.fault in AT_LOGIN:
            return USER
        # Statements of the connector, not those with which the soak looks at its tables.
        if self.fault in AT_COMMIT:
            return f"{tables.suffix}_flink_commits"
        return self.random.choice([f"{tables.suffix}_flink_commits", f'INSERT INTO "public"."{tables.names["inserted"]}"'])

    def ask(self, tables):
        sql = "SELECT local.fault(%s, 1, %s)"
        patiently(self.local, lambda connection: connection.execute(sql, [self.fault, self._pattern(tables)]))
        if self.fault in AT_LOGIN:
            patiently(self.local, self._end_sessions)  # the connector keeps its sessions and logs in when it has none

    @staticmethod
    def _end_sessions(connection):
        sql = "SELECT process FROM stv_sessions WHERE user_name LIKE %s"
        for (process,) in connection.execute(sql, [f"%{USER}%"]).fetchall():
            connection.execute("SELECT pg_terminate_backend(%s)", [process])

    def fired(self):
        rows = patiently(self.local, lambda connection: connection.execute("SELECT fault, fired FROM local.faults").fetchall())
        total = sum(fired for fault, fired in rows if fault == self.fault)
        fired, self.seen = total - self.seen, total
        return fired


class AtGate(Kind):
    """A fault of S3Gate."""

    def __init__(self, name, gate):
        super().__init__(f"S3: {name}")
        self.fault, self.gate = name, gate
        self.needs_parts = self.before_start = name == "lost-complete"

    def ask(self, tables):
        self.gate.fault(self.fault, delay=1.0, bytes_per_second=1_000_000)

    def fired(self):
        return sum(fault.fired for fault in self.gate.faults() if fault.fault == self.fault)


class Killed(Kind):
    """kill -9 of a process of the cluster, and a new one in its place."""

    def __init__(self, name, cluster, choose):
        super().__init__(f"kill -9 of {name}")
        self.cluster, self.choose, self.count = cluster, choose, 0

    def ask(self, tables):
        process = self.choose()
        self.cluster.kill(process)
        if process == "jobmanager":
            self.cluster.start_job_manager()
        else:
            self.cluster.start_task_manager(int(process.rsplit("-", 1)[1]))
        self.count += 1

    def fired(self):
        count, self.count = self.count, 0
        return count


class KilledBackend(Kind):
    """kill -9 of the server process of a session of the connector: PostgreSQL ends all of them and recovers."""

    def __init__(self, local, chosen):
        super().__init__("kill -9 of a database backend")
        self.local, self.random, self.count = local, chosen, 0

    def ask(self, tables):
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and not self.local.kill_backend(self.random):
            time.sleep(0.05)
        self.count += time.monotonic() < deadline

    def fired(self):
        count, self.count = self.count, 0
        return count


def patiently(local, ask, timeout=120):
    """Asks the stand-in, again while it recovers."""
    deadline = time.monotonic() + timeout
    while True:
        try:
            with local.warehouse.connect() as connection:
                return ask(connection)
        except psycopg.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def names_in_server(local):
    """Every fault that the stand-in knows, in its own words."""
    with local.warehouse.connect() as connection, contextlib.suppress(psycopg.errors.InvalidParameterValue):
        try:
            connection.execute("SELECT local.fault('?')")
        except psycopg.errors.InvalidParameterValue as unknown:
            listed = unknown.diag.message_hint.removeprefix("The faults are ").rstrip(".")
            return re.split(r", | and ", listed)
    raise RuntimeError("the stand-in took a fault that there is not")


def create_user(local):
    with local.warehouse.connect() as connection:
        connection.execute(f"CREATE USER {USER} PASSWORD '{PASSWORD}' CREATEUSER")


def every_kind(local, gate, cluster, seed):
    """All kinds; `create_user` makes the user for whom they are meant."""
    chosen = random.Random(seed)
    kinds = [InServer(name, local, chosen) for name in names_in_server(local)]
    kinds += [AtGate(name, gate) for name in s3_gate.FAULTS if name != "hold"]
    kinds += [
        Killed("a TaskManager", cluster, lambda: chosen.choice(["taskmanager-0", "taskmanager-1"])),
        Killed("the JobManager", cluster, lambda: "jobmanager"),
        KilledBackend(local, chosen),
    ]
    return kinds


def logins(local, temporary):
    """Options that log the connector in as its own user: with a password, or with one that the API hands out."""
    if not temporary:
        return {"username": USER, "password": PASSWORD}
    return {
        "username": None,
        "password": None,
        "iam.auth": "true",
        "iam.cluster-identifier": "local",
        "iam.db-user": USER,
        "iam.endpoint": local.ready["api"],
    }


def clear(local, gate):
    """Ends every fault that waits for its moment. The gate forgets its counts, the stand-in keeps them."""
    gate.clear()
    gate.release()
    patiently(local, lambda connection: connection.execute("SELECT local.clear_faults()"))

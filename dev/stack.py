"""Starts and stops what a job needs on one machine: redshift-local and a Flink cluster.

Used by the demo and by the end-to-end tests. Both are context managers; what they start is gone
when they are left, also after an exception.
"""

import contextlib
import dataclasses
import itertools
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.parse

import psycopg
import pyarrow.fs
from flink_rest import FlinkRest
from sql_gateway import GatewayFailed, SqlGateway

ROOT = pathlib.Path(__file__).resolve().parent.parent
VERSIONS = dict(line.split("=") for line in (ROOT / "dev/versions").read_text().splitlines() if "=" in line)
FLINK = ROOT / ".deps" / f"flink-{VERSIONS['FLINK_VERSION']}"
JAR = ROOT / "dist" / f"flink-connector-redshift-{VERSIONS['CONNECTOR_VERSION']}-2.x.jar"
FAULTS_NEVER_FIRED = 3  # exit code of redshift-local (docs/redshift-local.md)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


@dataclasses.dataclass
class Warehouse:
    """A Redshift that jobs can write to, and the S3 prefix they stage on."""

    url: str
    s3_uri: str
    options: dict  # connector options that say how to reach both

    def connect(self):
        """A psycopg connection in autocommit mode."""
        return psycopg.connect(self.url, autocommit=True)

    def with_clause(self, table, options=()):
        """The WITH clause of a Flink table over `table`; an option whose value is None is left out."""
        every = {"connector": "redshift", **self.options, "table-name": table, **dict(options)}
        lines = ",\n".join(f"  '{key}' = '{value}'" for key, value in every.items() if value is not None)
        return f"WITH (\n{lines}\n)"


class RedshiftLocal(contextlib.AbstractContextManager):
    """A running redshift-local on free ports."""

    def __init__(self, *arguments, log=None):
        program = os.environ.get("REDSHIFT_LOCAL", ROOT / "build/bin/redshift-local")
        self.command = [str(program), "--port", "0", "--s3-port", "0", "--api-port", "0", *arguments]
        self.log = log

    def __enter__(self):
        stderr = open(self.log, "wb") if self.log else subprocess.DEVNULL
        self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE, stderr=stderr, text=True)
        line = self.process.stdout.readline()
        if not line.startswith("redshift-local ready "):
            self.__exit__()
            raise RuntimeError(f"redshift-local did not start; see {self.log or 'its log (none was asked for)'}")
        self.ready = dict(pair.split("=", 1) for pair in line.split()[2:])
        return self

    def __exit__(self, failure=None, *_):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(15)
        finally:
            self.process.kill()
        if failure is None and self.process.returncode == FAULTS_NEVER_FIRED:
            raise RuntimeError(f"a fault was asked for and never fired; see {self.log or 'its log (none was asked for)'}")

    @property
    def warehouse(self):
        url = urllib.parse.urlsplit(self.ready["url"])
        s3_uri = f"s3://{self.ready['bucket']}/staging"
        options = {
            "hostname": url.hostname,
            "port": str(url.port),
            "username": url.username,
            "password": url.password,
            "database-name": url.path.lstrip("/"),
            "ssl.root-cert": self.ready["ca"],  # ssl.mode: the default, verify-full
            "s3-uri": s3_uri,
            "aws.region": self.ready["region"],
            "aws.endpoint": self.ready["s3"],
            "aws.credentials.provider": "BASIC",
            "aws.credentials.basic.accesskeyid": self.ready["access-key"],
            "aws.credentials.basic.secretkey": self.ready["secret-key"],
        }
        return Warehouse(self.ready["url"], s3_uri, options)

    def _s3(self, s3_uri):
        s3 = pyarrow.fs.S3FileSystem(
            endpoint_override=self.ready["s3"],
            region=self.ready["region"],
            access_key=self.ready["access-key"],
            secret_key=self.ready["secret-key"],
        )
        place = pyarrow.fs.FileSelector(s3_uri.removeprefix("s3://"), recursive=True, allow_not_found=True)
        return s3, [info.path for info in s3.get_file_info(place) if info.is_file]

    def objects(self, s3_uri):
        """The objects under an S3 URI of its S3 server: key -> text."""
        s3, keys = self._s3(s3_uri)
        return {key: s3.open_input_file(key).read().decode() for key in keys}

    def keys(self, s3_uri):
        """The objects under an S3 URI of its S3 server, each as bucket/key."""
        return self._s3(s3_uri)[1]

    def kill_backend(self, chosen):
        """kill -9 of the server process of some session, drawn by `chosen` (a random.Random). PostgreSQL then ends all
        sessions and recovers. False if there was none to kill, or the server still recovers."""
        try:
            with self.warehouse.connect() as connection:
                sessions = connection.execute("SELECT process FROM stv_sessions WHERE process <> pg_backend_pid()").fetchall()
            victim = chosen.choice(sorted(sessions))[0]
            command = pathlib.Path(f"/proc/{victim}/cmdline").read_text()
            assert command.startswith("postgres: ") or not command, command
            os.kill(victim, signal.SIGKILL)
        except (psycopg.OperationalError, IndexError, FileNotFoundError, ProcessLookupError):
            return False
        return True


def cluster_from_environment():
    """The real cluster that REDSHIFT_URL, REDSHIFT_S3_URI and REDSHIFT_IAM_ROLE name, or None."""
    names = ["REDSHIFT_URL", "REDSHIFT_S3_URI", "REDSHIFT_IAM_ROLE"]
    if not all(os.environ.get(name) for name in names):
        return None
    url, s3_uri, role = (os.environ[name] for name in names)
    parts = urllib.parse.urlsplit(url)
    options = {
        "hostname": parts.hostname,
        "port": str(parts.port or 5439),
        "username": urllib.parse.unquote(parts.username),
        "password": urllib.parse.unquote(parts.password),
        "database-name": parts.path.lstrip("/") or "dev",
        "ssl.mode": "require",
        "s3-uri": s3_uri,
        "iam-role-arn": role,
    }
    return Warehouse(url, s3_uri, options)


class PipeFailed(Exception):
    """A redshift-pipe that did not end with 0."""

    def __init__(self, done):
        super().__init__(f"exit code {done.returncode}: {done.stderr}")
        self.returncode, self.stdout, self.stderr = done.returncode, done.stdout, done.stderr


def redshift_pipe(*arguments, stdin="", timeout=300):
    """Runs build/bin/redshift-pipe; returns what it printed as stdout and stderr. Raises PipeFailed."""
    command = [str(ROOT / "build/bin/redshift-pipe"), *map(str, arguments)]
    done = subprocess.run(command, input=stdin, capture_output=True, text=True, timeout=timeout)
    if done.returncode != 0:
        raise PipeFailed(done)
    return done


class SqlFailed(Exception):
    """A SQL client session that did not end well; the text is what the user saw."""


class FlinkCluster(contextlib.AbstractContextManager):
    """A JobManager and TaskManagers of the real distribution, as processes that can be killed and started anew.

    The distribution is a private copy (hard links), so that a jar can be dropped into its lib/. `environment` is for
    the processes alone, not for clients. Checkpoints and savepoints go to `state`. With `high_availability`
    a JobManager that is started anew takes up the jobs of the one before: their plans and the pointers to their
    checkpoints lie in `state` and in a ZooKeeper, the one inside the distribution, that keeps its data there too.
    Without it a new JobManager knows nothing, and a job goes on from `execution.state-recovery.path`. With
    `sql_gateway` one more process runs through which `submit` takes a second instead of ten.
    """

    def __init__(
        self,
        directory=None,
        slots=8,
        jar_in_lib=False,
        settings=(),
        environment=(),
        task_managers=1,
        high_availability=False,
        sql_gateway=False,
    ):
        self._temporary = None if directory else tempfile.TemporaryDirectory(prefix="flink-cluster-")
        place = pathlib.Path(directory or self._temporary.name)
        self.home = place / "flink"
        self.state = place / "state"
        self.slots = slots  # of one TaskManager
        self.jar_in_lib = jar_in_lib
        self.settings = dict(settings)
        self.process_environment = dict(environment)
        self.task_manager_count = task_managers
        self.high_availability = high_availability
        self.with_gateway = sql_gateway
        self.gateway = None
        self.processes = {}  # name -> Popen: "zookeeper", "jobmanager", "taskmanager-0", ...
        self._starts = itertools.count()

    def __enter__(self):
        subprocess.run(["cp", "-al", str(FLINK), str(self.home)], check=True)
        if self.jar_in_lib:
            shutil.copy(JAR, self.home / "lib")
        self.rest_port = free_port()
        self.rest = FlinkRest(self.rest_port)
        config = self.home / "conf/config.yaml"
        java_options = re.search(r"all: (.*)", config.read_text()).group(1)
        settings = {
            "env.java.opts.all": f"-XX:TieredStopAtLevel=1 {java_options}",
            "jobmanager.rpc.address": "localhost",
            "jobmanager.rpc.port": free_port(),
            "jobmanager.bind-host": "localhost",
            "jobmanager.memory.process.size": "1600m",
            "taskmanager.bind-host": "localhost",
            "taskmanager.host": "localhost",
            "taskmanager.numberOfTaskSlots": self.slots,
            "taskmanager.memory.process.size": "2500m",
            "taskmanager.memory.task.off-heap.size": "512m",
            "rest.address": "localhost",
            "rest.port": self.rest_port,
            "web.refresh-interval": 200,  # how old an answer about a job may be, in milliseconds
            "execution.checkpointing.dir": (self.state / "checkpoints").as_uri(),
            "execution.checkpointing.savepoint-dir": (self.state / "savepoints").as_uri(),
            **(self._high_availability_settings() if self.high_availability else {}),
            **self.settings,
        }
        config.unlink()  # the hard link, not the original
        config.write_text("".join(f"{key}: {value}\n" for key, value in settings.items()))
        self.environment = {**os.environ, "FLINK_LOG_DIR": str(self.home / "log"), "FLINK_CONF_DIR": str(config.parent)}
        try:
            if self.high_availability:
                self._start("zookeeper", "zookeeper.sh", "1")
            self.start_job_manager()
            for number in range(self.task_manager_count):
                self.start_task_manager(number)
            if self.with_gateway:
                self._start_gateway()
            self.wait_for_slots(self.task_manager_count * self.slots)
        except BaseException:
            self.__exit__()
            raise
        return self

    def _high_availability_settings(self):
        port = free_port()
        zoo = {
            "tickTime": 500,
            "dataDir": self.state / "zookeeper",
            "clientPort": port,
            "clientPortAddress": "localhost",
            "admin.enableServer": "false",
            "server.1": "localhost:2888:3888",  # one server alone has no use for these ports and does not listen there
        }
        (self.home / "conf/zoo.cfg").unlink()
        (self.home / "conf/zoo.cfg").write_text("".join(f"{key}={value}\n" for key, value in zoo.items()))
        return {
            "high-availability.type": "zookeeper",
            "high-availability.zookeeper.quorum": f"localhost:{port}",
            "high-availability.storageDir": (self.state / "ha").as_uri(),
            "high-availability.zookeeper.client.session-timeout": 6000,  # how long a dead JobManager counts as leader
            "zookeeper.heap.mb": 128,
        }

    def __exit__(self, *_):
        for process in reversed(self.processes.values()):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
        for process in self.processes.values():
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        if self._temporary:
            self._temporary.cleanup()

    def _start(self, name, script, *arguments):
        old = self.processes.get(name)
        assert old is None or old.poll() is not None, f"{name} runs"
        with open(self.home / f"log/{name}-{next(self._starts)}.out", "wb") as out:
            self.processes[name] = subprocess.Popen(
                [str(self.home / "bin" / script), "start-foreground", *arguments],
                stdout=out,
                stderr=subprocess.STDOUT,
                env={**self.environment, **self.process_environment},
                start_new_session=True,
            )

    def start_job_manager(self):
        """Starts the JobManager, also after it was killed; does not wait for it."""
        self._start("jobmanager", "jobmanager.sh")

    def start_task_manager(self, number=0):
        """Starts a TaskManager, also after it was killed; does not wait for it."""
        self._start(f"taskmanager-{number}", "taskmanager.sh")

    def _start_gateway(self):
        port = free_port()
        place = ["-Dsql-gateway.endpoint.rest.address=localhost", f"-Dsql-gateway.endpoint.rest.port={port}"]
        self._start("sql-gateway", "sql-gateway.sh", *place)
        self.gateway = SqlGateway(port)
        self._wait_until(self.gateway.answers)

    def kill(self, name):
        """kill -9 of "jobmanager", "taskmanager-0" and so on; it is gone afterwards."""
        process = self.processes[name]
        assert process.poll() is None, f"{name} does not run"
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def wait_for_slots(self, count, timeout=120):
        """Waits until TaskManagers with `count` slots in all have come to the JobManager."""
        self._wait_until(lambda: self.rest.slots()[0] >= count, timeout)

    def _wait_until(self, condition, timeout=120):
        deadline = time.monotonic() + timeout
        while not condition():
            dead = [name for name, process in self.processes.items() if process.poll() is not None]
            if time.monotonic() > deadline or dead:
                raise RuntimeError(f"the Flink cluster did not start; ended: {dead or 'none'}; see {self.home}/log")
            time.sleep(0.3)

    def submit(self, sql, timeout=300):
        """Runs SQL statements that do not wait for their jobs; returns the jobs of its INSERTs in their order.

        Through the SQL gateway where there is one, else through sql-client.sh. Raises SqlFailed.
        """
        if not self.gateway:
            return [self.rest.job(job_id) for job_id in re.findall(r"Job ID: ([0-9a-f]{32})", self.run_sql(sql, timeout))]
        try:
            return [self.rest.job(job_id) for job_id in self.gateway.run(sql, timeout)]
        except GatewayFailed as failure:
            raise SqlFailed(str(failure)) from None

    def sql_client(self, script):
        """The command that runs a file of SQL statements, as a user would type it."""
        command = [str(self.home / "bin/sql-client.sh")]
        if not self.jar_in_lib:
            command += ["-j", str(JAR)]
        return command + ["-hist", str(self.home / "history"), "-f", str(script)]

    def run_sql(self, sql, timeout=300):
        """Runs SQL statements through sql-client.sh; returns what it printed. Raises SqlFailed."""
        script = self.home / f"job-{time.monotonic_ns()}.sql"
        script.write_text(sql)
        done = subprocess.run(
            self.sql_client(script), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=timeout, env=self.environment
        )
        if done.returncode != 0 or "[ERROR]" in done.stdout:
            raise SqlFailed(done.stdout)
        return done.stdout

    def logs(self):
        """Everything that the cluster's processes have logged so far."""
        return "".join(p.read_text(errors="replace") for p in sorted((self.home / "log").iterdir()))

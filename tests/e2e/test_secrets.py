"""Planted secrets: jobs that succeed and jobs that fail in every way, and then a search of everything they left.

What is searched must hold a marker that is no secret, so that a search that looks at nothing fails. The serialised
job graph is not searched: it holds the options as given, as docs/security.md says. Nor is what Flink's SHOW CREATE
TABLE prints, which Flink 2.3 does not mask.
"""

import contextlib
import http.server
import json
import os
import pathlib
import re
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

import pytest

import stack

PASSWORD = "Planted-Pass-word-1"
WRONG_PASSWORD = "Planted-Wrong-word-2"
SECRET_KEY = "Planted/secret+access/key3"
SESSION_TOKEN = "Planted//session+token4=="
FLINK_SECRET_KEY = "Planted/flink+secret/key5"
SECRETS = [PASSWORD, WRONG_PASSWORD, SECRET_KEY, SESSION_TOKEN, FLINK_SECRET_KEY]
MARKER = "planted_marker"  # name of the table that all jobs write to

ROWS = "(1, 'one'), (2, 'two')"
BATCH = """SET 'execution.runtime-mode' = 'batch';
SET 'restart-strategy.type' = 'none';
"""
STREAMING = """SET 'execution.checkpointing.interval' = '1 s';
SET 'parallelism.default' = '2';
CREATE TABLE numbers (id INT) WITH ('connector' = 'datagen', 'rows-per-second' = '20',
  'fields.id.kind' = 'sequence', 'fields.id.start' = '1', 'fields.id.end' = '100000');
"""


REFUSALS = {
    "SignatureDoesNotMatch": "The secret key does not fit",
    "ExpiredToken": "The credentials have expired",
    "AccessDenied": "Access is denied",
}


class RefusingS3(http.server.BaseHTTPRequestHandler):
    """Refuses every request as Amazon S3 does: with all that was signed, the session token too, in the answer."""

    def do_any(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.refused += 1
        token = self.headers.get("x-amz-security-token", "")
        signed = "\n".join(f"{name.lower()}:{value}" for name, value in self.headers.items())
        if self.server.code == "ExpiredToken":
            status, detail = 400, f"<Token-0>{token}</Token-0>"
        else:
            status, detail = 403, f"<StringToSign>AWS4-HMAC-SHA256</StringToSign><CanonicalRequest>{signed}</CanonicalRequest>"
        body = f"<?xml version='1.0'?><Error><Code>{self.server.code}</Code><Message>Refused.</Message>{detail}</Error>".encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/xml")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = do_any

    def log_message(self, *_):
        pass


@contextlib.contextmanager
def refusing_s3(code):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), RefusingS3)
    server.code, server.refused = code, 0
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


class Run:
    """One stand-in, one cluster, and everything that the jobs on them left."""

    def __init__(self, directory):
        self.directory = directory
        self.log = directory / "redshift-local.log"
        self.shown = []  # what the SQL client printed, without its echo of the statements

    def __enter__(self):
        with contextlib.ExitStack() as started:
            self.local = started.enter_context(stack.RedshiftLocal("--password", PASSWORD, log=self.log))
            self.flink = started.enter_context(
                stack.FlinkCluster(
                    self.directory,
                    jar_in_lib=True,
                    settings={
                        "s3.access-key": "AKIDOFFLINK",
                        "s3.secret-key": FLINK_SECRET_KEY,
                        "s3.endpoint": self.local.ready["s3"],
                        "execution.checkpointing.dir": f"file://{self.directory}/checkpoints",
                        "execution.checkpointing.savepoint-dir": f"file://{self.directory}/savepoints",
                        "execution.checkpointing.num-retained": 100,
                        "execution.checkpointing.externalized-checkpoint-retention": "RETAIN_ON_CANCELLATION",
                        "metrics.fetcher.update-interval": 500,
                    },
                    # Not for the SQL client: Flink's REST client logs the cluster's settings as they are at this level.
                    environment={"ROOT_LOG_LEVEL": "DEBUG"},
                )
            )
            self.stop = started.pop_all().close
        return self

    def __exit__(self, *_):
        self.stop()

    def target(self, options=(), name="target", columns="id INT, name STRING"):
        every = {
            "aws.credentials.basic.secretkey": SECRET_KEY,
            "aws.credentials.basic.sessiontoken": SESSION_TOKEN,
            "sink.write.mode": "copy",
            "sink.max-retries": "1",
            **dict(options),
        }
        if every["sink.write.mode"] == "copy":
            every |= {"sink.copy.compression": "none", "sink.copy.keep-files": "true", "sink.commit.reconnect-timeout": "5 s"}
        return f"CREATE TABLE {name} ({columns}) {self.local.warehouse.with_clause(MARKER, every)};\n"

    def sql(self, text):
        printed = self.flink.run_sql(text)
        self.shown.append(re.sub(r"CREATE TABLE .*?\)(?=\s*(\x1b|\n\n))", "", printed, flags=re.DOTALL))
        return printed

    def failing(self, options, expected):
        """Runs a job that must fail and checks the error that the SQL client shows."""
        with pytest.raises(stack.SqlFailed) as failure:
            self.flink.run_sql(f"SET 'table.dml-sync' = 'true';\n{BATCH}{self.target(options)}INSERT INTO target VALUES {ROWS};")
        text = str(failure.value)
        self.shown.append(text[text.index("[ERROR]") :])
        assert expected in self.shown[-1]

    def failing_together(self, jobs):
        """Runs jobs that must fail, (options, rows, text of the error) each."""
        script = BATCH
        for number, (options, rows, _) in enumerate(jobs):
            script += f"{self.target(options, name=f'target{number}')}INSERT INTO target{number} VALUES {rows};\n"
        for job, (_, _, expected) in zip(job_ids(self.sql(script)), jobs, strict=True):
            self.fails(job, expected)

    def fails(self, job, expected):
        self.wait_for(f"/jobs/{job}", lambda answer: answer["state"] == "FAILED")
        assert expected in self.rest(f"/jobs/{job}/exceptions")

    def rest(self, path):
        with urllib.request.urlopen(f"http://localhost:{self.flink.rest_port}{path}", timeout=30) as answer:
            return answer.read().decode(errors="replace")

    def wait_for(self, page, condition):
        """The page of REST, once it is as wanted."""
        deadline = time.monotonic() + 90
        while not condition(answer := json.loads(self.rest(page))):
            assert time.monotonic() < deadline, answer
            time.sleep(0.3)

    def wait_for_metric(self, job, name):
        """Metrics are fetched from running tasks when REST is asked for them, and kept when the tasks have ended."""
        vertices = [vertex["id"] for vertex in json.loads(self.rest(f"/jobs/{job}"))["vertices"]]
        deadline = time.monotonic() + 90
        while not any(name in self.rest(f"/jobs/{job}/vertices/{vertex}/metrics") for vertex in vertices):
            assert time.monotonic() < deadline, f"no {name} of job {job}"
            time.sleep(0.3)

    def wait_for_checkpoints(self, job, count):
        self.wait_for(f"/jobs/{job}/checkpoints", lambda answer: answer["counts"]["completed"] >= count)


def job_ids(printed):
    return re.findall(r"Job ID: ([0-9a-f]{32})", printed)


def fail_in_every_way(run):
    run.failing({"password": WRONG_PASSWORD}, "password authentication failed")
    with contextlib.ExitStack() as servers:
        refusing = {servers.enter_context(refusing_s3(code)): words for code, words in REFUSALS.items()}
        run.failing_together(
            [
                ({"password": WRONG_PASSWORD, "sink.write.mode": "jdbc"}, ROWS, "password authentication failed"),
                ({"ssl.root-cert": None}, ROWS, "ssl.mode"),
                ({"s3-uri": "s3://no-such-bucket/staging"}, ROWS, "no-such-bucket"),
                *(({"aws.endpoint": f"http://127.0.0.1:{s3.server_port}"}, ROWS, words) for s3, words in refusing.items()),
                ({"sink.bad-rows.show-values": "true"}, "(1, 'does not fit')", "VARCHAR(8)"),
                ({"sink.write.mode": "jdbc"}, "(1, 'does not fit')", "VARCHAR(8)"),
            ]
        )
        assert all(s3.refused for s3 in refusing)
    rights_taken_away(run)


def rights_taken_away(run):
    """COPY and INSERT that the warehouse refuses, in jobs that had started well."""
    with run.local.warehouse.connect() as connection:
        connection.execute(f"GRANT SELECT, INSERT ON {MARKER} TO loader")
    more = {"username": "loader", "sink.ledger.table": "loader_ledger"}
    tables = "".join(run.target({**more, "sink.write.mode": mode}, name=mode) for mode in ("copy", "jdbc"))
    inserts = "".join(f"INSERT INTO {mode} SELECT id, 'n' FROM numbers;\n" for mode in ("copy", "jdbc"))
    jobs = job_ids(run.sql(f"SET 'restart-strategy.type' = 'none';\n{STREAMING}{tables}{inserts}"))
    for job in jobs:
        run.wait_for_checkpoints(job, 1)
    with run.local.warehouse.connect() as connection:
        connection.execute(f"REVOKE INSERT ON {MARKER} FROM loader")
    for job in jobs:
        run.fails(job, "permission denied")


def stop_and_restore(run):
    """A streaming job over a lost connection, with a checkpoint, a savepoint and a restore."""
    insert = "INSERT INTO target SELECT id, IF(MOD(id, 10) = 0, 'much too long', 'n') FROM numbers;\n"
    tables = run.target({"sink.bad-rows": "reject"})
    (job,) = job_ids(run.sql(STREAMING + tables + insert))
    run.wait_for_checkpoints(job, 2)
    with run.local.warehouse.connect() as connection:
        connection.execute("SELECT local.fault('cut-before-commit', 1, 'COPY')")
    run.wait_for_checkpoints(job, 5)
    printed = run.sql(f"STOP JOB '{job}' WITH SAVEPOINT;")
    savepoint = re.search(r"file:\S+savepoint-\S+", printed).group(0)
    (restored,) = job_ids(run.sql(f"SET 'execution.state-recovery.path' = '{savepoint}';\n{STREAMING}{tables}{insert}"))
    run.wait_for_checkpoints(restored, 2)
    assert savepoint in run.rest(f"/jobs/{restored}/checkpoints")
    run.wait_for_metric(restored, "numRecordsSend")
    run.sql(f"STOP JOB '{restored}';")
    run.wait_for(f"/jobs/{restored}", lambda answer: answer["state"] == "CANCELED")
    with run.local.warehouse.connect() as connection:
        (rows,) = connection.execute(f"SELECT COUNT(*) FROM {MARKER}").fetchone()
        assert rows > 20
        assert connection.execute("SELECT SUM(fired) FROM local.faults").fetchone()[0] >= 1


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    with Run(tmp_path_factory.mktemp("secrets")) as running:
        with running.local.warehouse.connect() as connection:
            connection.execute(f"CREATE TABLE {MARKER} (id INTEGER, name VARCHAR(8))")
            connection.execute(f"CREATE USER loader PASSWORD '{PASSWORD}'")
            connection.execute("GRANT CREATE, USAGE ON SCHEMA public TO loader")
        fail_in_every_way(running)
        stop_and_restore(running)
        yield running


def leaked(places, marker=MARKER):
    """(place, secret) of each secret found in `places`, name -> bytes; also in UTF-16 and inside JSON."""
    forms = [(secret, form) for secret in SECRETS for form in {secret, json.dumps(secret)[1:-1], secret.replace("/", "\\/")}]
    found = set()
    for place, content in places.items():
        for secret, form in forms:
            if any(form.encode(encoding) in content for encoding in ("utf-8", "utf-16-le", "utf-16-be")):
                found.add((place, secret))
    assert any(marker.encode() in content for content in places.values()), f"nothing of the jobs is in {sorted(places)}"
    return found


def files_below(directory):
    """Files that are still there: an aborted checkpoint is cleared away after its job has ended."""
    files = {}
    for folder, _, names in os.walk(directory):  # rglob stops at a folder that has gone
        for path in (pathlib.Path(folder, name) for name in names):
            with contextlib.suppress(FileNotFoundError):
                files[str(path)] = path.read_bytes()
    return files


def rest_answers(run):
    """Every answer of REST, which is all that the web UI shows."""
    answers = {}

    def get(path):
        with contextlib.suppress(urllib.error.HTTPError):  # not every job has every page
            answers[path] = run.rest(path)
        return json.loads(answers.get(path) or "{}") if path in answers else {}

    def metrics(path):
        names = [metric["id"] for metric in get(path)]
        for first in range(0, len(names), 50):
            get(f"{path}?get={','.join(map(urllib.parse.quote, names[first : first + 50]))}")

    for page in ["/config", "/overview", "/jobs/overview", "/jobmanager/config", "/jobmanager/environment", "/jobmanager/thread-dump"]:
        get(page)
    metrics("/jobmanager/metrics")
    for manager in get("/taskmanagers")["taskmanagers"]:
        get(f"/taskmanagers/{manager['id']}")
        get(f"/taskmanagers/{manager['id']}/thread-dump")
        metrics(f"/taskmanagers/{manager['id']}/metrics")
    for job in (job["id"] for job in get("/jobs")["jobs"]):
        for page in ["config", "plan", "exceptions", "accumulators", "checkpoints/config", "jobmanager/config", "jobmanager/environment"]:
            get(f"/jobs/{job}/{page}")
        metrics(f"/jobs/{job}/metrics")
        for checkpoint in get(f"/jobs/{job}/checkpoints").get("history", []):
            get(f"/jobs/{job}/checkpoints/details/{checkpoint['id']}")
        for vertex in (vertex["id"] for vertex in get(f"/jobs/{job}")["vertices"]):
            for page in ["", "/accumulators", "/subtasktimes", "/taskmanagers", "/subtasks/accumulators"]:
                get(f"/jobs/{job}/vertices/{vertex}{page}")
            metrics(f"/jobs/{job}/vertices/{vertex}/metrics")
    return {path: text.encode() for path, text in answers.items()}


def test_logs_hold_no_secret(run):
    assert leaked(files_below(run.flink.home / "log")) == set()


def test_logs_of_the_warehouse_hold_no_secret(run):
    assert leaked({str(run.log): run.log.read_bytes()}, marker="cut-before-commit fires") == set()


def test_the_sql_client_shows_no_secret_but_what_was_typed(run):
    assert leaked({"shown": "\n".join(run.shown).encode()}, marker="password authentication failed") == set()


def test_rest_and_so_the_web_ui_hold_no_secret(run):
    answers = rest_answers(run)
    assert any("/exceptions" in path and b"permission denied" in text for path, text in answers.items())
    assert any("get=" in path and b"numRecordsSend" in text for path, text in answers.items())
    assert leaked(answers) == set()


def test_checkpoints_savepoints_and_the_committables_in_them_hold_no_secret(run):
    kept = [files_below(run.directory / kind) for kind in ("checkpoints", "savepoints")]
    assert all(kept)
    # Together: one that was taken before new rows came has no committable in it.
    assert leaked({place: content for files in kept for place, content in files.items()}) == set()


def test_objects_on_s3_hold_no_secret(run):
    objects = run.local.objects(run.local.warehouse.s3_uri)
    assert any(key.endswith(".manifest") for key in objects) and any("/rejected/" in key for key in objects)
    assert leaked({key: text.encode() for key, text in objects.items()}) == set()


def test_the_search_finds_what_is_there(tmp_path):
    (tmp_path / "found").write_bytes(b"x" + json.dumps({"k": SECRET_KEY, "m": MARKER}).encode())
    (tmp_path / "wide").write_bytes(PASSWORD.encode("utf-16-le"))
    assert {secret for _, secret in leaked(files_below(tmp_path))} == {SECRET_KEY, PASSWORD}

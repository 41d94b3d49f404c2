"""redshift-local as a program: by hand with psql, its start and its end."""

import os
import pathlib
import signal
import socket
import subprocess
import tempfile
import time

import stack

PROGRAM = stack.ROOT / "build/bin/redshift-local"
OTHER_PORTS = ["--s3-port", "0", "--api-port", "0"]


def psql(local, *commands):
    arguments = [word for command in commands for word in ("-c", command)]
    done = subprocess.run(["psql", "-X", local.ready["url"], *arguments], capture_output=True, text=True, timeout=60)
    return done.stdout, done.stderr


def test_psql_works_by_hand(local):
    out, err = psql(
        local,
        "SELECT version()",
        "CREATE TABLE by_hand (id INTEGER IDENTITY(1,1), name VARCHAR(12) DISTKEY) SORTKEY (id)",
        "INSERT INTO by_hand (name) VALUES ('it\\'s'), ('b')",
        "SELECT name FROM by_hand ORDER BY id",
        "\\d by_hand",
        "\\dt",
        "DROP TABLE by_hand",
    )
    assert err == ""
    assert "Redshift 1.0." in out and "it's" in out and "character varying(12)" in out
    assert "INSERT 0 2" in out and "DROP TABLE" in out


def test_port_in_use_is_one_readable_error_and_leaves_nothing():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = subprocess.run([PROGRAM, "--port", port, *OTHER_PORTS], capture_output=True, text=True, timeout=60)
    assert done.returncode == 1 and done.stdout == ""
    errors = [line for line in done.stderr.splitlines() if "error" in line.lower()]
    assert len(errors) == 1 and port in errors[0] and "--port" in errors[0]


def children(pid):
    done = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True)
    direct = [int(line) for line in done.stdout.split()]
    return direct + [grandchild for child in direct for grandchild in children(child)]


def alive(pid):
    try:
        return open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_stops_within_ten_seconds_and_leaves_nothing_behind(tmp_path):
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    tmp_path.chmod(0o777)
    process = subprocess.Popen(
        [PROGRAM, "--port", "0", *OTHER_PORTS], stdout=subprocess.PIPE, text=True, cwd="/", env=environment
    )
    assert process.stdout.readline().startswith("redshift-local ready ")
    started = children(process.pid)
    assert len(started) >= 2  # PostgreSQL and the S3 server
    process.send_signal(signal.SIGTERM)
    assert process.wait(10) == 0
    assert [pid for pid in started if alive(pid)] == []
    assert list(tmp_path.iterdir()) == []


def test_takes_its_children_with_it_when_killed():
    process = subprocess.Popen([PROGRAM, "--port", "0", *OTHER_PORTS], stdout=subprocess.PIPE, text=True)
    process.stdout.readline()
    started = children(process.pid)
    process.kill()
    process.wait()
    deadline = time.monotonic() + 20
    while [pid for pid in started if alive(pid)] and time.monotonic() < deadline:
        time.sleep(0.2)
    assert [pid for pid in started if alive(pid)] == []


def test_data_directory_keeps_tables_across_a_restart():
    with tempfile.TemporaryDirectory() as name:
        data = pathlib.Path(name) / "data"
        os.chmod(name, 0o755)
        with stack.RedshiftLocal("--data", str(data)) as running, running.warehouse.connect() as connection:
            connection.execute("CREATE TABLE kept (id INTEGER)")
            connection.execute("INSERT INTO kept VALUES (7)")
        with stack.RedshiftLocal("--data", str(data)) as running, running.warehouse.connect() as connection:
            assert connection.execute("SELECT id FROM kept").fetchall() == [(7,)]

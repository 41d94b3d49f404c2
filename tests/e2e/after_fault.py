"""What must hold after every fault, whatever it was: called at the end of each fault test, when its jobs have ended.

Rows are tuples as psycopg gives them; the expected ones are computed by the test, never read back from anywhere.
"""

import collections
import time

import psycopg
import stack

LEDGER = "_flink_commits"


def difference(landed, expected):
    """(rows that are missing, rows that are there too often or should not be at all), both as Counters."""
    landed, expected = collections.Counter(landed), collections.Counter(expected)
    return expected - landed, landed - expected


def _some(rows):
    return f"{rows.total()}: {sorted(rows.items())[:10]}"


def rows_of(connection, table, columns="*"):
    return connection.execute(f"SELECT {columns} FROM {table}").fetchall()


def check_exactly_once(connection, table, expected, columns="*"):
    """Every expected row is there exactly once, and nothing else: counted and compared by value.

    For append-only tables in copy mode, and for the final state of tables with a key in either mode.
    """
    expected = list(expected)
    lost, extra = difference(rows_of(connection, table, columns), expected)
    assert not lost and not extra, f"{table}: lost {_some(lost)}; twice or never sent {_some(extra)}"
    assert connection.execute(f"SELECT COUNT(*) FROM {table}").fetchone() == (len(expected),)


def check_final_state(connection, table, expected, key=1, columns="*"):
    """A table whose first `key` columns are its primary key has one row per key: the expected one."""
    landed = rows_of(connection, table, columns)
    twice = [k for k, count in collections.Counter(row[:key] for row in landed).items() if count > 1]
    assert not twice, f"{table}: {len(twice)} keys twice: {sorted(twice)[:10]}"
    check_exactly_once(connection, table, expected, columns)


def check_at_least_once(connection, table, expected, columns="*"):
    """No expected row is missing and none is there that was never sent; how often does not matter.

    Returns how many rows are there more than once.
    """
    expected = set(expected)
    landed = collections.Counter(rows_of(connection, table, columns))
    lost, unknown = expected - set(landed), set(landed) - expected
    assert not lost and not unknown, f"{table}: lost {sorted(lost)[:10]}; never sent {sorted(unknown)[:10]}"
    return landed.total() - len(landed)


def check_ledger(connection, table, rows=None, ledger=None):
    """One head row, no identity twice, rows that sum to `rows` where that is given.

    `rows` is what was loaded: all rows of an append-only table. Returns the commits: identity -> (checkpoint, rows).
    """
    ledger = ledger or f"{table}{LEDGER}"
    found = connection.execute(f"SELECT commit_identity, checkpoint_id, row_count FROM {ledger}").fetchall()
    heads = [row for row in found if row[0] == "head"]
    assert len(heads) == 1, f"{ledger}: {len(heads)} head rows"
    commits = [row for row in found if row[0] != "head"]
    identities = collections.Counter(row[0] for row in commits)
    assert len(identities) == len(commits), f"{ledger}: committed twice: {identities.most_common(5)}"
    assert heads[0][2] >= len(commits), f"{ledger}: the head row counted {heads[0][2]} commits, there are {len(commits)}"
    if rows is not None:
        assert sum(row[2] for row in commits) == rows, f"{ledger}: {commits}"
    return {identity: (checkpoint, count) for identity, checkpoint, count in commits}


def check_objects(local, s3_uri):
    """Every object below `s3_uri` is one that `redshift-pipe clean` lists, but for published reject files.

    Returns what it lists, unfinished uploads included, as addresses.
    """
    storage = {key: value for key, value in local.warehouse.options.items() if key.startswith("aws.")}
    flags = [word for key, value in {**storage, "s3-uri": s3_uri}.items() for word in (f"--{key}", value)]
    done = stack.redshift_pipe("clean", "--older-than", "0s", *flags)
    listed = set(done.stdout.splitlines())
    left = {f"s3://{key}" for key in local.keys(s3_uri)}
    strange = sorted(key for key in left - listed if not key.startswith(f"{s3_uri.rstrip('/')}/rejected/"))
    assert not strange, f"nobody would clean {len(strange)} objects: {strange[:10]}; clean listed {len(listed)}: {done.stderr}"
    return sorted(listed)


def check_sessions(warehouse, timeout=60):
    """No session is open on the server but the one that looks, nor are there locks.

    Sessions of a killed process end when the server has noticed, so this waits; the test's own connections must
    be closed before.
    """
    deadline = time.monotonic() + timeout
    while True:
        with psycopg.connect(warehouse.url, autocommit=True) as looking:
            others = looking.execute(
                "SELECT process, starttime FROM stv_sessions WHERE process <> pg_backend_pid()"
            ).fetchall()
            locks = looking.execute("SELECT pid, relation FROM svv_transactions WHERE pid <> pg_backend_pid()").fetchall()
        if not others and not locks:
            return
        assert time.monotonic() < deadline, f"sessions left open: {others}, locks: {locks}"
        time.sleep(0.2)


def check_leftovers(local, s3_uri):
    """What must hold of S3 and of the server: `check_objects` and `check_sessions`."""
    check_sessions(local.warehouse)
    return check_objects(local, s3_uri)

#!/usr/bin/env python3
"""Times the ways in which a stage of changes can be applied to a table with a key (docs/adr/0018).

    REDSHIFT_URL=postgresql://user:password@host:5439/dev .deps/venv/bin/python bench/upsert_statements.py

The server is a Redshift cluster, or a PostgreSQL 15 or newer, which has MERGE too but stores rows, not columns.
Tables are created in the schema `upsert_bench`, which is dropped at the end. Every way works on the same table
and the same changes and is rolled back; all must leave the same rows.
"""

import argparse
import os
import sys
import time

import psycopg

SCHEMA = "upsert_bench"
COLUMNS = ["id", "city", "amount", "price", "note", "created"]
VALUES = [column for column in COLUMNS if column != "id"]
KEY = "target.id = stage.id"


def numbers(count: int) -> str:
    """0 to count - 1, without generate_series, which Redshift has on its leader node only."""
    digits = "(SELECT 0 AS d" + "".join(f" UNION ALL SELECT {d}" for d in range(1, 10)) + ")"
    places = len(str(count - 1))
    total = " + ".join(f"p{i}.d * {10**i}" for i in range(places))
    tables = ", ".join(f"{digits} p{i}" for i in range(places))
    return f"(SELECT CAST({total} AS BIGINT) AS n FROM {tables} WHERE {total} < {count}) AS numbers"


def row(key: str, version: int) -> str:
    return (
        f"{key}, CAST('city ' || ({key}) % 1000 AS VARCHAR(40)), CAST(({key}) % 777 + {version} AS INTEGER), "
        f"CAST(({key}) % 99999 AS DECIMAL(12,2)), CAST('note {version} of ' || ({key}) AS VARCHAR(100)), "
        f"TIMESTAMP '2026-01-01 00:00:00'"
    )


DEFINITIONS = (
    "id BIGINT NOT NULL, city VARCHAR(40), amount INTEGER, price DECIMAL(12,2), note VARCHAR(100), created TIMESTAMP"
)


def ways(redshift: bool) -> dict[str, list[str]]:
    names = ", ".join(COLUMNS)
    insert = f"INSERT INTO target ({names}) SELECT {names} FROM stage WHERE op = 0"
    tombstones = f"DELETE FROM target USING stage WHERE {KEY} AND stage.op = 1"
    updates = ", ".join(f"{column} = stage.{column}" for column in VALUES)
    sources = ", ".join(f"stage.{column}" for column in COLUMNS)
    result = {
        "delete + insert": [f"DELETE FROM target USING stage WHERE {KEY}", insert],
        "update + delete + insert": [
            f"UPDATE target SET {updates} FROM stage WHERE {KEY} AND stage.op = 0",
            tombstones,
            f"INSERT INTO target ({names}) SELECT {sources} FROM stage LEFT JOIN target ON {KEY} "
            "WHERE stage.op = 0 AND target.id IS NULL",
        ],
        "delete + merge": [
            tombstones,
            "DELETE FROM stage WHERE op = 1",
            f"MERGE INTO target USING stage ON {KEY} WHEN MATCHED THEN UPDATE SET {updates} "
            f"WHEN NOT MATCHED THEN INSERT ({names}) VALUES ({sources})",
        ],
    }
    if redshift:
        result["delete + merge remove duplicates"] = [
            tombstones,
            f"CREATE TEMP TABLE upserts AS SELECT {names} FROM stage WHERE op = 0",
            "MERGE INTO target USING upserts ON target.id = upserts.id REMOVE DUPLICATES",
            "DROP TABLE upserts",
        ]
    return result


def set_up(connection: psycopg.Connection, rows: int, changes: int, redshift: bool, spread: bool) -> None:
    """Of the changes 60 % are updates, 20 % inserts, 20 % deletes."""
    keys = " DISTKEY (id) SORTKEY (id)" if redshift else ""
    step = rows // changes if spread else 1
    connection.execute("DROP TABLE IF EXISTS target")
    connection.execute("DROP TABLE IF EXISTS stage")
    connection.execute(f"CREATE TABLE target ({DEFINITIONS}){keys}")
    connection.execute(
        f"CREATE TABLE stage ({DEFINITIONS.replace(' NOT NULL', '')}, op SMALLINT NOT NULL){keys}"
    )
    connection.execute(f"INSERT INTO target SELECT {row('n', 0)} FROM {numbers(rows)}")
    key = f"CASE WHEN n % 5 = 4 THEN {rows} + n ELSE n * {step} END"
    connection.execute(
        f"INSERT INTO stage SELECT {row(key, 1)}, CAST(CASE WHEN n % 5 = 0 THEN 1 ELSE 0 END AS SMALLINT) "
        f"FROM {numbers(changes)}"
    )
    connection.commit()
    connection.autocommit = True
    connection.execute("ANALYZE target")
    connection.execute("ANALYZE stage")
    connection.autocommit = False


def measure(connection: psycopg.Connection, statements: list[str]) -> tuple[list[float], tuple]:
    seconds = []
    for statement in statements:
        start = time.perf_counter()
        connection.execute(statement)
        seconds.append(time.perf_counter() - start)
    digest = connection.execute(
        "SELECT count(*), sum(id), sum(amount), sum(price), sum(length(note)) FROM target"
    ).fetchone()
    connection.rollback()
    return seconds, digest


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000, help="rows of the table")
    parser.add_argument("--changes", type=int, nargs="*", default=[1_000, 100_000], help="rows of the stage")
    parser.add_argument("--repeats", type=int, default=3, help="the fastest counts")
    parser.add_argument("--index", action="store_true", help="PostgreSQL only: an index on the key")
    arguments = parser.parse_args()
    url = os.environ.get("REDSHIFT_URL")
    if not url:
        print("Set REDSHIFT_URL to the server to measure, postgresql://user:password@host:5439/dev", file=sys.stderr)
        return 2
    with psycopg.connect(url) as connection:
        version = connection.execute("SELECT version()").fetchone()[0]
        redshift = "Redshift" in version
        print(version)
        connection.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
        connection.execute(f"CREATE SCHEMA {SCHEMA}")
        connection.execute(f"SET search_path TO {SCHEMA}")
        connection.commit()
        for changes in arguments.changes:
            set_up(connection, arguments.rows, changes, redshift, spread=True)
            if arguments.index and not redshift:
                connection.execute("CREATE INDEX ON target (id)")
                connection.commit()
            print(f"\n{changes} changes, spread over {arguments.rows} rows")
            digests = set()
            for name, statements in ways(redshift).items():
                best = None
                for _ in range(arguments.repeats):
                    seconds, digest = measure(connection, statements)
                    digests.add(digest)
                    if best is None or sum(seconds) < sum(best):
                        best = seconds
                parts = " + ".join(f"{1000 * one:.0f}" for one in best)
                print(f"  {name:34} {1000 * sum(best):8.0f} ms = {parts}")
            if len(digests) != 1:
                print(f"the ways do not end with the same rows: {digests}", file=sys.stderr)
                return 1
        connection.execute(f"DROP SCHEMA {SCHEMA} CASCADE")
        connection.commit()
    return 0


if __name__ == "__main__":
    sys.exit(main())

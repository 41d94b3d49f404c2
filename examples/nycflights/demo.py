"""Loads nycflights13 into redshift-local with one Flink job, asks it a question, compares it with the source.

Run it through ./demo, which does the set-up first. Exit code 1 when what landed differs from the source.
"""

import contextlib
import csv
import datetime
import decimal
import math
import pathlib
import string
import sys
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(ROOT / "dev"))
import stack  # noqa: E402

# `routes` is the only one with a primary key: a query that goes on changing its answer keeps it up to date.
TABLES = {"flights": "copy", "routes": "copy", "airlines": "jdbc", "airports": "jdbc", "planes": "jdbc", "weather": "jdbc"}
SOURCE = ROOT / ".deps" / f"nycflights13-{stack.VERSIONS['NYCFLIGHTS_VERSION']}"

QUESTION = """
SELECT a.name AS carrier, COUNT(*) AS flights, ROUND(AVG(f.arr_delay), 1) AS avg_delay_min,
       ROUND(100.0 * SUM(CASE WHEN f.arr_delay > 60 THEN 1 ELSE 0 END) / COUNT(f.arr_delay), 1) AS over_an_hour_pct,
       SUM(CASE WHEN f.dep_time IS NULL THEN 1 ELSE 0 END) AS cancelled
FROM flights f JOIN airlines a ON f.carrier = a.carrier
GROUP BY a.name ORDER BY avg_delay_min DESC
"""


def say(text=""):
    print(text, flush=True)


def print_table(cursor):
    rows = [[str(column.name) for column in cursor.description]] + [[str(v) for v in row] for row in cursor]
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for number, row in enumerate(rows):
        say("  " + "  ".join(v.ljust(w) if i == 0 else v.rjust(w) for i, (v, w) in enumerate(zip(row, widths))))
        if number == 0:
            say("  " + "  ".join("-" * w for w in widths))


def source_rows(table):
    """What must land, one dict of texts (None: NULL) a row, computed from the CSV files alone."""
    if table == "routes":
        return routes_of(source_rows("flights"))
    with open(SOURCE / f"{table}.csv", newline="") as file:
        return [{name: None if value == "NA" else value for name, value in row.items()} for row in csv.DictReader(file)]


def routes_of(flights):
    """The answer of the query that fills `routes`."""
    routes = {}
    for flight in flights:
        routes.setdefault((flight["origin"], flight["dest"]), []).append(flight)
    for (origin, dest), flown in routes.items():
        delays = [int(flight["arr_delay"]) for flight in flown if flight["arr_delay"] is not None]
        yield {
            "origin": origin,
            "dest": dest,
            "flights": str(len(flown)),
            "cancelled": str(sum(flight["dep_time"] is None for flight in flown)),
            "worst_delay": str(max(delays)) if delays else None,
        }


def source_summary(table, types):
    """Row count, and per column (sum, number of NULLs), computed from the CSV files alone."""
    columns = {}
    for row in source_rows(table):
        for name, value in row.items():
            columns.setdefault(name, []).append(value)

    def total(name, values):
        if types[name] == "float8":
            return math.fsum(float(v) for v in values)
        if types[name] == "varchar":
            return sum(len(v.encode()) for v in values)
        if types[name] == "timestamptz":
            return sum(int(datetime.datetime.fromisoformat(v.replace("Z", "+00:00")).timestamp()) for v in values)
        return sum(decimal.Decimal(v) for v in values)

    summary = {}
    for name, values in columns.items():
        present = [v for v in values if v is not None]
        summary[name] = (total(name, present), len(values) - len(present))
    return len(next(iter(columns.values()))), summary


def landed_summary(connection, table, types):
    """The same, asked of the warehouse."""
    summed = {
        "varchar": 'SUM(OCTET_LENGTH("{0}"))',
        "timestamptz": 'SUM(CAST(EXTRACT(EPOCH FROM "{0}") AS BIGINT))',
    }
    # A sum of floating point numbers depends on their order, so those are fetched and added exactly here.
    terms = ["COUNT(*)"]
    for name, type_name in types.items():
        terms.append("0" if type_name == "float8" else summed.get(type_name, 'SUM("{0}")').format(name))
        terms.append(f'COUNT(*) - COUNT("{name}")')
    rows, *values = connection.execute(f"SELECT {', '.join(terms)} FROM {table}").fetchone()
    summary = {}
    for name, total, nulls in zip(types, values[::2], values[1::2]):
        if types[name] == "float8":
            cells = connection.execute(f'SELECT "{name}" FROM {table} WHERE "{name}" IS NOT NULL').fetchall()
            total = math.fsum(value for (value,) in cells)
        summary[name] = (total, nulls)
    return rows, summary


def column_types(connection, table):
    cursor = connection.execute(f"SELECT * FROM {table} WHERE 1 = 0")
    names = {20: "int8", 21: "int2", 23: "int4", 701: "float8", 1043: "varchar", 1184: "timestamptz", 1700: "numeric"}
    return {column.name: names[column.type_code] for column in cursor.description}


def compare(connection):
    """Prints one line a table; returns whether everything agrees."""
    agree = True
    say(f"  {'table':10} {'mode':5} {'rows':>9}  columns  NULLs    agrees with the source file")
    for table, mode in TABLES.items():
        types = column_types(connection, table)
        expected_rows, expected = source_summary(table, types)
        rows, landed = landed_summary(connection, table, types)
        wrong = [name for name in expected if expected[name] != landed.get(name)]
        same = rows == expected_rows and not wrong
        agree = agree and same
        nulls = sum(count for _, count in landed.values())
        say(f"  {table:10} {mode:5} {rows:>9,}  {len(types):>7}  {nulls:>6,}  {'yes' if same else 'NO'}")
        if rows != expected_rows:
            say(f"    rows: {expected_rows:,} in the file, {rows:,} in the table")
        for name in wrong:
            say(f"    {name}: (sum, NULLs) is {expected[name]} in the file, {landed.get(name)} in the table")
    return agree


def prepare_sources(directory):
    """The CSV files without their header line, which Flink's CSV format would read as a row."""
    for file in SOURCE.glob("*.csv"):
        with open(file) as source, open(directory / file.name, "w") as target:
            next(source)
            target.writelines(source)


def show_progress(url, done):
    """Says every few seconds how many flights are visible, until `done` is set."""
    shown = None
    with stack.psycopg.connect(url, autocommit=True) as connection:
        while not done.wait(2):
            (count,) = connection.execute("SELECT COUNT(*) FROM flights").fetchone()
            if count != shown:
                say(f"  {count:,} flights are visible")
            shown = count


def main():
    begin = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="nycflights-") as name, contextlib.ExitStack() as running:
        directory = pathlib.Path(name)
        prepare_sources(directory)
        say("demo: starting redshift-local (PostgreSQL and an S3 server behind Redshift's wire protocol)")
        local = running.enter_context(stack.RedshiftLocal(log=directory / "redshift-local.log"))
        warehouse = local.warehouse
        connection = running.enter_context(warehouse.connect())
        connection.execute((HERE / "tables.sql").read_text())
        say(f"demo: starting a Flink {stack.VERSIONS['FLINK_VERSION']} cluster (one JobManager, one TaskManager)")
        cluster = running.enter_context(stack.FlinkCluster())
        say("demo: running the job: flights by COPY with checkpoints, a running summary of their routes by COPY and upsert,")
        say("demo: four small tables row by row (jdbc)")
        clauses = {
            table: warehouse.with_clause(table, {"sink.write.mode": mode}) for table, mode in TABLES.items()
        }
        job = string.Template((HERE / "job.sql.in").read_text()).substitute(clauses, data=directory)
        done = threading.Event()
        progress = threading.Thread(target=show_progress, args=(local.ready["url"], done), daemon=True)
        progress.start()
        try:
            cluster.run_sql(job)
        except stack.SqlFailed as failure:
            say(f"demo: the job failed. What the SQL client printed:\n{failure}")
            return 1
        finally:
            done.set()
            progress.join()

        say("\nWhich carriers arrive late?")
        print_table(connection.execute(QUESTION))
        say()
        agree = compare(connection)
        (flights,) = connection.execute("SELECT COUNT(*) FROM flights").fetchone()
        (commits,) = connection.execute("SELECT COUNT(*) FROM flights_flink_commits WHERE row_count > 0").fetchone()
        (staged,) = connection.execute("SELECT SUM(row_count) FROM routes_flink_commits").fetchone()
        say(f"\n{flights:,} flights arrived in {commits} checkpoints ({time.monotonic() - begin:.0f} s in all).")
        say(f"Each of them changed the row of its route; {staged:,} rows were staged for that.")
        say("Everything that landed agrees with the source files." if agree else "What landed DIFFERS from the source files.")
        return 0 if agree else 1


if __name__ == "__main__":
    sys.exit(main())

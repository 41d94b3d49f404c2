"""One job that writes four tables at once, one in each way, and what must be in them when it has ended.

Jobs under attack: every way of writing meets the same fault at the same moment.

    copied    copy mode, append-only          each row exactly once
    upserted  copy mode, with a primary key   the right final state
    kept      jdbc mode, with a primary key   the right final state
    inserted  jdbc mode, append-only          no row missing
"""

import collections
import contextlib
import hashlib
import time
import uuid

import after_fault
import psycopg

KEYS = 300
WIDE = 960
FADE = 7  # a key whose count leaves the remainder 3 when divided by this is not in the summary: it is deleted again
WAYS = {
    "copied": {"sink.write.mode": "copy"},
    "upserted": {"sink.write.mode": "copy"},
    "kept": {"sink.write.mode": "jdbc"},
    "inserted": {"sink.write.mode": "jdbc", "sink.batch-size": "200"},
}
APPENDED = "id BIGINT, label VARCHAR(40000), amount DECIMAL(14, 2)"
COLUMNS = "id, label, CAST(amount * 100 AS BIGINT)"  # of append-only tables, to compare
SUMMED = "k BIGINT NOT NULL, n BIGINT, total BIGINT, PRIMARY KEY (k)"


class FourTables:
    """The tables of one job over the numbers 1 to `rows`, of which `rate` come in a second.

    `wide` labels have 30 KB each, so that 700 rows of one subtask in one checkpoint are a staged file of several parts.
    """

    def __init__(self, warehouse, rows, rate, options=(), tables=tuple(WAYS), wide=False, copy_options=()):
        self.warehouse = warehouse
        self.rows = rows
        self.rate = rate
        self.options = dict(options)  # of all tables
        self.copy_options = dict(copy_options)  # of those in copy mode
        self.wide = wide
        self.suffix = uuid.uuid4().hex[:8]
        self.names = {table: f"{table}_{self.suffix}" for table in tables}

    def create(self):
        with self.warehouse.connect() as connection:
            for table, name in self.names.items():
                connection.execute(f"CREATE TABLE {name} ({SUMMED if table in ('upserted', 'kept') else APPENDED})")
        return self

    def sql(self, settings=()):
        """The script that starts the job; two of the same object write the same tables."""
        lines = [f"SET '{key}' = '{value}';" for key, value in dict(settings).items()]
        lines.append(
            f"""CREATE TABLE numbers (id BIGINT) WITH ('connector' = 'datagen', 'rows-per-second' = '{self.rate}',
              'number-of-rows' = '{self.rows}', 'scan.parallelism' = '1', 'fields.id.kind' = 'sequence', 'fields.id.start' = '1', 'fields.id.end' = '{self.rows}');
            CREATE TEMPORARY VIEW summary AS SELECT MOD(id, {KEYS}) k, COUNT(*) n, SUM(id) total FROM numbers
              GROUP BY MOD(id, {KEYS}) HAVING MOD(COUNT(*), {FADE}) <> 3;"""
        )
        for table, name in self.names.items():
            keyed = table in ("upserted", "kept")
            columns = SUMMED + " NOT ENFORCED" if keyed else APPENDED
            copied = self.copy_options if table in ("copied", "upserted") else {}
            options = {**WAYS[table], **self.options, **copied}
            lines.append(f"CREATE TABLE {table} ({columns}) {self.warehouse.with_clause(name, options)};")
        text = f"REPEAT(MD5(CAST(id AS STRING)), {WIDE})" if self.wide else "'row ' || CAST(id AS STRING)"
        label = f"CASE WHEN MOD(id, 11) = 0 THEN CAST(NULL AS STRING) ELSE {text} END"
        rows = f"SELECT id, {label}, CAST(id AS DECIMAL(12, 0)) * 1.01 FROM numbers"
        inserts = [f"INSERT INTO {table} {'SELECT * FROM summary' if table in ('upserted', 'kept') else rows};" for table in self.names]
        return "\n".join([*lines, "EXECUTE STATEMENT SET BEGIN", *inserts, "END;"])

    def appended(self):
        """What append-only tables must hold; amounts as cents."""
        return [(n, self._label(n), n * 101) for n in range(1, self.rows + 1)]

    def _label(self, number):
        if number % 11 == 0:
            return None
        return hashlib.md5(str(number).encode()).hexdigest() * WIDE if self.wide else f"row {number}"

    def summed(self):
        """What tables with a key must hold at the end."""
        summary = collections.defaultdict(lambda: (0, 0))
        for number in range(1, self.rows + 1):
            count, total = summary[number % KEYS]
            summary[number % KEYS] = count + 1, total + number
        return [(key, count, total) for key, (count, total) in summary.items() if count % FADE != 3]

    def visible(self, table=None):
        """How many rows a table (the first) has now; None while the server cannot be asked."""
        with contextlib.suppress(psycopg.OperationalError), self.warehouse.connect() as connection:
            return connection.execute(f"SELECT COUNT(*) FROM {self.names[table or next(iter(self.names))]}").fetchone()[0]
        return None

    def wait_visible(self, count, timeout=240):
        """Waits until `count` rows are in the first table; returns how many there are."""
        deadline = time.monotonic() + timeout
        while (seen := self.visible() or 0) < count:
            assert time.monotonic() < deadline, f"{self.names}: {seen} rows are visible, not {count}"
            time.sleep(0.05)
        return seen

    def check(self):
        """Every table has what it must have, and the ledgers are consistent. Returns rows twice in jdbc mode."""
        twice = 0
        with self.warehouse.connect() as connection:
            for table, name in self.names.items():
                if table == "copied":
                    after_fault.check_exactly_once(connection, name, self.appended(), COLUMNS)
                elif table == "inserted":
                    twice = after_fault.check_at_least_once(connection, name, self.appended(), COLUMNS)
                else:
                    after_fault.check_final_state(connection, name, self.summed())
                if table in ("copied", "upserted"):
                    after_fault.check_ledger(connection, name, self.rows if table == "copied" else None)
        return twice

    def differences(self):
        """Rows lost in any table and rows twice (or never sent) in copy mode, as two numbers."""
        lost = twice = 0
        with self.warehouse.connect() as connection:
            for table, name in self.names.items():
                keyed = table in ("upserted", "kept")
                landed = after_fault.rows_of(connection, name, "*" if keyed else COLUMNS)
                missing, extra = after_fault.difference(landed, self.summed() if keyed else self.appended())
                lost += missing.total()
                twice += 0 if table == "inserted" else extra.total()
        return lost, twice

    def drop(self):
        with self.warehouse.connect() as connection:
            for name in self.names.values():
                connection.execute(f"DROP TABLE IF EXISTS {name}")
                connection.execute(f"DROP TABLE IF EXISTS {name}{after_fault.LEDGER}")

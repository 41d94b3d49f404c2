"""Every type that a table can declare in Flink SQL (INTERVAL is none), through both modes, read by a client that is not ours."""

import datetime
import decimal
import json
import math

import pytest

UTC = datetime.timezone.utc
DDL = """CREATE TABLE {table} (
  id INTEGER NOT NULL, b BOOLEAN, i1 SMALLINT, i2 SMALLINT, i4 INTEGER, i8 BIGINT, f4 REAL, f8 DOUBLE PRECISION,
  d38 DECIMAL(38,37), d19 DECIMAL(19,0), d9 DECIMAL(9,2), c CHAR(4), v VARCHAR(256), t VARCHAR(65535),
  day DATE, tm TIME, ts TIMESTAMP, tz TIMESTAMPTZ, bin VARBYTE(16), arr SUPER, doc SUPER
)"""
COLUMNS = {
    "id": "INT", "b": "BOOLEAN", "i1": "TINYINT", "i2": "SMALLINT", "i4": "INT", "i8": "BIGINT", "f4": "FLOAT", "f8": "DOUBLE",
    "d38": "DECIMAL(38, 37)", "d19": "DECIMAL(19, 0)", "d9": "DECIMAL(9, 2)", "c": "CHAR(4)", "v": "VARCHAR(64)", "t": "STRING",
    "day": "DATE", "tm": "TIME(0)", "ts": "TIMESTAMP(6)", "tz": "TIMESTAMP_LTZ(6)",
    "bin": "VARBINARY(16)", "arr": "ARRAY<ARRAY<BIGINT>>", "doc": "ROW<`Name` STRING, price DECIMAL(9, 2), big DECIMAL(20, 2), tags MAP<STRING, INT>>",
}  # fmt: skip

# Per column: what Flink reads from a JSON file, and what must come back. None is NULL both ways.
CELLS = {
    "b": [(True, True), (False, False)],
    "i1": [(-128, -128), (127, 127)],
    "i2": [(-(2**15), -(2**15)), (2**15 - 1, 2**15 - 1)],
    "i4": [(-(2**31), -(2**31)), (2**31 - 1, 2**31 - 1), (0, 0)],
    "i8": [(-(2**63), -(2**63)), (2**63 - 1, 2**63 - 1)],
    "f4": [
        ("1.17549435E-38", 1.1754943508222875e-38),
        ("3.4028235E38", 3.4028234663852886e38),
        ("0.1", 0.10000000149011612),
        ("NaN", math.nan),
        ("-Infinity", -math.inf),
    ],
    "f8": [
        ("2.2250738585072014E-308", 2.2250738585072014e-308),
        ("1.7976931348623157E308", 1.7976931348623157e308),
        ("0.1", 0.1),
        ("Infinity", math.inf),
        ("-0.0", -0.0),
        ("NaN", math.nan),
    ],
    "d38": [(f"{sign}9.{'9' * 37}", decimal.Decimal(f"{sign}9.{'9' * 37}")) for sign in ("", "-")],
    "d19": [(str(n), decimal.Decimal(n)) for n in (2**63 - 1, -(2**63) + 1, 0)],
    "d9": [("9999999.99", decimal.Decimal("9999999.99")), ("-0.05", decimal.Decimal("-0.05")), ("7", decimal.Decimal("7.00"))],
    "c": [("abcd", "abcd"), ("z", "z   "), ("", "    ")],
    "v": [
        ("", ""), ("NULL", "NULL"), ("\\N", "\\N"), ("@NULL@", "@NULL@"), ("null", "null"), (" x ", " x "), (" ", " "),
        ("\u00e9" * 64, "\u00e9" * 64),
    ],  # fmt: skip
    "t": [
        (text, text)
        for text in [
            "", "a,\"b\"\nc\r\n\t \\ d'e", '"', '""', ",", "\n", "\r", "\\", "it's", "\x01\x1f\x7f",
            "\u00e9\u4e2d\ufffd\U0001f600\U0001ffff\U000e0001\U0010fffd", "e\u0301 \u200b \u202e", "0123456789abcde" * 4369,
        ]
    ],
    "day": [(day, datetime.date.fromisoformat(day)) for day in ("0001-01-01", "1582-10-15", "2024-02-29", "9999-12-31")],
    "tm": [("00:00:00", datetime.time(0)), ("23:59:59", datetime.time(23, 59, 59))],
    "ts": [
        (text, datetime.datetime.fromisoformat(text))
        for text in (
            "0001-01-01 00:00:00.000001", "1969-12-31 23:59:59.999999", "2024-02-29 23:59:59.123456", "9999-12-31 23:59:59.999999",
        )
    ],
    "tz": [
        (text + "Z", datetime.datetime.fromisoformat(text).replace(tzinfo=UTC))
        for text in ("1970-01-01 00:00:00.000001", "2024-02-29 12:00:00.1", "9999-12-31 23:59:59.999999")
    ],
    "bin": [("AP9hIg==", "00ff6122"), ("MDEyMzQ1Njc4OWFiY2RlZg==", b"0123456789abcdef".hex())],
    "arr": [(value, value) for value in ([], [[]], [[1, None, -(2**63)], None, [2**63 - 1]])],
    "doc": [
        (value, value)
        for value in (
            {
                "Name": "\u00e9\"\\\n\U0001f600",
                "price": decimal.Decimal("-1234567.89"),
                "big": "123456789012345678.90",  # more digits than every reader of JSON numbers keeps
                "tags": {"": 1, "b c": None},
            },
            {"Name": None, "price": None, "big": None, "tags": None},
        )
    ],
}  # fmt: skip


READ = {
    # REAL is cast: its text form may lose digits on Redshift.
    "f4": "CAST(f4 AS DOUBLE PRECISION)",
    "arr": "JSON_SERIALIZE(arr)",
    "doc": "JSON_SERIALIZE(doc)",
}
SUPER = ["arr", "doc"]


def rows():
    """As many rows as the longest column has cells; the rest is NULL. (What goes in, what comes back.)"""
    count = max(len(cells) for cells in CELLS.values()) + 1
    for number in range(count):
        chosen = {name: cells[number] if number < len(cells) else (None, None) for name, cells in CELLS.items()}
        yield (
            {"id": number, **{name: cell[0] for name, cell in chosen.items()}},
            (number, *(cell[1] for cell in chosen.values())),
        )


def with_json_parsed(row):
    cells = dict(zip(COLUMNS, row))
    for name in SUPER:
        if cells[name] is not None:
            cells[name] = json.loads(cells[name], parse_float=decimal.Decimal)
    return tuple(cells.values())


def same(left, right):
    if isinstance(left, float) and isinstance(right, float):
        return math.isnan(left) and math.isnan(right) or (left == right and math.copysign(1, left) == math.copysign(1, right))
    return type(left) is type(right) and left == right


@pytest.mark.parametrize("mode", ["copy", "jdbc"])
def test_every_type_comes_back_as_it_was_written(flink, warehouse, table, tmp_path, mode):
    sent, expected = zip(*rows())
    (tmp_path / "rows.json").write_text("\n".join(json.dumps(row, default=str) for row in sent))
    columns = ", ".join(f"`{name}` {type_name}" for name, type_name in COLUMNS.items())
    with warehouse.connect() as connection:
        connection.execute(DDL.format(table=table))
        flink.run_sql(
            f"""SET 'table.dml-sync' = 'true';
            SET 'execution.runtime-mode' = 'batch';
            CREATE TABLE source ({columns}) WITH ('connector' = 'filesystem', 'path' = '{tmp_path}', 'format' = 'json');
            CREATE TABLE target ({columns}) {warehouse.with_clause(table, {"sink.write.mode": mode})};
            INSERT INTO target SELECT * FROM source;"""
        )
        connection.execute("SET extra_float_digits = 2")
        connection.execute("SET TIME ZONE 'UTC'")
        cells = ", ".join(READ.get(name, name) for name in COLUMNS)
        landed = connection.execute(f"SELECT {cells} FROM {table} ORDER BY id").fetchall()
    assert len(landed) == len(expected)
    for got, wanted in zip(map(with_json_parsed, landed), expected):
        assert {c: g for c, g, w in zip(COLUMNS, got, wanted) if not same(g, w)} == {}, f"row {wanted[0]}: wanted {wanted}"

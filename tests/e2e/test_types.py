"""Every scalar type through both modes, read back by a client that is not ours."""

import datetime
import decimal
import math

import pytest

UTC = datetime.timezone.utc
DDL = """CREATE TABLE {table} (
  id INTEGER NOT NULL, b BOOLEAN, i1 SMALLINT, i2 SMALLINT, i4 INTEGER, i8 BIGINT, f4 REAL, f8 DOUBLE PRECISION,
  d38 DECIMAL(38,37), d19 DECIMAL(19,0), d9 DECIMAL(9,2), c CHAR(4), v VARCHAR(256), t VARCHAR(65535),
  day DATE, tm TIME, ts TIMESTAMP, tz TIMESTAMPTZ
)"""
COLUMNS = """id INT NOT NULL, b BOOLEAN, i1 TINYINT, i2 SMALLINT, i4 INT, i8 BIGINT, f4 FLOAT, f8 DOUBLE,
  d38 DECIMAL(38, 37), d19 DECIMAL(19, 0), d9 DECIMAL(9, 2), c CHAR(4), v VARCHAR(64), t STRING,
  `day` DATE, tm TIME(0), ts TIMESTAMP(6), tz TIMESTAMP_LTZ(6)"""

# Each row: what Flink SQL writes, and what must come back.
ROWS = [
    (
        "1, TRUE, CAST(-128 AS TINYINT), CAST(-32768 AS SMALLINT), -2147483648, CAST('-9223372036854775808' AS BIGINT), "
        "CAST('1.17549435E-38' AS FLOAT), CAST('4.9E-324' AS DOUBLE), CAST('-9.9999999999999999999999999999999999999' AS DECIMAL(38, 37)), "
        "CAST('-9223372036854775807' AS DECIMAL(19, 0)), CAST('-9999999.99' AS DECIMAL(9, 2)), 'abcd', '', '', "
        "DATE '0001-01-01', TIME '00:00:00', TIMESTAMP '0001-01-01 00:00:00.000001', "
        "CAST(TIMESTAMP '1970-01-01 00:00:00.000001' AS TIMESTAMP_LTZ(6))",
        (1, True, -128, -32768, -(2**31), -(2**63), 1.1754943508222875e-38, 5e-324,
         decimal.Decimal("-9.9999999999999999999999999999999999999"), decimal.Decimal(-(2**63) + 1), decimal.Decimal("-9999999.99"),
         "abcd", "", "", datetime.date(1, 1, 1), datetime.time(0), datetime.datetime(1, 1, 1, 0, 0, 0, 1),
         datetime.datetime(1970, 1, 1, 0, 0, 0, 1, UTC)),
    ),
    (
        "2, FALSE, CAST(127 AS TINYINT), CAST(32767 AS SMALLINT), 2147483647, 9223372036854775807, CAST('3.4028235E38' AS FLOAT), "
        "1.7976931348623157E308, CAST('9.9999999999999999999999999999999999999' AS DECIMAL(38, 37)), "
        "CAST('9223372036854775807' AS DECIMAL(19, 0)), CAST('0.05' AS DECIMAL(9, 2)), 'z', 'NULL', '\\N', "
        "DATE '9999-12-31', TIME '23:59:59', TIMESTAMP '9999-12-31 23:59:59.999999', "
        "CAST(TIMESTAMP '2024-02-29 12:00:00' AS TIMESTAMP_LTZ(6))",
        (2, False, 127, 32767, 2**31 - 1, 2**63 - 1, 3.4028234663852886e38, 1.7976931348623157e308,
         decimal.Decimal("9.9999999999999999999999999999999999999"), decimal.Decimal(2**63 - 1), decimal.Decimal("0.05"), "z   ",
         "NULL", "\\N", datetime.date(9999, 12, 31), datetime.time(23, 59, 59),
         datetime.datetime(9999, 12, 31, 23, 59, 59, 999999), datetime.datetime(2024, 2, 29, 12, 0, tzinfo=UTC)),
    ),
    (
        "3" + ", CAST(NULL AS BOOLEAN)" + ", NULL" * 16,
        (3,) + (None,) * 17,
    ),
    (
        "4, TRUE, NULL, NULL, 0, 0, CAST('0.1' AS FLOAT), 0.1E0, 0, 0, 1.5, NULL, '@NULL@', "
        "U&'a,\"b\"\\000Ac\\000D\\0009 \\\\ d''e \\00E9\\4E2D\\+01F600\\+10FFFD \\0001\\007F', "
        "DATE '2024-02-29', TIME '12:34:56', TIMESTAMP '2024-02-29 23:59:59.123456', NULL",
        (4, True, None, None, 0, 0, 0.10000000149011612, 0.1, decimal.Decimal(0), decimal.Decimal(0), decimal.Decimal("1.50"), None,
         "@NULL@", "a,\"b\"\nc\r\t \\ d'e \u00e9\u4e2d\U0001F600\U0010FFFD \x01\x7f", datetime.date(2024, 2, 29),
         datetime.time(12, 34, 56), datetime.datetime(2024, 2, 29, 23, 59, 59, 123456), None),
    ),
    (
        "5, NULL, NULL, NULL, NULL, NULL, CAST('NaN' AS FLOAT), CAST('Infinity' AS DOUBLE), NULL, NULL, NULL, '', ' x ', ' ', "
        "NULL, NULL, NULL, NULL",
        (5, None, None, None, None, None, math.nan, math.inf, None, None, None, "    ", " x ", " ", None, None, None, None),
    ),
    (
        "6, NULL, NULL, NULL, NULL, NULL, CAST('-Infinity' AS FLOAT), CAST('-0.0' AS DOUBLE), NULL, NULL, NULL, NULL, "
        "REPEAT('\u00e9', 64), REPEAT('0123456789abcde', 4369), NULL, NULL, NULL, NULL",
        (6, None, None, None, None, None, -math.inf, -0.0, None, None, None, None, "\u00e9" * 64, "0123456789abcde" * 4369,
         None, None, None, None),
    ),
]


def same(left, right):
    if isinstance(left, float) and isinstance(right, float):
        return math.isnan(left) and math.isnan(right) or (left == right and math.copysign(1, left) == math.copysign(1, right))
    return type(left) is type(right) and left == right


@pytest.mark.parametrize("mode", ["copy", "jdbc"])
def test_every_scalar_type_comes_back_as_it_was_written(flink, warehouse, table, mode):
    with warehouse.connect() as connection:
        connection.execute(DDL.format(table=table))
        values = ",\n".join(f"({row})" for row, _ in ROWS)
        flink.run_sql(
            f"""SET 'table.dml-sync' = 'true';
            SET 'table.local-time-zone' = 'UTC';
            SET 'execution.runtime-mode' = 'batch';
            CREATE TABLE target ({COLUMNS}) {warehouse.with_clause(table, {"sink.write.mode": mode})};
            INSERT INTO target VALUES {values};"""
        )
        connection.execute("SET extra_float_digits = 2")
        connection.execute("SET TIME ZONE 'UTC'")
        # REAL is cast: its text form may lose digits on Redshift.
        cells = "id, b, i1, i2, i4, i8, CAST(f4 AS DOUBLE PRECISION), f8, d38, d19, d9, c, v, t, day, tm, ts, tz"
        landed = connection.execute(f"SELECT {cells} FROM {table} ORDER BY id").fetchall()
    assert len(landed) == len(ROWS)
    for got, (_, expected) in zip(landed, ROWS):
        differences = {i: (g, e) for i, (g, e) in enumerate(zip(got, expected)) if not same(g, e)}
        assert not differences, f"row {expected[0]}"

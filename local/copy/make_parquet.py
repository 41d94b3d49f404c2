"""Writes the Parquet files of parquet_wire_test.cc with pyarrow, one per name below.

usage: make_parquet.py DIRECTORY
"""

import datetime
import decimal
import pathlib
import sys

import pyarrow as pa
import pyarrow.parquet as pq

D = decimal.Decimal
TIME = datetime.datetime(2024, 2, 29, 23, 59, 59, 999999)
EVERY_TYPE = pa.table(
    {
        "b": pa.array([True, None, False]),
        "s": pa.array([-32768, None, 32767], pa.int16()),
        "i": pa.array([-2147483648, None, 2147483647], pa.int32()),
        "l": pa.array([-(2**63), None, 2**63 - 1], pa.int64()),
        "n": pa.array([D("-123.45"), None, D("0.01")], pa.decimal128(10, 2)),
        "w": pa.array([D("9" * 38), None, D(-1)], pa.decimal128(38, 0)),
        "r": pa.array([1.5, None, float("nan")], pa.float32()),
        "f": pa.array([-2.5e-300, None, float("inf")], pa.float64()),
        "c": pa.array(["ab", None, ""]),
        "v": pa.array(["tab\tline\nback\\N ä€😀", None, ""]),
        "d": pa.array([datetime.date(1, 1, 1), None, datetime.date(9999, 12, 31)]),
        "t": pa.array([TIME, None, datetime.datetime(1, 1, 1)], pa.timestamp("us")),
        "y": pa.array([b"\x00\xff\\", None, b""], pa.binary()),
    }
)
NESTED = pa.table(
    {
        "id": pa.array([1, 2, 3], pa.int32()),
        "list": pa.array([[1, None, 3], [], None], pa.list_(pa.int64())),
        "row": pa.array(
            [{"a": 'q"uo\\te\n', "b": {"x": [1.5, None]}}, {"a": None, "b": None}, None],
            pa.struct([("a", pa.string()), ("b", pa.struct([("x", pa.list_(pa.float64()))]))]),
        ),
        "map": pa.array([[("k", True), ("l", None)], [], None], pa.map_(pa.string(), pa.bool_())),
        "text": pa.array(["plain", "", None]),
    }
)
FILES = {
    "every": EVERY_TYPE,
    "nested": NESTED,
    "two": pa.table({"x": pa.array([1, 2], pa.int32()), "y": pa.array(["a", "b"])}),
    "one": pa.table({"x": pa.array([7], pa.int32())}),
    "int8": pa.table({"x": pa.array([1], pa.int8())}),
    "int16": pa.table({"x": pa.array([1], pa.int16())}),
    "int32": pa.table({"x": pa.array([1], pa.int32())}),
    "int64": pa.table({"x": pa.array([1], pa.int64())}),
    "uint32": pa.table({"x": pa.array([1], pa.uint32())}),
    "float": pa.table({"x": pa.array([1], pa.float32())}),
    "double": pa.table({"x": pa.array([1], pa.float64())}),
    "bool": pa.table({"x": pa.array([True])}),
    "text": pa.table({"x": pa.array(["abcdef"])}),
    "dictionary": pa.table({"x": pa.array(["abcdef"]).dictionary_encode()}),
    "large_text": pa.table({"x": pa.array(["abcdef"], pa.large_string())}),
    "blanks": pa.table({"x": pa.array(["abc    "])}),
    "multibyte": pa.table({"x": pa.array(["äb"])}),
    "binary": pa.table({"x": pa.array([b"abcdef"])}),
    "date": pa.table({"x": pa.array([datetime.date(2024, 2, 29)])}),
    "time": pa.table({"x": pa.array([datetime.time(1, 2, 3)], pa.time64("us"))}),
    "timestamptz": pa.table({"x": pa.array([TIME], pa.timestamp("us", "UTC"))}),
    "micros": pa.table({"x": pa.array([TIME], pa.timestamp("us"))}),
    "millis": pa.table({"x": pa.array([TIME.replace(microsecond=5000)], pa.timestamp("ms"))}),
    "decimal": pa.table({"x": pa.array([D("1.25")], pa.decimal128(10, 2))}),
    "decimal19": pa.table({"x": pa.array([D("9" * 19)], pa.decimal128(19, 0))}),
    "tiny_decimal": pa.table({"x": pa.array([D("0.00000001"), D("-0.00000012")], pa.decimal128(10, 8))}),
    "bad_utf8": pa.table(
        {
            "x": pa.Array.from_buffers(
                pa.string(), 1, [None, pa.array([0, 3], pa.int32()).buffers()[1], pa.py_buffer(b"a\xa4b")]
            )
        }
    ),
    "null": pa.table({"x": pa.array([None], pa.int32())}),
    "list": pa.table({"x": pa.array([[1]], pa.list_(pa.int32()))}),
    "nan_in_list": pa.table({"x": pa.array([[float("nan")]])}),
    "long_in_list": pa.table({"x": pa.array([["x" * 65536]])}),
    "longest_in_list": pa.table({"x": pa.array([["x" * 65535]])}),
    "five_megabytes": pa.table({"x": pa.array([["x" * 65000] * 80])}),
    "seventeen_megabytes": pa.table({"x": pa.array([["x" * 65000] * 270])}),
    "key_twice": pa.table({"x": pa.array([[("k", 1), ("k", 2)]], pa.map_(pa.string(), pa.int32()))}),
    "floats": pa.table(
        {
            "x": pa.array([[0.1, -1753734016.0, -0.0, 0.0, 1e38, 2.5]], pa.list_(pa.float32())),
            "y": pa.array([[0.1, -1753734016.0, -0.0, 1e300, 2.5e-5]], pa.list_(pa.float64())),
        }
    ),
    "many": pa.table({"x": pa.array(range(100_000), pa.int32())}),
}
OPTIONS = {
    "micros": {"version": "2.6"},
    "many": {"row_group_size": 7_000, "compression": "zstd"},
}


def main(directory):
    for name, table in FILES.items():
        pq.write_table(table, directory / f"{name}.parquet", **OPTIONS.get(name, {}))
    pq.write_table(FILES["micros"], directory / "int96.parquet", use_deprecated_int96_timestamps=True)
    pq.write_table(FILES["decimal"], directory / "decimal_int64.parquet", store_decimal_as_integer=True)
    ends = [datetime.datetime(1, 1, 1), datetime.datetime(9999, 12, 31, 23, 59, 59, 999999)]
    ends = pa.table({"x": pa.array(ends, pa.timestamp("us"))})
    pq.write_table(ends, directory / "int96_ends.parquet", use_deprecated_int96_timestamps=True)
    nanos = pa.table({"x": pa.array([TIME], pa.timestamp("ns"))})
    pq.write_table(nanos, directory / "nanos.parquet", version="2.6")
    # A file whose last row is bad: 100,000 good ones are before it.
    with pq.ParquetWriter(directory / "last_bad.parquet", pa.schema([("x", pa.string())])) as writer:
        writer.write_table(pa.table({"x": pa.array(["ok"] * 100_000)}))
        writer.write_table(pa.table({"x": pa.array(["too long for it"])}))


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))

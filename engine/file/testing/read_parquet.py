"""Prints what is in a Parquet file, read by pyarrow. usage: read_parquet.py FILE

First a line per column: name, physical type, logical type, codec. Then a line per row group: its rows. Then
a line per row, Python's repr of its values.
"""

import sys

import pyarrow.parquet as parquet


def main(path):
    file = parquet.ParquetFile(path, coerce_int96_timestamp_unit="us")
    for i in range(len(file.schema)):
        column = file.schema.column(i)
        codec = file.metadata.row_group(0).column(i).compression
        print(column.path, column.physical_type, column.logical_type, codec)
    for i in range(file.num_row_groups):
        print(file.metadata.row_group(i).num_rows, "rows")
    columns = [column.to_pylist() for column in file.read().columns]
    for row in zip(*columns):
        print(*map(repr, row), sep=" | ")


if __name__ == "__main__":
    main(sys.argv[1])

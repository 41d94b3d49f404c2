"""Inserts, updates and deletes by primary key, from Flink SQL, read back by a client that is not ours."""

import json
import random

import pytest

WAYS = {
    "copy-csv": {"sink.write.mode": "copy"},
    "copy-parquet": {"sink.write.mode": "copy", "sink.copy.format": "parquet"},
    "jdbc": {"sink.write.mode": "jdbc", "sink.batch-size": "500"},
}
STREAMING = """SET 'table.dml-sync' = 'true';
SET 'execution.checkpointing.interval' = '1 s';
SET 'parallelism.default' = '2';
SET 'table.local-time-zone' = 'UTC';
"""
BATCH = """SET 'table.dml-sync' = 'true';
SET 'execution.runtime-mode' = 'batch';
"""


def debezium(changes):
    """Lines of Debezium's JSON for (before, after) pairs; None stands for no row."""
    names = {(False, True): "c", (True, True): "u", (True, False): "d"}
    for before, after in changes:
        yield json.dumps({"before": before, "after": after, "op": names[before is not None, after is not None]})


def random_changes(count, keys, seed):
    """A valid changelog over a composite key, and the table that it leads to."""
    chosen = random.Random(seed)
    table, changes = {}, []
    for number in range(count):
        key = (chosen.randrange(keys), chosen.choice(["de", "en", "fr "]))
        before = table.get(key)
        if before is not None and chosen.random() < 0.3:
            del table[key]
            changes.append((before, None))
            continue
        after = {
            "id": key[0], "lang": key[1], "title": f"title {number}" if number % 5 else None, "price": f"{number % 999}.{number % 90 + 10}",
        }  # fmt: skip
        table[key] = after
        changes.append((before, after))
    return changes, table


@pytest.mark.parametrize("way", WAYS)
def test_a_debezium_changelog_ends_as_the_table_it_describes(flink, warehouse, table, tmp_path, way):
    changes, expected = random_changes(20_000, 300, seed=4)
    (tmp_path / "changes.json").write_text("\n".join(debezium(changes)))
    columns = "id INT, lang VARCHAR(4), title STRING, price DECIMAL(9, 2), PRIMARY KEY (id, lang) NOT ENFORCED"
    with warehouse.connect() as connection:
        connection.execute(
            f"""CREATE TABLE {table} (
              title VARCHAR(64), id INTEGER NOT NULL, lang VARCHAR(16) NOT NULL, price DECIMAL(9,2),
              PRIMARY KEY (id, lang)) DISTKEY(id) SORTKEY(id)"""
        )
        connection.execute(f"INSERT INTO {table} VALUES ('not touched', -1, 'de', 1.5)")
        flink.run_sql(
            f"""{STREAMING}
            CREATE TABLE source ({columns})
              WITH ('connector' = 'filesystem', 'path' = '{tmp_path}', 'format' = 'debezium-json');
            CREATE TABLE target ({columns}) {warehouse.with_clause(table, WAYS[way])};
            INSERT INTO target SELECT * FROM source;"""
        )
        landed = connection.execute(f"SELECT id, lang, title, CAST(price AS VARCHAR(16)) FROM {table}").fetchall()
    wanted = [tuple(row.values()) for row in expected.values()] + [(-1, "de", "not touched", "1.50")]
    assert sorted(landed, key=lambda row: row[:2]) == sorted(wanted, key=lambda row: row[:2])


@pytest.mark.parametrize("way", ["copy-csv", "jdbc"])
def test_an_aggregation_leaves_undeclared_columns_alone(flink, warehouse, table, way):
    with warehouse.connect() as connection:
        connection.execute(
            f"""CREATE TABLE {table} (number BIGINT IDENTITY(1,1), word VARCHAR(16) NOT NULL, amount BIGINT,
              note VARCHAR(16) DEFAULT 'new', PRIMARY KEY (word))"""
        )
        connection.execute(f"INSERT INTO {table} (word, amount, note) VALUES ('a', 100, 'kept')")
        (number,) = connection.execute(f"SELECT number FROM {table}").fetchone()
        flink.run_sql(
            f"""{STREAMING}
            CREATE TABLE target (word STRING NOT NULL, amount BIGINT, PRIMARY KEY (word) NOT ENFORCED)
              {warehouse.with_clause(table, WAYS[way])};
            INSERT INTO target SELECT word, COUNT(*) FROM (VALUES ('a'), ('b'), ('a'), ('c'), ('a')) AS words (word) GROUP BY word;"""
        )
        landed = connection.execute(f"SELECT word, amount, note FROM {table} ORDER BY word").fetchall()
        assert landed == [("a", 3, "kept"), ("b", 1, "new"), ("c", 1, "new")]
        assert connection.execute(f"SELECT number FROM {table} WHERE word = 'a'").fetchone() == (number,)


@pytest.mark.parametrize("way", WAYS)
def test_a_missing_table_is_created_when_asked_for(flink, warehouse, table, way):
    create = {**WAYS[way], "sink.create-table": "if-absent"}
    columns = "`Order` INT NOT NULL, `unit price` DECIMAL(10, 2), `Größe` VARCHAR(5), PRIMARY KEY (`Order`) NOT ENFORCED"
    sql = f"CREATE TABLE target ({columns}) {warehouse.with_clause(table, create)};"
    with warehouse.connect() as connection:
        flink.run_sql(f"{BATCH}{sql}\nEXPLAIN INSERT INTO target VALUES (1, 1.5, 'groß');")
        exists = f"SELECT COUNT(*) FROM svv_tables WHERE table_name = '{table}'"
        assert connection.execute(exists).fetchone() == (0,)
        rows = "(1, 1.5, 'groß'), (2, CAST(NULL AS DECIMAL(10, 2)), CAST(NULL AS STRING))"
        flink.run_sql(f"{BATCH}SET 'parallelism.default' = '2';\n{sql}\nINSERT INTO target VALUES {rows};")
        cursor = connection.execute(f'SELECT * FROM {table} ORDER BY "order"')
        assert [column.name for column in cursor.description] == ["order", "unit price", "größe"]
        assert [str(value) for row in cursor for value in row] == ["1", "1.50", "groß", "2", "None", "None"]


@pytest.mark.parametrize("way", ["copy-csv", "copy-parquet"])
def test_insert_overwrite_replaces_the_rows_also_by_none(flink, warehouse, table, way):
    with warehouse.connect() as connection:
        connection.execute(f"CREATE TABLE {table} (id INTEGER, name VARCHAR(16))")
        connection.execute(f"INSERT INTO {table} VALUES (1, 'old'), (2, 'old')")
        target = f"CREATE TABLE target (id INT, name STRING) {warehouse.with_clause(table, WAYS[way])};"
        flink.run_sql(f"{BATCH}{target}\nINSERT OVERWRITE target VALUES (2, 'new'), (3, 'new');")
        assert connection.execute(f"SELECT * FROM {table} ORDER BY id").fetchall() == [(2, "new"), (3, "new")]
        flink.run_sql(f"{BATCH}{target}\nINSERT OVERWRITE target SELECT * FROM (VALUES (1, 'x')) AS t (id, name) WHERE id > 1;")
        assert connection.execute(f"SELECT COUNT(*) FROM {table}").fetchone() == (0,)

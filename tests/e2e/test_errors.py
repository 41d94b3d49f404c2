"""What a user sees when something is wrong: one readable error, no secret, nothing half-written."""

import json
import socket
import time

import pytest

import stack

SECRETS = ["Awsuser1", "testtest", "Wrong-password-1"]


def run_job(flink, warehouse, table, columns="id INT, name STRING", rows="(1, 'one'), (2, 'two')", mode="copy", options=()):
    """Runs one INSERT; returns the text of the error that the SQL client shows."""
    with pytest.raises(stack.SqlFailed) as failure:
        flink.run_sql(
            f"""SET 'table.dml-sync' = 'true';
            SET 'execution.runtime-mode' = 'batch';
            SET 'restart-strategy.type' = 'none';
            CREATE TABLE target ({columns}) {warehouse.with_clause(table, {"sink.write.mode": mode, **dict(options)})};
            INSERT INTO target VALUES {rows};"""
        )
    text = str(failure.value)
    for secret in SECRETS:
        # The SQL client echoes the statements of the file; what counts is everything after them.
        assert secret not in text[text.index("[ERROR]") :]
        assert secret not in flink.logs()
    return text[text.index("[ERROR]") :]


@pytest.fixture
def target(local):
    """An empty table (id, name) of redshift-local that must still be empty afterwards."""
    with local.warehouse.connect() as connection:
        connection.execute("CREATE TABLE target (id INTEGER, name VARCHAR(8))")
        yield "target"
        assert connection.execute("SELECT COUNT(*) FROM target").fetchone() == (0,)
        connection.execute("DROP TABLE target")
        connection.execute("DROP TABLE IF EXISTS target_flink_commits")


def test_wrong_password(flink, local, target):
    text = run_job(flink, local.warehouse, target, options={"password": "Wrong-password-1"})
    assert "awsuser" in text and "password" in text and "127.0.0.1" in text


@pytest.mark.parametrize("mode", ["copy", "jdbc"])
def test_host_that_does_not_answer(flink, local, target, mode):
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        port = silent.getsockname()[1]
        begin = time.monotonic()
        text = run_job(flink, local.warehouse, target, mode=mode, options={"port": port, "connect.timeout": "2 s"})
    assert f"127.0.0.1" in text and str(port) in text and "connect.timeout" in text
    assert time.monotonic() - begin < 60


def test_missing_table(flink, local):
    text = run_job(flink, local.warehouse, "nowhere.to_be_found")
    assert "There is no table nowhere.to_be_found" in text


def test_missing_column_and_wrong_type_are_reported_together(flink, local, target):
    text = run_job(flink, local.warehouse, target, columns="id BIGINT, missing STRING")
    assert "missing" in text and "id" in text and "BIGINT" in text and "integer" in text.lower()


def test_bucket_that_does_not_exist(flink, local, target):
    text = run_job(flink, local.warehouse, target, options={"s3-uri": "s3://no-such-bucket/staging"})
    assert "no-such-bucket" in text and "exist" in text


@pytest.mark.parametrize("mode", ["copy", "jdbc"])
def test_text_too_long_for_its_column(flink, local, target, mode):
    text = run_job(flink, local.warehouse, target, mode=mode, rows="(1, 'fits'), (2, 'does not fit')")
    assert "target" in text and "name" in text and "8" in text
    assert "does not fit" not in text  # values are data of others: shown only when asked for


def test_options_are_checked_when_the_table_is_planned(flink, local, target):
    text = run_job(flink, local.warehouse, target, options={"sink.batch-sise": "10"})
    assert "sink.batch-sise" in text and "sink.batch-size" in text
    text = run_job(flink, local.warehouse, target, options={"scan.fetch-size": "10"})
    assert "scan.fetch-size" in text and "not supported yet" in text
    text = run_job(flink, local.warehouse, target, options={"ssl.mode": "disable", "iam.auth": "true"})
    assert "'ssl.root-cert' has no effect with 'ssl.mode' = 'disable'" in text
    assert "'password' has no effect with 'iam.auth'" in text and "'ssl.mode' = 'disable' is refused" in text
    assert "'iam.cluster-identifier' or 'iam.workgroup' is missing" in text
    text = run_job(flink, local.warehouse, target, options={"sink.copy.options": "MAXERROR 10"})
    assert "sink.copy.options" in text and "MAXERROR" in text
    text = run_job(flink, local.warehouse, target, options={"sink.copy.format": "parquet"}, columns="id INT, t TIME", rows="(1, TIME '10:00:00')")
    assert "Parquet" in text and "csv" in text and "TIME" in text


def test_a_key_that_redshift_cannot_compare_is_refused(flink, local, target):
    columns = "id DOUBLE, name STRING, PRIMARY KEY (id) NOT ENFORCED"
    text = run_job(flink, local.warehouse, target, columns=columns, rows="(1.0, 'one')")
    assert "PRIMARY KEY" in text and "id" in text and "DOUBLE" in text


@pytest.mark.parametrize("mode", ["copy", "jdbc"])
def test_bad_rows_are_put_aside_with_their_reason(flink, local, target, mode):
    warehouse = local.warehouse
    s3_uri = f"{warehouse.s3_uri}/{mode}"
    options = {"sink.write.mode": mode, "s3-uri": s3_uri, "sink.bad-rows": "reject"}
    columns = "id INT, name STRING, PRIMARY KEY (id) NOT ENFORCED"
    flink.run_sql(
        f"""SET 'table.dml-sync' = 'true';
        SET 'execution.runtime-mode' = 'batch';
        CREATE TABLE target ({columns}) {warehouse.with_clause(target, options)};
        INSERT INTO target VALUES (1, 'fits'), (2, 'does not fit'), (3, 'fits too');"""
    )
    with warehouse.connect() as connection:
        assert connection.execute("SELECT * FROM target ORDER BY id").fetchall() == [(1, "fits"), (3, "fits too")]
        connection.execute("DELETE FROM target")
    (line,) = [json.loads(line) for text in local.objects(f"{s3_uri}/rejected/").values() for line in text.splitlines()]
    assert line["table"] == "public.target" and line["column"] == "name" and "VARCHAR(8)" in line["reason"]
    assert line["row"] == {"id": 2, "name": "does not fit"}

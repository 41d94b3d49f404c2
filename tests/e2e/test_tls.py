"""Jobs of a warehouse that demands TLS, with the connector's defaults and with settings that must not work."""

import pytest

import stack


@pytest.fixture(scope="module")
def strict(tmp_path_factory):
    with stack.RedshiftLocal("--tls", "require", log=tmp_path_factory.mktemp("strict") / "redshift-local.log") as running:
        yield running


@pytest.fixture
def target(strict):
    with strict.warehouse.connect() as connection:
        connection.execute("CREATE TABLE target (id INTEGER, name VARCHAR(8))")
        yield connection
        connection.execute("DROP TABLE target")
        connection.execute("DROP TABLE IF EXISTS target_flink_commits")


def insert(flink, local, options):
    return flink.run_sql(
        f"""SET 'table.dml-sync' = 'true';
        SET 'execution.runtime-mode' = 'batch';
        SET 'restart-strategy.type' = 'none';
        CREATE TABLE target (id INT, name STRING) {local.warehouse.with_clause("target", options)};
        INSERT INTO target VALUES (1, 'one'), (2, 'two');"""
    )


@pytest.mark.parametrize("mode", ["copy", "jdbc"])
def test_the_defaults_need_nothing_but_the_authority(flink, strict, target, mode):
    # verify-full, and the host name is the address that the certificate holds.
    insert(flink, strict, {"sink.write.mode": mode, "ssl.mode": None, "ssl.root-cert": strict.ready["ca"]})
    assert target.execute("SELECT id, name FROM target ORDER BY id").fetchall() == [(1, "one"), (2, "two")]


@pytest.mark.parametrize(
    "options, words",
    [
        ({"ssl.mode": "disable"}, ["refuses sessions without TLS", "'ssl.mode' to 'verify-full'"]),
        ({"ssl.mode": None}, ["its chain ends at no authority of", "'ssl.root-cert'"]),
        ({"ssl.mode": "require", "ssl.root-cert": "/ca.pem"}, ["'ssl.root-cert' has no effect with 'ssl.mode' = 'require'"]),
    ],
    ids=["plain text", "authority that is not the system's", "authority that is not heeded"],
)
def test_each_refusal_says_why(flink, strict, target, options, words):
    with pytest.raises(stack.SqlFailed) as failure:
        insert(flink, strict, {"sink.write.mode": "copy", **options})
    text = str(failure.value)
    text = text[text.index("[ERROR]") :]
    for word in words:
        assert word in text
    assert target.execute("SELECT COUNT(*) FROM target").fetchone() == (0,)

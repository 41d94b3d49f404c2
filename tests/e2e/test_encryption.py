"""Files on S3 are encrypted as `s3.sse` says: asked by boto3 for every object that a job leaves."""

import boto3
import pytest

KEY = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"


@pytest.mark.parametrize(
    "options, expected",
    [
        ({"s3.sse": "sse-s3"}, ("AES256", None)),
        ({"s3.sse": "sse-kms", "s3.sse.kms-key-id": KEY}, ("aws:kms", KEY)),
    ],
    ids=["sse-s3", "sse-kms"],
)
def test_data_manifest_and_rejects_are_encrypted(flink, local, options, expected):
    table = "encrypted_" + options["s3.sse"].replace("-", "_")
    prefix = f"{local.warehouse.s3_uri}/{table}"
    s3 = boto3.client(
        "s3",
        endpoint_url=local.ready["s3"],
        region_name=local.ready["region"],
        aws_access_key_id=local.ready["access-key"],
        aws_secret_access_key=local.ready["secret-key"],
    )
    with local.warehouse.connect() as connection:
        connection.execute(f"CREATE TABLE {table} (id INTEGER, name VARCHAR(3))")
    job = {"s3-uri": prefix, "sink.write.mode": "copy", "sink.copy.keep-files": "true", "sink.bad-rows": "reject"}
    flink.run_sql(
        f"""SET 'table.dml-sync' = 'true';
        SET 'execution.runtime-mode' = 'batch';
        CREATE TABLE target (id INT, name STRING) {local.warehouse.with_clause(table, job | options)};
        INSERT INTO target VALUES (1, 'one'), (2, 'too long');"""
    )
    with local.warehouse.connect() as connection:
        assert connection.execute(f"SELECT id, name FROM {table}").fetchall() == [(1, "one")]
        connection.execute(f"DROP TABLE {table}")
        connection.execute(f"DROP TABLE {table}_flink_commits")

    bucket, _, folder = prefix.removeprefix("s3://").partition("/")
    keys = [found["Key"] for found in s3.list_objects_v2(Bucket=bucket, Prefix=folder)["Contents"]]
    assert any(".csv" in key for key in keys) and any("manifest" in key for key in keys), keys
    assert any("reject" in key for key in keys), keys
    for key in keys:
        head = s3.head_object(Bucket=bucket, Key=key)
        assert (head["ServerSideEncryption"], head.get("SSEKMSKeyId")) == expected, key

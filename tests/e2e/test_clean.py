"""redshift-pipe clean, as a user runs it, on what a job that failed has left."""

import re
import stat

import boto3
import pytest

import stack


@pytest.fixture
def s3(local):
    return boto3.client(
        "s3",
        endpoint_url=local.ready["s3"],
        region_name=local.ready["region"],
        aws_access_key_id=local.ready["access-key"],
        aws_secret_access_key=local.ready["secret-key"],
    )


@pytest.fixture
def options_file(local, tmp_path):
    """The options of a table as a user would copy them from the SQL script."""
    path = tmp_path / "options"
    path.write_text("".join(f"  '{key}' = '{value}',\n" for key, value in local.warehouse.options.items()))
    path.chmod(stat.S_IRUSR | stat.S_IWUSR)
    return path


def keys_under(s3, prefix):
    found = s3.list_objects_v2(Bucket="local", Prefix=prefix).get("Contents", [])
    return sorted(f"s3://local/{entry['Key']}" for entry in found)


def failed_job(flink, local, s3_uri):
    """A job whose rows were staged when its commit failed: somebody else locked the table."""
    with local.warehouse.connect() as connection:
        connection.execute("CREATE TABLE left_behind (id INTEGER, name VARCHAR(8))")
        try:
            with connection.transaction():
                connection.execute("LOCK left_behind")
                more = {
                    "sink.write.mode": "copy",
                    "s3-uri": s3_uri,
                    "sink.bad-rows": "reject",
                    "sink.commit.timeout": "2 s",
                    "sink.commit.lock-timeout": "1 s",
                    "sink.max-retries": "0",
                }
                with pytest.raises(stack.SqlFailed):
                    flink.run_sql(
                        f"""SET 'table.dml-sync' = 'true';
                        SET 'execution.runtime-mode' = 'batch';
                        SET 'restart-strategy.type' = 'none';
                        CREATE TABLE target (id INT, name STRING) {local.warehouse.with_clause("left_behind", more)};
                        INSERT INTO target VALUES (1, 'one'), (2, 'two'), (3, 'much too long');"""
                    )
            assert connection.execute("SELECT COUNT(*) FROM left_behind").fetchone() == (0,)
        finally:
            connection.execute("DROP TABLE left_behind")
            connection.execute("DROP TABLE IF EXISTS left_behind_flink_commits")


def test_leftovers_of_a_failed_job_are_listed_and_deleted(flink, local, s3, options_file):
    s3_uri = "s3://local/clean/staging"
    failed_job(flink, local, s3_uri)
    staged = keys_under(s3, "clean/")
    # A data file, its manifest, and the row that was rejected.
    assert sorted(key.split(".", 1)[1] for key in staged) == ["csv.zst", "manifest", "rejected.ndjson"]
    directory = staged[0].rsplit("/", 1)[0].removeprefix("s3://local/")
    s3.create_multipart_upload(Bucket="local", Key=f"{directory}/0-1.csv.zst")
    for other in ["clean/staging/rejected/x/0.ndjson", f"{directory}/notes.txt", "clean/staging2/0-0.csv.zst"]:
        s3.put_object(Bucket="local", Key=other, Body=b"not ours")
    others = sorted(set(keys_under(s3, "clean/")) - set(staged))

    flags = ["--options", options_file, "--s3-uri", s3_uri]
    listed = stack.redshift_pipe("clean", "--older-than", "0s", *flags)
    *objects, upload = listed.stdout.splitlines()
    assert sorted(objects) == staged
    assert upload.startswith(f"s3://local/{directory}/0-1.csv.zst?uploadId=")
    assert "3 files" in listed.stderr and "1 unfinished upload" in listed.stderr and "savepoint" in listed.stderr
    assert keys_under(s3, "clean/") == sorted(staged + others)

    # The files are younger; redshift-local dates every upload back to 2010.
    young = stack.redshift_pipe("clean", "--older-than", "1 h", "--yes", *flags)
    assert young.stdout.splitlines() == [upload]
    assert keys_under(s3, "clean/") == sorted(staged + others)

    deleted = stack.redshift_pipe("clean", "--older-than", "0s", "--yes", *flags)
    assert sorted(deleted.stdout.splitlines()) == staged
    assert "Deleted: 3 files" in deleted.stderr
    assert keys_under(s3, "clean/") == others
    assert not s3.list_multipart_uploads(Bucket="local", Prefix="clean/").get("Uploads")

    again = stack.redshift_pipe("clean", "--older-than", "0s", *flags)
    assert again.stdout == "" and again.stderr.startswith("Nothing under s3://local/clean/staging")


def test_lines_may_say_size_and_age(local, s3, options_file):
    key = "long/5d41402abc4b2a76b9719d911017c592/8d0b4fd7/11111111-2222-4333-8444-555555555555/0-0.csv"
    s3.put_object(Bucket="local", Key=key, Body=b"x" * 3000)
    flags = ["--options", options_file, "--s3-uri", "s3://local/long", "--older-than", "0s"]
    size, age, address = stack.redshift_pipe("clean", "-l", *flags).stdout.rstrip("\n").split("\t")
    assert size == "2.9 KB" and re.fullmatch(r"\d+ (s|min)", age) and address == f"s3://local/{key}"
    stack.redshift_pipe("clean", "--yes", *flags)


def test_wrong_usage_and_refusals_have_different_exit_codes(local, options_file):
    def fails(*arguments, code, stdin=""):
        with pytest.raises(stack.PipeFailed) as failure:
            stack.redshift_pipe(*arguments, stdin=stdin)
        assert failure.value.returncode == code
        assert local.ready["secret-key"] not in failure.value.stderr and failure.value.stdout == ""
        return failure.value.stderr

    flags = ["--options", options_file]
    assert "--older-than" in fails("clean", *flags, code=2)
    assert "no unit" in fails("clean", "--older-than", "30", *flags, code=2)
    assert "did you mean 'aws.region'" in fails("clean", "--older-than", "30d", "--options", "-", code=2, stdin="aws.regio: x")
    missing = fails("clean", "--older-than", "30d", *flags, "--s3-uri", "s3://missing/staging", code=1)
    assert "cannot list the objects under s3://missing/staging/" in missing and "NoSuchBucket" in missing


def test_help_says_what_is_lost_and_where_secrets_belong():
    for arguments, words in [
        (["--help"], ["clean"]),
        (["clean", "--help"], ["--older-than", "savepoint", "--yes", "list of processes", "Exit codes"]),
        (["--version"], [stack.VERSIONS["CONNECTOR_VERSION"]]),
    ]:
        text = stack.redshift_pipe(*arguments).stdout
        assert all(word in text for word in words), text

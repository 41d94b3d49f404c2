"""Jobs that connect as production does: TLS only, temporary and stored passwords, keys of the cluster, roles that count.

One stand-in that refuses plain text and knows its roles, one Flink cluster whose configuration has the S3 keys and whose
processes have others in their environment, which must lose.
"""

import json
import urllib.parse

import boto3
import pytest
import stack

LOADER = "arn:aws:iam::123456789012:role/loader"  # attached, reads what the jobs stage
ELSEWHERE = "arn:aws:iam::123456789012:role/elsewhere"  # attached, reads something else
WRITER = "arn:aws:iam::123456789012:role/writer"  # for the keys of the jobs


@pytest.fixture(scope="module")
def secured(tmp_path_factory):
    roles = [f"{LOADER}=s3://local/staging/", f"{ELSEWHERE}=s3://local/other/", f"{WRITER}=s3://local/staging/"]
    arguments = ["--tls", "require", *(word for role in roles for word in ("--role", role))]
    with stack.RedshiftLocal(*arguments, log=tmp_path_factory.mktemp("local") / "redshift-local.log") as running:
        yield running


@pytest.fixture(scope="module")
def flink(tmp_path_factory, secured):
    settings = {
        "s3.access-key": secured.ready["access-key"],
        "s3.secret-key": secured.ready["secret-key"],
        "s3.endpoint": secured.ready["s3"],
        "s3.path.style.access": "true",
    }
    others = {
        "AWS_ACCESS_KEY_ID": "AKIAOFNOBODY",
        "AWS_SECRET_ACCESS_KEY": "of-nobody",
        "AWS_REGION": secured.ready["region"],
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    directory = tmp_path_factory.mktemp("flink")
    with stack.FlinkCluster(directory, jar_in_lib=True, settings=settings, environment=others) as running:
        yield running


@pytest.fixture
def target(secured):
    with secured.warehouse.connect() as connection:
        connection.execute("CREATE TABLE target (id INTEGER, name VARCHAR(8))")
        yield connection
        connection.execute("DROP TABLE target")
        connection.execute("DROP TABLE IF EXISTS target_flink_commits")


def connected(secured, options):
    """How to reach the stand-in over TLS, and no AWS keys: Flink's own are found."""
    url = urllib.parse.urlsplit(secured.ready["url"])
    every = {
        "connector": "redshift",
        "hostname": "localhost",
        "port": url.port,
        "username": url.username,
        "password": url.password,
        "database-name": "dev",
        "table-name": "target",
        "ssl.root-cert": secured.ready["ca"],
        **options,
    }
    if every.get("sink.write.mode", "copy") == "copy":
        every = {"sink.write.mode": "copy", "s3-uri": "s3://local/staging", **every}
    return ", ".join(f"'{key}' = '{value}'" for key, value in every.items() if value is not None)


def insert(flink, secured, options):
    flink.run_sql(
        f"""SET 'table.dml-sync' = 'true';
        SET 'execution.runtime-mode' = 'batch';
        SET 'restart-strategy.type' = 'none';
        CREATE TABLE target (id INT, name STRING) WITH ({connected(secured, options)});
        INSERT INTO target VALUES (1, 'one'), (2, 'two');"""
    )


def lands(flink, secured, target, options):
    insert(flink, secured, options)
    assert target.execute("SELECT id, name FROM target ORDER BY id").fetchall() == [(1, "one"), (2, "two")]


def fails(flink, secured, target, options):
    """The error that the SQL client shows; nothing has landed."""
    with pytest.raises(stack.SqlFailed) as failure:
        insert(flink, secured, options)
    assert target.execute("SELECT COUNT(*) FROM target").fetchone() == (0,)
    text = str(failure.value)
    return text[text.index("[ERROR]") :]


def test_a_job_verifies_certificate_and_host_name_by_default(flink, secured, target):
    lands(flink, secured, target, {"sink.write.mode": "jdbc"})


def test_plain_text_and_unknown_authorities_are_refused(flink, secured, target):
    text = fails(flink, secured, target, {"ssl.root-cert": None})
    assert "The TLS certificate of localhost" in text and "was not accepted ('ssl.mode' is 'verify-full')" in text
    text = fails(flink, secured, target, {"ssl.root-cert": None, "ssl.mode": "disable"})
    assert "refuses sessions without TLS. Set 'ssl.mode' to 'verify-full'" in text


def test_keys_of_the_cluster_come_before_those_of_the_environment(flink, secured, target):
    text = fails(flink, secured, target, {"aws.credentials.provider": "ENV_VAR", "aws.endpoint": secured.ready["s3"]})
    assert "AKIAOFNOBODY" not in text and "of-nobody" not in text
    assert "InvalidAccessKeyId" in text
    lands(flink, secured, target, {})


def test_copy_reads_with_the_role_and_no_further(flink, secured, target):
    text = fails(flink, secured, target, {"iam-role-arn": ELSEWHERE})
    assert "AccessDenied" in text and ELSEWHERE in text
    unknown = "arn:aws:iam::123456789012:role/unknown"
    text = fails(flink, secured, target, {"iam-role-arn": unknown})
    assert "is not authorized to assume IAM Role" in text and unknown in text
    lands(flink, secured, target, {"iam-role-arn": LOADER})


def test_keys_of_an_assumed_role_stage_and_load(flink, secured, target):
    options = {
        "aws.credentials.provider": "ASSUME_ROLE",
        "aws.credentials.basic.accesskeyid": secured.ready["access-key"],
        "aws.credentials.basic.secretkey": secured.ready["secret-key"],
        "aws.credentials.role.arn": WRITER,
        "aws.credentials.role.sessionName": "etl",
        "aws.credentials.role.stsEndpoint": secured.ready["s3"],
        "aws.endpoint": secured.ready["s3"],
        "aws.region": secured.ready["region"],
    }
    lands(flink, secured, target, options)


NO_PASSWORD = {"hostname": None, "port": None, "username": None, "password": None}


@pytest.mark.parametrize("mode", ["copy", "jdbc"])
def test_temporary_passwords_for_a_cluster_that_is_found_by_its_name(flink, secured, target, mode):
    options = {
        "iam.auth": "true",
        "iam.cluster-identifier": "local",
        "iam.db-user": "awsuser",
        "iam.endpoint": secured.ready["api"],
        "aws.region": secured.ready["region"],
    }
    lands(flink, secured, target, {**NO_PASSWORD, **options, "sink.write.mode": mode})


def test_temporary_passwords_for_a_workgroup_and_the_identity_of_the_keys(flink, secured, target):
    target.execute("GRANT ALL ON target TO PUBLIC")
    options = {
        "iam.auth": "true",
        "iam.workgroup": "local",
        "iam.endpoint": secured.ready["api"],
        "aws.region": secured.ready["region"],
        "sink.write.mode": "jdbc",
    }
    lands(flink, secured, target, {**NO_PASSWORD, **options})


def test_temporary_passwords_for_nobody_are_refused_by_name(flink, secured, target):
    options = {
        "iam.auth": "true",
        "iam.cluster-identifier": "another",
        "iam.db-user": "awsuser",
        "iam.endpoint": secured.ready["api"],
        "aws.region": secured.ready["region"],
        "sink.write.mode": "jdbc",
    }
    text = fails(flink, secured, target, {**NO_PASSWORD, **options})
    assert "ClusterNotFound" in text and "another" in text


def client(secured, service):
    return boto3.client(
        service,
        endpoint_url=secured.ready["s3"],
        region_name=secured.ready["region"],
        aws_access_key_id=secured.ready["access-key"],
        aws_secret_access_key=secured.ready["secret-key"],
    )


def test_a_password_from_secrets_manager(flink, secured, target):
    url = urllib.parse.urlsplit(secured.ready["url"])
    text = json.dumps({"username": url.username, "password": url.password, "engine": "redshift"})
    arn = client(secured, "secretsmanager").create_secret(Name="redshift/etl", SecretString=text)["ARN"]
    options = {"username": None, "password": None, "secret-arn": arn, "secret-endpoint": secured.ready["s3"]}
    lands(flink, secured, target, {**options, "aws.region": secured.ready["region"]})


def test_none_of_these_jobs_logged_a_password_a_key_or_a_token(flink, secured):
    role = client(secured, "sts").assume_role(RoleArn=WRITER, RoleSessionName="test")
    tokens_begin_with = role["Credentials"]["SessionToken"][:12]
    logs = flink.logs()
    assert "public.target" in logs
    for secret in [urllib.parse.urlsplit(secured.ready["url"]).password, secured.ready["secret-key"], "of-nobody", tokens_begin_with]:
        assert secret not in logs

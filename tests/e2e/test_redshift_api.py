"""The Redshift API of redshift-local, called by boto3 as any program calls Amazon's."""

import datetime
import time
import urllib.error
import urllib.parse
import urllib.request

import boto3
import botocore.config
import botocore.exceptions
import psycopg
import pytest
import stack

ONE_TRY = botocore.config.Config(retries={"total_max_attempts": 1})


@pytest.fixture(scope="module")
def local(tmp_path_factory):
    """One of its own, so that its log holds this file's calls only."""
    with stack.RedshiftLocal(log=tmp_path_factory.mktemp("local") / "redshift-local.log") as running:
        yield running


def client(local, service, key="test", secret="testtest", token=None, endpoint="api", config=ONE_TRY, region=None):
    return boto3.client(
        service,
        endpoint_url=local.ready[endpoint],
        region_name=region or local.ready["region"],
        aws_access_key_id=key,
        aws_secret_access_key=secret,
        aws_session_token=token,
        config=config,
    )


@pytest.fixture
def redshift(local):
    return client(local, "redshift")


@pytest.fixture
def serverless(local):
    return client(local, "redshift-serverless")


def sql(local, *statements):
    with local.warehouse.connect() as connection:
        for statement in statements:
            connection.execute(statement)


def log_in(local, user, password, sslmode="verify-full", database="dev"):
    """As a program does with what the API has answered: name and password unchanged."""
    return psycopg.connect(
        host="127.0.0.1",
        port=urllib.parse.urlsplit(local.ready["url"]).port,
        user=user,
        password=password,
        dbname=database,
        sslmode=sslmode,
        sslrootcert=local.ready["ca"] if sslmode == "verify-full" else None,
        autocommit=True,
    )


def not_let_in(local, user, password, **how):
    with pytest.raises(psycopg.OperationalError) as caught:
        log_in(local, user, password, **how)
    return str(caught.value)


def issued(redshift, user, **arguments):
    answer = redshift.get_cluster_credentials(ClusterIdentifier="local", DbUser=user, **arguments)
    return answer["DbUser"], answer["DbPassword"]


def groups_of(connection):
    """The groups that the session's user is in, as the catalog has it."""
    query = """SELECT g.groname FROM pg_group g, pg_user u
               WHERE u.usesysid = ANY (g.grolist) AND u.usename = current_user ORDER BY 1"""
    return [name for (name,) in connection.execute(query)]


def refused(call, **arguments):
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        call(**arguments)
    error = caught.value.response
    return error["Error"]["Code"], error["Error"]["Message"], error["ResponseMetadata"]["HTTPStatusCode"]


def lasts(expiration):
    return (expiration - datetime.datetime.now(datetime.timezone.utc)).total_seconds()


def test_cluster_and_workgroup_say_where_the_database_is(local, redshift, serverless):
    url = urllib.parse.urlsplit(local.ready["url"])
    (cluster,) = redshift.describe_clusters(ClusterIdentifier="local")["Clusters"]
    assert cluster["Endpoint"] == {"Address": "127.0.0.1", "Port": url.port}
    assert cluster["ClusterStatus"] == "available"
    assert (cluster["MasterUsername"], cluster["DBName"]) == ("awsuser", "dev")
    assert [c["ClusterIdentifier"] for c in redshift.describe_clusters()["Clusters"]] == ["local"]
    assert redshift.describe_clusters(TagKeys=["team"])["Clusters"] == []
    workgroup = serverless.get_workgroup(workgroupName="local")["workgroup"]
    assert workgroup["endpoint"]["address"] == "127.0.0.1" and workgroup["endpoint"]["port"] == url.port
    assert workgroup["status"] == "AVAILABLE"


def test_other_clusters_and_workgroups_are_not_found(redshift, serverless):
    for call in (redshift.describe_clusters, redshift.get_cluster_credentials_with_iam):
        assert refused(call, ClusterIdentifier="Local") == ("ClusterNotFound", "Cluster Local not found.", 404)
    with pytest.raises(redshift.exceptions.ClusterNotFoundFault):
        redshift.get_cluster_credentials(ClusterIdentifier="other", DbUser="alice")
    for call in (serverless.get_workgroup, serverless.get_credentials):
        assert refused(call, workgroupName="other") == ("ResourceNotFoundException", "Workgroup other not found", 400)


def test_users_have_the_prefix_of_their_kind(redshift, serverless):
    def user(**arguments):
        return redshift.get_cluster_credentials(ClusterIdentifier="local", DbUser="alice", **arguments)["DbUser"]

    assert user() == user(AutoCreate=False) == "IAM:alice"
    assert user(AutoCreate=True) == "IAMA:alice"
    assert user(AutoCreate=True, DbGroups=["loaders"]) == "IAMA:alice:loaders"
    assert redshift.get_cluster_credentials_with_iam(ClusterIdentifier="local")["DbUser"] == "IAM:test"
    assert serverless.get_credentials(workgroupName="local")["dbUser"] == "IAM:test"


def test_roles_and_users_of_iam_are_told_from_their_keys(local):
    sts = client(local, "sts", endpoint="s3")
    role = sts.assume_role(RoleArn="arn:aws:iam::123456789012:role/path/etl", RoleSessionName="job")["Credentials"]
    keys = role["AccessKeyId"], role["SecretAccessKey"]
    by_role = client(local, "redshift-serverless", *keys, role["SessionToken"])
    assert by_role.get_credentials(workgroupName="local")["dbUser"] == "IAMR:etl"
    iam = client(local, "iam", endpoint="s3")
    iam.create_user(UserName="loader", Path="/teams/")
    made = iam.create_access_key(UserName="loader")["AccessKey"]
    by_user = client(local, "redshift", made["AccessKeyId"], made["SecretAccessKey"])
    assert by_user.get_cluster_credentials_with_iam(ClusterIdentifier="local")["DbUser"] == "IAM:loader"

    without_token = client(local, "redshift", *keys)
    assert refused(without_token.describe_clusters)[0] == "InvalidClientTokenId"
    other_token = client(local, "redshift-serverless", *keys, "other")
    assert refused(other_token.get_workgroup, workgroupName="local")[0] == "UnrecognizedClientException"


def test_passwords_last_900_to_3600_seconds(redshift, serverless):
    asked = {"ClusterIdentifier": "local", "DbUser": "alice"}
    assert 890 < lasts(redshift.get_cluster_credentials(**asked)["Expiration"]) <= 900
    assert 3590 < lasts(redshift.get_cluster_credentials(DurationSeconds=3600, **asked)["Expiration"]) <= 3600
    assert 1790 < lasts(serverless.get_credentials(workgroupName="local", durationSeconds=1800)["expiration"]) <= 1800
    for seconds in (899, 3601, -1):
        code, message, status = refused(redshift.get_cluster_credentials, DurationSeconds=seconds, **asked)
        assert (code, status) == ("InvalidParameterValue", 400) and "between 900 and 3600" in message
        code, _, status = refused(serverless.get_credentials, workgroupName="local", durationSeconds=seconds)
        assert (code, status) == ("ValidationException", 400)


@pytest.mark.parametrize("name", ["PUBLIC", "public", "1a", "a:b", "a/b", "a b", "a" * 65, "select", 'a"b', "é"])
def test_names_that_no_user_may_have_are_refused(redshift, name):
    code, message, _ = refused(redshift.get_cluster_credentials, ClusterIdentifier="local", DbUser=name)
    assert code == "InvalidParameterValue" and "DbUser" in message


def test_what_must_be_given(redshift, serverless):
    code, message, _ = refused(redshift.get_cluster_credentials, DbUser="alice")
    assert code == "MissingParameter" and "ClusterIdentifier" in message
    code, message, _ = refused(redshift.get_cluster_credentials, ClusterIdentifier="local", DbUser="")
    assert code == "MissingParameter" and "DbUser" in message
    code, message, _ = refused(serverless.get_credentials)
    assert code == "ValidationException" and "workgroupName" in message


def test_signatures_are_checked_where_the_secret_is_known(local):
    wrong = client(local, "redshift", secret="testtesT")
    code, _, status = refused(wrong.describe_clusters)
    assert (code, status) == ("SignatureDoesNotMatch", 403)
    wrong = client(local, "redshift-serverless", secret="testtesT")
    assert refused(wrong.get_workgroup, workgroupName="local")[0] == "InvalidSignatureException"
    unknown = client(local, "redshift", key="AKIAUNKNOWN", secret="any")
    assert unknown.get_cluster_credentials_with_iam(ClusterIdentifier="local")["DbUser"] == "IAM:AKIAUNKNOWN"


def test_operations_that_are_not_there_are_refused_by_name(redshift, serverless):
    code, message, _ = refused(redshift.pause_cluster, ClusterIdentifier="local")
    assert code == "InvalidAction" and "PauseCluster" in message
    code, message, _ = refused(serverless.list_workgroups)
    assert code == "UnknownOperationException" and "ListWorkgroups" in message


def test_throttling_is_repeated_by_boto3_and_errors_are_seen(local, redshift, serverless):
    sql(local, "SELECT local.fault('api-throttle', 2, 'GetWorkgroup')")
    assert redshift.describe_clusters()["Clusters"]  # not the operation of the pattern
    assert refused(serverless.get_workgroup, workgroupName="local") == ("ThrottlingException", "Rate exceeded", 400)
    patient = client(local, "redshift-serverless", config=botocore.config.Config(retries={"total_max_attempts": 2}))
    answer = patient.get_workgroup(workgroupName="local")
    assert answer["ResponseMetadata"]["RetryAttempts"] == 1
    sql(local, "SELECT local.fault('api-throttle')", "SELECT local.fault('api-error')")
    assert refused(redshift.describe_clusters) == ("Throttling", "Rate exceeded", 400)
    code, _, status = refused(redshift.describe_clusters)
    assert (code, status) == ("InternalFailure", 500)
    with local.warehouse.connect() as connection:
        fired = connection.execute("SELECT fault, fired FROM local.faults WHERE fault LIKE 'api-%'").fetchall()
    assert fired == [("api-throttle", 2), ("api-throttle", 1), ("api-error", 1)]


def test_issued_passwords_log_in_over_tls_only(local, redshift):
    sql(local, "CREATE USER berta PASSWORD DISABLE")
    user, password = issued(redshift, "berta")
    with log_in(local, user, password) as connection:
        assert connection.execute("SELECT current_user").fetchone() == ("berta",)
        # Under its own name the history has what it ran, and the connection log the name it came with.
        assert connection.execute("SELECT count(*) FROM stl_query WHERE querytxt LIKE '%current_user%'").fetchone() == (1,)
    with local.warehouse.connect() as administrator:
        query = "SELECT sslversion FROM stl_connection_log WHERE username = %s"
        assert administrator.execute(query, [user]).fetchall() == [("TLSv1.3".ljust(50),)]
    without = not_let_in(local, user, password, sslmode="disable")
    assert f'no pg_hba.conf entry for host "::ffff:127.0.0.1", user "{user}", database "dev", SSL off' in without
    wrong = f'password authentication failed for user "{user}"'
    assert wrong in not_let_in(local, user, password[:-1])
    # Neither the prefix nor the user of somebody else's password.
    assert "password authentication failed" in not_let_in(local, "IAMA:berta", password)
    assert "password authentication failed" in not_let_in(local, "berta", password)
    # A later password leaves this one valid.
    issued(redshift, "berta")
    log_in(local, user, password).close()


def test_passwords_are_good_until_they_expire_and_sessions_go_on(local, redshift):
    user, password = issued(redshift, "carla", AutoCreate=True)
    with log_in(local, user, password) as running:
        sql(local, "SELECT local.fault('expire-credentials', 1, 'carla')")
        assert "password authentication failed" in not_let_in(local, user, password)
        assert "password authentication failed" in not_let_in(local, user, password)
        assert running.execute("SELECT 1").fetchone() == (1,)
    user, password = issued(redshift, "carla")
    log_in(local, user, password).close()


def test_users_are_made_with_auto_create_only(local, redshift):
    assert 'user "dagmar" does not exist' in not_let_in(local, *issued(redshift, "dagmar"))
    user, password = issued(redshift, "dagmar", AutoCreate=True)
    with log_in(local, user, password) as connection:
        assert connection.execute("SELECT current_user").fetchone() == ("dagmar",)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("CREATE SCHEMA of_dagmar")
    log_in(local, *issued(redshift, "dagmar")).close()
    assert "password authentication failed" in not_let_in(local, "dagmar", password)


def test_groups_are_those_of_the_session(local, redshift):
    sql(
        local,
        "CREATE GROUP loaders",
        "CREATE GROUP readers",
        "CREATE USER emil PASSWORD DISABLE IN GROUP readers",
        "CREATE SCHEMA loaded",
        "GRANT ALL ON SCHEMA loaded TO GROUP loaders",
    )
    with log_in(local, *issued(redshift, "emil", DbGroups=["loaders", "readers"])) as first:
        assert groups_of(first) == ["loaders", "readers"]
        first.execute("CREATE TABLE loaded.t (a INT)")
        with log_in(local, *issued(redshift, "emil", DbGroups=["loaders"])) as second:
            assert groups_of(second) == ["loaders", "readers"]
        assert groups_of(first) == ["loaders", "readers"]
    deadline = time.monotonic() + 10
    with log_in(local, *issued(redshift, "emil")) as later:
        while groups_of(later) != ["readers"] and time.monotonic() < deadline:
            time.sleep(0.05)
        assert groups_of(later) == ["readers"]
    assert 'group "strangers" does not exist' in not_let_in(local, *issued(redshift, "emil", DbGroups=["strangers"]))


def test_a_password_for_one_database_is_good_there_only(local, redshift):
    sql(local, "CREATE DATABASE shop")
    user, password = issued(redshift, "awsuser", DbName="shop")
    log_in(local, user, password, database="shop").close()
    assert "password authentication failed" in not_let_in(local, user, password)


def test_callers_log_in_under_their_own_name(local, redshift, serverless):
    answer = redshift.get_cluster_credentials_with_iam(ClusterIdentifier="local")
    with log_in(local, answer["DbUser"], answer["DbPassword"]) as connection:
        assert connection.execute("SELECT current_user").fetchone() == ("IAM:test",)
    sts = client(local, "sts", endpoint="s3")
    role = sts.assume_role(RoleArn="arn:aws:iam::123456789012:role/etl", RoleSessionName="job")["Credentials"]
    by_role = client(
        local, "redshift-serverless", role["AccessKeyId"], role["SecretAccessKey"], role["SessionToken"]
    )
    answer = by_role.get_credentials(workgroupName="local", dbName="dev")
    with log_in(local, answer["dbUser"], answer["dbPassword"]) as connection:
        assert connection.execute("SELECT current_user").fetchone() == ("IAMR:etl",)


def test_the_log_says_why_a_temporary_login_is_refused(local, redshift):
    user, password = issued(redshift, "awsuser", DbName="shop")
    not_let_in(local, user, password)
    not_let_in(local, user, "wrong")
    log = open(local.log).read()
    assert 'this password was issued for database "shop", not for "dev"' in log
    assert "it is no password that was issued for this name and is still good" in log
    assert password not in log


def test_rights_are_granted_to_the_name_that_current_user_tells(local, redshift):
    answer = redshift.get_cluster_credentials_with_iam(ClusterIdentifier="local")
    with log_in(local, answer["DbUser"], answer["DbPassword"]) as connection:
        sql(local, "CREATE TABLE granted (a INT)", 'GRANT SELECT ON granted TO "IAM:test"')
        assert connection.execute("SELECT COUNT(*) FROM granted").fetchone() == (0,)


def test_requests_that_are_signed_for_another_region_are_refused(local):
    for service, operation, arguments in [
        ("redshift", "describe_clusters", {}),
        ("redshift-serverless", "get_workgroup", {"workgroupName": "local"}),
    ]:
        elsewhere = client(local, service, region="eu-west-1")
        code, message, _ = refused(getattr(elsewhere, operation), **arguments)
        assert code in ("SignatureDoesNotMatch", "InvalidSignatureException")
        assert message == "Credential should be scoped to a valid region, not 'eu-west-1'."


def test_requests_that_are_no_utf8_get_an_answer(local):
    request = urllib.request.Request(local.ready["api"], b"{}", {"X-Amz-Target": "Redshift\xff"})
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(request)
    assert caught.value.code == 400 and "UnknownOperationException" in caught.value.read().decode()


def test_nothing_secret_is_logged(local, redshift, serverless):
    passwords = [
        redshift.get_cluster_credentials(ClusterIdentifier="local", DbUser="alice")["DbPassword"],
        redshift.get_cluster_credentials_with_iam(ClusterIdentifier="local")["DbPassword"],
        serverless.get_credentials(workgroupName="local")["dbPassword"],
    ]
    assert len(set(passwords)) == 3
    log = open(local.log).read()
    assert "GetClusterCredentialsWithIAM by arn:aws:iam::123456789012:user/test" in log
    assert [password for password in passwords if password in log] == []

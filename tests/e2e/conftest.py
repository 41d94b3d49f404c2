"""What the end-to-end tests share: one redshift-local, one Flink cluster with the jar in its lib/.

Tests that take `warehouse` run against redshift-local and, where REDSHIFT_URL, REDSHIFT_S3_URI and
REDSHIFT_IAM_ROLE are set, against that cluster too (skipped and counted otherwise).
"""

import pathlib
import sys
import uuid

import pytest

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS.parent / "dev"), str(TESTS), str(TESTS / "soak")]
import stack  # noqa: E402


@pytest.fixture(scope="session")
def local(tmp_path_factory):
    with stack.RedshiftLocal(log=tmp_path_factory.mktemp("local") / "redshift-local.log") as running:
        yield running


@pytest.fixture(scope="session")
def flink(tmp_path_factory):
    with stack.FlinkCluster(tmp_path_factory.mktemp("flink"), jar_in_lib=True) as running:
        yield running


@pytest.fixture(params=["redshift-local", "cluster"])
def warehouse(request):
    if request.param == "redshift-local":
        return request.getfixturevalue("local").warehouse
    cluster = stack.cluster_from_environment()
    if cluster is None:
        pytest.skip("REDSHIFT_URL, REDSHIFT_S3_URI and REDSHIFT_IAM_ROLE are not set")
    return cluster


@pytest.fixture
def table(warehouse):
    """A table name that is free; what has that name afterwards is dropped, with its ledger."""
    name = f"e2e_{uuid.uuid4().hex[:12]}"
    yield name
    with warehouse.connect() as connection:
        connection.execute(f"DROP TABLE IF EXISTS {name}")
        connection.execute(f"DROP TABLE IF EXISTS {name}_flink_commits")

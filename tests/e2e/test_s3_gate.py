"""The gate that stands between connector and S3 in fault tests: what each of its faults does to a client."""

import concurrent.futures
import time

import boto3
import botocore.config
import botocore.exceptions
import pytest
from s3_gate import FAULTS, S3Gate

PART = b"p" * 5 * 1024 * 1024


@pytest.fixture
def gate(local):
    with S3Gate(local.ready["s3"]) as running:
        yield running


def client(local, gate):
    return boto3.client(
        "s3",
        endpoint_url=gate.url,
        region_name=local.ready["region"],
        aws_access_key_id=local.ready["access-key"],
        aws_secret_access_key=local.ready["secret-key"],
        config=botocore.config.Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}),
    )


def counts(gate):
    return [(fault.fault, fault.asked, fault.fired) for fault in gate.faults()]


def test_without_a_fault_everything_goes_through(local, gate):
    s3 = client(local, gate)
    s3.put_object(Bucket="local", Key="gate/object", Body=b"text")
    assert s3.get_object(Bucket="local", Key="gate/object")["Body"].read() == b"text"
    assert s3.head_object(Bucket="local", Key="gate/object")["ContentLength"] == 4
    s3.delete_object(Bucket="local", Key="gate/object")
    assert "Contents" not in s3.list_objects_v2(Bucket="local", Prefix="gate/")
    gate.fault("reset", pattern="never asked for")
    assert counts(gate) == [("reset", 0, 0)]


@pytest.mark.parametrize(("fault", "code"), [("slow-down", "SlowDown"), ("expired-token", "ExpiredToken")])
def test_errors_of_s3_come_as_often_as_asked_for_and_do_nothing(local, gate, fault, code):
    s3, key = client(local, gate), f"refused/{fault}"
    gate.fault(fault, times=2, pattern=key)
    for _ in range(2):
        with pytest.raises(botocore.exceptions.ClientError) as refused:
            s3.put_object(Bucket="local", Key=key, Body=b"text")
        assert refused.value.response["Error"]["Code"] == code
    assert "Contents" not in s3.list_objects_v2(Bucket="local", Prefix=key)
    s3.put_object(Bucket="local", Key=key, Body=b"text")
    assert counts(gate) == [(fault, 2, 2)]


def upload(s3, key):
    begun = s3.create_multipart_upload(Bucket="local", Key=key)["UploadId"]
    etag = s3.upload_part(Bucket="local", Key=key, UploadId=begun, PartNumber=1, Body=PART)["ETag"]
    parts = {"Parts": [{"PartNumber": 1, "ETag": etag}]}
    s3.complete_multipart_upload(Bucket="local", Key=key, UploadId=begun, MultipartUpload=parts)


def test_a_reset_comes_in_the_middle_of_a_part(local, gate):
    gate.fault("reset", pattern="partNumber=1")
    with pytest.raises((botocore.exceptions.ConnectionError, botocore.exceptions.HTTPClientError)):
        upload(client(local, gate), "gate/part")
    assert counts(gate) == [("reset", 1, 1)]


def test_a_lost_answer_to_completing_an_upload_leaves_the_object(local, gate):
    s3 = client(local, gate)
    gate.fault("lost-complete")
    with pytest.raises((botocore.exceptions.ConnectionError, botocore.exceptions.HTTPClientError)):
        upload(s3, "gate/completed")
    assert counts(gate) == [("lost-complete", 1, 1)]
    assert s3.head_object(Bucket="local", Key="gate/completed")["ContentLength"] == len(PART)


def test_slow_answers_and_little_bandwidth_take_their_time(local, gate):
    s3 = client(local, gate)
    gate.fault("slow", delay=0.4)
    begin = time.monotonic()
    s3.put_object(Bucket="local", Key="gate/slow", Body=b"text")
    assert time.monotonic() - begin >= 0.4
    gate.fault("bandwidth", bytes_per_second=10 * len(PART))
    begin = time.monotonic()
    s3.put_object(Bucket="local", Key="gate/slow", Body=PART)
    assert time.monotonic() - begin >= 0.1
    assert counts(gate) == [("slow", 1, 1), ("bandwidth", 1, 1)]


def test_held_requests_go_on_when_released(local, gate):
    s3 = client(local, gate)
    gate.fault("hold", pattern="gate/held")
    with concurrent.futures.ThreadPoolExecutor() as others:
        put = others.submit(s3.put_object, Bucket="local", Key="gate/held", Body=b"text")
        while not gate.holding():
            assert not put.done()
        assert "Contents" not in s3.list_objects_v2(Bucket="local", Prefix="gate/held")
        gate.release()
        put.result(60)
    assert s3.head_object(Bucket="local", Key="gate/held")["ContentLength"] == 4
    assert (gate.holding(), counts(gate)) == (0, [("hold", 1, 1)])


def test_a_probability_is_repeatable_by_its_seed(local):
    def drawn(seed):
        with S3Gate(local.ready["s3"], seed) as gate:
            gate.fault("slow-down", times=1000, probability=0.3)
            return [gate.draw("PUT", "/local/key", 1) is not None for _ in range(200)]

    assert drawn(1) == drawn(1) != drawn(2)
    assert 0 < sum(drawn(1)) < 200


def test_unknown_faults_are_refused(gate):
    with pytest.raises(ValueError, match="unknown fault 'slowdown'.*" + ", ".join(FAULTS)):
        gate.fault("slowdown")

"""Calls AWS as programs do, for tests.

usage: aws_call.py ENDPOINT SERVICE OPERATION JSON_ARGUMENTS

Prints the answer as JSON, or "CODE STATUS MESSAGE" of the service's error. Arguments are sent as they are, also
those that AWS would refuse; the strings in them that begin with "bytes:" are bytes. The environment has the keys, and
may have AWS_REGION and SPOIL_BODY, which is sent as the body instead of what was signed.
"""

import json
import os
import sys

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

endpoint, service, operation, arguments = sys.argv[1:]
client = boto3.client(service, endpoint_url=endpoint, region_name=os.environ.get("AWS_REGION", "us-east-1"),
                      config=Config(parameter_validation=False, retries={"total_max_attempts": 1}))
# The first answer counts: botocore must not look for the bucket's region and ask again.
client.meta.events.register("before-call.s3", lambda context, **_: context["s3_redirect"].update(redirected=True))
if body := os.environ.get("SPOIL_BODY"):
    client.meta.events.register("before-send", lambda request, **_: setattr(request, "body", body.encode()))
values = {name: value[6:].encode() if isinstance(value, str) and value.startswith("bytes:") else value
          for name, value in json.loads(arguments).items()}
try:
    answer = getattr(client, operation)(**values)
    answer.pop("ResponseMetadata")
    print(json.dumps(answer, default=str))
except ClientError as error:
    described = error.response["Error"]
    print(described["Code"], error.response["ResponseMetadata"]["HTTPStatusCode"], described["Message"])

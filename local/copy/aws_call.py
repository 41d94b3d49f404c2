"""Calls AWS as programs do, for tests.

usage: aws_call.py ENDPOINT SERVICE OPERATION JSON_ARGUMENTS

Prints the answer as JSON, or "CODE STATUS MESSAGE" of the service's error. Arguments are sent as they are, also
those that AWS would refuse; the strings in them that begin with "bytes:" are bytes. Keys come from the
environment.
"""

import json
import sys

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

endpoint, service, operation, arguments = sys.argv[1:]
client = boto3.client(service, endpoint_url=endpoint, region_name="us-east-1",
                      config=Config(parameter_validation=False, retries={"total_max_attempts": 1}))
values = {name: value[6:].encode() if isinstance(value, str) and value.startswith("bytes:") else value
          for name, value in json.loads(arguments).items()}
try:
    answer = getattr(client, operation)(**values)
    answer.pop("ResponseMetadata")
    print(json.dumps(answer, default=str))
except ClientError as error:
    described = error.response["Error"]
    print(described["Code"], error.response["ResponseMetadata"]["HTTPStatusCode"], described["Message"])

"""moto_server, which also tells redshift-local of the access keys that its IAM and STS have made.

usage: s3_server.py RULES ARGUMENTS OF moto_server

RULES is JSON: "keys", from an access key's id to its secret, and "roles", from a role's ARN to the [bucket,
beginning of keys] that it may use. With roles all requests pass a gate.

GET /moto-api/issued-key?id=ACCESS_KEY_ID answers 200 with secret_access_key and arn, those of STS also with
session_token, role_arn and expires_at_milliseconds (Unix time); or 404.
"""

import json
import sys
from datetime import timezone
from urllib.parse import parse_qs, urlsplit

import moto.server
from moto.iam.models import iam_backends
from moto.moto_api._internal.urls import url_paths
from moto.s3.models import s3_backends
from moto.sts.models import sts_backends
from s3_gate import Gate


def backends(of_service):
    return [backend for account in list(of_service.values()) for backend in list(account.values())]


def find_key(access_key_id):
    for sts in backends(sts_backends):
        if role := sts.get_assumed_role_from_access_key(access_key_id):
            return {
                "secret_access_key": role.secret_access_key,
                "session_token": role.session_token,
                "arn": role.arn,
                "role_arn": role.role_arn,
                "expires_at_milliseconds": int(role.expiration.replace(tzinfo=timezone.utc).timestamp() * 1000),
            }
    for iam in backends(iam_backends):
        if user := iam.get_user_from_access_key_id(access_key_id):
            key = user.get_access_key_by_id(access_key_id)
            return {"secret_access_key": key.secret_access_key, "arn": user.arn}
    return None


def region_of(bucket):
    return next((s3.buckets[bucket].region_name for s3 in backends(s3_backends) if bucket in s3.buckets), None)


def issued_key(request, full_url, headers):
    key = find_key(parse_qs(urlsplit(full_url).query).get("id", [""])[0])
    return (404 if key is None else 200), {"Content-Type": "application/json"}, json.dumps(key)


url_paths["{0}/moto-api/issued-key"] = issued_key

if __name__ == "__main__":
    rules = json.loads(sys.argv[1])
    if rules["roles"]:
        serve = moto.server.run_simple

        def find_any_key(access_key_id):
            if secret := rules["keys"].get(access_key_id):
                return {"secret_access_key": secret, "arn": f"arn:aws:iam::123456789012:user/{access_key_id}"}
            return find_key(access_key_id)

        def serve_gated(host, port, application, **options):
            serve(host, port, Gate(application, find_any_key, rules["roles"], region_of), **options)

        moto.server.run_simple = serve_gated
    moto.server.main(sys.argv[2:])

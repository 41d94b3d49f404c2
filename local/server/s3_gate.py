"""What moto does not check when redshift-local has roles (--role): whose request it is, and what it may do.

Signatures are those of AWS Signature Version 4, in headers:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

import hashlib
import hmac
import io
import json
import re
import time
from urllib.parse import parse_qsl, quote, unquote
from xml.sax.saxutils import escape, unescape

SIGNATURE = re.compile(r"AWS4-HMAC-SHA256 Credential=([^/]+)/(\d{8})/([^/]+)/([^/]+)/aws4_request, *"
                       r"SignedHeaders=([^,]+), *Signature=([0-9a-f]+)")
UNSIGNED_ACTIONS = {"AssumeRoleWithWebIdentity", "AssumeRoleWithSAML"}


class Refused(Exception):
    def __init__(self, status, code, message, region=None):
        super().__init__(message)
        self.status, self.code, self.message, self.region = status, code, message, region


def denied():
    return Refused("403 Forbidden", "AccessDenied", "Access Denied")


class Gate:
    """A WSGI application in front of moto's.

    find_key: from an access key's id to its secret_access_key, arn and, for keys of STS, session_token, role_arn
    and expires_at_milliseconds; None for one that is not known.
    roles: from a role's ARN to the [bucket, beginning of keys] that it may use.
    region_of: from a bucket's name to its region; None where there is no such bucket.
    """

    def __init__(self, application, find_key, roles, region_of):
        self.application, self.find_key, self.roles, self.region_of = application, find_key, roles, region_of

    def __call__(self, environ, start_response):
        try:
            if not environ["PATH_INFO"].startswith("/moto-api/"):
                self.check(environ)
        except Refused as refused:
            drain(environ)
            region = [("x-amz-bucket-region", refused.region)] if refused.region else []
            start_response(refused.status, [("Content-Type", "text/xml"), *region])
            return [] if environ["REQUEST_METHOD"] == "HEAD" else [error_body(environ, refused)]
        return self.application(environ, start_response)

    def check(self, environ):
        signature = SIGNATURE.fullmatch(environ.get("HTTP_AUTHORIZATION", ""))
        form = dict(parse_qsl(body_of(environ).decode())) if is_form(environ) else {}
        action = form.get("Action")
        if not signature:
            if action in UNSIGNED_ACTIONS:
                self.check_role(form, action, "anybody")
            elif not asks_for_region(environ):
                raise denied()
            return
        key = self.find_key(signature[1])
        self.check_key(environ, signature, key)
        if signature[4] == "s3":
            self.check_region(environ, signature[3])
            check_body(environ)
        role = key.get("role_arn")
        if action == "AssumeRole":
            self.check_role(form, action, key["arn"])
        elif signature[4] == "s3" and role is not None:
            self.check_s3(environ, self.roles.get(role, []))

    def check_key(self, environ, signature, key):
        s3 = signature[4] == "s3"
        unknown = (Refused("403 Forbidden", "InvalidAccessKeyId",
                           "The AWS Access Key Id you provided does not exist in our records.") if s3 else
                   Refused("403 Forbidden", "InvalidClientTokenId",
                           "The security token included in the request is invalid."))
        token = environ.get("HTTP_X_AMZ_SECURITY_TOKEN", "")
        if key is None or (key.get("session_token") and not token):
            raise unknown
        if token != key.get("session_token", ""):
            raise Refused("400 Bad Request", "InvalidToken",
                          "The provided token is malformed or otherwise invalid.") if s3 else unknown
        if not hmac.compare_digest(sign(environ, signature, key["secret_access_key"]), signature[6]):
            raise Refused("403 Forbidden", "SignatureDoesNotMatch",
                          "The request signature we calculated does not match the signature you provided. Check "
                          "your key and signing method.")
        if time.time() * 1000 >= key.get("expires_at_milliseconds", float("inf")):
            raise (Refused("400 Bad Request", "ExpiredToken", "The provided token has expired.") if s3 else
                   Refused("403 Forbidden", "ExpiredToken", "The security token included in the request is expired"))

    def check_region(self, environ, region):
        bucket = unquote(raw_path(environ)).lstrip("/").partition("/")[0]
        own = self.region_of(bucket) or region
        if region != own:
            raise Refused("400 Bad Request", "AuthorizationHeaderMalformed", "The authorization header is malformed; "
                          f"the region '{region}' is wrong; expecting '{own}'", own)

    def check_role(self, form, action, caller):
        if form.get("RoleArn") not in self.roles:
            raise Refused("403 Forbidden", "AccessDenied", f"User: {caller} is not authorized to perform: "
                          f"sts:{action} on resource: {form.get('RoleArn')}")

    def check_s3(self, environ, prefixes):
        def reaches(bucket, key):
            return any(bucket == own and key.startswith(prefix) for own, prefix in prefixes)

        bucket, _, key = unquote(raw_path(environ)).lstrip("/").partition("/")
        query = dict(parse_qsl(environ["QUERY_STRING"], keep_blank_values=True))
        method = environ["REQUEST_METHOD"]
        keys = [(bucket, key)]
        if source := environ.get("HTTP_X_AMZ_COPY_SOURCE"):
            source_bucket, _, source_key = unquote(source).lstrip("/").partition("/")
            keys.append((source_bucket, source_key))
        if not key:
            if method == "HEAD" or (method == "GET" and "location" in query):
                if any(bucket == own for own, _ in prefixes):
                    return
            elif method == "GET":
                keys = [(bucket, query.get("prefix", ""))]
            elif method == "POST" and "delete" in query:
                found = re.findall(r"<Key>(.*?)</Key>", body_of(environ).decode(), re.DOTALL)
                keys = [(bucket, unescape(name)) for name in found]
            else:
                raise denied()
        if not keys or not all(reaches(*each) for each in keys):
            raise denied()


def check_body(environ):
    promised = environ.get("HTTP_X_AMZ_CONTENT_SHA256", "")
    if not promised:
        raise Refused("400 Bad Request", "InvalidRequest", "Missing required header for this request: "
                      "x-amz-content-sha256")
    # Else it is a word such as UNSIGNED-PAYLOAD.
    if re.fullmatch("[0-9a-f]{64}", promised) and hashlib.sha256(body_of(environ)).hexdigest() != promised:
        raise Refused("400 Bad Request", "XAmzContentSHA256Mismatch",
                      "The provided 'x-amz-content-sha256' header does not match what was computed.")


def asks_for_region(environ):
    # S3 tells a bucket's region to everybody.
    return environ["REQUEST_METHOD"] == "HEAD" and "/" not in raw_path(environ).strip("/")


def raw_path(environ):
    return environ["RAW_URI"].partition("?")[0]


def is_form(environ):
    return (environ["REQUEST_METHOD"] == "POST" and
            environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded"))


def body_of(environ):
    """The whole body, which stays readable."""
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.input"] = io.BytesIO(body)
    return body


def drain(environ):
    # Else the client may see its connection break before it sees the answer.
    left = int(environ.get("CONTENT_LENGTH") or 0)
    while left > 0 and (part := environ["wsgi.input"].read(min(left, 1 << 20))):
        left -= len(part)


def sign(environ, signature, secret):
    _, date, region, service, signed_headers, _ = signature.groups()
    query = sorted((quote(name, safe="-_.~"), quote(value, safe="-_.~"))
                   for name, value in parse_qsl(environ["QUERY_STRING"], keep_blank_values=True))
    payload = environ.get("HTTP_X_AMZ_CONTENT_SHA256") or hashlib.sha256(body_of(environ)).hexdigest()
    canonical = "\n".join([
        environ["REQUEST_METHOD"],
        quote(unquote(raw_path(environ)), safe="/-_.~"),
        "&".join(f"{name}={value}" for name, value in query),
        *(f"{name}:{header(environ, name)}" for name in signed_headers.split(";")),
        "",
        signed_headers,
        payload,
    ])
    scope = f"{date}/{region}/{service}/aws4_request"
    hashed = hashlib.sha256(canonical.encode()).hexdigest()
    text = f"AWS4-HMAC-SHA256\n{environ.get('HTTP_X_AMZ_DATE', '')}\n{scope}\n{hashed}"
    key = ("AWS4" + secret).encode()
    for part in (date, region, service, "aws4_request", text):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return key.hex()


def header(environ, name):
    variable = name.upper().replace("-", "_")
    value = environ.get("HTTP_" + variable, environ.get(variable, ""))
    return " ".join(value.split())


def error_body(environ, refused):
    if "HTTP_X_AMZ_TARGET" in environ:
        return json.dumps({"__type": refused.code, "message": refused.message}).encode()
    error = f"<Code>{refused.code}</Code><Message>{escape(refused.message)}</Message>"
    if is_form(environ):
        error = (f"<ErrorResponse><Error><Type>Sender</Type>{error}</Error><RequestId>local</RequestId>"
                 "</ErrorResponse>")
    else:
        region = f"<Region>{refused.region}</Region>" if refused.region else ""
        error = f"<Error>{error}{region}</Error>"
    return ('<?xml version="1.0" encoding="UTF-8"?>\n' + error).encode()

"""An HTTP server that checks signatures as botocore makes them, for the tests of engine/aws.

Answers 200 and "signed" when botocore signs the request that came in the same way, 403 and botocore's canonical
request when not, 400 when the request is not signed. Prints "port=N ca=PATH" when it is ready and ends with its
standard input.

--tls CERTIFICATE serves TLS with a certificate of an authority made at the start: good (localhost and 127.0.0.1),
wrong-host, expired, or good from a server that speaks TLS 1.1 only (old-protocol).
"""

import argparse
import datetime
import hmac
import http.server
import ipaddress
import os
import re
import ssl
import sys
import threading

from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

SECRETS = {"AKIDEXAMPLE": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"}
AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=([^/]+)/(\d{8})/([^/]+)/([^/]+)/aws4_request, ?"
    r"SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})"
)


def expected(handler, body):
    """botocore's canonical request and signature for what was received; None when it is not signed."""
    match = AUTHORIZATION.fullmatch(handler.headers.get("Authorization", ""))
    if match is None:
        return None
    key, _, region, service, signed_headers, signature = match.groups()
    request = AWSRequest(
        method=handler.command, url=f"http://{handler.headers['Host']}{handler.path}", data=body
    )
    for name in signed_headers.split(";"):
        for value in handler.headers.get_all(name, []):
            request.headers.add_header(name, value)
    request.context["timestamp"] = handler.headers["X-Amz-Date"]
    kind = S3SigV4Auth if service == "s3" else SigV4Auth
    auth = kind(Credentials(key, SECRETS.get(key, "")), service, region)
    auth.headers_to_sign = lambda _: request.headers
    canonical = auth.canonical_request(request)
    return canonical, auth.signature(auth.string_to_sign(request, canonical), request), signature


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        found = expected(self, body)
        if found is None:
            status, text = 400, f"not signed: {self.headers.get('Authorization')}"
        else:
            canonical, signature, given = found
            same = hmac.compare_digest(signature, given)
            status, text = (200, "signed") if same else (403, canonical)
        data = text.encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.send_header("X-Seen-Method", self.command)
        self.send_header("X-Seen-Type", self.headers.get("Content-Type", "none"))
        self.send_header("X-Seen-Connection", str(self.client_address[1]))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = answer

    def log_message(self, *_):
        pass


def write_certificate(directory, kind):
    """Makes an authority and a certificate of it; answers (authority file, file with certificate and key)."""
    now = datetime.datetime.now(datetime.timezone.utc)
    day = datetime.timedelta(days=1)

    def certificate(name, issuer, key, signer, names, begin, end, is_authority):
        def named(text):
            return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, text)])

        builder = (
            x509.CertificateBuilder()
            .subject_name(named(name))
            .issuer_name(named(issuer))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(begin)
            .not_valid_after(end)
            .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        )
        if names:
            builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        return builder.sign(signer, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)

    authority_key = ec.generate_private_key(ec.SECP256R1())
    key = ec.generate_private_key(ec.SECP256R1())
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    if kind == "wrong-host":
        names = [x509.DNSName("somebody-else.example.com")]
    begin, end = (now - 3 * day, now - day) if kind == "expired" else (now - day, now + day)
    authority_file = os.path.join(directory, "ca.pem")
    with open(authority_file, "wb") as file:
        file.write(certificate("Test CA", "Test CA", authority_key, authority_key, [], now - 9 * day, now + day, True))
    server_file = os.path.join(directory, "server.pem")
    with open(server_file, "wb") as file:
        file.write(certificate("server", "Test CA", key, authority_key, names, begin, end, False))
        file.write(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
    return authority_file, server_file


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tls", choices=["good", "wrong-host", "expired", "old-protocol"])
    parser.add_argument("--directory", help="where certificates are written")
    arguments = parser.parse_args()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    authority = ""
    if arguments.tls:
        authority, certificate = write_certificate(arguments.directory, arguments.tls)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        if arguments.tls == "old-protocol":
            context.set_ciphers("ALL:@SECLEVEL=0")
            context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
        server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"port={server.server_address[1]} ca={authority}", flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()

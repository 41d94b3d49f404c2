"""A request of JSON over HTTP, as Flink's REST interface and its SQL gateway take them."""

import json
import urllib.request


def request(url, body=None, method=None, timeout=30):
    """The answer's JSON; {} for an empty one. Raises urllib.error.HTTPError where it was refused, OSError, ValueError."""
    data = None if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json"} if data else {}
    asked = urllib.request.Request(url, data=data, headers=headers, method=method)
    with urllib.request.urlopen(asked, timeout=timeout) as answer:
        return json.loads(answer.read() or b"{}")

"""Jobs through Flink's SQL gateway: a process that stays, so that a job does not cost the start of a SQL client."""

import json
import re
import time
import urllib.error

import json_http


class GatewayFailed(Exception):
    """A statement that the gateway refused; the text is what a user would see."""


def statements(sql):
    """The statements of a script. Each ends with ';' at the end of a line; a statement set ends with END;"""
    found, inside = [], False
    for part in re.split(r";[ \t]*(?:\n|$)", sql):
        part = part.strip()
        if inside:
            found[-1] += f";\n{part}"
            inside = part.upper() != "END"
        elif part:
            found.append(part)
            inside = part.upper().startswith("EXECUTE STATEMENT SET")
    return found


class SqlGateway:
    """Requests to a gateway at `port`."""

    def __init__(self, port):
        self.address = f"http://localhost:{port}/v1"

    def _request(self, path, body=None, method=None, timeout=60):
        try:
            return json_http.request(f"{self.address}/{path}", body, method, timeout)
        except urllib.error.HTTPError as refused:
            text = "\n".join(json.loads(refused.read()).get("errors", []))
            raise GatewayFailed("\n".join(line for line in text.splitlines() if not line.startswith("\tat "))) from None

    def answers(self):
        """Whether the gateway is up."""
        try:
            return "productName" in self._request("info", timeout=5)
        except (OSError, ValueError, GatewayFailed):
            return False

    def run(self, sql, timeout=300):
        """Runs a script's statements one by one; returns the ids of the jobs that it started. GatewayFailed."""
        session = self._request("sessions", {})["sessionHandle"]
        try:
            jobs = [self._statement(f"sessions/{session}", text, timeout) for text in statements(sql)]
        finally:
            self._request(f"sessions/{session}", method="DELETE")
        return [job for job in jobs if job]

    def _statement(self, session, text, timeout):
        operation = self._request(f"{session}/statements", {"statement": text})["operationHandle"]
        deadline = time.monotonic() + timeout
        while self._request(f"{session}/operations/{operation}/status")["status"] in ("RUNNING", "PENDING", "INITIALIZED"):
            if time.monotonic() > deadline:
                raise GatewayFailed(f"not done after {timeout} s: {text}")
            time.sleep(0.05)
        token = 0
        while True:
            result = self._request(f"{session}/operations/{operation}/result/{token}?rowFormat=JSON")
            if result["resultType"] != "NOT_READY":
                return result.get("jobID")
            time.sleep(0.05)

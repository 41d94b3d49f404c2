"""What a Flink cluster's REST interface says of its jobs, and what it does with them."""

import contextlib
import time
import urllib.error

import json_http

ENDED = {"FINISHED", "CANCELED", "FAILED", "SUSPENDED"}


class RestFailed(Exception):
    """A request that the JobManager refused, or did not answer; the text has its words, `status` that of HTTP."""

    def __init__(self, text, status=None):
        super().__init__(text)
        self.status = status


class FlinkRest:
    """Requests to the JobManager at `port`. Only those with `patient` wait for one that is away."""

    def __init__(self, port):
        self.port = port

    def request(self, path, body=None, method=None, timeout=30):
        """The answer's JSON. Raises RestFailed."""
        try:
            return json_http.request(f"http://localhost:{self.port}/{path}", body, method, timeout)
        except urllib.error.HTTPError as refused:
            raise RestFailed(f"{path}: {refused.code} {refused.read().decode(errors='replace')[:4000]}", refused.code) from None
        except (OSError, ValueError) as failure:
            raise RestFailed(f"{path}: {failure}") from None

    def slots(self):
        """(slots in all, free ones); none while no JobManager answers."""
        try:
            overview = self.request("overview", timeout=5)
        except RestFailed:
            return 0, 0
        return overview["slots-total"], overview["slots-available"]

    def jobs(self):
        """Every job that the JobManager knows: id -> state."""
        return {job["id"]: job["status"] for job in self.request("jobs")["jobs"]}

    def job(self, job_id):
        return Job(self, job_id)

    def end_jobs(self):
        """Cancels every job that has not ended; returns how many those were."""
        running = [job_id for job_id, state in self.jobs().items() if state not in ENDED]
        for job_id in running:
            self.job(job_id).cancel()
        return len(running)


class Job:
    """One job by its id; also one that a restarted JobManager has recovered."""

    def __init__(self, rest, job_id):
        self.rest = rest
        self.id = job_id

    def __repr__(self):
        return f"Job({self.id})"

    def details(self):
        return self.rest.request(f"jobs/{self.id}")

    def state(self):
        """CREATED, RUNNING, RESTARTING, FINISHED, ...; None while no JobManager that knows the job answers."""
        try:
            return self.details()["state"]
        except RestFailed:
            return None

    def forgotten(self):
        """Whether a JobManager with TaskManagers answers and does not know the job.

        A job that has ended just before its JobManager died is known to none.
        """
        try:
            self.details()
        except RestFailed as failure:
            return failure.status == 404 and self.rest.slots()[0] > 0
        return False

    def failures(self):
        """What the job failed of so far, newest first, each with its stack trace."""
        history = self.rest.request(f"jobs/{self.id}/exceptions")["exceptionHistory"]["entries"]
        return [entry["stacktrace"] for entry in history]

    def wait(self, *states, timeout=180):
        """Waits until the job is in one of `states` (FINISHED unless given); returns it. AssertionError if it ends
        in another one, or is in none of them in time."""
        wanted = states or ("FINISHED",)
        deadline = time.monotonic() + timeout
        while (state := self.state()) not in wanted:
            if state in ENDED or time.monotonic() > deadline:
                with contextlib.suppress(RestFailed):
                    raise AssertionError(f"job {self.id} is {state}, not {' or '.join(wanted)}:\n" + "\n".join(self.failures()))
                raise AssertionError(f"job {self.id} is {state}, not {' or '.join(wanted)}; no JobManager knows it")
            time.sleep(0.1)
        return state

    def wait_running(self, timeout=180):
        """Waits until every task runs (or is done already)."""
        deadline = time.monotonic() + timeout
        while True:
            with contextlib.suppress(RestFailed):
                details = self.details()
                tasks = {state: count for vertex in details["vertices"] for state, count in vertex["tasks"].items() if count}
                if details["state"] == "RUNNING" and not set(tasks) - {"RUNNING", "FINISHED"}:
                    return
                if details["state"] in ENDED:
                    raise AssertionError(f"job {self.id} is {details['state']}:\n" + "\n".join(self.failures()))
            assert time.monotonic() < deadline, f"job {self.id} does not run: it is {self.state()}"
            time.sleep(0.1)

    def checkpoints(self):
        """The counts (completed, failed, in_progress, restored) and the newest of each kind, as Flink gives them."""
        return self.rest.request(f"jobs/{self.id}/checkpoints")

    def cancel(self, timeout=180):
        """Cancels the job and waits until it is gone."""
        self.rest.request(f"jobs/{self.id}", method="PATCH")
        self.wait("CANCELED", timeout=timeout)

    def trigger_savepoint(self, directory):
        """Asks for a savepoint below `directory` and returns at once what `savepoint_result` takes."""
        body = {"target-directory": str(directory), "cancel-job": False}
        return self.rest.request(f"jobs/{self.id}/savepoints", body)["request-id"]

    def savepoint_result(self, request, timeout=180):
        """The path of a savepoint that was asked for. RestFailed with Flink's words if there is none."""
        deadline = time.monotonic() + timeout
        while True:
            answer = self.rest.request(f"jobs/{self.id}/savepoints/{request}")
            if answer["status"]["id"] == "COMPLETED":
                operation = answer["operation"]
                if "location" not in operation:
                    raise RestFailed(operation["failure-cause"]["stack-trace"])
                return operation["location"]
            assert time.monotonic() < deadline, f"job {self.id}: the savepoint is not done"
            time.sleep(0.1)

    def savepoint(self, directory, timeout=180):
        """Takes a savepoint below `directory`; the job goes on. Returns its path."""
        return self.savepoint_result(self.trigger_savepoint(directory), timeout)

    def stop_with_savepoint(self, directory, drain=False, timeout=180):
        """Ends the job with a savepoint below `directory`. Returns its path."""
        request = self.rest.request(f"jobs/{self.id}/stop", {"targetDirectory": str(directory), "drain": drain})["request-id"]
        path = self.savepoint_result(request, timeout)
        self.wait("FINISHED", timeout=timeout)
        return path

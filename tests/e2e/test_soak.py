"""What the soak (tests/soak) deals and counts, without a cluster."""

import collections
import contextlib
import pathlib
import subprocess
import types

import faults
import soak


def test_no_round_has_a_fault_twice_and_all_come_equally_often(monkeypatch):
    kinds = [faults.Kind(f"fault {number}") for number in range(2 * soak.PER_ROUND + 4)]
    kinds[4].needs_parts = True
    monkeypatch.setattr(faults, "every_kind", lambda *_: kinds)
    dealing = soak.Soak(1, None, None, None)
    dealt = collections.Counter()
    for _ in range(200):
        drawn = [kind.name for kind in dealing.draw()]
        assert len(set(drawn)) == len(drawn) and (len(drawn) == 1 or "fault 4" not in drawn)
        dealt.update(drawn)
    assert dealt.keys() == {kind.name for kind in kinds}
    assert max(dealt.values()) - min(dealt.values()) <= 2


def test_wrong_arguments_are_refused_and_help_is_given_before_the_build():
    program = pathlib.Path(__file__).resolve().parents[2] / "test"

    def run(*arguments):
        return subprocess.run([program, "soak", *arguments], capture_output=True, text=True, timeout=120)

    for wrong in ["nonsense"], ["0"], ["5", "--recrod"]:
        refused = run(*wrong)
        assert refused.returncode == 2 and wrong[-1] in refused.stderr and "build:" not in refused.stderr, refused.stderr
    helped = run("--help")
    assert helped.returncode == 0 and "--seed" in helped.stdout and "build:" not in helped.stderr, helped.stderr


def test_commits_of_many_files_must_succeed_and_take_no_longer_per_file(monkeypatch, tmp_path):
    program = tmp_path / "largest_test"
    monkeypatch.setattr(soak, "LARGEST", program)

    def problems(script):
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
        return soak.commit_many_files()

    said = 'echo "$MANY_FILES files: committed ({} ms a file), more"'
    assert problems(said.format("4.5")) == []
    assert "100000: 1000.0" in problems(said.format("$((MANY_FILES / 100)).0"))[0]
    assert "1,000 files failed" in problems(said.format("4.5") + "; exit 1")[0]
    assert "1,000 files failed" in problems("true")[0]


def test_a_soak_that_cannot_go_on_keeps_what_it_counted(monkeypatch, tmp_path):
    @contextlib.contextmanager
    def server(*_, **__):
        yield types.SimpleNamespace(ready={"s3": "http://127.0.0.1"})

    @contextlib.contextmanager
    def ends_badly(*_, **__):
        yield types.SimpleNamespace(ready={"s3": "http://127.0.0.1"})
        raise RuntimeError("a fault was asked for and never fired")

    def second_round_fails(dealing):
        dealing.rounds += 1
        if dealing.rounds == 2:
            raise RuntimeError("no server answers")

    monkeypatch.setattr(soak.stack, "RedshiftLocal", ends_badly)
    monkeypatch.setattr(soak.stack, "FlinkCluster", server)
    monkeypatch.setattr(faults, "create_user", lambda _: None)
    monkeypatch.setattr(faults, "every_kind", lambda *_: [faults.Kind("some fault")])
    monkeypatch.setattr(soak.Soak, "round", second_round_fails)
    for seconds, found in [(0, "never fired"), (3600, "no server answers")]:
        given_up = soak.run_jobs(seconds, 1, tmp_path)
        assert found in given_up.problems[0] and "| some fault |" in given_up.table()

"""The commit protocol's model (commit.pml), checked by SPIN over all of its interleavings.

What the protocol promises must hold in every variant of the warehouse; and each guard, taken out, must be missed by the
checker: a model that cannot fail shows nothing.
"""

import pathlib
import re
import subprocess

import pytest

MODEL = pathlib.Path(__file__).with_name("commit.pml")


def check(directory, *defines):
    """Checks the model with these macros defined; returns what SPIN found wrong, or None."""
    flags = [f"-D{define}" for define in defines]
    for command in [["spin", *flags, "-a", MODEL], ["gcc", "-O1", "-w", "-DSAFETY", "-o", "pan", "pan.c"]]:
        subprocess.run(command, cwd=directory, check=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    done = subprocess.run(["./pan", "-m100000", "-w24"], cwd=directory, check=True, stdout=subprocess.PIPE, text=True)
    assert "Search not completed" not in done.stdout or "pan:1:" in done.stdout, done.stdout
    assert "max search depth too small" not in done.stdout, done.stdout
    states = int(re.search(r"(\d+) states, stored", done.stdout).group(1))
    found = re.search(r"pan:1: (.*) \(at depth", done.stdout)
    errors = int(re.search(r"errors: (\d+)", done.stdout).group(1))
    assert bool(errors) == bool(found), done.stdout
    print(f"{' '.join(defines) or 'as built'}: {states} states, {found.group(1) if found else 'no error'}")
    return found.group(1) if found else None


@pytest.mark.parametrize(
    "variant",
    [[], ["SNAPSHOT_AT_BEGIN"], ["AGING"], ["AGING", "SNAPSHOT_AT_BEGIN"]],
    ids=lambda variant: "-".join(variant) or "snapshot-at-first-statement",
)
def test_rows_are_loaded_once_and_no_commit_waits_for_ever(tmp_path, variant):
    assert check(tmp_path, *variant) is None


@pytest.mark.parametrize(
    "without, found",
    [
        (["CHECK_BEFORE_LOCK"], "assertion violated (loaded<=1)"),
        (["NO_HEAD_ROW", "SNAPSHOT_AT_BEGIN"], "assertion violated (loaded<=1)"),
        (["NO_LOCK", "NO_HEAD_ROW"], "assertion violated (loaded<=1)"),
        (["LEDGER_ROW_APART"], "assertion violated (loaded<=1)"),
        (["AGE_IGNORED", "AGING"], "assertion violated (loaded<=1)"),
        (["TAG_IGNORED"], "assertion violated (loaded>0)"),
        (["BLOCKER_LEFT_ALONE"], "invalid end state"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, list) else "",
)
def test_without_a_guard_the_promise_breaks(tmp_path, without, found):
    assert check(tmp_path, *without) == found


@pytest.mark.parametrize("without", [["NO_HEAD_ROW"], ["NO_LOCK"], ["NO_LOCK", "SNAPSHOT_AT_BEGIN"]], ids="-".join)
def test_lock_and_head_row_guard_each_other(tmp_path, without):
    """Where snapshots are young the lock is enough; where conflicts are found the head row is."""
    assert check(tmp_path, *without) is None

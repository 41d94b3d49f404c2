"""docs/guarantees.md: each of its sentences in a table names tests, and these exist."""

import pathlib
import re

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs/guarantees.md").read_text()
# Tables whose last column is headed "shown by".
ROWS = [
    [cell.strip() for cell in line.strip().strip("|").split(" | ")]
    for table in re.findall(r"^\|[^\n]*\| shown by \|\n\|[-| ]+\|\n((?:\|[^\n]*\n)+)", TEXT, re.M)
    for line in table.splitlines()
]


def sources(folders, suffix):
    return "\n".join(path.read_text() for folder in folders for path in (ROOT / folder).rglob(f"*{suffix}"))


@pytest.fixture(scope="module")
def known():
    """Tests by name, as the document writes them."""
    cpp = re.findall(r"\bTEST(?:_F|_P)?\(\s*(\w+),\s*(\w+)\s*\)", sources(["engine", "jni", "local", "cli", "tests"], ".cc"))
    names = {f"{suite}.{test}" for suite, test in cpp}
    for path in (ROOT / "flink/src/test/java").rglob("*.java"):
        names |= {path.stem} | {f"{path.stem}#{name}" for name in re.findall(r"\bvoid (\w+)\(", path.read_text())}
    for path in (ROOT / "tests").rglob("test_*.py"):
        names |= {f"{path.name}::{name}" for name in re.findall(r"^def (test_\w+)\(", path.read_text(), re.M)}
    return names


def test_there_are_tables():
    assert len(ROWS) > 20


@pytest.mark.parametrize("row", ROWS, ids=lambda row: re.sub(r"\W+", "-", row[0])[:60])
def test_every_row_names_tests_that_exist(row, known):
    named = re.findall(r"`([^`]+)`", row[-1])
    assert named, f"nothing shows: {row}"
    assert not set(named) - known

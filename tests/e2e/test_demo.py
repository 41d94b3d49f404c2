"""The demo, and its judgement: it must be able to say no."""

import subprocess
import sys

import stack

sys.path.insert(0, str(stack.ROOT / "examples/nycflights"))
import demo  # noqa: E402


def test_demo_lands_every_row_and_says_so():
    command = [sys.executable, str(stack.ROOT / "examples/nycflights/demo.py")]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=300)
    assert done.returncode == 0, done.stdout
    assert "336,776" in done.stdout
    assert "Everything that landed agrees with the source files." in done.stdout


def test_demo_notices_a_single_changed_value(local, monkeypatch, capsys):
    monkeypatch.setattr(demo, "TABLES", {"airlines": "jdbc"})
    with local.warehouse.connect() as connection:
        connection.execute("CREATE TABLE airlines (carrier VARCHAR(2), name VARCHAR(64))")
        rows = (demo.SOURCE / "airlines.csv").read_text().splitlines()[1:]
        for carrier, name in (row.split(",") for row in rows):
            connection.execute("INSERT INTO airlines VALUES (%s, %s)", (carrier, name))
        assert demo.compare(connection)
        connection.execute("UPDATE airlines SET name = NULL WHERE carrier = 'AA'")
        assert not demo.compare(connection)
        assert "name: (sum, NULLs)" in capsys.readouterr().out
        connection.execute("DROP TABLE airlines")

"""Writes the pinned requirements with the hash of each file: run after a change of dev/requirements.in.

usage: .deps/venv/bin/python dev/lock_requirements.py

pip resolves dev/requirements.in for this machine (Debian 12 on x86_64, the only one that dev/setup knows) and names
each file with its SHA-256; dev/setup then accepts these files and no others.
"""

import json
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
HEADER = "# Made by dev/lock_requirements.py from dev/requirements.in.\n"


def locked(*arguments):
    report = subprocess.run(
        [sys.executable, "-m", "pip", "install", "-q", "--dry-run", "--ignore-installed", "--report", "-", *arguments],
        check=True, capture_output=True, text=True,
    )
    for item in json.loads(report.stdout)["install"]:
        name = re.sub(r"[-_.]+", "-", item["metadata"]["name"]).lower()
        sha256 = item["download_info"]["archive_info"]["hashes"]["sha256"]
        yield f"{name}=={item['metadata']['version']} --hash=sha256:{sha256}"


if __name__ == "__main__":
    lines = sorted(locked("--only-binary", ":all:", "-r", HERE / "requirements.in"))
    (HERE / "requirements.txt").write_text(HEADER + "\n".join(lines) + "\n")

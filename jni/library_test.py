"""What must hold for the library that Java loads. usage: library_test.py libflinkredshift.so"""

import re
import subprocess
import sys


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def main(library):
    symbols = [line.split() for line in run("nm", "-D", "--defined-only", library).splitlines()]
    names = {fields[-1] for fields in symbols}
    assert names == {"JNI_OnLoad"}, f"exports more than JNI_OnLoad: {sorted(names)[:10]}"
    # Such symbols would be shared by the copies that several class loaders load.
    assert not any(fields[-2] == "u" for fields in symbols), "exports STB_GNU_UNIQUE symbols"

    dynamic = run("readelf", "-dW", library)
    assert "NODELETE" in dynamic, "may be unmapped while its code is still running"
    (path,) = re.findall(r"Library (?:rpath|runpath): \[(.*)\]", dynamic)
    assert path == "$ORIGIN", f"looks for libraries in {path}"
    needed = re.findall(r"\(NEEDED\).*\[(.*)\]", dynamic)
    assert not [name for name in needed if re.match(r"lib(jvm|fmt|spdlog|curl|ssl|crypto)\.so", name)], needed


if __name__ == "__main__":
    main(sys.argv[1])

"""Adds up the JUnit-style reports under a directory and prints the closing line of ./test.

usage: count_tests.py DIRECTORY [BROKEN STAGE ...]

A stage that ended with an error although its reports count no failure (a crash, a linter, a build)
counts as one failure. Exit code 1 when anything failed, or when nothing ran.
"""

import pathlib
import sys
import xml.etree.ElementTree


def count(report):
    passed, failed, skipped = 0, [], 0
    for case in xml.etree.ElementTree.parse(report).iter("testcase"):
        if case.find("failure") is not None or case.find("error") is not None:
            failed.append(f"{case.get('classname')}.{case.get('name')}")
        elif case.find("skipped") is not None or case.get("status") == "notrun":
            skipped += 1
        else:
            passed += 1
    return passed, failed, skipped


def main(directory, broken):
    passed, failed, skipped = 0, [], 0
    for report in sorted(directory.rglob("*.xml")):
        p, f, s = count(report)
        passed, failed, skipped = passed + p, failed + f, skipped + s
    print()
    for name in failed:
        print(f"FAILED: {name}")
    for stage in broken:
        print(f"FAILED: stage {stage}")
    failures = max(len(failed), len(broken))
    print(f"{passed} passed, {failures} failed, {skipped} skipped")
    return 1 if failures or not passed else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]), sys.argv[2:]))

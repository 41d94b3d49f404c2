"""The arguments of `./test soak`. As a program it only checks them: `./test` runs it, with any Python, before it builds."""

import argparse
import math
import pathlib
import random

GUARANTEES = pathlib.Path(__file__).resolve().parents[2] / "docs/guarantees.md"
BEGIN, END = "<!-- soak:begin -->", "<!-- soak:end -->"


def parse():
    what = "Jobs in every mode under faults drawn at random, then the fuzz targets."
    parser = argparse.ArgumentParser(prog="./test soak", description=what)
    parser.add_argument("minutes", nargs="?", type=float, default=10.0, help="how long, after set-up and build (10)")
    same_seed = "the same one draws the same faults in the same order"
    parser.add_argument("--seed", type=int, default=random.randrange(1_000_000), help=same_seed)
    parser.add_argument("--record", action="store_true", help="put the table into docs/guarantees.md")
    parser.add_argument("--no-fuzz", action="store_true", help="jobs only, for all of the time")
    many_files = "at the end one commit each of 1,000, 10,000 and 100,000 files: ten to twenty minutes more"
    parser.add_argument("--many-files", action="store_true", help=many_files)
    arguments = parser.parse_args()
    if not 0 < arguments.minutes < math.inf:
        parser.error(f"argument minutes: {arguments.minutes} is no time to run for")
    if arguments.record and not (GUARANTEES.exists() and BEGIN in GUARANTEES.read_text()):
        parser.error(f"{GUARANTEES} has no line {BEGIN} to put the table behind")
    return arguments


if __name__ == "__main__":
    parse()

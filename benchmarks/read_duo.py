"""DUO's file 03 into a tidy frame, side by side with a bare read of the same file."""

import statistics
import sys
import tempfile
import time
import tracemalloc
from pathlib import Path

import pandas as pd

from twente_analysis.opendata.duo import read_duo

ROUNDS = 15
MANY = 300_000


def seconds(call):
    begin = time.perf_counter()
    call()
    return time.perf_counter() - begin


def main(path):
    bare, tidy = [], []
    for _ in range(ROUNDS):
        bare.append(seconds(lambda: pd.read_csv(path, sep=";", encoding="cp1252")))
        tidy.append(seconds(lambda: read_duo(path)))
    once, ours = statistics.median(bare), statistics.median(tidy)
    print(f"bare read_csv {once * 1000:.0f} ms, tidy frame {ours * 1000:.0f} ms: {ours / once:.2f} times")
    tracemalloc.start()
    frame = read_duo(path)
    print(f"{len(frame)} rows; peak of Python's own allocations {tracemalloc.get_traced_memory()[1] / 1e6:.0f} MB")
    tracemalloc.stop()
    header, *rows = Path(path).read_text("cp1252").splitlines()
    with tempfile.TemporaryDirectory() as folder:
        many = Path(folder) / "many.csv"
        copies = MANY // len(rows)
        lines = [f"{number:02}{row[2:]}" for number in range(copies) for row in rows]
        many.write_text("\n".join([header, *dict.fromkeys(lines)]) + "\n", "cp1252")
        try:
            took = seconds(lambda: read_duo(many))
        except Exception as error:
            print(f"{copies} copies: {error}")
            raise
        print(f"{len(lines)} rows: {took:.2f} s, {took / ours / copies:.2f} times linear")


if __name__ == "__main__":
    main(sys.argv[1])

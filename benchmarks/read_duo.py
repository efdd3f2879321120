"""DUO's file 03 into a tidy frame, side by side with a bare read of the same file."""

import resource
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


def compare(path, rounds):
    """Median seconds of a bare read and of ours, interleaved."""
    pairs = [
        (seconds(lambda: pd.read_csv(path, sep=";", encoding="cp1252")), seconds(lambda: read_duo(path)))
        for _ in range(rounds)
    ]
    return [statistics.median(column) for column in zip(*pairs, strict=True)]


def main(path):
    bare, ours = compare(path, ROUNDS)
    print(f"bare read_csv {bare * 1000:.0f} ms, tidy frame {ours * 1000:.0f} ms: {ours / bare:.2f} times")
    tracemalloc.start()
    frame = read_duo(path)
    traced = tracemalloc.get_traced_memory()[1] / 1e6
    whole = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    print(f"{len(frame)} tidy rows; peak of the whole process {whole:.0f} MB, of the frame's making {traced:.0f} MB")
    tracemalloc.stop()
    del frame
    header, *rows = Path(path).read_text("cp1252").splitlines()
    with tempfile.TemporaryDirectory() as folder:
        for copies in (1, 5, 10, MANY // len(rows)):
            many = Path(folder) / f"{copies}.csv"
            lines = dict.fromkeys(f"{number:02}{row[2:]}" for number in range(copies) for row in rows)
            many.write_text("\n".join([header, *lines]) + "\n", "cp1252")
            bare, ours = compare(many, 3)
            print(
                f"{len(lines)} rows of the file: bare {bare:.2f} s, tidy {ours:.2f} s, "
                f"{ours / len(lines) * 1e6:.1f} microseconds a row"
            )


if __name__ == "__main__":
    main(sys.argv[1])

"""Seconds per brief: every brief of the plan, published to a temporary folder."""

import tempfile
import time
from pathlib import Path

import twente_analysis as ta


def main():
    last = time.perf_counter()

    def report(name, outcome):
        nonlocal last
        now = time.perf_counter()
        print(f"{name}: {outcome}, {now - last:.1f} s")
        last = now

    with tempfile.TemporaryDirectory() as folder:
        ta.render_briefs(out=Path(folder) / "briefs", report=report)


if __name__ == "__main__":
    main()

"""Briefs in a row, by default 500, from one warm parent: no failure, no process, descriptor or memory may be left."""

import itertools
import os
import sys
import tempfile
import time
from pathlib import Path

from engines import warm


def left():
    """Descriptors of this process, its children, and its memory in MB, with what children that run share of it."""
    lines = Path("/proc/self/smaps_rollup").read_text().splitlines()
    memory = sum(int(line.split()[1]) for line in lines if line.startswith("Anonymous:")) / 1024
    children = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    return len(list(Path("/proc/self/fd").iterdir())), len(children), memory


def main(count):
    briefs = warm()
    from twente_analysis.briefs.make import make
    from twente_analysis.briefs.parents import run_forked, usable_cores

    tasks = [(number, brief) for number, brief in zip(range(count), itertools.cycle(briefs), strict=False)]
    start, early, failed = time.perf_counter(), None, 0
    with tempfile.TemporaryDirectory() as place:

        def work(task, tell):
            number, brief = task
            make(brief, Path(place) / str(number), "twente", tell=tell)

        for done, ((_, brief), outcome) in enumerate(run_forked(tasks, work, usable_cores()), 1):
            if outcome.error is not None:
                failed += 1
                print(f"{brief.name}: {outcome.error!r}")
            if done == min(20, count):
                early = left()
        late = left()
        print(f"{count} briefs, {failed} failed, {time.perf_counter() - start:.0f} s")
        print(f"after {min(20, count)}: {early[0]} descriptors, {early[2]:.0f} MB of its own")
        print(f"at the end: {late[0]} descriptors, {late[1]} children, {late[2]:.0f} MB of its own")
    sys.exit(bool(failed or late[1] or late[0] > early[0] or late[2] > early[2] + 20))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500)

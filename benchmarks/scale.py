"""The national plan on 1, 2, 4 and 8 machines: simulated from the measured cost of each brief.

``scale.py`` prints the tables of docs/scale.md from costs.json; ``scale.py --measure`` first measures that anew, on
every brief of the plan: a few minutes on a quiet machine.
"""

import csv
import heapq
import json
import os
import resource
import statistics
import sys
import tempfile
import time
from collections import deque
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from twente_analysis.briefs.cluster import lot_size
from twente_analysis.briefs.plan import read_plan

ROOT = Path(__file__).parents[1]
COSTS = Path(__file__).with_name("costs.json")
#: A notebook with one of these parameters can be asked about another region already.
PLACES = {"region", "brin"}


@dataclass(frozen=True)
class Assumed:
    """What is not measured here; docs/scale.md says where each can be checked."""

    threads: int = 4
    euros_per_machine_hour: float = 0.25
    megabit_per_second: float = 100
    seconds_to_place: float = 0.05
    seconds_per_lot: float = 0.1
    start_of_a_machine: float = 60
    night_hours: float = 8


def plan():
    """Give the briefs of Twente, and how many arbeidsmarktregio's there are; one with a note is replaced, or none."""
    with (ROOT / "data/reference/regions.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["region_type"] == "arbeidsmarktregio"]
    regions = sum(not row["note"] for row in rows)
    return read_plan(ROOT / "notebooks/briefs.toml"), regions


def measure():
    """Measure processor seconds and bytes of each brief, each in a fork, and of warming up."""
    from engines import warm

    before = os.getloadavg()
    briefs = warm()
    mine = resource.getrusage(resource.RUSAGE_SELF)
    warm_up = mine.ru_utime + mine.ru_stime
    from twente_analysis.briefs.make import make
    from twente_analysis.briefs.parents import run_forked

    def work(brief, tell):
        with tempfile.TemporaryDirectory() as place:
            began = time.process_time()
            make(brief, Path(place) / "aside", "twente", tell=tell)
            took = time.process_time() - began
            return took, sum(path.stat().st_size for path in Path(place).rglob("*") if path.is_file())

    done = {brief.name: outcome for brief, outcome in run_forked(briefs, work, 1)}
    for outcome in done.values():
        if outcome.error is not None:
            raise outcome.error
    found = {
        "date": date.today().isoformat(),
        "load_before": round(before[0], 1),
        "load_after": round(os.getloadavg()[0], 1),
        "cores": os.cpu_count(),
        "warm_up": round(warm_up, 2),
        "briefs": {name: [round(outcome.value[0], 2), outcome.value[1]] for name, outcome in sorted(done.items())},
    }
    COSTS.write_text(json.dumps(found, indent=1) + "\n", "utf-8")


def simulate(tasks, machines, warm_up, assumed, lost_at=None):
    """Give after how many seconds the last brief is placed: (seconds, bytes) per task, lots as the cluster makes them.

    At `lost_at` the first machine goes, and what it had is handed out again, brief by brief.
    """
    left, again = deque(tasks), deque()
    threads = machines * assumed.threads
    free = [(assumed.start_of_a_machine + warm_up, machine) for machine in range(machines)]
    heapq.heapify(free)
    placed = 0.0
    while left or again:
        now, machine = heapq.heappop(free)
        if left:
            lot = [left.popleft() for _ in range(lot_size(len(left), assumed.threads, threads))]
        else:
            lot, now = [again.popleft()], max(now, lost_at)
        cores = [now + assumed.seconds_per_lot] * assumed.threads
        for seconds, _ in lot:
            heapq.heapreplace(cores, cores[0] + seconds)
        end = max(cores) + sum(size for _, size in lot) * 8 / (assumed.megabit_per_second * 1e6)
        if lost_at is not None and machine == 0 and end > lost_at:
            again.extend(lot)
            threads -= assumed.threads
            continue
        placed = max(placed, end) + assumed.seconds_to_place * len(lot)
        heapq.heappush(free, (end, machine))
    return placed


def tables():
    """Give the tables of the document as lines of Markdown."""
    costs, assumed = json.loads(COSTS.read_text("utf-8")), Assumed()
    briefs, regions = plan()
    own = [tuple(costs["briefs"][brief.name]) for brief in briefs]
    regional = sum(bool(PLACES & set(brief.parameters)) for brief in briefs)
    national = own * regions
    seconds = [one for one, _ in own]
    yield "| measured | |"
    yield "|---|---|"
    load = f"{costs['load_before']}, {costs['load_after']}"
    yield f"| date, load before and after on {costs['cores']} cores | {costs['date']}, {load} |"
    yield f"| briefs of Twente, of which their notebook takes a region or a school | {len(briefs)}, {regional} |"
    middle = statistics.median(seconds)
    spread = f"{min(seconds):.1f}, {middle:.1f}, {max(seconds):.1f}"
    yield f"| processor seconds of a brief: least, median, most | {spread} |"
    yield f"| processor seconds of all of them | {sum(seconds):.0f} |"
    yield f"| processor seconds to warm a parent up | {costs['warm_up']:.1f} |"
    yield f"| MB of all of them, pages and charts | {sum(size for _, size in own) / 1e6:.1f} |"
    yield f"| arbeidsmarktregio's, briefs of the national plan | {regions}, {len(national):,} |"
    yield ""
    yield "| machines | minutes | euros | beside one machine | minutes when one goes down halfway |"
    yield "|---|---|---|---|---|"
    alone = simulate(national, 1, costs["warm_up"], assumed)
    for machines in (1, 2, 4, 8):
        took = simulate(national, machines, costs["warm_up"], assumed)
        lost = simulate(national, machines, costs["warm_up"], assumed, lost_at=took / 2) if machines > 1 else None
        euros = machines * took / 3600 * assumed.euros_per_machine_hour
        told = f"{lost / 60:.1f}" if lost else "-"
        yield f"| {machines} | {took / 60:.1f} | {euros:.2f} | {alone / took:.1f} times as fast | {told} |"
    yield ""
    yield "| a night | briefs |"
    yield "|---|---|"
    for machines in (1, 2, 4, 8):
        done = in_a_night(own, machines, costs["warm_up"], assumed)
        yield f"| {machines} of {assumed.threads} threads, {assumed.night_hours:g} hours | {done:,} |"


def in_a_night(own, machines, warm_up, assumed):
    """Count how many times the plan of one region is done in a night, in briefs."""
    low, high = 0, 1
    while simulate(own * high, machines, warm_up, assumed) <= assumed.night_hours * 3600:
        low, high = high, high * 2
    while high - low > 1:
        middle = (low + high) // 2
        fits = simulate(own * middle, machines, warm_up, assumed) <= assumed.night_hours * 3600
        low, high = (middle, high) if fits else (low, middle)
    return low * len(own)


if __name__ == "__main__":
    if "--measure" in sys.argv:
        measure()
    print("\n".join(tables()))

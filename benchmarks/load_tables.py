"""Seconds to load every raw table through its loader: the first time in a process, and again.

Seconds of the processor, which other work on the machine does not change, and beside them those of the clock.

Run: python benchmarks/load_tables.py [REPEATS]
"""

import sys
import time
from collections.abc import Callable

import pandas as pd

import twente_analysis as ta

#: Each with the raw tables that it reads; the budgets are 30 tables.
LOADERS: dict[str, Callable[[], object]] = {
    "load_whole_budget": ta.load_whole_budget,
    "load_milestones": ta.load_milestones,
    "load_statements": ta.load_statements,
    "load_targets": ta.load_targets,
    "load_enrolment": ta.load_enrolment,
    "load_enrolment duo": lambda: ta.load_enrolment("duo"),
    "load_diplomas": ta.load_diplomas,
    "load_published_totals": ta.load_published_totals,
    "load_vmbo_pupils duo": lambda: ta.load_vmbo_pupils("duo"),
    "load_vmbo_exams": ta.load_vmbo_exams,
    "load_population": ta.load_population,
    "load_jobs": ta.load_jobs,
    "load_vacancies": ta.load_vacancies,
    "load_monitor": ta.load_monitor,
}


def measure() -> pd.DataFrame:
    """Time each loader once: a row per loader, with the seconds of the processor and of the clock."""
    return pd.DataFrame({name: timed(load) for name, load in LOADERS.items()}, ["processor", "clock"]).T


def timed(load: Callable[[], object]) -> tuple[float, float]:
    """Give the seconds of the processor and of the clock that a call takes."""
    worked, started = time.process_time(), time.perf_counter()
    load()
    return time.process_time() - worked, time.perf_counter() - started


def main(repeats: int = 5) -> None:
    """Print seconds per loader and of all together."""
    runs = [measure() for _ in range(1 + repeats)]
    runs = [pd.concat([run, run.sum().to_frame("all").T]) for run in runs]
    again = pd.concat(runs[1:]).groupby(level=0, sort=False).median()
    found = pd.concat({"first": runs[0], "again": again}, axis="columns")
    print(found.round(3).to_string())
    print("load_sources, again: {:.3f} of the processor, {:.3f} of the clock".format(*timed(ta.load_sources)))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

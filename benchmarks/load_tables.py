"""Seconds to load every raw table through its loader: the first time in a process, and again.

Run: python benchmarks/load_tables.py [REPEATS]
"""

import statistics
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


def measure() -> dict[str, float]:
    """Time each loader once."""
    taken = {}
    for name, load in LOADERS.items():
        started = time.perf_counter()
        load()
        taken[name] = time.perf_counter() - started
    return taken


def main(repeats: int = 5) -> None:
    """Print seconds per loader and of all together."""
    first = measure()
    again = [measure() for _ in range(repeats)]
    started = time.perf_counter()
    ta.load_sources()
    sources = time.perf_counter() - started
    rows = [(name, first[name], statistics.median(run[name] for run in again)) for name in LOADERS]
    rows.append(("all", sum(first.values()), statistics.median(sum(run.values()) for run in again)))
    rows.append(("load_sources", sources, sources))
    print(pd.DataFrame(rows, columns=["loader", "first", "again"]).round(3).to_string(index=False))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

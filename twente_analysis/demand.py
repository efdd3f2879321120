"""How many must be replaced each year, by which route, and what does more supply close? For a brief on demand."""

from collections.abc import Sequence

import pandas as pd

from .coverage import close_gap
from .periods import check_numbers, only
from .tidy import DataError, check_choice, merge_sources

__all__ = ["assumed_fractions", "closing_steps", "demand_routes", "grow_supply", "published_coverage", "select_jobs"]

#: Numbers of extra graduates shown below the one that is asked for.
STEPS = (10, 20, 40, 60)
ROUTES = ["route", "kind", "field", "net_supply", "coverage", "qualifier", "low", "high", "unit", "when", "region"]


def select_jobs(jobs: pd.DataFrame, sectors: str, year: int = 0) -> pd.DataFrame:
    """Keep the jobs of some economic activities in one year.

    Parameters
    ----------
    sectors
        Codes of ``sbi`` with a comma between them.
    year
        0 stands for the last year that the frame has.

    Raises
    ------
    DataError
        When the frame does not have that year or a sector, or a sector is named twice.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> select_jobs(ta.load_jobs(), "B-E, F")[["year", "sbi", "value"]].values.tolist()
    [[2024, 'B-E', 44.0], [2024, 'F', 19.1]]

    """
    chosen = [name.strip() for name in sectors.split(",")]
    for name in chosen:
        check_choice("sector", name, jobs["sbi"].drop_duplicates().tolist())
    if len(set(chosen)) < len(chosen):
        raise DataError(f"A sector is named twice: {sectors}", remedy="Name each sector once.")
    years = sorted(jobs["year"].dropna().unique().tolist())
    when = year or years[-1]
    check_choice("year", when, years)
    return jobs[(jobs["year"] == when) & jobs["sbi"].isin(chosen)].reset_index(drop=True)


def assumed_fractions(assumptions: pd.DataFrame, names: Sequence[str]) -> list[float]:
    """Give assumptions in % (per year) as fractions, in the order of their ids.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> assumed_fractions(ta.load_assumptions(), ["mbo-job-share"])
    [0.65]

    """
    table = assumptions.set_index("id")
    for name in names:
        check_choice("assumption", name, table.index.tolist())
        check_choice(f"unit of {name}", table.loc[name, "unit"], ["%", "% per year"])
    return [float(table.loc[name, "value"]) / 100 for name in names]


def published_coverage(statements: pd.DataFrame) -> list[float]:
    """List the coverages of `load_coverage` as fractions; that demand is twice supply is read as 50 %.

    The share of jobs that cannot be filled is no coverage and stays out.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> published_coverage(ta.load_coverage())
    [0.28, 0.42, 0.5]

    """
    value = statements.assign(value=statements["value"].astype(float)).groupby("indicator", sort=False)["value"]
    shares = value.get_group("coverage") / 100
    return [*shares.tolist(), *(1 / value.get_group("replacement_demand_to_supply")).tolist()]


def grow_supply(gaps: pd.DataFrame, growth: float) -> pd.DataFrame:
    """Give how much supply must grow to close the gap, and what a growth of it does.

    Parameters
    ----------
    gaps
        What `coverage_gap` gives.
    growth
        Growth of the net supply as a fraction, 0 or more.

    Returns
    -------
    DataFrame
        The rows with ``growth``, ``growth_needed`` (1/c - 1), ``coverage_after`` and ``closed`` (part of the gap) as
        fractions, the last two at most 1; no ``closed`` where there is no gap.

    Examples
    --------
    >>> from twente_analysis import coverage_gap
    >>> grown = grow_supply(coverage_gap(1000, 0.42), 0.1)
    >>> grown[["growth_needed", "coverage_after", "closed"]].round(3).values.tolist()
    [[1.381, 0.462, 0.072]]

    """
    more = check_numbers("growth", growth, lambda one: one >= 0, "a fraction, 0 or more; 10 % is 0.1")[0]
    gap = gaps["gap"].where(gaps["gap"] > 0)
    return gaps.assign(
        growth=more,
        growth_needed=gaps["gap"] / gaps["net_supply"],
        coverage_after=(gaps["coverage"] * (1 + more)).clip(upper=1),
        closed=(more * gaps["net_supply"] / gap).clip(upper=1),
    )


def closing_steps(gaps: pd.DataFrame, extra: int, hbo_share: float, retention: float) -> pd.DataFrame:
    """Give what several numbers of extra graduates close of the gap, up to `extra`, in two readings.

    Parameters
    ----------
    gaps
        What `coverage_gap` gives, one row.
    extra, hbo_share, retention
        As `close_gap`; smaller numbers of extra graduates stand before `extra`.

    Returns
    -------
    DataFrame
        As `close_gap` gives, one row per number and ``reading``: ``all`` (everyone enters) or ``rest`` (after those
        who go on to hbo and those who leave).

    Examples
    --------
    >>> from twente_analysis import coverage_gap
    >>> steps = closing_steps(coverage_gap(1000, 0.42), 90, 0.35, 0.8)
    >>> steps.query("extra == 90")[["reading", "entering", "closed"]].round(3).values.tolist()
    [['all', 90.0, 0.065], ['rest', 46.8, 0.034]]

    """
    check_choice("number of gaps", len(gaps), [1])
    numbers = [*(one for one in STEPS if one < extra), extra]
    readings = {"all": (0.0, 1.0), "rest": (hbo_share, retention)}
    parts = [
        close_gap(gaps, number, *shares).assign(reading=reading)
        for number in numbers
        for reading, shares in readings.items()
    ]
    return pd.concat(parts, ignore_index=True)


def demand_routes(
    jobs: pd.DataFrame, estimate: pd.DataFrame, gaps: pd.DataFrame, published: Sequence[pd.DataFrame]
) -> pd.DataFrame:
    """Put the routes to a yearly demand beside each other. They differ in scope and unit and do not add up.

    Parameters
    ----------
    jobs
        What `select_jobs` gives.
    estimate
        What `rate_times_jobs` gives of them: a range over rates and shares.
    gaps
        What `coverage_gap` gives, one row: a worked example.
    published
        Frames of one row each, in persons per year, such as the leavers and the graduates of `load_monitor`.

    Returns
    -------
    DataFrame
        One row per route: ``route``, ``kind`` (``assumption``, ``example``, ``published``), ``field``, ``net_supply``,
        ``coverage``, ``qualifier``, ``low``, ``high``, ``unit``, ``when``, ``region``, ``source``.

    Raises
    ------
    DataError
        When a unit is not a number of jobs or persons per year: a stock such as open vacancies is no route.

    """
    check_choice("number of gaps", len(gaps), [1])
    where, gap = only(estimate, "region"), gaps.iloc[0]
    demand, unit = estimate["demand"].astype(float), only(estimate, "unit")
    fields, when = ",".join(jobs["sbi"]), only(estimate, "year")
    first = ["rate", "assumption", fields, None, None, "", demand.min(), demand.max(), unit, when, where]
    second = ["coverage", "example", "", gap["net_supply"], gap["coverage"], ""]
    rows = [
        [*first, merge_sources(estimate["source"].drop_duplicates().tolist())],
        [*second, gap["demand"], gap["demand"], gap["unit"], "", where, ""],
    ]
    for frame in published:
        check_choice("number of rows", len(frame), [1])
        row = frame.iloc[0]
        value = float(row["value"])
        front = [row["indicator"], "published", row["field"], None, None, row["qualifier"], value, value]
        rows.append([*front, row["unit"], row["period"], row["region"], row["source"]])
    routes = pd.DataFrame(rows, columns=[*ROUTES, "source"])
    for found in routes["unit"]:
        check_choice("unit of a route", found, ["jobs per year", "persons per year"])
    return routes.astype({"net_supply": float, "coverage": float})

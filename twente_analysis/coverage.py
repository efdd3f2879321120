"""How much of the demand does supply cover, and how large is demand where no age structure is at hand?"""

import warnings
from collections.abc import Sequence
from itertools import product

import pandas as pd

from .periods import check_numbers, check_stock, check_years, fractions, only, with_period
from .tidy import DataError, check_choice, total_by

__all__ = ["close_gap", "coverage_gap", "rate_times_jobs"]

Numbers = float | Sequence[float]
#: Net replacement demand per year as a fraction of the jobs; outside it a rate is often one of several years, or gross.
#: Single occupations differ more than a total does. Both are our judgement.
USUAL = {"total": (0.015, 0.04), "occupation": (0.01, 0.08)}


def coverage_gap(net_supply: Numbers | None = None, coverage: Numbers | None = None, years: int = 1) -> pd.DataFrame:
    """Give the replacement demand and the gap behind a coverage: demand = S / c, gap = demand - S.

    Parameters
    ----------
    net_supply
        Required. Graduates who enter regional technical work, in persons over `years`; or several to compare. Those who
        study on are out of it already. Of one level: diplomas of several levels count persons twice.
    coverage
        Required. Net supply over replacement demand, a fraction above 0; or several.
    years
        Number of years that the supply covers.

    Returns
    -------
    DataFrame
        One row per supply and coverage: ``net_supply``, ``coverage`` (fraction), ``demand``, ``gap``, and ``unit``
        of the three counts.

    Raises
    ------
    DataError
        When a supply is missing or not above 0, or a coverage is 0, above 1 or missing.

    Notes
    -----
    Source of the ratio: Regiovisie Twente Techniek, line 97, which gives neither supply nor demand.

    Examples
    --------
    >>> coverage_gap(1000, [0.28, 0.42, 0.5]).round(0)[["demand", "gap"]].values.tolist()
    [[3571.0, 2571.0], [2381.0, 1381.0], [2000.0, 1000.0]]

    """
    supplies = check_numbers(
        "net_supply", net_supply, lambda one: one > 0, "persons, above 0; the source gives none, so state your own"
    )
    covered = fractions("coverage", coverage, above=0)
    unit = with_period("persons", check_years(years))
    rows = [(supply, share, supply / share, supply / share - supply) for supply, share in product(supplies, covered)]
    return pd.DataFrame(rows, columns=["net_supply", "coverage", "demand", "gap"]).assign(unit=unit)


def close_gap(gaps: pd.DataFrame, extra: Numbers, hbo_share: float, retention: float) -> pd.DataFrame:
    """Give the part of the gap that extra graduates close. Of them some study on and some leave the region.

    Entering = extra (1 - hbo share) retention. The two shares hold for the extra graduates only: the supply that
    `coverage_gap` starts from is net of both.

    Parameters
    ----------
    gaps
        What `coverage_gap` gives.
    extra
        Extra graduates in the period of the supply, 0 or more; or several to compare.
    hbo_share
        Fraction of them that goes on to hbo.
    retention
        Fraction of the others that takes technical work in the region.

    Returns
    -------
    DataFrame
        The rows of `gaps` with ``extra``, ``entering``, ``gap_after`` and ``surplus`` (what exceeds the demand) in
        their unit; ``coverage_after`` and ``closed`` (part of the gap) as fractions, at most 1; no ``closed`` where
        there is no gap.

    Raises
    ------
    DataError
        When `extra` is negative or missing, or a share lies outside 0 to 1.

    Examples
    --------
    >>> gaps = coverage_gap(1000, 0.42)
    >>> close_gap(gaps, 90, 0, 1)[["entering", "coverage_after", "closed"]].round(3).values.tolist()
    [[90.0, 0.458, 0.065]]
    >>> close_gap(gaps, 90, 0.35, 0.8)[["entering", "closed"]].round(3).values.tolist()  # 90 x 0.65 x 0.8
    [[46.8, 0.034]]

    """
    for column in ("net_supply", "demand", "gap"):
        check_choice("column", column, list(gaps.columns))
    several = check_numbers("extra", extra, lambda one: one >= 0, "persons, 0 or more")
    shares = [*fractions("hbo_share", hbo_share), *fractions("retention", retention)]
    if len(shares) != 2:
        raise DataError("Several shares were given", remedy="Give one hbo_share and one retention; call it per pair.")
    gaps = gaps.merge(pd.DataFrame({"extra": several}), how="cross")
    more = gaps.pop("extra")
    entering = more * (1 - shares[0]) * shares[1]
    rest = gaps["gap"] - entering
    return gaps.assign(
        extra=more,
        entering=entering,
        gap_after=rest.clip(lower=0),
        surplus=(-rest).clip(lower=0),
        coverage_after=((gaps["net_supply"] + entering) / gaps["demand"]).clip(upper=1),
        closed=(entering / gaps["gap"].where(gaps["gap"] > 0)).clip(upper=1),
    )


def rate_times_jobs(jobs: pd.DataFrame, rates: Numbers, shares: Numbers, of: str = "total") -> pd.DataFrame:
    """Reckon replacement demand per year where no age structure is at hand: rate x jobs x share of technical mbo.

    Parameters
    ----------
    jobs
        Tidy frame of jobs in one region and year, in ``thousand jobs`` or ``jobs``, such as `load_jobs` gives: select
        the groups; they are added.
    rates
        Replacement demand per year as a fraction of the jobs; several for a range.
    shares
        Fraction of the jobs that asks for technical mbo: an assumption; several for a range.
    of
        What the rates are of, ``total`` or ``occupation``: single occupations may differ more before a warning comes.

    Returns
    -------
    DataFrame
        One row per rate and share: ``jobs``, ``rate`` (per year), ``share``, ``demand`` in `unit` (jobs per year),
        status ``scenario``. Alternatives, which do not add up: there is no column ``value``.

    Raises
    ------
    DataError
        When a rate or share is no fraction, a figure is missing or negative, or the frame mixes regions or years.

    Warns
    -----
    UserWarning
        When a rate lies outside 1.5-4 % a year (1-8 % for an occupation): it may be of several years, or gross.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> jobs = ta.load_jobs().query("sbi in ('B-E', 'F') and year == 2011")  # 44.2 + 17.2 thousand
    >>> rate_times_jobs(jobs, [0.027, 0.028], 0.65)["demand"].round(0).tolist()  # 61,400 x 0.65 x 0.027
    [1078.0, 1117.0]

    """
    check_choice("of", of, list(USUAL))
    low, high = USUAL[of]
    total = total_by(check_stock(jobs, 1))
    factor = {"thousand jobs": 1000, "jobs": 1}.get(unit := only(total, "unit"))
    if factor is None:
        raise DataError(f"The unit is {unit!r}", remedy="Give 'thousand jobs' or 'jobs'.")
    number = float(total["value"].item()) * factor
    odd = [rate for rate in fractions("rates", rates) if not low <= rate <= high]
    if odd:
        warnings.warn(
            f"rate(s) {odd} lie outside {low}-{high} a year, what net replacement usually is: is the rate per "
            "year, and net?",
            stacklevel=2,
        )
    rows = [
        (number, rate, share, number * rate * share)
        for rate, share in product(fractions("rates", rates), fractions("shares", shares))
    ]
    found = pd.DataFrame(rows, columns=["jobs", "rate", "share", "demand"])
    key = total[["year", "region_type", "region"]].assign(indicator="replacement_demand").merge(found, how="cross")
    front = ["indicator", "year", "region_type", "region", "jobs", "rate", "share", "demand"]
    return key[front].assign(unit=with_period("jobs", 1), status="scenario", source=total["source"].item())

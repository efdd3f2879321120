"""Replacement demand by age: what five-year cohorts lose between two stocks, or will lose at known rates.

A stock is a tidy frame with the dimension ``age_band``: five-year bands that join on (``15-19``, ``20-24``, ...), the
oldest open (``65+``) or closed, after which everyone has left. A cohort result underestimates total outflow where
people change occupation in mid-career: it sees the balance of a cohort, not who came and went.
"""

import re
from itertools import pairwise

import pandas as pd

from .ages import order_bands
from .periods import apply_rates, check_stock, ends, flow, only, weakest, with_period
from .tidy import DataError, check_choice, dimensions, total_by

__all__ = ["cohort_changes", "exit_rates", "net_entrants", "net_outflow", "shrink_rates"]

#: Years between the two stocks, and the width of an age band.
YEARS = 5


def cohort_changes(stocks: pd.DataFrame, by: str | None = None) -> pd.DataFrame:
    """Follow each age cohort from one stock to the next.

    Parameters
    ----------
    stocks
        Tidy frame of employment by ``age_band`` at two moments five years apart.
    by
        Dimension to keep beside the age; all others are summed over.

    Returns
    -------
    DataFrame
        One row per group and cohort, named by its ages at the first moment: ``start``, ``end`` and ``change`` in the
        stocks' unit; ``unit`` per 5 years. Those who were too young to be in the first stock start from 0. With an open
        oldest band the two oldest are one cohort: ``60-64`` and ``65+`` both end in ``65+``.

    Raises
    ------
    DataError
        When the bands overlap, leave a gap, are not five years wide or are absent somewhere, or the moments are not
        five years apart, or the frame mixes regions or units.

    Examples
    --------
    >>> key = {"indicator": "employed", "year": [2010] * 3 + [2015] * 3, "region_type": "corop", "region": "CR12"}
    >>> rest = {"value": [20, 100, 60, 30, 90, 70], "unit": "persons", "status": "", "source": "d/t#1"}
    >>> stocks = pd.DataFrame(key | {"age_band": ["15-19", "20-24", "25+"] * 2} | rest)
    >>> stocks = stocks.astype({"year": "Int64", "value": "Int64"})
    >>> cohort_changes(stocks)[["age_band", "start", "end", "change"]].values.tolist()
    [['under 15', 0, 30, 30], ['15-19', 20, 90, 70], ['20+', 160, 70, -90]]

    """
    check_choice("column", "age_band", dimensions(stocks))
    groups = [by] if by else []
    bands = order_bands(stocks["age_band"], YEARS)
    if by is not None:
        check_choice("by", by, [name for name in dimensions(stocks) if name != "age_band"])
    whole = ends(stocks, by)
    start, end = (int(year) for year in only(whole, "period").split("/"))
    if end - start != YEARS:
        raise DataError(f"The stocks are of {start} and {end}", remedy=f"Give two stocks {YEARS} years apart.")
    cells = _cells(stocks, by, bands)
    before, after = _cohort_names(bands)
    sides = []
    for name, year, cohort in (("start", start, before), ("end", end, after)):
        side = cells[cells["year"] == year].assign(age_band=cells["age_band"].map(cohort))
        sides.append(side.groupby([*groups, "age_band"], sort=False)["value"].sum().rename(name))
    # The youngest have no start, those of a closed oldest band no end: 0 persons, not an unknown number.
    both = pd.concat(sides, axis=1).fillna(0).reset_index()
    order = {name: place for place, name in enumerate([after[bands[0]], *dict.fromkeys(before.values())])}
    key = whole[groups[0]].tolist() if by else []
    both = both.sort_values(
        [*groups, "age_band"],
        key=lambda column: column.map(order if column.name == "age_band" else {one: n for n, one in enumerate(key)}),
        kind="stable",
        ignore_index=True,
    )
    both["change"] = both["end"] - both["start"]
    both["unit"] = only(whole, "unit")
    return both[[*groups, "age_band", "start", "end", "change", "unit"]]


def net_outflow(stocks: pd.DataFrame, rates: pd.DataFrame | None = None, by: str | None = None) -> pd.DataFrame:
    """Give what shrinking cohorts lose in five years: net outflow, not limited where employment shrinks.

    Parameters
    ----------
    stocks
        Tidy frame of employment by ``age_band``: two moments five years apart, or one moment with `rates`.
    rates
        Tidy frame of ``net_exit_rate`` by ``age_band``, fractions per 5 years: `exit_rates` of an earlier period or of
        another region, `shrink_rates`, or published ones. They are taken to hold for the next five years.
    by
        Dimension to keep; all others are summed over.

    Returns
    -------
    DataFrame
        Tidy, one row (per group), `value` in the stocks' unit per 5 years; status ``scenario`` where it rests on rates.

    Raises
    ------
    DataError
        As `cohort_changes`, or when a rate is absent, gross, no fraction or not per 5 years.

    Notes
    -----
    Source of the method: ROA-RM-1999/2, net outflow per cohort.

    Examples
    --------
    >>> key = {"indicator": "employed", "year": [2010] * 3 + [2015] * 3, "region_type": "corop", "region": "CR12"}
    >>> rest = {"value": [20, 100, 60, 30, 90, 70], "unit": "persons", "status": "", "source": "d/t#1"}
    >>> stocks = pd.DataFrame(key | {"age_band": ["15-19", "20-24", "25+"] * 2} | rest)
    >>> stocks = stocks.astype({"year": "Int64", "value": "Int64"})
    >>> net_outflow(stocks)[["period", "value", "unit"]].values.tolist()  # 160 become 70
    [['2010/2015', 90.0, 'persons per 5 years']]
    >>> net_outflow(stocks.query("year == 2015"), exit_rates(stocks))["value"].tolist()  # (90 + 70) x 90 / 160
    [90.0]

    """
    if rates is not None:
        return _at_rates(stocks, rates, by)
    lost = cohort_changes(stocks, by)
    return _summed(stocks, by, lost.assign(value=(-lost["change"]).clip(lower=0)), "net_outflow")


def net_entrants(stocks: pd.DataFrame, by: str | None = None) -> pd.DataFrame:
    """Give what growing cohorts gain in five years, with those who were too young before.

    Entrants minus net outflow is the change of employment: the identity that ties this to `expansion_demand`.

    Returns
    -------
    DataFrame
        Tidy, one row (per group), `value` in the stocks' unit per 5 years.

    Raises
    ------
    DataError
        As `cohort_changes`.

    Examples
    --------
    >>> key = {"indicator": "employed", "year": [2010] * 3 + [2015] * 3, "region_type": "corop", "region": "CR12"}
    >>> rest = {"value": [20, 100, 60, 30, 90, 70], "unit": "persons", "status": "", "source": "d/t#1"}
    >>> stocks = pd.DataFrame(key | {"age_band": ["15-19", "20-24", "25+"] * 2} | rest)
    >>> stocks = stocks.astype({"year": "Int64", "value": "Int64"})
    >>> net_entrants(stocks)["value"].tolist()  # 30 + 70; and 100 - 90 = 190 - 180
    [100.0]

    """
    gained = cohort_changes(stocks, by)
    return _summed(stocks, by, gained.assign(value=gained["change"].clip(lower=0)), "net_entrants")


def exit_rates(stocks: pd.DataFrame, by: str | None = None) -> pd.DataFrame:
    """Give the net exit rate of each cohort: what it loses as a fraction of its start; 0 where it grows.

    Returns
    -------
    DataFrame
        Tidy, one row per (group and) cohort that had anyone at the start, unit ``fraction per 5 years``.

    Raises
    ------
    DataError
        As `cohort_changes`.

    Examples
    --------
    >>> key = {"indicator": "employed", "year": [2010] * 3 + [2015] * 3, "region_type": "corop", "region": "CR12"}
    >>> rest = {"value": [20, 100, 60, 30, 90, 70], "unit": "persons", "status": "", "source": "d/t#1"}
    >>> stocks = pd.DataFrame(key | {"age_band": ["15-19", "20-24", "25+"] * 2} | rest)
    >>> stocks = stocks.astype({"year": "Int64", "value": "Int64"})
    >>> exit_rates(stocks)[["age_band", "value"]].values.tolist()
    [['15-19', 0.0], ['20+', 0.5625]]

    """
    found = cohort_changes(stocks, by)
    found = found[found["start"] > 0]
    if found.empty:
        raise DataError("Nobody was employed at the first moment", remedy="A rate needs a start above 0.")
    value = ((-found["change"]) / found["start"]).clip(lower=0)
    whole = ends(stocks, by).drop(columns=["value", "unit", "first", "last"])
    rows = found[[*([by] if by else []), "age_band"]].assign(value=value, unit=with_period("fraction", YEARS))
    rows = rows.merge(whole, on=by) if by else rows.merge(whole, how="cross")
    front = [name for name in whole.columns if name not in ("status", "source")]
    return flow(rows[[*front, "age_band", "value", "unit", "status", "source"]], "net_exit_rate", rows["value"])


def shrink_rates(rates: pd.DataFrame, between: float | None = None) -> pd.DataFrame:
    """Pull the rates of thin cells towards the mean of their age band.

    r* = w r + (1 - w) mean, with w = tau2 / (tau2 + se2): a cell that says little counts for little.

    Parameters
    ----------
    rates
        Tidy frame of ``net_exit_rate`` by group and ``age_band`` with the column ``se``: the standard error of each
        rate, a fraction above 0.
    between
        The variance between groups (tau2). By default estimated per band, which takes three groups or more: the
        variance of the rates less the mean of se2, at least 0.

    Returns
    -------
    DataFrame
        The same rows; `value` shrunken, ``raw`` the rate as it was, ``mean`` that of the band (weighted with
        1 / (tau2 + se2)), ``weight`` w. Status ``estimated``.

    Raises
    ------
    DataError
        When a rate or standard error is missing or out of range, or a band has too few groups.

    Notes
    -----
    Source of the idea: ROA's random coefficients, which shrink unreliable cells to the mean of the age group.

    Examples
    --------
    >>> key = {"indicator": "net_exit_rate", "year": 2015, "region_type": "country", "region": "NL"}
    >>> cells = {"occupation": ["a", "b"], "age_band": "60+", "value": [0.2, 0.6], "se": [0.1, 0.1]}
    >>> thin = shrink_rates(pd.DataFrame(key | cells | {"unit": "fraction per 5 years", "status": ""}), 0.01)
    >>> thin[["value", "raw", "mean", "weight"]].round(2).values.tolist()  # w = 0.01 / (0.01 + 0.01)
    [[0.3, 0.2, 0.4, 0.5], [0.5, 0.6, 0.4, 0.5]]

    """
    for column in ("age_band", "value", "se"):
        check_choice("column", column, list(rates.columns))
    _check_rates(rates)
    wrong = rates[~rates["value"].between(0, 1) | ~rates["se"].between(0, 1, inclusive="right")]
    if len(wrong):
        raise DataError(
            f"{len(wrong)} row(s) with a rate outside 0 to 1, or a standard error that is not above 0 and up to 1",
            remedy="Give both as fractions; leave out a cell with nobody in it.",
            rows=wrong,
        )
    if between is not None and not between >= 0:
        raise DataError(f"between={between!r} is not allowed", remedy="A variance is 0 or more.")
    bands = rates.groupby("age_band")
    few = [band for band, count in bands.size().items() if count < 3]
    if between is None and few:
        raise DataError(
            f"{len(few)} band(s) have fewer than three groups: {', '.join(map(str, few))}",
            remedy="State the variance between groups, from a larger set of the same rates.",
        )
    noise = rates["se"].astype("float64") ** 2
    raw = rates["value"].astype("float64")
    if between is None:
        tau2 = (bands["value"].transform("var") - noise.groupby(rates["age_band"]).transform("mean")).clip(lower=0)
    else:
        tau2 = pd.Series(between, index=rates.index)
    trust = 1 / (tau2 + noise)
    mean = (raw * trust).groupby(rates["age_band"]).transform("sum") / trust.groupby(rates["age_band"]).transform("sum")
    weight = tau2 * trust
    shrunken = (weight * raw + (1 - weight) * mean).astype("Float64")
    return rates.assign(value=shrunken, status="estimated", raw=raw, mean=mean, weight=weight)


def _cohort_names(bands: list[str]) -> tuple[dict[str, str], dict[str, str]]:
    """Name the cohort that each band holds, at the start and five years later."""
    before = dict(zip(bands, bands, strict=True))
    if bands[-1].endswith("+"):
        merged = f"{bands[-2].partition('-')[0]}+"
        before |= {bands[-2]: merged, bands[-1]: merged}
    after = {band: before[younger] for younger, band in pairwise(bands)}
    return before, {bands[0]: f"under {re.split(r'[-+]', bands[0])[0]}"} | after


def _cells(stocks: pd.DataFrame, by: str | None, bands: list[str]) -> pd.DataFrame:
    """Sum a stock to group and age band, each of which must be there in each year."""
    groups = [by] if by else []
    stocks = stocks.drop(columns="period", errors="ignore")
    cells = total_by(stocks, [*groups, "age_band"])
    index = [*groups, "year"]
    held = cells.groupby(index)["age_band"].agg(set)
    lacking = [(key, [band for band in bands if band not in found]) for key, found in held.items()]
    listed = [f"{key}: {', '.join(absent)}" for key, absent in lacking if absent]
    if listed:
        raise DataError(
            f"Age bands are absent for {'; '.join(listed)}",
            remedy="Give each band in each year and group, with 0 where there is nobody.",
        )
    return cells


def _summed(stocks: pd.DataFrame, by: str | None, cohorts: pd.DataFrame, indicator: str) -> pd.DataFrame:
    """Sum a figure per cohort to one row (per group), with the key and sources of the stocks."""
    whole = ends(stocks, by)
    if by is None:
        return flow(whole, indicator, pd.Series(cohorts["value"].sum(), index=whole.index))
    return flow(whole, indicator, whole[by].map(cohorts.groupby(by)["value"].sum()))


def _check_rates(rates: pd.DataFrame) -> None:
    for column, wanted in (("indicator", "net_exit_rate"), ("unit", with_period("fraction", YEARS))):
        found = only(rates, column)
        if found != wanted:
            raise DataError(
                f"The rates have {column} {found!r}",
                remedy=f"Cohorts need {wanted!r}; gross exits and transfers go to separations.",
            )


def _at_rates(stocks: pd.DataFrame, rates: pd.DataFrame, by: str | None) -> pd.DataFrame:
    check_choice("column", "age_band", dimensions(stocks))
    check_choice("column of the rates", "age_band", dimensions(rates))
    _check_rates(rates)
    bands = order_bands(stocks["age_band"], YEARS)
    beyond = sorted(set(rates["age_band"]) - {*bands, *_cohort_names(bands)[0].values()})
    if beyond:
        raise DataError(
            f"There are rates for {', '.join(beyond)}, which the stock does not have",
            remedy=f"Give rates by the bands of the stock: {', '.join(bands)}.",
        )
    kept = list(dict.fromkeys([*([by] if by else []), *dimensions(rates)]))
    for name in kept:
        check_choice("dimension", name, dimensions(stocks))
    stock = check_stock(stocks, 1)
    # Rates of our own join the two oldest bands of an open stock in one cohort; published ones may not.
    if bands[-1] not in set(rates["age_band"]):
        stock = stock.assign(age_band=stock["age_band"].map(_cohort_names(bands)[0]))
    stock = total_by(stock, kept)
    stock = stock.assign(value=apply_rates(stock, rates))
    total = total_by(stock, by)
    year = total["year"].iloc[0]
    total = total.assign(
        year=pd.NA,
        period=f"{year}/{year + YEARS}",
        unit=with_period(only(total, "unit"), YEARS),
        status=weakest(total["status"], pd.Series("scenario", index=total.index)),
    )
    return flow(total, "net_outflow", total["value"])

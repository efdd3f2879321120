"""Over how long does a figure run: stocks at one or two moments, flows per period of n years, rates.

The unit of a flow says its period: ``persons per year``, ``persons per 5 years``.
"""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from numbers import Integral
from typing import Any

import pandas as pd

from .ages import check_apart
from .tidy import LEADING, WITH_VALUE, DataError, check_choice, check_tidy, dimensions, merge_sources, total_by

__all__ = ["per_year", "yearly_rate"]

#: From a rate over n years to one year.
YEARLY: Mapping[str, Callable[[float, int], float]] = {
    "compound": lambda rate, years: (1 + rate) ** (1 / years) - 1,
    "simple": lambda rate, years: rate / years,
    "survival": lambda rate, years: 1 - (1 - rate) ** (1 / years),
}


def yearly_rate(rate: float, years: int, method: str) -> float:
    """Convert a rate over several years to one year.

    Parameters
    ----------
    rate
        Fraction over the whole period, 0 to 1.
    years
        Number of years of the period.
    method
        ``compound``: the yearly growth that ends at the same place, as ROA states its yearly averages. ``simple``: the
        same number each year, for a count. ``survival``: the yearly chance of leaving a closed cohort.

    Returns
    -------
    float
        Fraction per year.

    Raises
    ------
    DataError
        When the rate is no fraction or the method is not known.

    Notes
    -----
    Source for ``compound``: ROA-R-2019/7, addendum 3-5: 14, 17 and 31 % in six years stand beside 2.2, 2.7 and 4.6 %.

    Examples
    --------
    >>> [round(yearly_rate(0.18, 6, method), 3) for method in ("compound", "simple", "survival")]
    [0.028, 0.03, 0.033]

    """
    check_choice("method", method, list(YEARLY))
    return YEARLY[method](fractions("rate", rate)[0], check_years(years))


def per_year(frame: pd.DataFrame) -> pd.DataFrame:
    """Divide counts over several years by the number of years: the yearly average.

    Parameters
    ----------
    frame
        Tidy frame of counts with one unit that names its period, such as ``persons per 5 years``.

    Returns
    -------
    DataFrame
        The same rows, in ``persons per year``.

    Raises
    ------
    DataError
        When the units differ or name no period, or the figures are rates, which `yearly_rate` converts.

    Examples
    --------
    >>> frame = pd.DataFrame({"value": [1000.0], "unit": ["persons per 5 years"]})
    >>> per_year(frame).values.tolist()
    [[200.0, 'persons per year']]

    """
    what, years = split_period(only(frame, "unit"))
    if what in ("%", "fraction"):
        raise DataError("A rate is no count", remedy="Use yearly_rate, which asks how to convert.")
    numbers = [name for name in ("value", "low", "high") if name in frame.columns]
    return frame.assign(**{name: frame[name] / years for name in numbers}, unit=with_period(what, 1))


def with_period(unit: str, years: int) -> str:
    """Write the unit of a flow.

    Examples
    --------
    >>> with_period("persons", 1), with_period("persons", 5)
    ('persons per year', 'persons per 5 years')

    """
    return f"{unit} per year" if years == 1 else f"{unit} per {years} years"


def split_period(unit: str) -> tuple[str, int]:
    """Split the unit of a flow in what is counted and the number of years.

    Examples
    --------
    >>> split_period("persons per 5 years")
    ('persons', 5)

    """
    found = re.fullmatch(r"(.+) per (?:year|([1-9]\d*) years)", unit)
    if found is None:
        raise DataError(f"The unit {unit!r} names no period", remedy="Write it as 'persons per 5 years'.")
    return found[1], int(found[2] or 1)


def check_years(years: int) -> int:
    """Return a number of years, or raise a `DataError`."""
    if not isinstance(years, Integral) or years < 1:
        raise DataError(f"years={years!r} is not allowed", remedy="Give a whole number of years, 1 or more.")
    return int(years)


def fractions(name: str, given: float | Sequence[float] | None, above: float | None = None) -> list[float]:
    """Return one or several fractions as a list, or raise a `DataError` for those outside 0 to 1."""
    lowest = "0" if above is None else f"more than {above:g}"
    return check_numbers(
        name, given, lambda one: 0 <= one <= 1 and (above is None or one > above), f"{lowest} to 1; 28 % is 0.28"
    )


def check_numbers(
    name: str, given: float | Sequence[float] | None, allowed: Callable[[float], bool], words: str
) -> list[float]:
    """Return one or several numbers as a list, or raise a `DataError` that says which are `allowed`, in `words`."""
    numbers: list[Any] = [*given] if pd.api.types.is_list_like(given) else [given]  # type: ignore[misc]
    wrong = [
        one
        for one in numbers
        if isinstance(one, str | bool) or pd.isna(one) or not math.isfinite(one) or not allowed(one)
    ]
    if wrong or not numbers:
        listed = ", ".join(map(repr, wrong)) or "nothing"
        raise DataError(f"{name}: {listed} is not allowed", remedy=f"State {name} as: {words}.")
    return [float(one) for one in numbers]


def only(frame: pd.DataFrame, column: str) -> str:
    """Return the one value of a column, or raise a `DataError` that lists several."""
    check_choice("column", column, list(frame.columns))
    found = frame[column].drop_duplicates().tolist()
    if len(found) != 1:
        raise DataError(
            f"The frame has {len(found)} values of '{column}': {', '.join(map(str, found))}",
            remedy=f"Select one {column}.",
        )
    return str(found[0])


def check_stock(stock: pd.DataFrame, moments: int) -> pd.DataFrame:
    """Return a stock that has a figure in every row, at one or two moments, without ``period``; or raise."""
    total_by(stock)  # refuses mixed regions, units, indicators and definitions
    if "age_band" in stock.columns:
        check_apart(stock["age_band"])
    if "sbi" in stock.columns:
        check_activities(stock["sbi"].drop_duplicates().tolist())
    value = stock["value"]
    key = [name for name in LEADING if name in stock.columns] + dimensions(stock)
    wrong = stock[
        value.isna() | value.lt(0).fillna(False) | ~stock["status"].isin(WITH_VALUE) | stock.duplicated(key, keep=False)
    ]
    if len(wrong):
        raise DataError(
            f"{len(wrong)} row(s) without a figure, with a negative one, or with the same key as another",
            remedy="A stock needs one count of 0 or more in each row; fill no blanks, select groups that have figures.",
            rows=wrong,
        )
    names = [name for name in ("year", "period") if name in stock.columns]
    found = stock[names].drop_duplicates().sort_values(names)
    if len(found) != moments or found["year"].isna().any() or found["year"].duplicated().any():
        listed = ", ".join(" ".join(map(str, row)) for row in found.values)
        raise DataError(f"The stock is of {listed}", remedy=f"Select {moments} moment(s), each of another year.")
    if "period" in stock and len(set(found["period"].str.slice(4))) > 1:
        raise DataError(
            f"The moments lie at different times of the year: {', '.join(found['period'])}",
            remedy="Select the same quarter or month of both years.",
        )
    return stock.drop(columns="period", errors="ignore")


def check_activities(codes: list[str]) -> None:
    """Raise a `DataError` when codes of economic activities overlap, such as a total and its parts.

    Examples
    --------
    >>> check_activities(["B-E", "F", "other"])

    """
    held: dict[str, str] = {}
    for code in codes:
        found = re.fullmatch(r"([A-U])(?:-([A-U]))?", code)
        for letter in range(ord(found[1]), ord(found[2] or found[1]) + 1) if found else ():
            other = held.setdefault(chr(letter), code)
            if other != code:
                raise DataError(
                    f"The activities {other} and {code} overlap",
                    remedy="Select activities that do not hold one another: a total counts its parts again.",
                )


def ends(stocks: pd.DataFrame, by: str | None) -> pd.DataFrame:
    """Put the stocks of two years beside each other: tidy, one row (per group), with ``first`` and ``last``."""
    if by is not None:
        check_choice("by", by, dimensions(stocks))
    total = total_by(check_stock(stocks, 2), by)
    start, end = sorted(total["year"].unique().tolist())
    group = by or "indicator"
    first, last = (total[total["year"] == year].set_index(group) for year in (start, end))
    apart = first.index.symmetric_difference(last.index)
    if len(apart):
        raise DataError(
            f"{len(apart)} group(s) stand in one of the two years only: {', '.join(apart)}",
            remedy="Give every group a figure in both years, 0 where there is nobody.",
        )
    last = last.reindex(first.index)
    frame = first.reset_index().assign(first=first["value"].to_numpy(), last=last["value"].to_numpy())
    frame["year"], frame["period"] = pd.NA, f"{start}/{end}"
    frame["unit"] = with_period(only(total, "unit"), end - start)
    frame["status"] = weakest(first["status"], last["status"])
    frame["source"] = [merge_sources(pair) for pair in zip(first["source"], last["source"], strict=True)]
    front = [name for name in LEADING if name in frame.columns] + ([by] if by else [])
    return frame[[*front, "value", "unit", "status", "source", "first", "last"]]


def weakest(one: pd.Series, other: pd.Series) -> list[str]:
    """Give row by row the status that says least for the figure."""
    return [max(pair, key=WITH_VALUE.index) for pair in zip(one, other, strict=True)]


def flow(frame: pd.DataFrame, indicator: str, value: pd.Series) -> pd.DataFrame:
    """Make a tidy frame of `value` with the key, unit, status and source of `frame`."""
    front = [name for name in LEADING if name in frame.columns] + dimensions(frame)
    made = frame.assign(indicator=indicator, value=value)[[*front, "value", "unit", "status", "source"]]
    types = dict.fromkeys(made.columns, "str") | {"year": "Int64", "value": "Float64"}
    return check_tidy(made.astype(types).reset_index(drop=True))


def apply_rates(stock: pd.DataFrame, rates: pd.DataFrame) -> pd.Series:
    """Multiply each figure of a stock with its rate, found by the dimensions that the rates have."""
    what, _ = split_period(only(rates, "unit"))
    if what != "fraction":
        raise DataError(f"The rates are in {what}", remedy="Give them as fractions, unit 'fraction per 5 years'.")
    for column in ("indicator", "region"):
        only(rates, column)
    names = dimensions(rates)
    for name in names:
        check_choice("dimension of the rates", name, dimensions(stock))
    twice = rates[rates.duplicated(names, keep=False)]
    if len(twice):
        raise DataError("A category has several rates", remedy="Select one year and one rate for each.", rows=twice)
    fractions("rates", rates["value"].tolist())
    if not names:
        return stock["value"] * rates["value"].item()
    found = stock.reset_index()[["index", *names]].merge(rates[[*names, "value"]], on=names, how="left")
    found = found.set_index("index")["value"]
    if found.isna().any():
        raise DataError(
            f"{int(found.isna().sum())} row(s) of the stock have no rate by {', '.join(names)}",
            remedy=f"Give a rate for each of: {', '.join(stock[names].astype('str').agg(' '.join, axis=1).unique())}.",
            rows=stock[found.isna().to_numpy()],
        )
    return stock["value"] * found

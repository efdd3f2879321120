"""Students of later years: from the inhabitants of their age, or by matrices that a user brings."""

import math
import re
from collections.abc import Mapping

import pandas as pd

from .ages import check_apart
from .periods import fractions, only
from .tidy import LEADING, DataError, check_choice, dimensions, merge_sources, total_by

__all__ = ["cohort_supply", "stock_flow"]

#: Fractions may add up to this much more than 1, by the rounding of the computer alone.
TOLERANCE = 1e-9


def stock_flow(stock: pd.Series, q: pd.DataFrame, r: pd.Series, inflow: pd.DataFrame) -> pd.DataFrame:
    """Carry students forward by matrices of your own: n(t+1) = n(t) Q + inflow(t+1), diplomas(t+1) = n(t) R.

    No such matrices are published for Twente, and none are made here.

    Parameters
    ----------
    stock
        Students per group, in the year before the first of `inflow`.
    q
        Share of each group (row) that is in each group (column) a year later, as fractions.
    r
        Share of each group that leaves with a diploma within the year, as a fraction.
    inflow
        New students per year (row) and group (column).

    Returns
    -------
    DataFrame
        One row per year and group: ``students`` and ``diplomas``, status ``scenario``.

    Raises
    ------
    DataError
        When groups differ, a number is missing or negative, a row of Q and R adds up to more than 1, or years skip.

    Examples
    --------
    >>> groups = ["first", "second"]
    >>> q = pd.DataFrame([[0.1, 0.7], [0.0, 0.2]], groups, groups)
    >>> inflow = pd.DataFrame([[50.0, 0.0]], [2012], groups)
    >>> r = pd.Series([0.0, 0.6], groups)  # 100 x 0.1 + 50; 100 x 0.7 + 80 x 0.2; 80 x 0.6
    >>> stock_flow(pd.Series([100.0, 80.0], groups), q, r, inflow)[["students", "diplomas"]].values.tolist()
    [[60.0, 0.0], [86.0, 48.0]]

    """
    groups = stock.index.tolist()
    named = {"the columns of q": q.columns, "the rows of q": q.index, "r": r.index, "the columns of inflow": inflow}
    for name, labels in named.items():
        found = list(labels)
        if len(set(found)) != len(found) or set(found) != set(groups):
            raise DataError(f"The groups of {name} are {found}", remedy=f"Use those of the stock, once each: {groups}.")
    q, r, inflow = q.loc[groups, groups], r[groups], inflow[groups]
    for name, numbers in {"stock": stock, "q": q, "r": r, "inflow": inflow}.items():
        if not ((numbers >= 0) & (numbers < math.inf)).all(axis=None):
            raise DataError(f"{name} has a missing, negative or infinite number", remedy="Give numbers of 0 and more.")
    leaving = q.sum(axis=1) + r
    if (leaving > 1 + TOLERANCE).any():
        raise DataError(
            f"Of {leaving.idxmax()!r} q and r together take {leaving.max():.3f}",
            remedy="Each row of q plus r is at most 1; what is left leaves without a diploma.",
        )
    years = [int(year) for year in inflow.index]
    if not years or years != list(range(years[0], years[0] + len(years))):
        raise DataError(f"The years of inflow are {years}", remedy="Give every year once, in order.")
    parts = []
    students = stock.astype(float)
    for year, new in zip(years, inflow.to_numpy(dtype=float), strict=True):
        diplomas = students * r
        students = pd.Series(students.to_numpy() @ q.to_numpy() + new, groups)
        parts.append(pd.DataFrame({"year": year, "group": groups, "students": students, "diplomas": diplomas}))
    return pd.concat(parts, ignore_index=True).assign(status="scenario")


def cohort_supply(population: pd.DataFrame, participation: Mapping[str, float]) -> pd.DataFrame:
    """Reckon pupils or students from the inhabitants of their ages: each age times its participation.

    Parameters
    ----------
    population
        Tidy frame in persons with ``age``, one region; other dimensions are summed over. What `load_population` gives
        of CBS's fetched table is one: with ``sex="T001038"``, CBS's code of both together.
    participation
        Share of the inhabitants of each age that takes part, as a fraction, the same in every year. An age is ``"16"``,
        a band ``"15-19"`` or ``"95+"``, also where CBS writes "16 jaar", "15 tot 20 jaar" or "95 jaar of ouder".

    Returns
    -------
    DataFrame
        One row per year: ``cohort`` (inhabitants of these ages) and ``supply`` in persons, status ``scenario``.

    Raises
    ------
    DataError
        When there is no ``age`` or CBS's list of ages is not there, a year lacks one of the ages, ages overlap, or a
        share is not between 0 and 1.

    Examples
    --------
    >>> rows = {"indicator": "population", "year": [2012, 2012], "region_type": "corop", "region": "CR12",
    ...         "age": ["15", "16"], "value": [1000, 900], "unit": "persons", "status": "", "source": "own/table#1"}
    >>> people = pd.DataFrame(rows).astype({"year": "Int64", "value": "Int64"})
    >>> cohort_supply(people, {"15": 0.4, "16": 0.5})[["cohort", "supply"]].values.tolist()  # 400 + 450
    [[1900, 850.0]]

    """
    check_choice("dimension", "age", dimensions(population))
    check_choice("unit", only(population, "unit"), ["persons"])
    key = [name for name in LEADING if name in population.columns] + dimensions(population)
    odd = population[population["value"].lt(0).fillna(False) | population.duplicated(key, keep=False)]
    if len(odd):
        raise DataError(
            f"{len(odd)} row(s) with a negative count or with the same key as another",
            remedy="Give one count of 0 or more for each age and year.",
            rows=odd,
        )
    if not participation:
        raise DataError("No participation was given", remedy="Give a fraction for each age, such as {'16': 0.5}.")
    for age, share in participation.items():
        fractions(f"participation of {age}", share)
    population = _named_ages(population)
    for age in participation:
        check_choice("age", age, population["age"].unique().tolist())
    check_apart(participation)
    ages = total_by(population[population["age"].isin(list(participation))], "age")
    lacking = ages.groupby("year")["value"].count()
    if (lacking < len(participation)).any():
        short = [int(year) for year in lacking.index[lacking < len(participation)]]
        raise DataError(f"Not every age has a count in {short}", remedy="Leave out these years or ages.")
    ages = ages.assign(supply=ages["value"].astype("Float64") * ages["age"].map(participation))
    key = ["year", "region_type", "region"]
    summed = ages.groupby(key, as_index=False).agg(
        cohort=("value", "sum"), supply=("supply", "sum"), unit=("unit", "first"), source=("source", list)
    )
    return summed.assign(status="scenario", source=summed["source"].map(merge_sources))


def _named_ages(population: pd.DataFrame) -> pd.DataFrame:
    """Write ages as whole years, where CBS has codes with titles."""
    if "age_title" in population.columns:
        return population.assign(age=population["age_title"].map(_years)).drop(columns="age_title")
    if "measure" in population.columns:
        raise DataError(
            f"The ages are codes of CBS, such as {population['age'].iloc[0]}, and their list is not there",
            remedy="Keep the list of ages beside the figures; twente fetch cbs brings it.",
        )
    return population


def _years(title: str) -> str:
    """Write an age as CBS does in words as years: the last year of a band belongs to it.

    Examples
    --------
    >>> _years("16 jaar"), _years("15 tot 20 jaar"), _years("95 jaar of ouder"), _years("Totaal")
    ('16', '15-19', '95+', 'Totaal')

    """
    found = re.fullmatch(r"(\d+)(?: tot (\d+))? jaar( of ouder)?", title.strip())
    if found is None:
        return title
    return f"{found[1]}-{int(found[2]) - 1}" if found[2] else found[1] + ("+" if found[3] else "")

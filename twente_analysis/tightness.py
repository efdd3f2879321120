"""Which word does a publisher give a value of the ITA or the spanningsindicator? By the class limits of one edition."""

from typing import Any

import pandas as pd

from .periods import check_numbers, only
from .tidy import DataError, check_choice

__all__ = ["classify", "classify_fitting", "ita"]


def ita(inflow: float, short_term_unemployed: float, openings: float) -> float:
    """Give ROA's indicator of the labour market (ITA): supply over demand. Higher means worse for school-leavers.

    Parameters
    ----------
    inflow
        School-leavers who come to the labour market in the period, in persons.
    short_term_unemployed
        Short-term unemployed at its start, in persons.
    openings
        Job openings of the same group, region and period, above 0: the `job_openings` of its parts, added.

    Returns
    -------
    float
        A ratio, 0 or more; `classify` gives it a word where the limits of its edition are known.

    Raises
    ------
    DataError
        When a number is missing or negative, or there are no openings.

    Notes
    -----
    Supply and demand as ROA names them; ROA's own ITA also counts demand by substitution, which is not published.

    Examples
    --------
    >>> ita(900, 160, 1000)
    1.06

    """
    supply = [
        check_numbers(name, number, lambda one: one >= 0, "persons, 0 or more")[0]
        for name, number in {"inflow": inflow, "short_term_unemployed": short_term_unemployed}.items()
    ]
    demand = check_numbers("openings", openings, lambda one: one > 0, "openings, above 0")[0]
    return sum(supply) / demand


def classify(frame: pd.DataFrame, limits: pd.DataFrame, publisher: str, edition: str) -> pd.DataFrame:
    """Give each value the class of one edition. Words of different editions or publishers do not compare.

    A higher ITA means worse prospects for school-leavers; a higher spanningsindicator a tighter labour market.

    Parameters
    ----------
    frame
        Tidy frame of one indicator, ``ita`` or ``spanningsindicator``, by one definition.
    limits
        What `load_class_limits` gives.
    publisher, edition
        Whose limits, and of which edition.

    Returns
    -------
    DataFrame
        The rows of `frame` with ``class`` as the publisher calls it, ``label_nl`` and ``label_en`` with what it means,
        and ``class_source``; empty where there is no value.

    Raises
    ------
    DataError
        When the limits of that edition are not known or are for another definition, a value is negative or falls in
        no class, or the frame mixes indicators or definitions.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> health = pd.DataFrame({"indicator": "ita", "value": [0.85, 1.06, 1.2]})
    >>> classify(health, ta.load_class_limits(), "ROA", "2026")["class"].tolist()
    ['zeer goed', 'matig', 'slecht']

    """
    chosen = _limits(frame, limits, publisher, edition)
    wanted = only(chosen, "definition")
    if wanted and only(frame, "definition") != wanted:
        raise DataError(
            f"The limits of {publisher} {edition} are for {wanted!r}, the values for {only(frame, 'definition')!r}",
            remedy="Show these values without a word; classify_fitting does so.",
        )
    value = frame["value"].astype("Float64")
    words = pd.DataFrame("", index=frame.index, columns=["class", "label_nl", "label_en"], dtype="str")
    inside = {one.Index: _within(value, one) for one in chosen.itertuples()}
    wrong = frame[value.notna() & ((sum(inside.values()) != 1) | value.lt(0).fillna(False))]
    if len(wrong):
        raise DataError(
            f"{len(wrong)} value(s) are negative, or in no class or in several",
            remedy="Correct the value, or the limits in class_limits.csv, which must join on.",
            rows=wrong,
        )
    for row, member in inside.items():
        words.loc[member, :] = chosen.loc[row, list(words.columns)].tolist()
    source = pd.Series(only(chosen, "source"), index=frame.index).where(value.notna(), "")
    return frame.assign(**words, class_source=source)


def classify_fitting(frame: pd.DataFrame, limits: pd.DataFrame, publisher: str, edition: str) -> pd.DataFrame:
    """Give the values whose definition fits the edition their class, and the others none.

    Parameters
    ----------
    frame, limits, publisher, edition
        As `classify`; `frame` may hold several definitions.

    Returns
    -------
    DataFrame
        The rows of `frame` in their order, with the columns of `classify`, empty where the definition does not fit.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> points = ta.load_monitor("spanningsindicator")
    >>> classify_fitting(points, ta.load_class_limits(), "UWV", "ww-6-months")["class"].tolist()
    ['', 'krap', '', 'krap']

    """
    check_choice("column", "definition", list(frame.columns))
    fits = frame["definition"] == only(_limits(frame, limits, publisher, edition), "definition")
    words = classify(frame[fits], limits, publisher, edition)
    names = ["class", "label_nl", "label_en", "class_source"]
    return frame.join(words[names]).fillna(dict.fromkeys(names, ""))


def _limits(frame: pd.DataFrame, limits: pd.DataFrame, publisher: str, edition: str) -> pd.DataFrame:
    """Find the limits of an edition for the one indicator of a frame."""
    indicator = only(frame, "indicator")
    check_choice("indicator", indicator, limits["indicator"].drop_duplicates().tolist())
    known = limits[limits["indicator"] == indicator]
    chosen = known[(known["publisher"] == publisher) & (known["edition"] == edition)]
    if chosen.empty:
        listed = (known["publisher"] + " " + known["edition"]).drop_duplicates()
        raise DataError(
            f"The class limits of {indicator} by {publisher} {edition} are not known",
            remedy=f"Limits are known for: {', '.join(listed)}. Show the value without a word for any other edition.",
        )
    return chosen


def _within(value: pd.Series, limit: Any) -> pd.Series:
    """Say which values lie between the bounds of one class; an absent bound is no bound."""
    inside = value.notna()
    for bound, inclusive, beyond, at in (
        (limit.lower, limit.lower_inclusive, value.gt, value.ge),
        (limit.upper, limit.upper_inclusive, value.lt, value.le),
    ):
        if pd.notna(bound):
            inside &= (at if inclusive == "yes" else beyond)(bound).fillna(False)
    return inside.astype(bool)

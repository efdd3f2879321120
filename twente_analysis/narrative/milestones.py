"""Sentences about what is to be ready when."""

import pandas as pd

from ..language import format_period, say
from .house import Text

__all__ = ["tell_calendar", "tell_dates"]


def tell_calendar(calendar: pd.DataFrame, *, language: str = "nl") -> Text:
    """Say how many milestones have a date, and in which quarter most of them fall.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> milestones = ta.load_milestones().query("document == 'techwise'")
    >>> print(tell_calendar(ta.milestones_by_quarter(milestones), language="en").sentences[0])
    70 milestones have a date or quarter. The busiest is quarter 3 of 2013, with 28 of these milestones.

    """
    dated = calendar[calendar["quarter"] != ""]
    once = dated.drop_duplicates(["table", "activity_id", "milestone", "lines"])
    undated = len(calendar) - len(dated)
    busy, quarter = 0, ""
    if len(dated):
        counts = dated["quarter"].value_counts()
        busy, quarter = int(counts.iloc[0]), format_period(str(counts.index[0]), language)
    key = "calendar_all" if len(dated) and busy == len(dated) else "calendar"
    sentences = [say(f"investment.{key}", language, quarter=quarter, n=len(once), busy=busy)]
    if len(once) < len(dated):
        sentences.append(say("investment.calendar_twice", language, n=len(dated) - len(once)))
    if undated:
        sentences.append(say("investment.calendar_undated", language, n=undated))
    return Text("finding", sentences)


def tell_dates(dates: pd.DataFrame, *, language: str = "nl") -> Text:
    """Say that a document has no table of milestones, and how many dates its text gives among the results.

    Parameters
    ----------
    dates
        What `result_dates` gives, at least one row.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> dates = ta.result_dates(ta.load_statements("regiodeal"))
    >>> print(tell_dates(dates, language="en").sentences[0])
    This document has no table of milestones. Its text on the results gives a year or month 22 times, from 2018 to 2040.
    Not all are things to be ready: phases and starts are among them.

    """
    years = dates["year"].tolist()
    figures = {"n": len(dates), "first": min(years), "last": max(years)}
    return Text("finding", [say("investment.dates", language, **figures)])

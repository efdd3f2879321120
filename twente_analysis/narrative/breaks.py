"""Sentences about the series before and after a break, and about the pupils who pass vmbo."""

from collections.abc import Sequence

import pandas as pd

from ..breaks import SECTORS_FROM
from ..catalogue import region_name
from ..language import format_number, say
from ..tidy import total_by
from .house import Text

__all__ = ["tell_history", "tell_vmbo"]


def tell_history(series: Sequence[pd.DataFrame], *, language: str = "nl") -> Text:
    """Say why the series of `load_history` make no one line, or that there is one only.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> print(*tell_history(ta.load_history(), language="en").sentences)
    The Regiovisie and DUO do not count alike. The Regiovisie does not say on which date it counts, and counts by sector
    of industry. DUO counts on 1 October, by domain. So no line runs from 2011 to 2015: a difference may ...

    """
    ends = [(int(frame["year"].min()), int(frame["year"].max())) for frame in series]
    if len(ends) == 1:
        return Text("finding", [say("break.one", language, first_year=ends[0][0], last_year=ends[0][1])])
    return Text("finding", [say("break.both", language, before=ends[0][1], after=ends[1][0])])


def tell_vmbo(exams: pd.DataFrame, *, language: str = "nl") -> Text:
    """Say how many passed vmbo in a region and how many of them in sector techniek, from `load_vmbo_exams`.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> print(tell_vmbo(ta.load_vmbo_exams(), language="en").sentences[0][:69])
    In Twente, 3,661 to 3,787 pupils passed vmbo in 2024, against 4,288 i
    """
    passes = exams[exams["indicator"] == "exam_passes"]
    whole = total_by(passes).set_index("year")
    technical = total_by(passes[passes["vmbo_sector"] == "techniek"]).set_index("year")
    first, last = whole.index.min(), whole.index.max()
    start = max(first, SECTORS_FROM)
    finding = say(
        "vmbo.finding",
        language,
        region=region_name(passes["region"].iloc[0], language),
        first_year=first,
        last_year=last,
        from_year=start,
        first=_bounds(whole.loc[first], language),
        last=_bounds(whole.loc[last], language),
        technical_first=_bounds(technical.loc[start], language),
        technical_last=_bounds(technical.loc[last], language),
    )
    hidden = whole.index[whole["low"] != whole["high"]]
    return Text("finding", [finding] + [say("vmbo.hidden", language, hidden_year=year) for year in hidden[:1]])


def _bounds(row: pd.Series, language: str) -> str:
    """Write a count, or its bounds where parts of it are hidden."""
    if row["low"] == row["high"]:
        return format_number(row["low"], language=language)
    return say("vmbo.bounds", language, low=row["low"], high=row["high"])

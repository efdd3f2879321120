"""Tables about what is to be ready when: the calendar of milestones, and the dates of a text."""

from collections.abc import Sequence

import pandas as pd

from ..language import format_period, format_printed, label, say
from .house import Table, stay_dutch

__all__ = ["table_calendar", "table_dates"]


def table_calendar(calendar: pd.DataFrame, *, language: str = "nl") -> Table:
    """Show the milestones per quarter, from `milestones_by_quarter`; those without a date last.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> table_calendar(ta.milestones_by_quarter(ta.load_milestones()), language="en").groups[0][1][0]
    ['Leerlingen: instroom HTSM', 'quarter 2 of 2013', '231']
    """
    groups = []
    for quarter, part in calendar.groupby("quarter", sort=False):
        rows = []
        for row in part.itertuples():
            name = label("milestone_name", row.milestone, language)
            # An activity may end on the name of what it is to deliver.
            said = row.activity if name.lower() in row.activity.lower() else f"{row.activity}: {name}"
            date = format_period(row.deadline, language) if row.deadline else row.printed
            words = [label("milestone_qualifier", row.qualifier, language), label("milestone_undated", date, language)]
            when = " ".join(filter(None, words)) if date else ""
            rows.append([said, when or say("investment.no_date", language), row.lines])
        heading = format_period(str(quarter), language) if quarter else say("investment.undated", language)
        groups.append((heading[0].upper() + heading[1:], rows))
    names = [say(f"investment.column_{name}", language) for name in ("milestone", "printed_date", "lines")]
    notes, dutch = [say("investment.note_calendar", language)], stay_dutch(_first(groups), language)
    return Table(say("investment.table_calendar", language), names, groups, notes, dutch=dutch, prose=names[1:2])


def table_dates(dates: pd.DataFrame, *, language: str = "nl") -> Table:
    """Show per year what a document's text gives a date among its results, from `result_dates`.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> table_dates(ta.result_dates(ta.load_statements("regiodeal")), language="en").groups[0]
    ('2018', [['Leonardo: begin van fase 1', 'September 2018', '145']])
    """
    groups = []
    for year, part in dates.groupby("year", sort=True):
        rows = [
            [
                say("investment.dated", language, project=row.project, subject=row.subject),
                format_printed(row.printed, language),
                str(row.line),
            ]
            for row in part.itertuples()
        ]
        groups.append((str(year), rows))
    names = [say(f"investment.column_{name}", language) for name in ("dated", "printed_date", "lines")]
    notes, dutch = [say("investment.note_dates", language)], stay_dutch(_first(groups), language)
    return Table(say("investment.table_dates", language), names, groups, notes, dutch=dutch, prose=names[1:2])


def _first(groups: Sequence[tuple[str, Sequence[Sequence[str]]]]) -> list[str]:
    return [row[0] for _, rows in groups for row in rows]

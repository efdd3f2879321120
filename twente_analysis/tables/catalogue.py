"""What do we hold, and what is in a frame: the tables in hand, and the first questions to ask of any figures."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

import pandas as pd

from ..catalogue import citation, document_name, find_breaks, region_name
from ..language import format_number, join, label, say
from ..tidy import WITHOUT_VALUE, DataError, check_columns, dimensions
from .house import Table

__all__ = ["describe", "table_catalogue"]

#: So many cells, regions or units are named; of more only how many there are.
NAMED = 5
#: Columns whose values the texts name.
LABELLED = ("indicator", "unit")


def table_catalogue(tables: pd.DataFrame, *, language: str = "nl") -> Table:
    """Show what `list_tables` gives, per source: years, unit, rows and breaks of each table.

    Parameters
    ----------
    tables
        What `list_tables` gives, or some of its rows.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> table_catalogue(ta.list_tables().query("table == 'regiovisie_diplomas'"), language="en")
    Which tables there are
    Table                What it holds                             Years      Unit      Rows  Break
    Regiovisie Twente Techniek (ca. 2012)
    regiovisie_diplomas  Diplomas in technical mbo, ROC van Twente 2007-2011  diplomas  55    –
    Break: the first year that is counted otherwise; the years before and after do not compare. A dash: ...

    """
    columns = [say(f"table.{name}", language) for name in ("name", "content", "years", "unit", "rows", "break")]
    rows = [
        (
            _source(row.document.split(", ") if row.document else [], row.path, language),
            [
                row.table,
                row.title_nl if language == "nl" else row.title,
                _years(range(row.first_year, row.last_year + 1), language) if pd.notna(row.first_year) else "–",
                _listed(row.unit.split(", "), "unit", language) if row.unit else "–",
                format_number(row.rows, language=language),
                row.breaks or "–",
            ],
        )
        for row in tables.itertuples()
    ]
    groups: dict[str, list[list[str]]] = {}
    for source, row in rows:
        groups.setdefault(source, []).append(row)
    return Table(
        caption=say("table.catalogue", language),
        columns=columns,
        groups=list(groups.items()),
        notes=[say("table.note_catalogue", language)],
        prose=[*columns[1:4], columns[5]],
    )


def describe(frame: pd.DataFrame, *, language: str = "nl") -> Table:
    """Say what is in a tidy frame: years, region, units, cells without a figure, breaks and sources.

    Parameters
    ----------
    frame
        Tidy frame, as any ``load_`` function gives it, or a selection of its rows.

    Returns
    -------
    Table
        One row per question. Cells without a figure are never zero; years on two sides of a break do not compare.

    Raises
    ------
    DataError
        When the frame has no figures, or no column ``value`` or ``source``.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> describe(ta.load_diplomas(), language="en")
    What is in this table
    Column               What it holds
    Rows                 55, of which 54 with a figure
    indicator            diplomas
    year                 2007-2011
    region               ROC van Twente (27YU)
    bedrijfstak_mbo      11 groups
    unit                 diplomas
    Without a figure     1 blank (Combinatie bedrijf 2010)
    Other than a count   none
    Breaks               none known
    Sources              Regiovisie Twente Techniek (ca. 2012), Diplomerings en doorstroom hbo, lines 145-155

    """
    check_columns("frame", frame, ["value", "source"], "load_enrolment")
    if frame.empty:
        raise DataError(
            "The frame has no rows",
            remedy="Give a frame of a load_ function, or a selection that keeps some of its rows.",
        )
    given = int(frame["value"].notna().sum())
    rows = [[say("describe.rows", language), say("describe.figures", language, rows=len(frame), given=given)]]
    rows += [[name, text] for name, text in _columns(frame, language)]
    rows += [[say(f"describe.{name}", language), text] for name, text in _statuses(frame, language).items()]
    if {"low", "high"} <= set(frame.columns) and frame["low"].ne(frame["high"]).any():
        rows.append([say("describe.bounds", language), say("describe.bounds_note", language)])
    breaks = find_breaks(frame) if "year" in frame.columns else pd.DataFrame()
    told = [f"{row.year}: {row.break_nl if language == 'nl' else row.break_en}" for row in breaks.itertuples()]
    rows.append([say("describe.breaks", language), " ".join(told) or say("describe.no_breaks", language)])
    rows.append([say("describe.sources", language), citation(frame, language)])
    columns = [say("describe.column", language), say("describe.holds", language)]
    return Table(say("describe.caption", language), columns, [("", rows)], prose=[columns[1]])


def _columns(frame: pd.DataFrame, language: str) -> list[tuple[str, str]]:
    """Say what the classifying columns hold, and the unit."""
    found = []
    for name in [*frame.columns[: list(frame.columns).index("value")], "unit"]:
        if name not in frame.columns or name in {"region_type", "note", "period" if "year" in frame.columns else ""}:
            continue
        values = frame[name].dropna().drop_duplicates().tolist()
        if name == "year":
            text = _years(values, language)
            without = int(frame["year"].isna().sum())
            text += say("describe.no_year", language, n=without) if without else ""
        elif name == "region":
            text = _listed([f"{region_name(one, language)} ({one})" for one in values], "", language)
        else:
            text = _listed(values, name if name in LABELLED else "", language)
        found.append((name, text))
    return found


def _statuses(frame: pd.DataFrame, language: str) -> dict[str, str]:
    """Count the cells without a figure, and the figures that are no plain count, each by its status."""
    found: dict[str, list[str]] = {"without": [], "other_than_count": []}
    status = frame["status"] if "status" in frame.columns else pd.Series("", index=frame.index)
    for name in status[status != ""].drop_duplicates():
        cells = frame[status == name]
        text = f"{format_number(len(cells), language=language)} {label('status', name, language)}"
        if name in WITHOUT_VALUE and len(cells) <= NAMED:
            text += f" ({'; '.join(_cell_names(cells))})"
        found["without" if name in WITHOUT_VALUE else "other_than_count"].append(text)
    return {name: ", ".join(parts) or say("describe.none", language) for name, parts in found.items()}


def _cell_names(cells: pd.DataFrame) -> list[str]:
    names = [name for name in (*dimensions(cells), "year") if name in cells.columns]
    return [" ".join(str(cell) for cell in row if pd.notna(cell) and cell != "") for row in cells[names].values]


def _listed(values: Sequence[Any], group: str, language: str) -> str:
    """Name a few values; of many, say how many there are."""
    if len(values) > NAMED:
        return say("describe.units" if group == "unit" else "describe.groups", language, n=len(values))
    named = [label(group, str(one), language) if group else str(one) for one in values]
    return join([one or say("describe.empty", language) for one in named], language) or say("describe.none", language)


def _years(values: Sequence[Any], language: str) -> str:
    """Write years as runs, such as 2007-2011; a table's first and last year stand for all between them."""
    years = sorted({int(one) for one in values})
    if not years:
        return say("describe.none", language)
    runs = [list(run) for _, run in groupby(enumerate(years), key=lambda pair: pair[1] - pair[0])]
    ends = [(run[0][1], run[-1][1]) for run in runs]
    return join([str(first) if first == last else f"{first}-{last}" for first, last in ends], language)


def _source(documents: Sequence[str], path: str, language: str) -> str:
    """Name the documents of a table; of many, say so."""
    if not documents:
        return say("table.judgement" if path.startswith("reference/") else "table.several", language)
    names = list(dict.fromkeys(document_name(one, language) for one in documents))
    return join(names, language) if len(names) < NAMED else say("table.several", language)

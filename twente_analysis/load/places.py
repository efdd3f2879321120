"""Do the rows of a table stand on the lines, in the periods and under the names that its descriptor gives?

A checksum says that a file changed; these say that a change cannot be right.
"""

from typing import Any

import pandas as pd

from ..catalogue import Table
from ..tidy import DataError

#: What a line of a table has one of: a row that moved to another line brings a second.
ONE_PER_LINE = ("goal", "activity_id", "activity", "listing", "bedrijfstak_mbo", "indicator")
#: What is divided or put in: such a figure has a payer or a worker.
PAID = ("cover", "hours", "request", "allocation", "spent")


def check_places(raw: pd.DataFrame, table: Table) -> None:
    """Raise a `DataError` when a row does not stand where the descriptor of the table says that its rows stand.

    Parameters
    ----------
    raw
        Rows of a table whose descriptor names its ``lines`` and, where every row is of one, its ``period``: one
        text, or periods with their lines.

    """
    known = table.descriptor
    lines = lines_of(known["lines"])
    line = raw["line"].astype("int64")
    absent = sorted(set(lines) - set(line))
    _refuse(raw, ~line.isin(lines), table, "a line that the table does not have", f"Its lines are {known['lines']}.")
    if absent:
        raise DataError(
            f"{len(absent)} line(s) of the table have no row: {', '.join(map(str, absent[:5]))}",
            remedy=f"Its lines are {known['lines']}; a blank cell is a row with status blank.",
            file=table.path.name,
        )
    _refuse(raw, line < line.cummax(), table, "a line before that of the row above", "Keep the order of the document.")
    for name in ONE_PER_LINE:
        if name in raw:
            moved = _several(raw["line"], raw[name])
            remedy = "Put each row on its own line, as in the document."
            _refuse(raw, moved, table, f"a line that has two values of {name}", remedy)
    if "period" in known:
        expected = line.map(_periods(known["period"], lines))
        choices = f"The descriptor gives {known['period']!r}."
        _refuse(raw, raw["period"] != expected, table, "another period than that of the table", choices)
    check_cells(raw, table)


def check_cells(raw: pd.DataFrame, table: Table) -> None:
    """Raise a `DataError` when a line, year or document does not have as many rows as the descriptor counts for it.

    The counts (``cells``) are of the published table and set by hand: `accept` renews checksum and rows, not these.

    Parameters
    ----------
    raw
        Rows of a table whose descriptor says in ``cells`` how many rows each value of one column has; numbers in runs.

    """
    ((column, counted),) = table.descriptor["cells"].items()
    held = raw[column]
    if pd.api.types.is_integer_dtype(held):
        expected = {key: rows for run, rows in counted.items() for key in lines_of(run)}
    else:
        expected = dict(counted)
    found = held.value_counts().to_dict()
    wrong = [key for key in dict.fromkeys([*expected, *found]) if expected.get(key, 0) != found.get(key, 0)]
    if wrong:
        told = ", ".join(f"{key}: {found.get(key, 0)} of {expected.get(key, 0)}" for key in wrong[:5])
        raise DataError(
            f"{len(wrong)} {column}(s) with more or fewer rows than the published table: {told}",
            remedy="Restore the row; a blank cell is one too. If the table grew, say so in `cells` of its descriptor.",
            file=table.path.name,
        )


def check_parts(raw: pd.DataFrame, table: Table, funders: frozenset[str]) -> None:
    """Raise a `DataError` when a total stands among the parts, or a part has no activity or no known payer.

    Parameters
    ----------
    raw
        Rows of a budget, whose descriptor may name the lines and columns of its ``totals``.
    funders
        Names of the funders that are known.

    """
    totals = table.descriptor.get("totals", {})
    whole = raw["line"].isin(lines_of(totals.get("lines", "")))
    total = whole | raw["column"].isin(totals.get("columns", []))
    said = ", ".join(f"{name} {value}" for name, value in totals.items()) or "none"
    wrong = (raw["is_total"] == "yes") != total
    _refuse(raw, wrong, table, "is_total that the descriptor does not give", f"Totals of this table: {said}.")
    remedy = "Give each activity its id, in all its rows, and the total of a table none."
    _refuse(raw, (raw["activity_id"] == "") != whole, table, "an activity_id that is missing or too many", remedy)
    unknown = raw["funder"].ne("") & ~raw["funder"].isin(funders)
    remedy = "Use the spelling of data/reference/funders.csv, or add the funder there."
    _refuse(raw, unknown, table, "a funder that is not in the list", remedy)
    nobody = raw["role"].isin(PAID) & raw["funder"].eq("") & ~total & raw["status"].ne("blank")
    remedy = "Name the funder; `niet vermeld` where the document names none."
    _refuse(raw, nobody, table, "an amount without a funder", remedy)
    printed = ["column", "funder_printed", "role"]
    named = raw[raw["funder"] != ""]
    spelled = _several(pd.Series(list(named[printed].itertuples(index=False, name=None)), named.index), named["funder"])
    _refuse(named, spelled, table, "another funder for the same printed words", "Give them one funder.")


def check_ids(raw: pd.DataFrame, file: str) -> None:
    """Raise a `DataError` when an id is not document, line and a number that counts on from 1 within the line."""
    place, number = raw["id"].str.rpartition("-")[0], raw["id"].str.rpartition("-")[2].astype("int64")
    gaps = number != number.groupby(place).rank()
    wrong = raw[(place != raw["document"] + "-" + raw["line"].astype("str")) | gaps]
    if len(wrong):
        raise DataError(
            f"{len(wrong)} row(s) whose id is not document, line and number",
            remedy="Write `<document>-<line>-<n>`, with n from 1 within a line.",
            file=file,
            rows=wrong[["id", "document", "line"]],
        )


def lines_of(text: str) -> list[int]:
    """Read the lines in ``125-127,130``.

    Examples
    --------
    >>> lines_of("125-127,130")
    [125, 126, 127, 130]

    """
    runs = [run.partition("-") for run in text.split(",") if run]
    return [line for first, _, last in runs for line in range(int(first), int(last or first) + 1)]


def _several(keys: pd.Series, values: pd.Series) -> pd.Series:
    """Say of each row whether its key has more than one value; on so few rows faster than a groupby."""
    held: dict[object, set[object]] = {}
    for key, value in zip(keys, values, strict=True):
        held.setdefault(key, set()).add(value)
    return pd.Series([len(held[key]) > 1 for key in keys], keys.index, dtype=bool)


def _periods(stated: str | dict[str, str], lines: list[int]) -> dict[int, str]:
    if isinstance(stated, str):
        return dict.fromkeys(lines, stated)
    return {line: period for period, own in stated.items() for line in lines_of(own)}


def _refuse(raw: pd.DataFrame, wrong: Any, table: Table, problem: str, remedy: str) -> None:
    if wrong.any():
        names = ("line", "column", "activity_id", "funder", "period", "is_total", "printed", "bedrijfstak_mbo", "year")
        shown = [name for name in names if name in raw]
        raise DataError(
            f"{wrong.sum()} row(s) with {problem}", remedy=remedy, file=table.path.name, rows=raw.loc[wrong, shown]
        )

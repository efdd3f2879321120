"""Every figure of the sources under one key, so that a relation can select the cells it is about."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from .intervals import Quantity, combine, quantity
from .tidy import DataError, check_choice, split_reference

__all__ = ["DATES", "Evidence", "gather", "measure", "months", "months_between", "units_of"]

#: What a cell can be selected by; a frame without the column has it empty.
KEYS = (
    *("frame", "id", "document", "table", "view", "line", "column", "item", "project", "goal"),
    *("activity_id", "activity", "listing", "role", "funder", "mark", "period", "year", "is_total"),
    *("section", "subject", "kind", "indicator", "field"),
    *("bedrijfstak_mbo", "sbi", "definition", "edition", "region", "unit", "status", "qualifier", "source"),
    *("statement", "target_id"),
)
#: What a term can take of the period of its cells: a month.
DATES = ("first", "last")
#: Counts of these are exact to the last printed unit; a percentage is a rounding to its last digit.
ROUNDED = ("%",)


@dataclass(frozen=True)
class Evidence:
    """The figures of all frames under each other: keys as text, `value` and `step` as numbers (NaN for none)."""

    keys: Mapping[str, np.ndarray[Any, Any]]
    value: np.ndarray[Any, Any]
    step: np.ndarray[Any, Any]
    index: dict[str, dict[str, list[int]]] = field(default_factory=dict)

    def select(self, frame: str, selection: str) -> np.ndarray[Any, Any]:
        """Find the cells of a frame that a selection names.

        Parameters
        ----------
        frame
            Name of the frame, such as ``budgets``.
        selection
            Conditions with a semicolon between: ``column=value``, ``column=one|other`` or ``column!=value``.

        Returns
        -------
        ndarray
            Positions of the cells.

        Raises
        ------
        DataError
            When the frame or a column is not there, or nothing is selected.

        """
        check_choice("frame", frame, list(self._places("frame")))
        chosen = self._having("frame", frame)
        for condition in filter(None, selection.split(";")):
            name, equals, wanted = condition.partition("=")
            column = name.removesuffix("!")
            check_choice("column", column, KEYS)
            if not equals:
                raise DataError(f"{condition!r} is no condition", remedy="Write column=value or column!=value.")
            found = self._having(column, wanted)
            chosen = chosen & (~found if name.endswith("!") else found)
        if not chosen.any():
            raise DataError(
                f"nothing in {frame} is selected by {selection!r}",
                remedy="Mend the selection in relation_terms.csv, or the figure that it names.",
            )
        return np.flatnonzero(chosen)

    def _having(self, column: str, wanted: str) -> np.ndarray[Any, Any]:
        """Mark the cells with one of the wanted values."""
        mask = np.zeros(len(self.value), dtype=bool)
        places = self._places(column)
        for one in wanted.split("|"):
            mask[places.get(one, [])] = True
        return mask

    def _places(self, column: str) -> dict[str, list[int]]:
        """Say at which positions each value of a column stands; reckoned once per column."""
        if column not in self.index:
            places: dict[str, list[int]] = {}
            for position, one in enumerate(self.keys[column].tolist()):
                places.setdefault(one, []).append(position)
            self.index[column] = places
        return self.index[column]


def gather(tables: Mapping[str, pd.DataFrame]) -> Evidence:
    """Put the figures of all frames under each other.

    Parameters
    ----------
    tables
        Frames by name, each with `source` and `value`; milestones have a month or quarter in place of a value and
        give two cells: role ``deadline`` and role ``period``.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> found = gather({"statements": ta.load_statements()})
    >>> found.value[found.select("statements", "id=regiovisie-97-1")].tolist()
    [28.0]

    """
    parts = [_part(name, frame) for name, frame in tables.items()]
    keys = {key: np.concatenate([part[key] for part in parts]) for key in KEYS}
    value, step = (np.concatenate([part[name] for part in parts]) for name in ("value", "step"))
    return Evidence(keys, value, step)


def _part(name: str, frame: pd.DataFrame) -> dict[str, np.ndarray[Any, Any]]:
    if "deadline" in frame.columns and "milestone" in frame.columns:
        both = {"deadline": frame["deadline"], "period": frame["period"]}
        frame = pd.concat([frame.assign(role=role, period=period) for role, period in both.items()])
    places = [split_reference(source) for source in frame["source"]]
    here: dict[str, Any] = {"frame": [name] * len(frame)}
    for position, key in ((0, "document"), (1, "table"), (2, "line")):
        if key not in frame.columns:
            here[key] = [place[position] for place in places]
    found = {key: _texts(here.get(key, frame.get(key)), len(frame)) for key in KEYS}
    numbers = {key: _numbers(frame.get(key), len(frame)) for key in ("value", "step")}
    # A whole count is what it is; only a figure in millions, in decimals or in per cent is a rounding.
    numbers["step"][(numbers["step"] == 1) & ~np.isin(found["unit"], ROUNDED)] = np.nan
    return found | numbers


def _texts(column: Any, length: int) -> np.ndarray[Any, Any]:
    if column is None:
        return np.full(length, "", dtype=object)
    series = pd.Series(column)
    return series.astype("object").where(series.notna(), "").map(str).to_numpy(dtype=object)


def _numbers(column: pd.Series | None, length: int) -> np.ndarray[Any, Any]:
    if column is None:
        return np.full(length, np.nan)
    return column.astype("Float64").to_numpy(dtype=float, na_value=np.nan)


def months(period: str) -> tuple[int, int] | None:
    """Give the first and last month of a period in the notation of CBS, as YYYYMM.

    Examples
    --------
    >>> months("2013KW03"), months("2013MM09"), months("2013/2017"), months("")
    ((201307, 201309), (201309, 201309), (201301, 201712), None)

    """
    first, _, last = period.partition("/")
    ends = [_months(one) for one in (first, last or first)]
    return (ends[0][0], ends[1][1]) if ends[0] and ends[1] else None


def _months(period: str) -> tuple[int, int] | None:
    found = re.fullmatch(r"(\d{4})(?:(KW|MM)(\d\d))?", period)
    if found is None:
        return None
    year, number = 100 * int(found[1]), int(found[3] or 0)
    if found[2] == "MM":
        return year + number, year + number
    return (year + 3 * number - 2, year + 3 * number) if found[2] == "KW" else (year + 1, year + 12)


def months_between(last: float, first: float) -> float:
    """Count the months from one YYYYMM to another.

    Examples
    --------
    >>> months_between(201401, 201312)
    1.0

    """
    return (last // 100 - first // 100) * 12.0 + last % 100 - first % 100


def units_of(term: Mapping[str, Any], chosen: np.ndarray[Any, Any], evidence: Evidence) -> set[str]:
    """Name the units that a term brings to its side; nameless when the term is not simply added."""
    if term["takes"] in DATES:
        return {"month"}
    return set(evidence.keys["unit"][chosen]) if term["operation"] == "+" and not term["takes"] else {""}


def measure(takes: str, chosen: np.ndarray[Any, Any], evidence: Evidence) -> Quantity:
    """Take from the cells of a term what it says: their sum, months, stars of a footnote, or how many differ."""
    name, _, column = takes.partition(" ")
    if name == "value":
        return _sum(chosen, evidence)
    if name == "distinct":
        check_choice("column", column, list(evidence.keys))
        return quantity(float(len(set(evidence.keys[column][chosen]) - {""})))
    if name == "stars":
        return quantity(float(max(len(mark) for mark in evidence.keys["mark"][chosen])))
    check_choice("measure", name, ("value", "distinct", "stars", "first", "last"))
    spans = [span for span in map(months, evidence.keys["period"][chosen]) if span]
    if not spans:
        return quantity(None, status="undated")
    return quantity(float(min(first for first, _ in spans) if name == "first" else max(last for _, last in spans)))


def _sum(chosen: np.ndarray[Any, Any], evidence: Evidence) -> Quantity:
    keys = evidence.keys
    total = Quantity(None)
    for position in chosen.tolist():
        value, step = (float(one[position]) for one in (evidence.value, evidence.step))
        one = quantity(
            None if math.isnan(value) else value,
            None if math.isnan(step) else step,
            keys["qualifier"][position],
            keys["status"][position],
        )
        total = combine(total, "+", one)
    return total

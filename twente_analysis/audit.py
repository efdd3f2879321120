"""Does a source agree with itself, and with the others? Every relation between printed figures, recomputed.

A relation is data: what is stated, the parts it must follow from, how they are combined. Nothing is repaired: where
two printed figures disagree both stay, and an analysis that needs one takes it as a named choice.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from .evidence import DATES, Evidence, gather, measure, months_between, units_of
from .intervals import Quantity, combine, quantity
from .tidy import DataError, check_choice, merge_sources

__all__ = ["VERDICTS", "audit_lines", "audit_sources", "contested_figures", "select_audit", "take_figure"]

VERDICTS = ("exact", "rounds", "contradiction", "not comparable", "not checkable")
COLUMNS = (
    *("id", "documents", "lines", "relation", "stated", "recomputed", "difference", "verdict", "note", "kind", "unit"),
    *("comparison", "source", "matter"),
    *(f"{side}_{name}" for name in ("lines", "printed", "unit") for side in ("stated", "recomputed")),
)
#: Figures of the audit's own frames that no relation checks: what it is told to do.
OWN = ("relations", "terms")
#: Checks of this kind hold a list of ours against another of ours: they say nothing of a source, and are not counted.
COPY = "copy"
#: Differences are shown and compared to so many decimals.
DECIMALS = 6


@dataclass(frozen=True)
class Side:
    """One side of a relation for one key: the quantity, references of its cells, units, the document's words."""

    amount: Quantity
    sources: tuple[str, ...]
    unit: str  # of its first cell
    own: str  # of all its cells, where they are only added; empty of a product, a ratio or a difference
    printed: str


def audit_sources(tables: Mapping[str, pd.DataFrame], *, language: str = "nl") -> pd.DataFrame:
    """Recompute every relation between the figures of the sources, and say which hold.

    Parameters
    ----------
    tables
        What `load_sources` gives: frames with figures by name, ``relations`` and ``terms``.
    language
        Of ``relation`` and ``note``: nl or en.

    Returns
    -------
    DataFrame
        One row per check: ``id, documents, lines, relation, stated, recomputed, difference, verdict, note``, and
        ``kind, unit, comparison, source``; ``matter``, which checks that fail for one cause share; of each side
        ``_lines``, its own ``_unit`` and ``_printed``: the document's own words where a month says more than is
        printed. ``difference`` is stated less recomputed, of months their number; where a total is printed as ``-`` or
        PM, what the parts give with a minus; of an order (``comparison`` ``>=`` or ``<=``) the distance, no error.
        A relation over the rows of a table gives a check per row, its id after a colon. Verdicts: ``exact``;
        ``rounds``: the difference fits in the printed decimals, or in what the source announces ("circa", "ruim");
        ``contradiction``; ``not comparable``: another region, level, unit, definition or period; ``not checkable``: a
        figure that the check needs is not given, or it can be read in two ways.

    Raises
    ------
    DataError
        When a term selects nothing, or the two sides of a relation have other rows.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> audit = audit_sources(ta.load_sources()).set_index("id")
    >>> print(*audit.loc["regiovisie-mbo4-hbo", ["stated", "recomputed", "verdict"]])
    614.0 276.57 contradiction

    """
    check_choice("language", language, ("nl", "en"))
    for name in OWN:
        check_choice("table", name, list(tables))
    relations, terms = tables["relations"], tables["terms"]
    frames = [name for name in tables if name not in OWN]
    for name in sorted(set(terms["frame"]) - {""}):
        check_choice("frame", name, frames)
    evidence = gather({name: tables[name] for name in frames if terms["frame"].eq(name).any()})
    of_relation: dict[str, list[dict[str, Any]]] = {}
    for term in terms.sort_values("place", kind="stable").to_dict("records"):
        of_relation.setdefault(term["relation"], []).append(term)
    rows: list[dict[str, Any]] = []
    for relation in relations.to_dict("records"):
        rows += _checks(relation, of_relation[relation["id"]], evidence, language)
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    numbers = dict.fromkeys(("stated", "recomputed", "difference"), "Float64")
    return frame.astype(numbers | {name: "str" for name in frame.columns if name not in numbers})


def select_audit(
    audit: pd.DataFrame, document: str | None = None, verdict: str | None = None, kind: str | None = None
) -> pd.DataFrame:
    """Keep the checks that touch a document, or have a verdict or kind.

    Raises
    ------
    DataError
        When the audit has none such; the message lists what there is.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> audit = select_audit(audit_sources(ta.load_sources()), "regiovisie", "contradiction")
    >>> audit[["lines", "stated", "recomputed"]].values.tolist()[0]
    ['regiovisie 142', 614.0, 276.57]

    """
    held = audit
    if document is not None:
        check_choice("document", document, sorted({one for names in audit["documents"] for one in names.split("; ")}))
        held = held[[document in names.split("; ") for names in held["documents"]]]
    if verdict is not None:
        check_choice("verdict", verdict, VERDICTS)
        held = held[held["verdict"] == verdict]
    if kind is not None:
        check_choice("kind", kind, sorted(audit["kind"].unique()))
        held = held[held["kind"] == kind]
    return held.reset_index(drop=True)


def audit_lines(audit: pd.DataFrame, *frames: pd.DataFrame | None) -> pd.DataFrame:
    """Find the checks that do not hold exactly and touch a line on which figures of `frames` stand.

    Parameters
    ----------
    audit
        What `audit_sources` gives.
    frames
        Any frames with `source`; None for one that is not in hand.

    Returns
    -------
    DataFrame
        Rows of `audit` with verdict ``contradiction``, ``not comparable`` or ``not checkable``, in its order.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> audit = audit_sources(ta.load_sources())
    >>> "regiovisie-mbo4-hbo" in set(audit_lines(audit, ta.load_flows())["id"])
    True

    """
    held = [frame for frame in frames if frame is not None]
    own = {place for frame in held for source in frame["source"].unique() for place in _places(source)}
    kept = ~audit["verdict"].isin(["exact", "rounds"]) & np.array(
        [bool(own & _places(source)) for source in audit["source"]], dtype=bool
    )
    return audit[kept].reset_index(drop=True)


def contested_figures(audit: pd.DataFrame, contested: pd.DataFrame) -> pd.DataFrame:
    """Give the readings of each figure that the sources contest, with the value that each of them has.

    Parameters
    ----------
    audit
        What `audit_sources` gives.
    contested
        What `load_contested` gives: ``choice``, ``reading``, and the check and side that give its value.

    Returns
    -------
    DataFrame
        One row per choice and reading: ``choice, reading, value, unit, check, source``.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> readings = contested_figures(audit_sources(ta.load_sources()), ta.load_contested())
    >>> readings.query("choice == 'agenda_rijk'")[["reading", "value"]].values.tolist()
    [['row', 3000000.0], ['row_total', 1000000.0]]

    """
    known = audit.set_index("id")
    missing = contested[~contested["check"].isin(known.index)]
    if len(missing):
        raise DataError("a reading names a check that the audit does not have", remedy="Use its id.", rows=missing)
    found = known.loc[contested["check"]]
    rows = [(row, side) for (_, row), side in zip(found.iterrows(), contested["side"], strict=True)]
    value, unit = [row[side] for row, side in rows], [row[f"{side}_unit"] for row, side in rows]
    held = contested[["choice", "reading"]].assign(value=pd.array(value, dtype="Float64"), unit=unit)
    return held.assign(check=contested["check"], source=found["source"].tolist()).reset_index(drop=True)


def take_figure(contested: pd.DataFrame, choice: str, reading: str) -> float:
    """Take one reading of a contested figure, by name.

    Parameters
    ----------
    contested
        What `contested_figures` gives.

    Raises
    ------
    DataError
        When there is no such choice or reading; the message lists them.

    Examples
    --------
    >>> contested = pd.DataFrame({"choice": ["agenda_rijk"] * 2, "reading": ["row", "row_total"], "value": [3e6, 1e6]})
    >>> take_figure(contested, "agenda_rijk", "row_total")
    1000000.0

    """
    check_choice("choice", choice, contested["choice"].unique().tolist())
    readings = contested[contested["choice"] == choice].set_index("reading")["value"]
    check_choice("reading", reading, readings.index.tolist())
    return float(readings[reading])


def _checks(
    relation: Mapping[str, Any], terms: list[dict[str, Any]], evidence: Evidence, language: str
) -> Iterator[dict[str, Any]]:
    """Check a relation for every key that its terms are grouped by."""
    sides = {side: [one for one in terms if one["side"] == side] for side in ("stated", "parts")}
    cells = {one["place"]: _by_key(one, evidence, relation["id"]) for one in terms}
    keys = [{key for one in held for key in cells[one["place"]] if key} for held in sides.values()]
    if all(keys) and keys[0] != keys[1]:
        raise DataError(
            f"the sides of {relation['id']!r} have other keys: {', '.join(sorted(keys[0] ^ keys[1])[:5])}",
            remedy="Narrow the selections in relation_terms.csv.",
        )
    for key in sorted(keys[0] | keys[1] or {""}, key=_natural):
        stated, parts = (_fold(sides[side], cells, key, evidence) for side in ("stated", "parts"))
        if key and stated.amount.value is None and parts.amount.value is None:
            continue
        yield _row(relation, key, (stated, parts), language)


def _by_key(term: Mapping[str, Any], evidence: Evidence, relation: str) -> dict[str, Any]:
    """Find the cells of a term, apart for each key; a constant has one key, the empty one."""
    if not term["frame"]:
        return {"": None}
    try:
        found = evidence.select(term["frame"], term["selection"])
    except DataError as error:
        raise DataError(f"{relation}: {error.problem}", remedy=error.remedy) from error
    if not term["by"]:
        return {"": found}
    names = term["by"].split(";")
    for name in names:
        check_choice("by", name, list(evidence.keys))
    keys = [" ".join(parts) for parts in zip(*(evidence.keys[name][found] for name in names), strict=True)]
    grouped: dict[str, list[int]] = {}
    for key, position in zip(keys, found.tolist(), strict=True):
        grouped.setdefault(key, []).append(position)
    return {key: np.array(positions) for key, positions in grouped.items()}


def _fold(terms: list[dict[str, Any]], cells: Mapping[Any, dict[str, Any]], key: str, evidence: Evidence) -> Side:
    """Combine the terms of a side from left to right."""
    amount, sources, unit, units = Quantity(None), [], "", set()
    for position, term in enumerate(terms):
        found = cells[term["place"]]
        if not {key, ""} & found.keys():
            continue  # this term has nothing for this key; another of its side does
        chosen = found.get(key, found.get(""))
        if chosen is None:
            one = quantity(None if pd.isna(term["value"]) else float(term["value"]))
            sources += [term["source"]] if term["source"] else []
            units.add("")
        else:
            one = measure(term["takes"] or "value", chosen, evidence)
            sources += evidence.keys["source"][chosen].tolist()
            unit = unit or ("month" if term["takes"] in DATES else evidence.keys["unit"][chosen[0]])
            units |= units_of(term, chosen, evidence)
        amount = combine(amount, term["operation"], one) if position or term["operation"] == "-" else one
    own = units.pop() if len(units) == 1 else ""
    return Side(amount, tuple(sources), unit, own, next(filter(None, (term["printed"] for term in terms)), ""))


def _row(relation: Mapping[str, Any], key: str, sides: tuple[Side, Side], language: str) -> dict[str, Any]:
    stated, parts = sides
    named = {"stated": stated, "recomputed": parts}
    unit = relation["unit"] or stated.unit or parts.unit
    other = relation["unit"] or stated.own or parts.own or unit
    source = merge_sources([*sorted(set(stated.sources)), *sorted(set(parts.sources))])
    verdict = relation["judged"] or _verdict(stated.amount, parts.amount, relation)
    return {
        "id": f"{relation['id']}:{key}" if key else relation["id"],
        "documents": "; ".join(dict.fromkeys(place.partition("/")[0] for place in source.split("; "))),
        "lines": _lines(source),
        "relation": relation[f"relation_{language}"],
        "stated": _shown(stated.amount),
        "recomputed": _shown(parts.amount),
        "difference": _difference(stated.amount, parts.amount, unit),
        "verdict": verdict,
        "note": relation[f"note_{language}"],
        "kind": relation["kind"],
        "unit": unit,
        "comparison": relation["comparison"],
        "source": source,
        "matter": relation["matter"] or relation["id"],
        **{f"{name}_lines": _lines(merge_sources(sorted(set(side.sources)))) for name, side in named.items()},
        **{f"{name}_printed": side.printed for name, side in named.items()},
        **{f"{name}_unit": side.own or other for name, side in named.items()},
    }


def _verdict(stated: Quantity, parts: Quantity, relation: Mapping[str, Any]) -> str:
    """Judge a check by its numbers alone."""
    if stated.value is None:
        if parts.value is None or stated.status not in ("dash", "pm"):
            return "not checkable"
        return "contradiction" if parts.value else "exact"
    if parts.value is None and parts.unknown:
        return "not checkable"
    difference = round(stated.value - parts.known, DECIMALS)
    holds = {"=": difference == 0, ">=": difference >= 0, "<=": difference <= 0}[relation["comparison"]]
    if holds:
        return "exact"
    if parts.unknown and difference > 0:
        return "not checkable"
    if not pd.isna(relation["tolerance"]):
        near = abs(difference) <= float(relation["tolerance"])
    else:
        room = 10.0**-DECIMALS
        near = parts.low <= stated.high + room and stated.low <= parts.high + room
    return "rounds" if near else "contradiction"


def _difference(stated: Quantity, parts: Quantity, unit: str) -> float | None:
    if stated.value is None and parts.value is None:
        return None
    if unit == "month":
        both = stated.value is not None and parts.value is not None
        return months_between(stated.known, parts.known) if both else None
    return round(stated.known - parts.known, DECIMALS)


def _shown(amount: Quantity) -> float | None:
    return None if amount.value is None else round(amount.value, DECIMALS)


def _lines(source: str) -> str:
    """Write the lines of each document in a source: ``techwise 120, 286; twam 269``."""
    held: dict[str, list[str]] = {}
    for place in filter(None, source.split("; ")):
        document, _, lines = place.partition("/")
        held.setdefault(document, []).append(f"{document}#{lines.partition('#')[2]}")
    return "; ".join(merge_sources(places).replace("#", " ").replace(",", ", ") for places in held.values())


def _places(source: str) -> set[tuple[str, int]]:
    """Name each line of a source reference: document and table, and the number."""
    found = set()
    for place in filter(None, source.split("; ")):
        table, _, lines = place.partition("#")
        for run in lines.split(","):
            first, _, last = run.partition("-")
            if first.isdecimal():
                found |= {(table, line) for line in range(int(first), int(last or first) + 1)}
    return found


def _natural(key: str) -> list[tuple[int, str]]:
    """Sort keys with their numbers as numbers."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", key)]

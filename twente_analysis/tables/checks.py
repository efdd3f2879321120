"""How a check of the audit is written in a cell or a sentence: figures with what they count, and where they stand."""

import re
from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from ..language import format_number, format_period, format_printed, join, label, say

__all__ = [
    "audit_amount",
    "audit_figure",
    "audit_lead",
    "audit_place",
    "audit_side",
    "dutch_sides",
    "owner_of",
    "written_lines",
]

#: From here on a figure that is not euros is shown whole.
WHOLE = 100


def audit_lead(lines: pd.DataFrame, language: str) -> str:
    """Say how many remarks there are; where some are contradictions and others not, that those come first."""
    lead, first = say("audit.lead", language, n=len(lines)), int((lines["verdict"] == "contradiction").sum())
    return f"{lead} {say('audit.lead_first', language, n=first)}" if 0 < first < len(lines) else lead


def audit_figure(value: float | None, unit: str, language: str) -> str:
    """Write a figure of the audit: whole, as a month, with a decimal where it is small, or with cents.

    Examples
    --------
    >>> audit_figure(276.57, "graduates", "nl"), audit_figure(201309.0, "month", "en"), audit_figure(None, "", "nl")
    ('277', 'September 2013', '–')

    """
    if value is None or pd.isna(value):
        return format_number(None, language=language)
    if unit == "month":
        return format_period(f"{int(value) // 100}MM{int(value) % 100:02d}", language)
    if unit == "year":
        return str(int(value))
    whole = float(value).is_integer() or (abs(value) >= WHOLE and unit != "euro")
    places = "hundredths" if unit == "euro" else "decimal"
    text = format_number(float(value), "number" if whole else places, language)
    return text + "%" if unit == "%" else text


def audit_side(check: Mapping[Hashable, Any], side: str, language: str, *, lines: bool = False) -> str:
    """Write one side of a check: the document's own words or the figure with its unit, and on which lines it stands.

    Examples
    --------
    >>> check = {"stated": 800_000.0, "stated_unit": "euro", "stated_printed": "", "stated_lines": "techniekpact 74"}
    >>> audit_side(check | {"documents": "techniekpact"}, "stated", "nl", lines=True)
    '800.000 euro (regel 74)'

    """
    printed = format_printed(check[f"{side}_printed"], language)
    figure = printed or audit_amount(check[side], check[f"{side}_unit"], language)
    where = check[f"{side}_lines"]
    if not lines or not where:
        return str(figure)
    if owner_of(check["documents"]) == "between":
        return f"{figure} ({audit_place(where, language)})"
    return f"{figure} ({written_lines(where.partition(' ')[2], language)})"


def audit_place(lines: str, language: str) -> str:
    """Write where the figures of a check stand, with the documents by their short names.

    Examples
    --------
    >>> audit_place("techwise 273; twam 280", "nl")
    'TechWise, regel 273; TWAM, regel 280'
    >>> audit_place("techwise 120, 286", "nl")
    'TechWise, regels 120 en 286'

    """
    parts = [place.partition(" ") for place in lines.split("; ")]
    return "; ".join(
        say(
            "audit.place",
            language,
            document=label("audit_document", document, language),
            lines=written_lines(numbers, language),
        )
        for document, _, numbers in parts
    )


def written_lines(numbers: str, language: str) -> str:
    """Write one line or several: ``regels 120 en 286``."""
    return say("audit.line", language, n=1 if numbers.isdecimal() else 2, lines=join(numbers.split(", "), language))


def dutch_sides(audit: pd.DataFrame, language: str, *, lines: bool = False) -> list[str]:
    """Write the cells that are Dutch for a reader of another language: names as they are printed."""
    return [
        audit_side(row, side, language, lines=lines)
        for row in audit.to_dict("records")
        for side in ("stated", "recomputed")
        if language != "nl" and re.search(r"[^\W\d]", row[f"{side}_printed"])
        if format_printed(row[f"{side}_printed"], language) == row[f"{side}_printed"]
    ]


def owner_of(documents: str) -> str:
    """Say to which group a check belongs: its document, or the checks between documents."""
    return documents if "; " not in documents else "between"


def audit_amount(value: float | None, unit: str, language: str) -> str:
    """Write a figure with what it counts."""
    figure = audit_figure(value, unit, language)
    plain = value is None or pd.isna(value) or unit in ("", "%", "month", "year")
    return figure if plain else f"{figure} {label('audit_unit', unit, language, n=float(value or 0))}"

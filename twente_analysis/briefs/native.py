"""A chart's figures as a spreadsheet or a slide can draw them itself, with what is no count dashed and named."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from matplotlib.ticker import MaxNLocator

from ..cell import Payload
from ..charts.house import BLUE, BURGUNDY, DARK, GREY, ORANGE, PURPLE, TEAL
from ..export import visible_text
from ..language import label, say

__all__ = ["Look", "Native", "Series", "number_format", "take_native"]

#: How a number is written; a spreadsheet puts in the reader's own comma and full stop.
FORMATS = {
    "number": "#,##0",
    "hundreds": "#,##0",
    "decimal": "#,##0.0",
    "percent": "0.0%",
    "change": "+0.0%;\u22120.0%;0.0%",
    "points": "+#,##0.0;\u2212#,##0.0;0.0",
    "difference": "+#,##0;\u2212#,##0;0",
}
#: The locale that LibreOffice takes a number's notation from, by language.
LOCALES = {"nl": "[$-413]", "en": "[$-809]"}
#: As many lines have their first and last number written.
LABELLED = 3
#: A part of a bar has its number in it from so large a share on.
ROOMY = 0.09
#: The bounds of a count of which a part is hidden.
MARGIN = ("least", "most")
#: These are said in the name, where the name does not say so already.
NAMED = ("projection", "estimate", "scenario")


@dataclass(frozen=True)
class Look:
    """How a series or a bar is drawn: never told apart by colour alone."""

    colour: str
    fill: str = ""
    dash: str = "solid"
    marker: str = "circle"
    width: float = 2.25
    pattern: str = ""

    @property
    def hollow(self) -> bool:
        """Whether its marks are white: it is no count."""
        return self.fill == "white"


#: Bars, or parts of one, with a meaning of their own: as in the picture (`charts.demand`, `.investment`, `.sources`).
KINDS = {
    "picked": Look("#A0A0A0", DARK, pattern="cross"),
    "public": Look(BLUE, BLUE),
    "education": Look(TEAL, "#BFE0DD", pattern="dots"),
    "private": Look(BURGUNDY, "#EBD0DF", pattern="up"),
    "not public": Look(ORANGE, "#F9C9AE", pattern="lines"),
    "mixed": Look(PURPLE, "#E8E0F5", pattern="down"),
    "unknown": Look(DARK, "white", dash="dash"),
    "contradiction": Look(BURGUNDY, BURGUNDY),
    "not comparable": Look(ORANGE, "#F9C9AE", pattern="up"),
    "not checkable": Look(GREY, "white", pattern="dots"),
    "closing all": Look(TEAL, "#BFE0DD", dash="dash"),
    "closing rest": Look(BURGUNDY, "white", dash="dash", pattern="up"),
}
COLOURS = (BLUE, TEAL, BURGUNDY, ORANGE, DARK, PURPLE)
MARKERS = ("circle", "square", "triangle", "diamond", "circle", "square")
#: Parts of a stacked bar, in order.
PARTS = (
    Look(BLUE, BLUE),
    Look(TEAL, "#BFE0DD", pattern="dots"),
    Look(BURGUNDY, "#EBD0DF", pattern="up"),
    Look(ORANGE, "#F9C9AE", pattern="lines"),
    Look(DARK, "white", dash="dash"),
    Look(PURPLE, "#E8E0F5", pattern="down"),
)
LINES = {
    "projection": Look(BURGUNDY, "white", "dash"),
    "naive": Look(DARK, "white", "dot", "square"),
    "scenario": Look(TEAL, "white", "dash dot", "triangle"),
    "estimate": Look(ORANGE, "white", "dash", "diamond"),
    "chosen": Look(ORANGE, ORANGE),
    "rest": Look(GREY, GREY),
    "least": Look(BLUE, dash="dot", marker="none", width=2.0),
    "most": Look(BLUE, dash="dash", marker="none", width=2.0),
}
BARS = {
    "": Look(BLUE, BLUE),
    "chosen": Look(ORANGE, ORANGE),
    "total": Look(DARK, DARK),
    "projection": Look(BURGUNDY, "#D3A3BE"),
    "naive": Look(DARK, "white", "dot"),
    "estimate": Look(ORANGE, "#F9C9AE", pattern="up"),
    "scenario": Look(BURGUNDY, "white", "dash"),
    "published": Look("#6B7178", "#C9CDD2"),
    "partial": Look(GREY, "white", "dash"),
    "taken": Look(BLUE, "white", dash="dash"),
}


@dataclass(frozen=True)
class Series:
    """A line, or the bars of one colour: its values by category, None where there is none.

    `at` is its place among the rows of lines, or the columns of bars, with those that are not drawn; `continued` says
    that it goes on after a break with what another series has before it.
    """

    name: str
    values: Sequence[float | None]
    role: str
    look: Look
    at: int
    panel: str = ""
    continued: bool = False

    def ends(self) -> set[int]:
        """Give the places of the first and the last value."""
        there = [place for place, value in enumerate(self.values) if value is not None]
        return {there[0], there[-1]} if there else set()


@dataclass(frozen=True)
class Native:
    """What to draw, and what is left out; `looks` is one per bar where there is one series.

    A panel has a title; `ceiling` is the number at which a scale ends, None where that is left to the program. Panels
    of bars have the titles and numbers of bars in `groups`, and each of them the place of its `first` bar among all.
    """

    form: str
    categories: Sequence[str]
    series: Sequence[Series]
    looks: Sequence[Look]
    left_out: Sequence[Series]
    number_format: str
    zero: bool
    subtitle: str = ""
    title: str = ""
    ceiling: float | None = None
    groups: Sequence[tuple[str, int]] = ()
    first: int = 0

    @property
    def lines(self) -> bool:
        """Whether it has lines over the years."""
        return self.form in ("lines", "panels", "panels on one scale")

    def across(self, most: int) -> int:
        """Say how many panels stand beside each other: bars, which have long names, below each other."""
        return 1 if self.groups else min(most, len(self.panels()))

    def pages(self, most: int) -> list["Native"]:
        """Give a chart per panel, named in its subtitle, where the panels have more than `most` bars; else this one."""
        if not self.groups or len(self.categories) <= most:
            return [self]
        return [replace(one, title="", subtitle=f"{one.title}. {self.subtitle}") for one in self.panels()]

    def panels(self) -> list["Native"]:
        """Give a chart per panel where there are any, else this one."""
        if self.groups:
            return self._panels_of_bars()
        if not self.form.startswith("panels"):
            return [self]
        panels = {title: list(series) for title, series in groupby(self.series, key=lambda one: one.panel)}
        one_scale = self.form == "panels on one scale"
        return [
            replace(
                self, form="lines", series=own, title=title, ceiling=self._ceiling(self.series if one_scale else own)
            )
            for title, own in panels.items()
        ]

    def _panels_of_bars(self) -> list["Native"]:
        panels, first = [], 0
        for title, count in self.groups:
            own = slice(first, first + count)
            series = [replace(one, values=one.values[own]) for one in self.series]
            part = replace(self, categories=self.categories[own], series=series, looks=self.looks[own])
            panels.append(replace(part, title=title, first=first, groups=()))
            first += count
        return panels

    def labels(self, series: Series) -> set[int]:
        """Give the places at a line whose numbers are written: its ends, or those that are an end of its panel."""
        if not self.title:
            return series.ends() if len(self.series) <= LABELLED else set()
        every = {place for one in self.series for place in one.ends()}
        counted = {place for one in self.series if one.role not in MARGIN for place in one.ends()}
        return series.ends() & {min(every), max(every)} - (counted if series.role in MARGIN else set())

    def below(self, series: Series, place: int) -> bool:
        """Whether a number at a line stands below it: of the least bound, or where the line comes from far above."""
        values = [value or 0 for value in series.values]
        falls = max(values[max(place - 1, 0) : place + 2]) > 1.1 * values[place] > 0.33 * max(values)
        return series.role == "least" or falls

    @property
    def label_format(self) -> str:
        """The format of a number in or at a bar: in parts of 100% in thousands."""
        return self.number_format + "," * (self.form == "shares")

    def shown_parts(self, series: Series) -> set[int]:
        """Give the places where a part of a bar has its number in it: of shares, those that are wide enough."""
        sums = [sum(one.values[place] or 0 for one in self.series) for place in range(len(self.categories))]
        least = ROOMY if self.form == "shares" else 0.0
        return {place for place, value in enumerate(series.values) if value and value >= least * sums[place]}

    @property
    def named(self) -> list[Series]:
        """The series that a legend names, if more than one: in a panel, what goes on after a break has its name."""
        return [one for one in self.series if not (self.title and one.continued)]

    def floor(self) -> float | None:
        """Give where the scale begins: at 0, or at a round number below all values; None for bars to the left of 0."""
        values = [value for one in self.series for value in one.values if value is not None]
        if not self.lines and any(value < 0 for value in values):
            return None
        if self.zero or not values:
            return 0.0
        low, high = min(values), max(values)
        step = 10 ** math.floor(math.log10(high - low)) if high > low else 1
        return math.floor((low - 0.1 * (high - low)) / step) * step

    def _ceiling(self, series: Sequence[Series]) -> float:
        """Give a round number above all values, with room for a number above the highest."""
        top = max((value for one in series for value in one.values if value is not None), default=0.0)
        return float(MaxNLocator(5).tick_values(self.floor() or 0.0, 1.13 * top)[-1])


def number_format(kind: str, language: str) -> str:
    """Give the spreadsheet's format of a kind of number (see `format_number`)."""
    form = FORMATS.get(kind)
    return LOCALES[language] + form if form else "General"


def take_native(content: Payload, language: str) -> Native | None:
    """Take from the content of a chart what a spreadsheet can draw of it; None where it has no such chart."""
    figures = content["figures"]
    form, roles = figures.get("form", "picture"), figures.get("roles", {})
    rows, columns = figures["rows"], figures["columns"][1:]
    if form == "picture" or not rows:
        return None
    looks: list[Look] = []
    groups: list[tuple[str, int]] = []
    if form in ("bars", "stacked", "shares"):
        every = [
            Series(
                _named(name, roles, language), [row[place + 1] for row in rows], roles.get(name, ""), BARS[""], place
            )
            for place, name in enumerate(columns)
        ]
        drawn = [one for one in every if one.role != "apart"]
        series = [replace(one, look=_part(one.role, number, form)) for number, one in enumerate(drawn)]
        categories = [_named(row[0], roles, language) for row in rows]
        if len(series) == 1 and form == "bars":
            looks = [BARS.get(roles.get(row[0], ""), BARS[""]) for row in rows]
        if panels := figures.get("panels"):
            groups = [(visible_text(title), len(list(own))) for title, own in groupby(panels[row[0]] for row in rows)]
    else:
        columns, rows = _every_year(columns, rows)
        figures = _parted(figures | {"columns": columns, "rows": rows}, language)
        every = []
        for row in figures["rows"]:
            every += _line(row, figures, len(every), language)
        # Those that are not drawn stand last on a sheet.
        every = [replace(one, at=at) for at, one in enumerate(sorted(every, key=lambda one: one.role == "apart"))]
        series = [one for one in every if one.role != "apart"]
        categories = list(map(visible_text, columns))
    left_out = [one for one in every if one.role == "apart"]
    kind = number_format(figures["kind"], language)
    subtitle = figures.get("subtitle") or content.get("subtitle", "")
    zero = bool(figures.get("zero", True))
    words = visible_text(str(subtitle))
    ceiling = 1.0 if figures.get("whole") else None
    return Native(form, categories, series, looks, left_out, kind, zero, words, ceiling=ceiling, groups=groups)


def _every_year(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> tuple[list[str], list[list[Any]]]:
    """Put in the years without a figure, so that a step to the right is a year everywhere."""
    if not all(len(name) == 4 and name.isdecimal() for name in columns):
        return list(columns), [list(row) for row in rows]
    years = list(map(str, range(int(columns[0]), int(columns[-1]) + 1)))
    found = [dict(zip(columns, row[1:], strict=True)) for row in rows]
    return years, [[row[0], *map(values.get, years)] for row, values in zip(rows, found, strict=True)]


def _parted(figures: dict[str, Any], language: str) -> dict[str, Any]:
    """Put what was counted exactly before the bounds of its margin, which run on only where they part."""
    panels, breaks = dict(figures.get("panels", {})), dict(figures.get("breaks", {}))
    rows: list[Sequence[Any]] = []
    for row in figures["rows"]:
        if figures.get("roles", {}).get(row[0]) != "most":
            rows.append(row)
            continue
        (below, *least), (name, *most) = rows.pop(), row
        exact = say("memo.exact", language, panel=panels[name])
        panels[exact], breaks[exact] = panels[name], breaks.get(name)
        start = figures["columns"].index(breaks[name][0]) if name in breaks else 0
        apart = [low != high for low, high in zip(least, most, strict=True)]
        # From the count beside it, but not over a break, so that a margin opens and closes in a point.
        shown = [any(apart[max(at - (at != start), 0) : at + 1 + (at + 1 != start)]) for at in range(len(most))]
        rows.append([exact, *(None if far else value for value, far in zip(most, apart, strict=True))])
        for bound, values in ((below, least), (name, most)):
            rows.append([bound, *(value if here else None for value, here in zip(values, shown, strict=True))])
    return figures | {"rows": rows, "panels": panels, "breaks": breaks}


def _line(row: Sequence[Any], figures: dict[str, Any], at: int, language: str) -> list[Series]:
    """Make the series of a row; two where the row does not run on."""
    columns, roles, cut = list(figures["columns"]), figures.get("roles", {}), figures["breaks"].get(row[0])
    name, values, role = str(row[0]), list(row[1:]), roles.get(row[0], "")
    shown, look = _named(name, roles, language), _look(role, at)
    if role == "bound":
        bounds = [one for one, kind in roles.items() if kind == "bound"]
        look = _bound(bounds.index(name) // 2, "projection" in roles.values())
    elif figures["form"].startswith("panels") and role not in LINES:
        look = Look(BLUE, BLUE)  # a colour of its own would have no meaning
    panel = visible_text(figures["panels"].get(name, shown))
    if cut is None or cut[0] not in columns:
        return [Series(shown, values, role, look, at, panel)]
    place, later = columns.index(cut[0]), "scenario" if role == "projection" else role
    after, title = (
        visible_text(say("memo.since", language, name=text, column=cut[0], word=cut[1])) for text in (name, panel)
    )
    before, rest = values[:place] + [None] * (len(values) - place), [None] * place + values[place:]
    one = Series(shown, before, role, look, at, title)
    if all(value is None for value in before):
        return [replace(one, values=rest)]
    return [one, Series(after, rest, later, LINES.get(later, look), at, title, continued=True)]


def _named(name: str, roles: dict[str, str], language: str) -> str:
    role = roles.get(name, "")
    word = label("figure_role", role, language) if role in NAMED else ""
    return visible_text(name if word.lower() in name.lower() else f"{name} ({word})")


def _look(role: str, place: int) -> Look:
    if role in LINES:
        return LINES[role]
    colour, marker = COLOURS[place % len(COLOURS)], MARKERS[place % len(MARKERS)]
    return Look(colour, colour, "solid", marker)


def _bound(pair: int, projected: bool) -> Look:
    """Draw the two bounds of a margin alike, in the colour of what they are about."""
    colour = BURGUNDY if projected else COLOURS[pair % len(COLOURS)]
    return Look(colour, dash=("dot", "dash")[pair % 2], marker="none", width=1.25)


def _part(role: str, place: int, form: str) -> Look:
    if role and role in KINDS | BARS:
        return (KINDS | BARS)[role]
    return PARTS[place % len(PARTS)] if form != "bars" or place else BARS[""]

"""Charts of demand: the routes to a yearly figure on one axis, and what extra graduates close of a gap."""

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from matplotlib.ticker import FuncFormatter, MaxNLocator

from ..catalogue import citation, region_name
from ..language import format_number, format_period, format_share, join, label, say
from ..tables.demand import ROUNDED, route_figure, route_scope
from ..tidy import DataError, check_choice
from .house import BURGUNDY, GREY, ORANGE, TEAL, Chart, Figures, finish, lie_bars, styled
from .lettering import CLEAR, Lines, stack, tall, text_width, wrap
from .sizes import CM, by_size, canvas, drawn_room, is_half

__all__ = ["plot_closing", "plot_routes"]

#: How each kind of figure is drawn: an assumption hatched, a worked example dashed, a published one of another group
#: grey.
LOOKS: dict[str, dict[str, Any]] = {
    "assumption": {"facecolor": "#F9C9AE", "edgecolor": ORANGE, "hatch": "////", "linewidth": 1.0},
    "cohort": {"facecolor": "#BFE0DD", "edgecolor": TEAL, "hatch": "....", "linewidth": 1.0},
    "example": {"facecolor": "white", "edgecolor": BURGUNDY, "linestyle": "--", "linewidth": 1.4},
    "published": {"facecolor": "#C9CDD2", "edgecolor": "#6B7178", "linewidth": 0.8},
}
ROLES = {"assumption": "estimate", "cohort": "estimate", "example": "scenario"}
#: How thick a bar is, in cm: in a memo, in half a column, on a slide; and the room between rows.
BAR, GAP = (0.6, 0.48, 0.42), (0.3, 0.35, 0.25)
#: The letters of a route's name and of its scope: in a memo, in half a column, on a slide.
LETTERS = ((8.0, 7.0), (8.0, 7.0), (8.5, 8.0))
#: Kinds that stand apart, each on an axis of its own.
GROUPS = {"example": "example", "published": "apart"}


@styled(routes="choose_routes: route, unit")
def plot_routes(routes: pd.DataFrame, *, language: str = "nl") -> np.ndarray:
    """Draw each route to a yearly demand as a bar from 0, and what is not to be laid beside it on an axis of its own.

    Below the estimates stand the worked example, which follows from a supply that was chosen, and in grey the published
    figures of another group. Of a range the part up to its low end is hatched, the part between its ends open.

    Parameters
    ----------
    routes
        What `choose_routes` gives: jobs and persons per year, named at each bar. A stock has no place here.

    Returns
    -------
    ndarray of Axes
        One per group that is not to be laid beside another.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> jobs, chosen = ta.select_jobs(ta.load_jobs(), "F", 2011), ta.chosen_coverage(ta.load_coverage(), "3-4")
    >>> published = [ta.load_monitor("labour_market_leavers"), ta.load_monitor("graduates_inflow")]
    >>> routes = ta.demand_routes(jobs, {}, (ta.coverage_gap(840, 0.42), chosen), published)  # 840 / 0.42 = 2000
    >>> ta.show(plot_routes(routes, language="en"))
    Yearly demand by the worked example or own figures
    Bar chart of yearly figures about different groups. Route 2: demand from ...

    """
    for unit in routes["unit"]:
        check_choice("unit of a route", unit, ["jobs per year", "persons per year"])
    named = [_named(row, language) for row in routes.to_dict("records")]
    groups = routes["kind"].map(GROUPS).fillna("own")
    kept = [group for group in ("own", *dict.fromkeys(GROUPS.values())) if groups.eq(group).any()]
    heads = [_heading(group, language) for group in kept]
    found = [np.flatnonzero(groups == group).tolist() for group in kept]
    wide = 0.9 * 72 * canvas(0, 0, 3.0 + 1.5 * len(routes) + 0.6 * len(kept))[0]
    lines = [_lines(words, by_size(430.0, 204.0, wide)) for words in named]
    bar, gap = by_size(*BAR), by_size(*GAP)
    # In cm: the rows of a group are as high as the one with most lines asks.
    pitch = [max(by_size(1.75, 0.0, 0.0), max(tall(lines[one]) for one in own) / 72 / CM + bar + gap) for own in found]
    above = [bool(head) * by_size(0.1, 0.3) + by_size(0.5, 0.45) * len(head) for head in heads]
    high = [row * len(own) + head for row, own, head in zip(pitch, found, above, strict=True)]
    # Each axis has its numbers below.
    size = canvas(*(around + 0.7 * len(kept) + sum(high) for around in (2.6, 0.6, 2.6)))
    figure, grid = plt.subplots(len(kept), 1, figsize=size, height_ratios=high, squeeze=False)
    written = FuncFormatter(lambda value, _: format_number(value, language=language))
    rows, sentences = [], []
    roles: dict[str, str] = {}
    panels: dict[str, str] = {}
    for ax, own, head, row_high, all_high in zip(grid[:, 0], found, heads, pitch, high, strict=True):
        right = float(routes["high"].iloc[own].max()) * 1.02
        for place, number in zip(range(len(own), 0, -1), own, strict=True):
            _draw_route(ax, routes.iloc[number].to_dict(), (place, bar / row_high), right, named[number][3])
            stack(ax, (0, place), lines[number])
        low = 1 - (bar + 0.4 * gap) / row_high
        top = low + all_high / row_high
        if head:
            ax.axhline(top, color=GREY, linewidth=0.8)
            ax.annotate(
                "\n".join(head), (0, 1), (0, -3), xycoords="axes fraction", textcoords="offset points",
                size=by_size(*LETTERS)[0], style="italic", va="top", gid="apart", bbox=CLEAR, in_layout=False,
            )  # fmt: skip
        lie_bars(ax, right, (low, top), written, say("demand.routes_x", language) if ax is grid[-1, 0] else "")
    for row, group, (name, kind, scope, value) in zip(routes.to_dict("records"), groups, named, strict=True):
        unit = label("unit", row["unit"], language)
        sentences.append(say("demand.alt_route", language, name=name, kind=kind, scope=scope, value=value))
        # No more digits here than in the picture, and before each number what stands before it there.
        nearly = f": {label('qualifier', row['qualifier'], language)}" if row["qualifier"] else ""
        digits = -2 if row["kind"] in ROUNDED else 0
        drawn = [
            [f"{name}, {unit}" + ("" if row["low"] == row["high"] else f", {end}") + nearly, round(row[side], digits)]
            for side, end in (("low", say("demand.low", language)), ("high", say("demand.high", language)))
            if side == "low" or row["low"] < row["high"]
        ]
        rows += drawn
        roles |= dict.fromkeys((one[0] for one in drawn), ROLES.get(row["kind"], "published"))
        # Of what the figures are stands in the panel's title: the names at the bars would be too long.
        scopes = dict.fromkeys(words[2] for words, own in zip(named, groups, strict=True) if own == group)
        panels |= dict.fromkeys(
            (one[0] for one in drawn), f"{say(f'demand.routes_{group}', language)} ({'; '.join(scopes)})"
        )
    title = say("demand.routes_title_other", language)
    for first in routes[routes["route"] == "rate"].to_dict("records"):
        title = say("demand.routes_title", language, low=first["low"], high=first["high"])
    cited = routes[routes["source"] != ""]
    source = say("chart.source", language, source=citation(cited, language)) + " " + say("demand.see_table", language)
    alt = say("demand.routes_alt", language, paths=" ".join(sentences))
    columns = [say("demand.column_route", language), say("demand.column_per_year", language)]
    whole = {"region": region_name(routes["region"].iloc[0], language), "units": _dated_units(routes, language)}
    apart = say("demand.routes_native", language, **whole)
    behind = Figures(columns, rows, "number", "bars", roles, panels=panels, subtitle=apart)
    finish(figure, Chart(title, say("demand.routes_subtitle", language, **whole), source, alt, behind))
    return grid[:, 0]


@styled(steps="closing_steps: extra, closed, reading")
def plot_closing(steps: pd.DataFrame, *, language: str = "nl") -> Axes:
    """Draw what each number of extra graduates closes of the gap, in both readings; all of it a worked example.

    Parameters
    ----------
    steps
        What `closing_steps` gives.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> steps = ta.closing_steps(ta.coverage_gap(1000, 0.42), 90, 0.35, 0.8)
    >>> ta.show(plot_closing(steps, language="en"))
    90 extra graduates close 3.4% to 6.5% of the gap
    Bar chart, a worked example, of the ...

    """
    if steps["closed"].isna().any():
        raise DataError("There is no gap to close", remedy="Choose a coverage below 1.")
    figure, ax = plt.subplots(figsize=canvas(8.5, 7))
    numbers = steps["extra"].drop_duplicates().tolist()
    places = np.arange(len(numbers))
    looks = {"all": (-0.2, TEAL, ""), "rest": (0.2, BURGUNDY, "////")}
    top = float(steps["closed"].max()) * 100
    shares = {one: format_share(one, language) for one in steps["closed"]}
    # Shares of far less than a percent are long: beside each other they have room in small letters.
    longest = max(text_width(share, 8) for share in shares.values()) + 3
    size = by_size(8 if longest < 0.4 * (drawn_room(ax)[0] - 45) / len(numbers) else 6.5, 7)
    for reading, (aside, colour, hatch) in looks.items():
        closed = steps[steps["reading"] == reading]["closed"].astype(float).to_numpy()
        bars = (ax.barh if is_half() else ax.bar)(
            places + aside, closed * 100, 0.38, facecolor="white" if hatch else "#BFE0DD", edgecolor=colour,
            hatch=hatch or None, linestyle="--", linewidth=1.2, label=label("closing_reading", reading, language),
        )  # fmt: skip
        ax.bar_label(bars, [shares[one] for one in closed], padding=2, size=size)
    # In half a column the bars lie, so that their numbers have room.
    across, along = by_size((ax.xaxis, ax.yaxis), (ax.yaxis, ax.xaxis))
    across.set_ticks(places, [format_number(one, language=language) for one in numbers])
    if is_half():
        ax.set(xlim=(0, top * 1.25), ylim=(len(numbers) - 0.5, -0.5))
        # Beside the bars it would stand upright: it is the head of their numbers.
        ax.annotate(
            say("demand.closing_x", language), (0, 1), (-20, 3), xycoords="axes fraction",
            textcoords="offset points", size=7, va="bottom",
        )  # fmt: skip
    else:
        ax.set_ylim(0, top * 1.15)
        ax.set_xlabel(say("demand.closing_x", language))
    ax.grid(visible=is_half(), axis="x")
    ax.grid(visible=not is_half(), axis="y")
    along.set_major_locator(MaxNLocator(by_size(7, 4), steps=[1, 2, 5, 10]))
    along.set_major_formatter(FuncFormatter(lambda value, _: format_number(value, "tick", language) + "%"))
    # Above the bars: a supply that is nearly enough has them reach the top.
    ax.legend(
        loc="lower left", bbox_to_anchor=(0, 1), ncols=by_size(2, 1), fontsize=by_size(8, 7),
        borderaxespad=by_size(0.2, 2.0),
    )  # fmt: skip
    last = steps[steps["extra"] == max(numbers)].set_index("reading")
    every, rest = last.loc["all"], last.loc["rest"]
    words = {
        "extra": every["extra"],
        "closed": format_share(every["closed"], language),
        "closed_rest": format_share(rest["closed"], language),
        "supply": every["net_supply"],
        "coverage": format_share(every["coverage"], language),
    }
    readings = {reading: label("closing_reading", reading, language) for reading in looks}
    wide = steps.pivot(index="extra", columns="reading", values="closed").reindex(numbers)
    rows: list[list[Any]] = [
        [say("demand.closing_row", language, extra=extra), *(float(wide.loc[extra, one]) for one in looks)]
        for extra in numbers
    ]
    paths = "; ".join(
        f"{name}, {said}: {format_share(share, language)}"
        for name, *closes in rows
        for said, share in zip(readings.values(), closes, strict=True)
    )
    columns = [say("demand.column_extra", language), *readings.values()]
    roles = {said: f"closing {reading}" for reading, said in readings.items()}
    roles |= {row[0]: "scenario" for row in rows}
    behind = Figures(columns, rows, "percent", "bars", roles)
    same = "_same" if words["closed"] == words["closed_rest"] else ""
    title = say(f"demand.closing_title{same}", language, **words)
    subtitle, source = (say(f"demand.closing_{name}", language, **words) for name in ("subtitle", "source"))
    finish(figure, Chart(title, subtitle, source, say("demand.closing_alt", language, paths=paths), behind))
    return ax


def _heading(group: str, language: str) -> list[str]:
    return [] if group == "own" else wrap(say(f"demand.routes_{group}", language), 8, by_size(430, 196))


def _dated_units(routes: pd.DataFrame, language: str) -> str:
    """Name what is counted, with the years of each."""
    named = []
    for unit, own in routes.groupby("unit", sort=False):
        years = [format_period(when, language) for when in own["when"].unique() if when]
        name = label("unit", str(unit).removesuffix(" per year"), language)
        named.append(f"{name} ({join(years, language)})" if years else name)
    return join(named, language)


def _named(row: dict[str, Any], language: str) -> tuple[str, str, str, str]:
    """Name a route, its kind, its scope and its value."""
    name, kind = label("demand_route", row["route"], language), label("demand_kind", row["kind"], language)
    value = f"{route_figure(row, language)} {label('unit', row['unit'], language)}"
    return name, kind, route_scope(row, language), value


def _lines(words: tuple[str, str, str, str], room: float) -> Lines:
    """Give the lines that stand above a bar: name and scope, in half a column the value too."""
    name, kind, scope, value = words
    size, small = by_size(*LETTERS)
    return [
        *((line, size, {"weight": "bold", "gid": "name"}) for line in wrap(f"{name} ({kind})", size, room, "bold")),
        *((line, small, {"color": "#444444", "gid": "scope"}) for line in wrap(scope, small, room)),
        *((line, size, {"gid": "value"}) for line in wrap(value, size, room) if is_half()),
    ]


def _draw_route(ax: Axes, row: dict[str, Any], spot: tuple[float, float], right: float, value: str) -> None:
    """Draw the bar of one route below its spot and as thick, with its value in it or beside it where there is room."""
    look = {**LOOKS[row["kind"]], "gid": f"bar {row['route']}"}
    place, bar = spot
    ax.add_patch(Rectangle((0, place - bar), row["low"], bar, **look))
    if row["low"] < row["high"]:
        beyond = {**look, "facecolor": "white", "hatch": None, "linestyle": "--", "gid": f"beyond {row['route']}"}
        ax.add_patch(Rectangle((row["low"], place - bar), row["high"] - row["low"], bar, **beyond))
    if is_half():
        return
    inside = row["high"] > 0.6 * right
    # No letters on a hatching; a range ends in a white part.
    face = look["facecolor"] if row["low"] == row["high"] else "white"
    ground = {**CLEAR, "facecolor": face} if inside and look.get("hatch") else None
    ax.annotate(
        value, (row["high"], place - bar / 2), (-6 if inside else 6, 0), textcoords="offset points",
        size=by_size(*LETTERS)[0], va="center", ha="right" if inside else "left", gid="value", bbox=ground,
    )  # fmt: skip

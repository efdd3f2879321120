"""Charts of demand: the routes to a yearly figure on one axis, and what extra graduates close of a gap."""

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from matplotlib.ticker import FuncFormatter

from ..catalogue import citation
from ..language import format_number, format_share, label, say
from ..tables_demand import route_figure, route_scope
from ..tidy import DataError, check_choice
from .house import BURGUNDY, CM, GREY, ORANGE, TEAL, Chart, Figures, finish, lie_bars, styled

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
BAR = 0.34
#: Room between our own routes and the published figures.
APART = 0.45
#: Behind letters, so that no line of the grid runs through them.
CLEAR = {"facecolor": "white", "edgecolor": "none", "pad": 0.5}


@styled
def plot_routes(routes: pd.DataFrame, *, language: str = "nl") -> Axes:
    """Draw each route to a yearly demand as a bar from 0, and below, in grey, the published figures of another group.

    Of a range the part up to its low end is hatched, the part between its ends open.

    Parameters
    ----------
    routes
        What `choose_routes` gives: jobs and persons per year, named at each bar. A stock has no place here.

    """
    for unit in routes["unit"]:
        check_choice("unit of a route", unit, ["jobs per year", "persons per year"])
    figure, ax = plt.subplots(figsize=(16 * CM, (4.0 + 1.75 * len(routes)) * CM))
    right = float(routes["high"].max()) * 1.02
    rows, sentences = [], []
    roles: dict[str, str] = {}
    own = int((routes["kind"] != "published").sum())
    for number, row in enumerate(routes.to_dict("records")):
        place = len(routes) - number + (APART if number < own else 0)
        name, scope = label("demand_route", row["route"], language), route_scope(row, language)
        kind, unit = label("demand_kind", row["kind"], language), label("unit", row["unit"], language)
        value = f"{route_figure(row, language)} {unit}"
        _draw_route(ax, row, place, right, (f"{name} ({kind})", scope, value))
        sentences.append(say("demand.alt_route", language, name=name, kind=kind, scope=scope, value=value))
        drawn = [
            [f"{name}, {unit}" + ("" if row["low"] == row["high"] else f", {end}"), row[side]]
            for side, end in (("low", say("demand.low", language)), ("high", say("demand.high", language)))
            if side == "low" or row["low"] < row["high"]
        ]
        rows += drawn
        roles |= dict.fromkeys((one[0] for one in drawn), ROLES.get(row["kind"], "published"))
    apart = len(routes) - own + APART / 2 + 0.62
    ax.axhline(apart, color=GREY, linewidth=0.8)
    ax.text(
        0,
        apart - 0.16,
        say("demand.routes_apart", language),
        size=8,
        style="italic",
        va="center",
        gid="apart",
        bbox=CLEAR,
    )
    written = FuncFormatter(lambda value, _: format_number(value, language=language))
    lie_bars(ax, right, (0.55, len(routes) + APART + 0.5), written, say("demand.routes_x", language))
    title = say("demand.routes_title_other", language)
    for first in routes[routes["route"] == "rate"].to_dict("records"):
        title = say("demand.routes_title", language, low=first["low"], high=first["high"])
    cited = routes[routes["source"] != ""]
    source = say("chart.source", language, source=citation(cited, language)) + " " + say("demand.see_table", language)
    alt = say("demand.routes_alt", language, paths=" ".join(sentences))
    columns = [say("demand.column_route", language), say("demand.column_per_year", language)]
    behind = Figures(columns, rows, "number", "bars", roles)
    finish(figure, Chart(title, say("demand.routes_subtitle", language), source, alt, behind))
    return ax


@styled
def plot_closing(steps: pd.DataFrame, *, language: str = "nl") -> Axes:
    """Draw what each number of extra graduates closes of the gap, in both readings; all of it a worked example.

    Parameters
    ----------
    steps
        What `closing_steps` gives.

    """
    if steps["closed"].isna().any():
        raise DataError("There is no gap to close", remedy="Choose a coverage below 1.")
    figure, ax = plt.subplots(figsize=(16 * CM, 8.5 * CM))
    numbers = steps["extra"].drop_duplicates().tolist()
    places = np.arange(len(numbers))
    looks = {"all": (-0.2, TEAL, ""), "rest": (0.2, BURGUNDY, "////")}
    top = float(steps["closed"].max()) * 100
    for reading, (aside, colour, hatch) in looks.items():
        closed = steps[steps["reading"] == reading]["closed"].astype(float).to_numpy()
        bars = ax.bar(
            places + aside, closed * 100, 0.38, facecolor="white" if hatch else "#BFE0DD", edgecolor=colour,
            hatch=hatch or None, linestyle="--", linewidth=1.2, label=label("closing_reading", reading, language),
        )  # fmt: skip
        texts = [format_number(one, "percent", language) for one in closed]
        ax.bar_label(bars, texts, padding=2, size=8)
    ax.set_xticks(places, [format_number(one, language=language) for one in numbers])
    ax.set_xlabel(say("demand.closing_x", language))
    ax.set_ylim(0, top * 1.15)
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: format_number(value, language=language) + "%"))
    ax.legend(loc="upper left", fontsize=8, frameon=True, facecolor="white", edgecolor="white", framealpha=1)
    last = steps[steps["extra"] == max(numbers)].set_index("reading")
    every, rest = last.loc["all"], last.loc["rest"]
    words = {
        "extra": every["extra"],
        "closed": format_share(every["closed"], language),
        "closed_rest": format_share(rest["closed"], language),
        "supply": every["net_supply"],
        "coverage": format_share(every["coverage"], language),
    }
    rows = [
        [
            f"{format_number(row.extra, language=language)}, {label('closing_reading', row.reading, language)}",
            row.closed,
        ]
        for row in steps.itertuples()
    ]
    paths = "; ".join(f"{name}: {format_share(value, language)}" for name, value in rows)
    columns = [say("demand.column_extra", language), say("demand.column_closed", language)]
    behind = Figures(columns, rows, "percent", "bars", {row[0]: "scenario" for row in rows})
    title, subtitle, source = (
        say(f"demand.closing_{name}", language, **words) for name in ("title", "subtitle", "source")
    )
    finish(figure, Chart(title, subtitle, source, say("demand.closing_alt", language, paths=paths), behind))
    return ax


def _draw_route(ax: Axes, row: dict[str, Any], place: float, right: float, words: tuple[str, str, str]) -> None:
    """Draw the bar of one route with its name, scope and value."""
    look = {**LOOKS[row["kind"]], "gid": f"bar {row['route']}"}
    ax.add_patch(Rectangle((0, place - BAR), row["low"], BAR, **look))
    if row["low"] < row["high"]:
        beyond = {**look, "facecolor": "white", "hatch": None, "linestyle": "--", "gid": f"beyond {row['route']}"}
        ax.add_patch(Rectangle((row["low"], place - BAR), row["high"] - row["low"], BAR, **beyond))
    name, scope, value = words
    ax.text(0, place + 0.31, name, size=8, weight="bold", va="center", gid="name", bbox=CLEAR)
    ax.text(0, place + 0.12, scope, size=7, color="#444444", va="center", gid="scope", bbox=CLEAR)
    inside = row["high"] > 0.6 * right
    ax.annotate(
        value, (row["high"], place - BAR / 2), (-6 if inside else 6, 0), textcoords="offset points", size=8,
        va="center", ha="right" if inside else "left", color="#222222", gid="value",
    )  # fmt: skip

"""Chart of a projection: the counts, and the fan behind them."""

from dataclasses import replace
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, MaxNLocator

from ..catalogue import citation, region_name
from ..language import format_number, join, label, say
from ..outlook import at_edge, half_up, repeated, round_projection
from ..projection import FAR
from ..tidy import check_choice, total_by
from .house import BLUE, BURGUNDY, DARK, GREY, ORANGE, TEAL, Chart, Figures, finish, styled
from .lettering import spread, text_width, wrap
from .sizes import by_size, canvas, drawn_room, is_half, is_slide

__all__ = ["plot_projection"]

#: The widths of the fan, the widest first, with the colour of each; a scenario is white with lines in that colour.
BANDS = {"95": "#EFDCE7", "80": "#D3A3BE"}
#: The lines of a projection have white marks: none of them is a count.
LINES: dict[str, dict[str, Any]] = {
    "value": {"color": BURGUNDY, "linestyle": "--", "marker": "o"},
    "naive": {"color": DARK, "linestyle": ":", "marker": "s"},
    "cohort": {"color": TEAL, "linestyle": "-.", "marker": "^"},
}
ROLES = {"value": "projection", "naive": "naive", "cohort": "scenario", "prognosis": "apart"}
#: The colour of each line's label; letters need more contrast than a line.
INK = {"value": BURGUNDY, "naive": DARK, "cohort": "#14665F", "fan": "#6B1344"}
LABEL = 7.0


@styled(counts="load_enrolment: indicator, year, value", projected="project_scenario: year, value, naive")
def plot_projection(
    counts: pd.DataFrame,
    projected: pd.DataFrame,
    beside: dict[str, pd.DataFrame | None] | None = None,
    scope: str = "all",
    *,
    language: str = "nl",
) -> np.ndarray:
    """Draw the counts as a solid line, and what may come after them as a fan with the rule and the naive line.

    Parameters
    ----------
    counts
        Tidy frame of the series, in scope.
    projected
        What `project_scenario` gives. Drawn as reckoned, written rounded. Years with status ``scenario`` have
        a hatched fan and that word.
    beside
        ``prognosis`` (what `find_prognosis` gives: it is about all mbo, so it has a panel and a scale of its own) and
        ``cohort`` (what `cohort_scenario` gives); None where there is none.
    scope
        Name of the scope, for the subtitle.

    Returns
    -------
    ndarray of Axes
        One, or two with DUO's own forecast.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> students = ta.load_technical("duo")
    >>> ta.show(plot_projection(students, ta.project_scenario(students, 3), language="en"))
    Projection 2022: 5,900 technical students (80% range: 5,600-6,100)
    Line chart with a range. Counted: 2015: 5,421, 2016: 5,554, 2017: 5,606, 2018: 5,623, 2019: 5,722. 2020 ...

    """
    check_choice("number of series", len(projected), [projected["year"].nunique()])
    beside = beside or {}
    prognosis, cohort = beside.get("prognosis"), beside.get("cohort")
    total = total_by(counts.drop(columns="period", errors="ignore")).sort_values("year")
    ratios = [1] if prognosis is None else [2.6, 1]
    size = canvas(10.5, 9.5 if prognosis is None else 13.5)
    shape, sides = by_size((1, len(ratios)), (len(ratios), 1)), {by_size("width_ratios", "height_ratios"): ratios}
    figure, axes = plt.subplots(*shape, figsize=size, squeeze=False, gridspec_kw=sides)
    axes = axes.ravel()
    ax = axes[0]
    start = (int(total["year"].iloc[-1]), float(total["value"].iloc[-1]))
    lines = {"value": projected}
    if projected["method"].ne("naive").all():
        lines["naive"] = projected.assign(value=projected["naive"])
    lines |= {} if cohort is None else {"cohort": cohort}
    rounded = round_projection(projected)
    step = int(rounded["step"].iloc[0])
    # Naive is a count: it needs no rounding.
    written = {
        name: line if name == "naive" else line.assign(value=half_up(line["value"], step))
        for name, line in lines.items()
    }
    written["value"] = rounded
    _fan(ax, projected, start)
    for name, line in lines.items():
        years = [start[0], *line["year"].astype(int)]
        ax.plot(years, [start[1], *line["value"].astype(float)], mfc="white", gid=f"line {name}", **LINES[name])
    years, values = total["year"].astype(int).to_numpy(), total["value"].astype(float).to_numpy()
    # A scope that holds a group at one year's figure is no count.
    held = total["status"].eq("scenario").any()
    ax.plot(
        years, values, "D--" if held else "o-", color=BLUE, mfc="white" if held else BLUE, gid="line counted", zorder=4
    )
    bounds = [float(value) for bound in ("lower_95", "upper_95") for value in projected[bound]]
    _limits(ax, [*values, *bounds, *(float(value) for line in lines.values() for value in line["value"])])
    _mark_counts(ax, years, values, language)
    year = _span(ax, [*years, *projected["year"].astype(int)], language, alone=prognosis is None)
    _parts(ax, projected, language, year)
    if is_half():
        _legend(ax, lines, written, language)
    else:
        _ends(ax, lines, written, language, narrow=prognosis is not None)
    if prognosis is not None:
        _prognosis(axes[1], prognosis, language)
    words = _words(total, rounded, scope, language)
    alt = say("projection.alt", language, **words, **_paths(total, rounded, language))
    cited = [counts, *(one for one in (prognosis, cohort) if one is not None)]
    source = say("chart.source", language, source=citation(pd.concat(cited, ignore_index=True), language))
    title = say(f"projection.title_{'scenario' if words['held'] else 'estimated'}", language, **words)
    subtitle = say("projection.subtitle", language, **words)
    edge = _edge(rounded, language)
    subtitle += (say("projection.subtitle_axis", language) if ax.get_ylim()[0] > 0 else "") + edge
    alt += edge and f" {edge[2].upper()}{edge[3:]}."
    subtitle += f"; {say('chart.scenario', language)}" if held else ""
    figures = replace(_figures(total, written, prognosis, language), zero=bool(ax.get_ylim()[0] <= 0))
    finish(figure, Chart(title, subtitle, source + " " + say("projection.own", language), alt, figures))
    return np.asarray(axes)


def _fan(ax: Axes, projected: pd.DataFrame, start: tuple[int, float]) -> None:
    """Fill the fan from the last count on; the part that is a scenario is hatched."""
    years = np.array([start[0], *projected["year"].astype(int)])
    far = projected["status"].eq("scenario").to_numpy()
    for name, colour in BANDS.items():
        low, high = (np.array([start[1], *projected[f"{end}_{name}"].astype(float)]) for end in ("lower", "upper"))
        for scenario in (False, True):
            # A stretch is a scenario where the year that it leads to is one.
            stretch = np.flatnonzero(far == scenario)
            if not len(stretch):
                continue
            here = slice(stretch[0], stretch[-1] + 2)
            look: dict[str, Any] = {"facecolor": colour, "linewidth": 0}
            if scenario:
                hatch = "///" if name == "80" else "..."
                look = {"facecolor": "white", "edgecolor": colour, "hatch": hatch, "linewidth": 0.5}
            gid = f"fan {name}" + (" scenario" if scenario else "")
            ax.fill_between(years[here], low[here], high[here], gid=gid, zorder=1, **look)


def _told(
    lines: dict[str, pd.DataFrame], written: dict[str, pd.DataFrame], language: str
) -> dict[str, tuple[float, str, dict[str, Any]]]:
    """Give for each line and width of the fan where it ends, what is said of it, and how that is written."""
    last, shown = (one["value"].iloc[-1] for one in (lines, written))
    texts: dict[str, tuple[float, str, dict[str, Any]]] = {}
    for name, line in lines.items():
        value = float(written[name]["value"].iloc[-1])
        method = last["method"]
        own = say("projection.ours", language) if method == "rule" else label("method", method, language)
        own = say(f"projection.{repeated(lines['value'])}", language) if name == "naive" else own
        text = say(f"projection.end_{name}", language, value=value, name=own)
        texts[name] = (float(line["value"].iloc[-1]), text, {"color": INK[name], "weight": "bold"})
    for width in BANDS:
        bounds = {end: float(shown[f"{side}_{width}"]) for end, side in (("low", "lower"), ("high", "upper"))}
        text = say("projection.end_fan", language, level=width, **bounds)
        texts[width] = (float(last[f"upper_{width}"]), text, {"color": INK["fan"]})
    return texts


def _legend(ax: Axes, lines: dict[str, pd.DataFrame], written: dict[str, pd.DataFrame], language: str) -> None:
    """Name each line and each width of the fan below the axes, where there is no room beside them."""
    handles: list[Line2D | Patch] = []
    for name, (_, text, _) in _told(lines, written, language).items():
        words = "\n".join(wrap(text, LABEL, 145))
        if name in BANDS:
            handles.append(Patch(facecolor=BANDS[name], label=words))
        else:
            handles.append(Line2D([], [], mfc="white", markersize=4, label=words, **LINES[name]))
    ax.legend(
        handles=handles, loc="upper left", bbox_to_anchor=(0, 0), borderaxespad=2.2, fontsize=LABEL, labelspacing=0.4
    )


def _ends(
    ax: Axes, lines: dict[str, pd.DataFrame], written: dict[str, pd.DataFrame], language: str, *, narrow: bool
) -> None:
    """Label each line and each bound of the fan at its right end, none on top of another."""
    last = lines["value"].iloc[-1]
    texts = _told(lines, written, language)
    lower, upper = ax.get_ylim()
    wrapped = {name: wrap(text, LABEL, 74 if narrow else 104, "bold") for name, (_, text, _) in texts.items()}
    # What a point on paper is worth here; the title of a second panel lowers both.
    point = (upper - lower) / (drawn_room(ax)[1] - (50 if narrow else 25))
    gap = max(2, *map(len, wrapped.values())) * LABEL * 1.15 * point
    # Above the labels stands which years are projected.
    upper -= 10 * point
    low, high, spots = lower + gap / 2, upper - gap / 2, spread([value for value, _, _ in texts.values()], gap)
    shift = min(0.0, high - max(spots)) + max(0.0, low - min(spots))
    if high - low >= (len(spots) - 1) * gap:
        # All fit between the ends of the axis: none goes beyond, with room for those below and above it.
        ranks = np.argsort(np.argsort(spots))
        within = np.clip(np.array(spots) + shift, low + ranks * gap, high - (len(spots) - 1 - ranks) * gap)
        spots, shift = within.tolist(), 0.0
    for (name, (value, _, look)), spot in zip(texts.items(), spots, strict=True):
        lines_of_text = "\n".join(wrapped[name])
        ax.annotate(
            lines_of_text, (int(last["year"]), value), (int(last["year"]) + 0.15, spot + shift), va="center",
            size=LABEL, annotation_clip=False, gid="end", linespacing=1.1, **look,
        )  # fmt: skip


def _parts(ax: Axes, projected: pd.DataFrame, language: str, year: float) -> None:
    """Write above the years which of them are projected and scenario, with a line between; a `year` in points wide."""
    for status in ("estimated", "scenario"):
        years = projected.loc[projected["status"].eq(status), "year"].astype(int)
        if not len(years):
            continue
        edge = years.min() - 0.5
        ax.axvline(edge, color=GREY, linewidth=0.8, linestyle=(0, (2, 2)), zorder=0)
        word = say(f"projection.part_{status}", language)
        # Too long for its years, before others, it stands above them.
        above = years.max() < projected["year"].max() and text_width(word, LABEL) + 6 > len(years) * year
        ax.annotate(
            word, (edge, 1.0), (3, 2 if above else -2), xycoords=("data", "axes fraction"),
            textcoords="offset points", va="bottom" if above else "top", size=LABEL, color="#444444", gid="part",
        )  # fmt: skip


def _prognosis(ax: Axes, prognosis: pd.DataFrame, language: str) -> None:
    """Draw DUO's own forecast apart: all mbo of the school, another scope and another scale."""
    ordered = prognosis.sort_values("year")
    years, values = ordered["year"].astype(int).to_numpy(), ordered["value"].astype(float).to_numpy()
    ahead = ordered["status"].eq("estimated").to_numpy()
    ax.plot(years[~ahead], values[~ahead], "o-", color=BLUE, markersize=3, gid="line prognosis counted")
    first = max(int(ahead.argmax()) - 1, 0)
    ax.plot(
        years[first:], values[first:], "s--", color=ORANGE, mfc="white", markersize=3, gid="line prognosis", zorder=1
    )
    _limits(ax, [*values, 0.96 * values.min(), 1.04 * values.max()])
    for index in (first, -1):
        ax.annotate(
            format_number(round(values[index], -2), language=language), (years[index], values[index]), (0, 6),
            textcoords="offset points", ha="center" if index != -1 else "right", size=7,
        )  # fmt: skip
    ax.set_title("\n".join(wrap(say("projection.prognosis", language), 7.5, 105, "bold")), size=7.5, color=DARK)
    _axis(ax, [int(years[0]), int(years[-1])], language)
    ax.set_xlim(years[0] - 1.2, years[-1] + 1.2)


def _limits(ax: Axes, values: list[float]) -> None:
    low, high = min(values), max(values)
    # At least a third of the height of the numbers themselves: a change of some per cent is to look like one.
    room = max(high - low, high / 3, 1.0)
    ax.set_ylim(max(0.0, high - 1.08 * room), high + 0.16 * room)


def _mark_counts(ax: Axes, years: np.ndarray, values: np.ndarray, language: str) -> None:
    ends, tops = {0, len(values) - 1}, {int(np.argmax(values)), int(np.argmin(values))}
    if is_half() or is_slide():
        # Beside an end there is no room for another number.
        tops = {one for one in tops if 1 < one < len(values) - 2}
    for index in sorted(ends | tops):
        # Below a dip, below an end that the line falls to and below a start that it rises from.
        beside = values[1] if index == 0 else values[index - 1]
        low = values[index] < beside and (values[index] == values.min() or index in ends)
        ax.annotate(
            format_number(values[index], language=language), (years[index], values[index]), (0, -11 if low else 6),
            textcoords="offset points", ha="center", size=7.5, color=BLUE, gid="count", zorder=5,
        )  # fmt: skip


def _span(ax: Axes, years: list[int], language: str, *, alone: bool) -> float:
    """Set the years on the axis, with room for the labels of the lines at the right; `alone` without second panel.

    Gives about how many points wide a year is.
    """
    # Beside a second panel, or in half a column, there is room for every other year; the last is always there.
    _axis(ax, sorted(years[:: by_size(-1 if alone else -2, -2)]), language)
    # In half a column no more than the word above the years stands at the right.
    room = by_size(0.36 if alone else 0.5, 0.07)
    right = max(room * (years[-1] - years[0]), 0.4)
    wide = (drawn_room(ax)[0] - 45) * by_size(1 if alone else 0.68, 1)
    # The numbers of the axis stand close to the first year, whose own number is half as wide beside it.
    beside = text_width(format_number(max(ax.get_ylim()), language=language), 7.5) / 2 + 3
    left = max(0.4, beside / (wide - beside) * (years[-1] - years[0] + right))
    ax.set_xlim(years[0] - left, years[-1] + right)
    return wide / (years[-1] - years[0] + left + right)


def _axis(ax: Axes, years: list[int], language: str) -> None:
    ax.set_xticks(years, [str(year) for year in years])
    # Steps that hundreds and tens fit in.
    ax.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10], integer=True))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: format_number(value, language=language)))


def _words(total: pd.DataFrame, projected: pd.DataFrame, scope: str, language: str) -> dict[str, Any]:
    near = projected[projected["year"] - projected["year"].min() < FAR].iloc[-1]
    things = label("things", total["indicator"].iloc[0], language)
    return {
        "things": things,
        "Things": things.capitalize(),
        "scope": "" if scope == "all" else f", {label('scope', scope, language).lower()}",
        "region": region_name(total["region"].iloc[0], language),
        "first_year": int(total["year"].iloc[0]),
        "last_year": int(total["year"].iloc[-1]),
        "until": int(projected["year"].max()),
        "year": int(near["year"]),
        "value": float(near["value"]),
        "low": float(near["lower_80"]),
        "high": float(near["upper_80"]),
        "held": bool(near["status"] == "scenario"),
    }


def _paths(total: pd.DataFrame, rounded: pd.DataFrame, language: str) -> dict[str, str]:
    """Tell what was counted in each year, and what is projected for each."""
    pairs = zip(total["year"], total["value"].astype(float), strict=True)
    counts = [f"{year}: {format_number(value, language=language)}" for year, value in pairs]
    again = say(f"projection.{repeated(rounded)}", language)
    named = ("value", "naive", "lower_80", "upper_80", "lower_95", "upper_95")
    told = [
        say(
            "projection.alt_year",
            language,
            year=int(row["year"]),
            part=say(f"projection.part_{row['status']}", language),
            repeated=again[0].lower() + again[1:],
            **{name: float(row[name]) for name in named},
        )
        for row in rounded.to_dict("records")
    ]
    return {"counts": ", ".join(counts), "paths": " ".join(told)}


def _edge(rounded: pd.DataFrame, language: str) -> str:
    """Say in which years the projection lies at or beyond the edge of its own fan, if in any."""
    years = [str(row["year"]) for _, row in rounded.iterrows() if at_edge(row)]
    return say("projection.subtitle_edge", language, years=join(years, language)) if years else ""


def _figures(
    total: pd.DataFrame, lines: dict[str, pd.DataFrame], prognosis: pd.DataFrame | None, language: str
) -> Figures:
    """Put the figures behind the chart together: a row per line and bound, a column per year."""
    projected = lines["value"]
    series = {"counted": total.set_index("year")["value"]}
    series |= {name: line.set_index("year")["value"] for name, line in lines.items()}
    series |= {bound: projected.set_index("year")[bound] for bound in ("lower_80", "upper_80", "lower_95", "upper_95")}
    if prognosis is not None:
        series["prognosis"] = prognosis.set_index("year")["value"]
    years = sorted({int(year) for one in series.values() for year in one.index})
    again = f"projection.{repeated(projected)}"
    named = {name: say(again if name == "naive" else f"projection.row_{name}", language) for name in series}
    rows = [
        [named[name], *(None if pd.isna(value) else float(value) for value in one.reindex(years))]
        for name, one in series.items()
    ]
    roles = {named[name]: ROLES.get(name, "bound") for name in series}
    roles[named["counted"]] = "scenario" if total["status"].eq("scenario").any() else ""
    far = projected.loc[projected["status"].eq("scenario"), "year"]
    part = (str(far.min()), say("projection.part_scenario", language))
    # What is a scenario from the first year on has no other part before it.
    breaks = {named["value"]: part} if 0 < len(far) < len(projected) else {}
    names = [say("projection.column_series", language), *map(str, years)]
    return Figures(names, rows, "number", "lines", roles, breaks)

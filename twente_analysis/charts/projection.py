"""Charts of a projection: the fan behind the counts, and the misses of the test after the fact."""

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.patheffects import withStroke
from matplotlib.ticker import FuncFormatter, MaxNLocator

from ..catalogue import citation, region_name
from ..language import format_number, join, label, say
from ..outlook import half_up, round_projection
from ..projection import FAR
from ..tidy import check_choice, total_by
from .house import BLUE, BURGUNDY, CM, DARK, GREY, ORANGE, TEAL, Chart, Figures, finish, spread, styled, wrap

__all__ = ["plot_misses", "plot_projection"]

#: Keeps a text readable where a line runs through it.
HALO = withStroke(linewidth=2.5, foreground="white")
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
#: A miss so many times the next largest has a scale of its own, so that the others can be read.
APART = 2.5
#: About the half width of a diamond, and the width of a number, as parts of the axis.
MARK, LETTERS = 0.015, 0.12


@styled
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

    """
    check_choice("number of series", len(projected), [projected["year"].nunique()])
    beside = beside or {}
    prognosis, cohort = beside.get("prognosis"), beside.get("cohort")
    total = total_by(counts.drop(columns="period", errors="ignore")).sort_values("year")
    ratios = [1] if prognosis is None else [2.6, 1]
    figure, axes = plt.subplots(
        1, len(ratios), figsize=(16 * CM, 10.5 * CM), squeeze=False, gridspec_kw={"width_ratios": ratios}
    )
    ax = axes[0, 0]
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
        years, values, "o--" if held else "o-", color=BLUE, mfc="white" if held else BLUE, gid="line counted", zorder=4
    )
    bounds = [float(value) for bound in ("lower_95", "upper_95") for value in projected[bound]]
    _limits(ax, [*values, *bounds, *(float(value) for line in lines.values() for value in line["value"])])
    _mark_counts(ax, years, values, language)
    _parts(ax, projected, language)
    _ends(ax, lines, written, language, narrow=prognosis is not None)
    shown = [*years, *projected["year"].astype(int)]
    # Beside a second panel there is room for every other year.
    _axis(ax, shown if prognosis is None else shown[::-2], language)
    ax.set_xlim(shown[0] - 0.4, shown[-1] + (0.36 if prognosis is None else 0.5) * (shown[-1] - shown[0]))
    if prognosis is not None:
        _prognosis(axes[0, 1], prognosis, language)
    words = _words(total, rounded, scope, language)
    told = [_path(row, language) for row in rounded.to_dict("records")]
    alt = say("projection.alt", language, counts=_counts(years, values, language), paths=" ".join(told), **words)
    cited = [counts, *(one for one in (prognosis, cohort) if one is not None)]
    source = say("chart.source", language, source=citation(pd.concat(cited, ignore_index=True), language))
    title = say(f"projection.title_{'scenario' if words['held'] else 'estimated'}", language, **words)
    subtitle = say("projection.subtitle", language, **words)
    subtitle += f"; {say('chart.scenario', language)}" if held else ""
    figures = _figures(total, written, prognosis, language)
    finish(figure, Chart(title, subtitle, source + " " + say("projection.own", language), alt, figures))
    return axes.ravel()


@styled
def plot_misses(compared: pd.DataFrame, later: pd.DataFrame, *, language: str = "nl") -> np.ndarray:
    """Draw how far the projection lay from the later count of each bedrijfstak, and the naive line beside it.

    Parameters
    ----------
    compared
        What `compare_later` gives.
    later
        The later counts that it was given, for the source.

    Returns
    -------
    ndarray of Axes
        One, or two where a miss is so large that it has a scale of its own below the others.

    """
    by = "bedrijfstak_mbo"
    means = [half_up(compared[name].astype(float).abs().to_frame().mean()).item() for name in ("miss", "naive_miss")]
    compared = compared.assign(value=half_up(compared["value"]), miss=half_up(compared["miss"]))
    size = compared[["miss", "naive_miss"]].astype(float).abs().max(axis=1)
    compared = compared.reindex(compared["miss"].astype(float).abs().sort_values().index)
    apart = compared.index.isin(size.index[size > APART * size.drop(size.idxmax()).max()])
    panels = [compared[~apart], *([compared[apart]] if apart.any() else [])]
    figure, axes = plt.subplots(
        len(panels), 1, figsize=(16 * CM, 13 * CM), squeeze=False, height_ratios=[len(part) + 1 for part in panels]
    )
    for ax, part in zip(axes.ravel(), panels, strict=True):
        _draw_misses(ax, part, [label(by, name, language) for name in part[by]], language)
    top, year, ahead = axes[0, 0], int(compared["year"].iloc[0]), int(compared["horizon"].iloc[0])
    top.legend(
        handles=[
            Patch(facecolor="#D3A3BE", edgecolor=BURGUNDY, label=say("projection.misses_bar", language)),
            Line2D([], [], color="none", marker="D", mfc="white", mec=DARK, markersize=5,
                   label=say("projection.misses_mark", language, from_year=year - ahead)),
        ],
        loc="lower right", fontsize=7.5, frameon=False,
    )  # fmt: skip
    axes[-1, 0].set_xlabel(say("projection.misses_axis", language), size=7.5)
    for side, place, align in (("under", -6, "right"), ("over", 6, "left")):
        top.annotate(
            say(f"projection.misses_{side}", language), (0, 1), (place, 3), xycoords=("data", "axes fraction"),
            textcoords="offset points", ha=align, va="bottom", size=7.5, color="#444444", gid="side",
        )  # fmt: skip
    words = {
        "n": len(compared),
        "mean": means[0],
        "naive": means[1],
        "year": year,
        "region": region_name(compared["region"].iloc[0], language),
    }
    title, subtitle = (say(f"projection.misses_{part}", language, **words) for part in ("title", "subtitle"))
    if apart.any():
        alone = [label(by, name, language) for name in compared.loc[apart, by]]
        subtitle += say("projection.misses_own", language, groups=join(alone, language))
    rows = [
        [label(by, row[by], language), *(float(row[name]) for name in ("value", "counted", "miss", "naive_miss"))]
        for _, row in compared.iloc[::-1].iterrows()
    ]
    told = zip(rows, compared["miss"].iloc[::-1], strict=True)
    paths = "; ".join(f"{row[0]}: {format_number(float(miss), 'difference', language)}" for row, miss in told)
    columns = [label("dimension", by, language).capitalize()]
    columns += [say(f"projection.column_{name}", language) for name in ("projected", "counted", "miss", "naive_miss")]
    roles = dict(zip(columns[1:], ("apart", "apart", "projection", "naive"), strict=True))
    cited = pd.concat([compared[["source"]], later.loc[later["year"].isin(compared["year"]), ["source"]]])
    source = say("chart.source", language, source=citation(cited, language)) + " " + say("projection.own", language)
    alt = say("projection.misses_alt", language, paths=paths, **words)
    finish(figure, Chart(title, subtitle, source, alt, Figures(columns, rows, "number", "bars", roles)))
    return axes.ravel()


def _draw_misses(ax: Axes, part: pd.DataFrame, names: list[str], language: str) -> None:
    """Draw a bar per group with its miss written at the bar's end, and a diamond where naive ended."""
    misses, naive = (part[name].astype(float).to_numpy() for name in ("miss", "naive_miss"))
    spots = np.arange(len(part))
    ax.barh(spots, misses, height=0.62, facecolor="#D3A3BE", edgecolor=BURGUNDY, linewidth=0.8)
    ax.plot(naive, spots, "D", color="none", mfc="white", mec=DARK, markersize=5, zorder=4, gid="naive")
    ax.axvline(0, color=GREY, linewidth=0.8)
    low, high = min(0.0, misses.min(), naive.min()), max(0.0, misses.max(), naive.max())
    room = 0.16 * (high - low)
    for spot, miss, other in zip(spots, misses, naive, strict=True):
        # A number just beyond a diamond would be read as the diamond's. Where one is in the way the bar holds its
        # number, or, too short for that, has it across the zero line; where the two meet they say the same.
        outward = 1 if miss >= 0 else -1
        way, long = (other - miss) * outward / (high - low), abs(miss) / (high - low)
        start, shift, outside = float(miss), 4, True
        if abs(way) <= MARK:
            start, shift = max(miss * outward, other * outward) * outward, 8
        elif MARK < way < LETTERS:
            start, outside = (miss, False) if long > LETTERS else (0.0, False)
        side = outward if outside else -outward
        ax.annotate(
            format_number(miss, "difference", language), (start, spot), (shift * side, 0), textcoords="offset points",
            va="center", ha="left" if side > 0 else "right", size=7.5, gid="miss", zorder=5,
        )  # fmt: skip
    ax.set_yticks(spots, names)
    ax.set_ylim(-0.7, len(part) - 0.3)
    ax.set_xlim(low - room, high + room)
    ax.grid(visible=True, axis="x")
    ax.grid(visible=False, axis="y")
    ax.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: format_number(value, "difference", language)))


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


def _ends(
    ax: Axes, lines: dict[str, pd.DataFrame], written: dict[str, pd.DataFrame], language: str, *, narrow: bool
) -> None:
    """Label each line and each bound of the fan at its right end, none on top of another."""
    last, shown = (one["value"].iloc[-1] for one in (lines, written))
    texts: dict[str, tuple[float, str, dict[str, Any]]] = {}
    for name, line in lines.items():
        value = float(written[name]["value"].iloc[-1])
        method = last["method"]
        own = say("projection.ours", language) if method == "rule" else label("method", method, language)
        text = say(f"projection.end_{name}", language, value=value, name=own)
        texts[name] = (float(line["value"].iloc[-1]), text, {"color": INK[name], "weight": "bold"})
    for width in BANDS:
        bounds = {end: float(shown[f"{side}_{width}"]) for end, side in (("low", "lower"), ("high", "upper"))}
        text = say("projection.end_fan", language, level=width, **bounds)
        texts[width] = (float(last[f"upper_{width}"]), text, {"color": INK["fan"]})
    lower, upper = ax.get_ylim()
    # Two lines of a label take about this part of the height of the axes.
    gap = (upper - lower) * 0.105
    spots = spread([value for value, _, _ in texts.values()], gap)
    shift = min(0.0, upper - gap / 2 - max(spots)) + max(0.0, lower + gap / 2 - min(spots))
    for (value, text, look), spot in zip(texts.values(), spots, strict=True):
        lines_of_text = "\n".join(wrap(text, LABEL, 74 if narrow else 104, "bold"))
        ax.annotate(
            lines_of_text, (int(last["year"]), value), (int(last["year"]) + 0.15, spot + shift), va="center",
            size=LABEL, annotation_clip=False, gid="end", linespacing=1.1, path_effects=[HALO], **look,
        )  # fmt: skip


def _parts(ax: Axes, projected: pd.DataFrame, language: str) -> None:
    """Write above the years which of them are counted, projected and scenario, with a line between them."""
    for status in ("estimated", "scenario"):
        years = projected.loc[projected["status"].eq(status), "year"].astype(int)
        if not len(years):
            continue
        edge = years.min() - 0.5
        ax.axvline(edge, color=GREY, linewidth=0.8, linestyle=(0, (2, 2)), zorder=0)
        word = say(f"projection.part_{status}", language)
        ax.annotate(
            word, (edge, 1.0), (3, -2), xycoords=("data", "axes fraction"), textcoords="offset points", va="top",
            size=7, color="#444444", gid="part",
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
            textcoords="offset points", ha="center" if index != -1 else "right", size=7, path_effects=[HALO],
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
    for index in sorted({0, int(np.argmax(values)), int(np.argmin(values)), len(values) - 1}):
        # Below a dip, and below an end that the line falls to.
        low = (
            index > 0
            and (values[index] == values.min() or index == len(values) - 1)
            and values[index] < values[index - 1]
        )
        ax.annotate(
            format_number(values[index], language=language), (years[index], values[index]), (0, -11 if low else 6),
            textcoords="offset points", ha="center", size=7.5, color=BLUE, path_effects=[HALO], gid="count", zorder=5,
        )  # fmt: skip


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


def _path(row: dict[str, Any], language: str) -> str:
    figures = {name: float(row[name]) for name in ("value", "naive", "lower_80", "upper_80", "lower_95", "upper_95")}
    part = say(f"projection.part_{row['status']}", language)
    return say("projection.alt_year", language, year=int(row["year"]), part=part, **figures)


def _counts(years: np.ndarray, values: np.ndarray, language: str) -> str:
    told = [f"{year}: {format_number(value, language=language)}" for year, value in zip(years, values, strict=True)]
    return ", ".join(told)


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
    named = {name: say(f"projection.row_{name}", language) for name in series}
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
    return Figures(names, rows, "number", "lines", roles, breaks, zero=False)

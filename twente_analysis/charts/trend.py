"""Charts of a trend: scopes side by side, a panel per group, and indices."""

from dataclasses import replace
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from ..catalogue import citation, region_name
from ..language import format_number, join, label, say, within
from ..tidy import DataError, check_choice, total_by
from ..trends import CONTRASTS, SMALL, growth_rate
from .house import BLUE, GREY, ORANGE, Chart, Figures, finish, number_axis, styled, year_axis
from .lettering import spread, text_width, wrap
from .panels import Panels
from .sizes import by_size, canvas, drawn_room

__all__ = ["plot_index", "plot_scopes", "plot_series"]

MARKERS = "os^D"
#: How far, as part of a small panel, a figure stands from its point, and how high it is.
BESIDE = 0.16
#: How far, as part of the years, a panel of a scope goes on beside the first and last.
ASIDE = 0.2


@styled(scopes="compare_scopes: scope, indicator, year, value")
def plot_scopes(scopes: pd.DataFrame, scope: str = "all", *, language: str = "nl") -> np.ndarray:
    """Draw the path of each scope side by side on one scale, the chosen one in colour.

    Parameters
    ----------
    scopes
        Result of `compare_scopes` for one indicator.
    scope
        The scope to emphasise. A scope that holds a group at one year's figure is dashed: it is no count.

    Returns
    -------
    ndarray of Axes
        One per scope.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> ta.show(plot_scopes(ta.compare_scopes(ta.load_enrolment()), language="en"))
    Technical students: +11.5% in total, −6.9% without transport and logistics
    4 line charts side by side with the number of technical students from 2007 to 2011. Total: 6,303 in ...

    """
    names = scopes["scope"].unique().tolist()
    check_choice("scope", scope, names)
    check_choice("number of indicators", scopes["indicator"].nunique(), [1])
    years = _years(scopes)
    # Up to four in a row, in half a column two; more stand in more rows, in which the chart grows higher.
    rows = by_size(1 + (len(names) > 4), -(-len(names) // 2))
    columns = -(-len(names) // rows)
    size = canvas(3 + 6 * rows, 0.8 + 3.6 * rows, 11.0 if rows > 1 else 9.0)
    figure, grid = plt.subplots(rows, columns, figsize=size, sharey=True)
    axes = np.ravel(grid)
    for spare in axes[len(names) :]:
        spare.remove()
    axes = axes[: len(names)]
    axes[0].set_ylim(0, float(scopes["value"].max()) * 1.15)
    axes[0].yaxis.set_major_locator(MaxNLocator(5))
    number_axis(axes[0], language)
    growth, told = {}, {}
    for ax, name in zip(axes, names, strict=True):
        part = scopes[scopes["scope"] == name].set_index("year")
        # A year without a figure, such as one before a school had a leerweg, stays open.
        values = part["value"].astype(float).reindex(years).to_numpy()
        growth[name], told[name] = values[-1] / values[0] - 1, _told(years, values, language)
        colour, scenario = (BLUE if name == scope else GREY), part["status"].eq("scenario").any()
        ax.plot(years, values, "o--" if scenario else "o-", color=colour, mfc="white" if scenario else colour)
        top = int(np.nanargmax(values))
        # A top beside an end and no higher than it would only write the same figure twice.
        ends = {0, len(values) - 1}
        told_twice = values[top] <= 1.01 * values[list(ends)].max()
        for index in ends | (set() if told_twice or _on_an_end(ax, years, values, top) else {top}):
            _mark(ax, years, values, index, language)
        ax.set_title(
            "\n".join(wrap(label("scope", name, language), 7.5, by_size(92, 84), "bold")), size=7.5, color=colour
        )
        ax.text(
            0.02, 0.03, format_number(growth[name], "change", language), transform=ax.transAxes, color=colour,
            weight="bold", size=9,
        )  # fmt: skip
        year_axis(ax, [years[0], years[-1]])
        # The figures at the ends reach as far beyond them, however many years there are.
        aside = ASIDE * (years[-1] - years[0])
        ax.set_xlim(years[0] - aside, years[-1] + aside)
    words = words_of(scopes, language)
    sentences = [
        say("chart.path", language, scope=label("scope", name, language), change=growth[name], values=told[name])
        for name in names
        if not np.isnan(growth[name])
    ]
    contrast = next(name for name in (*CONTRASTS, "all") if not np.isnan(growth.get(name, np.nan)))
    title = say(
        "chart.scopes_title",
        language,
        things=words["Things"],
        all=growth["all"],
        other=growth[contrast],
        scope=label("in_scope", contrast, language).lower(),
    )
    subtitle = say("chart.scopes_subtitle", language, **words) + _scenario(scopes, language)
    alt = say("chart.scopes_alt", language, n=len(names), paths=" ".join(sentences), **words)
    figures = _figures(scopes, "scope", language, "panels on one scale")
    beside = {label("scope", name, language): "rest" for name in names if name != scope}
    figures = replace(figures, roles=beside | dict(figures.roles))
    finish(figure, Chart(title, subtitle, source_of(scopes, language), alt, figures))
    return np.asarray(axes)


@styled(frame="load_enrolment: indicator, year, value, source")
def plot_series(
    frame: pd.DataFrame, by: str, highlight: str = "", scope: str = "all", *, language: str = "nl"
) -> np.ndarray:
    """Draw a panel per group, each on its own scale from zero, with its first and last figure.

    Parameters
    ----------
    frame
        Tidy frame of one indicator with the dimension `by`.
    highlight
        The group to draw in another colour; empty for none.
    scope
        Name of the scope the frame is in, for the subtitle. A group held at one year's figure is dashed.

    Returns
    -------
    ndarray of Axes
        One per group.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> ta.show(plot_series(ta.load_diplomas(), "bedrijfstak_mbo", "Grafische beroepen", language="en"))
    Growth in 4 of 11 sectors, decline in 6, 1 not counted
    ...

    """
    check_highlight(frame, by, highlight)
    frame = total_by(frame, by)
    years = _years(frame)
    numbers = frame.assign(value=frame["value"].astype(float), year=frame["year"].astype(int))
    columns = by_size(4, 2, 6)
    grid = Panels(numbers, col=by, col_wrap=columns, height=2.5, sharey=False)
    # A year without a figure breaks the line: plot() draws no line to or from a missing value.
    grid.map(plt.plot, "year", "value", marker="o", markersize=3.5, clip_on=False)
    sentences = []
    for group, ax in grid.axes_dict.items():
        part = numbers[numbers[by] == group].sort_values("year").set_index("year")["value"]
        colour = ORANGE if group == highlight else BLUE
        scenario = frame.loc[frame[by] == group, "status"].eq("scenario").any()
        ax.lines[0].set(
            color=colour, mec=colour, mfc="white" if scenario else colour, ls=_dash(frame[frame[by] == group])
        )
        for year in part.index[part.isna()]:
            ax.annotate(
                say("chart.blank", language), (year, 0), (by_size(0, 0, -1.5), 3), textcoords="offset points",
                ha="center", size=by_size(6.5, 6.5, 5.5),
                color="#555555",
            )  # fmt: skip
        ax.set_title("\n".join(wrap(label(by, group, language), 7.5, by_size(92, 86, 66), "bold")), size=7.5)
        ax.set_ylim(0, max(part.max() * 1.3, 1))
        for index in _telling(part.reindex(years).to_numpy()):
            _mark(ax, years, part.reindex(years).to_numpy(), index, language)
        ax.spines["left"].set_visible(False)
        year_axis(ax, [years[0], years[-1]])
        ax.set(xlabel="", ylabel="", xlim=(years[0] - 0.7, years[-1] + 0.7))
        ax.yaxis.set_major_locator(MaxNLocator(2, integer=True))
        _clear_axis(ax, part.reindex(years).to_numpy(), language)
        told = _told(years, part.reindex(years).to_numpy(), language)
        sentences.append(say("chart.index_path", language, series=label(by, group, language), values=told))
    grid.figure.set_size_inches(canvas(13.5, 2.7 * -(-len(grid.axes_dict) // columns), 10.0))
    ends = growth_rate(frame, years[0], years[-1], by)
    # Between two small numbers a difference says nothing; from many to few it does.
    small = ends[["first", "last"]].lt(SMALL).all(axis=1)
    grew = ends.loc[~small, "change"].dropna()
    why = {"lacking": ends["change"].isna() & ~small, "small": small, "same": ends["change"].eq(0) & ~small}
    up, down = int((grew > 0).sum()), int((grew < 0).sum())
    words = words_of(frame, language)
    rest = frame[by].nunique() - up - down
    words |= {"groups": label("groups", by, language), "dimension": label("dimension", by, language)}
    title = say("chart.panels_title", language, up=up, all=frame[by].nunique(), down=down, groups=words["groups"])
    subtitle = say("chart.panels_subtitle", language, **{**words, "things": within(words["Things"], scope, language)})
    title += say("chart.panels_left", language, n=rest) if rest else ""
    reasons = join([say(f"chart.rest_{name}", language) for name, held in why.items() if held.any()], language)
    untold = say("chart.panels_rest", language, n=rest, reasons=reasons) if rest else ""
    subtitle += untold + _scenario(frame, language)
    alt = say("chart.panels_alt", language, paths=" ".join(sentences), rest=untold, **words)
    figures = _chosen(_figures(frame, by, language, "panels"), label(by, highlight, language))
    finish(grid.figure, Chart(title, subtitle, source_of(frame, language), alt, figures))
    return np.asarray(grid.axes)


@styled(indices="index_to: count, value, year")
def plot_index(*indices: pd.DataFrame, scope: str = "all", language: str = "nl") -> Axes:
    """Draw several series as indices of one base year, labelled at their last point.

    Parameters
    ----------
    indices
        Two to four results of `index_to`, each one series with its own indicator.
    scope
        Name of the scope the series are in, for the subtitle.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> students, diplomas = (ta.index_to(frame, 2007) for frame in (ta.load_enrolment(), ta.load_diplomas()))
    >>> ta.show(plot_index(students, diplomas, language="en"))
    Technical students +11.5% and technical diplomas +85.5% since 2007
    Line chart of the index, 2007 = 100. Technical students: 2007 100.0, 2008 107.3, 2009 117.6, 2010 140.3, 2011 ...

    """
    if not 2 <= len(indices) <= len(MARKERS):
        raise DataError(f"{len(indices)} series were given", remedy=f"Give two to {len(MARKERS)}.")
    together = pd.concat(indices, ignore_index=True)
    years = _years(together)
    figure, ax = plt.subplots(figsize=canvas(9, 6))
    names = [label("things", part["indicator"].iloc[0], language).capitalize() for part in indices]
    lines = [
        ax.plot(years, part["value"].astype(float), marker=MARKERS[number], ls=_dash(part))[0]
        for number, part in enumerate(indices)
    ]
    ax.plot([years[0], years[-1]], [100, 100], color=GREY, linewidth=0.8, zorder=1)
    low, high = min(100.0, together["value"].min()), max(100.0, together["value"].max())
    ax.set_ylim(low - 0.12 * (high - low) - 2, high + 0.12 * (high - low) + 2)
    ends = [float(part["value"].iloc[-1]) for part in indices]
    spots = spread(ends, (high - low) * 0.22 + 2)
    for line, name, end, spot in zip(lines, names, ends, spots, strict=True):
        text = "\n".join([*wrap(name, 8, 78, "bold"), format_number(end, "decimal", language)])
        ax.annotate(
            text, (years[-1], end), (years[-1] + by_size(0.12, 0.25), spot), color=line.get_color(), va="center",
            weight="bold", annotation_clip=False,
        )  # fmt: skip
    year_axis(ax, by_size(years, years[::-2][::-1]))
    # Room for the names at the lines' ends, whatever the width.
    wide = drawn_room(ax)[0] - 40
    ax.set_xlim(years[0] - 0.15, years[-1] + (years[-1] - years[0] + 0.15) * 86 / (wide - 86))
    number_axis(ax, language)
    region = region_name(together["region"].iloc[0], language)
    sentences = [_index_path(name, part, language) for name, part in zip(names, indices, strict=True)]
    parts = [
        say("chart.index_part", language, series=name, change=end / 100 - 1)
        for name, end in zip([names[0], *map(str.lower, names[1:])], ends, strict=True)
    ]
    title = say("chart.index_title", language, base_year=years[0], parts=join(parts, language))
    subtitle = say(
        "chart.index_subtitle",
        language,
        base_year=years[0],
        last_year=years[-1],
        parts=join([name.lower() for name in names], language),
        region=region,
        scope=label("scope", scope, language).lower(),
    ) + _scenario(together, language)
    alt = say("chart.index_alt", language, base_year=years[0], paths=" ".join(sentences))
    data = replace(_figures(together, "indicator", language), zero=False)
    finish(figure, Chart(title, subtitle, source_of(together, language), alt, data))
    return ax


def check_highlight(frame: pd.DataFrame, by: str, highlight: str) -> None:
    """Raise a `DataError` when `highlight` names no group of the frame."""
    check_choice("by", by, list(frame.columns))
    check_choice("highlight", highlight or "", ["", *frame[by].drop_duplicates()])


def _chosen(figures: Figures, name: str) -> Figures:
    """Mark the row of what is drawn in another colour; a worked example stays one."""
    return replace(figures, roles={row[0]: "chosen" for row in figures.rows if row[0] == name} | dict(figures.roles))


def _years(frame: pd.DataFrame) -> list[int]:
    return sorted(int(year) for year in frame["year"].unique())


def _scenario(frame: pd.DataFrame, language: str) -> str:
    """Explain the dashes of a worked example, where there is one."""
    return f" ({say('chart.scenario', language)})" if frame["status"].eq("scenario").any() else ""


def _dash(frame: pd.DataFrame) -> str:
    return "--" if frame["status"].eq("scenario").any() else "-"


def _index_path(name: str, part: pd.DataFrame, language: str) -> str:
    points = zip(part["year"], part["value"], strict=True)
    values = ", ".join(f"{year} {format_number(value, 'decimal', language)}" for year, value in points)
    return say("chart.index_path", language, series=name, values=values)


def _mark(ax: Axes, years: list[int], values: np.ndarray, index: int, language: str) -> None:
    """Write a figure at its point: below it where the line comes from or goes to a higher one."""
    value = values[index]
    if np.isnan(value):
        return
    below = _below(ax, values, index)
    ax.annotate(
        format_number(value, language=language), (years[index], value), (0, -5 if below else 4),
        textcoords="offset points", ha="center", va="top" if below else "bottom", size=7,
    )  # fmt: skip


def _on_an_end(ax: Axes, years: list[int], values: np.ndarray, top: int) -> bool:
    """Say whether the figure of a top would lie on that of the first or last point."""
    wide, high = (text_width(format_number(values[top]), 7) + 4) / by_size(92, 84), by_size(0.08, 0.14)
    wide, high = wide * (1 + 2 * ASIDE) * (years[-1] - years[0]), high * ax.get_ylim()[1]
    near = [at for at in (0, len(values) - 1) if abs(years[top] - years[at]) < wide and not _below(ax, values, at)]
    return any(values[top] - values[at] < high for at in near)


def _clear_axis(ax: Axes, values: np.ndarray, language: str) -> None:
    """Draw no line and number of a small panel's axis beside the figure at the first point."""
    top = ax.get_ylim()[1]
    beside = values[0] + BESIDE * top * (-1 if _below(ax, values, 0) else 1)
    near = BESIDE * top
    kept = [float(value) for value in ax.get_yticks() if not value or (value <= top and abs(value - beside) >= near)]
    ax.set_yticks(kept, [format_number(value, language=language) for value in kept])


def _below(ax: Axes, values: np.ndarray, index: int) -> bool:
    """Say whether the line comes from or goes to a higher point, so that a figure stands below its own."""
    neighbour = values[1] if index == 0 else values[index - 1]
    return bool(neighbour > values[index] > 0.25 * ax.get_ylim()[1])


def _telling(values: np.ndarray) -> list[int]:
    """Choose the points to label: the ends, and a top or a low between them that lies well beyond both."""
    ends, chosen = values[[0, -1]], [0, len(values) - 1]
    if not np.isnan(ends).any():
        if np.nanmax(values) > 1.15 * ends.max():
            chosen.append(int(np.nanargmax(values)))
        if np.nanmin(values) < 0.85 * ends.min():
            chosen.append(int(np.nanargmin(values)))
    return chosen


def _told(years: list[int], values: np.ndarray, language: str) -> str:
    """Say the figures that stand in a panel, each with its year."""
    chosen = sorted(set(_telling(values)))
    blank = say("chart.blank_group", language)
    figures = [blank if np.isnan(values[at]) else format_number(values[at], language=language) for at in chosen]
    return ", ".join(f"{figure} in {years[at]}" for figure, at in zip(figures, chosen, strict=True))


def words_of(frame: pd.DataFrame, language: str) -> dict[str, Any]:
    things = label("things", frame["indicator"].iloc[0], language)
    years = _years(frame) if "year" in frame.columns else [0]
    return {
        "things": things,
        "Things": things.capitalize(),
        "region": region_name(frame["region"].iloc[0], language),
        "first_year": years[0],
        "last_year": years[-1],
    }


def source_of(frame: pd.DataFrame, language: str) -> str:
    return say("chart.source", language, source=citation(frame, language))


def _figures(frame: pd.DataFrame, by: str, language: str, form: str = "lines") -> Figures:
    """Put the figures behind a chart together: one row per group, one column per year."""
    wide = frame.pivot(index=by, columns="year", values="value").reindex(frame[by].unique())
    names = "things" if by == "indicator" else by
    rows = [
        [label(names, group, language), *(None if pd.isna(value) else float(value) for value in wide.loc[group])]
        for group in wide.index
    ]
    kind = "number" if pd.api.types.is_integer_dtype(frame["value"]) else "decimal"
    held = frame.loc[frame["status"] == "scenario", by].unique()
    roles = {label(names, group, language): "scenario" for group in held}
    return Figures([label("dimension", by, language).capitalize(), *map(str, wide.columns)], rows, kind, form, roles)

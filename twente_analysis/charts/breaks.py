"""Charts of series with a break: what stands on both sides of it is drawn apart, never as one line."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from ..breaks import SECTORS_FROM
from ..catalogue import citation, region_name
from ..language import format_number, label, say
from ..tidy import DataError, total_by
from .house import BLUE, GREY, ORANGE, Chart, Figures, finish, number_axis, styled, year_axis
from .sizes import by_size, canvas

__all__ = ["plot_history", "plot_vmbo"]


@styled(series="load_history: indicator, year, value")
def plot_history(series: Sequence[pd.DataFrame], *, language: str = "nl") -> Axes:
    """Draw the totals of every series at hand over the years, each apart, with the break between them.

    Parameters
    ----------
    series
        Tidy frames of one indicator, oldest first: what `load_history` gives.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> ta.show(plot_history(ta.load_history(), language="en"))
    Technical students at ROC van Twente: one count up to 2011, another from 2015
    Line chart of the number of technical ...

    """
    if not series:
        raise DataError("No series was given", remedy="Give what load_history returns.")
    totals = [total_by(frame) for frame in series]
    figure, ax = plt.subplots(figsize=canvas(9, 5.8))
    sentences = []
    for total, colour, marker in zip(totals, (BLUE, ORANGE), "os", strict=False):
        years, values = total["year"].astype(int).to_numpy(), total["value"].astype(float).to_numpy()
        ax.plot(years, values, marker=marker, color=colour)
        _mark(ax, years[0], values[0], format_number(values[0], language=language), below=values[1] > values[0])
        _mark(ax, years[-1], values[-1], format_number(values[-1], language=language), below=values[-2] > values[-1])
        name = _publisher(total, language)
        ax.annotate(
            name, (years.mean(), values.max()), (0, 18), textcoords="offset points", ha="center", color=colour,
            weight="bold", size=8,
        )  # fmt: skip
        sentences.append(_path(name, years, values, language))
    _breaks(ax, [(int(one["year"].max()), int(two["year"].min())) for one, two in pairwise(totals)], language)
    _axes(ax, totals, language, every=by_size(2, 4))
    together = pd.concat(totals, ignore_index=True)
    words = {
        "things": label("things", together["indicator"].iloc[0], language),
        "Things": label("things", together["indicator"].iloc[0], language).capitalize(),
        "region": region_name(together["region"].iloc[0], language),
        "first_year": int(together["year"].min()),
        "last_year": int(together["year"].max()),
        "before": int(totals[0]["year"].max()),
        "after": int(totals[-1]["year"].min()),
        "first": float(together["value"].iloc[0]),
        "last": float(together["value"].iloc[-1]),
    }
    title = say("chart.history_title" if len(totals) > 1 else "chart.history_title_one", language, **words)
    alt = say("chart.history_alt", language, paths=" ".join(sentences), **words)
    subtitle = say("chart.history_subtitle", language, **words)
    source = say("chart.source", language, source=citation(together, language))
    figures = _wide([(_publisher(total, language), total, "value") for total in totals], language)
    finish(figure, Chart(title, subtitle, source, alt, figures))
    return ax


@styled(exams="load_vmbo_exams: indicator, vmbo_sector, low, high")
def plot_vmbo(exams: pd.DataFrame, *, language: str = "nl") -> np.ndarray:
    """Draw the passes in vmbo, all and technical, with their bounds and the break in what counts as technical.

    Parameters
    ----------
    exams
        What `load_vmbo_exams` gives for one region.

    Returns
    -------
    ndarray of Axes
        All sectors left, sector techniek right.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> ta.show(plot_vmbo(ta.load_vmbo_exams(), language="en"))
    Passed vmbo in Twente: 4,288 in 2015, 3,661 to 3,787 in 2024
    Two line charts of the passes in ...

    """
    passes = exams[exams["indicator"] == "exam_passes"]
    parts = [total_by(passes), total_by(passes[passes["vmbo_sector"] == "techniek"])]
    figure, axes = plt.subplots(*by_size((1, 2), (2, 1)), figsize=canvas(8.5, 9.5))
    names = [say(f"chart.vmbo_{which}", language) for which in ("all", "technical")]
    sentences = []
    for ax, total, name, colour in zip(axes, parts, names, (BLUE, ORANGE), strict=True):
        years = total["year"].astype(int).to_numpy()
        low, high = (total[bound].astype(float).to_numpy() for bound in ("low", "high"))
        broken = ax is axes[1]
        for here in [years < SECTORS_FROM, years >= SECTORS_FROM] if broken else [years > 0]:
            # Where counts are hidden there is a least and a most and no point between them.
            for bound in (low, high):
                ax.plot(years[here], bound[here], color=colour, linewidth=1)
            ax.fill_between(years[here], low[here], high[here], color=colour, alpha=0.3, linewidth=0)
            known = here & (low == high)
            ax.plot(years[known], low[known], color=colour, marker="o", markersize=3, linestyle="none")
        if broken:
            _breaks(ax, [(SECTORS_FROM - 1, SECTORS_FROM)], language)
        ax.set_title(name, size=8, color=colour)
        for index in (0, -1):
            _mark(ax, years[index], high[index], _range(low[index], high[index], language))
        _axes(ax, [total.assign(value=total["high"])], language, every=3)
        told = [f"{year} {_range(least, most, language)}" for year, least, most in zip(years, low, high, strict=True)]
        sentences.append(say("chart.index_path", language, series=name, values=", ".join(told)))
    first, last = (parts[0].iloc[index] for index in (0, -1))
    words = {
        "region": region_name(passes["region"].iloc[0], language),
        "first_year": int(first["year"]),
        "last_year": int(last["year"]),
        "first": _range(first["low"], first["high"], language),
        "last": _range(last["low"], last["high"], language),
    }
    source = say("chart.source", language, source=citation(pd.concat(parts), language))
    alt = say("chart.vmbo_alt", language, paths=" ".join(sentences), **words)
    title, subtitle = (say(f"chart.vmbo_{part}", language, **words) for part in ("title", "subtitle"))
    named = [
        (f"{name}, {say(f'chart.{bound}', language).lower()}", total, bound)
        for name, total in zip(names, parts, strict=True)
        for bound in ("low", "high")
    ]
    behind = _wide(named, language)
    after = (str(SECTORS_FROM), say("chart.counted_otherwise", language))
    rows = [row[0] for row in behind.rows]
    roles = dict(zip(rows, ["least", "most"] * 2, strict=True))
    panels = dict(zip(rows, [name for name in names for _ in range(2)], strict=True))
    own = say("chart.vmbo_subtitle_lines", language, **words)
    breaks = dict.fromkeys(rows[2:], after)
    behind = replace(behind, form="panels", roles=roles, panels=panels, breaks=breaks, subtitle=own)
    finish(figure, Chart(title, subtitle, source, alt, behind))
    return axes


def _wide(series: Sequence[tuple[str, pd.DataFrame, str]], language: str) -> Figures:
    """Put the figures behind a chart together: one row per series, one column per year."""
    columns = {name: total.set_index("year")[column].astype(float) for name, total, column in series}
    wide = pd.DataFrame(columns).sort_index()
    rows = [[name, *(None if pd.isna(value) else value for value in wide[name])] for name in wide]
    names = [label("dimension", "indicator", language).capitalize(), *map(str, wide.index)]
    return Figures(names, rows, "number", "lines")


def _breaks(ax: Axes, gaps: Sequence[tuple[int, int]], language: str) -> None:
    for before, after in gaps:
        spot = (before + after) / 2
        ax.axvline(spot, color=GREY, linestyle=":", linewidth=1)
        ax.annotate(
            say("chart.break", language), (spot, 0.02), (3, 0), xycoords=("data", "axes fraction"),
            textcoords="offset points", size=7, color="#555555",
        )  # fmt: skip


def _axes(ax: Axes, totals: Sequence[pd.DataFrame], language: str, every: int = 2) -> None:
    years = sorted({int(year) for total in totals for year in total["year"]})
    shown = [year for total in totals for year in total["year"].astype(int).tolist()[::-every][::-1]]
    year_axis(ax, shown)
    ax.set_xlim(years[0] - 0.8, years[-1] + 0.8)
    ax.set_ylim(0, max(float(total["value"].max()) for total in totals) * 1.25)
    ax.yaxis.set_major_locator(MaxNLocator(5))
    number_axis(ax, language)


def _mark(ax: Axes, year: int, value: float, text: str, below: bool = False) -> None:
    ax.annotate(
        text, (year, value), (0, -6 if below else 5), textcoords="offset points", ha="center",
        va="top" if below else "bottom", size=7,
    )  # fmt: skip


def _range(low: float, high: float, language: str) -> str:
    """Write a count, or its bounds where parts of it are hidden."""
    if low == high:
        return format_number(low, language=language)
    return say("vmbo.bounds", language, low=low, high=high)


def _path(name: str, years: np.ndarray, values: np.ndarray, language: str) -> str:
    told = [
        f"{year} {format_number(float(value), language=language)}" for year, value in zip(years, values, strict=True)
    ]
    return say("chart.index_path", language, series=name, values=", ".join(told))


def _publisher(total: pd.DataFrame, language: str) -> str:
    """Name the publisher of a series by the document its figures stand in."""
    return label("publisher", total["source"].iloc[0].partition("/")[0].partition("-")[0], language)

"""Chart of the test after the fact: how far a projection lay from the later counts."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, MaxNLocator

from ..catalogue import citation, region_name
from ..language import format_number, join, label, say
from ..outlook import half_up, years_of_test
from .house import BURGUNDY, DARK, GREY, Chart, Figures, finish, styled
from .lettering import wrap
from .sizes import by_size, canvas

__all__ = ["plot_misses"]

#: A miss so many times the next largest has a scale of its own, so that the others can be read.
APART = 2.5
#: Room for the column of numbers, in points.
NUMBERS = 34


@styled(compared="compare_later: miss, naive_miss", later="to_bedrijfstak: bedrijfstak_mbo, year, value")
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

    Examples
    --------
    >>> import twente_analysis as ta
    >>> duo = ta.load_enrolment("duo", mbo_niveau=[2, 3, 4])
    >>> later = ta.to_bedrijfstak(duo, ta.read_table("crosswalk_bedrijfstak"))
    >>> compared = ta.compare_later(ta.load_enrolment(), later, 2015)
    >>> ta.show(plot_misses(compared, later, language="en"))
    All sectors in 2015: the projection missed by 304 students on average, repeating by 233
    Bar chart of 11 sectors with the difference between projection and count in 2015, and in ...

    """
    by = "bedrijfstak_mbo"
    ends = ["miss", "naive_miss"]
    means = [half_up(compared[name].astype(float).abs().to_frame().mean()).item() for name in ends]
    compared = compared.assign(value=half_up(compared["value"]), miss=half_up(compared["miss"]))
    size = compared[ends].astype(float).abs().max(axis=1)
    compared = compared.reindex(compared["miss"].astype(float).abs().sort_values().index)
    apart = compared.index.isin(size.index[size > APART * size.drop(size.idxmax()).max()])
    panels = [compared[~apart], *([compared[apart]] if apart.any() else [])]
    figure, axes = plt.subplots(
        len(panels), 1, figsize=canvas(13, 12.5, 11.5), squeeze=False, height_ratios=[len(part) + 1 for part in panels]
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
        loc="lower left", bbox_to_anchor=by_size((0, 1), (-0.5, 1)), borderaxespad=2.0, fontsize=by_size(7.5, 7.0),
        ncols=by_size(2, 1), frameon=False,
    )  # fmt: skip
    axes[-1, 0].set_xlabel(
        say("projection.misses_axis", language), size=by_size(7.5, 7.0), loc=by_size("center", "right")
    )
    for side, place, align in (("under", -6, "right"), ("over", 6, "left")):
        top.annotate(
            say(f"projection.misses_{side}", language), (0, 1), (place, 3), xycoords=("data", "axes fraction"),
            textcoords="offset points", ha=align, va="bottom", size=by_size(7.5, 6.8),
            color="#444444", gid="side",
        )  # fmt: skip
    words = {
        "n": len(compared),
        "mean": means[0],
        "naive": means[1],
        "region": region_name(compared["region"].iloc[0], language),
        **years_of_test(compared),
    }
    title, subtitle = (say(f"projection.misses_{part}", language, **words) for part in ("title", "subtitle"))
    together = subtitle
    if apart.any():
        alone = [label(by, name, language) for name in compared.loc[apart, by]]
        subtitle += say("projection.misses_own", language, groups=join(alone, language))
    rows = [
        [label(by, row[by], language), *(float(row[name]) for name in ("value", "counted", "miss", "naive_miss"))]
        for _, row in compared.iloc[::-1].iterrows()
    ]
    told = [
        [label(by, row[by], language), *(format_number(row[name], "difference", language) for name in ends)]
        for _, row in compared.iloc[::-1].iterrows()
    ]
    paths = "; ".join(f"{name}: {miss} ({naive})" for name, miss, naive in told)
    columns = [label("dimension", by, language).capitalize()]
    columns += [say(f"projection.column_{name}", language) for name in ("projected", "counted", "miss", "naive_miss")]
    roles = dict(zip(columns[1:], ("apart", "apart", "projection", "naive"), strict=True))
    cited = pd.concat([compared[["source"]], later.loc[later["year"].isin(compared["year"]), ["source"]]])
    source = say("chart.source", language, source=citation(cited, language)) + " " + say("projection.own", language)
    alt = say("projection.misses_alt", language, paths=paths, **words)
    behind = Figures(columns, rows, "number", "bars", roles, subtitle=together)
    finish(figure, Chart(title, subtitle, source, alt, behind))
    return axes.ravel()


def _draw_misses(ax: Axes, part: pd.DataFrame, names: list[str], language: str) -> None:
    """Draw a bar per group with its miss in a column at the right, and a diamond where naive ended."""
    misses, naive = (part[name].astype(float).to_numpy() for name in ("miss", "naive_miss"))
    spots = np.arange(len(part))
    ax.barh(spots, misses, height=0.62, facecolor="#D3A3BE", edgecolor=BURGUNDY, linewidth=0.8)
    ax.plot(naive, spots, "D", color="none", mfc="white", mec=DARK, markersize=5, zorder=4, gid="naive")
    ax.axvline(0, color=GREY, linewidth=0.8)
    low, high = min(0.0, misses.min(), naive.min()), max(0.0, misses.max(), naive.max())
    room = by_size(0.06, 0.1) * (high - low)
    # A number at the end of a bar would often stand beside a diamond, and be read as the diamond's.
    numbers = [format_number(miss, "difference", language) for miss in misses]
    for spot, number in zip(spots, numbers, strict=True):
        ax.annotate(
            number, (1, spot), (NUMBERS, 0), xycoords=("axes fraction", "data"), textcoords="offset points",
            va="center", ha="right", size=7.5, gid="miss", annotation_clip=False,
        )  # fmt: skip
    ax.set_yticks(spots, ["\n".join(wrap(name, 7.5, by_size(160, 84))) for name in names])
    ax.set_ylim(-0.7, len(part) - 0.3)
    ax.set_xlim(low - room, high + room)
    ax.grid(visible=True, axis="x")
    ax.grid(visible=False, axis="y")
    ax.xaxis.set_major_locator(MaxNLocator(by_size(5, 2), steps=by_size([1, 2, 5, 10], [1, 2, 4, 5, 10])))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: format_number(value, "difference", language)))

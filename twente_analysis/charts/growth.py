"""The chart of growth by part: what each group adds to the growth of the total."""

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes

from ..language import format_number, label, say, within
from ..trends import ABSENT
from .house import BLUE, DARK, GREY, ORANGE, Chart, Figures, finish, styled
from .lettering import wrap_evenly
from .sizes import by_size, canvas
from .trend import check_highlight, source_of, words_of

__all__ = ["plot_contributions"]


@styled(parts="contributions: contribution, first, last")
def plot_contributions(
    parts: pd.DataFrame, years: tuple[int, int], highlight: str = "", scope: str = "all", *, language: str = "nl"
) -> Axes:
    """Draw what each group adds to the growth of the total, and the total below.

    Parameters
    ----------
    parts
        Result of `contributions` between the two `years`.
    highlight
        The group to draw in another colour; empty for the largest contribution.
    scope
        Name of the scope the parts are in, for title and subtitle. A group without a count in one of the two years is
        drawn hollow.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> parts = ta.contributions(ta.load_enrolment(), 2007, 2011, "bedrijfstak_mbo")
    >>> ta.show(plot_contributions(parts, (2007, 2011), language="en"))
    Transport and logistics: +17.9 percentage points; in total +11.5%
    Bar chart of the contribution of each sector of industry to the change in technical students from 2007 to ...

    """
    by = str(parts.columns[0])
    check_highlight(parts, by, highlight)
    total = float(parts["contribution"].sum())
    hollow = parts["status"].isin(["blank", ABSENT])
    # What was not counted in one of the years is no message.
    counted = parts if hollow.all() else parts[~hollow]
    largest = counted.loc[counted["contribution"].abs().idxmax()]
    chosen = highlight or largest[by]
    blank = [*hollow, False]
    marks = {one: f", {say(f'chart.{one}_group', language)}" for one in ("blank", ABSENT)}
    names = [
        label(by, name, language) + marks.get(status, "")
        for name, status in zip(parts[by], parts["status"], strict=True)
    ]
    names += [within(say("chart.total", language), scope, language)]
    values = [*parts["contribution"].astype(float), total]
    colours = [ORANGE if name == chosen else BLUE for name in parts[by]] + [DARK]
    spots = [*range(len(parts)), len(parts) + 0.4]
    figure, ax = plt.subplots(figsize=canvas(10.5, 0.95 * len(names)))
    bars = ax.barh(spots, values, color=colours, height=0.7)
    for spot, value, bar, uncounted in zip(spots, values, bars, blank, strict=True):
        if uncounted:
            bar.set(facecolor="white", edgecolor=GREY, linestyle="--")
        ax.annotate(
            format_number(value, "points", language), (value, spot), (3 if value >= 0 else -3, 0),
            textcoords="offset points", va="center", ha="left" if value >= 0 else "right", size=7.5,
        )  # fmt: skip
    weights = ["normal"] * len(parts) + ["bold"]
    broken = [wrap_evenly(name, 8, by_size(145, 84), weight) for name, weight in zip(names, weights, strict=True)]
    ax.set_yticks(spots, ["\n".join(lines) for lines in broken])
    ax.get_yticklabels()[-1].set_fontweight(weights[-1])
    ax.invert_yaxis()
    ax.axvline(0, color=GREY, linewidth=0.8)
    ax.grid(False)
    ax.tick_params(bottom=False, labelbottom=False)
    ax.spines["bottom"].set_visible(False)
    ax.margins(x=by_size(0.12, 0.4))
    words = {**words_of(parts, language), "first_year": years[0], "last_year": years[1]}
    sentences = [
        say("chart.contribution", language, group=name, points=value) for name, value in zip(names, values, strict=True)
    ]
    title = say(
        "chart.contributions_title",
        language,
        group=label(by, largest[by], language),
        points=float(largest["contribution"]),
        change=total / 100,
        total=label("in_scope", scope, language).lower(),
    )
    words["dimension"] = label("dimension", by, language)
    alt = say("chart.contributions_alt", language, paths="; ".join(sentences) + ".", **words)
    subtitle = within(say("chart.contributions_subtitle", language, **words), scope, language)
    columns = [label("dimension", by, language).capitalize(), say("chart.contribution_column", language)]
    roles = dict(zip(names, ["chosen" if one == chosen else "" for one in parts[by]], strict=False))
    roles |= {name: "partial" for name, uncounted in zip(names, blank, strict=True) if uncounted} | {names[-1]: "total"}
    figures = Figures(columns, list(map(list, zip(names, values, strict=True))), "points", "bars", roles)
    finish(figure, Chart(title, subtitle, source_of(parts, language), alt, figures))
    return ax

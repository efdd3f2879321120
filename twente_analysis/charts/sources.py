"""Chart of the audit: per document, how many checks do not hold or cannot be made."""

import re
from typing import Any

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from ..audit import COPY, VERDICTS
from ..catalogue import document_name
from ..language import format_number, format_period, join, label, say, texts
from ..tidy import DataError
from .house import BURGUNDY, GREY, ORANGE, Chart, Figures, finish, styled
from .lettering import LEADING, stack, text_width, wrap
from .sizes import CM, by_size, canvas, drawn_room

__all__ = ["plot_verdicts"]

#: Told apart by colour and by hatch, for a page in black and white.
LOOKS: dict[str, dict[str, Any]] = {
    "contradiction": {"facecolor": BURGUNDY, "edgecolor": BURGUNDY},
    "not comparable": {"facecolor": "#F9C9AE", "edgecolor": ORANGE, "hatch": "////"},
    "not checkable": {"facecolor": "white", "edgecolor": GREY, "hatch": "...."},
}
BAR, HALF_BAR = 0.4, 0.28
#: The title names so many documents.
MOST = 3


@styled(audit="audit_sources: verdict, documents")
def plot_verdicts(audit: pd.DataFrame, *, language: str = "nl") -> Axes:
    """Draw per document how many checks contradict, do not compare or cannot be made; the name says how many hold.

    Parameters
    ----------
    audit
        What `audit_sources` gives, or a selection of it.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> ta.show(plot_verdicts(ta.audit_sources(ta.load_sources(), language="en"), language="en"))
    TechWise, TWAM and Regio Deal have ... contradictions
    Horizontal bars per document. Regiovisie: ...

    """
    if not len(audit):
        raise DataError("There is no check to draw", remedy="Choose another document.")
    audit = audit[audit["kind"] != COPY]
    owner = audit["documents"].where(~audit["documents"].str.contains("; "), "between")
    wide = pd.crosstab(owner, audit["verdict"]).reindex(columns=list(VERDICTS), fill_value=0)
    wide = wide.loc[[one for one in texts("en")["labels"]["audit_document"] if one in wide.index]]
    named = [_named(str(document), counts, language) for document, counts in wide.iterrows()]
    names = [wrap(say("audit.chart_label", language, **one), 8, by_size(430, 200), "bold") for one in named]
    # In half a column a row is as high as the name with most lines.
    row = 0.75 + max(map(len, names)) * 8 * LEADING / 72 / CM
    figure, ax = plt.subplots(figsize=canvas(3.3 + 1.35 * len(wide), 1.7 + row * len(wide)))
    paths, bar = [], by_size(BAR, HALF_BAR)
    # About how many points a check takes.
    scale = 0.9 * drawn_room(ax)[0] / wide[list(LOOKS)].sum(axis=1).max()
    for place, (document, counts) in zip(range(len(wide), 0, -1), wide.iterrows(), strict=True):
        start = 0
        for verdict, look in LOOKS.items():
            count = int(counts[verdict])
            name = label("verdict", verdict, language) if place == len(wide) else None
            ax.barh(place, count, bar, start, label=name, linewidth=0.8, gid=f"{verdict} {document}", **look)
            if count:
                _write_count(ax, (start, place), count, verdict == "contradiction", scale)
            start += count
        look = {"weight": "bold", "gid": "name"}
        stack(ax, (0, place + bar / 2), [(line, 8.0, look) for line in names[len(wide) - place]])
        paths.append(say("audit.chart_path", language, **named[len(wide) - place]))
    ax.set(ylim=by_size((0.5, len(wide) + 0.75), (0.7, len(wide) + 0.95)), xlim=(0, None), yticks=[])
    ax.xaxis.set_major_locator(MaxNLocator(by_size(8, 4), steps=[1, 2, 5, 10], integer=True))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: format_number(value, language=language)))
    ax.grid(visible=True, axis="x")
    ax.spines["left"].set_visible(False)
    # Below the numbers of the axis, however high the chart is.
    ax.legend(loc="upper left", bbox_to_anchor=(0, 0), ncols=by_size(3, 1), fontsize=by_size(8, 7), borderaxespad=2.0)
    wrong = wide["contradiction"].drop("between", errors="ignore")
    most = wrong[wrong > 0].nlargest(MOST)
    every = int(wide["contradiction"].sum())
    worst = join([label("audit_document", str(one), language) for one in most.index], language)
    title = say("audit.chart_title_all", language, n=every)
    if 0 < len(most) < len(wrong):
        title = say("audit.chart_title", language, n=len(most), documents=worst, count=int(most.sum()), all=every)
    rows = [
        [label("audit_document", str(document), language), *(int(one) for one in counts)]
        for document, counts in wide.iterrows()
    ]
    columns = [say("audit.column_checked", language), *(label("verdict", one, language) for one in VERDICTS)]
    documents = [document_name(str(one), language) for one in wide.index if one != "between"]
    years = sorted({year for one in documents for year in re.findall(r"(\d{4})\)$", one)})
    source = say("audit.chart_source", language, documents="; ".join(documents))
    between = format_period("/".join(years[:1] + years[1:][-1:]), language)
    subtitle = say("audit.chart_subtitle", language, years=between)
    alt = say("audit.chart_alt", language, paths=" ".join(paths))
    roles = {label("verdict", one, language): one if one in LOOKS else "apart" for one in VERDICTS}
    behind = Figures(columns, rows, "number", "stacked", roles)
    finish(figure, Chart(title, subtitle, source, alt, behind))
    return ax


def _write_count(ax: Axes, spot: tuple[float, float], count: int, dark: bool, scale: float) -> None:
    """Write how many checks a part of a bar stands for in it, or before it where it would run over its edges."""
    look: dict[str, Any] = {"size": 7.5, "va": "center", "textcoords": "offset points", "gid": "count"}
    start, place = spot
    if dark and text_width(str(count), 7.5) > count * scale:
        ax.annotate(str(count), (start, place), (-4, 0), ha="right", color=BURGUNDY, **look)
        return
    look |= {"color": "white"} if dark else {"bbox": {"facecolor": "white", "edgecolor": "none", "pad": 0.6}}
    ax.annotate(str(count), (start + count / 2, place), (0, 0), ha="center", **look)


def _named(document: str, counts: pd.Series, language: str) -> dict[str, Any]:
    """Give the name of a document and how many checks have which verdict."""
    said = {verdict.replace(" ", "_"): int(counts[verdict]) for verdict in VERDICTS}
    said |= {"checks": int(counts.sum()), "holding": said["exact"] + said["rounds"]}
    return {"document": label("audit_document", document, language)} | said

"""Chart of the audit: per document, how many checks do not hold or cannot be made."""

from typing import Any

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes

from ..audit import VERDICTS
from ..language import join, label, say, texts
from ..tidy import DataError
from .house import BURGUNDY, CM, GREY, ORANGE, Chart, Figures, finish, styled

__all__ = ["plot_verdicts"]

#: Told apart by colour and by hatch, for a page in black and white.
LOOKS: dict[str, dict[str, Any]] = {
    "contradiction": {"facecolor": BURGUNDY, "edgecolor": BURGUNDY},
    "not comparable": {"facecolor": "#F9C9AE", "edgecolor": ORANGE, "hatch": "////"},
    "not checkable": {"facecolor": "white", "edgecolor": GREY, "hatch": "...."},
}
BAR = 0.5
#: The title names so many documents.
MOST = 3


@styled
def plot_verdicts(audit: pd.DataFrame, *, language: str = "nl") -> Axes:
    """Draw per document how many checks contradict, do not compare or cannot be made; the name says how many hold.

    Parameters
    ----------
    audit
        What `audit_sources` gives, or a selection of it.

    """
    if not len(audit):
        raise DataError("There is no check to draw", remedy="Choose another document.")
    owner = audit["documents"].where(~audit["documents"].str.contains("; "), "between")
    wide = pd.crosstab(owner, audit["verdict"]).reindex(columns=list(VERDICTS), fill_value=0)
    wide = wide.loc[[one for one in texts("en")["labels"]["audit_document"] if one in wide.index]]
    figure, ax = plt.subplots(figsize=(16 * CM, (2.6 + 1.35 * len(wide)) * CM))
    paths = []
    for place, (document, counts) in zip(range(len(wide), 0, -1), wide.iterrows(), strict=True):
        start = 0
        for verdict, look in LOOKS.items():
            count = int(counts[verdict])
            name = label("verdict", verdict, language) if place == len(wide) else None
            ax.barh(place, count, BAR, start, label=name, linewidth=0.8, gid=f"{verdict} {document}", **look)
            if count:
                box = {"facecolor": "white", "edgecolor": "none", "pad": 0.6} if verdict != "contradiction" else None
                ink = "white" if verdict == "contradiction" else "#222222"
                ax.text(start + count / 2, place, str(count), size=7.5, ha="center", va="center", color=ink, bbox=box)
            start += count
        said = {verdict.replace(" ", "_"): int(counts[verdict]) for verdict in VERDICTS}
        said |= {"checks": int(counts.sum()), "holding": said["exact"] + said["rounds"]}
        named = {"document": label("audit_document", str(document), language)} | said
        ax.text(0, place + 0.38, say("audit.chart_label", language, **named), size=8, va="center", weight="bold")
        paths.append(say("audit.chart_path", language, **named))
    ax.set(ylim=(0.5, len(wide) + 0.75), xlim=(0, None), yticks=[])
    ax.spines["left"].set_visible(False)
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.08), ncols=3, frameon=False, fontsize=8)
    wrong = wide["contradiction"].drop("between", errors="ignore")
    most = wrong[wrong > 0].nlargest(MOST)
    said = {"count": int(most.sum()), "n": int(wide["contradiction"].sum())}
    names = join([label("audit_document", str(one), language) for one in most.index], language)
    title = say(
        "audit.chart_title" if len(wrong) > len(most) else "audit.chart_title_all", language, documents=names, **said
    )
    rows = [
        [label("audit_document", str(document), language), *(int(one) for one in counts)]
        for document, counts in wide.iterrows()
    ]
    columns = [say("audit.column_checked", language), *(label("verdict", one, language) for one in VERDICTS)]
    source = say("audit.chart_source", language)
    alt = say("audit.chart_alt", language, paths=" ".join(paths))
    roles = {label("verdict", one, language): "apart" for one in VERDICTS if one not in LOOKS}
    behind = Figures(columns, rows, "number", "stacked", roles)
    finish(figure, Chart(title, say("audit.chart_subtitle", language), source, alt, behind))
    return ax

"""A chart of targets: where each starts on its way to the target, and what is not known."""

from typing import Any

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter

from ..catalogue import citation
from ..language import format_number, label, say
from ..tables_targets import goal_due, goal_figure, goal_subject, goal_target
from .house import BLUE, BURGUNDY, CM, GREY, TEAL, Chart, Figures, finish, styled, wrap

__all__ = ["plot_targets"]

#: How each mark is drawn: a printed base filled, one that we take hollow, a count a square, the target a bar.
MARKS: dict[str, dict[str, Any]] = {
    "printed": {"marker": "o", "color": BLUE, "markersize": 8, "linestyle": "none"},
    "taken": {"marker": "o", "markerfacecolor": "white", "color": BLUE, "markersize": 7, "linestyle": "none"},
    "latest": {"marker": "s", "color": TEAL, "markersize": 7, "linestyle": "none"},
    "target": {"marker": "|", "color": BURGUNDY, "markersize": 15, "markeredgewidth": 3, "linestyle": "none"},
}
ROW, NAME, SMALL = 1.45, 8.0, 7.0
#: Behind letters, so that no line of the grid runs through them.
CLEAR = {"facecolor": "white", "edgecolor": "none", "pad": 0.5}
#: Letters of a name that fit the width of the picture, in points.
ROOM = 16 * CM * 72 * 0.9


@styled
def plot_targets(targets: pd.DataFrame, scaled: pd.DataFrame, judged: pd.DataFrame, *, language: str = "nl") -> Axes:
    """Draw how far each goal is on its way at the start: base and latest count as a percentage of the target.

    A base that the document names is a filled dot; one that we take is hollow, and the readings of a goal form a dashed
    range. Without any base the goals with a figure are drawn with their target alone.

    Parameters
    ----------
    targets
        What `load_targets` gives.
    scaled, judged
        Results of `scale_goals` and `judge_goals`.

    """
    goals = targets[targets["role"] == "goal"].set_index("id")
    names = _order(scaled) if len(scaled) else goals.index[goals["target"].notna()].tolist()
    figure, ax = plt.subplots(figsize=(16 * CM, (4.6 + ROW * len(names)) * CM))
    used = {"target"} if names else set()
    rows, told = [], []
    for place, name in zip(range(len(names), 0, -1), names, strict=True):
        own = scaled[scaled["id"] == name]
        used |= _draw(ax, place, own)
        title = wrap(goal_subject(goals.loc[name], language), NAME, ROOM, "bold")[0]
        scope = _scope(goals.loc[name], own, language)
        ax.text(0, place + 0.42, title, size=NAME, weight="bold", va="center", gid="name", bbox=CLEAR)
        ax.text(0, place + 0.19, scope, size=SMALL, color="#444444", va="center", gid="scope", bbox=CLEAR)
        told.append(say("goals.alt_goal", language, name=title, scope=scope))
        rows += [[f"{title}: {goal_figure(row.base, row.unit, language)} / "
                  f"{goal_figure(row.wanted, row.unit, language)}", row.base_share]
                 for row in own.itertuples()] or [[title, None]]  # fmt: skip
    _axes(ax, len(names), float(scaled["base_share"].max()) if len(scaled) else 1.0, language)
    handles = [Line2D([], [], **MARKS[one], label=say(f"goals.legend_{one}", language)) for one in MARKS if one in used]
    ax.legend(
        handles=handles, loc="lower left", bbox_to_anchor=(0, 1), borderaxespad=0, ncols=2, fontsize=NAME, frameon=False
    )
    finish(figure, _words(goals.loc[names], scaled, judged, (rows, told), language))
    return ax


def _order(scaled: pd.DataFrame) -> list[str]:
    """Put the goals with a base of their own first, each group by how far its target is."""
    lowest = scaled.assign(taken=scaled["base_is"] == "taken").groupby("id", sort=False)
    ends = lowest.agg(taken=("taken", "max"), share=("base_share", "min"))
    return ends.sort_values(["taken", "share"], kind="stable").index.tolist()


def _draw(ax: Axes, place: int, own: pd.DataFrame) -> set[str]:
    """Draw one goal, and give which marks it took."""
    y, used = place - 0.12, set()
    ends = [*own["base_share"], *own["latest_share"].dropna(), 1.0] if len(own) else [1.0]
    ax.plot([0, max(ends) * 100], [y, y], color="#D0D0D0", linewidth=1.2, zorder=1)
    if len(own) > 1:
        span = [own["base_share"].min() * 100, own["base_share"].max() * 100]
        ax.plot(span, [y, y], color=BLUE, linewidth=2.5, linestyle=(0, (2, 1.2)), zorder=2, gid="range")
    for column, by in (("base_share", "base_is"), ("latest_share", "")):
        for row in own[own[column].notna()].to_dict("records"):
            mark = row[by] if by else "latest"
            ax.plot(row[column] * 100, y, zorder=3, gid=mark, **MARKS[mark])
            used.add(mark)
    ax.plot(100, y, zorder=4, gid="target", **MARKS["target"])
    return used


def _scope(goal: pd.Series, own: pd.DataFrame, language: str) -> str:
    """Say from where to what a goal goes, and when."""
    words = {"due": goal_due(goal, language), "programme": label("programme_short", goal["programme"], language)}
    if own.empty:
        return say("goals.scope_no_base", language, target=goal_target(goal, language), **words)
    first = own.iloc[0]
    base, wanted = (goal_figure(first[name], first["unit"], language) for name in ("base", "wanted"))
    if len(own) > 1:
        return say("goals.scope_readings", language, n=len(own), target=goal_target(goal, language), **words)
    key = "goals.scope_taken" if first["base_is"] == "taken" else "goals.scope"
    return say(key, language, base=base, wanted=wanted, **words)


def _axes(ax: Axes, number: int, highest: float, language: str) -> None:
    ax.set_xlim(0, max(108.0, highest * 104))
    ax.set_ylim(0.5, number + 0.7)
    ax.set_yticks([])
    ax.grid(visible=True, axis="x")
    ax.grid(visible=False, axis="y")
    ax.axvline(0, color=GREY, linewidth=0.8)
    ax.spines["bottom"].set_visible(False)
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: format_number(value, language=language) + "%"))
    ax.set_xlabel(say("goals.axis", language))


def _words(
    goals: pd.DataFrame,
    scaled: pd.DataFrame,
    judged: pd.DataFrame,
    drawn: tuple[list[list[Any]], list[str]],
    language: str,
) -> Chart:
    rows, told = drawn
    unknown = int((judged["status"] == "not measurable").sum())
    bases = scaled.loc[scaled["base_is"] == "printed", "id"].nunique()
    figures = {"total": len(judged), "judged": len(judged) - unknown, "n": bases}
    title = say("goals.title_none" if unknown == len(judged) else "goals.title_some", language, **figures)
    counted = scaled["latest_share"].notna().any()
    key = "subtitle_counted" if counted else "subtitle" if len(scaled) else "subtitle_no_base"
    subtitle = say(f"goals.{key}", language, shown=len(goals))
    source = say("chart.source", language, source=citation(goals.reset_index(), language))
    alt = say("goals.alt", language, goals=" ".join(told))
    columns = [say("goals.column_goal", language), say("goals.axis", language)]
    return Chart(title, subtitle, source, alt, Figures(columns, rows, "percent"))

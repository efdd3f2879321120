"""A chart of targets: where each starts on its way to the target."""

from typing import Any

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter

from ..catalogue import citation
from ..language import format_number, label, say
from ..tables_targets import goal_due, goal_figure, goal_name, goal_target
from .house import BLUE, BURGUNDY, CM, GREY, TEAL, Chart, Figures, finish, lie_bars, styled, wrap

__all__ = ["plot_targets"]

#: How each mark is drawn: a printed base filled, one that we take hollow, a count a square, the target a bar.
MARKS: dict[str, dict[str, Any]] = {
    "printed": {"marker": "o", "color": BLUE, "markersize": 8, "linestyle": "none"},
    "taken": {"marker": "o", "markerfacecolor": "white", "color": BLUE, "markersize": 7, "linestyle": "none"},
    "latest": {"marker": "s", "color": TEAL, "markersize": 7, "linestyle": "none"},
    "target": {"marker": "|", "color": BURGUNDY, "markersize": 15, "markeredgewidth": 3, "linestyle": "none"},
}
#: The line between several readings of one goal.
RANGE: dict[str, Any] = {"color": BLUE, "linewidth": 2.5, "linestyle": (0, (2, 1.2))}
ROW, NAME, SMALL = 1.45, 8.0, 7.0
#: How high a heading above goals stands, in rows of a goal.
HEADING = 0.6
#: A start left of this share of the target has its value at the right.
NEAR = 0.15
#: Behind letters, so that no line runs through them.
CLEAR = {"facecolor": "white", "edgecolor": "none", "pad": 0.5}
#: Letters of a name that fit the width of the picture, in points.
ROOM = 16 * CM * 72 * 0.9


@styled
def plot_targets(targets: pd.DataFrame, scaled: pd.DataFrame, judged: pd.DataFrame, *, language: str = "nl") -> Axes:
    """Draw where each goal starts: its base as a percentage of the target, with its value, and the latest count.

    Goals with a base that the document names stand first, with a filled dot; below a heading of their own stand those
    with a base that we take, hollow, their readings as a dashed range. Without any base the goals with a figure are
    drawn with their target alone.

    Parameters
    ----------
    targets
        What `load_targets` gives.
    scaled, judged
        Results of `scale_goals` and `judge_goals`.

    """
    goals = targets[targets["role"] == "goal"].set_index("id")
    names = _order(scaled) if len(scaled) else goals.index[goals["target"].notna()].tolist()
    taken = set(scaled.loc[scaled["base_is"] == "taken", "id"])
    headings = {key: next((name for name in names if (name in taken) == own), "")
                for key, own in (("printed", False), ("taken", True))} if len(scaled) else {}  # fmt: skip
    height = len(names) + HEADING * sum(map(bool, headings.values()))
    figure, ax = plt.subplots(figsize=(16 * CM, (4.6 + ROW * height) * CM))
    used = {"target"} if names else set()
    rows, told = [], []
    place = height + 1.0
    for name in names:
        for key in [key for key, first in headings.items() if first == name]:
            place -= HEADING
            _heading(ax, place, say(f"goals.heading_{key}", language))
        place -= 1
        own = scaled[scaled["id"] == name]
        used |= _draw(ax, place, own, language)
        title = wrap(goal_name(goals.loc[name], language), NAME, ROOM, "bold")[0]
        scope = _scope(goals.loc[name], own, language)
        ax.text(0, place + 0.42, title, size=NAME, weight="bold", va="center", gid="name", bbox=CLEAR)
        ax.text(0, place + 0.19, scope, size=SMALL, color="#444444", va="center", gid="scope", bbox=CLEAR)
        told.append(say("goals.alt_goal", language, name=title, scope=scope))
        rows += [[f"{title}: {goal_figure(row.base, row.unit, language)} / "
                  f"{goal_figure(row.wanted, row.unit, language)}", row.base_share]
                 for row in own.itertuples()] or [[title, None]]  # fmt: skip
    highest = float(scaled["base_share"].max()) if len(scaled) else 1.0
    written = FuncFormatter(lambda value, _: format_number(value, language=language) + "%")
    lie_bars(ax, max(108.0, highest * 104), (0.5, height + 0.7), written, say("goals.axis", language))
    ax.xaxis.tick_top()
    ax.xaxis.set_label_position("top")
    _legend(ax, used, language)
    finish(figure, _words(goals.loc[names], scaled, judged, (rows, told), language))
    return ax


def _order(scaled: pd.DataFrame) -> list[str]:
    """Put the goals with a base of their own first, each group by how far its target is."""
    lowest = scaled.assign(taken=scaled["base_is"] == "taken").groupby("id", sort=False)
    ends = lowest.agg(taken=("taken", "max"), share=("base_share", "min"))
    return ends.sort_values(["taken", "share"], kind="stable").index.tolist()


def _draw(ax: Axes, place: float, own: pd.DataFrame, language: str) -> set[str]:
    """Draw one goal with the values of its start, and give which marks it took."""
    y, used = place - 0.12, set()
    ends = [*own["base_share"], *own["latest_share"].dropna(), 1.0] if len(own) else [1.0]
    ax.plot([0, max(ends) * 100], [y, y], color="#D0D0D0", linewidth=1.2, zorder=1)
    low, high = own["base_share"].min(), own["base_share"].max()
    if high > low:
        ax.plot([low * 100, high * 100], [y, y], zorder=2, gid="range", **RANGE)
        used.add("range")
    for column, by in (("base_share", "base_is"), ("latest_share", "")):
        for row in own[own[column].notna()].to_dict("records"):
            mark = row[by] if by else "latest"
            ax.plot(row[column] * 100, y, zorder=3, gid=mark, **MARKS[mark])
            used.add(mark)
    ax.plot(100, y, zorder=4, gid="target", **MARKS["target"])
    if len(own):
        bases = own.drop_duplicates("base").sort_values("base")
        words = " / ".join(goal_figure(row.base, row.unit, language) for row in bases.itertuples())
        side, end = ("left", high) if low < NEAR or low > 1 else ("right", low)
        ax.annotate(
            words, (end * 100, y), xytext=(7 if side == "left" else -7, 0), textcoords="offset points", ha=side,
            va="center", size=SMALL, color=BLUE, gid="value", bbox=CLEAR, zorder=2.5,
        )  # fmt: skip
    return used


def _heading(ax: Axes, place: float, words: str) -> None:
    ax.text(0, place - 0.05, words, size=NAME + 0.5, weight="bold", color=BLUE, va="center", gid="heading", bbox=CLEAR)
    ax.axhline(place - 0.27, color=GREY, linewidth=0.6)


def _legend(ax: Axes, used: set[str], language: str) -> None:
    styles = {**MARKS, "range": RANGE}
    order = [one for one in ("printed", "taken", "range", "latest", "target") if one in used]
    handles = [Line2D([], [], **styles[one], label=say(f"goals.legend_{one}", language)) for one in order]
    ax.legend(
        handles=handles, loc="upper left", bbox_to_anchor=(0, 0), borderaxespad=0, ncols=2, fontsize=NAME, frameon=False
    )


def _scope(goal: pd.Series, own: pd.DataFrame, language: str) -> str:
    """Say from where to what a goal goes, and when."""
    words = {"due": goal_due(goal, language), "programme": label("programme_short", goal["programme"], language)}
    if own.empty:
        return say("goals.scope_no_base", language, target=goal_target(goal, language), **words)
    first = own.iloc[0]
    base, wanted = (goal_figure(first[name], first["unit"], language) for name in ("base", "wanted"))
    if len(own) > 1:
        return say("goals.scope_readings", language, n=len(own), target=goal_target(goal, language), **words)
    return say("goals.scope", language, base=base, wanted=wanted, **words)


def _words(
    goals: pd.DataFrame,
    scaled: pd.DataFrame,
    judged: pd.DataFrame,
    drawn: tuple[list[list[Any]], list[str]],
    language: str,
) -> Chart:
    rows, told = drawn
    counted = bool(scaled["latest_share"].notna().any())
    shown = label("count_word", str(len(goals)), language)
    key = "counted" if counted else "starts" if len(scaled) else "no_base"
    title = say(f"goals.title_{key}", language, n=len(goals), shown=shown, total=len(judged))
    key = "subtitle_counted" if counted else "subtitle" if len(scaled) else "subtitle_no_base"
    subtitle = say(f"goals.{key}", language, shown=len(goals))
    source = say("chart.source", language, source=citation(goals.reset_index(), language))
    alt = say("goals.alt", language, goals=" ".join(told))
    columns = [say("goals.column_goal", language), say("goals.axis", language)]
    return Chart(title, subtitle, source, alt, Figures(columns, rows, "percent"))

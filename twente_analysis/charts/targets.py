"""A chart of targets: where each starts on its way to the target."""

from typing import Any

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter

from ..catalogue import citation
from ..language import format_number, format_period, format_share, label, say, share_range
from ..tables.targets import goal_due, goal_figure, goal_name, goal_target, reading_ends
from .house import BLUE, BURGUNDY, GREY, TEAL, Chart, Figures, finish, lie_bars, styled
from .lettering import CLEAR, Lines, stack, stack_left, tall, widest, wrap
from .sizes import CM, by_size, canvas, is_half, is_slide

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
#: The letters of names and of what else is written, on a slide: nearly as large as names, so that all can be read.
SLIDE = (9.0, 8.5)
#: A row in a memo, in points.
POINTS = ROW * CM * 72
#: At most so much room for names at the left of a slide, in points.
SIDE = 320.0
#: How high a heading above goals stands, in rows of a goal.
HEADING = 0.6
#: A start left of this share of the target has its value at the right.
NEAR = 0.15


@styled(
    targets="load_targets: role, target", scaled="scale_goals: id, base_is", judged="judge_goals: id, status, reason"
)
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

    Examples
    --------
    >>> import twente_analysis as ta
    >>> targets = ta.load_targets("regiodeal")
    >>> readings = ta.goal_readings(targets, ta.load_target_readings())
    >>> judged = ta.judge_goals(targets, readings, ta.load_target_figures())
    >>> ta.show(plot_targets(targets, ta.scale_goals(readings, judged), judged, language="en"))
    Where one target started; how it ended is not known
    A line from zero to the target (100%) for each target. A dot is the starting figure, not today's position. ...

    """
    goals = targets[targets["role"] == "goal"].set_index("id")
    names = _order(scaled) if len(scaled) else goals.index[goals["target"].notna()].tolist()
    taken = set(scaled.loc[scaled["base_is"] == "taken", "id"])
    headings = {key: next((name for name in names if (name in taken) == own), "")
                for key, own in (("printed", False), ("taken", True))} if len(scaled) else {}  # fmt: skip
    bare = not len(scaled)
    named = _names(goals.loc[names], language)
    # On a slide the room for names grows with it, and the slide with its rows.
    room = by_size(
        390 if bare else 430, 182 if bare else 204, min(SIDE, 32.4 * canvas(0, 0, 4.2 + 0.9 * len(names))[0])
    )
    lines = {name: _lines(goals.loc[name], named[name], scaled[scaled["id"] == name], room, language) for name in names}
    heads = {
        key: wrap(say(f"goals.heading_{key}", language), NAME + 0.5, by_size(430, 200), "bold") for key in headings
    }
    side = 12 + widest(lines.values()) if is_slide() and names else 0.0
    rows_high = {name: _row_height(one, bare=bare) for name, one in lines.items()}
    heads_high = {key: HEADING + 0.26 * (len(heads[key]) - 1) for key, first in headings.items() if first}
    height = sum(rows_high.values()) + sum(heads_high.values())
    figure, ax = plt.subplots(figsize=canvas(4.6 + ROW * height, 2.2 + ROW * height, 4.2 + ROW * height))
    used = {"target"} if names else set()
    rows, told = [], []
    panels: dict[str, str] = {}
    place = height + 1.0
    for name in names:
        for key in [key for key, first in headings.items() if first == name]:
            place -= heads_high[key]
            _heading(ax, place, heads[key], side)
        place -= rows_high[name]
        own = scaled[scaled["id"] == name]
        middle = place + rows_high[name] / 2 - 0.3
        y = middle if bare or is_slide() else place - 0.12
        used |= _draw(ax, y, own, language)
        title, scope = named[name], _scope(goals.loc[name], own, language)
        if is_slide():
            stack_left(ax, y, lines[name], side)
            if bare:
                ax.annotate(
                    scope,
                    (0, y),
                    (3, 0),
                    textcoords="offset points",
                    size=SLIDE[1],
                    color="#444444",
                    gid="scope",
                    va="center",
                    bbox=CLEAR,
                )
        else:
            # Without a start there is nothing on the line to keep free.
            stack(ax, (0, y - tall(lines[name]) / 2 / POINTS - 0.04 if bare else y + by_size(0.17, 0.13)), lines[name])
        told.append(_told(title, scope, own, language))
        starts = [(" → ".join(reading_ends(row, language)), row["base_share"]) for row in own.to_dict("records")]
        own_rows = [[f"{title}: {ends}", share] for ends, share in starts] or [[title, None]]
        rows += own_rows
        panels |= dict.fromkeys((row[0] for row in own_rows), "taken" if name in taken else "printed")
    highest = float(scaled["base_share"].max()) if len(scaled) else 1.0
    written = FuncFormatter(lambda value, _: format_number(value, language=language) + "%")
    lie_bars(ax, max(108.0, highest * 104), (0.5, height + 0.7), written, say("goals.axis", language))
    ax.xaxis.tick_top()
    ax.xaxis.set_label_position("top")
    _legend(ax, used, language)
    finish(figure, _words(goals.loc[names], scaled, judged, (rows, told, panels), language))
    return ax


def _order(scaled: pd.DataFrame) -> list[str]:
    """Put the goals with a base of their own first, each group by how far its target is."""
    lowest = scaled.assign(taken=scaled["base_is"] == "taken").groupby("id", sort=False)
    ends = lowest.agg(taken=("taken", "max"), share=("base_share", "min"))
    return ends.sort_values(["taken", "share"], kind="stable").index.tolist()


def _draw(ax: Axes, y: float, own: pd.DataFrame, language: str) -> set[str]:
    """Draw one goal with the values of its start, and give which marks it took."""
    used = set()
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
    ax.plot(100, y, zorder=4, gid="target", **MARKS["target"] | {"markersize": by_size(15, 9, 9)})
    if len(own) and not is_half():
        words = _bases(own, language)
        side, end = ("left", high) if low < NEAR or low > 1 else ("right", low)
        ax.annotate(
            words, (end * 100, y), xytext=(7 if side == "left" else -7, 0), textcoords="offset points", ha=side,
            va="center", size=by_size(SMALL, SMALL, SLIDE[1]), color=BLUE, gid="value", bbox=CLEAR, zorder=2.5,
        )  # fmt: skip
    return used


def _names(goals: pd.DataFrame, language: str) -> dict[str, str]:
    """Name each goal; one that shares its name with another has the year that tells them apart."""
    names = pd.Series({str(key): goal_name(goal, language) for key, goal in goals.iterrows()}, dtype="str")
    shared = names.duplicated(keep=False)
    return {
        key: f"{name} ({goal_due(goals.loc[key], language)})" if shared[key] else name for key, name in names.items()
    }


def _lines(goal: pd.Series, name: str, own: pd.DataFrame, room: float, language: str) -> Lines:
    """Give the lines that name a goal: name and scope, and in half a column the values where it has several starts."""
    # A line of a goal without a start shows its end alone: names may stand on it.
    bare = own.empty
    scope = _scope(goal, own, language)
    value = _bases(own, language) if is_half() and len(own) > 1 else ""
    size, small = by_size((NAME, SMALL), (6.5, 6.5) if bare else (7.5, SMALL), SLIDE)
    under = [] if bare and is_slide() else wrap(scope, small, room)
    return [
        *((line, size, {"weight": "bold", "gid": "name"}) for line in wrap(name, size, room, "bold")),
        *((line, small, {"color": "#444444", "gid": "scope"}) for line in under),
        *((line, small, {"color": BLUE, "gid": "value"}) for line in wrap(value, small, room)),
    ]


def _row_height(lines: Lines, *, bare: bool) -> float:
    """Give the height of a goal's row, in rows as a memo has them; there all are equally high."""
    high = tall(lines) / POINTS
    # Two dozen goals on a slide have letters that can be read only where their rows stand close.
    return high + by_size(0.12, 0.05, 0.05 if bare else 0.12) if bare or is_slide() else by_size(1.0, high + 0.41)


def _bases(own: pd.DataFrame, language: str) -> str:
    bases = own.drop_duplicates("base").sort_values("base")
    return " / ".join(reading_ends(row, language)[0] for row in bases.to_dict("records"))


def _heading(ax: Axes, place: float, lines: list[str], side: float) -> None:
    """Write the heading of some goals above their first: on a slide where their names begin."""
    look = {"weight": "bold", "color": BLUE, "gid": "heading"}
    if is_slide():
        stack_left(ax, place, [(line, NAME + 0.5, look | {"bbox": CLEAR}) for line in lines], side)
    else:
        stack(ax, (0, place - 0.27), [(line, NAME + 0.5, look) for line in lines])
    ax.axhline(place - 0.27, color=GREY, linewidth=0.6)


def _legend(ax: Axes, used: set[str], language: str) -> None:
    styles = {**MARKS, "range": RANGE}
    order = [one for one in ("printed", "taken", "range", "latest", "target") if one in used]
    handles = [Line2D([], [], **styles[one], label=say(f"goals.legend_{one}", language)) for one in order]
    ax.legend(
        handles=handles,
        # On a slide it has room at the left, below the names.
        loc=by_size("upper left", "upper left", "upper right"),
        bbox_to_anchor=by_size((0, 0), (0, 0), (1, 0)),
        borderaxespad=by_size(0, 0.4),
        ncols=by_size(2, 1, len(order)),
        fontsize=by_size(NAME, SMALL, SLIDE[1]),
        frameon=False,
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


def _told(name: str, scope: str, own: pd.DataFrame, language: str) -> str:
    """Say in words what is drawn of a goal: where it starts, as a share of the target."""
    if own.empty:
        return say("goals.alt_goal", language, name=name, scope=scope)
    low, high = own["base_share"].min(), own["base_share"].max()
    share = format_share(low, language) if low == high else share_range(low, high, language)
    return say("goals.alt_start", language, name=name, scope=scope, share=share)


def _words(
    goals: pd.DataFrame,
    scaled: pd.DataFrame,
    judged: pd.DataFrame,
    drawn: tuple[list[list[Any]], list[str], dict[str, str]],
    language: str,
) -> Chart:
    rows, told, panels = drawn
    counted = bool(scaled["latest_share"].notna().any())
    shown = label("count_word", str(len(goals)), language)
    key = "counted" if counted else "starts" if len(scaled) else "no_base"
    title = say(f"goals.title_{key}", language, n=len(goals), shown=shown, total=len(judged))
    key = "subtitle_counted" if counted else "subtitle" if len(scaled) else "subtitle_no_base"
    taken = int(scaled.loc[scaled["base_is"] == "taken", "id"].nunique())
    ends = sorted({int(goals["published"].min()), int(goals["published"].max())})
    years = format_period("/".join(map(str, ends)), language)
    subtitle = say(f"goals.{key}", language, shown=len(goals), taken=taken, years=years)
    source = say("chart.source", language, source=citation(goals.reset_index(), language))
    alt = say("goals.alt", language, goals=" ".join(told))
    columns = [say("goals.column_goal", language), say("goals.axis", language)]
    if not len(scaled):
        return Chart(title, subtitle, source, alt, Figures(columns, rows, "percent"))
    # As bars of a spreadsheet the starting figures that we took are hollow.
    roles = {row: "taken" for row, base in panels.items() if base == "taken"}
    titles = {row: say(f"goals.heading_{base}", language) for row, base in panels.items()}
    own = say("goals.native", language, shown=len(goals), taken=taken, years=years)
    # The target is where the scale ends, unless something is counted beyond it.
    whole = bool((scaled["base_share"] <= 1).all())
    behind = Figures(columns, rows, "percent", "bars", roles, panels=titles, whole=whole, subtitle=own)
    return Chart(title, subtitle, source, alt, behind)

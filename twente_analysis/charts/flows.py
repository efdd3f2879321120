"""Flows from left to right in bands as wide as their numbers, and the parts of a whole in bars as long as theirs."""

from dataclasses import dataclass, replace
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.patches import Rectangle

from ..catalogue import citation, region_name
from ..flows import PART, REST, check_tree
from ..language import format_number, format_share, label, say, step_label, step_path
from ..tidy import DataError, check_choice
from .house import BLUE, BURGUNDY, GREY, ORANGE, PURPLE, TEAL, Chart, Figures, finish, styled
from .lettering import spread, wrap
from .sizes import by_size, canvas, drawn_room, is_half

__all__ = ["plot_flows", "plot_parts"]

#: Colours of a step by where it stands in its tree: the start, then the first step on, then the next.
COLOURS = (BLUE, TEAL, ORANGE, BURGUNDY, PURPLE)
NAME, LINE = 7.5, 9.2
#: Lighter than the whole, and of no step.
SHADE = "#8FA9C4"
#: How far, as a fraction, a share may lie from one in so many to be called that.
NEAR = 0.05
#: Places in points: where the first bars stand, how wide a bar is, and the room for names on the right. In half a
#: column the first name stands above its bar.
START, BAR, ROOM = 90.0, 7.0, 150.0
HALF_START, HALF_ROOM = 1.0, 86.0


@dataclass(frozen=True, eq=False)
class _Box:
    """A step in the picture: how many steps from the start, its top, the top of its band there, and if it is an end."""

    row: pd.Series
    depth: int
    top: float
    leaves: float
    end: bool


@styled(tree="flow_tree: root, from, to, step_share")
def plot_flows(tree: pd.DataFrame, *, language: str = "nl") -> Axes:
    """Draw the steps of one or more trees below each other, on one scale.

    Parameters
    ----------
    tree
        Rows of `flow_tree` or `pull_levers` in one unit. What is computed as a rest is hatched; what differs in a
        worked example has a dashed edge. Parts of a whole are for `plot_parts`: nobody moves to them.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> tree = ta.flow_tree(ta.load_flows(), ta.load_vmbo_pupils(), ta.load_composition())
    >>> ta.show(plot_flows(tree[tree["root"] == "vmbo-t"], language="en"))
    One in six vmbo-t pupils goes on to technical mbo
    Flow chart from left to right. vmbo-t, ...

    """
    check_tree(tree)
    check_choice("number of units", tree["unit"].nunique(), [1])
    if tree["kind"].eq(PART).any():
        raise DataError("Parts of a whole are no flow", remedy="Draw them with plot_parts.")
    boxes = _layout(tree)
    ends = sum(box.end for box in boxes)
    figure, ax = plt.subplots(figsize=canvas(3.4 + 1.12 * ends, 1.5 + 1.9 * ends, 9.0))
    depth = max(box.depth for box in boxes)
    width, height = drawn_room(ax)
    right = width - 12
    places = np.linspace(by_size(START, HALF_START), right - by_size(ROOM, HALF_ROOM) - BAR, depth + 1)
    number = 0
    for box in boxes:
        number = number + (box.row["to"] != REST) if box.depth else 0
        _draw(ax, box, places, COLOURS[number % len(COLOURS)])
    _write(ax, boxes, places, height, language)
    ax.set_xlim(0, right)
    ax.axis("off")
    finish(figure, _words(tree, language))
    return ax


@styled(tree="flow_tree: root, from, to, step_share")
def plot_parts(tree: pd.DataFrame, *, language: str = "nl") -> Axes:
    """Draw a whole and its parts below each other, each part beginning where the one before it ends.

    Parameters
    ----------
    tree
        Rows of one root of `flow_tree` or `pull_levers` that are parts of it.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> tree = ta.flow_tree(ta.load_flows(), ta.load_vmbo_pupils(), ta.load_composition())
    >>> parts = tree[tree["root"] == "vmbo techniek leerjaar 4"]
    >>> ta.show(plot_parts(parts, language="en"))
    Technical vmbo, fourth year: kader is the largest group (44%)
    Bar chart of a whole and its parts. Technical vmbo, fourth year: 664 pupils, of whom basis about 272 pupils ...

    """
    check_tree(tree)
    parts = tree[tree["from"] != ""]
    if len(tree) - len(parts) != 1 or parts.empty or not parts["kind"].eq(PART).all():
        raise DataError("This is not one whole with its parts", remedy="Give the rows of one root of kind 'part'.")
    figure, ax = plt.subplots(figsize=canvas(3.2 + 0.85 * len(tree), 1.25 * len(tree)))
    whole, begin = tree.iloc[0]["value"], 0.0
    weights = ["bold", *["normal"] * len(parts)]
    names = [
        "\n".join(wrap(step_path(row, language), NAME, by_size(125, 205), weight))
        for weight, (_, row) in zip(weights, tree.iterrows(), strict=True)
    ]
    for place, (_, row) in enumerate(tree.iterrows()):
        left, end = (begin, begin + row["value"]) if row["from"] else (0.0, row["value"])
        edge = {"edgecolor": "#222222", "linestyle": "--"} if row["status"] == "scenario" else {"linewidth": 0}
        colour = GREY if row["to"] == REST else SHADE if row["from"] else BLUE
        ax.barh(place, row["value"], by_size(0.62, 0.4), left=left, color=colour, gid=f"bar {row['to']}", **edge)
        if is_half():
            look: dict[str, Any] = {"textcoords": "offset points", "size": NAME, "weight": weights[place]}
            ax.annotate(names[place], (left, place - 0.2), (4 if row["from"] else 0, 3), **look)
        text = _value(row, language)
        text += f" ({_share(row, 'step_share', language)})" if row["from"] else ""
        ax.annotate(text, (end, place), (4, 0), textcoords="offset points", va="center", size=NAME)
        if row["from"] and end < whole - 1e-6:
            ax.plot([end, end], [place, place + 1], color=GREY, linewidth=0.7, linestyle=":", zorder=0)
        begin = end if row["from"] else 0.0
    if not is_half():
        ax.set_yticks(range(len(tree)), names, size=NAME, color="#222222")
        ax.get_yticklabels()[0].set_fontweight("bold")
    # Room on the right for what is written beside the last bars, in half a column above the first.
    ax.set(xlim=(0, whole * by_size(1.75, 2.5)), ylim=(len(tree) - 0.5, by_size(-0.5, -0.8)), xticks=[])
    ax.tick_params(labelleft=not is_half())
    ax.grid(visible=False)
    ax.spines["bottom"].set_visible(False)
    finish(figure, _words_of_parts(tree, language))
    return ax


def _layout(tree: pd.DataFrame) -> list[_Box]:
    """Give every step its place: parts below each other with a gap, each beside what it comes from."""
    gap = 0.035 * tree.loc[tree["from"] == "", "value"].sum()
    boxes: list[_Box] = []

    def place(row: pd.Series, depth: int, top: float, leaves: float) -> float:
        same = tree[(tree["root"] == row["root"]) & (tree["from"] == row["to"])]
        boxes.append(_Box(row, depth, top, leaves, not len(same)))
        below, out = top, top
        for _, part in same.iterrows():
            below = place(part, depth + 1, below, out) - gap
            out -= part["value"]
        return min(top - row["value"], below + gap if len(same) else top)

    top = 0.0
    for _, root in tree[tree["from"] == ""].iterrows():
        top = place(root, 0, top, top) - by_size(2.5, 8.0) * gap
    return boxes


def _draw(ax: Axes, box: _Box, places: np.ndarray, colour: str) -> None:
    row, rest = box.row, box.row["to"] == REST
    shade = GREY if rest else colour
    x = places[box.depth]
    name = f"{row['root']}: {row['from']} > {row['to']}"
    bar = Rectangle((x, box.top - row["value"]), BAR, row["value"], facecolor=shade, linewidth=0, gid=f"bar {name}")
    ax.add_patch(bar)
    if not row["from"]:
        return
    steps = np.linspace(0, 1, 60)
    curve = steps * steps * (3 - 2 * steps)
    upper = box.leaves + (box.top - box.leaves) * curve
    along = places[box.depth - 1] + BAR + steps * (x - places[box.depth - 1] - BAR)
    band = ax.fill_between(along, upper - row["value"], upper, facecolor=_tint(shade), edgecolor="white", linewidth=0.6)
    band.set(gid=f"band {name}", hatch="////" if rest else None)
    if row["status"] == "scenario":
        ax.plot(along, upper, along, upper - row["value"], color="#222222", linestyle="--", linewidth=0.9)


def _write(ax: Axes, boxes: list[_Box], places: np.ndarray, height: float, language: str) -> None:
    """Write each step's name, number and share: an end on its right, the start on its left, others on their band."""
    ends = [box for box in boxes if box.end]
    texts = [_lines(box, places, language) for box in ends]
    middles = [box.top - box.row["value"] / 2 for box in ends]
    above = [box for box in boxes if is_half() and not box.depth]
    starts = [len(_lines(box, places, language)) * LINE + 4 for box in above]
    low, high, spots = min(box.top - box.row["value"] for box in boxes), 0.0, middles
    room = max(len(text) for text in texts) * LINE + 2
    # Names that move apart may stand beyond the bars, and then a point on paper is worth more of the chart's unit.
    for _ in range(5):
        gap = room * (high - low) / height
        spots = [-spot for spot in spread([-middle for middle in middles], gap)]
        low, high = min(low, *(spot - gap / 2 for spot in spots)), max(high, *(spot + gap / 2 for spot in spots))
        high = max(high, *(start * (high - low) / height for start in starts[:1]), 0.0)
    ax.set_ylim(low, high)
    for box, text, middle, spot in zip(ends, texts, middles, spots, strict=True):
        x = places[box.depth] + BAR
        if abs(middle - spot) > (high - low) / height:
            ax.plot([x, x + 7, x + 10], [middle, spot, spot], color=GREY, linewidth=0.6)
        _text(ax, (x + 12, spot), text)
    for box, start in zip(above, starts, strict=True):
        place = (places[0], box.top + start / 2 * (high - low) / height)
        _text(ax, place, _lines(box, places, language))
    for box in boxes:
        if not box.end and box not in above:
            place = (places[box.depth] - 4, box.top - box.row["value"] / 2)
            _text(ax, place, _lines(box, places, language), "right")


def _text(ax: Axes, place: tuple[float, float], lines: list[str], align: str = "left") -> None:
    """Write lines around a height; a line with a star is part of the name and bold."""
    for number, line in enumerate(lines):
        down = ((len(lines) - 1) / 2 - number) * LINE
        ax.annotate(
            line.removeprefix("*"), place, (0, down), textcoords="offset points", size=NAME, ha=align,
            va="center_baseline", weight="bold" if line.startswith("*") else "normal",
        )  # fmt: skip


def _lines(box: _Box, places: np.ndarray, language: str) -> list[str]:
    row = box.row
    room = by_size(ROOM, HALF_ROOM) - 14 + (places[-1] - places[box.depth])
    if not row["from"]:
        room = by_size(START - 10, places[-1] + HALF_ROOM - 14)
    elif is_half() and not box.end:
        room = places[1] - places[0] - BAR - 7
    name = [f"*{line}" for line in wrap(step_label(row["from"], row["to"], language), NAME, room, "bold")]
    value = [] if row["unit"] == "%" else [_value(row, language)]
    share = _share(row, "step_share", language)
    if not row["from"]:
        texts = [_value(row, language)]
    elif box.depth == 1:
        texts = [*value, share] if not box.end or not value else [f"{value[0]} ({share})"]
    else:
        named = {"start": label("flow", row["from"], language), "first": label("flow", row["root"], language)}
        of_root = _hedged(_share(row, "root_share", language), row, language)
        texts = [*value, say("flows.of_both", language, step=share, root=of_root, **named)]
    return [*name, *(line for text in texts for line in wrap(text, NAME, room))]


def _share(row: pd.Series, column: str, language: str) -> str:
    return format_share(row[column], language, rough=row["unit"] == "%")


def _value(row: pd.Series, language: str) -> str:
    if row["unit"] == "%":
        text = format_number(row["value"], language=language) + "%"
    else:
        unit = label("unit", row["unit"], language)
        text = say("flows.count", language, value=row["value"], unit=unit)
    return _hedged(text, row, language)


def _hedged(text: str, row: pd.Series, language: str) -> str:
    return f"{label('qualifier', row['qualifier'], language)} {text}".strip()


def _tint(colour: str) -> tuple[float, ...]:
    """Mix a colour with white, so that black letters on it stay readable."""
    return tuple(0.62 + 0.38 * part for part in to_rgb(colour))


def _words(tree: pd.DataFrame, language: str) -> Chart:
    root = tree.iloc[0]
    subtitle = say(
        "flows.subtitle_percent" if root["unit"] == "%" else "flows.subtitle",
        language,
        Unit=label("unit", root["unit"], language).capitalize(),
        region=region_name(root["region"], language),
        when=_when(tree, language),
    )
    if tree["status"].eq("scenario").any():
        subtitle += say("flows.scenario", language)
    steps = [_sentence(row, tree[tree["root"] == row["root"]], language) for _, row in tree.iterrows()]
    source = say("chart.source", language, source=citation(tree, language))
    alt = say("flows.alt", language, steps=" ".join(steps))
    return Chart(_title(tree, language), subtitle, source, alt, _behind(tree, language))


def _title(tree: pd.DataFrame, language: str) -> str:
    """Say of the first tree how many take its last step; of one without a count or a way on, its largest step."""
    steps = tree[(tree["root"] == tree["root"].iloc[0]) & (tree["to"] != REST)]
    root, last = steps.iloc[0], steps.iloc[-1]
    if root["unit"] == "%":
        first = steps[steps["from"] == root["to"]]
        step = first.loc[first["value"].idxmax()]
        words = {"root": label("flow_group", root["to"], language), "to": label("flow", step["to"], language)}
        if len(first) > 1:
            key = "most" if step["step_share"] > 0.5 else "largest"
            return say(f"flows.title_{key}", language, share=_share(step, "step_share", language), **words)
        when = "" if pd.isna(step["year"]) else f" ({step['year']})"
        return say("flows.title_hundred", language, whole=root["value"], value=step["value"], when=when, **words)
    words = {"root": label("flow_group", root["to"], language), "to": step_label(last["from"], last["to"], language)}
    share = last["root_share"]
    whole = round(1 / share) if share > 0 else 0
    counted = label("count_word", str(whole), language)
    if counted != str(whole) and abs(share * whole - 1) < NEAR:
        return say("flows.title_one_in", language, n=counted, **words)
    return say("flows.title_share", language, share=_share(last, "root_share", language), **words)


def _words_of_parts(tree: pd.DataFrame, language: str) -> Chart:
    whole, parts = tree.iloc[0], tree.iloc[1:]
    largest = parts.loc[parts["value"].idxmax()]
    words = {"root": step_label("", whole["to"], language), "value": _value(whole, language)}
    words["Root"] = words["root"][0].upper() + words["root"][1:]
    share = _share(largest, "step_share", language)
    title = say(
        "flows.parts_title", language, to=step_label(largest["from"], largest["to"], language), share=share, **words
    )
    place = {"region": region_name(whole["region"], language), "when": _when(tree, language)}
    subtitle = say("flows.parts_subtitle", language, Unit=label("unit", whole["unit"], language).capitalize(), **place)
    if tree["status"].eq("scenario").any():
        subtitle += say("flows.scenario", language)
    told = [
        " ".join(
            [label("flow", row["to"], language), _value(row, language), f"({_share(row, 'step_share', language)})"]
        )
        for _, row in parts.iterrows()
    ]
    source = say("chart.source", language, source=citation(tree, language))
    alt = say("flows.parts_alt", language, parts="; ".join(told), **words)
    roles = {
        _origin(row, language): "scenario" if row["status"] == "scenario" else "" if row["from"] else "total"
        for _, row in tree.iterrows()
    }
    return Chart(title, subtitle, source, alt, replace(_behind(tree, language), form="bars", roles=roles))


def _when(tree: pd.DataFrame, language: str) -> str:
    years = tree["year"].dropna().unique().tolist()
    return (
        say("flows.some_years", language, years=", ".join(map(str, years))) if years else say("flows.no_year", language)
    )


def _behind(tree: pd.DataFrame, language: str) -> Figures:
    columns = [say("flows.step_column", language), label("unit", tree["unit"].iloc[0], language).capitalize()]
    rows = [[_origin(row, language), float(row["value"])] for _, row in tree.iterrows()]
    return Figures(columns, rows, "number")


def _origin(row: pd.Series, language: str) -> str:
    """Name a step, and say there that its number is not a printed one: beside it stands a bare figure."""
    words = [label("flow_status", row["status"], language)] if row["status"] and row["from"] else []
    words += [label("qualifier", row["qualifier"], language)] if row["qualifier"] else []
    return step_path(row, language) + (f" ({', '.join(words)})" if words else "")


def _sentence(row: pd.Series, tree: pd.DataFrame, language: str) -> str:
    value, start = _value(row, language), label("flow", row["from"], language)
    to = step_label(row["from"], row["to"], language)
    if not row["from"]:
        return say("flows.alt_start", language, root=to, value=value)
    words = {"start": start, "to": to, "value": value, "share": _share(row, "step_share", language)}
    percent = row["unit"] == "%"
    if row["from"] == tree["to"].iloc[0]:
        return say("flows.alt_share" if percent else "flows.alt_step", language, **words)
    share, root = _share(row, "root_share", language), label("flow", tree["to"].iloc[0], language)
    step = "flows.alt_later_share" if percent else "flows.alt_later_step"
    return say(step, language, root_share=share, root=root, **words)

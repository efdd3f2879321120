"""Texts in a chart: how wide they are, where they are broken, and how they stand above and beside each other."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from matplotlib.axes import Axes
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

#: A ground behind letters, so that no line runs through them.
CLEAR = {"facecolor": "white", "edgecolor": "none", "pad": 0.5}
#: From one line to the next, in sizes of its letters.
LEADING = 1.25

#: Lines of text, each with the size of its letters and its look.
Lines = Sequence[tuple[str, float, dict[str, Any]]]


def stack(ax: Axes, spot: tuple[float, float], lines: Lines) -> None:
    """Write lines above each other, the last just above `spot`; the caller sees to it that they fit the picture."""
    up = 2.0
    for text, size, look in reversed(lines):
        ax.annotate(
            text, spot, (0, up), textcoords="offset points", size=size, va="bottom", bbox=CLEAR, in_layout=False, **look
        )
        up += LEADING * size


def stack_left(ax: Axes, height: float, lines: Lines, room: float) -> None:
    """Write lines left of the axes, around a `height` of theirs, in as many points as `room`."""
    down = tall(lines) / 2
    for text, size, look in lines:
        down -= LEADING * size
        ax.annotate(
            text, (0, height), (-room, down), xycoords=("axes fraction", "data"), textcoords="offset points",
            size=size, va="bottom", annotation_clip=False, **look,
        )  # fmt: skip


def tall(lines: Lines) -> float:
    """Give how high lines above each other are, in points."""
    return LEADING * sum(size for _, size, _ in lines)


def widest(stacks: Iterable[Lines]) -> float:
    """Give how wide the widest of several stacks of lines is, in points."""
    return max(text_width(text, size, look.get("weight", "normal")) for lines in stacks for text, size, look in lines)


def text_width(text: str, size: float, weight: str = "normal") -> float:
    """Give how wide a text is in the house's letters, in points."""
    return size * _width(text, weight)


@lru_cache(maxsize=10_000)
def _width(text: str, weight: str) -> float:
    font = FontProperties(family="DejaVu Sans", weight=weight, size=1)
    return float(text_to_path.get_text_width_height_descent(text, font, ismath=False)[0])


def wrap(text: str, size: float, width: float, weight: str = "normal") -> list[str]:
    """Break `text` into lines no wider than `width` points; a name with hyphens that is wider breaks after one."""

    def fits(line: str) -> bool:
        return text_width(line, size, weight) <= width

    pieces = [
        (piece, "" if number else " ")
        for word in re.findall(r"[^ \n]+", text)  # not at the space that keeps an amount together
        for number, piece in enumerate([word] if fits(word) else re.split(r"(?<=-)", word))
    ]
    lines: list[str] = []
    for word, space in pieces:
        longer = f"{lines[-1]}{space}{word}" if lines else word
        if lines and fits(longer):
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def wrap_evenly(text: str, size: float, width: float, weight: str = "normal") -> list[str]:
    """Break `text` into lines as `wrap` does, but leave no word alone on the last where narrower lines help.

    Examples
    --------
    >>> wrap("Hatched: lowest estimate; dashed: highest", size=10, width=200)
    ['Hatched: lowest estimate; dashed:', 'highest']
    >>> wrap_evenly("Hatched: lowest estimate; dashed: highest", size=10, width=200)
    ['Hatched: lowest estimate;', 'dashed: highest']

    """
    lines = wrap(text, size, width, weight)
    for share in (0.9, 0.8, 0.7):
        if len(lines) > 1 and " " not in lines[-1]:
            narrower = wrap(text, size, share * width, weight)
            lines = narrower if len(narrower) == len(lines) else lines
    return lines


def spread(positions: Sequence[float], gap: float) -> list[float]:
    """Move label positions apart until each is at least `gap` from the next, in their order.

    Examples
    --------
    >>> spread([1.0, 1.0, 5.0], 2.0)
    [0.0, 2.0, 5.0]

    """
    order = sorted(range(len(positions)), key=lambda index: positions[index])
    moved = [float(positions[index]) for index in order]
    for _ in range(100):
        for left in range(len(moved) - 1):
            short = gap - (moved[left + 1] - moved[left])
            if short > 1e-9:
                moved[left] -= short / 2
                moved[left + 1] += short / 2
    placed = dict(zip(order, moved, strict=True))
    return [placed[index] for index in range(len(positions))]

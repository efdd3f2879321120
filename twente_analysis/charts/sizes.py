"""The sizes a chart is drawn in: a memo's column, half of it, or a slide."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TypeVar

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..tidy import check_choice

__all__ = ["chart_size"]

T = TypeVar("T")
CM = 1 / 2.54
#: The smallest letters on a slide, in points: it is read across a room.
LEAST = 10.5
#: How much of a picture title, subtitle, source and margins take where the height is given for the whole, in points.
WORDS = 85.0


@dataclass(frozen=True)
class Size:
    """How wide and at most how high a chart is on paper, in cm, and the letters of its words, in points."""

    width: float
    most: float
    title: float = 10.5
    subtitle: float = 8.0
    source: float = 6.5


SIZES = {
    "memo": Size(16.0, 24.0),
    # As narrow as one of two columns on A4: a chart grows by the lines that its words take.
    "half": Size(7.8, 27.0, 9.0, 7.0, 6.0),
    # A wide slide. Laid out as a memo's chart and enlarged, so that its letters are about twice as large.
    "slide": Size(33.87, 19.05),
}
#: Names the size for a whole process, such as the kernel that runs a notebook for slides.
VARIABLE = "TWENTE_CHART_SIZE"
STANDARD = os.environ.get(VARIABLE, "memo")
_NAME: ContextVar[str] = ContextVar("chart_size", default=STANDARD)


@contextmanager
def chart_size(name: str) -> Iterator[None]:
    """Draw every chart inside the block in another size.

    Parameters
    ----------
    name
        ``memo``: 16 cm wide, as in a memo's column, 9 cm high unless a chart has many rows; what you get without this.
        ``half``: 7.8 cm wide, for two beside each other; labels wrap and panels stand below each other.
        ``slide``: 33.87 x 19.05 cm (16:9), with letters for a wall.

    Raises
    ------
    DataError
        When there is no such size.

    Examples
    --------
    >>> import twente_analysis as ta
    >>> with ta.chart_size("half"):
    ...     ax = ta.plot_history(ta.load_history())
    >>> print(f"{ax.figure.get_size_inches()[0] * 2.54:.1f} cm wide")
    7.8 cm wide

    """
    check_choice("size", name, list(SIZES))
    before = _NAME.set(name)
    try:
        yield
    finally:
        _NAME.reset(before)


def is_half() -> bool:
    """Say whether the chart is drawn in half a column."""
    return _NAME.get() == "half"


def is_slide() -> bool:
    """Say whether the chart is drawn as a slide."""
    return _NAME.get() == "slide"


def canvas(height: float, half: float, slide: float | None = None) -> tuple[float, float]:
    """Give the width and height in inches on which the chart is laid out.

    Parameters
    ----------
    height
        Height of the whole picture in a memo, in cm.
    half
        Height of the drawn part in half a column, in cm: title, subtitle and source come on top of it.
    slide
        Height of the whole picture as a slide before it is enlarged, in cm; as in a memo, and at least 9, when absent.

    """
    size = _size()
    if is_slide():
        rows = max(9.0, slide or height)
        return rows * size.width / size.most * CM, rows * CM
    return size.width * CM, min(half if is_half() else height, size.most) * CM


def letters(figure: Figure) -> tuple[float, float, float]:
    """Give the sizes of title, subtitle and source in points; on a wider lay-out of a slide they are larger."""
    size = _size()
    scale = _scale(figure.get_figwidth())
    return size.title * scale, size.subtitle * scale, max(size.source * scale, least(figure))


def least(figure: Figure) -> float:
    """Give the smallest letters that can be read of a chart as it is laid out, in points; on paper the source's."""
    return LEAST / enlargement(figure) if is_slide() else _size().source


def enlargement(figure: Figure) -> float:
    """Give how many times larger than laid out a chart comes on paper."""
    return SIZES["slide"].width * CM / figure.get_figwidth() if is_slide() else 1.0


def drawn_room(ax: Axes) -> tuple[float, float]:
    """Give the width of the picture that `ax` is in and about the height of its drawn part, in points."""
    width, height = (float(side) * 72 / ax.figure.dpi for side in ax.figure.bbox.size)
    return width, height if is_half() else height - WORDS * _scale(width / 72)


def _size() -> Size:
    """Give the size drawn; the environment may name one that is not there."""
    check_choice(VARIABLE, _NAME.get(), list(SIZES))
    return SIZES[_NAME.get()]


def _scale(width: float) -> float:
    return min(width / (SIZES["memo"].width * CM), 1.3) if is_slide() else 1.0


def by_size(memo: T, half: T, slide: T | None = None) -> T:
    """Choose by the size drawn; a slide is as a memo's chart unless told otherwise."""
    return half if is_half() else slide if is_slide() and slide is not None else memo

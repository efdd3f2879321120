"""The house style of a chart: title with the message, subtitle, source, alternative text, and how it is shown."""

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
from IPython.display import display
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path
from matplotlib.ticker import FuncFormatter

from ..cell import bundle
from ..tidy import DataError, check_choice

STYLE = Path(__file__).with_name("twente.mplstyle")
BLUE, TEAL, BURGUNDY, ORANGE, DARK, PURPLE = "#12436D", "#28A197", "#801650", "#F46A25", "#3D3D3D", "#A285D1"
GREY = "#767676"
CM = 1 / 2.54
TITLE, SUBTITLE, SOURCE = 10.5, 8, 6.5
FORMATS = ("png", "svg")
#: Without these a PNG or SVG would differ from run to run.
STABLE: dict[str, dict[str, None]] = {"png": {"Software": None}, "svg": {"Date": None, "Creator": None}}

styled = plt.style.context(STYLE)


@dataclass(frozen=True)
class Figures:
    """The figures behind a chart: each row a name and its numbers, written as `kind` (see `format_number`).

    Parameters
    ----------
    form
        What a spreadsheet or a slide draws of them: ``lines`` and ``panels`` (a row is a line over the years; panels
        have a scale each, ``panels on one scale`` do not), ``bars`` that lie, ``stacked`` bars and ``shares`` of 100%
        (a column is a part). ``picture`` where they have no such chart.
    roles
        What is no plain count, by the name of its row or column: ``projection``, ``naive``, ``estimate``, ``scenario``,
        ``bound``, ``blank``, ``published`` (of another group), ``total``, ``chosen``, or ``apart``: not drawn.
    breaks
        A row that does not run on: its first column after the break, and what it is from there on.
    zero
        Whether the scale begins at 0.

    """

    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]
    kind: str
    form: str = "picture"
    roles: Mapping[str, str] = field(default_factory=dict)
    breaks: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    zero: bool = True


@dataclass(frozen=True)
class Chart:
    """The words of a chart and the figures behind it."""

    title: str
    subtitle: str
    source: str
    alt: str
    figures: Figures


_CHARTS: WeakKeyDictionary[Figure, Chart] = WeakKeyDictionary()


def finish(figure: Figure, chart: Chart) -> None:
    """Write title, subtitle and source around the axes and keep the chart's words with its figure."""
    width, height = figure.get_size_inches() * 72
    # A little narrower than the picture: the drawn letters differ by a hair from the measured ones.
    margin = 6.0
    room = 0.96 * width - 2 * margin
    title = wrap(chart.title, TITLE, room, "bold")
    subtitle = wrap(chart.subtitle, SUBTITLE, room)
    source = wrap(chart.source, SOURCE, room)
    top = height - margin
    figure.text(margin / width, top / height, "\n".join(title), size=TITLE, weight="bold", va="top", linespacing=1.2)
    top -= len(title) * TITLE * 1.25 + 3
    figure.text(margin / width, top / height, "\n".join(subtitle), size=SUBTITLE, color="#444444", va="top")
    top -= len(subtitle) * SUBTITLE * 1.3 + 5
    figure.text(margin / width, margin / height, "\n".join(source), size=SOURCE, color="#555555", va="bottom")
    bottom = margin + len(source) * SOURCE * 1.3 + 5
    side = margin / width
    figure.set_layout_engine("constrained", rect=(side, bottom / height, 1 - 2 * side, (top - bottom) / height))
    # Lay out once and keep it: the solver's last decimals differ from run to run, and with them the ids in an SVG.
    figure.draw_without_rendering()
    figure.set_layout_engine("none")
    for ax in figure.axes:
        left, low, wide, high = (round(float(place), 6) for place in ax.get_position().bounds)
        ax.set_position((left, low, wide, high))
    _CHARTS[figure] = chart


def chart_of(ax: Axes | np.ndarray) -> tuple[Figure, Chart]:
    """Find the figure and the words of a chart that a ``plot_`` function gave."""
    first = ax.flat[0] if isinstance(ax, np.ndarray) else ax
    figure = first.get_figure(root=True) if isinstance(first, Axes) else None
    if figure is None or figure not in _CHARTS:
        raise DataError(
            "This is no chart of twente_analysis, so it has no title, source and alternative text",
            remedy="Give what a plot_ function returned.",
        )
    return figure, _CHARTS[figure]


def show(ax: Axes | np.ndarray) -> None:
    """Show a chart in a notebook, with its alternative text and the figures behind it, and close it.

    Parameters
    ----------
    ax
        What a ``plot_`` function returned.

    """
    figure, chart = chart_of(ax)
    svg, png = _drawn(figure, "svg").decode(), _drawn(figure, "png")
    width, height = (int(side * 100) for side in figure.get_size_inches())
    # JupyterLab would prefer an SVG of its own and drop the alternative text, so it travels with our content.
    content = {**asdict(chart), "svg": svg}
    shown = bundle("chart", content, image_png=png, text_plain=f"{chart.title}\n{chart.alt}")
    metadata = {"image/png": {"alt": chart.alt, "width": width, "height": height}}
    plt.close(figure)
    display(_Shown(shown, metadata))


class _Shown:
    """Hands a ready bundle to IPython, which encodes the image."""

    def __init__(self, data: dict[str, Any], metadata: dict[str, Any]) -> None:
        self.bundle = data, metadata

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Any:
        return self.bundle


def save_chart(ax: Axes | np.ndarray, path: str | Path) -> Path:
    """Save a chart as PNG (300 dpi) or SVG, by the ending of `path`.

    Raises
    ------
    DataError
        When the ending is neither ``.png`` nor ``.svg``.

    """
    path = Path(path)
    check_choice("format", path.suffix.removeprefix(".").lower(), FORMATS)
    figure, _ = chart_of(ax)
    drawn = _drawn(figure, path.suffix.removeprefix(".").lower())
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(drawn)
    return path


def _drawn(figure: Figure, form: str) -> bytes:
    buffer = io.BytesIO()
    with mpl.rc_context(fname=STYLE):
        figure.savefig(buffer, format=form, metadata=STABLE[form])
    return buffer.getvalue()


def lie_bars(ax: Axes, right: float, height: tuple[float, float], written: FuncFormatter, name: str) -> None:
    """Give an axis for bars that lie: from 0 to `right`, `height` from bottom to top, its numbers `written`."""
    ax.set_xlim(0, right)
    ax.set_ylim(*height)
    ax.set_yticks([])
    ax.grid(visible=True, axis="x")
    ax.grid(visible=False, axis="y")
    ax.axvline(0, color=GREY, linewidth=0.8)
    ax.spines["bottom"].set_visible(False)
    ax.xaxis.set_major_formatter(written)
    ax.set_xlabel(name)


def wrap(text: str, size: float, width: float, weight: str = "normal") -> list[str]:
    """Break `text` into lines no wider than `width` points; a name with hyphens that is wider breaks after one."""
    font = FontProperties(family="DejaVu Sans", weight=weight, size=size)

    def fits(line: str) -> bool:
        return bool(text_to_path.get_text_width_height_descent(line, font, ismath=False)[0] <= width)

    pieces = [
        (piece, "" if number else " ")
        for word in text.split()
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

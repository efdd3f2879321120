"""The house style of a chart: title with the message, subtitle, source, alternative text, and how it is shown."""

import base64
import inspect
import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import wraps
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import jinja2
import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
from IPython.display import display
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.patheffects import withStroke
from matplotlib.ticker import FuncFormatter, MaxNLocator

from ..cell import bundle
from ..incoming import show_hidden
from ..language import format_number
from ..tidy import DataError, check_choice, check_columns
from .lettering import wrap_evenly
from .sizes import by_size, enlargement, is_half, least, letters

#: Read once: a style that is a file would be read again by each chart.
STYLE: Any = dict(mpl.rc_params_from_file(Path(__file__).with_name("twente.mplstyle"), use_default_template=False))
BLUE, TEAL, BURGUNDY, ORANGE, DARK, PURPLE = "#12436D", "#28A197", "#801650", "#F46A25", "#3D3D3D", "#A285D1"
GREY = "#767676"
#: Keeps letters readable where a line runs through them.
HALO = withStroke(linewidth=2.5, foreground="white")
FORMATS = ("png", "svg")
#: Without these a PNG or SVG would differ from run to run.
STABLE: dict[str, dict[str, None]] = {"png": {"Software": None}, "svg": {"Date": None, "Creator": None}}


def styled(**frames: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Draw in the house style, after a check of the frames.

    ``scopes="compare_scopes: scope, value"`` says which function gives the frame of that parameter, and by which
    columns it is known.
    """

    def decorate(draw: Callable[..., Any]) -> Callable[..., Any]:
        signature = inspect.signature(draw)

        @wraps(draw)
        def checked(*given: Any, **named: Any) -> Any:
            for name, value in signature.bind(*given, **named).arguments.items():
                if name in frames:
                    maker, _, columns = frames[name].partition(": ")
                    for one in value if isinstance(value, list | tuple) else [value]:
                        check_columns(name, one, columns.split(", "), maker)
            with plt.style.context(STYLE):
                return draw(*given, **named)

        return checked

    return decorate


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
        ``bound``, ``least`` and below it ``most`` (of a count of which a part is hidden), ``partial`` (not counted in
        both years), ``published`` (of another group), ``total``, ``chosen`` and its ``rest``, or ``apart``: not drawn.
        A bar, or part of one, with a look of its own has the kind of payer, the verdict or the reading of a gap (see
        `briefs.native`).
    breaks
        A row that does not run on: its first column after the break, and what it is from there on.
    panels
        The panel of a row, where it is not its own. Bars with panels lie on a scale for each.
    zero
        Whether the scale begins at 0.
    whole
        Whether the scale of bars ends at 100%: each is a share of its own whole.
    subtitle
        The subtitle of what a spreadsheet or a slide draws, where the picture's own would not be true of it.

    """

    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]
    kind: str
    form: str = "picture"
    roles: Mapping[str, str] = field(default_factory=dict)
    breaks: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    panels: Mapping[str, str] = field(default_factory=dict)
    zero: bool = True
    whole: bool = False
    subtitle: str = ""


@dataclass(frozen=True)
class Chart:
    """The words of a chart and the figures behind it."""

    title: str
    subtitle: str
    source: str
    alt: str
    figures: Figures


_IMAGE = jinja2.Template(
    '<img src="data:image/png;base64,{{ png }}" alt="{{ alt }}" width="{{ width }}">', autoescape=True
)
_CHARTS: WeakKeyDictionary[Figure, Chart] = WeakKeyDictionary()
#: How many times larger than laid out each chart is saved.
_ENLARGED: WeakKeyDictionary[Figure, float] = WeakKeyDictionary()


def finish(figure: Figure, chart: Chart) -> None:
    """Write title, subtitle and source around the axes and keep the chart's words with its figure."""
    width, height = figure.get_size_inches() * 72
    sizes = letters(figure)
    # A little narrower than the picture: the drawn letters differ by a hair from the measured ones.
    margin = 6.0
    room = by_size(0.96, 0.96, 0.92) * width - 2 * margin
    title, subtitle, source = (
        wrap_evenly(text, size, room, weight)
        for text, size, weight in zip(
            (chart.title, chart.subtitle, chart.source), sizes, ("bold", "normal", "normal"), strict=True
        )
    )
    above = margin + len(title) * sizes[0] * 1.25 + 3 + len(subtitle) * sizes[1] * 1.3 + 5
    below = margin + len(source) * sizes[2] * 1.3 + 5
    if is_half():
        # The words of a narrow chart take many lines: it grows with them, so that what is drawn keeps its height.
        height += above + below
        figure.set_figheight(height / 72)
    top, side = height - margin, margin / width
    figure.text(side, top / height, "\n".join(title), size=sizes[0], weight="bold", va="top", linespacing=1.2)
    top -= len(title) * sizes[0] * 1.25 + 3
    figure.text(side, top / height, "\n".join(subtitle), size=sizes[1], color="#444444", va="top")
    figure.text(side, margin / height, "\n".join(source), size=sizes[2], color="#555555", va="bottom")
    rect = (side, below / height, 1 - 2 * side, (height - above - below) / height)
    _ticks(figure)
    # Lay out once and leave no engine behind: with one, matplotlib draws each picture twice.
    ConstrainedLayoutEngine(rect=rect).execute(figure)
    # The solver's last decimals differ from run to run, and with them the ids in an SVG.
    for ax in figure.axes:
        left, low, wide, high = (round(float(place), 6) for place in ax.get_position().bounds)
        ax.set_position((left, low, wide, high))
    _halo(figure)
    # Who hears the chart gets the message first, then the figures.
    _CHARTS[figure] = replace(chart, alt=f"{chart.title}. {chart.alt}")
    _ENLARGED[figure] = enlargement(figure)


def _halo(figure: Figure) -> None:
    """Give a halo to each label that stands on a grid without a ground of its own: a box behind it, or a filled bar."""
    for ax in figure.axes:
        lines = [*ax.get_xgridlines(), *ax.get_ygridlines()] if ax.axison else []
        if any(line.get_visible() for line in lines):
            bars = [patch.get_window_extent() for patch in ax.patches if to_rgba(patch.get_facecolor())[3] == 1]
            for text in ax.texts:
                box = text.get_window_extent()
                inside = any(bar.contains(*box.min) and bar.contains(*box.max) for bar in bars)
                if text.get_bbox_patch() is None and not inside:
                    text.set_path_effects([HALO])


def _ticks(figure: Figure) -> None:
    """Make the numbers and words at the axes no smaller than can be read."""
    axes = [axis for ax in figure.axes for axis in (ax.xaxis, ax.yaxis)]
    for text in (text for axis in axes for text in (axis.label, *axis.get_ticklabels())):
        text.set_fontsize(max(text.get_fontsize(), least(figure)))


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

    Examples
    --------
    In a notebook this shows the picture; elsewhere its title and alternative text.

    >>> import twente_analysis as ta
    >>> show(ta.plot_scopes(ta.compare_scopes(ta.load_enrolment()), language="en"))
    Technical students: +11.5% in total, −6.9% without transport and logistics
    4 line charts side by side with the number of technical students from 2007 to 2011. ...

    """
    figure, chart = chart_of(ax)
    svg, png = _drawn(figure, "svg").decode(), _drawn(figure, "png")
    width, height = (int(side * 100) for side in figure.get_size_inches())
    # JupyterLab would prefer an SVG of its own, so that travels with our content. It drops the alternative text of a
    # PNG and keeps that of an image in HTML, which it prefers.
    content = {**asdict(chart), "svg": svg}
    html = _IMAGE.render(alt=chart.alt, png=base64.b64encode(png).decode(), width=width)
    shown = bundle(
        "chart",
        content,
        image_png=png,
        text_html=html,
        text_plain=f"{chart.title}\n{chart.alt.removeprefix(chart.title + '. ')}",
    )
    metadata = {"image/png": {"alt": chart.alt, "width": width, "height": height}}
    plt.close(figure)
    display(_Shown(shown, metadata))


class _Shown:
    """Hands a ready bundle to IPython, which encodes the image."""

    def __init__(self, data: dict[str, Any], metadata: dict[str, Any]) -> None:
        self.bundle = data, metadata

    def __repr__(self) -> str:
        return str(self.bundle[0]["text/plain"])

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Any:
        return self.bundle


def save_chart(ax: Axes | np.ndarray, path: str | Path) -> Path:
    """Save a chart as PNG (300 dpi) or SVG, by the ending of `path`, in the size it was drawn in (see `chart_size`).

    Raises
    ------
    DataError
        When the ending is neither ``.png`` nor ``.svg``.

    Examples
    --------
    >>> import tempfile
    >>> import twente_analysis as ta
    >>> chart = ta.plot_scopes(ta.compare_scopes(ta.load_enrolment()), language="en")
    >>> save_chart(chart, f"{tempfile.mkdtemp()}/scopes.png").stat().st_size > 10_000
    True

    """
    path = Path(path)
    check_choice("format", path.suffix.removeprefix(".").lower(), FORMATS)
    figure, _ = chart_of(ax)
    drawn = _drawn(figure, path.suffix.removeprefix(".").lower())
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(drawn)
    return path


def _drawn(figure: Figure, form: str) -> bytes:
    buffer, times = io.BytesIO(), _ENLARGED[figure]
    with mpl.rc_context(STYLE):
        dpi = float(mpl.rcParams["savefig.dpi"])
        options: dict[str, Any] = {"dpi": dpi * times, "pil_kwargs": {"dpi": (dpi, dpi)}} if form == "png" else {}
        figure.savefig(buffer, format=form, metadata=STABLE[form], **options)
    drawn = buffer.getvalue()
    if form == "svg" and times != 1:
        # Only the size on paper changes: the picture's own measures stay as they are laid out.
        sides = (f"{name}=\"{side * 72 * times:.4f}pt\"".encode() for name, side in
                 zip(("width", "height"), figure.get_size_inches(), strict=True))  # fmt: skip
        drawn = re.sub(rb'width="[\d.]+pt" height="[\d.]+pt"', b" ".join(sides), drawn, count=1)
    # A control character in a comment of matplotlib's would make the SVG unreadable.
    return show_hidden(drawn.decode()).encode() if form == "svg" else drawn


def year_axis(ax: Axes, years: Sequence[int]) -> None:
    """Write these years below an axis, as whole numbers."""
    ax.set_xticks(years, [str(year) for year in years])


def number_axis(ax: Axes, language: str) -> None:
    """Write the numbers beside an axis as in `language`."""
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: format_number(value, language=language)))


def lie_bars(ax: Axes, right: float, height: tuple[float, float], written: FuncFormatter, name: str) -> None:
    """Give an axis for bars that lie: from 0 to `right`, `height` from bottom to top, its numbers `written`."""
    ax.set_xlim(0, right)
    ax.set_ylim(*height)
    ax.set_yticks([])
    ax.grid(visible=True, axis="x")
    ax.grid(visible=False, axis="y")
    ax.axvline(0, color=GREY, linewidth=0.8)
    ax.spines["bottom"].set_visible(False)
    ax.xaxis.set_major_locator(MaxNLocator(by_size(8, 4), steps=[1, 2, 5, 10]))
    ax.xaxis.set_major_formatter(written)
    ax.set_xlabel(name)

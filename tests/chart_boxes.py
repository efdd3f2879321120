"""Find what a reader would trip over in a drawn chart: text cut off, or on text, a mark, a line or the end of a bar."""

from itertools import combinations, pairwise

import numpy as np
from matplotlib.colors import to_rgb, to_rgba
from matplotlib.markers import MarkerStyle
from matplotlib.text import Text
from matplotlib.transforms import Bbox

#: In points: letters may reach so far into the box of others (a box has room for tails and accents), ...
TOUCH = 1.2
#: ... words beside each other are read as one with less room than this between them, ...
GAP = 2.0
#: ... and a picture's edge is a line of no width.
EDGE = 0.5
#: What WCAG 2.2 asks of letters (1.4.3).
CONTRAST = 4.5


def drawn_texts(figure):
    """Give every text a reader sees, once: words, labels, titles, legends, and tick labels inside the axes."""
    yield from figure.texts
    for ax in figure.axes:
        yield from [*ax.texts, ax.title, ax._left_title, ax._right_title]
        if legend := ax.get_legend():
            yield from legend.get_texts()
        if not ax.axison:
            continue
        for axis in (ax.xaxis, ax.yaxis):
            yield from (axis.label, axis.offsetText)
            low, high = sorted(axis.get_view_interval())
            room = 1e-9 * (high - low)
            places = zip(axis.get_majorticklocs(), axis.get_majorticklabels(), strict=False)
            yield from (text for place, text in places if low - room <= place <= high + room)


def boxes(figure):
    """Give each visible text with its box in points, after the figure was laid out."""
    # Laid out, not painted.
    figure.draw_without_rendering()
    renderer, scale = figure.canvas.get_renderer(), 72 / figure.dpi
    for text in drawn_texts(figure):
        if text.get_visible() and text.get_text().strip():
            # Of an annotation only the letters, not the point it belongs to.
            box = Text.get_window_extent(text, renderer)
            yield text, Bbox(box.get_points() * scale)


def marks(figure):
    """Give the box of each marker of a line, in points."""
    scale = 72 / figure.dpi
    for ax in figure.axes:
        for line in ax.lines:
            if line.get_marker() in ("None", "", None) or not line.get_visible():
                continue
            spots = line.get_transform().transform(np.asarray(line.get_xydata(), float)) * scale
            marker = MarkerStyle(line.get_marker())
            size = marker.get_path().transformed(marker.get_transform()).get_extents().size * line.get_markersize()
            for x, y in spots[np.isfinite(spots).all(axis=1)]:
                yield Bbox.from_bounds(x - size[0] / 2, y - size[1] / 2, *size)


def lines(figure):
    """Give each line that is drawn, those of the grid too: its axes, its place in the order, its corners in points."""
    scale = 72 / figure.dpi
    for ax in figure.axes:
        for line, order in (*((line, line.get_zorder()) for line in ax.lines), *grid(ax)):
            if line.get_linestyle() not in ("None", "", " ") and line.get_visible():
                path = line.get_transform().transform_path(line.get_path())
                yield ax, order, path.vertices * scale


def grid(ax):
    """Give the lines of the grid that lie in the axes, drawn when their axis is."""
    for axis in (ax.xaxis, ax.yaxis) if ax.axison else ():
        low, high = sorted(axis.get_view_interval())
        ticks = [tick for tick in axis.get_major_ticks() if low <= tick.get_loc() <= high]
        yield from ((tick.gridline, axis.get_zorder()) for tick in ticks)


def faults(figure):
    """Say what is wrong, as lines of text; empty when all can be read."""
    texts = list(boxes(figure))
    return [*_cut(figure, texts), *_crossing(texts), *_covering(figure, texts), *_on_bars(texts), *_legends(figure)]


def _cut(figure, texts):
    width, height = figure.get_size_inches() * 72
    for text, box in texts:
        if min(box.x0, box.y0) < -EDGE or box.x1 > width + EDGE or box.y1 > height + EDGE:
            yield f"cut off: {text.get_text()!r}"


def _crossing(texts):
    for (one, box), (other, beside) in combinations(texts, 2):
        if meets(Bbox([[box.x0 - GAP, box.y0 + TOUCH], [box.x1 + GAP, box.y1 - TOUCH]]), beside):
            yield f"text on text: {one.get_text()!r} and {other.get_text()!r}"


def _covering(figure, texts):
    """Find labels on a mark, and labels that a line runs through; a halo or a white box keeps a label readable."""
    markers, paths = list(marks(figure)), list(lines(figure))
    for text, box in texts:
        if text.axes is None or text not in text.axes.texts:
            continue
        inner = box.padded(-TOUCH)
        if any(meets(inner, marker) for marker in markers):
            yield f"text on a mark: {text.get_text()!r}"
        if stands_clear(text):
            continue
        for ax, order, path in paths:
            if ax is text.axes and crosses(path, inner) and not covered(text, box, order):
                yield f"line through text: {text.get_text()!r}"
                break


def stands_clear(text):
    """Say whether a text has a halo, or a ground that nothing shines through."""
    ground = text.get_bbox_patch()
    return bool(text.get_path_effects()) or (ground is not None and opaque(ground))


def opaque(patch):
    return patch.get_visible() and patch.get_facecolor()[3] == 1


def covered(text, box, order):
    """Say whether a bar lies over what was drawn in that order, where the box of the text is."""
    scale = 72 / text.axes.figure.dpi
    over = [patch for patch in text.axes.patches if opaque(patch) and patch.get_zorder() > order]
    return any(lies_in(box, Bbox(patch.get_window_extent().get_points() * scale).padded(EDGE)) for patch in over)


def _on_bars(texts):
    """Find labels over the end of a bar or on its hatching, and those too faint on a bar or on their own ground."""
    for text, box in texts:
        if text.axes is None or text not in text.axes.texts:
            continue
        patch = text.get_bbox_patch()
        if patch is not None and opaque(patch):
            if contrast(text.get_color(), patch.get_facecolor()) < CONTRAST:
                yield f"text hard to read on its ground: {text.get_text()!r}"
            continue
        inner, scale = box.padded(-TOUCH), 72 / text.axes.figure.dpi
        bars = [(bar, Bbox(bar.get_window_extent().get_points() * scale)) for bar in text.axes.patches if shows(bar)]
        below = [(bar, ground.padded(EDGE)) for bar, ground in bars if meets(inner, ground)]
        if any(not lies_in(inner, ground) for _, ground in below):
            yield f"text over the end of a bar: {text.get_text()!r}"
        elif below:
            *_, top = sorted((bar for bar, _ in below), key=lambda bar: bar.get_zorder())  # of equals the last
            if top.get_hatch() or contrast(text.get_color(), on_white(top.get_facecolor())) < CONTRAST:
                yield f"text hard to read on a bar: {text.get_text()!r}"


def shows(bar):
    """Say whether a reader sees a bar: it has a size, and a colour or an edge."""
    seen = bar.get_facecolor()[3] or (bar.get_edgecolor()[3] and bar.get_linewidth())
    return bar.get_visible() and seen and min(bar.get_window_extent().size) > 0


def lies_in(box, ground):
    return ground.x0 <= box.x0 and ground.y0 <= box.y0 and box.x1 <= ground.x1 and box.y1 <= ground.y1


def on_white(colour):
    """Give the colour that a colour which lets light through has on white."""
    *rgb, alpha = to_rgba(colour)
    return [1 + alpha * (one - 1) for one in rgb]


def contrast(one, other):
    """Give the contrast of two colours, as WCAG 2.2 defines it: from 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour):
    """Give the relative luminance of WCAG 2.2."""
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in to_rgb(colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _legends(figure):
    scale, markers = 72 / figure.dpi, list(marks(figure))
    for ax in figure.axes:
        if legend := ax.get_legend():
            frame = Bbox(legend.get_window_extent().get_points() * scale).padded(-TOUCH)
            bars = [Bbox(patch.get_window_extent().get_points() * scale) for patch in ax.patches]
            if any(meets(frame, one) for one in (*markers, *bars)):
                yield "legend on a mark or bar"


def meets(one, other):
    """Say whether two boxes share more than an edge."""
    return one.x0 < other.x1 and other.x0 < one.x1 and one.y0 < other.y1 and other.y0 < one.y1


def crosses(path, box):
    """Say whether a path of straight pieces enters a box."""
    for (x0, y0), (x1, y1) in pairwise(path):
        if not np.isfinite([x0, y0, x1, y1]).all():
            continue
        # The part of the piece, between 0 and 1, that is inside each pair of sides.
        start, end = 0.0, 1.0
        for begin, step, low, high in ((x0, x1 - x0, box.x0, box.x1), (y0, y1 - y0, box.y0, box.y1)):
            if step == 0:
                start, end = (start, end) if low < begin < high else (1.0, 0.0)
                continue
            near, far = sorted(((low - begin) / step, (high - begin) / step))
            start, end = max(start, near), min(end, far)
        if start < end:
            return True
    return False

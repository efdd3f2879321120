"""A chart of PowerPoint's own on a slide, with its figures in a workbook that can be edited."""

from typing import Any

from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import (
    XL_CHART_TYPE,
    XL_LABEL_POSITION,
    XL_LEGEND_POSITION,
    XL_MARKER_STYLE,
    XL_TICK_LABEL_POSITION,
    XL_TICK_MARK,
)
from pptx.enum.dml import MSO_LINE, MSO_PATTERN
from pptx.oxml.ns import qn
from pptx.oxml.xmlchemy import OxmlElement
from pptx.util import Cm, Pt

from ..briefs.native import Look, Native
from ..briefs.workbook import embedded_workbook

__all__ = ["add_chart"]

KINDS = {
    "lines": XL_CHART_TYPE.LINE_MARKERS,
    "bars": XL_CHART_TYPE.BAR_CLUSTERED,
    "stacked": XL_CHART_TYPE.BAR_STACKED,
    "shares": XL_CHART_TYPE.BAR_STACKED_100,
}
DASHES = {"solid": MSO_LINE.SOLID, "dash": MSO_LINE.DASH, "dot": MSO_LINE.ROUND_DOT, "dash dot": MSO_LINE.DASH_DOT}
PATTERNS = {
    "dots": MSO_PATTERN.PERCENT_20,
    "up": MSO_PATTERN.WIDE_UPWARD_DIAGONAL,
    "down": MSO_PATTERN.WIDE_DOWNWARD_DIAGONAL,
    "lines": MSO_PATTERN.LIGHT_HORIZONTAL,
    "cross": MSO_PATTERN.DIAGONAL_CROSS,
}
MARKERS = {
    "circle": XL_MARKER_STYLE.CIRCLE,
    "square": XL_MARKER_STYLE.SQUARE,
    "triangle": XL_MARKER_STYLE.TRIANGLE,
    "diamond": XL_MARKER_STYLE.DIAMOND,
    "none": XL_MARKER_STYLE.NONE,
}
#: More bars have smaller letters.
CROWDED = 14
GRID = RGBColor(0xD9, 0xD9, 0xD9)


def add_chart(slide: Any, native: Native, box: tuple[float, float, float, float], lines: int) -> Any:
    """Add a chart in a box (left, top, width, height in cm), and give its shape; `lines` is the room of a title."""
    data = CategoryChartData(number_format=native.number_format)
    data.categories = list(native.categories)
    for series in native.series:
        data.add_series(series.name, series.values)
    shape = slide.shapes.add_chart(KINDS[native.form], *map(Cm, box), data)
    chart = shape.chart
    # The library's own workbook makes a formula of a text that begins as one.
    chart.part.chart_workbook.update_from_xlsx_blob(embedded_workbook(native))
    chart.font.size, chart.font.name = Pt(_letters(native)), "Arial"
    chart.has_title = bool(native.title)
    if chart.has_title:
        chart.chart_title.text_frame.text = native.title
        run = chart.chart_title.text_frame.paragraphs[0].runs[0]
        run.font.size, run.font.bold, run.font.name = Pt(11), True, "Arial"
        chart.chart_title.include_in_layout = False
    chart.has_legend = len(native.named) > 1
    if chart.has_legend:
        chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
        _name_once(chart.legend, native)
    elif native.title:
        # Numbers of bars stand above them, those of lines below.
        _place_plot(chart, box, (0.75 + 0.45 * lines, 0.8, 1.4) if native.lines else (1.4, 0.2, 0.42 * box[2]))
    _axes(chart, native)
    if not native.lines:
        chart.plots[0].gap_width = 45
        chart.plots[0].overlap = 100 if native.form != "bars" else 0
    for drawn, series in zip(chart.plots[0].series, native.series, strict=True):
        if native.lines:
            drawn.smooth = False
            _line(drawn.format.line, series.look, series.look.width)
            drawn.marker.style = MARKERS[series.look.marker]
            if series.look.marker != "none":
                drawn.marker.size = 7
                drawn.marker.format.fill.solid()
                drawn.marker.format.fill.fore_color.rgb = _colour(series.look.fill)
                _line(drawn.marker.format.line, Look(series.look.colour), 1.0)
        else:
            drawn.invert_if_negative = False
            _bar(drawn.format, series.look)
            for place, look in enumerate(native.looks):
                _bar(drawn.points[place].format, look)
        _labels(drawn, native, series)
    return shape


def _name_once(legend: Any, native: Native) -> None:
    """Leave out of the legend what goes on after a break: the panel's title says since when."""
    for place, series in enumerate(native.series):
        if series not in native.named:
            legend._element.find(qn("c:legendPos")).addnext(_gone("legendEntry", place))


def _gone(kind: str, place: int) -> Any:
    """Give the mark that an entry of a legend, or a number, is left out."""
    entry, index, gone = (OxmlElement(f"c:{name}") for name in (kind, "idx", "delete"))
    index.set("val", str(place))
    gone.set("val", "1")
    entry.extend([index, gone])
    return entry


def _place_plot(chart: Any, box: tuple[float, float, float, float], beside: tuple[float, float, float]) -> None:
    """Let the plots of panels begin at the same place, however long their titles and names.

    `beside` is the room above, below and at the left, in cm.
    """
    _, _, wide, high = box
    above, below, left = beside
    top = min(above, high / 2)
    sides = {"x": left / wide, "y": top / high, "w": 1 - (left + 0.3) / wide, "h": 1 - (top + below) / high}
    manual = OxmlElement("c:manualLayout")
    for name, value in {"layoutTarget": "inner", "xMode": "edge", "yMode": "edge", **sides}.items():
        part = OxmlElement(f"c:{name}")
        part.set("val", str(value))
        manual.append(part)
    area = chart._chartSpace.chart.plotArea
    layout = area.find(qn("c:layout"))
    if layout is None:
        layout = OxmlElement("c:layout")
        area.insert(0, layout)
    layout.append(manual)


def _labels(drawn: Any, native: Native, series: Any) -> None:
    """Write the numbers at the ends of a line, beside bars and in the parts of a stacked bar."""
    if native.lines:
        for place in native.labels(series):
            label = drawn.points[place].data_label
            label.position = XL_LABEL_POSITION.BELOW if native.below(series, place) else XL_LABEL_POSITION.ABOVE
            label.font.size = Pt(10)
    if native.lines:
        return
    labels = drawn.data_labels
    labels.show_value, labels.number_format, labels.number_format_is_linked = True, native.number_format, False
    labels.font.size = Pt(min(10, _letters(native)))
    if native.form == "bars":
        labels.position = XL_LABEL_POSITION.OUTSIDE_END
        return
    labels.position = XL_LABEL_POSITION.CENTER
    labels.font.bold = True
    labels.number_format = native.label_format
    # A nought is not written, nor the number of a narrow part: it would stand on the edge of another.
    for place in sorted({*range(len(series.values))} - native.shown_parts(series), reverse=True):
        labels._element.insert(0, _gone("dLbl", place))
    dark = series.look.fill == series.look.colour
    labels.font.color.rgb = RGBColor(0xFF, 0xFF, 0xFF) if dark else RGBColor(0x22, 0x22, 0x22)


def _axes(chart: Any, native: Native) -> None:
    values, names = chart.value_axis, chart.category_axis
    values.tick_labels.number_format = "0%" if native.form == "shares" else native.number_format
    values.tick_labels.number_format_is_linked = False
    values.major_gridlines.format.line.color.rgb = GRID
    values.format.line.fill.background()
    values.major_tick_mark = names.major_tick_mark = XL_TICK_MARK.NONE
    names.format.line.color.rgb = RGBColor(0x76, 0x76, 0x76)
    values.minimum_scale, values.maximum_scale = native.floor(), native.ceiling
    if not native.lines:
        # The first row on top, as a reader expects.
        names.reverse_order = True
        names.tick_label_position = XL_TICK_LABEL_POSITION.LOW
        # Each bar keeps its name, however many there are.
        skip = OxmlElement("c:tickLblSkip")
        skip.set("val", "1")
        names._element.find(qn("c:noMultiLvlLbl")).addprevious(skip)


def _letters(native: Native) -> int:
    """Give the size of a chart's letters: of a panel smaller, and where many bars stand together."""
    if native.lines:
        return 9 if native.title else 12
    return 10 if native.title or len(native.categories) > CROWDED else 12


def _line(line: Any, look: Look, width: float) -> None:
    line.color.rgb, line.width, line.dash_style = _colour(look.colour), Pt(width), DASHES[look.dash]


def _bar(form: Any, look: Look) -> None:
    if look.pattern:
        form.fill.patterned()
        form.fill.pattern = PATTERNS[look.pattern]
        form.fill.fore_color.rgb, form.fill.back_color.rgb = _colour(look.colour), _colour(look.fill)
    else:
        form.fill.solid()
        form.fill.fore_color.rgb = _colour(look.fill)
    _line(form.line, look, 1.0)


def _colour(name: str) -> RGBColor:
    return RGBColor.from_string("FFFFFF" if name == "white" else name.lstrip("#"))

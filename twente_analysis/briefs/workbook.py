"""A chart as a workbook: Excel's own chart on one sheet, its figures on the next. Text is never a formula."""

import io
from datetime import datetime
from pathlib import Path
from typing import Any

from PIL import Image
from xlsxwriter import Workbook
from xlsxwriter.chart import Chart
from xlsxwriter.worksheet import Worksheet

from ..export import visible_text
from ..language import label, say
from .document import Figure, picture
from .native import Look, Native, Series, number_format, take_native

__all__ = ["embedded_workbook", "write_workbook"]

#: Text stays text, whatever it begins with.
SAFE = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
#: A fixed moment: the same figures give the same file.
MADE = datetime(2000, 1, 1)
FONT = {"name": "Arial", "size": 9}
DASHES = {"solid": "solid", "dash": "dash", "dot": "round_dot", "dash dot": "dash_dot"}
PATTERNS = {"dots": "percent_20", "up": "wide_upward_diagonal", "down": "wide_downward_diagonal",
            "lines": "light_horizontal", "cross": "wide_check"}  # fmt: skip
KINDS = {
    "bars": {"type": "bar"},
    "stacked": {"type": "bar", "subtype": "stacked"},
    "shares": {"type": "bar", "subtype": "percent_stacked"},
}
#: Letters of a panel's title over the width of all.
TITLE = 120
#: The row of the names above the figures, and the chart's size in pixels.
HEAD = 3
LAST = 13
WIDE, HIGH, BAR = 900, 460, 34
PANEL = (300, 230)


def write_workbook(figure: Figure, language: str, path: Path) -> None:
    """Write the workbook of a chart; where Excel has no such chart, the picture stands there and says so."""
    content = {name: visible_text(str(figure.content[name])) for name in ("title", "subtitle", "source", "alt")}
    native = take_native(figure.content, language)
    if native is not None:
        content["subtitle"] = native.subtitle
    with Workbook(str(path), SAFE) as book:
        book.set_properties({"title": content["title"], "author": "", "comments": content["source"], "created": MADE})
        front = book.add_worksheet(say("memo.sheet_chart", language))
        figures = book.add_worksheet(say("memo.sheet_figures", language))
        for sheet in (front, figures):
            sheet.hide_gridlines(2)
            sheet.set_landscape()
            sheet.set_paper(9)
            sheet.fit_to_pages(1, 1)
        notes = [content["source"]]
        _write_figures(book, figures, (figure, native), content, language)
        if native is None:
            notes.insert(0, say("memo.no_native", language, sheet=say("memo.sheet_figures", language)))
            below = _insert_picture(front, figure, content["alt"])
        else:
            if native.left_out:
                notes.append(say("memo.left_out", language, names=", ".join(one.name for one in native.left_out)))
            below = _insert_charts(book, front, native, content, figures.get_name())
        front.write_string(0, 0, content["title"], book.add_format({"bold": True}))
        for row, note in ((1, content["subtitle"]), *enumerate(notes, below)):
            _write_note(book, front, (row, LAST, 165), note)


def embedded_workbook(native: Native) -> bytes:
    """Write the figures of a chart on a slide, as PowerPoint opens them: a row per category, a column per series."""
    buffer = io.BytesIO()
    with Workbook(buffer, SAFE) as book:
        book.set_properties({"author": "", "created": MADE})
        sheet = book.add_worksheet("Sheet1")
        numbers = book.add_format({"num_format": native.number_format})
        sheet.write_column(1, 0, native.categories)
        for place, series in enumerate(native.series, 1):
            sheet.write_string(0, place, series.name)
            for row, value in enumerate(series.values, 1):
                if value is not None:
                    sheet.write_number(row, place, value, numbers)
        sheet.set_column(0, len(native.series), 24)
    return buffer.getvalue()


def _write_figures(
    book: Workbook, sheet: Worksheet, drawn: tuple[Figure, Native | None], content: dict[str, str], language: str
) -> None:
    figure, native = drawn
    found = figure.content["figures"]
    numbers = book.add_format({"num_format": number_format(found["kind"], language)})
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "bottom"})
    right = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "bottom", "align": "right"})
    aside = book.add_format({"indent": 1})
    aside_head = book.add_format({"bold": True, "bottom": 1, "indent": 1, "valign": "bottom"})
    sheet.write_string(0, 0, content["title"], book.add_format({"bold": True}))
    columns = list(map(visible_text, found["columns"]))
    rows = [[visible_text(str(row[0])), *row[1:]] for row in found["rows"]]
    roles = [label("figure_role", found.get("roles", {}).get(row[0], ""), language) for row in found["rows"]]
    if native is not None and native.lines:
        every = [*native.series, *native.left_out]
        columns, rows = [columns[0], *native.categories], [[one.name, *one.values] for one in every]
        roles = [label("figure_role", one.role, language) for one in every]
    elif native is not None:
        rows = [[name, *row[1:]] for name, row in zip(native.categories, rows, strict=True)]
    for place, name in enumerate(columns):
        sheet.write_string(HEAD, place, name, right if place else head)
    for number, row in enumerate(rows, HEAD + 1):
        sheet.write_string(number, 0, row[0])
        for place, value in enumerate(row[1:], 1):
            if value is not None:
                sheet.write_number(number, place, float(value), numbers)
    if any(roles):
        sheet.write_string(HEAD, len(columns), say("memo.role", language), aside_head)
        sheet.write_column(HEAD + 1, len(columns), roles, aside)
    for panel in native.panels() if native else []:
        _write_title(sheet, panel, (aside_head, aside), language)
    first = min(70, max([14, *(len(str(row[0])) + 1 for row in rows)]))
    wide = max([11, *(min(18, len(name) + 2) for name in columns[1:])])
    sheet.set_column(0, 0, first)
    sheet.set_column(1, len(columns) - 1, wide)
    sheet.set_column(len(columns), len(columns), 36)
    letters = first + wide * (len(columns) - 1) + 36
    for at, text in ((1, content["subtitle"]), (HEAD + 2 + len(rows), content["source"])):
        _write_note(book, sheet, (at, len(columns), letters), text)
    sheet.freeze_panes(HEAD + 1, 1)


def _write_title(sheet: Worksheet, panel: Native, forms: tuple[Any, Any], language: str) -> None:
    """Write the title of a panel beside the roles of its rows, where it is no row's own name."""
    if column := _title_column(panel):
        sheet.write_string(HEAD, column, say("memo.panel", language), forms[0])
        for row in _rows(panel):
            sheet.write_string(row, column, panel.title, forms[1])


def _rows(panel: Native) -> list[int]:
    """Give the rows on the sheet that have the figures of a panel."""
    bars = range(panel.first, panel.first + len(panel.categories))
    return [HEAD + 1 + place for place in ((one.at for one in panel.series) if panel.lines else bars)]


def _title_column(panel: Native) -> int:
    if panel.title in ("", panel.series[0].name):
        return 0
    return 2 + len(panel.categories if panel.lines else [*panel.series, *panel.left_out])


def _write_note(book: Workbook, sheet: Worksheet, place: tuple[int, int, int], text: str) -> None:
    """Write a text over the first columns, in the lines it takes; `place` is row, last column, letters a line."""
    row, last, letters = place
    form = book.add_format({"font_size": 9, "font_color": "#555555", "text_wrap": True, "valign": "top"})
    # Merged first and empty: merging would make a formula of a text.
    sheet.merge_range(row, 0, row, last, "", form)
    sheet.write_string(row, 0, text, form)
    sheet.set_row(row, 13.5 * -(-len(text) // letters))


def _insert_picture(sheet: Worksheet, figure: Figure, alt: str) -> int:
    image = picture(figure)
    sheet.insert_image(3, 0, "chart.png", {"image_data": io.BytesIO(image), "description": alt})
    with Image.open(io.BytesIO(image)) as shown:
        return 5 + round(shown.height / 300 * 96 / 20)


def _insert_charts(book: Workbook, sheet: Worksheet, native: Native, content: dict[str, str], figures: str) -> int:
    """Insert the chart, or a chart per panel, three in a row; gives the first free row below."""
    panels = native.panels()
    across = native.across(3)
    small = PANEL[1] if across == 3 else HIGH * 3 // 4
    high = [small if panel.lines and panel.title else _height(panel) for panel in panels]
    lines = max(-(-len(panel.title) // (TITLE // across)) for panel in panels)
    for number, panel in enumerate(panels):
        alone = not panel.title
        chart = book.add_chart(KINDS.get(panel.form, {"type": "line"}))
        for series in panel.series:
            chart.add_series(_series(panel, series, figures))
        _dress(chart, panel)
        if alone:
            chart.set_title({"name": [figures, 0, 0], "name_font": FONT | {"size": 12, "bold": True}})
        else:
            # The library takes a text with an exclamation mark for a formula, but not what stands in a cell.
            cell = [figures, _rows(panel)[0], _title_column(panel)]
            chart.set_title({"name": cell, "name_font": FONT | {"size": 10, "bold": True}})
            if not panel.lines:
                # Below each other all begin at the same place, however long their names; the numbers stand above.
                top = 64 / high[number]
                chart.set_plotarea({"layout": {"x": 0.4, "y": top, "width": 0.54, "height": 1 - 1.2 * top}})
            elif len(panel.named) == 1:
                # Side by side all begin at the same height, however long their titles.
                top = 0.07 + 0.08 * min(lines, 3)
                chart.set_plotarea({"layout": {"x": 0.15, "y": top, "width": 0.81, "height": 0.86 - top}})
        wide, above = (WIDE if alone else PANEL[0] * 3 // across), number // across * across
        chart.set_size({"width": wide, "height": high[number]})
        place = {"x_offset": number % across * wide, "y_offset": sum(high[:above:across])}
        name = "" if alone else f"{panel.title}. "
        sheet.insert_chart(3, 0, chart, {"description": name + content["alt"], **place})
    return 4 + -(-sum(high[::across]) // 20)


def _series(native: Native, series: Series, sheet: str) -> dict[str, Any]:
    look, last = series.look, len(native.categories)
    if native.lines:
        row = HEAD + 1 + series.at
        where: dict[str, Any] = {
            "name": [sheet, row, 0],
            "categories": [sheet, HEAD, 1, HEAD, last],
            "values": [sheet, row, 1, row, last],
            "line": {"color": look.colour, "width": look.width, "dash_type": DASHES[look.dash]},
            "marker": _marker(look),
        }
    else:
        first = HEAD + 1 + native.first
        where = {
            "name": [sheet, HEAD, 1 + series.at],
            "categories": [sheet, first, 0, first + last - 1, 0],
            "values": [sheet, first, 1 + series.at, first + last - 1, 1 + series.at],
            "gap": 45,
            **_fill(look),
        }
        if native.looks:
            where["points"] = [_fill(one) for one in native.looks]
    if not native.lines or native.labels(series):
        where["data_labels"] = _labels(native, series)
    return where


def _labels(native: Native, series: Series) -> dict[str, Any]:
    labels: dict[str, Any] = {"value": True, "num_format": native.label_format, "font": FONT}
    if native.lines:
        ends = native.labels(series)
        hidden = [{} if place in ends else {"delete": True} for place in range(len(series.values))]
        return labels | {"position": "below" if series.role == "least" else "above", "custom": hidden}
    if native.form in ("stacked", "shares"):
        # A nought would stand on the edge of another part, and so would the number of a narrow one.
        there = native.shown_parts(series)
        hidden = [{} if place in there else {"delete": True} for place in range(len(series.values))]
        white = {"fill": {"color": "white"}, "font": FONT}
        return labels | white | {"position": "center", "custom": hidden}
    return labels | {"position": "outside_end"}


def _dress(chart: Chart, native: Native) -> None:
    """Give a chart its axes and legend."""
    grid = {"visible": True, "line": {"color": "#D9D9D9", "width": 0.75}}
    values: dict[str, Any] = {"num_format": native.number_format, "num_font": FONT, "major_gridlines": grid}
    values |= {"line": {"none": True}, "min": native.floor(), "max": native.ceiling}
    if native.form == "shares":
        values["num_format"] = "0%"
    names: dict[str, Any] = {"num_font": FONT, "major_tick_mark": "none", "text_axis": True}
    if native.lines:
        chart.set_x_axis(names)
        chart.set_y_axis(values)
        chart.show_blanks_as("gap")
    else:
        # The first row of the figures on top, as a reader expects.
        # Of bars that lie the y axis has the names.
        chart.set_y_axis(names | {"reverse": True, "label_position": "low", "major_gridlines": {"visible": False}})
        chart.set_x_axis(values)
    again = [place for place, one in enumerate(native.series) if one not in native.named]
    legend = {"position": "bottom", "font": FONT, "delete_series": again}
    chart.set_legend(legend if len(native.named) > 1 else {"none": True})


def _height(native: Native) -> int:
    least, around = (0, 90) if native.title else (300, 130)
    return HIGH if native.lines else max(least, around + BAR * len(native.categories) * max(1, _beside(native)))


def _beside(native: Native) -> int:
    """Say how many bars stand below each other for a category."""
    return len(native.series) if native.form == "bars" else 1


def _marker(look: Look) -> dict[str, Any]:
    if look.marker == "none":
        return {"type": "none"}
    return {"type": look.marker, "size": 6, "fill": {"color": look.fill}, "border": {"color": look.colour}}


def _fill(look: Look) -> dict[str, Any]:
    border = {"color": look.colour, "width": 1, "dash_type": DASHES[look.dash]}
    if look.pattern:
        pattern = {"pattern": PATTERNS[look.pattern], "fg_color": look.colour, "bg_color": look.fill}
        return {"pattern": pattern, "border": border}
    return {"fill": {"color": look.fill}, "border": border}

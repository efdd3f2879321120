"""A brief as slides of 16:9: one message a slide, charts that can be edited, the method in the notes."""

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup
from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.oxml.ns import qn
from pptx.oxml.xmlchemy import OxmlElement
from pptx.util import Cm, Emu, Pt

from ..briefs.document import Block, Figure, Plain, Prose, Words, picture
from ..briefs.native import Native, take_native
from ..export import visible_text
from ..language import say
from ..tables import Table
from .contents import LOCALES, Memo, cell_lines, column_widths, leftward, lines_of, said_choices, said_made, table_rows
from .graphs import add_chart

__all__ = ["save_pptx"]

WIDE, HIGH, EDGE = 33.867, 19.05, 1.6
ROOM = WIDE - 2 * EDGE
TITLE, SUBTITLE, BODY, SOURCE = (1.0, 2.2), (3.2, 0.9), (4.3, 12.6), (17.0, 1.6)
INK, GREY = RGBColor(0x12, 0x43, 0x6D), RGBColor(0x55, 0x55, 0x55)
FONT = "Arial"
#: Letters in a line of a slide's text, and lines on a slide.
LETTERS, LINES = 110, 18
#: Texts without a chart or table of so many letters share a slide.
SHORT = 260
#: The letters a table may have, in points, the largest first; of one point, in cm: a line and a row.
SIZES, LINE, ROW = (16, 14, 12, 11), 0.041, 0.057
COLUMNS = 9
#: A table goes over so many slides at most; more bars than this in panels have a slide for each panel.
PAGES, BARS = 3, 12
#: A row of a table with its kind: ``head``, ``group``, ``strong`` or empty.
Row = tuple[str, list[str]]
#: Panels in a row, and the width of a letter of their titles, in cm.
PANELS, TITLE_LETTER = 4, 0.24
#: A field needs an identifier; any will do.
FIELD = "{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}"


@dataclass
class Section:
    """What stands under a heading: its texts, charts and tables, and its lists."""

    heading: str
    texts: list[str] = field(default_factory=list)
    shown: list[Figure | Table] = field(default_factory=list)
    lists: list[str] = field(default_factory=list)

    def short(self) -> bool:
        """Whether it is one short text and nothing else."""
        return not self.shown and not self.lists and len(self.texts) == 1 and len(self.texts[0]) <= SHORT


def save_pptx(memo: Memo, path: Path) -> None:
    """Write a brief as slides."""
    deck = Presentation()
    _dress(deck, memo)
    sections = _sections(memo.blocks)
    _add_opening(deck, memo, sections[0].texts)
    # With the numbers they have in the Word document.
    tables = [block for block in memo.blocks if isinstance(block, Table)]
    left: list[str] = []
    short = [one for one in sections[1:] if one.short()]
    for section in sections:
        if section is sections[-1]:
            _add_points(deck, say("memo.also", memo.language), [f"{one.heading}: {one.texts[0]}" for one in short])
        notes = [section.heading, *section.texts]
        drawn = 0
        for one in section.shown:
            if isinstance(one, Figure):
                _add_figure(deck, one, notes, memo.language)
            elif not _add_table(deck, one, notes):
                left.append(f"{say('memo.table', memo.language)} {tables.index(one) + 1}. {one.caption}")
                continue
            drawn += 1
        # Under a chart or table the texts stand in the notes.
        texts = [] if drawn or section in short or not section.heading else section.texts
        if section.shown and sum(map(len, texts)) <= SHORT:
            # A line that leads to a table which stands on no slide.
            texts = []
        _add_points(deck, section.heading, [*texts, *section.lists])
    if left:
        _add_points(deck, say("memo.left_tables", memo.language), left)
    _add_points(deck, say("page.made", memo.language), said_made(memo))
    _add_points(deck, say("page.parameters", memo.language), [": ".join(one) for one in said_choices(memo)])
    for slide in deck.slides:
        _speak(slide, memo.language)
    deck.save(str(path))


def _sections(blocks: Sequence[Block]) -> list[Section]:
    sections = [Section("")]
    for block in blocks:
        match block:
            case Prose():
                for tag in BeautifulSoup(block.html, "html.parser").find_all(["h2", "p", "h3", "li"]):
                    text = visible_text(" ".join(tag.get_text().split()))
                    if tag.name == "h2":
                        sections.append(Section(text))
                    elif text:
                        sections[-1].texts.append(text)
            case Figure() | Table():
                sections[-1].shown.append(block)
            case Words() if block.role in ("caveats", "sources"):
                sections[-1].lists += map(visible_text, block.sentences)
            case Words() if block.role != "headline":
                sections[-1].texts += map(visible_text, block.sentences)
            case Plain():
                sections[-1].texts.append(visible_text(block.text))
    return sections


def _dress(deck: Any, memo: Memo) -> None:
    """Set size, places, fonts and properties; keep the three layouts that are used."""
    deck.slide_width, deck.slide_height = Cm(WIDE), Cm(HIGH)
    master = deck.slide_master
    layouts = master.slide_layouts
    for layout in list(layouts):
        if layout.name not in ("Title Slide", "Title and Content", "Title Only"):
            layouts.remove(layout)
    theme = master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    theme._blob = re.sub(rb'(<a:latin typeface=")[^"]*', rb"\1" + FONT.encode(), theme.blob)
    for page in (master, *layouts):
        _arrange(page)
    properties = deck.core_properties
    properties.title, properties.language = visible_text(memo.brief.title), LOCALES[memo.language]
    properties.author = properties.last_modified_by = properties.comments = properties.keywords = ""
    properties.subject = "twente_analysis " + memo.made["version"]
    properties.created = properties.modified = datetime.fromisoformat(memo.made["date"])


def _arrange(page: Any) -> None:
    """Give the placeholders of a layout their places on a wide slide."""
    places = {
        "SLIDE_NUMBER": ((WIDE - EDGE - 2.0, 17.9), (2.0, 0.8)),
        "SUBTITLE": ((EDGE, 8.2), (ROOM, 7.5)),
        "CENTER_TITLE": ((EDGE, 3.0), (ROOM, 4.6)),
        "TITLE": ((EDGE, TITLE[0]), (ROOM, TITLE[1])),
    }
    for shape in list(page.placeholders):
        name = shape.placeholder_format.type.name
        if name in ("DATE", "FOOTER"):
            shape._element.getparent().remove(shape._element)
        else:
            _place(shape, *places.get(name, ((EDGE, BODY[0] - 0.6), (ROOM, BODY[1] + 0.6))))


def _place(shape: Any, at: tuple[float, float], size: tuple[float, float]) -> None:
    shape.left, shape.top = Cm(at[0]), Cm(at[1])
    shape.width, shape.height = Cm(size[0]), Cm(size[1])


def _add_slide(deck: Any, layout: str, title: str, notes: Sequence[str]) -> Any:
    slide = deck.slides.add_slide(next(one for one in deck.slide_layouts if one.name == layout))
    shown = slide.shapes.title.text_frame
    shown.text = title
    shown.word_wrap = True
    shown.vertical_anchor = MSO_ANCHOR.MIDDLE if layout != "Title Slide" else MSO_ANCHOR.BOTTOM
    _write(shown, 26 if lines_of(title, 62) == 1 else 22, INK, bold=True)
    if layout == "Title Slide":
        _write(shown, 32, INK, bold=True)
    # The layout's number is no part of a slide until it is copied to it.
    for shape in slide.slide_layout.placeholders:
        if shape.placeholder_format.type.name == "SLIDE_NUMBER" and layout != "Title Slide":
            number = slide.shapes.add_textbox(shape.left, shape.top, shape.width, shape.height)
            paragraph = number.text_frame.paragraphs[0]
            paragraph.alignment = PP_ALIGN.RIGHT
            fld, size, text = (OxmlElement(f"a:{name}") for name in ("fld", "rPr", "t"))
            fld.set("id", FIELD)
            fld.set("type", "slidenum")
            size.set("sz", "1000")
            text.text = str(len(deck.slides))
            fld.extend([size, text])
            paragraph._p.append(fld)
            number.name = "Slide number"
    if notes:
        slide.notes_slide.notes_text_frame.text = "\n".join(notes)
    return slide


def _numbered(title: str, number: int, count: int) -> str:
    return title if count == 1 else f"{title} ({number}/{count})"


def _write(frame: Any, size: float, colour: RGBColor, *, bold: bool = False) -> None:
    """Give the text of a frame its size and colour."""
    for paragraph in frame.paragraphs:
        paragraph.alignment = PP_ALIGN.LEFT
        for run in paragraph.runs:
            run.font.size, run.font.bold, run.font.color.rgb, run.font.name = Pt(size), bold, colour, FONT


def _add_text(slide: Any, text: str, place: tuple[float, float], size: float, *, low: bool = False) -> None:
    wide = ROOM - (2.2 if low else 0)
    frame = slide.shapes.add_textbox(Cm(EDGE), Cm(place[0]), Cm(wide), Cm(place[1])).text_frame
    frame.word_wrap = True
    frame.vertical_anchor = MSO_ANCHOR.BOTTOM if low else MSO_ANCHOR.TOP
    frame.text = text
    _write(frame, size, GREY)


def _add_opening(deck: Any, memo: Memo, notes: list[str]) -> None:
    """Add the title with the answer below it."""
    headlines = [" ".join(one.sentences) for one in memo.blocks if isinstance(one, Words) and one.role == "headline"]
    slide = _add_slide(deck, "Title Slide", visible_text(memo.brief.title), notes)
    frame = slide.placeholders[1].text_frame
    frame.text = visible_text(" ".join(headlines) or said_made(memo)[0])
    frame.vertical_anchor = MSO_ANCHOR.TOP
    _write(frame, 20 if lines_of(frame.text, 85) <= 5 else 16, RGBColor(0x22, 0x22, 0x22))


def _add_figure(deck: Any, figure: Figure, notes: list[str], language: str) -> None:
    words = {name: visible_text(figure.content[name]) for name in ("title", "subtitle", "source", "alt")}
    native = take_native(figure.content, language)
    if native is not None and native.left_out:
        words["source"] += " " + say("memo.left_out", language, names=", ".join(one.name for one in native.left_out))
    notes = [*notes, words["subtitle"], words["alt"], words["source"]]
    if native is None:
        slide = _add_slide(deck, "Title Only", words["title"], notes)
        # The picture has its own words: the slide's title, for who hears it, stands above the edge.
        _place(slide.shapes.title, (EDGE, -TITLE[1] - 0.2), (ROOM, TITLE[1]))
        _add_picture(slide, figure, words["alt"])
        return
    pages = native.pages(BARS)
    for number, page in enumerate(pages, 1):
        slide = _add_slide(deck, "Title Only", _numbered(words["title"], number, len(pages)), notes)
        _add_native(slide, page, words)


def _add_native(slide: Any, native: Native, words: dict[str, str]) -> None:
    """Add a chart, or its panels, with its subtitle above and its source below."""
    _add_text(slide, native.subtitle, SUBTITLE, 14 if lines_of(native.subtitle, 110) == 1 else 10)
    # A long source pushes the chart up.
    foot = max(SOURCE[1], 0.45 * lines_of(words["source"], 165) + 0.3)
    room = SOURCE[0] + SOURCE[1] - foot - BODY[0] - 0.1
    _add_text(slide, words["source"], (SOURCE[0] + SOURCE[1] - foot, foot), 10, low=True)
    panels = native.panels()
    across = native.across(PANELS)
    wide = ROOM / across
    # Panels of bars are as high as they have bars, with room for title and axis.
    share = [1.0 if panel.lines else len(panel.categories) + 2.0 for panel in panels]
    lines = max(lines_of(panel.title, wide / TITLE_LETTER) for panel in panels)
    for number, panel in enumerate(panels):
        above = number // across * across
        top, high = (room * part / sum(share[::across]) for part in (sum(share[:above:across]), share[number]))
        box = (EDGE + (number % across) * wide, BODY[0] + top, wide, high)
        shape = add_chart(slide, panel, box, lines)
        _describe(shape, (f"{panel.title}. " if panel.title else "") + words["alt"], words["title"])


def _add_picture(slide: Any, figure: Figure, alt: str) -> None:
    top, bottom = 0.4, HIGH - 1.2
    shape = slide.shapes.add_picture(io.BytesIO(picture(figure)), Cm(EDGE), Cm(top), height=Cm(bottom - top))
    if shape.width > Cm(ROOM):
        shape.height, shape.width = Emu(round(shape.height * Cm(ROOM) / shape.width)), Cm(ROOM)
    shape.left = Emu(round((Cm(WIDE) - shape.width) / 2))
    _describe(shape, alt, visible_text(figure.content["title"]))


def _describe(shape: Any, alt: str, title: str) -> None:
    shown = shape._element._nvXxPr.cNvPr
    shown.set("descr", alt)
    shown.set("title", title)


def _add_table(deck: Any, table: Table, notes: list[str]) -> bool:
    """Add a table in the largest letters in which it fits a slide, or a few; give False where it does not."""
    head = [visible_text(str(name)) for name in table.columns]
    said = " ".join(map(visible_text, table.notes))
    foot = 0.45 * lines_of(said, 165) + 0.3 if said else 0.0
    room = SOURCE[0] + SOURCE[1] - foot - SUBTITLE[0] - 0.6
    rows = list(table_rows(table))
    if not rows or len(head) > COLUMNS:
        return False
    for size in SIZES:
        widths = column_widths(table, ROOM, size)
        pages = _paged(head, rows, (widths, size), room)
        if sum(widths) <= ROOM + 0.01 and len(pages) <= (PAGES if size == SIZES[-1] else 1):
            break
    else:
        return False
    # As full as each other, and not the last with a row alone.
    even = (_paged(head, rows, (widths, size), room * share) for share in (0.55, 0.65, 0.75, 0.85, 1.0))
    pages = next(one for one in even if len(one) == len(pages))
    for number, page in enumerate(pages, 1):
        whole = [*notes, *map(visible_text, table.notes)] if number == 1 else []
        slide = _add_slide(deck, "Title Only", _numbered(visible_text(table.caption), number, len(pages)), whole)
        _add_grid(slide, table, page, (widths, size))
        if said:
            _add_text(slide, said, (SOURCE[0] + SOURCE[1] - foot, foot), 10, low=True)
    return True


def _paged(head: list[str], rows: Sequence[Row], fitted: tuple[list[float], int], room: float) -> list[list[Row]]:
    """Divide rows over slides, each with the table's head; the heading of a group stays with its first row."""
    top = ("head", head)
    pages: list[list[Row]] = [[top]]
    left = room - _height(top, *fitted)
    for place, row in enumerate(rows):
        own = [row, *rows[place + 1 : place + 2]] if row[0] == "group" else [row]
        if sum(_height(one, *fitted) for one in own) > left and len(pages[-1]) > 1:
            pages.append([top])
            left = room - _height(top, *fitted)
        pages[-1].append(row)
        left -= _height(row, *fitted)
    return pages


def _add_grid(slide: Any, table: Table, rows: Sequence[Row], fitted: tuple[list[float], int]) -> None:
    """Add the cells of a table, or of a part of it."""
    (widths, size), left = fitted, leftward(table)
    high = [_height(row, *fitted) for row in rows]
    box = (Cm(EDGE), Cm(SUBTITLE[0] + 0.4), Cm(sum(widths)), Cm(sum(high)))
    shape = slide.shapes.add_table(len(rows), len(widths), *box)
    _describe(shape, visible_text(table.caption), visible_text(table.caption))
    grid = shape.table
    grid.horz_banding, grid.first_row, grid.first_col = False, True, False
    for place, wide in enumerate(widths):
        grid.columns[place].width = Cm(wide)
    for number, (kind, cells) in enumerate(rows):
        grid.rows[number].height = Cm(high[number])
        if kind == "group" and len(widths) > 1:
            grid.cell(number, 0).merge(grid.cell(number, len(widths) - 1))
        for place in range(len(widths)):
            _fill(grid.cell(number, place), cells[place] if place < len(cells) else "", (kind, size), left=left[place])


def _height(row: Row, widths: list[float], size: int) -> float:
    kind, cells = row
    lines = [cell_lines(text, wide, size) for text, wide in zip(cells, widths, strict=False)]
    return ROW * size + LINE * size * (max(lines) - 1 if kind != "group" else 0)


def _fill(cell: Any, text: str, look: tuple[str, int], *, left: bool) -> None:
    kind, size = look
    cell.margin_top = cell.margin_bottom = Cm(0.06)
    cell.vertical_anchor = MSO_ANCHOR.MIDDLE
    frame = cell.text_frame
    frame.text = text
    ink = RGBColor(0xFF, 0xFF, 0xFF) if kind == "head" else RGBColor(0x22, 0x22, 0x22)
    _write(frame, size, ink, bold=kind != "")
    frame.paragraphs[0].alignment = PP_ALIGN.LEFT if left else PP_ALIGN.RIGHT
    cell.fill.solid()
    cell.fill.fore_color.rgb = {"head": INK, "group": RGBColor(0xE7, 0xED, 0xF3)}.get(kind, RGBColor(0xFF, 0xFF, 0xFF))


def _add_points(deck: Any, heading: str, points: Sequence[str]) -> None:
    """Add slides with points, as many on each as fit."""
    pages: list[list[str]] = [[]]
    room = 0.0
    for point in points:
        takes = _lines([point])
        if pages[-1] and room + takes > LINES:
            pages.append([])
            room = 0.0
        pages[-1].append(point)
        room += takes
    for before, page in reversed(list(pairwise(pages))):
        # A point does not stand alone on the last slide.
        while len(before) > 1 and _lines(before) - _lines(page) >= 2 * _lines(before[-1:]):
            page.insert(0, before.pop())
    for number, page in enumerate(filter(None, pages), 1):
        slide = _add_slide(deck, "Title and Content", _numbered(heading, number, len(pages)), [])
        frame = slide.placeholders[1].text_frame
        frame.word_wrap = True
        frame.text = "\n".join(page)
        _write(frame, 16, RGBColor(0x22, 0x22, 0x22))
        for paragraph in frame.paragraphs:
            paragraph.space_after = Pt(6)


def _lines(points: Sequence[str]) -> float:
    """Estimate how many lines points take, with the room between them."""
    return sum(lines_of(point, LETTERS) + 0.4 for point in points)


def _speak(slide: Any, language: str) -> None:
    """Say the language of every text, for who listens to it and for the spelling checker."""
    pages = [slide._element, *([slide.notes_slide._element] if slide.has_notes_slide else [])]
    for page in pages:
        for kind in ("a:r", "a:fld"):
            for run in page.iter(qn(kind)):
                properties = run.find(qn("a:rPr"))
                if properties is None:
                    properties = OxmlElement("a:rPr")
                    run.insert(0, properties)
                properties.set("lang", LOCALES[language])

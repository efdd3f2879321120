"""A brief as a Word document: real headings, captions and tables, charts with alternative text."""

import io
from copy import deepcopy
from datetime import datetime
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup, NavigableString, Tag
from docx import Document
from docx.document import Document as Word
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.section import Section
from docx.shared import Cm, Emu, Pt, RGBColor
from docx.text.paragraph import Paragraph

from ..briefs.document import Figure, Plain, Prose, Words, key_sentences, picture
from ..export import visible_text
from ..language import say
from ..tables import Table
from .contents import LOCALES, Memo, column_widths, least_width, leftward, said_choices, said_made, table_rows

__all__ = ["save_docx"]

FONT = "Arial"
#: Width of the text and height that a chart may take, in cm.
WIDTH, HIGH = 16.0, 20.0
#: The letters of a table, in points.
LETTERS = 8.5
#: A table with so many rows, whose words alone fill so much of the width, stands on pages that lie.
LONG, FILLED, LYING = 30, 0.88, 24.7
INK, GREY = RGBColor(0x12, 0x43, 0x6D), RGBColor(0x55, 0x55, 0x55)
#: Name, size, bold, colour, space before and after, in points.
STYLES = (
    ("Normal", 10.5, False, None, 0, 6),
    ("Title", 22, True, INK, 0, 10),
    ("Heading 1", 15, True, INK, 18, 6),
    ("Heading 2", 12, True, INK, 12, 4),
    ("Heading 3", 10.5, True, INK, 10, 4),
    ("Caption", 9, True, INK, 4, 4),
    ("List Bullet", 10.5, False, None, 0, 4),
    ("List Number", 10.5, False, None, 0, 4),
    ("Footer", 8, False, GREY, 0, 0),
)
#: Styles of our own: what a cell of a table, a note and the answer at the top look like.
OWN = (("Table text", LETTERS, False, None, 1, 1), ("Note", 8.5, False, GREY, 2, 8), ("Answer", 12, True, None, 0, 10))
HEADINGS = {"h2": "Heading 1", "h3": "Heading 2", "h4": "Heading 3"}
#: The answer has so many sentences in bold at most.
BOLD = 2
#: A text of so many letters stays with the chart or table below it.
LEAD = 400
#: A table with so many rows stays on one page.
TOGETHER = 14


def save_docx(memo: Memo, path: Path) -> None:
    """Write a brief as a Word document on A4."""
    word = Document()
    _dress(word, memo)
    word.add_paragraph(visible_text(memo.brief.title), "Title")
    count = {"figure": 0, "table": 0}
    for block in memo.blocks:
        match block:
            case Prose():
                _add_prose(word, block.html)
            case Figure():
                _add_figure(word, block, count, memo.language)
            case Table():
                _add_table(word, block, count, memo.language)
            case Words():
                _add_words(word, block)
            case Plain():
                word.add_paragraph(visible_text(block.text), "Note")
    _add_made(word, memo, count)
    word.save(str(path))


def _dress(word: Word, memo: Memo) -> None:
    """Set paper, styles, language, properties and footer."""
    for section in word.sections:
        section.orientation = WD_ORIENT.PORTRAIT
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin = section.right_margin = Cm(2.5)
        section.top_margin, section.bottom_margin = Cm(1.8), Cm(1.7)
    for name, *_ in OWN:
        word.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH).base_style = word.styles["Normal"]
    for name, size, bold, colour, before, after in (*STYLES, *OWN):
        style: Any = word.styles[name]
        style.font.size, style.font.bold, style.font.italic = Pt(size), bold, False
        style.font.color.rgb = colour if colour is not None else RGBColor(0, 0, 0)
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)
    word.styles["Normal"].paragraph_format.line_spacing = 1.15
    word.styles["Table text"].paragraph_format.line_spacing = 1.0
    root = word.styles.element
    for fonts in root.iter(qn("w:rFonts")):
        # A font of the theme goes before a named one.
        fonts.attrib.clear()
        for kind in ("ascii", "hAnsi", "cs", "eastAsia"):
            fonts.set(qn(f"w:{kind}"), FONT)
    for lang in root.iter(qn("w:lang")):
        lang.attrib.clear()
        lang.set(qn("w:val"), LOCALES[memo.language])
    for border in list(word.styles["Title"].element.iter(qn("w:pBdr"))):
        border.getparent().remove(border)
    properties = word.core_properties
    properties.title, properties.language = visible_text(memo.brief.title), LOCALES[memo.language]
    properties.author = properties.last_modified_by = properties.comments = properties.keywords = ""
    properties.subject = "twente_analysis " + memo.made["version"]
    properties.created = properties.modified = datetime.fromisoformat(memo.made["date"])
    footer = word.sections[0].footer.paragraphs[0]
    footer.add_run(visible_text(memo.brief.title) + "  |  ")
    _add_field(footer, "PAGE", "1")


def _add_prose(word: Word, html: str) -> None:
    for tag in BeautifulSoup(html, "html.parser").find_all(True, recursive=False):
        if tag.name in HEADINGS:
            word.add_paragraph(visible_text(" ".join(tag.get_text().split())), HEADINGS[tag.name])
        elif tag.name in ("ul", "ol"):
            for item in tag.find_all("li"):
                _add_runs(word.add_paragraph(style="List Bullet" if tag.name == "ul" else "List Number"), item, {})
        elif tag.get_text(strip=True):
            _add_runs(word.add_paragraph(), tag, {})


def _add_runs(paragraph: Paragraph, tag: Tag, look: dict[str, bool]) -> None:
    """Put the text of a tag in a paragraph, with what is bold and in italics, and its links."""
    marks = {"strong": "bold", "b": "bold", "em": "italic", "i": "italic"}
    for child in tag.children:
        if isinstance(child, NavigableString):
            run = paragraph.add_run(visible_text(" ".join(str(child).split("\n"))))
            run.bold, run.italic = look.get("bold"), look.get("italic")
        elif isinstance(child, Tag) and child.name == "a" and str(child.get("href", "")).startswith("https://"):
            _add_link(paragraph, visible_text(child.get_text()), visible_text(str(child["href"])))
        elif isinstance(child, Tag):
            mark = marks.get(child.name)
            _add_runs(paragraph, child, look | ({mark: True} if mark else {}))


def _add_link(paragraph: Paragraph, text: str, address: str) -> None:
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), paragraph.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    run = paragraph.add_run(text)
    run.font.underline, run.font.color.rgb = True, INK
    link.append(run._r)
    paragraph._p.append(link)


def _add_figure(word: Word, figure: Figure, count: dict[str, int], language: str) -> None:
    """Add a chart, with its message as caption below: the picture holds subtitle and source."""
    _keep_lead(word)
    place = word.add_paragraph()
    place.paragraph_format.keep_with_next = True
    place.paragraph_format.space_before = Pt(6)
    shape = place.add_run().add_picture(io.BytesIO(picture(figure)), width=Cm(WIDTH))
    if shape.height > Cm(HIGH):
        shape.width, shape.height = Emu(round(shape.width * Cm(HIGH) / shape.height)), Cm(HIGH)
    shown = shape._inline.docPr
    shown.set("descr", visible_text(figure.content["alt"]))
    shown.set("title", visible_text(figure.content["title"]))
    caption = _add_caption(word, ("figure", figure.content["title"]), count, language)
    caption.paragraph_format.space_after = Pt(14)


def _keep_lead(word: Word) -> None:
    """Keep the short text that leads to a chart or table, and the heading above it, on its page."""
    lead = word.paragraphs[-1]
    if lead.style is not None and lead.style.name == "Normal" and len(lead.text) <= LEAD:
        lead.paragraph_format.keep_with_next = True


def _add_caption(word: Word, named: tuple[str, str], count: dict[str, int], language: str) -> Paragraph:
    kind, text = named
    count[kind] += 1
    caption = word.add_paragraph(style="Caption")
    name = say(f"memo.{kind}", language)
    caption.add_run(f"{name} ")
    _add_field(caption, f"SEQ {name} \\* ARABIC", str(count[kind]))
    caption.add_run(f". {visible_text(text)}")
    return caption


def _add_field(paragraph: Paragraph, code: str, shown: str) -> None:
    """Add a field that Word keeps up to date, such as a number of a caption, with what it shows until then."""
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), code)
    run = paragraph.add_run(shown)
    field.append(run._r)
    paragraph._p.append(field)


def _add_words(word: Word, words: Words) -> None:
    if words.role == "headline":
        # As in the box on the page; all of it in bold would stress nothing.
        answer, rest = key_sentences(list(words.sentences))
        answer, rest = answer[:BOLD], [*answer[BOLD:], *rest]
        word.add_paragraph(visible_text(" ".join(answer)), "Answer")
        if rest:
            word.add_paragraph(visible_text(" ".join(rest)))
        return
    for sentence in words.sentences:
        word.add_paragraph(visible_text(sentence), "Normal" if words.role == "finding" else "List Bullet")


def _add_table(word: Word, table: Table, count: dict[str, int], language: str) -> None:
    rows = list(table_rows(table))
    lies = len(rows) >= LONG and least_width(table, LETTERS) > FILLED * WIDTH
    if lies:
        _end_section(word, _heading_of(word))
    if len(rows) <= TOGETHER:
        _keep_lead(word)
    caption = _add_caption(word, ("table", table.caption), count, language)
    caption.paragraph_format.keep_with_next = True
    caption.paragraph_format.space_before = Pt(12)
    _add_grid(word, table, column_widths(table, LYING if lies else WIDTH, LETTERS))
    for note in table.notes:
        word.add_paragraph(visible_text(note), "Note")
    if not table.notes:
        word.add_paragraph(style="Table text")
    if lies:
        _end_section(word, None, lies=True)


def _add_grid(word: Word, table: Table, widths: list[float]) -> None:
    """Add the cells of a table."""
    rows, left = list(table_rows(table)), leftward(table)
    grid = word.add_table(rows=0, cols=len(table.columns))
    grid.autofit = False
    _line(grid)
    for column, wide in zip(grid.columns, widths, strict=True):
        column.width = Cm(wide)
    for kind, cells in [("head", [visible_text(str(name)) for name in table.columns]), *rows]:
        row = grid.add_row()
        _mark_row(row, "w:cantSplit")
        if kind == "head":
            _mark_row(row, "w:tblHeader")
        if kind == "group" and len(row.cells) > 1:
            row.cells[0].merge(row.cells[-1])
        # A heading stays with what follows, and a short table with itself.
        stays = kind in ("head", "group") or (len(rows) <= TOGETHER and cells is not rows[-1][1])
        for place, text in enumerate(cells):
            if kind != "group":
                row.cells[place].width = Cm(widths[place])
            _fill(row.cells[place], text, kind, stays=stays, left=left[place])


def _heading_of(word: Word) -> Paragraph | None:
    """Find the heading that stands right above what comes next, if there is one."""
    last = word.paragraphs[-1]
    above = last if last.style is not None and last.style.name in HEADINGS.values() else None
    return above if last._p.getnext() is word.sections[-1]._sectPr else None


def _end_section(word: Word, before: Paragraph | None, *, lies: bool = False) -> None:
    """End a section, before a paragraph or at the end: the pages of it lie, or stand."""
    above = before._p.getprevious() if before else word.paragraphs[-1]._p
    if above is not None and above.find(f"{qn('w:pPr')}/{qn('w:sectPr')}") is not None:
        # A section that lies ended just here: it goes on.
        above.getparent().remove(above)
        return
    closing = before.insert_paragraph_before(style="Table text") if before else word.add_paragraph(style="Table text")
    paper = deepcopy(word.sections[-1]._sectPr)
    closing._p.get_or_add_pPr().append(paper)
    if lies:
        section = Section(paper, word.part)
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = section.page_height, section.page_width


def _fill(cell: Any, text: str, kind: str, *, stays: bool, left: bool) -> None:
    """Write a cell; it stays on the page of the row below it where `stays`."""
    paragraph = cell.paragraphs[0]
    paragraph.style = "Table text"
    paragraph.add_run(text).bold = kind != "" or None
    paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT if left else WD_ALIGN_PARAGRAPH.RIGHT
    paragraph.paragraph_format.keep_with_next = stays
    if kind in ("head", "group"):
        _shade(cell, "E7EDF3" if kind == "head" else "F4F4F4")


def _line(grid: Any) -> None:
    """Give a table a thin line between its rows, and say that its first row and column are headings."""
    properties = grid._tbl.tblPr
    borders = OxmlElement("w:tblBorders")
    for edge in ("top", "bottom", "insideH"):
        line = OxmlElement(f"w:{edge}")
        for name, value in (("val", "single"), ("sz", "4"), ("space", "0"), ("color", "BFBFBF")):
            line.set(qn(f"w:{name}"), value)
        borders.append(line)
    properties.append(borders)
    look = properties.find(qn("w:tblLook"))
    if look is not None:
        # The schema has the look last.
        properties.append(look)


def _mark_row(row: Any, name: str) -> None:
    mark = OxmlElement(name)
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)


def _shade(cell: Any, colour: str) -> None:
    shade = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", colour)):
        shade.set(qn(f"w:{name}"), value)
    cell._tc.get_or_add_tcPr().append(shade)


def _add_made(word: Word, memo: Memo, count: dict[str, int]) -> None:
    language = memo.language
    word.add_paragraph(say("page.made", language), "Heading 1")
    word.add_paragraph(" ".join(said_made(memo)))
    columns = [say("page.parameter", language), say("page.value", language)]
    _add_table(
        word,
        Table(say("page.parameters", language), columns, [("", said_choices(memo))], prose=columns),
        count,
        language,
    )

"""The files for a memo, opened again: what they say, what is real in them, and that nothing hostile is live."""

import io
import re
import shutil
import subprocess
import zipfile
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree

import nbformat
import pytest
from click.testing import CliRunner
from test_hostile import HOSTILE as EVERYWHERE

from twente_analysis.briefs import document, native, plan, workbook
from twente_analysis.cell import MIME
from twente_analysis.charts import investment
from twente_analysis.charts.lettering import text_width, wrap
from twente_analysis.cli import main
from twente_analysis.errors import MachineError
from twente_analysis.memo import render
from twente_analysis.memo.contents import Memo
from twente_analysis.memo.pdf import PROGRAMS
from twente_analysis.memo.slides import save_pptx
from twente_analysis.memo.word import save_docx

docx = pytest.importorskip("docx", reason="python-docx is not installed: no memo in Word is tested")
pptx = pytest.importorskip("pptx", reason="python-pptx is not installed: no slides are tested")

ROOT = Path(__file__).parents[1]
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
#: How wide the letters of a document are, as part of those of our charts: about so for words in small letters.
ARIAL = 0.88
HOSTILE = [
    "=1+1",
    "=cmd|' /C calc'!A0",
    "@SUM(1)",
    "+1+1",
    '<img src=x onerror="alert(1)">',
    "a\u202eb",
    "a\x00\x1bb\ud800",
    *EVERYWHERE,
    "a " * 500_000,
]
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


@pytest.fixture(scope="module")
def memo(run_notebook, tmp_path_factory):
    """The brief on the trend of students, which has every form of a line, bars and a table."""
    brief = plan.read_plan(ROOT / "notebooks/briefs.toml", "trend-enrolment", "nl")[0]
    notebook = run_notebook(brief.notebook, brief.parameters, tmp_path_factory.mktemp("run") / "trend.ipynb")
    return Memo(brief, list(document.blocks(notebook, "nl")), document.provenance(brief), notebook)


@pytest.fixture(scope="module")
def files(memo, tmp_path_factory):
    folder = tmp_path_factory.mktemp("memo")
    for form in ("docx", "pptx"):
        render._writer(form)(memo, folder / f"memo.{form}")
    for figure in charts(memo):
        workbook.write_workbook(figure, "nl", folder / f"{figure.number}.xlsx")
    return folder


def charts(memo):
    return [block for block in memo.blocks if isinstance(block, document.Figure)]


def parts(path, pattern):
    """The parts of an office file whose name has a pattern, as text, those of workbooks inside it too."""
    found = {}
    with zipfile.ZipFile(path) as whole:
        for name in whole.namelist():
            content = whole.read(name)
            if name.endswith(".xlsx"):
                found |= {f"{name}/{inner}": text for inner, text in parts(io.BytesIO(content), pattern).items()}
            elif re.search(pattern, name):
                found[name] = content.decode("utf-8")
    return found


def made(title):
    brief = plan.Brief("a", "nl", title, Path("small.ipynb"), {"highlight": title})
    provenance = {"date": "2026-01-01", "version": "1", "notebook_hash": "0" * 64}
    provenance |= {"data_date": "2026-01-01", "data_hash": "0" * 64}
    return brief, provenance


def hostile_notebook():
    """A notebook in which every text of a chart, a table and the sentences is hostile."""
    outputs = []
    for text in HOSTILE:
        words = dict.fromkeys(("title", "subtitle", "source", "alt"), text)
        for form in ("bars", "lines", "stacked", "panels", "picture"):
            figures = {"columns": [text, "2007", text + "2"], "rows": [[text, 1.0, 2.0], [text + "x", 3.0, 4.0]]}
            figures |= {"kind": "number", "form": form, "roles": {text: "scenario"}}
            chart = {"kind": "chart", "svg": "<svg/>", **words, "figures": figures}
            outputs.append({MIME: chart, "image/png": PIXEL})
        table = {"caption": text, "columns": [text, text], "groups": [[text, [[text, text]]]], "notes": [text]}
        outputs += [
            {MIME: {"kind": "table", **table}},
            {MIME: {"kind": "text", "role": "caveats", "sentences": [text]}},
        ]
    displayed = [nbformat.from_dict({"output_type": "display_data", "data": one, "metadata": {}}) for one in outputs]
    heading = nbformat.v4.new_markdown_cell("## Kop <img src=x onerror=alert(1)>")
    cell = nbformat.v4.new_code_cell("x")
    cell.outputs = displayed
    return nbformat.v4.new_notebook(cells=[heading, cell])


def test_the_word_document_has_real_headings_captions_and_its_language(memo, files):
    word = docx.Document(files / "memo.docx")
    headings = [paragraph.text for paragraph in word.paragraphs if paragraph.style.name == "Heading 1"]
    said = [text for block in memo.blocks if isinstance(block, document.Prose) for _, text in block.headings]
    assert headings == [*said, "Hoe deze factsheet is gemaakt"]
    assert word.paragraphs[0].style.name == "Title"
    assert word.paragraphs[0].text == word.core_properties.title == memo.brief.title
    captions = [paragraph.text for paragraph in word.paragraphs if paragraph.style.name == "Caption"]
    assert sum(text.startswith("Figuur") for text in captions) == len(charts(memo))
    assert word.core_properties.author == word.core_properties.last_modified_by == ""
    languages = {one.get(f"{W}val") for one in word.styles.element.iter(f"{W}lang")}
    assert languages == {"nl-NL"}
    assert "asciiTheme" not in parts(files / "memo.docx", r"styles\.xml")["word/styles.xml"]
    section = word.sections[0]
    assert (round(section.page_width.cm, 1), round(section.page_height.cm, 1)) == (21.0, 29.7)


def test_every_picture_in_word_has_the_alternative_text_of_its_chart(memo, files):
    word = docx.Document(files / "memo.docx")
    found = [shape._inline.docPr.get("descr") for shape in word.inline_shapes]
    assert found == [figure.content["alt"] for figure in charts(memo)]


def test_every_table_in_word_repeats_its_heading_and_fits_the_page(memo, files):
    word = docx.Document(files / "memo.docx")
    assert len(word.tables) == 1 + sum(isinstance(block, document.Table) for block in memo.blocks)
    for table in word.tables:
        first = table.rows[0]._tr.trPr.find(f"{W}tblHeader")
        assert first is not None
    check_tables(word)
    rows = ["\t".join(cell.text for cell in row.cells) for row in word.tables[0].rows]
    assert "Totaal\t6.303\t6.765\t7.411\t8.844\t7.028\t+11,5%" in rows


@pytest.mark.slow
@pytest.mark.parametrize(
    "family",
    ["targets", "sources", "investment-twam", "replacement-demand", "projection-enrolment", "trend-enrolment-2015"],
)
def test_the_long_briefs_become_documents_in_english_too(run_notebook, family, tmp_path):
    brief = plan.read_plan(ROOT / "notebooks/briefs.toml", family, "en")[0]
    notebook = run_notebook(brief.notebook, brief.parameters, tmp_path / "run.ipynb")
    memo = Memo(brief, list(document.blocks(notebook, "en")), document.provenance(brief), notebook)
    for form in ("docx", "pptx"):
        render._writer(form)(memo, tmp_path / f"memo.{form}")
    word = docx.Document(tmp_path / "memo.docx")
    assert 'w:lang w:val="en-GB"' in parts(tmp_path / "memo.docx", r"styles\.xml")["word/styles.xml"]
    assert len(word.inline_shapes) == len(charts(memo))
    assert all(len(shape._inline.docPr.get("descr")) > 100 for shape in word.inline_shapes)
    check_tables(word)
    deck = pptx.Presentation(tmp_path / "memo.pptx")
    shown = [shape for slide in deck.slides for shape in slide.shapes if shape.has_chart or hasattr(shape, "image")]
    assert len(shown) >= len(charts(memo))
    assert all(len(shape._element._nvXxPr.cNvPr.get("descr")) > 100 for shape in shown)
    for slide in deck.slides:
        check_slide(slide, deck)


def check_tables(word):
    """Check that each table fits the page that it stands on, and that no column is narrower than a word in it."""
    for section in word.sections:
        room = section.page_width.cm - section.left_margin.cm - section.right_margin.cm
        for table in section.iter_inner_content():
            if isinstance(table, docx.table.Table):
                widths = [column.width.cm for column in table.columns]
                assert sum(widths) <= room + 0.05
                for row in table.rows:
                    cells = [cell.text for cell in row.cells]
                    if len(set(cells)) > 1:
                        assert broken(zip(cells, widths, strict=True), 8.5, 0.38) == []


def check_slide(slide, deck):
    """Check that nothing on a slide reaches over its edge or over another, and that the texts fit their boxes."""
    boxes = {}
    for shape in slide.shapes:
        left, top, right, bottom = shape.left, shape.top, shape.left + shape.width, shape.top + shape.height
        if bottom <= 0:
            # The title of a picture, which has its own words, is there for who hears the slide.
            continue
        assert min(left, top) >= 0, shape.name
        assert right <= deck.slide_width, shape.name
        assert bottom <= deck.slide_height, shape.name
        boxes[shape.name] = left, top, right, bottom
        if shape.has_text_frame and shape.text_frame.text:
            check_text(shape)
        if shape.has_table:
            widths = [column.width.cm for column in shape.table.columns]
            for row in shape.table.rows:
                size = row.cells[0].text_frame.paragraphs[0].runs[0].font.size.pt
                cells = [cell.text for cell in row.cells]
                if not row.cells[0].is_merge_origin:
                    assert broken(zip(cells, widths, strict=True), size, 0.5) == []
    for (one, (left, top, right, bottom)), (other, beside) in combinations(boxes.items(), 2):
        wide, high = (min(right, beside[2]) - max(left, beside[0]), min(bottom, beside[3]) - max(top, beside[1]))
        apart = min(wide, high) <= pptx.util.Cm(0.01)
        assert apart, (one, other, slide.shapes.title.text)


def check_text(shape):
    """Check that a text is no higher than its box, as its letters are wide and lines break at words."""
    high = 0.0
    for paragraph in shape.text_frame.paragraphs:
        size = max((run.font.size.pt for run in paragraph.runs if run.font.size), default=10.0)
        weight = "bold" if any(run.font.bold for run in paragraph.runs) else "normal"
        room = (shape.width.cm - 0.5) / 2.54 * 72 / ARIAL
        high += len(wrap(paragraph.text, size, room, weight)) * size * 1.2 / 72 * 2.54
    assert high <= shape.height.cm + 0.05, (shape.name, shape.text_frame.text)


def broken(cells, size, beside):
    """Give the words that are wider than their column."""
    return [
        word
        for text, wide in cells
        for word in text.split()
        if text_width(word, size) * ARIAL / 72 * 2.54 > wide - beside + 0.01
    ]


def test_a_long_table_of_words_lies_on_its_pages_alone(tmp_path):
    words = [["een zin van ongeveer zestig letters, zoals een toelichting is"] * 2 + ["arbeidsmarktmonitoren"] * 5] * 40
    table = document.Table("Lang", list("abcdefg"), [("", words)])
    brief, provenance = made("titel")
    prose = [document.Prose(f"<h2>{head}</h2>", [("", head)], bare=True) for head in ("voor", "boven", "daarna")]
    save_docx(Memo(brief, [*prose[:2], table, prose[2]], provenance, None), tmp_path / "memo.docx")
    word = docx.Document(tmp_path / "memo.docx")
    check_tables(word)
    assert [section.page_width > section.page_height for section in word.sections] == [False, True, False]
    stands = [[one.text for one in section.iter_inner_content() if hasattr(one, "text")] for section in word.sections]
    assert "voor" in stands[0]
    assert "boven" in stands[1]
    assert "daarna" in stands[2]


def test_a_table_too_long_for_a_slide_goes_over_a_few_whole(tmp_path):
    groups = [(f"groep {name}", [[f"rij {name}{number}", str(number)] for number in range(11)]) for name in "abc"]
    brief, provenance = made("titel")
    prose = document.Prose("<h2>kop</h2>", [("", "kop")], bare=True)
    table = document.Table("Lang", ["naam", "getal"], groups)
    save_pptx(Memo(brief, [prose, table], provenance, None), tmp_path / "memo.pptx")
    deck = pptx.Presentation(tmp_path / "memo.pptx")
    slides = [slide for slide in deck.slides if any(shape.has_table for shape in slide.shapes)]
    titles = [slide.shapes.title.text for slide in slides]
    assert titles == [f"Lang ({number}/{len(slides)})" for number in range(1, len(slides) + 1)]
    assert 2 <= len(slides) <= 3
    told = []
    for slide in slides:
        check_slide(slide, deck)
        (grid,) = [shape.table for shape in slide.shapes if shape.has_table]
        head, *rows = [[cell.text for cell in row.cells] for row in grid.rows]
        assert head == ["naam", "getal"]
        # The heading of a group does not stand below all.
        assert not rows[-1][0].startswith("groep")
        told += rows
    assert told == [row for name, rows in groups for row in [[name, ""], *rows]]


@pytest.mark.parametrize(
    ("bars", "slides"),
    [
        (12, [("t", "in Twente", [9, 3])]),
        (13, [("t (1/2)", "A. in Twente", [9]), ("t (2/2)", "B. in Twente", [4])]),
    ],
)
def test_many_bars_in_panels_have_a_slide_for_each_panel(tmp_path, bars, slides):
    rows = [[f"a{number}", 0.9] for number in range(9)] + [[f"b{number}", 0.3] for number in range(bars - 9)]
    figures = {"columns": ["x", "deel"], "rows": rows, "kind": "percent", "form": "bars", "whole": True}
    figures["panels"] = {name: name[0].upper() for name, _ in rows}
    content = {"figures": figures, "subtitle": "in Twente", **dict.fromkeys(("title", "source", "alt"), "t")}
    brief, provenance = made("titel")
    prose = document.Prose("<h2>kop</h2>", [("", "kop")], bare=True)
    save_pptx(
        Memo(brief, [prose, document.Figure(1, content, PIXEL, "<svg/>")], provenance, None), tmp_path / "memo.pptx"
    )
    deck = pptx.Presentation(tmp_path / "memo.pptx")
    drawn = []
    for slide in deck.slides:
        charts_on = [shape.chart for shape in slide.shapes if shape.has_chart]
        if charts_on:
            check_slide(slide, deck)
            texts = [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]
            (subtitle,) = [text for text in texts if text.endswith("in Twente")]
            counts = [len(list(chart.plots[0].categories)) for chart in charts_on]
            drawn.append((slide.shapes.title.text, subtitle, counts))
        # Both groups are shares of a whole, so their scales end alike.
        assert all((one.value_axis.minimum_scale, one.value_axis.maximum_scale) == (0, 1) for one in charts_on)
    assert drawn == slides


def test_bars_to_both_sides_of_nought_have_a_scale_that_the_program_chooses():
    figures = {"columns": ["x", "n"], "rows": [["a", 1.0], ["b", 2.0]], "kind": "points", "form": "bars"}
    assert native.take_native({"figures": figures}, "nl").floor() == 0
    assert native.take_native({"figures": figures | {"rows": [["a", 1.0], ["b", -2.0]]}}, "nl").floor() is None


def test_a_chart_on_a_slide_has_the_figures_of_the_frame(memo, files):
    deck = pptx.Presentation(files / "memo.pptx")
    drawn = {}
    for slide in deck.slides:
        for shape in slide.shapes:
            if shape.has_chart:
                assert len(shape._element._nvXxPr.cNvPr.get("descr")) > 100
                series = [(one.name, list(one.values)) for one in shape.chart.plots[0].series]
                drawn.setdefault(slide.shapes.title.text, []).extend(series)
    assert set(drawn) == {figure.content["title"] for figure in charts(memo)}
    for figure in charts(memo):
        wanted = native.take_native(figure.content, "nl")
        assert drawn[figure.content["title"]] == [(one.name, list(one.values)) for one in wanted.series]
    scopes = dict(drawn[charts(memo)[0].content["title"]])
    assert scopes["Totaal"] == [6303, 6765, 7411, 8844, 7028]
    assert any("(rekenvoorbeeld)" in name for name in scopes)


def test_parts_of_a_bar_have_their_numbers_where_they_are_wide_enough():
    figures = {
        "columns": ["deel", "a", "b"],
        "rows": [["x", 96000.0, 4000.0], ["y", 50000.0, 50000.0]],
        "kind": "number",
    }
    found = native.take_native({"figures": figures | {"form": "shares"}}, "nl")
    assert [found.shown_parts(one) for one in found.series] == [{0, 1}, {1}]
    assert found.label_format == "[$-413]#,##0,"
    counted = native.take_native({"figures": figures | {"form": "stacked"}}, "nl")
    assert [counted.shown_parts(one) for one in counted.series] == [{0, 1}, {0, 1}]
    assert counted.label_format == "[$-413]#,##0"


def test_slides_have_a_title_a_number_and_the_language(files):
    deck = pptx.Presentation(files / "memo.pptx")
    assert round(deck.slide_width / deck.slide_height, 2) == 1.78
    for number, slide in enumerate(deck.slides):
        assert slide.shapes.title.text.strip()
        assert (number == 0) != any(
            "slidenum" in ElementTree.tostring(shape._element, "unicode") for shape in slide.shapes
        )
        empty = [shape.name for shape in slide.placeholders if not shape.text_frame.text.strip()]
        assert empty == []
        runs = [
            run for shape in slide.shapes if shape.has_text_frame for p in shape.text_frame.paragraphs for run in p.runs
        ]
        assert {run._r.rPr.get("lang") for run in runs} == {"nl-NL"}
    assert "welke reeks: studenten techniek" in deck.slides[-1].placeholders[1].text_frame.text.splitlines()


def test_a_workbook_has_the_figures_and_a_chart_of_its_own(memo, files):
    figure = charts(memo)[0]
    found = parts(files / "1.xlsx", r"worksheets/sheet2|sharedStrings|charts/chart|drawings/drawing")
    cells = [float(one.text) for one in ElementTree.fromstring(found["xl/worksheets/sheet2.xml"]).iter(f"{S}v")]
    for row in figure.content["figures"]["rows"]:
        assert set(row[1:]) <= set(cells)
    assert len([name for name in found if "charts/chart" in name]) == 4
    assert "rekenvoorbeeld" in found["xl/sharedStrings.xml"]
    assert figure.content["alt"][:60] in found["xl/drawings/drawing1.xml"]
    assert 'prst="dashDot"' in "".join(found.values()) or 'val="dashDot"' in "".join(found.values())


def test_a_year_without_a_figure_stays_open(memo):
    history = charts(memo)[3].content
    drawn = native.take_native(history, "nl")
    assert list(drawn.categories) == [str(year) for year in range(2007, 2020)]
    assert drawn.series[0].values[4:8] == [7028.0, None, None, None]


def test_a_row_with_a_break_is_two_lines():
    figures = {"columns": ["x", "2015", "2016", "2017"], "rows": [["a", 1.0, 2.0, 3.0]], "kind": "number"}
    figures |= {"form": "lines", "breaks": {"a": ("2017", "anders geteld")}}
    first, second = native.take_native({"figures": figures}, "nl").series
    assert (first.name, list(first.values)) == ("a", [1.0, 2.0, None])
    assert (second.name, list(second.values)) == ("a (vanaf 2017: anders geteld)", [None, None, 3.0])


def test_bars_with_panels_are_a_chart_each_with_figures_of_their_own(tmp_path):
    rows = [["a", 1.0], ["b", 2.0], ["c", 3000.0]]
    figures = {"columns": ["x", "n"], "rows": rows, "kind": "number", "form": "bars", "roles": {"c": "published"}}
    figures |= {"panels": {"a": "Ours", "b": "Ours", "c": "Another group"}}
    content = {"figures": figures, **dict.fromkeys(("title", "subtitle", "source", "alt"), "t")}
    first, second = native.take_native(content, "en").panels()
    drawn = [(panel.title, list(panel.categories), list(panel.series[0].values)) for panel in (first, second)]
    assert drawn == [("Ours", ["a", "b"], [1.0, 2.0]), ("Another group", ["c"], [3000.0])]
    assert second.looks == [native.BARS["published"]]
    workbook.write_workbook(document.Figure(1, content, PIXEL, "<svg/>"), "en", tmp_path / "1.xlsx")
    found = parts(tmp_path / "1.xlsx", r"charts/chart")
    ranges = [re.findall(r"<c:f>[^$]*([^<]*)</c:f>", found[name]) for name in sorted(found)]
    # Title, name, categories and values: of the third figure alone in the second chart.
    assert ranges == [["$D$5", "$B$4", "$A$5:$A$6", "$B$5:$B$6"], ["$D$7", "$B$4", "$A$7", "$B$7"]]


def test_a_margin_opens_from_the_count_beside_it_and_not_over_a_break():
    figures = {"columns": ["x", *map(str, range(2015, 2021))], "kind": "number", "form": "panels"}
    figures["rows"] = [["a, min", 5.0, 6.0, 7.0, 9.0, 9.0, 8.0], ["a, max", 5.0, 6.0, 8.0, 9.0, 9.0, 8.0]]
    figures |= {"roles": {"a, min": "least", "a, max": "most"}, "panels": dict.fromkeys(["a, min", "a, max"], "a")}
    (panel,) = native.take_native({"figures": figures}, "nl").panels()
    assert {one.name: list(one.values) for one in panel.series} == {
        "a, precies geteld": [5, 6, None, 9, 9, 8],
        "a, min": [None, 6, 7, 9, None, None],
        "a, max": [None, 6, 8, 9, None, None],
    }
    # Exact at both ends: the bounds have no number of their own there.
    assert [panel.labels(one) for one in panel.series] == [{0, 5}, set(), set()]
    figures["breaks"] = dict.fromkeys(["a, min", "a, max"], ("2018", "anders geteld"))
    (panel,) = native.take_native({"figures": figures}, "nl").panels()
    assert panel.title == "a (vanaf 2018: anders geteld)"
    assert [one.name for one in panel.named] == ["a, precies geteld", "a, min", "a, max"]
    lows = [list(one.values) for one in panel.series if one.role == "least"]
    assert lows == [[None, 6, 7, None, None, None], [None] * 6]
    figures["rows"] = [["a, min", None, None, None, 9.0, 9.0, 8.0], ["a, max", None, None, None, 9.0, 9.0, 9.0]]
    (panel,) = native.take_native({"figures": figures}, "nl").panels()
    # What begins after the break does not go on with anything.
    assert [one.name for one in panel.series] == ["a, precies geteld", "a, min", "a, max"]


@pytest.mark.parametrize("form", ["docx", "pptx", "xlsx"])
def test_hostile_text_is_never_live_in_a_file(tmp_path, form):
    brief, provenance = made(HOSTILE[0])
    notebook = hostile_notebook()
    memo = Memo(brief, list(document.blocks(notebook, "nl")), provenance, notebook)
    if form == "xlsx":
        paths = []
        for figure in charts(memo):
            paths.append(tmp_path / f"{figure.number}.xlsx")
            workbook.write_workbook(figure, "nl", paths[-1])
    else:
        paths = [tmp_path / f"memo.{form}"]
        render._writer(form)(memo, paths[0])
    seen = ""
    for path in paths:
        for name, text in parts(path, r"\.(xml|rels)$").items():
            root = ElementTree.fromstring(text)
            sheets = "worksheets/" in name
            assert not (sheets and list(root.iter(f"{S}f"))), name
            assert 'TargetMode="External"' not in text, name
            assert "<img" not in text, name
            assert not re.search("[\u202e\x00\x1b]", text), name
            seen += text
    assert "=1+1" in seen
    assert "a\ufffdb" in seen


def test_what_is_missing_is_said_in_one_line(monkeypatch):
    monkeypatch.setenv("PATH", "")
    from twente_analysis.memo import pdf

    with pytest.raises(MachineError, match="Chromium is not"):
        pdf.save_pdf(None, Path("x.pdf"))
    result = CliRunner().invoke(main, ["memo", "flws"])
    assert result.exit_code == 2
    assert "flows" in result.output


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed: no file is opened with it")
def test_libreoffice_opens_every_form(files, tmp_path):
    names = ["memo.docx", "memo.pptx", "1.xlsx"]
    command = [
        "soffice",
        "--headless",
        f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}",
        "--convert-to",
        "pdf",
    ]
    subprocess.run([*command, "--outdir", tmp_path, *(files / name for name in names)], check=True, capture_output=True)
    for name in names:
        assert (tmp_path / name).with_suffix(".pdf").stat().st_size > 10_000


@pytest.mark.skipif(not any(map(shutil.which, PROGRAMS)), reason="Chromium is not installed: no PDF is printed")
def test_the_pdf_is_tagged(memo, tmp_path):
    render._writer("pdf")(memo, tmp_path / "memo.pdf")
    content = (tmp_path / "memo.pdf").read_bytes()
    assert content.startswith(b"%PDF")
    assert b"/StructTreeRoot" in content
    assert b"/Marked true" in content


def test_a_part_of_a_bar_looks_as_its_kind_in_the_picture_whatever_its_place():
    columns, kinds = ["x", "payers unknown", "several"], {"payers unknown": "unknown", "several": "mixed"}
    for order in (columns[1:], columns[:0:-1]):
        figures = {"columns": ["x", *order], "rows": [["a", 1.0, 2.0]], "kind": "number"}
        figures |= {"form": "shares", "roles": kinds, "subtitle": "true of this one"}
        drawn = native.take_native({"figures": figures, "subtitle": "true of the picture"}, "nl")
        for series in drawn.series:
            picture = investment.LOOKS[kinds[series.name]]
            assert (series.look.fill, series.look.colour) == (picture["facecolor"], picture["edgecolor"])
        assert drawn.subtitle == "true of this one"


def test_an_axis_that_does_not_begin_at_nought_begins_below_all_values():
    figures = {"columns": ["x", "2015", "2016"], "rows": [["a", 1040.0, 1920.0]], "kind": "number", "form": "lines"}
    assert native.take_native({"figures": figures}, "nl").floor() == 0
    assert native.take_native({"figures": figures | {"zero": False}}, "nl").floor() == 900

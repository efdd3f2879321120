"""Every chart in every size and language, with each value of each parameter: readable, and in house style?"""

import ast
import json
import os
import re
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import chart_cases
import matplotlib.pyplot as plt
import nbformat
import numpy as np
import pytest
from chart_boxes import contrast, crosses, drawn_texts, faults
from matplotlib.colors import to_hex
from matplotlib.patches import Rectangle
from matplotlib.transforms import Bbox
from PIL import Image

import twente_analysis as ta
from twente_analysis import charts
from twente_analysis.catalogue import region_name
from twente_analysis.charts import house
from twente_analysis.charts.house import HALO, chart_of
from twente_analysis.charts.sizes import CM, SIZES, enlargement

NAMES = sorted(chart_cases.CHARTS)
SIX = {name: getattr(house, name) for name in ("BLUE", "TEAL", "BURGUNDY", "ORANGE", "DARK", "PURPLE")}
#: Lines that are no data: zero, a break, a guide.
RULES = {house.GREY.lower(), "#d0d0d0"}
#: The smallest letters on paper, in points, and the highest chart, in cm: a page of A4 has 24.7 cm of text.
LETTERS = {"memo": 6.5, "half": 6.0, "slide": 10.0}
HIGHEST = {"memo": 24.01, "half": 24.5, "slide": 19.06}
#: Charts along the years.
ALONG = {"plot_scopes", "plot_series", "plot_index", "plot_history", "plot_vmbo", "plot_projection"}
#: What the subtitle of a chart without a year says instead.
UNDATED = {
    "plot_flows": ["de bron noemt geen jaar", "the source gives no year"],
    "plot_parts": ["de bron noemt geen jaar", "the source gives no year"],
    "plot_closing": ["zonder jaartal", "without a year"],
}
#: The parameters of a notebook that no case has, and why no chart there depends on them.
UNDRAWN = {
    **{
        (notebook, "open_data"): "a folder: what it may hold is drawn as other regions, schools and years"
        for notebook in ("projection", "replacement_demand", "trend")
    },
    **{
        ("replacement_demand", name): "of the diplomas of the school there are a text and a table"
        for name in ("publisher", "brin", "first_year", "last_year")
    },
    ("replacement_demand", "other_supply"): "a second row of a table",
    ("replacement_demand", "growth"): "a row of a table, and a text",
}


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


# The checker itself: what it is to find, it finds.


def plain(**limits):
    figure, ax = plt.subplots(figsize=(4, 3))
    ax.set(xlim=(0, 10), ylim=(0, 10), **limits)
    return figure, ax


def test_a_plain_chart_has_no_fault():
    figure, ax = plain(title="one")
    ax.plot([1, 9], [1, 9], "o-")
    ax.text(1, 8, "a label")
    assert faults(figure) == []


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (lambda ax: (ax.text(2, 5, "first"), ax.text(2.3, 5, "second")), "text on text: 'first' and 'second'"),
        (lambda ax: ax.text(9.5, 5, "far too long for this"), "cut off: 'far too long for this'"),
        (lambda ax: ax.set_xticks([5, 5.4], ["2010/2011", "2011/2012"]), "text on text: '2010/2011' and '2011/2012'"),
        (lambda ax: (ax.plot([5], [5], "o"), ax.text(4.6, 4.8, "here")), "text on a mark: 'here'"),
        (lambda ax: (ax.plot([0, 10], [5, 5]), ax.text(4, 4.8, "there")), "line through text: 'there'"),
        (lambda ax: (ax.set_yticks([5]), ax.grid(visible=True), ax.text(4, 4.8, "grid")), "line through text: 'grid'"),
        (
            lambda ax: (ax.plot([0, 10], [5, 5]), ax.text(4, 4.8, "glass", bbox={"fc": "white", "alpha": 0.5})),
            "line through text: 'glass'",
        ),
        (lambda ax: (ax.bar([5], [9], label="bar"), ax.legend(loc="center")), "legend on a mark or bar"),
        (lambda ax: (ax.barh([5], [5], 4), ax.text(4, 5, "beyond")), "text over the end of a bar: 'beyond'"),
        (
            lambda ax: (ax.barh([5], [5], 4, fc="none", ec="grey"), ax.text(4, 5, "edge")),
            "text over the end of a bar: 'edge'",
        ),
        (lambda ax: (ax.barh([5], [9], 4, fc="navy"), ax.text(4, 5, "dark")), "text hard to read on a bar: 'dark'"),
        (
            lambda ax: (ax.barh([5], [9], 4, fc="white", hatch="//"), ax.text(4, 5, "lined")),
            "text hard to read on a bar: 'lined'",
        ),
        (
            lambda ax: (ax.barh([5, 5], [9, 8], 4, color=["white", "navy"]), ax.text(4, 5, "below")),
            "text hard to read on a bar: 'below'",
        ),
        (
            lambda ax: (ax.barh([5], [9], 4, fc="black", alpha=0.8), ax.text(4, 5, "dim")),
            "text hard to read on a bar: 'dim'",
        ),
        (
            lambda ax: ax.text(4, 5, "faint", color="silver", bbox={"fc": "white"}),
            "text hard to read on its ground: 'faint'",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_found(spoil, fault):
    figure, ax = plain()
    spoil(ax)
    assert fault in faults(figure)


def test_a_halo_keeps_a_label_on_a_line_but_not_on_a_mark():
    figure, ax = plain()
    ax.plot([0, 5, 10], [5, 5, 5], "-")
    ax.text(7, 4.8, "kept", path_effects=[HALO])
    assert faults(figure) == []
    ax.plot([7.2], [5], "s")
    assert faults(figure) == ["text on a mark: 'kept'"]


def test_a_bar_keeps_a_label_on_it_from_the_grid_behind():
    figure, ax = plain(yticks=[5])
    ax.grid(visible=True)
    ax.set_axisbelow(True)
    ax.barh([5], [9], 2, facecolor="white")
    ax.text(4, 4.8, "within")
    assert faults(figure) == []
    ax.text(8.5, 4.8, "halfway")
    assert faults(figure) == ["line through text: 'halfway'", "text over the end of a bar: 'halfway'"]


def test_a_ground_of_its_own_keeps_a_label_on_a_hatching_and_over_the_end_of_a_bar():
    figure, ax = plain()
    ax.barh([5], [5], 4, fc="white", hatch="//")
    ax.text(1, 5, "lined", bbox={"fc": "white"})
    ax.text(4.5, 5, "beyond", bbox={"fc": "white"})
    assert faults(figure) == []


def test_a_line_beside_a_box_does_not_cross_it():
    box = Bbox.from_extents(2, 2, 4, 4)
    assert crosses([(0, 3), (9, 3)], box)
    assert crosses([(0, 0), (9, 9)], box)
    assert not crosses([(0, 1), (9, 1)], box)
    assert not crosses([(0, 5), (1, 0)], box)
    assert not crosses([(0, 3), (np.nan, np.nan), (9, 3)], box)


# Every chart.


def check_case(name, case):
    """Draw a case and check that it can be read and keeps the rules of the house."""
    drawn = chart_cases.draw(name, case)
    figure, chart = chart_of(drawn)
    assert (case, faults(figure)) == (case, [])
    assert [text.get_text() for text in drawn_texts(figure) if text.get_rotation() and text.get_text()] == []
    check_size(figure, case["size"])
    check_words(name, chart, case["language"], place_of(case))
    check_numbers(figure, chart, case["language"])
    if name in ALONG:
        years = [text.get_text() for ax in figure.axes for text in ax.get_xticklabels()]
        assert all(re.fullmatch(r"20\d\d|", year) for year in years), years
    for ax in figure.axes:
        check_looks(ax)
    plt.close(figure)


def check_size(figure, size):
    with ta.chart_size(size):
        times = enlargement(figure)
    width, height = figure.get_size_inches() / CM * times
    assert width == pytest.approx(SIZES[size].width)
    assert height <= HIGHEST[size]
    if size == "slide":
        assert width / height == pytest.approx(16 / 9, rel=1e-3)
    smallest = min(text.get_fontsize() for text in drawn_texts(figure) if text.get_text() and text.get_visible())
    assert smallest * times >= LETTERS[size]


def place_of(case):
    """Name the region or school that a case is of, as a subtitle writes it."""
    asked = case.get("brin") or case.get("region", "CR12")
    if case.get("route") == "coverage" and not case["coverage"]:
        # Alone it needs no jobs: the published coverage is of Twente.
        asked = "CR12"
    return "Twente" if asked == "CR12" else region_name(asked, case["language"])


def check_words(name, chart, language, place):
    assert len(chart.title.split()) <= 15, chart.title
    assert chart.source.startswith({"nl": "Bron: ", "en": "Source: "}[language])
    assert chart.subtitle
    # A kernel sends words and figures on as JSON, which knows no numpy.
    assert json.loads(json.dumps(asdict(chart)))["title"] == chart.title
    # The subtitle names the region and the years, or says that there are none.
    assert place in chart.subtitle
    span = r"\b20\d\d-20\d\d\b" if name in ALONG else r"\b20\d\d\b"
    assert re.search("|".join([span, *UNDATED.get(name, [])]), chart.subtitle), chart.subtitle
    # Who hears the chart gets the message and figures that stand in it.
    assert chart.alt.startswith(f"{chart.title}. ")
    different = {one for row in chart.figures.rows for one in row[1:] if one is not None}
    assert len(found_figures(chart, language)) >= min(2, len(different)), chart.alt


def values(chart):
    """Give the numbers behind a chart; where rows are parts of one name also their sum and each one's share."""
    single = [
        (str(row[0]).partition(":")[0], float(one)) for row in chart.figures.rows for one in row[1:] if one is not None
    ]
    sums = {name: sum(one for other, one in single if other == name) for name, _ in single}
    shares = {one / sums[name] for name, one in single if sums[name]}
    return {one for _, one in single} | set(sums.values()) | shares


def found_figures(chart, language):
    """Give the numbers behind a chart that its alternative text states after the title."""
    thousands, decimals = {"nl": (".", ","), "en": (",", ".")}[language]
    told = re.findall(r"\d[\d.,]*", chart.alt.removeprefix(chart.title).replace("\xa0", " "))
    numbers = [number.rstrip(".,").replace(thousands, "").replace(decimals, ".") for number in told]
    written = [(float(one), len(one.partition(".")[2])) for one in numbers if one.count(".") < 2]
    return {
        value
        for value in values(chart)
        for number, places in written
        for times in (1, 100, 1e-6)
        # As far as it is written out; a count may be rounded to hundreds.
        if abs(abs(value) * times - number) <= 0.5 * 10.0**-places + (0.02 * number if number >= 100 else 0)
    }


def check_numbers(figure, chart, language):
    """Check that no number is written as in the other language."""
    foreign = {"nl": r"\d\.\d{1,2}(?!\d)", "en": r"\d,\d{1,2}(?!\d)"}[language]
    written = [text.get_text() for text in drawn_texts(figure) if text not in figure.texts]
    assert [text for text in (*written, chart.title, chart.subtitle) if re.search(foreign, text)] == []


def check_looks(ax):
    """Check that no two lines or bars differ by colour alone."""
    lines = [line for line in ax.lines if to_hex(line.get_color()) not in RULES and len(line.get_xdata()) > 1]
    looks = {(to_hex(line.get_color()), line.get_marker(), line.get_linestyle()) for line in lines}
    alike = [look[1:] for look in looks]
    assert len(set(alike)) == len(alike), looks
    bars = [patch for patch in ax.patches if isinstance(patch, Rectangle) and patch.get_width() and patch.get_height()]
    kinds = {(bar.get_facecolor(), bar.get_hatch(), bar.get_linestyle()) for bar in bars}
    # A bar with its own name beside it needs no second look.
    named = len(ax.get_yticklabels()) + len(ax.texts) >= len(bars) and ax.get_legend() is None
    assert len({kind[1:] for kind in kinds}) == len(kinds) or named, kinds


def notebook_parameters():
    """Give each notebook's parameters with their stored values, and the charts that it draws."""
    for file in sorted((Path(charts.__file__).parents[2] / "notebooks").glob("*.ipynb")):
        code = [cell for cell in nbformat.read(file, as_version=4).cells if cell.cell_type == "code"]
        (given,) = [cell.source for cell in code if "parameters" in cell.metadata.get("tags", [])]
        values = {line.target.id: ast.literal_eval(line.value) for line in ast.parse(given).body}
        yield file.stem, values, set(re.findall(r"ta\.(plot_\w+)", "\n".join(cell.source for cell in code)))


def drawn_values(name):
    """Give the values that the cases of a chart have of each parameter."""
    return {key: set(given) for key, given in chart_cases.parameters(name).items()}


def test_every_parameter_of_a_notebook_is_drawn():
    undrawn = set()
    for notebook, parameters, names in notebook_parameters():
        drawn = [drawn_values(name) for name in names]
        for parameter, stored in parameters.items():
            # Some chart of the notebook is drawn with another value than the stored one.
            if not any(values.get(parameter, set()) - {stored} for values in drawn):
                undrawn.add((notebook, parameter))
    assert undrawn == set(UNDRAWN)


def test_every_chart_has_its_cases():
    assert {name for name in charts.__all__ if name.startswith("plot_")} == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_every_value_can_be_read(name):
    for case in chart_cases.singles(name):
        check_case(name, case)


def test_every_funder_can_be_read():
    for case in chart_cases.payers():
        check_case("plot_funders", case)


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_every_pair_of_values_can_be_read(name):
    # Of what `goes` lets through, the data refuse nothing.
    for case in chart_cases.pairs(name):
        check_case(name, case)


# The rules of the style itself.


@pytest.mark.parametrize("colour", [*SIX.values(), house.GREY], ids=[*SIX, "GREY"])
def test_colours_stand_out_on_white(colour):
    assert contrast("black", "white") == pytest.approx(21)
    assert contrast(colour, "white") >= 3


def test_the_style_cycles_through_the_six_colours():
    with plt.style.context(house.STYLE):
        cycle = plt.rcParams["axes.prop_cycle"].by_key()["color"]
    assert [f"#{one.lstrip('#')}" for one in cycle] == list(SIX.values())


def test_a_break_is_drawn_and_named():
    ax = ta.plot_history(ta.load_history())
    assert [line.get_linestyle() for line in ax.lines].count(":") == 1
    assert "breuk" in [text.get_text() for text in ax.texts]


@pytest.mark.parametrize(("size", "pixels"), [("memo", (1890, 1063)), ("half", (921, None)), ("slide", (4000, 2250))])
def test_a_chart_is_saved_in_its_size_the_same_every_time(size, pixels, tmp_path):
    runs = []
    for run in ("one", "two"):
        with ta.chart_size(size):
            ax = ta.plot_history(ta.load_history())
        # The size is the chart's own, wherever it is saved.
        runs.append([ta.save_chart(ax, tmp_path / f"{run}.{form}").read_bytes() for form in ("png", "svg")])
    assert runs[0] == runs[1]
    with Image.open(tmp_path / "one.png") as image:
        assert image.width == pytest.approx(pixels[0], abs=2)
        assert image.height == pytest.approx(pixels[1] or image.height, abs=2)
        assert image.info["dpi"] == pytest.approx((300, 300), abs=0.1)
    width = float(re.search(rb'width="([\d.]+)pt"', runs[0][1])[1])
    assert width / 72 / CM == pytest.approx(SIZES[size].width, abs=0.01)


def test_a_size_of_the_environment_that_is_not_there_is_refused_by_name():
    code = "import twente_analysis as ta; ta.plot_history(ta.load_history())"
    env = os.environ | {"TWENTE_CHART_SIZE": "poster"}
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True, env=env)
    assert "ChoiceError: TWENTE_CHART_SIZE='poster' is not known" in done.stderr
    assert "'memo', 'half', 'slide'" in done.stderr


def test_a_size_holds_inside_its_block_only():
    with pytest.raises(ta.DataError, match="'memo', 'half', 'slide'"), ta.chart_size("poster"):
        pass
    widths = []
    with ta.chart_size("slide"):
        with pytest.raises(ta.DataError), ta.chart_size("half"):
            widths.append(ta.plot_history(ta.load_history()).figure.get_figwidth())
            ta.plot_history([])
        figure = ta.plot_history(ta.load_history()).figure
        widths.append(figure.get_figwidth() * enlargement(figure))
    widths.append(ta.plot_history(ta.load_history()).figure.get_figwidth())
    assert [round(width / CM, 2) for width in widths] == [7.8, 33.87, 16.0]

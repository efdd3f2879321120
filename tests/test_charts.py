import base64
import io

import matplotlib.pyplot as plt
import numpy as np
import pytest
from PIL import Image

import twente_analysis as ta
from twente_analysis.cell import MIME
from twente_analysis.charts.house import chart_of
from twente_analysis.charts.lettering import wrap

BY = "bedrijfstak_mbo"
TRANSPORT = "Transport en logistiek"


def charts(indicator, scope, language):
    frame = ta.load_indicator(indicator)
    inside = ta.in_scope(frame, scope)
    parts = ta.contributions(inside, 2007, 2011, BY)
    indices = [ta.index_to(ta.in_scope(ta.load_indicator(name), scope), 2007) for name in ("enrolment", "diplomas")]
    yield ta.plot_scopes(ta.compare_scopes(frame), scope, language=language)
    yield ta.plot_series(inside, BY, language=language)
    yield ta.plot_contributions(parts, (2007, 2011), language=language)
    yield ta.plot_index(*indices, scope=scope, language=language)


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


@pytest.mark.parametrize("language", ["nl", "en"])
def test_titles_are_short_sources_named_and_neither_lies_on_the_chart(language):
    for ax in charts("diplomas", "all", language):
        figure, chart = chart_of(ax)
        assert len(chart.title.split()) <= 12
        assert "Regiovisie" in chart.source
        figure.canvas.draw()
        boxes = [text.get_window_extent() for text in figure.texts]
        boxes += [one.get_tightbbox() for one in figure.axes]
        crossing = [(a, b) for i, a in enumerate(boxes) for b in boxes[i + 1 :] if i < 3 and a.padded(-1).overlaps(b)]
        assert crossing == []


def test_the_title_gives_the_message_and_the_alt_the_figures():
    _, chart = chart_of(ta.plot_scopes(ta.compare_scopes(ta.load_enrolment()), language="nl"))
    assert chart.title == "Studenten techniek: +11,5% in totaal, −6,9% zonder transport en logistiek"
    assert "5.807 in 2007, 5.404 in 2011 (−6,9%)" in chart.alt
    assert "6.303 in 2007, 8.844 in 2010, 7.028 in 2011" in chart.alt


def test_a_blank_year_breaks_the_line():
    axes = ta.plot_series(ta.load_diplomas(), BY)
    position = ta.load_diplomas()[BY].unique().tolist().index("Combinatie bedrijf")
    drawn = axes[position].lines[0].get_ydata()
    assert drawn[:3].tolist() == [33, 13, 3]
    assert np.isnan(drawn[3])
    assert "leeg" in [text.get_text() for text in axes[position].texts]


def test_a_scenario_is_drawn_otherwise_than_a_count():
    axes = ta.plot_scopes(ta.compare_scopes(ta.load_enrolment()))
    styles = [(ax.lines[0].get_linestyle(), ax.lines[0].get_markerfacecolor()) for ax in axes]
    assert [style for style, _ in styles] == ["-", "-", "-", "--"]
    assert styles[3][1] == "white"


def test_years_are_whole():
    ax = ta.plot_index(ta.index_to(ta.load_enrolment(), 2007), ta.index_to(ta.load_diplomas(), 2007))
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["2007", "2008", "2009", "2010", "2011"]


def test_bars_sum_to_the_total_bar():
    parts = ta.contributions(ta.load_enrolment(), 2007, 2011, BY)
    lengths = [bar.get_width() for bar in ta.plot_contributions(parts, (2007, 2011)).patches]
    assert sum(lengths[:-1]) == pytest.approx(lengths[-1])


def test_highlight_draws_one_group_otherwise_and_refuses_others():
    axes = ta.plot_series(ta.load_enrolment(), BY, TRANSPORT)
    colours = [ax.lines[0].get_color() for ax in axes]
    assert len(set(colours)) == 2
    with pytest.raises(ta.DataError, match=TRANSPORT):
        ta.plot_series(ta.load_enrolment(), BY, "Transport")


def test_saving_is_the_same_every_time(tmp_path):
    runs = []
    for run in range(2):
        folder = tmp_path / str(run)
        for number, ax in enumerate(charts("diplomas", "all", "nl")):
            for form in ("png", "svg"):
                ta.save_chart(ax, folder / f"{number}.{form}")
        runs.append({path.name: path.read_bytes() for path in folder.iterdir()})
    assert runs[0] == runs[1]
    with Image.open(tmp_path / "0" / "0.png") as image:
        assert image.size == pytest.approx((1890, 1063), abs=2)


def test_another_format_or_figure_is_refused(tmp_path):
    with pytest.raises(ta.DataError, match="'png', 'svg'"):
        ta.save_chart(ta.plot_scopes(ta.compare_scopes(ta.load_enrolment())), tmp_path / "a.pdf")
    with pytest.raises(ta.DataError, match="no chart"):
        ta.show(plt.subplots()[1])


def test_show_leaves_picture_words_and_figures_and_closes(monkeypatch):
    shown = []
    monkeypatch.setattr("twente_analysis.charts.house.display", shown.append)
    ta.show(ta.plot_scopes(ta.compare_scopes(ta.load_enrolment()), language="en"))
    data, metadata = shown[0]._repr_mimebundle_()
    assert data[MIME]["figures"]["rows"][0] == ["Total", 6303, 6765, 7411, 8844, 7028]
    assert metadata["image/png"]["alt"] == data[MIME]["alt"]
    picture = data["image/png"]
    Image.open(io.BytesIO(picture if isinstance(picture, bytes) else base64.b64decode(picture))).verify()
    assert data[MIME]["svg"].lstrip().startswith("<?xml")
    assert "image/svg+xml" not in data
    assert plt.get_fignums() == []


def test_a_group_with_a_blank_year_is_drawn_hollow():
    parts = ta.contributions(ta.load_diplomas(), 2008, 2010, BY, blank="not counted")
    ax = ta.plot_contributions(parts, (2008, 2010), language="nl")
    ax.figure.canvas.draw()
    hollow = [bar for bar in ax.patches if bar.get_facecolor() == (1, 1, 1, 1)]
    assert len(hollow) == 1
    assert "Combinatie bedrijf, in één jaar leeg" in [text.get_text() for text in ax.get_yticklabels()]
    boxes = [text.get_window_extent() for text in [*ax.texts, *ax.get_yticklabels()]]
    assert not any(a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[i + 1 :])


def test_a_held_group_is_dashed_in_its_panel_and_in_the_index():
    scope = "transport at its 2007 level"
    frames = [ta.in_scope(ta.load_indicator(name), scope) for name in ("enrolment", "diplomas")]
    axes = ta.plot_series(frames[0], BY, scope=scope)
    assert [ax.lines[0].get_linestyle() for ax in axes].count("--") == 1
    ax = ta.plot_index(*[ta.index_to(frame, 2007) for frame in frames], scope=scope)
    assert [line.get_linestyle() for line in ax.lines[:2]] == ["--", "--"]


def test_a_chart_of_a_scope_says_so():
    frame = ta.in_scope(ta.load_diplomas(), "without transport")
    parts = ta.contributions(frame, 2007, 2011, BY)
    for ax in (
        ta.plot_series(frame, BY, scope="without transport"),
        ta.plot_contributions(parts, (2007, 2011), scope="without transport"),
    ):
        assert "zonder transport en logistiek" in chart_of(ax)[1].subtitle
    with pytest.raises(ta.DataError, match="without transport"):
        ta.plot_contributions(parts, (2007, 2011), scope="without_transport")


def test_a_top_between_the_ends_is_labelled():
    axes = ta.plot_series(ta.load_enrolment(), BY, language="en")
    assert [text.get_text() for text in axes[-1].texts] == ["496", "1,624", "3,478"]


def test_a_group_that_stays_below_thirty_neither_grew_nor_shrank():
    # Of the diplomas, Carrosserie went from 20 to 26; Combinatie (33, 1) and Grafisch (36, 15) shrank to a few.
    _, chart = chart_of(ta.plot_series(ta.load_diplomas(), BY, language="en"))
    assert chart.title == "Growth in 4 of 11 sectors, decline in 6, 1 not counted"
    assert "; 1 not counted as growth or decline" in chart.subtitle
    assert "1 not counted as growth or decline" in chart.alt


def test_a_group_that_was_not_counted_in_both_years_is_hollow_and_no_message():
    parts = ta.contributions(ta.load_technical("duo", "enrolment"), 2015, 2019, by="domein", blank="not counted")
    # The largest of all, -216 of 5,421 (-4.0), is of a group without a count in 2019; +212 (+3.9) is of one with both.
    figure, chart = chart_of(ta.plot_contributions(parts, (2015, 2019), language="en"))
    assert chart.title == "Engineering, process industry: +3.9 percentage points; in total +5.6%"
    hollow = [bar for bar in figure.axes[0].patches if bar.get_linestyle() == "--"]
    assert len(hollow) == 3


def test_an_amount_stays_on_one_line():
    assert wrap("in een voetnoot: €\xa07,5\xa0miljoen", 8, 90) == ["in een voetnoot:", "€\xa07,5\xa0miljoen"]
    assert wrap("", 8, 90) == []

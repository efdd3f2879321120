"""Tables cell by cell, against figures computed by hand from the document."""

import pandas as pd
import pytest

import twente_analysis as ta
from twente_analysis.export import FAMILIES
from twente_analysis.tables import Table

BY = "bedrijfstak_mbo"


def rows_of(table):
    return {row[0]: row[1:] for _, group in table.groups for row in group}


def test_scopes_side_by_side():
    table = ta.table_scopes(ta.compare_scopes(ta.load_diplomas()), language="nl")
    assert rows_of(table)["Zonder transport en logistiek"] == ["1.538", "1.699", "1.623", "1.748", "1.492", "−3,0%"]
    assert rows_of(table)["Totaal"] == ["1.657", "1.836", "2.007", "2.281", "3.073", "+85,5%"]
    assert "1 cel in de bron" in table.notes[0]


def test_a_series_with_its_change():
    rows = rows_of(ta.table_series(ta.load_enrolment(), BY, language="en"))
    # 1,743 - 1,920 = -177; -177 / 1,920 = -9.2%
    assert rows["Metal, electrical, installation"] == ["1,920", "1,999", "1,932", "1,773", "1,743", "−177", "−9.2%"]
    assert rows["Combined sector"] == ["313", "324", "69", "1", "1", "−312", "–"]
    assert rows["Total"] == ["6,303", "6,765", "7,411", "8,844", "7,028", "+725", "+11.5%"]


def test_the_ratio_and_its_parts():
    ratios = ta.diplomas_per_student(ta.load_enrolment(), ta.load_diplomas(), BY)
    rows = rows_of(ta.table_ratio(ratios, BY, language="en"))
    # 507 / 1,920 = 26.4; 1,581 / 1,624 = 97.4; 1,657 / 6,303 = 26.3; 3,073 / 7,028 = 43.7
    assert [rows["Metal, electrical, installation"][0], rows["Transport and logistics"][4]] == ["26.4", "97.4"]
    assert [rows["Total"][0], rows["Total"][4]] == ["26.3", "43.7"]
    assert rows["Car body repair"] == ["–", "–", "44.3", "–", "–", "–", "–"]
    # Transport: weights 496/6,303 and 1,624/7,028, ratios 119/496 and 1,581/1,624: intensity 11.4, mix 3.9.
    assert rows["Transport and logistics"][5:] == ["+11.4", "+3.9"]


@pytest.mark.parametrize(("sizes", "classes"), [((8,), ""), ((9,), "long"), ((5, 4), "long"), ((3, 3), "")])
def test_a_table_is_long_by_the_rows_of_all_its_groups(sizes, classes):
    # On paper a long one may go on over the page; moved to the next as a whole, it would leave much of one empty.
    groups = [("", [["row"]] * size) for size in sizes]
    assert (f'class="{classes}"' in Table("t", ["a"], groups).html()) == bool(classes)


def test_a_table_with_two_columns_of_words_stacks_and_names_every_cell():
    # On a phone its head is hidden, so a statement not to quote would stand there as if it were one to quote.
    rows = [("", [["1.000 euro", "2.000 euro", "regel 5"]])]
    names = ["Niet zo", "Wel zo", "Plaats"]
    stacked = Table("t", names, rows, prose=names).html()
    assert 'class="stacked"' in stacked
    assert [stacked.count(f'data-label="{name}"') for name in names] == [1, 1, 1]
    for prose in ((), names[:1], names[:2]):
        assert "stacked" not in Table("t", names, rows, prose=prose).html()


YEARS = ["2007", "2008", "2009", "2010", "2011"]


@pytest.mark.parametrize(
    ("columns", "row", "shape", "beside"),
    [
        # Three figures fit beside the name of their row, and five below it: 5 x 5 characters and 4 x 0.75 between them.
        (["Groep", *YEARS[:3]], ["6.303"] * 3, None, None),
        (["Groep", *YEARS], ["6.303"] * 5, "headed", "5fr 5fr 5fr 5fr 5fr"),
        # With a share they are 5 x 5 + 0.9 x 8 (the word 'Verschil') + 5 x 0.75 = 35.95; with a sixth year too many.
        (["Groep", *YEARS, "Verschil (%)"], ["6.303"] * 6, "headed", "5fr 5fr 5fr 5fr 5fr 7.2fr"),
        (["Groep", *YEARS, "2012", "Verschil (%)"], ["6.303"] * 7, "listed", "repeat(3, 1fr)"),
        # Ten years go over two lines of five.
        (["Groep", *YEARS, *YEARS], ["6.303"] * 10, "listed", "repeat(5, 1fr)"),
        # Few columns of wide figures do not fit beside a name, and long names of columns fit nowhere.
        (["Project", "overheid", "onderwijs", "bedrijven"], ["72.275.000"] * 3, "headed", "10fr 10fr 10fr"),
        (["Stap", *["Deel van de stap ervoor, rekenvoorbeeld"] * 4], ["45%"] * 4, "listed", None),
    ],
)
def test_a_row_that_is_wider_than_a_phone_has_its_figures_below_its_name(columns, row, shape, beside):
    html = Table("t", columns, [("", [["x", *row]])]).html()
    assert (f'<table class="{shape}" role="table"' in html) == bool(shape)
    assert ("role=" in html.replace('role="region"', "")) == bool(shape)
    assert (f'style="--beside: {beside}"' in html) == bool(beside)
    assert html.count("data-label") == (len(columns) if shape == "listed" else 0)


def test_a_line_ends_after_a_stroke_and_not_within_an_amount():
    html = Table("t", ["Opgaven/Investeringen", "b"], [("", [["<a/>", "minstens € 2.300.000"]])]).html()
    assert "Opgaven/<wbr>Investeringen" in html
    assert "minstens €\u00a02.300.000" in html
    assert "&lt;a/<wbr>&gt;" in html


def test_a_scope_is_named_in_caption_and_total():
    frame = ta.in_scope(ta.load_diplomas(), "without transport")
    table = ta.table_series(frame, BY, scope="without transport", language="nl")
    assert table.caption.endswith("zonder transport en logistiek")
    assert rows_of(table)["Totaal, zonder transport en logistiek"][0] == "1.538"


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_worked_example_is_called_one(language):
    scope = "transport at its 2007 level"
    frames = [ta.in_scope(frame, scope) for frame in (ta.load_enrolment(), ta.load_diplomas())]
    word = {"nl": "rekenvoorbeeld", "en": "worked example"}[language]
    table = ta.table_series(frames[1], BY, scope=scope, language=language)
    ratio = ta.table_ratio(ta.diplomas_per_student(*frames, BY), BY, scope, language=language)
    assert any(word in note for note in table.notes)
    assert any(word in note for note in ratio.notes)


def test_the_catalogue_names_every_table():
    rows = rows_of(ta.table_catalogue(ta.list_tables(), language="nl"))
    assert rows["regiovisie_diplomas"][1:] == ["2007-2011", "diploma's", "55", "–"]
    assert rows["duo_vmbo_exams"][1:] == ["2015-2024", "leerlingen", "406", "2019"]


def test_a_frame_says_what_is_in_it():
    rows = rows_of(ta.describe(ta.load_diplomas(), language="nl"))
    assert rows["Rijen"] == ["55, waarvan 54 met een cijfer"]
    assert rows["year"] == ["2007-2011"]
    assert rows["Zonder cijfer"] == ["1 leeg (Combinatie bedrijf 2010)"]
    assert rows["Breuken"] == ["geen bekend"]
    assert rows["unit"] == ["diploma's"]
    assert "Regiovisie" in rows["Bronnen"][0]


def test_a_frame_says_which_counts_are_hidden_and_where_it_breaks():
    exams = ta.load_vmbo_exams()
    rows = rows_of(ta.describe(exams, language="en"))
    hidden = int(exams["status"].eq("suppressed").sum())
    assert rows["Without a figure"] == [f"{hidden} hidden"]
    assert rows["Breaks"][0].startswith("2019: From the exams of 2018/19 on")
    assert "least and the most" in rows["Bounds"][0]
    # Neither side of the break has one inside, nor do the groups that it is not about.
    for part in (exams.query("year < 2019"), exams.query("year >= 2019"), exams.query("vmbo_sector == 'economie'")):
        assert rows_of(ta.describe(part, language="en"))["Breaks"] == ["none known"]


def test_two_publishers_in_one_frame_are_a_break():
    together = pd.concat([ta.load_enrolment(), ta.load_technical("duo")], ignore_index=True)
    rows = rows_of(ta.describe(together, language="en"))
    assert rows["year"] == ["2007-2011 and 2015-2019"]
    assert rows["Breaks"][0].startswith("2015: The Regiovisie counts by bedrijfstak")


@pytest.mark.parametrize("frame", [pd.DataFrame({"a": [1]}), pd.DataFrame({"value": [], "source": []})])
def test_a_frame_without_figures_is_refused(frame):
    with pytest.raises(ta.DataError, match=r"no column 'value'|no rows"):
        ta.describe(frame)


@pytest.mark.parametrize(
    "load", [ta.load_statements, ta.load_budgets, ta.load_coverage, ta.load_population, ta.load_monitor]
)
@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_kind_of_frame_can_be_described(load, language):
    assert len(rows_of(ta.describe(load(), language=language))) > 5


def test_every_source_of_a_break_is_a_table_in_hand():
    held = {reference.partition("#")[0] for make in FAMILIES.values() for reference in sources_of(make())}
    for references in ta.read_table("breaks")["references"]:
        assert set(references.split("; ")) <= held


def sources_of(frame):
    return {one for source in frame.get("source", pd.Series(dtype=str)) for one in source.split("; ")}

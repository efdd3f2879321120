"""Tables cell by cell, against figures computed by hand from the document."""

import pytest

import twente_analysis as ta

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

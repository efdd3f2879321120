"""Every figure of the two tables, typed over from the document by hand, against what the library loads."""

import pandas as pd
import pytest

import twente_analysis as ta

YEARS = [2007, 2008, 2009, 2010, 2011]
# Regiovisie Twente Techniek, lines 125-135 and 145-155; None is the one blank cell.
ENROLMENT = {
    "Beschermings- en afwerkingstechnieken, reclame- en presentatietechnieken": [484, 415, 652, 727, 785],
    "Bouw en grond-, weg- en waterbouw": [1187, 1161, 1141, 1118, 1063],
    "Carrosserie en autoschadeherstel": [76, 79, 70, 56, 45],
    "Combinatie bedrijf": [313, 324, 69, 1, 1],
    "Detailhandel, groothandel en internationale handel, mode en textiel": [361, 310, 283, 251, 215],
    "Grafische beroepen": [87, 52, 87, 124, 147],
    "Hout en interieur": [209, 210, 182, 168, 181],
    "Metaal, elektro- en installatietechniek": [1920, 1999, 1932, 1773, 1743],
    "Motorvoertuigen- en tweewielertechniek en autohandel": [466, 425, 450, 449, 488],
    "Proces-, milieu-, laboratoriumtechniek en fotonica": [704, 757, 710, 699, 736],
    "Transport en logistiek": [496, 1033, 1835, 3478, 1624],
}
DIPLOMAS = {
    "Beschermings- en afwerkingstechnieken, reclame- en presentatietechnieken": [156, 146, 185, 184, 173],
    "Bouw en grond-, weg- en waterbouw": [411, 438, 392, 411, 307],
    "Carrosserie en autoschadeherstel": [20, 23, 31, 25, 26],
    "Combinatie bedrijf": [33, 13, 3, None, 1],
    "Detailhandel, groothandel en internationale handel, mode en textiel": [106, 91, 74, 70, 86],
    "Grafische beroepen": [36, 49, 14, 12, 15],
    "Hout en interieur": [57, 86, 79, 84, 46],
    "Metaal, elektro- en installatietechniek": [507, 558, 574, 639, 553],
    "Motorvoertuigen- en tweewielertechniek en autohandel": [133, 188, 99, 161, 125],
    "Proces-, milieu-, laboratoriumtechniek en fotonica": [79, 107, 172, 162, 160],
    "Transport en logistiek": [119, 137, 384, 533, 1581],
}
# Lines 136 and 156.
TOTALS = {"enrolment": [6303, 6765, 7411, 8844, 7028], "diplomas": [1657, 1836, 2007, 2281, 3073]}
# Lines of the other figures a brief or memo is likely to quote: value and unit as printed.
STATEMENTS = {
    "regiovisie-97-1": (28, "%"),
    "regiovisie-97-2": (42, "%"),
    "regiovisie-101-4": (-26, "%"),
    "regiovisie-101-6": (-11, "%"),
    "regiovisie-105-1": (664, "pupils"),
    "regiovisie-105-9": (1532, "pupils"),
    "regiovisie-105-10": (1196, "pupils"),
    "regiovisie-105-11": (263, "pupils"),
    "regiovisie-118-1": (1643, "students"),
    "regiovisie-138-1": (7028, "students"),
    "regiovisie-142-1": (3073, "diplomas"),
    "regiovisie-142-4": (614, "graduates"),
    "regiovisie-177-1": (25, "%"),
    "regiodeal-77-1": (2500, "vacancies"),
    "regiodeal-77-2": (55, "%"),
}


@pytest.mark.parametrize(("load", "published"), [(ta.load_enrolment, ENROLMENT), (ta.load_diplomas, DIPLOMAS)])
def test_all_cells_load_as_published(load, published):
    frame = load().set_index(["bedrijfstak_mbo", "year"])["value"]
    found = {
        group: [None if pd.isna(frame[group, year]) else int(frame[group, year]) for year in YEARS]
        for group in published
    }
    assert found == published
    assert len(frame) == 55


@pytest.mark.parametrize("indicator", ["enrolment", "diplomas"])
def test_parts_sum_to_the_published_totals(indicator):
    total = ta.total_by(ta.load_indicator(indicator))
    printed = ta.load_published_totals().query("indicator == @indicator")
    assert total["value"].tolist() == TOTALS[indicator] == printed["value"].tolist()


def test_the_blank_cell_is_no_zero():
    blank = ta.load_diplomas().query("status != ''")
    assert blank[["bedrijfstak_mbo", "year", "status"]].values.tolist() == [["Combinatie bedrijf", 2010, "blank"]]
    assert blank["value"].isna().all()
    assert ta.total_by(ta.load_diplomas())["missing"].tolist() == [0, 0, 0, 1, 0]


def test_statements_stand_as_published():
    frame = ta.load_statements().set_index("id")
    assert {key: (frame.loc[key, "value"], frame.loc[key, "unit"]) for key in STATEMENTS} == STATEMENTS


def test_each_figure_names_its_line():
    frame = ta.load_enrolment().set_index(["bedrijfstak_mbo", "year"])
    assert frame.loc[("Transport en logistiek", 2010), "source"] == "regiovisie/techniek_studenten#135"
    assert ta.load_vacancies()["source"].tolist() == ["regiodeal/text#77"] * 2


def test_what_the_source_does_not_date_has_no_year():
    assert ta.load_vmbo_pupils()["year"].isna().all()
    assert ta.load_coverage()["year"].isna().all()


def test_the_scopes_of_the_methods_page():
    table = ta.compare_scopes(ta.load_enrolment(), ta.load_diplomas()).set_index(["indicator", "scope", "year"])[
        "value"
    ]
    assert [table["enrolment", "without transport", year] for year in YEARS] == [5807, 5732, 5576, 5366, 5404]
    assert [table["diplomas", "without transport", year] for year in YEARS] == [1538, 1699, 1623, 1748, 1492]
    assert table["enrolment", "without transport and combinatie", 2011] == 7028 - 1624 - 1
    assert table["enrolment", "transport at its 2007 level", 2010] == 8844 - 3478 + 496

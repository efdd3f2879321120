"""Every statement proves its value, names its place, and stands as the documents print it."""

import pytest
from babel.numbers import format_decimal
from hypothesis import given, strategies as st

import twente_analysis as ta
from twente_analysis.catalogue import read_table
from twente_analysis.load.printed import check_figures, readings

# Counted by hand, line by line, in the five documents; in TechWise 19 of them stand in four tables.
COUNTS = {"regiovisie": 87, "techwise": 121, "twam": 88, "techniekpact": 51, "regiodeal": 228}

# Typed over from the documents, not from the table: line, printed, value and unit.
REGIOVISIE = [
    (7, "1,9%", 1.9, "%"),
    (23, "65%", 65, "%"),
    (51, "ca. 33.000", 33_000, "employees"),
    (51, "bijna 75%", 75, "%"),
    (72, "twee maal groter", 2, "times"),
    (87, "17", 17, "institutions"),
    (97, "42%", 42, "%"),
    (101, "11%", -11, "%"),
    (105, "1.196", 1196, "pupils"),
    (105, "tegen de 1.000", 1000, "students per year"),
    (109, "85%", 85, "%"),
    (142, "614", 614, "graduates"),
]
TECHWISE = [
    (38, "4", 4, "objectives"),
    (49, "tot minimaal 90", 90, "students per year"),
    (52, "250", 250, "employees"),
    (52, "50 per jaar", 50, "employees per year"),
    (67, "2013", 2013, "year"),
    (99, "50", 50, "contracts"),
    (101, "+40%", 40, "%"),
    (140, "60", 60, "students per year"),
    (216, "€ 465.000", 465_000, "euro"),
    (244, "ca. 200", 200, "companies"),
    (256, "5 jaar", 5, "years"),
    (264, "€ 1500 per jaar", 1500, "euro per year"),
    (273, "1,2 milj.", 1_200_000, "euro"),
    (313, "150", 150, "students"),
]
TWAM = [
    (81, "26,4 miljoen", 26_400_000, "euro"),
    (104, "Ruim 60%", 60, "%"),
    (110, "circa € 9 miljoen", 9_000_000, "euro"),
    (162, "35%", 35, "%"),
    (234, "16 trajecten", 16, "placements"),
    (246, "minimaal 100", 100, "interviews"),
    (252, "400", 400, "placements"),
    (255, "500", 500, "persons"),
    (263, "4000", 4000, "CVs"),
    (307, "50%", 50, "%"),
    (342, "€ 1.176.162,50", 1_176_162.5, "euro"),
    (373, "50+", 50, "years of age"),
]
TECHNIEKPACT = [
    (43, "€ 10.000.000", 10_000_000, "euro"),
    (68, "€ 5,5 mln.", 5_500_000, "euro"),
    (70, "ruim € 10 mln.", 10_000_000, "euro"),
    (74, "ruim 300", 300, "pupils"),
    (76, "bijna 30 miljoen", 30_000_000, "euro"),
    (90, "30%", 30, "%"),
    (90, "25%", 25, "%"),
    (134, "50%", -50, "%"),
    (134, "2,5 maand", 2.5, "months"),
    (144, "minimaal verdubbelt", 2, "times"),
    (153, "7 of hoger", 7, "mark"),
    (155, "1,5 jaar", 1.5, "years"),
]
REGIODEAL = [
    (20, "29", 29, "companies"),
    (40, "vier op de tien", 40, "%"),
    (45, "€ 35.000", 35_000, "euro per person"),
    (77, "circa 150.000", 150_000, "persons"),
    (83, "1.500", 1500, "persons per year"),
    (101, "€12 tot €15 miljoen", 12_000_000, "euro"),
    (123, "49 mio", 49_000_000, "euro"),
    (141, "slechts 11%", 11, "%"),
    (156, "180.000m²", 180_000, "m2"),
    (164, "€ 78,1 miljoen", 78_100_000, "euro"),
    (188, "7,1%", 7.1, "%"),
    (205, "€ 5,2 miljoen", 5_200_000, "euro"),
    (212, "17", 17, "test sites"),
    (227, "100 miljoen ton", 100_000_000, "tonnes per year"),
    (232, "€6.75 mln.", 6_750_000, "euro"),
]
TYPED = {
    "regiovisie": REGIOVISIE,
    "techwise": TECHWISE,
    "twam": TWAM,
    "techniekpact": TECHNIEKPACT,
    "regiodeal": REGIODEAL,
}


def test_each_document_has_as_many_statements_as_counted():
    assert ta.load_statements()["document"].value_counts().to_dict() == COUNTS


@pytest.mark.parametrize("document", TYPED)
def test_statements_stand_as_typed_over(document):
    frame = ta.load_statements(document)
    found = set(frame[["line", "printed", "value", "unit"]].itertuples(index=False, name=None))
    assert [one for one in TYPED[document] if one not in found] == []


def test_an_id_is_document_line_and_a_running_number():
    frame = ta.load_statements()
    number = frame.groupby(["document", "line"]).cumcount() + 1
    expected = frame["document"] + "-" + frame["line"].astype(str) + "-" + number.astype(str)
    assert frame["id"].tolist() == expected.tolist()
    assert frame["id"].is_unique


def test_a_target_and_nothing_else_is_marked_as_one():
    frame = ta.load_statements()
    assert frame["subject"].str.startswith("doel: ").tolist() == frame["kind"].eq("target").tolist()


def test_the_results_of_techwise_are_the_same_in_four_tables():
    frame = ta.load_statements("techwise")
    tables = frame[frame["section"].str.match("Tabel [1-4]:") & (frame["kind"] == "target")]
    columns = ["subject", "printed", "value", "unit"]
    results = [group[columns].values.tolist() for _, group in tables.groupby("section")]
    assert [len(one) for one in results] == [19] * 4
    assert all(one == results[0] for one in results)


def test_every_region_has_a_name():
    assert set(ta.load_statements()["region"]) <= set(ta.load_regions()["region"])


RANGES = ["30-40%", "20-25", "20-25", "€12 tot €15 miljoen", "200-300", "circa 500-750", "3 tot 5 jaar", "25-50 ton"]


@pytest.mark.parametrize("bound", ["lower bound", "upper bound"])
def test_a_range_has_a_row_for_each_bound(bound):
    assert ta.load_statements().query("qualifier == @bound")["printed"].tolist() == RANGES


@pytest.mark.parametrize(
    ("printed", "figures"),
    [
        ("1.532", (1532,)),
        ("-26%", (-26,)),
        ("30-40%", (30, 40)),
        ("€2mln.", (2e6,)),
        ("1,9 milj.", (1.9e6,)),
        ("€ 2,35 (3.4 minus 1.050) miljoen", (2.35e6,)),
        ("'11-'16", (2011, 2016)),
        ("2014 – 2019", (2014, 2019)),
        ("1 oktober 2013", (1, 2013)),
        ("vijftal", (5,)),
        ("driejarige", (3,)),
        ("tweemaandelijks", (2,)),
        ("Bijna driekwart", (75,)),
        ("ongeveer twee-derde", (66.67,)),
        ("vier op de tien", (40,)),
        ("één of meer", (1,)),
        ("Eén", (1,)),
        ("een jaar", (1,)),
        ("iets meer dan de helft", (50,)),
        ("minimaal verdubbelt", (2,)),
        ("een zelfde bedrag", (1,)),
        ("Hetzelfde", ()),
    ],
)
def test_a_printed_figure_reads_as(printed, figures):
    assert readings(printed) == figures


@given(st.integers(0, 10**9), st.sampled_from(["{}", "€ {}", "ca. {}", "{}%", "meer dan {} studenten", "> {}"]))
def test_a_dutch_number_reads_back(number, form):
    assert readings(form.format(format_decimal(number, locale="nl"))) == (number,)


@given(st.integers(1, 9999), st.sampled_from(["mln.", "miljoen", "mio", "milj."]))
def test_an_amount_in_millions_reads_in_full_euros(tenths, factor):
    printed = f"€ {format_decimal(tenths / 10, locale='nl')} {factor}"
    assert readings(printed) == (pytest.approx(tenths * 100_000, rel=1e-12),)


def test_every_value_but_two_is_proven_by_what_is_printed():
    """A changed value is refused, row by row, except where the words around the figure alone give it."""
    frame = ta.load_statements()
    missed = []
    for place in range(len(frame)):
        row = frame.iloc[[place]].copy()
        row["value"] += 1
        try:
            check_figures(row, "statements.csv")
        except ta.DataError:
            continue
        missed += row["id"].tolist()
    # The day of techwise-260-1 has its year in the heading; its period holds it.
    assert missed == ["twam-365-2", "regiodeal-84-3"]


def test_the_labour_market_stands_as_typed_over():
    frame = ta.load_labour_market()
    found = {
        name: group.set_index("region")["value"].to_dict()
        for name, group in frame[frame["indicator"] == "labour_force_share"].groupby("education_level")
    }
    assert found == {
        "mbo": {"CR12": 60},
        "laag": {"CR12": 23, "rest van Nederland": 20},
        "middelbaar": {"CR12": 45, "rest van Nederland": 42},
        "hoog": {"CR12": 31, "rest van Nederland": 37},
    }
    unemployment = frame[frame["indicator"] == "unemployment_rate"].set_index("region")
    assert unemployment["value"].to_dict() == {"GM0141": 6.5, "GM0153": 7.1, "GM0164": 5.2, "rest van Nederland": 4.9}
    assert unemployment["year"].isna().all()


def test_the_labour_market_has_no_targets_and_keeps_what_vacancies_say():
    chosen = read_table("selections").query("family == 'labour_market'")["statement"]
    assert "target" not in set(ta.load_statements().set_index("id").loc[chosen, "kind"])
    frame = ta.load_labour_market()
    columns = ["indicator", "year", "period", "region", "value", "unit"]
    vacancies = frame[frame["indicator"].str.startswith("vacancies")][columns].reset_index(drop=True)
    assert vacancies.equals(ta.load_vacancies()[columns].reset_index(drop=True))

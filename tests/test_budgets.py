"""The tables of TechWise, TWAM and the Regio Deal: counted and summed by hand from the documents, and damaged."""

import json
import re
from functools import partial

import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import given, strategies as st
from test_load import change, refused

import twente_analysis as ta
from twente_analysis.catalogue import data_folder, tables
from twente_analysis.cli import main
from twente_analysis.load.cells import read_printed

# Cells counted in the documents by hand: values, of which zero; blank, dash, PM, n.t.b., words without a figure.
COUNTS = {
    "techwise_financing": (80, 0, 29, 19, 0, 0, 0),
    "techwise_partners": (244, 131, 3, 71, 0, 2, 0),
    "techwise_companies": (63, 23, 263, 26, 0, 0, 0),
    "techwise_kpi1_2013": (42, 0, 3, 0, 0, 0, 0),
    "techwise_kpi2_2013": (11, 0, 4, 0, 0, 0, 1),
    "techwise_kpi3_2013": (0, 0, 1, 0, 0, 0, 0),
    "techwise_kpi4_2013": (10, 0, 6, 0, 0, 0, 1),
    "techwise_kpi1_2014": (41, 0, 5, 0, 0, 0, 0),
    "techwise_kpi2_2014": (8, 0, 5, 0, 0, 0, 1),
    "twam_line1": (29, 0, 0, 0, 4, 0, 0),
    "twam_line2": (38, 0, 1, 0, 4, 0, 7),
    "twam_line3": (31, 0, 2, 0, 8, 0, 1),
    "twam_line4": (4, 0, 1, 0, 3, 0, 0),
    "twam_line5": (4, 0, 8, 0, 0, 0, 2),
    "twam_spent": (6, 0, 0, 0, 0, 0, 0),
    "twam_pilots": (6, 0, 1, 0, 0, 0, 0),
    "twam_allocation": (14, 0, 0, 0, 0, 0, 0),
    "twam_agenda": (21, 0, 53, 0, 7, 0, 0),
    "regiodeal_amp": (19, 0, 1, 5, 0, 0, 0),
    "regiodeal_pdeng": (8, 0, 0, 4, 0, 0, 0),
    "regiodeal_topfit": (20, 0, 0, 4, 0, 0, 0),
    "regiodeal_tfvv": (13, 0, 0, 5, 0, 0, 0),
    "regiodeal_skills": (19, 0, 0, 5, 0, 0, 0),
    "regiodeal_talent": (36, 0, 1, 11, 0, 0, 0),
    "regiodeal_leonardo": (6, 0, 0, 4, 0, 0, 0),
    "regiodeal_topwerklocaties": (29, 0, 2, 11, 0, 0, 0),
    "regiodeal_broedplaatsen_programming": (7, 0, 2, 0, 0, 0, 0),
    "regiodeal_broedplaatsen": (5, 0, 0, 1, 0, 0, 0),
    "regiodeal_mineral_valley": (4, 0, 0, 2, 0, 0, 0),
    "regiodeal_circular_textile": (6, 0, 0, 0, 0, 0, 0),
}
MILESTONES = {"techwise_milestones": (25, 3), "techwise_kpi_deadlines": (74, 22), "twam_milestones": (6, 0)}
# Totals as the documents print them: view, document, table, line, column, value.
TOTALS = [
    ("activities", "techwise", "financing", 120, "Partner cofin.", 2116650),
    ("activities", "techwise", "financing", 120, "Bedrijfsbijdrage", 1619000),
    ("activities", "techwise", "financing", 120, "Investering uit subsidie", 1900000),
    ("activities", "techwise", "financing", 120, "Totaal begroot", 5635650),
    ("partners", "techwise", "partners", 157, "ROCvT uren", 13080),
    ("partners", "techwise", "partners", 158, "ROCvT uren", 981000),
    ("companies", "techwise", "companies", 194, "Voortman Steelmachinerij", 161000),
    ("kpi", "techwise", "kpi4_2013", 286, "Totaal KPI 1-4 2013 - 2017", 5555650),
    ("spent", "twam", "spent", 330, "Bedrag", 1050000),
    ("allocation", "twam", "allocation", 359, "Bedrag", 1177500),
    ("agenda", "twam", "agenda", 426, "TOTAAL", 26400000),
    ("agenda", "twam", "agenda", 426, "Rijk", 1000000),
    ("activities", "regiodeal", "amp", 33, "Totaal", 6000000),
    ("activities", "regiodeal", "talent", 133, "Totaal EUR", 13699097),
    ("activities", "regiodeal", "topwerklocaties", 174, "Privaat", 43800000),
    ("request", "regiodeal", "broedplaatsen_programming", 200, "EUR 3 jaar", 2800000),
]


def counts(raw):
    statuses = raw["status"].value_counts()
    return (
        int(raw["value"].notna().sum()),
        int(raw["value"].eq(0).sum()),
        *(int(statuses.get(one, 0)) for one in ("blank", "dash", "pm", "ntb", "unstated")),
    )


@pytest.mark.parametrize("name", COUNTS)
def test_every_table_has_the_cells_of_its_document(name):
    raw = ta.read_table(name)
    assert counts(raw) == COUNTS[name]
    assert raw["line"].is_monotonic_increasing


def test_a_multiple_of_an_unknown_is_no_amount_in_euros():
    agenda = ta.load_budgets("twam", view="agenda", totals=True)
    multiple = agenda[agenda["role"].eq("multiplier") & agenda["value"].notna()]
    assert multiple[["line", "printed", "unit"]].values.tolist() == [[427, "M x 25,4", "euro x M"]]


def test_no_table_is_left_uncounted():
    shared = {"budgets.schema.json": COUNTS, "milestones.schema.json": MILESTONES}
    for schema, counted in shared.items():
        held = {name for name, one in tables(data_folder()).items() if one.descriptor.get("schema_file") == schema}
        assert held == set(counted)
    # And the subsidy of line 308, which stands in words beside what is to be done with it.
    assert sum(found[0] for found in COUNTS.values()) == 942 - 60 - 59 + 1


@pytest.mark.parametrize("name", MILESTONES)
def test_every_table_of_milestones_has_the_cells_of_its_document(name):
    raw = ta.read_table(name)
    assert (len(raw), int((raw["deadline"] == "").sum())) == MILESTONES[name]


@pytest.mark.parametrize("total", TOTALS, ids=str)
def test_printed_totals_stand_as_published_and_never_among_parts(total):
    view, document, *place, value = total
    found = [
        ta.load_budgets(document, view=view, totals=totals).set_index(["table", "line", "column"])["value"]
        for totals in (True, False)
    ]
    assert found[0][tuple(place)] == value
    assert tuple(place) not in found[1].index


def sums(document, view="activities", **terms):
    frame = ta.load_budgets(document, view=view, **terms)
    return frame.groupby(["table", "column", "unit"])["value"].sum()


def test_techwise_adds_up_to_what_it_prints():
    assert (sums("techwise") == sums("techwise", totals=True).drop("hours", level="unit")).all()
    hours = sums("techwise", "partners").xs("hours", level="unit")
    assert (hours == sums("techwise", "partners", totals=True).xs("hours", level="unit").loc[hours.index]).all()
    means = ta.load_budgets("techwise", view="kpi").query("role == 'cost'").groupby("table")["value"].sum()
    assert means.tolist() == [1300650, 774300, 193500, 165300, 331350]


@pytest.mark.parametrize("project", ["amp", "pdeng", "topfit", "tfvv", "skills"])
def test_these_projects_of_the_regio_deal_add_up(project):
    assert sums("regiodeal").loc[project].to_dict() == sums("regiodeal", totals=True).loc[project].to_dict()


def test_the_regio_deal_is_kept_where_it_does_not_add_up():
    parts, printed = sums("regiodeal"), sums("regiodeal", totals=True)
    key = ("topwerklocaties", "Rijk", "euro")
    assert (parts[key], printed[key]) == (10365000, 14100000)
    assert parts["talent", "Totaal EUR", "euro"] == 13699097 - 7725000


def test_an_activity_under_several_goals_counts_once_unless_asked():
    every = ta.load_budgets("twam", repeats=True).query("role == 'cost'")
    again = every[every["listing"] > 1]
    assert again["value"].sum() == 3295000
    assert sorted(again[again["value"].notna()]["activity_id"].unique()) == [
        "twam-arbeidspool", "twam-civ-htsm-oost", "twam-hr-agenda-port-of-twente", "twam-zorg-en-technologie",
        "twam-zorgpact",
    ]  # fmt: skip
    once = ta.load_budgets("twam")
    assert once.query("role == 'cost'")["value"].sum() == every["value"].sum() - 3295000
    # "Circa 9 miljoen" of partners: every part that is not Regio Twente's.
    cover = once.query("role == 'cover' and not funder.str.startswith('Regio Twente')")
    assert cover["value"].sum() == 9169500


def test_five_ways_to_give_no_figure_are_no_zero():
    frame = ta.load_budgets(view=None, totals=False, repeats=True)
    given = frame["status"] == ""
    assert frame["value"].notna().eq(given).all()
    assert set(frame["status"]) == {"", "blank", "dash", "pm", "ntb", "unstated"}
    assert set(frame.loc[frame["status"] == "dash", "printed"]) == {"€ -", "-", ".-", "-*"}
    labelled = frame.query("qualifier == 'pm'")
    assert labelled["value"].tolist() == [95000, 37500, 120000]


def test_a_figure_knows_how_finely_it_is_printed():
    frame = ta.load_budgets("regiodeal").set_index(["table", "line", "column"])
    assert frame.loc[("topwerklocaties", 168, "Privaat"), ["value", "step"]].tolist() == [36500000, 100000]
    assert frame.loc[("topwerklocaties", 173, "Totaal EUR"), ["value", "step"]].tolist() == [1120000, 1000]


def test_names_of_signatories_are_left_out():
    lines = set(ta.load_budgets("techwise", view=None, repeats=True)["line"])
    assert lines.isdisjoint(range(1, 89))


def test_milestones_stand_as_published():
    frame = ta.load_milestones("techwise")
    found = frame.query("table == 'milestones'").set_index("line")["deadline"]
    assert found.loc[[199, 209, 213, 218, 221, 222]].tolist() == [
        "2013MM09", "2013MM09", "2014MM09", "2015MM09", "", "2014MM12",
    ]  # fmt: skip
    quarters = frame.query("table == 'kpi_deadlines'").groupby("line")["deadline"].agg(list)
    assert quarters[308] == ["2014KW01", "2014KW04"]
    assert quarters[260] == ["2013KW02/2013KW03"]
    assert quarters[297] == [""]


@given(st.integers(0, 10**12 - 1), st.sampled_from(["€ {}", "€{}", "{}", "{} pm", "{} uur", "{}*", "€ {},-"]))
def test_printed_amounts_read_back(number, style):
    printed = style.format(f"{number:,}".replace(",", "."))
    assert read_printed(printed) == (number, 1, "")


@given(st.integers(0, 10**6), st.integers(1, 3))
def test_printed_millions_know_their_decimals(number, decimals):
    text = f"{number / 10**decimals:.{decimals}f} mln.".replace(".", ",", 1)
    assert read_printed(text) == (number * 10 ** (6 - decimals), 10 ** (6 - decimals), "")


@pytest.mark.parametrize("text", ["1.12.000", "1,120,000", "12.34", "€", "ca. 200", "20-25", "1 2", "0x10", "１２"])
def test_what_is_no_amount_is_not_read_as_one(text):
    assert read_printed(text).value is None


@pytest.mark.parametrize("name", [name for name, found in COUNTS.items() if found[0]])
def test_a_value_that_is_not_what_is_printed_is_refused(data, name):
    raw = ta.read_table(name)
    row = raw[raw["value"].gt(0)].iloc[-1]
    text = (data / "raw" / f"{name}.csv").read_text("utf-8")
    line = next(one for one in text.splitlines() if re.match(rf"{row['line']},.*,{row['value']},{row['unit']}", one))
    change(data, f"raw/{name}.csv", line, line.replace(f",{row['value']},", f",{row['value'] + 1},"))
    with refused(f"{name}.csv", "value, printed and status do not agree", str(row["value"] + 1), str(row["line"])):
        ta.load_budgets(view=tables(data)[name].descriptor["view"], totals=True)


@pytest.mark.parametrize("name", [*COUNTS, *MILESTONES])
def test_a_changed_or_damaged_table_is_refused(data, name):
    known = tables(data)[name].descriptor
    load = ta.load_milestones if name in MILESTONES else partial(ta.load_budgets, known["document"], view=known["view"])
    path = data / "raw" / f"{name}.csv"
    whole = path.read_bytes()
    path.write_bytes(whole[:-20])
    with refused(f"{name}.csv", "cut off"):
        load()
    path.write_bytes(whole + whole.splitlines(keepends=True)[-1])
    with refused(f"{name}.csv", "duplicate key"):
        load()
    path.write_bytes(whole.replace(b"\n", b"\r\n"))
    with refused(f"{name}.csv", "sha256 differs"):
        load()
    path.unlink()
    with refused(f"{name}.csv", "cannot be read"):
        load()


@pytest.mark.parametrize(
    ("name", "old", "new", "parts"),
    [
        ("twam_line1", "PM,,euro,pm,", "PM,0,euro,,", ["do not agree", "PM"]),
        ("twam_line1", "PM,,euro,pm,", ",,euro,pm,", ["do not agree"]),
        ("twam_line2", ",unstated,", ",blank,", ["do not agree", "Inkind-bij dragen"]),
        ("twam_line1", "RT **,**,", "RT **,*,", ["do not agree", "RT **"]),
        ("twam_agenda", '"3,4",3400000,', '"3,4",3400,', ["do not agree", "3,4"]),
        ("regiodeal_tfvv", ".-,,euro,dash", ".-,,euro,", ["do not agree"]),
        ("techwise_partners", "ntb,,hours,ntb", "ntb,,hours,unknown", ["a value that is not one of", "unknown"]),
        ("techwise_financing", ",euro,", ",dollar,", ["a value that is not one of", "dollar"]),
        ("techwise_financing", ",9000,", ",-9000,", ["beyond the minimum 0", "-9000"]),
        ("techwise_financing", "techwise-1.1,", "1.1 =cmd,", ["not of the form"]),
    ],
)
def test_a_status_mark_or_unit_that_cannot_be_is_refused(data, name, old, new, parts):
    change(data, f"raw/{name}.csv", old, new)
    with refused(f"{name}.csv", *parts):
        ta.load_budgets(view=None)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("sep. 2013,2013MM09", "sep. 2013,2013MM10"),
        ('"2013, k3",2013KW03', '"2013, k3",2013KW04'),
        ("1x p. jr.,,from,undated", "1x p. jr.,,from,blank"),
        ("1x p. jr.,,from,undated", "1x p. jr.,2014MM01,from,"),
    ],
)
def test_a_deadline_that_is_not_what_is_printed_is_refused(data, old, new):
    change(data, "raw/techwise_milestones.csv", old, new)
    with refused("techwise_milestones.csv", "deadline, period, printed and status do not agree"):
        ta.load_milestones()


def test_accept_records_nothing_that_a_view_refuses(data):
    before = (data / "raw/datapackage.json").read_bytes()
    change(data, "raw/techwise_companies.csv", "27000,27000,", "27000,72000,", accept=False)
    result = CliRunner().invoke(main, ["data", "--accept", "techwise_companies"])
    assert (result.exit_code, "do not agree" in result.output) == (3, True)
    assert (data / "raw/datapackage.json").read_bytes() == before


def test_a_missing_shared_schema_is_refused(data):
    (data / "raw/budgets.schema.json").unlink()
    with refused("budgets.schema.json", "cannot be read", "git checkout"):
        ta.load_budgets()


def test_a_wrong_name_lists_the_choices():
    with refused("'techwise', 'twam', 'regiodeal'", "regiovisie"):
        ta.load_budgets("regiovisie")
    with refused("'activities', 'request'", "kpi"):
        ta.load_budgets("regiodeal", view="kpi")
    with refused("'techwise', 'twam'", "regiodeal"):
        ta.load_milestones("regiodeal")


def test_every_table_names_its_place_in_a_citation():
    frame = ta.load_budgets("regiodeal").query("table == 'talent'").head(1)
    assert ta.citation(frame, "en") == (
        "Regio Deal Twente, projectenboek (2018), Talent Halen, Opleiden en Houden: Opgaven/Investeringen, line 126"
    )
    titles = {one["name"] for one in json.loads((data_folder() / "raw/datapackage.json").read_text("utf-8"))["sources"]}
    assert set(pd.concat([ta.load_budgets(), ta.load_milestones()])["document"]) <= titles

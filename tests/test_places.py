"""A change that cannot be right is refused, also when the checksum is renewed: per kind of damage, in every table."""

import csv
import json
from itertools import groupby

import pytest
from click.testing import CliRunner
from test_load import refused

import twente_analysis as ta
from twente_analysis.catalogue import checksum, data_folder, tables
from twente_analysis.cli import main
from twente_analysis.load.places import lines_of

HELD = tables(data_folder())
BUDGETS = [name for name, table in HELD.items() if table.descriptor.get("schema_file") == "budgets.schema.json"]
MILESTONES = [name for name, table in HELD.items() if table.descriptor.get("schema_file") == "milestones.schema.json"]
SERIES = {
    "regiovisie_enrolment": ta.load_enrolment,
    "regiovisie_diplomas": ta.load_diplomas,
    "regiovisie_totals": ta.load_published_totals,
}
CARRIED = {
    "statements": ta.load_statements,
    "targets": ta.load_targets,
    "monitor": ta.load_monitor,
    "duo_enrolment": lambda: ta.load_enrolment("duo"),
    "duo_vmbo_exams": ta.load_vmbo_exams,
    "duo_vmbo_pupils": lambda: ta.load_vmbo_pupils("duo"),
    "cbs_population": ta.load_population,
    "cbs_jobs": lambda: ta.load_jobs("CR12", "total"),
    "cbs_vacancies": lambda: ta.load_vacancies("cbs"),
}
EVERY = [*BUDGETS, *MILESTONES, *SERIES]


def edit(data, name, change):
    """Change the rows of a raw table, and record the new checksum as a careless maintainer would."""
    path = data / "raw" / f"{name}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    columns = list(rows[0])
    rows = change(rows) or rows
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    descriptor = path.parent / "datapackage.json"
    content = json.loads(descriptor.read_text("utf-8"))
    for resource in content["resources"]:
        if resource["path"] == path.name:
            resource["hash"] = f"sha256:{checksum(path)}"
    descriptor.write_text(json.dumps(content), "utf-8")


def load(name):
    if name in SERIES or name in CARRIED:
        return (SERIES | CARRIED)[name]()
    known = HELD[name].descriptor
    if name in MILESTONES:
        return ta.load_milestones(known["document"])
    return ta.load_budgets(known["document"], view=known["view"], totals="kpi3" in name)


def set_cell(column, value, chosen=lambda row: True):
    """Give the first row that is chosen another value in a column."""

    def change(rows):
        next(row for row in rows if chosen(row) and row[column] != value)[column] = value

    return change


@pytest.mark.parametrize("name", EVERY)
def test_the_sound_table_loads_and_has_all_its_lines(name):
    assert sorted(set(ta.read_table(name)["line"])) == lines_of(HELD[name].descriptor["lines"])
    load(name)


@pytest.mark.parametrize("name", EVERY)
def test_a_line_outside_the_table_is_refused(data, name):
    edit(data, name, set_cell("line", "9"))
    with refused(f"{name}.csv", "a line that the table does not have", "Its lines are", HELD[name].descriptor["lines"]):
        load(name)


@pytest.mark.parametrize("name", [name for name in EVERY if len(lines_of(HELD[name].descriptor["lines"])) > 1])
def test_a_row_on_the_line_of_another_is_refused(data, name):
    lines = HELD[name].descriptor["lines"]
    first, *_, last = lines_of(lines)
    edit(data, name, set_cell("line", str(last), lambda row: row["line"] == str(first)))
    with refused(f"{name}.csv", "What to do"):
        load(name)


@pytest.mark.parametrize("name", [name for name in EVERY if len(lines_of(HELD[name].descriptor["lines"])) > 1])
def test_lines_that_change_places_are_refused(data, name):
    def change(rows):
        parts = [list(part) for _, part in groupby(rows, key=lambda row: row["line"])]
        parts[0], parts[1] = parts[1], parts[0]
        return [row for part in parts for row in part]

    edit(data, name, change)
    with refused(f"{name}.csv", "a line before that of the row above", "the order of the document"):
        load(name)


@pytest.mark.parametrize("name", EVERY)
def test_a_line_without_rows_is_refused(data, name):
    lines = lines_of(HELD[name].descriptor["lines"])
    if len(lines) == 1:
        pytest.skip("a table of one line would have no rows")
    edit(data, name, lambda rows: [row for row in rows if row["line"] != str(lines[0])])
    with refused(f"{name}.csv", f"1 line(s) of the table have no row: {lines[0]}"):
        load(name)


@pytest.mark.parametrize("name", [name for name in (*EVERY, *CARRIED) if len(ta.read_table(name)) > 1])
def test_a_row_that_is_dropped_is_refused_wherever_it_stood(data, name):
    count = len(ta.read_table(name))
    for place in {0, count // 3, count // 2, count - 1}:
        whole = (data / "raw" / f"{name}.csv").read_bytes()
        edit(data, name, lambda rows, place=place: rows[:place] + rows[place + 1 :])
        with refused(f"{name}.csv", "What to do"):
            load(name)
        (data / "raw" / f"{name}.csv").write_bytes(whole)


def test_every_raw_table_counts_its_rows_apart_from_the_number_that_accept_records():
    raw = {name: table for name, table in HELD.items() if table.path.parent.name == "raw"}
    assert set(raw) == {*EVERY, *CARRIED}
    for name, table in raw.items():
        ((column, counted),) = table.descriptor["cells"].items()
        runs = (len(lines_of(key)) if column in ("line", "year") else 1 for key in counted)
        assert sum(rows * size for rows, size in zip(counted.values(), runs, strict=True)) == len(ta.read_table(name))


def test_accept_records_no_table_that_lost_a_row(data):
    path = data / "raw/regiodeal_amp.csv"
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))
    before = (data / "raw/datapackage.json").read_bytes()
    result = CliRunner().invoke(main, ["data", "--accept", "regiodeal_amp"])
    assert (result.exit_code, "33: 4 of 5" in result.output) == (3, True)
    assert (data / "raw/datapackage.json").read_bytes() == before


def test_a_row_too_many_is_refused(data):
    edit(data, "cbs_population", lambda rows: [*rows, rows[-1] | {"region": "GM0001", "row": "9"}])
    with refused("cbs_population.csv", "1 year(s) with more or fewer rows than the published table: 2026: 17 of 16"):
        ta.load_population()


@pytest.mark.parametrize("name", [*BUDGETS, *MILESTONES])
def test_another_period_is_refused(data, name):
    blank = set_cell("period", "2016", lambda row: row["status"] == "blank" or name not in MILESTONES)
    edit(data, name, blank if name == "techwise_kpi_deadlines" else set_cell("period", "2016"))
    with refused(f"{name}.csv", "period", "2016"):
        load(name)


@pytest.mark.parametrize("name", BUDGETS)
def test_a_total_among_the_parts_is_refused(data, name):
    wrong = {"yes": "no", "no": "yes"}

    def change(rows):
        rows[-1]["is_total"] = wrong[rows[-1]["is_total"]]

    edit(data, name, change)
    with refused(f"{name}.csv", "1 row(s) with is_total that the descriptor does not give", "Totals of this table:"):
        load(name)


@pytest.mark.parametrize("name", BUDGETS)
def test_a_part_without_an_activity_is_refused(data, name):
    totals = lines_of(HELD[name].descriptor.get("totals", {}).get("lines", ""))

    def change(rows):
        kept = [row["line"] for row in rows if int(row["line"]) not in totals]
        for row in rows:
            row["activity_id"] = "" if row["line"] == (kept or [""])[0] else row["activity_id"] or "own-total"

    edit(data, name, change)
    with refused(f"{name}.csv", "an activity_id that is missing or too many", "Give each activity its id"):
        load(name)


@pytest.mark.parametrize("name", [name for name in BUDGETS if ta.read_table(name)["funder"].ne("").any()])
def test_a_funder_that_nobody_knows_is_refused(data, name):
    edit(data, name, set_cell("funder", "Rijkk", lambda row: row["funder"]))
    with refused(f"{name}.csv", "1 row(s) with a funder that is not in the list", "Rijkk", "funders.csv"):
        load(name)


def paid(row):
    return row["role"] in ("cover", "hours", "spent") and row["is_total"] == "no" and row["value"]


PAID = [name for name in BUDGETS if any(map(paid, ta.read_table(name).astype("str").to_dict("records")))]


@pytest.mark.parametrize("name", PAID)
def test_an_amount_without_a_funder_is_refused(data, name):
    edit(data, name, set_cell("funder", "", paid))
    with refused(f"{name}.csv", "funder"):
        load(name)


def test_another_funder_under_the_same_heading_is_refused(data):
    edit(data, "regiodeal_amp", set_cell("funder", "provincie", lambda row: row["column"] == "Rijk"))
    with refused("regiodeal_amp.csv", "another funder for the same printed words", "provincie"):
        ta.load_budgets("regiodeal")


@pytest.mark.parametrize(("name", "loader"), [("statements", ta.load_statements), ("targets", ta.load_targets)])
@pytest.mark.parametrize(
    ("column", "value"), [("line", "3"), ("document", "regiodeal"), ("id", "regiovisie-3-1"), ("id", "regiovisie-15-9")]
)
def test_an_id_that_is_not_its_place_is_refused(data, name, loader, column, value):
    edit(data, name, set_cell(column, value))
    with refused(f"{name}.csv", "row(s) whose id is not document, line and number", value):
        loader()


@pytest.mark.parametrize("period", ["2014", "2013MM11", ""])
def test_a_date_with_another_period_is_refused(data, period):
    edit(data, "statements", set_cell("period", period, lambda row: row["id"] == "techwise-63-1"))
    with refused("statements.csv", "1 row(s) where the period is not the date that is printed", "1 oktober 2013"):
        ta.load_statements()


@pytest.mark.parametrize(
    ("row", "column", "value", "said"),
    [
        ("regiovisie-176-1", "target", "11", "does not give the value"),
        ("regiovisie-176-1", "printed", "+11%", "does not give the value"),
        ("techniekpact-134-1", "target", "50", "does not give the value"),  # a fall, worded so
        ("techniekpact-144-1", "implied", "", "does not give the value"),  # twice is growth of 100 %
        ("twam-259-1", "target_high", "26", "does not give the value"),
        ("techwise-273-1", "baseline", "1300000", "does not give the value"),
        ("regiodeal-62-3", "target", "90", "does not give the value"),  # all
        ("techwise-49-1", "published", "2014", "do not agree"),
        ("techwise-49-1", "programme", "twam", "do not agree"),
        ("techwise-49-1", "deadline", "2012", "do not agree"),
        ("regiovisie-176-1", "term", "2011/2017", "do not agree"),
        ("techwise-101-2", "part_of", "techwise-101-3", "do not agree"),
        ("regiovisie-176-1", "statement", "regiovisie-179-1", "a statement that is not on its line"),
        ("regiovisie-176-1", "statement", "regiovisie-176-9", "a statement that is not on its line"),
    ],
)
def test_a_target_that_its_words_do_not_prove_is_refused(data, row, column, value, said):
    edit(data, "targets", set_cell(column, value, lambda one: one["id"] == row))
    with refused("targets.csv", said):
        ta.load_sources() if column == "statement" else ta.load_targets()

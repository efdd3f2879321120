"""Damaged input gives one clear error, or text that is safely escaped; never a partial frame."""

import gzip
import json
import re

import pytest
from click.testing import CliRunner

import twente_analysis as ta
from twente_analysis.catalogue import checksum
from twente_analysis.cli import main

ENROLMENT = "raw/regiovisie_enrolment.csv"


def change(data, name, old, new, accept=True):
    """Replace text in a raw file; `accept` records the new checksum, as a careless maintainer would."""
    path = data / name
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    if accept:
        descriptor = path.parent / "datapackage.json"
        content = json.loads(descriptor.read_text("utf-8"))
        for resource in content["resources"]:
            if resource["path"] == path.name:
                resource["hash"] = f"sha256:{checksum(path)}"
        descriptor.write_text(json.dumps(content), "utf-8")


def refused(*parts):
    """Expect a DataError whose message has every part."""
    return pytest.raises(ta.DataError, match="(?s)" + "".join(f"(?=.*{re.escape(part)})" for part in parts))


@pytest.mark.parametrize(
    ("old", "new", "parts"),
    [
        ("Carrosserie en autoschadeherstel,2007,76,", '"Bouw en grond-, weg- en waterbouw",2007,76,',
         ["duplicate key", "'bedrijfstak_mbo', 'year'"]),
        ("Carrosserie en autoschadeherstel,2007", "Carosserie,2007", ["1 row", "bedrijfstak_mbo", "Carosserie", "12"]),
        (",76,76,", ",76,-76,", ["beyond the minimum 0", "'value'", "-76"]),
        (",76,76,", ",76,76.5,", ["no integer", "76.5"]),
        (",76,76,", ",76,67,", ["value, printed and status do not agree", "67"]),
        (",76,76,", ",76,,", ["do not agree"]),
        (",76,76,,127", ",,0,blank,127", ["do not agree"]),
        (",2007,76,76,", ",,76,76,", ["empty cell where one is required", "'year'"]),
        ("year,printed", "year,extra,printed", ["column 'extra' is not in the descriptor", "must be"]),
        ("year,printed", "printed", ["column 'year' is missing"]),
        (",76,76,,127\n", ",76,76,,127,9\n", ["1 row(s) do not have 6 cells", "12"]),
        ("Carrosserie", '"Carrosserie', ["is not CSV"]),
        ("Carrosserie en autoschadeherstel", '=HYPERLINK(""x"")', ["not one of"]),
        ("Carrosserie en autoschadeherstel", "<script>alert(1)</script>", ["not one of"]),
        ("Carrosserie en autoschadeherstel", "Carros\x00serie", ["control character"]),
    ],
)  # fmt: skip
def test_a_damaged_table_is_refused(data, old, new, parts):
    change(data, ENROLMENT, old, new)
    with refused("regiovisie_enrolment.csv", "What to do", *parts):
        ta.load_enrolment()


def test_a_changed_table_is_refused(data):
    change(data, ENROLMENT, ",76,76,", ",77,77,", accept=False)
    with refused("regiovisie_enrolment.csv", "sha256 differs", "--accept"):
        ta.load_enrolment()


@pytest.mark.parametrize(
    ("name", "old", "new", "load"),
    [
        (ENROLMENT, ",76,76,", ",76,67,", ta.load_enrolment),
        ("raw/statements.csv", "28%,28,", "28%,82,", ta.load_statements),
        ("raw/techwise_companies.csv", "27000,27000,", "27000,72000,", ta.load_whole_budget),
        ("raw/techwise_milestones.csv", "sep. 2013,2013MM09", "sep. 2013,2013MM10", ta.load_milestones),
    ],
)
def test_a_bad_cell_of_a_changed_table_is_named(data, name, old, new, load):
    change(data, name, old, new, accept=False)
    with refused(name.partition("/")[2], "sha256 differs", new.strip(",").rpartition(",")[2], "git checkout"):
        load()


def test_a_missing_table_is_refused(data):
    (data / ENROLMENT).unlink()
    with refused("regiovisie_enrolment.csv", "cannot be read", "git checkout"):
        ta.load_enrolment()


@pytest.mark.parametrize("length", [1, 100, 2500])
def test_a_truncated_table_is_refused(data, length):
    path = data / ENROLMENT
    path.write_bytes(path.read_bytes()[:length])
    with refused("regiovisie_enrolment.csv", "cut off"):
        ta.load_enrolment()


def test_a_table_cut_at_a_line_end_is_refused(data):
    path = data / ENROLMENT
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:20]))
    with refused("sha256 differs"):
        ta.load_enrolment()


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (lambda text: text.replace("Hout", "Hôut").encode("cp1252"), "is not UTF-8"),
        (lambda text: text.encode("utf-8-sig"), "byte order mark"),
        (lambda text: text.encode("utf-16-le"), "control character"),
        (lambda text: gzip.compress(text.encode()), "compressed (gzip)"),
        (lambda text: b"\n", "columns"),
        (lambda text: text.splitlines()[0].encode() + b"\n", "no rows"),
    ],
)
def test_another_encoding_is_refused(data, content, part):
    path = data / ENROLMENT
    path.write_bytes(content(path.read_text("utf-8")))
    with refused("regiovisie_enrolment.csv", *([part] if part != "columns" else ["missing"])):
        ta.load_enrolment()


def test_at_most_five_rows_are_shown(data):
    path = data / ENROLMENT
    path.write_text(path.read_text("utf-8").replace(",2009,", ",1909,"), "utf-8")
    with refused("11 rows with a value beyond the minimum 2000", "and 6 more"):
        ta.load_enrolment()


def test_an_unknown_statement_in_a_selection_is_refused(data):
    change(data, "reference/selections.csv", "regiovisie-97-1", "regiovisie-99-1")
    with refused("selections.csv", "regiovisie-99-1"):
        ta.load_coverage()


def test_a_selection_without_a_dimension_is_refused(data):
    change(data, "reference/selections.csv", "coverage,regiovisie-97-1,mbo_niveau,2\n", "")
    with refused("selections.csv", "same dimensions"):
        ta.load_coverage()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("28%,28,", "28%,82,"),
        ('"26,4 miljoen",26400000,', '"26,4 miljoen",26.4,'),
        ("30-40%,30,", "30-40%,40,"),
        ("11%,-11,", "11%,11,"),
        ("14 december 2012,2012,", "14 december 2012,14,"),
        ("'11-'16,2011,", "'11-'16,2012,"),
    ],
)
def test_a_statement_that_is_not_what_is_printed_is_refused(data, old, new):
    change(data, "raw/statements.csv", old, new)
    with refused("statements.csv", "1 row(s)", "does not give the value", "implied"):
        ta.load_statements()


def test_a_statement_stands_once_in_a_family_and_may_stand_in_two(data):
    change(data, "reference/selections.csv", "labour_market,regiodeal-77-1,field", "vacancies,regiodeal-77-1,field")
    with refused("selections.csv", "duplicate key", "'family', 'statement', 'dimension'"):
        ta.load_labour_market()


def test_hostile_text_in_a_free_column_loads_as_text(data):
    change(data, "raw/statements.csv", "projecten van PITT", "<script>alert(1)</script>")
    assert "<script>alert(1)</script>" in ta.load_statements()["subject"].tolist()


def test_accept_records_a_sound_table(data):
    change(data, "raw/statements.csv", "projecten van PITT", "projecten van het platform PITT", accept=False)
    with refused("sha256 differs"):
        ta.load_statements()
    assert CliRunner().invoke(main, ["data", "--accept", "statements"]).exit_code == 0
    assert "projecten van het platform PITT" in ta.load_statements()["subject"].tolist()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (",76,76,", ",76,-76,", "minimum"),
        (",76,76,", ",7.6,76,", "do not agree"),
        (",76,76,", ",77,77,", "do not add up"),
        ("Carrosserie en autoschadeherstel,2007,76,76,,127\n", "", "127: 4 of 5"),
    ],
)
def test_accept_records_nothing_that_the_loaders_refuse(data, old, new, message):
    before = (data / "raw/datapackage.json").read_bytes()
    processed = (data / "processed/enrolment.csv").read_bytes()
    change(data, ENROLMENT, old, new, accept=False)
    result = CliRunner().invoke(main, ["data", "--accept", "regiovisie_enrolment"])
    assert result.exit_code == 3
    assert message in result.output
    assert (data / "raw/datapackage.json").read_bytes() == before
    assert (data / "processed/enrolment.csv").read_bytes() == processed


def test_a_wrong_name_lists_the_choices():
    with refused("'intake' is not known", "'enrolment', 'diplomas'"):
        ta.load_indicator("intake")
    with refused("'regiovisie'", "nowhere"):
        ta.load_statements("nowhere")


def test_a_folder_without_data_is_refused(tmp_path):
    with refused(str(tmp_path), "TWENTE_DATA"):
        ta.load_enrolment(data=tmp_path)


@pytest.mark.parametrize(
    "family",
    [
        "vmbo_pupils",
        "flows",
        "changes",
        "composition",
        "coverage",
        "vacancies",
        "labour_market",
        "enrolment",
        "diplomas",
    ],
)
def test_every_family_is_tidy(family):
    frame = getattr(ta, f"load_{family}")()
    assert ta.check_tidy(frame) is frame
    assert len(frame)


def test_the_estimate_of_the_source_is_marked():
    flows = ta.load_flows()
    assert flows.loc[flows["status"] == "estimated", "value"].tolist() == [614]
